//! What the nodes' own clocks showed at each event.
//!
//! The trace keeps the clocks and works the readings out, which takes no memory an event. Must not know how
//! a clock goes wrong.

use crate::base::{EventId, MonotonicReading, NodeId, TrueTime, WallReading};
use crate::clocks::Oscillator;

/// What each clock was from which event on.
#[derive(Clone, Debug)]
pub(super) struct Readings {
    /// The node, the first event that the clock counts for, and the clock; in order of events.
    changes: Vec<(NodeId, EventId, Oscillator)>,
    /// Per node, the places of its changes.
    by_node: Vec<Vec<u32>>,
    /// How many nodes there were at first.
    at_first: usize,
}

impl Readings {
    /// Readings of these clocks, one a node.
    pub(super) fn of(clocks: Vec<Oscillator>) -> Self {
        let by_node = (0..clocks.len()).map(|place| vec![place as u32]).collect();
        let node = |place: usize| NodeId(place as u16);
        let changes: Vec<_> =
            clocks.into_iter().enumerate().map(|(n, clock)| (node(n), EventId(0), clock)).collect();
        let at_first = changes.len();
        Self { changes, by_node, at_first }
    }

    /// How many changes of clocks there have been after the start.
    pub(super) fn changes(&self) -> usize {
        self.changes.len() - self.at_first
    }

    /// How many nodes there were at first.
    pub(super) fn at_first(&self) -> usize {
        self.at_first
    }

    /// From `event` on the clock of `node` is this one.
    pub(super) fn change(&mut self, event: EventId, node: NodeId, clock: Oscillator) {
        // The first clock of a node that has come later counts from event 0 on, like everyone's.
        let is_new = node.index() == self.by_node.len();
        if is_new {
            self.by_node.push(Vec::new());
        }
        let event = if is_new { EventId(0) } else { event };
        self.by_node[node.index()].push(self.changes.len() as u32);
        self.changes.push((node, event, clock));
    }

    /// Forgets all but the first `length` changes after the start.
    pub(super) fn truncate(&mut self, length: usize) {
        for (node, _, _) in self.changes.drain(self.at_first + length..) {
            self.by_node[node.index()].pop();
        }
        while self.by_node.last().is_some_and(Vec::is_empty) {
            self.by_node.pop();
        }
    }

    fn clock(&self, event: EventId, node: NodeId) -> &Oscillator {
        let places = &self.by_node[node.index()];
        let later = places.partition_point(|&place| self.changes[place as usize].1 <= event);
        // Every clock counts from event 0 on, so there is always one that is not later.
        &self.changes[places[later - 1] as usize].2
    }

    pub(super) fn wall(&self, event: EventId, node: NodeId, at: TrueTime) -> WallReading {
        self.clock(event, node).wall(at)
    }

    pub(super) fn monotonic(&self, event: EventId, node: NodeId, at: TrueTime) -> MonotonicReading {
        self.clock(event, node).monotonic(at)
    }
}
