//! The vector clock: one count for each node, which tells exactly what could have caused what.
//!
//! It is never told the time; it counts.
//!
//! # What it does
//! Each node keeps a list with one number for every node: how many events of that node it has heard of,
//! through however many hands. At an event of its own it adds one to its own entry. Every message carries
//! the sender's list, and the receiver takes the larger of each pair of entries before it counts itself.
//! **One event could have caused another exactly when its list is smaller**: nowhere larger, somewhere
//! less. If each list is larger somewhere, the two are concurrent.
//!
//! # What it can't tell
//! How long ago, or in which order, concurrent events happened: nobody in the network can. It also costs
//! one entry for every node on every message (Charron-Bost showed that fewer entries can't do), so 60
//! nodes pay 60 entries to say what one arrow says. And it knows what *could* have been a cause: that a
//! message came before a decision does not mean that the decision looked at it.
//!
//! # What to look for
//! Select an event: its past is all that its list covers. Two writes with lists like `[2 0]` and `[1 1]`
//! are concurrent, so to keep the "later" one is to lose the other. Compare with Lamport's numbers, which
//! put the same two events in an order.
//!
//! # Sources
//! Colin Fidge, "Timestamps in Message-Passing Systems That Preserve the Partial Ordering", Australian
//! Computer Science Communications 10(1), 1988. Friedemann Mattern, "Virtual Time and Global States of
//! Distributed Systems", 1989. Bernadette Charron-Bost, "Concerning the Size of Logical Clocks in
//! Distributed Systems", Information Processing Letters 39(1), 1991.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CausalOrder, ClockEntry, Guarantee, LogicalClock};
use crate::base::{NodeId, WallReading};

/// The catalogue's line.
pub(super) const ENTRY: ClockEntry = ClockEntry {
    id: "vector",
    title: "Vector",
    line: "One count for each node: tells exactly what could have caused what",
    doc: crate::module_doc!("vector.rs"),
    guarantee: Guarantee::CausesExactly,
    label: |stamps| Entries(stamps.vector).to_string(),
    order: |one, other| compare(one.vector, other.vector),
};

/// How one list of counts stands to another. Entries that one of them lacks count as 0.
///
/// No branch depends on an entry, so that the compiler turns the loop into vector instructions.
#[inline]
pub fn compare(one: &[u32], other: &[u32]) -> CausalOrder {
    let (mut less, mut more) = (0_u32, 0_u32);
    for (a, b) in one.iter().zip(other) {
        less |= u32::from(a < b);
        more |= u32::from(a > b);
    }
    let shared = one.len().min(other.len());
    let is_more = more != 0 || one[shared..].iter().any(|&entry| entry != 0);
    let is_less = less != 0 || other[shared..].iter().any(|&entry| entry != 0);
    match (is_less, is_more) {
        (false, false) => CausalOrder::Same,
        (true, false) => CausalOrder::Before,
        (false, true) => CausalOrder::After,
        (true, true) => CausalOrder::Concurrent,
    }
}

/// Raises each of `entries` to that of `seen` where it is lower. Entries of `seen` beyond the last of
/// `entries` belong to nodes that the list does not know, and are left out.
#[inline]
pub fn raise(entries: &mut [u32], seen: &[u32]) {
    for (entry, &seen) in entries.iter_mut().zip(seen) {
        *entry = (*entry).max(seen);
    }
}

/// A stamp of the vector clock: one count for each node, by the node's place.
///
/// Encoded, it is its bare entries. Stamps are compared as causes and effects, entries that one of two
/// lacks counting as 0, so `partial_cmp` is `None` for concurrent ones.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VectorStamp(pub Box<[u32]>);

impl VectorStamp {
    /// How this stamp stands to another.
    pub fn compare(&self, other: &Self) -> CausalOrder {
        compare(&self.0, &other.0)
    }

    /// How many events of `node` this stamp covers.
    pub fn of(&self, node: NodeId) -> u32 {
        self.0.get(node.index()).copied().unwrap_or(0)
    }
}

impl PartialEq for VectorStamp {
    fn eq(&self, other: &Self) -> bool {
        self.compare(other) == CausalOrder::Same
    }
}

impl Eq for VectorStamp {}

impl PartialOrd for VectorStamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.compare(other).into()
    }
}

impl fmt::Display for VectorStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Entries(&self.0).fmt(f)
    }
}

/// Counts as a reader wants them: `[1 0 3]` for a few nodes, and for many only those above 0, each after
/// its node's place: `[4:1 17:3]`.
struct Entries<'a>(&'a [u32]);

impl fmt::Display for Entries<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let few = self.0.len() <= 8;
        let shown = self.0.iter().enumerate().filter(|(_, count)| few || **count > 0);
        let words =
            shown.map(|(node, count)| if few { count.to_string() } else { format!("{node}:{count}") });
        write!(f, "[{}]", words.collect::<Vec<_>>().join(" "))
    }
}

/// A node's vector clock, for a number of nodes that is known from the start.
///
/// ```
/// use lightcone::base::NodeId;
/// use lightcone::clocks::{CausalOrder, Vector};
///
/// let (mut alice, mut bob) = (Vector::new(NodeId(0), 2), Vector::new(NodeId(1), 2));
/// let sent = alice.tick().clone();
/// let arrived = bob.merge(&sent).clone();
/// assert_eq!(arrived.to_string(), "[1 1]");
/// assert_eq!(sent.compare(&arrived), CausalOrder::Before);
///
/// // What alice does meanwhile is concurrent, and no clock will ever say which was first.
/// assert_eq!(alice.tick().compare(&arrived), CausalOrder::Concurrent);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vector {
    node: NodeId,
    latest: VectorStamp,
}

impl Vector {
    /// The clock of `node`, one of `nodes`, before its first event.
    pub fn new(node: NodeId, nodes: usize) -> Self {
        let width = nodes.max(node.index() + 1);
        Self { node, latest: VectorStamp(vec![0; width].into()) }
    }

    /// Stamps a local step or a send.
    pub fn tick(&mut self) -> &VectorStamp {
        // A clock that was read from bytes may be too narrow for its node; then it does not count.
        if let Some(own) = self.latest.0.get_mut(self.node.index()) {
            // A forged stamp may have raised it to the end.
            *own = own.saturating_add(1);
        }
        &self.latest
    }

    /// Stamps the arrival of a message stamped `seen` by its sender.
    pub fn merge(&mut self, seen: &VectorStamp) -> &VectorStamp {
        raise(&mut self.latest.0, &seen.0);
        self.tick()
    }

    /// The stamp of the latest event; all 0 before the first.
    pub fn latest(&self) -> &VectorStamp {
        &self.latest
    }
}

impl LogicalClock for Vector {
    type Stamp = VectorStamp;

    fn new(node: NodeId, nodes: usize) -> Self {
        Self::new(node, nodes)
    }

    fn stamp_local(&mut self, _wall: WallReading) -> VectorStamp {
        self.tick().clone()
    }

    fn stamp_receive(&mut self, _wall: WallReading, seen: &VectorStamp) -> VectorStamp {
        self.merge(seen).clone()
    }

    fn stamp_receives(&mut self, _wall: WallReading, seen: &[VectorStamp]) -> VectorStamp {
        for seen in seen {
            raise(&mut self.latest.0, &seen.0);
        }
        self.tick().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(entries: &[u32]) -> VectorStamp {
        VectorStamp(entries.into())
    }

    #[test]
    fn four_nodes_tell_causes_from_bystanders() {
        // a sends to b, b to c; d speaks to c alone. By hand, after Mattern's rules.
        let mut clocks: Vec<_> = NodeId::first(4).map(|node| Vector::new(node, 4)).collect();
        let a1 = clocks[0].tick().clone();
        let b1 = clocks[1].merge(&a1).clone();
        let b2 = clocks[1].tick().clone();
        let d1 = clocks[3].tick().clone();
        let c1 = clocks[2].merge(&d1).clone();
        let c2 = clocks[2].merge(&b2).clone();
        let shown = [&a1, &b1, &b2, &d1, &c1, &c2].map(ToString::to_string);
        assert_eq!(shown, ["[1 0 0 0]", "[1 1 0 0]", "[1 2 0 0]", "[0 0 0 1]", "[0 0 1 1]", "[1 2 2 1]"]);
        assert_eq!(a1.compare(&c2), CausalOrder::Before);
        assert_eq!(c2.compare(&d1), CausalOrder::After);
        assert_eq!(a1.compare(&c1), CausalOrder::Concurrent);
    }

    #[test]
    fn absent_entries_count_as_none() {
        assert_eq!(stamp(&[1]), stamp(&[1, 0, 0]));
        assert_eq!(stamp(&[1]).compare(&stamp(&[1, 0, 2])), CausalOrder::Before);
        assert_eq!(stamp(&[2, 1]).compare(&stamp(&[3])), CausalOrder::Concurrent);
        assert_eq!(stamp(&[]).partial_cmp(&stamp(&[0])), Some(Ordering::Equal));
        let mut narrow = Vector::new(NodeId(0), 1);
        assert_eq!(narrow.merge(&stamp(&[4, 9])), &stamp(&[5]));
    }

    #[test]
    fn it_travels_as_bare_entries() {
        let stamp = stamp(&[1, 0, 300]);
        let bytes = postcard::to_allocvec(&stamp).expect("a list of numbers");
        assert_eq!(bytes, [3, 1, 0, 0xac, 0x02], "a length, and one byte for each small count");
        assert_eq!(serde_json::to_string(&stamp).expect("a list of numbers"), "[1,0,300]");
    }

    #[test]
    fn many_nodes_print_without_their_zeros() {
        let mut entries = vec![0; 60];
        (entries[4], entries[17]) = (1, 3);
        assert_eq!(stamp(&entries).to_string(), "[4:1 17:3]");
    }

    #[test]
    fn a_forged_stamp_stops_a_count_and_not_the_run() {
        let mut clock = Vector::new(NodeId(0), 2);
        assert_eq!(clock.merge(&stamp(&[u32::MAX, 0])), &stamp(&[u32::MAX, 0]));
    }
}
