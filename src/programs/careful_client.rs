//! A client that calls as one calls over a network: with a limit for each step, and an error for each.
//!
//! # What it does
//! An order `fetch` makes it connect, for two seconds at most, and then send its request and read the answer, for five
//! seconds at most in all. The answer's parts say how many they are, so that it knows when it has them all. Each
//! call ends with a result or with an error that names the step. It does not retry.
//!
//! # The assumption it breaks
//! None of the first and the second: it has stopped believing that an answer comes. It still believes that an address
//! stays what it is, that whoever answers is who it says it is, and that a length that a stranger states may be
//! believed.
//!
//! # What to look for
//! One budget for request and answer together: with one for each part, a relay that sends a part now and then would
//! keep it waiting for ever. That a call timed out says that the client has stopped waiting; the relay may have
//! done all of it. Whether to try again is for those to decide who know what a second time would do.
//!
//! # Sources
//! `timeout(CONNECT_TIMEOUT, …)` and `timeout(REQUEST_TIMEOUT, …)` of tokio, with a frame of `read_exact`. Why retries
//! belong above: J. Saltzer, D. Reed and D. Clark, *End-to-End Arguments in System Design* (1984).

use serde::Serialize;

use super::ProgramEntry;
use super::relay::{CONNECT, Call, REQUEST};
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "careful-client",
    title: "Careful client",
    effect: "connects within 2 s, asks and reads within one budget of 5 s, and says which step failed",
    doc: crate::module_doc!("careful_client.rs"),
};

/// The order to call the relay.
pub const FETCH: &str = "fetch";

/// What stands beside a call's good end.
pub const DONE: &str = "done";

/// What stands beside the end of a call whose connection was not accepted in time.
pub const CONNECT_TIMED_OUT: &str = "connect timed out";

/// What stands beside the end of a call that was refused.
pub const REFUSED: &str = "connection refused";

/// What stands beside the end of a call that the relay did not know any more.
pub const RESET: &str = "connection reset";

/// What stands beside the end of a call whose answer was not complete in time.
pub const REPLY_TIMED_OUT: &str = "reply timed out";

/// How long it waits for a connection.
pub const CONNECT_WITHIN: Duration = Duration::secs(2);

/// How long request and answer may take together.
pub const BUDGET: Duration = Duration::secs(5);

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct CarefulClient {
    relay: NodeId,
    state: State,
    /// How many calls were begun.
    calls: u32,
    /// How many orders wait for the call that is open.
    waiting: u32,
    /// How many messages came for calls that had ended.
    late: u32,
}

/// The step of its call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum State {
    Idle,
    Connecting,
    /// The parts that are there.
    Reading(Vec<u16>),
}

impl CarefulClient {
    /// A client of this relay.
    pub fn new(relay: NodeId) -> Self {
        Self { relay, state: State::Idle, calls: 0, waiting: 0, late: 0 }
    }

    fn call(&mut self, cx: &mut Context<'_>) {
        self.calls += 1;
        self.state = State::Connecting;
        cx.send_nth(self.relay, CONNECT, self.calls, &Call::Connect { call: self.calls });
        cx.set_timer(TimerId::new(CONNECT, self.calls), CONNECT_WITHIN);
    }

    fn accepted(&mut self, cx: &mut Context<'_>) {
        cx.cancel_timer(TimerId::new(CONNECT, self.calls));
        self.state = State::Reading(Vec::new());
        cx.send_nth(self.relay, REQUEST, self.calls, &Call::Request { call: self.calls });
        cx.set_timer(TimerId::new("budget", self.calls), BUDGET);
    }

    /// The call returns.
    fn end(&mut self, how: &'static str, cx: &mut Context<'_>) {
        cx.cancel_timer(TimerId::new(CONNECT, self.calls));
        cx.cancel_timer(TimerId::new("budget", self.calls));
        cx.decide_nth(how, self.calls);
        self.state = State::Idle;
        if self.waiting > 0 {
            self.waiting -= 1;
            self.call(cx);
        }
    }
}

impl Program for CarefulClient {
    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(message) = incoming.read::<Call>() else { return };
        let own = self.calls;
        match (message, &mut self.state) {
            (Call::Accepted { call }, State::Connecting) if call == own => self.accepted(cx),
            (Call::Refused { call }, State::Connecting) if call == own => self.end(REFUSED, cx),
            (Call::Reset { call }, State::Reading(_)) if call == own => self.end(RESET, cx),
            (Call::Part { call, part, of, .. }, State::Reading(parts)) if call == own => {
                if !parts.contains(&part) {
                    parts.push(part);
                }
                if parts.len() == usize::from(of) {
                    self.end(DONE, cx);
                }
            }
            // Its answer is complete without it.
            (Call::Closed { .. }, _) => {}
            _ => self.late += 1,
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        // One that ran out while the process was paused may come after what would have cancelled it.
        match &self.state {
            _ if timer.nth != self.calls => {}
            State::Connecting if timer.name == CONNECT => self.end(CONNECT_TIMED_OUT, cx),
            State::Reading(_) if timer.name != CONNECT => self.end(REPLY_TIMED_OUT, cx),
            State::Idle | State::Connecting | State::Reading(_) => {}
        }
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        match self.state {
            _ if order.what != FETCH => {}
            State::Idle => self.call(cx),
            State::Connecting | State::Reading(_) => self.waiting += 1,
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Call>()
    }
}
