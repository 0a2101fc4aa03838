//! Clocks are off, drift, and are set back and forth by those who correct them.
//!
//! # What it does
//! Each node's wall clock starts off by up to `offset`, early or late, and its oscillator runs up to `drift`
//! too fast or too slow. Now and then (`sync`) a time service measures the error, itself wrong by up to
//! `sync-error`, and corrects it: a large error in one step, which may turn the clock back, a small one by
//! letting the clock run a little faster or slower for a while, as NTP does.
//!
//! # The assumption it breaks
//! *Clocks are accurate.* A later event has a later timestamp, wherever it was stamped; a difference of two
//! readings is the time that passed.
//!
//! # What to look for
//! An answer that is stamped before its question. A node whose clock went back between two of its own
//! events. A timeout that runs too long, because it was measured by a clock that somebody corrected. The
//! monotonic clock is never stepped, but it drifts too, and its readings mean nothing on another node.
//!
//! # Sources
//! D. L. Mills and others, *Network Time Protocol Version 4* (RFC 5905): steps from 128 ms on, below that
//! slews of at most 500 ppm. An ordinary quartz is wrong by up to 50 ppm, or 4 seconds a day.

use super::dials::{each, nanos};
use crate::base::{Duration, NodeId};
use crate::clocks::{Oscillator, SLEW_PPM_NTP, STEP_THRESHOLD_NS};
use crate::sim::{Dial, Fault, FaultEntry, FaultKind, Stage, Unit, World, WorldActs};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "clocks",
    assumption: "Clocks are accurate",
    kind: FaultKind::Hazard,
    effect: "lets clocks be off and drift, and time services set them",
    doc: crate::module_doc!("clocks.rs"),
    dials: &DIALS,
    make: |values| Box::new(Clocks { dials: Dials::of(values), found: Vec::new(), syncs: Vec::new() }),
};

const MILLISECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600_000 * MILLISECOND;

const DIALS: [Dial; 5] = [
    Dial::nanos(
        "offset",
        "Offset",
        "how far a clock is off at first, at most, early or late",
        (0, HOUR),
        500 * MILLISECOND,
    ),
    Dial::number(
        "drift",
        "Drift",
        "how much too fast or too slow a clock runs, at most",
        Unit::Ppm,
        (0, 100_000),
        50,
    ),
    Dial::nanos(
        "sync",
        "Time between corrections",
        "how often a time service corrects each clock; 0 means never",
        (0, 24 * HOUR),
        10_000 * MILLISECOND,
    ),
    Dial::nanos(
        "sync-error",
        "Error of the time service",
        "how wrong the time service is, at most",
        (0, HOUR),
        5 * MILLISECOND,
    ),
    Dial::choice(
        "method",
        "Method",
        "whether clocks are corrected as NTP does, always at once, or always little by little",
        &["as NTP does", "step", "slew"],
        0,
    ),
];

/// How a clock is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    AsNtp,
    Step,
    Slew,
}

/// The dials as they stand.
#[derive(Clone, Copy, Debug)]
struct Dials {
    offset: Duration,
    drift_ppb: u64,
    sync: Duration,
    sync_error: Duration,
    method: Method,
}

impl Dials {
    fn of(values: &[i64]) -> Self {
        let [offset, drift_ppm, sync, sync_error, method] = each(values);
        Self {
            offset: nanos(offset),
            drift_ppb: drift_ppm.unsigned_abs() * 1_000,
            // So short that it is always, and not so short that a run does nothing else.
            sync: if sync == 0 { Duration::ZERO } else { nanos(sync).max(Duration::millis(1)) },
            sync_error: nanos(sync_error),
            method: match method {
                1 => Method::Step,
                2 => Method::Slew,
                _ => Method::AsNtp,
            },
        }
    }

    /// How far a node's clock is off at first. Turning the dial scales it.
    fn offset_of(&self, node: NodeId, world: &World<'_>) -> i64 {
        scaled(world.draw("offset", node, 0).bits(), self.offset.0)
    }

    /// How much too fast a node's oscillator runs, in parts per billion.
    fn drift_of(&self, node: NodeId, world: &World<'_>) -> i64 {
        scaled(world.draw("drift", node, 0).bits(), self.drift_ppb)
    }
}

#[derive(Clone, Debug)]
struct Clocks {
    dials: Dials,
    /// The clocks as they went before, and the times that they went by.
    found: Vec<(Oscillator, i64)>,
    /// How often each has been corrected.
    syncs: Vec<u64>,
}

impl Fault for Clocks {
    fn stage(&self) -> Stage {
        Stage::Aside
    }

    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs) {
        let before = std::mem::replace(&mut self.dials, Dials::of(values));
        for (node, (found, _)) in world.nodes().zip(&self.found) {
            step(acts, node, self.dials.offset_of(node, world) - before.offset_of(node, world));
            if self.dials.drift_ppb != before.drift_ppb {
                acts.drift_clock(node, found.drift_ppb() + self.dials.drift_of(node, world));
            }
        }
        if self.dials.sync != before.sync {
            acts.sleep();
            self.start_syncing(world, acts);
        }
    }

    fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        self.found = world.nodes().map(|node| (*world.clock(node), world.time_source(node))).collect();
        self.syncs = vec![0; self.found.len()];
        for (node, (found, _)) in world.nodes().zip(&self.found) {
            step(acts, node, self.dials.offset_of(node, world));
            acts.drift_clock(node, found.drift_ppb() + self.dials.drift_of(node, world));
        }
        self.start_syncing(world, acts);
    }

    fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        let node = NodeId(token as u16);
        acts.wake_at(world.now + self.dials.sync, token);
        // Nobody corrects the clock of a machine on which nothing runs.
        if world.status(node) == crate::sim::NodeStatus::Up {
            self.correct(node, world, acts);
        }
    }

    fn end(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        for (node, (found, source)) in world.nodes().zip(&self.found) {
            acts.slew_clock(node, 0, SLEW_PPM_NTP);
            acts.drift_clock(node, found.drift_ppb());
            // It may go by another time than it did before.
            let right = found.wall(world.now).0 - source + world.time_source(node);
            step(acts, node, right - world.clock(node).wall(world.now).0);
        }
    }
}

impl Clocks {
    /// Lets each node's first correction come at an instant of its own within the first interval.
    fn start_syncing(&self, world: &World<'_>, acts: &mut WorldActs) {
        if self.dials.sync == Duration::ZERO {
            return;
        }
        for node in world.nodes() {
            let first = world.draw("first sync", node, 0).between(1, self.dials.sync.0);
            acts.wake_at(world.now + Duration(first), node.0.into());
        }
    }

    fn correct(&mut self, node: NodeId, world: &World<'_>, acts: &mut WorldActs) {
        let nth = self.syncs[node.index()];
        self.syncs[node.index()] += 1;
        let error = scaled(world.draw("sync", node, nth).bits(), self.dials.sync_error.0);
        let by = error + world.time_source(node) - world.clock(node).ahead_ns(world.now);
        let is_step = match self.dials.method {
            Method::AsNtp => by.unsigned_abs() >= STEP_THRESHOLD_NS,
            Method::Step => true,
            Method::Slew => false,
        };
        if is_step { step(acts, node, by) } else { acts.slew_clock(node, by, SLEW_PPM_NTP) }
    }
}

/// Steps a clock, unless there is nothing to step.
fn step(acts: &mut WorldActs, node: NodeId, by: i64) {
    if by != 0 {
        acts.step_clock(node, by);
    }
}

/// Uniform bits as a number from `-most` to `most`, which grows with `most`.
fn scaled(bits: u64, most: u64) -> i64 {
    let size = ((u128::from(bits >> 1) * (u128::from(most) + 1)) >> 63) as i64;
    if bits & 1 == 0 { size } else { -size }
}
