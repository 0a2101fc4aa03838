//! A token bucket: so many a second, and so many at once after a quiet time.
//!
//! Must not know what the tokens are for, nor whose time it is told.
//!
//! # Sources
//! Turner 1986, "New Directions in Communications". RFC 2697, section 3, for how it is used as a policy.

use serde::Serialize;

/// How full one token is, so that a refill is exact at every nanosecond.
const TOKEN: u64 = 1_000_000_000;

/// A bucket that tokens drip into.
///
/// ```
/// use lightcone::base::TokenBucket;
///
/// let mut bucket = TokenBucket::full(2);
/// assert!(bucket.take(0, 10) && bucket.take(0, 10), "both are there at first");
/// assert!(!bucket.take(99_999_999, 10), "and ten a second come after them");
/// assert!(bucket.take(100_000_000, 10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TokenBucket {
    /// What is in it, in billionths of a token.
    level: u64,
    /// How much it holds, in billionths of a token.
    most: u64,
    /// When it was looked into last, in nanoseconds.
    at: u64,
}

impl TokenBucket {
    /// A full bucket that holds `burst` tokens.
    pub const fn full(burst: u32) -> Self {
        let most = burst as u64 * TOKEN;
        Self { level: most, most, at: 0 }
    }

    /// Takes a token at `now` (nanoseconds since any fixed instant), if there is one, while `rate` of them come in
    /// a second. Time that goes back counts as none.
    pub const fn take(&mut self, now: u64, rate: u32) -> bool {
        self.level = self.level(now, rate);
        self.at = if now > self.at { now } else { self.at };
        let has_one = self.level >= TOKEN;
        if has_one {
            self.level -= TOKEN;
        }
        has_one
    }

    /// How many billionths of a token are in it at `now`, while `rate` of them come in a second; nothing is taken.
    pub const fn level(&self, now: u64, rate: u32) -> u64 {
        let since = now.saturating_sub(self.at);
        let level = self.level.saturating_add(since.saturating_mul(rate as u64));
        if level > self.most { self.most } else { level }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Cause, Chance, NodeId, Seed};

    /// The generic cell rate algorithm as virtual scheduling (ITU-T I.371, annex A): the same decisions from
    /// another side, by when a cell is due and how much too early it may come.
    struct Cells {
        due: i128,
        apart: i128,
        early: i128,
    }

    impl Cells {
        fn conforms(&mut self, at: u64) -> bool {
            let at = i128::from(at);
            let conforms = at >= self.due - self.early;
            if conforms {
                self.due = self.due.max(at) + self.apart;
            }
            conforms
        }
    }

    #[test]
    fn it_decides_as_the_generic_cell_rate_algorithm_does() {
        let cause = |nth| Cause { from: NodeId(0), to: NodeId(0), nth, copy: 0, hop: 0 };
        let (mut taken, mut refused) = (0, 0);
        for case in 0..200 {
            let mut draw = Chance::new(Seed(4), "bucket").draw("arrivals", cause(case));
            // Rates whose cells are a whole number of nanoseconds apart.
            let rate = [1, 10, 125, 1_000, 500_000][draw.below(5) as usize];
            let burst = draw.between(1, 20);
            let apart = i128::from(TOKEN / rate);
            let mut cells = Cells { due: 0, apart, early: i128::from(burst - 1) * apart };
            let mut bucket = TokenBucket::full(burst as u32);
            let mut at = 0;
            for _ in 0..300 {
                at += draw.exponential(TOKEN / rate * 4 / 5);
                let is_there = bucket.take(at, rate as u32);
                assert_eq!(is_there, cells.conforms(at), "case {case} at {at} ns");
                if is_there { taken += 1 } else { refused += 1 }
            }
        }
        assert!(taken > 10_000 && refused > 5_000, "{taken} taken, {refused} refused");
    }
}
