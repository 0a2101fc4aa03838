//! Faults that exist for the tests alone: stand-ins for those to come, as far as the seam is concerned.

use std::collections::{BTreeMap, VecDeque};

use lightcone::base::{Duration, LinkId, TrueTime};
use lightcone::sim::{
    Effects, FateUnit, Fault, FaultEntry, FaultKind, FaultSetting, Hop, Link, MessageRef, Stage, Work,
    WorkKind, World, WorldActs,
};

use super::{A, B};

/// The line of a catalogue that has no dials.
pub const fn entry(id: &'static str, make: fn(&[i64]) -> Box<dyn Fault>) -> FaultEntry {
    FaultEntry {
        id,
        assumption: "Nothing is tested",
        kind: FaultKind::Hazard,
        effect: "tests the seam",
        doc: "",
        dials: &[],
        make,
    }
}

/// The fault with its assumption broken.
pub fn broken(entry: &'static FaultEntry) -> FaultSetting {
    FaultSetting { entry, is_held: false, dials: Vec::new() }
}

/// How long a frame takes up the line, and how many wait for it at most.
pub const FRAME: Duration = Duration::micros(2_500);
pub const PLACES: usize = 2;

/// A line that takes one frame after the other, those of even number first, and turns away what finds no place.
#[derive(Clone, Debug, Default)]
struct Line {
    links: BTreeMap<LinkId, (TrueTime, VecDeque<MessageRef>)>,
}

impl Fault for Line {
    fn retune(&mut self, _: &[i64], _: &World<'_>, _: &mut WorldActs) {}

    fn stage(&self) -> Stage {
        Stage::Queue
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        let (free_at, waiting) = self.links.entry(hop.id).or_default();
        if *free_at <= hop.at {
            *free_at = hop.at + FRAME;
            effects.delay("frame", FRAME);
            return effects.wake_at(*free_at, hop.id.0);
        }
        effects.note("queue", waiting.len() as u64, FateUnit::None);
        if waiting.len() == PLACES {
            return effects.lose("queue full");
        }
        waiting.push_back(hop.name());
        effects.delay("frame", FRAME);
        effects.hold();
    }

    fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        let Some((free_at, waiting)) = self.links.get_mut(&LinkId(token)) else { return };
        let first = waiting.iter().position(|name| name.nth % 2 == 0).unwrap_or(0);
        if let Some(name) = waiting.remove(first) {
            *free_at = world.now + FRAME;
            acts.release(name, "queued");
            acts.wake_at(*free_at, token);
        }
    }
}

pub static LINE: FaultEntry = entry("line", |_| Box::new(Line::default()));

/// A slow processor: so long for each byte that is written, half of it for one that is read.
#[derive(Clone, Debug)]
struct Slow;

impl Fault for Slow {
    fn retune(&mut self, _: &[i64], _: &World<'_>, _: &mut WorldActs) {}

    fn stage(&self) -> Stage {
        Stage::Aside
    }

    fn slows_processors(&self) -> bool {
        true
    }

    fn service(&self, work: &Work) -> Duration {
        let nanos = match work.kind {
            WorkKind::Send => 200_000,
            WorkKind::Receive => 100_000,
            WorkKind::Timer | WorkKind::Order => 0,
        };
        Duration(work.bytes as u64 * nanos)
    }
}

pub static SLOW: FaultEntry = entry("slow", |_| Box::new(Slow));

/// Takes the line from node 0 to node 1 out of contact after a while, and brings it back longer.
#[derive(Clone, Debug)]
struct Pass;

impl Fault for Pass {
    fn retune(&mut self, _: &[i64], _: &World<'_>, _: &mut WorldActs) {}

    fn stage(&self) -> Stage {
        Stage::Aside
    }

    fn begin(&mut self, _: &World<'_>, acts: &mut WorldActs) {
        acts.wake_at(TrueTime::ZERO + Duration::micros(2_500), 0);
        acts.wake_at(TrueTime::ZERO + Duration::micros(4_500), 1);
    }

    fn wake(&mut self, token: u32, _: &World<'_>, acts: &mut WorldActs) {
        match token {
            0 => acts.disconnect(A, B),
            _ => acts.connect(Link { from: A, to: B, delay: Duration::micros(70) }),
        }
    }
}

pub static PASS: FaultEntry = entry("pass", |_| Box::new(Pass));
