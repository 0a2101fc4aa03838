//! The stamps of a trace's events in one pass from first to last, for a writer that needs each just once.
//!
//! A stamp that a message carries is kept from its send to its last receive and no longer, so that the pass
//! takes memory for what is in flight alone. Must not know what is written.

use std::collections::BTreeMap;

use crate::base::{EventId, MessageId};
use crate::clocks::{HybridStamp, LamportStamp, vector};
use crate::sim::{EventKind, Trace};

/// What the logical clocks say of one event.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    pub(super) lamport: LamportStamp,
    pub(super) vector: Vec<u32>,
    pub(super) hybrid: HybridStamp,
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
        let none = Stamp { lamport: LamportStamp(0), vector: vec![0; nodes], hybrid: HybridStamp::START };
        Self { trace, latest: vec![none; nodes], carried: BTreeMap::new(), last_receive }
    }

    /// The stamp of `event`, which must be the one after the last that was asked for.
    pub(super) fn next(&mut self, event: EventId) -> &Stamp {
        let seen = self.seen(event);
        let (trace, wall) = (self.trace, self.trace.wall(event));
        let node = trace.node(event).index();
        let own = &mut self.latest[node];
        match &seen {
            Some(seen) => {
                own.lamport = own.lamport.after(seen.lamport);
                own.hybrid = own.hybrid.after(wall, seen.hybrid);
                vector::raise(&mut own.vector, &seen.vector);
            }
            None => {
                own.lamport = own.lamport.next();
                own.hybrid = own.hybrid.next(wall);
            }
        }
        own.vector[node] += 1;
        if let (EventKind::Send, Some(message)) = (trace.kind(event), trace.message(event))
            && self.last_receive[message.index()].is_some()
        {
            self.carried.insert(message, own.clone());
        }
        own
    }

    /// The stamp that came with what `event` received.
    fn seen(&mut self, event: EventId) -> Option<Stamp> {
        self.trace.cause_elsewhere(event)?;
        let message = self.trace.message(event)?;
        if self.last_receive[message.index()] == Some(event) {
            self.carried.remove(&message)
        } else {
            self.carried.get(&message).cloned()
        }
    }
}
