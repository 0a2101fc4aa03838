//! The tape as rows: flat objects that say in their own words what a hand did.
//!
//! A row has `after_turn`, `act` and what the act is about. The form is this file's and not the simulator's,
//! so that a change inside cannot change an export by accident. Must not know how an act is carried out.

use serde::Serialize;

use crate::base::NodeId;
use crate::sim::{Act, Action, MessageRef, Tape};

/// An action: `{"after_turn":3,"act":"drop","message":{"from":0,"to":1,"nth":0,"copy":0}}`.
#[derive(Serialize)]
pub(super) struct ActionRow<'a> {
    after_turn: u64,
    #[serde(flatten)]
    act: ActRow<'a>,
}

#[derive(Serialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
enum ActRow<'a> {
    Assume { fault: &'a str, held: bool },
    Turn { fault: &'a str, dial: &'a str, value: i64 },
    Deliver { message: MessageRef },
    Drop { message: MessageRef },
    Duplicate { message: MessageRef },
    Delay { message: MessageRef, by_ns: u64 },
    Choose { message: MessageRef },
    ChooseTimer { node: NodeId },
    Crash { node: NodeId },
    CrashAfter { node: NodeId, commands: u16 },
    Restart { node: NodeId },
    Pause { node: NodeId },
    Resume { node: NodeId },
    SetClock { node: NodeId, wall_ns: i64 },
    SetSpeed { node: NodeId, input_ns: u64 },
    Cut { from: NodeId, to: NodeId, one_way: bool },
    Heal { from: NodeId, to: NodeId },
    Partition { group: &'a [NodeId], one_way: bool },
    Join { group: &'a [NodeId] },
    Only { fault: &'a str, messages: &'a [MessageRef], deeds: &'a [u32] },
}

/// The rows of a tape, in order.
pub(super) fn rows(tape: &Tape) -> Vec<ActionRow<'_>> {
    tape.actions().iter().map(ActionRow::from).collect()
}

impl<'a> From<&'a Action> for ActionRow<'a> {
    fn from(action: &'a Action) -> Self {
        Self { after_turn: action.after_turn, act: (&action.act).into() }
    }
}

impl<'a> From<&'a Act> for ActRow<'a> {
    fn from(act: &'a Act) -> Self {
        match act {
            Act::Assume { fault, held } => Self::Assume { fault, held: *held },
            Act::Turn { fault, dial, value } => Self::Turn { fault, dial, value: *value },
            Act::Deliver(message) => Self::Deliver { message: *message },
            Act::Drop(message) => Self::Drop { message: *message },
            Act::Duplicate(message) => Self::Duplicate { message: *message },
            Act::Delay(message, by) => Self::Delay { message: *message, by_ns: by.0 },
            Act::Choose(message) => Self::Choose { message: *message },
            Act::ChooseTimer(node) => Self::ChooseTimer { node: *node },
            Act::Crash(node) => Self::Crash { node: *node },
            Act::CrashAfter(node, commands) => Self::CrashAfter { node: *node, commands: *commands },
            Act::Restart(node) => Self::Restart { node: *node },
            Act::Pause(node) => Self::Pause { node: *node },
            Act::Resume(node) => Self::Resume { node: *node },
            Act::SetClock(node, reading) => Self::SetClock { node: *node, wall_ns: reading.0 },
            Act::SetSpeed(node, cost) => Self::SetSpeed { node: *node, input_ns: cost.0 },
            Act::Cut { from, to, one_way } => Self::Cut { from: *from, to: *to, one_way: *one_way },
            Act::Heal { from, to } => Self::Heal { from: *from, to: *to },
            Act::Partition { group, one_way } => Self::Partition { group, one_way: *one_way },
            Act::Join { group } => Self::Join { group },
            Act::Only { fault, packets, deeds } => Self::Only { fault, messages: packets, deeds },
        }
    }
}
