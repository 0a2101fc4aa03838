//! Sends frames until they are acknowledged, as fast as the network seems to bear.
//!
//! # What it does
//! It makes a frame every so often. As many as the congestion window allows are under way; the others wait here. The
//! far end acknowledges up to which frame it has all. What three acknowledgements in a row say is missing is sent again
//! at once; what is not acknowledged within the time of RFC 6298 too. Each loss makes the window smaller.
//!
//! # The assumption it breaks
//! That a reliable stream bounds anything. Nothing is missing in the end; when the end is, nobody says.
//!
//! # What to look for
//! `made 7` and `delivered 7`: how far they are apart, and how that differs from frame to frame. After a loss the frames
//! behind it wait at the far end, and those not sent yet wait here, for the window is half of what it was.
//!
//! # Sources
//! Congestion control: RFC 5681, and RFC 6582 for what is sent again in a recovery. The timer: RFC 6298.

mod window;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use super::datagrams::{FRAME, Pace};
use super::detectors::Rfc6298;
use super::multiplexer::Frame;
use crate::base::{Duration, MonotonicReading, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};
use window::Window;

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "stream",
    title: "Sender of a stream",
    effect: "sends again what is not acknowledged, within a congestion window",
    doc: crate::module_doc!("stream.rs"),
};

/// What stands beside the making of a frame.
pub const MADE: &str = "made";

/// What stands beside a frame that is sent once more.
pub const AGAIN: &str = "again";

const NEXT: TimerId = TimerId::new("next", 0);
const LOST: TimerId = TimerId::new("timeout", 0);

/// What the far end says of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ack {
    /// The number of the first frame that is missing there.
    pub missing: u32,
}

/// Up to so many frames the window grows fast at first.
const THRESHOLD: u32 = 16;
/// How long to wait for the first acknowledgement, and the least that is waited for any.
const FIRST: Duration = Duration::secs(1);
const FLOOR: Duration = Duration::millis(200);
/// How many acknowledgements that say the same tell of a loss.
const SAME: u32 = 3;

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Stream {
    by_way_of: NodeId,
    pace: Pace,
    /// How many frames were made, and how many of them were sent at least once.
    made: u32,
    sent: u32,
    window: Window,
    timer: Rfc6298,
    /// What was sent and not acknowledged, in order.
    under_way: VecDeque<Sent>,
    /// How many acknowledgements in a row have said nothing new.
    same: u32,
    /// While it recovers from a loss: the last frame that was sent when the loss was seen.
    recovers_to: Option<u32>,
}

/// A frame that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Sent {
    nth: u32,
    at: MonotonicReading,
    was_repeated: bool,
}

impl Stream {
    /// A sender by way of this node.
    pub fn new(by_way_of: NodeId, pace: Pace) -> Self {
        Self {
            by_way_of,
            pace,
            made: 0,
            sent: 0,
            window: Window::new(THRESHOLD),
            timer: Rfc6298::new(4_000, FLOOR, FIRST),
            under_way: VecDeque::new(),
            same: 0,
            recovers_to: None,
        }
    }

    /// Sends what was made and not sent yet, as far as the window allows.
    fn send(&mut self, cx: &mut Context<'_>) {
        while self.sent < self.made && self.under_way.len() < self.window.frames() as usize {
            self.sent += 1;
            let nth = self.sent;
            if self.under_way.is_empty() {
                cx.set_timer(LOST, self.timer.patience());
            }
            self.under_way.push_back(Sent { nth, at: cx.monotonic(), was_repeated: false });
            cx.send_nth(self.by_way_of, FRAME, nth, &Frame { from: cx.me(), nth });
        }
    }

    /// Sends the first frame that is missing once more.
    fn send_again(&mut self, cx: &mut Context<'_>) {
        if let Some(first) = self.under_way.front_mut() {
            first.was_repeated = true;
            let nth = first.nth;
            let frame = Frame { from: cx.me(), nth };
            cx.again(true).send_nth(self.by_way_of, AGAIN, nth, &frame);
        }
    }

    /// Everything before `missing` is there.
    fn acknowledged(&mut self, missing: u32, cx: &mut Context<'_>) {
        let mut newest = None;
        while let Some(&first) = self.under_way.front()
            && first.nth < missing
        {
            newest = Some(first);
            self.under_way.pop_front();
            // After a timeout it grows while it recovers; after a fast one it stays at the half.
            if self.recovers_to.is_none() || self.window.is_below_threshold() {
                self.window.grow();
            }
        }
        if let Some(Sent { at, was_repeated, .. }) = newest {
            self.timer.heard(cx.monotonic().since(at), was_repeated);
        }
        self.same = 0;
        match self.recovers_to {
            // What was missing is there, and the next one is missing too (RFC 6582, section 3.2).
            Some(last) if missing <= last => self.send_again(cx),
            Some(_) => self.recovers_to = None,
            None => {}
        }
        match self.under_way.is_empty() {
            true => cx.cancel_timer(LOST),
            false => cx.set_timer(LOST, self.timer.patience()),
        }
    }

    /// Somebody behind it got through, and the first is still missing.
    fn nothing_new(&mut self, cx: &mut Context<'_>) {
        self.same += 1;
        if self.same == SAME && self.recovers_to.is_none() {
            self.recovers_to = Some(self.sent);
            self.window.halve(self.under_way.len() as u32);
            self.send_again(cx);
        }
    }
}

impl Program for Stream {
    fn start(&mut self, cx: &mut Context<'_>) {
        let gap = self.pace.gap(cx);
        cx.set_timer(NEXT, gap);
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Ack { missing }) = incoming.read() else { return };
        match self.under_way.front() {
            Some(first) if missing > first.nth => self.acknowledged(missing, cx),
            Some(first) if missing == first.nth => self.nothing_new(cx),
            _ => {}
        }
        self.send(cx);
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if timer == NEXT {
            self.made += 1;
            cx.local_nth(MADE, self.made);
            let gap = self.pace.gap(cx);
            cx.set_timer(NEXT, gap);
            return self.send(cx);
        }
        self.timer.timed_out();
        self.window.collapse(self.under_way.len() as u32);
        self.recovers_to = Some(self.sent);
        self.same = 0;
        self.send_again(cx);
        if !self.under_way.is_empty() {
            cx.set_timer(LOST, self.timer.patience());
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Frame>().or_else(|| incoming.explain::<Ack>())
    }
}
