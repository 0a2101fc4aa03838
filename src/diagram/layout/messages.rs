//! Messages between lanes: arrived, under way, waiting at the door, and those whose other end is not shown.
//!
//! Losses are drawn by an overlay of their own and never thinned out. Must not know why anything was delayed.

use super::super::picture::{Arrow, ArrowKind, Counts};
use super::super::shape::Point;
use super::super::theme::Tone;
use super::super::view::{Axis, Selection};
use super::super::words;
use super::{ARROWS_MAX, Sheet};
use crate::analysis::Relation;
use crate::base::{EventId, MessageId};
use crate::sim::{InFlight, MessageState};

/// So many messages are looked at to choose those that are drawn.
const CANDIDATES_MAX: usize = 4_096;
/// Messages with one end out of the picture are drawn if they are not more than this.
const STUBS_MAX: usize = 60;
/// So many messages under way are drawn even if they were not chosen.
const FLIGHTS_MAX: usize = 100;
/// How far an arrow's ends keep from the marks of its events, in pixels.
const KEEP: f64 = 7.0;
/// How long the rest of an arrow is whose other end is not shown, in pixels.
const STUB: f64 = 20.0;

/// A copy of a message and its ends before they are cut to the picture.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Course {
    pub(in super::super) message: MessageId,
    pub(in super::super) copy: u16,
    pub(in super::super) kind: ArrowKind,
    pub(in super::super) sent: Option<EventId>,
    pub(in super::super) received: Option<EventId>,
    pub(in super::super) from: Point,
    pub(in super::super) to: Point,
}

impl Sheet<'_> {
    /// Lays out the messages.
    pub(super) fn lay_messages(&mut self) {
        let (index, trace) = (self.source.index, self.source.trace);
        let mut window = self.frame.window;
        if self.frame.axis == Axis::TrueTime {
            // What was recorded behind the present is no part of this picture.
            window.to = window.to.min(trace.now().0 as f64);
        }
        let all = index.count_messages(trace, window);
        let coarse = all.div_ceil(CANDIDATES_MAX).next_power_of_two();
        let (mut whole, mut half) = (Vec::new(), Vec::new());
        for message in index.messages(trace, window, coarse) {
            match self.ends_in_sight(message) {
                Some(true) => whole.push(message),
                Some(false) => half.push(message),
                None => {}
            }
        }
        let fine = whole.len().div_ceil(ARROWS_MAX).next_power_of_two();
        let looked_at = whole.len() + half.len();
        // Where every lane is in sight every message is, looked at or not.
        let is_every = self.is_outside() && self.rows.len() == trace.nodes();
        let counts = &mut self.picture.counts;
        (counts.messages, counts.is_about) = match coarse {
            1 => (looked_at, false),
            _ if is_every => (all, false),
            _ => (looked_at * coarse, true),
        };
        counts.one_of = coarse * fine;
        // Scattered, so that a rhythm in the messages is not seen always or never.
        let is_picked = |message: &MessageId| {
            let scattered = message.0.wrapping_mul(0x9e37_79b9);
            fine == 1 || scattered >> (32 - fine.trailing_zeros()) == 0
        };
        let (mut drawn, rest): (Vec<_>, Vec<_>) = whole.into_iter().partition(is_picked);
        if half.len() <= STUBS_MAX && coarse == 1 {
            drawn.append(&mut half);
        }
        if self.picture.counts.one_of > 1 {
            drawn.extend(self.chosen_messages(&rest, &drawn));
        }
        for &message in &drawn {
            self.lay_message(message);
        }
        let Counts { messages, is_about, one_of, .. } = self.picture.counts;
        if one_of > 1 {
            let about = if is_about { "about " } else { "" };
            // The arrows of one message stand side by side; one that was lost has none here.
            let mut shown: Vec<MessageId> = self.picture.arrows.iter().map(|arrow| arrow.message).collect();
            shown.dedup();
            let text = format!("{} of {about}{messages} messages drawn", shown.len());
            let below = Point::new(self.frame.right, self.frame.height - 8.0);
            self.write(&text, super::Font::Words, Tone::Dim, &[(below, super::Anchor::End)]);
        }
    }

    /// Whether both ends of a message have a lane here or only one; `None` where nothing of it can be seen.
    fn ends_in_sight(&self, message: MessageId) -> Option<bool> {
        let trace = self.source.trace;
        let knows = |event: Option<EventId>| event.is_some_and(|event| self.sees(event));
        if !self.is_outside() && !knows(trace.sent(message)) && !knows(trace.first_arrival(message)) {
            return None;
        }
        let (low, high) = (0.0, self.frame.height);
        match (self.y(trace.sender(message)), self.y(trace.receiver(message))) {
            (Some(a), Some(b)) => (a.min(b) <= high && a.max(b) >= low).then_some(true),
            (Some(y), None) | (None, Some(y)) => (low..=high).contains(&y).then_some(false),
            (None, None) => None,
        }
    }

    /// What is selected is drawn, however many there are.
    fn chosen_messages(&self, rest: &[MessageId], drawn: &[MessageId]) -> Vec<MessageId> {
        let trace = self.source.trace;
        let of = |event: Option<EventId>| {
            event.filter(|event| event.index() < trace.len()).and_then(|event| trace.message(event))
        };
        let selected = match self.view.selection {
            Selection::Message(message) => Some(message).filter(|message| message.index() < trace.messages()),
            Selection::Event(event) => of(Some(event)),
            Selection::Nothing | Selection::Node(_) => None,
        };
        let mut chosen: Vec<MessageId> =
            [selected, of(self.view.second), of(self.view.focus)].into_iter().flatten().collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen.retain(|message| !drawn.contains(message));
        // What is under way is what can be acted upon.
        let is_under_way = |message: &&MessageId| {
            !self.source.copies_in_flight(**message).is_empty() && !chosen.contains(*message)
        };
        let under_way: Vec<MessageId> = rest.iter().filter(is_under_way).copied().take(FLIGHTS_MAX).collect();
        chosen.extend(under_way);
        chosen
    }

    fn lay_message(&mut self, message: MessageId) {
        let trace = self.source.trace;
        let sent = trace.sent(message).filter(|&event| event.index() < trace.len() && self.sees(event));
        let first = trace.first_arrival(message);
        let arrivals = first.into_iter().chain(self.source.index.received_again(trace, message));
        let mut has_end = false;
        for received in arrivals.filter(|&event| self.sees(event)).collect::<Vec<_>>() {
            has_end = true;
            self.lay_arrival(message, sent, received);
        }
        if !self.is_outside() {
            if let Some(sent) = sent.filter(|_| !has_end) {
                self.lay_leaving(message, sent);
            }
            return;
        }
        let Some(sent) = sent else { return };
        if self.y(trace.receiver(message)).is_none() {
            // To a hidden lane all messages look alike, whatever became of them.
            if !has_end {
                self.lay_leaving(message, sent);
            }
            return;
        }
        let under_way = self.source.copies_in_flight(message);
        for packet in under_way {
            self.lay_in_flight(sent, packet);
        }
        if first.is_none() && under_way.is_empty() && trace.state(message) == MessageState::InFlight {
            self.lay_waiting(message, sent);
        }
    }

    /// The arrow that ends in a receive, however many messages there are.
    pub(in super::super) fn lay_arrival_at(&mut self, received: EventId) {
        let trace = self.source.trace;
        if let Some(message) = trace.message(received) {
            let sent = trace.sent(message).filter(|&event| self.sees(event));
            self.lay_arrival(message, sent, received);
        }
    }

    fn lay_arrival(&mut self, message: MessageId, sent: Option<EventId>, received: EventId) {
        let trace = self.source.trace;
        let copy = trace.received_copy(received);
        let to = self.point(received);
        let from = sent.and_then(|event| self.point(event));
        let is_forged = trace.sent(message).is_none();
        let is_corrupted =
            trace.received_payload(received).is_some_and(|bytes| bytes != trace.payload(message));
        let kind = match (is_forged, is_corrupted) {
            (true, _) => ArrowKind::Injected,
            (_, true) => ArrowKind::Corrupted,
            (false, false) => ArrowKind::Arrived,
        };
        let course =
            |kind, from, to| Course { message, copy, kind, sent, received: Some(received), from, to };
        match (from, to) {
            (Some(from), Some(mut to)) => {
                if self.frame.axis != Axis::Wall {
                    // A send may have made room for another event while its receive stands in a block.
                    to.x = to.x.max(from.x);
                }
                self.lay_course(course(kind, from, to));
            }
            (None, Some(to)) => {
                let away = self.away(trace.sender(message), to, -STUB);
                let kind = if is_forged { kind } else { ArrowKind::Stub };
                self.lay_course(course(kind, away, to));
            }
            (Some(_), None) => {
                if let Some(sent) = sent {
                    self.lay_leaving(message, sent);
                }
            }
            (None, None) => {}
        }
    }

    /// An arrow that only sets out.
    fn lay_leaving(&mut self, message: MessageId, sent: EventId) {
        let Some(from) = self.point(sent) else { return };
        let to = self.away(self.source.trace.receiver(message), from, STUB);
        let kind = ArrowKind::Stub;
        self.lay_course(Course { message, copy: 0, kind, sent: Some(sent), received: None, from, to });
    }

    /// A point off a lane, on the side on which another node's lane is or would be.
    fn away(&self, other: crate::base::NodeId, from: Point, by: f64) -> Point {
        let is_above = match self.y(other) {
            Some(y) => y < from.y,
            None => (other.index() as f64) < self.rows.iter().filter(|row| row.y < from.y).count() as f64,
        };
        let down = (self.frame.gap * 0.4).min(STUB);
        Point::new(from.x + by * 0.7, from.y + if is_above { -down } else { down })
    }

    fn lay_in_flight(&mut self, sent: EventId, packet: &InFlight) {
        let trace = self.source.trace;
        let (Some(from), Some(y)) = (self.point(sent), self.y(trace.receiver(packet.message))) else {
            return;
        };
        let now = self.view.present(trace.now());
        let whole = trace.now().since(trace.at(sent)).0 as f64 + packet.remaining.0 as f64;
        let gone = (now.since(trace.at(sent)).0 as f64).min(whole);
        // Hops that are still to come are not known here, but there is one at least.
        let ahead = if packet.is_last_hop { 1.0 } else { 0.7 };
        let share = if whole > 0.0 { (gone / whole * ahead).clamp(0.0, 0.94) } else { 0.0 };
        let x = match self.frame.axis {
            Axis::TrueTime => self.frame.x(now.0 as f64),
            Axis::Causal | Axis::Lamport | Axis::Wall => from.x + 24.0,
        };
        let to = Point::new(x.max(from.x), from.y + (y - from.y) * share.max(0.12));
        let (message, copy, kind) = (packet.message, packet.name.copy, ArrowKind::InFlight);
        self.lay_course(Course { message, copy, kind, sent: Some(sent), received: None, from, to });
    }

    fn lay_waiting(&mut self, message: MessageId, sent: EventId) {
        let trace = self.source.trace;
        let (Some(from), Some(y)) = (self.point(sent), self.y(trace.receiver(message))) else { return };
        let x = match self.frame.axis {
            Axis::TrueTime => self.frame.x(self.view.present(trace.now()).0 as f64),
            Axis::Causal | Axis::Lamport | Axis::Wall => from.x + 24.0,
        };
        let before = if y > from.y { y - 9.0 } else { y + 9.0 };
        let (to, kind) = (Point::new(x.max(from.x), before), ArrowKind::Waiting);
        self.lay_course(Course { message, copy: 0, kind, sent: Some(sent), received: None, from, to });
    }

    /// Cuts an arrow to the picture and adds it, if anything is left.
    pub(in super::super) fn lay_course(&mut self, course: Course) {
        let is_complete = course.sent.is_some() && course.received.is_some();
        let is_to_itself = is_complete && course.from.y == course.to.y;
        let via = is_to_itself.then(|| {
            Point::new((course.from.x + course.to.x) / 2.0, course.from.y - (self.frame.gap * 0.4).min(18.0))
        });
        let (mut from, mut to) = (course.from, course.to);
        let length = from.distance(to);
        if via.is_none() && length > 0.0 {
            let (start, end) = match course.kind {
                ArrowKind::Arrived | ArrowKind::Corrupted | ArrowKind::Injected => (0.0, KEEP),
                ArrowKind::Through => (0.0, KEEP),
                ArrowKind::Stub if course.received.is_some() => (0.0, KEEP),
                ArrowKind::Stub | ArrowKind::InFlight | ArrowKind::Waiting | ArrowKind::Lost => (0.0, 0.0),
            };
            to = to.toward(from, (end / length).min(0.45));
            from = from.toward(to, (start / length).min(0.45));
        }
        let Some((from, to, has_tip)) = self.cut(from, to) else { return };
        let trace = self.source.trace;
        let is_selected = self.view.selection == Selection::Message(course.message);
        let tone = self.tone_of(&course, is_selected);
        let name = self.message_name(course.message, &self.became(&course));
        debug_assert!(course.message.index() < trace.messages());
        self.picture.arrows.push(Arrow {
            message: course.message,
            copy: course.copy,
            kind: course.kind,
            sent: course.sent,
            received: course.received,
            from,
            via,
            to,
            has_tip,
            tone,
            is_selected,
            is_backward: false,
            is_suspect: false,
            name,
        });
    }

    fn tone_of(&self, course: &Course, is_selected: bool) -> Tone {
        let of = |event: Option<EventId>| event.and_then(|event| self.relation(event));
        match course.kind {
            ArrowKind::Lost | ArrowKind::Injected => return Tone::Lost,
            _ if is_selected => return Tone::Selected,
            ArrowKind::Arrived
            | ArrowKind::Corrupted
            | ArrowKind::InFlight
            | ArrowKind::Waiting
            | ArrowKind::Through
            | ArrowKind::Stub => {}
        }
        match (of(course.sent), of(course.received)) {
            (_, Some(Relation::Before | Relation::Same)) => Tone::Past,
            (Some(Relation::After | Relation::Same), _) => Tone::Future,
            _ => Tone::Message,
        }
    }

    /// What became of a copy, in words.
    fn became(&self, course: &Course) -> String {
        let trace = self.source.trace;
        let copy = if course.copy > 0 { format!("copy {}, ", course.copy) } else { String::new() };
        let at = |event: EventId| {
            if self.is_outside() { words::exact(trace.at(event)) } else { words::wall(trace.wall(event)) }
        };
        let rest = match (course.kind, course.received) {
            (ArrowKind::Arrived, Some(event)) => format!("received at {}", at(event)),
            (ArrowKind::Corrupted, Some(event)) => format!("received with flipped bits at {}", at(event)),
            (ArrowKind::Injected, Some(event)) => {
                format!("received at {}, though no node had sent it", at(event))
            }
            (ArrowKind::Through, Some(event)) => {
                let from = course.sent.map_or_else(String::new, |sent| words::event_name(trace, sent));
                format!("received at {}; by way of hidden lanes it tells of {from}", at(event))
            }
            (ArrowKind::InFlight, _) => "under way".to_owned(),
            (ArrowKind::Waiting, _) => "waits at its receiver, which takes nothing now".to_owned(),
            (ArrowKind::Lost, _) => "lost".to_owned(),
            (ArrowKind::Stub, Some(event)) => format!("received at {}; its send is not shown", at(event)),
            (_, None) if self.is_outside() => "its receiver is not shown".to_owned(),
            (_, None) => "sent; what became of it is not known here".to_owned(),
        };
        format!("{copy}{rest}")
    }

    /// The part of a line that is inside the picture, and whether its end is (Liang and Barsky 1984).
    fn cut(&self, from: Point, to: Point) -> Option<(Point, Point, bool)> {
        let frame = &self.frame;
        let (low, high) = (
            Point::new(frame.left - 10.0, frame.top - 30.0),
            Point::new(frame.right + 10.0, frame.height - 4.0),
        );
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let (mut start, mut end) = (0.0_f64, 1.0_f64);
        for (step, room) in
            [(-dx, from.x - low.x), (dx, high.x - from.x), (-dy, from.y - low.y), (dy, high.y - from.y)]
        {
            if step == 0.0 && room < 0.0 {
                return None;
            }
            if step < 0.0 {
                start = start.max(room / step);
            } else if step > 0.0 {
                end = end.min(room / step);
            }
        }
        (start <= end).then(|| (from.toward(to, start), from.toward(to, end), end >= 1.0))
    }
}
