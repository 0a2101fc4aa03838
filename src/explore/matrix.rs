//! The fault matrix: rows of clients and protocols against columns of broken assumptions, and in each cell the share
//! of seeded runs that kept the row's claim.
//!
//! The work is cut into chunks, each a cell and a few seeds, that anybody can do in any order: what a chunk gives
//! follows from the chunk alone, and the sums are the same whoever did them. Chunks are handed out round by round,
//! each round over all cells, so that every cell has a first figure soon and all grow together.
//! Must not know who does the work, nor what a row is about.

use std::ops::Range;

use super::{Row, Sweep, Tally};
use crate::base::Seed;
use crate::faults;
use crate::sim::BadSetting;

/// How many runs a cell has unless something else is asked for.
pub const RUNS: u64 = 1_000;

/// How many seeds of a cell are done by the end of the first rounds: a few, so that there is a figure within a second.
const FIRST_ROUNDS: [u64; 3] = [2, 20, 84];

/// How many seeds a cell is given in each later round. A chunk then takes a tenth of a second or so: short enough to
/// be stopped, long enough that handing it out costs nothing.
const ROUND: u64 = 128;

/// What is counted: which rows and columns, and with which seeds.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// From left to right.
    pub columns: Vec<Column>,
    /// The seeds of each cell.
    pub seeds: Range<u64>,
}

/// A column: the faults whose assumptions are broken, by their ids. A single one, or a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The faults.
    pub faults: Vec<&'static str>,
}

/// A place in the matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Which row, from the top.
    pub row: usize,
    /// Which column, from the left.
    pub column: usize,
}

/// A piece of work: some seeds of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The cell.
    pub cell: Cell,
    /// The seeds.
    pub seeds: Range<u64>,
}

impl Column {
    /// A column for each fallacy and each hazard, in the order of the catalogue.
    pub fn singles() -> Vec<Self> {
        faults::ALL.iter().map(|entry| Self { faults: vec![entry.id] }).collect()
    }

    /// A column for each two of them.
    pub fn pairs() -> Vec<Self> {
        let ids: Vec<&'static str> = faults::ALL.iter().map(|entry| entry.id).collect();
        let with = |place: usize| ids[place + 1..].iter().map(move |other| (place, *other));
        let pair = |(place, other): (usize, &'static str)| Self { faults: vec![ids[place], other] };
        (0..ids.len()).flat_map(with).map(pair).collect()
    }

    /// The name in commands: `reliable`, or `reliable+crashes`.
    pub fn id(&self) -> String {
        self.faults.join("+")
    }

    /// The column of this name.
    ///
    /// # Errors
    /// When it names what is no fault, or one twice; the message says which there are.
    ///
    /// # Example
    /// ```
    /// use lightcone::explore::matrix::Column;
    ///
    /// let column = Column::read("reliable+crashes").expect("a column");
    /// assert_eq!(column.faults, ["reliable", "crashes"]);
    /// assert!(Column::read("reliable+reliable").is_err() && Column::read("").is_err());
    /// ```
    pub fn read(text: &str) -> Result<Self, BadSetting> {
        let find = |id: &str| {
            faults::find(id).map(|entry| entry.id).ok_or_else(|| {
                let ids: Vec<&str> = faults::ALL.iter().map(|entry| entry.id).collect();
                BadSetting(format!("there is no assumption {id:?}; choose one of {}", ids.join(", ")))
            })
        };
        let faults = text.split('+').map(find).collect::<Result<Vec<_>, _>>()?;
        match faults.iter().enumerate().find(|(place, id)| faults[..*place].contains(id)) {
            None => Ok(Self { faults }),
            Some((_, id)) => Err(BadSetting(format!("{text:?} names {id} twice; name it once"))),
        }
    }
}

impl Matrix {
    /// All cells, row by row.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        let columns = self.columns.len();
        (0..self.rows.len()).flat_map(move |row| (0..columns).map(move |column| Cell { row, column }))
    }

    /// How many runs there are in all.
    pub fn runs(&self) -> u64 {
        (self.rows.len() * self.columns.len()) as u64 * (self.seeds.end - self.seeds.start)
    }

    /// All the work, in the order in which it is best done: breadth first.
    pub fn chunks(&self) -> Vec<Chunk> {
        let count = self.seeds.end - self.seeds.start;
        let later = (1..).map(|nth| FIRST_ROUNDS[FIRST_ROUNDS.len() - 1] + nth * ROUND);
        let ends = FIRST_ROUNDS.into_iter().chain(later);
        let mut chunks = Vec::new();
        let mut begin = 0;
        for end in ends {
            let end = end.min(count);
            let seeds = self.seeds.start + begin..self.seeds.start + end;
            chunks.extend(self.cells().map(|cell| Chunk { cell, seeds: seeds.clone() }));
            begin = end;
            if end == count {
                return chunks;
            }
        }
        chunks
    }

    /// A sweep of a cell, which has counted nothing yet.
    ///
    /// # Errors
    /// When the row's dials do not fit any more.
    pub fn sweep(&self, cell: Cell) -> Result<Sweep, BadSetting> {
        let row = &self.rows[cell.row];
        let spec = row.spec(&self.columns[cell.column].faults)?;
        Ok(Sweep::of_claim(spec, row.claim(), row.until))
    }
}

/// Does chunk after chunk. The runs of a cell are made in the memory of the one before, for as long as the chunks are
/// of one cell.
#[derive(Default)]
pub struct Worker {
    last: Option<(Cell, Sweep)>,
}

impl Worker {
    /// Does a chunk: what its runs say of the row's claim.
    ///
    /// # Errors
    /// When the row's dials do not fit any more.
    pub fn work(&mut self, matrix: &Matrix, chunk: &Chunk) -> Result<Tally, BadSetting> {
        let mut sweep = match self.last.take() {
            Some((cell, sweep)) if cell == chunk.cell => sweep,
            _ => matrix.sweep(chunk.cell)?,
        };
        let tally = sweep.tally_of(chunk.seeds.clone().map(Seed));
        self.last = Some((chunk.cell, sweep));
        Ok(tally)
    }
}

/// What has been counted so far: always valid, whatever is still missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    columns: usize,
    tallies: Vec<Tally>,
}

impl Figures {
    /// Nothing has been counted.
    pub fn new(matrix: &Matrix) -> Self {
        let columns = matrix.columns.len();
        Self { columns, tallies: vec![Tally::default(); matrix.rows.len() * columns] }
    }

    /// Adds what a chunk gave. Each chunk is to be added once.
    pub fn add(&mut self, cell: Cell, tally: &Tally) {
        self.tallies[cell.row * self.columns + cell.column].merge(tally);
    }

    /// What has been counted in a cell.
    pub fn tally(&self, cell: Cell) -> &Tally {
        &self.tallies[cell.row * self.columns + cell.column]
    }

    /// How many runs have been counted.
    pub fn runs(&self) -> u64 {
        self.tallies.iter().map(Tally::runs).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows whose claims chance decides in some columns.
    fn small(seeds: Range<u64>) -> Matrix {
        let rows = Row::read(
            "letters | Letters: both are answered | crossed-letters 5 | reliable.loss=300000\n\
             generals | Two generals: both or neither | two-generals 1 | reliable.loss=300000",
        );
        let columns = ["reliable", "clocks", "crashes"].map(|fault| Column { faults: vec![fault] }).to_vec();
        Matrix { rows: rows.expect("two rows"), columns, seeds }
    }

    fn count(matrix: &Matrix, chunks: &[Chunk]) -> Figures {
        let mut figures = Figures::new(matrix);
        let mut worker = Worker::default();
        for chunk in chunks {
            let tally = worker.work(matrix, chunk).expect("settings that fit");
            figures.add(chunk.cell, &tally);
        }
        figures
    }

    #[test]
    fn the_order_of_the_chunks_makes_no_difference() {
        let matrix = small(10..130);
        let chunks = matrix.chunks();
        let figures = count(&matrix, &chunks);
        assert_eq!(figures.runs(), matrix.runs());
        // By threes, from the back: an order in which no cell's chunks follow one another as they were cut.
        let mixed: Vec<Chunk> =
            (0..3).flat_map(|of| chunks.iter().rev().skip(of).step_by(3)).cloned().collect();
        assert_ne!(mixed, chunks);
        assert_eq!(count(&matrix, &mixed), figures);
        // Someone else may have done half of it.
        let (mine, others) = chunks.split_at(chunks.len() / 2);
        let (mut sum, rest) = (count(&matrix, mine), count(&matrix, others));
        matrix.cells().for_each(|cell| sum.add(cell, rest.tally(cell)));
        assert_eq!(sum, figures);
    }

    #[test]
    fn a_cell_counts_what_a_sweep_with_its_settings_counts() {
        let matrix = small(0..60);
        let figures = count(&matrix, &matrix.chunks());
        let mut has_both = false;
        for cell in matrix.cells() {
            let row = &matrix.rows[cell.row];
            let spec = row.spec(&matrix.columns[cell.column].faults).expect("settings that fit");
            let mut sweep = Sweep::new(spec);
            (0..60).for_each(|seed| drop(sweep.run(Seed(seed))));
            let tally = figures.tally(cell);
            assert_eq!(tally, &sweep.tallies()[row.claim], "{} {cell:?}", row.id);
            has_both |= tally.held > 0 && tally.broken > 0;
        }
        assert!(has_both, "chance decides somewhere");
    }

    #[test]
    fn chunks_cover_each_seed_of_each_cell_once_and_all_cells_soon() {
        for seeds in [0..1, 0..4, 7..1_007, 0..333] {
            let matrix = small(seeds.clone());
            let chunks = matrix.chunks();
            for cell in matrix.cells() {
                let own = chunks.iter().filter(|chunk| chunk.cell == cell);
                let covered: Vec<u64> = own.flat_map(|chunk| chunk.seeds.clone()).collect();
                assert_eq!(covered, seeds.clone().collect::<Vec<_>>(), "{cell:?}");
            }
            let first: Vec<Cell> = chunks[..6].iter().map(|chunk| chunk.cell).collect();
            assert_eq!(first, matrix.cells().collect::<Vec<_>>(), "a first figure everywhere");
            assert!(chunks[..6].iter().all(|chunk| chunk.seeds.end - chunk.seeds.start <= 4));
        }
    }

    #[test]
    fn columns_are_the_eight_and_the_hazards_and_their_pairs() {
        let singles: Vec<String> = Column::singles().iter().map(Column::id).collect();
        assert_eq!((singles.len(), singles[0].as_str(), singles[11].as_str()), (12, "reliable", "liars"));
        let pairs: Vec<String> = Column::pairs().iter().map(Column::id).collect();
        assert_eq!(
            (pairs.len(), pairs[0].as_str(), pairs[65].as_str()),
            (66, "reliable+latency", "crashes+liars")
        );
    }
}
