//! A server behind a front: one piece of work after the other, each for as long as it takes.
//!
//! # What it does
//! Work that comes while it is busy waits in a queue without an end. Each piece takes an exponential time with the mean
//! that the scene says; the order `slow` makes all later ones take so many times as long, until another order. What is
//! done is reported. Whether anybody still waits for it, it does not know.
//!
//! # The assumption it breaks
//! That a server is well or down. This one is up, answers, and is of no use.
//!
//! # What to look for
//! The queue in its memory. It goes on growing while the server is slow, and when the server is well again it works
//! off what nobody waits for any more.
//!
//! # Sources
//! Servers that limp without failing: P. Huang and others, HotOS 2017; T. Do and others, "Limplock", SoCC 2013.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "backend",
    title: "Backend",
    effect: "does one piece of work after the other, and may become slow",
    doc: crate::module_doc!("backend.rs"),
};

/// What stands beside a piece of work that is given to it.
pub const WORK: &str = "work";

/// What stands beside the word that a piece of work is done.
pub const DONE: &str = "done";

/// The order to take so many times as long from now on.
pub const SLOW: &str = "slow";

/// What stands beside the installation of a version.
pub const VERSION: &str = "version";

/// The version with a mistake, and how many times as long everything takes in it.
const BAD: u16 = 2;
const MISTAKE: u64 = 40;

const SERVICE: TimerId = TimerId::new("service", 0);

/// What a front and a backend say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Please do this.
    Work {
        /// The front's number for it.
        ticket: u32,
    },
    /// It is done.
    Done {
        /// Which piece.
        ticket: u32,
    },
    /// Run this version from now on.
    Install {
        /// The version.
        version: u16,
    },
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Backend {
    mean: Duration,
    /// How many times as long everything takes.
    slowness: u64,
    version: u16,
    /// What waits, and in front what is being done.
    queue: VecDeque<(NodeId, u32)>,
    done: u32,
}

impl Backend {
    /// One that takes so long for a piece of work, in the mean.
    pub fn new(mean: Duration) -> Self {
        Self { mean, slowness: 1, version: 1, queue: VecDeque::new(), done: 0 }
    }

    fn begin(&self, cx: &mut Context<'_>) {
        let mistake = if self.version == BAD { MISTAKE } else { 1 };
        let mean = self.mean.0.saturating_mul(self.slowness).saturating_mul(mistake);
        let takes = cx.chance("service").exponential(mean);
        cx.set_timer(SERVICE, Duration(takes));
    }
}

impl Program for Backend {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.version = cx.disk(VERSION).unwrap_or(1);
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match incoming.read() {
            Some(Task::Work { ticket }) => {
                self.queue.push_back((from, ticket));
                if self.queue.len() == 1 {
                    self.begin(cx);
                }
            }
            Some(Task::Install { version }) => {
                self.version = version;
                cx.persist(VERSION, &version);
                // A new process begins with an empty queue.
                self.queue.clear();
                cx.cancel_timer(SERVICE);
            }
            Some(Task::Done { .. }) | None => {}
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        if let Some((front, ticket)) = self.queue.pop_front() {
            self.done += 1;
            cx.send_nth(front, DONE, ticket, &Task::Done { ticket });
        }
        if !self.queue.is_empty() {
            self.begin(cx);
        }
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        if order.what == SLOW {
            self.slowness = order.number.max(1);
            cx.local_nth(SLOW, u32::try_from(self.slowness).unwrap_or(u32::MAX));
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Task>()
    }
}
