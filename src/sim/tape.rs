//! The tape: what the learner did and after which turn.
//!
//! An action names what it acts on by something that stays the same in a branch or a shrunk run: ids of
//! nodes, and for a message its sender, receiver and number among their messages. Must not know how an
//! action is carried out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::{Duration, NodeId, WallReading};

/// A message, named so that the name survives changes elsewhere in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageRef {
    /// Its sender.
    pub from: NodeId,
    /// Its receiver.
    pub to: NodeId,
    /// Which message of that pair it is, counted from 0.
    pub nth: u32,
    /// Which copy of it; 0 is the original.
    pub copy: u16,
}

impl fmt::Display for MessageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "message {} from {} to {}", self.nth + 1, self.from, self.to)?;
        if self.copy > 0 { write!(f, ", copy {}", self.copy) } else { Ok(()) }
    }
}

/// Something that a hand does to a run: the learner's, or a scene's script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Hold an assumption, or let its fault in.
    Assume {
        /// The fault's id.
        fault: String,
        /// Whether the assumption is held.
        held: bool,
    },
    /// Turn a fault's dial.
    Turn {
        /// The fault's id.
        fault: String,
        /// The dial's id.
        dial: String,
        /// The new value.
        value: i64,
    },
    /// Deliver a message in flight now: its arrival is the next turn.
    Deliver(MessageRef),
    /// Lose a message in flight.
    Drop(MessageRef),
    /// Make a further copy of a message in flight, which arrives right after it.
    Duplicate(MessageRef),
    /// Hold a message in flight back.
    Delay(MessageRef, Duration),
    /// Let this message in flight be what happens next, at its own time.
    Choose(MessageRef),
    /// Let this node's earliest timer be what happens next, at its own time.
    ChooseTimer(NodeId),
    /// Crash a node: its program and all that it remembers are gone. The machine runs on, so that its disk stays and
    /// its monotonic clock never goes back: that a reading outlives the process that took it is a reboot's affair,
    /// which no scene has.
    Crash(NodeId),
    /// Let a node crash in its next turn, after this many of the commands that it gives.
    CrashAfter(NodeId, u16),
    /// Restart a crashed node.
    Restart(NodeId),
    /// Pause a node, which will not notice.
    Pause(NodeId),
    /// Let a paused node go on.
    Resume(NodeId),
    /// Set a node's wall clock to this reading.
    SetClock(NodeId, WallReading),
    /// Set how long a node's processor takes for each input.
    SetSpeed(NodeId, Duration),
    /// Cut the link from one node to another; the other direction too unless `one_way`.
    Cut {
        /// One end.
        from: NodeId,
        /// The other end.
        to: NodeId,
        /// Whether packets still pass the other way.
        one_way: bool,
    },
    /// Heal what a `Cut` with the same ends cut.
    Heal {
        /// One end.
        from: NodeId,
        /// The other end.
        to: NodeId,
    },
    /// Part this group from all other nodes.
    Partition {
        /// The nodes on one side, ascending.
        group: Vec<NodeId>,
        /// Whether packets still pass into the group (only what it says is lost).
        one_way: bool,
    },
    /// Join this group with the others again.
    Join {
        /// The nodes on one side, ascending.
        group: Vec<NodeId>,
    },
    /// Let a fault do this and nothing else from now on; at the very beginning of a tape, from the start of the run.
    Only {
        /// The fault's id.
        fault: String,
        /// The packets that it may touch.
        packets: Vec<MessageRef>,
        /// What else it may do: of the deeds that it would do to the world those with these numbers, counted from 0.
        deeds: Vec<u32>,
    },
}

/// An act and its place: after a turn, behind those that came after the same turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The turn after which it takes place; 0 is before the first.
    pub after_turn: u64,
    /// What is done.
    pub act: Act,
}

/// The acts of a run in their order. The place among those of one turn is the ordinal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tape {
    actions: Vec<Action>,
}

impl Tape {
    /// A tape of these actions.
    ///
    /// # Errors
    /// When an action stands behind one of a later turn; the message names its place.
    pub fn new(actions: Vec<Action>) -> Result<Self, String> {
        match actions.windows(2).position(|pair| pair[0].after_turn > pair[1].after_turn) {
            None => Ok(Self { actions }),
            Some(place) => Err(format!(
                "action {} of the tape comes after turn {}, which is before turn {} of the action in front of it; \
                 sort the actions by turn",
                place + 2,
                actions[place + 1].after_turn,
                actions[place].after_turn
            )),
        }
    }

    /// All actions in order.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The first `length` actions.
    #[must_use]
    pub fn prefix(&self, length: usize) -> Self {
        Self { actions: self.actions[..length.min(self.actions.len())].to_vec() }
    }

    /// Forgets the actions from `length` on.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.actions.truncate(length);
    }

    /// Adds an action; its turn must not be before that of the last.
    pub(crate) fn push(&mut self, action: Action) {
        assert!(
            self.actions.last().is_none_or(|last| last.after_turn <= action.after_turn),
            "an action is added after the turn that the run is at, which never goes back within a tape"
        );
        self.actions.push(action);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tape_out_of_order_is_refused_by_place() {
        let action = |after_turn| Action { after_turn, act: Act::Crash(NodeId(1)) };
        assert!(Tape::new(vec![action(1), action(1), action(2)]).is_ok());
        let refused = Tape::new(vec![action(1), action(3), action(2)]).unwrap_err();
        assert!(refused.contains("action 3") && refused.contains("turn 2"), "{refused}");
    }
}
