//! Runs of the fault matrix: how many a second on one core, beside the bare loop with as many deliveries.
//!
//! Run with `cargo bench --bench matrix`. What the figures were is in `benches/README.md`.

mod common {
    #[expect(dead_code, reason = "one of the bare loops is another benchmark's")]
    pub mod bare;
    #[expect(dead_code, reason = "a table of its own")]
    pub mod turns;
    #[expect(dead_code, reason = "the bare loop needs the constants alone")]
    pub mod workloads;
}

use std::hint::black_box;
use std::time::Duration;

use common::bare;
use common::turns::{keep_memory, row, time};
use lightcone::base::Seed;
use lightcone::explore::matrix::Column;
use lightcone::explore::{Row, Sweep};
use lightcone::sim::EventKind;

/// The catalogue of rows.
const ROWS: &str = include_str!("../www/matrix.txt");

/// How many runs of each cell are timed together, and how often.
const RUNS: u64 = 20;
const ROUNDS: usize = 8;

fn main() {
    keep_memory();
    let rows = match Row::read(ROWS) {
        Ok(rows) => rows,
        Err(bad) => panic!("www/matrix.txt: {}", bad.0),
    };
    // What all cells take together, a run of each.
    let mut all = Duration::ZERO;
    for it in &rows {
        let (mut whole, mut deliveries) = (Duration::ZERO, 0);
        for column in Column::singles() {
            let Ok(spec) = it.spec(&column.faults) else { continue };
            let mut sweep = Sweep::of_claim(spec, it.claim(), it.until);
            deliveries += delivered(&mut sweep);
            let mut least = Duration::MAX;
            for _ in 0..ROUNDS {
                least = least.min(time(|| sweep.tally_of((0..RUNS).map(Seed))));
            }
            whole += least / RUNS as u32;
        }
        let cells = Column::singles().len();
        all += whole;
        let (each, per_run) = (whole / cells as u32, deliveries / cells);
        let bare = (0..ROUNDS).map(|_| time(|| (0..RUNS).for_each(|_| drop(bare::w1(black_box(per_run))))));
        let bare = bare.min().unwrap_or_default() / RUNS as u32;
        let ratio = each.as_secs_f64() / bare.as_secs_f64().max(1e-9);
        let runs = 1.0 / each.as_secs_f64();
        row(
            &format!("{}, {per_run} deliveries", it.id),
            &format!("{runs:.0} runs a second, {ratio:.1} times the bare loop"),
            "",
        );
    }
    let minutes = all.as_secs_f64() * 1_000.0;
    row(
        &format!("all {} rows, 1,000 runs a cell, on one core", rows.len()),
        &format!("{minutes:.0} s"),
        "120 s in Chromium",
    );
}

/// How many messages a run delivers, in the mean.
fn delivered(sweep: &mut Sweep) -> usize {
    let mut sum = 0;
    for seed in 0..RUNS {
        sweep.run(Seed(seed));
        if let Some(engine) = sweep.last() {
            let trace = engine.trace();
            sum += trace.events().filter(|event| trace.kind(*event) == EventKind::Receive).count();
        }
    }
    sum / RUNS as usize
}
