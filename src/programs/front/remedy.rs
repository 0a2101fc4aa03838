//! The remedies of a front: each answers one of the questions that the front asks, and leaves the others alone.
//!
//! Must not know requests or messages.
//!
//! # Sources
//! See `front.rs`. Token bucket: Turner 1986.

use serde::Serialize;

use super::Plan;
use super::breaker::Breaker;
pub(super) use super::breaker::Sign;
use crate::base::{Duration, MonotonicReading, TokenBucket};

/// What a front does against a cascade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Remedy {
    /// Nothing.
    None,
    /// A backend that fails several times in a row gets nothing for a while, then one piece to see.
    Breaker,
    /// A backend has its share of the places and no more.
    Bulkhead,
    /// Clients are told how much they may have open.
    Backpressure,
    /// While much waits, what is not critical is turned away.
    Shedding,
    /// No more than so many requests a second are let in.
    Limit {
        /// How many.
        rate: u32,
    },
    /// What takes long is given to a second backend as well.
    Hedge {
        /// How long that is.
        after: Duration,
    },
}

/// A remedy at work.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Guards {
    remedy: Remedy,
    /// One a backend.
    breakers: Vec<Breaker>,
    /// How many places a backend may have.
    share: usize,
    bucket: TokenBucket,
}

/// How many requests may be open in a crowd while there is room.
const ROOM_MOST: u32 = 8;

/// How many requests may wait before what is not critical is turned away, and before all are.
const WAITING_MOST: usize = 2;
const CRITICAL_MOST: usize = 6;

/// How many a rate limit lets in at once after a quiet time.
const BURST: u32 = 3;

impl Guards {
    pub(super) fn new(remedy: Remedy, plan: &Plan) -> Self {
        let backends = plan.backends.len();
        Self {
            remedy,
            breakers: vec![Breaker::NEW; backends],
            share: plan.places / backends.max(1),
            bucket: TokenBucket::full(BURST),
        }
    }

    /// Whether a request is let in, while so many wait.
    pub(super) fn admits(&mut self, now: MonotonicReading, waiting: usize, is_critical: bool) -> bool {
        match self.remedy {
            Remedy::Shedding => waiting < if is_critical { CRITICAL_MOST } else { WAITING_MOST },
            Remedy::Limit { rate } => self.bucket.take(now.0, rate),
            _ => true,
        }
    }

    /// Whether a backend that has so many may have one more.
    pub(super) fn may_have(&self, backend: usize, has: usize, now: MonotonicReading) -> bool {
        match self.remedy {
            Remedy::Breaker => self.breakers[backend].lets_pass(now),
            Remedy::Bulkhead => has < self.share,
            _ => true,
        }
    }

    /// A backend was given one more.
    pub(super) fn given(&mut self, backend: usize) {
        self.breakers[backend].pass();
    }

    /// What a backend was given came to a good or a bad end.
    pub(super) fn learn(&mut self, backend: usize, is_good: bool, now: MonotonicReading) -> Option<Sign> {
        let sign = self.breakers[backend].learn(is_good, now);
        sign.filter(|_| self.remedy == Remedy::Breaker)
    }

    /// After how long a second backend is asked.
    pub(super) fn hedges_after(&self) -> Option<Duration> {
        match self.remedy {
            Remedy::Hedge { after } => Some(after),
            _ => None,
        }
    }

    /// How many requests each crowd may have open, if it is to be told another number than `told`.
    pub(super) fn room(&self, waiting: usize, free: usize, told: u32) -> Option<u32> {
        let room = match (waiting, free) {
            (0, 1..) => ROOM_MOST,
            (0, 0) => 2,
            _ => 1,
        };
        (self.remedy == Remedy::Backpressure && room != told).then_some(room)
    }
}
