//! Cuts: where a line through all lanes divides a run into what is inside and what is not.
//!
//! # The problem
//! Nobody can look at all nodes at once. What one gathers from them is, of each, the state after so many of its
//! events: a *cut*. Some cuts could have been what was there at one instant, others could not: a message that was
//! received inside and sent outside would have come from nowhere (Chandy and Lamport 1985).
//!
//! # The idea
//! A cut is a [`Frontier`]: one count a lane. It is consistent exactly when it holds with each event all that
//! could have caused it (Mattern 1989), and the causes of an event are one count a lane too. So the whole test is
//! a comparison of counts, and the least consistent cut around a frontier is the larger count of each lane: no
//! walk over the graph, at any size of trace.
//!
//! # Sources
//! Chandy and Lamport 1985, "Distributed snapshots: determining global states of distributed systems"; Mattern
//! 1989, "Virtual time and global states of distributed systems", section 5.
//!
//! Must not know how a cut is drawn or moved.

use super::Causality;
use crate::base::{EventId, MessageId, NodeId, TrueTime};
use crate::sim::{MessageState, Trace};

/// A cut through a run: of each node, how many of its first events are inside.
///
/// # Example
/// ```
/// use lightcone::analysis::{Causality, Frontier};
/// use lightcone::base::EventId;
/// use lightcone::sim::Trace;
///
/// /// What is under way in the first snapshot that holds an event.
/// fn under_way(trace: &Trace, event: EventId) -> usize {
///     let causality = Causality::of(trace);
///     let cut = Frontier::of_past(&causality, event);
///     assert!(cut.is_consistent(&causality));
///     cut.in_flight(trace).count()
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    counts: Vec<u32>,
}

/// A message that breaks a cut: received inside, sent outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The message.
    pub message: MessageId,
    /// Its send, which is outside.
    pub sent: EventId,
    /// The receive, which is inside.
    pub received: EventId,
}

/// A message that a cut finds under way: sent inside, and received outside or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transit {
    /// The message.
    pub message: MessageId,
    /// Its send, which is inside.
    pub sent: EventId,
    /// Its first receive, which is outside; `None` where it has none.
    pub received: Option<EventId>,
    /// Whether every copy of it is lost in the end, so that the snapshot waits for it in vain.
    pub is_lost: bool,
}

impl Frontier {
    /// A cut with these counts, node by node. Nodes without a count have nothing inside, and no lane has more
    /// inside than it has events: a link may hold anything.
    pub fn new(causality: &Causality, counts: &[u32]) -> Self {
        let count =
            |node: NodeId| counts.get(node.index()).copied().unwrap_or(0).min(causality.lane_len(node));
        Self { counts: NodeId::first(causality.nodes()).map(count).collect() }
    }

    /// A cut with these counts, which no run has been asked for; [`new`](Self::new) fits it to one.
    pub fn of_counts(counts: Vec<u32>) -> Self {
        Self { counts }
    }

    /// What had happened up to an instant of true time, inclusive. It is consistent, because no message arrives
    /// before it is sent; an observer outside can see it, and no node can.
    pub fn at(trace: &Trace, causality: &Causality, instant: TrueTime) -> Self {
        let count = |node: NodeId| {
            let event = |own: u32| causality.event_at(node, own);
            last_that(causality.lane_len(node), |own| event(own).is_some_and(|e| trace.at(e) <= instant))
        };
        Self { counts: NodeId::first(causality.nodes()).map(count).collect() }
    }

    /// The first consistent cut with an event inside: its causal past and itself. Every consistent cut that holds
    /// the event holds all of this.
    pub fn of_past(causality: &Causality, event: EventId) -> Self {
        Self { counts: causality.vector(event) }
    }

    /// How many of each node's first events are inside.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// How many of a node's first events are inside.
    pub fn count(&self, node: NodeId) -> u32 {
        self.counts.get(node.index()).copied().unwrap_or(0)
    }

    /// How many events are inside.
    pub fn events(&self) -> usize {
        self.counts.iter().map(|&count| count as usize).sum()
    }

    /// The same cut with so many of a node's events inside, or all if it has fewer.
    #[must_use]
    pub fn with(&self, causality: &Causality, node: NodeId, count: u32) -> Self {
        let mut counts = self.counts.clone();
        if let Some(own) = counts.get_mut(node.index()) {
            *own = count;
        }
        Self::new(causality, &counts)
    }

    /// The same cut moved along a lane by so many events, as far as there are any.
    #[must_use]
    pub fn moved(&self, causality: &Causality, node: NodeId, by: i32) -> Self {
        self.with(causality, node, self.count(node).saturating_add_signed(by))
    }

    /// Whether an event is inside.
    pub fn contains(&self, trace: &Trace, event: EventId) -> bool {
        trace.own_count(event) <= self.count(trace.node(event))
    }

    /// A node's last event inside, which has the state that the cut shows of it; `None` before its first.
    pub fn last(&self, causality: &Causality, node: NodeId) -> Option<EventId> {
        causality.event_at(node, self.count(node))
    }

    /// Whether it could have been what was there at one instant: whether all that could have caused an event
    /// inside is inside.
    pub fn is_consistent(&self, causality: &Causality) -> bool {
        self.extended(causality) == *self
    }

    /// The first consistent cut from here on: the least that holds all of this one.
    #[must_use]
    pub fn extended(&self, causality: &Causality) -> Self {
        let mut counts = self.counts.clone();
        let mut known = vec![0; counts.len()];
        for node in NodeId::first(causality.nodes()) {
            let Some(last) = self.last(causality, node) else { continue };
            causality.vector_into(last, &mut known);
            for (count, known) in counts.iter_mut().zip(&known) {
                *count = (*count).max(*known);
            }
        }
        Self { counts }
    }

    /// The last consistent cut up to here: the greatest that this one holds all of.
    #[must_use]
    pub fn reduced(&self, causality: &Causality) -> Self {
        let count = |node| self.sound(causality, node);
        Self { counts: NodeId::first(causality.nodes()).map(count).collect() }
    }

    /// The message that breaks it first, in the order in which things happened; `None` if it is consistent.
    pub fn breach(&self, trace: &Trace, causality: &Causality) -> Option<Breach> {
        // Whatever comes first among events with a cause outside has that cause directly: a message's send.
        let first = |node| causality.event_at(node, self.sound(causality, node) + 1);
        let is_inside = |event: &EventId| self.contains(trace, *event);
        let event = NodeId::first(causality.nodes()).filter_map(first).filter(is_inside).min()?;
        self.breaches_at(trace, event).next()
    }

    /// All messages that break it, lane by lane in the order of their receives.
    pub fn breaches<'a>(
        &'a self,
        trace: &'a Trace,
        causality: &'a Causality,
    ) -> impl Iterator<Item = Breach> + 'a {
        let of_lane = move |node: NodeId| {
            let suspect = self.sound(causality, node) + 1..self.count(node) + 1;
            suspect.filter_map(move |own| causality.event_at(node, own))
        };
        let suspects = NodeId::first(causality.nodes()).flat_map(of_lane);
        suspects.flat_map(move |event| self.breaches_at(trace, event))
    }

    /// The messages under way: sent inside and not received inside, in the order in which they were sent.
    ///
    /// Together with the state of each node they are the global state of a consistent cut. Copies of a message
    /// that was received inside don't count, since a receiver that has one needs no other.
    pub fn in_flight<'a>(&'a self, trace: &'a Trace) -> impl Iterator<Item = Transit> + 'a {
        trace.message_ids().filter_map(|message| {
            let sent = trace.sent(message).filter(|&sent| sent.index() < trace.len())?;
            let received = trace.first_arrival(message);
            let is_under_way =
                self.contains(trace, sent) && received.is_none_or(|received| !self.contains(trace, received));
            is_under_way.then(|| Transit {
                message,
                sent,
                received,
                is_lost: received.is_none() && trace.state(message) == MessageState::Lost,
            })
        })
    }

    /// How many of a node's first events inside have all their causes inside. What a node knows only grows, so
    /// that they are a first stretch.
    fn sound(&self, causality: &Causality, node: NodeId) -> u32 {
        let mut known = vec![0; causality.nodes()];
        last_that(self.count(node), |own| {
            let Some(event) = causality.event_at(node, own) else { return false };
            causality.vector_into(event, &mut known);
            known.iter().zip(&self.counts).all(|(known, count)| known <= count)
        })
    }

    fn breaches_at<'a>(&'a self, trace: &'a Trace, event: EventId) -> impl Iterator<Item = Breach> + 'a {
        let received = trace.cause_elsewhere(event).and_then(|_| trace.message(event));
        let all = received.into_iter().chain(trace.more_received(event));
        all.filter_map(move |message| {
            let sent = trace.sent(message)?;
            (!self.contains(trace, sent)).then_some(Breach { message, sent, received: event })
        })
    }
}

/// The last of the numbers from 1 to `most` for which a test holds that fails for all behind the first failure;
/// 0 if there is none.
fn last_that(most: u32, mut test: impl FnMut(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if test(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::puppets;

    /// The letters of Mattern's figure: `a` sends to `b`, which tells `c`.
    fn letters() -> (Trace, Causality) {
        let trace = puppets::trace(3, &[], "0 a>b, 20 b>c, 40 c>a lost, 41 a");
        let causality = Causality::of(&trace);
        (trace, causality)
    }

    #[test]
    fn a_receive_without_its_send_breaks_a_cut_and_is_named() {
        let (trace, causality) = letters();
        let cut = Frontier::new(&causality, &[0, 0, 1]);
        assert!(!cut.is_consistent(&causality));
        let breach = cut.breach(&trace, &causality).expect("c has heard of what b has not said");
        assert_eq!((trace.name(trace.sender(breach.message)), breach.message), ("b", MessageId(1)));
        assert_eq!(cut.breaches(&trace, &causality).collect::<Vec<_>>(), [breach]);
        assert_eq!(cut.extended(&causality).counts(), [1, 2, 1], "b sent after it had heard of a");
        assert_eq!(cut.reduced(&causality).counts(), [0, 0, 0]);
    }

    #[test]
    fn a_send_without_its_receive_is_a_message_under_way() {
        let (trace, causality) = letters();
        let cut = Frontier::new(&causality, &[1, 0, 0]);
        assert!(cut.is_consistent(&causality) && cut.breach(&trace, &causality).is_none());
        let under_way: Vec<Transit> = cut.in_flight(&trace).collect();
        assert_eq!((under_way.len(), under_way[0].message, under_way[0].is_lost), (1, MessageId(0), false));
        let whole = Frontier::new(&causality, &[u32::MAX; 3]);
        let lost: Vec<bool> = whole.in_flight(&trace).map(|transit| transit.is_lost).collect();
        assert_eq!((whole.events(), lost), (trace.len(), vec![true]), "it waits for the lost one for ever");
    }

    #[test]
    fn moving_stops_at_both_ends() {
        let (_, causality) = letters();
        let cut = Frontier::new(&causality, &[]);
        assert_eq!(cut.moved(&causality, NodeId(0), -3).counts(), [0, 0, 0]);
        assert_eq!(cut.moved(&causality, NodeId(0), 99).counts(), [2, 0, 0]);
        assert_eq!(cut.with(&causality, NodeId(9), 1), cut, "there is no such lane");
    }
}
