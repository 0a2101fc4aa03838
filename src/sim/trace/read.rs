//! Reading a trace, up to the mark. Must not know who reads.

use super::labels::TEXT;
use super::{EventKind, LogLine, Mark, MessageState, ReceivedCopy, Span, Trace, TraceHash, hash, some};
use crate::base::{EventId, LinkId, MessageId, MonotonicReading, NodeId, TrueTime, WallReading};
use crate::sim::codec::Codec;
use crate::sim::packet::{FateEntry, Outcome};
use crate::sim::tape::MessageRef;

impl Trace {
    /// The names of the nodes, by id.
    pub fn names(&self) -> &[String] {
        &self.names[..self.last_of.len()]
    }

    /// The name of a node.
    pub fn name(&self, node: NodeId) -> &str {
        self.names.get(node.index()).map_or("?", String::as_str)
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.last_of.len()
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.mark.events as usize
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.mark.events == 0
    }

    /// How many messages there are.
    pub fn messages(&self) -> usize {
        self.mark.messages as usize
    }

    /// How many turns there are.
    pub fn turns(&self) -> u64 {
        u64::from(self.mark.turns)
    }

    /// The place up to which the trace is read.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// The true time up to which it is read.
    pub fn now(&self) -> TrueTime {
        self.mark.now
    }

    /// How often what lay behind the mark was forgotten: what was worked out from kept events is stale once
    /// this has changed.
    pub fn branch(&self) -> u32 {
        self.branches.len() as u32
    }

    /// How many events, from the first on, are certainly the same as when there had been `branch`.
    pub fn same_since(&self, branch: u32) -> usize {
        let left = self.branches.get(branch as usize..).unwrap_or_default().iter().min();
        left.map_or(usize::MAX, |&events| events as usize)
    }

    /// How many events are kept, those behind the mark included.
    pub fn kept_events(&self) -> usize {
        self.events.len()
    }

    /// How many turns are kept, those behind the mark included.
    pub fn kept_turns(&self) -> u64 {
        self.turns.len() as u64
    }

    /// The true time of a kept turn, counted from 1; 0 is the start.
    pub fn turn_at(&self, turn: u64) -> TrueTime {
        if turn == 0 { TrueTime::ZERO } else { TrueTime(self.turns.at(turn as usize - 1)) }
    }

    /// The first event of a kept turn or behind it, counted from 1.
    pub fn turn_first(&self, turn: u64) -> EventId {
        if turn == 0 { EventId(0) } else { EventId(self.turns.first(turn as usize - 1)) }
    }

    /// The turn in which a kept event happened, or after which, if no turn brought it.
    pub fn turn_of(&self, event: EventId) -> u64 {
        let (mut low, mut high) = (0, self.turns.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.turns.first(middle) <= event.0 { low = middle + 1 } else { high = middle }
        }
        low as u64
    }

    /// All events in order.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = EventId> + Clone + use<> {
        (0..self.mark.events).map(EventId)
    }

    /// All messages in order.
    pub fn message_ids(&self) -> impl DoubleEndedIterator<Item = MessageId> + Clone + use<> {
        (0..self.mark.messages).map(MessageId)
    }

    /// What kind of event it is.
    #[inline]
    pub fn kind(&self, event: EventId) -> EventKind {
        self.events.kind(event.index())
    }

    /// The node at which it happened.
    #[inline]
    pub fn node(&self, event: EventId) -> NodeId {
        NodeId(self.events.node(event.index()))
    }

    /// When it happened, in true time.
    #[inline]
    pub fn at(&self, event: EventId) -> TrueTime {
        TrueTime(self.events.at(event.index()))
    }

    /// The message that was sent or received.
    #[inline]
    pub fn message(&self, event: EventId) -> Option<MessageId> {
        some(self.events.message(event.index())).map(MessageId)
    }

    /// Which event of its node it is, counted from 1.
    #[inline]
    pub fn own_count(&self, event: EventId) -> u32 {
        self.events.own(event.index())
    }

    /// The event before it on the same node, across crashes.
    #[inline]
    pub fn previous(&self, event: EventId) -> Option<EventId> {
        some(self.events.previous(event.index())).map(EventId)
    }

    /// The send of which this is a receive.
    #[inline]
    pub fn cause_elsewhere(&self, event: EventId) -> Option<EventId> {
        match self.kind(event) {
            EventKind::Receive => self.message(event).and_then(|message| self.sent(message)),
            EventKind::Local
            | EventKind::Send
            | EventKind::Timer
            | EventKind::Decide
            | EventKind::Write
            | EventKind::Crash
            | EventKind::Restart
            | EventKind::Pause
            | EventKind::Resume
            | EventKind::ClockStep => None,
        }
    }

    /// The further sends of what an event of a log received at once, beside [`cause_elsewhere`](Self::cause_elsewhere).
    #[inline]
    pub fn more_causes(&self, event: EventId) -> impl Iterator<Item = EventId> + '_ {
        self.more_received(event).filter_map(|message| self.sent(message))
    }

    /// The further messages that an event of a log received at once, beside [`message`](Self::message).
    #[inline]
    pub fn more_received(&self, event: EventId) -> impl Iterator<Item = MessageId> + '_ {
        let more = self.foreign.as_ref().map_or(&[][..], |foreign| foreign.more(event));
        more.iter().map(|(_, message)| *message)
    }

    /// The sends of all that an event received: [`cause_elsewhere`](Self::cause_elsewhere) and
    /// [`more_causes`](Self::more_causes).
    #[inline]
    pub fn causes_elsewhere(&self, event: EventId) -> impl Iterator<Item = EventId> + '_ {
        self.cause_elsewhere(event).into_iter().chain(self.more_causes(event))
    }

    /// The direct causes of an event: the one before it on its node, and the sends of what it received.
    pub fn causes(&self, event: EventId) -> impl Iterator<Item = EventId> + '_ {
        self.previous(event).into_iter().chain(self.causes_elsewhere(event))
    }

    /// The last event of a node, if it has one.
    pub fn last_of(&self, node: NodeId) -> Option<EventId> {
        some(self.last_of.get(node.index())?.id).map(EventId)
    }

    /// What stands beside an event: a word, and perhaps a number.
    pub fn label(&self, event: EventId) -> String {
        let place = self.events.label(event.index());
        if let Some(foreign) = self.foreign.as_ref().filter(|_| place & TEXT != 0) {
            return foreign.text(place).to_owned();
        }
        let word = self.labels.word(place);
        match some(self.events.number(event.index())) {
            None => word.to_owned(),
            Some(number) => format!("{word} {number}"),
        }
    }

    /// The label as people read it: a timer of which there is one has a number 0 that counts nothing.
    pub fn spoken_label(&self, event: EventId) -> String {
        match (self.kind(event), self.label_number(event), self.label_word(event)) {
            (EventKind::Timer, Some(0), word) if !word.is_empty() => word.to_owned(),
            _ => self.label(event),
        }
    }

    /// The word of an event's label; empty in a log, whose labels are texts.
    pub fn label_word(&self, event: EventId) -> &'static str {
        self.labels.word(self.events.label(event.index()))
    }

    /// The number of an event's label.
    pub fn label_number(&self, event: EventId) -> Option<u32> {
        some(self.events.number(event.index()))
    }

    /// What the node's time-of-day clock showed at an event.
    pub fn wall(&self, event: EventId) -> WallReading {
        let stated = self.foreign.as_ref().and_then(|foreign| foreign.wall(event));
        stated.unwrap_or_else(|| self.readings.wall(event, self.node(event), self.at(event)))
    }

    /// What the node's monotonic clock showed at an event.
    pub fn monotonic(&self, event: EventId) -> MonotonicReading {
        self.readings.monotonic(event, self.node(event), self.at(event))
    }

    /// What a node's monotonic clock showed at the epoch.
    pub fn monotonic_at_start(&self, node: NodeId) -> MonotonicReading {
        self.readings.monotonic(EventId(0), node, TrueTime::ZERO)
    }

    /// What a node's time-of-day clock shows at an instant, by what had been done to it up to the mark.
    pub fn wall_at(&self, node: NodeId, at: TrueTime) -> WallReading {
        self.readings.wall(EventId(self.mark.events), node, at)
    }

    /// The sender of a message.
    #[inline]
    pub fn sender(&self, message: MessageId) -> NodeId {
        NodeId(self.messages.from(message.index()))
    }

    /// The receiver of a message.
    #[inline]
    pub fn receiver(&self, message: MessageId) -> NodeId {
        NodeId(self.messages.to(message.index()))
    }

    /// Which message of its sender to its receiver it is, counted from 0.
    pub fn nth(&self, message: MessageId) -> u32 {
        self.messages.nth(message.index())
    }

    /// A copy of a message by its name on a tape.
    pub fn message_ref(&self, message: MessageId, copy: u16) -> MessageRef {
        let (from, to) = (self.sender(message), self.receiver(message));
        MessageRef { from, to, nth: self.nth(message), copy }
    }

    /// The send of a message; `None` when it has none in the trace.
    #[inline]
    pub fn sent(&self, message: MessageId) -> Option<EventId> {
        some(self.messages.sent(message.index())).map(EventId)
    }

    /// How a message was written down.
    pub fn codec(&self, message: MessageId) -> Codec {
        self.messages.codec(message.index())
    }

    /// Whether its sender said of a message that it says again what was not answered. A log does not tell.
    pub fn is_retry(&self, message: MessageId) -> bool {
        self.messages.is_retry(message.index())
    }

    /// The payload of a message as it was sent.
    pub fn payload(&self, message: MessageId) -> &[u8] {
        self.bytes.get(self.messages.payload(message.index()), self.messages.length(message.index()) as usize)
    }

    /// The payload that a receive brought, which differs from what was sent if bits flipped on the way.
    pub fn received_payload(&self, event: EventId) -> Option<&[u8]> {
        let message = self.message(event)?;
        let flipped = self.copy_of(event).and_then(|copy| copy.payload.as_deref());
        Some(flipped.unwrap_or_else(|| self.payload(message)))
    }

    /// Which copy of its message a receive brought; 0 is the original.
    pub fn received_copy(&self, event: EventId) -> u16 {
        self.copy_of(event).map_or(0, |copy| copy.copy)
    }

    pub(super) fn copy_of(&self, event: EventId) -> Option<&ReceivedCopy> {
        let copies = &self.copies[..self.mark.copies as usize];
        copies.binary_search_by_key(&event, |copy| copy.event).ok().map(|place| &copies[place])
    }

    /// The first receive of a message.
    #[inline]
    pub fn first_arrival(&self, message: MessageId) -> Option<EventId> {
        some(self.messages.received(message.index())).filter(|&event| event < self.mark.events).map(EventId)
    }

    /// Whether a receive is one of whom the message was sent to.
    fn is_arrival(&self, event: EventId) -> bool {
        self.message(event).is_some_and(|message| self.receiver(message) == self.node(event))
    }

    /// All receives of a message by whom it was sent to, in order.
    pub fn arrivals(&self, message: MessageId) -> Vec<EventId> {
        let Some(first) = self.first_arrival(message) else { return Vec::new() };
        let later = self.copies[..self.mark.copies as usize].iter();
        let later = later
            .filter(|copy| copy.message == message && copy.event != first && self.is_arrival(copy.event))
            .map(|copy| copy.event);
        std::iter::once(first).chain(later).collect()
    }

    /// What befell a message, in order.
    pub fn fate(&self, message: MessageId) -> Vec<FateEntry> {
        let mut fate: Vec<FateEntry> = self.fate_backward(message).collect();
        fate.reverse();
        fate
    }

    fn fate_backward(&self, message: MessageId) -> impl Iterator<Item = FateEntry> {
        let last = some(self.messages.last_fate(message.index()));
        std::iter::successors(last, |&place| some(self.fates.before(place as usize)))
            .filter(|&place| place < self.mark.fates)
            .map(|place| self.fate_entry(place as usize))
    }

    pub(super) fn fate_entry(&self, place: usize) -> FateEntry {
        let fates = &self.fates;
        FateEntry {
            message: MessageId(fates.message(place)),
            fault: self.labels.word(fates.fault(place)),
            effect: self.labels.word(fates.effect(place)),
            size: fates.size(place),
            unit: fates.unit(place),
            at: TrueTime(fates.at(place)),
            copy: fates.copy(place),
            hop: fates.hop(place),
            link: some(fates.link(place)).map(LinkId),
            outcome: fates.outcome(place),
        }
    }

    /// All lines of fate of all messages, in the order in which they were signed.
    pub fn fates(&self) -> impl DoubleEndedIterator<Item = FateEntry> {
        (0..self.mark.fates as usize).map(|place| self.fate_entry(place))
    }

    /// Where a message stands.
    pub fn state(&self, message: MessageId) -> MessageState {
        if self.first_arrival(message).is_some() {
            return MessageState::Arrived;
        }
        let mut copies = 1_i64;
        for entry in self.fate_backward(message) {
            match entry.outcome {
                Outcome::Onward => {}
                Outcome::Copied => copies += 1,
                Outcome::Lost | Outcome::Joined => copies -= 1,
            }
        }
        if copies > 0 { MessageState::InFlight } else { MessageState::Lost }
    }

    /// All spans that have begun; one that ends behind the mark counts as lasting.
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        self.spans[..self.mark.spans as usize].iter().zip(&self.ended_as).map(|(span, &end)| {
            let to = span.to.filter(|_| end < self.mark.span_ends);
            Span { to, ..span.clone() }
        })
    }

    /// What a node wrote to its log, in order.
    pub fn log(&self, node: NodeId) -> impl Iterator<Item = &LogLine> {
        self.logs[..self.mark.logs as usize]
            .iter()
            .map(|(_, line)| line)
            .filter(move |line| line.node == node)
    }

    /// The hash of everything up to the mark: see [`TraceHash`].
    pub fn hash(&self) -> TraceHash {
        hash::of(self)
    }

    /// How many bytes of memory the trace takes, payloads included.
    pub fn memory(&self) -> usize {
        let tables = self.events.memory() + self.messages.memory() + self.bytes.memory();
        let foreign = self.foreign.as_ref().map_or(0, |foreign| foreign.memory());
        tables + self.turns.memory() + self.fates.memory() + foreign
    }

    /// The number of the next copy of a message.
    pub(crate) fn next_copy(&self, message: MessageId) -> u16 {
        let made = self.fate_backward(message).filter(|entry| entry.outcome == Outcome::Copied).count();
        made as u16 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::super::SpanKind;
    use super::*;
    use crate::base::SpanId;
    use crate::clocks::{ClockSpec, Oscillator};

    fn begin(trace: &mut Trace, from: u64) {
        let nodes = vec![NodeId(0)];
        let _ = trace.begin_span(Span {
            kind: SpanKind::Pause,
            from: TrueTime(from),
            to: None,
            nodes,
            one_way: false,
        });
    }

    #[test]
    fn spans_are_over_as_far_as_their_end_was_reached() {
        let mut trace = Trace::new(vec!["a".to_owned()], vec![Oscillator::new(ClockSpec::default())]);
        // Begun as 0, 1, 2, 3 and ended as 2, 0, 3, two of them at one instant; 1 lasts.
        let mut places = vec![trace.place()];
        let steps: [&dyn Fn(&mut Trace); 7] = [
            &|t| begin(t, 1),
            &|t| begin(t, 2),
            &|t| begin(t, 2),
            &|t| t.end_span(SpanId(2), TrueTime(5)),
            &|t| t.end_span(SpanId(0), TrueTime(5)),
            &|t| begin(t, 6),
            &|t| t.end_span(SpanId(3), TrueTime(7)),
        ];
        for step in steps {
            step(&mut trace);
            places.push(trace.place());
        }
        let ends = |trace: &Trace| trace.spans().map(|span| span.to.map(|to| to.0)).collect::<Vec<_>>();
        let reached: [&[Option<u64>]; 8] = [
            &[],
            &[None],
            &[None, None],
            &[None, None, None],
            &[None, None, Some(5)],
            &[Some(5), None, Some(5)],
            &[Some(5), None, Some(5), None],
            &[Some(5), None, Some(5), Some(7)],
        ];
        for at in [7, 4, 0, 5, 1, 6, 3, 2] {
            trace.wind(&places[at]);
            assert_eq!(ends(&trace), reached[at], "after {at} steps");
        }
        // Another future: what ended behind the mark lasts again, and may end at another time.
        trace.wind(&places[4]);
        trace.forget_future();
        trace.end_span(SpanId(1), TrueTime(9));
        assert_eq!(ends(&trace), [None, Some(9), Some(5)]);
    }
}
