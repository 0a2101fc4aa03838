//! Visits a server now and then, by a certificate that has a date, and wants all parts of the page in time.
//!
//! # What it does
//! Every so often it asks one of the servers, in turn, and waits for all parts of the answer. A visit is served when the
//! last part is there, refused when the server finds the date wrong, and late otherwise.
//!
//! # The assumption it breaks
//! That a page that does not come is the server's fault.
//!
//! # What to look for
//! What is missing of a late visit: the question, one part, the last parts, or nothing but time.
//!
//! # Sources
//! Certificates with dates: RFC 5280, section 4.1.2.5.

use serde::Serialize;

use super::ProgramEntry;
use super::pair::{PARTS, Word};
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "visitor",
    title: "Visitor",
    effect: "wants a page of several parts in time, and shows a dated certificate",
    doc: crate::module_doc!("visitor.rs"),
};

/// What stands beside a visit.
pub const VISIT: &str = "visit";

/// What stands beside the good end of a visit.
pub const SERVED: &str = "served";

/// What stands beside the end of one that was refused for its date.
pub const REFUSED: &str = "refused";

/// What stands beside the end of one that was not complete in time.
pub const LATE: &str = "late";

const NEXT: TimerId = TimerId::new("next", 0);
const TIMEOUT: TimerId = TimerId::new("timeout", 0);

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Visitor {
    servers: Vec<NodeId>,
    every: Duration,
    patience: Duration,
    visits: u32,
    /// The visit that is open, and the parts of its answer that are there.
    open: Option<(u32, Vec<u32>)>,
}

impl Visitor {
    /// A visitor of these servers, every so often and each time with so much patience, which must be less.
    pub fn new(servers: Vec<NodeId>, every: Duration, patience: Duration) -> Self {
        Self { servers, every, patience, visits: 0, open: None }
    }

    fn end(&mut self, how: &'static str, cx: &mut Context<'_>) {
        if let Some((visit, _)) = self.open.take() {
            cx.cancel_timer(TIMEOUT);
            cx.decide_nth(how, visit);
        }
    }
}

impl Program for Visitor {
    fn start(&mut self, cx: &mut Context<'_>) {
        cx.set_timer(NEXT, self.every);
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match (incoming.read::<Word>(), &mut self.open) {
            (Some(Word::Part { visit, part, .. }), Some((open, parts))) if visit == *open => {
                if !parts.contains(&part) {
                    parts.push(part);
                }
                if parts.len() == PARTS as usize {
                    self.end(SERVED, cx);
                }
            }
            (Some(Word::Expired { visit }), Some((open, _))) if visit == *open => self.end(REFUSED, cx),
            _ => {}
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        // A paused process finds both timers at once.
        self.end(LATE, cx);
        if timer == TIMEOUT {
            return;
        }
        cx.set_timer(NEXT, self.every);
        let turn = self.visits as usize % self.servers.len().max(1);
        self.visits += 1;
        if let Some(&server) = self.servers.get(turn) {
            let visit = self.visits;
            self.open = Some((visit, Vec::new()));
            cx.send_nth(server, VISIT, visit, &Word::Visit { visit, at: cx.wall() });
            cx.set_timer(TIMEOUT, self.patience);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}
