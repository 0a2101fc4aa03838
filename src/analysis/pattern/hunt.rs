//! The search itself: roles are given events one after the other, and taken back where nothing fits.
//!
//! The other end of a message is looked up, and on a lane only what lies between its neighbours is tried, so that most
//! branches end at once. A budget of steps bounds what is left. Must not know where a pattern came from.

use super::{Matches, Pattern, Role, What};
use crate::analysis::Causality;
use crate::base::{EventId, MessageId, NodeId};
use crate::sim::{EventKind, MessageState, Trace};

/// A search on its way.
pub(super) struct Hunt<'a> {
    pattern: &'a Pattern,
    trace: &'a Trace,
    causality: &'a Causality,
    /// The messages that have a send, by their sends.
    sent: Vec<(EventId, MessageId)>,
    nodes: Vec<Option<NodeId>>,
    events: Vec<Option<EventId>>,
    messages: Vec<Option<MessageId>>,
    steps: u64,
}

/// An event for a role, and the message by which it plays it.
type Candidate = (EventId, Option<MessageId>);

impl<'a> Hunt<'a> {
    pub(super) fn new(pattern: &'a Pattern, trace: &'a Trace, causality: &'a Causality) -> Self {
        let mut sent: Vec<(EventId, MessageId)> =
            trace.message_ids().filter_map(|message| Some((trace.sent(message)?, message))).collect();
        sent.sort_unstable();
        Self {
            nodes: vec![None; pattern.lanes],
            events: vec![None; pattern.roles.len()],
            messages: vec![None; pattern.messages.len()],
            pattern,
            trace,
            causality,
            sent,
            steps: 0,
        }
    }

    /// Tries every event as the first.
    pub(super) fn run(mut self, steps_most: u64) -> Matches {
        let mut matches = Matches::default();
        self.steps = steps_most;
        for event in self.trace.events() {
            let candidates = self.by_message(event, &self.pattern.roles[0]);
            if candidates.into_iter().any(|candidate| self.take(0, candidate)) {
                matches.found.push((event, self.events.iter().copied().flatten().collect()));
                self.clear();
            }
            if self.steps == 0 {
                matches.is_cut_off = true;
                break;
            }
        }
        matches
    }

    fn clear(&mut self) {
        self.nodes.fill(None);
        self.events.fill(None);
        self.messages.fill(None);
    }

    /// Gives the role at a place of the order an event if it fits, and all behind it theirs. What was given is kept if
    /// that succeeds, and taken back otherwise.
    fn take(&mut self, place: usize, candidate: Candidate) -> bool {
        self.steps = self.steps.saturating_sub(1);
        let pattern = self.pattern;
        let role = pattern.order[place];
        let Role { lane, what, .. } = &pattern.roles[role];
        let (event, message) = candidate;
        let before = (self.nodes.clone(), self.messages.clone());
        let fits = self.steps > 0
            && self.give_lane(*lane, self.trace.node(event))
            && self.give_message(*what, message)
            && self.is_like(role, event);
        if fits {
            self.events[role] = Some(event);
            if self.go_on(place + 1) {
                return true;
            }
            self.events[role] = None;
        }
        (self.nodes, self.messages) = before;
        false
    }

    fn go_on(&mut self, place: usize) -> bool {
        match self.pattern.order.get(place) {
            None => true,
            Some(&role) => self.candidates(role).into_iter().any(|candidate| self.take(place, candidate)),
        }
    }

    /// A lane is one node, and no two lanes are the same.
    fn give_lane(&mut self, lane: usize, node: NodeId) -> bool {
        match self.nodes[lane] {
            Some(known) => known == node,
            None if self.nodes.contains(&Some(node)) => false,
            None => {
                self.nodes[lane] = Some(node);
                true
            }
        }
    }

    /// A message is one message between the nodes of its lanes, and no two are the same.
    fn give_message(&mut self, what: What, message: Option<MessageId>) -> bool {
        let (What::Send(own) | What::Receive(own), Some(message)) = (what, message) else {
            return !matches!(what, What::Send(_) | What::Receive(_));
        };
        if self.messages[own].is_some() {
            return self.messages[own] == Some(message);
        }
        let (from, to, is_lost) = self.pattern.messages[own];
        let is_free = !self.messages.contains(&Some(message));
        let fits = is_free
            && (!is_lost || self.trace.state(message) == MessageState::Lost)
            && self.give_lane(from, self.trace.sender(message))
            && self.give_lane(to, self.trace.receiver(message));
        if fits {
            self.messages[own] = Some(message);
        }
        fits
    }

    /// Whether an event is of the kind and has the words of a role, and stands to the events of other roles as it
    /// should.
    fn is_like(&self, role: usize, event: EventId) -> bool {
        let Role { what, text, .. } = &self.pattern.roles[role];
        let is_kind = match what {
            What::Kind(kind) => self.trace.kind(event) == *kind,
            What::Any | What::Send(_) | What::Receive(_) => true,
        };
        let stands = |(other, known): (usize, &Option<EventId>)| {
            known.is_none_or(|known| self.pattern.fits(role, other, self.causality.relation(event, known)))
        };
        is_kind
            && self.events.iter().enumerate().all(stands)
            && (text.is_empty() || self.trace.label(event).to_lowercase().contains(text.as_str()))
    }

    /// The events that may play a role, by what is known already.
    fn candidates(&self, role: usize) -> Vec<Candidate> {
        let Role { lane, what, .. } = &self.pattern.roles[role];
        let known = match what {
            What::Send(own) | What::Receive(own) => self.messages[*own],
            What::Any | What::Kind(_) => None,
        };
        match (known, what) {
            (Some(message), What::Send(_)) => {
                self.trace.sent(message).into_iter().map(|event| (event, Some(message))).collect()
            }
            (Some(message), _) => {
                self.trace.arrivals(message).into_iter().map(|event| (event, Some(message))).collect()
            }
            (None, _) => {
                let nodes = match self.nodes[*lane] {
                    Some(node) => vec![node],
                    None => NodeId::first(self.trace.nodes()).collect(),
                };
                let events = nodes.into_iter().flat_map(|node| self.between(role, node));
                events.flat_map(|event| self.by_message(event, &self.pattern.roles[role])).collect()
            }
        }
    }

    /// The events of a node that lie between those of a role's neighbours on its lane.
    fn between(&self, role: usize, node: NodeId) -> impl Iterator<Item = EventId> + '_ {
        let lane = self.pattern.roles[role].lane;
        let own = |other: usize| {
            let event = self.events[other].filter(|_| self.pattern.roles[other].lane == lane)?;
            Some(self.trace.own_count(event))
        };
        // Roles of one lane stand in the order of the pattern's events, so that their places say which comes first.
        let from = (0..role).filter_map(own).max().unwrap_or(1);
        let to = (role + 1..self.events.len()).filter_map(own).min();
        let to = to.unwrap_or_else(|| self.causality.lane_len(node));
        // Parts of one event of the pattern have no order among them.
        let is_part = |other: usize| other != role && self.pattern.relations[role][other].is_none();
        let has_parts = (0..self.events.len()).any(is_part);
        let (from, to) = if has_parts { (1, self.causality.lane_len(node)) } else { (from, to) };
        (from..=to).filter_map(move |own| self.causality.event_at(node, own))
    }

    /// The ways in which an event can play a role: by each of its messages, or as it is.
    fn by_message(&self, event: EventId, role: &Role) -> Vec<Candidate> {
        match role.what {
            What::Any | What::Kind(_) => vec![(event, None)],
            What::Send(_) => {
                let from = self.sent.partition_point(|(other, _)| *other < event);
                let own = self.sent[from..].iter().take_while(|(other, _)| *other == event);
                own.map(|(_, message)| (event, Some(*message))).collect()
            }
            What::Receive(_) if self.trace.kind(event) == EventKind::Receive => {
                let all = self.trace.message(event).into_iter().chain(self.trace.more_received(event));
                all.map(|message| (event, Some(message))).collect()
            }
            What::Receive(_) => Vec::new(),
        }
    }
}
