//! A circuit breaker: after so many failures in a row it is open and lets nothing through; after a while it lets one
//! through to see.
//!
//! Must not know what it guards.
//!
//! # Sources
//! M. Nygard, *Release It!* (2nd edition 2018), section 5.2.

use serde::Serialize;

use crate::base::{Duration, MonotonicReading};

/// How many failures in a row open it.
const FAILURES: u32 = 3;

/// How long it stays open before it lets one through.
const REST: Duration = Duration::secs(2);

/// What a breaker says when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Opens,
    Closes,
}

/// The breaker before one backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Breaker {
    /// All may pass. So many failures came in a row.
    Closed { failures: u32 },
    /// Nobody may pass until this long after the reading.
    Open { since: MonotonicReading },
    /// One is through; the others wait for what becomes of it.
    Trying,
}

impl Breaker {
    pub(super) const NEW: Self = Self::Closed { failures: 0 };

    /// Whether one may pass now.
    pub(super) fn lets_pass(self, now: MonotonicReading) -> bool {
        match self {
            Self::Closed { .. } => true,
            Self::Open { since } => now.since(since) >= REST,
            Self::Trying => false,
        }
    }

    /// One passes.
    pub(super) fn pass(&mut self) {
        if let Self::Open { .. } = self {
            *self = Self::Trying;
        }
    }

    /// One that passed came to a good or a bad end.
    pub(super) fn learn(&mut self, is_good: bool, now: MonotonicReading) -> Option<Sign> {
        let was_closed = matches!(self, Self::Closed { .. });
        *self = match (*self, is_good) {
            (_, true) => Self::NEW,
            (Self::Closed { failures }, false) if failures + 1 < FAILURES => {
                Self::Closed { failures: failures + 1 }
            }
            // What fails while it is open passed before it opened.
            (Self::Open { since }, false) => Self::Open { since },
            (Self::Closed { .. } | Self::Trying, false) => Self::Open { since: now },
        };
        match (was_closed, matches!(self, Self::Closed { .. })) {
            (true, false) => Some(Sign::Opens),
            (false, true) => Some(Sign::Closes),
            (true, true) | (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> MonotonicReading {
        MonotonicReading(millis * 1_000_000)
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_tries_one_after_a_rest() {
        let mut breaker = Breaker::NEW;
        assert_eq!(breaker.learn(false, at(1)), None);
        assert_eq!(breaker.learn(false, at(2)), None);
        assert_eq!(breaker.learn(true, at(3)), None, "a good end starts the count anew");
        let signs = [4, 5, 6].map(|millis| breaker.learn(false, at(millis)));
        assert_eq!(signs, [None, None, Some(Sign::Opens)]);
        assert!(!breaker.lets_pass(at(6)) && !breaker.lets_pass(at(2_005)));
        assert_eq!(breaker.learn(false, at(1_000)), None, "one that passed before does not prolong it");
        assert!(breaker.lets_pass(at(2_006)));
        breaker.pass();
        assert!(!breaker.lets_pass(at(9_000)), "one alone");
        assert_eq!(breaker.learn(false, at(9_000)), None);
        assert!(!breaker.lets_pass(at(10_999)) && breaker.lets_pass(at(11_000)), "it is open again");
        breaker.pass();
        assert_eq!(breaker.learn(true, at(11_100)), Some(Sign::Closes));
        assert_eq!(breaker, Breaker::NEW);
    }
}
