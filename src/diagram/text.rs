//! A run for a terminal: lanes as columns, one event a row from top to bottom, and beside it what happened.
//!
//! Rows are in the order of the trace, which is an order of causes: no arrow points up. A message is drawn in
//! the row of its receive, from the sender's column; a lost one in the row of its send. Must not know a view's
//! axis or window: a terminal has no pixels.

use super::layout::Sightline;
use super::source::Source;
use super::view::ViewAs;
use super::words;
use crate::base::{Duration, EventId, NodeId, WallReading};
use crate::sim::{EventKind, FateEntry, MessageState, Outcome, Span, SpanKind};

/// Which part of a run is written down, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextView {
    /// The columns, in order; all nodes if there are none.
    pub lanes: Vec<NodeId>,
    /// Whose view it is. A node knows its own clock's readings and nothing of what was lost or is under way.
    pub view_as: ViewAs,
    /// So many events are left out at the beginning.
    pub skip: usize,
    /// So many events are written at most; `None` for all.
    pub take: Option<usize>,
}

/// The widest a column may be, in letters.
const COLUMN_MOST: usize = 9;
/// All columns together are at most about so wide, in letters.
const COLUMNS_MOST: usize = 72;
/// The place of true times, in letters.
const TIME: usize = 14;

/// The events of a run, one a row.
///
/// ```text
///           time  A        B
///          10 ms  ●        │        A · 1 sends “letter” to B
///          54 ms  ├───────▷○        B · 1 receives “letter” from A
/// ```
pub fn write(source: &Source<'_>, view: &TextView) -> String {
    let trace = source.trace;
    let lanes: Vec<NodeId> =
        if view.lanes.is_empty() { NodeId::first(trace.nodes()).collect() } else { view.lanes.clone() };
    let longest = lanes.iter().map(|&node| trace.name(node).chars().count()).max().unwrap_or(1) + 1;
    let width = (COLUMNS_MOST / lanes.len().max(1)).clamp(2, COLUMN_MOST).min(longest.max(4)).max(2);
    let is_outside = view.view_as == ViewAs::Outside;
    let outages = trace.spans().filter(|span| is_outside && span.kind == SpanKind::Outage).collect();
    let sight = Sightline::of(source, view.view_as);
    let sheet = Sheet { source, lanes, width, outages, is_outside, sight };
    let mut out = match view.view_as {
        ViewAs::Outside => String::new(),
        ViewAs::Node(node, sight) => format!("{}\n", words::whose_view(trace.name(node), sight)),
    };
    out += &sheet.header();
    let is_shown =
        |event: &EventId| sheet.lanes.contains(&trace.node(*event)) && sheet.sight.sees(trace, *event);
    let all = trace.events().filter(is_shown).count();
    let events = trace.events().filter(is_shown).skip(view.skip).take(view.take.unwrap_or(usize::MAX));
    let mut written = 0;
    for event in events {
        out += &sheet.row(event);
        written += 1;
    }
    let rest = all.saturating_sub(view.skip.min(all) + written);
    if rest > 0 {
        out += &format!("{:>TIME$}  and {rest} more events\n", "…");
    }
    if is_outside { out + &sheet.under_way() } else { out }
}

struct Sheet<'a> {
    source: &'a Source<'a>,
    lanes: Vec<NodeId>,
    width: usize,
    outages: Vec<Span>,
    is_outside: bool,
    sight: Sightline,
}

impl Sheet<'_> {
    /// The names above the columns, on as many lines as keep them apart.
    fn header(&self) -> String {
        let trace = self.source.trace;
        let longest = self.lanes.iter().map(|&node| trace.name(node).chars().count()).max().unwrap_or(0);
        let lines = (longest + 1).div_ceil(self.width).max(1);
        let clock = if self.is_outside { "true time" } else { "wall clock" };
        let mut out = String::new();
        for line in 0..lines {
            let mut text = if line + 1 == lines { format!("{clock:>TIME$}  ") } else { " ".repeat(TIME + 2) };
            for (place, &node) in self.lanes.iter().enumerate() {
                if place % lines == line {
                    // Names of the other lines leave a gap of their own width.
                    let until = TIME + 2 + place * self.width;
                    let gap = until.saturating_sub(text.chars().count());
                    text += &" ".repeat(gap);
                    text += trace.name(node);
                }
            }
            out += text.trim_end();
            out.push('\n');
        }
        out
    }

    fn row(&self, event: EventId) -> String {
        let trace = self.source.trace;
        let mut cells = self.rest(event);
        let own = self.column(trace.node(event)).unwrap_or(0) * self.width;
        let lost = trace
            .message(event)
            .filter(|_| self.is_outside && trace.kind(event) == EventKind::Send)
            .and_then(|message| {
                let fate = trace.fate(message).into_iter().find(|entry| entry.outcome == Outcome::Lost);
                fate.filter(|_| trace.state(message) == MessageState::Lost)
            });
        if let Some(entry) = &lost {
            let to = self.column(trace.receiver(entry.message)).map(|place| place * self.width);
            self.stroke(&mut cells, own, to.unwrap_or(own + self.width), '╌', '✗');
        }
        if let Some(from) = trace.cause_elsewhere(event) {
            // Where the send itself is out of sight, there is no mark for the arrow to begin at.
            match self
                .column(trace.node(from))
                .filter(|_| self.sight.sees(trace, from))
                .map(|place| place * self.width)
            {
                Some(from) => self.arrow(&mut cells, from, own),
                None => cells[own.saturating_sub(1)] = if own > 0 { '▷' } else { ' ' },
            }
        }
        cells[own] = mark(trace.kind(event));
        let row: String = cells.into_iter().collect();
        let time = match self.is_outside {
            true => trace.at(event).to_string(),
            false => reading(trace.wall(event)),
        };
        let why = lost.map_or_else(String::new, |entry: FateEntry| {
            format!("; {}", words::loss(self.source.faults, &entry))
        });
        let stamp =
            self.source.stamps.map_or_else(String::new, |stamps| format!(" [{}]", (stamps.of)(event)));
        let what =
            format!("{} {}{stamp}{why}", words::event_name(trace, event), words::what_happened(trace, event));
        format!("{time:>TIME$}  {row}  {what}\n")
    }

    /// The lanes beside an event: a line, or a dot while the node is down.
    fn rest(&self, event: EventId) -> Vec<char> {
        let at = self.source.trace.at(event);
        let mut cells = vec![' '; self.width * self.lanes.len()];
        for (place, &node) in self.lanes.iter().enumerate() {
            let is_down = self.outages.iter().any(|span| {
                span.nodes.contains(&node) && span.from <= at && span.to.is_none_or(|to| to > at)
            });
            cells[place * self.width] = if is_down { '·' } else { '│' };
        }
        cells
    }

    fn arrow(&self, cells: &mut [char], from: usize, to: usize) {
        if from == to {
            return;
        }
        self.stroke(cells, from, to, '─', ' ');
        cells[from] = if from < to { '├' } else { '┤' };
        if from < to { cells[to - 1] = '▷' } else { cells[to + 1] = '◁' }
    }

    /// A line between two columns, over those between them; an end that is lost stops halfway.
    fn stroke(&self, cells: &mut [char], from: usize, to: usize, line: char, end: char) {
        let is_lost = end != ' ';
        let whole = from.abs_diff(to);
        let length = if is_lost { (whole / 2).max(1) } else { whole };
        for step in 1..=length {
            let at = if from < to { from + step } else { from - step };
            if let Some(cell) = cells.get_mut(at) {
                *cell = if is_lost && step == length { end } else { line };
            }
        }
    }

    fn column(&self, node: NodeId) -> Option<usize> {
        self.lanes.iter().position(|&lane| lane == node)
    }

    /// The messages that are under way at the end.
    fn under_way(&self) -> String {
        let mut out = String::new();
        for packet in self.source.in_flight {
            let copy =
                if packet.name.copy > 0 { format!(", copy {}", packet.name.copy) } else { String::new() };
            let message = words::message(self.source.trace, packet.message);
            out += &format!("{:>TIME$}  under way: {message}{copy}, for another {}\n", "", packet.remaining);
        }
        out
    }
}

/// What a clock shows, with three digits behind the point.
fn reading(wall: WallReading) -> String {
    let sign = if wall.0 < 0 { "−" } else { "" };
    format!("{sign}{}", Duration(wall.0.unsigned_abs()))
}

/// The mark of an event of a kind; the forms are those of the picture.
const fn mark(kind: EventKind) -> char {
    match kind {
        EventKind::Local => '◆',
        EventKind::Send => '●',
        EventKind::Receive => '○',
        EventKind::Timer => '⧗',
        EventKind::Decide => '★',
        EventKind::Write => '□',
        EventKind::Crash => '✕',
        EventKind::Restart => '▶',
        EventKind::Pause => '‖',
        EventKind::Resume => '▷',
        EventKind::ClockStep => '◷',
    }
}
