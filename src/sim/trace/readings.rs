//! What the nodes' own clocks showed at each event.
//!
//! A run keeps the clocks and works the readings out, which takes no memory an event; an imported log
//! states them. Must not know how a clock goes wrong.

use crate::base::{EventId, MonotonicReading, NodeId, TrueTime, WallReading};
use crate::clocks::Oscillator;
use crate::sim::Column;

/// Where readings come from.
#[derive(Clone, Debug)]
pub enum Readings {
    /// The clocks are known: what each was from which event on.
    Kept {
        /// The node, the first event that the clock counts for, and the clock; in order of events.
        changes: Vec<(NodeId, EventId, Oscillator)>,
        /// Per node, the places of its changes.
        by_node: Vec<Vec<u32>>,
    },
    /// Each event states its own wall reading, as logs do; a monotonic one is not known and taken to be equal.
    Stated(Column<i64>),
}

impl Readings {
    /// Readings of these clocks, one a node.
    pub(super) fn kept(clocks: Vec<Oscillator>) -> Self {
        let by_node = (0..clocks.len()).map(|place| vec![place as u32]).collect();
        let node = |place: usize| NodeId(place as u16);
        let changes = clocks.into_iter().enumerate().map(|(n, clock)| (node(n), EventId(0), clock)).collect();
        Self::Kept { changes, by_node }
    }

    /// How many changes of clocks there have been after the start.
    pub(super) fn changes(&self) -> usize {
        match self {
            Self::Kept { changes, by_node } => changes.len() - by_node.len(),
            Self::Stated(_) => 0,
        }
    }

    /// From `event` on the clock of `node` is this one.
    pub(super) fn change(&mut self, event: EventId, node: NodeId, clock: Oscillator) {
        if let Self::Kept { changes, by_node } = self {
            by_node[node.index()].push(changes.len() as u32);
            changes.push((node, event, clock));
        }
    }

    /// Forgets all but the first `length` changes after the start.
    pub(super) fn truncate(&mut self, length: usize) {
        if let Self::Kept { changes, by_node } = self {
            for (node, _, _) in changes.drain(by_node.len() + length..) {
                by_node[node.index()].pop();
            }
        }
    }

    fn clock(&self, event: EventId, node: NodeId) -> Option<&Oscillator> {
        match self {
            Self::Kept { changes, by_node } => {
                let places = &by_node[node.index()];
                let later = places.partition_point(|&place| changes[place as usize].1 <= event);
                places.get(later.checked_sub(1)?).map(|&place| &changes[place as usize].2)
            }
            Self::Stated(_) => None,
        }
    }

    pub(super) fn wall(&self, event: EventId, node: NodeId, at: TrueTime) -> WallReading {
        match self {
            Self::Kept { .. } => self.clock(event, node).map_or(WallReading(0), |clock| clock.wall(at)),
            Self::Stated(walls) => WallReading(walls.get(event.index())),
        }
    }

    pub(super) fn monotonic(&self, event: EventId, node: NodeId, at: TrueTime) -> MonotonicReading {
        match self {
            Self::Kept { .. } => {
                self.clock(event, node).map_or(MonotonicReading(0), |clock| clock.monotonic(at))
            }
            Self::Stated(walls) => MonotonicReading(walls.get(event.index()).max(0).unsigned_abs()),
        }
    }

    pub(super) fn wall_at(&self, event: EventId, node: NodeId, at: TrueTime) -> Option<WallReading> {
        self.clock(event, node).map(|clock| clock.wall(at))
    }
}
