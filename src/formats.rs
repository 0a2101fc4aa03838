//! Foreign logs in, traces out. Must not know the screen, nor which scene a trace came from.
//!
//! A reader turns a file into events with the clocks that they state; arrows are rebuilt from the clocks and checked,
//! and what comes out is a [`Trace`] like that of a run, with what is wrong in it told by line. Each format is a file
//! of its own and an entry in [`ALL`].

mod assemble;
mod clock;
mod expressed;
mod expression;
mod govector;
mod json;
mod log;
mod matches;
mod members;
pub mod mermaid;
mod ndjson;
pub mod notation;
pub mod parcel;
mod rebuild;
pub mod report;
mod rows;
mod run;
mod shiviz;
pub mod shiviz_file;
mod stamped;
mod text;
mod times;
mod tla;
mod tlc;
pub mod trace_json;
mod tsviz;
mod words;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sim::Trace;
pub use assemble::LOG_STEP;
use log::Log;
pub use log::Unread;
pub use rebuild::{ErrorKind, LogError};
pub use text::Text;

/// All formats, in the order in which they are looked for: the more particular come first.
pub const ALL: &[Format] =
    &[run::ENTRY, ndjson::ENTRY, json::ENTRY, tlc::ENTRY, tsviz::ENTRY, govector::ENTRY, shiviz::ENTRY];

/// A format of logs.
#[derive(Clone, Copy)]
pub struct Format {
    /// The name in commands and links.
    pub id: &'static str,
    /// The name in menus.
    pub title: &'static str,
    /// The opening comment of its file.
    pub doc: &'static str,
    /// Whether a text looks like it.
    pub recognise: fn(&Text<'_>) -> bool,
    /// Reads a text as this.
    read: fn(&Text<'_>, &Options) -> Result<Vec<Source>, BadLog>,
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// What a reader has read.
#[derive(Clone, Debug)]
enum Source {
    /// Events with clocks, whose causes are still to be found.
    Log(Box<Log>),
    /// A run, whose causes are stated.
    Run(Box<Execution>),
}

impl Source {
    fn has_events(&self) -> bool {
        match self {
            Self::Log(log) => !log.events.is_empty(),
            Self::Run(run) => !run.trace.is_empty(),
        }
    }

    fn unread(&mut self) -> &mut Unread {
        match self {
            Self::Log(log) => &mut log.unread,
            Self::Run(run) => &mut run.unread,
        }
    }

    fn name(&mut self) -> &mut String {
        match self {
            Self::Log(log) => &mut log.name,
            Self::Run(run) => &mut run.name,
        }
    }

    fn execution(self) -> Result<Execution, BadLog> {
        match self {
            Self::Log(log) => Execution::of(&log),
            Self::Run(run) => Ok(*run),
        }
    }
}

/// The fields of JSON objects in which the parts of an event stand; those that are usual where none is named. A name
/// with points reaches into objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields {
    /// The host.
    pub host: Option<String>,
    /// The vector clock.
    pub clock: Option<String>,
    /// What happened.
    pub event: Option<String>,
    /// When, by the host's clock.
    pub time: Option<String>,
    /// The name of the execution.
    pub execution: Option<String>,
}

/// How a log is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// An expression for events, with the groups `host`, `clock` and `event`, as ShiViz users write them.
    pub parser: Option<String>,
    /// An expression for what separates executions; its group `trace` names them.
    pub delimiter: Option<String>,
    /// Which fields of JSON objects hold what.
    pub fields: Fields,
    /// The one execution that is wanted, by name; all if there is none.
    pub execution: Option<String>,
}

/// Why a log cannot be read: a sentence that names the place, the value and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLog(pub String);

impl fmt::Display for BadLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadLog {}

/// What was read from a file.
#[derive(Clone, Debug)]
pub struct Import {
    /// The id of the format.
    pub format: &'static str,
    /// The executions, in the order of the file; at least one, and each has events.
    pub executions: Vec<Execution>,
}

/// One execution of a log.
#[derive(Clone, Debug)]
pub struct Execution {
    /// What the log calls it; empty if it has no name.
    pub name: String,
    /// Its events and their causes.
    pub trace: Trace,
    /// What is wrong with its clocks, in the order of the file.
    pub errors: Vec<LogError>,
    /// How many more errors there are than are told.
    pub more_errors: u32,
    /// The lines that belong to no event.
    pub unread: Unread,
}

/// Reads a file in whatever format it is.
///
/// # Errors
/// A file without events, in no format that is known or too large to be shown.
///
/// # Example
/// ```
/// use lightcone::formats::{Options, import};
///
/// let log = b"alice {\"alice\":1}\nwrites\nbob {\"bob\":1, \"alice\":1}\nreads\n";
/// let import = import(log, &Options::default()).expect("a ShiViz log");
/// let trace = &import.executions[0].trace;
/// assert_eq!((import.format, trace.len(), trace.messages()), ("shiviz", 2, 1));
/// assert_eq!(trace.label(trace.last_of(lightcone::base::NodeId(1)).expect("bob's")), "reads");
/// ```
pub fn import(bytes: &[u8], options: &Options) -> Result<Import, BadLog> {
    // What is repeated from a file or an expression may hold line feeds; a sentence has none.
    read(bytes, options).map_err(|bad| BadLog(bad.0.replace('\n', "\\n")))
}

fn read(bytes: &[u8], options: &Options) -> Result<Import, BadLog> {
    let text = Text::of_bytes(bytes)?;
    let is_expressed = options.parser.is_some() || options.delimiter.is_some();
    let by_expression = is_expressed.then_some(&shiviz::ENTRY);
    let format = by_expression.or_else(|| recognise(&text)).ok_or_else(unknown)?;
    let sources = with_events((format.read)(&text, options)?);
    if sources.is_empty() {
        return Err(options.parser.as_ref().map_or_else(unknown, |parser| {
            BadLog(format!(
                "the expression `{parser}` matches no event; try it on the first lines of the log"
            ))
        }));
    }
    let sources = wanted(sources, options)?;
    let executions = sources.into_iter().map(Source::execution).collect::<Result<_, _>>()?;
    Ok(Import { format: format.id, executions })
}

/// The format that a text looks like. One that says at its head how it is read is read so, whatever its events look like.
pub fn recognise(text: &Text<'_>) -> Option<&'static Format> {
    let has_header = shiviz::Header::of(text).is_some();
    let reads_header = |format: &Format| [shiviz::ENTRY.id, tsviz::ENTRY.id].contains(&format.id);
    ALL.iter().find(|format| (!has_header || reads_header(format)) && (format.recognise)(text))
}

impl Execution {
    /// What was drawn, which has no name of its own, and in which nothing is wrong.
    pub fn drawn(trace: Trace) -> Self {
        Self { name: String::new(), trace, errors: Vec::new(), more_errors: 0, unread: Unread::default() }
    }

    fn of(log: &Log) -> Result<Self, BadLog> {
        let graph = rebuild::rebuild(log)?;
        let trace = assemble::assemble(log, &graph);
        let (errors, more_errors) = (graph.errors.told, graph.errors.untold);
        Ok(Self { name: log.name.clone(), trace, errors, more_errors, unread: log.unread.clone() })
    }
}

fn unknown() -> BadLog {
    BadLog(
        "no event was found; events of a ShiViz log are two lines, `host {\"host\":1}` and what happened, and other \
         formats are read with an expression whose groups are named host, clock and event"
            .to_owned(),
    )
}

/// The executions that have events, each with a name of its own. Lines before the first belong to it.
fn with_events(sources: Vec<Source>) -> Vec<Source> {
    let mut kept: Vec<Source> = Vec::new();
    let mut before = Unread::default();
    for mut source in sources {
        before.append(source.unread());
        if source.has_events() {
            *source.unread() = std::mem::take(&mut before);
            kept.push(source);
        }
    }
    if let Some(last) = kept.last_mut() {
        last.unread().append(&before);
    }
    if kept.len() > 1 {
        name_apart(&mut kept);
    }
    kept
}

/// Gives a name to executions without one, and different names to those that share one.
fn name_apart(sources: &mut [Source]) {
    let mut taken = BTreeSet::new();
    for (place, source) in (1..).zip(sources) {
        let name = source.name();
        if name.is_empty() {
            *name = format!("execution {place}");
        }
        let own = name.clone();
        let mut copy = 2;
        while !taken.insert(name.clone()) {
            *name = format!("{own} ({copy})");
            copy += 1;
        }
    }
}

fn wanted(mut sources: Vec<Source>, options: &Options) -> Result<Vec<Source>, BadLog> {
    let Some(wanted) = &options.execution else { return Ok(sources) };
    if let Some(place) = sources.iter_mut().position(|source| source.name() == wanted) {
        return Ok(vec![sources.swap_remove(place)]);
    }
    let names: Vec<String> =
        sources.iter_mut().take(8).map(|source| format!("{:?}", source.name())).collect();
    let more = if sources.len() > names.len() { ", …" } else { "" };
    Err(BadLog(format!("there is no execution {wanted:?}; choose one of {}{more}", names.join(", "))))
}
