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

    /// The stamp of an event with these passages.
    fn stamp(&mut self, trace: &Trace, event: EventId, passages: &Passages) -> C::Stamp {
        let wall = trace.wall(event);
        let carried = &mut self.carried;
        let mut seen = passages.received.iter().filter_map(|&(message, is_last)| match is_last {
            true => carried.remove(&message),
            false => carried.get(&message).cloned(),
        });
        let clock = &mut self.clocks[trace.node(event).index()];
        let stamp = match (seen.next(), seen.next()) {
            (None, _) => clock.stamp_local(wall),
            (Some(seen), None) => clock.stamp_receive(wall, &seen),
            (Some(one), Some(other)) => {
                let all: Vec<C::Stamp> = [one, other].into_iter().chain(seen).collect();
                clock.stamp_receives(wall, &all)
            }
        };
        for &message in &passages.sent {
            self.carried.insert(message, stamp.clone());
        }
        stamp
    }
}

/// Which messages an event takes in and hands on; of one event at a time, in order.
struct Passages {
    /// The last receive of each message that was received, by message.
    last_receive: Vec<Option<EventId>>,
    /// The first message that was not looked at.
    next: usize,
    /// What the event receives that was sent, and whether it is the last to receive it.
    received: Vec<(MessageId, bool)>,
    /// What the event sends that will be received.
    sent: Vec<MessageId>,
}

impl Passages {
    fn of(trace: &Trace) -> Self {
        let mut last_receive = vec![None; trace.messages()];
        for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Receive) {
            for message in trace.message(event).into_iter().chain(trace.more_received(event)) {
                last_receive[message.index()] = Some(event);
            }
        }
        Self { last_receive, next: 0, received: Vec::new(), sent: Vec::new() }
    }

    /// Goes on to an event.
    fn turn_to(&mut self, trace: &Trace, event: EventId) {
        self.received.clear();
        let first = trace.cause_elsewhere(event).and_then(|_| trace.message(event));
        let messages = first.into_iter().chain(trace.more_received(event));
        let last_receive = &self.last_receive;
        self.received.extend(messages.map(|message| (message, last_receive[message.index()] == Some(event))));
        self.sent.clear();
        // Messages are numbered in the order of their sends; those that nobody sent lie between.
        while self.next < trace.messages() {
            let message = MessageId(self.next as u32);
            match trace.sent(message) {
                Some(sent) if sent > event => break,
                Some(sent) if sent == event && self.last_receive[self.next].is_some() => {
                    self.sent.push(message);
                }
                _ => {}
            }
            self.next += 1;
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
    let (mut passages, mut clocks) = (Passages::of(trace), Ensemble::<C>::new(trace));
    trace.events().map(move |event| {
        passages.turn_to(trace, event);
        clocks.stamp(trace, event, &passages)
    })
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
    let mut passages = Passages::of(trace);
    let mut latest: Vec<Option<(EventId, EventStamps)>> = vec![None; trace.nodes()];
    let mut carried: BTreeMap<MessageId, (EventId, EventStamps)> = BTreeMap::new();
    for (event, stamps) in trace.events().zip(run_all(trace)) {
        let node = trace.node(event).index();
        if let Some((cause, before)) = &latest[node] {
            see((*cause, before), (event, &stamps));
        }
        passages.turn_to(trace, event);
        for &(message, is_last) in &passages.received {
            if let Some((cause, seen)) = carried.get(&message) {
                see((*cause, seen), (event, &stamps));
            }
            if is_last {
                carried.remove(&message);
            }
        }
        for &message in &passages.sent {
            carried.insert(message, (event, stamps.clone()));
        }
        latest[node] = Some((event, stamps));
    }
}
