//! What was read from a log as one JSON object: the tables of a run, and what only a log has to say.
//!
//! Must not know how the log was written.

use std::io;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::rows;
use crate::formats::report::ErrorRow;
use crate::formats::{Execution, LogError, Unread};
use crate::sim::Trace;

/// What was read from a log, or drawn as a figure.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The version of the meaning of runs.
    pub format: u16,
    /// What the execution is called; empty if it has no name.
    pub name: &'a str,
    /// Its events and their causes. It is written up to its mark.
    pub trace: &'a Trace,
    /// What is wrong with its clocks, in the order of the file.
    pub errors: &'a [LogError],
    /// How many more errors there are than are told.
    pub more_errors: u32,
    /// The lines that belong to no event.
    pub unread: &'a Unread,
}

impl<'a> Record<'a> {
    /// All of an execution.
    pub fn of(format: u16, execution: &'a Execution) -> Self {
        let Execution { name, trace, errors, more_errors, unread } = execution;
        Self { format, name, trace, errors, more_errors: *more_errors, unread }
    }
}

/// Writes a record as one JSON object on one line, with a line feed behind it.
///
/// # Errors
/// What `out` gives.
///
/// # Example
/// ```
/// use lightcone::formats::trace_json::{Record, write_record};
/// use lightcone::formats::{Options, import};
///
/// let log = b"alice {\"alice\":1}\nwrites\nbob {\"bob\":1, \"alice\":1}\nreads\n";
/// let read = import(log, &Options::default()).expect("a ShiViz log");
/// let mut file = Vec::new();
/// write_record(&Record::of(1, &read.executions[0]), &mut file).expect("memory");
/// let again = import(&file, &Options::default()).expect("what was written is read");
/// assert_eq!((again.format, again.executions[0].trace.messages()), ("lightcone", 1));
/// ```
pub fn write_record(record: &Record<'_>, mut out: impl io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut out, record)?;
    out.write_all(b"\n")
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let trace = self.trace;
        let mut object = serializer.serialize_struct("Record", 13)?;
        object.serialize_field("format", &self.format)?;
        for nothing in ["scene", "seed", "settings"] {
            object.serialize_field(nothing, &None::<()>)?;
        }
        object.serialize_field("log", &LogRow::of(self))?;
        object.serialize_field("tape", &[(); 0])?;
        object.serialize_field("trace_hash", &trace.hash().to_string())?;
        object.serialize_field("nodes", &rows::Nodes(trace))?;
        object.serialize_field("links", &rows::Links(&[]))?;
        object.serialize_field("events", &rows::Events(trace, 0))?;
        object.serialize_field("messages", &rows::Messages(trace, 0))?;
        object.serialize_field("spans", &rows::Spans(trace))?;
        object.serialize_field("claims", &[(); 0])?;
        object.end()
    }
}

#[derive(serde::Serialize)]
struct LogRow<'a> {
    name: &'a str,
    now_ns: u64,
    states_wall: bool,
    errors: Vec<ErrorRow>,
    more_errors: u32,
    unread: &'a Unread,
}

impl<'a> LogRow<'a> {
    fn of(record: &Record<'a>) -> Self {
        Self {
            name: record.name,
            now_ns: record.trace.now().0,
            states_wall: record.trace.states_walls(),
            errors: record.errors.iter().map(ErrorRow::of).collect(),
            more_errors: record.more_errors,
            unread: record.unread,
        }
    }
}
