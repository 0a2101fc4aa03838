//! One of three backends grows slow, retries pile up, and everything that shares a front with it goes down too.
//!
//! # What it does
//! Clients in three crowds ask a front, F, which hands their requests on to the backends W1, W2 and W3. After 4 seconds
//! W2 takes `slowness` times as long for everything; after 12 seconds it is well again. What is not answered within
//! 2 s is asked again, three times in all. The dial `remedy` builds one remedy into the front, `load` says how much is
//! asked.
//!
//! # The assumption it breaks
//! That a slow part makes its own share of the work slow, and no more.
//!
//! # What to look for
//! Goodput: how many requests are served a second. It falls far below the two thirds that the well backends could do,
//! and stays down when W2 has been well for seconds, for everybody works off what nobody waits for. Then one
//! remedy at a time. The hedged request helps where there is little to do, and harms where there is much.
//!
//! # Sources
//! M. Nygard, *Release It!* (2nd edition 2018), chapters 4 and 5. N. Bronson and others, *Metastable Failures in
//! Distributed Systems* (HotOS 2021). J. Dean and L. A. Barroso, *The Tail at Scale* (2013).

mod goodput;

use std::sync::Arc;

use super::{Claim, Evidence, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, NodeId, Ratio, Seed, TrueTime};
use crate::programs::backend::{Backend, SLOW};
use crate::programs::crowd::{CLOSE, Crowd, Habits};
use crate::programs::front::{Front, Plan, Remedy};
use crate::sim::{Dial, Limits, NodeSpec, Place, Program, Role, Script, Topology, Unit};
use goodput::{asked, attempts, slowest_of_a_hundred, twin};
pub use goodput::{served, until_settled};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "cascade",
    number: "1.12",
    title: "One slow node",
    effect: "one backend of three grows slow, and retries bring the others down",
    doc: crate::module_doc!("cascade.rs"),
    epoch: None,
    seed: Seed(8),
    breaks: &["latency"],
    turns: STEADY,
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

static DIALS: [Dial; 3] = [
    Dial::choice("remedy", "Remedy", "what the front does against a cascade", &REMEDIES, 0),
    Dial::number("load", "Load", "how many requests come in a second", Unit::Count, (1, 16), 10),
    Dial::number(
        "slowness",
        "Slowness",
        "how many times as long W2 takes from 4 s to 12 s",
        Unit::Count,
        (1, 100),
        20,
    ),
];

const REMEDIES: [&str; 7] =
    ["none", "circuit breaker", "bulkhead", "backpressure", "load shedding", "rate limit", "hedged request"];

const CROWDS: [NodeId; 3] = [NodeId(0), NodeId(1), NodeId(2)];
const FRONT: NodeId = NodeId(3);
const BACKENDS: [NodeId; 3] = [NodeId(4), NodeId(5), NodeId(6)];
/// The backend that grows slow.
const SLOW_ONE: NodeId = BACKENDS[1];

const WAY: Duration = Duration::millis(5);
/// How long a piece of work takes a backend that is well.
const MEAN: Duration = Duration::millis(200);
const PATIENCE: Duration = Duration::secs(2);
const PLACES: usize = 9;

/// From when to when one is slow, when the last request comes, and when it is over.
const ILL: Duration = Duration::secs(4);
const WELL: Duration = Duration::secs(12);
const LAST: Duration = Duration::secs(18);
const END: Duration = Duration::secs(21);

fn stage(dials: &[i64]) -> Stage {
    let dial = |place: usize| dials.get(place).copied().unwrap_or(0).unsigned_abs();
    let (remedy, load, slowness) = (remedy_at(dial(0)), dial(1).max(1), dial(2));
    let at = Place::at;
    let column = |x: f64| [0.15, 0.5, 0.85].map(|y| at(x, y));
    let places = [&column(0.1)[..], &[at(0.5, 0.5)], &column(0.9)].concat();
    let mut topology = Topology::unlinked(places);
    CROWDS.into_iter().chain(BACKENDS).for_each(|node| topology.join(node, FRONT, WAY));
    let habits = Habits {
        every: Duration(Duration::secs(CROWDS.len() as u64).0 / load),
        patience: PATIENCE,
        attempts: 3,
        critical: 4,
    };
    let plan =
        Plan { crowds: CROWDS.to_vec(), backends: BACKENDS.to_vec(), places: PLACES, patience: PATIENCE };
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node {
            FRONT => Box::new(Front::new(plan.clone(), remedy)),
            node if BACKENDS.contains(&node) => Box::new(Backend::new(MEAN)),
            _ => Box::new(Crowd::new(FRONT, habits)),
        }
    };
    let named = |name: &str| {
        let role = if name.starts_with('C') { Role::Client } else { Role::Server };
        NodeSpec::new(name, role)
    };
    let mut script = Script::default();
    script.order(ILL, SLOW_ONE, SLOW, slowness).order(WELL, SLOW_ONE, SLOW, 1);
    for crowd in CROWDS {
        script.order(LAST, crowd, CLOSE, 0);
    }
    Stage {
        nodes: ["C1", "C2", "C3", "F", "W1", "W2", "W3"].map(named).to_vec(),
        topology,
        spawn: Arc::new(spawn),
        script,
        horizon: TrueTime::ZERO + END,
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

fn remedy_at(value: u64) -> Remedy {
    match value {
        1 => Remedy::Breaker,
        2 => Remedy::Bulkhead,
        3 => Remedy::Backpressure,
        4 => Remedy::Shedding,
        5 => Remedy::Limit { rate: 10 },
        6 => Remedy::Hedge { after: Duration::millis(500) },
        _ => Remedy::None,
    }
}

/// When W2 has been well for so long that nothing of its illness is left, were it not for what it brought about.
const WELL_FOR_LONG: Duration = Duration::secs(15);

/// Where the dial `remedy` stands without one.
pub const NONE: i64 = 0;
/// Where it stands with hedged requests.
pub const HEDGE: i64 = 6;
const BULKHEAD: i64 = 2;

/// Requests a second with which there is little to do.
const LOW: i64 = 3;
/// The same, and there is next to too much.
pub const HIGH: i64 = 10;

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "While W2 is slow, more than a quarter of what the clients send are repetitions.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let (asked, attempts) = (asked(trace, ILL, WELL), attempts(trace, ILL, WELL));
            let is_over = run.is_over || trace.now().since_epoch() >= WELL;
            match attempts > 20 && (attempts - asked) * 4 > attempts {
                true => Verdict::Holds,
                false if is_over => Verdict::Broken(None),
                false => Verdict::Undecided,
            }
        },
    },
    Claim {
        says: "From 3 s after W2 is well again, two thirds of what is asked or more are served.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let [asked, served] = [asked, served].map(|count| count(trace, WELL_FOR_LONG, LAST));
            match (run.is_over || trace.now().since_epoch() >= LAST, served * 3 >= asked * 2) {
                (false, _) => Verdict::Undecided,
                (true, true) => Verdict::Holds,
                (true, false) => Verdict::Broken(None),
            }
        },
    },
    Claim {
        says: "Once W2 is well, more is served with the remedy than without. (Without one, it is set against a bulkhead.)",
        scope: Scope::Rate(Ratio::percent(70)),
        check: |run| {
            let remedy = run.spec.own_dial(0);
            let other = if remedy == NONE { BULKHEAD } else { NONE };
            at_the_end(run, |run| {
                let own = served(run.trace(), WELL, LAST);
                let other = twin(run, &[("remedy", other)], |trace| served(trace, WELL, LAST));
                if remedy == NONE { own < other } else { own > other }
            })
        },
    },
    Claim {
        says: "With 3 requests a second, a hedged request makes the slowest of a hundred faster.",
        scope: Scope::Rate(Ratio::percent(90)),
        check: |run| {
            at_the_end(run, |run| {
                let slowest = |remedy| twin(run, &[("load", LOW), ("remedy", remedy)], slowest_of_a_hundred);
                slowest(HEDGE) < slowest(NONE)
            })
        },
    },
    Claim {
        says: "With 10 requests a second, hedged requests lower the goodput.",
        scope: Scope::Rate(Ratio::percent(70)),
        check: |run| {
            at_the_end(run, |run| {
                let all = |remedy| {
                    let dials = [("load", HIGH), ("remedy", remedy)];
                    twin(run, &dials, |trace| served(trace, Duration::ZERO, END))
                };
                all(HEDGE) < all(NONE)
            })
        },
    },
];

/// What is compared with other runs is compared when this one is over.
fn at_the_end(run: &Evidence<'_>, holds: impl FnOnce(&Evidence<'_>) -> bool) -> Verdict {
    match run.is_over {
        false => Verdict::Undecided,
        true if holds(run) => Verdict::Holds,
        true => Verdict::Broken(None),
    }
}
