//! A general who wants to attack together with another or not at all, and can only send messengers.
//!
//! # What it does
//! An order `war` makes the first general send a messenger. Each messenger that comes is answered by another, until
//! as many acknowledgements were sent as both have agreed on. At the order `dawn` each decides by what came: either
//! every messenger that was due to it must have come, or one of them, as the scene has it. The first general, to
//! whom none is due when there are no acknowledgements, attacks then in any case.
//!
//! # The assumption it breaks
//! The network is reliable, and with it: enough acknowledgements make certain.
//!
//! # What to look for
//! Whoever sends the last messenger decides without knowing whether it came. One more acknowledgement makes another
//! the last, and moves the doubt to the other hill.
//!
//! # Sources
//! Akkoyunlu, Ekanadham and Huber 1975, "Some Constraints and Tradeoffs in the Design of Network Communications";
//! "Notes on Data Base Operating Systems" (1978) for the generals; Halpern and Moses 1990, "Knowledge and
//! Common Knowledge in a Distributed Environment", for why no number is enough.

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Draw, NodeId};
use crate::sim::{Context, Incoming, Order, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "general",
    title: "General",
    effect: "agrees by messengers on whether to attack, with so many acknowledgements",
    doc: crate::module_doc!("general.rs"),
};

/// The order to begin.
pub const WAR: &str = "war";

/// The order to decide.
pub const DAWN: &str = "dawn";

/// What stands beside the sending and the receiving of a messenger; the number says which it is, counted from 1.
pub const MESSENGER: &str = "messenger";

/// What stands beside the decision to attack.
pub const ATTACK: &str = "attack";

/// What stands beside the decision not to.
pub const STAY: &str = "stay";

/// When a general attacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Rule {
    /// If every messenger that was due came.
    All,
    /// If one of those that were due came.
    One,
}

/// What a messenger carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// Which messenger it is, counted from 1.
    pub nth: u32,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct General {
    other: NodeId,
    is_first: bool,
    acknowledgements: u32,
    rule: Rule,
    /// The numbers of the messengers that came.
    came: Vec<u32>,
}

impl General {
    /// The first or the second general, who have agreed on so many acknowledgements.
    pub fn new(other: NodeId, is_first: bool, acknowledgements: u32, rule: Rule) -> Self {
        Self { other, is_first, acknowledgements, rule, came: Vec::new() }
    }

    /// How many messengers are due to it if none is captured.
    fn due(&self) -> usize {
        let all = self.acknowledgements as usize + 1;
        if self.is_first { all / 2 } else { all.div_ceil(2) }
    }

    fn attacks(&self) -> bool {
        match self.rule {
            Rule::All => self.came.len() == self.due(),
            Rule::One => self.came.len() >= self.due().min(1),
        }
    }

    fn send(&self, nth: u32, cx: &mut Context<'_>) {
        cx.send_nth(self.other, MESSENGER, nth, &Word { nth });
    }
}

impl Program for General {
    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Word { nth }) = incoming.read() else { return };
        // The odd ones go to the second general, the even ones to the first.
        let is_due = nth > 0 && nth <= self.acknowledgements + 1 && (nth % 2 == 0) == self.is_first;
        if is_due && !self.came.contains(&nth) {
            self.came.push(nth);
            if nth <= self.acknowledgements {
                self.send(nth + 1, cx);
            }
        }
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        match order.what {
            WAR => self.send(1, cx),
            DAWN => cx.decide(if self.attacks() { ATTACK } else { STAY }),
            _ => {}
        }
    }

    /// Lies about which messenger it is.
    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        sent.altered(|word: &mut Word| {
            word.nth = lie.between(1, 8) as u32;
            Some(())
        })
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}
