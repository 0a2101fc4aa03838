//! A timeout that somebody wrote down once.
//!
//! # What it does
//! It waits as long as the dial says, for everyone, for ever.
//!
//! # The assumption it breaks
//! None: it rests on the assumption that the network stays as it was when the number was chosen.
//!
//! # What to look for
//! One number for the near and the far. Below the round trip of the far it suspects them at every probe; above, a near
//! one may be dead for as long before anyone notices.
//!
//! # Sources
//! Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 8, "Timeouts and unbounded delays".

use serde::Serialize;

use super::{Detector, DetectorEntry, Hears};
use crate::base::Duration;
use crate::sim::Dial;

/// The line of the catalogue.
pub(super) const ENTRY: DetectorEntry = DetectorEntry {
    id: "fixed",
    title: "Fixed timeout",
    effect: "waits as long for everyone, whatever it has heard",
    doc: crate::module_doc!("fixed.rs"),
    hears: Hears::RoundTrips,
    dial: Dial::nanos(
        "timeout",
        "Timeout",
        "how long the fixed timeout waits, and the others before they have heard anything",
        (20_000_000, 10_000_000_000),
        500_000_000,
    ),
    make: |value, _| Detector::Fixed(Fixed::new(Duration(value.unsigned_abs()))),
};

/// A timeout that learns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fixed(Duration);

impl Fixed {
    /// One that waits so long.
    pub const fn new(timeout: Duration) -> Self {
        Self(timeout)
    }

    /// How long to wait.
    pub const fn patience(&self) -> Duration {
        self.0
    }
}
