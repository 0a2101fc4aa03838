//! Lets several callers share one line: each in slots of its own, or whoever comes in one queue.
//!
//! # What it does
//! The line carries one frame at a time, each for as long as a slot. As a circuit, the slots go round: each belongs to one
//! caller, whether it has something to send or not, and a caller's frames wait for its own. As a packet network, frames
//! of all callers wait in one queue and the line is never idle while one does. A frame that finds no room is
//! dropped.
//!
//! # The assumption it breaks
//! That a line is either fast or slow. Shared one way, its delay is a promise; shared the other way, it is whatever the
//! others leave.
//!
//! # What to look for
//! `empty slot`: reserved, and used by nobody, while others wait. And `dropped`: the queue's way of saying that there is
//! too much.
//!
//! # Sources
//! Slots: time-division multiplexing as in ITU-T G.704. Packets: P. Baran, *On Distributed Communications Networks*
//! (1964); L. Kleinrock, *Communication Nets* (1964).

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "multiplexer",
    title: "Multiplexer",
    effect: "shares a line between callers, in reserved slots or in one queue",
    doc: crate::module_doc!("multiplexer.rs"),
};

/// What stands beside a slot in which its owner has nothing to send.
pub const EMPTY: &str = "empty slot";

/// What stands beside a frame that finds no room.
pub const DROPPED: &str = "dropped";

const SLOT: TimerId = TimerId::new("slot", 0);

/// A frame on its way to somebody by way of a multiplexer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Who sent it.
    pub from: NodeId,
    /// Which frame of its sender's, counted from 1; the same when it is sent again.
    pub nth: u32,
}

/// How callers share the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Sharing {
    /// Each has slots of its own.
    Circuit,
    /// All wait in one queue.
    Packets,
}

/// A line and who shares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Who sends; slots go round in this order.
    pub callers: Vec<NodeId>,
    /// Where the line leads.
    pub to: NodeId,
    /// How long a frame takes up the line.
    pub slot: Duration,
    /// How many frames may wait: in all, or of each caller where each has slots of its own.
    pub room: usize,
    /// How it is shared.
    pub sharing: Sharing,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Multiplexer {
    line: Line,
    /// What waits: one queue, or one a caller.
    queues: Vec<VecDeque<Frame>>,
    /// Whose slot comes next.
    turn: usize,
    /// What is on the line.
    on_line: Option<Frame>,
    dropped: u32,
}

impl Multiplexer {
    /// A multiplexer of this line, with nothing on it.
    pub fn new(line: Line) -> Self {
        let queues = match line.sharing {
            Sharing::Circuit => line.callers.len(),
            Sharing::Packets => 1,
        };
        Self { line, queues: vec![VecDeque::new(); queues], turn: 0, on_line: None, dropped: 0 }
    }

    /// A slot is over, and the next one's owner has something for it or not.
    fn slot(&mut self, cx: &mut Context<'_>) {
        if let Some(frame) = self.on_line.take() {
            self.send(frame, cx);
        }
        self.on_line = self.queues[self.turn].pop_front();
        if self.on_line.is_none() {
            cx.local_nth(EMPTY, self.turn as u32 + 1);
        }
        self.turn = (self.turn + 1) % self.queues.len();
        cx.set_timer(SLOT, self.line.slot);
    }

    /// The next frame goes onto the line, if it is free.
    fn begin(&mut self, cx: &mut Context<'_>) {
        if self.on_line.is_none()
            && let Some(frame) = self.queues[0].pop_front()
        {
            self.on_line = Some(frame);
            cx.set_timer(SLOT, self.line.slot);
        }
    }

    fn send(&self, frame: Frame, cx: &mut Context<'_>) {
        cx.send_nth(self.line.to, "frame", frame.nth, &frame);
    }
}

impl Program for Multiplexer {
    fn start(&mut self, cx: &mut Context<'_>) {
        if self.line.sharing == Sharing::Circuit {
            cx.set_timer(SLOT, self.line.slot);
        }
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(frame) = incoming.read::<Frame>() else { return };
        let caller = self.line.callers.iter().position(|&caller| caller == from);
        let (Some(caller), sharing) = (caller, self.line.sharing) else { return };
        let queue = &mut self.queues[if sharing == Sharing::Circuit { caller } else { 0 }];
        // One that finds the line free does not wait, and so needs no room.
        let is_free = sharing == Sharing::Packets && self.on_line.is_none();
        if queue.len() >= self.line.room && !is_free {
            self.dropped += 1;
            return cx.local_nth(DROPPED, frame.nth);
        }
        queue.push_back(frame);
        if sharing == Sharing::Packets {
            self.begin(cx);
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        match self.line.sharing {
            Sharing::Circuit => self.slot(cx),
            Sharing::Packets => {
                if let Some(frame) = self.on_line.take() {
                    self.send(frame, cx);
                }
                self.begin(cx);
            }
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Frame>()
    }
}
