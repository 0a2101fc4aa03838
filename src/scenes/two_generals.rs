//! Two generals on two hills, messengers through the valley between them, and no number of them that is enough.
//!
//! # What it does
//! The first general sends a messenger: attack at dawn. The second acknowledges, the first acknowledges that, as often
//! as the dial says. Each messenger takes two seconds and may be captured. At dawn each decides by what came to it. Who
//! attacks alone is lost.
//!
//! # The assumption it breaks
//! The network is reliable, and with it: who has been acknowledged is certain.
//!
//! # What to look for
//! With nothing captured both attack. Capture the last messenger, and one of them attacks alone. Add an
//! acknowledgement, and it is the other. Every pattern of captures has been tried when the third claim holds.
//!
//! # Sources
//! Akkoyunlu, Ekanadham and Huber 1975; "Notes on Data Base Operating Systems" (1978); Halpern and Moses 1990.

mod patterns;

use std::sync::Arc;

use super::{Claim, Evidence, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::general::{ATTACK, DAWN, General, MESSENGER, Rule, WAR};
use crate::sim::{Dial, EventKind, Limits, NodeSpec, Place, Role, Script, Topology, Unit};
use patterns::parting;

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "two-generals",
    number: "1.13",
    title: "Two generals",
    effect: "one more acknowledgement moves the doubt, and never ends it",
    doc: crate::module_doc!("two_generals.rs"),
    epoch: None,
    seed: Seed(2),
    breaks: &["latency"],
    turns: STEADY,
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "vector",
    lanes: &[],
};

/// As many patterns of captures as there are subsets of the messengers are tried for a claim.
const ACKNOWLEDGEMENTS_MOST: i64 = 5;

static DIALS: [Dial; 2] = [
    Dial::number(
        "acknowledgements",
        "Acknowledgements",
        "how many messengers follow the first, each to acknowledge the one before it",
        Unit::Count,
        (0, ACKNOWLEDGEMENTS_MOST),
        1,
    ),
    Dial::choice(
        "rule",
        "Attack if",
        "when a general attacks at dawn",
        &["every messenger due has come", "one of those due has come"],
        0,
    ),
];

const FIRST: NodeId = NodeId(0);
const SECOND: NodeId = NodeId(1);

/// One way through the valley.
const WAY: Duration = Duration::secs(2);
/// After the last messenger that can be under way.
const NIGHT: Duration = Duration::secs(16);

fn stage(dials: &[i64]) -> Stage {
    let (acknowledgements, rule) = chosen(dials);
    let place = |x: f64| Place::Fixed { x, y: 0.4 };
    let mut topology = Topology::unlinked(vec![place(0.15), place(0.85)]);
    topology.join(FIRST, SECOND, WAY);
    let spawn = move |node: NodeId| -> Box<dyn crate::sim::Program> {
        let is_first = node == FIRST;
        let other = if is_first { SECOND } else { FIRST };
        Box::new(General::new(other, is_first, acknowledgements, rule))
    };
    let mut script = Script::default();
    script.order(Duration::secs(1), FIRST, WAR, 0);
    script.order(NIGHT, FIRST, DAWN, 0).order(NIGHT, SECOND, DAWN, 0);
    Stage {
        nodes: ["A", "B"].map(|name| NodeSpec::new(name, Role::Client)).to_vec(),
        topology,
        spawn: Arc::new(spawn),
        script,
        horizon: TrueTime::ZERO + NIGHT + Duration::secs(1),
        stay_least: Duration::secs(1),
        limits: Limits::default(),
    }
}

/// How many acknowledgements the generals agreed on, and when they attack.
fn chosen(dials: &[i64]) -> (u32, Rule) {
    let [acknowledgements, rule] = [0, 1].map(|place| dials.get(place).copied().unwrap_or(0));
    (acknowledgements.unsigned_abs() as u32, if rule == 0 { Rule::All } else { Rule::One })
}

static CLAIMS: [Claim; 4] = [
    Claim {
        says: "At dawn both attack, or neither does.",
        scope: Scope::ThisRun,
        check: |run| match decisions(run) {
            [Some((_, first)), Some((_, second))] if first == second => Verdict::Holds,
            [Some((first, _)), Some((second, _))] => Verdict::Broken(Some(first.max(second))),
            _ => Verdict::Undecided,
        },
    },
    Claim {
        says: "Both attack.",
        scope: Scope::ThisRun,
        check: |run| {
            let decisions = decisions(run);
            let stays = decisions.iter().flatten().find(|(_, attacks)| !attacks);
            match stays {
                Some(&(event, _)) => Verdict::Broken(Some(event)),
                None => Verdict::once(decisions.iter().all(Option::is_some)),
            }
        },
    },
    Claim {
        says: "With so many acknowledgements too, some pattern of captured messengers parts the generals.",
        scope: Scope::EveryRun,
        check: |run| {
            let dials = [0, 1].map(|place| run.spec.own_dial(place));
            let (acknowledgements, rule) = chosen(&dials);
            if parting(acknowledgements, rule).is_empty() { Verdict::Broken(None) } else { Verdict::Holds }
        },
    },
    Claim {
        says: "Who sent the last messenger decides without knowing whether it came.",
        scope: Scope::EveryRun,
        check: |run| {
            let last = run.spec.own_dial(0) as u32 + 1;
            let sender = if last % 2 == 1 { FIRST } else { SECOND };
            let came = came(run, last);
            let decision = decisions(run)[sender.index()];
            let knows = came.zip(decision).filter(|&(came, (decision, _))| run.is_before(came, decision));
            Verdict::unless(knows.map(|(_, (decision, _))| decision))
        },
    },
];

/// What each general has decided, and whether that is to attack.
fn decisions(run: &Evidence<'_>) -> [Option<(EventId, bool)>; 2] {
    let trace = run.trace();
    [FIRST, SECOND].map(|general| {
        let decides =
            |&event: &EventId| trace.kind(event) == EventKind::Decide && trace.node(event) == general;
        let event = trace.events().find(decides)?;
        Some((event, trace.label_word(event) == ATTACK))
    })
}

/// The receive of the messenger with this number.
fn came(run: &Evidence<'_>, nth: u32) -> Option<EventId> {
    let trace = run.trace();
    let is_it = |&event: &EventId| {
        trace.kind(event) == EventKind::Receive
            && trace.label_word(event) == MESSENGER
            && trace.label_number(event) == Some(nth)
            && !run.engine.is_agent(trace.node(event))
    };
    trace.events().find(is_it)
}
