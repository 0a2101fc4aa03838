//! What a picture looks up in a trace, kept beside it and grown with it: each lane's events, each message's
//! extent along the axis, the losses, and the few events that must be seen at any distance.
//!
//! With it, making a picture costs as much as what is visible, not as much as the run. It takes about thirty
//! bytes an event. Must not know what the picture looks like.

mod intervals;

use std::collections::BTreeMap;

use self::intervals::{Intervals, OPEN};
use super::view::{Axis, Window};
use crate::base::{EventId, MessageId, NodeId, TrueTime};
use crate::sim::{EventKind, FateEntry, Outcome, Trace};

/// Up to so many events that cannot be right each stand alone where others stand in blocks.
const SUSPECTS_MOST: usize = 1_000;

/// What positions on an axis are measured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Measure {
    #[default]
    Time,
    Rank,
    Wall,
}

impl Measure {
    fn of(axis: Axis) -> Self {
        match axis {
            Axis::TrueTime => Self::Time,
            Axis::Causal | Axis::Lamport => Self::Rank,
            Axis::Wall => Self::Wall,
        }
    }
}

/// A lane's part of the index.
#[derive(Clone, Debug, Default)]
struct LaneIndex {
    /// Its events in order.
    events: Vec<u32>,
    /// The places in it of events that are never left out: crashes, restarts, pauses, resumes, clock steps.
    rare: Vec<u32>,
    /// The places in it at which the wall clock shows less than at the event before.
    breaks: Vec<u32>,
}

/// A copy of a message that was lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss {
    /// Its place among all lines of fate.
    place: u32,
    /// The sender.
    pub(super) sender: NodeId,
    /// Where its line begins and ends along the axis.
    start: i64,
    end: i64,
    /// What is said of it.
    pub(super) entry: FateEntry,
}

impl Loss {
    /// Where it is along the axis.
    pub(super) fn value(&self) -> f64 {
        self.end as f64
    }
}

/// A lookup table of one trace, arranged for one axis at a time.
///
/// [`Index::follow`] brings it up to date and must be called before every picture. It belongs to one trace:
/// another trace needs a new one.
#[derive(Clone, Debug, Default)]
pub struct Index {
    measure: Measure,
    branch: u32,
    events: usize,
    fates: u32,
    /// Of how many lines of fate the copies are counted.
    counted: u32,
    lanes: Vec<LaneIndex>,
    /// How many events the longest chain of causes has that ends in each event, where the axis needs it.
    rank: Vec<u32>,
    losses: Vec<Loss>,
    /// How long the line of a loss is at most.
    longest_loss: i64,
    /// The receives of a message after its first.
    again: BTreeMap<u32, Vec<u32>>,
    /// How many copies of a message are still under way, where there was more than one.
    copies: BTreeMap<u32, u32>,
    extents: Intervals,
    /// Of each pair of nodes, sender by receiver, the first message of the one to the other.
    talks: Vec<u32>,
    /// Receives at which the wall clock shows less than it did at the send.
    backward: Vec<u32>,
}

impl Index {
    /// An index that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in what the trace has recorded since the last time, arranged for an axis. The first time on an
    /// axis, and after a branch, it costs as much as the trace is long, otherwise as much as was added.
    pub fn follow(&mut self, trace: &Trace, axis: Axis) {
        self.follow_on(trace, axis, usize::MAX);
    }

    /// Takes in so many events at most, and the rest when it is called again; says whether there is no more. No
    /// picture can be made of it till then.
    pub fn follow_on(&mut self, trace: &Trace, axis: Axis, events_most: usize) -> bool {
        let measure = Measure::of(axis);
        if self.measure != measure || self.branch != trace.branch() || self.lanes.len() != trace.nodes() {
            *self = Self { measure, branch: trace.branch(), ..Self::default() };
            self.lanes.resize_with(trace.nodes(), LaneIndex::default);
            self.talks.resize(trace.nodes() * trace.nodes(), u32::MAX);
        }
        // Copies are counted before what became of them, since fates and events are recorded side by side.
        let fresh = trace.mark().fates.saturating_sub(self.fates.max(self.counted)) as usize;
        self.counted = self.counted.max(trace.mark().fates);
        for entry in trace.fates().rev().take(fresh).filter(|entry| entry.outcome == Outcome::Copied) {
            *self.copies.entry(entry.message.0).or_insert(1) += 1;
        }
        self.take_events(trace, self.events.saturating_add(events_most));
        if self.events < trace.len() {
            return false;
        }
        self.take_messages(trace, trace.messages());
        self.take_fates(trace);
        self.extents.build();
        true
    }

    fn take_events(&mut self, trace: &Trace, up_to: usize) {
        for event in (self.events..trace.len().min(up_to)).map(|event| EventId(event as u32)) {
            self.events = event.index() + 1;
            if self.measure == Measure::Rank {
                let above = trace.causes(event).map(|cause| self.rank[cause.index()]).max();
                self.rank.push(above.map_or(1, |rank| rank + 1));
            }
            self.take_into_lane(trace, event);
            let first = trace.message(event).filter(|_| trace.kind(event) == EventKind::Receive);
            for message in first.into_iter().chain(trace.more_received(event)) {
                if trace.first_arrival(message).is_some_and(|first| first != event) {
                    self.again.entry(message.0).or_default().push(event.0);
                }
                if trace.cause_elsewhere(event).is_some_and(|sent| trace.wall(event) < trace.wall(sent)) {
                    self.backward.push(event.0);
                }
                self.take_messages(trace, message.index() + 1);
                self.resolve(trace, message, self.value(trace, event));
            }
        }
    }

    fn take_into_lane(&mut self, trace: &Trace, event: EventId) {
        let lane = &mut self.lanes[trace.node(event).index()];
        let place = lane.events.len() as u32;
        match trace.kind(event) {
            // So few that each can stand by itself.
            _ if trace.suspects().len() <= SUSPECTS_MOST && trace.is_suspect(event) => lane.rare.push(place),
            EventKind::Crash
            | EventKind::Restart
            | EventKind::Pause
            | EventKind::Resume
            | EventKind::ClockStep => lane.rare.push(place),
            EventKind::Local
            | EventKind::Send
            | EventKind::Receive
            | EventKind::Timer
            | EventKind::Decide
            | EventKind::Write => {}
        }
        if self.measure == Measure::Wall {
            let wall = trace.wall(event).0;
            if lane.events.last().is_some_and(|&before| trace.wall(EventId(before)).0 > wall) {
                lane.breaks.push(place);
            }
        }
        lane.events.push(event.0);
    }

    /// A message begins at its send.
    fn take_messages(&mut self, trace: &Trace, up_to: usize) {
        for message in (self.extents.len()..up_to).map(|message| MessageId(message as u32)) {
            let talk = &mut self.talks
                [trace.sender(message).index() * trace.nodes() + trace.receiver(message).index()];
            *talk = (*talk).min(message.0);
            self.extents.push(trace.sent(message).map_or(0, |event| self.value(trace, event)));
        }
    }

    /// A copy of a message has come to its end.
    fn resolve(&mut self, trace: &Trace, message: MessageId, at: i64) {
        if let Some(under_way) = self.copies.get_mut(&message.0) {
            *under_way = under_way.saturating_sub(1);
            if *under_way > 0 {
                return;
            }
        }
        let (start, end) = self.extents.get(message.index());
        // One that nobody sent begins where it comes in.
        let start = if end == OPEN && trace.sent(message).is_none() { at } else { start };
        let end = if end == OPEN { at } else { end.max(at) };
        self.extents.set(message.index(), start, end);
    }

    fn take_fates(&mut self, trace: &Trace) {
        let first = self.fates;
        let fresh: Vec<FateEntry> =
            trace.fates().rev().take(trace.mark().fates.saturating_sub(first) as usize).collect();
        for (place, entry) in (first..).zip(fresh.into_iter().rev()) {
            if entry.outcome == Outcome::Lost {
                let start = trace.sent(entry.message).map_or(0, |event| self.value(trace, event));
                // Only true time can tell where a loss is: no node's clock saw it, and it is no event.
                let end = if self.measure == Measure::Time { entry.at.0 as i64 } else { start };
                self.resolve(trace, entry.message, end);
                let sender = trace.sender(entry.message);
                self.longest_loss = self.longest_loss.max(end.saturating_sub(start));
                self.losses.push(Loss { place, sender, start, end, entry });
            }
        }
        self.fates = self.fates.max(trace.mark().fates);
    }

    fn value(&self, trace: &Trace, event: EventId) -> i64 {
        match self.measure {
            Measure::Time => trace.at(event).0 as i64,
            // What is not taken in yet has no place.
            Measure::Rank => self.rank.get(event.index()).map_or(0, |&rank| i64::from(rank)),
            Measure::Wall => trace.wall(event).0,
        }
    }

    /// Where an event stands on the axis.
    pub fn place(&self, trace: &Trace, event: EventId) -> f64 {
        self.value(trace, event) as f64
    }

    /// A lane's events up to the trace's mark.
    pub fn lane(&self, trace: &Trace, node: NodeId) -> &[u32] {
        let events = &self.lanes[node.index()].events;
        let is_past = |&event: &u32| (event as usize) < trace.len();
        // Mostly nothing lies behind the mark, and to search for it is most of the work then.
        if events.last().is_none_or(is_past) { events } else { &events[..events.partition_point(is_past)] }
    }

    /// How many of a lane's first events stand up to a value of the axis.
    pub fn count_up_to(&self, trace: &Trace, node: NodeId, value: f64) -> u32 {
        let lane = self.lane(trace, node);
        lane.partition_point(|&event| self.place(trace, EventId(event)) <= value) as u32
    }

    /// The places in a lane of events that are never left out, from one place to another.
    pub(super) fn rare(&self, node: NodeId, from: usize, to: usize) -> &[u32] {
        let rare = &self.lanes[node.index()].rare;
        let first = rare.partition_point(|&place| (place as usize) < from);
        let last = rare.partition_point(|&place| (place as usize) < to);
        &rare[first..last]
    }

    /// The stretches of a lane, as places, whose events stand in the window. There is one, unless the wall
    /// clock went back.
    pub(super) fn visible(
        &self,
        trace: &Trace,
        node: NodeId,
        limit: usize,
        window: Window,
    ) -> Vec<(usize, usize)> {
        let events = self.lane(trace, node);
        let events = &events[..limit.min(events.len())];
        let breaks = &self.lanes[node.index()].breaks;
        let ends = breaks.iter().map(|&place| place as usize).chain([usize::MAX]);
        let mut stretches = Vec::new();
        let mut start = 0;
        for end in ends {
            let end = end.min(events.len());
            let part = &events[start..end];
            let first =
                part.partition_point(|&event| (self.value(trace, EventId(event)) as f64) < window.from);
            let last = part.partition_point(|&event| (self.value(trace, EventId(event)) as f64) <= window.to);
            if first < last {
                stretches.push((start + first, start + last));
            }
            if end == events.len() {
                break;
            }
            start = end;
        }
        stretches
    }

    /// How many messages up to the trace's mark have something to show in the window.
    pub(super) fn count_messages(&self, trace: &Trace, window: Window) -> usize {
        self.extents.count(floor(window.from), ceil(window.to), trace.messages())
    }

    /// One of every `stride` messages that have something to show in the window.
    pub(super) fn messages(
        &self,
        trace: &Trace,
        window: Window,
        stride: usize,
    ) -> impl Iterator<Item = MessageId> {
        let up_to = trace.messages();
        let found = self.extents.overlapping(floor(window.from), ceil(window.to), stride.max(1));
        found.into_iter().filter(move |&place| place < up_to).map(|place| MessageId(place as u32))
    }

    /// The losses up to the trace's mark that have something to show in the window.
    pub(super) fn losses(&self, trace: &Trace, window: Window) -> impl Iterator<Item = &Loss> {
        let fates = trace.mark().fates;
        let (from, to) = (floor(window.from), ceil(window.to));
        let losses = &self.losses[..self.losses.partition_point(|loss| loss.place < fates)];
        // In true time they stand in the order of their ends, and none is under way for longer than the longest.
        let near = match self.measure {
            Measure::Time => {
                let first = losses.partition_point(|loss| loss.end < from);
                let last = losses.partition_point(|loss| loss.end <= to.saturating_add(self.longest_loss));
                &losses[first.min(last)..last]
            }
            Measure::Rank | Measure::Wall => losses,
        };
        near.iter().filter(move |loss| loss.start <= to && loss.end >= from)
    }

    /// The receives up to the trace's mark that by the wall clocks came before their sends, and that stand in the
    /// window.
    pub(super) fn backward(&self, trace: &Trace, window: Window) -> impl Iterator<Item = EventId> {
        let up_to = self.backward.partition_point(|&event| (event as usize) < trace.len());
        let events = self.backward[..up_to].iter().map(|&event| EventId(event));
        events.filter(move |&event| (window.from..=window.to).contains(&self.place(trace, event)))
    }

    /// Whether one of two nodes has sent the other a message, up to the trace's mark.
    pub fn have_talked(&self, trace: &Trace, one: NodeId, other: NodeId) -> bool {
        let first = |from: NodeId, to: NodeId| self.talks.get(from.index() * trace.nodes() + to.index());
        let pairs = [first(one, other), first(other, one)];
        pairs.into_iter().flatten().any(|&message| (message as usize) < trace.messages())
    }

    /// When messages were lost, in true time: all losses that were ever taken in and not forgotten.
    pub(super) fn loss_times(&self) -> impl Iterator<Item = TrueTime> + '_ {
        self.losses.iter().map(|loss| loss.entry.at)
    }

    /// The receives of a message after its first, up to the trace's mark.
    pub(super) fn received_again(
        &self,
        trace: &Trace,
        message: MessageId,
    ) -> impl Iterator<Item = EventId> + '_ {
        let up_to = trace.len();
        let again = self.again.get(&message.0).into_iter().flatten();
        again.filter(move |&&event| (event as usize) < up_to).map(|&event| EventId(event))
    }

    /// From the beginning of the run to its end on the axis, with nothing to spare.
    pub fn extent(&self, trace: &Trace) -> Window {
        match self.measure {
            Measure::Time => Window::new(0.0, trace.now().0 as f64),
            Measure::Rank => {
                let last = NodeId::first(trace.nodes()).filter_map(|node| trace.last_of(node));
                let highest = last.map(|event| self.rank[event.index()]).max().unwrap_or(0);
                Window::new(0.0, f64::from(highest) + 1.0)
            }
            Measure::Wall => self.extent_of_walls(trace),
        }
    }

    /// A stretch that shows about so many of the last events, with a little room behind the present.
    pub fn latest(&self, trace: &Trace, events: usize) -> Window {
        let whole = self.extent(trace);
        let last = trace.events().rev().take(events.max(1));
        let from = last.map(|event| self.place(trace, event)).fold(whole.to, f64::min);
        let from = if trace.len() <= events { whole.from } else { from };
        Window::new(from, whole.to + 0.05 * (whole.to - from))
    }

    /// Between two steps back a wall clock only goes forward, so the edges of those stretches suffice.
    fn extent_of_walls(&self, trace: &Trace) -> Window {
        let mut extent: Option<(f64, f64)> = None;
        for node in NodeId::first(trace.nodes()) {
            let events = self.lane(trace, node);
            let breaks = self.lanes[node.index()].breaks.iter().map(|&place| place as usize);
            let edges = breaks.filter(|&place| place < events.len()).flat_map(|place| [place - 1, place]);
            for place in edges.chain([0, events.len().saturating_sub(1)]) {
                let Some(&event) = events.get(place) else { continue };
                let value = self.place(trace, EventId(event));
                let (low, high) = extent.unwrap_or((value, value));
                extent = Some((low.min(value), high.max(value)));
            }
        }
        extent.map_or(Window::new(0.0, 1.0), |(low, high)| Window::new(low, high))
    }
}

/// Rounded down; a window may be dragged beyond what an integer holds, and then stays at its edge.
fn floor(value: f64) -> i64 {
    libm::floor(value) as i64
}

fn ceil(value: f64) -> i64 {
    libm::ceil(value) as i64
}
