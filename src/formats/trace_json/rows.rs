//! The tables of a trace, row by row.
//!
//! Each table is a `Serialize` that makes its rows on the way out. Must not know what precedes or follows it.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::analysis::{Causality, Stamps};
use crate::base::{EventId, LinkId, MessageId, NodeId};
use crate::clocks::{HybridStamp, LamportStamp};
use crate::sim::{EventKind, FateEntry, Link, Outcome, Span, SpanKind, Trace};

/// `nodes[]`.
pub(super) struct Nodes<'a>(pub(super) &'a Trace);

/// `links[]`.
pub(super) struct Links<'a>(pub(super) &'a [Link]);

/// `events[]` from the one at a place on, with the stamps of the observer's fold.
pub(super) struct Events<'a>(pub(super) &'a Trace, pub(super) usize);

/// `messages[]` from the one at a place on, each with its fate.
pub(super) struct Messages<'a>(pub(super) &'a Trace, pub(super) usize);

/// `spans[]`.
pub(super) struct Spans<'a>(pub(super) &'a Trace);

#[derive(serde::Serialize)]
struct NodeRow<'a> {
    id: NodeId,
    name: &'a str,
}

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids = NodeId::first(self.0.nodes());
        serializer.collect_seq(ids.map(|id| NodeRow { id, name: self.0.name(id) }))
    }
}

#[derive(serde::Serialize)]
struct LinkRow {
    id: LinkId,
    from: NodeId,
    to: NodeId,
}

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = |(id, link): (u32, &Link)| LinkRow { id: LinkId(id), from: link.from, to: link.to };
        serializer.collect_seq((0..).zip(self.0).map(row))
    }
}

#[derive(serde::Serialize)]
struct EventRow<'a> {
    id: EventId,
    node: NodeId,
    kind: &'static str,
    true_ns: u64,
    wall_ns: i64,
    monotonic_ns: u64,
    lamport: LamportStamp,
    vector: Vector<'a>,
    hlc: HybridStamp,
    causes: Vec<EventId>,
    message: Option<MessageId>,
    label: String,
    // What only an event of a log has to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    suspect: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    received: Vec<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copy: Option<u16>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    fields: Fields<'a>,
}

/// The further fields of a log's event. A log may say the same one twice.
struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl Fields<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

impl Serialize for Events<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(trace, first) = *self;
        let (causality, stamps) = (Causality::of(trace), Stamps::of(trace));
        let mut rows = serializer.serialize_seq(Some(trace.len().saturating_sub(first)))?;
        for id in trace.events().skip(first) {
            let stamp = stamps.at(trace, &causality, id);
            rows.serialize_element(&EventRow {
                id,
                node: trace.node(id),
                kind: trace.kind(id).name(),
                true_ns: trace.at(id).0,
                wall_ns: stamp.wall.0,
                monotonic_ns: stamp.monotonic.0,
                lamport: stamp.lamport,
                vector: Vector { names: trace.names(), counts: &stamp.vector.0 },
                hlc: stamp.hybrid,
                causes: trace.causes(id).collect(),
                message: trace.message(id),
                label: trace.label(id),
                line: trace.line(id),
                suspect: trace.is_suspect(id),
                received: several_received(trace, id),
                copy: Some(trace.received_copy(id)).filter(|&copy| copy > 0 && trace.is_of_log()),
                fields: Fields(trace.fields(id).collect()),
            })?;
        }
        rows.end()
    }
}

/// All messages that an event received, if there are several.
fn several_received(trace: &Trace, event: EventId) -> Vec<MessageId> {
    let mut more = trace.more_received(event).peekable();
    let first = more.peek().and_then(|_| trace.message(event));
    first.into_iter().chain(more).collect()
}

/// A vector stamp, keyed by the names of the nodes that are not zero in it.
struct Vector<'a> {
    names: &'a [String],
    counts: &'a [u32],
}

impl Serialize for Vector<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, count) in self.names.iter().zip(self.counts).filter(|(_, count)| **count > 0) {
            map.serialize_entry(name, count)?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct MessageRow<'a> {
    id: MessageId,
    from: NodeId,
    to: NodeId,
    bytes: usize,
    payload: String,
    sent: Option<EventId>,
    arrived: &'a [EventId],
    state: &'static str,
    fate: Vec<FateRow>,
}

#[derive(serde::Serialize)]
struct FateRow {
    fault: &'static str,
    effect: &'static str,
    size: u64,
    unit: &'static str,
    at_ns: u64,
    copy: u16,
    hop: u16,
    link: Option<LinkId>,
    outcome: &'static str,
}

impl From<FateEntry> for FateRow {
    fn from(entry: FateEntry) -> Self {
        Self {
            fault: entry.fault,
            effect: entry.effect,
            size: entry.size,
            unit: entry.unit.name(),
            at_ns: entry.at.0,
            copy: entry.copy,
            hop: entry.hop,
            link: entry.link,
            outcome: match entry.outcome {
                Outcome::Onward => "onward",
                Outcome::Lost => "lost",
                Outcome::Copied => "copied",
                Outcome::Joined => "joined",
            },
        }
    }
}

impl Serialize for Messages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(trace, first) = *self;
        let receives = receives_by_message(trace);
        let mut rest = receives.as_slice();
        let mut arrived = Vec::new();
        let mut rows = serializer.serialize_seq(Some(trace.messages().saturating_sub(first)))?;
        for id in trace.message_ids().filter(|id| id.index() >= first) {
            rest = &rest[rest.partition_point(|(message, _)| *message < id)..];
            let (own, later) = rest.split_at(rest.partition_point(|(message, _)| *message <= id));
            rest = later;
            arrived.clear();
            arrived.extend(own.iter().map(|(_, event)| *event));
            let payload = trace.payload(id);
            rows.serialize_element(&MessageRow {
                id,
                from: trace.sender(id),
                to: trace.receiver(id),
                bytes: payload.len(),
                payload: hexadecimal(payload),
                sent: trace.sent(id),
                arrived: &arrived,
                state: trace.state(id).name(),
                fate: trace.fate(id).into_iter().map(FateRow::from).collect(),
            })?;
        }
        rows.end()
    }
}

/// Two lower-case digits a byte.
fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Every receive with its message, by message and then in order. One pass for all messages: to ask the trace
/// for each message's arrivals would go through all duplicates for each.
fn receives_by_message(trace: &Trace) -> Vec<(MessageId, EventId)> {
    let receives = trace.events().filter(|&event| trace.kind(event) == EventKind::Receive);
    let of = |event| trace.message(event).into_iter().chain(trace.more_received(event));
    let mut all: Vec<_> = receives.flat_map(|event| of(event).map(move |message| (message, event))).collect();
    all.sort_unstable();
    all
}

#[derive(serde::Serialize)]
struct SpanRow {
    kind: &'static str,
    from_ns: u64,
    to_ns: Option<u64>,
    what: String,
    nodes: Vec<NodeId>,
    one_way: bool,
}

impl Serialize for Spans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = |span: Span| SpanRow {
            kind: span.kind.name(),
            from_ns: span.from.0,
            to_ns: span.to.map(|to| to.0),
            what: what(self.0, &span),
            one_way: span.one_way,
            nodes: span.nodes,
        };
        serializer.collect_seq(self.0.spans().map(row))
    }
}

/// What a span is about, as a phrase.
fn what(trace: &Trace, span: &Span) -> String {
    let names: Vec<&str> = span.nodes.iter().map(|node| trace.name(*node)).collect();
    match (span.kind, span.one_way) {
        (SpanKind::Pause | SpanKind::Outage, _) => names.join(", "),
        (SpanKind::Partition, false) => format!("{} and all others", names.join(", ")),
        (SpanKind::Partition, true) => format!("{} to all others", names.join(", ")),
        (SpanKind::Cut, false) => names.join(" and "),
        (SpanKind::Cut, true) => names.join(" to "),
    }
}
