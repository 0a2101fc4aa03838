//! The timer with which TCP decides that a segment was lost: smoothed round trip and four deviations.
//!
//! # What it does
//! It smooths the round trip (an eighth for the newest) and how far round trips are from that (a quarter for the
//! newest), and waits for the smoothed one and so many deviations as the dial says; RFC 6298 says four. It never waits
//! less than the floor. After each timeout it waits twice as long, until it has heard a round trip that is beyond
//! doubt.
//!
//! # The assumption it breaks
//! That answers vary as much as they take: an even way gets a short wait, however long it is.
//!
//! # What to look for
//! Karn's rule: the answer to a probe that was sent twice tells no round trip, since nobody knows which one it
//! answers. By itself that rule would starve it after the ways have grown; the doubling is what lets it out. The floor
//! of one second that the RFC recommends hides all of this on short ways, so that here it stands at none.
//!
//! # Sources
//! RFC 6298 (2011), sections 2, 3 and 5; V. Jacobson and M. Karels, *Congestion Avoidance and Control* (1988); P. Karn
//! and C. Partridge, *Improving Round-Trip Time Estimates in Reliable Transport Protocols* (1987).

use serde::Serialize;

use super::mean::smoothed;
use super::{Detector, DetectorEntry, Hears, Start};
use crate::base::Duration;
use crate::sim::{Dial, Unit};

/// The line of the catalogue.
pub(super) const ENTRY: DetectorEntry = DetectorEntry {
    id: "rfc-6298",
    title: "RFC 6298",
    effect: "waits for the smoothed round trip and four deviations, and doubles that after a timeout",
    doc: crate::module_doc!("rfc6298.rs"),
    hears: Hears::RoundTrips,
    dial: Dial::number(
        "deviations",
        "RFC 6298: deviations",
        "how many smoothed deviations it waits beyond the smoothed round trip",
        Unit::Thousandths,
        (0, 40_000),
        4_000,
    ),
    make: |value, Start { patience, floor, .. }| {
        Detector::Rfc6298(Rfc6298::new(value.unsigned_abs(), floor, patience))
    },
};

/// Of so many parts of the smoothed round trip, the newest is one: α = 1/8.
const PARTS: u64 = 8;
/// Of so many parts of the smoothed deviation, the newest is one: β = 1/4.
const DEVIATION_PARTS: u64 = 4;
/// The clock granularity G of section 2.3: what a hop takes at least.
const GRANULARITY: Duration = Duration::MICROSECOND;
/// The most that doubling makes it wait (section 2.5 allows any bound of at least a minute).
const MOST: Duration = Duration::secs(60);

/// The estimates of RFC 6298.
///
/// # Example
/// ```
/// use lightcone::base::Duration;
/// use lightcone::programs::detectors::Rfc6298;
///
/// let mut rfc = Rfc6298::new(4_000, Duration::ZERO, Duration::secs(1));
/// rfc.heard(Duration::millis(100), false);
/// // SRTT is 100 ms, RTTVAR half of it, and the timeout SRTT + 4 × RTTVAR.
/// assert_eq!(rfc.patience(), Duration::millis(300));
/// rfc.timed_out();
/// assert_eq!(rfc.patience(), Duration::millis(600));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rfc6298 {
    deviations_thousandths: u64,
    floor: Duration,
    /// How long it waits: RTO.
    patience: Duration,
    /// Smoothed round trip and deviation, SRTT and RTTVAR; none before the first.
    smoothed: Option<(Duration, Duration)>,
}

impl Rfc6298 {
    /// One that waits so many thousandths of a deviation beyond the round trip, never less than the floor, and for the
    /// first answer so long.
    pub fn new(deviations_thousandths: u64, floor: Duration, first: Duration) -> Self {
        Self { deviations_thousandths, floor, patience: first.max(floor), smoothed: None }
    }

    /// How long to wait.
    pub const fn patience(&self) -> Duration {
        self.patience
    }

    /// An answer took so long; by Karn's rule that says nothing when the question had been repeated.
    pub fn heard(&mut self, took: Duration, was_repeated: bool) {
        if was_repeated {
            return;
        }
        let (trip, deviation) = match self.smoothed {
            None => (took, Duration(took.0 / 2)),
            // The deviation is from the round trip as it was smoothed before: section 2.3 gives the order.
            Some((trip, deviation)) => {
                let off = Duration(trip.0.abs_diff(took.0));
                (smoothed(trip, took, PARTS), smoothed(deviation, off, DEVIATION_PARTS))
            }
        };
        self.smoothed = Some((trip, deviation));
        let beyond = u128::from(deviation.0) * u128::from(self.deviations_thousandths) / 1_000;
        let beyond = Duration(u64::try_from(beyond).unwrap_or(u64::MAX)).max(GRANULARITY);
        self.patience = Duration(trip.0.saturating_add(beyond.0)).max(self.floor);
    }

    /// No answer came: back off.
    pub fn timed_out(&mut self) {
        self.patience = Duration(self.patience.0.saturating_mul(2)).min(MOST.max(self.floor));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(rfc: &Rfc6298) -> f64 {
        rfc.patience().0 as f64 / 1e6
    }

    #[test]
    fn estimates_are_those_that_were_worked_out_by_hand() {
        let mut rfc = Rfc6298::new(4_000, Duration::ZERO, Duration::secs(1));
        assert_eq!(rfc.patience(), Duration::secs(1), "section 2.1");
        // Round trips of 100, 140, 60 and 60 ms, by the formulas of section 2 on paper:
        // SRTT   100, 105,      99.375,     94.453125
        // RTTVAR  50, 47.5,     46.875,     45
        // RTO    300, 295,     286.875,    274.453125
        let steps = [(100, 300.0), (140, 295.0), (60, 286.875), (60, 274.453125)];
        for (trip, expected) in steps {
            rfc.heard(Duration::millis(trip), false);
            assert!((millis(&rfc) - expected).abs() < 1e-5, "after {trip} ms: {}", millis(&rfc));
        }
    }

    #[test]
    fn an_answer_to_a_repeated_question_teaches_nothing_and_ends_no_backing_off() {
        let mut rfc = Rfc6298::new(4_000, Duration::ZERO, Duration::secs(1));
        rfc.heard(Duration::millis(100), false);
        rfc.timed_out();
        rfc.timed_out();
        rfc.heard(Duration::millis(7), true);
        assert_eq!(rfc.patience(), Duration::millis(1_200), "Karn's rule");
        rfc.heard(Duration::millis(100), false);
        // RTTVAR is 37.5 ms now.
        assert_eq!(rfc.patience(), Duration::millis(250));
    }

    #[test]
    fn it_waits_the_floor_at_least_and_a_minute_at_most() {
        let mut rfc = Rfc6298::new(4_000, Duration::secs(1), Duration::millis(1));
        assert_eq!(rfc.patience(), Duration::secs(1));
        rfc.heard(Duration::millis(10), false);
        assert_eq!(rfc.patience(), Duration::secs(1));
        (0..9).for_each(|_| rfc.timed_out());
        assert_eq!(rfc.patience(), Duration::secs(60));
    }
}
