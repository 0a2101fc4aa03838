//! Processes stop for a while, and don't notice.
//!
//! # What it does
//! Each node among the share `nodes` is paused again and again: after `every` in the mean, for `length` in
//! the mean, with lengths that are all alike, exponential, or with a heavy tail. Meanwhile its clocks go on,
//! its timers run out and messages reach it, and all of that piles up; when it goes on, it takes them one
//! after the other, at once, as if no time had passed.
//!
//! # The assumption it breaks
//! *The process is not paused.* Between two lines of a program next to no time passes: what was true at
//! the first is true at the second.
//!
//! # What to look for
//! A node that checks its lease, is paused, and acts when the lease is long over: to itself it acted at once.
//! Others take it for dead and elect a successor; then there are two. Nothing that the node can look at
//! before it acts protects it, since the pause may come after it has looked; the one who is acted upon can,
//! by refusing whoever comes with an old number.
//!
//! # Sources
//! Collectors of garbage, swapping, a virtual machine that moves, a closed lid. *Leases*, in the proceedings of
//! SOSP (1989); M. Kleppmann, *How to do distributed locking* (2016), with the fencing token as the remedy.

use super::dials::{each, nanos, share};
use super::stays::Spread;
use crate::base::{Duration, NodeId, Ratio};
use crate::sim::{Act, Dial, Fault, FaultEntry, FaultKind, NodeStatus, Stage, World, WorldActs};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "pauses",
    assumption: "The process is not paused",
    kind: FaultKind::Hazard,
    effect: "stops processes for a while without their noticing",
    doc: crate::module_doc!("pauses.rs"),
    dials: &DIALS,
    make: |values| Box::new(Pauses { dials: Dials::of(values), nodes: Vec::new() }),
};

const MILLISECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600_000 * MILLISECOND;

const DIALS: [Dial; 4] = [
    Dial::nanos(
        "every",
        "Time between pauses",
        "how long a process runs until it is paused, in the mean",
        (MILLISECOND, HOUR),
        2_000 * MILLISECOND,
    ),
    Dial::nanos(
        "length",
        "Length of a pause",
        "how long a pause lasts, in the mean",
        (MILLISECOND, HOUR),
        200 * MILLISECOND,
    ),
    Dial::choice("shape", "Shape of the lengths", "how pauses differ in length", Spread::CHOICES, 1),
    Dial::share("nodes", "Nodes", "how many of the nodes are ever paused", 1_000_000),
];

/// The dials as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dials {
    every: Duration,
    length: Duration,
    spread: Spread,
    nodes: Ratio,
}

impl Dials {
    fn of(values: &[i64]) -> Self {
        let [every, length, shape, nodes] = each(values);
        Self {
            every: nanos(every),
            length: nanos(length),
            spread: Spread::chosen(shape),
            nodes: share(nodes),
        }
    }
}

#[derive(Clone, Debug)]
struct Pauses {
    dials: Dials,
    nodes: Vec<Paused>,
}

/// What was done to a node.
#[derive(Clone, Copy, Debug, Default)]
struct Paused {
    /// How many stays, running and paused, have been drawn.
    stays: u64,
    /// Whether the pause that may last is this fault's.
    is_paused: bool,
}

impl Fault for Pauses {
    fn stage(&self) -> Stage {
        Stage::Aside
    }

    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs) {
        self.dials = Dials::of(values);
        acts.sleep();
        world.nodes().for_each(|node| self.stay(node, world, acts));
    }

    fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        self.nodes = world.nodes().map(|_| Paused::default()).collect();
        world.nodes().for_each(|node| self.stay(node, world, acts));
    }

    fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        let node = NodeId(token as u16);
        let paused = &mut self.nodes[node.index()];
        if paused.is_paused {
            acts.act(Act::Resume(node));
            paused.is_paused = false;
        } else if world.status(node) == NodeStatus::Up {
            acts.act(Act::Pause(node));
            paused.is_paused = true;
        }
        self.stay(node, world, acts);
    }

    fn end(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        for node in world.nodes().filter(|node| self.nodes[node.index()].is_paused) {
            acts.act(Act::Resume(node));
        }
    }
}

impl Pauses {
    /// Asks for the instant at which a node's state changes next, if it does. A node that is paused goes on in
    /// any case.
    fn stay(&mut self, node: NodeId, world: &World<'_>, acts: &mut WorldActs) {
        let Paused { stays, is_paused } = &mut self.nodes[node.index()];
        let mut draw = world.draw("stay", node, *stays);
        *stays += 1;
        let stay = match is_paused {
            true => self.dials.spread.draw(&mut draw, self.dials.length),
            false if !world.draw("chosen", node, 0).happens(self.dials.nodes) => return,
            false => Spread::Exponential.draw(&mut draw, self.dials.every),
        };
        acts.wake_at(world.now + stay, node.0.into());
    }
}
