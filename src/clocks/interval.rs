//! The interval clock: a wall clock that admits how wrong it may be.
//!
//! # What it does
//! Instead of a time it gives two, *earliest* and *latest*, and promises that the true time lies between.
//! Right after a synchronisation the interval is as wide as the error of that; from there on it widens by
//! the worst drift that the maker admits, until the next. Intervals that don't overlap are in their true
//! order. A database can make a transaction wait until its stamp has surely passed (**commit wait**: take
//! `latest` as the stamp, go on when `earliest` is beyond it), and then stamps agree with the order in
//! which people saw transactions finish, with no message to tell them.
//!
//! # What it can't tell
//! The order of events whose intervals overlap; and a cause and its effect may well overlap. All rests on
//! the promise: an oscillator that drifts more than admitted makes intervals that exclude the truth, and
//! nothing in them shows it. The wait costs twice the uncertainty on every write, so it pays only with
//! clocks that are good to milliseconds.
//!
//! # What to look for
//! Watch the interval widen between synchronisations, and the commit wait with it. Cut a node off from its
//! time source: it becomes slow rather than wrong. Then let its oscillator drift more than the bound says:
//! now it is wrong, at full speed.
//!
//! # Sources
//! James Corbett and others, "Spanner: Google's Globally-Distributed Database", OSDI 2012, section 3: the
//! uncertainty is a sawtooth of 1 to 7 ms, with 200 µs/s of drift applied between polls 30 s apart. Keith
//! Marzullo and Susan Owicki, "Maintaining the Time in a Distributed System", PODC 1983.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CausalOrder, ClockEntry, Guarantee, Seconds};
use crate::base::{Duration, MonotonicReading, WallReading};

/// The catalogue's line.
pub(super) const ENTRY: ClockEntry = ClockEntry {
    id: "interval",
    title: "Interval",
    line: "A wall clock that admits how wrong it may be",
    doc: crate::module_doc!("interval.rs"),
    guarantee: Guarantee::WithinBounds,
    label: |stamps| Interval::around(stamps.wall, stamps.uncertainty).to_string(),
    order: |one, other| {
        // Two events of one node were read off one clock, but by their intervals alone nobody could tell.
        Interval::around(one.wall, one.uncertainty).order(Interval::around(other.wall, other.uncertainty))
    },
};

/// A time that is known to lie between two readings, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// Not before this.
    pub earliest: WallReading,
    /// Not after this.
    pub latest: WallReading,
}

impl Interval {
    /// The interval of a reading that is off by at most `uncertainty`.
    pub fn around(reading: WallReading, uncertainty: Duration) -> Self {
        Self {
            earliest: WallReading(reading.0.saturating_sub_unsigned(uncertainty.0)),
            latest: WallReading(reading.0.saturating_add_unsigned(uncertainty.0)),
        }
    }

    /// Whether `time` may be the true one.
    pub fn contains(self, time: WallReading) -> bool {
        self.earliest <= time && time <= self.latest
    }

    /// Whether both may be the same time.
    pub fn overlaps(self, other: Self) -> bool {
        self.earliest <= other.latest && other.earliest <= self.latest
    }

    /// The order of two times known so far; `Concurrent` where the intervals overlap.
    pub fn order(self, other: Self) -> CausalOrder {
        if self.latest < other.earliest {
            CausalOrder::Before
        } else if other.latest < self.earliest {
            CausalOrder::After
        } else {
            CausalOrder::Concurrent
        }
    }
}

/// The middle and how far it may be off: `48.000 ± 4 ms`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = self.latest.0.abs_diff(self.earliest.0) / 2;
        write!(f, "{} ± {}", Seconds(self.earliest.0.saturating_add_unsigned(half)), Duration(half))
    }
}

/// A node's clock with a bound on its error.
///
/// It keeps no time of its own; it widens what the node's wall clock shows by what may have gone wrong
/// since the last synchronisation, which it measures with the node's monotonic clock.
///
/// ```
/// use lightcone::base::{MonotonicReading, WallReading};
/// use lightcone::clocks::IntervalClock;
///
/// // Just synchronised: off by a millisecond at most.
/// let clock = IntervalClock::default();
/// let (wall, up) = (WallReading(50_000_000_000), MonotonicReading(0));
/// assert_eq!(clock.now(wall, up).to_string(), "50.000 ± 1 ms");
///
/// // A transaction takes the latest possible time as its stamp, and waits until that has surely passed.
/// let stamp = clock.now(wall, up).latest;
/// let wait = clock.commit_wait(wall, up, stamp);
/// assert_eq!(wait.to_string(), "2 ms", "twice the uncertainty, and a little for the drift meanwhile");
///
/// // Half a minute later the clock admits 7 ms, so the same transaction would wait 14.
/// let (wall, up) = (WallReading(80_000_000_000), MonotonicReading(30_000_000_000));
/// assert_eq!(clock.now(wall, up).to_string(), "80.000 ± 7 ms");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntervalClock {
    synced_at: MonotonicReading,
    error_at_sync: Duration,
    drift_bound_ppb: u32,
}

impl Default for IntervalClock {
    /// Spanner's figures: 1 ms after a synchronisation, and 200 µs more each second; synchronised at the
    /// start.
    fn default() -> Self {
        Self::new(Duration::millis(1), 200_000)
    }
}

impl IntervalClock {
    /// A clock synchronised when its node's monotonic clock shows 0, to within `error_at_sync`, whose wall
    /// clock then strays by at most `drift_bound_ppb` billionths: its oscillator's worst drift and the
    /// fastest slew together. A bound above a half is taken as a half.
    pub fn new(error_at_sync: Duration, drift_bound_ppb: u32) -> Self {
        let drift_bound_ppb = drift_bound_ppb.min(500_000_000);
        Self { synced_at: MonotonicReading(0), error_at_sync, drift_bound_ppb }
    }

    /// The wall clock was just set right, to within `error`.
    pub fn sync(&mut self, monotonic: MonotonicReading, error: Duration) {
        self.synced_at = monotonic;
        self.error_at_sync = error;
    }

    /// How far the wall clock may be off when the monotonic clock shows this.
    pub fn uncertainty(&self, monotonic: MonotonicReading) -> Duration {
        let since = u128::from(monotonic.since(self.synced_at).0);
        let strayed = (since * u128::from(self.drift_bound_ppb)).div_ceil(1_000_000_000);
        Duration(self.error_at_sync.0.saturating_add(u64::try_from(strayed).unwrap_or(u64::MAX)))
    }

    /// Between what and what the true time is, by these readings of the node's two clocks.
    pub fn now(&self, wall: WallReading, monotonic: MonotonicReading) -> Interval {
        Interval::around(wall, self.uncertainty(monotonic))
    }

    /// Whether `stamp` has surely passed: the condition to end a commit wait.
    pub fn has_passed(&self, wall: WallReading, monotonic: MonotonicReading, stamp: WallReading) -> bool {
        self.now(wall, monotonic).earliest > stamp
    }

    /// How long to wait, by the node's own clocks, until `stamp` has surely passed; nothing if it has. The
    /// shortest time that does, unless the clock is corrected meanwhile; then ask
    /// [`has_passed`](Self::has_passed) again.
    pub fn commit_wait(
        &self,
        wall: WallReading,
        monotonic: MonotonicReading,
        stamp: WallReading,
    ) -> Duration {
        let passed_after = |wait: u64| {
            let wall = WallReading(wall.0.saturating_add_unsigned(wait));
            self.has_passed(wall, MonotonicReading(monotonic.0.saturating_add(wait)), stamp)
        };
        if passed_after(0) {
            return Duration::ZERO;
        }
        // The earliest time gains at least half of what passes, so twice what is missing is enough.
        let missing = self.now(wall, monotonic).earliest.0.abs_diff(stamp.0).saturating_add(1);
        let (mut too_short, mut enough) = (0, missing.saturating_mul(2));
        while enough - too_short > 1 {
            let middle = too_short + (enough - too_short) / 2;
            if passed_after(middle) { enough = middle } else { too_short = middle }
        }
        Duration(enough)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::TrueTime;
    use crate::clocks::{ClockSpec, Oscillator};

    /// A node whose clocks keep, or break, the default promise: 1 ms at the epoch and 200 ppm.
    #[derive(Clone, Debug)]
    struct Node {
        hardware: Oscillator,
        clock: IntervalClock,
    }

    impl Node {
        fn new(offset_ns: i64, drift_ppb: i64) -> Self {
            let hardware = Oscillator::new(ClockSpec { offset_ns, drift_ppb, ..ClockSpec::default() });
            Self { hardware, clock: IntervalClock::default() }
        }

        fn now(&self, at: TrueTime) -> Interval {
            self.clock.now(self.hardware.wall(at), self.hardware.monotonic(at))
        }

        /// Commits at an instant: the stamp, and the instant at which the wait is over.
        fn commits(&self, at: TrueTime) -> (WallReading, TrueTime) {
            let (wall, monotonic) = (self.hardware.wall(at), self.hardware.monotonic(at));
            let stamp = self.clock.now(wall, monotonic).latest;
            let wait = self.clock.commit_wait(wall, monotonic, stamp);
            (stamp, self.hardware.true_after(at, wait))
        }
    }

    fn honest() -> impl Strategy<Value = Node> {
        // The bound counts by the node's own clock, so a slow one must be a little better than 200 ppm, and a
        // nanosecond is for the rounding of its readings.
        (-999_999_i64..=999_999, -199_960_i64..=200_000).prop_map(|(offset, drift)| Node::new(offset, drift))
    }

    #[test]
    fn the_sawtooth_of_the_paper() {
        let mut clock = IntervalClock::default();
        let at = |secs: u64| clock.uncertainty(MonotonicReading(secs * 1_000_000_000));
        assert_eq!([at(0), at(15), at(30)].map(|u| u.0), [1_000_000, 4_000_000, 7_000_000]);
        clock.sync(MonotonicReading(30_000_000_000), Duration::millis(1));
        assert_eq!(clock.uncertainty(MonotonicReading(30_000_000_000)), Duration::millis(1));
    }

    #[test]
    fn a_broken_promise_orders_events_wrongly() {
        // 1,000 ppm fast instead of at most 200: after a minute the interval lies wholly in the future.
        let (liar, good) = (Node::new(0, 1_000_000), Node::new(0, 0));
        let minute = TrueTime(60_000_000_000);
        assert!(!liar.now(minute).contains(WallReading(minute.0 as i64)));
        // What the good node does 1 ms later reads as surely earlier.
        let later = minute + Duration::millis(1);
        assert_eq!(good.now(later).order(liar.now(minute)), CausalOrder::Before);
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let clock = IntervalClock::new(Duration(u64::MAX), u32::MAX);
        let all = clock.now(WallReading(0), MonotonicReading(u64::MAX));
        assert_eq!((all.earliest.0, all.latest.0), (i64::MIN, i64::MAX));
        let never = clock.commit_wait(WallReading(0), MonotonicReading(0), WallReading(i64::MAX));
        assert_eq!(never, Duration(u64::MAX));
    }

    proptest! {
        #[test]
        fn the_truth_is_inside(node in honest(), at in 0..1_u64 << 48) {
            prop_assert!(node.now(TrueTime(at)).contains(WallReading(at as i64)));
        }

        #[test]
        fn disjoint_intervals_are_in_their_true_order(
            one in honest(), other in honest(), at in 0..1_u64 << 40, apart in 0..60_000_000_u64,
        ) {
            let (first, second) = (one.now(TrueTime(at)), other.now(TrueTime(at + apart)));
            prop_assert_eq!(first.overlaps(second), first.order(second) == CausalOrder::Concurrent);
            prop_assert_ne!(first.order(second), CausalOrder::After);
        }

        #[test]
        fn who_starts_after_a_commit_gets_the_larger_stamp(
            one in honest(), other in honest(), at in 0..1_u64 << 40,
        ) {
            let (first, done) = one.commits(TrueTime(at));
            let (second, _) = other.commits(done);
            prop_assert!(second > first);
        }

        #[test]
        fn a_wait_is_as_long_as_it_must_be(
            node in honest(), at in 0..1_u64 << 40, ahead in -20_000_000_i64..20_000_000,
        ) {
            let (wall, monotonic) = (node.hardware.wall(TrueTime(at)), node.hardware.monotonic(TrueTime(at)));
            let stamp = WallReading(wall.0 + ahead);
            let wait = node.clock.commit_wait(wall, monotonic, stamp).0;
            let passed = |wait: u64| {
                let monotonic = MonotonicReading(monotonic.0 + wait);
                node.clock.has_passed(WallReading(wall.0 + wait as i64), monotonic, stamp)
            };
            prop_assert!(passed(wait));
            prop_assert!(wait == 0 || !passed(wait - 1));
        }
    }
}
