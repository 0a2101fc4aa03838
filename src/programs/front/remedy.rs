//! Which remedy a front has: each answers one of the questions that the front asks, and leaves the others alone.
//!
//! The remedies themselves are in the files beside this one. Must not know requests or messages.

use serde::Serialize;

use super::Plan;
use super::breaker::Breaker;
pub(super) use super::breaker::Sign;
use super::bulkhead::Bulkhead;
use super::rate_limit::RateLimit;
use super::{backpressure, shedding};
use crate::base::{Duration, MonotonicReading};

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
    share: Bulkhead,
    bucket: RateLimit,
}

impl Guards {
    pub(super) fn new(remedy: Remedy, plan: &Plan) -> Self {
        let backends = plan.backends.len();
        Self {
            remedy,
            breakers: vec![Breaker::NEW; backends],
            share: Bulkhead::of(plan.places, backends),
            bucket: RateLimit::new(),
        }
    }

    /// Whether a request is let in, while so many wait.
    pub(super) fn admits(&mut self, now: MonotonicReading, waiting: usize, is_critical: bool) -> bool {
        match self.remedy {
            Remedy::Shedding => shedding::lets_in(waiting, is_critical),
            Remedy::Limit { rate } => self.bucket.lets_in(now, rate),
            _ => true,
        }
    }

    /// Whether a backend that has so many may have one more.
    pub(super) fn may_have(&self, backend: usize, has: usize, now: MonotonicReading) -> bool {
        match self.remedy {
            Remedy::Breaker => self.breakers[backend].lets_pass(now),
            Remedy::Bulkhead => self.share.lets_pass(has),
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
        let room = backpressure::room(waiting, free);
        (self.remedy == Remedy::Backpressure && room != told).then_some(room)
    }
}
