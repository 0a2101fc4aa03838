//! A node's clock hardware: an oscillator that is off and drifts. First cut, to be replaced by the full one.

use crate::base::{Duration, MonotonicReading, TrueTime, WallReading};

/// How a clock goes at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockSpec {
    /// How far ahead of true time the wall clock is at the epoch, in nanoseconds.
    pub offset_ns: i64,
    /// How many parts per billion it runs fast.
    pub drift_ppb: i64,
}

/// A clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oscillator {
    spec: ClockSpec,
}

impl Oscillator {
    /// A clock that goes like this.
    pub fn new(spec: ClockSpec) -> Self {
        Self { spec }
    }

    /// The wall reading.
    pub fn wall(&self, at: TrueTime) -> WallReading {
        WallReading(at.0 as i64 + self.spec.offset_ns)
    }

    /// The monotonic reading.
    pub fn monotonic(&self, at: TrueTime) -> MonotonicReading {
        MonotonicReading(at.0)
    }

    /// Steps the wall clock.
    pub fn step(&mut self, _at: TrueTime, by: i64) {
        self.spec.offset_ns += by;
    }

    /// Slews the wall clock.
    pub fn slew(&mut self, _at: TrueTime, by: i64, _ppm: u32) {
        self.spec.offset_ns += by;
    }

    /// Changes the drift.
    pub fn set_drift(&mut self, _at: TrueTime, ppb: i64) {
        self.spec.drift_ppb = ppb;
    }

    /// Sets the wall clock.
    pub fn set_wall(&mut self, at: TrueTime, reading: WallReading) {
        self.spec.offset_ns = reading.0 - at.0 as i64;
    }

    /// When the monotonic reading will have advanced by this much.
    pub fn true_after(&self, at: TrueTime, by: Duration) -> TrueTime {
        at + by
    }

    /// The drift.
    pub fn drift_ppb(&self) -> i64 {
        self.spec.drift_ppb
    }
}
