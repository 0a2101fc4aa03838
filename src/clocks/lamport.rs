//! Lamport's clock: one number that grows along every chain of causes.
//!
//! It is never told the time; it counts.
//!
//! # What it does
//! Each node keeps a number. At every event of its own it adds one. Every message carries the sender's
//! number, and the receiver first raises its own to that if it is lower. So a first event is stamped 1,
//! a receive is stamped `max + 1`, and **a cause always has a smaller number than its effect**. Ties are
//! broken by the node's place in the list, which puts all events into one total order that every node
//! agrees on. A stamp is one number, however many nodes there are.
//!
//! # What it can't tell
//! Whether one event caused another. A smaller number may belong to an event that had nothing to do with
//! the larger one: the number of a busy node runs far ahead of a quiet one's. The total order is *an*
//! order that fits the causes, and not the one in which things happened. Nor does it tell how long
//! anything took.
//!
//! # What to look for
//! Two letters that cross in the post are both stamped 1. Let one node chatter to itself: its numbers run
//! away, and the first message to a quiet node makes that one jump. Order the events by their stamps: no
//! arrow ever points backward, whatever the wall clocks say.
//!
//! # Sources
//! Leslie Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", Communications of
//! the ACM 21(7), 1978: rules IR1 and IR2, and the total order ⇒.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ClockEntry, Guarantee, LogicalClock};
use crate::base::{NodeId, WallReading};

/// The catalogue's line.
pub(super) const ENTRY: ClockEntry = ClockEntry {
    id: "lamport",
    title: "Lamport",
    line: "One number that grows along every chain of causes",
    doc: crate::module_doc!("lamport.rs"),
    guarantee: Guarantee::CausesComeFirst,
    label: |stamps| stamps.lamport.to_string(),
    order: |one, other| one.lamport.at(one.node).cmp(&other.lamport.at(other.node)).into(),
};

/// A stamp of Lamport's clock. 0 is before every event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LamportStamp(pub u64);

impl LamportStamp {
    /// The stamp of a node's event after this one.
    ///
    /// At the last number it stays there. No honest run counts so far, but a forged stamp may, and then
    /// the law is lost, not the run.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The stamp of a node's event after this one, if the event receives a message stamped `seen`.
    #[must_use]
    pub const fn after(self, seen: Self) -> Self {
        if seen.0 > self.0 { seen.next() } else { self.next() }
    }

    /// This stamp in the total order of all events: by stamp, and by node where stamps are equal.
    ///
    /// ```
    /// use lightcone::base::NodeId;
    /// use lightcone::clocks::LamportStamp;
    ///
    /// let (alice, bob) = (NodeId(0), NodeId(1));
    /// assert!(LamportStamp(1).at(alice) < LamportStamp(1).at(bob), "some order, and the same for all");
    /// assert!(LamportStamp(1).at(bob) < LamportStamp(2).at(alice));
    /// ```
    #[must_use]
    pub const fn at(self, node: NodeId) -> TotalStamp {
        TotalStamp { stamp: self, node }
    }
}

impl fmt::Display for LamportStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A stamp with the node that gave it. Field order is comparison order, and the order is total: two events
/// of one node never have one stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TotalStamp {
    /// What the clock gave.
    pub stamp: LamportStamp,
    /// Whose event it is.
    pub node: NodeId,
}

/// Lamport's scalar clock: a cause always has a smaller stamp than its effect.
///
/// The converse fails: a smaller stamp may belong to a concurrent event, which is what the vector clock
/// repairs at the price of one entry a node.
///
/// ```
/// use lightcone::clocks::Lamport;
///
/// let (mut alice, mut bob) = (Lamport::default(), Lamport::default());
/// let sent = alice.tick();
/// assert!(bob.merge(sent) > sent);
///
/// // Carol has heard of nobody, yet her stamp is smaller than bob's. It tells nothing.
/// let mut carol = Lamport::default();
/// assert!(carol.tick() < bob.latest());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lamport {
    latest: LamportStamp,
}

impl Lamport {
    /// Stamps a local step or a send.
    pub fn tick(&mut self) -> LamportStamp {
        self.latest = self.latest.next();
        self.latest
    }

    /// Stamps the arrival of a message stamped `seen` by its sender.
    pub fn merge(&mut self, seen: LamportStamp) -> LamportStamp {
        self.latest = self.latest.after(seen);
        self.latest
    }

    /// The stamp of the latest event; 0 before the first.
    pub const fn latest(&self) -> LamportStamp {
        self.latest
    }
}

impl LogicalClock for Lamport {
    type Stamp = LamportStamp;

    fn new(_node: NodeId, _nodes: usize) -> Self {
        Self::default()
    }

    fn stamp_local(&mut self, _wall: WallReading) -> LamportStamp {
        self.tick()
    }

    fn stamp_receive(&mut self, _wall: WallReading, seen: &LamportStamp) -> LamportStamp {
        self.merge(*seen)
    }

    fn stamp_receives(&mut self, wall: WallReading, seen: &[LamportStamp]) -> LamportStamp {
        match seen.iter().max() {
            Some(seen) => self.merge(*seen),
            None => self.stamp_local(wall),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_processes_exchange_messages_as_in_the_paper() {
        // Three lines P, Q, R whose messages p1→q2, q1→p2, q4→r3, r4→p4 make true what the paper says of its
        // Figure 1: p1 is a cause of r4, p3 and q3 are concurrent, and P can't know of q3 before p4. The
        // numbers follow by rules IR1 and IR2, counting from 1.
        let (mut p, mut q, mut r) = (Lamport::default(), Lamport::default(), Lamport::default());
        let p1 = p.tick();
        let q1 = q.tick();
        let q2 = q.merge(p1);
        let p2 = p.merge(q1);
        let q3 = q.tick();
        let p3 = p.tick();
        let q4 = q.tick();
        let (r1, r2) = (r.tick(), r.tick());
        let r3 = r.merge(q4);
        let r4 = r.tick();
        let p4 = p.merge(r4);
        let stamps = [p1, p2, p3, p4, q1, q2, q3, q4, r1, r2, r3, r4].map(|stamp| stamp.0);
        assert_eq!(stamps, [1, 2, 3, 7, 1, 2, 3, 4, 1, 2, 5, 6]);
        // The paper's point about p3 and q3: concurrent, and here even with equal stamps; the total order
        // puts one first all the same.
        assert!(p3.at(NodeId(0)) < q3.at(NodeId(1)));
    }

    #[test]
    fn a_forged_stamp_stops_the_count_and_not_the_run() {
        let mut clock = Lamport::default();
        assert_eq!(clock.merge(LamportStamp(u64::MAX)), LamportStamp(u64::MAX));
        assert_eq!(clock.tick(), LamportStamp(u64::MAX));
    }
}
