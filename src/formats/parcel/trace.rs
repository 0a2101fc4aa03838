//! A trace of a log as bytes and back: the rows from which it was put together, one after the other.
//!
//! Must not know where the trace came from, nor what it is for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{EventId, LinkId, MessageId, NodeId, TrueTime, WallReading};
use crate::formats::words::word;
use crate::sim::{
    EventKind, FateEntry, FateUnit, ForeignEvent, ForeignMessage, Outcome, Span, SpanKind, Trace,
};

/// How many rows each table has, and what they name by number.
#[derive(Serialize, Deserialize)]
struct Head {
    names: Vec<String>,
    fields: Vec<String>,
    events: u32,
    fates: u32,
    spans: u32,
    now: u64,
}

#[derive(Serialize, Deserialize)]
struct EventRow<'a> {
    /// How many messages come before it.
    messages: u32,
    kind: u8,
    node: u16,
    at: u64,
    wall: Option<i64>,
    line: u32,
    text: &'a str,
    is_suspect: bool,
    copy: u16,
    received: Vec<u32>,
    sent: Option<u32>,
    /// How many of its further fields follow.
    fields: u16,
}

#[derive(Serialize, Deserialize)]
struct MessageRow<'a> {
    from: u16,
    to: u16,
    nth: u32,
    is_sent: bool,
    payload: &'a [u8],
}

#[derive(Serialize, Deserialize)]
struct FateRow<'a> {
    message: u32,
    fault: &'a str,
    effect: &'a str,
    size: u64,
    unit: u8,
    at: u64,
    copy: u16,
    hop: u16,
    link: Option<u32>,
    outcome: u8,
}

#[derive(Serialize, Deserialize)]
struct SpanRow {
    kind: u8,
    from: u64,
    to: Option<u64>,
    nodes: Vec<u16>,
    one_way: bool,
}

const OUTCOMES: [Outcome; 4] = [Outcome::Onward, Outcome::Lost, Outcome::Copied, Outcome::Joined];

fn place<T: PartialEq>(all: &[T], of: &T) -> u8 {
    all.iter().position(|it| it == of).unwrap_or(0) as u8
}

/// Bytes that are being put together.
#[derive(Default)]
pub(super) struct Packed(Vec<u8>);

impl Packed {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn add<T: Serialize>(&mut self, row: &T) {
        // A vector takes whatever is written to it, so that nothing is lost here.
        if let Ok(bytes) = postcard::to_extend(row, std::mem::take(&mut self.0)) {
            self.0 = bytes;
        }
    }

    pub(super) fn add_trace(&mut self, trace: &Trace) {
        let fields = field_names(trace);
        let mut names = vec![String::new(); fields.len()];
        fields.iter().for_each(|(name, place)| names[usize::from(*place)] = (*name).to_owned());
        self.add(&Head {
            names: trace.names().to_vec(),
            fields: names,
            events: trace.len() as u32,
            fates: trace.fates().count() as u32,
            spans: trace.spans().count() as u32,
            now: trace.now().0,
        });
        let mut messages = trace.message_ids().peekable();
        for event in trace.events() {
            let before = |message: &MessageId| trace.sent(*message).is_none_or(|sent| sent <= event);
            let mine: Vec<MessageId> = std::iter::from_fn(|| messages.next_if(before)).collect();
            self.add_event(trace, event, mine.len());
            mine.iter().for_each(|message| self.add_message(trace, *message));
            for (name, text) in trace.fields(event) {
                self.add(&(fields.get(name).copied().unwrap_or(0), text));
            }
        }
        let rest: Vec<MessageId> = messages.collect();
        self.add(&(rest.len() as u32));
        rest.iter().for_each(|message| self.add_message(trace, *message));
        trace.fates().for_each(|entry| self.add_fate(&entry));
        for Span { kind, from, to, nodes, one_way } in trace.spans() {
            let nodes = nodes.iter().map(|node| node.0).collect();
            self.add(&SpanRow {
                kind: place(&SpanKind::ALL, &kind),
                from: from.0,
                to: to.map(|to| to.0),
                nodes,
                one_way,
            });
        }
    }

    fn add_event(&mut self, trace: &Trace, event: EventId, messages: usize) {
        let (kind, message) = (trace.kind(event), trace.message(event).map(|message| message.0));
        let is_receive = kind == EventKind::Receive;
        let more = trace.more_received(event).map(|message| message.0);
        self.add(&EventRow {
            messages: messages as u32,
            kind: kind as u8,
            node: trace.node(event).0,
            at: trace.at(event).0,
            wall: trace.states_walls().then(|| trace.wall(event).0),
            line: trace.line(event).unwrap_or(0),
            text: &trace.label(event),
            is_suspect: trace.is_suspect(event),
            copy: trace.received_copy(event),
            received: message.filter(|_| is_receive).into_iter().chain(more).collect(),
            sent: message.filter(|_| !is_receive),
            fields: trace.fields(event).count() as u16,
        });
    }

    fn add_message(&mut self, trace: &Trace, message: MessageId) {
        self.add(&MessageRow {
            from: trace.sender(message).0,
            to: trace.receiver(message).0,
            nth: trace.nth(message),
            is_sent: trace.sent(message).is_some(),
            payload: trace.payload(message),
        });
    }

    fn add_fate(&mut self, entry: &FateEntry) {
        self.add(&FateRow {
            message: entry.message.0,
            fault: entry.fault,
            effect: entry.effect,
            size: entry.size,
            unit: place(&FateUnit::ALL, &entry.unit),
            at: entry.at.0,
            copy: entry.copy,
            hop: entry.hop,
            link: entry.link.map(|link| link.0),
            outcome: place(&OUTCOMES, &entry.outcome),
        });
    }
}

/// The further fields that events of a trace have, by the number that stands for each.
fn field_names(trace: &Trace) -> BTreeMap<&str, u16> {
    let mut names = BTreeMap::new();
    for (name, _) in trace.events().flat_map(|event| trace.fields(event)) {
        let next = names.len() as u16;
        names.entry(name).or_insert(next);
    }
    names
}

fn take<'a, T: Deserialize<'a>>(bytes: &mut &'a [u8]) -> Option<T> {
    let (row, rest) = postcard::take_from_bytes(bytes).ok()?;
    *bytes = rest;
    Some(row)
}

/// Takes a trace from the front of bytes; `None` if there is none.
pub(super) fn unpack(bytes: &mut &[u8]) -> Option<Trace> {
    let head: Head = take(bytes)?;
    let nodes = head.names.len();
    let mut trace = Trace::of_log(head.names);
    trace.name_fields(&head.fields);
    for _ in 0..head.events {
        let row: EventRow<'_> = take(bytes)?;
        for _ in 0..row.messages {
            take_message(&mut trace, bytes, nodes)?;
        }
        let messages = trace.messages() as u32;
        let all = row.received.iter().copied().chain(row.sent);
        if usize::from(row.node) >= nodes || all.clone().any(|message| message >= messages) {
            return None;
        }
        let event = ForeignEvent {
            kind: *EventKind::ALL.get(usize::from(row.kind))?,
            node: NodeId(row.node),
            at: TrueTime(row.at),
            wall: row.wall.map(WallReading),
            line: row.line,
            text: row.text,
            is_suspect: row.is_suspect,
            copy: row.copy,
        };
        let received: Vec<MessageId> = row.received.into_iter().map(MessageId).collect();
        trace.add_event(&event, &received, row.sent.map(MessageId));
        for _ in 0..row.fields {
            let (field, text) = take(bytes)?;
            trace.add_field(field, text);
        }
    }
    for _ in 0..take::<u32>(bytes)? {
        take_message(&mut trace, bytes, nodes)?;
    }
    for _ in 0..head.fates {
        let entry = take_fate(bytes, trace.messages())?;
        trace.add_fate(entry);
    }
    for _ in 0..head.spans {
        let row: SpanRow = take(bytes)?;
        trace.add_span(Span {
            kind: *SpanKind::ALL.get(usize::from(row.kind))?,
            from: TrueTime(row.from),
            to: row.to.map(TrueTime),
            nodes: row.nodes.into_iter().map(NodeId).collect(),
            one_way: row.one_way,
        });
    }
    trace.advance(TrueTime(head.now));
    Some(trace)
}

fn take_message(trace: &mut Trace, bytes: &mut &[u8], nodes: usize) -> Option<()> {
    let row: MessageRow<'_> = take(bytes)?;
    if usize::from(row.from.max(row.to)) >= nodes {
        return None;
    }
    trace.add_message(&ForeignMessage {
        from: NodeId(row.from),
        to: NodeId(row.to),
        nth: row.nth,
        is_sent: row.is_sent,
        payload: row.payload,
    });
    Some(())
}

fn take_fate(bytes: &mut &[u8], messages: usize) -> Option<FateEntry> {
    let row: FateRow<'_> = take(bytes)?;
    ((row.message as usize) < messages).then_some(())?;
    Some(FateEntry {
        message: MessageId(row.message),
        fault: word(row.fault),
        effect: word(row.effect),
        size: row.size,
        unit: *FateUnit::ALL.get(usize::from(row.unit))?,
        at: TrueTime(row.at),
        copy: row.copy,
        hop: row.hop,
        link: row.link.map(LinkId),
        outcome: *OUTCOMES.get(usize::from(row.outcome))?,
    })
}
