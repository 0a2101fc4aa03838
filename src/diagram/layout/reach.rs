//! Which events an observer knows of, and how each stands to the selected one.
//!
//! On a lane the past of an event is a first stretch and its future a last one, so that both are one number a
//! lane (Mattern 1989, "Virtual time and global states of distributed systems"). Must not know where lanes are.

use super::super::source::Source;
use super::super::theme::Tone;
use super::super::view::{Sight, ViewAs};
use crate::analysis::{Cone, Relation};
use crate::base::{EventId, NodeId};
use crate::sim::Trace;

/// The tone of a mark by how its event stands to the selected one, if one is.
pub(super) const fn tone(relation: Option<Relation>) -> Tone {
    match relation {
        None | Some(Relation::Concurrent) => Tone::Concurrent,
        Some(Relation::Same) => Tone::Selected,
        Some(Relation::Before) => Tone::Past,
        Some(Relation::After) => Tone::Future,
    }
}

/// The past and the future of the selected event.
#[derive(Clone, Debug)]
pub(in super::super) struct Reach {
    event: EventId,
    past: Cone,
    future: Cone,
}

impl Reach {
    pub(super) fn of(source: &Source<'_>, event: EventId) -> Self {
        Self { event, past: source.causality.past(event), future: source.causality.future(event) }
    }

    /// How many of a lane's first events are in the past or the event itself.
    pub(in super::super) fn past(&self, trace: &Trace, node: NodeId) -> usize {
        let before = self.past.lane(node).end.saturating_sub(1) as usize;
        before + usize::from(trace.node(self.event) == node)
    }

    /// The place of a lane's first event that is in the future or the event itself, if there is one.
    pub(in super::super) fn future(&self, trace: &Trace, node: NodeId) -> Option<usize> {
        if trace.node(self.event) == node {
            return Some(trace.own_count(self.event) as usize - 1);
        }
        let after = self.future.lane(node);
        (!after.is_empty()).then(|| after.start as usize - 1)
    }

    /// How an event stands to the selected one.
    pub(super) fn relation(&self, trace: &Trace, event: EventId) -> Relation {
        if event == self.event {
            Relation::Same
        } else if self.past.contains(trace, event) {
            Relation::Before
        } else if self.future.contains(trace, event) {
            Relation::After
        } else {
            Relation::Concurrent
        }
    }

    /// How many of the events that whoever looks knows of are in the past, in the future and concurrent.
    pub(super) fn counts(&self, sight: &Sightline) -> (usize, usize, usize) {
        let count = |cone: &Cone| -> usize {
            let known = cone.lanes().iter().zip(&sight.limits);
            known
                .map(|(lane, limit)| (lane.end as usize).min(limit + 1).saturating_sub(lane.start as usize))
                .sum()
        };
        let (past, future) = (count(&self.past), count(&self.future));
        (past, future, sight.limits.iter().sum::<usize>().saturating_sub(past + future + 1))
    }
}

/// Which events an observer knows of: on each lane a first stretch.
#[derive(Clone, Debug)]
pub(in super::super) struct Sightline {
    limits: Vec<usize>,
    is_outside: bool,
}

impl Sightline {
    pub(in super::super) fn of(source: &Source<'_>, view_as: ViewAs) -> Self {
        let trace = source.trace;
        let lane = |node: NodeId| source.index.lane(trace, node).len();
        let limits = match view_as {
            ViewAs::Outside => NodeId::first(trace.nodes()).map(lane).collect(),
            ViewAs::Node(own, Sight::Saw) => {
                NodeId::first(trace.nodes()).map(|node| if node == own { lane(node) } else { 0 }).collect()
            }
            ViewAs::Node(own, Sight::CouldKnow) => match trace.last_of(own) {
                Some(last) => source.causality.vector(last).into_iter().map(|count| count as usize).collect(),
                None => vec![0; trace.nodes()],
            },
        };
        Self { limits, is_outside: view_as == ViewAs::Outside }
    }

    pub(super) fn limit(&self, node: NodeId) -> usize {
        self.limits[node.index()]
    }

    pub(in super::super) fn sees(&self, trace: &Trace, event: EventId) -> bool {
        if self.is_outside {
            return event.index() < trace.len();
        }
        trace.own_count(event) as usize <= self.limits[trace.node(event).index()]
    }
}
