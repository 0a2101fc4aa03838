//! A rate limit: no more than so many requests a second are let in, and a few at once after a quiet time.
//!
//! Must not know what a request is about.
//!
//! # Sources
//! The token bucket: J. Turner, *New Directions in Communications* (1986), and RFC 2697.

use serde::Serialize;

use crate::base::{MonotonicReading, TokenBucket};

/// How many it lets in at once after a quiet time.
const BURST: u32 = 3;

/// The bucket at the door.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RateLimit(TokenBucket);

impl RateLimit {
    /// One that has had a quiet time.
    pub(super) fn new() -> Self {
        Self(TokenBucket::full(BURST))
    }

    /// Whether a request is let in now, where so many a second are.
    pub(super) fn lets_in(&mut self, now: MonotonicReading, rate: u32) -> bool {
        self.0.take(now.0, rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_at_once_and_then_as_many_as_the_rate_says() {
        let mut limit = RateLimit::new();
        let came: Vec<u64> = (0..200)
            .map(|tick| tick * 10_000_000)
            .filter(|&at| limit.lets_in(MonotonicReading(at), 10))
            .collect();
        assert_eq!(came[..4], [0, 10_000_000, 20_000_000, 100_000_000], "the bucket, then one each 100 ms");
        assert_eq!(came.len(), 3 + 19, "two seconds of ten");
    }
}
