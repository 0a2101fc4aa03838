//! The same function is called on its own machine and over a network, and only one of the two calls is a call.
//!
//! # What it does
//! Four callers call the same function four times, three seconds apart. One of them has it on its own machine. The other
//! three ask machine `remote` for it: one waits for ever, one gives up after a second and a half, one asks once more
//! before it gives up. Messages get lost and doubled. Before the third round both machines that have the function lose
//! power, in the middle of a call.
//!
//! # The assumption it breaks
//! A remote call is a call. A machine fails as a whole, and whoever called on it fails with it; over a network one half
//! fails, and the other one has to go on.
//!
//! # What to look for
//! Each call's end at its caller, and how often the function ran for it at `remote`. Returned, and it ran once. Hangs.
//! Ran twice. Given up, and it ran, or it did not: its caller cannot tell. The local call returns, or there is nobody
//! left to ask.
//!
//! # Sources
//! J. Waldo, G. Wyant, A. Wollrath and S. Kendall, *A Note on Distributed Computing* (1994). A. Birrell and B. Nelson,
//! *Implementing Remote Procedure Calls* (1984).

pub mod outcomes;

use std::sync::Arc;

use super::{Claim, Evidence, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::callee::{Callee, RAN};
use crate::programs::caller::{CALL, Caller, Manner, RETURNED};
use crate::sim::{Act, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology};
use outcomes::{Outcome, outcomes};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "local-and-remote",
    number: "1.0",
    title: "A call is not a call",
    effect: "the same function, called on its own machine and over a network",
    doc: crate::module_doc!("local_and_remote.rs"),
    epoch: None,
    seed: Seed(42),
    breaks: &["latency", "reliable"],
    turns: &[
        ("latency.jitter", 30_000_000),
        ("latency.tail", 0),
        ("reliable.loss", 150_000),
        ("reliable.duplicate", 80_000),
        ("reliable.reorder", 0),
        ("reliable.corrupt", 0),
    ],
    dials: &[],
    stage,
    claims: &CLAIMS,
    clock: "vector",
    lanes: &[],
};

/// The caller that has the function itself.
pub const LOCAL: NodeId = NodeId(0);
/// The three that have not: it waits, it gives up, it asks again.
pub const CALLERS: [NodeId; 3] = [NodeId(1), NodeId(2), NodeId(3)];
/// The machine that has it.
pub const REMOTE: NodeId = NodeId(4);

/// How often each of them calls.
pub const CALLS: u64 = 4;

/// One way to the machine that has it.
const WAY: Duration = Duration::millis(200);
/// How far apart the calls are.
const APART: Duration = Duration::secs(3);
/// When the power fails, before the third call.
const FAILS: Duration = Duration::millis(6_500);
const BACK: Duration = Duration::millis(8_500);
const PATIENCE: Duration = Duration::millis(1_500);

fn stage(_: &[i64]) -> Stage {
    let place = |x: f64, y: f64| Place::Fixed { x, y };
    let places = vec![place(0.1, 0.1), place(0.2, 0.35), place(0.2, 0.6), place(0.2, 0.85), place(0.85, 0.6)];
    let mut topology = Topology::unlinked(places);
    CALLERS.into_iter().for_each(|caller| topology.join(caller, REMOTE, WAY));
    let spawn = |node: NodeId| -> Box<dyn Program> {
        let manner = match node {
            REMOTE => return Box::new(Callee::default()),
            LOCAL => Manner::Local,
            NodeId(1) => Manner::Waits(REMOTE),
            NodeId(2) => Manner::Asks(REMOTE, 1, PATIENCE),
            _ => Manner::Asks(REMOTE, 2, PATIENCE),
        };
        Box::new(Caller::new(manner))
    };
    let mut script = Script::default();
    for round in 0..CALLS {
        let at = Duration::secs(1) + Duration(APART.0 * round);
        for node in [LOCAL].into_iter().chain(CALLERS) {
            // Ten numbers for each caller, so that the function's runs tell who called.
            script.order(at, node, CALL, u64::from(node.0) * 10 + round + 1);
        }
    }
    for machine in [LOCAL, REMOTE] {
        script.act(FAILS, Act::CrashAfter(machine, 1));
        script.act(BACK, Act::Restart(machine));
    }
    let spec = |name: &str, role| NodeSpec::new(name, role);
    Stage {
        nodes: vec![
            spec("local", Role::Client),
            spec("waits", Role::Client),
            spec("gives up", Role::Client),
            spec("retries", Role::Client),
            spec("remote", Role::Server),
        ],
        topology,
        spawn: Arc::new(spawn),
        script,
        horizon: TrueTime::ZERO + Duration::secs(18),
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

static CLAIMS: [Claim; 6] = [
    Claim {
        says: "A remote call returns, and its function ran once.",
        scope: Scope::ThisRun,
        check: |run| some(run, Outcome::Returned),
    },
    Claim {
        says: "A function runs twice for one call.",
        scope: Scope::ThisRun,
        check: |run| some(run, Outcome::Doubled),
    },
    Claim {
        says: "A call is given up, and its caller does not know.",
        scope: Scope::ThisRun,
        check: |run| some(run, Outcome::Unknown),
    },
    Claim {
        says: "In the end a call hangs.",
        scope: Scope::ThisRun,
        check: |run| if run.is_over { some(run, Outcome::Hung) } else { Verdict::Undecided },
    },
    Claim {
        says: "Every local call returns, or nobody is left to ask: its machine is down.",
        scope: Scope::EveryRun,
        check: |run| {
            let trace = run.trace();
            let own: Vec<EventId> = trace.events().filter(|&event| trace.node(event) == LOCAL).collect();
            let is_neither = |pair: &&[EventId]| {
                let (ran, next) = (pair[0], pair[1]);
                let returns =
                    trace.label_word(next) == RETURNED && trace.label_number(next) == trace.label_number(ran);
                trace.label_word(ran) == RAN && !returns && trace.kind(next) != EventKind::Crash
            };
            Verdict::unless(own.windows(2).find(is_neither).map(|pair| pair[1]))
        },
    },
    Claim {
        says: "No remote call returns before its function has run, unless something was forged.",
        scope: Scope::EveryRun,
        check: |run| {
            let trace = run.trace();
            let returned = trace
                .events()
                .filter(|&event| CALLERS.contains(&trace.node(event)) && trace.label_word(event) == RETURNED);
            let has_run = |end: EventId| {
                trace.events().take(end.index()).any(|event| {
                    trace.node(event) == REMOTE
                        && trace.label_word(event) == RAN
                        && trace.label_number(event) == trace.label_number(end)
                })
            };
            let early = returned.into_iter().find(|&end| !has_run(end));
            Verdict::unless(early.filter(|&event| run.first_forged().is_none_or(|forged| forged > event)))
        },
    },
];

/// Whether some remote call has ended like this.
fn some(run: &Evidence<'_>, outcome: Outcome) -> Verdict {
    let is_so = outcomes(run.trace()).iter().any(|call| call.outcome == outcome);
    match (is_so, run.is_over) {
        (false, true) => Verdict::Broken(None),
        (is_so, _) => Verdict::once(is_so),
    }
}
