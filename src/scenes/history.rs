//! A node's local history: all that it ever saw, as bytes, so that two worlds can be compared from inside.
//!
//! What differs between two worlds can be known to a node only if its histories differ. Must not know what
//! the worlds are.

use crate::base::{EventId, NodeId};
use crate::sim::{EventKind, Trace};

/// The history of `node` before the event `end`, or all of it.
///
/// Of each event: its kind and label, what the node's two clocks showed, and for a message who is at its
/// other end and its bytes as they left or arrived. Then what the node wrote to its log, if all is asked for.
/// Neither true time nor any number that the observer outside gave to events and messages is in it; nor are
/// pauses, which a node does not notice.
pub fn local_history(trace: &Trace, node: NodeId, end: Option<EventId>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let is_seen = |kind| !matches!(kind, EventKind::Pause | EventKind::Resume);
    let end_or_len = end.map_or(trace.len(), EventId::index);
    let own = trace.events().take(end_or_len).filter(|&event| trace.node(event) == node);
    for event in own.filter(|&event| is_seen(trace.kind(event))) {
        bytes.push(trace.kind(event) as u8);
        put(&mut bytes, trace.label(event).as_bytes());
        bytes.extend(trace.wall(event).0.to_le_bytes());
        bytes.extend(trace.monotonic(event).0.to_le_bytes());
        let Some(message) = trace.message(event) else { continue };
        let (other, payload) = match trace.kind(event) {
            EventKind::Receive => (trace.sender(message), trace.received_payload(event).unwrap_or_default()),
            _ => (trace.receiver(message), trace.payload(message)),
        };
        bytes.extend(other.0.to_le_bytes());
        put(&mut bytes, payload);
    }
    if end.is_none() {
        trace.log(node).for_each(|line| put(&mut bytes, line.text.as_bytes()));
    }
    bytes
}

/// A length and so many bytes, so that no two histories run together into the same bytes.
fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend((part.len() as u32).to_le_bytes());
    bytes.extend(part);
}
