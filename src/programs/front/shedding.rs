//! Load shedding: while much waits, what is not critical is turned away at once, and then all is.
//!
//! Must not know what a request is about.
//!
//! # Sources
//! *Site Reliability Engineering* (Beyer and others 2016), chapter 21, "Criticality", and chapter 22, "Load Shedding".

/// How many requests may wait before what is not critical is turned away, and before all are.
const WAITING_MOST: usize = 2;
const CRITICAL_MOST: usize = 6;

/// Whether a request is let in while so many wait.
pub(super) const fn lets_in(waiting: usize, is_critical: bool) -> bool {
    waiting < if is_critical { CRITICAL_MOST } else { WAITING_MOST }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_critical_is_turned_away_last() {
        assert_eq!([0, 1, 2, 5, 6].map(|waiting| lets_in(waiting, false)), [true, true, false, false, false]);
        assert_eq!([0, 1, 2, 5, 6].map(|waiting| lets_in(waiting, true)), [true, true, true, true, false]);
    }
}
