//! The catalogue of failure detectors: how long a silence may last until somebody is suspected, one file each.
//!
//! A detector is a plain value. It is told how long words took to come, and says how long to wait for the next one. A
//! new detector is a file, a `mod` line, a variant and an entry in [`ALL`]. Must not know who is watched, how, or what
//! follows from a suspicion.

mod fixed;
mod mean;
mod phi;
mod quantile;
mod rfc6298;

pub use fixed::Fixed;
pub use mean::Mean;
pub use phi::{Gaps, Phi};
pub use quantile::Quantile;
pub use rfc6298::Rfc6298;

use serde::Serialize;

use crate::base::Duration;
use crate::sim::Dial;

/// A line of the catalogue of detectors.
#[derive(Clone, Copy, Debug)]
pub struct DetectorEntry {
    /// The name in commands: `fixed`.
    pub id: &'static str,
    /// The name in the page.
    pub title: &'static str,
    /// What it does, in one line.
    pub effect: &'static str,
    /// The opening comment of its file: see [`crate::module_doc!`].
    pub doc: &'static str,
    /// What it listens to.
    pub hears: Hears,
    /// The dial that makes it more patient.
    pub dial: Dial,
    /// Makes one with its dial at this value.
    pub make: fn(i64, Start) -> Detector,
}

/// What a detector is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Hears {
    /// How long each probe took to be answered.
    RoundTrips,
    /// How long after one heartbeat the next one came.
    Gaps,
}

/// What a detector goes by as long as it has heard nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// How long to wait for the first answer.
    pub patience: Duration,
    /// How far apart heartbeats are said to be.
    pub period: Duration,
    /// The least that a detector with a floor waits.
    pub floor: Duration,
}

/// All detectors, in the order in which the lesson introduces them.
pub static ALL: &[DetectorEntry] =
    &[fixed::ENTRY, mean::ENTRY, rfc6298::ENTRY, quantile::ENTRY, phi::NORMAL, phi::EXPONENTIAL];

/// The detector of this id.
pub fn find(id: &str) -> Option<&'static DetectorEntry> {
    ALL.iter().find(|entry| entry.id == id)
}

/// One of the detectors and what it has learned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Detector {
    /// Waits so long, whatever it has heard.
    Fixed(Fixed),
    /// Waits so many times as long as it takes in the mean.
    Mean(Mean),
    /// Waits as TCP does.
    Rfc6298(Rfc6298),
    /// Waits longer than all but a hundredth of what it has heard.
    Quantile(Quantile),
    /// Waits until it would be too unlikely that it still comes.
    Phi(Phi),
}

impl Detector {
    /// How long to wait for the next word, from the question or from the word before it.
    pub fn patience(&self) -> Duration {
        match self {
            Self::Fixed(fixed) => fixed.patience(),
            Self::Mean(mean) => mean.patience(),
            Self::Rfc6298(rfc) => rfc.patience(),
            Self::Quantile(quantile) => quantile.patience(),
            Self::Phi(phi) => phi.patience(),
        }
    }

    /// A word came so long after the question or the word before it. Where the question had been repeated, it is not
    /// known for certain which of the two was answered.
    pub fn heard(&mut self, after: Duration, was_repeated: bool) {
        match self {
            Self::Fixed(_) => {}
            Self::Mean(mean) => mean.heard(after),
            Self::Rfc6298(rfc) => rfc.heard(after, was_repeated),
            Self::Quantile(quantile) => quantile.heard(after),
            Self::Phi(phi) => phi.heard(after),
        }
    }

    /// No word came within the patience.
    pub fn timed_out(&mut self) {
        match self {
            Self::Rfc6298(rfc) => rfc.timed_out(),
            Self::Fixed(_) | Self::Mean(_) | Self::Quantile(_) | Self::Phi(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Doc;

    pub(super) const START: Start =
        Start { patience: Duration::secs(1), period: Duration::secs(1), floor: Duration::ZERO };

    #[test]
    fn every_entry_says_what_it_does_under_the_fixed_headings() {
        for entry in ALL {
            Doc::parse(entry.doc).assert_whole(entry.id);
            assert_eq!(find(entry.id).map(|found| found.title), Some(entry.title), "ids differ");
        }
    }

    #[test]
    fn whoever_is_more_patient_waits_longer_and_all_but_one_learn() {
        for entry in ALL {
            let patience = |value, gap| {
                let mut detector = (entry.make)(value, START);
                (0..200_u64).for_each(|nth| detector.heard(Duration::millis(gap + nth % 7), false));
                detector.patience()
            };
            let Dial { least, default, most, .. } = entry.dial;
            let (short, usual, long) = (patience(least, 100), patience(default, 100), patience(most, 100));
            assert!(short <= usual && usual < long, "{}: {short} {usual} {long}", entry.id);
            let learns = patience(default, 900) > patience(default, 100);
            assert_eq!(learns, entry.id != "fixed", "{}", entry.id);
        }
    }
}
