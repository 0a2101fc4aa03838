//! Why a stamp is what it is: each part of it, back to the events that it comes from.
//!
//! Plain data for the inspector, which puts it into words. Must not know how it is shown.

use super::{Causality, EventStamps, Stamps};
use crate::base::{EventId, NodeId, WallReading};
use crate::clocks::{HybridStamp, LamportStamp};
use crate::sim::Trace;

/// How the stamps of an event follow from those of its direct causes.
///
/// # Example
/// ```
/// use lightcone::analysis::{Causality, Derivation, Stamps};
/// use lightcone::base::EventId;
/// use lightcone::sim::Trace;
///
/// /// `max(2, 5) + 1 = 6`
/// fn lamport_in_words(trace: &Trace, event: EventId) -> String {
///     let why = Derivation::of(trace, &Causality::of(trace), &Stamps::of(trace), event);
///     let own = why.before.map_or(0, |cause| cause.stamps.lamport.0);
///     match why.received {
///         Some(cause) => format!("max({own}, {}) + 1 = {}", cause.stamps.lamport, why.stamps.lamport),
///         None => format!("{own} + 1 = {}", why.stamps.lamport),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    /// The event.
    pub event: EventId,
    /// Its stamps.
    pub stamps: EventStamps,
    /// The event before it on its node, if it is not the first.
    pub before: Option<Cause>,
    /// The send of the message that it receives, if it receives one that was sent.
    pub received: Option<Cause>,
    /// Which of the two decided the Lamport stamp.
    pub lamport: Decided,
    /// Each entry of the vector stamp that is not 0.
    pub vector: Vec<Entry>,
    /// Which rule gave the hybrid stamp, and whose reading is in it.
    pub hybrid: HybridWhy,
}

/// A direct cause and what was stamped there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The event.
    pub event: EventId,
    /// Its stamps.
    pub stamps: EventStamps,
}

/// Which cause had the larger stamp, so that this one follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// The event has no cause: its stamp is a first one.
    First,
    /// The event before it on the same node, or both alike.
    Before,
    /// The message.
    Message,
}

/// An entry of a vector stamp: how many events of a node are known, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose events are counted.
    pub node: NodeId,
    /// How many of them are in the past of the event; at its own node the event itself included.
    pub count: u32,
    /// The last of them.
    pub last: EventId,
    /// The event of the stamped node at which its entry rose so far: the event itself for its own node, and
    /// otherwise a receive.
    pub since: EventId,
    /// The send that brought it, for the entry of another node.
    pub told_by: Option<EventId>,
}

/// Where a hybrid stamp comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HybridWhy {
    /// The rule that applied.
    pub rule: HybridRule,
    /// The event whose wall reading is the stamp's first part: the latest that this event has heard of.
    pub source: EventId,
    /// The stamp of the event before on the same node, if any.
    pub before: Option<HybridStamp>,
    /// The stamp that came with the message, if any.
    pub seen: Option<HybridStamp>,
    /// What the node's own wall clock showed.
    pub wall: WallReading,
}

/// The cases of the hybrid clock's rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HybridRule {
    /// The own wall clock is ahead of all that was heard of: its reading, and the counter starts at 0.
    OwnClock,
    /// The stamp before on the node is the latest, or as late as the message's: its counter goes up by one.
    Before,
    /// The message's stamp is the latest: its counter goes up by one.
    Message,
}

impl Derivation {
    /// How the stamps of an event of the trace came about.
    pub fn of(trace: &Trace, causality: &Causality, stamps: &Stamps, event: EventId) -> Self {
        let cause = |event| Cause { event, stamps: stamps.at(trace, causality, event) };
        // Of several messages at once the one with the longest chain behind it decides.
        let sent = trace.causes_elsewhere(event).max_by_key(|sent| causality.lamport(*sent));
        let (before, received) = (trace.previous(event).map(cause), sent.map(cause));
        let own = stamps.at(trace, causality, event);
        Self {
            event,
            lamport: decided(&before, &received, |stamps| stamps.lamport),
            vector: entries(trace, causality, event, &own),
            hybrid: hybrid(trace, stamps, event, &before, &received, &own),
            stamps: own,
            before,
            received,
        }
    }

    /// The number that the Lamport stamp is one more than: the larger of the causes', or 0.
    pub fn lamport_before(&self) -> LamportStamp {
        let of = |cause: &Option<Cause>| cause.as_ref().map(|cause| cause.stamps.lamport);
        of(&self.before).max(of(&self.received)).unwrap_or_default()
    }
}

fn decided<S: Ord>(
    before: &Option<Cause>,
    received: &Option<Cause>,
    stamp: impl Fn(&EventStamps) -> S,
) -> Decided {
    let of = |cause: &Option<Cause>| cause.as_ref().map(|cause| stamp(&cause.stamps));
    match (of(before), of(received)) {
        (None, None) => Decided::First,
        (before, received) if received > before => Decided::Message,
        _ => Decided::Before,
    }
}

fn entries(trace: &Trace, causality: &Causality, event: EventId, stamps: &EventStamps) -> Vec<Entry> {
    let entry = |(node, &count): (NodeId, &u32)| {
        let last = causality.event_at(node, count)?;
        let (since, told_by) = if node == stamps.node {
            (event, None)
        } else {
            let since = causality.first_to_know(stamps.node, last)?;
            let knows = |sent: &EventId| *sent == last || causality.before(last, *sent);
            (since, trace.causes_elsewhere(since).find(knows))
        };
        Some(Entry { node, count, last, since, told_by })
    };
    NodeId::first(trace.nodes()).zip(&stamps.vector.0).filter_map(entry).collect()
}

fn hybrid(
    trace: &Trace,
    stamps: &Stamps,
    event: EventId,
    before: &Option<Cause>,
    received: &Option<Cause>,
    own: &EventStamps,
) -> HybridWhy {
    let of = |cause: &Option<Cause>| cause.as_ref().map(|cause| cause.stamps.hybrid);
    let heard_of = of(before).max(of(received));
    let rule = match decided(before, received, |stamps| stamps.hybrid) {
        _ if heard_of.is_none_or(|heard| own.wall > heard.wall) => HybridRule::OwnClock,
        Decided::Message => HybridRule::Message,
        Decided::First | Decided::Before => HybridRule::Before,
    };
    HybridWhy {
        rule,
        source: stamps.source(trace, event),
        before: of(before),
        seen: of(received),
        wall: own.wall,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::puppets;

    const A: NodeId = NodeId(0);
    const B: NodeId = NodeId(1);
    const C: NodeId = NodeId(2);

    /// a, whose clock is 100 ms ahead, speaks to b, and b to c. The events: e0 a1 send, e1 c1, e2 c2,
    /// e3 b1 receive, e4 b2 send, e5 c3 receive, e6 c4 long after.
    const TEXT: &str = "0 a>b, 1 c, 2 c, 12 b>c, 400 c";

    fn why(event: u32) -> Derivation {
        let trace = puppets::trace(3, &[100], TEXT);
        Derivation::of(&trace, &Causality::of(&trace), &Stamps::of(&trace), EventId(event))
    }

    #[test]
    fn a_first_event_has_no_cause() {
        let why = why(0);
        assert_eq!(
            (why.lamport, why.lamport_before(), why.stamps.lamport.0),
            (Decided::First, LamportStamp(0), 1)
        );
        let own = Entry { node: A, count: 1, last: EventId(0), since: EventId(0), told_by: None };
        assert_eq!(why.vector, [own]);
        assert_eq!((why.hybrid.rule, why.hybrid.source), (HybridRule::OwnClock, EventId(0)));
        assert_eq!((why.before, why.received), (None, None));
    }

    #[test]
    fn a_receive_takes_what_the_message_knows_better() {
        let why = why(5);
        // c had counted to 2, and the message says 3.
        assert_eq!((why.lamport, why.lamport_before().0, why.stamps.lamport.0), (Decided::Message, 3, 4));
        let told = |node, count, last| {
            let (since, told_by) = (EventId(5), Some(EventId(4)));
            Entry { node, count, last: EventId(last), since, told_by }
        };
        let own = Entry { node: C, count: 3, last: EventId(5), since: EventId(5), told_by: None };
        assert_eq!(why.vector, [told(A, 1, 0), told(B, 2, 4), own]);
        // Neither c's clock (22 ms) nor b's (12 ms) is where the stamp's time comes from.
        assert_eq!((why.hybrid.rule, why.hybrid.source), (HybridRule::Message, EventId(0)));
        let heard = why.hybrid.seen.expect("a stamp came with the message");
        assert_eq!((heard.wall, heard.logical), (WallReading(100_000_000), 2));
        assert_eq!(why.stamps.hybrid, HybridStamp { wall: WallReading(100_000_000), logical: 3 });
        assert_eq!(why.received.map(|cause| cause.event), Some(EventId(4)));
    }

    #[test]
    fn later_events_owe_their_entries_to_the_receive() {
        let last = why(6);
        assert_eq!((last.lamport, last.stamps.lamport.0), (Decided::Before, 5));
        assert_eq!(
            last.vector[1],
            Entry { node: B, count: 2, last: EventId(4), since: EventId(5), told_by: Some(EventId(4)) }
        );
        assert_eq!(
            (last.hybrid.rule, last.hybrid.source),
            (HybridRule::OwnClock, EventId(6)),
            "c has caught up"
        );
        let before = why(4);
        assert_eq!((before.hybrid.rule, before.hybrid.source), (HybridRule::Before, EventId(0)));
    }
}
