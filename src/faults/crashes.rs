//! Nodes crash, lose what they had in memory, and come back, or don't.
//!
//! # What it does
//! Each node among the share `nodes` crashes after `every` in the mean. Its memory and its timers are gone,
//! what reaches it is lost, and its disk stays. After `down` in the mean it starts again, except for the
//! share `for-good`, which never does. Of the crashes, the share `torn` falls between two commands of a
//! turn: the message is out but not on the disk, or on the disk but not out.
//!
//! # The assumption it breaks
//! *Nodes don't crash.* What a node has begun it ends, and what it knew it knows.
//!
//! # What to look for
//! To all others a crashed node looks like a slow one, or like one behind a bad line. After its restart it
//! may say the opposite of what it promised before, unless the promise was on the disk before it was sent.
//! A work that is done in two commands is done by halves.
//!
//! # Sources
//! F. Cristian, *Understanding Fault-Tolerant Distributed Systems* (1991), for the kinds of crash.
//! T. D. Chandra and S. Toueg, *Unreliable Failure Detectors* (1996), for what others can tell of it.

use super::dials::{each, nanos, share};
use super::stays::Spread;
use crate::base::{Duration, NodeId, Ratio};
use crate::sim::{Act, Dial, Fault, FaultEntry, FaultKind, NodeStatus, Stage, World, WorldActs};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "crashes",
    assumption: "Nodes don't crash",
    kind: FaultKind::Hazard,
    effect: "crashes nodes, which come back without their memory",
    doc: crate::module_doc!("crashes.rs"),
    dials: &DIALS,
    make: |values| Box::new(Crashes { dials: Dials::of(values), nodes: Vec::new() }),
};

const MILLISECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600_000 * MILLISECOND;

/// A torn turn breaks off after fewer commands than this. Turns rarely give more.
const COMMANDS: u64 = 4;

const DIALS: [Dial; 5] = [
    Dial::nanos(
        "every",
        "Time between crashes",
        "how long a node runs until it crashes, in the mean",
        (MILLISECOND, 24 * HOUR),
        10_000 * MILLISECOND,
    ),
    Dial::nanos(
        "down",
        "Time down",
        "how long a crashed node is down, in the mean",
        (MILLISECOND, 24 * HOUR),
        1_000 * MILLISECOND,
    ),
    Dial::share("torn", "Torn turns", "how many crashes fall between two commands of one turn", 0),
    Dial::share("for-good", "For good", "how many crashes a node never comes back from", 0),
    Dial::share("nodes", "Nodes", "how many of the nodes ever crash", 1_000_000),
];

/// The dials as they stand.
#[derive(Clone, Copy, Debug)]
struct Dials {
    every: Duration,
    down: Duration,
    torn: Ratio,
    for_good: Ratio,
    nodes: Ratio,
}

impl Dials {
    fn of(values: &[i64]) -> Self {
        let [every, down, torn, for_good, nodes] = each(values);
        Self {
            every: nanos(every),
            down: nanos(down),
            torn: share(torn),
            for_good: share(for_good),
            nodes: share(nodes),
        }
    }

    /// Whether what was asked for under these dials comes when it should under the others.
    fn has_times_of(&self, other: &Self) -> bool {
        (self.every, self.down, self.nodes) == (other.every, other.down, other.nodes)
    }
}

#[derive(Clone, Debug)]
struct Crashes {
    dials: Dials,
    nodes: Vec<Crashed>,
}

/// What was done to a node.
#[derive(Clone, Copy, Debug, Default)]
struct Crashed {
    /// How many stays, up and down, have been drawn.
    stays: u64,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing was done to it that still lasts.
    #[default]
    Well,
    /// It was crashed.
    Struck,
    /// It is to crash in its next turn, or has.
    Doomed,
    /// It was crashed and stays down.
    Gone,
}

impl Fault for Crashes {
    fn stage(&self) -> Stage {
        Stage::Aside
    }

    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs) {
        let before = std::mem::replace(&mut self.dials, Dials::of(values));
        if !self.dials.has_times_of(&before) {
            acts.sleep();
            world.nodes().for_each(|node| self.stay(node, world, acts));
        }
    }

    fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        self.nodes = world.nodes().map(|_| Crashed::default()).collect();
        world.nodes().for_each(|node| self.stay(node, world, acts));
    }

    fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        let node = NodeId(token as u16);
        let (phase, is_down) = (self.nodes[node.index()].phase, world.status(node) == NodeStatus::Down);
        self.nodes[node.index()].phase = match phase {
            // Down already, by another's doing, who will see to its restart.
            Phase::Well if is_down => Phase::Well,
            Phase::Well => self.strike(node, world, acts),
            Phase::Struck | Phase::Doomed if is_down => {
                acts.act(Act::Restart(node));
                Phase::Well
            }
            // Somebody else has restarted it.
            Phase::Struck => Phase::Well,
            // No turn has come, or it came and somebody else has restarted the node since.
            Phase::Doomed => self.strike(node, world, acts),
            Phase::Gone => Phase::Gone,
        };
        self.stay(node, world, acts);
    }

    fn end(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        for node in world.nodes().filter(|node| self.nodes[node.index()].phase != Phase::Well) {
            acts.spare(node);
            acts.act(Act::Restart(node));
        }
    }
}

impl Crashes {
    /// Crashes a node now or in its next turn.
    fn strike(&self, node: NodeId, world: &World<'_>, acts: &mut WorldActs) -> Phase {
        let mut draw = world.draw("crash", node, self.nodes[node.index()].stays);
        let (is_torn, is_for_good) = (draw.happens(self.dials.torn), draw.happens(self.dials.for_good));
        acts.act(match is_torn {
            true => Act::CrashAfter(node, draw.below(COMMANDS) as u16),
            false => Act::Crash(node),
        });
        match (is_for_good, is_torn) {
            (true, _) => Phase::Gone,
            (false, true) => Phase::Doomed,
            (false, false) => Phase::Struck,
        }
    }

    /// Asks for the instant at which a node's state changes next, if it does.
    fn stay(&mut self, node: NodeId, world: &World<'_>, acts: &mut WorldActs) {
        let Crashed { stays, phase } = &mut self.nodes[node.index()];
        let mut draw = world.draw("stay", node, *stays);
        *stays += 1;
        let mean = match phase {
            Phase::Well if !world.draw("chosen", node, 0).happens(self.dials.nodes) => return,
            Phase::Well => self.dials.every,
            Phase::Struck | Phase::Doomed => self.dials.down,
            Phase::Gone => return,
        };
        acts.wake_at(world.now + Spread::Exponential.draw(&mut draw, mean), node.0.into());
    }
}
