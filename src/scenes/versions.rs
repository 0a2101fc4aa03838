//! A new version takes hold with one agency before the other, and a number changes its meaning at the border.
//!
//! # What it does
//! Four stations keep account of each other's burns: P1 and P2 belong to Perigee, M1 and M2 to Meridian. After 5 seconds
//! Perigee installs version 2, which reckons in newton seconds; Meridian follows 8 seconds later and reckons in
//! pound-force seconds until then. The dial `custom` says what is written into a report.
//!
//! # The assumption it breaks
//! There is one administrator, who installs a version everywhere at once.
//!
//! # What to look for
//! From 5 s to 13 s two versions speak with each other. Bare numbers are noted 4.45 times too large or too small, and
//! nobody complains. Strict versions lose all reports between the agencies. With both numbers in a report, or a version
//! that both can read, nothing happens at all, which is the aim.
//!
//! # Sources
//! *Mars Climate Orbiter Mishap Investigation Board, Phase I Report* (NASA 1999): the ground's software gave pound-force
//! seconds where newton seconds were agreed. Rollouts by steps: *Site Reliability Engineering* (Beyer and others 2016),
//! chapter 8.

use std::sync::Arc;

use super::{Claim, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::impulses::{Custom, Impulses, NOTED, REPORT};
use crate::sim::{
    Agencies, Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology, Trace,
};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "versions",
    number: "1.5",
    title: "Two versions of one number",
    effect: "a rollout goes agency by agency, and one number means two things",
    doc: crate::module_doc!("versions.rs"),
    epoch: None,
    seed: Seed(5),
    breaks: &["latency", "administrator"],
    turns: &[
        ("latency.jitter", 0),
        ("latency.tail", 0),
        ("administrator.rate", 1_000_000),
        ("administrator.maintenance", 0),
        ("administrator.gap", 0),
        ("administrator.rollout", 5_000_000_000),
        ("administrator.lag", 8_000_000_000),
    ],
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "vector",
    lanes: &[],
};

static DIALS: [Dial; 1] = [Dial::choice("custom", "Custom", "what is written into a report", &CUSTOMS, 0)];

const CUSTOMS: [&str; 4] =
    ["the number", "number and version", "both numbers", "a version that both can read"];

const NODES: usize = 4;
const WAY: Duration = Duration::millis(120);
const EVERY: Duration = Duration::secs(2);
const END: Duration = Duration::secs(20);
/// The last report of which it is asked whether it was noted.
const LAST: Duration = Duration::secs(19);

fn custom_at(value: i64) -> Custom {
    match value {
        1 => Custom::Strict,
        2 => Custom::Tolerant,
        3 => Custom::Negotiated,
        _ => Custom::Bare,
    }
}

fn stage(dials: &[i64]) -> Stage {
    let custom = custom_at(dials.first().copied().unwrap_or(0));
    let at = Place::at;
    let mut topology = Topology::unlinked(vec![at(0.2, 0.2), at(0.2, 0.8), at(0.8, 0.2), at(0.8, 0.8)]);
    for a in NodeId::first(NODES) {
        NodeId::first(NODES).filter(|b| a < *b).for_each(|b| topology.join(a, b, WAY));
    }
    topology.agencies = Agencies::new(&["Perigee", "Meridian"], NODES, |node| usize::from(node.0 >= 2));
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        let others = NodeId::first(NODES).filter(|other| *other != node).collect();
        Box::new(Impulses::new(others, custom, EVERY))
    };
    Stage {
        nodes: ["P1", "P2", "M1", "M2"].map(|name| NodeSpec::new(name, Role::Station)).to_vec(),
        topology,
        spawn: Arc::new(spawn),
        script: Script::default(),
        horizon: TrueTime::ZERO + END,
        stay_least: Duration::millis(500),
        limits: Limits::default(),
    }
}

static CLAIMS: [Claim; 3] = [
    Claim {
        says: "Whatever is noted is what was meant.",
        scope: Scope::ThisRun,
        check: |run| Verdict::in_the_end(run.is_over, misread(run.trace())),
    },
    Claim {
        says: "Every report is noted.",
        scope: Scope::ThisRun,
        check: |run| Verdict::in_the_end(run.is_over, ignored(run.trace()).next()),
    },
    Claim {
        says: "A report that says its version or bears both numbers is never misread.",
        scope: Scope::EveryRun,
        check: |run| {
            let bare = custom_at(run.spec.own_dial(0)) == Custom::Bare;
            let honest = |event: &EventId| run.first_forged().is_none_or(|forged| *event < forged);
            Verdict::unless(misread(run.trace()).filter(|_| !bare).filter(honest))
        },
    },
];

/// The first note of another impulse than the one that its report was about.
fn misread(trace: &Trace) -> Option<EventId> {
    let is_note =
        |&event: &EventId| trace.kind(event) == EventKind::Decide && trace.label_word(event) == NOTED;
    trace.events().filter(is_note).find(|&note| {
        let report = trace.previous(note).and_then(|received| trace.message(received));
        let sent = report.and_then(|message| trace.sent(message));
        sent.is_some_and(|sent| trace.label_number(sent) != trace.label_number(note))
    })
}

/// Reports that came to their receiver in time, or never, and were not noted there: where they were sent.
fn ignored(trace: &Trace) -> impl Iterator<Item = EventId> {
    let noted: std::collections::BTreeSet<EventId> = trace
        .events()
        .filter(|&event| trace.label_word(event) == NOTED)
        .filter_map(|note| trace.sent(trace.message(trace.previous(note)?)?))
        .collect();
    let is_report =
        |event: &EventId| trace.kind(*event) == EventKind::Send && trace.label_word(*event) == REPORT;
    let is_due = |event: &EventId| {
        // What was sent just now is under way.
        let at = trace.at(*event);
        at.since_epoch() <= LAST && trace.now().since(at) > Duration::millis(500)
    };
    trace.events().filter(is_report).filter(is_due).filter(move |event| !noted.contains(event))
}
