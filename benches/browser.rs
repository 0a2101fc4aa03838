//! The same work natively and in a browser: `cargo xtask bench-browser` builds this file for both and compares.
//!
//! Natively it is a program that does each piece of work several times and prints how long one unit of the fastest
//! took, as JSON. For a browser it is a module whose functions a page calls and times, since only a page has a clock
//! there.

mod common {
    pub mod bare;
    pub mod failure;
    pub mod scale;
    #[cfg(not(target_arch = "wasm32"))]
    #[expect(dead_code, reason = "the rows of the table are written by the script that compares")]
    pub mod turns;
    #[expect(dead_code, reason = "some workloads are those of other benchmarks")]
    pub mod workloads;
}

use std::cell::RefCell;
use std::sync::Arc;

use common::scale::{self, Large};
use common::workloads::scramble;
use common::{bare, failure, workloads};
use lightcone::base::{EventId, Seed};
use lightcone::explore::{Row, Sweep};
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
    (W1_BARE, RUNS as usize, || (0..RUNS).for_each(|_| drop(bare::w1(SHORT)))),
    (W1_SWEPT, RUNS as usize, sweep_w1),
    ("the matrix, four runs of each cell", 1, matrix),
    ("bare loop, as many deliveries", 1, matrix_bare),
    ("a long failure made smaller", 1, || drop(failure::shrink_long())),
];

/// What a run of a sweep of W1 delivers, as many as runs of the matrix are reckoned with; and what it is called.
const SHORT: usize = 500;
const W1_BARE: &str = "W1 bare loop, a run of 500 deliveries";
const W1_SWEPT: &str = "W1 simulator, a run of 500 deliveries in a sweep";

/// The seeds with which each cell of the matrix is run.
const SEEDS: std::ops::Range<u64> = 0..4;

/// A sweep of a cell of the matrix, and how many messages its runs deliver.
type CountedCell = (Sweep, usize);

thread_local! {
    /// The cells of the matrix.
    static CELLS: RefCell<Vec<CountedCell>> = RefCell::new(failure::rows().iter().flat_map(counted).collect());
}

/// The cells of a row in which chance has a say: the runs of the others are made once.
fn counted(row: &Row) -> Vec<CountedCell> {
    let count = |mut sweep: Sweep| {
        let deliveries = failure::delivered(&mut sweep, SEEDS);
        (sweep, deliveries)
    };
    failure::cells(row).into_iter().map(count).filter(|(sweep, _)| !sweep.is_made_once()).collect()
}

thread_local! {
    /// The last run of the sweep of W1.
    static LAST: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

fn sweep_w1() {
    for seed in 0..RUNS {
        let last = LAST.take();
        let mut engine =
            last.map_or_else(|| Engine::new(workloads::w1()), |last| last.start_anew(Seed(seed)));
        deliver(&mut engine, SHORT);
        LAST.set(Some(engine));
    }
}

fn matrix() {
    CELLS.with_borrow_mut(|cells| {
        for (sweep, _) in cells {
            sweep.tally_of(SEEDS.map(Seed));
        }
    });
}

fn matrix_bare() {
    let runs = SEEDS.end as usize;
    CELLS.with_borrow(|cells| {
        for (_, deliveries) in cells {
            (0..runs).for_each(|_| drop(bare::w1(deliveries / runs)));
        }
    });
}

fn run(setup: Arc<Setup>) {
    deliver(&mut Engine::new(setup), DELIVERIES);
}

fn deliver(engine: &mut Engine, deliveries: usize) {
    let mut done = 0;
    while done < deliveries {
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

thread_local! {
    /// The large diagram, if one is open.
    static LARGE: RefCell<Option<Large>> = const { RefCell::new(None) };
}

/// Opens a large diagram in place of the one before it.
fn open_large(kind: usize) {
    LARGE.take();
    LARGE.set(Some(Large::open(kind)));
}

/// Does something with the large diagram.
fn with_large<T>(work: impl FnOnce(&mut Large) -> T) -> Option<T> {
    LARGE.with_borrow_mut(|large| large.as_mut().map(work))
}

/// Natively there is no canvas, so that these are the times without painting.
#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::print_stdout, reason = "it is what a benchmark is for")]
fn large() {
    let file = scale::log(20, 50_000);
    let read = common::turns::time(|| scale::read_log(&file)).as_secs_f64() * 1e3;
    println!("a log of {} bytes: {read:.0} ms", file.len());
    let start = common::turns::time(|| drop(scale::pack_log(&file))).as_secs_f64() * 1e3;
    let answer = scale::pack_log(&file);
    let rest = common::turns::time(|| drop(scale::unpack_log(&answer))).as_secs_f64() * 1e3;
    println!("by a worker: {start:.0} ms there, {} bytes, {rest:.0} ms on the page", answer.len());

    /// How many frames are timed.
    const FRAMES: usize = 600;
    /// How many events are selected.
    const SELECTED: usize = 200;

    let millis = |work: &mut dyn FnMut()| common::turns::time(work).as_secs_f64() * 1e3;
    let late = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() * 99 / 100]
    };
    let draw = |change: fn(&mut Large)| {
        with_large(|large| {
            change(large);
            drop(large.draw());
        });
    };
    for (kind, (name, _)) in scale::KINDS.iter().enumerate() {
        let open = millis(&mut || {
            open_large(kind);
            draw(|_| {});
        });
        let frame = late((0..FRAMES).map(|_| millis(&mut || draw(Large::move_on))).collect());
        let select = late((0..SELECTED).map(|_| millis(&mut || draw(Large::select))).collect());
        let search = millis(&mut || {
            with_large(|large| large.search());
        });
        with_large(Large::rival);
        let compare = millis(&mut || {
            with_large(|large| large.compare());
        });
        println!(
            "{name}: open {open:.0} ms, frame {frame:.2} ms, select {select:.2} ms, search {search:.0} ms, \
             compare {compare:.0} ms"
        );
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::print_stdout, reason = "the script that compares reads it")]
fn main() {
    /// How often each piece of work is done.
    const ROUNDS: usize = 15;
    /// How many places are sought.
    const SEEKS: usize = 1_000;

    common::turns::keep_memory();
    if std::env::args().any(|argument| argument == "large") {
        return large();
    }
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
    use std::cell::RefCell;

    use lightcone::web::painter::Painter;
    use wasm_bindgen::prelude::wasm_bindgen;
    use web_sys::HtmlCanvasElement;

    use super::scale::{self, Large};

    thread_local! {
        static PAINTER: RefCell<Painter> = RefCell::new(Painter::default());
    }

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

    /// The name of a kind of large diagram; `undefined` behind the last.
    #[wasm_bindgen(js_name = largeName)]
    pub fn large_name(kind: usize) -> Option<String> {
        scale::KINDS.get(kind).map(|(name, _)| (*name).to_owned())
    }

    /// Opens a large diagram.
    #[wasm_bindgen(js_name = openLarge)]
    pub fn open_large(kind: usize) {
        super::open_large(kind);
    }

    /// Paints the large diagram as it is looked at now.
    #[wasm_bindgen(js_name = paintLarge)]
    pub fn paint_large(canvas: &HtmlCanvasElement) {
        super::with_large(|large| PAINTER.with_borrow_mut(|it| it.paint(canvas, &large.draw(), 0)));
    }

    /// Moves on by a frame, and paints.
    #[wasm_bindgen(js_name = moveLarge)]
    pub fn move_large(canvas: &HtmlCanvasElement) {
        super::with_large(Large::move_on);
        paint_large(canvas);
    }

    /// Selects an event anywhere, counts its cones, and paints them.
    #[wasm_bindgen(js_name = selectLarge)]
    pub fn select_large(canvas: &HtmlCanvasElement) {
        super::with_large(Large::select);
        paint_large(canvas);
    }

    /// Reads the whole run for a text that occurs nowhere.
    #[wasm_bindgen(js_name = searchLarge)]
    pub fn search_large() -> usize {
        super::with_large(|large| large.search()).unwrap_or(0)
    }

    /// Makes a run to compare the large one with.
    #[wasm_bindgen(js_name = rivalLarge)]
    pub fn rival_large() {
        super::with_large(Large::rival);
    }

    /// Compares the two.
    #[wasm_bindgen(js_name = compareLarge)]
    pub fn compare_large() -> usize {
        super::with_large(|large| large.compare()).unwrap_or(0)
    }

    /// A file as ShiViz reads it, of a run with so many events on so many hosts.
    #[wasm_bindgen(js_name = writeLog)]
    pub fn write_log(hosts: usize, events: usize) -> String {
        scale::log(hosts, events)
    }

    /// Reads such a file, and paints its diagram. Gives how many events it has.
    #[wasm_bindgen(js_name = paintLog)]
    pub fn paint_log(text: &str, canvas: &HtmlCanvasElement) -> usize {
        let Some((drawing, events)) = scale::read_log(text) else { return 0 };
        PAINTER.with_borrow_mut(|painter| painter.paint(canvas, &drawing, 0));
        events
    }

    /// Reads such a file as the worker does, and packs what it says.
    #[wasm_bindgen(js_name = packLog)]
    pub fn pack_log(text: &str) -> Vec<u8> {
        scale::pack_log(text)
    }

    /// Takes a worker's answer in as the page does, and paints the diagram. Gives how many events it has.
    #[wasm_bindgen(js_name = unpackLog)]
    pub fn unpack_log(answer: &[u8], canvas: &HtmlCanvasElement) -> usize {
        let Some((drawing, events)) = scale::unpack_log(answer) else { return 0 };
        PAINTER.with_borrow_mut(|painter| painter.paint(canvas, &drawing, 0));
        events
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
