//! Logical and physical clocks as plain values, and the catalogue of them.
//!
//! A clock is told what its node sees (its own events, the stamps on messages, the readings of its own
//! hardware) and answers with a stamp. Elapsed time is an argument. Must not know the simulator.
//!
//! A new clock is a file, a `mod` line and an entry in [`ALL`]; its stamps come to the page, the laws and
//! the docs through the entry.

use std::cmp::Ordering;
use std::fmt;

use crate::base::{Duration, MonotonicReading, NodeId, WallReading};

pub mod dotted;
pub mod hybrid;
pub mod interval;
pub mod lamport;
pub mod monotonic;
pub mod physical;
pub mod vector;
pub mod wall;

pub use dotted::{Context, Dot, Siblings};
pub use hybrid::{Hybrid, HybridStamp, TooFarAhead};
pub use interval::{Interval, IntervalClock};
pub use lamport::{Lamport, LamportStamp, TotalStamp};
pub use physical::{
    ClockSpec, Correction, DRIFT_PPB_MAX, LeapSecond, Oscillator, SLEW_PPM_MAX, SLEW_PPM_NTP,
    STEP_THRESHOLD_NS,
};
pub use vector::{Vector, VectorStamp};

/// All clocks whose stamps an event can show, from the simplest to the most expensive, then those of
/// hardware.
pub static ALL: &[ClockEntry] =
    &[lamport::ENTRY, vector::ENTRY, hybrid::ENTRY, wall::ENTRY, monotonic::ENTRY, interval::ENTRY];

/// The clock of this id.
pub fn find(id: &str) -> Option<&'static ClockEntry> {
    ALL.iter().find(|entry| entry.id == id)
}

/// A line of the catalogue of clocks.
#[derive(Debug)]
pub struct ClockEntry {
    /// The name in commands and links, such as `lamport`.
    pub id: &'static str,
    /// The name in menus.
    pub title: &'static str,
    /// What it is, in one line.
    pub line: &'static str,
    /// The opening comment of its file: see [`crate::module_doc!`]. Its headings are What it does, What it
    /// can't tell, What to look for, Sources.
    pub doc: &'static str,
    /// What its order of two events is worth.
    pub guarantee: Guarantee,
    /// An event's stamp as it stands in a diagram.
    pub label: fn(&Stamps<'_>) -> String,
    /// How the first event stands to the second, as far as someone could tell who has these two stamps of
    /// this clock and nothing else. It may be wrong: see `guarantee`.
    pub order: fn(&Stamps<'_>, &Stamps<'_>) -> CausalOrder,
}

/// What the order that a clock gives two events is worth, while nodes don't lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// It says "before" exactly when the one could have caused the other.
    CausesExactly,
    /// A cause comes before its effect. Events that have nothing to do with each other are ordered too.
    CausesComeFirst,
    /// An effect never comes before its cause, as long as the clocks are as good as they claim to be.
    WithinBounds,
    /// An effect may come before its cause.
    Nothing,
}

/// Everything that the clocks of the catalogue say about one event.
#[derive(Clone, Copy, Debug)]
pub struct Stamps<'a> {
    /// Whose event it is.
    pub node: NodeId,
    /// What the node's wall clock showed.
    pub wall: WallReading,
    /// What the node's monotonic clock showed.
    pub monotonic: MonotonicReading,
    /// How far the node believes its wall clock to be off at most.
    pub uncertainty: Duration,
    /// Lamport's number.
    pub lamport: LamportStamp,
    /// The vector clock's entries, one for each node.
    pub vector: &'a [u32],
    /// The hybrid stamp.
    pub hybrid: HybridStamp,
}

/// How one event stands to another: in truth, or as a clock tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CausalOrder {
    /// The first could have caused the second.
    Before,
    /// The second could have caused the first.
    After,
    /// Neither could have caused the other, or the clock can't tell.
    Concurrent,
    /// They are one event, or the clock can't tell them apart.
    Same,
}

impl CausalOrder {
    /// How the second stands to the first.
    #[must_use]
    pub const fn reverse(self) -> Self {
        match self {
            Self::Before => Self::After,
            Self::After => Self::Before,
            Self::Concurrent => Self::Concurrent,
            Self::Same => Self::Same,
        }
    }
}

impl From<Ordering> for CausalOrder {
    /// What a clock says that puts everything into one line: it never says "concurrent".
    fn from(order: Ordering) -> Self {
        match order {
            Ordering::Less => Self::Before,
            Ordering::Equal => Self::Same,
            Ordering::Greater => Self::After,
        }
    }
}

impl From<CausalOrder> for Option<Ordering> {
    fn from(order: CausalOrder) -> Self {
        match order {
            CausalOrder::Before => Some(Ordering::Less),
            CausalOrder::Same => Some(Ordering::Equal),
            CausalOrder::After => Some(Ordering::Greater),
            CausalOrder::Concurrent => None,
        }
    }
}

impl fmt::Display for CausalOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Concurrent => "concurrent with",
            Self::Same => "the same as",
        })
    }
}

/// A rule for stamping a node's events so that stamps tell something about causes.
///
/// A clock learns only what its own node learns: its steps, what its wall clock shows, and the stamps on
/// messages that reach it. It is never given true time, because no real node has it. Programs use the
/// clocks' own methods, which ask for no more than each needs; this is for what treats all alike.
///
/// ```
/// use lightcone::base::{NodeId, WallReading};
/// use lightcone::clocks::{Hybrid, Lamport, LogicalClock, Vector};
///
/// /// A letter and its answer: the stamps of the sending and of the two arrivals.
/// fn answered<C: LogicalClock>() -> [C::Stamp; 3] {
///     let (mut alice, mut bob) = (C::new(NodeId(0), 2), C::new(NodeId(1), 2));
///     let sent = alice.stamp_local(WallReading(30));
///     let arrived = bob.stamp_receive(WallReading(20), &sent);
///     let answer = bob.stamp_local(WallReading(21));
///     [sent, arrived, alice.stamp_receive(WallReading(32), &answer)]
/// }
///
/// assert!(answered::<Lamport>().is_sorted());
/// assert!(answered::<Vector>().is_sorted());
/// assert!(answered::<Hybrid>().is_sorted());
/// // By wall clock alone bob's answer would have left before the letter was written: 21 < 30.
/// ```
pub trait LogicalClock {
    /// What a message carries, and what the diagram prints beside an event.
    type Stamp: Clone + PartialOrd + fmt::Debug;
    /// The clock of `node`, one of `nodes`, before its first event.
    fn new(node: NodeId, nodes: usize) -> Self;
    /// Stamps a local step or a send at which the node's wall clock shows `wall`.
    fn stamp_local(&mut self, wall: WallReading) -> Self::Stamp;
    /// Stamps the arrival, at this wall reading, of a message stamped `seen` by its sender.
    fn stamp_receive(&mut self, wall: WallReading, seen: &Self::Stamp) -> Self::Stamp;
    /// Stamps one event at which several messages arrive at once, as logs may have it. A clock that does not say
    /// otherwise takes them one after the other.
    fn stamp_receives(&mut self, wall: WallReading, seen: &[Self::Stamp]) -> Self::Stamp {
        let Some((last, others)) = seen.split_last() else { return self.stamp_local(wall) };
        for seen in others {
            self.stamp_receive(wall, seen);
        }
        self.stamp_receive(wall, last)
    }
}

/// Nanoseconds that are shown as seconds, to the millisecond, microsecond or nanosecond, whichever is enough to say
/// them: `1.500`, `-0.000000001`.
struct Seconds(i64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, ns) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, rest) = (ns / 1_000_000_000, ns % 1_000_000_000);
        let (rest, digits) = match rest {
            rest if rest.is_multiple_of(1_000_000) => (rest / 1_000_000, 3),
            rest if rest.is_multiple_of(1_000) => (rest / 1_000, 6),
            rest => (rest, 9),
        };
        write!(f, "{sign}{whole}.{rest:0digits$}")
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod laws;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Doc;

    #[test]
    fn every_clock_explains_itself() {
        for entry in ALL {
            let doc = Doc::parse(entry.doc);
            let headings: Vec<_> = doc.sections.iter().map(|(heading, _)| heading.as_str()).collect();
            assert_eq!(
                headings,
                ["What it does", "What it can't tell", "What to look for", "Sources"],
                "{}",
                entry.id
            );
            assert!(doc.sections.iter().all(|(_, text)| text.len() > 40), "{} says too little", entry.id);
            assert!(!doc.summary.is_empty() && !entry.line.ends_with('.'));
        }
    }

    #[test]
    fn seconds_have_the_digits_that_it_takes() {
        let shown = [0, 1_500_000_000, 2_000_600_000, -1, 9_999_999_999].map(|ns| Seconds(ns).to_string());
        assert_eq!(shown, ["0.000", "1.500", "2.000600", "-0.000000001", "9.999999999"]);
    }

    #[test]
    fn ids_are_found_and_are_what_links_promise() {
        let ids: Vec<_> = ALL.iter().map(|entry| entry.id).collect();
        assert_eq!(ids, ["lamport", "vector", "hybrid", "wall", "monotonic", "interval"]);
        assert!(ids.iter().all(|id| find(id).is_some_and(|entry| entry.id == *id)));
        assert!(find("sundial").is_none());
    }
}
