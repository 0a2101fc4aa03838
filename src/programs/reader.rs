//! Wants to know what all sensors of a satellite show: asks one after another, all at once, or in one question.
//!
//! # What it does
//! An order `read` gives it the number of sensors. It asks for one, and for the next when that is answered; or for each
//! at once; or for all in one question. What is not answered within the patience is asked again, as it was.
//!
//! # The assumption it breaks
//! That a call costs what a function costs: a loop over calls is a loop over journeys.
//!
//! # What to look for
//! When the last reading is there. One after another takes as many round trips as there are sensors; at once takes one,
//! and as many messages; a batch takes one of both. And if the one answer is lost, all of it is.
//!
//! # Sources
//! J. Dean, *Numbers Everyone Should Know* (2009), for what a round trip is worth. Batching in databases: "N + 1 queries".

use std::collections::BTreeSet;

use serde::Serialize;

use super::ProgramEntry;
use super::sensors::{Sensed, Survey};
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "reader",
    title: "Reader",
    effect: "asks for many readings in turn, at once, or in one batch",
    doc: crate::module_doc!("reader.rs"),
};

/// The order to read; its number is how many sensors there are.
pub const READ: &str = "read";

/// What stands beside the moment in which it has all.
pub const ALL_READ: &str = "all read";

const AGAIN: TimerId = TimerId::new("again", 0);

/// How it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Manner {
    /// For one, and for the next when that is there.
    InTurn,
    /// For each, in a message of its own, without waiting.
    AtOnce,
    /// For all in one message.
    Batch,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Reader {
    satellite: NodeId,
    manner: Manner,
    patience: Duration,
    /// How many sensors it was told to read.
    wanted: u32,
    /// What it knows, by sensor.
    known: Vec<Option<Sensed>>,
}

impl Reader {
    /// A reader of this satellite's sensors, which asks again after so long.
    pub fn new(satellite: NodeId, manner: Manner, patience: Duration) -> Self {
        Self { satellite, manner, patience, wanted: 0, known: Vec::new() }
    }

    /// Asks for what is missing, for the first time or again.
    fn ask(&self, is_again: bool, cx: &mut Context<'_>) {
        let missing: BTreeSet<u32> =
            (0..self.wanted).filter(|&sensor| self.known[sensor as usize].is_none()).collect();
        let mut send = |first, count| {
            cx.again(is_again).send_nth(self.satellite, "ask", first, &Survey::Ask { first, count });
        };
        match (missing.first(), self.manner) {
            (None, _) => return cx.cancel_timer(AGAIN),
            (Some(&first), Manner::InTurn) => send(first, 1),
            (Some(_), Manner::AtOnce) => missing.iter().for_each(|&sensor| send(sensor, 1)),
            (Some(_), Manner::Batch) => send(0, self.wanted),
        }
        cx.set_timer(AGAIN, self.patience);
    }
}

impl Program for Reader {
    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Survey::Shown { readings }) = incoming.read() else { return };
        let before = self.known.iter().flatten().count();
        for reading in readings {
            if let Some(place) = self.known.get_mut(reading.sensor as usize) {
                *place = Some(reading);
            }
        }
        let after = self.known.iter().flatten().count();
        if after == before {
            return;
        }
        if after == self.known.len() {
            cx.decide_nth(ALL_READ, self.wanted);
        }
        if after == self.known.len() || self.manner == Manner::InTurn {
            self.ask(false, cx);
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        self.ask(true, cx);
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        let Ok(wanted) = u32::try_from(order.number) else { return };
        if order.what == READ {
            self.wanted = wanted;
            self.known = vec![None; wanted as usize];
            self.ask(false, cx);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Survey>()
    }
}
