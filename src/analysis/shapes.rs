//! Shapes that messages make together: a request and its reply, a broadcast, a message that overtook another.
//!
//! Each event that is part of a shape is noted once, so that a search asks a bit. Requests and replies are told by
//! what happened and not by what messages were called: a reply is the first message that a node sends back to the
//! sender of a request after receiving it and before hearing from that sender again. Must not know what the shapes
//! are looked for.

use super::Causality;
use crate::base::{EventId, MessageId, NodeId};
use crate::sim::{EventKind, MessageState, Trace};

/// A shape that messages make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Shape {
    /// A message and the answer that came back: all four of their events.
    RequestReply,
    /// Sends of one node to at least three others, with nothing heard in between: the sends.
    Broadcast,
    /// Receives of one node from at least three others, with nothing sent in between: the receives.
    Gather,
    /// Two messages that two nodes sent each other before either heard of the other's: both sends and receives.
    Crossing,
    /// A message to a node that never answers, because every copy of it was lost: the send.
    LostRequest,
    /// An answer of which every copy was lost: its send, and the request's send and receive.
    LostReply,
    /// A message that was received more than once: its receives.
    Duplicate,
    /// A message that arrived after another to the same node whose send it could have caused by its own: its
    /// receive, and the receive of the first that overtook it.
    CausalViolation,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Self; 8] = [
        Self::RequestReply,
        Self::Broadcast,
        Self::Gather,
        Self::Crossing,
        Self::LostRequest,
        Self::LostReply,
        Self::Duplicate,
        Self::CausalViolation,
    ];

    /// The name in queries.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequestReply => "request-reply",
            Self::Broadcast => "broadcast",
            Self::Gather => "gather",
            Self::Crossing => "crossing",
            Self::LostRequest => "lost-request",
            Self::LostReply => "lost-reply",
            Self::Duplicate => "duplicate",
            Self::CausalViolation => "causal-violation",
        }
    }

    /// The name in menus.
    pub const fn title(self) -> &'static str {
        match self {
            Self::RequestReply => "Request and reply",
            Self::Broadcast => "Broadcast",
            Self::Gather => "Gather",
            Self::Crossing => "Crossing messages",
            Self::LostRequest => "Lost request",
            Self::LostReply => "Lost reply",
            Self::Duplicate => "Received twice",
            Self::CausalViolation => "Against causal order",
        }
    }

    /// The shape of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.name() == name)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// To or from how many others a node must send or receive for it to be a broadcast or a gather.
const MANY: usize = 3;

/// The shapes of a trace: one byte an event.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    bits: Vec<u8>,
}

impl Shapes {
    /// Finds the shapes of a trace up to its mark, in time with its length.
    pub fn of(trace: &Trace, causality: &Causality) -> Self {
        let mut shapes = Self { bits: vec![0; trace.len()] };
        shapes.find_replies(trace);
        for node in NodeId::first(trace.nodes()) {
            shapes.find_runs(trace, causality, node);
        }
        shapes.find_crossings(trace, causality);
        shapes.find_doubles_and_violations(trace, causality);
        shapes
    }

    /// Whether an event is part of a shape.
    pub fn has(&self, shape: Shape, event: EventId) -> bool {
        self.bits.get(event.index()).is_some_and(|bits| bits & shape.bit() != 0)
    }

    /// Whether they are those of a trace of this length.
    pub fn len(&self) -> usize {
        self.bits.len()
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    fn mark(&mut self, shape: Shape, event: EventId) {
        if let Some(bits) = self.bits.get_mut(event.index()) {
            *bits |= shape.bit();
        }
    }

    /// Requests, their replies, and what became of either.
    fn find_replies(&mut self, trace: &Trace) {
        let nodes = trace.nodes();
        // The message that a node received last from another and has not answered: by node, by other.
        let mut open: Vec<Option<(MessageId, EventId)>> = vec![None; nodes * nodes];
        let mut is_reply = vec![false; trace.messages()];
        for event in trace.events() {
            let Some(message) = trace.message(event) else { continue };
            let (from, to) = (trace.sender(message).index(), trace.receiver(message).index());
            match trace.kind(event) {
                EventKind::Receive if trace.first_arrival(message) == Some(event) => {
                    // An answer to an answer would make every talk a chain of requests.
                    let is_request = trace.sent(message).is_some() && !is_reply[message.index()];
                    open[to * nodes + from] = is_request.then_some((message, event));
                }
                EventKind::Send => {
                    let Some((request, received)) = open[from * nodes + to].take() else { continue };
                    is_reply[message.index()] = true;
                    let ends =
                        [trace.sent(request), Some(received), Some(event), trace.first_arrival(message)];
                    if ends[3].is_some() {
                        ends.into_iter().flatten().for_each(|event| self.mark(Shape::RequestReply, event));
                    } else if trace.state(message) == MessageState::Lost {
                        ends.into_iter().flatten().for_each(|event| self.mark(Shape::LostReply, event));
                    }
                }
                _ => {}
            }
        }
        for message in trace.message_ids().filter(|message| !is_reply[message.index()]) {
            if let Some(sent) = trace.sent(message).filter(|_| trace.state(message) == MessageState::Lost) {
                self.mark(Shape::LostRequest, sent);
            }
        }
    }

    /// Broadcasts and gathers: stretches of a node's sends without a receive, and the other way round.
    fn find_runs(&mut self, trace: &Trace, causality: &Causality, node: NodeId) {
        for (kind, ends, shape, other) in [
            (EventKind::Send, EventKind::Receive, Shape::Broadcast, Trace::receiver as fn(&Trace, _) -> _),
            (EventKind::Receive, EventKind::Send, Shape::Gather, Trace::sender),
        ] {
            let mut run: Vec<(EventId, NodeId)> = Vec::new();
            let mut close = |run: &mut Vec<(EventId, NodeId)>| {
                let mut others: Vec<NodeId> = run.iter().map(|(_, other)| *other).collect();
                others.sort_unstable();
                others.dedup();
                if others.len() >= MANY {
                    run.iter().for_each(|(event, _)| self.mark(shape, *event));
                }
                run.clear();
            };
            for own in 1..=causality.lane_len(node) {
                let Some(event) = causality.event_at(node, own) else { break };
                let Some(message) = trace.message(event) else { continue };
                if trace.kind(event) == kind {
                    let other = other(trace, message);
                    if other != node {
                        run.push((event, other));
                    }
                } else if trace.kind(event) == ends {
                    close(&mut run);
                }
            }
            close(&mut run);
        }
    }

    /// Pairs of messages in opposite directions whose sends are concurrent and that both arrived behind the
    /// other's send.
    fn find_crossings(&mut self, trace: &Trace, causality: &Causality) {
        let nodes = trace.nodes();
        // Of each pair of nodes, the messages of the one to the other that have not arrived yet, in order.
        let mut under_way: Vec<Vec<MessageId>> = vec![Vec::new(); nodes * nodes];
        for event in trace.events() {
            let Some(message) = trace.message(event) else { continue };
            let (from, to) = (trace.sender(message).index(), trace.receiver(message).index());
            if from == to {
                continue;
            }
            if trace.kind(event) == EventKind::Send {
                // Only what arrives in the end can cross anything.
                if trace.first_arrival(message).is_some() {
                    for &other in &under_way[to * nodes + from] {
                        let Some(sent) = trace.sent(other).filter(|sent| !causality.before(*sent, event))
                        else {
                            continue;
                        };
                        let arrivals = [other, message].map(|message| trace.first_arrival(message));
                        let ends = arrivals.into_iter().flatten().chain([sent, event]);
                        ends.for_each(|event| self.mark(Shape::Crossing, event));
                    }
                    under_way[from * nodes + to].push(message);
                }
            } else if trace.first_arrival(message) == Some(event) {
                under_way[from * nodes + to].retain(|other| *other != message);
            }
        }
    }

    /// What was received again, and what arrived after an effect of its own send.
    fn find_doubles_and_violations(&mut self, trace: &Trace, causality: &Causality) {
        for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Receive) {
            let Some(message) = trace.message(event) else { continue };
            let Some(first) = trace.first_arrival(message) else { continue };
            if first != event {
                self.mark(Shape::Duplicate, first);
                self.mark(Shape::Duplicate, event);
                continue;
            }
            // The receiver had heard of something that the send could have caused before the message itself came.
            let (Some(sent), Some(before)) = (trace.sent(message), trace.previous(event)) else { continue };
            if trace.node(sent) != trace.node(event) && causality.before(sent, before) {
                let overtaking = causality.first_to_know(trace.node(event), sent);
                self.mark(Shape::CausalViolation, event);
                overtaking.into_iter().for_each(|event| self.mark(Shape::CausalViolation, event));
            }
        }
    }
}
