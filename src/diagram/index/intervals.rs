//! Intervals in the order of their numbers, found by what they overlap.
//!
//! A tree of blocks over a list that only grows: each block of sixteen keeps the least and the greatest of its
//! beginnings and ends. Messages are numbered as they are sent, so that neighbours in the list are neighbours
//! on every axis, and few blocks straddle the edge of a window. It takes a seventh more memory than the list.
//! Must not know what the intervals are.

/// How many entries a block spans.
const FAN: usize = 16;

/// An end that has not come yet.
pub(super) const OPEN: i64 = i64::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    first_start: i64,
    last_start: i64,
    first_end: i64,
    last_end: i64,
}

impl Block {
    const EMPTY: Self =
        Self { first_start: i64::MAX, last_start: i64::MIN, first_end: i64::MAX, last_end: i64::MIN };

    fn and(self, other: Self) -> Self {
        Self {
            first_start: self.first_start.min(other.first_start),
            last_start: self.last_start.max(other.last_start),
            first_end: self.first_end.min(other.first_end),
            last_end: self.last_end.max(other.last_end),
        }
    }

    fn is_outside(&self, from: i64, to: i64) -> bool {
        self.first_start > to || self.last_end < from
    }

    fn is_inside(&self, from: i64, to: i64) -> bool {
        self.last_start <= to && self.first_end >= from
    }
}

/// A list of intervals and the tree above it.
#[derive(Clone, Debug, Default)]
pub(super) struct Intervals {
    list: Vec<(i64, i64)>,
    /// Blocks of [`FAN`] entries, blocks of those, and so on up to one.
    levels: Vec<Vec<Block>>,
    /// The first entry that has changed since the tree was built.
    changed: usize,
}

impl Intervals {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, place: usize) -> (i64, i64) {
        self.list[place]
    }

    /// Adds an interval without an end.
    pub(super) fn push(&mut self, start: i64) {
        self.list.push((start, OPEN));
    }

    /// Changes an interval. [`Intervals::build`] must follow before the next query.
    pub(super) fn set(&mut self, place: usize, start: i64, end: i64) {
        self.list[place] = (start.min(end), start.max(end));
        self.changed = self.changed.min(place);
    }

    /// Brings the tree up to date, from the first change on: a run changes what was sent lately.
    pub(super) fn build(&mut self) {
        let (mut first, mut length) = (self.changed / FAN, self.list.len().div_ceil(FAN));
        self.changed = self.list.len();
        let mut level = 0;
        while length > 0 {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let (below, above) = self.levels.split_at_mut(level);
            let blocks = &mut above[0];
            blocks.resize(length, Block::EMPTY);
            for (place, block) in blocks.iter_mut().enumerate().skip(first) {
                let part = place * FAN..;
                *block = match below.last() {
                    None => self.list[part].iter().take(FAN).fold(Block::EMPTY, |block, &(start, end)| {
                        block.and(Block {
                            first_start: start,
                            last_start: start,
                            first_end: end,
                            last_end: end,
                        })
                    }),
                    Some(blocks) => blocks[part].iter().take(FAN).copied().fold(Block::EMPTY, Block::and),
                };
            }
            if length == 1 {
                break;
            }
            (first, length, level) = (first / FAN, length.div_ceil(FAN), level + 1);
        }
    }

    /// How many of the first `up_to` intervals overlap the stretch from `from` to `to`, ends included.
    pub(super) fn count(&self, from: i64, to: i64, up_to: usize) -> usize {
        let mut found = 0;
        self.walk(from, to, &mut |part, is_inside| {
            let part = part.start.min(up_to)..part.end.min(up_to);
            let overlaps = |&&(start, end): &&(i64, i64)| start <= to && end >= from;
            found += if is_inside { part.len() } else { self.list[part].iter().filter(overlaps).count() };
        });
        found
    }

    /// The places of those among them that are [picked](picked), one of every `stride`, ascending.
    pub(super) fn overlapping(&self, from: i64, to: i64, stride: usize) -> Vec<usize> {
        let mut found = Vec::new();
        self.walk(from, to, &mut |part, _| {
            let groups = part.start / stride..part.end.div_ceil(stride);
            found.extend(groups.map(|group| picked(group, stride)).filter(|place| {
                part.contains(place) && self.list[*place].0 <= to && self.list[*place].1 >= from
            }));
        });
        found
    }

    /// Calls `visit` with parts of the list, ascending, that hold all that overlap, and whether all of the
    /// part does.
    fn walk(&self, from: i64, to: i64, visit: &mut impl FnMut(std::ops::Range<usize>, bool)) {
        if let Some(top) = self.levels.len().checked_sub(1) {
            self.walk_block(top, 0, from, to, visit);
        }
    }

    fn walk_block(
        &self,
        level: usize,
        place: usize,
        from: i64,
        to: i64,
        visit: &mut impl FnMut(std::ops::Range<usize>, bool),
    ) {
        let block = &self.levels[level][place];
        if block.is_outside(from, to) {
            return;
        }
        let is_inside = block.is_inside(from, to);
        if is_inside || level == 0 {
            let width = FAN.pow(level as u32 + 1);
            let end = ((place + 1) * width).min(self.list.len());
            visit(place * width..end, is_inside);
            return;
        }
        let below = self.levels[level - 1].len();
        for child in place * FAN..((place + 1) * FAN).min(below) {
            self.walk_block(level - 1, child, from, to, visit);
        }
    }
}

/// The place that stands for a group of `stride` neighbours. It is scattered, so that what repeats in a rhythm
/// is not seen always or never, and depends on the group alone, so that panning does not change it.
fn picked(group: usize, stride: usize) -> usize {
    let scattered = (group as u32).wrapping_mul(0x9e37_79b9) >> 8;
    group * stride + scattered as usize % stride
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Cause, Chance, NodeId, Seed};

    /// Any list, grown and changed in pieces, answers like a look at every entry.
    #[test]
    fn it_finds_what_a_look_at_every_entry_finds() {
        for round in 0..20_u64 {
            let cause = Cause { from: NodeId(0), to: NodeId(0), nth: round, copy: 0, hop: 0 };
            let mut draw = Chance::new(Seed(7), "intervals").draw("entry", cause);
            let mut next = |below: u64| (draw.below(below)) as i64;
            let (mut tree, mut plain) = (Intervals::default(), Vec::new());
            for _ in 0..4 {
                for _ in 0..next(700) {
                    let start = plain.len() as i64 * 3 + next(40);
                    plain.push((start, OPEN));
                    tree.push(start);
                }
                for (place, interval) in plain.iter_mut().enumerate() {
                    if next(3) == 0 {
                        interval.1 = interval.0 + next(200);
                        tree.set(place, interval.0, interval.1);
                    }
                }
                tree.build();
                for _ in 0..30 {
                    let from = next(2_500);
                    let to = from + next(500);
                    let stride = 1 << next(4);
                    let hits: Vec<usize> = (0..plain.len())
                        .filter(|&place| plain[place].0 <= to && plain[place].1 >= from)
                        .collect();
                    let stride = stride as usize;
                    let is_picked = |place: &usize| *place == picked(*place / stride, stride);
                    let expected: Vec<usize> = hits.iter().copied().filter(is_picked).collect();
                    assert_eq!(tree.overlapping(from, to, stride), expected, "round {round}");
                    assert_eq!(tree.count(from, to, plain.len()), hits.len(), "round {round}");
                    let up_to = next(plain.len() as u64 + 1) as usize;
                    let first = hits.partition_point(|&place| place < up_to);
                    assert_eq!(tree.count(from, to, up_to), first, "round {round}");
                }
            }
        }
    }
}
