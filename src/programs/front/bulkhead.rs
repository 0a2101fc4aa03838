//! A bulkhead: each backend has its share of the places and no more, so that a slow one keeps its own alone.
//!
//! Must not know what takes the places.
//!
//! # Sources
//! M. Nygard, *Release It!* (2nd edition 2018), chapter 5, "Bulkheads".

use serde::Serialize;

/// How many places a backend may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Bulkhead(usize);

impl Bulkhead {
    /// So many places, in equal shares.
    pub(super) fn of(places: usize, backends: usize) -> Self {
        Self(places / backends.max(1))
    }

    /// Whether a backend that has so many may have one more.
    pub(super) const fn lets_pass(self, has: usize) -> bool {
        has < self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_equal_and_never_more_than_there_are() {
        let of_nine = Bulkhead::of(9, 3);
        assert_eq!([0, 2, 3, 9].map(|has| of_nine.lets_pass(has)), [true, true, false, false]);
        assert!(Bulkhead::of(8, 3).lets_pass(1) && !Bulkhead::of(8, 3).lets_pass(2), "rounded down");
    }
}
