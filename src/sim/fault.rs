//! The seam through which everything that goes wrong reaches a run.
//!
//! A fault is a rule on packets, links and nodes. It sees one hop at a time, adds to the packet's fate and
//! signs what it did; it may also hold packets up until it lets them go on, and act on the world at
//! instants of its own choice. Effects add up, and faults never meet one another. Must not know which faults
//! exist.

mod hop;
mod world;

pub use hop::{Effects, Hop};
pub(crate) use world::WorldAct;
pub use world::{Gauge, Release, World, WorldActs};

use serde::Serialize;

use super::Codec;
use super::agent::Agent;
use super::dial::Dial;
use super::packet::Unit;
use super::tape::Act;
use crate::base::{Duration, NodeId, TrueTime};

/// Whether a fault is one of the eight fallacies or one of the other hazards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// One of the eight fallacies of distributed computing.
    Fallacy,
    /// A hazard of the nodes themselves.
    Hazard,
}

/// A line of the catalogue of faults.
#[derive(Debug)]
pub struct FaultEntry {
    /// The name in commands, links and fates, such as `reliable`.
    pub id: &'static str,
    /// The assumption in the words of the list: the name of the switch.
    pub assumption: &'static str,
    /// Fallacy or hazard.
    pub kind: FaultKind,
    /// What it lets in when the assumption is broken, in one line: `loses, doubles and reorders packets`.
    pub effect: &'static str,
    /// The opening comment of its file: see [`crate::module_doc!`].
    pub doc: &'static str,
    /// What can be turned.
    pub dials: &'static [Dial],
    /// Makes the fault with the dials at these values, in the order of `dials`.
    pub make: fn(&[i64]) -> Box<dyn Fault>,
}

/// Where on a hop a fault acts. Packets pass the stages in this order, and within one the faults in the order
/// of the catalogue.
///
/// What uses a link comes before what loses the packet on it: a lost packet has taken up its share of
/// the line all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Whether it may set out at all: filters and limits.
    Gate,
    /// What it uses up and waits for: processors, queues, capacity.
    Queue,
    /// How long it is on its way.
    #[default]
    Way,
    /// What befalls it there: attacks, loss, damage.
    Harm,
    /// Nowhere: the fault leaves packets alone, and is not asked about them.
    Aside,
}

/// A rule on packets, links and nodes.
///
/// All its chance comes from the hop or the world that it is given, so that equal packets meet equal draws.
/// What it keeps in its fields advances by time and never by packets.
pub trait Fault: FaultObject {
    /// The dials were turned; what has happened so far stays. Wake-ups that were asked for still come,
    /// unless they are called off with [`WorldActs::sleep`].
    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs);

    /// Where on a hop it acts: always the same.
    fn stage(&self) -> Stage {
        Stage::default()
    }

    /// The node that it brings along while its assumption is broken, if it does.
    fn agent(&self) -> Option<Agent> {
        None
    }

    /// The assumption is dropped: at the start of a run or in the middle.
    fn begin(&mut self, _world: &World<'_>, _acts: &mut WorldActs) {}

    /// A packet sets out on a hop.
    fn hop(&mut self, _hop: &Hop<'_>, _effects: &mut Effects) {}

    /// A program has looked up the address of another node.
    fn looks_up(&mut self, _who: NodeId, _whose: NodeId, _now: TrueTime) {}

    /// The instant that was asked for with [`WorldActs::wake_at`] has come.
    fn wake(&mut self, _token: u32, _world: &World<'_>, _acts: &mut WorldActs) {}

    /// The assumption is held again: what still lasts should be put right. Packets that it holds go on by
    /// themselves.
    fn end(&mut self, _world: &World<'_>, _acts: &mut WorldActs) {}

    /// Why a hand may not do this while the fault is in force, in a sentence; `None` where it may. The script
    /// and the faults may do everything.
    fn forbids(&self, _act: &Act, _world: &World<'_>) -> Option<String> {
        None
    }

    /// Whether it makes processors take longer. If not, it is not asked how much.
    fn slows_processors(&self) -> bool {
        false
    }

    /// How much longer a node's processor takes for a piece of work. Meanwhile the node takes no input, and
    /// what it sends waits for its turn.
    fn service(&self, _work: &Work) -> Duration {
        Duration::ZERO
    }

    /// What a piece of work that took the processor so long used up besides: a word, and what it counts.
    fn bill(&self, _work: &Work, _took: Duration) -> Option<(&'static str, u64, Unit)> {
        None
    }

    /// What it keeps besides its dials and its wake-ups, as numbers that say whether two states are the same: what
    /// is still to come depends on it. Times count from `now`.
    fn remembers(&self, _now: TrueTime) -> Vec<i64> {
        Vec::new()
    }

    /// What it can tell about links and nodes as they are now. What is at rest is left out.
    fn gauges(&self, _world: &World<'_>) -> Vec<Gauge> {
        Vec::new()
    }
}

/// What a node's processor is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// The node.
    pub node: NodeId,
    /// What it is about.
    pub kind: WorkKind,
    /// How long the payload is, in bytes; 0 where there is none.
    pub bytes: usize,
    /// How the payload is written down.
    pub codec: Codec,
}

/// What a piece of work is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkKind {
    /// A message is written down and sent.
    Send,
    /// A message is read.
    Receive,
    /// A timer has run out.
    Timer,
    /// Someone outside the network asked for something.
    Order,
}

/// What every [`Fault`] can do because it is `Clone`.
pub trait FaultObject: Send + Sync {
    /// A copy in the same state.
    fn boxed(&self) -> Box<dyn Fault>;
}

impl<F: Fault + Clone + Send + Sync + 'static> FaultObject for F {
    fn boxed(&self) -> Box<dyn Fault> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Fault> {
    fn clone(&self) -> Self {
        self.as_ref().boxed()
    }
}
