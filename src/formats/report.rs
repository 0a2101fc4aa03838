//! What a log holds, in numbers, and what is wrong with it: what `lightcone import --json` prints.
//!
//! Pairs are counted from the arrows of the trace, by the oracle that knows no clock; events of which something cannot
//! be right are left out of the pairs. Must not know the format of the log.

use std::io;

use serde::Serialize;

use super::{Execution, Import, LogError};
use crate::analysis::Causality;
use crate::base::{EventId, NodeId};
use crate::sim::Trace;

/// One execution in numbers. The names of the fields are a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the log calls the execution; empty if it has no name.
    pub name: String,
    /// How many hosts have events.
    pub hosts: usize,
    /// How many events there are.
    pub events: usize,
    /// How many direct causes lie on another host than their effects; no arrow that others imply is counted.
    pub edges: usize,
    /// How many pairs of sound events are ordered by happens-before.
    pub ordered_pairs: u64,
    /// How many pairs of sound events are concurrent.
    pub concurrent_pairs: u64,
    /// How many events the longest chain of causes has.
    pub longest_chain: u64,
    /// How many lines belong to no event.
    pub unparsed_lines: u32,
    /// What is wrong, in the order of the file.
    pub errors: Vec<ErrorRow>,
}

/// An error as a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorRow {
    /// The line of the clock, or of the object of JSON that holds it, counted from 1.
    pub line: u32,
    /// What kind of error it is: see [`ErrorKind::name`](super::ErrorKind::name).
    pub kind: &'static str,
    /// What is wrong and what should have stood there.
    pub says: String,
}

impl ErrorRow {
    pub(super) fn of(error: &LogError) -> Self {
        Self { line: error.line, kind: error.kind.name(), says: error.says.clone() }
    }
}

/// Writes the reports of all executions of a file on one line: one object, or several in `executions[]`.
///
/// # Errors
/// What `out` gives; a closed pipe is [`io::ErrorKind::BrokenPipe`] as it is.
pub fn write(import: &Import, mut out: impl io::Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Several<'a> {
        executions: &'a [Report],
    }
    let executions: Vec<Report> = import.executions.iter().map(Report::of).collect();
    match executions.as_slice() {
        [one] => serde_json::to_writer(&mut out, one)?,
        several => serde_json::to_writer(&mut out, &Several { executions: several })?,
    }
    out.write_all(b"\n")
}

/// What a trace holds, in numbers: see the fields of the same names in [`Report`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// How many hosts have events.
    pub hosts: usize,
    /// How many events there are.
    pub events: usize,
    /// How many direct causes lie on another host than their effects.
    pub edges: usize,
    /// How many pairs of sound events are ordered.
    pub ordered_pairs: u64,
    /// How many pairs of sound events are concurrent.
    pub concurrent_pairs: u64,
    /// How many events the longest chain of causes has.
    pub longest_chain: u64,
}

impl Counts {
    /// Counts what a trace holds.
    pub fn of(trace: &Trace, causality: &Causality) -> Self {
        let sound = (trace.len() - trace.suspects().len()) as u64;
        let ordered_pairs = ordered_pairs(trace, causality);
        Self {
            hosts: trace.nodes(),
            events: trace.len(),
            edges: trace.events().map(|event| edges_into(trace, causality, event)).sum(),
            ordered_pairs,
            concurrent_pairs: sound * sound.saturating_sub(1) / 2 - ordered_pairs,
            longest_chain: trace.events().map(|event| causality.lamport(event)).max().unwrap_or(0),
        }
    }
}

impl Report {
    /// Counts what an execution holds.
    pub fn of(execution: &Execution) -> Self {
        let trace = &execution.trace;
        let counts = Counts::of(trace, &Causality::of(trace));
        Self {
            name: execution.name.clone(),
            hosts: counts.hosts,
            events: counts.events,
            edges: counts.edges,
            ordered_pairs: counts.ordered_pairs,
            concurrent_pairs: counts.concurrent_pairs,
            longest_chain: counts.longest_chain,
            unparsed_lines: execution.unread.count,
            errors: execution.errors.iter().map(ErrorRow::of).collect(),
        }
    }
}

/// How many pairs of sound events are ordered.
fn ordered_pairs(trace: &Trace, causality: &Causality) -> u64 {
    if trace.suspects().is_empty() {
        return causality.ordered_pairs();
    }
    // The past of an event is a prefix of each lane, and of each prefix it is known how many are sound.
    let mut sound: Vec<Vec<u32>> = vec![vec![0]; trace.nodes()];
    for event in trace.events() {
        let lane = &mut sound[trace.node(event).index()];
        let before = lane.last().copied().unwrap_or(0);
        lane.push(before + u32::from(!trace.is_suspect(event)));
    }
    let mut past = vec![0; trace.nodes()];
    let mut pairs = 0;
    for event in trace.events().filter(|&event| !trace.is_suspect(event)) {
        causality.vector_into(event, &mut past);
        let known = past.iter().zip(&sound).map(|(&count, lane)| u64::from(lane[count as usize]));
        // The vector counts the event itself.
        pairs += known.sum::<u64>() - 1;
    }
    pairs
}

/// How many causes of an event on other nodes are not implied by another of its causes.
fn edges_into(trace: &Trace, causality: &Causality, event: EventId) -> usize {
    let node: NodeId = trace.node(event);
    let elsewhere = || {
        let sends = trace.cause_elsewhere(event).into_iter().chain(trace.more_causes(event));
        sends.filter(|&sent| trace.node(sent) != node)
    };
    let is_implied =
        |sent: EventId| trace.causes(event).any(|other| other != sent && causality.before(sent, other));
    elsewhere().filter(|&sent| !is_implied(sent)).count()
}
