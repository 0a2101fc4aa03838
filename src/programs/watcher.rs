//! Watches others, and suspects those of whom it has not heard for as long as its detector says.
//!
//! # What it does
//! It sends each of them a probe every period: a ping, or a request as its clients send it (a synthetic transaction).
//! What is not answered within the patience makes it suspect, and it probes once more in the same round, as often as it
//! is told to. Or it sends nothing and waits for heartbeats. Each word from a suspect makes it trust again. How long
//! words took goes to the detector, one for each of the watched; those that came too late as well, unless told
//! otherwise.
//!
//! # The assumption it breaks
//! That silence means death. A suspicion is a decision of the watcher, and no news of the watched.
//!
//! # What to look for
//! A false alarm is a suspicion of somebody alive: it is followed by a word, and by trust. A watcher that leaves late
//! answers out learns of those only that were quick enough, and so that everybody is quick: its adaptation starves. Each
//! timeout is one probe more, just when answers are slow.
//!
//! # Sources
//! T. D. Chandra and S. Toueg, *Unreliable Failure Detectors for Reliable Distributed Systems* (1996), section 3. The
//! sending time in the probe and its answer: the timestamps of RFC 7323, section 3.

use std::collections::VecDeque;

use serde::Serialize;

use super::ProgramEntry;
use super::detectors::Detector;
use super::watched::{Probe, Word};
use crate::base::{Duration, MonotonicReading, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "watcher",
    title: "Watcher",
    effect: "probes others, or listens to their heartbeats, and suspects those that are silent for too long",
    doc: crate::module_doc!("watcher.rs"),
};

/// What stands beside a suspicion; its number is the suspect's.
pub const SUSPECT: &str = "suspect";

/// What stands beside the end of a suspicion; its number is that of the one who is trusted again.
pub const TRUST: &str = "trust";

/// What stands beside a ping; its number is the round's.
pub const PING: &str = "ping";

/// What stands beside a request; its number is the round's.
pub const WORK: &str = "work";

const ROUND: TimerId = TimerId::new("round", 0);
const PATIENCE: &str = "patience";

/// Of how many rounds it remembers that they had more than one probe: answers later than that are not met.
const REMEMBERED: usize = 64;

/// How a watcher goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Watch {
    /// By what it goes.
    pub by: By,
    /// How far apart probes are, or heartbeats are said to be.
    pub period: Duration,
    /// How long after the start it begins at the latest; drawn uniformly, so that nothing keeps step with its rounds.
    pub first: Duration,
    /// How often it probes again, in a round in which it begins to suspect.
    pub again: u32,
    /// Whether it learns from answers that came too late.
    pub learns_late: bool,
}

/// By what a watcher goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum By {
    /// Heartbeats that come unasked.
    Beats,
    /// Pings, which the heart answers.
    Pings,
    /// Requests, which the worker answers.
    Work,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Watcher {
    watch: Watch,
    /// What stands beside a suspicion and its end.
    words: [&'static str; 2],
    round: u32,
    peers: Vec<Peer>,
}

/// One of the watched.
#[derive(Clone, Debug, Serialize)]
struct Peer {
    node: NodeId,
    detector: Detector,
    is_suspected: bool,
    /// The probes that are not answered and not given up, the oldest first.
    open: Vec<Open>,
    /// The newest rounds in which it was probed more than once.
    repeated: VecDeque<u32>,
    /// When the last heartbeat came.
    heard: Option<MonotonicReading>,
    /// How often it was suspected.
    suspicions: u32,
}

/// A probe under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Open {
    probe: Probe,
    /// Until when an answer is waited for.
    due: MonotonicReading,
}

impl Watcher {
    /// A watcher of these, each with a detector of its own.
    pub fn new(watch: Watch, peers: Vec<(NodeId, Detector)>) -> Self {
        let peer = |(node, detector)| Peer {
            node,
            detector,
            is_suspected: false,
            open: Vec::new(),
            repeated: VecDeque::new(),
            heard: None,
            suspicions: 0,
        };
        Self { watch, words: [SUSPECT, TRUST], round: 0, peers: peers.into_iter().map(peer).collect() }
    }

    /// The same with other words for a suspicion and its end: a client that is not answered does not speak of death.
    #[must_use]
    pub fn saying(self, words: [&'static str; 2]) -> Self {
        Self { words, ..self }
    }

    /// Who has a probe open that is due sends it again or gives it up, and is suspected.
    fn silent(&mut self, place: usize, cx: &mut Context<'_>) {
        let (watch, words, now) = (self.watch, self.words, cx.monotonic());
        let Some(peer) = self.peers.get_mut(place) else { return };
        if watch.by == By::Beats {
            return peer.miss(words[0], cx);
        }
        // A process that was paused may find several of them due.
        while let Some(first) = peer.open.iter().position(|open| open.due <= now) {
            let Open { probe, .. } = peer.open.remove(first);
            let is_news = !peer.is_suspected || probe.attempt > 0;
            peer.detector.timed_out();
            peer.suspect(words[0], cx);
            if is_news && probe.attempt < watch.again {
                peer.repeat(probe.round);
                peer.ask(watch.by, Probe { attempt: probe.attempt + 1, sent: now, ..probe }, cx);
            }
        }
        peer.wait(cx);
    }

    /// An answer to a probe.
    fn answered(&mut self, place: usize, probe: Probe, cx: &mut Context<'_>) {
        let (watch, words, now) = (self.watch, self.words, cx.monotonic());
        let Some(peer) = self.peers.get_mut(place) else { return };
        let is_in_time = peer.open.iter().any(|open| open.probe == probe);
        if is_in_time || watch.learns_late {
            peer.detector.heard(now.since(probe.sent), peer.repeated.contains(&probe.round));
        }
        peer.open.retain(|open| open.probe.round > probe.round);
        peer.trust(words[1], cx);
        peer.wait(cx);
    }

    /// A heartbeat.
    fn beat(&mut self, place: usize, cx: &mut Context<'_>) {
        let now = cx.monotonic();
        let (learns_late, words) = (self.watch.learns_late, self.words);
        let Some(peer) = self.peers.get_mut(place) else { return };
        if let Some(before) = peer.heard.replace(now)
            && (learns_late || !peer.is_suspected)
        {
            peer.detector.heard(now.since(before), false);
        }
        peer.trust(words[1], cx);
        cx.set_timer(TimerId::new(PATIENCE, peer.node.0.into()), peer.detector.patience());
    }
}

impl Peer {
    fn ask(&mut self, by: By, probe: Probe, cx: &mut Context<'_>) {
        let patience = self.detector.patience();
        let due = MonotonicReading(probe.sent.0.saturating_add(patience.0));
        self.open.push(Open { probe, due });
        cx.again(probe.attempt > 0);
        match by {
            By::Work => cx.send_nth(self.node, WORK, probe.round, &Word::Work(probe)),
            By::Pings | By::Beats => cx.send_nth(self.node, PING, probe.round, &Word::Ping(probe)),
        }
    }

    /// The timer for the next heartbeat ran out; while the process was paused, perhaps before one that it has read since.
    fn miss(&mut self, word: &'static str, cx: &mut Context<'_>) {
        let silence = self.heard.map(|heard| cx.monotonic().since(heard));
        let left = silence.map_or(0, |silence| self.detector.patience().0.saturating_sub(silence.0));
        match left {
            0 => self.suspect(word, cx),
            left => cx.set_timer(TimerId::new(PATIENCE, self.node.0.into()), Duration(left)),
        }
    }

    /// Remembers that a round had more than one probe.
    fn repeat(&mut self, round: u32) {
        self.repeated.push_back(round);
        if self.repeated.len() > REMEMBERED {
            self.repeated.pop_front();
        }
    }

    /// Sets the timer for the probe that is due first.
    fn wait(&self, cx: &mut Context<'_>) {
        let timer = TimerId::new(PATIENCE, self.node.0.into());
        match self.open.iter().map(|open| open.due).min() {
            Some(due) => cx.set_timer(timer, due.since(cx.monotonic())),
            None => cx.cancel_timer(timer),
        }
    }

    fn suspect(&mut self, word: &'static str, cx: &mut Context<'_>) {
        if !self.is_suspected {
            self.is_suspected = true;
            self.suspicions += 1;
            cx.decide_nth(word, self.node.0.into());
        }
    }

    fn trust(&mut self, word: &'static str, cx: &mut Context<'_>) {
        if self.is_suspected {
            self.is_suspected = false;
            cx.local_nth(word, self.node.0.into());
        }
    }
}

impl Program for Watcher {
    fn start(&mut self, cx: &mut Context<'_>) {
        match self.watch.by {
            By::Beats => {
                for peer in &self.peers {
                    let first = Duration(self.watch.period.0.saturating_add(peer.detector.patience().0));
                    cx.set_timer(TimerId::new(PATIENCE, peer.node.0.into()), first);
                }
            }
            By::Pings | By::Work => {
                let first = cx.chance("first").between(0, self.watch.first.0);
                cx.set_timer(ROUND, Duration(first));
            }
        }
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(place) = self.peers.iter().position(|peer| peer.node == from) else { return };
        match (incoming.read(), self.watch.by) {
            (Some(Word::Pong(probe)), By::Pings) | (Some(Word::Done(probe)), By::Work) => {
                self.answered(place, probe, cx);
            }
            (Some(Word::Beat { .. }), By::Beats) => self.beat(place, cx),
            _ => {}
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if timer == ROUND {
            self.round += 1;
            let (by, round, sent) = (self.watch.by, self.round, cx.monotonic());
            for peer in &mut self.peers {
                peer.ask(by, Probe { round, attempt: 0, sent }, cx);
                peer.wait(cx);
            }
            return cx.set_timer(ROUND, self.watch.period);
        }
        if let Some(place) = self.peers.iter().position(|peer| u32::from(peer.node.0) == timer.nth) {
            self.silent(place, cx);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}
