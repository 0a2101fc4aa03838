//! Who counts what: hands out the work of a matrix, takes in what comes back, and hands out again what was lost.
//!
//! What has been counted is always valid, and nothing of it is lost by stopping. Must not know what the workers are, nor
//! the machine's clock: how long they worked is told to it.

use std::collections::{BTreeMap, VecDeque};

use super::thousands;
use crate::base::Duration;
use crate::explore::matrix::{Cell, Chunk, Figures};
use crate::explore::{Matrix, Tally};

/// How often a piece of work may be lost before it is given up: it may be what stops the workers.
const LOSSES_MOST: u32 = 3;

/// Before so much has been done nobody can tell how long the rest takes.
const TELLING: Duration = Duration::secs(1);

/// A matrix that is being counted.
#[derive(Clone, Debug)]
pub struct Board {
    matrix: Matrix,
    figures: Figures,
    /// What nobody has taken, the next in front.
    waiting: VecDeque<Chunk>,
    /// Who works on what.
    taken: BTreeMap<u32, Chunk>,
    /// How often the work that begins at a seed of a cell was lost.
    losses: BTreeMap<(Cell, u64), u32>,
    /// What was given up.
    given_up: Vec<Chunk>,
    /// For how long it was worked on.
    spent: Duration,
}

impl Board {
    /// A matrix of which nothing has been counted.
    pub fn new(matrix: Matrix) -> Self {
        let (figures, waiting) = (Figures::new(&matrix), matrix.chunks().into());
        Self {
            matrix,
            figures,
            waiting,
            taken: BTreeMap::new(),
            losses: BTreeMap::new(),
            given_up: Vec::new(),
            spent: Duration::ZERO,
        }
    }

    /// What is counted.
    pub fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// What has been counted.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The next piece of work, which this worker does from now on; `None` if none is left.
    pub fn take(&mut self, worker: u32) -> Option<Chunk> {
        let chunk = self.waiting.pop_front()?;
        self.taken.insert(worker, chunk.clone());
        Some(chunk)
    }

    /// A worker has done its work. What nobody was asked for is not counted.
    pub fn done(&mut self, worker: u32, tally: &Tally) {
        if let Some(chunk) = self.taken.remove(&worker) {
            self.figures.add(chunk.cell, tally);
        }
    }

    /// A worker was stopped on purpose: its work is the next to be done.
    pub fn put_back(&mut self, worker: u32) {
        if let Some(chunk) = self.taken.remove(&worker) {
            self.waiting.push_front(chunk);
        }
    }

    /// A worker is no more. Its work is done again, unless it was lost too often.
    pub fn lost(&mut self, worker: u32) {
        let Some(chunk) = self.taken.remove(&worker) else { return };
        let losses = self.losses.entry((chunk.cell, chunk.seeds.start)).or_default();
        *losses += 1;
        if *losses < LOSSES_MOST {
            self.waiting.push_front(chunk);
        } else {
            self.given_up.push(chunk);
        }
    }

    /// It was worked on for so long.
    pub fn spend(&mut self, time: Duration) {
        self.spent = self.spent + time;
    }

    /// Whether nothing is left to be done or waited for.
    pub fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.taken.is_empty()
    }

    /// How many runs are to be counted in all, those that were given up left out.
    pub fn runs(&self) -> u64 {
        let lost: u64 = self.given_up.iter().map(|chunk| chunk.seeds.end - chunk.seeds.start).sum();
        self.matrix.runs() - lost
    }

    /// Has each cell counted with so many runs. With more than before, what was counted stays; with fewer, all is
    /// counted anew.
    pub fn resize(&mut self, runs: u64) {
        let (start, end) = (self.matrix.seeds.start, self.matrix.seeds.end);
        let mut matrix = self.matrix.clone();
        matrix.seeds = start..start + runs;
        if start + runs < end {
            *self = Self::new(matrix);
            return;
        }
        matrix.seeds = end..start + runs;
        if !matrix.seeds.is_empty() {
            self.waiting.extend(matrix.chunks());
        }
        self.matrix.seeds = start..start + runs;
    }

    /// How far it is, in words, with so many workers at it.
    pub fn progress(&self, workers: usize) -> String {
        let (done, all) = (self.figures.runs(), self.runs());
        let mut says = format!("{} of {} runs", thousands(done), thousands(all));
        if self.is_done() {
            says += &format!(" in {}", seconds(self.spent));
        } else if workers == 0 && done == 0 {
            says.clear();
        } else if workers == 0 {
            says += "; stopped, and what was counted stays";
        } else if self.spent >= TELLING && done > 0 {
            let left = u128::from(self.spent.0) * u128::from(all.saturating_sub(done)) / u128::from(done);
            says += &format!("; about {} left", seconds(Duration(u64::try_from(left).unwrap_or(u64::MAX))));
        }
        if !self.given_up.is_empty() {
            let given_up = self.matrix.runs() - all;
            says += &format!("; {} stopped their workers three times and were left out", thousands(given_up));
        }
        says
    }
}

/// A length of time as one says it of waiting.
fn seconds(time: Duration) -> String {
    match time.0.div_ceil(1_000_000_000) {
        0..=90 => format!("{} s", time.0.div_ceil(1_000_000_000)),
        long => format!("{} min", long.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;
    use crate::explore::Row;
    use crate::explore::matrix::{Column, Worker};
    use crate::scenes::Verdict;

    fn matrix(runs: u64) -> Matrix {
        let rows = Row::read("letters | Both are answered | crossed-letters 5 | reliable.loss=300000");
        let columns = ["reliable", "crashes"].map(|fault| Column { faults: vec![fault] }).to_vec();
        Matrix { rows: rows.expect("a row"), columns, seeds: 0..runs }
    }

    /// Has worker 7 do all that is left.
    fn finish(board: &mut Board) {
        let mut worker = Worker::default();
        while let Some(chunk) = board.take(7) {
            let tally = worker.work(board.matrix(), &chunk).expect("settings that fit");
            board.done(7, &tally);
        }
    }

    fn counted(runs: u64) -> Figures {
        let mut board = Board::new(matrix(runs));
        finish(&mut board);
        assert!(board.is_done());
        board.figures().clone()
    }

    #[test]
    fn lost_and_stopped_work_is_done_by_others_and_counted_once() {
        let mut board = Board::new(matrix(50));
        let first = board.take(1).expect("work");
        board.take(2).expect("work");
        board.take(3).expect("work");
        board.lost(1);
        board.put_back(2);
        assert!(!board.is_done());
        // What a worker says that is thought lost does not count twice.
        let mut late = Tally::default();
        late.add(Seed(0), Verdict::Holds);
        board.done(1, &late);
        board.lost(3);
        finish(&mut board);
        assert!(board.is_done());
        assert_eq!((board.figures(), board.runs()), (&counted(50), 100));
        assert_eq!(first.cell, Cell::default());
    }

    #[test]
    fn work_that_stops_every_worker_is_given_up_and_said() {
        let mut board = Board::new(matrix(4));
        // The first figures come of two runs; those are what is tried three times.
        for worker in 0..3 {
            assert_eq!(
                board.take(worker).map(|chunk| (chunk.cell, chunk.seeds)),
                Some((Cell::default(), 0..2))
            );
            board.lost(worker);
        }
        finish(&mut board);
        assert!(board.is_done());
        assert_eq!((board.runs(), board.figures().tally(Cell::default()).runs()), (6, 2));
        assert!(board.progress(0).contains("2 stopped their workers"), "{}", board.progress(0));
    }

    #[test]
    fn more_runs_go_on_from_what_was_counted_and_fewer_begin_anew() {
        let mut board = Board::new(matrix(30));
        finish(&mut board);
        board.resize(200);
        assert_eq!(board.figures().runs(), 60);
        finish(&mut board);
        assert_eq!(board.figures(), &counted(200));
        board.resize(200);
        assert!(board.is_done());
        board.resize(30);
        assert_eq!(board.figures().runs(), 0);
        finish(&mut board);
        assert_eq!(board.figures(), &counted(30));
    }

    #[test]
    fn progress_is_said_with_an_estimate() {
        let mut board = Board::new(matrix(1_000));
        assert_eq!(board.progress(0), "");
        assert_eq!(board.progress(2), "0 of 2,000 runs");
        board.take(1).expect("work");
        let mut tally = Tally { held: 500, ..Tally::default() };
        board.done(1, &tally);
        board.spend(Duration::millis(900));
        assert_eq!(board.progress(2), "500 of 2,000 runs");
        board.spend(Duration::millis(1_100));
        assert_eq!(board.progress(2), "500 of 2,000 runs; about 6 s left");
        assert_eq!(board.progress(0), "500 of 2,000 runs; stopped, and what was counted stays");
        tally.held = 0;
        while board.take(1).is_some() {
            board.done(1, &tally);
        }
        assert_eq!(board.progress(0), "500 of 2,000 runs in 2 s");
        assert_eq!(seconds(Duration::secs(91)), "2 min");
    }
}
