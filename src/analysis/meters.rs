//! Meters: what messages used up, and how much of something there was at each instant, as the trace's fates tell.
//!
//! Faults sign what they count, so that a meter is a sum over the trace and never more or less than what it holds.
//! Must not know which faults count what.

use std::collections::BTreeMap;

use crate::base::{LinkId, NodeId};
use crate::sim::{FateEntry, FateUnit, Trace};

/// Where something was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// At a node: by its processor.
    Node(NodeId),
    /// On a link.
    Link(LinkId),
}

/// The word for what a fault counted and what it counts it in.
pub type Kind = (&'static str, FateUnit);

/// What was used up in all, where and of what kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meters {
    totals: BTreeMap<(Holder, &'static str, FateUnit), u64>,
}

impl Meters {
    /// What one fault counted: the sums of the sizes that it signed, by place and word.
    ///
    /// Of words that say how much there is, and not how much was used up, the sum means nothing.
    pub fn of(trace: &Trace, fault: &str) -> Self {
        let mut totals = BTreeMap::new();
        for entry in trace.fates().filter(|entry| entry.fault == fault && entry.unit != FateUnit::None) {
            let total: &mut u64 =
                totals.entry((holder(trace, &entry), entry.effect, entry.unit)).or_default();
            *total = total.saturating_add(entry.size);
        }
        Self { totals }
    }

    /// What was used up at one place.
    pub fn at(&self, holder: Holder, (effect, unit): Kind) -> u64 {
        self.totals.get(&(holder, effect, unit)).copied().unwrap_or(0)
    }

    /// What was used up everywhere.
    pub fn total(&self, (effect, unit): Kind) -> u64 {
        let all = self.totals.iter().filter(|((_, e, u), _)| (*e, *u) == (effect, unit));
        all.fold(0, |sum, (_, size)| sum.saturating_add(*size))
    }

    /// All of it, by place and then by word.
    pub fn iter(&self) -> impl Iterator<Item = (Holder, Kind, u64)> + '_ {
        self.totals.iter().map(|((holder, effect, unit), size)| (*holder, (*effect, *unit), *size))
    }
}

/// Where a line of fate was signed: on a link, or else at the node. At its own instant a send is its sender's; what is
/// signed at a node later is the receiver's, since a hop takes time.
pub fn holder(trace: &Trace, entry: &FateEntry) -> Holder {
    if let Some(link) = entry.link {
        return Holder::Link(link);
    }
    let sent = trace.sent(entry.message).map(|event| trace.at(event));
    match sent == Some(entry.at) {
        true => Holder::Node(trace.sender(entry.message)),
        false => Holder::Node(trace.receiver(entry.message)),
    }
}
