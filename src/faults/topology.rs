//! Who is linked with whom changes: satellites pass by, relays move, and addresses with them.
//!
//! # What it does
//! In a scene with orbits a station is in contact with the satellites that are above its horizon, at most
//! `antennas` of them. When one sets, the one that will stay longest takes its place, after the time that it
//! takes to be found (`handover`). Distances are measured anew every `refresh`, and routes follow. Elsewhere
//! the share `movers` of the nodes moves now and then, every `every` in the mean: it is out of contact for
//! `handover`, and back at another distance. Whoever has moved has a new address. Others look an address up once
//! in `ttl`, each pair at its own time, the share `sticky` never again, unless a program does it on its own accord;
//! what is sent to an address that is out of date is lost.
//!
//! # The assumption it breaks
//! *Topology doesn't change.* Who is a neighbour stays one, and an address is good for ever. Held, the
//! contacts of the start stay as they are.
//!
//! # What to look for
//! A packet under way when the last contact goes is lost at the next relay: no route. A list of addresses that
//! was right in the morning is wrong within hours, and only for some, as their records grow old at different
//! times.
//!
//! # Sources
//! Walker 1984, "Satellite constellations", and Wertz and Larson 1999 for passes. Mockapetris 1987, RFC 1035,
//! section 3.2.1, for the time to live of a record; Jung and others 2002, "DNS Performance and the
//! Effectiveness of Caching", for what is kept longer. Perkins 2010, RFC 5944, for addresses of what moves.

mod roaming;
mod sky;

use super::dials::{each, nanos, share};
use crate::base::{Duration, LinkId, NodeId, Ratio, TrueTime};
use crate::sim::{
    Dial, Effects, Fault, FaultEntry, FaultKind, Gauge, Hop, Stage, Topology as Map, Unit, World, WorldActs,
};
use roaming::Roaming;
use sky::Sky;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "topology",
    assumption: "Topology doesn't change",
    kind: FaultKind::Fallacy,
    effect: "lets contacts come and go, and addresses grow old",
    doc: crate::module_doc!("topology.rs"),
    dials: &DIALS,
    make: |values| Box::new(Topology { dials: Dials::of(values), ..Topology::default() }),
};

const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLISECOND;
const HOUR: i64 = 3_600 * SECOND;

const DIALS: [Dial; 7] = [
    Dial::number(
        "antennas",
        "Antennas",
        "how many satellites a station talks to at once",
        Unit::Count,
        (1, 16),
        2,
    ),
    Dial::nanos(
        "handover",
        "Handover",
        "how long it takes until a new contact can be used",
        (0, 60 * SECOND),
        SECOND,
    ),
    Dial::nanos(
        "refresh",
        "Distances",
        "how often the distances along the links are measured anew",
        (100 * MILLISECOND, HOUR),
        10 * SECOND,
    ),
    Dial::nanos(
        "every",
        "Time between moves",
        "how long a node that is not in orbit stays where it is, in the mean",
        (10 * MILLISECOND, 24 * HOUR),
        20 * SECOND,
    ),
    Dial::share("movers", "Movers", "how many of the nodes that are not in orbit ever move", 500_000),
    Dial::nanos(
        "ttl",
        "Time to live",
        "how long a sender uses an address before it looks it up again",
        (0, 24 * HOUR),
        5 * SECOND,
    ),
    Dial::share("sticky", "Never again", "how many pairs never look an address up a second time", 0),
];

/// The dials as they stand.
#[derive(Clone, Copy, Debug, Default)]
struct Dials {
    antennas: usize,
    handover: Duration,
    refresh: Duration,
    every: Duration,
    movers: Ratio,
    ttl: Duration,
    sticky: Ratio,
}

impl Dials {
    fn of(values: &[i64]) -> Self {
        let [antennas, handover, refresh, every, movers, ttl, sticky] = each(values);
        Self {
            antennas: usize::try_from(antennas).unwrap_or(1),
            handover: nanos(handover),
            refresh: nanos(refresh),
            every: nanos(every),
            movers: share(movers),
            ttl: nanos(ttl),
            sticky: share(sticky),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Topology {
    dials: Dials,
    /// Contacts and distances as they were before, and since when they are not.
    before: Arc<Map>,
    sky: Sky,
    roaming: Roaming,
    /// When each node got the address that it has; `None` for the one that it began with.
    moved: Vec<Option<TrueTime>>,
    /// Who has looked up whose address by themselves, and when last.
    looked_up: BTreeMap<(NodeId, NodeId), TrueTime>,
}

/// What a wake-up is about: a rise, a set or the end of a handover.
const SKY: u32 = 0;
/// Distances are measured.
const REFRESH: u32 = 1;
/// A node moves or is back: behind the others, by the node.
const NODE: u32 = 2;

impl Fault for Topology {
    fn stage(&self) -> Stage {
        Stage::Harm
    }

    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs) {
        self.dials = Dials::of(values);
        acts.sleep();
        self.measure(world, acts);
        self.look_up_at_the_sky(world, acts, self.dials.handover);
        self.roaming.plan(&self.dials, world, acts);
    }

    fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        self.before = Arc::new(world.topology.clone());
        self.moved = vec![None; world.topology.places.len()];
        self.sky = Sky::of(world.topology);
        self.measure(world, acts);
        self.sky.darken(world, acts);
        // Who is up now has been tracked for a while.
        self.look_up_at_the_sky(world, acts, Duration::ZERO);
        self.roaming = Roaming::of(world.topology);
        self.roaming.plan(&self.dials, world, acts);
    }

    fn remembers(&self, now: TrueTime) -> Vec<i64> {
        // Who looked an address up before the node moved has the old one.
        let moved = self.moved.iter().map(|moved| moved.map_or(-1, |at| now.since(at).0 as i64));
        let looked_up = self.looked_up.iter();
        let looked_up = looked_up
            .flat_map(|((who, whose), at)| [i64::from(who.0), i64::from(whose.0), now.since(*at).0 as i64]);
        moved.chain(looked_up).collect()
    }

    fn gauges(&self, world: &World<'_>) -> Vec<Gauge> {
        self.sky.gauges(world)
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        if hop.link.to != hop.to {
            return;
        }
        let Some(moved) = self.moved.get(hop.to.index()).copied().flatten() else { return };
        if self.looked_up(hop) < moved {
            effects.lose("stale address");
        }
    }

    fn looks_up(&mut self, who: NodeId, whose: NodeId, now: TrueTime) {
        self.looked_up.insert((who, whose), now);
    }

    fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        match token {
            SKY => self.look_up_at_the_sky(world, acts, self.dials.handover),
            REFRESH => self.measure(world, acts),
            node => {
                let node = NodeId((node - NODE) as u16);
                if self.roaming.stir(node, &self.dials, &self.before, world, acts) {
                    self.moved[node.index()] = Some(world.now);
                }
            }
        }
    }

    fn end(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        for link in &world.topology.links {
            match self.before.link_between(link.from, link.to).map(LinkId::index) {
                Some(id) if self.before.contact[id] => acts.connect(self.before.links[id]),
                Some(_) | None => acts.disconnect(link.from, link.to),
            }
        }
    }
}

impl Topology {
    fn look_up_at_the_sky(&mut self, world: &World<'_>, acts: &mut WorldActs, handover: Duration) {
        let Self { sky, moved, dials, .. } = self;
        sky.turn(dials.antennas, handover, world, acts, |station| moved[station.index()] = Some(world.now));
        if let Some(next) = sky.next_change(world.now) {
            acts.wake_at(next, SKY);
        }
    }

    /// Measures the links that are in contact as yet, so that it comes before what takes contacts away.
    fn measure(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        if self.sky.has_orbits() {
            sky::measure(world, acts);
            acts.wake_at(world.now + self.dials.refresh, REFRESH);
        }
    }

    /// When the sender last looked the receiver's address up, by itself or because its record had grown old.
    fn looked_up(&self, hop: &Hop<'_>) -> TrueTime {
        let by_itself = self.looked_up.get(&(hop.from, hop.to)).copied().unwrap_or_default();
        by_itself.max(self.record_since(hop))
    }

    /// Since when the sender has had the record that it keeps for its time to live.
    fn record_since(&self, hop: &Hop<'_>) -> TrueTime {
        if self.dials.ttl == Duration::ZERO {
            return hop.at;
        }
        if hop.draw_pair("sticky").happens(self.dials.sticky) {
            return TrueTime::ZERO;
        }
        let ttl = self.dials.ttl.0;
        let phase = hop.draw_pair("looked up").below(ttl);
        match hop.at.0.checked_sub(phase) {
            None => TrueTime::ZERO,
            Some(since) => TrueTime(hop.at.0 - since % ttl),
        }
    }
}
