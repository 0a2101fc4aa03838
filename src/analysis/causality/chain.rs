//! A shortest chain of causes: why one event could have caused another. Must not know any clock.

use super::Causality;
use crate::base::EventId;
use crate::sim::Trace;

/// Not reached yet.
const NONE: u32 = u32::MAX;

/// A chain of causes from `first` to `second` with the fewest events.
///
/// Breadth first, backward from the second event, and only through what the first could have caused, so that
/// what lies elsewhere costs nothing. Of chains of equal length the one that stays longer on the last node
/// is taken, which reads best.
pub(super) fn shortest(
    causality: &Causality,
    trace: &Trace,
    first: EventId,
    second: EventId,
) -> Option<Vec<EventId>> {
    if first == second {
        return Some(vec![first]);
    }
    if !causality.before(first, second) {
        return None;
    }
    // All that lies between has an id in between. For each: what it leads to.
    let place = |event: EventId| event.index() - first.index();
    let mut leads_to = vec![NONE; place(second) + 1];
    let mut reached = vec![second];
    while leads_to[0] == NONE {
        let mut causes = Vec::new();
        for &event in &reached {
            for cause in trace.causes(event).filter(|&cause| cause == first || causality.before(first, cause))
            {
                if leads_to[place(cause)] == NONE {
                    leads_to[place(cause)] = event.0;
                    causes.push(cause);
                }
            }
        }
        reached = causes;
    }
    let next = |event: &EventId| (*event != second).then(|| EventId(leads_to[place(*event)]));
    Some(std::iter::successors(Some(first), next).collect())
}
