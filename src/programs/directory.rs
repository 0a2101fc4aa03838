//! Knows where a service is now: its instances say so themselves, and whoever stops saying so is forgotten.
//!
//! # What it does
//! An instance that serves registers now and then. A lookup is answered with those that registered within the last
//! so many seconds, the newest first.
//!
//! # The assumption it breaks
//! That an address is a property of a service. It is an observation, with a date.
//!
//! # What to look for
//! How long after a move the old address is still given out, and who goes on using it after that.
//!
//! # Sources
//! Time to live of a record: P. Mockapetris, RFC 1035 (1987), section 3.2.1. Registrations that lapse: *Leases*, in
//! the proceedings of SOSP (1989).

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Duration, MonotonicReading, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "directory",
    title: "Directory",
    effect: "tells where a service is, as far as its instances have said so",
    doc: crate::module_doc!("directory.rs"),
};

/// What stands beside a registration.
pub const REGISTER: &str = "register";

/// What stands beside a lookup.
pub const LOOK_UP: &str = "look up";

/// What stands beside the answer to a lookup.
pub const RECORD: &str = "record";

/// What stands beside a call of the service.
pub const CALL: &str = "call";

/// What stands beside the service's answer.
pub const ANSWER: &str = "answer";

/// The orders to an instance to begin and to stop serving.
pub const SERVE: &str = "serve";
/// See [`SERVE`].
pub const LEAVE: &str = "leave";

/// What directory, instances and callers say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// I serve.
    Register,
    /// Who serves?
    LookUp,
    /// These do, the newest first.
    Record {
        /// Their addresses.
        at: Vec<NodeId>,
    },
    /// Please do this.
    Call {
        /// The caller's number for it.
        call: u32,
    },
    /// Done.
    Answer {
        /// Which call.
        call: u32,
    },
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Directory {
    lapses: Duration,
    /// Who registered, and when last; the newest comer in front.
    known: Vec<(NodeId, MonotonicReading)>,
}

impl Directory {
    /// One that forgets who has not registered for so long.
    pub fn new(lapses: Duration) -> Self {
        Self { lapses, known: Vec::new() }
    }
}

impl Program for Directory {
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let now = cx.monotonic();
        let lapses = self.lapses;
        match incoming.read::<Word>() {
            Some(Word::Register) => match self.known.iter_mut().find(|(node, _)| *node == from) {
                Some((_, at)) => *at = now,
                None => self.known.insert(0, (from, now)),
            },
            Some(Word::LookUp) => {
                self.known.retain(|(_, at)| now.since(*at) <= lapses);
                let at = self.known.iter().map(|(node, _)| *node).collect();
                // The answer goes to where the question came from.
                cx.look_up(from);
                cx.send(from, RECORD, &Word::Record { at });
            }
            _ => {}
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}

const REGISTERS: TimerId = TimerId::new("register", 0);

/// An instance of the service, at the address of its node.
#[derive(Clone, Debug, Serialize)]
pub struct Instance {
    directory: NodeId,
    every: Duration,
    serves: bool,
    served: u32,
}

impl Instance {
    /// One that serves from the start, or not, and registers every so often while it does.
    pub fn new(directory: NodeId, every: Duration, serves: bool) -> Self {
        Self { directory, every, serves, served: 0 }
    }

    fn register(&self, cx: &mut Context<'_>) {
        if self.serves {
            // Nobody answers it, so that nobody would tell that the address is out of date.
            cx.look_up(self.directory);
            cx.send(self.directory, REGISTER, &Word::Register);
            cx.set_timer(REGISTERS, self.every);
        }
    }
}

impl Program for Instance {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.register(cx);
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        // At an address that is out of use there is nobody to say so.
        if self.serves
            && let Some(Word::Call { call }) = incoming.read()
        {
            self.served += 1;
            // The answer goes to where the question came from.
            cx.look_up(from);
            cx.send_nth(from, ANSWER, call, &Word::Answer { call });
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        self.register(cx);
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        match order.what {
            SERVE => self.serves = true,
            LEAVE => self.serves = false,
            _ => return,
        }
        cx.local(order.what);
        self.register(cx);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}
