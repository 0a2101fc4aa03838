//! Deliveries a second: the whole simulator beside the bare loop, and with faults beside without.
//!
//! Run with `cargo bench --bench throughput`. What the figures were is in `benches/README.md`.

mod common {
    pub mod bare;
    pub mod turns;
    #[expect(dead_code, reason = "some workloads are those of other benchmarks")]
    pub mod workloads;
}

use std::hint::black_box;
use std::sync::Arc;

use common::turns::compare;
use common::{bare, workloads};
use criterion::{Criterion, Throughput};
use lightcone::base::{EventId, Seed};
use lightcone::sim::{Engine, EventKind, Setup};

const DELIVERIES: usize = 100_000;

/// What a run of a sweep delivers.
const SHORT: usize = 1_000;

/// How many runs of a sweep are timed together.
const RUNS: u64 = 20;

fn main() {
    common::turns::keep_memory();
    let mut criterion = Criterion::default().configure_from_args();
    deliveries(&mut criterion);
    criterion.final_summary();
    table();
}

fn deliveries(c: &mut Criterion) {
    let mut group = c.benchmark_group("deliveries");
    group.throughput(Throughput::Elements(DELIVERIES as u64)).sample_size(10);
    group.bench_function("W1 bare loop", |b| b.iter(|| bare::w1(black_box(DELIVERIES))));
    group.bench_function("W2 bare loop", |b| b.iter(|| bare::w2(black_box(DELIVERIES))));
    for (name, setup) in [
        ("W1 simulator", workloads::w1()),
        ("W2 simulator", workloads::w2()),
        ("W2 simulator, no fault", workloads::w2_quiet()),
        ("W2 simulator, all faults", workloads::w2_all_faults()),
    ] {
        group.bench_function(name, |b| b.iter(|| run(&setup, black_box(DELIVERIES))));
    }
    group.finish();
}

/// The ratios, each with its baseline in the same run.
fn table() {
    let (w1, w2) = (workloads::w1(), workloads::w2());
    let some = DELIVERIES / 5;
    compare(
        "W1, whole simulator, time against the bare loop",
        "at most 3",
        || bare::w1(some),
        || run(&w1, some),
    );
    compare(
        "W2, whole simulator, time against the bare loop",
        "at most 3",
        || bare::w2(some),
        || run(&w2, some),
    );
    let bare_runs = |bare: fn(usize) -> bare::Bare| {
        move || {
            for _ in 0..RUNS {
                black_box(bare(black_box(SHORT)));
            }
        }
    };
    let what = "W1, runs of 1,000 deliveries in a sweep, time against the bare loop";
    compare(what, "at most 2.5", bare_runs(bare::w1), sweep(&w1));
    let what = "W2, runs of 1,000 deliveries in a sweep, time against the bare loop";
    compare(what, "at most 2.5", bare_runs(bare::w2), sweep(&w2));
    faults(some);
}

/// What faults cost, for a message that is sent: many that let messages be lost or refused deliver few of them.
fn faults(messages: usize) {
    let quiet = workloads::w2_quiet();
    let with = |what: &str, bar: &str, setup: Arc<Setup>| {
        let what = format!("W2, a message with {what}, time against without a fault");
        compare(&what, bar, || send(&quiet, messages), || send(&setup, messages));
    };
    let first_two = |id: &str| ["reliable", "latency"].contains(&id);
    with("reliable and latency", "at most 1.67", workloads::w2_faults(first_two));
    for entry in lightcone::faults::ALL {
        with(entry.id, "", workloads::w2_faults(|id| id == entry.id));
    }
    with("all faults", "at most 1.67", workloads::w2_all_faults());
}

/// The run until so many messages have been sent.
fn send(setup: &Arc<Setup>, messages: usize) -> Engine {
    let mut engine = Engine::new(Arc::clone(setup));
    while engine.trace().messages() < messages && engine.step().is_ok() {}
    engine
}

/// The run until so many messages have been delivered.
fn run(setup: &Arc<Setup>, deliveries: usize) -> Engine {
    let mut engine = Engine::new(Arc::clone(setup));
    go(&mut engine, deliveries);
    engine
}

/// Runs of a sweep, each in the memory of the one before it.
fn sweep(setup: &Arc<Setup>) -> impl FnMut() + use<> {
    let mut engine = Some(Engine::new(Arc::clone(setup)));
    let mut seed = 0;
    move || {
        for _ in 0..RUNS {
            seed += 1;
            engine = engine.take().map(|engine| {
                let mut engine = engine.start_anew(Seed(seed));
                go(&mut engine, SHORT);
                engine
            });
        }
    }
}

fn go(engine: &mut Engine, deliveries: usize) {
    let mut done = 0;
    while done < deliveries {
        let first = EventId(engine.trace().len() as u32);
        if engine.step().is_err() {
            break;
        }
        if engine.trace().kind(first) == EventKind::Receive {
            done += 1;
        }
    }
}
