//! What a node can believe of the others, beside what is so: the two truths of a run in one table.
//!
//! Its belief is what reached it, its causal past, and nothing of true time. What is so is the observer's. Must not
//! know where it is shown.

use super::super::Model;
use super::words::{event_name, reading};
use crate::base::{EventId, MessageId, NodeId};
use crate::sim::{EventKind, MessageState, NodeStatus};

/// How many nodes, and how many messages, are told of.
const ROWS_MOST: usize = 8;

/// Something of which a node has a belief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    /// What it is about.
    pub about: String,
    /// What the node can believe of it.
    pub believes: String,
    /// What is so.
    pub so: String,
}

/// What a node believes beside what is so: the time, those that it has heard of or written to, and its last messages.
pub(super) fn beliefs(model: &Model, node: NodeId) -> Vec<Belief> {
    let (trace, engine) = (model.trace(), model.engine());
    let now = engine.now();
    let time = Belief {
        about: "the time".to_owned(),
        believes: reading(model, engine.clock(node).wall(now).0),
        so: reading(model, now.0 as i64),
    };
    let last = trace.last_of(node);
    let known = last.map_or_else(|| vec![0; trace.nodes()], |last| model.causality().vector(last));
    let others = NodeId::first(trace.nodes()).filter(|other| *other != node && known[other.index()] > 0);
    let sends = trace
        .events()
        .rev()
        .filter(|event| trace.node(*event) == node && trace.kind(*event) == EventKind::Send);
    let sent = sends.filter_map(|event| trace.message(event)).take(ROWS_MOST);
    std::iter::once(time)
        .chain(others.take(ROWS_MOST).map(|other| of_node(model, other, known[other.index()])))
        .chain(sent.map(|message| of_message(model, message, &known)))
        .collect()
}

fn of_node(model: &Model, other: NodeId, known: u32) -> Belief {
    let (trace, causality) = (model.trace(), model.causality());
    let happened = causality.lane_len(other);
    let last = causality.event_at(other, known);
    let status = match model.engine().status(other) {
        _ if model.is_log() => "",
        NodeStatus::Up => "; it is running",
        NodeStatus::Paused => "; it is paused",
        NodeStatus::Down => "; it is down",
    };
    let newer = match happened - known {
        0 => "nothing has happened there since".to_owned(),
        1 => "one more event has happened there".to_owned(),
        more => format!("{more} more events have happened there"),
    };
    Belief {
        about: trace.name(other).to_owned(),
        believes: last.map_or_else(String::new, |last| format!("heard of up to {}", event_name(model, last))),
        so: format!("{newer}{status}"),
    }
}

/// A message that the node sent: whether it can know that it arrived, and whether it did.
fn of_message(model: &Model, message: MessageId, known: &[u32]) -> Belief {
    let trace = model.trace();
    let is_known = |event: &EventId| trace.own_count(*event) <= known[trace.node(*event).index()];
    let arrivals = trace.arrivals(message);
    let believes = match arrivals.iter().find(|event| is_known(event)) {
        Some(event) => format!("it arrived: {}", event_name(model, *event)),
        None => "no sign that it arrived".to_owned(),
    };
    let so = match trace.state(message) {
        _ if !arrivals.is_empty() => "it arrived",
        MessageState::Lost => "it is lost",
        MessageState::InFlight | MessageState::Arrived => "it is under way",
    };
    let label = trace.sent(message).map(|sent| trace.label(sent)).unwrap_or_default();
    let to = trace.name(trace.receiver(message));
    let about =
        if label.is_empty() { format!("its message to {to}") } else { format!("“{label}” to {to}") };
    Belief { about, believes, so: so.to_owned() }
}
