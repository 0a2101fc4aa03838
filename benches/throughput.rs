//! Deliveries a second: the whole simulator beside the bare loop, and with faults beside without.
//!
//! Run with `cargo bench --bench throughput`. What the figures were is in `benches/README.md`.

mod common {
    pub mod bare;
    pub mod workloads;
}

use std::hint::black_box;
use std::sync::Arc;

use common::{bare, workloads};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lightcone::sim::{Engine, Setup};

const DELIVERIES: usize = 100_000;

/// The run until so many messages have been delivered; how many were.
fn run(setup: &Arc<Setup>, deliveries: usize) -> Engine {
    let mut engine = Engine::new(Arc::clone(setup));
    let nodes = engine.trace().nodes();
    let mut done = 0;
    while done < deliveries {
        let before = engine.trace().len();
        if engine.step().is_err() {
            break;
        }
        let first = lightcone::base::EventId(before as u32);
        if engine.trace().kind(first) == lightcone::sim::EventKind::Receive {
            done += 1;
        }
    }
    black_box(nodes);
    engine
}

fn throughput(c: &mut Criterion) {
    let mut group = c.benchmark_group("deliveries");
    group.throughput(Throughput::Elements(DELIVERIES as u64)).sample_size(10);
    let (w1, w2, quiet, all) =
        (workloads::w1(), workloads::w2(), workloads::w2_quiet(), workloads::w2_all_faults());
    group.bench_function("W1 bare loop", |b| b.iter(|| bare::w1(black_box(DELIVERIES)).log.len()));
    group.bench_function("W1 simulator", |b| b.iter(|| run(&w1, black_box(DELIVERIES)).trace().len()));
    group.bench_function("W2 bare loop", |b| b.iter(|| bare::w2(black_box(DELIVERIES)).log.len()));
    group.bench_function("W2 simulator", |b| b.iter(|| run(&w2, black_box(DELIVERIES)).trace().len()));
    group.bench_function("W2 simulator, no fault", |b| {
        b.iter(|| run(&quiet, black_box(DELIVERIES)).trace().len());
    });
    group.bench_function("W2 simulator, all faults", |b| {
        b.iter(|| run(&all, black_box(DELIVERIES)).trace().len());
    });
    group.finish();
}

criterion_group!(benches, throughput);
criterion_main!(benches);
