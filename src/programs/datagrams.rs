//! Sends frames and forgets them: what arrives arrives.
//!
//! # What it does
//! It makes a frame every so often, or at random with that mean (Poisson), and sends it at once. Nobody answers, and
//! nothing is sent twice.
//!
//! # The assumption it breaks
//! None: it promises nothing. What its user wants to have for certain, the user must see to.
//!
//! # What to look for
//! A frame that is lost is missing, and the next one comes no later for it. That is right for speech, where what is late is
//! of no use, and wrong for a file.
//!
//! # Sources
//! J. Postel, *User Datagram Protocol*, RFC 768 (1980).

use serde::Serialize;

use super::ProgramEntry;
use super::multiplexer::Frame;
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "datagrams",
    title: "Sender of datagrams",
    effect: "sends frames and never asks what became of them",
    doc: crate::module_doc!("datagrams.rs"),
};

/// What stands beside the sending of a frame.
pub const FRAME: &str = "frame";

const NEXT: TimerId = TimerId::new("next", 0);

/// When frames are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Pace {
    /// One after each such time.
    Even(Duration),
    /// At random, with this mean time between two.
    Random(Duration),
}

impl Pace {
    /// The time until the next frame.
    pub(super) fn gap(self, cx: &mut Context<'_>) -> Duration {
        match self {
            Self::Even(every) => every,
            Self::Random(mean) => Duration(cx.chance("gap").exponential(mean.0)),
        }
    }
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Datagrams {
    by_way_of: NodeId,
    pace: Pace,
    sent: u32,
}

impl Datagrams {
    /// A sender by way of this node.
    pub fn new(by_way_of: NodeId, pace: Pace) -> Self {
        Self { by_way_of, pace, sent: 0 }
    }
}

impl Program for Datagrams {
    fn start(&mut self, cx: &mut Context<'_>) {
        let gap = self.pace.gap(cx);
        cx.set_timer(NEXT, gap);
    }

    fn message(&mut self, _: NodeId, _: &Incoming<'_>, _: &mut Context<'_>) {}

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        self.sent += 1;
        cx.send_nth(self.by_way_of, FRAME, self.sent, &Frame { from: cx.me(), nth: self.sent });
        let gap = self.pace.gap(cx);
        cx.set_timer(timer, gap);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Frame>()
    }
}
