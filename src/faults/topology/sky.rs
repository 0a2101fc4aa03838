//! Stations and the satellites above them: which are tracked, handed over and lost.
//!
//! Must not know what is sent to whom.

use std::sync::Arc;

use crate::base::{Duration, NodeId, TrueTime};
use crate::sim::orbit::Pass;
use crate::sim::{FateUnit, Gauge, Link, Place, Topology, World, WorldActs};

/// What stations see and what they track.
#[derive(Clone, Debug, Default)]
pub(super) struct Sky {
    /// All passes, those of a station side by side. They never change, so that copies share them.
    passes: Arc<[Pass]>,
    stations: Vec<Station>,
}

/// A station and the satellites that it tracks; the first is the one from which it has its address.
#[derive(Clone, Debug)]
struct Station {
    node: NodeId,
    tracked: Vec<Tracked>,
}

/// A satellite that is tracked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tracked {
    satellite: NodeId,
    /// From when on it can be used.
    from: TrueTime,
    is_in_contact: bool,
}

impl Sky {
    /// The sky over the stations of a map; nothing is tracked yet.
    pub(super) fn of(topology: &Topology) -> Self {
        let passes = topology.passes();
        let mut nodes: Vec<NodeId> = passes.iter().map(|pass| pass.station).collect();
        nodes.dedup();
        let stations = nodes.into_iter().map(|node| Station { node, tracked: Vec::new() }).collect();
        Self { passes: passes.into(), stations }
    }

    /// Whether anything passes by at all.
    pub(super) fn has_orbits(&self) -> bool {
        !self.passes.is_empty()
    }

    /// Takes all contacts between stations and satellites away.
    pub(super) fn darken(&self, world: &World<'_>, acts: &mut WorldActs) {
        for (_, link) in world.topology.contacts() {
            let is_tracking = |station: NodeId, satellite: NodeId| {
                let passes = |pass: &Pass| (pass.station, pass.satellite) == (station, satellite);
                self.passes.iter().any(passes)
            };
            if is_tracking(link.from, link.to) || is_tracking(link.to, link.from) {
                acts.disconnect(link.from, link.to);
            }
        }
    }

    /// Lets go what has set and takes up what is there instead. `moves` is told which stations have lost the
    /// satellite that their address came from.
    pub(super) fn turn(
        &mut self,
        antennas: usize,
        handover: Duration,
        world: &World<'_>,
        acts: &mut WorldActs,
        mut moves: impl FnMut(NodeId),
    ) {
        let now = world.now;
        for station in &mut self.stations {
            let mut up: Vec<&Pass> =
                self.passes.iter().filter(|pass| pass.station == station.node && pass.is_up(now)).collect();
            let anchor = station.tracked.first().map(|tracked| tracked.satellite);
            let mut seen = 0;
            station.tracked.retain(|tracked| {
                let is_up = up.iter().any(|pass| pass.satellite == tracked.satellite) && seen < antennas;
                seen += usize::from(is_up);
                if !is_up && tracked.is_in_contact {
                    acts.disconnect(station.node, tracked.satellite);
                    acts.disconnect(tracked.satellite, station.node);
                }
                is_up
            });
            // Those that stay longest first.
            up.sort_unstable_by_key(|pass| (std::cmp::Reverse(pass.next_change(now)), pass.satellite));
            for pass in up {
                let is_tracked = station.tracked.iter().any(|tracked| tracked.satellite == pass.satellite);
                if !is_tracked && station.tracked.len() < antennas {
                    let (satellite, from) = (pass.satellite, now + handover);
                    station.tracked.push(Tracked { satellite, from, is_in_contact: false });
                }
            }
            for tracked in station.tracked.iter_mut().filter(|tracked| !tracked.is_in_contact) {
                if tracked.from <= now {
                    tracked.is_in_contact = true;
                    join(station.node, tracked.satellite, world, acts);
                }
            }
            let next = station.tracked.first().map(|tracked| tracked.satellite);
            if anchor.is_some() && next != anchor {
                moves(station.node);
            }
        }
    }

    /// How long it still takes until what was found can be used: a handover each, on its link if there ever was one.
    pub(super) fn gauges(&self, world: &World<'_>) -> Vec<Gauge> {
        let of_station = |station: &Station| {
            let coming = station.tracked.iter().filter(|tracked| !tracked.is_in_contact);
            let gauge = |tracked: &Tracked| Gauge {
                link: world.topology.link_between(station.node, tracked.satellite),
                node: station.node,
                effect: "handover",
                size: tracked.from.since(world.now).0,
                unit: FateUnit::Nanos,
            };
            coming.map(gauge).collect::<Vec<Gauge>>()
        };
        self.stations.iter().flat_map(of_station).collect()
    }

    /// When something rises, sets or can be used next.
    pub(super) fn next_change(&self, now: TrueTime) -> Option<TrueTime> {
        let found = self.stations.iter().flat_map(|station| &station.tracked);
        let found = found.filter(|tracked| !tracked.is_in_contact).map(|tracked| tracked.from);
        self.passes.iter().map(|pass| pass.next_change(now)).chain(found).min()
    }
}

/// Gives every link in contact whose ends are in space or on the ground below the delay of its present length.
pub(super) fn measure(world: &World<'_>, acts: &mut WorldActs) {
    for (_, link) in world.topology.contacts() {
        let is_in_orbit = |node: NodeId| matches!(world.topology.places[node.index()], Place::Orbit { .. });
        if (is_in_orbit(link.from) || is_in_orbit(link.to))
            && let Some(delay) = world.topology.light_between(link.from, link.to, world.now)
        {
            acts.connect(Link { delay, ..*link });
        }
    }
}

fn join(station: NodeId, satellite: NodeId, world: &World<'_>, acts: &mut WorldActs) {
    if let Some(delay) = world.topology.light_between(station, satellite, world.now) {
        acts.connect(Link { from: station, to: satellite, delay });
        acts.connect(Link { from: satellite, to: station, delay });
    }
}
