//! The kinds of time, each with a type of its own so that they never mix.
//!
//! True time belongs to the observer outside; a wall or monotonic reading is what one node's own clock
//! says. All are integers of nanoseconds, since a float would lose the last digits of a long run.
//! Must not know who keeps the clocks.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A length of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Duration(pub u64);

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// One microsecond: what a hop takes when latency is assumed to be zero.
    pub const MICROSECOND: Self = Self(1_000);

    /// A length of `n` nanoseconds.
    pub const fn nanos(n: u64) -> Self {
        Self(n)
    }

    /// A length of `n` microseconds.
    pub const fn micros(n: u64) -> Self {
        Self(n * 1_000)
    }

    /// A length of `n` milliseconds.
    pub const fn millis(n: u64) -> Self {
        Self(n * 1_000_000)
    }

    /// A length of `n` seconds.
    pub const fn secs(n: u64) -> Self {
        Self(n * 1_000_000_000)
    }

    /// This length, `factor` times; `None` where it would not fit.
    pub const fn times(self, factor: u64) -> Option<Self> {
        match self.0.checked_mul(factor) {
            Some(n) => Some(Self(n)),
            None => None,
        }
    }
}

impl Add for Duration {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Duration {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

/// Written in the largest unit that keeps it short: `48 s`, `3.25 ms`, `1 µs`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, name) = match self.0 {
            0..1_000 => (1, "ns"),
            1_000..1_000_000 => (1_000, "µs"),
            1_000_000..1_000_000_000 => (1_000_000, "ms"),
            1_000_000_000.. => (1_000_000_000, "s"),
        };
        let whole = self.0 / unit;
        // Three digits after the point are all a reader can use.
        let thousandths = (self.0 % unit) * 1_000 / unit;
        let fraction = format!("{thousandths:03}");
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { write!(f, "{whole} {name}") } else { write!(f, "{whole}.{fraction} {name}") }
    }
}

/// An instant of true time: nanoseconds since the scene's epoch.
///
/// Only the observer outside has it. Programs cannot name this type; a test of the sources sees to that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrueTime(pub u64);

impl TrueTime {
    /// The scene's epoch.
    pub const ZERO: Self = Self(0);

    /// How long after the epoch.
    pub const fn since_epoch(self) -> Duration {
        Duration(self.0)
    }

    /// How long after `earlier`; zero when it is not earlier.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }

    /// This instant and `by`; `None` past the end of time.
    pub const fn checked_add(self, by: Duration) -> Option<Self> {
        match self.0.checked_add(by.0) {
            Some(n) => Some(Self(n)),
            None => None,
        }
    }
}

impl Add<Duration> for TrueTime {
    type Output = Self;

    fn add(self, by: Duration) -> Self {
        Self(self.0 + by.0)
    }
}

impl fmt::Display for TrueTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Duration(self.0).fmt(f)
    }
}

/// What a node's time-of-day clock shows: nanoseconds since the scene's epoch by that clock.
///
/// It may be negative (a clock that is behind at the start) and may go backward (a step).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WallReading(pub i64);

/// What a node's monotonic clock shows: nanoseconds since an origin that means nothing elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MonotonicReading(pub u64);

impl MonotonicReading {
    /// How long after `earlier` by the same clock; zero when it is not earlier.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_print_in_the_unit_a_reader_would_choose() {
        let shown = [0, 999, 1_000, 3_250_000, 48_000_000_000].map(|n| Duration(n).to_string());
        assert_eq!(shown, ["0 ns", "999 ns", "1 µs", "3.25 ms", "48 s"]);
    }

    #[test]
    fn time_does_not_wrap() {
        assert_eq!(TrueTime(u64::MAX).checked_add(Duration(1)), None);
        assert_eq!(Duration::secs(2).times(u64::MAX), None);
    }
}
