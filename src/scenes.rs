//! Scenes in teaching order: a topology, programs, a script, settings and claims, one file each.
//!
//! A new scene is a file, a `mod` line and an entry in [`ALL`]; its prose is the file of its id in
//! `www/lessons/`. Must not know diagrams or the screen.

mod addresses;
pub mod batch;
mod calls;
pub mod cascade;
mod chaos_day;
pub mod circuit;
mod claim;
mod clock_sync;
mod crossed_letters;
pub mod delivery;
mod heartbeats;
mod herd;
pub mod history;
mod last_write_wins;
pub mod lesson;
pub mod local_and_remote;
pub mod plots;
pub mod real_causes;
mod run_spec;
mod said;
pub mod six_worlds;
mod telemetry;
mod thruster;
pub mod timeouts;
mod two_generals;
mod versions;

pub use claim::{Claim, Evidence, Finding, Scope, Verdict};
pub use run_spec::RunSpec;

use crate::base::{Duration, NodeId, Seed, TrueTime};
use crate::sim::{Dial, Limits, NodeSpec, Script, Spawn, Topology};

/// All scenes, in teaching order.
pub static ALL: &[&Scene] = &[
    &local_and_remote::SCENE,
    &telemetry::SCENE,
    &six_worlds::SCENE,
    &timeouts::SCENE,
    &heartbeats::SCENE,
    &batch::SCENE,
    &addresses::SCENE,
    &versions::SCENE,
    &calls::SCENE,
    &thruster::SCENE,
    &delivery::SCENE,
    &real_causes::SCENE,
    &circuit::SCENE,
    &herd::SCENE,
    &cascade::SCENE,
    &two_generals::SCENE,
    &chaos_day::SCENE,
    &last_write_wins::SCENE,
    &crossed_letters::SCENE,
    &clock_sync::SCENE,
];

/// The scene with which the page opens when nothing was asked for: the incident that the lessons start from.
pub static OPENING: &Scene = &telemetry::SCENE;

/// What a scene turns in which every way takes exactly as long as it is: there is latency, and nothing about it varies.
const STEADY: &[(&str, i64)] = &[("latency.jitter", 0), ("latency.tail", 0)];

/// The scene of this id.
pub fn find(id: &str) -> Option<&'static Scene> {
    ALL.iter().copied().find(|scene| scene.id == id)
}

/// A set-up that can be run, with what is claimed about its runs.
#[derive(Debug)]
pub struct Scene {
    /// The name in commands and links: `telemetry`.
    pub id: &'static str,
    /// The lesson that it belongs to and its number there: `1.1`.
    pub number: &'static str,
    /// The title in the page.
    pub title: &'static str,
    /// What it shows, in one line.
    pub effect: &'static str,
    /// The opening comment of its file: see [`crate::module_doc!`].
    pub doc: &'static str,
    /// The time of day at which the scene begins, in seconds after midnight; `None` where only lengths of
    /// time matter.
    pub epoch: Option<u64>,
    /// The seed that its prose speaks of.
    pub seed: Seed,
    /// The assumptions that are broken at the start, by the ids of their faults.
    pub breaks: &'static [&'static str],
    /// Where it turns dials of faults: `("latency.tail", value)`.
    pub turns: &'static [(&'static str, i64)],
    /// What can be turned in the scene itself. A value is fixed for a run.
    pub dials: &'static [Dial],
    /// Makes the stage, with the dials at these values, in the order of `dials`.
    pub stage: fn(&[i64]) -> Stage,
    /// What is claimed about its runs, in the order of the prose.
    pub claims: &'static [Claim],
    /// The clock whose stamps stand beside the events at first, by its id in the catalogue of clocks.
    pub clock: &'static str,
    /// The lanes that are shown at first, by the names of their nodes; all if there are none.
    pub lanes: &'static [&'static str],
}

/// What a scene puts on: everything that a run starts from but seed, settings and tape.
pub struct Stage {
    /// The nodes, by id.
    pub nodes: Vec<NodeSpec>,
    /// Who is where and linked with whom.
    pub topology: Topology,
    /// Makes the program of a node.
    pub spawn: Spawn,
    /// What happens from outside.
    pub script: Script,
    /// When the scene ends.
    pub horizon: TrueTime,
    /// How long a partition, a cut or an outage lasts at least.
    pub stay_least: Duration,
    /// How large a run may grow.
    pub limits: Limits,
}

impl Scene {
    /// Whether it belongs to the lesson on clocks, the second.
    pub fn is_about_clocks(&self) -> bool {
        self.number.starts_with("2.")
    }

    /// The position of a scene's dial.
    pub fn dial(&self, id: &str) -> Option<&'static Dial> {
        self.dials.iter().find(|dial| dial.id == id)
    }

    /// The dials at where they stand at first.
    pub fn defaults(&self) -> Vec<i64> {
        self.dials.iter().map(|dial| dial.default).collect()
    }

    /// The names of the nodes when the dials stand where they do at first.
    pub fn node_named(&self, name: &str) -> Option<NodeId> {
        let stage = (self.stage)(&self.defaults());
        stage.nodes.iter().position(|node| node.name == name).map(|place| NodeId(place as u16))
    }
}
