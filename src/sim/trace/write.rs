//! Writing a trace, which is the simulator's and the importers'. A replay writes what is there already.
//! Must not know why anything happened.

use super::table::{EventRow, EventTable, FateRow, FateTable, MessageRow, MessageTable, TurnRow, TurnTable};
use super::{
    EventKind, Labels, LastEvent, LogLine, Mark, NONE, NewEvent, Place, Readings, ReceivedCopy, Span, Trace,
    link_number, some,
};
use crate::base::{EventId, MessageId, NodeId, SpanId, TrueTime};
use crate::clocks::Oscillator;
use crate::sim::codec::Codec;
use crate::sim::column::Bytes;
use crate::sim::packet::FateEntry;

impl Trace {
    /// An empty trace of these nodes, whose clocks are these.
    pub fn new(names: Vec<String>, clocks: Vec<Oscillator>) -> Self {
        let last_of = vec![LastEvent::NONE; names.len()];
        Self {
            names,
            labels: Labels::default(),
            mark: Mark::default(),
            events: EventTable::default(),
            messages: MessageTable::default(),
            bytes: Bytes::default(),
            fates: FateTable::default(),
            copies: Vec::new(),
            spans: Vec::new(),
            span_ends: Vec::new(),
            ended_as: Vec::new(),
            logs: Vec::new(),
            readings: Readings::of(clocks),
            turns: TurnTable::default(),
            last_of,
            branches: Vec::new(),
            foreign: None,
        }
    }

    /// One more node, from here on.
    pub(crate) fn bring(&mut self, name: String, clock: Oscillator) {
        let id = NodeId(self.last_of.len() as u16);
        self.last_of.push(LastEvent::NONE);
        if self.names.len() < self.last_of.len() {
            self.names.push(name);
        }
        self.clock_changes(id, clock);
    }

    /// Begins a turn.
    #[inline]
    pub(crate) fn begin_turn(&mut self, at: TrueTime) {
        if self.mark.turns as usize == self.turns.len() {
            self.turns.push(TurnRow { at: at.0, first: self.mark.events });
        }
        self.mark.turns += 1;
        self.advance(at);
    }

    /// Moves the true time on.
    #[inline]
    pub(crate) fn advance(&mut self, now: TrueTime) {
        self.mark.now = self.mark.now.max(now);
    }

    /// Appends an event.
    pub(crate) fn event(&mut self, new: NewEvent) -> EventId {
        let label = self.labels.of_static(new.label.word);
        let message = new.message.map_or(NONE, |message| message.0);
        self.append(new.kind, new.node, new.at, message, (label, new.label.number.unwrap_or(NONE)))
    }

    /// Appends the receive of a message: of which copy, and with which bytes if not those sent. It bears the
    /// label of the send.
    pub(crate) fn receive(
        &mut self,
        node: NodeId,
        at: TrueTime,
        message: MessageId,
        copy: u16,
        payload: Option<&[u8]>,
    ) -> EventId {
        let label = self.word_on(message);
        let event = self.append(EventKind::Receive, node, at, message.0, label);
        self.arrived(event, message, copy, payload);
        event
    }

    /// Appends the receive of a message by someone whom it was not sent to. It is no arrival.
    pub(crate) fn overhear(
        &mut self,
        node: NodeId,
        at: TrueTime,
        message: MessageId,
        payload: Option<&[u8]>,
    ) -> EventId {
        let label = self.word_on(message);
        let event = self.append(EventKind::Receive, node, at, message.0, label);
        if payload.is_some() {
            self.keep_copy(ReceivedCopy { event, message, copy: 0, payload: payload.map(Into::into) });
        }
        event
    }

    /// The label of a message's receive: that of its send.
    #[inline]
    fn word_on(&mut self, message: MessageId) -> (u32, u32) {
        match some(self.messages.sent(message.index())) {
            Some(sent) => (self.events.label(sent as usize), self.events.number(sent as usize)),
            None => (self.labels.of_static("injected"), NONE),
        }
    }

    #[inline]
    fn append(
        &mut self,
        kind: EventKind,
        node: NodeId,
        at: TrueTime,
        message: u32,
        (label, number): (u32, u32),
    ) -> EventId {
        let id = self.mark.events;
        let last = &mut self.last_of[node.index()];
        let (previous, own) = (last.id, last.own + 1);
        *last = LastEvent { id, own };
        if id as usize == self.events.len() {
            let node = node.0;
            self.events.push(EventRow { at: at.0, message, label, number, previous, own, node, kind });
        } else {
            debug_assert_eq!(
                (self.kind(EventId(id)), self.node(EventId(id)), self.at(EventId(id))),
                (kind, node, at),
                "a replay differs"
            );
        }
        self.mark.events += 1;
        self.advance(at);
        EventId(id)
    }

    /// Appends a message whose send is the next event to be appended, or which has none.
    #[inline]
    pub(crate) fn new_message(
        &mut self,
        from: NodeId,
        to: NodeId,
        nth: u32,
        is_sent: bool,
        codec: Codec,
        payload: &[u8],
    ) -> MessageId {
        let id = MessageId(self.mark.messages);
        if id.index() == self.messages.len() {
            let at = self.bytes.push(payload);
            self.messages.push(MessageRow {
                nth,
                sent: if is_sent { self.mark.events } else { NONE },
                payload: at,
                length: payload.len() as u32,
                received: NONE,
                last_fate: NONE,
                from: from.0,
                to: to.0,
                codec,
                is_retry: false,
            });
        } else {
            debug_assert_eq!(self.payload(id), payload, "a replay differs");
        }
        self.mark.messages += 1;
        id
    }

    /// Notes that who sent a message said so before.
    #[inline]
    pub(crate) fn set_retry(&mut self, message: MessageId) {
        self.messages.set_retry(message.index());
    }

    /// Notes that `event` is a receive of `message`: of which copy, and with which bytes if not those sent.
    #[inline]
    pub(super) fn arrived(&mut self, event: EventId, message: MessageId, copy: u16, payload: Option<&[u8]>) {
        let first = self.messages.received(message.index());
        if first == NONE {
            self.messages.set_received(message.index(), event.0);
        }
        let is_first = first == NONE || first == event.0;
        if is_first && copy == 0 && payload.is_none() {
            return;
        }
        self.keep_copy(ReceivedCopy { event, message, copy, payload: payload.map(Into::into) });
    }

    fn keep_copy(&mut self, copy: ReceivedCopy) {
        if self.mark.copies as usize == self.copies.len() {
            self.copies.push(copy);
        }
        self.mark.copies += 1;
    }

    /// Appends a line of fate.
    pub(crate) fn sign(&mut self, entry: FateEntry) {
        let place = self.mark.fates;
        if place as usize == self.fates.len() {
            let message = entry.message.index();
            self.fates.push(FateRow {
                at: entry.at.0,
                size: entry.size,
                message: entry.message.0,
                before: self.messages.add_fate(message, place),
                fault: self.labels.of_static(entry.fault),
                effect: self.labels.of_static(entry.effect),
                link: link_number(entry.link),
                copy: entry.copy,
                hop: entry.hop,
                unit: entry.unit,
                outcome: entry.outcome,
            });
        } else {
            debug_assert_eq!(self.fate_entry(place as usize), entry, "a replay differs");
        }
        self.mark.fates += 1;
    }

    /// Begins a span.
    pub(crate) fn begin_span(&mut self, span: Span) -> SpanId {
        let id = SpanId(self.mark.spans);
        if id.index() == self.spans.len() {
            self.spans.push(span);
            self.ended_as.push(NONE);
        }
        self.mark.spans += 1;
        id
    }

    /// Ends a span.
    pub(crate) fn end_span(&mut self, id: SpanId, at: TrueTime) {
        if self.mark.span_ends as usize == self.span_ends.len() {
            self.ended_as[id.index()] = self.mark.span_ends;
            self.span_ends.push(id);
            self.spans[id.index()].to = Some(at);
        }
        self.mark.span_ends += 1;
    }

    /// Appends a line to a node's log.
    pub(crate) fn write_log(&mut self, line: LogLine) {
        if self.mark.logs as usize == self.logs.len() {
            self.logs.push((EventId(self.mark.events), line));
        }
        self.mark.logs += 1;
    }

    /// Notes that from the next event on a node's clock is this.
    pub(crate) fn clock_changes(&mut self, node: NodeId, clock: Oscillator) {
        if self.mark.clocks as usize == self.readings.changes() {
            self.readings.change(EventId(self.mark.events), node, clock);
        }
        self.mark.clocks += 1;
    }

    /// Where the trace is, to be kept.
    pub(crate) fn place(&self) -> Place {
        Place { mark: self.mark, last_of: self.last_of.clone() }
    }

    /// Winds the trace to a place that was kept, back or forth, as long as what lies between was not forgotten.
    pub(crate) fn wind(&mut self, place: &Place) {
        assert!(place.mark.events as usize <= self.events.len(), "a place is kept only while its events are");
        self.mark = place.mark;
        self.last_of.clone_from(&place.last_of);
    }

    /// Forgets everything, because a new run of the same nodes begins.
    pub(crate) fn start_anew(&mut self) {
        self.mark = Mark::default();
        self.last_of.truncate(self.readings.at_first());
        self.last_of.fill(LastEvent::NONE);
        self.forget_future();
    }

    /// Forgets everything behind the mark, because what comes now is a different future.
    pub(crate) fn forget_future(&mut self) {
        let mark = self.mark;
        self.branches.push(mark.events);
        let (events, messages) = (mark.events as usize, mark.messages as usize);
        self.events.truncate(events);
        if messages < self.messages.len() {
            self.bytes.truncate(self.messages.payload(messages));
            self.messages.truncate(messages);
        }
        for message in 0..messages {
            if some(self.messages.received(message)).is_some_and(|event| event >= mark.events) {
                self.messages.set_received(message, NONE);
            }
        }
        for place in (mark.fates as usize..self.fates.len()).rev() {
            let message = self.fates.message(place) as usize;
            if message < messages {
                self.messages.set_last_fate(message, self.fates.before(place));
            }
        }
        self.fates.truncate(mark.fates as usize);
        self.copies.truncate(mark.copies as usize);
        for id in self.span_ends.drain(mark.span_ends as usize..) {
            self.spans[id.index()].to = None;
            self.ended_as[id.index()] = NONE;
        }
        self.spans.truncate(mark.spans as usize);
        self.ended_as.truncate(mark.spans as usize);
        self.logs.truncate(mark.logs as usize);
        self.readings.truncate(mark.clocks as usize);
        self.names.truncate(self.last_of.len());
        self.turns.truncate(mark.turns as usize);
    }
}
