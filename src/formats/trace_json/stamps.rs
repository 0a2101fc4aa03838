//! The stamps of a trace's events in one pass from first to last, for a writer that needs each just once.
//!
//! A stamp that a message carries is kept from its send to its last receive and no longer, so that the pass
//! takes memory for what is in flight alone. Lamport, *Time, clocks, and the ordering of events* (1978);
//! Mattern, *Virtual time and global states* (1989); Kulkarni and others, *Logical physical clocks* (2014),
//! figure 5. Must not know what is written.

use std::collections::BTreeMap;

use crate::base::{EventId, MessageId};
use crate::sim::{EventKind, Trace};

/// A hybrid stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub(super) struct Hybrid {
    /// The largest wall reading in the event's past, in nanoseconds.
    pub(super) wall: i64,
    /// What tells events of equal `wall` apart.
    pub(super) logical: u32,
}

/// What all clocks say of one event; of a node that has none yet, all zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) lamport: u64,
    pub(super) vector: Vec<u32>,
    pub(super) hybrid: Hybrid,
}

/// The pass over a trace.
pub(super) struct Stamps<'a> {
    trace: &'a Trace,
    /// The stamp of each node's latest event.
    latest: Vec<Stamp>,
    /// The stamps of the sends whose messages are still to be received.
    carried: BTreeMap<MessageId, Stamp>,
    /// The last receive of each message that was received, by message.
    last_receive: Vec<Option<EventId>>,
}

impl<'a> Stamps<'a> {
    /// Before the first event.
    pub(super) fn new(trace: &'a Trace) -> Self {
        let mut last_receive = vec![None; trace.messages()];
        for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Receive) {
            if let Some(message) = trace.message(event) {
                last_receive[message.index()] = Some(event);
            }
        }
        let nodes = trace.nodes();
        let zero = Stamp { lamport: 0, vector: vec![0; nodes], hybrid: Hybrid { wall: 0, logical: 0 } };
        Self { trace, latest: vec![zero; nodes], carried: BTreeMap::new(), last_receive }
    }

    /// The stamp of `event`, which must be the one after the last that was asked for.
    pub(super) fn next(&mut self, event: EventId) -> &Stamp {
        let (trace, message) = (self.trace, self.trace.message(event));
        let node = trace.node(event).index();
        let seen = match (trace.kind(event), message) {
            (EventKind::Receive, Some(message)) if self.last_receive[message.index()] == Some(event) => {
                self.carried.remove(&message)
            }
            (EventKind::Receive, Some(message)) => self.carried.get(&message).cloned(),
            _ => None,
        };
        let own = &mut self.latest[node];
        own.hybrid = hybrid(own, seen.as_ref(), trace.wall(event).0);
        if let Some(seen) = &seen {
            own.lamport = own.lamport.max(seen.lamport);
            for (count, seen) in own.vector.iter_mut().zip(&seen.vector) {
                *count = (*count).max(*seen);
            }
        }
        own.lamport += 1;
        own.vector[node] += 1;
        if let (EventKind::Send, Some(message)) = (trace.kind(event), message)
            && self.last_receive[message.index()].is_some()
        {
            self.carried.insert(message, own.clone());
        }
        own
    }
}

/// The hybrid stamp of an event, from those of the event before it on its node and of the send that it
/// received, and the node's wall reading.
fn hybrid(own: &Stamp, seen: Option<&Stamp>, wall_now: i64) -> Hybrid {
    let own = (own.lamport > 0).then_some(own.hybrid);
    let past = [own, seen.map(|stamp| stamp.hybrid)];
    let wall = past.iter().flatten().map(|stamp| stamp.wall).max().map_or(wall_now, |w| w.max(wall_now));
    let equal = past.iter().flatten().filter(|stamp| stamp.wall == wall).map(|stamp| stamp.logical).max();
    Hybrid { wall, logical: equal.map_or(0, |logical| logical + 1) }
}
