//! Exact ratios, for probabilities and shares.
//!
//! A float would do on one machine, but a comparison of a draw with a float that two compilers round
//! differently would give two runs. Must not know what is being divided.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A share between none and all, in parts per million.
///
/// Millionths are enough for any rate that a learner can watch, and fit a dial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ratio {
    millionths: u32,
}

impl Ratio {
    /// Never.
    pub const ZERO: Self = Self { millionths: 0 };
    /// Always.
    pub const ONE: Self = Self { millionths: 1_000_000 };

    /// A share of `millionths` in a million; more than a million counts as all.
    pub const fn per_million(millionths: u32) -> Self {
        Self { millionths: if millionths > 1_000_000 { 1_000_000 } else { millionths } }
    }

    /// A share of `n` in a hundred.
    pub const fn percent(n: u32) -> Self {
        Self::per_million(n * 10_000)
    }

    /// The share, in millionths.
    pub const fn millionths(self) -> u32 {
        self.millionths
    }

    /// Whether a draw that is uniform over all 64-bit values falls within this share.
    ///
    /// The high half of the product is uniform below a million up to one part in 2^44, and integers make
    /// the answer the same everywhere.
    pub const fn covers(self, draw: u64) -> bool {
        (((draw as u128) * 1_000_000) >> 64) < self.millionths as u128
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.millionths / 10_000, self.millionths % 10_000);
        let fraction = format!("{rest:04}");
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { write!(f, "{whole} %") } else { write!(f, "{whole}.{fraction} %") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_covers_its_share_of_all_draws() {
        assert!(!Ratio::ZERO.covers(0));
        assert!(Ratio::ONE.covers(u64::MAX));
        assert!(Ratio::percent(50).covers(u64::MAX / 2));
        assert!(!Ratio::percent(50).covers(u64::MAX / 2 + 1));
    }

    #[test]
    fn ratios_print_as_percentages() {
        assert_eq!(Ratio::percent(7).to_string(), "7 %");
        assert_eq!(Ratio::per_million(1_500).to_string(), "0.15 %");
    }
}
