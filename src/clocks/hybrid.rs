//! The hybrid logical clock: as close to the wall clock as causes allow, and never against them.
//!
//! It sees its own node's wall clock and the stamps that reach it, and nothing else.
//!
//! # What it does
//! A stamp is a wall reading and a small counter. The first part is **the latest wall reading that the
//! node has heard of**, its own or one that came with a message; the counter counts the events that share
//! it. When the node's own clock has moved past everything heard of, the counter starts again at 0. So a
//! cause always has a smaller stamp than its effect, as with Lamport's clock, and yet the stamp reads like
//! a time of day: off by no more than the clocks are off from one another. Stamps fit where a timestamp
//! fits, so a store that keeps the "last" write may use them in place of wall clocks.
//!
//! # What it can't tell
//! Whether two events are concurrent: like Lamport's, its stamps put everything into one line. To keep the
//! highest stamp still drops one of two concurrent writes. It is only as good as the fastest clock: one
//! node that is an hour ahead drags all stamps an hour ahead, and the counter then does the work of a
//! Lamport clock until the others catch up. A bound on how far ahead a message may be keeps that out.
//!
//! # What to look for
//! Set one node's clock ahead. As its messages spread, the others' stamps jump to its time while their
//! own wall clocks have not, and the counters begin to climb. A reply can never seem older than what it
//! replies to, which wall clocks do all the time.
//!
//! # Sources
//! Sandeep Kulkarni, Murat Demirbas, Deepak Madappa, Bharadwaj Avva and Marcelo Leone, "Logical Physical
//! Clocks", OPODIS 2014 (technical report 2014-04, Buffalo): Figure 5 is the algorithm, Figure 6 the
//! example, section 3.3 the bounds. CockroachDB refuses stamps beyond a maximum offset.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ClockEntry, Guarantee, LogicalClock};
use crate::base::{Duration, NodeId, WallReading};

/// The catalogue's line.
pub(super) const ENTRY: ClockEntry = ClockEntry {
    id: "hybrid",
    title: "Hybrid logical",
    line: "The latest wall reading heard of, and a counter: causes first, and close to the time of day",
    doc: crate::module_doc!("hybrid.rs"),
    guarantee: Guarantee::CausesComeFirst,
    label: |stamps| stamps.hybrid.to_string(),
    order: |one, other| (one.hybrid, one.node).cmp(&(other.hybrid, other.node)).into(),
};

/// A stamp of the hybrid clock. Field order is comparison order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HybridStamp {
    /// The latest wall reading in the event's causal past, its own included (`l` in the paper).
    pub wall: WallReading,
    /// How many events of the longest chain that ends here share that reading, without this one (`c`).
    pub logical: u32,
}

impl HybridStamp {
    /// Before every event.
    pub const START: Self = Self { wall: WallReading(i64::MIN), logical: 0 };

    /// The stamp of an event at this wall reading whose latest cause is stamped so.
    ///
    /// One rule serves all four cases of the paper's Figure 5, because of two stamps with equal wall
    /// parts the larger has the larger counter.
    #[inline]
    #[must_use]
    pub const fn next(self, wall: WallReading) -> Self {
        if wall.0 > self.wall.0 {
            return Self { wall, logical: 0 };
        }
        match self.logical.checked_add(1) {
            Some(logical) => Self { wall: self.wall, logical },
            // Only a forged stamp gets here. The next nanosecond keeps the law; the end of time does not.
            None => Self { wall: WallReading(self.wall.0.saturating_add(1)), logical: 0 },
        }
    }

    /// The stamp of an event after this one that receives, at this wall reading, a message stamped `seen`.
    #[inline]
    #[must_use]
    pub fn after(self, wall: WallReading, seen: Self) -> Self {
        self.max(seen).next(wall)
    }
}

impl Default for HybridStamp {
    fn default() -> Self {
        Self::START
    }
}

/// Seconds with nine digits, and the counter after a plus where it is not 0: `48.000000003+2`.
impl fmt::Display for HybridStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = super::Seconds(self.wall.0);
        if self.logical == 0 { seconds.fmt(f) } else { write!(f, "{seconds}+{}", self.logical) }
    }
}

/// A message was stamped too far ahead of the receiver's clock to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFarAhead {
    /// How far its stamp is ahead of the receiver's wall reading.
    pub ahead: Duration,
    /// How far it might have been.
    pub ahead_max: Duration,
}

impl fmt::Display for TooFarAhead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ahead, ahead_max } = self;
        write!(f, "the stamp is {ahead} ahead of this clock, and at most {ahead_max} is believed; ")?;
        write!(f, "one of the two clocks must be set right")
    }
}

impl std::error::Error for TooFarAhead {}

/// A node's hybrid logical clock.
///
/// ```
/// use lightcone::base::WallReading;
/// use lightcone::clocks::Hybrid;
///
/// // Alice's wall clock is at 500; bob's is 490 behind.
/// let (mut alice, mut bob) = (Hybrid::default(), Hybrid::default());
/// let sent = alice.tick(WallReading(500));
/// let arrived = bob.merge(WallReading(10), sent);
/// assert!(arrived > sent, "though bob's own clock says that it arrived before it was sent");
/// assert_eq!((arrived.wall, arrived.logical), (WallReading(500), 1));
///
/// // It does not see concurrency: carol heard nothing of this, and her stamp is simply larger.
/// let mut carol = Hybrid::default();
/// assert!(carol.tick(WallReading(501)) > arrived);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hybrid {
    latest: HybridStamp,
}

impl Hybrid {
    /// Stamps a local step or a send at this wall reading.
    #[inline]
    pub fn tick(&mut self, wall: WallReading) -> HybridStamp {
        self.latest = self.latest.next(wall);
        self.latest
    }

    /// Stamps the arrival, at this wall reading, of a message stamped `seen` by its sender.
    #[inline]
    pub fn merge(&mut self, wall: WallReading, seen: HybridStamp) -> HybridStamp {
        self.latest = self.latest.after(wall, seen);
        self.latest
    }

    /// As [`merge`](Self::merge), but does not believe a stamp that is more than `ahead_max` ahead of this
    /// node's wall clock, so that one mad clock can't drag everyone's stamps along.
    ///
    /// # Errors
    /// The clock is as before, and it is for the caller to drop the message and to `tick` for that.
    pub fn merge_within(
        &mut self,
        wall: WallReading,
        seen: HybridStamp,
        ahead_max: Duration,
    ) -> Result<HybridStamp, TooFarAhead> {
        let ahead = i128::from(seen.wall.0) - i128::from(wall.0);
        if ahead > i128::from(ahead_max.0) {
            return Err(TooFarAhead { ahead: Duration(u64::try_from(ahead).unwrap_or(u64::MAX)), ahead_max });
        }
        Ok(self.merge(wall, seen))
    }

    /// The stamp of the latest event; [`HybridStamp::START`] before the first.
    pub const fn latest(&self) -> HybridStamp {
        self.latest
    }
}

impl LogicalClock for Hybrid {
    type Stamp = HybridStamp;

    fn new(_node: NodeId, _nodes: usize) -> Self {
        Self::default()
    }

    fn stamp_local(&mut self, wall: WallReading) -> HybridStamp {
        self.tick(wall)
    }

    fn stamp_receive(&mut self, wall: WallReading, seen: &HybridStamp) -> HybridStamp {
        self.merge(wall, *seen)
    }

    fn stamp_receives(&mut self, wall: WallReading, seen: &[HybridStamp]) -> HybridStamp {
        match seen.iter().max() {
            Some(seen) => self.merge(wall, *seen),
            None => self.stamp_local(wall),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(stamp: HybridStamp) -> (i64, u32) {
        (stamp.wall.0, stamp.logical)
    }

    #[test]
    fn figure_6_of_the_paper() {
        // Process 0's clock is at 10 while the others' are near 0. Its time passes through process 1 to
        // process 2, whose own clocks stay behind, so the counter climbs.
        let mut clocks = [Hybrid::default(); 3];
        for clock in &mut clocks {
            clock.latest = HybridStamp { wall: WallReading(0), logical: 0 };
        }
        let sent_by_0 = clocks[0].tick(WallReading(10));
        let got_by_1 = clocks[1].merge(WallReading(1), sent_by_0);
        let sent_by_1 = clocks[1].tick(WallReading(2));
        let own_of_2 = clocks[2].tick(WallReading(1));
        let got_by_2 = clocks[2].merge(WallReading(2), sent_by_1);
        let sent_by_2 = clocks[2].tick(WallReading(3));
        let stamps = [sent_by_0, got_by_1, sent_by_1, own_of_2, got_by_2, sent_by_2].map(pair);
        assert_eq!(stamps, [(10, 0), (10, 1), (10, 2), (1, 0), (10, 3), (10, 4)]);
        // Once process 2's clock passes 10, its stamps are its own again.
        assert_eq!(pair(clocks[2].tick(WallReading(11))), (11, 0));
    }

    #[test]
    fn a_clock_that_is_turned_back_goes_on_counting() {
        let mut clock = Hybrid::default();
        let stamps = [-5, -9, -9, -4].map(|wall| pair(clock.tick(WallReading(wall))));
        assert_eq!(stamps, [(-5, 0), (-5, 1), (-5, 2), (-4, 0)]);
    }

    #[test]
    fn a_stamp_from_the_far_future_can_be_refused() {
        let mut clock = Hybrid::default();
        let before = clock.tick(WallReading(100));
        let hour = HybridStamp { wall: WallReading(3_600_000_000_000), logical: 0 };
        let refused = clock.merge_within(WallReading(200), hour, Duration::millis(500));
        let text = refused.expect_err("an hour is more than half a second").to_string();
        assert!(text.contains("3599.999 s ahead") && text.contains("500 ms"), "{text}");
        assert_eq!(clock.latest(), before);
        let near = HybridStamp { wall: WallReading(500_000_200), logical: 7 };
        let taken = clock.merge_within(WallReading(200), near, Duration::millis(500)).expect("just within");
        assert_eq!(pair(taken), (500_000_200, 8));
    }

    #[test]
    fn forged_stamps_do_not_stop_a_run() {
        let mut clock = Hybrid::default();
        let full = HybridStamp { wall: WallReading(7), logical: u32::MAX };
        assert_eq!(pair(clock.merge(WallReading(0), full)), (8, 0), "the law still holds");
        let end = HybridStamp { wall: WallReading(i64::MAX), logical: u32::MAX };
        assert_eq!(pair(clock.merge(WallReading(0), end)), (i64::MAX, 0), "and here it can't");
        assert!(clock.merge_within(WallReading(i64::MIN), end, Duration::ZERO).is_err());
    }

    #[test]
    fn stamps_read_like_a_time() {
        let stamp = |wall, logical| HybridStamp { wall: WallReading(wall), logical }.to_string();
        assert_eq!(stamp(48_000_000_003, 2), "48.000000003+2");
        assert_eq!(stamp(-1, 0), "-0.000000001");
    }
}
