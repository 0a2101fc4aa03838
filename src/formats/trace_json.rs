//! A run as one JSON object: what `lightcone run --json` prints and the page exports.
//!
//! The names of the fields are a promise; fields may be added. Ids are numbers, and `node`, `from`, `to` and
//! `nodes` hold ids of `nodes[]` everywhere but in `vector`, which is keyed by name because people read it.
//! Times are nanoseconds since the scene's epoch and stay within ±2^53, so that JavaScript keeps every digit.
//!
//! | field | what it holds |
//! |---|---|
//! | `format` | the version of the meaning of runs: traces of equal hash mean the same within one format |
//! | `scene`, `seed`, `settings`, `tape[]` | what the run is a function of; `seed` is a decimal string, since it may be larger than 2^53; `settings` are those in force at the start, `{assume: {id: bool}, dials: {"id.dial": value}}` |
//! | `trace_hash` | SHA-256 of the trace in lower-case hexadecimal digits |
//! | `nodes[]` | `id`, `name` |
//! | `links[]` | `id`, `from`, `to`: what the `link` of a fate names |
//! | `events[]` | `id`, `node`, `kind`, `true_ns`, `wall_ns`, `monotonic_ns`, `lamport`, `vector` (`{name: count}` without zeros), `hlc` (`wall`, `logical`), `causes` (ids, each smaller than the event's), `message` or null, `label` |
//! | `messages[]` | `id`, `from`, `to`, `bytes` (the payload's length), `payload` (as sent, hexadecimal), `sent` event or null, `arrived` (the events of its receives), `state` (`in-flight`, `arrived`, `lost`), `fate[]` |
//! | `fate[]` | `fault`, `effect`, `size`, `unit` (`ns`, `bit`, `copy`, `bytes`; empty where the effect has no size), `at_ns`, `copy` (0 is the original), `hop` (from 0), `link` (null at a node), `outcome` (`onward`, `lost`, `copied`) |
//! | `spans[]` | `kind` (`pause`, `outage`, `partition`, `cut`), `from_ns`, `to_ns` (null while it lasts), `what` (a phrase), `nodes`, `one_way` |
//! | `claims[]` | `says`, `scope` (`this-run`, `every-run`, `rate`), `holds` (true, false, or null while undecided), `event` that breaks it or null |
//!
//! A [`Record`] is what was read from a log, or drawn as a figure: no run of which one could say how it came about.
//! Its object has the same fields, and `scene`, `seed` and `settings` are null. It has these besides:
//!
//! | field | what it holds |
//! |---|---|
//! | `log` | `name` (of the execution; empty if it has none), `now_ns` (up to when something is known), `states_wall` (whether the log says what its hosts' clocks showed; otherwise `wall_ns` is `true_ns`), `errors[]` (`line`, `kind`, `says`, as `lightcone import --json` prints them), `more_errors`, `unread` (`count`, and `lines[]` of `[line, why or null]`) |
//! | `events[]` | where there is something to say: `line` (of the file that was read first), `suspect` (true), `received` (all messages, if it received several; `message` is the first of them), `copy` (which copy of its message it received, unless it is the original), `fields` (`{name: text}`) |
//!
//! It does not carry the text of the file that was read, its other executions, and the clocks as they were stated where
//! they are wrong: `vector` is that of the causes as they are drawn, and `errors` say in words what stood there. Of a
//! run that was read back it keeps what happened, not what it was a function of, nor its table of links and its claims.
//! Lines of fate that were signed at one instant are in the order of their messages when they are read back.
//!
//! The object is streamed: no part of it but one row is ever in memory. Must not know who reads it.

mod record;
mod rows;
mod tape;

use std::io;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::base::{EventId, Seed};
use crate::sim::{Link, Settings, Tape, Trace};
pub use record::{Record, write_record};

/// A run and what there is to say about it.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    /// The version of the meaning of runs.
    pub format: u16,
    /// The scene's id.
    pub scene: &'a str,
    /// What chance grew from.
    pub seed: Seed,
    /// The settings in force at the start.
    pub settings: &'a Settings,
    /// What a hand did and when.
    pub tape: &'a Tape,
    /// The links, by id.
    pub links: &'a [Link],
    /// What was recorded. It is written up to its mark.
    pub trace: &'a Trace,
    /// What the run says of the scene's claims.
    pub claims: &'a [ClaimRow<'a>],
}

/// A claim and what the run says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ClaimRow<'a> {
    /// The sentence.
    pub says: &'a str,
    /// Of which runs it speaks: `this-run`, `every-run` or `rate`.
    pub scope: &'a str,
    /// Whether it holds; `None` while the run has not got far enough to tell.
    pub holds: Option<bool>,
    /// The event at which it broke, if one can be named.
    pub event: Option<EventId>,
}

/// Writes a run as one JSON object on one line, with a line feed behind it.
///
/// # Errors
/// What `out` gives; a closed pipe is [`io::ErrorKind::BrokenPipe`] as it is.
pub fn write(run: &Run<'_>, mut out: impl io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut out, run)?;
    out.write_all(b"\n")
}

/// The rows of `events[]` alone, from the event at place `first` on.
pub fn events(trace: &Trace, first: usize) -> impl Serialize + '_ {
    rows::Events(trace, first)
}

/// The rows of `messages[]` alone, from the message at place `first` on.
pub fn messages(trace: &Trace, first: usize) -> impl Serialize + '_ {
    rows::Messages(trace, first)
}

/// The rows of `nodes[]` alone.
pub fn nodes(trace: &Trace) -> impl Serialize + '_ {
    rows::Nodes(trace)
}

impl Serialize for Run<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Run", 12)?;
        object.serialize_field("format", &self.format)?;
        object.serialize_field("scene", self.scene)?;
        object.serialize_field("seed", &self.seed.0.to_string())?;
        object.serialize_field("settings", self.settings)?;
        object.serialize_field("tape", &tape::rows(self.tape))?;
        object.serialize_field("trace_hash", &self.trace.hash().to_string())?;
        object.serialize_field("nodes", &rows::Nodes(self.trace))?;
        object.serialize_field("links", &rows::Links(self.links))?;
        object.serialize_field("events", &rows::Events(self.trace, 0))?;
        object.serialize_field("messages", &rows::Messages(self.trace, 0))?;
        object.serialize_field("spans", &rows::Spans(self.trace))?;
        object.serialize_field("claims", self.claims)?;
        object.end()
    }
}

#[cfg(test)]
mod tests;
