//! The trace hash: what tells whether two runs are the same.
//!
//! SHA-256 over canonical little-endian rows: of every event its true time, node, kind, readings, causes
//! and message; of every message its ends, number, send and payload; of every line of fate who signed
//! what, by stable names. Never labels, and never the order of a catalogue. Must not know what a row means.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{NONE, Trace, link_number};

/// The hash of a trace, shown as lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TraceHash([u8; 32]);

impl TraceHash {
    /// The first eight digits, enough to notice that a run has drifted.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl fmt::Display for TraceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

pub(super) fn of(trace: &Trace) -> TraceHash {
    let mut hasher = Sha256::new();
    let mut row = Vec::with_capacity(64);
    for event in trace.events() {
        row.clear();
        row.extend(trace.at(event).0.to_le_bytes());
        row.extend(trace.node(event).0.to_le_bytes());
        row.push(trace.kind(event) as u8);
        row.extend(trace.wall(event).0.to_le_bytes());
        row.extend(trace.monotonic(event).0.to_le_bytes());
        row.extend(trace.previous(event).map_or(NONE, |cause| cause.0).to_le_bytes());
        row.extend(trace.cause_elsewhere(event).map_or(NONE, |cause| cause.0).to_le_bytes());
        row.extend(trace.message(event).map_or(NONE, |message| message.0).to_le_bytes());
        row.extend(trace.received_copy(event).to_le_bytes());
        if trace.received_copy(event) > 0 || trace.copy_of(event).is_some() {
            row.extend(trace.received_payload(event).unwrap_or_default());
        }
        hasher.update(&row);
    }
    for message in trace.message_ids() {
        row.clear();
        row.extend(trace.sender(message).0.to_le_bytes());
        row.extend(trace.receiver(message).0.to_le_bytes());
        row.extend(trace.nth(message).to_le_bytes());
        row.extend(trace.sent(message).map_or(NONE, |event| event.0).to_le_bytes());
        row.extend((trace.payload(message).len() as u32).to_le_bytes());
        row.extend(trace.payload(message));
        hasher.update(&row);
    }
    for entry in trace.fates() {
        row.clear();
        row.extend(entry.message.0.to_le_bytes());
        for word in [entry.fault, entry.effect, entry.unit.name()] {
            row.push(word.len() as u8);
            row.extend(word.as_bytes());
        }
        row.extend(entry.size.to_le_bytes());
        row.extend(entry.at.0.to_le_bytes());
        row.extend(entry.copy.to_le_bytes());
        row.extend(entry.hop.to_le_bytes());
        row.extend(link_number(entry.link).to_le_bytes());
        row.push(entry.outcome as u8);
        hasher.update(&row);
    }
    TraceHash(hasher.finalize().into())
}
