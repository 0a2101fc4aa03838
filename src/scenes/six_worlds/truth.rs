//! What is true of a world at its observer's timeout, and no observer can know. Must not judge it.

use crate::base::{EventId, NodeId};
use crate::programs::asker::{ANSWERED, REQUEST};
use crate::programs::worker::DONE;
use crate::sim::{EventKind, MessageState, SpanKind, Trace};

/// What the observer outside sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Truth {
    /// Whether the observer's request reached the target.
    pub(super) came: bool,
    /// Whether it was lost on the way.
    pub(super) lost: bool,
    /// Whether it was carried out.
    pub(super) done: bool,
    /// What the target is going through: down, paused, parted with the witness from the others, or nothing.
    pub(super) trouble: Option<SpanKind>,
    /// Whether the witness was answered.
    pub(super) witness: bool,
}

/// The truth of a world (its observer, target and witness) just before an event.
pub(super) fn truth(trace: &Trace, [observer, target, witness]: [NodeId; 3], timeout: EventId) -> Truth {
    let before = || trace.events().take(timeout.index());
    let request = before().find(|&event| {
        trace.node(event) == observer
            && trace.kind(event) == EventKind::Send
            && trace.label_word(event) == REQUEST
    });
    let message = request.and_then(|sent| trace.message(sent));
    let receive = message.and_then(|message| trace.first_arrival(message)).filter(|&event| event < timeout);
    let is_next =
        |&event: &EventId| trace.previous(event) == receive && trace.kind(event) == EventKind::Write;
    let at = trace.at(timeout);
    let lasts = |span: &crate::sim::Span| {
        // Who cuts a line troubles neither of its ends.
        span.kind != SpanKind::Cut
            && span.nodes.contains(&target)
            && span.from <= at
            && span.to.is_none_or(|to| to > at)
    };
    Truth {
        came: receive.is_some(),
        lost: receive.is_none() && message.is_some_and(|it| trace.state(it) == MessageState::Lost),
        done: receive.is_some() && before().any(|event| is_next(&event)),
        trouble: trace.spans().find(lasts).map(|span| span.kind),
        witness: before().any(|event| {
            trace.node(event) == witness
                && trace.kind(event) == EventKind::Decide
                && trace.label_word(event) == ANSWERED
        }),
    }
}

/// Where a target carries its observer's request out for the second time.
pub(super) fn second_time(trace: &Trace, [observer, target, _]: [NodeId; 3]) -> Option<EventId> {
    let is_done = |&event: &EventId| {
        let cause = trace.previous(event).and_then(|before| trace.message(before));
        trace.node(event) == target
            && trace.kind(event) == EventKind::Write
            && trace.label_word(event) == DONE
            && cause.is_some_and(|message| trace.sender(message) == observer)
    };
    trace.events().filter(is_done).nth(1)
}
