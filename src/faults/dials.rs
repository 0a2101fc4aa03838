//! Dial values as the types that the faults reckon with.
//!
//! Values have been checked against their dials before a fault sees them, so that these never fail on what a
//! person chose. Must not know any fault.

use crate::base::{Duration, Ratio};

/// The values, one a dial.
///
/// # Panics
/// When there are more or fewer than the fault has dials, which the catalogue makes impossible.
pub(super) fn each<const N: usize>(values: &[i64]) -> [i64; N] {
    match values.try_into() {
        Ok(values) => values,
        Err(_) => panic!("{} values for a fault of {N} dials", values.len()),
    }
}

/// The value of a dial that counts millionths.
pub(super) fn share(value: i64) -> Ratio {
    Ratio::per_million(u32::try_from(value).unwrap_or(0))
}

/// The value of a dial that counts nanoseconds.
pub(super) fn nanos(value: i64) -> Duration {
    Duration(value.unsigned_abs())
}
