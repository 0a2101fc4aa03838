//! Events on their lanes: one by one, or in blocks that say how many they are.
//!
//! A lane keeps its single marks while it has no more events in the window than it may have blocks. What is
//! rare (crashes, pauses, clock steps) and what is selected never goes into a block. Must not know messages.

use super::super::picture::{Block, Dot, Mark};
use super::super::shape::Point;
use super::super::theme::Tone;
use super::super::view::{Axis, ViewAs};
use super::super::words;
use super::reach;
use super::{BLOCKS_MAX, CLUSTERS_MAX, EVENTS_MAX, Row, Sheet};
use crate::analysis::Relation;
use crate::base::{Duration, EventId, NodeId};
use crate::sim::EventKind;

/// Blocks are at least this wide, in pixels.
const BLOCK_LEAST: f64 = 8.0;
/// Marks of one lane keep this far apart where they can, in pixels.
const APART: f64 = 11.0;
/// How far a mark may move from its place, in pixels; whatever stands this far apart is no crowd.
const SPREAD_LEAST: f64 = 24.0;
/// How far a mark may move from its place where there is room, in pixels.
const SPREAD_MOST: f64 = 200.0;

/// The mark of an event of a kind.
pub(in super::super) const fn mark(kind: EventKind) -> Mark {
    match kind {
        EventKind::Local => Mark::Diamond,
        EventKind::Send => Mark::Disc,
        EventKind::Receive => Mark::Ring,
        EventKind::Timer => Mark::Hourglass,
        EventKind::Decide => Mark::Star,
        EventKind::Write => Mark::Square,
        EventKind::Crash => Mark::Cross,
        EventKind::Restart => Mark::Triangle,
        EventKind::Pause => Mark::Bars,
        EventKind::Resume => Mark::HollowTriangle,
        EventKind::ClockStep => Mark::Face,
    }
}

/// An event that is drawn by itself.
#[derive(Clone, Copy)]
struct Single {
    event: EventId,
    row: Row,
}

/// A stretch of a lane's events that is in the window.
pub(super) struct Stretch {
    pub(super) row: Row,
    pub(super) first: usize,
    pub(super) last: usize,
}

impl Sheet<'_> {
    /// Lays out the events.
    pub(super) fn lay_events(&mut self) {
        let (trace, index, window) = (self.source.trace, self.source.index, self.frame.window);
        let mut stretches = Vec::new();
        for &row in &self.rows {
            let visible = index.visible(trace, row.node, self.limit(row.node), window);
            stretches.extend(visible.into_iter().map(|(first, last)| Stretch { row, first, last }));
        }
        let total: usize = stretches.iter().map(|stretch| stretch.last - stretch.first).sum();
        let bucket = self.bucket(BLOCKS_MAX, BLOCK_LEAST);
        let buckets = (self.frame.folds.length(window) / bucket) as usize + 1;
        let mut singles = Vec::new();
        for stretch in stretches {
            let lane = index.lane(trace, stretch.row.node);
            let single = |place: usize| Single { event: EventId(lane[place]), row: stretch.row };
            if total <= EVENTS_MAX || stretch.last - stretch.first <= buckets {
                let alone = self.lay_collapsed(&stretch);
                singles.extend(alone.into_iter().map(single));
            } else {
                singles.extend(self.lay_blocks(&stretch, bucket).into_iter().map(single));
            }
        }
        if self.frame.axis.is_time() {
            self.spread(&mut singles);
        }
        for single in singles {
            self.lay_event(single);
        }
    }

    /// Events of one turn happen at one instant and would cover one another. Each moves a little to the right
    /// of the one before it on its lane, and a receive with its send, so that the order stays right.
    ///
    /// Those that stand close together, on whatever lanes, share how far they may move: up to
    /// [`SPREAD_MOST`] where that leaves half of the room to whatever comes next, at least [`SPREAD_LEAST`], by
    /// which crowds are apart, and never out of the picture. So no event moves beyond one that it could have
    /// caused.
    fn spread(&mut self, singles: &mut [Single]) {
        let trace = self.source.trace;
        singles.sort_unstable_by_key(|single| single.event);
        let apart = APART * self.frame.mark_scale();
        let has_causes = self.frame.axis == Axis::TrueTime;
        let reach = self.room_to_spread(singles);
        let mut last: Vec<Option<(f64, f64)>> = vec![None; trace.nodes()];
        let mut furthest = 0.0_f64;
        for single in singles {
            let x = self.x(single.event);
            let before = &mut last[single.row.node.index()];
            let mut moved = x;
            // A clock that was turned back puts an event to the left of the one before it, and there it stays.
            if let Some((at, moved_to)) = *before
                && at <= x
            {
                moved = moved.max(moved_to + apart);
            }
            for sent in trace.causes_elsewhere(single.event).filter(|_| has_causes) {
                let sent = self.x(sent);
                // A message needs some room too, if its ends have moved at all.
                moved = moved.max(if sent > x { sent + apart / 2.0 } else { x });
            }
            let room = reach.iter().rfind(|(from, _)| *from <= x).map_or(SPREAD_LEAST, |(_, room)| *room);
            moved = moved.min(x + room);
            *before = Some((x, moved));
            if moved > x {
                self.moved.insert(single.event, moved);
                furthest = furthest.max(moved - x);
            }
        }
        self.is_spread = furthest > SPREAD_LEAST;
    }

    /// Where each crowd of events begins, from left to right, and how far those of it may move.
    fn room_to_spread(&self, singles: &[Single]) -> Vec<(f64, f64)> {
        let mut at: Vec<f64> = singles.iter().map(|single| self.x(single.event)).collect();
        at.sort_unstable_by(f64::total_cmp);
        let mut crowds: Vec<(f64, f64)> = Vec::new();
        for x in at {
            match crowds.last_mut() {
                Some((_, end)) if x - *end < SPREAD_LEAST => *end = x,
                _ => crowds.push((x, x)),
            }
        }
        let next = crowds.iter().skip(1).map(|(start, _)| *start).chain([f64::INFINITY]);
        let room = |end: f64, next: f64| {
            let inside = (self.frame.right - end).max(0.0);
            ((next - end) / 2.0).clamp(SPREAD_LEAST, SPREAD_MOST).min(inside)
        };
        crowds.iter().zip(next).map(|(&(start, end), next)| (start, room(end, next))).collect()
    }

    /// How long a piece of the axis is, so that all lanes in sight have at most `most` pieces and none is
    /// narrower than `least` pixels: a power of two, so that pieces stay the same while one pans.
    fn bucket(&self, most: usize, least: f64) -> f64 {
        let (width, length) =
            (self.frame.right - self.frame.left, self.frame.folds.length(self.frame.window));
        let pixels = least.max(width * self.rows.len() as f64 / most as f64);
        let wanted = length * pixels / width.max(1.0);
        let mut bucket = 1.0;
        while bucket < wanted {
            bucket *= 2.0;
        }
        bucket
    }

    /// How many of these marks, each on a lane at a value of the axis, fall on each piece of each lane in sight,
    /// and where the middle of the piece stands; pieces without any are left out.
    pub(in super::super) fn pieces(&self, marks: &[(NodeId, f64)]) -> Vec<(Row, f64, u32)> {
        let (bucket, window, folds) = (self.bucket(CLUSTERS_MAX, 24.0), self.frame.window, self.frame.folds);
        let first = libm::floor(folds.folded(window.from) / bucket);
        let across = (folds.length(window) / bucket) as usize + 2;
        let mut row_of: Vec<Option<usize>> = vec![None; self.source.trace.nodes()];
        for (place, row) in self.rows.iter().enumerate() {
            row_of[row.node.index()] = Some(place);
        }
        let mut counts = vec![0_u32; self.rows.len() * across];
        for (node, value) in marks {
            let Some(row) = row_of[node.index()] else { continue };
            let piece = libm::floor(folds.folded(value.clamp(window.from, window.to)) / bucket) - first;
            counts[row * across + piece as usize] += 1;
        }
        let found = counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
        let place = |(place, count): (usize, u32)| {
            let middle = folds.unfolded((first + (place % across) as f64 + 0.5) * bucket);
            let x = self.frame.x(middle).clamp(self.frame.left, self.frame.right);
            (self.rows[place / across], x, count)
        };
        found.map(place).collect()
    }

    fn lay_event(&mut self, single: Single) {
        let trace = self.source.trace;
        let Single { event, row } = single;
        if self.is_unnoticed(event) {
            return;
        }
        let relation = self.relation(event);
        let kind = trace.kind(event);
        let tone = match (kind, relation) {
            (EventKind::Crash, None | Some(Relation::Concurrent)) => Tone::Lost,
            _ => reach::tone(relation),
        };
        let at = Point::new(self.x(event), row.y);
        let name = self.speak(|| words::event(self.source, self.view, event, relation));
        self.picture.counts.events += 1;
        self.block(at, 4.0 * self.frame.mark_scale());
        self.picture.dots.push(Dot {
            event,
            at,
            mark: mark(kind),
            tone,
            is_selected: relation == Some(Relation::Same),
            is_second: self.view.second == Some(event),
            is_focused: self.view.focus == Some(event),
            is_suspect: false,
            name,
        });
    }

    /// A process does not notice that it was paused, crashed, or had its clock set: its own view cannot show that.
    fn is_unnoticed(&self, event: EventId) -> bool {
        !self.source.trace.kind(event).is_noticed() && matches!(self.view.view_as, ViewAs::Node(..))
    }

    /// Lays out the blocks of a crowded lane, and gives the places of what stands alone.
    fn lay_blocks(&mut self, stretch: &Stretch, bucket: f64) -> Vec<usize> {
        let (trace, index) = (self.source.trace, self.source.index);
        let events = index.lane(trace, stretch.row.node);
        let mut singles: Vec<usize> = index
            .rare(stretch.row.node, stretch.first, stretch.last)
            .iter()
            .map(|&place| place as usize)
            .chain(self.chosen(stretch.row.node))
            .filter(|place| (stretch.first..stretch.last).contains(place))
            .collect();
        singles.sort_unstable();
        singles.dedup();
        let mut single = Vec::new();
        let mut first = stretch.first;
        while first < stretch.last {
            let value = index.place(trace, EventId(events[first]));
            let end = (libm::floor(value / bucket) + 1.0) * bucket;
            let in_piece = |&event: &u32| index.place(trace, EventId(event)) < end;
            let last = first + run_length(&events[first..stretch.last], in_piece).max(1);
            let from = singles.partition_point(|&place| place < first);
            let to = singles.partition_point(|&place| place < last);
            let alone = &singles[from..to];
            if last - first == 1 {
                single.push(first);
            } else {
                single.extend_from_slice(alone);
                self.lay_block(stretch.row, (first, last), alone.len(), (end - bucket, end));
            }
            first = last;
        }
        single
    }

    /// The places in a lane of the events that somebody has chosen.
    pub(super) fn chosen(&self, node: NodeId) -> impl Iterator<Item = usize> + use<> {
        let trace = self.source.trace;
        let chosen = [self.view.selected_event(), self.view.second, self.view.focus];
        let places: Vec<usize> = chosen
            .into_iter()
            .flatten()
            .filter(|event| event.index() < trace.len() && trace.node(*event) == node)
            .map(|event| trace.own_count(event) as usize - 1)
            .collect();
        places.into_iter()
    }

    pub(super) fn lay_block(
        &mut self,
        row: Row,
        (first, last): (usize, usize),
        alone: usize,
        (from, to): (f64, f64),
    ) {
        let events = last - first - alone;
        if events == 0 {
            return;
        }
        let trace = self.source.trace;
        let lane = self.source.index.lane(trace, row.node);
        let (first, last) = (EventId(lane[first]), EventId(lane[last - 1]));
        let (start, end) = (self.relation(first), self.relation(last));
        let tone = if start == end { reach::tone(start) } else { Tone::Concurrent };
        let left = self.frame.x(from).max(self.frame.left);
        let width = self.frame.x(to).min(self.frame.right) - left - 1.0;
        // Each doubling is a step higher, so that ten and ten thousand both can be seen.
        let steps = f64::from(usize::BITS - events.leading_zeros());
        let half = (3.0 + steps * 1.2).min(self.frame.half_band() * 0.9);
        let at = Point::new(left, row.y - half);
        let name = self.speak(|| {
            let count = super::plural(events, "event", "events");
            let name = trace.name(row.node);
            if self.frame.axis.is_time() {
                let length = Duration(trace.at(last).since(trace.at(first)).0);
                format!("{name}: {events} {count} within {length}; zoom in to see them")
            } else {
                format!("{name}: {events} {count}; zoom in to see them")
            }
        });
        self.picture.counts.events += events;
        self.picture.counts.in_blocks += events;
        self.picture.blocks.push(Block {
            node: row.node,
            at,
            width: width.max(1.0),
            height: 2.0 * half,
            events: events as u32,
            first,
            last,
            tone,
            name,
        });
    }
}

/// How many of the first entries pass a test that fails for all behind them. It looks further and further
/// ahead, since the end is near in most cases and a long lane does not fit any cache.
fn run_length(all: &[u32], passes: impl Fn(&u32) -> bool) -> usize {
    let mut step = 1;
    while step < all.len() && passes(&all[step]) {
        step *= 2;
    }
    let (low, high) = (step / 2, all.len().min(step + 1));
    low + all[low..high].partition_point(passes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_as_long_as_a_look_at_every_entry_says() {
        let all: Vec<u32> = (0..40).collect();
        for length in 0..=all.len() {
            for end in 0..45 {
                let part = &all[..length];
                assert_eq!(run_length(part, |&n| n < end), part.iter().filter(|&&n| n < end).count());
            }
        }
    }
}
