//! Two nodes write to each other before either letter arrives: the smallest picture of concurrency.
//!
//! # What it does
//! Alice writes to Bob. A little later Bob writes to Alice, before he has read anything. Each answers the
//! letter that comes. The dial says how much later Bob writes.
//!
//! # The assumption it breaks
//! Latency is zero. Without delay Alice's letter would lie before Bob when he takes up his pen, and "first"
//! would mean something.
//!
//! # What to look for
//! The arrows cross. Neither letter lies in the other's causal past, although one was written earlier by the
//! outside observer's time. Each answer lies in the future of both letters.
//!
//! # Sources
//! Lamport 1978, "Time, Clocks, and the Ordering of Events in a Distributed System", the definition of
//! "happened before" and of concurrent events.

use std::sync::Arc;

use super::{Claim, Evidence, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::letters::{ANSWER, LETTER, WRITE, Writer};
use crate::sim::{Dial, EventKind, Limits, NodeSpec, Place, Role, Script, Topology};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "crossed-letters",
    number: "2.3",
    title: "Letters crossed in the post",
    effect: "two letters of which neither is the first",
    doc: crate::module_doc!("crossed_letters.rs"),
    epoch: None,
    seed: Seed(7),
    breaks: &["latency"],
    turns: &[("latency.tail", 0)],
    dials: &[Dial::nanos(
        "later",
        "Bob writes later by",
        "how long after Alice Bob writes his letter",
        (0, 200_000_000),
        3_000_000,
    )],
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

const ALICE: NodeId = NodeId(0);
const BOB: NodeId = NodeId(1);

/// One way between them: light in glass over some 8,000 km.
const WAY: Duration = Duration::millis(40);

fn stage(dials: &[i64]) -> Stage {
    let later = Duration(dials.first().map_or(0, |value| value.unsigned_abs()));
    let place = |x: f64| Place::Fixed { x, y: 0.5 };
    let mut topology = Topology::unlinked(vec![place(0.2), place(0.8)]);
    topology.join(ALICE, BOB, WAY);
    let mut script = Script::default();
    let first = Duration::millis(10);
    script.order(first, ALICE, WRITE, BOB.0.into());
    script.order(first + later, BOB, WRITE, ALICE.0.into());
    Stage {
        nodes: ["alice", "bob"].map(|name| NodeSpec::new(name, Role::Client)).to_vec(),
        topology,
        spawn: Arc::new(|_| Box::new(Writer::default())),
        script,
        horizon: TrueTime::ZERO + Duration::secs(2),
        stay_least: Duration::millis(20),
        limits: Limits::default(),
    }
}

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "Neither letter caused the other: they are concurrent.",
        scope: Scope::ThisRun,
        check: |run| match letters(run) {
            (Some(a), Some(b)) if run.are_concurrent(a, b) => Verdict::Holds,
            (Some(a), Some(b)) => Verdict::Broken(Some(a.max(b))),
            _ => Verdict::Undecided,
        },
    },
    Claim {
        says: "Each letter is still on its way when the other is sent.",
        scope: Scope::ThisRun,
        check: |run| match letters(run) {
            (Some(a), Some(b)) => {
                let is_early = |letter| {
                    arrival(run, letter).filter(|&read| run.trace().at(read) < run.trace().at(a.max(b)))
                };
                Verdict::unless(is_early(a).or(is_early(b)))
            }
            _ => Verdict::Undecided,
        },
    },
    Claim {
        says: "Lamport's clock numbers both letters 1, and so can't tell which was first.",
        scope: Scope::ThisRun,
        check: |run| match letters(run) {
            (Some(a), Some(b)) => {
                let larger = [a, b].into_iter().find(|&letter| run.causality().lamport(letter) != 1);
                Verdict::unless(larger)
            }
            _ => Verdict::Undecided,
        },
    },
    Claim {
        says: "Every answer comes after the letter that it answers.",
        scope: Scope::EveryRun,
        check: |run| {
            let stray = |&answer: &EventId| {
                let trace = run.trace();
                let letter = |event: &EventId| {
                    trace.node(*event) != trace.node(answer) && run.is_before(*event, answer)
                };
                !sends(run, LETTER).any(|event| letter(&event))
            };
            Verdict::unless(sends(run, ANSWER).find(stray))
        },
    },
    Claim {
        says: "Both letters are answered in the end.",
        scope: Scope::ThisRun,
        check: |run| {
            let is_read = |answer| arrival(run, answer).is_some();
            Verdict::once(sends(run, ANSWER).filter(|&answer| is_read(answer)).count() == 2)
        },
    },
];

/// The letters of Alice and of Bob, as far as they were sent.
fn letters(run: &Evidence<'_>) -> (Option<EventId>, Option<EventId>) {
    let by = |writer| sends(run, LETTER).find(|&event| run.trace().node(event) == writer);
    (by(ALICE), by(BOB))
}

/// All sends with this label.
fn sends<'a>(run: &Evidence<'a>, label: &'static str) -> impl Iterator<Item = EventId> + use<'a> {
    let trace = run.trace();
    let is_one =
        move |&event: &EventId| trace.kind(event) == EventKind::Send && trace.label_word(event) == label;
    trace.events().filter(is_one)
}

/// Where what was sent at `send` was first received.
fn arrival(run: &Evidence<'_>, send: EventId) -> Option<EventId> {
    run.trace().message(send).and_then(|message| run.trace().first_arrival(message))
}
