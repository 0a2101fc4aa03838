//! Longer than all but a hundredth of what was heard, and a margin.
//!
//! # What it does
//! It keeps the last hundred round trips and waits for the 99th percentile of them (by nearest rank) and the margin of
//! the dial.
//!
//! # The assumption it breaks
//! That the mean says what the worst is: a tail of slow answers has no say in a mean.
//!
//! # What to look for
//! With fewer than a hundred answers the percentile is the slowest of all. One slow answer keeps it patient until a
//! hundred others have pushed it out of the window: it learns that the ways have grown at once, and that they are short
//! again only after a while.
//!
//! # Sources
//! J. Dean and L. A. Barroso, *The Tail at Scale* (2013), for waiting by percentile. Nearest rank: the smallest value
//! with at least so large a share of all values at or below it.

use std::collections::VecDeque;

use serde::Serialize;

use super::{Detector, DetectorEntry, Hears};
use crate::base::Duration;
use crate::sim::Dial;

/// The line of the catalogue.
pub(super) const ENTRY: DetectorEntry = DetectorEntry {
    id: "p99",
    title: "p99 + margin",
    effect: "waits longer than all but a hundredth of what it has heard",
    doc: crate::module_doc!("quantile.rs"),
    hears: Hears::RoundTrips,
    dial: Dial::nanos(
        "margin",
        "p99: margin",
        "how much longer than the 99th percentile it waits",
        (0, 10_000_000_000),
        50_000_000,
    ),
    make: |value, start| Detector::Quantile(Quantile::new(Duration(value.unsigned_abs()), start.patience)),
};

/// How many round trips it keeps.
const WINDOW: usize = 100;

/// The newest round trips and a margin.
///
/// # Example
/// ```
/// use lightcone::base::Duration;
/// use lightcone::programs::detectors::Quantile;
///
/// let mut quantile = Quantile::new(Duration::millis(5), Duration::secs(1));
/// (1..=100).for_each(|n| quantile.heard(Duration::millis(n)));
/// assert_eq!(quantile.patience(), Duration::millis(99 + 5));
/// quantile.heard(Duration::millis(100));
/// assert_eq!(quantile.patience(), Duration::millis(100 + 5), "two of a hundred are above 99");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quantile {
    margin: Duration,
    first: Duration,
    trips: VecDeque<Duration>,
}

impl Quantile {
    /// One that waits so much longer than the percentile, and for the first answer so long.
    pub const fn new(margin: Duration, first: Duration) -> Self {
        Self { margin, first, trips: VecDeque::new() }
    }

    /// How long to wait.
    pub fn patience(&self) -> Duration {
        if self.trips.is_empty() {
            return self.first;
        }
        let mut sorted: Vec<Duration> = self.trips.iter().copied().collect();
        sorted.sort_unstable();
        let rank = (99 * sorted.len()).div_ceil(100);
        Duration(sorted[rank - 1].0.saturating_add(self.margin.0))
    }

    /// An answer took so long.
    pub fn heard(&mut self, took: Duration) {
        if self.trips.len() == WINDOW {
            self.trips.pop_front();
        }
        self.trips.push_back(took);
    }
}
