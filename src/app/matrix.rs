//! The fault matrix in words: what stands in a cell, what it is called, and the whole of it as a picture.
//!
//! Must not know who counts, nor where the words go.

mod board;
mod task;

pub use board::Board;
pub use task::{Counter, Smallest, Task};

use crate::base::Ratio;
use crate::diagram::grid::{Grid, GridCell, Level};
use crate::explore::matrix::{Cell, Column, Figures};
use crate::explore::{Matrix, Tally};
use crate::faults;

/// How much of what should be kept was kept.
pub fn level(tally: &Tally) -> Level {
    match tally.share() {
        None => Level::Unknown,
        Some(_) if tally.held == tally.runs() => Level::All,
        Some(_) if tally.held == 0 => Level::None,
        Some(share) if share.kept >= Ratio::percent(90) => Level::Most,
        Some(_) => Level::Part,
    }
}

/// A share as a percentage of at most three digits. Only all is 100 %, and only nothing is 0 %.
///
/// ```
/// use lightcone::app::matrix::percent;
/// use lightcone::base::Ratio;
///
/// let texts = [1_000_000, 999_990, 954_321, 120_000, 4_400, 20, 0].map(|ppm| percent(Ratio::per_million(ppm)));
/// assert_eq!(texts, ["100 %", "99.9 %", "95.4 %", "12 %", "0.4 %", "0.1 %", "0 %"]);
/// ```
pub fn percent(share: Ratio) -> String {
    match share.millionths() {
        0 => "0 %".to_owned(),
        1_000_000 => "100 %".to_owned(),
        ppm @ (0..95_000 | 900_000..) => {
            let tenths = (ppm / 1_000).clamp(1, 999);
            match tenths % 10 {
                0 => format!("{} %", tenths / 10),
                digit => format!("{}.{digit} %", tenths / 10),
            }
        }
        ppm => format!("{} %", (ppm + 5_000) / 10_000),
    }
}

/// What stands in a cell.
pub fn text(tally: &Tally) -> String {
    tally.share().map_or_else(|| "…".to_owned(), |share| percent(share.kept))
}

/// What was counted in a cell, in a sentence.
pub fn counts(tally: &Tally) -> String {
    if tally.runs() == 0 {
        return "No run has been counted yet.".to_owned();
    }
    let more = match (tally.broken, tally.undecided) {
        (0, 0) => String::new(),
        (broken, 0) => format!("; {} broke it", thousands(broken)),
        (0, undecided) => format!("; {} never decided it", thousands(undecided)),
        (broken, undecided) => {
            format!("; {} broke it, and {} never decided it", thousands(broken), thousands(undecided))
        }
    };
    format!("{} kept it: {}{more}.", text(tally), interval(tally))
}

/// A number with its thousands apart.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Between which shares the true one lies with a confidence of 95 %, and of how many runs.
pub fn interval(tally: &Tally) -> String {
    match tally.share() {
        None => "no run yet".to_owned(),
        Some(share) => format!(
            "{} to {} with a confidence of 95 %, by {} runs",
            percent(share.low),
            percent(share.high),
            thousands(tally.runs())
        ),
    }
}

/// The assumptions that a column breaks, in the words of the switches.
pub fn broken(column: &Column) -> String {
    let name = |id: &&'static str| faults::find(id).map_or(*id, |entry| entry.assumption);
    column.faults.iter().map(name).collect::<Vec<_>>().join("; ")
}

/// What a cell is called: where it stands, and what was counted there.
pub fn name(matrix: &Matrix, cell: Cell, tally: &Tally) -> String {
    let (row, column) = (&matrix.rows[cell.row], &matrix.columns[cell.column]);
    let kept = tally.share().map_or_else(String::new, |share| format!("{} kept it, ", percent(share.kept)));
    format!("{}, without “{}”: {kept}{}", row.title, broken(column), interval(tally))
}

/// The whole matrix as a picture.
pub fn grid(matrix: &Matrix, figures: &Figures) -> Grid {
    let cell = |cell: Cell| {
        let tally = figures.tally(cell);
        let small = tally.share().map_or_else(String::new, |share| {
            let bare = |share| percent(share).trim_end_matches(" %").to_owned();
            format!("{} to {}", bare(share.low), bare(share.high))
        });
        GridCell { text: text(tally), small, name: name(matrix, cell, tally), level: level(tally) }
    };
    let row = |row: usize| {
        let cells = (0..matrix.columns.len()).map(|column| cell(Cell { row, column }));
        (matrix.rows[row].title.clone(), cells.collect())
    };
    let runs = matrix.seeds.end - matrix.seeds.start;
    let mut description = format!(
        "In each cell the share of {runs} runs that kept what the row says, with the assumptions of the column \
         broken and all others held; below it where the true share lies with a confidence of 95 %."
    );
    let (counted, asked) = (figures.runs(), matrix.runs());
    if counted < asked {
        let [counted, asked] = [counted, asked].map(thousands);
        description +=
            &format!(" Only {counted} of {asked} runs are in it: it was drawn before all were counted.");
    }
    Grid {
        title: "The fault matrix".to_owned(),
        description,
        columns: matrix.columns.iter().map(headings).collect(),
        rows: (0..matrix.rows.len()).map(row).collect(),
    }
}

/// The heading of a column: the faults by their ids, a pair in two lines.
pub fn headings(column: &Column) -> Vec<String> {
    let line = |(nth, id): (usize, &&str)| if nth == 0 { (*id).to_owned() } else { format!("+ {id}") };
    column.faults.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;
    use crate::explore::Row;

    fn tally(held: u64, broken: u64) -> Tally {
        Tally { held, broken, undecided: 0, first_broken: (broken > 0).then_some(Seed(0)) }
    }

    #[test]
    fn nothing_is_rounded_to_all_or_to_nothing() {
        assert_eq!([tally(9_999, 1), tally(1, 9_999)].map(|tally| text(&tally)), ["99.9 %", "0.1 %"]);
        assert_eq!([tally(9, 0), tally(0, 9), tally(0, 0)].map(|tally| text(&tally)), ["100 %", "0 %", "…"]);
    }

    #[test]
    fn levels_go_by_the_share() {
        let counts = [(0, 0), (5, 0), (99, 1), (90, 10), (89, 11), (1, 99), (0, 5)];
        let levels = counts.map(|(held, broken)| level(&tally(held, broken)));
        use Level::{All, Most, None, Part, Unknown};
        assert_eq!(levels, [Unknown, All, Most, Most, Part, Part, None]);
    }

    #[test]
    fn a_cell_is_called_by_its_place_and_what_was_counted() {
        let rows = Row::read("letters | Letters: answered | crossed-letters 5").expect("a row");
        let columns = vec![Column { faults: vec!["reliable", "crashes"] }];
        let matrix = Matrix { rows, columns, seeds: 0..100 };
        let mut figures = Figures::new(&matrix);
        figures.add(Cell::default(), &tally(50, 50));
        let grid = grid(&matrix, &figures);
        let cell = &grid.rows[0].1[0];
        assert_eq!(
            cell.name,
            "Letters: answered, without “The network is reliable; Nodes don't crash”: 50 % kept it, 40 % to 60 % with \
             a confidence of 95 %, by 100 runs"
        );
        assert_eq!((cell.text.as_str(), cell.small.as_str(), cell.level), ("50 %", "40 to 60", Level::Part));
        assert_eq!(grid.columns, [["reliable", "+ crashes"]]);
    }
}
