//! Nanoseconds a stamp: the vector clock beside a plain loop over two slices, the hybrid clock, and the
//! readings of an oscillator, since every event asks for those.
//!
//! Run with `cargo bench --bench clocks`. What the figures were is in `benches/README.md`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lightcone::base::{Duration, TrueTime, WallReading};
use lightcone::clocks::{ClockSpec, Hybrid, HybridStamp, Oscillator, vector};

fn lists(nodes: usize) -> (Vec<u32>, Vec<u32>) {
    (vec![5; nodes], (0..nodes as u32).map(|place| place % 9).collect())
}

fn vectors(c: &mut Criterion) {
    let mut group = c.benchmark_group("vector");
    for nodes in [4, 60] {
        let (mut one, other) = lists(nodes);
        group.bench_function(BenchmarkId::new("merge", nodes), |b| {
            b.iter(|| vector::raise(black_box(&mut one), black_box(&other)));
        });
        let (mut one, other) = lists(nodes);
        group.bench_function(BenchmarkId::new("merge, plain slice", nodes), |b| {
            b.iter(|| plain_merge(black_box(&mut one), black_box(&other)));
        });
        let (one, other) = lists(nodes);
        group.bench_function(BenchmarkId::new("compare", nodes), |b| {
            b.iter(|| vector::compare(black_box(&one), black_box(&other)));
        });
        group.bench_function(BenchmarkId::new("compare, plain slice", nodes), |b| {
            b.iter(|| plain_compare(black_box(&one), black_box(&other)));
        });
    }
    group.finish();
}

/// The least that a merge can be.
fn plain_merge(one: &mut [u32], other: &[u32]) {
    for (one, other) in one.iter_mut().zip(other) {
        *one = (*one).max(*other);
    }
}

/// The least that a comparison can be: whether some entry is less, and whether some is more.
fn plain_compare(one: &[u32], other: &[u32]) -> (bool, bool) {
    let (mut less, mut more) = (false, false);
    for (one, other) in one.iter().zip(other) {
        less |= one < other;
        more |= one > other;
    }
    (less, more)
}

fn hybrid(c: &mut Criterion) {
    let mut group = c.benchmark_group("hybrid");
    let (mut clock, mut wall) = (Hybrid::default(), 0);
    group.bench_function("tick", |b| {
        b.iter(|| {
            wall += 1;
            clock.tick(black_box(WallReading(wall / 3)))
        });
    });
    group.bench_function("merge", |b| {
        b.iter(|| {
            wall += 1;
            let seen = HybridStamp { wall: WallReading(wall / 2), logical: 1 };
            clock.merge(black_box(WallReading(wall / 3)), black_box(seen))
        });
    });
    group.finish();
}

fn oscillator(c: &mut Criterion) {
    let mut group = c.benchmark_group("oscillator");
    let steady = Oscillator::new(ClockSpec { offset_ns: 5, drift_ppb: 20_000, ..ClockSpec::default() });
    let mut slewing = steady;
    slewing.slew(TrueTime::ZERO, 1 << 40, 500);
    let mut at = 0;
    for (name, clock) in [("wall", steady), ("wall while slewing", slewing)] {
        group.bench_function(name, |b| {
            b.iter(|| {
                at += 1_000_003;
                black_box(&clock).wall(TrueTime(at))
            });
        });
    }
    group.bench_function("set a timer", |b| {
        b.iter(|| {
            at += 1_000_003;
            black_box(&steady).true_after(TrueTime(at), black_box(Duration::millis(10)))
        });
    });
    group.finish();
}

criterion_group!(benches, vectors, hybrid, oscillator);
criterion_main!(benches);
