//! Which events an observer knows of, and how each stands to the selected one.
//!
//! On a lane the past of an event is a first stretch and its future a last one, so that both are one number a
//! lane (Mattern 1989, "Virtual time and global states of distributed systems"). Must not know where lanes are.

use super::super::source::Source;
use super::super::theme::Tone;
use super::super::view::{Sight, ViewAs};
use crate::base::{EventId, NodeId};
use crate::sim::Trace;

/// How an event stands to the selected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Nothing is selected.
    Unknown,
    /// It is the selected one.
    Itself,
    /// It could have caused the selected one.
    Past,
    /// The selected one can have caused it.
    Future,
    /// Neither.
    Concurrent,
}

impl Relation {
    /// The tone of a mark that stands so.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Unknown | Self::Concurrent => Tone::Concurrent,
            Self::Itself => Tone::Selected,
            Self::Past => Tone::Past,
            Self::Future => Tone::Future,
        }
    }
}

/// The past and the future of one event.
#[derive(Clone, Debug)]
pub(in super::super) struct Reach {
    event: EventId,
    /// How many of each lane's first events are in the past or the event itself.
    past: Vec<u32>,
    /// The count of each lane's first event that is in the future or the event itself; 0 where there is none.
    future: Vec<u32>,
}

impl Reach {
    pub(super) fn of(source: &Source<'_>, event: EventId) -> Self {
        Self { event, past: past_of(source, event), future: future_of(source, event) }
    }

    /// How many of a lane's first events are in the past or the event itself.
    pub(in super::super) fn past(&self, node: NodeId) -> usize {
        self.past[node.index()] as usize
    }

    /// The place of a lane's first event that is in the future or the event itself.
    pub(in super::super) fn future(&self, node: NodeId) -> Option<usize> {
        (self.future[node.index()] as usize).checked_sub(1)
    }

    pub(super) fn relation(&self, node: NodeId, own: u32, event: EventId) -> Relation {
        let first = self.future[node.index()];
        if event == self.event {
            Relation::Itself
        } else if own <= self.past[node.index()] {
            Relation::Past
        } else if first > 0 && own >= first {
            Relation::Future
        } else {
            Relation::Concurrent
        }
    }

    /// How many events are in the past, in the future and concurrent.
    pub(super) fn counts(&self, source: &Source<'_>) -> (usize, usize, usize) {
        let trace = source.trace;
        let past = self.past.iter().map(|&count| count as usize).sum::<usize>() - 1;
        let future: usize = NodeId::first(trace.nodes())
            .filter_map(|node| Some(source.index.lane(trace, node).len() - self.future(node)?))
            .sum();
        (past, future - 1, trace.len() - past - future)
    }
}

/// A walk backward along the causes, each event once.
fn past_of(source: &Source<'_>, event: EventId) -> Vec<u32> {
    let trace = source.trace;
    let mut past = vec![0; trace.nodes()];
    let mut open = vec![event];
    while let Some(event) = open.pop() {
        let node = trace.node(event).index();
        let known = past[node];
        past[node] = known.max(trace.own_count(event));
        // What lies between this event and what was known before is new.
        let mut next = Some(event);
        while let Some(event) = next.filter(|&event| trace.own_count(event) > known) {
            open.extend(trace.cause_elsewhere(event));
            next = trace.previous(event);
        }
    }
    past
}

/// A walk forward over all later events.
fn future_of(source: &Source<'_>, event: EventId) -> Vec<u32> {
    let trace = source.trace;
    let mut future = vec![0; trace.nodes()];
    future[trace.node(event).index()] = trace.own_count(event);
    for later in (event.0 + 1..trace.len() as u32).map(EventId) {
        let node = trace.node(later).index();
        if future[node] == 0
            && let Some(sent) = trace.cause_elsewhere(later)
        {
            let first = future[trace.node(sent).index()];
            if first > 0 && trace.own_count(sent) >= first {
                future[node] = trace.own_count(later);
            }
        }
    }
    future
}

/// Which events an observer knows of: on each lane a first stretch.
#[derive(Clone, Debug)]
pub(super) struct Sightline {
    limits: Vec<usize>,
}

impl Sightline {
    pub(super) fn of(source: &Source<'_>, view_as: ViewAs) -> Self {
        let trace = source.trace;
        let lane = |node: NodeId| source.index.lane(trace, node).len();
        let limits = match view_as {
            ViewAs::Outside => NodeId::first(trace.nodes()).map(lane).collect(),
            ViewAs::Node(own, Sight::Saw) => {
                NodeId::first(trace.nodes()).map(|node| if node == own { lane(node) } else { 0 }).collect()
            }
            ViewAs::Node(own, Sight::CouldKnow) => match trace.last_of(own) {
                Some(last) => past_of(source, last).into_iter().map(|count| count as usize).collect(),
                None => vec![0; trace.nodes()],
            },
        };
        Self { limits }
    }

    pub(super) fn limit(&self, node: NodeId) -> usize {
        self.limits[node.index()]
    }

    pub(super) fn sees(&self, trace: &Trace, event: EventId) -> bool {
        trace.own_count(event) as usize <= self.limits[trace.node(event).index()]
    }
}
