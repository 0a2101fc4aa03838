//! The same work natively and in a browser: `cargo xtask bench-browser` builds this file for both and compares.
//!
//! Natively it is a program that does each piece of work several times and prints how long one unit of the fastest
//! took, as JSON. For a browser it is a module whose functions a page calls and times, since only a page has a clock
//! there.

mod common {
    pub mod bare;
    #[cfg(not(target_arch = "wasm32"))]
    #[expect(dead_code, reason = "the rows of the table are written by the script that compares")]
    pub mod turns;
    #[expect(dead_code, reason = "some workloads are those of other benchmarks")]
    pub mod workloads;
}

use std::cell::RefCell;
use std::sync::Arc;

use common::workloads::scramble;
use common::{bare, workloads};
use lightcone::base::{EventId, Seed};
use lightcone::explore::Sweep;
use lightcone::scenes::{self, RunSpec};
use lightcone::sim::{Engine, EventKind, Position, Recording, Setup};

/// How many messages a piece of work delivers.
const DELIVERIES: usize = 100_000;

/// How many events the run has that is sought through.
const SOUGHT: usize = 100_000;

/// How many runs of a scene a piece of work makes.
const RUNS: u64 = 200;

/// A piece of work: its name, how many units it has, and how it is done.
type Work = (&'static str, usize, fn());

/// Everything that is compared. A browser calls it by its place.
const WORK: &[Work] = &[
    ("W1 bare loop, a delivery", DELIVERIES, || drop(bare::w1(DELIVERIES))),
    ("W2 bare loop, a delivery", DELIVERIES, || drop(bare::w2(DELIVERIES))),
    ("W1 simulator, a delivery", DELIVERIES, || run(workloads::w1())),
    ("W2 simulator, a delivery", DELIVERIES, || run(workloads::w2())),
    ("W2 simulator with all faults, a delivery", DELIVERIES, || run(workloads::w2_all_faults())),
    ("crossed-letters, a run of a sweep", RUNS as usize, sweep),
];

fn run(setup: Arc<Setup>) {
    let mut engine = Engine::new(setup);
    let mut done = 0;
    while done < DELIVERIES {
        let first = EventId(engine.trace().len() as u32);
        if engine.step().is_err() {
            break;
        }
        done += usize::from(engine.trace().kind(first) == EventKind::Receive);
    }
}

fn sweep() {
    let Some(scene) = scenes::find("crossed-letters") else { return };
    let mut sweep = Sweep::new(RunSpec::of(scene));
    (0..RUNS).for_each(|seed| drop(sweep.run(Seed(seed))));
}

thread_local! {
    /// The run that is sought through, and what the places are drawn from.
    static LONG: RefCell<Option<(Recording, u64)>> = const { RefCell::new(None) };
}

/// Makes the run that is sought through.
fn prepare_seeks() {
    let mut run = Recording::new(workloads::w2());
    while run.engine().trace().len() < SOUGHT && run.step().is_ok() {}
    LONG.set(Some((run, 1)));
}

/// Goes to a place of the run that is drawn anew each time.
fn seek() {
    LONG.with_borrow_mut(|long| {
        let Some((run, state)) = long else { return };
        let kept = run.engine().trace().kept_turns();
        let to = Position { turn: scramble(state) % (kept + 1), actions: 0 };
        assert!(run.seek(to).is_ok(), "the run got as far");
    });
}

#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::print_stdout, reason = "the script that compares reads it")]
fn main() {
    /// How often each piece of work is done.
    const ROUNDS: usize = 15;
    /// How many places are sought.
    const SEEKS: usize = 1_000;

    common::turns::keep_memory();
    let mut least = vec![f64::MAX; WORK.len()];
    for _ in 0..ROUNDS {
        for (least, (_, units, work)) in least.iter_mut().zip(WORK) {
            *least = least.min(common::turns::time(work).as_secs_f64() * 1e9 / *units as f64);
        }
    }
    let mut rows: Vec<String> =
        least.iter().zip(WORK).map(|(least, (name, ..))| format!("{name:?}:{least}")).collect();
    prepare_seeks();
    let mut seeks: Vec<f64> = (0..SEEKS).map(|_| common::turns::time(seek).as_secs_f64() * 1e9).collect();
    seeks.sort_by(f64::total_cmp);
    rows.push(format!("\"seek\":{}", seeks[SEEKS * 99 / 100]));
    println!("{{{}}}", rows.join(","));
}

/// A module has no use for it.
#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(target_arch = "wasm32")]
mod page {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// The name of a piece of work; `undefined` behind the last.
    #[wasm_bindgen(js_name = nameOf)]
    pub fn name_of(place: usize) -> Option<String> {
        super::WORK.get(place).map(|(name, ..)| (*name).to_owned())
    }

    /// Does a piece of work and says how many units it had.
    #[wasm_bindgen(js_name = work)]
    pub fn work(place: usize) -> usize {
        let Some((_, units, work)) = super::WORK.get(place) else { return 0 };
        work();
        *units
    }

    /// Makes the run that is sought through.
    #[wasm_bindgen(js_name = prepareSeeks)]
    pub fn prepare_seeks() {
        super::prepare_seeks();
    }

    /// Goes to another place of that run.
    #[wasm_bindgen(js_name = seek)]
    pub fn seek() {
        super::seek();
    }
}
