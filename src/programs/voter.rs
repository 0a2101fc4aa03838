//! Reads a value that several sensors tell, and believes the first of them or what most of them say.
//!
//! # What it does
//! Every sensor tells the voter the value of each round. The voter believes what it hears first, or waits until so many
//! sensors have said the same.
//!
//! # The assumption it breaks
//! *Nodes don't lie*: whoever answers knows, and says what it knows.
//!
//! # What to look for
//! With one liar among three, two say the same, and it is the truth. With two liars of one mind it is not.
//!
//! # Sources
//! R. Lyons and W. Vanderkulk, *The Use of Triple-Modular Redundancy to Improve Computer Reliability* (1962).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Draw, Duration, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "voter",
    title: "Voter and sensors",
    effect: "believes a value that one sensor tells, or that several agree on",
    doc: crate::module_doc!("voter.rs"),
};

/// What stands beside a reading; the number is the round.
pub const READING: &str = "reading";

/// What stands beside a value that is believed; the number is the value.
pub const BELIEVES: &str = "believes";

/// What a sensor tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The round, counted from 1.
    pub round: u32,
    /// What was read.
    pub value: u32,
}

/// What there is to read in a round, for every sensor alike.
pub const fn truth(round: u32) -> u32 {
    round * 10
}

const ROUND: TimerId = TimerId::new("round", 0);

/// A sensor, which tells what there is once a round.
#[derive(Clone, Debug, Serialize)]
pub struct Sensor {
    voter: NodeId,
    every: Duration,
    rounds: u32,
}

impl Sensor {
    /// A sensor of this voter, with a round every so often.
    pub fn new(voter: NodeId, every: Duration) -> Self {
        Self { voter, every, rounds: 0 }
    }
}

impl Program for Sensor {
    fn start(&mut self, cx: &mut Context<'_>) {
        cx.set_timer(ROUND, self.every);
    }

    fn message(&mut self, _: NodeId, _: &Incoming<'_>, _: &mut Context<'_>) {}

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        self.rounds += 1;
        let round = self.rounds;
        cx.send_nth(self.voter, READING, round, &Reading { round, value: truth(round) });
        cx.set_timer(timer, self.every);
    }

    /// Lies about the value.
    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        sent.altered(|reading: &mut Reading| {
            reading.value = reading.value.saturating_add(lie.between(1, 1_000) as u32);
            Some(())
        })
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Reading>()
    }
}

/// The voter.
#[derive(Clone, Debug, Serialize)]
pub struct Voter {
    /// How many sensors must say the same.
    agree: usize,
    /// What each sensor said of the rounds that are not decided yet.
    said: BTreeMap<u32, BTreeMap<NodeId, u32>>,
    /// Up to which round all is decided or past.
    decided: u32,
}

impl Voter {
    /// A voter that believes what so many sensors say alike.
    pub fn new(agree: usize) -> Self {
        Self { agree, said: BTreeMap::new(), decided: 0 }
    }
}

impl Program for Voter {
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Reading { round, value }) = incoming.read() else { return };
        if round <= self.decided {
            return;
        }
        let said = self.said.entry(round).or_default();
        said.insert(from, value);
        if said.values().filter(|other| **other == value).count() >= self.agree {
            cx.decide_nth(BELIEVES, value);
            self.decided = round;
            self.said.retain(|later, _| *later > round);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Reading>()
    }
}
