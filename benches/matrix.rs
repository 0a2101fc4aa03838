//! Runs of the fault matrix: how many a second on one core, beside the bare loop with as many deliveries; and how long a
//! failing run of 2,000 events takes to be made smaller. Cells in which chance has no say are left out of that, since
//! their runs are made once.
//!
//! Run with `cargo bench --bench matrix`. What the figures were is in `benches/README.md`; those of a browser are of
//! `benches/browser.rs`.

mod common {
    #[expect(dead_code, reason = "one of the bare loops is another benchmark's")]
    pub mod bare;
    pub mod failure;
    #[expect(dead_code, reason = "a table of its own")]
    pub mod turns;
    #[expect(dead_code, reason = "the bare loop needs the constants alone")]
    pub mod workloads;
}

use std::hint::black_box;
use std::time::Duration;

use common::bare;
use common::failure::{cells, delivered, rows, shrink_long};
use common::turns::{keep_memory, row, time};
use lightcone::base::Seed;

/// How many runs of each cell are timed together, and how often.
const RUNS: u64 = 20;
const ROUNDS: usize = 8;

fn main() {
    keep_memory();
    let rows = rows();
    let (mut whole, mut bare_whole, mut made) = (Duration::ZERO, Duration::ZERO, 0);
    for it in &rows {
        let (mut own, mut deliveries) = (Duration::ZERO, 0);
        let mut cells = cells(it);
        cells.retain_mut(|sweep| {
            sweep.run(Seed(0));
            !sweep.is_made_once()
        });
        for sweep in &mut cells {
            deliveries += delivered(sweep, 0..RUNS) / RUNS as usize;
            let round = |_| time(|| sweep.tally_of((0..RUNS).map(Seed)));
            own += (0..ROUNDS).map(round).min().unwrap_or_default() / RUNS as u32;
        }
        let count = cells.len() as u32;
        let (each, per_run) = (own / count, deliveries / cells.len());
        let bare = |_| time(|| (0..RUNS).for_each(|_| drop(bare::w1(black_box(per_run)))));
        let bare = (0..ROUNDS).map(bare).min().unwrap_or_default() / RUNS as u32;
        whole += own;
        made += count;
        bare_whole += bare * count;
        row(&format!("{}, {per_run} deliveries", it.id), &beside(each, bare), "");
    }
    let what = format!("a run of each of {made} cells in which chance has a say");
    row(&what, &beside(whole / made, bare_whole / made), "at most 3 times");
    let seconds = whole.as_secs_f64() * 1_000.0;
    row(&format!("all {} rows, 1,000 runs a cell, on one core", rows.len()), &format!("{seconds:.0} s"), "");
    let mut shrunk = None;
    let took = (0..3).map(|_| time(|| shrunk = shrink_long())).min().unwrap_or_default();
    if let Some((events, shrunk)) = shrunk {
        let what = format!(
            "a failure of {events} events: {} runs to {} effects of {}",
            shrunk.tries, shrunk.left, shrunk.of
        );
        row(&what, &format!("{:.2} s", took.as_secs_f64()), "at most 5 s");
    }
}

/// How many runs a second, and how many times the bare loop's time.
fn beside(each: Duration, bare: Duration) -> String {
    let ratio = each.as_secs_f64() / bare.as_secs_f64().max(1e-9);
    format!("{:.0} runs a second, {ratio:.1} times the bare loop", 1.0 / each.as_secs_f64())
}
