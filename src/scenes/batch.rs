//! A loop of calls, a bundle of calls and one call bring the same readings down, and take very different times.
//!
//! # What it does
//! Ground station G wants to know what the sensors of satellite S show. The dial `asks` says how: for one after another,
//! for each at once, or for all in one question. The line is slow and long, 100 ms one way and 9,600 bits a second. The
//! dial `codec` says what the messages are written in.
//!
//! # The assumption it breaks
//! Latency is zero: a loop of calls costs a journey each time round. Bandwidth is infinite and transport costs nothing:
//! it does not matter how many messages there are, or how long.
//!
//! # What to look for
//! The staircase of questions and answers, one round trip a step; then the same readings in a bundle; then in one
//! message. In a batch the codec is what is left: with JSON most of the message is the names of its fields.
//!
//! # Sources
//! L. Peter Deutsch, *The Eight Fallacies of Distributed Computing*, the second, the third and the seventh. 9.6 kbit/s
//! is what an S-band line over the poles carries.

use std::sync::Arc;

use super::said::said_by;
use super::{Claim, Evidence, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::reader::{ALL_READ, Manner, READ, Reader};
use crate::programs::sensors::{Sensed, Sensors, Survey};
use crate::sim::{Codec, Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology, Unit};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "batch",
    number: "1.5",
    title: "One journey or a dozen",
    effect: "the same readings, by a loop of calls, a bundle of calls, and one",
    doc: crate::module_doc!("batch.rs"),
    epoch: None,
    seed: Seed(15),
    breaks: &["latency", "bandwidth", "transport-cost"],
    turns: &[("latency.jitter", 0), ("latency.tail", 0), ("bandwidth.capacity", 9_600)],
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

static DIALS: [Dial; 3] = [
    Dial::choice("asks", "Asks", "how G asks", &["one after another", "each at once", "in one batch"], 0),
    Dial::choice("codec", "Codec", "what messages are written in", &["JSON", "compact"], 0),
    Dial::number("sensors", "Sensors", "how many readings G wants", Unit::Count, (1, 100), 12),
];

/// The reader and the satellite.
pub const G: NodeId = NodeId(0);
/// The satellite.
pub const S: NodeId = NodeId(1);

/// One way between them.
pub const WAY: Duration = Duration::millis(100);
/// When G is asked to read.
pub const BEGINS: Duration = Duration::secs(1);
/// What would do.
const WITHIN: Duration = Duration::millis(500);

fn stage(dials: &[i64]) -> Stage {
    let dial = |place: usize| dials.get(place).copied().unwrap_or(DIALS[place].default);
    let manner = match dial(0) {
        0 => Manner::InTurn,
        1 => Manner::AtOnce,
        _ => Manner::Batch,
    };
    let codec = if dial(1) == 0 { Codec::Json } else { Codec::Compact };
    let at = Place::at;
    let mut topology = Topology::unlinked(vec![at(0.2, 0.8), at(0.8, 0.2)]);
    topology.join(G, S, WAY);
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node {
            G => Box::new(Reader::new(S, manner, Duration::secs(12))),
            _ => Box::new(Sensors::default()),
        }
    };
    let mut script = Script::default();
    script.order(BEGINS, G, READ, dial(2).unsigned_abs());
    let spec = |name: &str, role| NodeSpec { codec, ..NodeSpec::new(name, role) };
    Stage {
        nodes: vec![spec("G", Role::Station), spec("S", Role::Satellite)],
        topology,
        spawn: Arc::new(spawn),
        script,
        horizon: TrueTime::ZERO + Duration::secs(120),
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

static CLAIMS: [Claim; 4] = [
    Claim {
        says: "All readings are there within half a second.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let end = TrueTime::ZERO + BEGINS + WITHIN;
            match all_read(run) {
                Some(all) if trace.at(all) <= end => Verdict::Holds,
                all if all.is_some() || trace.now() > end => Verdict::Broken(all),
                _ => Verdict::Undecided,
            }
        },
    },
    Claim {
        says: "It takes one question and one answer.",
        scope: Scope::ThisRun,
        check: |run| {
            let mut sends = run.trace().events().filter(|&event| run.trace().kind(event) == EventKind::Send);
            Verdict::in_the_end(run.is_over, sends.nth(2))
        },
    },
    Claim {
        says: "Fewer bytes than twenty for each reading cross the line.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let bytes: usize = trace.message_ids().map(|message| trace.payload(message).len()).sum();
            let wanted = run.spec.own_dial(2).unsigned_abs() as usize;
            match (bytes < 20 * wanted, run.is_over) {
                (false, _) => Verdict::Broken(trace.events().last()),
                (true, is_over) => Verdict::once(is_over && all_read(run).is_some()),
            }
        },
    },
    Claim {
        says: "However G asks, what it notes is what the sensors show, unless something was forged.",
        scope: Scope::EveryRun,
        check: |run| {
            let trace = run.trace();
            let is_wrong = |event: &EventId| {
                let said = Some(*event).filter(|&event| trace.node(event) == G);
                let said = said.and_then(|event| said_by::<Survey>(trace, event));
                matches!(said, Some(Survey::Shown { readings })
                    if readings.iter().any(|reading| *reading != Sensed::of(reading.sensor)))
            };
            let wrong = trace.events().find(is_wrong);
            Verdict::unless(wrong.filter(|&event| run.first_forged().is_none_or(|forged| forged > event)))
        },
    },
];

/// Where G has all readings.
fn all_read(run: &Evidence<'_>) -> Option<EventId> {
    let trace = run.trace();
    trace.events().find(|&event| trace.node(event) == G && trace.label_word(event) == ALL_READ)
}
