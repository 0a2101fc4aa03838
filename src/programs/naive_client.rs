//! A client that calls as if the relay were a function: no timeout, no frame, and every error unwrapped.
//!
//! # What it does
//! An order `fetch` makes it connect, send its request and read until the connection is closed. Meanwhile further
//! orders wait. A refusal or a reset is an error that its author did not think of: the process panics and does
//! nothing any more.
//!
//! # The assumption it breaks
//! *The network is reliable.* Sending worked, so that the answer will come; the end of the answer will come too.
//!
//! # What to look for
//! Its write succeeds: all it says is that the bytes have left. Then it reads, and there is nothing that could ever
//! wake it: no timer is set. Nobody is told. From then on every call waits behind the one that hangs.
//!
//! # Sources
//! A first port of a ground station's script: `connect().unwrap()`, `write_all().unwrap()`, `read_to_end().unwrap()`. A
//! connection that is asked for and not answered stays so for minutes on Linux (`tcp_syn_retries`), one that has gone
//! silent in the middle for ever.

use serde::Serialize;

use super::ProgramEntry;
use super::careful_client::{DONE, FETCH};
use super::relay::{CONNECT, Call, REQUEST};
use crate::base::NodeId;
use crate::sim::{Context, Incoming, Order, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "naive-client",
    title: "Naive client",
    effect: "connects, writes and reads to the end, without a timeout, and panics at an error",
    doc: crate::module_doc!("naive_client.rs"),
};

/// What stands beside its last event, if it meets an error.
pub const PANIC: &str = "panic";

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct NaiveClient {
    relay: NodeId,
    state: State,
    /// How many calls were begun.
    calls: u32,
    /// How many orders wait for the call that is open.
    waiting: u32,
}

/// Where it is in its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum State {
    /// Between two calls.
    Idle,
    /// `connect().unwrap()`
    Connecting,
    /// `read_to_end().unwrap()`, with so many parts read.
    Reading(u32),
    /// Gone.
    Panicked,
}

impl NaiveClient {
    /// A client of this relay.
    pub fn new(relay: NodeId) -> Self {
        Self { relay, state: State::Idle, calls: 0, waiting: 0 }
    }

    fn call(&mut self, cx: &mut Context<'_>) {
        self.calls += 1;
        self.state = State::Connecting;
        cx.send_nth(self.relay, CONNECT, self.calls, &Call::Connect { call: self.calls });
    }

    fn panic(&mut self, why: &str, cx: &mut Context<'_>) {
        self.state = State::Panicked;
        cx.local_nth(PANIC, self.calls);
        cx.log(&format!("called `Result::unwrap()` on an `Err` value: {why}"));
    }
}

impl Program for NaiveClient {
    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(message) = incoming.read::<Call>() else { return };
        let own = self.calls;
        match (message, self.state) {
            (Call::Accepted { call }, State::Connecting) if call == own => {
                self.state = State::Reading(0);
                cx.send_nth(self.relay, REQUEST, call, &Call::Request { call });
            }
            (Call::Refused { call }, State::Connecting) if call == own => {
                self.panic("connection refused", cx);
            }
            (Call::Reset { call }, State::Reading(_)) if call == own => self.panic("connection reset", cx),
            (Call::Part { call, .. }, State::Reading(parts)) if call == own => {
                self.state = State::Reading(parts + 1);
            }
            (Call::Closed { call }, State::Reading(_)) if call == own => {
                self.state = State::Idle;
                cx.decide_nth(DONE, call);
                if self.waiting > 0 {
                    self.waiting -= 1;
                    self.call(cx);
                }
            }
            _ => {}
        }
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        match self.state {
            _ if order.what != FETCH => {}
            State::Idle => self.call(cx),
            State::Connecting | State::Reading(_) => self.waiting += 1,
            State::Panicked => {}
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Call>()
    }
}
