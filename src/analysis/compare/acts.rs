//! What an act is, as far as two runs can agree on it, and which acts of two lanes are the same.
//!
//! Must not know what follows from two acts being the same.

use std::collections::BTreeMap;

use crate::base::{EventId, NodeId};
use crate::sim::{EventKind, Trace};

/// What an act of a node is: its kind, its label as a word by its place in [`Words`] and a number, and of a message its
/// sender, its receiver and which of theirs it is.
pub(super) type Act = (EventKind, u32, Option<u32>, Option<(NodeId, NodeId, u32)>);

/// Acts of a lane, each with its event.
pub(super) type Acts = Vec<(Act, EventId)>;

/// A number that equal acts have in common and others mostly not.
pub(super) fn mixed((kind, word, number, message): &Act) -> usize {
    // The golden ratio of 2^64 spreads numbers that lie close together, as Knuth has it (1973, 6.4).
    let mix = |hash: u64, part: u64| (hash ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let ends = message.map_or(0, |(from, to, _)| u64::from(from.0) << 32 | u64::from(to.0) << 16);
    let head = ends | *kind as u64;
    let nth = message.map_or(0, |(_, _, nth)| u64::from(nth));
    let label = u64::from(*word) << 32 | u64::from(number.unwrap_or(0));
    mix(mix(mix(0, head), nth), label) as usize
}

/// Calls `of` with each of our acts and the same one of theirs, as often as both have it: the first with the first.
/// Within each list events are in order.
pub(super) fn pair(ours: &mut Acts, theirs: &mut Acts, mut of: impl FnMut(EventId, EventId)) {
    ours.sort_unstable();
    theirs.sort_unstable();
    let mut rest = theirs.as_slice();
    for part in ours.chunk_by(|one, other| one.0 == other.0) {
        let Some((act, _)) = part.first() else { continue };
        rest = &rest[rest.partition_point(|(other, _)| other < act)..];
        let (same, behind) = rest.split_at(rest.partition_point(|(other, _)| other == act));
        part.iter().zip(same).for_each(|((_, event), (_, twin))| of(*event, *twin));
        rest = behind;
    }
}

/// The words of two runs' labels, each with a number of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    numbers: BTreeMap<String, u32>,
    /// The word that was looked up last: neighbours often have the same.
    last: Option<(&'static str, u32)>,
    /// Whether labels are taken as they are read: a log has no words beside numbers.
    is_whole: bool,
}

impl Words {
    pub(super) fn of(left: &Trace, right: &Trace) -> Self {
        Self { is_whole: left.is_of_log() || right.is_of_log(), ..Self::default() }
    }

    /// The act of an event. `place` says where the nodes stand in the left run.
    pub(super) fn act(&mut self, trace: &Trace, event: EventId, place: &[NodeId]) -> Act {
        let message = trace.message(event).map(|message| {
            let at = |node: NodeId| place[node.index()];
            (at(trace.sender(message)), at(trace.receiver(message)), trace.nth(message))
        });
        let (word, number) = self.label(trace, event);
        (trace.kind(event), word, number, message)
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
