//! Series: how often something happened in each stretch of time, and how long it took from one thing to another.
//!
//! Goodput, retries and the like are counts of events by their words; nothing is counted that the trace does not hold.
//! Must not know which words there are.

use std::collections::BTreeMap;

use crate::base::{Duration, EventId, NodeId};
use crate::sim::Trace;

/// How many of these events fell into each stretch of this length, from the start of the run to the last event.
///
/// # Panics
/// When a stretch has no length, which is a mistake of whoever asks.
pub fn counts(trace: &Trace, stretch: Duration, is_it: impl Fn(EventId) -> bool) -> Vec<u32> {
    assert!(stretch > Duration::ZERO, "a stretch of time has a length");
    let mut counts = Vec::new();
    for event in trace.events() {
        let place = (trace.at(event).0 / stretch.0) as usize;
        if place >= counts.len() {
            counts.resize(place + 1, 0);
        }
        counts[place] += u32::from(is_it(event));
    }
    counts
}

/// How long it took a node from the first event with one word to the next with the other, by the number that stands
/// beside both: of each that was begun, `None` where it did not come to that end.
pub fn times(trace: &Trace, begins: &str, ends: &str) -> BTreeMap<(NodeId, u32), Option<Duration>> {
    let mut times: BTreeMap<(NodeId, u32), Option<Duration>> = BTreeMap::new();
    let mut begun: BTreeMap<(NodeId, u32), EventId> = BTreeMap::new();
    for event in trace.events() {
        let word = trace.label_word(event);
        let Some(number) = trace.label_number(event) else { continue };
        let key = (trace.node(event), number);
        if word == begins {
            begun.entry(key).or_insert(event);
            times.entry(key).or_insert(None);
        } else if word == ends
            && let Some(&begin) = begun.get(&key)
            && let Some(open @ None) = times.get_mut(&key)
        {
            *open = Some(trace.at(event).since(trace.at(begin)));
        }
    }
    times
}

/// The value below or at which this share, in millionths, of all values lie: the nearest rank (Hyndman and Fan 1996, "Sample
/// Quantiles in Statistical Packages", definition 1). `None` where there are no values.
pub fn quantile<T: Copy + Ord>(values: &[T], share_ppm: u32) -> Option<T> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() as u64 * u64::from(share_ppm)).div_ceil(1_000_000);
    sorted.get((rank.max(1) - 1) as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::puppets;

    #[test]
    fn stretches_hold_what_fell_into_them_and_empty_ones_count() {
        let trace = puppets::trace(2, &[], "0 a, 1 a, 2 b, 9 a, 10 b");
        let unit = trace.at(EventId(1)).since(trace.at(EventId(0)));
        let all = counts(&trace, unit.times(2).expect("short"), |_| true);
        assert_eq!(all.iter().sum::<u32>(), 5);
        assert_eq!(all.first(), Some(&2));
        assert!(all[2..4].iter().all(|&count| count == 0), "{all:?}");
        let of_b = counts(&trace, unit.times(2).expect("short"), |event| trace.node(event) == NodeId(1));
        assert_eq!((of_b.iter().sum::<u32>(), of_b.len()), (2, all.len()));
    }

    #[test]
    fn a_time_runs_from_the_first_begin_to_the_first_end_behind_it() {
        // An end before its begin ends nothing, a second begin or end changes nothing, and each number is its own.
        let script =
            "0 a end 1, 1 a begin 1, 2 a begin 1, 3 b end 1, 5 a end 1, 8 a end 1, 9 a begin 2, 10 b begin 1";
        let trace = puppets::trace(2, &[], script);
        let found = times(&trace, "begin", "end");
        let took = |millis: u64| Some(Duration::millis(millis));
        let expected = [((NodeId(0), 1), took(4)), ((NodeId(0), 2), None), ((NodeId(1), 1), None)];
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn quantiles_are_values_that_were_seen() {
        let values = [30, 10, 20, 40];
        let of = |share| quantile(&values, share);
        assert_eq!([of(0), of(250_000), of(250_001), of(500_000)], [Some(10), Some(10), Some(20), Some(20)]);
        assert_eq!((of(990_000), of(1_000_000)), (Some(40), Some(40)));
        assert_eq!(quantile::<u8>(&[], 500_000), None);
    }
}
