//! The inspector's message: its bytes and its journey, as far as whoever looks can know them.
//!
//! Must not know how it is laid out.

use super::super::Model;
use super::sight::Eyes;
use super::words::{message_name, reading};
use crate::analysis::meters::{Holder, holder};
use crate::base::{Duration, EventId, MessageId, NodeId};
use crate::sim::{FateEntry, FateUnit, MessageState, Outcome, Trace};

/// A step of a message's journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Where: `S22 → S23`.
    pub place: String,
    /// When: in true time, or by the node's own clock in a node's view.
    pub time: String,
    /// Who did something.
    pub who: String,
    /// What was done.
    pub what: String,
    /// What it meant.
    pub outcome: Outcome,
}

/// A message in full.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageView {
    /// The message.
    pub message: MessageId,
    /// Its name.
    pub name: String,
    /// Its ends.
    pub from: String,
    /// Its ends.
    pub to: String,
    /// Where it stands; `None` if whoever looks cannot know.
    pub state: Option<MessageState>,
    /// Its length in bytes.
    pub length: usize,
    /// The codec that wrote it.
    pub codec: &'static str,
    /// The payload as a person reads it, if a program at its ends can read it.
    pub decoded: Option<String>,
    /// The bytes of the payload, or of what arrived.
    pub bytes: Vec<u8>,
    /// The places of the bytes that are not as they were sent, if whoever looks knows both.
    pub flipped: Vec<usize>,
    /// Its journey, from the send to the last thing that befell it.
    pub journey: Vec<Journey>,
    /// Where its time went, from the send to the receive: who took how much of it. Empty while that cannot be told.
    pub time: Vec<(String, Duration)>,
    /// The copies of it that are in flight, as the tape names them.
    pub in_flight: Vec<crate::sim::MessageRef>,
}

/// A message in full, as it was at `arrival` if that is given; `None` if whoever looks knows nothing of it.
pub(super) fn message_view(
    model: &Model,
    eyes: &Eyes,
    message: MessageId,
    arrival: Option<EventId>,
) -> Option<MessageView> {
    let (trace, engine) = (model.trace(), model.engine());
    let (from, to) = (trace.sender(message), trace.receiver(message));
    let knows_send = trace.sent(message).is_some_and(|sent| eyes.see(model, sent));
    let known_arrivals = trace.arrivals(message).into_iter().filter(|event| eyes.see(model, *event)).count();
    let arrival = arrival.filter(|event| eyes.see(model, *event));
    // Who overheard it knows of it too.
    if arrival.is_none() && !eyes.know(model, message) {
        return None;
    }
    let sent = trace.payload(message);
    let bytes = arrival.and_then(|event| trace.received_payload(event)).unwrap_or(sent);
    // Who has not seen the send takes whom the message names for its sender.
    let named = if eyes.are_outside() || knows_send { from } else { engine.named_sender(message) };
    let knows_both = eyes.are_outside() || knows_send;
    let differs = bytes.iter().zip(sent).enumerate().filter(|(_, (a, b))| knows_both && a != b);
    let codec = trace.codec(message);
    let explained = engine.explain(message, bytes);
    let in_flight = engine.in_flight().into_iter().filter(|p| p.message == message).map(|p| p.name);
    Some(MessageView {
        message,
        name: message_name(model, message),
        from: trace.name(named).to_owned(),
        to: trace.name(to).to_owned(),
        state: match (eyes.are_outside(), known_arrivals) {
            (true, _) => Some(trace.state(message)),
            (false, 0) => None,
            (false, _) => Some(MessageState::Arrived),
        },
        length: bytes.len(),
        codec: codec.name(),
        decoded: explained.and_then(|value| serde_json::to_string_pretty(&value).ok()),
        bytes: bytes.to_vec(),
        flipped: differs.map(|(place, _)| place).collect(),
        journey: journey(model, eyes, message),
        time: if eyes.are_outside() { time_spent(trace, message, arrival) } else { Vec::new() },
        in_flight: if eyes.are_outside() { in_flight.collect() } else { Vec::new() },
    })
}

/// What befell a message. Nodes know its ends alone, and those by their own clocks.
fn journey(model: &Model, eyes: &Eyes, message: MessageId) -> Vec<Journey> {
    let trace = model.trace();
    let at_node = |event: EventId, node: NodeId, what: String| {
        let nanos = if eyes.are_outside() { trace.at(event).0 as i64 } else { trace.wall(event).0 };
        let time = reading(model, nanos);
        let (place, who) = (trace.name(node).to_owned(), trace.name(node).to_owned());
        (trace.at(event), Journey { place, time, who, what, outcome: Outcome::Onward })
    };
    let mut steps = Vec::new();
    if let Some(sent) = trace.sent(message).filter(|sent| eyes.see(model, *sent)) {
        steps.push(at_node(sent, trace.sender(message), "sends it".to_owned()));
    }
    for entry in trace.fate(message).into_iter().filter(|_| eyes.are_outside()) {
        steps.push((
            entry.at,
            Journey {
                place: place(model, &entry),
                time: reading(model, entry.at.0 as i64),
                who: signer(entry.fault),
                what: deed(trace, &entry),
                outcome: entry.outcome,
            },
        ));
    }
    for event in trace.arrivals(message).into_iter().filter(|event| eyes.see(model, *event)) {
        let copy = trace.received_copy(event);
        let copy = if copy > 0 { format!(" (copy {copy})") } else { String::new() };
        steps.push(at_node(event, trace.receiver(message), format!("receives it{copy}")));
    }
    steps.sort_by_key(|(at, _)| *at);
    steps.into_iter().map(|(_, step)| step).collect()
}

/// Where the time of the copy that arrived went: what each effect took, the way itself, and all of it. Fragments travel
/// side by side, so that their times do not add up; then there is nothing to say.
fn time_spent(trace: &Trace, message: MessageId, arrival: Option<EventId>) -> Vec<(String, Duration)> {
    let (Some(sent), Some(arrival)) = (trace.sent(message), arrival) else { return Vec::new() };
    let copy = trace.received_copy(arrival);
    let fate = trace.fate(message);
    if copy != 0 || fate.iter().any(|entry| entry.outcome == Outcome::Joined) {
        return Vec::new();
    }
    let all = trace.at(arrival).since(trace.at(sent));
    let mut spent: Vec<(String, u64)> = Vec::new();
    let own = |entry: &&FateEntry| {
        entry.copy == copy && entry.unit == FateUnit::Nanos && entry.at < trace.at(arrival)
    };
    for entry in fate.iter().filter(own) {
        let name = format!("{} ({})", entry.effect, signer(entry.fault));
        match spent.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum = sum.saturating_add(entry.size),
            None => spent.push((name, entry.size)),
        }
    }
    let taken: u64 = spent.iter().map(|(_, sum)| sum).sum();
    let rest = all.0.checked_sub(taken);
    if let Some(rest) = rest.filter(|rest| *rest > 0) {
        spent.push(("the way itself".to_owned(), rest));
    }
    spent.push(("from send to receive".to_owned(), all.0));
    spent.into_iter().map(|(name, nanos)| (name, Duration(nanos))).collect()
}

fn place(model: &Model, entry: &FateEntry) -> String {
    match holder(model.trace(), entry) {
        Holder::Node(node) => model.name(node).to_owned(),
        Holder::Link(link) => match model.engine().topology().links.get(link.index()) {
            Some(link) => format!("{} → {}", model.name(link.from), model.name(link.to)),
            None => String::new(),
        },
    }
}

/// Who signed, in the page's words.
pub(super) fn signer(fault: &str) -> String {
    match fault {
        "hand" => "your hand".to_owned(),
        "script" => "the scene".to_owned(),
        "network" => "the network".to_owned(),
        "crash" => "the crash".to_owned(),
        "cut" => "the cut link".to_owned(),
        "partition" => "the partition".to_owned(),
        id => crate::faults::find(id)
            .map_or_else(|| id.to_owned(), |entry| format!("not “{}”", entry.assumption)),
    }
}

fn deed(trace: &Trace, entry: &FateEntry) -> String {
    let size = match entry.unit {
        FateUnit::None => String::new(),
        FateUnit::Nanos => format!(": {} later", Duration(entry.size)),
        FateUnit::Bit => format!(": bit {} flipped", entry.size),
        FateUnit::Copy => format!(" {} sets out", entry.size),
        FateUnit::Node => format!(" {}", trace.name(NodeId(entry.size as u16))),
        FateUnit::Bytes | FateUnit::Nanojoules | FateUnit::MicroEuros | FateUnit::Inputs => {
            format!(": {} {}", entry.size, entry.unit.name())
        }
    };
    let copy = if entry.copy > 0 && entry.outcome != Outcome::Copied {
        format!(" (copy {})", entry.copy)
    } else {
        String::new()
    };
    let lost = if entry.outcome == Outcome::Lost { ": lost here" } else { "" };
    format!("{}{size}{copy}{lost}", entry.effect)
}
