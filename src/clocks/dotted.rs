//! Dotted version vectors: versions of one record, of which no write is lost that nobody has seen.
//!
//! No clock for events but for the writes of a replicated store. It is never told the time.
//!
//! # What it does
//! Every write gets a *dot*: the replica that took it, and a number. A reader gets the values and a
//! *context*: one number for each replica, which says what those values already take into account. A
//! writer hands the context back with the new value. Then the replica drops exactly the values that the
//! writer had seen, and keeps what was written meanwhile beside the new one, as *siblings*. Replicas that
//! meet keep a value unless the other has seen it and no longer has it. So a write that knows of another
//! replaces it, and concurrent writes survive until somebody who has read them all writes what both mean.
//!
//! # What it can't tell
//! Which sibling is the right one: that is for the application. Who writes without having read replaces
//! nothing, so a careless client piles up siblings. And it shows what a writer was *shown*, not what was
//! thought about it.
//!
//! # What to look for
//! Two stations update one record at once: with the highest time stamp one update vanishes in silence, here
//! both are there at the next read. Then a third reads both and writes: one value again. The dot is what
//! makes it right: with a plain version vector for each value, two clients that write through the same
//! replica overwrite each other.
//!
//! # Sources
//! Nuno Preguiça, Carlos Baquero, Paulo Sérgio Almeida, Victor Fonte and Ricardo Gonçalves, "Dotted Version
//! Vectors: Logical Clocks for Optimistic Replication", 2010. The same authors, "Scalable and Accurate
//! Causality Tracking for Eventually Consistent Stores", DAIS 2014: the set of siblings with one context.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::NodeId;

/// The name of one write: the replica that took it, and which of its writes it was, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dot {
    /// The replica.
    pub node: NodeId,
    /// Its how-manieth write.
    pub nth: u32,
}

/// What a reader has seen of a record: for each replica, all its writes up to a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Context(BTreeMap<NodeId, u32>);

impl Context {
    /// Whether the write of this name has been seen.
    pub fn covers(&self, dot: Dot) -> bool {
        self.seen_of(dot.node) >= dot.nth
    }

    /// How many writes of this replica have been seen.
    pub fn seen_of(&self, node: NodeId) -> u32 {
        self.0.get(&node).copied().unwrap_or(0)
    }

    /// Has seen, from now on, what `other` has.
    pub fn merge(&mut self, other: &Self) {
        for (&node, &nth) in &other.0 {
            let seen = self.0.entry(node).or_default();
            *seen = nth.max(*seen);
        }
    }
}

/// The values of one record at one replica: one, unless there were concurrent writes.
///
/// Laws: [`merge`](Self::merge) is commutative, associative and idempotent, so replicas that have exchanged
/// everything agree, in whatever order they met; a value goes only when a write whose context covers it is
/// known.
///
/// ```
/// use lightcone::base::NodeId;
/// use lightcone::clocks::{Context, Siblings};
///
/// let (one, two) = (NodeId(0), NodeId(1));
/// let mut here = Siblings::default();
/// here.write(one, &Context::default(), "attitude 10°");
///
/// // Two clients read the same value and write, through the same replica.
/// let seen = here.context().clone();
/// here.write(one, &seen, "attitude 12°");
/// here.write(one, &seen, "attitude 15°");
/// assert_eq!(here.values().collect::<Vec<_>>(), [&"attitude 12°", &"attitude 15°"]);
///
/// // Another replica hears of it, and somebody decides there.
/// let mut there = Siblings::default();
/// there.merge(&here);
/// let seen = there.context().clone();
/// there.write(two, &seen, "attitude 13°");
/// here.merge(&there);
/// assert_eq!(here.values().collect::<Vec<_>>(), [&"attitude 13°"]);
///
/// // The disappointing case: a client that never reads replaces nothing.
/// here.write(one, &Context::default(), "attitude 0°");
/// assert_eq!(here.values().count(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Siblings<T> {
    context: Context,
    /// In the order of their dots.
    values: Vec<(Dot, T)>,
}

impl<T> Default for Siblings<T> {
    fn default() -> Self {
        Self { context: Context::default(), values: Vec::new() }
    }
}

impl<T> Siblings<T> {
    /// Takes a write at the replica `node` from a client that had read `context`, and names it.
    ///
    /// A replica writes under its own name and must not forget its count in a crash, since a dot given
    /// twice makes one of the two writes vanish.
    pub fn write(&mut self, node: NodeId, context: &Context, value: T) -> Dot {
        self.erase(context);
        // A forged context may stand at the last number.
        let dot = Dot { node, nth: self.context.seen_of(node).saturating_add(1) };
        self.context.0.insert(node, dot.nth);
        self.put(dot, value);
        dot
    }

    /// Drops what a client that had read `context` wants gone, and keeps what it had not seen.
    pub fn erase(&mut self, context: &Context) {
        self.values.retain(|(dot, _)| !context.covers(*dot));
        self.context.merge(context);
    }

    /// Hears of what another replica has.
    pub fn merge(&mut self, other: &Self)
    where
        T: Clone,
    {
        self.values.retain(|(dot, _)| other.has(*dot) || !other.context.covers(*dot));
        for (dot, value) in &other.values {
            if !self.context.covers(*dot) {
                self.put(*dot, value.clone());
            }
        }
        self.context.merge(&other.context);
    }

    /// The values, in the order of their dots, which is the same at every replica.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.values.iter().map(|(_, value)| value)
    }

    /// The values with the names of their writes.
    pub fn dotted(&self) -> impl Iterator<Item = (Dot, &T)> {
        self.values.iter().map(|(dot, value)| (*dot, value))
    }

    /// What a reader of these values has seen, to be handed back with a write.
    pub fn context(&self) -> &Context {
        &self.context
    }

    fn has(&self, dot: Dot) -> bool {
        self.values.binary_search_by_key(&dot, |(own, _)| *own).is_ok()
    }

    fn put(&mut self, dot: Dot, value: T) {
        match self.values.binary_search_by_key(&dot, |(own, _)| *own) {
            Ok(place) => self.values[place].1 = value,
            Err(place) => self.values.insert(place, (dot, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(node: u16, nth: u32) -> Dot {
        Dot { node: NodeId(node), nth }
    }

    #[test]
    fn the_lost_update_of_the_papers_is_not_lost() {
        // Two clients write through one server r, the second without having seen the first; then a third
        // replaces both, while a write that had seen only the first comes late.
        let r = NodeId(0);
        let mut server = Siblings::default();
        assert_eq!(server.write(r, &Context::default(), 'v'), named(0, 1));
        let first_only = server.context().clone();
        assert_eq!(server.write(r, &Context::default(), 'w'), named(0, 2));
        let both = server.context().clone();
        assert_eq!(server.dotted().collect::<Vec<_>>(), [(named(0, 1), &'v'), (named(0, 2), &'w')]);
        server.write(r, &both, 'x');
        server.write(r, &first_only, 'y');
        assert_eq!(server.values().collect::<String>(), "xy");
    }

    #[test]
    fn what_was_erased_does_not_come_back() {
        let (r, s) = (NodeId(0), NodeId(1));
        let (mut here, mut there) = (Siblings::default(), Siblings::default());
        here.write(r, &Context::default(), 'v');
        there.merge(&here);
        let seen = here.context().clone();
        here.erase(&seen);
        there.write(s, &Context::default(), 'w');
        here.merge(&there);
        assert_eq!(here.values().collect::<String>(), "w");
    }

    #[test]
    fn it_travels_in_both_codecs() {
        let mut record = Siblings::default();
        record.write(NodeId(3), &Context::default(), "v".to_owned());
        let text = serde_json::to_string(&record).expect("plain data");
        assert_eq!(serde_json::from_str::<Siblings<String>>(&text).expect("as written"), record);
        let bytes = postcard::to_allocvec(&record).expect("plain data");
        assert_eq!(postcard::from_bytes::<Siblings<String>>(&bytes).expect("as written"), record);
    }

    #[test]
    fn a_forged_context_does_not_stop_a_run() {
        let mut record = Siblings::default();
        let forged = Context(BTreeMap::from([(NodeId(0), u32::MAX)]));
        record.write(NodeId(0), &forged, 'v');
        record.write(NodeId(0), &Context::default(), 'w');
        assert_eq!(record.values().collect::<String>(), "w");
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod laws;
