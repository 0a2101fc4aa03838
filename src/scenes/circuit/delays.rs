//! What became of A's frames: how long each took from when it was made until it was delivered.
//!
//! Must not know the claims.

use std::collections::BTreeMap;

use super::{A, LAST, M, OTHERS, Z};
use crate::base::{Duration, EventId};
use crate::programs::datagrams::FRAME;
use crate::programs::multiplexer::{DROPPED, EMPTY};
use crate::programs::sink::DELIVERED;
use crate::programs::stream::MADE;
use crate::sim::{EventKind, Trace};

/// Where each frame of A was made, in order. A datagram is made as it is sent.
fn made(trace: &Trace) -> BTreeMap<u32, EventId> {
    let mut made = BTreeMap::new();
    let is_making = |event: EventId| match trace.kind(event) {
        EventKind::Send => trace.label_word(event) == FRAME,
        EventKind::Local => trace.label_word(event) == MADE,
        _ => false,
    };
    for event in trace.events().filter(|&event| trace.node(event) == A && is_making(event)) {
        if let Some(nth) = trace.label_number(event) {
            made.entry(nth).or_insert(event);
        }
    }
    made
}

/// Each delivery and how long after the making of its frame it came.
pub(in crate::scenes) fn delays(trace: &Trace) -> impl Iterator<Item = (EventId, Duration)> {
    let made = made(trace);
    let delivered = trace.events().filter(|&e| trace.node(e) == Z && trace.label_word(e) == DELIVERED);
    delivered.filter_map(move |event| {
        let made = made.get(&trace.label_number(event)?)?;
        Some((event, trace.at(event).since(trace.at(*made))))
    })
}

/// What became of each frame that A made early enough to come: how long it took, or nothing if it never came.
pub fn fates(trace: &Trace) -> Vec<Option<Duration>> {
    let took: BTreeMap<u32, Duration> =
        delays(trace).filter_map(|(event, took)| Some((trace.label_number(event)?, took))).collect();
    let is_early = |event: EventId| trace.at(event).since_epoch() <= LAST;
    let made = made(trace).into_iter().filter(|(_, event)| is_early(*event));
    made.map(|(nth, _)| took.get(&nth).copied()).collect()
}

/// The first delivery that took another time than the first.
pub(super) fn first_irregular(trace: &Trace) -> Option<EventId> {
    let (_, first) = delays(trace).next()?;
    delays(trace).find(|(_, took)| *took != first).map(|(event, _)| event)
}

/// The first delivery that took longer than this.
pub(super) fn first_late(trace: &Trace, most: Duration) -> Option<EventId> {
    delays(trace).find(|(_, took)| *took > most).map(|(event, _)| event)
}

/// The making of the first frame, of those made up to a time, that was never delivered.
pub(super) fn first_lost(trace: &Trace, until: Duration) -> Option<EventId> {
    let delivered: std::collections::BTreeSet<u32> = trace
        .events()
        .filter(|&e| trace.node(e) == Z && trace.label_word(e) == DELIVERED)
        .filter_map(|event| trace.label_number(event))
        .collect();
    let made = made(trace).into_iter();
    made.filter(|(_, event)| trace.at(*event).since_epoch() <= until)
        .find(|(nth, _)| !delivered.contains(nth))
        .map(|(_, event)| event)
}

/// The first frame that M dropped.
pub(super) fn dropped(trace: &Trace) -> Option<EventId> {
    trace.events().find(|&event| trace.node(event) == M && trace.label_word(event) == DROPPED)
}

/// The first slot that went by empty while a frame of another caller waited at M.
pub(super) fn wasted(trace: &Trace) -> Option<EventId> {
    let mut waiting = 0_u32;
    trace.events().filter(|&event| trace.node(event) == M).find(|&event| {
        match trace.kind(event) {
            EventKind::Receive => {
                let sender = trace.message(event).map(|message| trace.sender(message));
                waiting += u32::from(sender.is_some_and(|from| from == A || OTHERS.contains(&from)));
            }
            EventKind::Send => waiting = waiting.saturating_sub(1),
            _ if trace.label_word(event) == DROPPED => waiting = waiting.saturating_sub(1),
            _ => return trace.label_word(event) == EMPTY && waiting > 0,
        }
        false
    })
}
