//! Lines that fail again and again: cut for a while, healed for a while, by a clock of their own.
//!
//! The cuts are acts, so that they are spans of the trace and seen. A line is both directions of a link.
//! Must not know packets.

use crate::base::{Duration, NodeId, Ratio};
use crate::faults::stays::Spread;
use crate::sim::{Act, World, WorldActs};

/// The lines that flap.
#[derive(Clone, Debug)]
pub(super) struct Flapping {
    share: Ratio,
    up: Duration,
    down: Duration,
    lines: Vec<Line>,
}

/// A line that flaps.
#[derive(Clone, Copy, Debug)]
struct Line {
    ends: (NodeId, NodeId),
    /// How often it has changed.
    changes: u64,
    is_cut: bool,
}

impl Flapping {
    /// A share of the lines flaps, up and down for so long in the mean.
    pub(super) fn new(share: Ratio, up: Duration, down: Duration) -> Self {
        Self { share, up, down, lines: Vec::new() }
    }

    /// Whether the other was made with the same values.
    pub(super) fn is_set_like(&self, other: &Self) -> bool {
        (self.share, self.up, self.down) == (other.share, other.up, other.down)
    }

    /// Chooses the lines and lets them be well for a first while.
    pub(super) fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        if self.share == Ratio::ZERO {
            return;
        }
        let ends = |link: &crate::sim::Link| (link.from.min(link.to), link.from.max(link.to));
        let mut all: Vec<(NodeId, NodeId)> = world.topology.links.iter().map(ends).collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|&(a, b)| world.draw_link("flaps", a, b, 0).happens(self.share));
        self.lines = all.into_iter().map(|ends| Line { ends, changes: 0, is_cut: false }).collect();
        (0..self.lines.len()).for_each(|place| self.stay(place, world, acts));
    }

    /// A line changes.
    pub(super) fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        let place = token as usize;
        let Some(line) = self.lines.get_mut(place) else { return };
        line.changes += 1;
        line.is_cut = !line.is_cut;
        let (from, to) = line.ends;
        acts.act(if line.is_cut { Act::Cut { from, to, one_way: false } } else { Act::Heal { from, to } });
        self.stay(place, world, acts);
    }

    /// Heals all and stops.
    pub(super) fn end(&mut self, acts: &mut WorldActs) {
        for line in self.lines.drain(..).filter(|line| line.is_cut) {
            let (from, to) = line.ends;
            acts.act(Act::Heal { from, to });
        }
        acts.sleep();
    }

    /// Asks for the instant at which a line changes next.
    fn stay(&self, place: usize, world: &World<'_>, acts: &mut WorldActs) {
        let Line { ends: (a, b), changes, is_cut } = self.lines[place];
        let mean = if is_cut { self.down } else { self.up };
        let stay = Spread::Exponential.draw(&mut world.draw_link("flap", a, b, changes), mean);
        acts.wake_at(world.now + stay, place as u32);
    }
}
