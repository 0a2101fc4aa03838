//! The monotonic clock: how long the machine has been running, by its own count.
//!
//! # What it does
//! It counts the ticks of the node's oscillator from an arbitrary start, mostly the last boot. Nobody sets
//! it, no leap second reaches it, and it never goes back. So the difference of two readings of one node is
//! how long something took, but for the drift of the oscillator, and that is what timeouts, leases and
//! retries should be measured by.
//!
//! # What it can't tell
//! Anything about another node: two machines' origins have nothing to do with each other, so a reading in a
//! message is just a number. Nothing about the time of day. After a reboot it starts anew, so that a
//! reading kept on disk means nothing afterwards. Still it drifts: a lease of ten seconds is a little
//! longer on a slow clock, and two nodes' ten seconds differ. And a paused process does not notice that it
//! was paused until it looks.
//!
//! # What to look for
//! Step a node's wall clock while a timer runs: the timer comes when it should. Compare the readings of two
//! nodes in one column: no order, no sense. Restart a crashed program: its machine ran on, and so did the
//! count; only a reboot of the machine would start it anew.
//!
//! # Sources
//! POSIX, `clock_gettime`, `CLOCK_MONOTONIC`. The documentation of `std::time::Instant` in Rust, which is
//! this clock, and tells what the platforms make of it.

use super::{CausalOrder, ClockEntry, Guarantee, Seconds};

/// The catalogue's line.
pub(super) const ENTRY: ClockEntry = ClockEntry {
    id: "monotonic",
    title: "Monotonic",
    line: "How long the machine has been running, by its own count",
    doc: crate::module_doc!("monotonic.rs"),
    // A reboot starts it anew, so that even on one node an effect may have the smaller reading.
    guarantee: Guarantee::Nothing,
    label: |stamps| Seconds(i64::try_from(stamps.monotonic.0).unwrap_or(i64::MAX)).to_string(),
    order: |one, other| match one.node == other.node {
        true => one.monotonic.cmp(&other.monotonic).into(),
        false => CausalOrder::Concurrent,
    },
};
