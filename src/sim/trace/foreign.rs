//! What a log from elsewhere brings beside the tables of a run: texts of its own, lines, readings that it states,
//! events that bring several messages at once, and doubts.
//!
//! A run has none of it and pays nothing for it. Must not know how a log was written.

use std::collections::BTreeMap;

use super::Trace;
use super::labels::TEXT;
use super::table::EventRow;
use super::{EventKind, LastEvent, NONE, Span};
use crate::base::{EventId, MessageId, NodeId, TrueTime, WallReading};
use crate::clocks::{ClockSpec, Oscillator};
use crate::sim::codec::Codec;
use crate::sim::column::{Bytes, BytesAt, Column};
use crate::sim::packet::FateEntry;

/// How many different texts are looked for again: logs repeat a few over and over, and a log in which every text
/// is new should not pay for a search tree of all.
const REPEATED_MOST: usize = 1 << 12;

/// The longest text that is looked for again, in bytes.
const REPEATED_LONGEST: usize = 64;

/// An event of a log.
#[derive(Clone, Copy, Debug)]
pub struct ForeignEvent<'a> {
    /// What kind of event it is.
    pub kind: EventKind,
    /// The node at which it happened.
    pub node: NodeId,
    /// Its place on the axis of time; never before that of a cause.
    pub at: TrueTime,
    /// What the node's clock showed, if the log says so.
    pub wall: Option<WallReading>,
    /// The line of the file where it stands, counted from 1; 0 if it has none.
    pub line: u32,
    /// What the log says of it.
    pub text: &'a str,
    /// Whether something about it cannot be right.
    pub is_suspect: bool,
    /// Which copy of its message a receive brought; 0 is the original.
    pub copy: u16,
}

/// A message of a log.
#[derive(Clone, Copy, Debug)]
pub struct ForeignMessage<'a> {
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// Which message of the pair it is, counted from 0.
    pub nth: u32,
    /// Whether its send is the next event to be appended; otherwise it has none.
    pub is_sent: bool,
    /// What it says, if the log tells.
    pub payload: &'a [u8],
}

/// What a log adds, one row an event where it is a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Foreign {
    texts: Bytes,
    places: Column<(BytesAt, u32)>,
    repeated: BTreeMap<Box<str>, u32>,
    lines: Column<u32>,
    /// Stated readings; empty unless the log states some.
    walls: Column<i64>,
    /// Further messages that an event received, in order of events.
    more: Vec<(EventId, MessageId)>,
    suspects: Vec<EventId>,
    /// The names of further fields.
    fields: Vec<String>,
    /// Of an event a field, and the place of its text; in order of events.
    values: Column<(EventId, u16, u32)>,
}

impl Foreign {
    /// The text at a place.
    pub(super) fn text(&self, place: u32) -> &str {
        let (at, length) = self.places.get((place & !TEXT) as usize);
        // Only whole texts are pushed.
        std::str::from_utf8(self.texts.get(at, length as usize)).unwrap_or_default()
    }

    fn place(&mut self, text: &str) -> u32 {
        if let Some(&place) = self.repeated.get(text) {
            return place;
        }
        let place = TEXT | self.places.len() as u32;
        self.places.push((self.texts.push(text.as_bytes()), text.len() as u32));
        if self.repeated.len() < REPEATED_MOST && text.len() <= REPEATED_LONGEST {
            self.repeated.insert(text.into(), place);
        }
        place
    }

    /// The further messages that an event received.
    #[inline]
    pub(super) fn more(&self, event: EventId) -> &[(EventId, MessageId)] {
        let from = self.more.partition_point(|(other, _)| *other < event);
        let rest = &self.more[from..];
        &rest[..rest.iter().take_while(|(other, _)| *other == event).count()]
    }

    pub(super) fn wall(&self, event: EventId) -> Option<WallReading> {
        (event.index() < self.walls.len()).then(|| WallReading(self.walls.get(event.index())))
    }

    pub(super) fn memory(&self) -> usize {
        let columns = self.places.memory() + self.lines.memory() + self.walls.memory() + self.values.memory();
        self.texts.memory() + columns
    }
}

impl Trace {
    /// An empty trace of these nodes, to be filled from a log. Their clocks go right as long as nothing is stated.
    pub fn of_log(names: Vec<String>) -> Self {
        let clocks = vec![Oscillator::new(ClockSpec::default()); names.len()];
        let mut trace = Self::new(names, clocks);
        trace.foreign = Some(Box::default());
        trace
    }

    /// Names the further fields that events of a log may have, by their places.
    pub fn name_fields(&mut self, names: &[String]) {
        if let Some(foreign) = &mut self.foreign {
            foreign.fields = names.to_vec();
        }
    }

    /// Notes what a field, by its place, says of the last event that was added.
    pub fn add_field(&mut self, field: u16, text: &str) {
        let (Some(foreign), Some(last)) = (&mut self.foreign, self.mark.events.checked_sub(1)) else {
            return;
        };
        let place = foreign.place(text);
        foreign.values.push((EventId(last), field, place));
    }

    /// What the further fields of a log say of an event: name and text.
    pub fn fields(&self, event: EventId) -> impl Iterator<Item = (&str, &str)> {
        let foreign = self.foreign.as_deref();
        let first =
            foreign.map_or(0, |foreign| foreign.values.partition_point(|(other, _, _)| other < event));
        let value = move |row: usize| {
            let foreign = foreign.filter(|foreign| row < foreign.values.len())?;
            let (other, field, place) = foreign.values.get(row);
            let name = foreign.fields.get(usize::from(field)).map_or("", String::as_str);
            (other == event).then(|| (name, foreign.text(place)))
        };
        (first..).map_while(value)
    }

    /// Whether it was read from a log and not recorded by a run.
    pub fn is_of_log(&self) -> bool {
        self.foreign.is_some()
    }

    /// The line of its file where an event of a log stands, counted from 1.
    pub fn line(&self, event: EventId) -> Option<u32> {
        let lines = &self.foreign.as_ref()?.lines;
        (event.index() < lines.len()).then(|| lines.get(event.index())).filter(|&line| line > 0)
    }

    /// The events of a log of which something cannot be right, in order.
    pub fn suspects(&self) -> &[EventId] {
        self.foreign.as_ref().map_or(&[], |foreign| &foreign.suspects)
    }

    /// Whether something about an event cannot be right.
    pub fn is_suspect(&self, event: EventId) -> bool {
        self.suspects().binary_search(&event).is_ok()
    }

    /// Whether the readings of the nodes' clocks are those that a log states.
    pub fn states_walls(&self) -> bool {
        self.foreign.as_ref().is_some_and(|foreign| !foreign.walls.is_empty())
    }

    /// Appends a message.
    pub fn add_message(&mut self, message: &ForeignMessage<'_>) -> MessageId {
        let ForeignMessage { from, to, nth, is_sent, payload } = *message;
        self.new_message(from, to, nth, is_sent, Codec::default(), payload)
    }

    /// Notes a line of a message's fate. Lines come in the order in which they were signed.
    pub fn add_fate(&mut self, entry: FateEntry) {
        self.sign(entry);
    }

    /// Notes a stretch of time in which something held.
    pub fn add_span(&mut self, span: Span) {
        let to = span.to;
        let id = self.begin_span(span);
        if let Some(to) = to {
            self.end_span(id, to);
        }
    }

    /// Appends an event of a log, the sends of whose messages come before it. An event with `received` messages
    /// is a receive, whatever else it does.
    pub fn add_event(
        &mut self,
        event: &ForeignEvent<'_>,
        received: &[MessageId],
        sent: Option<MessageId>,
    ) -> EventId {
        let id = self.mark.events;
        self.begin_turn(event.at);
        let Some(foreign) = &mut self.foreign else { return EventId(id) };
        let label = foreign.place(event.text);
        foreign.lines.push(event.line);
        if let Some(wall) = event.wall {
            // A log that states some readings and not others: what is not stated is as it was true.
            while foreign.walls.len() < id as usize {
                let before = self.events.at(foreign.walls.len());
                foreign.walls.push(before as i64);
            }
            foreign.walls.push(wall.0);
        } else if !foreign.walls.is_empty() {
            foreign.walls.push(event.at.0 as i64);
        }
        if event.is_suspect {
            foreign.suspects.push(EventId(id));
        }
        foreign.more.extend(received.iter().skip(1).map(|&message| (EventId(id), message)));
        let message = received.first().copied().or(sent).map_or(NONE, |message| message.0);
        let (kind, node) = (event.kind, event.node.0);
        let last = &mut self.last_of[event.node.index()];
        let (previous, own) = (last.id, last.own + 1);
        *last = LastEvent { id, own };
        self.events.push(EventRow {
            at: event.at.0,
            message,
            label,
            number: NONE,
            previous,
            own,
            node,
            kind,
        });
        self.mark.events += 1;
        self.advance(event.at);
        for &message in received {
            // Whoever else receives it overhears it.
            if self.receiver(message) == event.node {
                self.arrived(EventId(id), message, event.copy, None);
            }
        }
        EventId(id)
    }
}
