//! Asks for one thing, waits a while, gives up, and asks again: the observer who has to judge by silence.
//!
//! # What it does
//! Some time after the start it sends its request. What is not answered within the patience counts as given up; after
//! a rest the request is sent again, with the same number, as often as the scene says. The first answer is taken; any
//! further one is counted. An asker may also ask at other times, to be another's witness.
//!
//! # The assumption it breaks
//! That silence has one meaning.
//!
//! # What to look for
//! Up to its giving up an asker has nothing to judge by but its own request and its own timer.
//!
//! # Sources
//! Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 8, "Faults and partial failures".

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Draw, Duration, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "asker",
    title: "Asker",
    effect: "asks, gives up after a while, and asks again",
    doc: crate::module_doc!("asker.rs"),
};

/// What stands beside a request.
pub const REQUEST: &str = "request";

/// What stands beside an answer.
pub const ANSWER: &str = "answer";

/// What stands beside the giving up on a request; the number says on which, counted from 1.
pub const GAVE_UP: &str = "gave up";

/// What stands beside the decision that it is done.
pub const ANSWERED: &str = "answered";

const ASK: TimerId = TimerId::new("ask", 0);
const TIMEOUT: TimerId = TimerId::new("timeout", 0);

/// What askers and workers say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// Please do this.
    Request {
        /// Which of the asker's errands it is: the same when it is asked for again.
        errand: u32,
    },
    /// It is done.
    Answer {
        /// Which errand.
        errand: u32,
    },
}

/// How an asker goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Patience {
    /// When it asks first, after the start.
    pub first: Duration,
    /// How long it waits for an answer.
    pub waits: Duration,
    /// How long after giving up it asks again.
    pub rests: Duration,
    /// How often it asks at most.
    pub times: u32,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Asker {
    of: NodeId,
    patience: Patience,
    /// How often it has asked.
    asked: u32,
    /// How many answers came.
    answers: u32,
}

impl Asker {
    /// One that asks `of` for something.
    pub fn new(of: NodeId, patience: Patience) -> Self {
        Self { of, patience, asked: 0, answers: 0 }
    }
}

impl Program for Asker {
    fn start(&mut self, cx: &mut Context<'_>) {
        cx.set_timer(ASK, self.patience.first);
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        if let Some(Errand::Answer { .. }) = incoming.read() {
            self.answers += 1;
            if self.answers == 1 {
                cx.cancel_timer(TIMEOUT);
                cx.cancel_timer(ASK);
                cx.decide(ANSWERED);
            }
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if timer == ASK {
            self.asked += 1;
            cx.again(self.asked > 1).send_nth(self.of, REQUEST, self.asked, &Errand::Request { errand: 1 });
            cx.set_timer(TIMEOUT, self.patience.waits);
            return;
        }
        cx.local_nth(GAVE_UP, self.asked);
        if self.asked < self.patience.times {
            cx.set_timer(ASK, self.patience.rests);
        }
    }

    /// Lies about which errand it is about.
    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        forged(sent, lie)
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Errand>()
    }
}

/// Another errand instead of the one that was meant.
pub(super) fn forged(sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
    sent.altered(|(Errand::Request { errand } | Errand::Answer { errand })| {
        *errand = lie.between(2, 1_000) as u32;
        Some(())
    })
}
