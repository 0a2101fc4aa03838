//! Comparing two runs piece by piece, so that whoever waits for it can do something else in between.
//!
//! Node by node, what the two did alike from the start is paired at once. What comes behind is put into heaps, equal acts
//! into the same one; the acts of a heap are sorted, and equal ones are taken for one another in their order. When all
//! nodes are through, the pairs are looked at along causes. Must not know how much time there is.

use super::acts::{Acts, Words, mixed, pair};
use super::{Comparison, Divergence, Standing};
use crate::base::{EventId, NodeId};
use crate::sim::Trace;

/// About how many acts are sorted at once.
const HEAP: usize = 4_096;

/// A comparison of two traces, each up to its mark, that is being made.
///
/// It takes time with the events, and memory for a moment with those of the busiest node. The traces are given again at
/// each step, and must be those of the start.
///
/// # Example
/// ```
/// use lightcone::analysis::{Comparison, ComparisonTask};
/// use lightcone::sim::Trace;
///
/// /// Compares, and lets somebody else do something each time that a thousand events have been looked at.
/// fn compare(left: &Trace, right: &Trace, mut others: impl FnMut()) -> Comparison {
///     let mut task = ComparisonTask::new(left, right);
///     loop {
///         if let Some(comparison) = task.step(left, right, 1_000) {
///             return comparison;
///         }
///         others();
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ComparisonTask {
    /// The nodes of both by their places in the left run; those that it lacks have places behind its last.
    own: Vec<NodeId>,
    there: Vec<NodeId>,
    words: Words,
    lanes: [Vec<Vec<EventId>>; 2],
    twins: Vec<Option<EventId>>,
    stage: Stage,
    comparison: Comparison,
}

/// What is done next.
#[derive(Clone, Debug)]
enum Stage {
    /// This event of both is put on its lane.
    Lanes(usize),
    /// These of a node of the right run are held against one another, as long as they are the same.
    Prefix { node: usize, at: usize },
    /// These are put into heaps.
    Heaps { node: usize, at: usize, heaps: Vec<[Acts; 2]> },
    /// The last of the heaps is paired.
    Pairs { node: usize, heaps: Vec<[Acts; 2]> },
    /// This event of the left run is held against its twin.
    Causes(usize),
}

impl ComparisonTask {
    /// What is to be done for two traces.
    pub fn new(left: &Trace, right: &Trace) -> Self {
        let place = |node: NodeId| {
            let name = right.name(node);
            let found = left.names().iter().position(|other| other == name);
            NodeId(found.unwrap_or(left.nodes() + node.index()) as u16)
        };
        Self {
            own: NodeId::first(left.nodes()).collect(),
            there: NodeId::first(right.nodes()).map(place).collect(),
            words: Words::of(left, right),
            lanes: [left, right].map(|trace| vec![Vec::new(); trace.nodes()]),
            twins: vec![None; left.len()],
            stage: Stage::Lanes(0),
            comparison: Comparison::new(left, right),
        }
    }

    /// Looks at about so many events, at least one, and gives the comparison when it is done.
    pub fn step(&mut self, left: &Trace, right: &Trace, events_most: usize) -> Option<Comparison> {
        let mut room = events_most.max(1);
        while room > 0 {
            let stage = std::mem::replace(&mut self.stage, Stage::Lanes(0));
            let (used, next) = match stage {
                Stage::Lanes(at) => self.fill_lanes([left, right], at, room),
                Stage::Prefix { node, at } => self.pair_prefix([left, right], (node, at), room),
                Stage::Heaps { node, at, heaps } => self.heap([left, right], (node, at), heaps, room),
                Stage::Pairs { node, heaps } => self.pair_heap(node, heaps),
                Stage::Causes(at) if at < left.len() => self.judge([left, right], at, room),
                Stage::Causes(_) => return Some(self.finished()),
            };
            self.stage = next;
            room = room.saturating_sub(used);
        }
        None
    }

    fn fill_lanes(&mut self, traces: [&Trace; 2], at: usize, room: usize) -> (usize, Stage) {
        let most = traces.map(Trace::len).into_iter().max().unwrap_or(0);
        let to = at.saturating_add(room).min(most);
        for (lanes, trace) in self.lanes.iter_mut().zip(traces) {
            for event in (at.min(trace.len())..to.min(trace.len())).map(|event| EventId(event as u32)) {
                lanes[trace.node(event).index()].push(event);
            }
        }
        (to - at, if to < most { Stage::Lanes(to) } else { Stage::Prefix { node: 0, at: 0 } })
    }

    /// Both lanes of a node of the right run.
    fn lanes(&self, node: usize) -> Option<[&[EventId]; 2]> {
        let place = self.there.get(node)?.index();
        Some([self.lanes[0].get(place).map_or(&[][..], Vec::as_slice), self.lanes[1][node].as_slice()])
    }

    fn pair_prefix(
        &mut self,
        [left, right]: [&Trace; 2],
        (node, at): (usize, usize),
        room: usize,
    ) -> (usize, Stage) {
        let Some([ours, theirs]) = self.lanes(node) else { return (1, Stage::Causes(0)) };
        let (ours_len, theirs_len) = (ours.len(), theirs.len());
        let to = at.saturating_add(room).min(ours_len.min(theirs_len));
        for place in at..to {
            let (event, twin) = (self.lanes[0][self.there[node].index()][place], self.lanes[1][node][place]);
            if self.words.act(left, event, &self.own) != self.words.act(right, twin, &self.there) {
                let heaps = ours_len.max(theirs_len) - place;
                let heaps = vec![Default::default(); heaps.div_ceil(HEAP)];
                return (place - at + 1, Stage::Heaps { node, at: place, heaps });
            }
            self.twins[event.index()] = Some(twin);
        }
        // Where one of the lanes ends, what is left of the other has nothing like it.
        let is_over = to == ours_len.min(theirs_len);
        (
            to - at + 1,
            if is_over { Stage::Prefix { node: node + 1, at: 0 } } else { Stage::Prefix { node, at: to } },
        )
    }

    fn heap(
        &mut self,
        [left, right]: [&Trace; 2],
        (node, at): (usize, usize),
        mut heaps: Vec<[Acts; 2]>,
        room: usize,
    ) -> (usize, Stage) {
        let Some(lanes) = self.lanes(node) else { return (1, Stage::Causes(0)) };
        let most = lanes[0].len().max(lanes[1].len());
        let to = at.saturating_add(room).min(most);
        let sides = [(left, self.there[node].index()), (right, node)];
        for (side, (trace, lane)) in sides.into_iter().enumerate() {
            let place = if side == 0 { &self.own } else { &self.there };
            let Some(lane) = self.lanes[side].get(lane) else { continue };
            for &event in &lane[at.min(lane.len())..to.min(lane.len())] {
                let act = self.words.act(trace, event, place);
                let heap = mixed(&act) % heaps.len();
                heaps[heap][side].push((act, event));
            }
        }
        let next =
            if to < most { Stage::Heaps { node, at: to, heaps } } else { Stage::Pairs { node, heaps } };
        (to - at, next)
    }

    fn pair_heap(&mut self, node: usize, mut heaps: Vec<[Acts; 2]>) -> (usize, Stage) {
        let Some([mut ours, mut theirs]) = heaps.pop() else {
            return (1, Stage::Prefix { node: node + 1, at: 0 });
        };
        let twins = &mut self.twins;
        pair(&mut ours, &mut theirs, |event, twin| twins[event.index()] = Some(twin));
        (ours.len() + theirs.len(), Stage::Pairs { node, heaps })
    }

    fn judge(&mut self, [left, right]: [&Trace; 2], at: usize, room: usize) -> (usize, Stage) {
        let to = at.saturating_add(room).min(left.len());
        let comparison = &mut self.comparison;
        for event in (at..to).map(|event| EventId(event as u32)) {
            let Some(other) = self.twins[event.index()] else { continue };
            let is_same = comparison.have_same_causes((left, event), (right, other));
            let standing = |other| if is_same { Standing::Same(other) } else { Standing::Alike(other) };
            comparison.left[event.index()] = standing(other);
            comparison.right[other.index()] = standing(event);
            comparison.common[left.node(event).index()] += u32::from(is_same);
            comparison.same += usize::from(is_same);
            comparison.alike += usize::from(!is_same);
        }
        (to - at, Stage::Causes(to))
    }

    fn finished(&mut self) -> Comparison {
        let nothing =
            Comparison { left: Vec::new(), right: Vec::new(), common: Vec::new(), ..self.comparison };
        let mut done = std::mem::replace(&mut self.comparison, nothing);
        let first = |all: &[Standing]| {
            let at = all.iter().position(|standing| !matches!(standing, Standing::Same(_)))?;
            Some(EventId(at as u32))
        };
        done.first = Divergence { left: first(&done.left), right: first(&done.right) };
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::puppets;

    /// Two runs that share a beginning, go apart, and repeat themselves.
    fn traces() -> [Trace; 2] {
        let common: String =
            (0..40_u32).map(|nth| format!("{} a>b, {} b>c, ", 20 * nth, 20 * nth + 5)).collect();
        let left: String =
            (40..90_u32).map(|nth| format!("{} c>a, {} b, ", 20 * nth, 20 * nth + 3)).collect();
        let right: String = (40..80_u32)
            .map(|nth| format!("{} b, {} c>a, {} a>c, ", 20 * nth, 20 * nth + 2, 20 * nth + 4))
            .collect();
        [left, right].map(|rest| puppets::trace(3, &[], (common.clone() + &rest).trim_end_matches(", ")))
    }

    #[test]
    fn pieces_of_any_size_give_the_same() {
        let [left, right] = traces();
        let whole = Comparison::of(&left, &right);
        assert!(whole.counts().iter().all(|count| *count > 0), "{:?}", whole.counts());
        for most in [0, 1, 2, 7, 64, 1_000] {
            let mut task = ComparisonTask::new(&left, &right);
            let mut steps = 0;
            let done = loop {
                steps += 1;
                if let Some(done) = task.step(&left, &right, most) {
                    break done;
                }
            };
            assert_eq!(
                (&done.left, &done.right, &done.common),
                (&whole.left, &whole.right, &whole.common),
                "{most}"
            );
            assert_eq!((done.counts(), done.divergence()), (whole.counts(), whole.divergence()), "{most}");
            let least = (left.len() + right.len()) / (4 * most.max(1));
            assert!(steps > least, "{steps} steps of {most} events");
        }
    }

    #[test]
    fn counts_and_divergence_are_those_of_the_standings() {
        let [left, right] = traces();
        let done = Comparison::of(&left, &right);
        let alike = left.events().filter(|event| matches!(done.left(*event), Standing::Alike(_))).count();
        assert_eq!(done.counts(), [done.only_left().count(), done.only_right().count(), alike]);
        let first = left.events().find(|event| !matches!(done.left(*event), Standing::Same(_)));
        assert_eq!(done.divergence().and_then(|apart| apart.left), first);
        assert_eq!(Comparison::of(&left, &left).counts(), [0; 3]);
        assert_eq!(Comparison::of(&left, &left).divergence(), None);
    }

    #[test]
    fn many_equal_acts_in_several_heaps_are_paired_in_their_order() {
        // More than two heaps' worth of one act and another in turn, and then one more at the front of the right run.
        let acts: Vec<String> = (0..3 * HEAP).map(|nth| format!("{} a", nth + 1)).collect();
        let left = puppets::trace(2, &[], &acts.join(", "));
        let right = puppets::trace(2, &[], &format!("0 a>b, {}", acts.join(", ")));
        let done = Comparison::of(&left, &right);
        assert_eq!(done.counts()[0], 0);
        let twins: Vec<EventId> = left
            .events()
            .map(|event| match done.left(event) {
                Standing::Same(twin) | Standing::Alike(twin) => twin,
                Standing::Unique => EventId(0),
            })
            .collect();
        assert!(twins.is_sorted() && twins.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
