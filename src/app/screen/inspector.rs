//! The inspector: an event, a message or a node in full.
//!
//! Must not know how it is laid out.

use super::super::Model;
use super::super::view::{Selection, ViewAs};
use super::agencies::agency_of;
use super::beliefs::{Belief, beliefs};
use super::message::{MessageView, message_view};
use super::sight::Eyes;
use super::stamps::{StampRow, stamps};
use super::words::{event_name, event_sentence, reading, signed_seconds};
use crate::base::{EventId, NodeId};
use crate::sim::{LogLine, NodeStatus, Place, Role};

/// What the inspector shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Inspector {
    /// Nothing is selected, what is selected has not happened yet, or it is hidden from whoever looks.
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
    /// What it can believe beside what is so.
    pub beliefs: Vec<Belief>,
    /// The last lines of its log, with their times.
    pub log: Vec<(String, String)>,
    /// What an attacker has learned and done; nothing for anyone else.
    pub learned: Vec<String>,
}

/// How many lines of a log are shown.
const LOG_LINES: usize = 50;

/// What the inspector shows of what is selected.
pub fn inspector(model: &Model) -> Inspector {
    let (trace, eyes) = (model.trace(), Eyes::of(model));
    match model.view.selection {
        Selection::Nothing => Inspector::Empty(
            "Nothing is selected. Choose an event, a message or a node, in a picture or in the table."
                .to_owned(),
        ),
        Selection::Event(event) if event.index() < trace.len() => {
            if eyes.see(model, event) {
                Inspector::Event(Box::new(event_view(model, &eyes, event)))
            } else {
                hidden(model, "the selected event")
            }
        }
        Selection::Message(message) if message.index() < trace.messages() => {
            message_view(model, &eyes, message, trace.first_arrival(message)).map_or_else(
                || hidden(model, "the selected message"),
                |view| Inspector::Message(Box::new(view)),
            )
        }
        Selection::Event(_) | Selection::Message(_) => Inspector::Empty(
            "What was selected has not happened yet. Step on, or choose something else.".to_owned(),
        ),
        Selection::Node(node) if eyes.see_into(node) => {
            Inspector::Node(Box::new(node_view(model, &eyes, node)))
        }
        Selection::Node(node) => hidden(model, &format!("what {} holds and does", model.name(node))),
    }
}

/// What is shown of what a node cannot know.
fn hidden(model: &Model, what: &str) -> Inspector {
    let who = match model.view.view_as {
        ViewAs::Outside => "this view",
        ViewAs::Node(own, _) => model.name(own),
    };
    Inspector::Empty(format!("Hidden: {who} knows nothing of {what}. The outside observer sees it."))
}

fn event_view(model: &Model, eyes: &Eyes, event: EventId) -> EventView {
    let trace = model.trace();
    let node = trace.node(event);
    let cause = |event, how: String| Cause { event, name: event_name(model, event), how };
    let is_known = |event: &EventId| eyes.see(model, *event);
    let before = trace.previous(event).map(|previous| cause(previous, "the event before it here".to_owned()));
    let sent = trace
        .cause_elsewhere(event)
        .filter(is_known)
        .map(|sent| cause(sent, format!("{}, which arrived", event_sentence(model, sent))));
    let next = model.causality().event_at(node, trace.own_count(event) + 1).filter(is_known);
    let after = next.map(|next| cause(next, "the next event here".to_owned()));
    let message = trace.message(event);
    let is_send = trace.kind(event) == crate::sim::EventKind::Send;
    let arrivals = message.filter(|_| is_send).map(|message| trace.arrivals(message)).unwrap_or_default();
    let arrivals =
        arrivals.into_iter().filter(is_known).map(|arrival| cause(arrival, event_sentence(model, arrival)));
    EventView {
        event,
        name: event_name(model, event),
        sentence: event_sentence(model, event),
        causes: before.into_iter().chain(sent).collect(),
        effects: after.into_iter().chain(arrivals).collect(),
        cones: eyes.cones(model, event),
        readings: readings(model, event),
        stamps: stamps(model, event),
        message: message.and_then(|message| message_view(model, eyes, message, (!is_send).then_some(event))),
    }
}

/// What the clocks showed, as far as whoever looks may know it.
fn readings(model: &Model, event: EventId) -> Vec<(&'static str, String)> {
    let trace = model.trace();
    let wall = trace.wall(event).0;
    let mut readings = Vec::new();
    if model.view.view_as == ViewAs::Outside {
        readings.push(("true time", reading(model, trace.at(event).0 as i64)));
        readings.push(("off by", offset(wall - trace.at(event).0 as i64)));
    }
    if Eyes::of(model).see_into(trace.node(event)) {
        readings.push(("wall clock", reading(model, wall)));
        readings.push(("monotonic", signed_seconds(trace.monotonic(event).0 as i64)));
    }
    readings
}

fn offset(nanos: i64) -> String {
    if nanos > 0 { format!("+{}", signed_seconds(nanos)) } else { signed_seconds(nanos) }
}

fn node_view(model: &Model, eyes: &Eyes, node: NodeId) -> NodeView {
    let (engine, trace) = (model.engine(), model.trace());
    let spec = engine.spec(node);
    let role = match spec.role {
        _ if engine.is_record() => "host of the log",
        Role::Satellite => "satellite",
        Role::Station => "ground station",
        Role::Server => "server",
        Role::Client => "client",
        Role::Attacker => "attacker",
    };
    let what = match engine.topology().place(node) {
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
    let is_outside = eyes.are_outside();
    if is_outside {
        now.push(("state", state.to_owned()));
    }
    now.push(("wall clock", reading(model, wall)));
    if is_outside {
        now.push(("off by", offset(wall - engine.now().0 as i64)));
        now.push(("drifts", format!("{} ppb", clock.drift_ppb())));
        now.push(("waiting", format!("{} inputs", engine.waiting(node))));
        now.extend(agency_of(model, node).map(|agency| ("agency", agency)));
    }
    let time = |line: &LogLine| {
        reading(model, if is_outside { line.at.0 as i64 } else { wall_of_line(model, line) })
    };
    let lines: Vec<&LogLine> = trace.log(node).collect();
    let last = lines[lines.len().saturating_sub(LOG_LINES)..].iter();
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
        beliefs: beliefs(model, node),
        log: last.map(|line| (time(line), line.text.clone())).collect(),
        learned: if spec.role == Role::Attacker { learned(model, node) } else { Vec::new() },
    }
}

/// What an attacker has learned and done, in sentences: as far as its memory tells.
fn learned(model: &Model, node: NodeId) -> Vec<String> {
    let Some(memory) = model.engine().memory(node) else { return Vec::new() };
    let number =
        |of: &serde_json::Value, name: &str| of.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let of = |name: &str| number(&memory, name);
    let list =
        |name: &str| memory.get(name).and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    let node_name = |of: &serde_json::Value, name: &str| {
        let id = NodeId(number(of, name) as u16);
        if id.index() < model.trace().nodes() { model.name(id).to_owned() } else { "?".to_owned() }
    };
    let plural =
        |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let mut says = vec![format!(
        "It has overheard {} with {}.",
        plural(of("overheard"), "packet", "packets"),
        plural(of("bytes"), "byte", "bytes")
    )];
    says.push(format!(
        "It has sent {} again and made {} up.",
        plural(of("replayed"), "message", "messages"),
        of("forged")
    ));
    for talk in list("talks") {
        says.push(format!(
            "{} has said {} to {}, {}.",
            node_name(&talk, "from"),
            plural(number(&talk, "messages"), "thing", "things"),
            node_name(&talk, "to"),
            plural(number(&talk, "bytes"), "byte", "bytes")
        ));
    }
    let read = list("learned");
    if read.is_empty() {
        says.push("It could read nothing: all was encrypted, or nothing was said yet.".to_owned());
    }
    says.extend(read.iter().filter_map(|text| Some(format!("It has read: {}", text.as_str()?))));
    says
}

/// What the wall clock of a node showed when it wrote a line, by the event during which it did.
fn wall_of_line(model: &Model, line: &LogLine) -> i64 {
    let (trace, causality) = (model.trace(), model.causality());
    let (mut low, mut high) = (0, causality.lane_len(line.node));
    while low < high {
        let middle = low.midpoint(high) + 1;
        let is_before = causality.event_at(line.node, middle).is_some_and(|event| trace.at(event) <= line.at);
        if is_before { low = middle } else { high = middle - 1 }
    }
    match causality.event_at(line.node, low) {
        Some(event) => trace.wall(event).0 + line.at.since(trace.at(event)).0 as i64,
        None => trace.wall_at(line.node, line.at).0,
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

/// An event in short, or nothing if it has not happened yet, or whoever looks does not know of it.
pub fn tip(model: &Model, event: EventId) -> Option<Tip> {
    Eyes::of(model).see(model, event).then(|| {
        let readings = readings(model, event).into_iter().map(|(name, value)| (name.to_owned(), value));
        let stamps = stamps(model, event).into_iter().map(|row| (row.clock.to_owned(), row.stamp));
        Tip {
            title: format!("{}: {}", event_name(model, event), event_sentence(model, event)),
            rows: readings.chain(stamps).collect(),
        }
    })
}
