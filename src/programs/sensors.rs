//! A satellite with many sensors, which tells what they show: one by one or all in one answer.
//!
//! # What it does
//! A question names the first sensor and how many. The answer has what each of them shows, with its number. Asking
//! changes nothing, so that a question may come twice.
//!
//! # The assumption it breaks
//! None: it answers as it is asked.
//!
//! # What to look for
//! How long an answer is by what it is written in: the compact codec writes numbers, JSON writes each field's name as
//! well, for each sensor again.
//!
//! # Sources
//! M. Fowler, *Patterns of Enterprise Application Architecture* (2002), "Remote Facade": coarse questions for calls that
//! travel.

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::NodeId;
use crate::sim::{Context, Incoming, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "sensors",
    title: "Sensors",
    effect: "tells what its sensors show, one by one or all at once",
    doc: crate::module_doc!("sensors.rs"),
};

/// What a reader and a satellite with sensors say to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Survey {
    /// What do these show?
    Ask {
        /// The first sensor, counted from 0.
        first: u32,
        /// How many, from that one on.
        count: u32,
    },
    /// This.
    Shown {
        /// One reading a sensor, in their order.
        readings: Vec<Sensed>,
    },
}

/// What a sensor shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sensed {
    /// Which sensor, counted from 0.
    pub sensor: u32,
    /// Thousandths of a degree.
    pub temperature_milli: i32,
    /// Thousandths of a volt.
    pub voltage_milli: u32,
    /// How often it has been read since it was built.
    pub readings_taken: u32,
}

impl Sensed {
    /// What this sensor shows. It always shows the same, so that a reader's record can be checked.
    pub const fn of(sensor: u32) -> Self {
        Self {
            sensor,
            temperature_milli: 21_500 - 730 * sensor as i32,
            voltage_milli: 28_000 + 13 * sensor,
            readings_taken: 1_000 + sensor,
        }
    }
}

/// The most sensors that an answer is about, whatever a question says.
const MOST: u32 = 1_000;

/// The program and its memory.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sensors {
    /// How many questions it answered.
    answered: u32,
}

impl Program for Sensors {
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Survey::Ask { first, count }) = incoming.read() else { return };
        self.answered += 1;
        let readings =
            (first..first.saturating_add(count.min(MOST))).map(|sensor| Sensed::of(sensor.min(MOST)));
        cx.send_nth(from, "shown", first, &Survey::Shown { readings: readings.collect() });
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Survey>()
    }
}
