//! So many times the mean of what was heard, old words counting ever less.
//!
//! # What it does
//! It keeps an exponentially weighted moving average of the round trips: each new one counts for an eighth. It waits
//! as many times as long as the dial says.
//!
//! # The assumption it breaks
//! That the network stays as it was: the mean follows it.
//!
//! # What to look for
//! It learns how far away each one is. It does not learn how much answers vary: twice the mean is generous to a long,
//! even way and mean to a short, uneven one. And it can only follow if it is told of answers that came too late.
//!
//! # Sources
//! The smoothing of RFC 793, section 3.7, whose factor β of 1.3 to 2.0 is this dial.

use serde::Serialize;

use super::{Detector, DetectorEntry, Hears};
use crate::base::Duration;
use crate::sim::{Dial, Unit};

/// The line of the catalogue.
pub(super) const ENTRY: DetectorEntry = DetectorEntry {
    id: "mean",
    title: "Mean × k",
    effect: "waits so many times as long as answers take in the mean",
    doc: crate::module_doc!("mean.rs"),
    hears: Hears::RoundTrips,
    dial: Dial::number(
        "times",
        "Mean: times",
        "how many times the mean round trip it waits",
        Unit::Thousandths,
        (1_000, 10_000),
        2_000,
    ),
    make: |value, start| Detector::Mean(Mean::new(value.unsigned_abs(), start.patience)),
};

/// Of so many parts of the mean, the newest round trip is one.
const PARTS: u64 = 8;

/// A smoothed mean and a factor.
///
/// # Example
/// ```
/// use lightcone::base::Duration;
/// use lightcone::programs::detectors::Mean;
///
/// let mut mean = Mean::new(2_000, Duration::secs(1));
/// mean.heard(Duration::millis(80));
/// mean.heard(Duration::millis(160));
/// // The mean is 80 + (160 − 80) / 8 ms.
/// assert_eq!(mean.patience(), Duration::millis(180));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Mean {
    times_thousandths: u64,
    first: Duration,
    mean: Option<Duration>,
}

impl Mean {
    /// One that waits so many thousandths of the mean, and for the first answer so long.
    pub const fn new(times_thousandths: u64, first: Duration) -> Self {
        Self { times_thousandths, first, mean: None }
    }

    /// How long to wait.
    pub fn patience(&self) -> Duration {
        let Some(mean) = self.mean else { return self.first };
        let scaled = u128::from(mean.0) * u128::from(self.times_thousandths) / 1_000;
        Duration(u64::try_from(scaled).unwrap_or(u64::MAX))
    }

    /// An answer took so long.
    pub fn heard(&mut self, took: Duration) {
        let mean = self.mean.unwrap_or(took);
        self.mean = Some(smoothed(mean, took, PARTS));
    }
}

/// A mean of so many parts, of which the newest value is one; rounded down.
pub(super) fn smoothed(mean: Duration, newest: Duration, parts: u64) -> Duration {
    let sum = u128::from(mean.0) * u128::from(parts - 1) + u128::from(newest.0);
    Duration((sum / u128::from(parts)) as u64)
}
