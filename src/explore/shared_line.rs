//! A line of one's own and a shared one side by side: how long frames take over each, and how many are lost.
//!
//! Every point is some runs of the scene `circuit`, from equal seeds: the same traffic over both. Must not know how a line
//! is shared.

use super::measured::Measured;
use crate::analysis::plots::{Axis, Form, Line, Plot, Quantity};
use crate::base::{Duration, Seed};
use crate::scenes::{RunSpec, circuit};
use crate::sim::{Settings, Tape};

/// The id of the scene that the points are runs of.
pub const SCENE: &str = circuit::SCENE.id;

/// A way of sharing: its name, and the dials that make it.
type Way = (&'static str, [(&'static str, i64); 3]);

static WAYS: [Way; 4] = [
    ("circuit", [("sharing", 0), ("room", 8), ("sender", 0)]),
    ("packets, room for 8", [("sharing", 1), ("room", 8), ("sender", 0)]),
    ("packets, room for 1000", [("sharing", 1), ("room", 1_000), ("sender", 0)]),
    ("a stream of packets", [("sharing", 1), ("room", 8), ("sender", 1)]),
];

/// What is asked of the line, in per cent of what it carries.
const LOADS: [i64; 8] = [40, 60, 80, 90, 95, 100, 110, 130];
/// The load at which delays are looked at one by one.
const BUSY: i64 = 90;
/// At which shares of all frames, in per cent, their delay is drawn.
const SHARES: [usize; 11] = [1, 5, 10, 25, 50, 75, 90, 95, 98, 99, 100];

/// A way at a load.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    way: usize,
    load: i64,
    /// How many runs are measured.
    runs: u64,
    /// How long each of A's frames took, in all runs, in order; those that never came are not among them.
    took: Vec<Duration>,
    /// How many frames A made.
    made: usize,
}

/// Lines that are being measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedLine {
    runs: u64,
    cells: Vec<Cell>,
}

impl SharedLine {
    /// Nothing measured yet; each point will be so many runs.
    pub fn new(runs: u64) -> Self {
        let of_load =
            |load| (0..WAYS.len()).map(move |way| Cell { way, load, runs: 0, took: Vec::new(), made: 0 });
        let others = LOADS.into_iter().filter(|&load| load != BUSY);
        Self { runs, cells: std::iter::once(BUSY).chain(others).flat_map(of_load).collect() }
    }

    /// A line for each way, with what `points` makes of its cells, the smallest load first.
    fn lines(&self, points: impl Fn(&[&Cell]) -> Vec<(u64, u64)>) -> Vec<Line> {
        let line = |(way, (name, _)): (usize, &Way)| {
            let mut cells: Vec<&Cell> =
                self.cells.iter().filter(|cell| cell.way == way && cell.made > 0).collect();
            cells.sort_by_key(|cell| cell.load);
            Line { name: (*name).to_owned(), points: points(&cells) }
        };
        WAYS.iter().enumerate().map(line).collect()
    }

    /// The same with one point for each load.
    fn over_loads(&self, value: impl Fn(&Cell) -> u64) -> Vec<Line> {
        self.lines(|cells| cells.iter().map(|cell| (cell.load.unsigned_abs(), value(cell))).collect())
    }
}

impl Measured for SharedLine {
    fn progress(&self) -> (usize, usize) {
        let done = self.cells.iter().map(|cell| cell.runs).sum::<u64>();
        (done as usize, self.cells.len() * self.runs as usize)
    }

    /// One run. All ways grow together.
    fn measure_next(&mut self) {
        let (busy, others) = self.cells.split_at_mut(WAYS.len());
        let open = [busy, others].into_iter().find_map(|cells| {
            let open = cells.iter_mut().filter(|cell| cell.runs < self.runs);
            open.min_by_key(|cell| cell.runs)
        });
        if let Some(cell) = open {
            cell.add(Seed(cell.runs));
        }
    }

    fn plots(&self) -> Vec<Plot> {
        let load = Axis::linear("load in per cent", Quantity::Count);
        let distribution = |cells: &[&Cell]| {
            let cell = cells.iter().find(|cell| cell.load == BUSY);
            cell.map(|cell| cell.distribution()).unwrap_or_default()
        };
        vec![
            Plot {
                id: "delay-distribution",
                title: "Delays over a line of one's own and a shared one",
                says: "Of a hundred frames of A, how many came within this time, at 90 per cent load.",
                x: Axis::linear("delay", Quantity::Nanos),
                y: Axis::linear("of a hundred frames", Quantity::Count),
                form: Form::Curve,
                lines: self.lines(distribution),
                end: 0,
            },
            Plot {
                id: "delay-by-load",
                title: "Mean delay by load",
                says: "Of A's frames that came.",
                x: load,
                y: Axis::linear("mean delay", Quantity::Nanos),
                form: Form::Curve,
                lines: self.over_loads(Cell::mean),
                end: 0,
            },
            Plot {
                id: "loss-by-load",
                title: "Lost by load",
                says: "Of a hundred frames of A, how many never came.",
                x: load,
                y: Axis::linear("lost of a hundred", Quantity::Hundredths),
                form: Form::Curve,
                lines: self.over_loads(Cell::lost),
                end: 0,
            },
        ]
    }
}

impl Cell {
    /// One run more.
    fn add(&mut self, seed: Seed) {
        let own = WAYS[self.way].1.into_iter().chain([("load", self.load)]);
        let dials = own.map(|(dial, value)| (format!("{SCENE}.{dial}"), value)).collect();
        // The dials are the scene's, and their values within range, as a test says.
        let spec =
            RunSpec::new(SCENE, Some(seed), Settings { dials, ..Settings::default() }, Tape::default());
        let Ok(spec) = spec else { return };
        let mut engine = spec.start();
        while engine.step().is_ok() {}
        let fates = circuit::fates(engine.trace());
        self.made += fates.len();
        self.took.extend(fates.into_iter().flatten());
        self.took.sort_unstable();
        self.runs += 1;
    }

    /// For shares of all frames that were made, the time within which they came. Who never came is in none.
    fn distribution(&self) -> Vec<(u64, u64)> {
        let point = |&share: &usize| {
            let rank = (self.made * share).div_ceil(100);
            Some((self.took.get(rank.max(1) - 1)?.0, share as u64))
        };
        SHARES.iter().filter_map(point).collect()
    }

    fn mean(&self) -> u64 {
        self.took.iter().map(|took| took.0).sum::<u64>() / (self.took.len() as u64).max(1)
    }

    /// In hundredths of a per cent.
    fn lost(&self) -> u64 {
        (self.made - self.took.len()) as u64 * 10_000 / (self.made as u64).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::measured::measure_all;
    use super::*;

    #[test]
    fn a_circuit_is_constant_and_packets_wait_or_are_lost() {
        let mut all = SharedLine::new(2);
        measure_all(&mut all);
        let [delays, mean, lost] = &all.plots()[..] else { panic!("three plots") };
        let values = |plot: &Plot, way: usize| plot.lines[way].points.iter().map(|p| p.1).collect::<Vec<_>>();
        // 10 ms to M, at most two slots of others and its own, 10 ms to Z: A's rhythm is that of its slots.
        assert!(delays.lines[0].points.iter().all(|point| point.0 == 50_000_000));
        assert_eq!(values(mean, 0), [50_000_000; LOADS.len()]);
        assert_eq!(values(lost, 0), [0; LOADS.len()]);
        // With room for everybody the wait grows with the load, and nothing is lost.
        let unbounded = values(mean, 2);
        assert!(unbounded.is_sorted() && unbounded[7] > 4 * unbounded[2], "{unbounded:?}");
        assert_eq!(values(lost, 2), [0; LOADS.len()]);
        // With room for eight nobody waits for more than eight slots and the one that is being sent.
        let bounded = &delays.lines[1].points;
        assert!(bounded.iter().all(|point| point.0 <= 20_000_000 * 10 + 20_000_000), "{bounded:?}");
        let lossy = values(lost, 1);
        assert!(lossy[0] == 0 && lossy[7] > 500, "{lossy:?}");
        assert_eq!(values(lost, 3)[..3], [0; 3], "a stream sends again");
    }
}
