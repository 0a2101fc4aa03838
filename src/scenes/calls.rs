//! Two clients call one relay, and a line that is cut at the wrong moment wedges one of them for ever.
//!
//! # What it does
//! At 03:47:00 a naive client, N, and a careful one, C, call relay R for telemetry: connect, request, an answer of
//! three parts. The dial `trouble` says what goes wrong, for both alike. Another station, O, calls R all the time. At
//! 03:47:44, when all is well again, N and C are asked to call once more.
//!
//! # The assumption it breaks
//! The network is reliable: what was written arrives, and what was asked is answered.
//!
//! # What to look for
//! Both write their requests, and both writes succeed. N waits and has no timer; C's timer runs out after five
//! seconds, and its error says where it stuck. R is healthy and answers O throughout. When the line is well again,
//! nothing wakes N, and its next call waits behind the one that hangs.
//!
//! # Sources
//! The incident of 03:47, "telemetry latency went to infinity": a single connection was stuck, and the relay was
//! healthy. Half-open connections: RFC 793, section 3.4.

use std::sync::Arc;

use super::said::said_by;
use super::{Claim, Evidence, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::careful_client::{
    BUDGET, CONNECT_TIMED_OUT, CONNECT_WITHIN, CarefulClient, DONE, FETCH, REFUSED, REPLY_TIMED_OUT, RESET,
};
use crate::programs::naive_client::{NaiveClient, PANIC};
use crate::programs::relay::{CONNECT, Call, FULL, REQUEST, Relay};
use crate::sim::{Act, Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology, Trace};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "calls",
    number: "1.6",
    title: "The call that never returns",
    effect: "a naive and a careful client call a relay, and the line is cut between them",
    doc: crate::module_doc!("calls.rs"),
    // 03:46:59.
    epoch: Some(3 * 3_600 + 46 * 60 + 59),
    seed: Seed(347),
    breaks: &["latency"],
    turns: STEADY,
    dials: &[Dial::choice("trouble", "Trouble", "what goes wrong, and when", &TROUBLES, 2)],
    stage,
    claims: &CLAIMS,
    clock: "wall",
    lanes: &[],
};

const TROUBLES: [&str; 7] = [
    "none",
    "line cut before the call",
    "line cut after connecting",
    "relay crashes with the request",
    "relay paused with the request",
    "line cut in the middle of the answer",
    "relay refuses",
];

const N: NodeId = NodeId(0);
const C: NodeId = NodeId(1);
const R: NodeId = NodeId(2);
const O: NodeId = NodeId(3);

/// One way from each of them to the relay.
const WAY: Duration = Duration::millis(100);

/// When the two call, and when they call again.
const CALL: Duration = Duration::secs(1);
const AGAIN: Duration = Duration::secs(45);

/// When whatever was wrong is well again.
const WELL: Duration = Duration::secs(31);

fn stage(dials: &[i64]) -> Stage {
    let spec = |name: &str, role| NodeSpec::new(name, role);
    let at = Place::at;
    let mut topology = Topology::unlinked(vec![at(0.15, 0.2), at(0.15, 0.8), at(0.5, 0.5), at(0.85, 0.5)]);
    [N, C, O].into_iter().for_each(|client| topology.join(client, R, WAY));
    let spawn = |node: NodeId| -> Box<dyn Program> {
        match node {
            N => Box::new(NaiveClient::new(R)),
            R => Box::new(Relay::default()),
            _ => Box::new(CarefulClient::new(R)),
        }
    };
    Stage {
        nodes: vec![
            spec("N", Role::Client),
            spec("C", Role::Client),
            spec("R", Role::Server),
            spec("O", Role::Station),
        ],
        topology,
        spawn: Arc::new(spawn),
        script: script(dials.first().copied().unwrap_or(0)),
        horizon: TrueTime::ZERO + Duration::secs(90),
        stay_least: Duration::secs(1),
        limits: Limits::default(),
    }
}

/// A call: connecting sets out at 1.0 s and is answered at 1.2, the request reaches the relay at 1.3, and the parts set
/// out at 1.5, 1.6 and 1.7.
fn script(trouble: i64) -> Script {
    let mut script = Script::default();
    let cut = |script: &mut Script, millis| {
        for client in [N, C] {
            script.act(Duration::millis(millis), Act::Cut { from: client, to: R, one_way: false });
            script.act(WELL, Act::Heal { from: client, to: R });
        }
    };
    match trouble {
        1 => cut(&mut script, 500),
        2 => cut(&mut script, 1_150),
        3 => {
            script.act(Duration::millis(1_350), Act::Crash(R));
            script.act(WELL, Act::Restart(R));
        }
        4 => {
            script.act(Duration::millis(1_350), Act::Pause(R));
            script.act(WELL, Act::Resume(R));
        }
        5 => cut(&mut script, 1_550),
        6 => {
            script.order(Duration::millis(500), R, FULL, 1);
            script.order(WELL, R, FULL, 0);
        }
        _ => {}
    }
    for call in [CALL, AGAIN] {
        script.order(call, N, FETCH, 0);
        script.order(call, C, FETCH, 0);
    }
    for nth in 0..10 {
        script.order(Duration::millis(nth * 5_000 + 1_700), O, FETCH, 0);
    }
    script
}

static CLAIMS: [Claim; 7] = [
    Claim {
        says: "N and C both write their requests, and neither write fails.",
        scope: Scope::ThisRun,
        check: |run| {
            let writes = |node| of(run.trace(), node, EventKind::Send).any(|(word, _, _)| word == REQUEST);
            Verdict::once(writes(N) && writes(C))
        },
    },
    Claim {
        says: "With nothing left to happen, N's call is still open.",
        scope: Scope::ThisRun,
        check: |run| match (first_end(run, N), run.engine.next_at()) {
            (Some(end), _) => Verdict::Broken(Some(end)),
            (None, None) => Verdict::Holds,
            (None, Some(_)) => Verdict::Undecided,
        },
    },
    Claim {
        says: "C's call returns within its 7 s, with an error that names the step.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let Some(begin) = calls(trace, C).next() else { return Verdict::Undecided };
            let Some(end) = first_end(run, C) else { return Verdict::Undecided };
            let took = trace.monotonic(end).since(trace.monotonic(begin));
            let is_so = took <= CONNECT_WITHIN + BUDGET && trace.label_word(end) != DONE;
            if is_so { Verdict::Holds } else { Verdict::Broken(Some(end)) }
        },
    },
    Claim {
        says: "R answers O all the time.",
        scope: Scope::ThisRun,
        check: |run| {
            let failed = ends(run.trace(), O).find(|&end| run.trace().label_word(end) != DONE);
            Verdict::in_the_end(run.is_over, failed)
        },
    },
    Claim {
        says: "Every call of C and O ends, with a result or an error, while its process runs.",
        scope: Scope::EveryRun,
        check: |run| Verdict::unless([C, O].into_iter().find_map(|node| stuck(run, node))),
    },
    Claim {
        says: "Every error of C and O names the step at which the call stuck, unless something was forged.",
        scope: Scope::EveryRun,
        check: |run| {
            let misnamed = [C, O].into_iter().find_map(|node| misnamed(run.trace(), node));
            let is_honest = |event: &EventId| run.first_forged().is_none_or(|forged| forged > *event);
            Verdict::unless(misnamed.filter(is_honest))
        },
    },
    Claim {
        says: "Every call of N ends, with a result or an error, while its process runs.",
        scope: Scope::ThisRun,
        check: |run| Verdict::in_the_end(run.is_over, stuck(run, N)),
    },
];

/// The events of a kind at a node: word, number and event.
fn of(trace: &Trace, node: NodeId, kind: EventKind) -> impl Iterator<Item = (&'static str, u32, EventId)> {
    let is_it = move |event: &EventId| trace.node(*event) == node && trace.kind(*event) == kind;
    let told = |event| (trace.label_word(event), trace.label_number(event).unwrap_or(0), event);
    trace.events().filter(is_it).map(told)
}

/// Where a node's calls begin.
fn calls(trace: &Trace, node: NodeId) -> impl Iterator<Item = EventId> {
    of(trace, node, EventKind::Send).filter(|(word, ..)| *word == CONNECT).map(|(_, _, event)| event)
}

/// Where a node's calls end, one way or the other.
fn ends(trace: &Trace, node: NodeId) -> impl Iterator<Item = EventId> {
    let is_panic = |event: &EventId| {
        trace.node(*event) == node
            && trace.kind(*event) == EventKind::Local
            && trace.label_word(*event) == PANIC
    };
    let panic = trace.events().find(is_panic);
    of(trace, node, EventKind::Decide).map(|(_, _, event)| event).chain(panic)
}

/// Where the first call of a node ends.
fn first_end(run: &Evidence<'_>, node: NodeId) -> Option<EventId> {
    ends(run.trace(), node).min()
}

/// The beginning of a call that ought to have ended and has not. A crash or a pause takes the process's time away, and
/// with it what it was about to do.
fn stuck(run: &Evidence<'_>, node: NodeId) -> Option<EventId> {
    let trace = run.trace();
    if !run.is_over {
        return None;
    }
    let is_interrupted = |since: EventId| {
        let stops = |event: EventId| matches!(trace.kind(event), EventKind::Crash | EventKind::Pause);
        trace.events().skip(since.index()).any(|event| trace.node(event) == node && stops(event))
    };
    // A hand that lets something else happen first, or a slow processor, makes its timer late, but not by so much.
    let long = CONNECT_WITHIN + BUDGET + Duration::secs(5);
    calls(trace, node).find(|&begin| {
        let number = trace.label_number(begin);
        let is_open = !ends(trace, node).any(|end| end > begin && trace.label_number(end) == number);
        is_open && trace.now().since(trace.at(begin)) > long && !is_interrupted(begin)
    })
}

/// The end of a call that tells of a step where it was not. How far a call had got is read from the trace: from the
/// bytes that the client had received by then, whoever they came from.
fn misnamed(trace: &Trace, node: NodeId) -> Option<EventId> {
    ends(trace, node).find(|&end| {
        let number = trace.label_number(end).unwrap_or(0);
        // After a crash calls are counted anew: only what came since this one began tells.
        let is_own = |begin: &EventId| *begin < end && trace.label_number(*begin) == Some(number);
        let Some(begin) = calls(trace, node).filter(is_own).last() else { return true };
        let heard = |said: Call| {
            of(trace, node, EventKind::Receive)
                .any(|(.., event)| begin < event && event < end && said_by(trace, event) == Some(said))
        };
        let is_accepted = heard(Call::Accepted { call: number });
        match trace.label_word(end) {
            CONNECT_TIMED_OUT => is_accepted || heard(Call::Refused { call: number }),
            REFUSED => !heard(Call::Refused { call: number }),
            RESET => !heard(Call::Reset { call: number }),
            REPLY_TIMED_OUT => !is_accepted,
            _ => false,
        }
    })
}
