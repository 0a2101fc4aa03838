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

use std::collections::BTreeMap;

use super::Frontier;
use crate::base::{EventId, NodeId};
use crate::sim::{EventKind, Trace};

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

/// What an act of a node is, as far as two runs can agree on it: its kind, its label as a word by its place in [`Words`]
/// and a number, and of a message its sender, its receiver and which of theirs it is.
type Act = (EventKind, u32, Option<u32>, Option<(NodeId, NodeId, u32)>);

impl Comparison {
    /// Compares two traces, each up to its mark.
    ///
    /// It takes time with the events, and memory for a moment with those of the busiest node: acts are sorted node by
    /// node, and those that are equal are taken for one another in their order.
    pub fn of(left: &Trace, right: &Trace) -> Self {
        // The right run's nodes by their places in the left one; those that it lacks have places behind its last.
        let place = |node: NodeId| {
            let name = right.name(node);
            let found = left.names().iter().position(|other| other == name);
            found.unwrap_or(left.nodes() + node.index())
        };
        let own: Vec<NodeId> = NodeId::first(left.nodes()).collect();
        let there: Vec<NodeId> =
            NodeId::first(right.nodes()).map(|node| NodeId(place(node) as u16)).collect();
        let mut words = Words { is_whole: left.is_of_log() || right.is_of_log(), ..Words::default() };
        let (lanes, lanes_there) = (lanes(left), lanes(right));
        let mut twins: Vec<Option<EventId>> = vec![None; left.len()];
        for (node, lane) in (0..).zip(&lanes_there) {
            let Some(own_lane) = lanes.get(there[node].index()) else { continue };
            let (ours, theirs) = (words.acts(left, own_lane, &own), words.acts(right, lane, &there));
            pair(&ours, &theirs, |event, twin| twins[event.index()] = Some(twin));
        }
        let mut comparison = Self {
            left: vec![Standing::Unique; left.len()],
            right: vec![Standing::Unique; right.len()],
            common: vec![0; left.nodes()],
        };
        for event in left.events() {
            let Some(other) = twins[event.index()] else { continue };
            let is_same = comparison.have_same_causes((left, event), (right, other));
            let standing = |other| if is_same { Standing::Same(other) } else { Standing::Alike(other) };
            comparison.left[event.index()] = standing(other);
            comparison.right[other.index()] = standing(event);
            comparison.common[left.node(event).index()] += u32::from(is_same);
        }
        comparison
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
        let first = |all: &[Standing]| {
            let at = all.iter().position(|standing| !matches!(standing, Standing::Same(_)))?;
            Some(EventId(at as u32))
        };
        let (left, right) = (first(&self.left), first(&self.right));
        (left.is_some() || right.is_some()).then_some(Divergence { left, right })
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

/// Each node's events in order.
fn lanes(trace: &Trace) -> Vec<Vec<EventId>> {
    let mut lanes = vec![Vec::new(); trace.nodes()];
    trace.events().for_each(|event| lanes[trace.node(event).index()].push(event));
    lanes
}

/// Calls `of` with each act of one lane and the same act of the other, as often as both have it.
fn pair(ours: &[(Act, EventId)], theirs: &[(Act, EventId)], mut of: impl FnMut(EventId, EventId)) {
    let mut rest = theirs;
    for part in ours.chunk_by(|one, other| one.0 == other.0) {
        let Some((act, _)) = part.first() else { continue };
        rest = &rest[rest.partition_point(|(other, _)| other < act)..];
        let (same, behind) = rest.split_at(rest.partition_point(|(other, _)| other == act));
        part.iter().zip(same).for_each(|((_, event), (_, twin))| of(*event, *twin));
        rest = behind;
    }
}

/// The words of two runs' labels, each with a number of its own.
#[derive(Default)]
struct Words {
    numbers: BTreeMap<String, u32>,
    /// The word that was looked up last: neighbours often have the same.
    last: Option<(&'static str, u32)>,
    /// Whether labels are taken as they are read: a log has no words beside numbers.
    is_whole: bool,
}

impl Words {
    /// The acts of a lane in the order of acts, and equal ones in their own. `place` says where the nodes stand in the
    /// left run.
    fn acts(&mut self, trace: &Trace, lane: &[EventId], place: &[NodeId]) -> Vec<(Act, EventId)> {
        let act = |event: &EventId| {
            let message = trace.message(*event).map(|message| {
                let at = |node: NodeId| place[node.index()];
                (at(trace.sender(message)), at(trace.receiver(message)), trace.nth(message))
            });
            let (word, number) = self.label(trace, *event);
            ((trace.kind(*event), word, number, message), *event)
        };
        let mut acts: Vec<(Act, EventId)> = lane.iter().map(act).collect();
        acts.sort_unstable();
        acts
    }

    fn label(&mut self, trace: &Trace, event: EventId) -> (u32, Option<u32>) {
        if self.is_whole {
            return (self.number(trace.label(event)), None);
        }
        let word = trace.label_word(event);
        let number = match self.last {
            Some((last, number)) if std::ptr::eq(last, word) => number,
            _ => self.number(word.to_owned()),
        };
        self.last = Some((word, number));
        (number, trace.label_number(event))
    }

    fn number(&mut self, word: String) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(word).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Causality, puppets};

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
