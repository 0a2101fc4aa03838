//! From a log's graph to a trace: events in an order of causes, arrows as messages.
//!
//! The axis of time shows the stated readings where a log states some, moved just so far that no effect comes before
//! its cause; otherwise each event stands one millisecond behind its last cause. What the hosts' clocks showed is kept as
//! it was stated. Must not know the format of the log.

use std::ops::Range;

use super::log::Log;
use super::rebuild::Rebuilt;
use crate::base::{MessageId, NodeId, TrueTime, WallReading};
use crate::sim::{EventKind, ForeignEvent, ForeignMessage, Trace};

/// How far an event stands behind its last cause where no readings are stated, in nanoseconds: 1 ms, which reads well.
pub const LOG_STEP: u64 = 1_000_000;

/// The last instant that every reader of a trace can show: 2^53 nanoseconds.
const LAST: u64 = 1 << 53;

/// Nanoseconds in a second.
const BILLION: i64 = 1_000_000_000;

/// Seconds since 1970 that a log of the present era may state: from 2001 to the end of the century.
const ERA: Range<i64> = 1_000_000_000..4_102_444_800;

/// No event, no message.
const NONE: u32 = u32::MAX;

/// Makes a trace of a log.
pub(super) fn assemble(log: &Log, graph: &Rebuilt) -> Trace {
    let names = graph.hosts.iter().map(|&host| log.hosts.name(host).to_owned()).collect();
    let mut trace = Trace::of_log(names);
    trace.name_fields(&log.fields);
    let times = times(log, graph);
    let order = order(log, &times);
    let out = Outgoing::of(graph);
    let scale = Scale::of(log);
    let nodes = graph.hosts.len();
    let mut nth = vec![0_u32; nodes * nodes];
    // Per arrow, its message once it has been sent.
    let mut message = vec![NONE; graph.arrows.len()];
    let mut received: Vec<MessageId> = Vec::new();
    for event in order {
        let at = event as usize;
        let node = NodeId(graph.lane[at]);
        let mut sent = None;
        for &arrow in out.from(event) {
            let to = NodeId(graph.lane[graph.arrows[arrow as usize].1 as usize]);
            let nth = &mut nth[node.index() * nodes + to.index()];
            let id =
                trace.add_message(&ForeignMessage { from: node, to, nth: *nth, is_sent: true, payload: &[] });
            *nth += 1;
            message[arrow as usize] = id.0;
            sent = sent.or(Some(id));
        }
        let into = graph.into(event);
        received.clear();
        received.extend(into.clone().map(|arrow| MessageId(message[arrow])));
        let kind = match (received.is_empty(), sent) {
            (false, _) => EventKind::Receive,
            (true, Some(_)) => EventKind::Send,
            (true, None) => EventKind::Local,
        };
        let logged = &log.events[at];
        let event = ForeignEvent {
            kind,
            node,
            at: TrueTime(times[at]),
            wall: logged.stated.zip(scale).map(|(stated, scale)| WallReading(scale.nanos(stated) as i64)),
            line: logged.line,
            text: log.text(at),
            is_suspect: graph.is_suspect[at],
            copy: 0,
        };
        trace.add_event(&event, &received, sent);
        log.notes(at).for_each(|(field, text)| trace.add_field(field, text));
    }
    trace
}

/// The stated readings of a log: the earliest, from which they count, and their unit.
#[derive(Clone, Copy)]
struct Scale {
    epoch: i64,
    unit: i64,
}

impl Scale {
    /// Readings are nanoseconds, unless all of them fit the present era in a larger unit within eleven days.
    fn of(log: &Log) -> Option<Self> {
        let stated = || log.events.iter().filter_map(|event| event.stated);
        let (epoch, last) = (stated().min()?, stated().max()?);
        let fits = |unit: &i64| {
            let second = BILLION / unit;
            let era = ERA.start * second..ERA.end * second;
            era.contains(&epoch) && era.contains(&last) && last - epoch < 1_000_000 * second
        };
        let unit = [BILLION, BILLION / 1_000, 1_000].into_iter().find(fits).unwrap_or(1);
        Some(Self { epoch, unit })
    }

    /// Nanoseconds since the epoch.
    fn nanos(self, stated: i64) -> u64 {
        let since = i128::from(stated) - i128::from(self.epoch);
        u64::try_from(since * i128::from(self.unit)).map_or(LAST, |nanos| nanos.min(LAST))
    }
}

/// Where each event stands on the axis of time, later than all its causes.
fn times(log: &Log, graph: &Rebuilt) -> Vec<u64> {
    let scale = Scale::of(log);
    let step = if scale.is_some() { 1 } else { LOG_STEP };
    let mut times = vec![u64::MAX; log.events.len()];
    // Depth first along causes, with a stack of its own: there are no circles left.
    let mut path = Vec::new();
    for root in 0..log.events.len() as u32 {
        path.push(root);
        while let Some(&event) = path.last() {
            let at = event as usize;
            if times[at] < u64::MAX {
                path.pop();
                continue;
            }
            let causes = graph.into(event).map(|arrow| graph.arrows[arrow].0).chain(graph.previous[at]);
            let before = path.len();
            let mut latest = None;
            for cause in causes {
                match times[cause as usize] {
                    u64::MAX => path.push(cause),
                    time => latest = latest.max(Some(time)),
                }
            }
            if path.len() == before {
                let stated =
                    log.events[at].stated.zip(scale).map_or(0, |(stated, scale)| scale.nanos(stated));
                times[at] = stated.max(latest.map_or(0, |latest| latest + step));
                path.pop();
            }
        }
    }
    times
}

/// The events in the order of their times; of several at one instant as the file has them.
fn order(log: &Log, times: &[u64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..log.events.len() as u32).collect();
    order.sort_by_key(|&event| times[event as usize]);
    order
}

impl Rebuilt {
    /// The arrows into an event, by their places.
    fn into(&self, event: u32) -> impl Iterator<Item = usize> + Clone + use<> {
        let from = self.arrows.partition_point(|&(_, effect)| effect < event);
        let length = self.arrows[from..].iter().take_while(|&&(_, effect)| effect == event).count();
        from..from + length
    }
}

/// The arrows out of each event, by their places.
struct Outgoing {
    begin: Vec<u32>,
    arrows: Vec<u32>,
}

impl Outgoing {
    fn of(graph: &Rebuilt) -> Self {
        let mut arrows: Vec<u32> = (0..graph.arrows.len() as u32).collect();
        arrows.sort_by_key(|&arrow| graph.arrows[arrow as usize].0);
        let mut begin = vec![0_u32; graph.lane.len() + 1];
        graph.arrows.iter().for_each(|&(cause, _)| begin[cause as usize + 1] += 1);
        (1..begin.len()).for_each(|event| begin[event] += begin[event - 1]);
        Self { begin, arrows }
    }

    fn from(&self, event: u32) -> &[u32] {
        &self.arrows[self.begin[event as usize] as usize..self.begin[event as usize + 1] as usize]
    }
}
