//! Happens-before: which events could have caused which, by the trace's own arrows.
//!
//! # The problem
//! One event happened before another if a chain of steps leads from the one to the other, each step from
//! an event to the next on its node or from a send to a receive (Lamport 1978). To walk the graph for every
//! question takes time with the size of the trace, and to keep for every event the set of its causes takes
//! memory with the square of it.
//!
//! # The idea
//! The causes of an event are, on each node, the first so many of its events: a prefix. So the whole past of
//! an event is one count a node (Fidge 1988, Mattern 1989), and `e` happened before `f` exactly when `e` is
//! within the prefix of its node in the past of `f`, which is one comparison. The counts are found by taking
//! the larger ones wherever an arrow comes in, which is following the arrows, and not by asking a clock.
//!
//! A count of every node for every event would be 240 bytes at 60 nodes. But the counts of other nodes
//! change only where a message brings news; in between, an event has those of the latest such receive and
//! its own number. So there is one *row* of counts for each receive that brings news, and a row is kept as
//! small differences from the first of its block: see `rows.rs`.
//!
//! # What it costs
//! Measured natively on 1,000,000 events, on two busy cores of an EPYC on which three random reads of
//! tables of this size take 27 ns. W1: 4 nodes, 4 messages in flight. W2: 60 nodes that each gossip to 3 others
//! every 10 ms. The hybrid stamps of [`Stamps`](super::Stamps) are counted apart.
//!
//! | | W1 | W2 |
//! |---|---|---|
//! | memory of an event, here and in `Stamps` | 24 + 3 bytes | 51 + 7 bytes |
//! | preparation, here and in `Stamps` | 0.10 + 0.13 s | 0.43 + 0.09 s |
//! | `before`, two events anywhere | 17 to 45 ns | 24 to 57 ns |
//! | `before`, two events within 1,000 of each other | 45 ns | 90 ns |
//! | all stamps of an event | 4 µs | 5 µs |
//! | a future as a cone | 4 µs | 90 µs |
//!
//! A question is two reads that wait for each other: where the events are, and the count. The memory grows
//! with nodes times receives that bring news; at more than some 100 nodes that gossip with all others it
//! passes 80 bytes an event.
//!
//! Must not know any clock, nor where a trace came from.

mod chain;
mod rows;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::base::{EventId, NodeId};
/// How one event stands to another, in truth.
pub use crate::clocks::CausalOrder as Relation;
use crate::sim::{Column, Trace};
use rows::{Head, Rows};

/// Which events of a trace happened before which.
///
/// Made from a trace once and then [extended](Self::extend) as it grows. It speaks of the events up to the
/// trace's mark at that time. An event that it does not know is neither before nor after any other.
///
/// # Example
/// ```
/// use lightcone::analysis::{Causality, Relation};
/// use lightcone::base::EventId;
/// use lightcone::sim::Trace;
///
/// /// Whether some two events of a run happened independently of each other.
/// fn any_concurrency(trace: &Trace) -> bool {
///     let causality = Causality::of(trace);
///     let (first, last) = (EventId(0), EventId(trace.len() as u32 - 1));
///     if causality.relation(first, last) == Relation::Concurrent {
///         return true;
///     }
///     causality.concurrent_pairs() > 0
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Causality {
    places: Column<Place>,
    lanes: Vec<Lane>,
    /// The counts of each node's latest event, node by node.
    latest: Vec<u32>,
    /// How many events there are up to the mark; more may be known, if the trace was wound back.
    length: usize,
    /// How often the trace had forgotten a future when it was last read.
    branch: u32,
    /// Room for one row.
    scratch: Vec<u32>,
}

/// Where an event is. Field order keeps it at 12 bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// Which event of its node it is, counted from 1.
    own: u32,
    /// How many rows its node has up to it.
    rows: u32,
    node: u16,
}

/// What is known of one node.
#[derive(Clone, Debug)]
struct Lane {
    events: Column<u32>,
    rows: Rows,
    /// How many of its events lie before the mark.
    length: u32,
}

impl Causality {
    /// Reads a trace up to its mark.
    pub fn of(trace: &Trace) -> Self {
        let nodes = trace.nodes();
        let lane = || Lane { events: Column::default(), rows: Rows::new(nodes), length: 0 };
        let mut causality = Self {
            places: Column::default(),
            lanes: (0..nodes).map(|_| lane()).collect(),
            latest: vec![0; nodes * nodes],
            length: 0,
            branch: trace.branch(),
            scratch: vec![0; nodes],
        };
        causality.extend(trace);
        causality
    }

    /// Reads what is new in the same trace since it was last read, and forgets what the trace has forgotten.
    ///
    /// A trace that was wound back and did not take another turn is not read again: what lies behind its
    /// mark stays known, and does not count.
    pub fn extend(&mut self, trace: &Trace) {
        // A node has come along, or the trace was wound back to before it had.
        if self.nodes() != trace.nodes() {
            *self = Self::of(trace);
            return;
        }
        let same = trace.same_since(self.branch);
        self.branch = trace.branch();
        self.truncate(same);
        self.read_on(trace, usize::MAX);
    }

    /// Reads so many events of a trace at most; says whether it has read them all. Till then it speaks of none of them.
    pub fn read_on(&mut self, trace: &Trace, events_most: usize) -> bool {
        let from = self.places.len();
        for event in from..trace.len().min(from.saturating_add(events_most)) {
            self.append(trace, EventId(event as u32));
        }
        let is_done = self.places.len() >= trace.len();
        if is_done && self.length != trace.len() {
            self.length = trace.len();
            self.measure_lanes();
        }
        is_done
    }

    /// How many events it speaks of.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.lanes.len()
    }

    /// Whether the first event could have caused the second. No event is before itself.
    #[inline]
    pub fn before(&self, first: EventId, second: EventId) -> bool {
        // Every cause has a smaller id, which answers half of all questions at once.
        if first >= second || second.index() >= self.places.len() {
            return false;
        }
        let (one, other) = (self.places.get(first.index()), self.places.get(second.index()));
        one.node == other.node || self.knows(other, one)
    }

    /// How the first event stands to the second.
    pub fn relation(&self, first: EventId, second: EventId) -> Relation {
        if first == second {
            Relation::Same
        } else if self.before(first, second) {
            Relation::Before
        } else if self.before(second, first) {
            Relation::After
        } else {
            Relation::Concurrent
        }
    }

    /// All that could have caused the event, without itself.
    pub fn past(&self, event: EventId) -> Cone {
        let counts = self.vector(event);
        let mut lanes: Vec<Range<u32>> = counts.into_iter().map(|count| 1..count + 1).collect();
        if let Some(place) = self.place(event) {
            lanes[usize::from(place.node)].end -= 1;
        }
        Cone { lanes }
    }

    /// All that the event could have caused, without itself, up to the trace's mark.
    pub fn future(&self, event: EventId) -> Cone {
        let stretch = |(node, lane): (usize, &Lane)| {
            let end = lane.length + 1;
            self.first_after(event, node).map_or(end, |first| first.min(end))..end
        };
        Cone { lanes: self.lanes.iter().enumerate().map(stretch).collect() }
    }

    /// How many events could have caused this one. Takes no walk.
    pub fn past_count(&self, event: EventId) -> usize {
        let Some(place) = self.place(event) else { return 0 };
        let head = self.head(place);
        (head.sum + (place.own - head.own)) as usize - 1
    }

    /// How many events up to the trace's mark neither could have caused this one nor it them.
    pub fn concurrent_count(&self, event: EventId) -> usize {
        let with_causes = 1 + self.past_count(event) + self.future(event).count();
        self.length.saturating_sub(with_causes)
    }

    /// How many pairs of events up to the trace's mark one of which could have caused the other.
    ///
    /// That is the sum of all past counts, taken over each stretch of a node between two rows at once.
    pub fn ordered_pairs(&self) -> u64 {
        let of_lane = |lane: &Lane| -> u64 {
            let rows = lane.rows.before(lane.length + 1);
            let starts = (0..=rows).map(|rows| lane.rows.head(rows));
            let ends = (1..=rows).map(|rows| lane.rows.head(rows).own - 1).chain([lane.length]);
            // The events after `own` up to `end` know of `sum + 1`, `sum + 2`, … events, themselves included.
            let stretch = |(head, end): (Head, u32)| {
                // The row's own receive belongs to its stretch; before the first row there is none.
                let (first, count) = if head.own == 0 {
                    (0, u64::from(end))
                } else {
                    (u64::from(head.sum) - 1, u64::from(end + 1 - head.own))
                };
                count * first + count * count.saturating_sub(1) / 2
            };
            starts.zip(ends).map(stretch).sum()
        };
        self.lanes.iter().map(of_lane).sum()
    }

    /// How many pairs of events up to the trace's mark are concurrent.
    pub fn concurrent_pairs(&self) -> u64 {
        let n = self.length as u64;
        n * n.saturating_sub(1) / 2 - self.ordered_pairs()
    }

    /// A shortest chain of causes from the first event to the second, both included: each is a direct cause
    /// of the next, and no chain has fewer events. `None` when the first could not have caused the second.
    ///
    /// It shows why. It takes time with the number of events that lie between the two, at most.
    pub fn chain(&self, trace: &Trace, first: EventId, second: EventId) -> Option<Vec<EventId>> {
        chain::shortest(self, trace, first, second)
    }

    /// How many events of each node could have caused the event, itself included: Mattern's vector.
    pub fn vector(&self, event: EventId) -> Vec<u32> {
        let mut counts = vec![0; self.nodes()];
        self.vector_into(event, &mut counts);
        counts
    }

    /// The same without allocating; `counts` has one number for each node.
    pub fn vector_into(&self, event: EventId, counts: &mut [u32]) {
        match self.place(event) {
            Some(place) => self.fill(place, counts),
            None => counts.fill(0),
        }
    }

    /// How many events the longest chain of causes has that ends in the event, itself included. It is what
    /// Lamport's clock must show, and the place of the event in a drawing by causes.
    pub fn lamport(&self, event: EventId) -> u64 {
        self.place(event).map_or(0, |place| u64::from(self.height(place)))
    }

    /// The event of a node with this number, counted from 1, as in [`Cone::lane`] and [`vector`](Self::vector);
    /// one behind the mark too, if it was read before the trace was wound back.
    pub fn event_at(&self, node: NodeId, own: u32) -> Option<EventId> {
        let events = &self.lanes.get(node.index())?.events;
        let place = (own as usize).checked_sub(1).filter(|&place| place < events.len())?;
        Some(EventId(events.get(place)))
    }

    /// The first event of a node that the event could have caused, itself left out: when the node came to
    /// know of it. `None` as long as it does not.
    pub fn first_to_know(&self, node: NodeId, event: EventId) -> Option<EventId> {
        let lane = self.lanes.get(node.index())?;
        let own = self.first_after(event, node.index())?;
        (own <= lane.length).then(|| self.event_at(node, own))?
    }

    /// How many events up to the trace's mark a node has.
    pub fn lane_len(&self, node: NodeId) -> u32 {
        self.lanes[node.index()].length
    }

    /// How many bytes of memory it takes.
    pub fn memory(&self) -> usize {
        let of_lane = |lane: &Lane| lane.events.memory() + lane.rows.memory();
        let lanes: usize = self.lanes.iter().map(of_lane).sum();
        self.places.memory() + lanes + self.latest.capacity() * size_of::<u32>()
    }

    fn place(&self, event: EventId) -> Option<Place> {
        (event.index() < self.places.len()).then(|| self.places.get(event.index()))
    }

    /// The number of the first event of a node that the event could have caused; it may lie behind the mark.
    fn first_after(&self, event: EventId, node: usize) -> Option<u32> {
        let place = self.place(event)?;
        if node == usize::from(place.node) {
            Some(place.own + 1)
        } else {
            self.lanes[node].rows.first_with(place.node.into(), place.own)
        }
    }

    /// The latest row's head up to an event; all 0 before the first.
    fn head(&self, place: Place) -> Head {
        self.lanes[usize::from(place.node)].rows.head(place.rows)
    }

    fn height(&self, place: Place) -> u32 {
        let head = self.head(place);
        head.height + (place.own - head.own)
    }

    /// Whether an event has in its past an event of another node.
    #[inline]
    fn knows(&self, event: Place, of: Place) -> bool {
        self.lanes[usize::from(event.node)].rows.reaches(event.rows, of.node.into(), of.own)
    }

    fn fill(&self, place: Place, counts: &mut [u32]) {
        let node = usize::from(place.node);
        self.lanes[node].rows.fill(place.rows, counts);
        counts[node] = place.own;
    }

    fn append(&mut self, trace: &Trace, event: EventId) {
        let (node, own) = (trace.node(event), trace.own_count(event));
        let (n, nodes) = (node.index(), self.nodes());
        debug_assert_eq!(own as usize, self.lanes[n].events.len() + 1, "a trace's events count up");
        self.latest[n * nodes + n] = own;
        for sent in trace.causes_elsewhere(event) {
            if let Some(sent) = self.place(sent) {
                self.hear_of(n, own, sent);
            }
        }
        let lane = &mut self.lanes[n];
        lane.events.push(event.0);
        self.places.push(Place { own, rows: lane.rows.len(), node: node.0 });
    }

    /// Event `own` of node `n` receives what was sent at `sent`. If that is news, the node gets a row.
    fn hear_of(&mut self, n: usize, own: u32, sent: Place) {
        let nodes = self.nodes();
        // Who knows of a send knows of its causes too.
        if self.latest[n * nodes + usize::from(sent.node)] >= sent.own {
            return;
        }
        let mut seen = std::mem::take(&mut self.scratch);
        self.fill(sent, &mut seen);
        let latest = &mut self.latest[n * nodes..][..nodes];
        let mut sum = 0;
        for (known, seen) in latest.iter_mut().zip(&seen) {
            *known = (*known).max(*seen);
            sum += *known;
        }
        self.scratch = seen;
        let own_before = self.lanes[n].rows.head(self.lanes[n].rows.len());
        let height = (own_before.height + (own - own_before.own)).max(self.height(sent) + 1);
        let latest = &self.latest[n * nodes..][..nodes];
        self.lanes[n].rows.push(latest, Head { own, sum, height });
    }

    /// Forgets all events from `length` on.
    fn truncate(&mut self, length: usize) {
        if length >= self.places.len() {
            return;
        }
        let mut cut = vec![u32::MAX; self.nodes()];
        for event in (length..self.places.len()).rev() {
            let place = self.places.get(event);
            cut[usize::from(place.node)] = place.own - 1;
        }
        self.places.truncate(length);
        let nodes = self.nodes();
        for (n, own) in cut.into_iter().enumerate().filter(|(_, own)| *own < u32::MAX) {
            let lane = &mut self.lanes[n];
            lane.events.truncate(own as usize);
            lane.rows.truncate(lane.rows.before(own + 1));
            let latest = &mut self.latest[n * nodes..][..nodes];
            lane.rows.fill(lane.rows.len(), latest);
            latest[n] = own;
        }
        self.length = length.min(self.length);
        self.measure_lanes();
    }

    /// Counts each node's events up to the mark.
    fn measure_lanes(&mut self) {
        let length = self.length;
        for lane in &mut self.lanes {
            lane.length = lane.events.partition_point(|event| (event as usize) < length) as u32;
        }
    }
}

/// The past or the future of an event, as one stretch of events on each node.
///
/// That is all that a diagram needs to colour it: no walk over the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cone {
    lanes: Vec<Range<u32>>,
}

impl Cone {
    /// How many events are in it.
    pub fn count(&self) -> usize {
        self.lanes.iter().map(Range::len).sum()
    }

    /// Which events of a node are in it, by their numbers counted from 1: a prefix of the node's events in
    /// a past, a suffix in a future. Empty for a node that there is not.
    pub fn lane(&self, node: NodeId) -> Range<u32> {
        self.lanes.get(node.index()).cloned().unwrap_or_default()
    }

    /// The stretches of all nodes, in order.
    pub fn lanes(&self) -> &[Range<u32>] {
        &self.lanes
    }

    /// Whether an event of the trace is in it.
    pub fn contains(&self, trace: &Trace, event: EventId) -> bool {
        self.lane(trace.node(event)).contains(&trace.own_count(event))
    }
}
