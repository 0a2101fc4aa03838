//! Faults that may do some of what they would do and nothing else, so that a failing run can be made smaller.
//!
//! What a fault does is of two kinds: it touches packets, which are named as on the tape, and it does deeds to the
//! world, such as a crash or a step of a clock, which are counted in the order in which it would do them, whether they
//! are carried out or not. What puts right what it did before is no deed: without the deed there is nothing to put
//! right. Chance is drawn per cause, so that what is left behaves as it did.
//! Must not know which faults exist, nor why they are held back.

use super::super::fault::WorldAct;
use super::super::tape::{Act, MessageRef};
use super::Engine;
use crate::base::MessageId;

/// What a fault may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Only {
    /// The packets that it may touch, ascending.
    packets: Vec<MessageRef>,
    /// The deeds that it may do, ascending.
    deeds: Vec<u32>,
}

impl Only {
    /// Whether it may touch a packet.
    pub(super) fn may_touch(&self, packet: &MessageRef) -> bool {
        self.packets.binary_search(packet).is_ok()
    }

    /// As numbers that say whether two states are the same.
    pub(super) fn numbers(&self) -> Vec<i64> {
        let packet = |p: &MessageRef| [p.from.0.into(), p.to.0.into(), p.nth.into(), p.copy.into()];
        let count = self.packets.len() as i64;
        let deeds = self.deeds.iter().map(|deed| i64::from(*deed));
        std::iter::once(count).chain(self.packets.iter().flat_map(packet)).chain(deeds).collect()
    }
}

impl Engine {
    /// How many deeds a fault has wanted to do so far: see [`Act::Only`].
    pub fn deeds(&self, fault: &str) -> u32 {
        self.slot(fault).map_or(0, |slot| self.state.faults[slot].deeds)
    }

    /// What the tape begins with may hold faults back from the very start, before they begin.
    pub(super) fn hold_back_from_the_start(&mut self) {
        for place in 0..self.tape.actions().len() {
            let action = self.tape.actions()[place].clone();
            let Act::Only { fault, packets, deeds } = action.act else { return };
            let Some(slot) = self.slot(&fault).filter(|_| action.after_turn == 0) else { return };
            self.hold_back(slot, &packets, &deeds);
            self.state.actions = place + 1;
        }
    }

    /// From now on a fault touches these packets and does these deeds, and nothing else.
    pub(super) fn hold_back(&mut self, slot: usize, packets: &[MessageRef], deeds: &[u32]) {
        let mut only = Only { packets: packets.to_vec(), deeds: deeds.to_vec() };
        only.packets.sort_unstable();
        only.deeds.sort_unstable();
        self.state.faults[slot].only = Some(Box::new(only));
    }

    /// Counts a deed that a fault wants to do, and says whether it may. What is no deed it always may.
    pub(super) fn may_do(&mut self, slot: usize, act: &WorldAct) -> bool {
        let is_deed = match act {
            WorldAct::Act(act) => {
                !matches!(act, Act::Restart(_) | Act::Resume(_) | Act::Heal { .. } | Act::Join { .. })
            }
            WorldAct::Disconnect(..)
            | WorldAct::Step(..)
            | WorldAct::Source(..)
            | WorldAct::Slew(..)
            | WorldAct::Drift(..)
            | WorldAct::Codec(..)
            | WorldAct::Install(..)
            | WorldAct::Ask(_) => true,
            WorldAct::Connect(_)
            | WorldAct::Wake(..)
            | WorldAct::Sleep
            | WorldAct::Spare(_)
            | WorldAct::Release(..)
            | WorldAct::Lose(..) => false,
        };
        let fault = &mut self.state.faults[slot];
        let nth = fault.deeds;
        fault.deeds += u32::from(is_deed);
        !is_deed || fault.only.as_ref().is_none_or(|only| only.deeds.binary_search(&nth).is_ok())
    }

    /// Whether a fault may make a node's processor slower: for a message that it may touch, or, if it is not held back,
    /// for anything.
    pub(super) fn may_slow(&self, slot: usize, about: Option<(MessageId, u16)>) -> bool {
        let Some(only) = &self.state.faults[slot].only else { return true };
        about.is_some_and(|(message, copy)| only.may_touch(&self.trace.message_ref(message, copy)))
    }
}
