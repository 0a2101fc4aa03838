//! Work on a cell as it travels to whoever does it: the row as its line, the column by its name, and the seeds.
//!
//! Whoever does it needs nothing else, so that it can be another thread with memory of its own, and who hands it out has
//! next to nothing to do. Must not know how a task gets there and back.

use std::ops::Range;

use super::super::link::{Link, NO_HASH};
use super::super::model::view_of;
use super::super::view::Selection;
use super::thousands;
use crate::base::Seed;
use crate::explore::matrix::{Cell, Column};
use crate::explore::{Matrix, Row, Sweep, Tally, smallest};
use crate::scenes::RunSpec;
use crate::sim::BadSetting;

/// Some seeds of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The row: see [`Row::write`].
    pub row: String,
    /// The column: see [`Column::id`].
    pub column: String,
    /// The seeds.
    pub seeds: Range<u64>,
}

/// The smallest failing run found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smallest {
    /// The link to where it breaks the claim.
    pub link: String,
    /// How many effects of faults are left.
    pub left: usize,
    /// How many there were.
    pub of: usize,
    /// How many runs were tried.
    pub tries: u32,
    /// Whether nothing of what is left can be left out.
    pub is_least: bool,
}

impl Smallest {
    /// What was found, in words.
    pub fn says(&self) -> String {
        let Self { left, of, tries, is_least, .. } = self;
        let [count, all, runs] = [*left as u64, *of as u64, u64::from(*tries)].map(thousands);
        let kept = match (left, of) {
            (_, 0) => "The smallest failing run found: no effect of a fault is needed".to_owned(),
            (0, 1) => "The smallest failing run found: the one effect of a fault is not needed".to_owned(),
            (0, _) => format!("The smallest failing run found: none of {all} effects of faults is needed"),
            (1, 1) => "The smallest failing run found: the one effect of a fault is needed".to_owned(),
            (1, _) => format!("The smallest failing run found: of {all} effects of faults one is left"),
            _ => format!("The smallest failing run found: of {all} effects of faults {count} are left"),
        };
        let end = match (is_least, left) {
            (false, _) => {
                format!("; after {runs} runs the search stopped, and some of them may not be needed")
            }
            (true, 0) => String::new(),
            (true, 1) => ", and without it the claim holds".to_owned(),
            (true, _) => ", and without any one of them the claim holds".to_owned(),
        };
        format!("{kept}{end}.")
    }
}

impl Task {
    /// These seeds of a cell.
    pub fn new(matrix: &Matrix, cell: Cell, seeds: Range<u64>) -> Self {
        let (row, column) = (matrix.rows[cell.row].write(), matrix.columns[cell.column].id());
        Self { row, column, seeds }
    }

    fn read(&self) -> Result<(Row, RunSpec), BadSetting> {
        let row = Row::read(&self.row).map_err(|bad| BadSetting(bad.0))?.pop();
        let row = row.ok_or_else(|| BadSetting("the task names no row".to_owned()))?;
        let spec = row.spec(&Column::read(&self.column)?.faults)?;
        Ok((row, spec))
    }

    /// Looks for the smallest failing run with one of the seeds; `None` if all keep the claim.
    ///
    /// # Errors
    /// When the task names what does not exist.
    pub fn smallest(&self) -> Result<Option<Smallest>, BadSetting> {
        let (row, spec) = self.read()?;
        let seeds = self.seeds.clone().map(Seed);
        Ok(smallest(&spec, row.claim(), row.until, seeds).map(|shrunk| {
            let mut view = view_of(shrunk.spec.scene);
            view.selection = shrunk.violation.map_or(Selection::Nothing, Selection::Event);
            let (spec, position) = (shrunk.spec, shrunk.position);
            let (format, hash) = (super::super::FORMAT, NO_HASH.to_owned());
            let link = Link { spec, position, view, format, hash }.write();
            let (left, of, tries, is_least) = (shrunk.left, shrunk.of, shrunk.tries, shrunk.is_least);
            Smallest { link, left, of, tries, is_least }
        }))
    }
}

/// Counts task after task. The runs of a cell are made in the memory of the one before, for as long as the tasks are of
/// one cell.
#[derive(Default)]
pub struct Counter {
    last: Option<(Task, Sweep)>,
}

impl Counter {
    /// What the runs with the task's seeds say of the claim.
    ///
    /// # Errors
    /// When the task names what does not exist.
    pub fn count(&mut self, task: &Task) -> Result<Tally, BadSetting> {
        let is_same = |last: &Task| last.row == task.row && last.column == task.column;
        let mut sweep = match self.last.take() {
            Some((last, sweep)) if is_same(&last) => sweep,
            _ => {
                let (row, spec) = task.read()?;
                Sweep::of_claim(spec, row.claim(), row.until)
            }
        };
        let tally = sweep.tally_of(task.seeds.clone().map(Seed));
        self.last = Some((task.clone(), sweep));
        Ok(tally)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Model;
    use super::*;
    use crate::base::Duration;
    use crate::explore::matrix::Worker;
    use crate::scenes::Verdict;

    fn matrix() -> Matrix {
        let rows = Row::read(
            "letters | Both are answered | crossed-letters 5 | reliable.loss=300000\n\
             telemetry | Others answer | telemetry 3 | telemetry.cause=4 | 7 s",
        );
        let columns = ["reliable", "latency"].map(|fault| Column { faults: vec![fault] }).to_vec();
        Matrix { rows: rows.expect("rows"), columns, seeds: 0..9 }
    }

    #[test]
    fn a_task_counts_what_its_chunk_counts() {
        let matrix = matrix();
        let (mut counter, mut worker) = (Counter::default(), Worker::default());
        for chunk in matrix.chunks() {
            let task = Task::new(&matrix, chunk.cell, chunk.seeds.clone());
            let tally = counter.count(&task).expect("a task");
            assert_eq!(Ok(tally), worker.work(&matrix, &chunk), "{chunk:?}");
        }
    }

    #[test]
    fn the_smallest_failing_run_opens_where_its_claim_is_broken() {
        let matrix = matrix();
        let task = Task::new(&matrix, Cell::default(), 0..30);
        let smallest = task.smallest().expect("a task").expect("letters are lost");
        assert_eq!(smallest.left, 1);
        let mut model = Model::open(Link::parse(&smallest.link).expect("a link"));
        assert!(model.notices.is_empty(), "{:?}", model.notices);
        while model.is_moving() {
            model.update(super::super::super::Msg::ToEnd);
        }
        model.update(super::super::super::Msg::ToEnd);
        while model.is_moving() {
            model.update(super::super::super::Msg::Tick { passed: Duration::secs(1), turns_most: 1_000 });
        }
        assert_ne!(model.findings()[4].verdict, Verdict::Holds);
        let whole = Task::new(&matrix, Cell { row: 0, column: 1 }, 0..1);
        assert_eq!(whole.smallest(), Ok(None), "latency alone loses nothing");
    }

    #[test]
    fn a_task_of_what_does_not_exist_is_refused() {
        let task = Task::new(&matrix(), Cell::default(), 0..1);
        for (row, column, part) in [
            ("letters | Letters | crossed-letters 99", "reliable", "\"99\" is no claim"),
            ("", "reliable", "no row"),
            (task.row.as_str(), "gravity", "no assumption \"gravity\""),
        ] {
            let wrong = Task { row: row.to_owned(), column: column.to_owned(), seeds: 0..1 };
            assert!(Counter::default().count(&wrong).is_err_and(|why| why.0.contains(part)), "{wrong:?}");
            assert!(wrong.smallest().is_err());
        }
    }

    #[test]
    fn what_was_found_is_said_with_what_was_not_tried() {
        let says =
            |left, of, is_least| Smallest { link: String::new(), left, of, tries: 4_321, is_least }.says();
        assert_eq!(
            says(1, 37, true),
            "The smallest failing run found: of 37 effects of faults one is left, and without it the claim holds."
        );
        assert_eq!(
            says(12, 2_000, false),
            "The smallest failing run found: of 2,000 effects of faults 12 are left; after 4,321 runs the search \
             stopped, and some of them may not be needed."
        );
        assert!(says(0, 5, true).ends_with("none of 5 effects of faults is needed."));
    }
}
