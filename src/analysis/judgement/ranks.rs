//! Counting over all pairs of events at once, for a clock that puts them into one line.
//!
//! Such a clock's say on two events is a comparison of their ranks, so the pairs that it gets wrong can be
//! counted without looking at each: go along a node's events, keep a table of the ranks of all that is in the
//! past by now, and ask at each event how many there rank below it. What is in the past only grows along a
//! node, so each event enters the table of each node once: nodes · events · log events steps in all, in
//! place of events². The table is a Fenwick tree (Fenwick 1994). Must not know any clock.

use std::cmp::Ordering;

use super::Tally;
use crate::analysis::Causality;
use crate::base::NodeId;
use crate::clocks::CausalOrder;
use crate::sim::Trace;

/// The place of each event in a line, from 0; events that the clock can't tell apart share one.
pub(super) struct Ranks {
    rank: Vec<u32>,
    /// How many events share each rank.
    sizes: Vec<u64>,
}

impl Ranks {
    /// Puts `n` events into one line by what a clock says of two; `None` if it says of any two that it meets
    /// that they are concurrent.
    pub(super) fn of(n: usize, said: impl Fn(u32, u32) -> CausalOrder) -> Option<Self> {
        let line = sorted(n as u32, |one, other| said(one, other).into())?;
        let (mut rank, mut sizes) = (vec![0; n], Vec::new());
        for (place, &event) in line.iter().enumerate() {
            match place.checked_sub(1).map(|before| said(line[before], event)) {
                Some(CausalOrder::Same) => {}
                _ => sizes.push(0),
            }
            if let Some(size) = sizes.last_mut() {
                *size += 1;
            }
            rank[event as usize] = sizes.len() as u32 - 1;
        }
        Some(Self { rank, sizes })
    }

    pub(super) fn tally(&self, trace: &Trace, causality: &Causality) -> Tally {
        let mut tally = Tally::default();
        let mut counts = vec![0; trace.nodes()];
        for node in NodeId::first(trace.nodes()) {
            let mut table = Fenwick::new(self.sizes.len());
            let mut entered = vec![0; trace.nodes()];
            let mut inside = 0;
            for event in (1..=causality.lane_len(node)).filter_map(|own| causality.event_at(node, own)) {
                causality.vector_into(event, &mut counts);
                counts[node.index()] -= 1;
                for (of, (entered, &count)) in
                    NodeId::first(trace.nodes()).zip(entered.iter_mut().zip(&counts))
                {
                    for cause in (*entered + 1..=count).filter_map(|own| causality.event_at(of, own)) {
                        table.add(self.rank[cause.index()] as usize);
                        inside += 1;
                    }
                    *entered = count;
                }
                let rank = self.rank[event.index()] as usize;
                let (below, up_to) = (table.below(rank), table.below(rank + 1));
                tally.causal += inside;
                tally.tied += up_to - below;
                tally.reversed += inside - up_to;
            }
        }
        let tied: u64 = self.sizes.iter().map(|size| size * (size - 1) / 2).sum();
        tally.concurrent = causality.concurrent_pairs();
        tally.invented = tally.concurrent - (tied - tally.tied);
        tally
    }
}

/// The numbers below `n` in order, or `None` once two of them have none.
///
/// By merging, because the library's sort may panic on an order that is none, and because then all that are
/// neighbours in the end have been compared: where no answer was missing, the order is a line.
fn sorted(n: u32, order: impl Fn(u32, u32) -> Option<Ordering>) -> Option<Vec<u32>> {
    let mut line: Vec<u32> = (0..n).collect();
    let mut merged = Vec::with_capacity(line.len());
    let mut width = 1;
    while width < line.len() {
        merged.clear();
        for run in line.chunks(2 * width) {
            let (mut left, mut right) = run.split_at(width.min(run.len()));
            while let (Some((&one, left_rest)), Some((&other, right_rest))) =
                (left.split_first(), right.split_first())
            {
                if order(one, other)? == Ordering::Greater {
                    merged.push(other);
                    right = right_rest;
                } else {
                    merged.push(one);
                    left = left_rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut line, &mut merged);
        width *= 2;
    }
    Some(line)
}

/// How many of the entered numbers lie below a number, in logarithmic time.
struct Fenwick(Vec<u32>);

impl Fenwick {
    fn new(n: usize) -> Self {
        Self(vec![0; n + 1])
    }

    fn add(&mut self, number: usize) {
        let mut at = number + 1;
        while at < self.0.len() {
            self.0[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    fn below(&self, number: usize) -> u64 {
        let (mut at, mut sum) = (number, 0);
        while at > 0 {
            sum += u64::from(self.0[at]);
            at &= at - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_and_what_has_no_order_is_found_out() {
        let key = |n: u32| n.wrapping_mul(2_654_435_761) >> 28;
        let line = sorted(1_000, |one, other| Some(key(one).cmp(&key(other)))).expect("a line");
        assert!(line.is_sorted_by_key(|&n| (key(n), n)), "and equal ones stay as they were");
        assert_eq!(sorted(0, |_, _| None), Some(Vec::new()));
        // One pair without an order, wherever it is, is met when it would become neighbours.
        let but_one =
            |one: u32, other: u32| (one.min(other) != 500 || one.max(other) != 501).then(|| one.cmp(&other));
        assert_eq!(sorted(1_000, but_one), None);
    }

    #[test]
    fn a_fenwick_tree_counts() {
        let mut table = Fenwick::new(10);
        [3, 3, 9, 0].into_iter().for_each(|number| table.add(number));
        assert_eq!([0, 1, 3, 4, 9, 10].map(|number| table.below(number)), [0, 1, 1, 3, 3, 4]);
    }
}
