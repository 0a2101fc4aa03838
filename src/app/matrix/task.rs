//! Work on a cell as it travels to whoever does it: a run as a link, the claim, and the seeds.
//!
//! Whoever does it needs nothing else, so that it can be another thread with memory of its own. Must not know how a
//! task gets there and back.

use std::ops::Range;

use super::super::link::{BadLink, Link};
use super::super::model::view_of;
use super::super::view::{Selection, View};
use crate::base::{Duration, Seed};
use crate::explore::matrix::Cell;
use crate::explore::{Matrix, Sweep, Tally, smallest};
use crate::scenes::Claim;
use crate::sim::{BadSetting, Position};

/// Some seeds of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// A run of the cell at its start, whatever its seed.
    pub link: String,
    /// The place of the claim among those of the scene.
    pub claim: usize,
    /// Where runs are cut off.
    pub until: Option<Duration>,
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
}

impl Task {
    /// These seeds of a cell.
    ///
    /// # Errors
    /// When the row's dials do not fit any more.
    pub fn new(matrix: &Matrix, cell: Cell, seeds: Range<u64>) -> Result<Self, BadSetting> {
        let row = &matrix.rows[cell.row];
        let spec = row.spec(&matrix.columns[cell.column].faults)?;
        let link = Link {
            view: View { clock: spec.scene.clock.to_owned(), ..View::default() },
            position: Position::default(),
            format: super::super::FORMAT,
            hash: super::super::link::NO_HASH.to_owned(),
            spec,
        };
        Ok(Self { link: link.write(), claim: row.claim, until: row.until, seeds })
    }

    fn read(&self) -> Result<(Link, &'static Claim), BadLink> {
        let link = Link::parse(&self.link)?;
        let claims = link.spec.scene.claims;
        let claim = claims.get(self.claim).ok_or_else(|| {
            BadLink::Impossible(format!("it names claim {}, and there are {}.", self.claim + 1, claims.len()))
        })?;
        Ok((link, claim))
    }

    /// Looks for the smallest failing run with one of the seeds; `None` if all keep the claim.
    ///
    /// # Errors
    /// When the task names what does not exist.
    pub fn smallest(&self) -> Result<Option<Smallest>, BadLink> {
        let (link, claim) = self.read()?;
        let seeds = self.seeds.clone().map(Seed);
        Ok(smallest(&link.spec, claim, self.until, seeds).map(|shrunk| {
            let mut view = view_of(shrunk.spec.scene);
            view.selection = shrunk.violation.map_or(Selection::Nothing, Selection::Event);
            let (spec, position) = (shrunk.spec, shrunk.position);
            let link = Link { spec, position, view, ..link };
            Smallest { link: link.write(), left: shrunk.left, of: shrunk.of }
        }))
    }
}

/// Counts task after task. The runs of a cell are made in the memory of the one before, for as long as the tasks are of
/// one cell.
#[derive(Default)]
pub struct Counter {
    last: Option<(String, usize, Sweep)>,
}

impl Counter {
    /// What the runs with the task's seeds say of the claim.
    ///
    /// # Errors
    /// When the task names what does not exist.
    pub fn count(&mut self, task: &Task) -> Result<Tally, BadLink> {
        let mut sweep = match self.last.take() {
            Some((link, claim, sweep)) if link == task.link && claim == task.claim => sweep,
            _ => {
                let (link, claim) = task.read()?;
                Sweep::of_claim(link.spec, claim, task.until)
            }
        };
        let tally = sweep.tally_of(task.seeds.clone().map(Seed));
        self.last = Some((task.link.clone(), task.claim, sweep));
        Ok(tally)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Model;
    use super::*;
    use crate::explore::Row;
    use crate::explore::matrix::{Column, Worker};
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
            let task = Task::new(&matrix, chunk.cell, chunk.seeds.clone()).expect("settings that fit");
            let tally = counter.count(&task).expect("a task");
            assert_eq!(Ok(tally), worker.work(&matrix, &chunk), "{chunk:?}");
        }
    }

    #[test]
    fn the_smallest_failing_run_opens_where_its_claim_is_broken() {
        let matrix = matrix();
        let task = Task::new(&matrix, Cell::default(), 0..30).expect("settings that fit");
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
        let whole =
            Task { seeds: 0..1, ..Task::new(&matrix, Cell { row: 0, column: 1 }, 0..1).expect("a task") };
        assert_eq!(whole.smallest(), Ok(None), "latency alone loses nothing");
    }

    #[test]
    fn a_task_of_what_does_not_exist_is_refused() {
        let task = Task::new(&matrix(), Cell::default(), 0..1).expect("a task");
        let wrong = Task { claim: 99, ..task.clone() };
        assert!(Counter::default().count(&wrong).is_err_and(|why| why.to_string().contains("claim 100")));
        let wrong = Task { link: "#v1:nothing".to_owned(), ..task };
        assert!(wrong.smallest().is_err() && Counter::default().count(&wrong).is_err());
    }
}
