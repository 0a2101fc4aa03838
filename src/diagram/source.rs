//! What a picture is made from: the trace, what was worked out from it, and what the engine says of the present.
//!
//! Must not know what the picture looks like.

use super::index::Index;
use crate::analysis::Causality;
use crate::base::{EventId, MessageId};
use crate::sim::{FateEntry, FaultSetting, InFlight, Topology, Trace};

/// The clock whose stamps stand beside events.
#[derive(Clone, Copy)]
pub struct Stamps<'a> {
    /// Its title, for speech: `Lamport`.
    pub title: &'a str,
    /// An event's stamp as it is written beside it.
    pub of: &'a dyn Fn(EventId) -> String,
}

/// What a picture is made from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// What happened, up to its mark.
    pub trace: &'a Trace,
    /// The lookup table of that trace, which must have followed it along the view's axis.
    pub index: &'a Index,
    /// Which events of that trace happened before which, up to the same mark.
    pub causality: &'a Causality,
    /// The copies of messages that are under way, in the order of their names, if the trace is of a run.
    pub in_flight: &'a [InFlight],
    /// The faults of the run, for the words of the assumptions that they break.
    pub faults: &'a [FaultSetting],
    /// The links, which tell how far along its way a message was lost.
    pub topology: Option<&'a Topology>,
    /// The stamps to write beside events, if any.
    pub stamps: Option<Stamps<'a>>,
}

impl<'a> Source<'a> {
    /// A trace alone, such as an imported log.
    pub fn new(trace: &'a Trace, index: &'a Index, causality: &'a Causality) -> Self {
        Self { trace, index, causality, in_flight: &[], faults: &[], topology: None, stamps: None }
    }

    /// The copies of a message that are under way.
    pub(super) fn copies_in_flight(&self, message: MessageId) -> &'a [InFlight] {
        let first = self.in_flight.partition_point(|packet| packet.message < message);
        let last = self.in_flight.partition_point(|packet| packet.message <= message);
        &self.in_flight[first..last]
    }

    /// How much of the way from the sender's lane to the receiver's a message had made when it was lost.
    ///
    /// A link loses a packet somewhere along it, so that it is drawn halfway along the link. Without the
    /// links, or behind the last hop that is known, at least one more hop is taken to be ahead.
    pub(super) fn way_made(&self, entry: &FateEntry) -> f64 {
        if entry.link.is_none() {
            // At the receiver's door, unless there was no way on from where it was.
            let is_stranded = entry.fault == "network";
            let hops = f64::from(entry.hop);
            return if is_stranded { hops / (hops + 1.0) } else { 1.0 };
        }
        if entry.effect == "checksum" {
            return 1.0;
        }
        let by_hand = entry.effect == "dropped";
        // What is picked out of the air by hand is on the hop that it began last.
        let hop = f64::from(if by_hand { entry.hop.saturating_sub(1) } else { entry.hop });
        let link = entry.link.and_then(|link| self.topology?.links.get(link.index()));
        let is_last = link.is_none_or(|link| link.to == self.trace.receiver(entry.message));
        (hop + 0.5) / (hop + if is_last { 1.0 } else { 2.0 })
    }
}
