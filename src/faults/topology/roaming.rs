//! Nodes that are in no orbit and move all the same: out of contact for a while, then back elsewhere.
//!
//! Must not know what is sent to whom.

use super::super::stays::Spread;
use super::{Dials, NODE};
use crate::base::{Duration, NodeId};
use crate::sim::{Link, Place, Topology, World, WorldActs};

/// Who moves.
#[derive(Clone, Debug, Default)]
pub(super) struct Roaming {
    nodes: Vec<Roamer>,
}

/// A node's moves so far.
#[derive(Clone, Copy, Debug, Default)]
struct Roamer {
    /// Whether it has no orbit to keep it where it is.
    is_free: bool,
    /// How many moves have begun.
    moves: u64,
    /// Whether it is on its way, out of all contact.
    is_away: bool,
}

impl Roaming {
    /// The nodes of a map, all where they are.
    pub(super) fn of(topology: &Topology) -> Self {
        let roamer = |place: &Place| {
            let is_free = topology.constellation.is_none() || matches!(place, Place::Fixed { .. });
            Roamer { is_free, ..Roamer::default() }
        };
        Self { nodes: topology.places.iter().map(roamer).collect() }
    }

    /// Asks for each node's next change, under these dials.
    pub(super) fn plan(&self, dials: &Dials, world: &World<'_>, acts: &mut WorldActs) {
        world.nodes().for_each(|node| self.wait(node, dials, world, acts));
    }

    /// A node moves, or is back from a move. Says whether it has moved.
    pub(super) fn stir(
        &mut self,
        node: NodeId,
        dials: &Dials,
        before: &Topology,
        world: &World<'_>,
        acts: &mut WorldActs,
    ) -> bool {
        let roamer = &mut self.nodes[node.index()];
        let has_moved = !roamer.is_away;
        roamer.moves += u64::from(has_moved);
        roamer.is_away = has_moved && dials.handover > Duration::ZERO;
        let is_away = roamer.is_away;
        let links = before.contacts().filter(|(_, link)| link.from == node || link.to == node);
        for (_, link) in links {
            let other = if link.from == node { link.to } else { link.from };
            if is_away {
                acts.disconnect(link.from, link.to);
            } else if !self.nodes[other.index()].is_away {
                acts.connect(Link { delay: self.distance(link, world), ..*link });
            }
        }
        self.wait(node, dials, world, acts);
        has_moved
    }

    fn wait(&self, node: NodeId, dials: &Dials, world: &World<'_>, acts: &mut WorldActs) {
        let Some(roamer) = self.nodes.get(node.index()) else { return };
        if !roamer.is_free || (!roamer.is_away && !world.draw("mover", node, 0).happens(dials.movers)) {
            return;
        }
        let stay = match roamer.is_away {
            true => dials.handover,
            false => Spread::Exponential.draw(&mut world.draw("stay", node, roamer.moves), dials.every),
        };
        acts.wake_at(world.now + stay, NODE + u32::from(node.0));
    }

    /// How long a link is where its ends are now: from half to twice what it was at first, both ways alike.
    fn distance(&self, link: &Link, world: &World<'_>) -> Duration {
        let (a, b) = (link.from.min(link.to), link.from.max(link.to));
        let moves = self.nodes[a.index()].moves + self.nodes[b.index()].moves;
        let thousandths = world.draw_link("distance", a, b, moves).between(500, 2_000);
        let scaled = u128::from(link.delay.0) * u128::from(thousandths) / 1_000;
        Duration(u64::try_from(scaled).unwrap_or(u64::MAX))
    }
}
