//! Finding a shape that was drawn: events of a trace that stand to one another as those of a small pattern do.
//!
//! # What a match is
//! The lanes of a pattern are variables. A match gives each lane a node of its own, each event an event on its lane's
//! node, and each message a message of its own between those nodes, so that
//! - a send is the send of its message, a receive is a receive of it, and a message that is lost in the pattern was lost;
//! - happens-before among the chosen events is exactly that of the pattern: what is ordered there is ordered here in the
//!   same way, and what is concurrent there is concurrent here. Other events may lie between;
//! - where a send or an event of a lane has a text, the label of its event contains it, without regard to case. An
//!   event of one lane alone may be any event of its node; other kinds must be the same.
//!
//! Logs often tell a receive and the send that follows it on one line, and several messages that arrive or leave at
//! once. So receives of a lane and the sends behind them may be one event.
//!
//! One match is kept for each event that can be the pattern's first. Must not know how a pattern is drawn.
//!
//! # Sources
//! Beschastnikh, Liu, Xing, Wang, Brun and Ernst 2020, "Visualizing Distributed System Executions", the structured
//! search of ShiViz, which matches the arrows alone; here what is concurrent is part of the shape.

mod hunt;

use std::fmt;

use super::{Causality, Relation};
use crate::base::{EventId, MessageId};
use crate::sim::{EventKind, MessageState, Trace};
use hunt::Hunt;

/// How many events a pattern may have; a send to several counts for each.
const ROLES_MOST: usize = 16;

/// How many lanes a pattern may have.
const LANES_MOST: usize = 8;

/// How many events are tried in all before the search gives up.
const STEPS_MOST: u64 = 20_000_000;

/// A shape to be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    lanes: usize,
    roles: Vec<Role>,
    /// Per message, its ends as lanes, and whether it is lost.
    messages: Vec<(usize, usize, bool)>,
    /// How each role stands to each other; `None` where they are one event of the pattern.
    relations: Vec<Vec<Option<Relation>>>,
    /// The roles in the order in which they are given events: the first of the pattern, then what hangs on it.
    order: Vec<usize>,
}

/// An event of a pattern, or its part in one message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Role {
    lane: usize,
    what: What,
    /// What the label holds, in lower case.
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Any,
    Kind(EventKind),
    Send(usize),
    Receive(usize),
}

/// Why a pattern cannot be looked for, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPattern(String);

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadPattern {}

/// The matches of a pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// The first event of each and all of its events, in the order of the trace's events.
    found: Vec<(EventId, Vec<EventId>)>,
    is_cut_off: bool,
}

impl Matches {
    /// The events that are the first of a match, in order.
    pub fn first_events(&self) -> impl Iterator<Item = EventId> + '_ {
        self.found.iter().map(|(first, _)| *first)
    }

    /// All events of the match with this first event, in the order in which the pattern has them; an event that plays
    /// several parts is listed for each.
    pub fn events(&self, first: EventId) -> Option<&[EventId]> {
        let place = self.found.binary_search_by_key(&first, |(first, _)| *first).ok()?;
        Some(&self.found[place].1)
    }

    /// Whether the search gave up, so that there may be more.
    pub fn is_cut_off(&self) -> bool {
        self.is_cut_off
    }
}

impl Pattern {
    /// The shape of a trace.
    ///
    /// # Errors
    /// A trace without events, or one that is too large for a pattern.
    pub fn of(shape: &Trace) -> Result<Self, BadPattern> {
        let messages = shape.message_ids().map(|message| {
            let is_lost = shape.state(message) == MessageState::Lost;
            (shape.sender(message).index(), shape.receiver(message).index(), is_lost)
        });
        let mut parts: Vec<(EventId, What)> = Vec::new();
        for event in shape.events() {
            let whats = parts_of(shape, event);
            parts.extend(whats.into_iter().map(|what| (event, what)));
        }
        if parts.is_empty() || parts.len() > ROLES_MOST || shape.nodes() > LANES_MOST {
            return Err(BadPattern(format!(
                "a shape has 1 to {ROLES_MOST} events on up to {LANES_MOST} lanes, and this has {} on {}",
                parts.len(),
                shape.nodes()
            )));
        }
        let causality = Causality::of(shape);
        let relation = |a: EventId, b: EventId| (a != b).then(|| causality.relation(a, b));
        let row = |a: &(EventId, What)| parts.iter().map(|b| relation(a.0, b.0)).collect();
        let role = |(event, what): &(EventId, What)| Role {
            lane: shape.node(*event).index(),
            what: *what,
            // A receive is called as its send is, and in a log it may have another text.
            text: if matches!(what, What::Receive(_)) {
                String::new()
            } else {
                shape.label(*event).to_lowercase()
            },
        };
        let mut pattern = Self {
            lanes: shape.nodes(),
            messages: messages.collect(),
            relations: parts.iter().map(row).collect(),
            roles: parts.iter().map(role).collect(),
            order: Vec::new(),
        };
        pattern.order = pattern.order();
        Ok(pattern)
    }

    /// Finds the matches in a trace.
    pub fn find(&self, trace: &Trace, causality: &Causality) -> Matches {
        Hunt::new(self, trace, causality).run(STEPS_MOST)
    }

    /// First what the first event leads to by messages, then what stands on the same lanes, then the rest.
    fn order(&self) -> Vec<usize> {
        let mut order = vec![0];
        while order.len() < self.roles.len() {
            let rest = || (0..self.roles.len()).filter(|role| !order.contains(role));
            let message = |role: &usize| match self.roles[*role].what {
                What::Send(message) | What::Receive(message) => Some(message),
                What::Any | What::Kind(_) => None,
            };
            let is_end = |role: &usize| {
                message(role).is_some_and(|own| order.iter().any(|known| message(known) == Some(own)))
            };
            let has_lane =
                |role: &usize| order.iter().any(|known| self.roles[*known].lane == self.roles[*role].lane);
            let next = rest().find(is_end).or_else(|| rest().find(has_lane)).or_else(|| rest().next());
            order.extend(next);
        }
        order
    }

    /// Whether two roles of one lane, the first before the second in the pattern, may be played by one event.
    fn may_share(&self, first: usize, second: usize) -> bool {
        let (a, b) = (&self.roles[first], &self.roles[second]);
        a.lane == b.lane
            && matches!(
                (a.what, b.what),
                (What::Receive(_), What::Receive(_) | What::Send(_)) | (What::Send(_), What::Send(_))
            )
    }

    /// Whether the events of two roles stand as the roles do, given how the events stand.
    fn fits(&self, one: usize, other: usize, relation: Relation) -> bool {
        match self.relations[one][other] {
            None => true,
            Some(Relation::Before) if relation == Relation::Same => self.may_share(one, other),
            Some(Relation::After) if relation == Relation::Same => self.may_share(other, one),
            Some(wanted) => wanted == relation,
        }
    }
}

/// What an event does: its part in each of its messages, or one part if it has none.
fn parts_of(trace: &Trace, event: EventId) -> Vec<What> {
    let received = trace.message(event).filter(|_| trace.kind(event) == EventKind::Receive);
    let received =
        received.into_iter().chain(trace.more_received(event)).map(|message| What::Receive(message.index()));
    let sent = trace.message_ids().filter(|message| trace.sent(*message) == Some(event));
    let mut parts: Vec<What> =
        received.chain(sent.map(|message: MessageId| What::Send(message.index()))).collect();
    if parts.is_empty() {
        parts.push(match trace.kind(event) {
            EventKind::Local => What::Any,
            kind => What::Kind(kind),
        });
    }
    parts
}
