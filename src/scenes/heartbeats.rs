//! A worker is stuck behind a healthy heartbeat, and only who asks it to work can tell.
//!
//! # What it does
//! Server W has a heart, which sends a heartbeat to monitor M every second, and a worker, which serves client C. After
//! six seconds the worker is stuck: a deadlock, or a pool whose threads all wait. At 20 s somebody frees it. The dial
//! `probe` says by what M judges: the heartbeats, pings of its own, or a synthetic transaction, which is a request as C
//! sends it.
//!
//! # The assumption it breaks
//! What is alive can serve. Whether W is well is a question, and it matters who answers it.
//!
//! # What to look for
//! The heartbeats while the worker is stuck: nothing about them changes. C's requests arrive, and nothing comes back. A
//! synthetic transaction goes the way of C's requests, and waits with them. For the same reason it costs work, and a
//! worker that is merely slow looks dead to it: turn `works`.
//!
//! # Sources
//! Beyer and others, *Site Reliability Engineering* (2016), chapter 6, on black-box monitoring. P. Huang and others at
//! HotOS 2017 on failures that those who watch and those who use a system see differently.

use std::sync::Arc;

use super::said::said_by;
use super::{Claim, Evidence, Scene, Scope, Stage, Verdict};
use crate::analysis::detection::{Alarm, Watchman, alarms};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::detectors::{Detector, Fixed};
use crate::programs::watched::{BEAT, DONE, MEND, WEDGE, Watched, Word};
use crate::programs::watcher::{By, SUSPECT, TRUST, WORK, Watch, Watcher};
use crate::sim::{Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "heartbeats",
    number: "1.4",
    title: "Alive, and no use",
    effect: "a worker is stuck behind a healthy heartbeat",
    doc: crate::module_doc!("heartbeats.rs"),
    epoch: None,
    seed: Seed(14),
    breaks: &["latency"],
    turns: &[("latency.jitter", 10_000_000), ("latency.tail", 0)],
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "vector",
    lanes: &[],
};

static DIALS: [Dial; 2] = [
    Dial::choice("probe", "Probe", "by what M judges W", &["heartbeat", "ping", "synthetic transaction"], 0),
    Dial::nanos("works", "Work", "how long the worker takes for a request", (0, 3_000_000_000), 200_000_000),
];

const M: NodeId = NodeId(0);
const W: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

/// One way between any two of them.
const WAY: Duration = Duration::millis(60);
/// How far apart heartbeats are, and M's questions, and C's requests.
const PERIOD: Duration = Duration::secs(1);
const REQUESTS: Duration = Duration::millis(1_500);
/// How long M and C wait.
const PATIENCE: Duration = Duration::millis(2_500);
/// When the worker is stuck, and until when.
const STUCK: Duration = Duration::secs(6);
const FREED: Duration = Duration::secs(20);

fn stage(dials: &[i64]) -> Stage {
    let dial = |place: usize| dials.get(place).copied().unwrap_or(DIALS[place].default);
    let works = Duration(dial(1).unsigned_abs());
    let watch = |by, period| Watch { by, period, first: period, again: 0, learns_late: true };
    let by = match dial(0) {
        1 => By::Pings,
        2 => By::Work,
        _ => By::Beats,
    };
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        let of = || vec![(W, Detector::Fixed(Fixed::new(PATIENCE)))];
        match node {
            M => Box::new(Watcher::new(watch(by, PERIOD), of())),
            // The heartbeats come whether M goes by them or not.
            W => Box::new(Watched::new(works, Some((PERIOD, vec![M])))),
            _ => Box::new(Watcher::new(watch(By::Work, REQUESTS), of()).saying([NO_ANSWER, SERVED])),
        }
    };
    let at = Place::at;
    let mut topology = Topology::unlinked(vec![at(0.15, 0.2), at(0.5, 0.6), at(0.85, 0.2)]);
    [M, C].into_iter().for_each(|node| topology.join(node, W, WAY));
    let mut script = Script::default();
    script.order(STUCK, W, WEDGE, 0).order(FREED, W, MEND, 0);
    Stage {
        nodes: vec![
            NodeSpec::new("M", Role::Station),
            NodeSpec::new("W", Role::Server),
            NodeSpec::new("C", Role::Client),
        ],
        topology,
        spawn: Arc::new(spawn),
        script,
        horizon: TrueTime::ZERO + Duration::secs(28),
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

/// What stands beside C's giving up on W, and beside its being served again.
const NO_ANSWER: &str = "no answer from";
const SERVED: &str = "served by";

const WATCHMAN: Watchman = Watchman { node: M, suspects: SUSPECT, trusts: TRUST };

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "While its worker is stuck, W sends a heartbeat every second.",
        scope: Scope::ThisRun,
        check: |run| {
            let beats = sent_while_stuck(run, W, BEAT).count() as u64;
            at_the_end_of_it(run, (FREED - STUCK).0 / PERIOD.0 <= beats + 1)
        },
    },
    Claim {
        says: "While its worker is stuck, C asks W for work and gets nothing.",
        scope: Scope::ThisRun,
        check: |run| {
            let asks = sent_while_stuck(run, C, WORK).next().is_some();
            match sent_while_stuck(run, W, DONE).next() {
                Some(done) => Verdict::Broken(Some(done)),
                None => at_the_end_of_it(run, asks),
            }
        },
    },
    Claim {
        says: "M suspects W while its worker is stuck.",
        scope: Scope::ThisRun,
        check: |run| {
            let lasts = |alarm: &Alarm| {
                let begins = run.trace().at(alarm.event) < TrueTime::ZERO + FREED;
                begins && alarm.end.is_none_or(|end| run.trace().at(end) >= TrueTime::ZERO + STUCK)
            };
            let is_suspected = alarms(run.trace(), WATCHMAN).iter().any(lasts);
            if is_suspected && run.trace().now() >= TrueTime::ZERO + STUCK {
                return Verdict::Holds;
            }
            at_the_end_of_it(run, false)
        },
    },
    Claim {
        says: "Before its worker is stuck, M does not suspect W.",
        scope: Scope::ThisRun,
        check: |run| {
            let stuck = TrueTime::ZERO + STUCK;
            let is_early = |alarm: &&Alarm| run.trace().at(alarm.event) < stuck;
            Verdict::in_the_end(
                run.trace().now() >= stuck,
                alarms(run.trace(), WATCHMAN).iter().find(is_early).map(|alarm| alarm.event),
            )
        },
    },
    Claim {
        says: "Going by heartbeats, M suspects W only when no heartbeat has come for 2.5 s, unless one was forged.",
        scope: Scope::EveryRun,
        check: |run| {
            if run.spec.own_dial(0) != 0 {
                return Verdict::Holds;
            }
            let trace = run.trace();
            let came_lately = |alarm: &&Alarm| {
                let is_beat = |event: &EventId| {
                    trace.node(*event) == M
                        && trace.kind(*event) == EventKind::Receive
                        && matches!(said_by(trace, *event), Some(Word::Beat { .. }))
                };
                let last = trace.events().take(alarm.event.index()).filter(is_beat).last();
                last.is_some_and(|last| trace.monotonic(alarm.event).since(trace.monotonic(last)) < PATIENCE)
            };
            let alarms = alarms(trace, WATCHMAN);
            let hasty = alarms.iter().find(came_lately).map(|alarm| alarm.event);
            Verdict::unless(hasty.filter(|&event| run.first_forged().is_none_or(|forged| forged > event)))
        },
    },
];

/// Whether the worker was stuck when this happened.
fn is_meanwhile(run: &Evidence<'_>, event: EventId) -> bool {
    let at = run.trace().at(event);
    TrueTime::ZERO + STUCK <= at && at < TrueTime::ZERO + FREED
}

/// What a node sent while the worker was stuck, under this word.
fn sent_while_stuck<'a>(
    run: &'a Evidence<'_>,
    node: NodeId,
    word: &'a str,
) -> impl Iterator<Item = EventId> + 'a {
    let trace = run.trace();
    let is_it = move |event: &EventId| {
        trace.node(*event) == node
            && trace.kind(*event) == EventKind::Send
            && trace.label_word(*event) == word
    };
    trace.events().filter(is_it).filter(|event| is_meanwhile(run, *event))
}

/// Judges when the worker is free again, and not before.
fn at_the_end_of_it(run: &Evidence<'_>, is_so: bool) -> Verdict {
    match (run.trace().now() >= TrueTime::ZERO + FREED, is_so) {
        (false, _) => Verdict::Undecided,
        (true, true) => Verdict::Holds,
        (true, false) => Verdict::Broken(None),
    }
}
