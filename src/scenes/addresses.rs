//! A service moves, twice, and four callers hold on to its address for as long as each is wont to.
//!
//! # What it does
//! A service runs on relay R1; after 7 seconds it moves to R2, after 15 to R3. Whoever serves registers with the
//! directory, D, once a second. Four callers call it twice a second: A has a list of addresses that was right in the
//! morning, B looked the name up at its start, C looks it up when the record is older than `ttl`, and E, besides, after each
//! call that failed.
//!
//! # The assumption it breaks
//! *Topology doesn't change*, and with it: an address is good for ever.
//!
//! # What to look for
//! Four lanes side by side after each move. A has the second address on its list and not the third. B never finds
//! out. C is late by up to the time to live. E loses one call. Then break the topology itself: relays drift out of
//! contact by themselves.
//!
//! # Sources
//! A fixed address in the code: the fifth fallacy. P. Mockapetris, RFC 1035 (1987), section 3.2.1; J. Jung and others,
//! *DNS Performance and the Effectiveness of Caching* (2002).

use std::sync::Arc;

use super::{Claim, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::directory::{Directory, Instance, LEAVE, SERVE};
use crate::programs::seeker::{ANSWERED, FAILED, Rhythm, Seeker, Source};
use crate::sim::{Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology, Trace};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "addresses",
    number: "1.5",
    title: "An address of yesterday",
    effect: "a service moves, and callers go on calling where it was",
    doc: crate::module_doc!("addresses.rs"),
    epoch: None,
    seed: Seed(5),
    breaks: &["latency"],
    turns: STEADY,
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

static DIALS: [Dial; 1] = [Dial::nanos(
    "ttl",
    "Time to live",
    "how long C and E use a record before they look the name up again",
    (500_000_000, 60_000_000_000),
    5_000_000_000,
)];

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);
const E: NodeId = NodeId(3);
const D: NodeId = NodeId(4);
const R1: NodeId = NodeId(5);
const R2: NodeId = NodeId(6);
const R3: NodeId = NodeId(7);

const WAY: Duration = Duration::millis(30);
const RHYTHM: Rhythm = Rhythm { every: Duration::millis(500), patience: Duration::millis(300) };
const REGISTERS: Duration = Duration::secs(1);
/// Who has missed two registrations is forgotten.
const LAPSES: Duration = Duration::millis(2_500);
/// When the service moves.
const MOVES: [Duration; 2] = [Duration::secs(7), Duration::secs(15)];
const END: Duration = Duration::secs(22);

fn stage(dials: &[i64]) -> Stage {
    let ttl = Duration(dials.first().copied().unwrap_or(0).unsigned_abs());
    let at = Place::at;
    let callers = [0.1, 0.37, 0.63, 0.9].map(|y| at(0.12, y));
    let relays = [0.2, 0.5, 0.8].map(|y| at(0.88, y));
    let mut topology = Topology::unlinked([&callers[..], &[at(0.5, 0.02)], &relays].concat());
    for other in [A, B, C, E, R1, R2, R3] {
        topology.join(other, D, WAY);
    }
    for caller in [A, B, C, E] {
        [R1, R2, R3].into_iter().for_each(|relay| topology.join(caller, relay, WAY));
    }
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        let source = match node {
            A => Source::List(vec![R1, R2]),
            B => Source::Once,
            C => Source::Ttl(ttl),
            E => Source::Rediscovery(ttl),
            D => return Box::new(Directory::new(LAPSES)),
            relay => return Box::new(Instance::new(D, REGISTERS, relay == R1)),
        };
        Box::new(Seeker::new(D, source, RHYTHM))
    };
    let mut script = Script::default();
    for (at, (from, to)) in MOVES.into_iter().zip([(R1, R2), (R2, R3)]) {
        script.order(at, from, LEAVE, 0).order(at, to, SERVE, 0);
    }
    let named = |name: &str| {
        let role = match name {
            "D" => Role::Server,
            name if name.starts_with('R') => Role::Satellite,
            _ => Role::Client,
        };
        NodeSpec::new(name, role)
    };
    Stage {
        nodes: ["A", "B", "C", "E", "D", "R1", "R2", "R3"].map(named).to_vec(),
        topology,
        spawn: Arc::new(spawn),
        script,
        horizon: TrueTime::ZERO + END,
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "After the first move, a call of A is answered again.",
        scope: Scope::ThisRun,
        check: |run| answered_after(run, A, MOVES[0], MOVES[1]),
    },
    Claim {
        says: "After the second move, a call of A is answered again.",
        scope: Scope::ThisRun,
        check: |run| answered_after(run, A, MOVES[1], END),
    },
    Claim {
        says: "After the first move, a call of B is answered again.",
        scope: Scope::ThisRun,
        check: |run| answered_after(run, B, MOVES[0], END),
    },
    Claim {
        says: "After each move C fails no longer than the time to live and two calls.",
        scope: Scope::ThisRun,
        check: |run| {
            let ttl = run.spec.own_dial(0).unsigned_abs() / RHYTHM.every.0;
            at_most(run, C, ttl as usize + 2)
        },
    },
    Claim {
        says: "After each move E fails twice at most.",
        scope: Scope::ThisRun,
        check: |run| at_most(run, E, 2),
    },
];

/// The ends of a caller's calls from one time to another.
fn ends(trace: &Trace, caller: NodeId, word: &str, from: Duration, until: Duration) -> Vec<EventId> {
    let is_it = |&event: &EventId| {
        trace.node(event) == caller
            && trace.kind(event) == EventKind::Decide
            && trace.label_word(event) == word
            && (from..until).contains(&trace.at(event).since_epoch())
    };
    trace.events().filter(is_it).collect()
}

/// Whether a caller is answered between a move and the next; what was on its way at the move does not count.
fn answered_after(run: &super::Evidence<'_>, caller: NodeId, from: Duration, until: Duration) -> Verdict {
    let trace = run.trace();
    let from = from + RHYTHM.patience;
    let is_past = run.is_over || trace.now().since_epoch() > until;
    match (ends(trace, caller, ANSWERED, from, until).first(), is_past) {
        (Some(_), _) => Verdict::Holds,
        (None, false) => Verdict::Undecided,
        (None, true) => Verdict::Broken(ends(trace, caller, FAILED, from, until).first().copied()),
    }
}

/// Whether a caller fails no more often than this after each move.
fn at_most(run: &super::Evidence<'_>, caller: NodeId, most: usize) -> Verdict {
    let periods = [(MOVES[0], MOVES[1]), (MOVES[1], END)];
    let failed = periods.map(|(from, until)| ends(run.trace(), caller, FAILED, from, until));
    match failed.iter().find_map(|failed| failed.get(most)) {
        Some(&event) => Verdict::Broken(Some(event)),
        None if run.is_over => Verdict::Holds,
        None => Verdict::Undecided,
    }
}
