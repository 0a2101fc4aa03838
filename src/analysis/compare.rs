//! Two runs side by side: what happened in both, what is alike, and what happened in one alone.
//!
//! # The idea
//! Two runs of the same nodes are compared by cause and not by time. An event is the *same* in both if it is the
//! same act of the same node, and so are all of its causes: such events form a consistent cut of either run, the
//! part before they went apart. Behind it an event may still be *alike*, the same act with another past, as a
//! message that is sent again a little later; what has nothing alike in the other run is *unique*.
//!
//! What makes two acts the same is their kind, their label, and of a message its sender, its receiver and which of
//! that pair's messages it is. Times and readings of clocks don't count. Nodes are matched by name.
//!
//! Must not know how the runs came about, nor how they are shown.

mod acts;
mod task;

pub use task::ComparisonTask;

use super::Frontier;
use crate::base::EventId;
use crate::sim::Trace;

/// How an event stands to the other run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It happened there too, with the same past: which event it is there.
    Same(EventId),
    /// The same act happened there with another past: which event that is.
    Alike(EventId),
    /// Nothing like it happened there.
    #[default]
    Unique,
}

/// What two runs have in common, event by event.
#[derive(Clone, Debug)]
pub struct Comparison {
    left: Vec<Standing>,
    right: Vec<Standing>,
    /// How many of each node's first events are the same, by the left run's nodes.
    common: Vec<u32>,
    same: usize,
    alike: usize,
    first: Divergence,
}

/// Where two runs go apart: the first event of each that is not the same in the other; `None` of a run that has
/// no further event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// In the left run.
    pub left: Option<EventId>,
    /// In the right run.
    pub right: Option<EventId>,
}

impl Comparison {
    /// Compares two traces, each up to its mark: all at once, as a [`ComparisonTask`] does it piece by piece.
    pub fn of(left: &Trace, right: &Trace) -> Self {
        let mut task = ComparisonTask::new(left, right);
        loop {
            if let Some(comparison) = task.step(left, right, usize::MAX) {
                return comparison;
            }
        }
    }

    fn new(left: &Trace, right: &Trace) -> Self {
        Self {
            left: vec![Standing::Unique; left.len()],
            right: vec![Standing::Unique; right.len()],
            common: vec![0; left.nodes()],
            same: 0,
            alike: 0,
            first: Divergence { left: None, right: None },
        }
    }

    /// How an event of the left run stands to the right one.
    pub fn left(&self, event: EventId) -> Standing {
        self.left.get(event.index()).copied().unwrap_or_default()
    }

    /// How an event of the right run stands to the left one.
    pub fn right(&self, event: EventId) -> Standing {
        self.right.get(event.index()).copied().unwrap_or_default()
    }

    /// What is the same in both, as a cut of the left run.
    pub fn common(&self, causality: &super::Causality) -> Frontier {
        Frontier::new(causality, &self.common)
    }

    /// Where they go apart; `None` if all is the same.
    pub fn divergence(&self) -> Option<Divergence> {
        let Divergence { left, right } = self.first;
        (left.is_some() || right.is_some()).then_some(self.first)
    }

    /// How many events happened in the left run alone, in the right one alone, and in both with another past.
    pub fn counts(&self) -> [usize; 3] {
        let in_both = self.same + self.alike;
        [self.left.len() - in_both, self.right.len() - in_both, self.alike]
    }

    /// The events of the left run that the right one has nothing like.
    pub fn only_left(&self) -> impl Iterator<Item = EventId> + '_ {
        unique(&self.left)
    }

    /// The events of the right run that the left one has nothing like.
    pub fn only_right(&self) -> impl Iterator<Item = EventId> + '_ {
        unique(&self.right)
    }

    /// Whether each direct cause of the one is the same as one of the other, and no cause is left over.
    fn have_same_causes(&self, (left, one): (&Trace, EventId), (right, other): (&Trace, EventId)) -> bool {
        let is_there = |cause: EventId| match self.left(cause) {
            Standing::Same(there) => right.causes(other).any(|expected| expected == there),
            Standing::Alike(_) | Standing::Unique => false,
        };
        // No two events have the same twin, so that as many causes are the same ones.
        left.causes(one).count() == right.causes(other).count() && left.causes(one).all(is_there)
    }
}

fn unique(all: &[Standing]) -> impl Iterator<Item = EventId> + '_ {
    let is_unique = |(_, standing): &(usize, &Standing)| **standing == Standing::Unique;
    all.iter().enumerate().filter(is_unique).map(|(at, _)| EventId(at as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Causality, puppets};
    use crate::sim::EventKind;

    fn compared(left: &str, right: &str) -> (Trace, Trace, Comparison) {
        let (left, right) = (puppets::trace(3, &[], left), puppets::trace(3, &[], right));
        let comparison = Comparison::of(&left, &right);
        (left, right, comparison)
    }

    #[test]
    fn a_run_is_the_same_as_itself_whatever_the_delays() {
        let (left, _, comparison) = compared("0 a>b, 20 b>c", "0 a>b 17, 20 b>c 25");
        assert_eq!(comparison.divergence(), None);
        assert!(left.events().all(|event| comparison.left(event) == Standing::Same(event)));
        let causality = Causality::of(&left);
        assert_eq!(comparison.common(&causality).events(), left.len());
    }

    #[test]
    fn what_follows_from_a_difference_is_alike_and_what_does_not_stays_the_same() {
        // The letter to b is lost on the right: b sends all the same, but knows less; c's own events don't care.
        let (left, right, comparison) = compared("0 a>b, 5 c, 20 b>c", "0 a>b lost, 5 c, 20 b>c");
        let [sent, own, received, told, heard] = [0, 1, 2, 3, 4].map(EventId);
        assert_eq!(left.kind(received), EventKind::Receive);
        assert_eq!(comparison.left(sent), Standing::Same(sent));
        assert_eq!(comparison.left(own), Standing::Same(own));
        assert_eq!(comparison.left(received), Standing::Unique);
        assert_eq!(
            [comparison.left(told), comparison.left(heard)],
            [2, 3].map(|at| Standing::Alike(EventId(at)))
        );
        assert_eq!(comparison.right(EventId(2)), Standing::Alike(told));
        assert_eq!(comparison.only_left().collect::<Vec<_>>(), [received]);
        assert_eq!(comparison.only_right().count(), 0);
        let apart = Divergence { left: Some(received), right: Some(EventId(2)) };
        assert_eq!((comparison.divergence(), right.len()), (Some(apart), 4));
    }

    #[test]
    fn what_is_common_is_a_consistent_cut() {
        let (left, _, comparison) =
            compared("0 a>b, 1 b>c, 12 b>a, 30 c>a", "0 a>b, 1 b>c lost, 12 b>a, 30 c>a");
        let causality = Causality::of(&left);
        let common = comparison.common(&causality);
        assert!(common.is_consistent(&causality));
        let is_same = |event: EventId| matches!(comparison.left(event), Standing::Same(_));
        assert!(left.events().all(|event| is_same(event) == common.contains(&left, event)));
    }
}
