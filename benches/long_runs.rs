//! What it costs to have a long run: to go to any place of it, to keep it, to hash it, and to ask what caused what.
//!
//! Run with `cargo bench --bench long_runs`. What the figures were is in `benches/README.md`.

mod common {
    #[expect(dead_code, reason = "the turns are those of another benchmark")]
    pub mod turns;
    #[expect(dead_code, reason = "some workloads are those of another benchmark")]
    pub mod workloads;
}

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use common::turns::{row, time};
use common::workloads::{self, scramble};
use criterion::Criterion;
use lightcone::analysis::{Causality, Stamps};
use lightcone::base::EventId;
use lightcone::sim::{Engine, Position, Recording, Setup, Trace};

/// How many events the run has that is sought through.
const SOUGHT: usize = 100_000;

/// How many events the run has whose memory is measured.
const LONG: usize = 1_000_000;

/// How many places are sought, and how many questions of each kind are timed together.
const SEEKS: usize = 2_000;
const ASKED: usize = 100_000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let w2 = workloads::w2();
    let run = run_of(&w2, LONG);
    let trace = run.trace();
    let (causality, stamps) = (Causality::of(trace), Stamps::of(trace));
    speeds(&mut criterion, trace, &causality, &stamps);
    criterion.final_summary();
    seek("W2, seek in 100,000 events", &w2);
    seek("W2 with all faults, seek in 100,000 events", &workloads::w2_all_faults());
    keep(trace, &causality, &stamps);
    ask(trace, &causality, &stamps);
}

fn speeds(c: &mut Criterion, trace: &Trace, causality: &Causality, stamps: &Stamps) {
    let mut group = c.benchmark_group("a million events");
    let mut state = 1;
    let mut event = move || EventId((scramble(&mut state) % LONG as u64) as u32);
    group.bench_function("happens-before, baseline: two random reads", |b| {
        let numbers: Vec<u64> = (0..LONG as u64).collect();
        b.iter(|| numbers[event().index()] < numbers[event().index()]);
    });
    group.bench_function("happens-before", |b| b.iter(|| causality.before(event(), event())));
    group.bench_function("all stamps of an event", |b| b.iter(|| stamps.at(trace, causality, event())));
    group.sample_size(10);
    group.bench_function("hash", |b| b.iter(|| trace.hash()));
    group.bench_function("prepare causality", |b| b.iter(|| Causality::of(trace)));
    group.bench_function("prepare stamps", |b| b.iter(|| Stamps::of(trace)));
    group.finish();
}

/// The run until it has so many events.
fn run_of(setup: &Arc<Setup>, events: usize) -> Engine {
    let mut engine = Engine::new(Arc::clone(setup));
    while engine.trace().len() < events && engine.step().is_ok() {}
    engine
}

/// Goes to places all over a run, and prints how long the slowest hundredth takes.
fn seek(what: &str, setup: &Arc<Setup>) {
    let mut run = Recording::new(Arc::clone(setup));
    let whole = time(|| while run.engine().trace().len() < SOUGHT && run.step().is_ok() {});
    let (turns, mut state) = (run.position().turn, 1);
    let mut seek = || {
        let to = Position { turn: scramble(&mut state) % (turns + 1), actions: 0 };
        time(|| run.seek(to).expect("the run got as far"))
    };
    let mut times: Vec<Duration> = (0..SEEKS).map(|_| seek()).collect();
    times.sort_unstable();
    let (middle, last) = (times[SEEKS / 2], times[SEEKS * 99 / 100]);
    row(
        what,
        &format!("{} at p99, {} at p50; the whole run {}", ms(last), ms(middle), ms(whole)),
        "at most 16 ms",
    );
}

/// Prints what a long run takes of memory and of time to hash.
fn keep(trace: &Trace, causality: &Causality, stamps: &Stamps) {
    let each = |bytes: usize| format!("{:.1}", bytes as f64 / trace.len() as f64);
    row("W2, trace, bytes an event with payloads", &each(trace.memory()), "at most 96");
    let index = causality.memory() + stamps.memory();
    row("W2, index for causality and stamps, bytes an event", &each(index), "at most 80");
    let prepare = time(|| Causality::of(trace)) + time(|| Stamps::of(trace));
    row("W2, preparation of a million events", &ms(prepare), "at most 1,000 ms");
    row("W2, hash of a million events", &ms(time(|| trace.hash())), "");
}

/// Prints how long questions take, the slowest hundredth of them where one alone can be timed.
fn ask(trace: &Trace, causality: &Causality, stamps: &Stamps) {
    let mut state = 2;
    let mut event = || EventId((scramble(&mut state) % trace.len() as u64) as u32);
    let pairs: Vec<(EventId, EventId)> = (0..ASKED).map(|_| (event(), event())).collect();
    let before = |(one, other): &(EventId, EventId)| causality.before(*one, *other);
    let asked = (0..9).map(|_| time(|| black_box(pairs.iter().filter(|pair| before(pair)).count()))).min();
    let each = asked.unwrap_or_default().as_nanos() as f64 / ASKED as f64;
    row("W2, happens-before of two events anywhere in a million", &format!("{each:.0} ns"), "at most 100 ns");
    let mut times: Vec<Duration> =
        pairs.iter().map(|pair| time(|| stamps.at(trace, causality, pair.0))).collect();
    times.sort_unstable();
    let micros = |place: usize| format!("{:.1} µs", times[place].as_nanos() as f64 / 1e3);
    let measured = format!("{} at p99, {} at p50", micros(ASKED * 99 / 100), micros(ASKED / 2));
    row("W2, all stamps of any event of a million", &measured, "at most 100 µs");
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}
