//! What a run starts from, and why it ends. Must not know what happens in between.

use std::fmt;

use super::super::fault::FaultEntry;
use super::super::node::NodeSpec;
use super::super::program::Spawn;
use super::super::script::Script;
use super::super::topology::Topology;
use crate::base::{Duration, Seed, TrueTime};

/// How large a run may grow before it ends with a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Events in the trace.
    pub events: usize,
    /// Bytes of memory that the trace may take.
    pub memory: usize,
    /// Turns at one instant of true time, which only a loop without delay reaches.
    pub turns_at_once: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { events: 2_000_000, memory: 256 << 20, turns_at_once: 20_000 }
    }
}

/// Everything that a run starts from, apart from its tape.
#[derive(Clone)]
pub struct Setup {
    /// The nodes, by id.
    pub nodes: Vec<NodeSpec>,
    /// Who is where and linked with whom; one place a node.
    pub topology: Topology,
    /// Makes the program of a node.
    pub spawn: Spawn,
    /// What happens from outside.
    pub script: Script,
    /// What chance grows from.
    pub seed: Seed,
    /// The faults in the order of their catalogue.
    pub faults: Vec<FaultSetting>,
    /// When the scene ends.
    pub horizon: TrueTime,
    /// How long a partition, a cut or an outage lasts at least, so that it is seen.
    pub stay_least: Duration,
    /// How large the run may grow.
    pub limits: Limits,
}

impl Setup {
    /// How many nodes a run of this can have: those of the scene, and those that faults may bring along.
    pub fn nodes_most(&self) -> usize {
        let brings = |fault: &&FaultSetting| (fault.entry.make)(&fault.dials).agent().is_some();
        self.nodes.len() + self.faults.iter().filter(brings).count()
    }
}

/// A fault and how it is set.
#[derive(Clone, Debug)]
pub struct FaultSetting {
    /// The line of the catalogue.
    pub entry: &'static FaultEntry,
    /// Whether the assumption is held, so that the fault is absent.
    pub is_held: bool,
    /// The values of its dials, in the order of the entry's.
    pub dials: Vec<i64>,
}

/// Why there is no further turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Nothing is left to happen.
    Idle,
    /// What is left would happen after the scene's end.
    Horizon,
    /// A limit was reached; the sentence says which and what to do.
    Limit(String),
    /// An action of the tape could not be carried out; the sentence says which and why.
    Refused(String),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Idle => f.write_str("Nothing is left to happen."),
            Self::Horizon => f.write_str("The scene ends here."),
            Self::Limit(sentence) | Self::Refused(sentence) => f.write_str(sentence),
        }
    }
}

/// A turn that was taken: its number, counted from 1, and when it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its number.
    pub number: u64,
    /// The true time.
    pub at: TrueTime,
}
