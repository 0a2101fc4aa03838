//! `matrix`: clients and protocols against broken assumptions, on all cores.
//!
//! The figures are the page's. It reports and does not judge. Must not know what a row is about.

use std::io::{self, Write};
use std::num::NonZero;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::cancel::{self, Extent};
use super::run::write_file;
use super::waiting::Waiting;
use super::{Status, Stop, values};
use crate::app::matrix as words;
use crate::app::matrix::Board;
use crate::diagram::{Theme, svg};
use crate::explore::matrix::{Cell, Column, Figures, Worker};
use crate::explore::{Matrix, Row};
use crate::sim::BadSetting;

/// The catalogue of rows, which the page fetches as a file.
const ROWS: &str = include_str!("../../www/matrix.txt");

/// A matrix that is to be counted.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("output")))]
pub(super) struct Args {
    /// The seeds of each cell, from A on and below B
    #[arg(long, value_name = "A..B", default_value = "0..1000", allow_hyphen_values = true)]
    seeds: String,
    /// Count this row alone; may be given several times
    #[arg(long, value_name = "ROW")]
    row: Vec<String>,
    /// Count this column alone, such as reliable, or reliable+crashes for a pair; may be given several times
    #[arg(long, value_name = "FAULT[+FAULT]", conflicts_with = "pairs")]
    column: Vec<String>,
    /// Break each two assumptions together instead of each alone
    #[arg(long)]
    pairs: bool,
    /// Print one JSON object
    #[arg(long, group = "output")]
    json: bool,
    /// Draw the matrix into this file
    #[arg(long, group = "output", value_name = "FILE")]
    svg: Option<PathBuf>,
    /// The picture's colours: light for paper, dark for a dark slide
    #[arg(long, value_name = "light|dark")]
    theme: Option<String>,
}

/// The same, valid in every part.
#[derive(Debug)]
pub(super) struct Order {
    matrix: Matrix,
    output: Output,
}

#[derive(Debug)]
enum Output {
    Text,
    Json,
    Svg(PathBuf, Theme),
}

impl Args {
    pub(super) fn check(self) -> Result<Order, Stop> {
        let seeds = values::seeds(&self.seeds)?;
        let all = Row::read(ROWS).map_err(|bad| Stop::Refused(format!("www/matrix.txt: {}", bad.0)))?;
        let rows = if self.row.is_empty() { all } else { chosen(&all, &self.row)? };
        let columns = match (self.pairs, self.column.is_empty()) {
            (true, _) => Column::pairs(),
            (false, true) => Column::singles(),
            (false, false) => {
                let read = |text: &String| {
                    Column::read(text).map_err(|bad| Stop::Refused(format!("--column: {}", bad.0)))
                };
                self.column.iter().map(read).collect::<Result<_, _>>()?
            }
        };
        let output = match (self.json, self.svg, &self.theme) {
            (_, None, Some(_)) => {
                let why = "--theme is of a picture alone; add --svg FILE, or leave it out";
                return Err(Stop::Refused(why.to_owned()));
            }
            (true, ..) => Output::Json,
            (false, None, None) => Output::Text,
            (false, Some(file), theme) => {
                Output::Svg(file, theme.as_deref().map_or(Ok(Theme::Light), values::theme)?)
            }
        };
        Ok(Order { matrix: Matrix { rows, columns, seeds }, output })
    }
}

fn chosen(all: &[Row], ids: &[String]) -> Result<Vec<Row>, Stop> {
    let find = |id: &String| {
        all.iter().find(|row| row.id == *id).cloned().ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|row| row.id.as_str()).collect();
            Stop::Refused(format!("--row: there is no row {id:?}; choose one of {}", names.join(", ")))
        })
    };
    ids.iter().map(find).collect()
}

impl Order {
    pub(super) fn carry_out(self, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Stop> {
        let figures = count(&self.matrix, err)?;
        match self.output {
            Output::Text => write_text(&self.matrix, &figures, out)?,
            Output::Json => write_json(&self.matrix, &figures, out)?,
            Output::Svg(file, theme) => {
                let text = svg::write(&words::grid(&self.matrix, &figures).draw(), theme);
                write_file("--svg", &file, text.as_bytes())?;
            }
        }
        Ok(Extent::new(figures.runs(), self.matrix.runs()).conclude(Status::Done, err))
    }
}

/// Does all chunks on all cores: each thread takes the next one, and which it is makes no difference to the sums. Whoever
/// waits at a terminal is told how far it is. If it is cancelled, what was taken is done to its end.
fn count(matrix: &Matrix, err: &mut dyn Write) -> Result<Figures, BadSetting> {
    let board = Mutex::new(Board::new(matrix.clone()));
    // A thread that panicked has ended the program before anybody finds the lock poisoned.
    let lock = || board.lock().unwrap_or_else(PoisonError::into_inner);
    let work = |id: u32, after_each: &mut dyn FnMut()| {
        let mut worker = Worker::default();
        while !cancel::was_asked() {
            let Some(chunk) = lock().take(id) else { break };
            let tally = worker.work(matrix, &chunk)?;
            lock().done(id, &tally);
            after_each();
        }
        Ok(())
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(matrix.chunks().len());
    let mut waiting = Waiting::new(err);
    cancel::listen();
    std::thread::scope(|scope| {
        let others: Vec<_> =
            (1..threads as u32).map(|id| scope.spawn(move || work(id, &mut || ()))).collect();
        let own = work(0, &mut || {
            waiting.tell(|spent| {
                let mut board = lock();
                board.spend(spent);
                board.progress(threads)
            });
        });
        others.into_iter().fold(own, |sum, other| {
            sum.and(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    })?;
    waiting.end();
    let figures = lock().figures().clone();
    Ok(figures)
}

/// What is printed with `--json`. Shares are in millionths; `low` and `high` are the ends of Wilson's interval at 95 %.
#[derive(Serialize)]
struct Report<'m> {
    seeds: [String; 2],
    runs: u64,
    /// All cells together.
    #[serde(flatten)]
    extent: Extent,
    columns: Vec<String>,
    rows: Vec<RowReport<'m>>,
}

#[derive(Serialize)]
struct RowReport<'m> {
    id: &'m str,
    title: &'m str,
    scene: &'static str,
    claim: &'static str,
    cells: Vec<CellReport>,
}

#[derive(Serialize)]
struct CellReport {
    held: u64,
    broken: u64,
    undecided: u64,
    first_broken_seed: Option<String>,
    kept_ppm: Option<u32>,
    low_ppm: Option<u32>,
    high_ppm: Option<u32>,
}

fn write_json(matrix: &Matrix, figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    let cell = |cell: Cell| {
        let (tally, share) = (figures.tally(cell), figures.tally(cell).share());
        CellReport {
            held: tally.held,
            broken: tally.broken,
            undecided: tally.undecided,
            first_broken_seed: tally.first_broken.map(|seed| seed.0.to_string()),
            kept_ppm: share.map(|share| share.kept.millionths()),
            low_ppm: share.map(|share| share.low.millionths()),
            high_ppm: share.map(|share| share.high.millionths()),
        }
    };
    let Range { start, end } = matrix.seeds;
    let columns = 0..matrix.columns.len();
    let report = Report {
        seeds: [start.to_string(), end.to_string()],
        runs: end - start,
        extent: Extent::new(figures.runs(), matrix.runs()),
        columns: matrix.columns.iter().map(Column::id).collect(),
        rows: (matrix.rows.iter().enumerate())
            .map(|(place, it)| RowReport {
                id: &it.id,
                title: &it.title,
                scene: it.scene.id,
                claim: it.claim().says,
                cells: columns.clone().map(|column| cell(Cell { row: place, column })).collect(),
            })
            .collect(),
    };
    serde_json::to_writer(&mut *out, &report)?;
    out.write_all(b"\n")
}

/// A block for each row: the terminal is too narrow for all columns side by side.
fn write_text(matrix: &Matrix, figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    let Range { start, end } = matrix.seeds;
    writeln!(
        out,
        "share of the runs with seeds {start}..{end} that kept each row's claim, and its interval at 95 %"
    )?;
    if let Some(sentence) = Extent::new(figures.runs(), matrix.runs()).sentence() {
        writeln!(out, "{sentence}")?;
    }
    let widest = matrix.columns.iter().map(|column| column.id().len()).max().unwrap_or(0);
    for (place, row) in matrix.rows.iter().enumerate() {
        writeln!(out, "\n{} ({}; {}: {})", row.title, row.id, row.scene.id, row.claim().says)?;
        for (column, broken) in matrix.columns.iter().enumerate() {
            let tally = figures.tally(Cell { row: place, column });
            let Some(share) = tally.share() else { continue };
            let [kept, low, high] = [share.kept, share.low, share.high].map(words::percent);
            write!(out, "  {:widest$}  {kept:>6}  ({low} to {high})", broken.id())?;
            match tally.first_broken {
                Some(seed) => writeln!(out, "  first broken at seed {}", seed.0)?,
                None => writeln!(out)?,
            }
        }
    }
    Ok(())
}
