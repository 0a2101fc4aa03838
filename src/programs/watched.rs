//! A server that says it is alive, by a heart of its own, and that works, by a worker that can get stuck.
//!
//! # What it does
//! Its heart sends a heartbeat to its watchers every period, if it is told to, and answers each ping at once. Its worker
//! takes one request after the other and answers each when it is done. An order `wedge` lets the worker get stuck, as
//! in a deadlock: what it is asked for from then on waits. An order `mend` frees it, and all that waited is done.
//!
//! # The assumption it breaks
//! That what is alive can serve. Heart and worker are two threads, and only one of them is looked at.
//!
//! # What to look for
//! Nothing about its heartbeats changes when the worker gets stuck. The heart does not know.
//!
//! # Sources
//! Health checks that do not go the way of requests: Beyer and others, *Site Reliability Engineering* (2016), chapter
//! 22, on processes that are alive and cannot serve.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Draw, Duration, MonotonicReading, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "watched",
    title: "Watched server",
    effect: "answers pings and sends heartbeats by its heart, and works by a worker that can get stuck",
    doc: crate::module_doc!("watched.rs"),
};

/// What stands beside a heartbeat.
pub const BEAT: &str = "beat";

/// What stands beside the worker's answer.
pub const DONE: &str = "done";

/// The order to get stuck, and what stands beside it.
pub const WEDGE: &str = "wedge";

/// The order to go on, and what stands beside it.
pub const MEND: &str = "mend";

const HEART: TimerId = TimerId::new(BEAT, 0);
const WORK: TimerId = TimerId::new("work", 0);

/// What watchers and the watched say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// Are you alive?
    Ping(Probe),
    /// I am.
    Pong(Probe),
    /// Do what you are there for.
    Work(Probe),
    /// It is done.
    Done(Probe),
    /// I am alive, and nobody has asked.
    Beat {
        /// Which one, counted from 1.
        nth: u32,
    },
}

/// Which question it is. The answer bears the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// In which round it was asked, counted from 1.
    pub round: u32,
    /// How often it was asked before in this round.
    pub attempt: u32,
    /// What the clock of the one who asks showed, for him to know how long the answer took.
    pub sent: MonotonicReading,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Watched {
    /// How often it sends heartbeats, and to whom.
    beats: Option<(Duration, Vec<NodeId>)>,
    /// How many heartbeats there were.
    nth: u32,
    /// How long its worker takes for a request.
    works: Duration,
    is_wedged: bool,
    /// What waits for the worker, and what it works at, which is in front.
    queue: VecDeque<(NodeId, Probe)>,
}

impl Watched {
    /// A server whose worker takes so long for a request, and which sends heartbeats so often to so many, or none.
    pub fn new(works: Duration, beats: Option<(Duration, Vec<NodeId>)>) -> Self {
        Self { beats, nth: 0, works, is_wedged: false, queue: VecDeque::new() }
    }

    /// Begins with the request in front.
    fn begin(&self, cx: &mut Context<'_>) {
        if !self.is_wedged && !self.queue.is_empty() {
            cx.set_timer(WORK, self.works);
        }
    }
}

impl Program for Watched {
    fn start(&mut self, cx: &mut Context<'_>) {
        if let Some((every, _)) = self.beats {
            // Drawn, so that many who start together do not beat together.
            let first = cx.chance(BEAT).between(1, every.0.max(1));
            cx.set_timer(HEART, Duration(first));
        }
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match incoming.read() {
            Some(Word::Ping(probe)) => cx.send_nth(from, "pong", probe.round, &Word::Pong(probe)),
            Some(Word::Work(probe)) => {
                self.queue.push_back((from, probe));
                if self.queue.len() == 1 {
                    self.begin(cx);
                }
            }
            Some(Word::Pong(_) | Word::Done(_) | Word::Beat { .. }) | None => {}
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if timer == HEART {
            let Some((every, watchers)) = &self.beats else { return };
            self.nth += 1;
            watchers.iter().for_each(|&watcher| {
                cx.send_nth(watcher, BEAT, self.nth, &Word::Beat { nth: self.nth });
            });
            return cx.set_timer(HEART, *every);
        }
        if self.is_wedged {
            return;
        }
        if let Some((from, probe)) = self.queue.pop_front() {
            cx.send_nth(from, DONE, probe.round, &Word::Done(probe));
        }
        self.begin(cx);
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        let will_be_wedged = order.what == WEDGE;
        if (will_be_wedged || order.what == MEND) && will_be_wedged != self.is_wedged {
            self.is_wedged = will_be_wedged;
            cx.local(order.what);
            match will_be_wedged {
                true => cx.cancel_timer(WORK),
                false => self.begin(cx),
            }
        }
    }

    /// Lies about which question it answers.
    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        sent.altered(|word| match word {
            Word::Pong(probe) | Word::Done(probe) => {
                probe.round = lie.between(1, 1_000) as u32;
                Some(())
            }
            Word::Beat { nth } => {
                *nth = lie.between(1, 1_000) as u32;
                Some(())
            }
            Word::Ping(_) | Word::Work(_) => None,
        })
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}
