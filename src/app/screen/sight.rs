//! Who knows what: the events that the present view shows, and how many of them lie in another's cones.
//!
//! On each lane whoever looks knows a first stretch, so that a number a lane says nearly all. What in it goes
//! unnoticed is left out: that the node crashed or was paused, and that its wall clock was set. No program is told of
//! these; see [`crate::sim::EventKind::is_noticed`].
//! Must not know where it is shown.

use super::super::Model;
use super::super::view::{Sight, ViewAs};
use crate::analysis::{Causality, Cone};
use crate::base::{EventId, MessageId, NodeId};
use crate::sim::Trace;

/// The eyes through which the run is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eyes {
    view_as: ViewAs,
    /// How many of each node's first events are known; empty for the observer outside, who knows all.
    limits: Vec<u32>,
}

impl Eyes {
    /// Those of the present view.
    pub fn of(model: &Model) -> Self {
        Self::over(model.view.view_as, model.trace(), model.causality())
    }

    /// Those of somebody who looks at a run.
    pub(super) fn over(view_as: ViewAs, trace: &Trace, causality: &Causality) -> Self {
        let none = || vec![0; trace.nodes()];
        let limits = match view_as {
            ViewAs::Outside => Vec::new(),
            ViewAs::Node(own, Sight::Saw) => {
                let mut limits = none();
                // Who came along with a fault is not there yet where the run was wound back to before.
                if let Some(limit) = limits.get_mut(own.index()) {
                    *limit = trace.last_of(own).map_or(0, |last| trace.own_count(last));
                }
                limits
            }
            ViewAs::Node(own, Sight::CouldKnow) => {
                trace.last_of(own).map_or_else(none, |last| causality.vector(last))
            }
        };
        Self { view_as, limits }
    }

    /// Whether they are those of the observer outside.
    pub fn are_outside(&self) -> bool {
        self.view_as == ViewAs::Outside
    }

    /// Whether they are the eyes of this node, or those of the observer outside.
    pub fn see_into(&self, node: NodeId) -> bool {
        match self.view_as {
            ViewAs::Outside => true,
            ViewAs::Node(own, _) => own == node,
        }
    }

    /// Whether they see an event. What has not happened yet is seen by nobody.
    pub fn see(&self, model: &Model, event: EventId) -> bool {
        self.sees(model.trace(), event)
    }

    /// The same of the run that they are made for.
    pub(super) fn sees(&self, trace: &Trace, event: EventId) -> bool {
        event.index() < trace.len()
            && (self.are_outside() || self.reach(trace, event) && trace.kind(event).is_noticed())
    }

    /// Whether an event lies in the first stretch of its lane that a node knows.
    fn reach(&self, trace: &Trace, event: EventId) -> bool {
        trace.own_count(event) <= self.limits[trace.node(event).index()]
    }

    /// The events in those stretches that nobody notices.
    fn unnoticed<'a>(&'a self, trace: &'a Trace) -> impl Iterator<Item = EventId> + 'a {
        let events = trace.events().take(if self.are_outside() { 0 } else { trace.len() });
        events.filter(|&event| !trace.kind(event).is_noticed() && self.reach(trace, event))
    }

    /// Whether they know of a message: they see its send, or that it arrived.
    pub fn know(&self, model: &Model, message: MessageId) -> bool {
        let trace = model.trace();
        let sees = |event| self.see(model, event);
        self.are_outside()
            || trace.sent(message).is_some_and(sees)
            || trace.arrivals(message).into_iter().any(sees)
    }

    /// How many events they see.
    pub fn count(&self, model: &Model) -> usize {
        if self.are_outside() {
            return model.trace().len();
        }
        let reached: usize = self.limits.iter().map(|n| *n as usize).sum();
        reached - self.unnoticed(model.trace()).count()
    }

    /// How many of the events that they see lie in the past of one of them, in its future, and in neither.
    pub fn cones(&self, model: &Model, event: EventId) -> (usize, usize, usize) {
        let count = |cone: Cone| -> usize {
            if self.are_outside() {
                return cone.count();
            }
            let known = cone.lanes().iter().zip(&self.limits);
            let reached: usize =
                known.map(|(lane, limit)| lane.end.min(limit + 1).saturating_sub(lane.start) as usize).sum();
            reached
                - self.unnoticed(model.trace()).filter(|&other| cone.contains(model.trace(), other)).count()
        };
        let (past, future) = (count(model.causality().past(event)), count(model.causality().future(event)));
        (past, future, self.count(model).saturating_sub(past + future + 1))
    }
}

/// The events that the present view shows, in order.
pub fn visible_events(model: &Model) -> impl DoubleEndedIterator<Item = EventId> + '_ {
    let eyes = Eyes::of(model);
    model.trace().events().filter(move |event| eyes.see(model, *event))
}

/// Which nodes have a lane in the diagram; `None` where all have.
fn shown_lanes(model: &Model) -> Option<Vec<bool>> {
    let trace = model.trace();
    let (lanes, look) = (model.view.drawn_lanes(), model.view.drawn_look());
    if lanes.is_empty() && look.talks_with.is_none() {
        return None;
    }
    let mut is_shown = vec![lanes.is_empty(); trace.nodes()];
    // A fault's node may have a lane in a link and not be there yet.
    for lane in lanes.iter().filter(|lane| lane.index() < trace.nodes()) {
        is_shown[lane.index()] = true;
    }
    if let Some(one) = look.talks_with.filter(|one| one.index() < trace.nodes()) {
        let mut talks = vec![false; trace.nodes()];
        for message in trace.message_ids() {
            let (from, to) = (trace.sender(message), trace.receiver(message));
            talks[to.index()] |= from == one;
            talks[from.index()] |= to == one;
        }
        is_shown.iter_mut().zip(talks).for_each(|(is_shown, talks)| *is_shown &= talks);
        is_shown[one.index()] = true;
    }
    Some(is_shown)
}

/// The events that the present view shows on the lanes that the diagram shows, in order: those of the table.
pub fn listed_events(model: &Model) -> impl DoubleEndedIterator<Item = EventId> + '_ {
    let shown = shown_lanes(model);
    let has_lane =
        move |event: &EventId| shown.as_ref().is_none_or(|shown| shown[model.trace().node(*event).index()]);
    visible_events(model).filter(has_lane)
}

/// How many they are.
pub fn listed_count(model: &Model) -> usize {
    let Some(shown) = shown_lanes(model) else { return visible_count(model) };
    let eyes = Eyes::of(model);
    let known = |node: NodeId| match eyes.limits.get(node.index()) {
        Some(limit) => *limit,
        None => model.trace().last_of(node).map_or(0, |last| model.trace().own_count(last)),
    };
    let nodes = NodeId::first(shown.len()).zip(&shown).filter(|(_, is_shown)| **is_shown);
    let reached: usize = nodes.map(|(node, _)| known(node) as usize).sum();
    let trace = model.trace();
    reached - eyes.unnoticed(trace).filter(|&event| shown[trace.node(event).index()]).count()
}

/// How many events the present view shows.
pub fn visible_count(model: &Model) -> usize {
    Eyes::of(model).count(model)
}

/// Whether the present view shows an event.
pub fn is_visible(model: &Model, event: EventId) -> bool {
    Eyes::of(model).see(model, event)
}
