//! A run of this program as it was exported: what `lightcone run --json` prints; and what was exported of a log.
//!
//! # What it does
//! Reads the run back with its messages, their fates, readings and spans; of a log, its errors and doubts as well. Causes
//! are stated and not rebuilt; they are compared with the messages.
//!
//! # What to look for
//! It is a record to look at and not to go on with: a link brings back the run itself. A receive of flipped bits shows the
//! bits that were sent.
//!
//! # Sources
//! The table of fields in `trace_json.rs`.

mod rows;

use super::log::FIELDS_MOST;
use super::members::{Lines, each_element, each_member, string};
use super::text::Text;
use super::{BadLog, Execution, Format, Options, Source};
use crate::base::{MessageId, NodeId, TrueTime, WallReading};
use crate::sim::{EventKind, ForeignEvent, ForeignMessage, Trace};
use rows::{Event, LogPart, Message, MessageHead, Node, Span, bytes, name_of};

pub(super) const ENTRY: Format =
    Format { id: "lightcone", title: "Run of Lightcone", doc: crate::module_doc!("run.rs"), recognise, read };

/// How much of the text is looked at to recognise the format, in bytes.
const HEAD: usize = 200;

/// How many nodes a run may have.
const NODES_MOST: usize = super::log::HOSTS_MOST;

fn recognise(text: &Text<'_>) -> bool {
    let head: String =
        text.whole().trim_start().chars().filter(|it| !it.is_whitespace()).take(HEAD).collect();
    head.starts_with("{\"format\":") && head.contains("\"scene\":")
}

fn read(text: &Text<'_>, _: &Options) -> Result<Vec<Source>, BadLog> {
    let whole = text.whole().trim();
    let parts = Parts::of(whole)?;
    let log = parts.log.map(|log| log_part(whole, log)).transpose()?;
    let names = names(whole, parts.nodes)?;
    let messages = messages(whole, parts.messages, names.len())?;
    let mut reader = Reader {
        whole,
        copies: vec![0; messages.len()],
        messages,
        next: vec![0; names.len() * names.len()],
        last: vec![None; names.len()],
        made: 0,
        states_wall: log.as_ref().is_none_or(|log| log.states_wall),
        fields: Vec::new(),
        trace: Trace::of_log(names),
    };
    reader.read_events(parts.events)?;
    reader.make_messages(None);
    reader.read_fates(parts.messages)?;
    reader.read_spans(parts.spans)?;
    reader.trace.name_fields(&reader.fields);
    let mut read = Execution::drawn(reader.trace);
    match log {
        None => read.name = name_of(parts.scene).unwrap_or_default(),
        Some(log) => {
            read.trace.advance(TrueTime(log.now_ns));
            read.errors = log.errors().map_err(|why| at_piece(whole, parts.log, &why))?;
            (read.name, read.more_errors, read.unread) = (log.name.into_owned(), log.more_errors, log.unread);
        }
    }
    Ok(vec![Source::Run(Box::new(read))])
}

fn log_part<'a>(whole: &str, log: &'a str) -> Result<LogPart<'a>, BadLog> {
    rows::read(log).map_err(|why| at_piece(whole, Some(log), &why))
}

/// What is wrong with what is said of a log, and where it is said.
fn at_piece(whole: &str, log: Option<&str>, why: &str) -> BadLog {
    let line = log.map_or(1, |log| Lines::of(whole).of_piece(log));
    BadLog(format!("line {line}: log: {why}"))
}

/// The tables of the object, as they stand in the text.
struct Parts<'a> {
    scene: &'a str,
    log: Option<&'a str>,
    nodes: &'a str,
    events: &'a str,
    messages: &'a str,
    spans: &'a str,
}

impl<'a> Parts<'a> {
    fn of(whole: &'a str) -> Result<Self, BadLog> {
        let mut parts = Self { scene: "", log: None, nodes: "", events: "", messages: "", spans: "[]" };
        let done = each_member(whole, |name, value| {
            match &*name {
                "scene" => parts.scene = value,
                "log" => parts.log = Some(value),
                "nodes" => parts.nodes = value,
                "events" => parts.events = value,
                "messages" => parts.messages = value,
                "spans" => parts.spans = value,
                _ => {}
            }
            Ok(())
        });
        done.map_err(|broken| BadLog(broken.to_string()))?;
        let tables = [("nodes", parts.nodes), ("events", parts.events), ("messages", parts.messages)];
        match tables.into_iter().find(|(_, table)| !table.starts_with('[')) {
            None => Ok(parts),
            Some((name, _)) => Err(BadLog(format!(
                "the run has no table `{name}`; export it again with `lightcone run --json`"
            ))),
        }
    }
}

/// Reads the rows of a table one by one. What a row is refused for is said with the table, the row and the line.
fn each_row<'a>(
    whole: &'a str,
    table: &'a str,
    name: &str,
    mut see: impl FnMut(u32, &'a str) -> Result<(), String>,
) -> Result<(), BadLog> {
    let (mut lines, mut place) = (Lines::of(whole), 0_u32);
    let first = lines.of_piece(table);
    let done = each_element(table, |row| {
        see(place, row).map_err(|why| format!("line {}: {name}[{place}]: {why}", lines.of_piece(row)))?;
        place = place.checked_add(1).ok_or("there are too many rows")?;
        Ok(())
    });
    done.map_err(|broken| BadLog(broken.behind(first - 1).to_string()))
}

fn names(whole: &str, table: &str) -> Result<Vec<String>, BadLog> {
    let mut names = Vec::new();
    each_row(whole, table, "nodes", |place, row| {
        let Node { id, name } = rows::read(row)?;
        if id != place || names.len() >= NODES_MOST {
            return Err(format!(
                "the id is {id}; ids count from 0, and there are {NODES_MOST} nodes at most"
            ));
        }
        names.push(name.into_owned());
        Ok(())
    })?;
    Ok(names)
}

/// The ends, the send and the payload of each message.
fn messages<'a>(whole: &'a str, table: &'a str, nodes: usize) -> Result<Vec<MessageHead<'a>>, BadLog> {
    let mut messages = Vec::new();
    let mut sent_before = None;
    each_row(whole, table, "messages", |place, row| {
        let message: MessageHead<'a> = rows::read(row)?;
        let (from, to) = (usize::from(message.from), usize::from(message.to));
        if message.id != place || from >= nodes || to >= nodes {
            return Err(format!(
                "the id is {}, from node {from} to node {to}; there is no such place",
                message.id
            ));
        }
        // An event of a log may send several.
        if message.sent.is_some() && message.sent < sent_before {
            return Err("it was sent before the message above".to_owned());
        }
        sent_before = message.sent.or(sent_before);
        messages.push(message);
        Ok(())
    })?;
    Ok(messages)
}

struct Reader<'a> {
    whole: &'a str,
    messages: Vec<MessageHead<'a>>,
    /// Per pair of nodes, how many messages there were.
    next: Vec<u32>,
    /// Per node, its last event.
    last: Vec<Option<u32>>,
    /// Per message, how many copies of it have arrived.
    copies: Vec<u16>,
    /// How many messages are in the trace.
    made: usize,
    /// Whether readings of the nodes' clocks are stated.
    states_wall: bool,
    /// The names of further fields.
    fields: Vec<String>,
    trace: Trace,
}

impl<'a> Reader<'a> {
    fn read_events(&mut self, table: &'a str) -> Result<(), BadLog> {
        let whole = self.whole;
        let mut now = 0;
        each_row(whole, table, "events", |place, row| {
            let event: Event<'_> = rows::read(row)?;
            if event.true_ns < now {
                return Err(format!("true_ns is {}, before the event above", event.true_ns));
            }
            now = event.true_ns;
            self.read_event(place, &event)
        })
    }

    fn read_event(&mut self, place: u32, event: &Event<'_>) -> Result<(), String> {
        let (node, nodes) = (usize::from(event.node), self.trace.nodes());
        let kind =
            EventKind::named(&event.kind).ok_or_else(|| format!("there is no kind {:?}", event.kind))?;
        if event.id != place || node >= nodes {
            return Err(format!("the id is {}, at node {node}; there is no such place", event.id));
        }
        self.send_messages(place, event.node, kind)?;
        let made = &self.messages[..self.made];
        let is_here = |id: u32| made.get(id as usize).is_some_and(|head| head.sent == Some(place));
        if kind == EventKind::Send && !event.message.is_some_and(is_here) {
            return Err("it sends a message that is not sent here".to_owned());
        }
        let received = if kind == EventKind::Receive { event.all_received() } else { Vec::new() };
        if let Some(id) = received.iter().chain(&event.message).find(|id| **id as usize >= made.len()) {
            return Err(format!("message {id} is not in the table of messages, or is not sent yet"));
        }
        let heads = || received.iter().map(|&message| self.messages[message as usize]);
        if heads().any(|head| head.sent == Some(place)) {
            return Err("it receives a message that is not sent yet".to_owned());
        }
        let causes: Vec<u32> =
            self.last[node].into_iter().chain(heads().filter_map(|head| head.sent)).collect();
        if event.causes != causes {
            return Err(format!(
                "the causes are {causes:?} by its node and message, and not {:?}",
                event.causes
            ));
        }
        self.last[node] = Some(place);
        let row = ForeignEvent {
            kind,
            node: NodeId(event.node),
            at: TrueTime(event.true_ns),
            wall: self.states_wall.then_some(WallReading(event.wall_ns)),
            line: event.line,
            text: &event.label,
            is_suspect: event.suspect,
            copy: event.copy.unwrap_or_else(|| self.next_copy(event.node, &received)),
        };
        let received: Vec<MessageId> = received.into_iter().map(MessageId).collect();
        self.trace.add_event(&row, &received, event.message.map(MessageId));
        event.fields.map_or(Ok(()), |fields| self.read_fields(fields.get()))
    }

    /// Puts the messages into the trace that an event sends, and those before them that have no send.
    fn send_messages(&mut self, event: u32, node: u16, kind: EventKind) -> Result<(), String> {
        let before = self.made;
        self.make_messages(Some(event));
        let mut sent = self.messages[before..self.made].iter().filter(|head| head.sent.is_some());
        let can_send = matches!(kind, EventKind::Send | EventKind::Receive);
        match sent.find(|head| head.from != node || !can_send) {
            Some(head) => Err(format!("message {} is said to be sent here, and cannot be", head.id)),
            None => Ok(()),
        }
    }

    /// Puts messages into the trace up to those that an event sends; all, if there is no event.
    fn make_messages(&mut self, present: Option<u32>) {
        while let Some(&message) = self.messages.get(self.made)
            && message.sent.is_none_or(|sent| present.is_none_or(|present| sent <= present))
        {
            let nth =
                &mut self.next[usize::from(message.from) * self.trace.nodes() + usize::from(message.to)];
            self.trace.add_message(&ForeignMessage {
                from: NodeId(message.from),
                to: NodeId(message.to),
                nth: *nth,
                is_sent: message.sent.is_some() && message.sent == present,
                payload: &bytes(message.payload),
            });
            *nth += 1;
            self.made += 1;
        }
    }

    /// Notes what the further fields of the last event say.
    fn read_fields(&mut self, fields: &str) -> Result<(), String> {
        let done = each_member(fields, |name, value| {
            let Some(text) = string(value) else { return Err(format!("the field {name:?} is no text")) };
            let place = self.fields.iter().position(|known| *known == name);
            let place = place.unwrap_or(self.fields.len());
            if place == self.fields.len() {
                if place >= FIELDS_MOST {
                    return Ok(());
                }
                self.fields.push(name.into_owned());
            }
            self.trace.add_field(place as u16, &text);
            Ok(())
        });
        done.map_err(|broken| broken.to_string())
    }

    /// Which copy of its message a receive of a run brings: one more than have arrived. What another node overhears is no
    /// copy that arrived.
    fn next_copy(&mut self, node: u16, received: &[u32]) -> u16 {
        let arrived = received.first().filter(|&&message| self.messages[message as usize].to == node);
        arrived.map_or(0, |&message| {
            let copy = &mut self.copies[message as usize];
            std::mem::replace(copy, copy.saturating_add(1))
        })
    }

    /// Fates are written by message; they were signed in the order of time.
    fn read_fates(&mut self, table: &'a str) -> Result<(), BadLog> {
        let mut fates = Vec::new();
        each_row(self.whole, table, "messages", |place, row| {
            let Message { fate } = rows::read(row)?;
            fates.extend(fate.iter().map(|row| row.entry(MessageId(place))));
            Ok(())
        })?;
        fates.sort_by_key(|entry| entry.at);
        fates.into_iter().for_each(|entry| self.trace.add_fate(entry));
        Ok(())
    }

    fn read_spans(&mut self, table: &'a str) -> Result<(), BadLog> {
        let nodes = self.trace.nodes();
        each_row(self.whole, table, "spans", |_, row| {
            let span: Span<'_> = rows::read(row)?;
            if let Some(node) = span.nodes.iter().find(|&&node| usize::from(node) >= nodes) {
                return Err(format!("there is no node {node}"));
            }
            if let Some(span) = span.span() {
                self.trace.add_span(span);
            }
            Ok(())
        })
    }
}
