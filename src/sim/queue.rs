//! What is still to happen, in order of time.
//!
//! The order is total: `(at, seq)`, where `seq` counts what was ever scheduled. Without it a heap's
//! internals would choose which of two simultaneous arrivals comes first, and one seed could give two
//! diagrams. Must not know what the items mean.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::base::TrueTime;

/// A queue of things that happen at instants of true time.
///
/// Nothing is ever taken out of the middle: what was cancelled or moved stays as a stale entry, which its
/// owner recognises by its `seq`. That keeps the queue a plain heap, which is the fastest there is for
/// the few hundred entries of a run.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    heap: BinaryHeap<Reverse<Entry<T>>>,
    next_seq: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry<T> {
    at: TrueTime,
    seq: u64,
    item: T,
}

impl<T> Entry<T> {
    /// Time and sequence number in one number, which is compared without a branch. A heap compares at random,
    /// so a branch would be mispredicted half of the time.
    #[inline]
    fn key(&self) -> u128 {
        u128::from(self.at.0) << 64 | u128::from(self.seq)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), next_seq: 0 }
    }
}

impl<T> Queue<T> {
    /// The sequence number that the next item to be scheduled will have.
    #[inline]
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Schedules `item` and gives its sequence number.
    #[inline]
    pub fn push(&mut self, at: TrueTime, item: T) -> u64 {
        let seq = self.next_seq;
        self.next_seq += 1;
        self.heap.push(Reverse(Entry { at, seq, item }));
        seq
    }

    /// Forgets all items, and counts from 0 again.
    pub fn clear(&mut self) {
        self.heap.clear();
        self.next_seq = 0;
    }

    /// The next item to happen: its time, its sequence number and itself.
    pub fn pop(&mut self) -> Option<(TrueTime, u64, T)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.seq, entry.item))
    }

    /// When the next item happens, stale or not.
    pub fn next_at(&self) -> Option<TrueTime> {
        self.heap.peek().map(|Reverse(entry)| entry.at)
    }

    /// All items in no particular order, stale ones included.
    pub fn iter(&self) -> impl Iterator<Item = (TrueTime, u64, &T)> {
        self.heap.iter().map(|Reverse(entry)| (entry.at, entry.seq, &entry.item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_in_time_come_in_the_order_of_scheduling() {
        let mut queue = Queue::default();
        for n in 0..100_u64 {
            queue.push(TrueTime(n % 3), n);
        }
        let popped: Vec<(u64, u64)> =
            std::iter::from_fn(|| queue.pop().map(|(at, _, n)| (at.0, n))).collect();
        let mut sorted: Vec<(u64, u64)> = (0..100).map(|n| (n % 3, n)).collect();
        sorted.sort_unstable();
        assert_eq!(popped, sorted);
    }
}
