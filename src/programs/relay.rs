//! A relay that is called: it accepts a connection, takes a request, and answers in parts.
//!
//! # What it does
//! Whoever connects is accepted, or refused while it is full. A request on an open connection is answered after a
//! moment of thought with several parts, one after the other, each of which says how many there are; then the
//! relay closes the connection. Connections are in memory: after a restart it knows none of them, and resets those on
//! which something still comes.
//!
//! # The assumption it breaks
//! That whoever has accepted will answer, and that whoever is silent has failed: the relay may be well and answer
//! others all the time.
//!
//! # What to look for
//! It never learns that a caller has gone. Nor does a caller learn that the relay has forgotten it, unless it says
//! something more.
//!
//! # Sources
//! J. Postel, *Transmission Control Protocol* (RFC 793), section 3.4, half-open connections and resets. A message here
//! stands for a segment that has been repeated as often as it is worth while: what is lost is lost for good.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "relay",
    title: "Relay",
    effect: "accepts calls, thinks for a moment, and answers each in parts",
    doc: crate::module_doc!("relay.rs"),
};

/// The order to refuse new connections; with the number 0, to accept them again.
pub const FULL: &str = "full";

/// What stands beside a caller's connecting.
pub const CONNECT: &str = "connect";

/// What stands beside the acceptance of a connection.
pub const ACCEPTED: &str = "accepted";

/// What stands beside a request.
pub const REQUEST: &str = "request";

/// How many parts an answer has.
pub const PARTS: u16 = 3;

/// How long the relay thinks about a request.
const THINKS: Duration = Duration::millis(200);

/// How long after one part of an answer the next one follows.
const APART: Duration = Duration::millis(100);

/// What callers and relays say. A connection has its caller's number for the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Call {
    /// May I talk to you?
    Connect {
        /// Which call.
        call: u32,
    },
    /// Yes.
    Accepted {
        /// Which call.
        call: u32,
    },
    /// No.
    Refused {
        /// Which call.
        call: u32,
    },
    /// I know of no such connection.
    Reset {
        /// Which call.
        call: u32,
    },
    /// Tell me the satellite's telemetry.
    Request {
        /// Which call.
        call: u32,
    },
    /// A part of it.
    Part {
        /// Which call.
        call: u32,
        /// Which part, counted from 0.
        part: u16,
        /// How many there are: the frame that lets a caller know when it has all.
        of: u16,
        /// What it says.
        telemetry: [u8; 16],
    },
    /// There is no more.
    Closed {
        /// Which call.
        call: u32,
    },
}

/// The program and its memory.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Relay {
    is_full: bool,
    /// The connections that are open, by the caller's node and its number for the call.
    open: BTreeMap<u16, Vec<u32>>,
    /// The answers that are under way.
    answers: Vec<Answer>,
    /// How many answers were begun.
    begun: u32,
}

/// An answer that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Answer {
    nth: u32,
    to: NodeId,
    call: u32,
    /// The part that comes next; as many as there are when the connection is to be closed.
    next: u16,
}

impl Relay {
    fn is_open(&self, from: NodeId, call: u32) -> bool {
        self.open.get(&from.0).is_some_and(|calls| calls.contains(&call))
    }

    fn begin(&mut self, to: NodeId, call: u32, cx: &mut Context<'_>) {
        if self.answers.iter().any(|answer| (answer.to, answer.call) == (to, call)) {
            return;
        }
        self.begun += 1;
        self.answers.push(Answer { nth: self.begun, to, call, next: 0 });
        cx.set_timer(TimerId::new("answer", self.begun), THINKS);
    }

    /// Sends the next part, or closes the connection behind the last.
    fn go_on(&mut self, nth: u32, cx: &mut Context<'_>) {
        let Some(place) = self.answers.iter().position(|answer| answer.nth == nth) else { return };
        let Answer { to, call, next: part, .. } = self.answers[place];
        if part < PARTS {
            let telemetry = [part as u8; 16];
            cx.send_nth(to, "part", u32::from(part) + 1, &Call::Part { call, part, of: PARTS, telemetry });
            cx.set_timer(TimerId::new("answer", nth), APART);
            self.answers[place].next += 1;
        } else {
            cx.send_nth(to, "closed", call, &Call::Closed { call });
            self.answers.remove(place);
            if let Some(calls) = self.open.get_mut(&to.0) {
                calls.retain(|other| *other != call);
            }
        }
    }
}

impl Program for Relay {
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match incoming.read::<Call>() {
            Some(Call::Connect { call }) if self.is_full => {
                cx.send_nth(from, "refused", call, &Call::Refused { call });
            }
            Some(Call::Connect { call }) => {
                let calls = self.open.entry(from.0).or_default();
                if !calls.contains(&call) {
                    calls.push(call);
                }
                cx.send_nth(from, ACCEPTED, call, &Call::Accepted { call });
            }
            Some(Call::Request { call }) if self.is_open(from, call) => self.begin(from, call, cx),
            Some(Call::Request { call }) => cx.send_nth(from, "reset", call, &Call::Reset { call }),
            Some(
                Call::Accepted { .. }
                | Call::Refused { .. }
                | Call::Reset { .. }
                | Call::Part { .. }
                | Call::Closed { .. },
            )
            | None => {}
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        self.go_on(timer.nth, cx);
    }

    fn order(&mut self, order: &Order, _: &mut Context<'_>) {
        if order.what == FULL {
            self.is_full = order.number > 0;
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Call>()
    }
}
