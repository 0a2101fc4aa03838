//! Which writes were lost at replicas, and to which, by the causes that the trace shows.
//!
//! Must not know by what the replicas chose: stamps are not looked at.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{EventId, NodeId};
use crate::programs::author::WRITE;
use crate::programs::replica::{IGNORED, KEPT, REPLACED};
use crate::scenes::Evidence;
use crate::sim::{EventKind, Trace};

/// How a write that had to go stands to those that stayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It came causally after one that stayed.
    ToItsCause,
    /// It was concurrent with all that stayed.
    ToAConcurrent,
}

/// A write that had to go although no later one took its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loss {
    /// The replica's event.
    pub(super) at: EventId,
    /// The write's number.
    pub(super) write: u32,
    /// To what it was lost.
    pub(super) kind: Kind,
}

/// The losses at these replicas in the order in which they happened.
pub(super) fn losses(run: &Evidence<'_>, replicas: &[NodeId]) -> Vec<Loss> {
    let trace = run.trace();
    let written = writes(trace);
    let mut held: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); trace.nodes()];
    let mut found = Vec::new();
    for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Local) {
        let (node, Some(write)) = (trace.node(event), trace.label_number(event)) else { continue };
        if !replicas.contains(&node) {
            continue;
        }
        let held = &mut held[node.index()];
        match trace.label_word(event) {
            KEPT => {
                held.insert(write);
                continue;
            }
            REPLACED => drop(held.remove(&write)),
            IGNORED => {}
            _ => continue,
        }
        if let Some(kind) = judge(run, &written, write, held) {
            found.push(Loss { at: event, write, kind });
        }
    }
    found
}

/// The event at which each write was made, by the write's number.
fn writes(trace: &Trace) -> BTreeMap<u32, EventId> {
    let is_write =
        |&event: &EventId| trace.kind(event) == EventKind::Local && trace.label_word(event) == WRITE;
    let mut written = BTreeMap::new();
    for event in trace.events().filter(is_write) {
        if let Some(write) = trace.label_number(event) {
            written.entry(write).or_insert(event);
        }
    }
    written
}

/// How a write stands to those that stayed; `None` if one of them came after it, and rightly took its place.
fn judge(
    run: &Evidence<'_>,
    written: &BTreeMap<u32, EventId>,
    gone: u32,
    stayed: &BTreeSet<u32>,
) -> Option<Kind> {
    let gone = *written.get(&gone)?;
    let stayed: Vec<EventId> = stayed.iter().filter_map(|write| written.get(write).copied()).collect();
    if stayed.iter().any(|&other| run.is_before(gone, other)) {
        return None;
    }
    let is_after = stayed.iter().any(|&other| run.is_before(other, gone));
    Some(if is_after { Kind::ToItsCause } else { Kind::ToAConcurrent })
}

/// The event at which a write was made.
pub(super) fn write_of(trace: &Trace, write: u32) -> Option<EventId> {
    trace.events().find(|&event| {
        trace.kind(event) == EventKind::Local
            && trace.label_word(event) == WRITE
            && trace.label_number(event) == Some(write)
    })
}
