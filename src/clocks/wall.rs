//! The wall clock: the time of day by the node's own clock, right or wrong.
//!
//! # What it does
//! Every event gets what the node's time-of-day clock shows at that moment. The clock runs a little fast or
//! slow (20 parts in a million is a second and three quarters a day), was wrong from the start, and is
//! corrected now and then by someone: all at once, or little by little. To order events by these readings
//! is what a store does that keeps "the last write", and what everybody does who merges log files.
//!
//! # What it can't tell
//! What happened first. **When the sender's clock is ahead of the receiver's by more than the message is
//! under way, the message arrives before it was sent.** A step backward even puts two events of one node
//! the wrong way round. The reading itself gives no hint of either. How long something took is the wrong
//! question for it too: that is what a monotonic clock is for.
//!
//! # What to look for
//! Turn up the skew until it passes the delay, and count the arrows whose head has the smaller reading. Set
//! a clock back by hand while a timeout runs. Then lower the latency: the same skew does more harm on a
//! faster network.
//!
//! # Sources
//! Justin Sheehy, "There Is No Now", ACM Queue 13(3), 2015. RFC 5905 (NTP version 4) on steps and slews.
//! POSIX, `clock_gettime`, `CLOCK_REALTIME`.

use super::{ClockEntry, Guarantee, Seconds};

/// The catalogue's line.
pub(super) const ENTRY: ClockEntry = ClockEntry {
    id: "wall",
    title: "Wall",
    line: "The time of day by the node's own clock, right or wrong",
    doc: crate::module_doc!("wall.rs"),
    guarantee: Guarantee::Nothing,
    label: |stamps| Seconds(stamps.wall.0).to_string(),
    order: |one, other| one.wall.cmp(&other.wall).into(),
};

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use crate::base::{Duration, TrueTime};
    use crate::clocks::{ClockSpec, Oscillator};

    fn clocks() -> impl Strategy<Value = Oscillator> {
        (-2_000_000_000_i64..2_000_000_000, -100_000_i64..100_000).prop_map(|(offset_ns, drift_ppb)| {
            Oscillator::new(ClockSpec { offset_ns, drift_ppb, ..ClockSpec::default() })
        })
    }

    proptest! {
        #[test]
        fn a_message_arrives_before_it_was_sent_when_the_skew_is_more_than_the_delay(
            sender in clocks(), receiver in clocks(), sent in 0..1_u64 << 45, delay in 1..3_000_000_000_u64,
        ) {
            let sent = TrueTime(sent);
            let arrived = sent + Duration(delay);
            let skew = sender.ahead_ns(sent) - receiver.ahead_ns(arrived);
            prop_assert_eq!(receiver.wall(arrived) < sender.wall(sent), skew > delay as i64);
        }
    }
}
