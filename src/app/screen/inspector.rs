//! The inspector: an event, a message or a node in full.
//!
//! Must not know how it is laid out.

use super::super::Model;
use super::super::view::{Selection, ViewAs};
use super::controls::signed_seconds;
use super::stamps::{StampRow, stamps};
use super::words::{clock_time, event_name, event_sentence, message_name};
use crate::base::{EventId, LinkId, MessageId, NodeId};
use crate::sim::{FateEntry, MessageState, NodeStatus, Outcome, Place, Role};

/// What the inspector shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Inspector {
    /// Nothing is selected, or what is selected has not happened yet.
    Empty(String),
    /// An event.
    Event(Box<EventView>),
    /// A message.
    Message(Box<MessageView>),
    /// A node.
    Node(Box<NodeView>),
}

/// An event that caused another, or was caused by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The event.
    pub event: EventId,
    /// Its name.
    pub name: String,
    /// How the two belong together.
    pub how: String,
}

/// An event in full.
#[derive(Clone, Debug, PartialEq)]
pub struct EventView {
    /// The event.
    pub event: EventId,
    /// Its name: `S23 · 3`.
    pub name: String,
    /// What happened.
    pub sentence: String,
    /// Its direct causes.
    pub causes: Vec<Cause>,
    /// What it is a direct cause of.
    pub effects: Vec<Cause>,
    /// How many events lie in its past, in its future, and in neither.
    pub cones: (usize, usize, usize),
    /// Names and values of its readings. In a node's view only that node's own.
    pub readings: Vec<(&'static str, String)>,
    /// Its stamps.
    pub stamps: Vec<StampRow>,
    /// The message that was sent or received.
    pub message: Option<MessageView>,
}

/// A step of a message's journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Where: `S22 → S23`.
    pub place: String,
    /// When, in true time.
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
    /// Where it stands.
    pub state: MessageState,
    /// Its length in bytes.
    pub length: usize,
    /// The codec that wrote it.
    pub codec: &'static str,
    /// The payload as a person reads it, if a program at its ends can read it.
    pub decoded: Option<String>,
    /// The bytes of the payload, or of what arrived.
    pub bytes: Vec<u8>,
    /// The places of the bytes that are not as they were sent.
    pub flipped: Vec<usize>,
    /// Its journey, from the send to the last thing that befell it.
    pub journey: Vec<Journey>,
    /// The copies of it that are in flight, as the tape names them.
    pub in_flight: Vec<crate::sim::MessageRef>,
}

/// A node in full.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeView {
    /// The node.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// What it is and where: `satellite, plane 3, slot 7`.
    pub what: String,
    /// What it is doing.
    pub status: NodeStatus,
    /// Names and values of its present state.
    pub now: Vec<(&'static str, String)>,
    /// Its memory as a person reads it; `None` while it is down.
    pub memory: Option<String>,
    /// Keys and sizes in bytes of what is on its disk.
    pub disk: Vec<(String, usize)>,
    /// The timers that are set, with how long they still run.
    pub timers: Vec<(String, String)>,
    /// The last lines of its log, with their times.
    pub log: Vec<(String, String)>,
}

/// How many lines of a log are shown.
const LOG_LINES: usize = 50;

/// What the inspector shows of what is selected.
pub fn inspector(model: &Model) -> Inspector {
    let trace = model.trace();
    match model.view.selection {
        Selection::Nothing => Inspector::Empty(
            "Nothing is selected. Choose an event, a message or a node, in a picture or in the table."
                .to_owned(),
        ),
        Selection::Event(event) if event.index() < trace.len() => {
            Inspector::Event(Box::new(event_view(model, event)))
        }
        Selection::Message(message) if message.index() < trace.messages() => {
            let arrival = trace.first_arrival(message);
            Inspector::Message(Box::new(message_view(model, message, arrival)))
        }
        Selection::Event(_) | Selection::Message(_) => Inspector::Empty(
            "What was selected has not happened yet. Step on, or choose something else.".to_owned(),
        ),
        Selection::Node(node) => Inspector::Node(Box::new(node_view(model, node))),
    }
}

fn event_view(model: &Model, event: EventId) -> EventView {
    let trace = model.trace();
    let node = trace.node(event);
    let cause = |event, how: String| Cause { event, name: event_name(model, event), how };
    let before = trace.previous(event).map(|previous| cause(previous, "the event before it here".to_owned()));
    let sent = trace
        .cause_elsewhere(event)
        .map(|sent| cause(sent, format!("{}, which arrived", event_sentence(model, sent))));
    let next = trace.events().skip(event.index() + 1).find(|&e| trace.node(e) == node);
    let after = next.map(|next| cause(next, "the next event here".to_owned()));
    let message = trace.message(event);
    let is_send = trace.kind(event) == crate::sim::EventKind::Send;
    let arrivals = message.filter(|_| is_send).map(|message| trace.arrivals(message)).unwrap_or_default();
    let arrivals = arrivals.into_iter().map(|arrival| cause(arrival, event_sentence(model, arrival)));
    EventView {
        event,
        name: event_name(model, event),
        sentence: event_sentence(model, event),
        causes: before.into_iter().chain(sent).collect(),
        effects: after.into_iter().chain(arrivals).collect(),
        cones: super::words::cones(model, event),
        readings: readings(model, event),
        stamps: stamps(model, event),
        message: message.map(|message| message_view(model, message, (!is_send).then_some(event))),
    }
}

/// What the clocks showed, as far as whoever looks may know it.
fn readings(model: &Model, event: EventId) -> Vec<(&'static str, String)> {
    let trace = model.trace();
    let wall = trace.wall(event).0;
    let mut readings = Vec::new();
    if model.view.view_as == ViewAs::Outside {
        readings.push(("true time", clock_time(model, trace.at(event))));
        readings.push(("off by", offset(wall - trace.at(event).0 as i64)));
    }
    if matches!(model.view.view_as, ViewAs::Outside) || is_own(model, trace.node(event)) {
        readings.push(("wall clock", signed_seconds(wall)));
        readings.push(("monotonic", signed_seconds(trace.monotonic(event).0 as i64)));
    }
    readings
}

fn is_own(model: &Model, node: NodeId) -> bool {
    matches!(model.view.view_as, ViewAs::Node(own, _) if own == node)
}

fn offset(nanos: i64) -> String {
    if nanos > 0 { format!("+{}", signed_seconds(nanos)) } else { signed_seconds(nanos) }
}

fn message_view(model: &Model, message: MessageId, arrival: Option<EventId>) -> MessageView {
    let (trace, engine) = (model.trace(), model.engine());
    let (from, to) = (trace.sender(message), trace.receiver(message));
    let sent = trace.payload(message);
    let bytes = arrival.and_then(|event| trace.received_payload(event)).unwrap_or(sent);
    let flipped =
        bytes.iter().zip(sent).enumerate().filter(|(_, (a, b))| a != b).map(|(place, _)| place).collect();
    let codec = engine.setup().nodes[from.index()].codec;
    let explained = engine.explain(bytes, from, to);
    MessageView {
        message,
        name: message_name(model, message),
        from: trace.name(from).to_owned(),
        to: trace.name(to).to_owned(),
        state: trace.state(message),
        length: bytes.len(),
        codec: codec.name(),
        decoded: explained.and_then(|value| serde_json::to_string_pretty(&value).ok()),
        bytes: bytes.to_vec(),
        flipped,
        journey: journey(model, message),
        in_flight: engine.in_flight().into_iter().filter(|p| p.message == message).map(|p| p.name).collect(),
    }
}

fn journey(model: &Model, message: MessageId) -> Vec<Journey> {
    let trace = model.trace();
    let time = |at| clock_time(model, at);
    let mut steps = Vec::new();
    if let Some(sent) = trace.sent(message) {
        steps.push((
            trace.at(sent),
            Journey {
                place: trace.name(trace.sender(message)).to_owned(),
                time: time(trace.at(sent)),
                who: trace.name(trace.sender(message)).to_owned(),
                what: "sends it".to_owned(),
                outcome: Outcome::Onward,
            },
        ));
    }
    for entry in trace.fate(message) {
        steps.push((
            entry.at,
            Journey {
                place: place(model, &entry),
                time: time(entry.at),
                who: signer(entry.fault),
                what: deed(&entry),
                outcome: entry.outcome,
            },
        ));
    }
    for event in trace.arrivals(message) {
        let copy = trace.received_copy(event);
        let copy = if copy > 0 { format!(" (copy {copy})") } else { String::new() };
        steps.push((
            trace.at(event),
            Journey {
                place: trace.name(trace.receiver(message)).to_owned(),
                time: time(trace.at(event)),
                who: trace.name(trace.receiver(message)).to_owned(),
                what: format!("receives it{copy}"),
                outcome: Outcome::Onward,
            },
        ));
    }
    steps.sort_by_key(|(at, _)| *at);
    steps.into_iter().map(|(_, step)| step).collect()
}

fn place(model: &Model, entry: &FateEntry) -> String {
    let ends = |link: LinkId| {
        let link = model.engine().topology().links.get(link.index())?;
        Some(format!("{} → {}", model.name(link.from), model.name(link.to)))
    };
    entry.link.and_then(ends).unwrap_or_else(|| model.name(model.trace().receiver(entry.message)).to_owned())
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

fn deed(entry: &FateEntry) -> String {
    use crate::sim::FateUnit;
    let size = match entry.unit {
        FateUnit::None => String::new(),
        FateUnit::Nanos => format!(": {} later", crate::base::Duration(entry.size)),
        FateUnit::Bit => format!(": bit {} flipped", entry.size),
        FateUnit::Copy => format!(" {} sets out", entry.size),
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

fn node_view(model: &Model, node: NodeId) -> NodeView {
    let (engine, trace) = (model.engine(), model.trace());
    let spec = &engine.setup().nodes[node.index()];
    let role = match spec.role {
        Role::Satellite => "satellite",
        Role::Station => "ground station",
        Role::Server => "server",
        Role::Client => "client",
    };
    let what = match engine.topology().places[node.index()] {
        Place::Orbit { plane, slot } => format!("{role}, plane {}, slot {}", plane + 1, slot + 1),
        Place::Ground { .. } | Place::Fixed { .. } => role.to_owned(),
    };
    let status = engine.status(node);
    let state = match status {
        NodeStatus::Up => "running",
        NodeStatus::Paused => "paused, and does not know",
        NodeStatus::Down => "down",
    };
    let clock = engine.clock(node);
    let wall = clock.wall(engine.now()).0;
    let mut now = Vec::new();
    let is_outside = model.view.view_as == ViewAs::Outside;
    if is_outside {
        now.push(("state", state.to_owned()));
    }
    now.push(("wall clock", signed_seconds(wall)));
    if is_outside {
        now.push(("off by", offset(wall - engine.now().0 as i64)));
        now.push(("drifts", format!("{} ppb", clock.drift_ppb())));
        now.push(("waiting", format!("{} inputs", engine.waiting(node))));
    }
    let show_line = |line: &crate::sim::LogLine| (clock_time(model, line.at), line.text.clone());
    let lines: Vec<(String, String)> = trace.log(node).map(show_line).collect();
    NodeView {
        node,
        name: spec.name.clone(),
        what,
        status,
        now,
        memory: engine.memory(node).and_then(|memory| serde_json::to_string_pretty(&memory).ok()),
        disk: engine.disk(node).map(|(key, size)| (key.to_owned(), size)).collect(),
        timers: engine
            .timers(node)
            .map(|(name, nth, left)| (format!("{name} {nth}"), left.to_string()))
            .collect(),
        log: lines[lines.len().saturating_sub(LOG_LINES)..].to_vec(),
    }
}

/// An event in short: what stands beside it while it is pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Its name and what happened.
    pub title: String,
    /// Names and values of its readings and stamps.
    pub rows: Vec<(String, String)>,
}

/// An event in short, or nothing if it has not happened yet.
pub fn tip(model: &Model, event: EventId) -> Option<Tip> {
    (event.index() < model.trace().len()).then(|| {
        let readings = readings(model, event).into_iter().map(|(name, value)| (name.to_owned(), value));
        let stamps = stamps(model, event).into_iter().map(|row| (row.clock.to_owned(), row.stamp));
        Tip {
            title: format!("{}: {}", event_name(model, event), event_sentence(model, event)),
            rows: readings.chain(stamps).collect(),
        }
    })
}
