//! Six records go through a log broker, the consumer crashes, and the policy says what becomes of them.
//!
//! # What it does
//! Producer P hands broker B a record every two seconds. B keeps them in a log; consumer K takes them from there one by one,
//! applies each, and commits how far it has come. Messages get lost. The dial `policy` says what is promised of each
//! record; `crash` says who crashes in the middle of its work with the third one.
//!
//! # The assumption it breaks
//! The network is reliable and nodes don't crash, and with it: what was handed over is applied once.
//!
//! # What to look for
//! Each record's end: how often there is an `applied` with its number. At most once loses, at least once doubles. No
//! policy makes the network deliver exactly once. The two that come to the same count do it otherwise: the records come
//! twice, and the second one finds that it is known.
//!
//! # Sources
//! Kafka's KIP-98 (2016), "Exactly Once Delivery and Transactional Messaging". Kleppmann, *Designing Data-Intensive
//! Applications* (2017), chapter 11, "Fault tolerance".

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::said::said_by;
use super::{Claim, Evidence, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::consumer::Consumer;
use crate::programs::log_broker::{APPLIED, LogBroker, Policy, Topic};
use crate::programs::producer::{PRODUCE, Producer};
use crate::sim::{Act, Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology, Trace};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "delivery",
    number: "1.8",
    title: "Lost, doubled, once",
    effect: "one workload under three promises: at most once, at least once, effectively once",
    doc: crate::module_doc!("delivery.rs"),
    epoch: None,
    seed: Seed(30),
    breaks: &["latency", "reliable"],
    turns: &[
        ("latency.jitter", 0),
        ("latency.tail", 0),
        ("reliable.loss", 80_000),
        ("reliable.duplicate", 0),
        ("reliable.reorder", 0),
        ("reliable.corrupt", 0),
    ],
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

static DIALS: [Dial; 2] = [
    Dial::choice(
        "policy",
        "Policy",
        "what is promised of each record, and how that is kept",
        &["at most once", "at least once", "idempotent consumer", "transactions"],
        1,
    ),
    Dial::choice(
        "crash",
        "Crash",
        "who crashes after the first step of its work with the third record",
        &["none", "the producer", "the broker", "the consumer"],
        3,
    ),
];

/// The producer, the broker and the consumer.
pub const P: NodeId = NodeId(0);
/// The broker.
pub const B: NodeId = NodeId(1);
/// The consumer.
pub const K: NodeId = NodeId(2);

/// How many records there are.
pub const RECORDS: u32 = 6;

const WAY: Duration = Duration::millis(100);

fn policy_at(value: i64) -> Policy {
    match value {
        0 => Policy::AtMostOnce,
        1 => Policy::AtLeastOnce,
        2 => Policy::IdempotentConsumer,
        _ => Policy::Transactions,
    }
}

fn stage(dials: &[i64]) -> Stage {
    let [policy, crash] = [0, 1].map(|place| dials.get(place).copied().unwrap_or(0));
    let policy = policy_at(policy);
    let at = |x: f64| Place::Fixed { x, y: 0.5 };
    let mut topology = Topology::unlinked(vec![at(0.15), at(0.5), at(0.85)]);
    [P, K].into_iter().for_each(|node| topology.join(node, B, WAY));
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node {
            P => Box::new(Producer::new(B, policy, Duration::millis(700))),
            B => Box::new(LogBroker::new(policy)),
            _ => Box::new(Consumer::new(B, policy, Duration::millis(1_300))),
        }
    };
    let spec = |name: &str, role| NodeSpec::new(name, role);
    Stage {
        nodes: vec![spec("P", Role::Client), spec("B", Role::Server), spec("K", Role::Server)],
        topology,
        spawn: Arc::new(spawn),
        script: script(crash),
        horizon: TrueTime::ZERO + Duration::secs(24),
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

fn script(crash: i64) -> Script {
    let mut script = Script::default();
    for key in 1..=RECORDS {
        script.order(Duration::secs(2 * u64::from(key) - 1), P, PRODUCE, key.into());
    }
    // Where nothing is lost, the third record sets out at 5.0 s and reaches the broker at 5.1 and the consumer at 5.2.
    let struck = match crash {
        1 => Some((P, Duration::millis(4_950))),
        2 => Some((B, Duration::millis(5_050))),
        3 => Some((K, Duration::millis(5_150))),
        _ => None,
    };
    if let Some((node, at)) = struck {
        script.act(at, Act::CrashAfter(node, 1));
        // By then each of them has had a turn, even if a message was lost: they ask again after 1.3 s at most.
        script.act(Duration::millis(6_700), Act::Restart(node));
    }
    script
}

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "In the end every record that P sent was applied.",
        scope: Scope::ThisRun,
        check: |run| {
            let counts = counts(run.trace());
            match (counts.values().all(|&count| count > 0), run.is_over) {
                (_, false) => Verdict::Undecided,
                (true, true) => Verdict::Holds,
                (false, true) => Verdict::Broken(None),
            }
        },
    },
    Claim {
        says: "No record is applied twice.",
        scope: Scope::ThisRun,
        check: |run| Verdict::in_the_end(run.is_over, applied_again(run.trace())),
    },
    Claim {
        says: "Some record reaches K or B a second time.",
        scope: Scope::ThisRun,
        check: |run| {
            let mut seen = BTreeSet::new();
            let trace = run.trace();
            let mut bears = trace.events().filter(|&event| trace.kind(event) == EventKind::Receive);
            let is_again = |event: EventId| match said_by::<Topic>(trace, event) {
                Some(Topic::Record { key, .. } | Topic::Transaction { key, .. } | Topic::Produce { key }) => {
                    !seen.insert((trace.node(event), trace.label_word(event), key))
                }
                _ => false,
            };
            match (bears.any(is_again), run.is_over) {
                (false, true) => Verdict::Broken(None),
                (is_so, _) => Verdict::once(is_so),
            }
        },
    },
    Claim {
        says: "At most once: no record is applied twice, whoever crashes, unless something was forged.",
        scope: Scope::EveryRun,
        check: |run| never_again(run, &[Policy::AtMostOnce]),
    },
    Claim {
        says: "Effectively once: no record is applied twice, whoever crashes, unless something was forged.",
        scope: Scope::EveryRun,
        check: |run| never_again(run, &[Policy::IdempotentConsumer, Policy::Transactions]),
    },
];

/// How often each record was applied that the producer sent.
pub fn counts(trace: &Trace) -> BTreeMap<u32, u32> {
    let is_sent = |&event: &EventId| {
        trace.node(event) == P && trace.kind(event) == EventKind::Send && trace.label_word(event) == PRODUCE
    };
    let sent = trace.events().filter(is_sent).filter_map(|event| trace.label_number(event));
    let mut counts: BTreeMap<u32, u32> = sent.map(|key| (key, 0)).collect();
    for (key, _) in applied(trace) {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// The records as they were applied, in order. Where that is a write, the record is the one that came right before it.
fn applied(trace: &Trace) -> impl Iterator<Item = (u32, EventId)> {
    trace.events().filter(|&event| trace.label_word(event) == APPLIED).filter_map(|event| {
        let key = match trace.kind(event) {
            EventKind::Write => match said_by::<Topic>(trace, trace.previous(event)?)? {
                Topic::Record { key, .. } | Topic::Transaction { key, .. } => key,
                _ => return None,
            },
            _ => trace.label_number(event)?,
        };
        Some((key, event))
    })
}

/// The first time that a record is applied that had been before.
fn applied_again(trace: &Trace) -> Option<EventId> {
    let mut known = BTreeSet::new();
    applied(trace).find(|(key, _)| !known.insert(*key)).map(|(_, event)| event)
}

/// That under these policies no record is applied twice up to the first forgery.
fn never_again(run: &Evidence<'_>, policies: &[Policy]) -> Verdict {
    let policy = policy_at(run.spec.own_dial(0));
    let again = applied_again(run.trace()).filter(|_| policies.contains(&policy));
    Verdict::unless(again.filter(|&event| run.first_forged().is_none_or(|forged| forged > event)))
}
