//! A day with four troubles on purpose, two remedies to spend, and a few things that must hold until the evening.
//!
//! # What it does
//! Two crowds ask a front, F, which has three backends, or four. From 4 s to 8 s W1 is crashed. From 12 s to 16 s W2 is
//! slow. From 20 s to 24 s the line to W3 is cut. At 28 s O brings out version 2, which has a mistake. The dials are what
//! one can have against that; each that is not left as it is costs a point, and there are two.
//!
//! # The assumption it breaks
//! That the system which worked yesterday is the one that works today.
//!
//! # What to look for
//! Health is a question that somebody asks, and its answer is old. Which of the troubles does each remedy help against, and
//! which not at all? Roll back first, and find out why afterwards.
//!
//! # Sources
//! A. Basiri and others, *Chaos Engineering*, IEEE Software 33(3) (2016). *Site Reliability Engineering* (Beyer and
//! others 2016), chapter 14, "Managing Incidents".

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Claim, Evidence, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::backend::{Backend, SLOW, VERSION};
use crate::programs::crowd::{ASK, CLOSE, Crowd, Habits, SERVED};
use crate::programs::deployer::{DEPLOY, Deployer, Policy};
use crate::programs::front::{Front, Plan, Remedy};
use crate::sim::{Act, Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology, Trace};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "chaos-day",
    number: "1.14",
    title: "A day of chaos",
    effect: "four troubles on purpose, two points for remedies, and what must hold until the evening",
    doc: crate::module_doc!("chaos_day.rs"),
    epoch: None,
    seed: Seed(1),
    breaks: &["latency"],
    turns: STEADY,
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

static DIALS: [Dial; 3] = [
    Dial::choice("front", "Front", "what the front does against what is slow or gone", &FRONTS, 0),
    Dial::choice("backends", "Backends", "how many there are", &["three", "four"], 0),
    Dial::choice("rollout", "Rollout", "how a new version is brought out", &ROLLOUTS, 0),
];

const FRONTS: [&str; 4] = ["nothing", "circuit breaker", "bulkhead", "hedged request"];
const ROLLOUTS: [&str; 3] = ["everywhere, and mend", "one at a time, and mend", "everywhere, and roll back"];

const CROWDS: [NodeId; 2] = [NodeId(0), NodeId(1)];
const FRONT: NodeId = NodeId(2);
const O: NodeId = NodeId(3);
const W1: NodeId = NodeId(4);
const W2: NodeId = NodeId(5);
const W3: NodeId = NodeId(6);

/// How many points there are.
const BUDGET: usize = 2;

const WAY: Duration = Duration::millis(5);
const MEAN: Duration = Duration::millis(150);
const PATIENCE: Duration = Duration::millis(1_500);
/// When the new version is brought out, when the last request comes, and when the day is over.
const ROLLOUT: Duration = Duration::secs(28);
const EVENING: Duration = Duration::secs(44);
const END: Duration = Duration::secs(48);

fn stage(dials: &[i64]) -> Stage {
    let dial = |place: usize| dials.get(place).copied().unwrap_or(0);
    let remedy = match dial(0) {
        1 => Remedy::Breaker,
        2 => Remedy::Bulkhead,
        3 => Remedy::Hedge { after: Duration::millis(400) },
        _ => Remedy::None,
    };
    let backends: Vec<NodeId> = (0..if dial(1) == 1 { 4 } else { 3 }).map(|nth| NodeId(W1.0 + nth)).collect();
    let policy = Policy {
        is_gradual: dial(2) == 1,
        rolls_back: dial(2) == 2,
        patience: Duration::millis(1_500),
        mending: Duration::secs(8),
    };
    let at = Place::at;
    let mut places = vec![at(0.1, 0.25), at(0.1, 0.75), at(0.45, 0.5), at(0.6, 0.1)];
    let step = 0.8 / (backends.len() - 1) as f64;
    places.extend((0..backends.len()).map(|nth| at(0.88, 0.1 + step * nth as f64)));
    let mut topology = Topology::unlinked(places);
    CROWDS.into_iter().for_each(|crowd| topology.join(crowd, FRONT, WAY));
    for &backend in &backends {
        topology.join(backend, FRONT, WAY);
        topology.join(backend, O, WAY);
    }
    let habits = Habits { every: Duration::millis(500), patience: PATIENCE, attempts: 3, critical: 4 };
    let plan = Plan {
        crowds: CROWDS.to_vec(),
        places: 3 * backends.len(),
        backends: backends.clone(),
        patience: PATIENCE,
    };
    let names = ["C1", "C2", "F", "O", "W1", "W2", "W3", "W4"].into_iter().take(4 + backends.len());
    let named = |name: &str| {
        let role = match name {
            "O" => Role::Station,
            name if name.starts_with('C') => Role::Client,
            _ => Role::Server,
        };
        NodeSpec::new(name, role)
    };
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node {
            FRONT => Box::new(Front::new(plan.clone(), remedy)),
            O => Box::new(Deployer::new(backends.clone(), policy)),
            node if CROWDS.contains(&node) => Box::new(Crowd::new(FRONT, habits)),
            _ => Box::new(Backend::new(MEAN)),
        }
    };
    Stage {
        nodes: names.map(named).collect(),
        topology,
        spawn: Arc::new(spawn),
        script: script(),
        horizon: TrueTime::ZERO + END,
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

fn script() -> Script {
    let at = Duration::secs;
    let mut script = Script::default();
    script.act(at(4), Act::Crash(W1)).act(at(8), Act::Restart(W1));
    script.order(at(12), W2, SLOW, 30).order(at(16), W2, SLOW, 1);
    script.act(at(20), Act::Cut { from: FRONT, to: W3, one_way: false });
    script.act(at(24), Act::Heal { from: FRONT, to: W3 });
    script.order(ROLLOUT, O, DEPLOY, 0);
    for crowd in CROWDS {
        script.order(EVENING, crowd, CLOSE, 0);
    }
    script
}

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "The remedies cost two points or less.",
        scope: Scope::ThisRun,
        check: |run| {
            let all = run.spec.all_settings();
            let cost = DIALS.iter().filter(|dial| all.dial(SCENE.id, dial) != 0).count();
            // Nothing was spent before the day has begun.
            match (run.trace().is_empty(), cost <= BUDGET) {
                (true, _) => Verdict::Undecided,
                (false, true) => Verdict::Holds,
                (false, false) => Verdict::Broken(None),
            }
        },
    },
    Claim {
        says: "Until the rollout, 85 of 100 requests are served at the first attempt.",
        scope: Scope::ThisRun,
        check: |run| share(run, Duration::ZERO, ROLLOUT, PATIENCE, 85),
    },
    Claim {
        says: "From the rollout on, 80 of 100 requests are served.",
        scope: Scope::ThisRun,
        check: |run| share(run, ROLLOUT, EVENING, END, 80),
    },
    Claim {
        says: "There are never three seconds in which nobody is served.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let served: Vec<EventId> = events(trace, EventKind::Decide, SERVED).collect();
            let is_long = |two: &&[EventId]| trace.at(two[1]).since(trace.at(two[0])) > Duration::secs(3);
            match (served.windows(2).find(is_long), run.is_over) {
                (Some(two), _) => Verdict::Broken(Some(two[1])),
                (None, true) => Verdict::Holds,
                (None, false) => Verdict::Undecided,
            }
        },
    },
    Claim {
        says: "The mistake is out for five seconds at most.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let mut installs = events(trace, EventKind::Write, VERSION);
            let Some(first) = installs.next() else { return Verdict::Undecided };
            // The last installation is of a version without it: wherever it was put it is taken away.
            let last = installs.last().filter(|_| run.is_over);
            match last {
                Some(last) if trace.at(last).since(trace.at(first)) > Duration::secs(5) => {
                    Verdict::Broken(Some(last))
                }
                last => Verdict::once(last.is_some()),
            }
        },
    },
];

/// The events of a kind with a word.
fn events(trace: &Trace, kind: EventKind, word: &'static str) -> impl Iterator<Item = EventId> {
    trace.events().filter(move |&event| trace.kind(event) == kind && trace.label_word(event) == word)
}

/// Whether of the requests that were first asked in this time so many of a hundred were served within so long.
fn share(run: &Evidence<'_>, from: Duration, until: Duration, within: Duration, least: usize) -> Verdict {
    let trace = run.trace();
    let mut asked = BTreeMap::new();
    for event in events(trace, EventKind::Send, ASK) {
        asked.entry((trace.node(event), trace.label_number(event))).or_insert(trace.at(event));
    }
    asked.retain(|_, at| (from..until).contains(&at.since_epoch()));
    let is_served = |event: &EventId| {
        let asked = asked.get(&(trace.node(*event), trace.label_number(*event)));
        asked.is_some_and(|at| trace.at(*event).since(*at) <= within)
    };
    let served = events(trace, EventKind::Decide, SERVED).filter(is_served).count();
    // Whoever asked last has given up by then.
    let is_past = run.is_over || trace.now().since_epoch() > until + Duration::secs(5);
    match (is_past, served * 100 >= asked.len() * least) {
        (false, _) => Verdict::Undecided,
        (true, true) => Verdict::Holds,
        (true, false) => Verdict::Broken(None),
    }
}
