//! From lines to events: when each happens, in what order, and which message each receives.
//!
//! An instant is ten milliseconds. A message that arrives before the next line takes two thirds of one, so that an answer
//! on that line comes after it. What would fall on one spot of a lane is moved apart. Must not know the text.

use std::collections::BTreeMap;

use super::{Deed, Figure, Mistake, Script, What};
use crate::base::{LinkId, MessageId, NodeId, TrueTime};
use crate::formats::words::word;
use crate::sim::{
    EventKind, FateEntry, FateUnit, ForeignEvent, ForeignMessage, Outcome, Span, SpanKind, Trace,
};

/// From a line to the next, in nanoseconds: 12 ms, which has a third and a twelfth.
const INSTANT: u64 = 12_000_000;

/// How much sooner than a line a message arrives that takes that long.
const BEFORE: u64 = INSTANT / 3;

/// How far apart two events of a lane are at least.
const APART: u64 = INSTANT / 12;

/// When something happens, and in which order of what happens then.
type Turn = (u64, u64);

/// Something that is still to happen.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// A deed by its place.
    Deed(usize),
    /// A copy of a message arrives; which deed sent it.
    Arrival { message: MessageId, lane: usize, copy: u16, deed: usize },
}

/// Puts all in order.
pub(super) fn lay(script: Script) -> Result<Figure, Mistake> {
    let Script { title, lanes, deeds, .. } = script;
    let mut stage = Stage {
        nth: vec![0; lanes.len() * lanes.len()],
        down: vec![None; lanes.len()],
        last: vec![None; lanes.len()],
        trace: Trace::of_log(lanes),
        to_come: BTreeMap::new(),
        count: 0,
    };
    for (place, deed) in deeds.iter().enumerate() {
        stage.plan(u64::from(deed.instant) * INSTANT, Next::Deed(place));
    }
    while let Some(((at, order), next)) = stage.to_come.pop_first() {
        let lane = match next {
            Next::Deed(place) => deeds[place].lane,
            Next::Arrival { lane, .. } => lane,
        };
        let earliest = stage.last[lane].map_or(0, |last| last + APART);
        if at < earliest {
            stage.to_come.insert((earliest, order), next);
            continue;
        }
        stage.happen(at, next, &deeds)?;
        stage.last[lane] = Some(at);
    }
    stage.end_spans();
    Ok(Figure { title, trace: stage.trace })
}

struct Stage {
    trace: Trace,
    to_come: BTreeMap<Turn, Next>,
    count: u64,
    /// Per pair of lanes, how many messages there were.
    nth: Vec<u32>,
    /// Per lane, since when it is down or paused, and by which deed.
    down: Vec<Option<(TrueTime, SpanKind)>>,
    /// Per lane, when its last event was.
    last: Vec<Option<u64>>,
}

impl Stage {
    fn plan(&mut self, at: u64, next: Next) {
        self.to_come.insert((at, self.count), next);
        self.count += 1;
    }

    fn happen(&mut self, at: u64, next: Next, deeds: &[Deed]) -> Result<(), Mistake> {
        let (place, lane) = match next {
            Next::Deed(place) => (place, deeds[place].lane),
            Next::Arrival { deed, lane, .. } => (deed, lane),
        };
        let deed = &deeds[place];
        let wrong = |says: String| Mistake { line: deed.line, column: deed.column, says };
        let kind = match (next, &deed.what) {
            (Next::Arrival { .. }, _) => EventKind::Receive,
            (Next::Deed(_), What::Event(kind)) => *kind,
            (Next::Deed(_), What::Message { .. }) => EventKind::Send,
        };
        self.change(lane, TrueTime(at), kind).map_err(wrong)?;
        let mut sent = Vec::new();
        if let (Next::Deed(_), What::Message { to, .. }) = (next, &deed.what) {
            sent = to.iter().map(|&to| self.send(lane, to)).collect();
        }
        let (received, copy) = match next {
            Next::Arrival { message, copy, .. } => (Some(message), copy),
            Next::Deed(_) => (None, 0),
        };
        let event = ForeignEvent {
            kind,
            node: NodeId(lane as u16),
            at: TrueTime(at),
            wall: None,
            line: deed.line,
            text: &deed.text,
            is_suspect: false,
            copy,
        };
        self.trace.add_event(&event, received.as_slice(), sent.first().copied());
        if let What::Message { to, copies, by } = &deed.what {
            for (&message, &lane) in sent.iter().zip(to) {
                self.plan_arrivals(at, message, lane, copies, place);
                if copies.is_empty() {
                    self.lose(at, message, by);
                }
            }
        }
        Ok(())
    }

    fn send(&mut self, from: usize, to: usize) -> MessageId {
        let nth = &mut self.nth[from * self.trace.nodes() + to];
        *nth += 1;
        let (from, to) = (NodeId(from as u16), NodeId(to as u16));
        self.trace.add_message(&ForeignMessage { from, to, nth: *nth - 1, is_sent: true, payload: &[] })
    }

    fn plan_arrivals(&mut self, at: u64, message: MessageId, lane: usize, copies: &[u32], deed: usize) {
        for (copy, instants) in (0..).zip(copies) {
            let arrives = at + u64::from(*instants) * INSTANT - BEFORE;
            self.plan(arrives, Next::Arrival { message, lane, copy, deed });
        }
        for copy in 1..copies.len() as u16 {
            self.sign(at, message, copy, ("", "copy", Outcome::Copied));
        }
    }

    fn lose(&mut self, at: u64, message: MessageId, by: &str) {
        self.sign(at + BEFORE, message, 0, (word(by), "", Outcome::Lost));
    }

    fn sign(&mut self, at: u64, message: MessageId, copy: u16, what: (&'static str, &'static str, Outcome)) {
        let (fault, effect, outcome) = what;
        let (unit, at) = (FateUnit::None, TrueTime(at));
        // A link, so that what is lost is drawn to the middle of its way.
        let link = Some(LinkId(0));
        self.trace.add_fate(FateEntry {
            message,
            fault,
            effect,
            size: 0,
            unit,
            at,
            copy,
            hop: 0,
            link,
            outcome,
        });
        self.trace.advance(at);
    }

    /// A lane that is down does nothing, and only one that is down can restart.
    fn change(&mut self, lane: usize, at: TrueTime, kind: EventKind) -> Result<(), String> {
        let name = format!("{:?}", self.trace.name(NodeId(lane as u16)));
        let until = |kind| match kind {
            SpanKind::Pause => "paused; let it resume first",
            _ => "down; let it restart first, or lose the message with `-x`",
        };
        match (kind, self.down[lane]) {
            (EventKind::Crash, Some((_, SpanKind::Pause)) | None) => {
                self.end_span(lane, at);
                self.down[lane] = Some((at, SpanKind::Outage));
            }
            (EventKind::Pause, None) => self.down[lane] = Some((at, SpanKind::Pause)),
            (EventKind::Restart, Some((_, SpanKind::Outage)))
            | (EventKind::Resume, Some((_, SpanKind::Pause))) => {
                self.end_span(lane, at);
            }
            (EventKind::Restart, _) => return Err(format!("{name} is not down; let it crash first")),
            (EventKind::Resume, _) => return Err(format!("{name} is not paused; let it pause first")),
            (EventKind::Receive, Some((_, span))) => {
                return Err(format!("when this arrives, {name} is {}", until(span)));
            }
            (_, Some((_, span))) => return Err(format!("{name} is {}", until(span))),
            (_, None) => {}
        }
        Ok(())
    }

    fn end_span(&mut self, lane: usize, at: TrueTime) {
        if let Some((from, kind)) = self.down[lane].take() {
            self.add_span(lane, from, Some(at), kind);
        }
    }

    fn add_span(&mut self, lane: usize, from: TrueTime, to: Option<TrueTime>, kind: SpanKind) {
        self.trace.add_span(Span { kind, from, to, nodes: vec![NodeId(lane as u16)], one_way: false });
    }

    fn end_spans(&mut self) {
        for lane in 0..self.down.len() {
            if let Some((from, kind)) = self.down[lane].take() {
                self.add_span(lane, from, None, kind);
            }
        }
    }
}
