//! The stamps that the clocks give the events of a trace, for any event on demand.
//!
//! They are the observer's fold over the trace: as if every node ran every clock from its first event on,
//! ticked it once at each event, and sent its stamp with each message. They survive crashes, which a
//! program's own clock may not.
//!
//! # How any stamp is found without keeping all
//! Readings of the hardware follow from the trace. A vector stamp has as its entries how many events of each
//! node are in the event's past, which is Mattern's theorem, and a Lamport stamp is the length of the
//! longest chain of causes: [`Causality`] has both. A hybrid stamp depends on readings along the whole past,
//! so it is kept wherever it can't be told from the event before: at a receive whose message raises it, and
//! at every 16th event otherwise. From there the clock's own rule gives the events between.
//!
//! Measured on 1,000,000 events: see the table in [`causality`](super::causality).
//!
//! Must not know where a trace came from, nor what the stamps are used for.

use super::Causality;
use crate::base::{Duration, EventId, MonotonicReading, NodeId, WallReading};
use crate::clocks::{self, HybridStamp, IntervalClock, LamportStamp, VectorStamp};
use crate::sim::{Column, Trace};

/// How many events of a node at most lie between two kept hybrid stamps.
const SPACING: usize = 16;

/// The fold of the hybrid clock over a trace, and through it all stamps of any event.
///
/// Made from a trace once and then [extended](Self::extend) as it grows, together with [`Causality`].
///
/// # Example
/// ```
/// use lightcone::analysis::{Causality, Stamps};
/// use lightcone::base::EventId;
/// use lightcone::clocks;
/// use lightcone::sim::Trace;
///
/// /// What all clocks of the catalogue say of an event.
/// fn labels(trace: &Trace, event: EventId) -> Vec<String> {
///     let (causality, stamps) = (Causality::of(trace), Stamps::of(trace));
///     let stamps = stamps.at(trace, &causality, event);
///     clocks::ALL.iter().map(|clock| (clock.label)(&stamps.as_clocks())).collect()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Stamps {
    lanes: Vec<Lane>,
    /// How many events were read.
    length: usize,
    /// How often the trace had forgotten a future when it was last read.
    branch: u32,
}

#[derive(Clone, Debug, Default)]
struct Lane {
    /// Events with their stamps, in order.
    kept: Column<Kept>,
    /// The latest event that was read.
    latest: Option<Latest>,
}

/// 16 bytes, which the order of the fields sees to.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    wall: i64,
    logical: u32,
    event: u32,
}

#[derive(Clone, Copy, Debug)]
struct Latest {
    event: EventId,
    stamp: HybridStamp,
    /// How many events there were since the last kept one.
    since: usize,
}

/// What all clocks of the catalogue say of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventStamps {
    /// Whose event it is.
    pub node: NodeId,
    /// What the node's wall clock showed.
    pub wall: WallReading,
    /// What the node's monotonic clock showed.
    pub monotonic: MonotonicReading,
    /// How far the wall clock may be off, if the clocks were right to a millisecond at the start and have
    /// strayed by at most 200 µs a second since: the default of the interval clock.
    pub uncertainty: Duration,
    /// Lamport's number.
    pub lamport: LamportStamp,
    /// The vector stamp.
    pub vector: VectorStamp,
    /// The hybrid stamp.
    pub hybrid: HybridStamp,
}

impl EventStamps {
    /// The same in the form that the clocks' labels and orders are made from.
    pub fn as_clocks(&self) -> clocks::Stamps<'_> {
        clocks::Stamps {
            node: self.node,
            wall: self.wall,
            monotonic: self.monotonic,
            uncertainty: self.uncertainty,
            lamport: self.lamport,
            vector: &self.vector.0,
            hybrid: self.hybrid,
        }
    }
}

impl Stamps {
    /// Reads a trace up to its mark.
    pub fn of(trace: &Trace) -> Self {
        let lanes = vec![Lane::default(); trace.nodes()];
        let mut stamps = Self { lanes, length: 0, branch: trace.branch() };
        stamps.extend(trace);
        stamps
    }

    /// Reads what is new in the same trace since it was last read, and forgets what the trace has forgotten.
    pub fn extend(&mut self, trace: &Trace) {
        if self.lanes.len() != trace.nodes() {
            *self = Self::of(trace);
            return;
        }
        let same = trace.same_since(self.branch);
        self.branch = trace.branch();
        if same < self.length {
            self.truncate(same);
        }
        self.read_on(trace, usize::MAX);
    }

    /// Reads so many events of a trace at most; says whether it has read them all.
    pub fn read_on(&mut self, trace: &Trace, events_most: usize) -> bool {
        for event in self.length..trace.len().min(self.length.saturating_add(events_most)) {
            self.append(trace, EventId(event as u32));
            self.length = event + 1;
        }
        self.length >= trace.len()
    }

    /// All stamps of an event of the trace that both have read.
    pub fn at(&self, trace: &Trace, causality: &Causality, event: EventId) -> EventStamps {
        EventStamps {
            node: trace.node(event),
            wall: trace.wall(event),
            monotonic: trace.monotonic(event),
            uncertainty: uncertainty(trace, event),
            lamport: LamportStamp(causality.lamport(event)),
            vector: VectorStamp(causality.vector(event).into()),
            hybrid: self.hybrid(trace, event),
        }
    }

    /// The hybrid stamp of an event; [`HybridStamp::START`] of one that was not read.
    pub fn hybrid(&self, trace: &Trace, event: EventId) -> HybridStamp {
        if event.index() >= self.length {
            return HybridStamp::START;
        }
        let kept = self.kept_up_to(trace.node(event), event);
        let mut walls = [WallReading(0); SPACING];
        let (mut count, mut at) = (0, Some(event));
        while let Some(event) = at.filter(|at| kept.is_none_or(|kept| at.0 > kept.event)) {
            walls[count] = trace.wall(event);
            (count, at) = (count + 1, trace.previous(event));
        }
        let stamp = kept.map_or(HybridStamp::START, Kept::stamp);
        walls[..count].iter().rev().fold(stamp, |stamp, wall| stamp.next(*wall))
    }

    /// The event whose wall reading is the first part of the hybrid stamp of an event: the latest reading that
    /// the event has heard of.
    pub fn source(&self, trace: &Trace, event: EventId) -> EventId {
        let reading = self.hybrid(trace, event).wall;
        let mut at = event;
        loop {
            at = self.first_with(trace, at, reading);
            // Of several messages, one brought the reading.
            let has_it = |sent: &EventId| self.hybrid(trace, *sent).wall == reading;
            let brought = match trace.more_causes(at).next() {
                None => trace.cause_elsewhere(at),
                Some(_) => trace.causes_elsewhere(at).find(has_it),
            };
            match brought {
                Some(sent) if trace.wall(at) != reading => at = sent,
                _ => return at,
            }
        }
    }

    /// The first event of the node whose stamp has the same reading as that of this event.
    fn first_with(&self, trace: &Trace, event: EventId, reading: WallReading) -> EventId {
        let lane = &self.lanes[trace.node(event).index()];
        // The readings of a node's stamps never go back, so that those kept can be searched.
        let earlier = lane.kept.partition_point(|kept| kept.wall < reading.0);
        let kept = (earlier < lane.kept.len()).then(|| EventId(lane.kept.get(earlier).event));
        let mut first = kept.map_or(event, |kept| kept.min(event));
        while let Some(previous) = trace.previous(first)
            && self.hybrid(trace, previous).wall == reading
        {
            first = previous;
        }
        first
    }

    /// How many bytes of memory it takes.
    pub fn memory(&self) -> usize {
        self.lanes.iter().map(|lane| size_of::<Lane>() + lane.kept.memory()).sum()
    }

    /// The last kept stamp of a node up to an event.
    fn kept_up_to(&self, node: NodeId, event: EventId) -> Option<Kept> {
        let lane = self.lanes.get(node.index())?;
        let place = lane.kept_before(event.0 + 1).checked_sub(1)?;
        Some(lane.kept.get(place))
    }

    fn append(&mut self, trace: &Trace, event: EventId) {
        let node = trace.node(event);
        let before = trace.previous(event).map(|previous| match self.lanes[node.index()].latest {
            Some(latest) if latest.event == previous => latest,
            _ => Latest { event: previous, stamp: self.hybrid(trace, previous), since: SPACING },
        });
        let own = before.map_or(HybridStamp::START, |latest| latest.stamp);
        let seen = trace.causes_elsewhere(event).map(|sent| self.sent_stamp(trace, sent)).max();
        let stamp = own.max(seen.unwrap_or(own)).next(trace.wall(event));
        let is_raised = seen.is_some_and(|seen| seen > own);
        let since = before.map_or(0, |latest| latest.since) + 1;
        let lane = &mut self.lanes[node.index()];
        if is_raised || since >= SPACING {
            lane.kept.push(Kept { wall: stamp.wall.0, logical: stamp.logical, event: event.0 });
            lane.latest = Some(Latest { event, stamp, since: 0 });
        } else {
            lane.latest = Some(Latest { event, stamp, since });
        }
    }

    /// The stamp that a message carries: mostly its sender has done nothing since.
    fn sent_stamp(&self, trace: &Trace, sent: EventId) -> HybridStamp {
        match self.lanes[trace.node(sent).index()].latest {
            Some(latest) if latest.event == sent => latest.stamp,
            _ => self.hybrid(trace, sent),
        }
    }

    /// Forgets all events from `length` on.
    fn truncate(&mut self, length: usize) {
        for lane in &mut self.lanes {
            lane.kept.truncate(lane.kept_before(length as u32));
            lane.latest = lane.latest.filter(|latest| latest.event.index() < length);
        }
        self.length = length;
    }
}

/// How far the wall clock may be off at an event: see [`EventStamps::uncertainty`].
pub(super) fn uncertainty(trace: &Trace, event: EventId) -> Duration {
    let mut interval = IntervalClock::default();
    let error_at_start = interval.uncertainty(MonotonicReading(0));
    interval.sync(trace.monotonic_at_start(trace.node(event)), error_at_start);
    interval.uncertainty(trace.monotonic(event))
}

impl Lane {
    /// How many stamps are kept of events with smaller ids.
    fn kept_before(&self, event: u32) -> usize {
        self.kept.partition_point(|kept| kept.event < event)
    }
}

impl Kept {
    fn stamp(self) -> HybridStamp {
        HybridStamp { wall: WallReading(self.wall), logical: self.logical }
    }
}
