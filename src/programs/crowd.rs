//! Many clients behind one line: requests at random, a limit for each attempt, and a retry at once.
//!
//! # What it does
//! Requests come at random (Poisson), so many a second. Each is asked of the front and waits for its answer as long as
//! the patience lasts; then it is asked again at once, as often as the attempts allow, and then given up. One that is
//! refused waits as long before it comes again. A front may say how many requests it wants from here at a time: the
//! others are held back here, and cost nobody anything.
//!
//! # The assumption it breaks
//! That asking again is free. Each attempt is load like any other, and most come when there is too much of it.
//!
//! # What to look for
//! The labels: `ask 12` a second and a third time. The answer to the first attempt may come after the second was
//! asked; then the work for the second is done for nobody.
//!
//! # Sources
//! Load amplified by retries: *Site Reliability Engineering* (Beyer and others 2016), chapter 22, "Addressing Cascading
//! Failures". States that stay bad after their cause is gone: N. Bronson and others, *Metastable Failures in Distributed
//! Systems* (HotOS 2021).

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "crowd",
    title: "Crowd of clients",
    effect: "asks at random and asks again whatever is not answered in time",
    doc: crate::module_doc!("crowd.rs"),
};

/// What stands beside an attempt; the number is the request's.
pub const ASK: &str = "ask";

/// What stands beside the answer to a request.
pub const ANSWER: &str = "answer";

/// What stands beside the word that a request was turned away.
pub const BUSY: &str = "busy";

/// What stands beside the good end of a request.
pub const SERVED: &str = "served";

/// What stands beside the end of a request that was not answered in any of its attempts.
pub const GAVE_UP: &str = "gave up";

/// What stands beside word of how many requests may be open at a time.
pub const ROOM: &str = "room";

/// The order to send no new requests any more.
pub const CLOSE: &str = "close";

const NEXT: TimerId = TimerId::new("next", 0);
const TIMEOUT: &str = "timeout";
const AGAIN: &str = "again";

/// What a crowd and its front say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Talk {
    /// Please do this.
    Ask {
        /// The request, counted by who asks: the same in each attempt.
        request: u32,
        /// Whether it matters more than most.
        is_critical: bool,
    },
    /// It is done.
    Answer {
        /// Which request.
        request: u32,
    },
    /// There is no time for it.
    Busy {
        /// Which request.
        request: u32,
    },
    /// Have no more than so many requests open from now on.
    Room {
        /// How many.
        at_once: u32,
    },
}

/// How a crowd goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Habits {
    /// The mean time between two requests.
    pub every: Duration,
    /// How long an attempt may take.
    pub patience: Duration,
    /// How many attempts there are.
    pub attempts: u32,
    /// Each so-manieth request is a critical one.
    pub critical: u32,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Crowd {
    front: NodeId,
    habits: Habits,
    /// How many requests there were so far.
    requests: u32,
    /// How many of them may be open at a time, if the front has said so.
    room: Option<u32>,
    open: Vec<Open>,
    served: u32,
    gave_up: u32,
    is_closed: bool,
}

/// A request that waits for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Open {
    request: u32,
    /// How many attempts were made; none while it is held back.
    attempts: u32,
}

impl Crowd {
    /// A crowd before this front.
    pub fn new(front: NodeId, habits: Habits) -> Self {
        Self {
            front,
            habits,
            requests: 0,
            room: None,
            open: Vec::new(),
            served: 0,
            gave_up: 0,
            is_closed: false,
        }
    }

    fn wait(&self, cx: &mut Context<'_>) {
        let gap = cx.chance("gap").exponential(self.habits.every.0);
        cx.set_timer(NEXT, Duration(gap));
    }

    /// Asks the front, for the first time or again.
    fn ask(&mut self, request: u32, cx: &mut Context<'_>) {
        if let Some(open) = self.open.iter_mut().find(|open| open.request == request) {
            open.attempts += 1;
            let is_critical = request.is_multiple_of(self.habits.critical.max(1));
            cx.again(open.attempts > 1).send_nth(
                self.front,
                ASK,
                request,
                &Talk::Ask { request, is_critical },
            );
            cx.set_timer(TimerId::new(TIMEOUT, request), self.habits.patience);
        }
    }

    /// Asks what was held back, as far as there is room for it now.
    fn ask_held(&mut self, cx: &mut Context<'_>) {
        let asked = self.open.iter().filter(|open| open.attempts > 0).count();
        let room = self.room.map_or(usize::MAX, |room| room as usize).saturating_sub(asked);
        let held = self.open.iter().filter(|open| open.attempts == 0).map(|open| open.request);
        let held: Vec<u32> = held.take(room).collect();
        held.into_iter().for_each(|request| self.ask(request, cx));
    }

    /// Whether it was open until now.
    fn close(&mut self, request: u32, cx: &mut Context<'_>) -> bool {
        let before = self.open.len();
        self.open.retain(|open| open.request != request);
        cx.cancel_timer(TimerId::new(TIMEOUT, request));
        cx.cancel_timer(TimerId::new(AGAIN, request));
        self.open.len() < before
    }

    fn give_up(&mut self, request: u32, cx: &mut Context<'_>) {
        if self.close(request, cx) {
            self.gave_up += 1;
            cx.decide_nth(GAVE_UP, request);
        }
    }
}

impl Program for Crowd {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.wait(cx);
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match incoming.read::<Talk>() {
            Some(Talk::Answer { request }) => {
                if self.close(request, cx) {
                    self.served += 1;
                    cx.decide_nth(SERVED, request);
                }
            }
            // The timer runs on: it says when the next attempt may be made.
            Some(Talk::Busy { request }) if self.open.iter().any(|open| open.request == request) => {
                cx.cancel_timer(TimerId::new(TIMEOUT, request));
                cx.set_timer(TimerId::new(AGAIN, request), self.habits.patience);
            }
            Some(Talk::Room { at_once }) => self.room = Some(at_once.max(1)),
            Some(Talk::Busy { .. } | Talk::Ask { .. }) | None => {}
        }
        self.ask_held(cx);
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if timer == NEXT {
            if self.is_closed {
                return;
            }
            self.requests += 1;
            self.open.push(Open { request: self.requests, attempts: 0 });
            // It counts from now, asked or held back.
            cx.set_timer(TimerId::new(TIMEOUT, self.requests), self.habits.patience);
            self.wait(cx);
        } else {
            let attempts = self.open.iter().find(|open| open.request == timer.nth).map(|open| open.attempts);
            match attempts {
                Some(attempts) if attempts > 0 && attempts < self.habits.attempts => self.ask(timer.nth, cx),
                Some(_) => self.give_up(timer.nth, cx),
                None => {}
            }
        }
        self.ask_held(cx);
    }

    fn order(&mut self, order: &Order, _: &mut Context<'_>) {
        self.is_closed |= order.what == CLOSE;
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Talk>()
    }
}
