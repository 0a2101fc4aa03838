//! The clocks run for real: one pass over a trace in which every node has the clocks of the catalogue, ticks
//! them at each event, and sends their stamps with each message.
//!
//! It is slower than [`Stamps`](super::Stamps) and needs no oracle, so this is what is held against
//! the oracle. A stamp that a message carries is kept from its send to its last receive and no longer. Any
//! set of clocks can be run, a broken one as well. Must not know happens-before.

use std::collections::BTreeMap;

use crate::base::{EventId, MessageId};
use crate::clocks::{Hybrid, Lamport, LogicalClock, Vector};
use crate::sim::{EventKind, Trace};

use super::EventStamps;

/// One clock on every node of a trace.
struct Ensemble<C: LogicalClock> {
    clocks: Vec<C>,
    carried: BTreeMap<MessageId, C::Stamp>,
}

impl<C: LogicalClock> Ensemble<C> {
    fn new(trace: &Trace) -> Self {
        let clocks = crate::base::NodeId::first(trace.nodes()).map(|node| C::new(node, trace.nodes()));
        Self { clocks: clocks.collect(), carried: BTreeMap::new() }
    }

    /// The stamp of an event; `last` tells whether it is the last to receive its message.
    fn stamp(&mut self, trace: &Trace, event: EventId, passage: Passage) -> C::Stamp {
        let wall = trace.wall(event);
        let clock = &mut self.clocks[trace.node(event).index()];
        match passage {
            Passage::Nothing => clock.stamp_local(wall),
            Passage::Sends(message) => {
                let stamp = clock.stamp_local(wall);
                self.carried.insert(message, stamp.clone());
                stamp
            }
            Passage::Receives(message, is_last) => {
                let seen = match is_last {
                    true => self.carried.remove(&message),
                    false => self.carried.get(&message).cloned(),
                };
                match seen {
                    Some(seen) => clock.stamp_receive(wall, &seen),
                    None => clock.stamp_local(wall),
                }
            }
        }
    }
}

/// What an event has to do with a message, as far as stamps go.
#[derive(Clone, Copy)]
enum Passage {
    Nothing,
    /// Sends a message that will be received.
    Sends(MessageId),
    /// Receives a message that was sent, perhaps for the last time.
    Receives(MessageId, bool),
}

/// Which message each event hands on.
struct Passages {
    /// The last receive of each message that was received, by message.
    last_receive: Vec<Option<EventId>>,
}

impl Passages {
    fn of(trace: &Trace) -> Self {
        let mut last_receive = vec![None; trace.messages()];
        for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Receive) {
            if let Some(message) = trace.message(event) {
                last_receive[message.index()] = Some(event);
            }
        }
        Self { last_receive }
    }

    fn at(&self, trace: &Trace, event: EventId) -> Passage {
        let Some(message) = trace.message(event) else { return Passage::Nothing };
        let last = self.last_receive[message.index()];
        if trace.sent(message) == Some(event) && last.is_some() {
            Passage::Sends(message)
        } else if trace.cause_elsewhere(event).is_some() {
            Passage::Receives(message, last == Some(event))
        } else {
            Passage::Nothing
        }
    }
}

/// The stamps of one clock for all events of a trace, in order.
///
/// ```
/// use lightcone::analysis::fold;
/// use lightcone::clocks::{Lamport, LamportStamp};
/// use lightcone::sim::Trace;
///
/// fn largest(trace: &Trace) -> Option<LamportStamp> {
///     fold::run::<Lamport>(trace).max()
/// }
/// ```
pub fn run<C: LogicalClock>(trace: &Trace) -> impl Iterator<Item = C::Stamp> {
    let (passages, mut clocks) = (Passages::of(trace), Ensemble::<C>::new(trace));
    trace.events().map(move |event| clocks.stamp(trace, event, passages.at(trace, event)))
}

/// All stamps of all events of a trace, in order.
pub fn run_all(trace: &Trace) -> impl Iterator<Item = EventStamps> + '_ {
    let logical = run::<Lamport>(trace).zip(run::<Vector>(trace)).zip(run::<Hybrid>(trace));
    trace.events().zip(logical).map(|(event, ((lamport, vector), hybrid))| EventStamps {
        node: trace.node(event),
        wall: trace.wall(event),
        monotonic: trace.monotonic(event),
        uncertainty: super::stamps::uncertainty(trace, event),
        lamport,
        vector,
        hybrid,
    })
}

/// Calls `see` for every arrow of a trace, an event and one of its direct causes, with all stamps of both:
/// first the cause, then the effect; in the order of the effects.
pub fn each_arrow(trace: &Trace, mut see: impl FnMut((EventId, &EventStamps), (EventId, &EventStamps))) {
    let passages = Passages::of(trace);
    let mut latest: Vec<Option<(EventId, EventStamps)>> = vec![None; trace.nodes()];
    let mut carried: BTreeMap<MessageId, (EventId, EventStamps)> = BTreeMap::new();
    for (event, stamps) in trace.events().zip(run_all(trace)) {
        let node = trace.node(event).index();
        if let Some((cause, before)) = &latest[node] {
            see((*cause, before), (event, &stamps));
        }
        match passages.at(trace, event) {
            Passage::Nothing => {}
            Passage::Sends(message) => drop(carried.insert(message, (event, stamps.clone()))),
            Passage::Receives(message, is_last) => {
                if let Some((cause, seen)) = carried.get(&message) {
                    see((*cause, seen), (event, &stamps));
                }
                if is_last {
                    carried.remove(&message);
                }
            }
        }
        latest[node] = Some((event, stamps));
    }
}
