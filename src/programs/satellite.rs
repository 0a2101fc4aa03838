//! A satellite that is asked for telemetry: it records what it served on its disk, then answers.
//!
//! # What it does
//! A pull is carried out by writing to the recorder and answered with a frame: the battery's voltage and when
//! it was measured. An `Open` begins a command session. Either bears an instant up to which it is
//! valid, by the asker's wall clock; what comes later is left without a word, so that a command can't act after
//! its sender has given up on it. A crash loses the memory; the recorder and so the count of what
//! was served stay.
//!
//! # The assumption it breaks
//! That silence has one meaning. From outside, a satellite that never got the pull, one that served it and
//! whose frame was lost, and one that is down look the same.
//!
//! # What to look for
//! A pull's receive, the write behind it, the frame: a crash can fall between any two of them. After a pause
//! what has piled up is looked at at once, and what is too old is dropped.
//!
//! # Sources
//! The deadline that travels with a request is common practice in remote calls; see the chapter on addressing
//! cascading failures in *Site Reliability Engineering* (Beyer and others 2016), "Propagating deadlines".

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Draw, NodeId, WallReading};
use crate::sim::{Context, Incoming, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "satellite",
    title: "Satellite",
    effect: "records and answers pulls of telemetry that are still valid",
    doc: crate::module_doc!("satellite.rs"),
};

/// What stands beside the sending and the receiving of a frame.
pub const FRAME: &str = "frame";

/// What stands beside the sending and the receiving of the word that a session is open.
pub const OPENED: &str = "opened";

/// The key of the recorder on the disk, and so what stands beside a write to it.
pub const RECORDER: &str = "recorder";

/// What stations and satellites say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Telemetry {
    /// A station asks for a frame.
    Pull {
        /// Which pull of this station from this satellite it is, counted from 1.
        nth: u32,
        /// Up to when it is valid, by the station's wall clock, in nanoseconds.
        until: i64,
    },
    /// A satellite answers a pull.
    Frame {
        /// The pull's number.
        nth: u32,
        /// The battery's voltage in millivolts.
        battery_mv: u16,
        /// When it was measured, by the satellite's wall clock, in nanoseconds.
        taken: i64,
    },
    /// A station asks for a command session.
    Open {
        /// Which attempt it is, counted from 1.
        nth: u32,
        /// Up to when it is valid, by the station's wall clock, in nanoseconds.
        until: i64,
    },
    /// A satellite is ready for commands.
    Opened {
        /// The attempt's number.
        nth: u32,
    },
}

/// The program and its memory.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Satellite {
    /// How many pulls were carried out; also on the disk.
    served: u32,
    /// How many requests came too late since the last start.
    outdated: u32,
    /// Whether it answers what comes too late all the same.
    answers_late: bool,
}

impl Satellite {
    /// A satellite that leaves what comes too late without a word, or answers it if `answers_late`.
    pub fn new(answers_late: bool) -> Self {
        Self { answers_late, ..Self::default() }
    }

    fn is_outdated(&mut self, until: i64, now: WallReading) -> bool {
        let is_outdated = now.0 > until;
        self.outdated += u32::from(is_outdated);
        is_outdated && !self.answers_late
    }
}

impl Program for Satellite {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.served = cx.disk(RECORDER).unwrap_or(0);
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let now = cx.wall();
        match incoming.read::<Telemetry>() {
            Some(Telemetry::Pull { nth, until }) if !self.is_outdated(until, now) => {
                self.served += 1;
                cx.persist(RECORDER, &self.served);
                let frame = Telemetry::Frame { nth, battery_mv: battery_mv(now), taken: now.0 };
                cx.send_nth(from, FRAME, nth, &frame);
            }
            Some(Telemetry::Open { nth, until }) if !self.is_outdated(until, now) => {
                cx.send_nth(from, OPENED, nth, &Telemetry::Opened { nth });
            }
            Some(
                Telemetry::Pull { .. }
                | Telemetry::Open { .. }
                | Telemetry::Frame { .. }
                | Telemetry::Opened { .. },
            )
            | None => {}
        }
    }

    /// Lies about the battery.
    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        sent.altered(|telemetry| match telemetry {
            Telemetry::Frame { battery_mv, .. } => {
                *battery_mv = lie.between(20_000, 36_000) as u16;
                Some(())
            }
            Telemetry::Pull { .. } | Telemetry::Open { .. } | Telemetry::Opened { .. } => None,
        })
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Telemetry>()
    }
}

/// The battery's voltage: up in the sun and down in the shadow, twice an hour or so.
///
/// It depends on the time alone, so that a frame tells nothing of what the satellite went through.
fn battery_mv(now: WallReading) -> u16 {
    const HALF: i64 = 900;
    let second = now.0.div_euclid(1_000_000_000).rem_euclid(2 * HALF);
    let risen = if second < HALF { second } else { 2 * HALF - second };
    27_000 + (risen * 2) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_battery_rises_and_falls_and_knows_no_jumps() {
        let at = |second: i64| battery_mv(WallReading(second * 1_000_000_000));
        assert_eq!([at(0), at(900), at(1_800), at(-1)], [27_000, 28_800, 27_000, 27_002]);
        assert!((0..4_000).all(|second| at(second).abs_diff(at(second + 1)) <= 2));
    }
}
