//! A text notation for space-time diagrams: a dozen lines for a slide or an exercise.
//!
//! ```text
//! title Crossed letters
//! lanes alice, bob, carol
//!
//! alice -> bob: dear Bob & bob -> alice: dear Alice
//! bob: wonders
//! alice -> carol +3: a parcel
//! alice -> carol: a note that overtakes it
//! carol -x bob by storm: never seen
//! ```
//!
//! A line is an instant, and time goes down the file. A message arrives before the next line unless it says that it
//! takes longer, so that it slants; what stands on one line happens at once, so that messages cross; `+3` is late and
//! overtaken, `-x` is lost. The whole is told on the page `notation.md`. What comes out is a trace like that of a run. Must
//! not know how it is drawn.

mod lay;
mod line;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sim::{EventKind, Trace};
use line::Line;

/// How many lanes a figure may have.
const LANES_MOST: usize = 64;

/// How many lines a text may have.
const LINES_MOST: usize = 5_000;

/// How many events a figure may have.
const EVENTS_MOST: usize = 20_000;

/// How many mistakes are told.
const MISTAKES_MOST: usize = 20;

/// A figure that was described.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is called; empty if it has no title.
    pub title: String,
    /// What happens in it.
    pub trace: Trace,
}

/// Something in a text that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: u32,
    /// The letter on that line, counted from 1.
    pub column: u32,
    /// What is wrong and what to write instead.
    pub says: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.says)
    }
}

/// Reads a text.
///
/// # Errors
/// Its mistakes in order, at most the first twenty.
///
/// # Example
/// ```
/// use lightcone::analysis::{Causality, Relation};
/// use lightcone::base::EventId;
/// use lightcone::formats::notation;
///
/// let figure = notation::read("a -> b: hello & b -> a: hello\na: waves").expect("two lines");
/// assert_eq!((figure.trace.len(), figure.trace.messages()), (5, 2));
/// let causality = Causality::of(&figure.trace);
/// assert_eq!(causality.relation(EventId(0), EventId(1)), Relation::Concurrent);
///
/// let mistakes = notation::read("lanes a, b\na -> c: hello").expect_err("there is no c");
/// assert_eq!((mistakes[0].line, mistakes[0].column), (2, 6));
/// ```
pub fn read(text: &str) -> Result<Figure, Vec<Mistake>> {
    let mut script = Script::default();
    let mut mistakes = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let read = match line {
            0..=LINES_MOST => script.take(line as u32, text),
            _ => Err((1, format!("there are more than {LINES_MOST} lines; make two figures of it"))),
        };
        if let Err((column, says)) = read {
            mistakes.push(Mistake { line: line as u32, column: column as u32, says });
        }
        if mistakes.len() >= MISTAKES_MOST || line > LINES_MOST {
            break;
        }
    }
    if mistakes.is_empty() && script.deeds.is_empty() {
        let says = "nothing happens; write a line such as `alice -> bob: hello`".to_owned();
        mistakes.push(Mistake { line: 1, column: 1, says });
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    lay::lay(script).map_err(|mistake| vec![mistake])
}

/// What a text says, line by line.
#[derive(Clone, Debug, Default)]
struct Script {
    title: String,
    lanes: Vec<String>,
    /// Whether the lanes were listed, so that no others may come.
    is_closed: bool,
    deeds: Vec<Deed>,
    /// The instant of the next line.
    now: u32,
    events: usize,
}

/// Something that is done at an instant, and where it is written.
#[derive(Clone, Debug)]
struct Deed {
    instant: u32,
    lane: usize,
    what: What,
    text: String,
    line: u32,
    column: u32,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// An event that only its lane sees.
    Event(EventKind),
    /// A message to these lanes. Each copy arrives so many instants later; one without copies is lost, by what is named.
    Message { to: Vec<usize>, copies: Vec<u32>, by: String },
}

/// Where on a line something is wrong, counted from 1, and what.
type Wrong = (usize, String);

impl Script {
    fn take(&mut self, number: u32, text: &str) -> Result<(), Wrong> {
        match line::read(text)? {
            Line::Nothing => {}
            Line::Title(title) => self.title = title,
            Line::Lanes(names) => self.name_lanes(names)?,
            Line::Wait(instants) => self.now += instants,
            Line::Deeds(deeds) => {
                for deed in deeds {
                    self.add(number, deed)?;
                }
                self.now += 1;
            }
        }
        Ok(())
    }

    fn name_lanes(&mut self, names: Vec<line::Word>) -> Result<(), Wrong> {
        if self.is_closed || !self.deeds.is_empty() {
            return Err((1, "the lanes are listed once, before anything happens".to_owned()));
        }
        for word in names {
            if self.lanes.contains(&word.text) {
                return Err((word.column, format!("the lane {:?} is listed twice", word.text)));
            }
            self.add_lane(&word)?;
        }
        self.is_closed = true;
        Ok(())
    }

    fn add_lane(&mut self, word: &line::Word) -> Result<usize, Wrong> {
        if self.lanes.len() >= LANES_MOST {
            return Err((
                word.column,
                format!("there are more than {LANES_MOST} lanes; make two figures of it"),
            ));
        }
        self.lanes.push(word.text.clone());
        Ok(self.lanes.len() - 1)
    }

    fn lane(&mut self, word: &line::Word) -> Result<usize, Wrong> {
        if let Some(place) = self.lanes.iter().position(|lane| *lane == word.text) {
            return Ok(place);
        }
        if self.is_closed {
            let lanes = self.lanes.join(", ");
            return Err((word.column, format!("there is no lane {:?}; choose one of {lanes}", word.text)));
        }
        self.add_lane(word)
    }

    fn add(&mut self, number: u32, deed: line::Deed) -> Result<(), Wrong> {
        let lane = self.lane(&deed.lane)?;
        let what = match deed.what {
            line::What::Event(kind) => What::Event(kind),
            line::What::Message { to, copies, by } => {
                let mut lanes = Vec::new();
                for word in to {
                    let receiver = self.lane(&word)?;
                    if lanes.contains(&receiver) {
                        return Err((word.column, format!("{:?} is named twice", word.text)));
                    }
                    lanes.push(receiver);
                }
                What::Message { to: lanes, copies, by }
            }
        };
        self.events += match &what {
            What::Event(_) => 1,
            What::Message { to, copies, .. } => 1 + to.len() * copies.len(),
        };
        if self.events > EVENTS_MOST {
            return Err((1, format!("there are more than {EVENTS_MOST} events; make two figures of it")));
        }
        let column = deed.lane.column as u32;
        self.deeds.push(Deed { instant: self.now, lane, what, text: deed.text, line: number, column });
        Ok(())
    }
}
