//! What became of a station's pulls, read from the trace. Must not know why.

use crate::base::{EventId, NodeId, WallReading};
use crate::programs::satellite::FRAME;
use crate::programs::station::{NO_ANSWER, PULL};
use crate::sim::{EventKind, Trace};

/// A pull and what became of it, as far as the station knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pull {
    /// Its send.
    pub(super) sent: EventId,
    /// The frame's receive, while the station still waited.
    pub(super) answered: Option<EventId>,
    /// The station's giving up.
    pub(super) given_up: Option<EventId>,
}

/// The pulls of a station from a satellite, in order.
pub(super) fn pulls(trace: &Trace, station: NodeId, satellite: NodeId) -> Vec<Pull> {
    let mut pulls: Vec<Pull> = Vec::new();
    for event in trace.events().filter(|&event| trace.node(event) == station) {
        match (trace.kind(event), trace.label_word(event)) {
            (EventKind::Send, PULL) if is_with(trace, event, satellite) => {
                pulls.push(Pull { sent: event, answered: None, given_up: None });
            }
            (EventKind::Receive, FRAME) if is_with(trace, event, satellite) => {
                let waits = |pull: &&mut Pull| {
                    pull.given_up.is_none() && trace.label_number(pull.sent) == trace.label_number(event)
                };
                if let Some(pull) = pulls.last_mut().filter(waits) {
                    pull.answered.get_or_insert(event);
                }
            }
            (EventKind::Local, NO_ANSWER)
                if trace.label_number(event) == Some(u32::from(satellite.0) + 1) =>
            {
                if let Some(pull) = pulls.last_mut() {
                    pull.given_up = Some(event);
                }
            }
            _ => {}
        }
    }
    pulls
}

/// The first answer of a satellite that reached a station after it had given up on the pull.
pub(super) fn late_answer(trace: &Trace, station: NodeId, satellite: NodeId) -> Option<EventId> {
    let in_time: Vec<EventId> =
        pulls(trace, station, satellite).into_iter().filter_map(|pull| pull.answered).collect();
    let mut answers = trace.events().filter(|&event| {
        let is_frame = trace.label_word(event) == FRAME;
        trace.node(event) == station && trace.kind(event) == EventKind::Receive && is_frame
    });
    answers.find(|event| is_with(trace, *event, satellite) && in_time.binary_search(event).is_err())
}

/// The write with which the satellite carried a pull out, if it did.
pub(super) fn is_carried_out(trace: &Trace, pull: &Pull) -> Option<EventId> {
    let message = trace.message(pull.sent)?;
    let receive = trace.first_arrival(message)?;
    let after = |&event: &EventId| trace.previous(event) == Some(receive);
    let next = trace.events().skip(receive.index() + 1).find(after)?;
    (trace.kind(next) == EventKind::Write).then_some(next)
}

/// The sends of frames that answered this pull with what was measured then, the last first. There can be two:
/// of a pull that came twice while the satellite was paused.
pub(super) fn frames(
    trace: &Trace,
    satellite: NodeId,
    station: NodeId,
    (nth, taken): (u64, WallReading),
) -> impl Iterator<Item = EventId> + '_ {
    trace.events().rev().filter(move |&event| {
        trace.kind(event) == EventKind::Send
            && trace.node(event) == satellite
            && trace.label_word(event) == FRAME
            && trace.label_number(event).map(u64::from) == Some(nth)
            && trace.wall(event) == taken
            && is_with(trace, event, station)
    })
}

/// Whether the event sends to this node or receives from it.
fn is_with(trace: &Trace, event: EventId, other: NodeId) -> bool {
    trace.message(event).is_some_and(|message| match trace.kind(event) {
        EventKind::Send => trace.receiver(message) == other,
        _ => trace.sender(message) == other,
    })
}
