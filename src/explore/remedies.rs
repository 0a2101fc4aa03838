//! Remedies against a cascade side by side: goodput over time with each of them, and what a hedged request does at
//! every load.
//!
//! Every point is some runs of the scene `cascade`, from equal seeds: the same requests at the same times. Must not know
//! how a remedy works.

use super::measured::Measured;
use crate::analysis::plots::{Axis, Form, Line, Plot, Quantity};
use crate::analysis::series::quantile;
use crate::base::{Duration, Seed};
use crate::scenes::RunSpec;
use crate::scenes::cascade::{self, HEDGE, HIGH, NONE};
use crate::sim::{Engine, Settings, Tape};

/// The id of the scene that the points are runs of.
pub const SCENE: &str = cascade::SCENE.id;

/// Requests a second, from little to do to more than can be done.
const LOADS: [i64; 9] = [1, 2, 3, 4, 6, 8, 10, 12, 16];

/// Over how long served requests are counted together, and how many such stretches there are.
const STRETCH: Duration = Duration::secs(2);
const STRETCHES: usize = 9;

/// A remedy at a load.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    remedy: i64,
    load: i64,
    /// How many runs are measured.
    runs: u64,
    /// How many requests were served in each stretch, in all runs.
    served: [u64; STRETCHES],
    /// How long each request took until it was served or given up, in all runs.
    took: Vec<Duration>,
}

/// Remedies that are being measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedies {
    runs: u64,
    cells: Vec<Cell>,
}

impl Remedies {
    /// Nothing measured yet; each point will be so many runs.
    pub fn new(runs: u64) -> Self {
        let all = (0..remedies().len() as i64).map(|remedy| (remedy, HIGH));
        let hedged = LOADS.into_iter().filter(|&load| load != HIGH);
        let hedged = hedged.flat_map(|load| [(NONE, load), (HEDGE, load)]);
        let empty = |(remedy, load)| Cell { remedy, load, runs: 0, served: [0; STRETCHES], took: Vec::new() };
        Self { runs, cells: all.chain(hedged).map(empty).collect() }
    }

    fn cell(&self, remedy: i64, load: i64) -> Option<&Cell> {
        self.cells.iter().find(|cell| (cell.remedy, cell.load) == (remedy, load) && cell.runs > 0)
    }

    /// A line over all loads, of those that are measured and have such a value.
    fn over_loads(&self, remedy: i64, value: impl Fn(&Cell) -> Option<u64>) -> Line {
        let point = |&load: &i64| Some((load.unsigned_abs(), value(self.cell(remedy, load)?)?));
        Line {
            name: remedies()[remedy as usize].to_owned(),
            points: LOADS.iter().filter_map(point).collect(),
        }
    }
}

/// The names of the remedies, by where the dial stands for each.
fn remedies() -> &'static [&'static str] {
    cascade::SCENE.dials[0].choices
}

impl Measured for Remedies {
    fn progress(&self) -> (usize, usize) {
        let done = self.cells.iter().map(|cell| cell.runs).sum::<u64>();
        (done as usize, self.cells.len() * self.runs as usize)
    }

    /// One run. All remedies grow together, so that they can be compared early, and the loads come after them.
    fn measure_next(&mut self) {
        let (over_time, over_loads) = self.cells.split_at_mut(remedies().len());
        let open = [over_time, over_loads].into_iter().find_map(|cells| {
            let open = cells.iter_mut().filter(|cell| cell.runs < self.runs);
            open.min_by_key(|cell| cell.runs)
        });
        if let Some(cell) = open {
            cell.add(Seed(cell.runs));
        }
    }

    fn plots(&self) -> Vec<Plot> {
        let seconds = STRETCH.0 / Duration::secs(1).0;
        let over_time = |(remedy, name): (usize, &&str)| {
            let cell = self.cell(remedy as i64, HIGH);
            let point = |(nth, &served): (usize, &u64)| {
                let runs = cell.map_or(1, |cell| cell.runs);
                (STRETCH.0 * nth as u64 + STRETCH.0 / 2, served * 100 / (runs * seconds))
            };
            let points = cell.map(|cell| cell.served.iter().enumerate().map(point).collect());
            Line { name: (*name).to_owned(), points: points.unwrap_or_default() }
        };
        let both =
            |value: fn(&Cell) -> Option<u64>| [NONE, HEDGE].map(|remedy| self.over_loads(remedy, value));
        vec![
            Plot {
                id: "remedies",
                title: "Goodput with each remedy",
                says: "Requests served a second at ten requests a second, mean of many runs. W2 is slow from 4 s to 12 s.",
                x: Axis::TIME,
                y: Axis::linear("served a second", Quantity::Hundredths),
                form: Form::Curve,
                lines: remedies().iter().enumerate().map(over_time).collect(),
                end: STRETCH.0 * STRETCHES as u64,
            },
            Plot {
                id: "hedged-slowest",
                title: "The slowest of a hundred, by load",
                says: "How long until it was served or given up. Nobody waits longer than three attempts.",
                x: Axis::linear("requests a second", Quantity::Count),
                y: Axis::linear("time", Quantity::Nanos),
                form: Form::Curve,
                lines: both(Cell::slowest_of_a_hundred).to_vec(),
                end: 0,
            },
            Plot {
                id: "hedged-goodput",
                title: "Goodput by load, hedged and not",
                says: "Requests served a second, from the first to the last request, mean of many runs.",
                x: Axis::linear("requests a second", Quantity::Count),
                y: Axis::linear("served a second", Quantity::Hundredths),
                form: Form::Curve,
                lines: both(Cell::served_a_second).to_vec(),
                end: 0,
            },
        ]
    }
}

impl Cell {
    /// One run more.
    fn add(&mut self, seed: Seed) {
        let dials = [("remedy", self.remedy), ("load", self.load)];
        let dials = dials.map(|(dial, value)| (format!("{SCENE}.{dial}"), value)).into();
        // The dials are the scene's, and their values within range, as a test says.
        let spec =
            RunSpec::new(SCENE, Some(seed), Settings { dials, ..Settings::default() }, Tape::default());
        let Ok(spec) = spec else { return };
        let mut engine: Engine = spec.start();
        while engine.step().is_ok() {}
        for (nth, served) in self.served.iter_mut().enumerate() {
            let from = Duration(STRETCH.0 * nth as u64);
            *served += cascade::served(engine.trace(), from, from + STRETCH) as u64;
        }
        self.took.extend(cascade::until_settled(engine.trace()));
        self.runs += 1;
    }

    fn slowest_of_a_hundred(&self) -> Option<u64> {
        quantile(&self.took, 990_000).map(|slowest| slowest.0)
    }

    /// In hundredths, over all stretches.
    fn served_a_second(&self) -> Option<u64> {
        let seconds = STRETCH.0 * STRETCHES as u64 / Duration::secs(1).0;
        Some(self.served.iter().sum::<u64>() * 100 / (self.runs.max(1) * seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::super::measured::measure_all;
    use super::*;
    use crate::sim::EventKind;

    #[test]
    fn runs_come_one_by_one_and_every_plot_counts_what_they_hold() {
        let mut all = Remedies::new(1);
        measure_all(&mut all);
        let plots = all.plots();
        assert_eq!(plots.iter().map(|plot| plot.lines.len()).collect::<Vec<_>>(), [7, 2, 2]);
        // Counted once more, from the clients' own words.
        let spec = RunSpec::new(SCENE, Some(Seed(0)), Settings::default(), Tape::default()).expect("a scene");
        let mut engine = spec.start();
        while engine.step().is_ok() {}
        let trace = engine.trace();
        let until = STRETCH.0 * STRETCHES as u64;
        let is_served = |event: &crate::base::EventId| {
            trace.kind(*event) == EventKind::Decide
                && trace.label(*event).starts_with("served ")
                && trace.at(*event).0 < until
        };
        let served = trace.events().filter(is_served).count() as u64;
        let drawn: u64 = plots[0].lines[0].points.iter().map(|point| point.1).sum();
        assert_eq!(drawn, served * 50, "hundredths a second, in stretches of two");
        let at_ten = plots[2].lines[0].points.iter().find(|point| point.0 == 10).expect("a load");
        assert_eq!(at_ten.1, served * 100 / 18);
    }

    #[test]
    fn hedging_helps_where_there_is_little_to_do_and_harms_where_there_is_much() {
        let mut all = Remedies::new(6);
        while !all.is_done() {
            all.measure_next();
        }
        let [time, slowest, goodput] = &all.plots()[..] else { panic!("three plots") };
        let at = |plot: &Plot, line: usize, load: u64| {
            plot.lines[line].points.iter().find(|point| point.0 == load).map(|point| point.1)
        };
        let low = [0, 1].map(|line| at(slowest, line, 3).expect("it is measured"));
        assert!(low[1] * 2 < low[0], "{low:?}");
        let high = [0, 1].map(|line| at(goodput, line, 10).expect("it is measured"));
        assert!(high[1] < high[0], "{high:?}");
        let given_up = [0, 1].map(|line| at(slowest, line, 10).expect("it is measured"));
        assert_eq!(
            given_up, [6_000_000_000; 2],
            "at ten a second the slowest of a hundred is given up in any case"
        );
        // Once W2 is well, each remedy but the hedge serves more than none.
        let late = |line: usize| time.lines[line].points.iter().filter(|p| p.0 > 12_000_000_000).map(|p| p.1);
        let none: u64 = late(0).sum();
        for (line, name) in remedies().iter().enumerate().skip(1).filter(|(line, _)| *line as i64 != HEDGE) {
            assert!(late(line).sum::<u64>() > none, "{name}");
        }
    }
}
