//! Seven worlds side by side: in each an asker gets no answer in time, and in each for another reason.
//!
//! # What it does
//! In every world an asker O asks a target T for something, gives up after two seconds, and asks again a second later.
//! A witness P asks the same target in between. In world 1 the request is lost, in 2 the answer; in 3 the target
//! crashes before it does anything, in 4 after it has done it; in 5 it is paused; in 6 it is parted from O and not
//! from P. World 7 is like 5, but the pause outlasts the second request. What is at fault is put right
//! before the end, so that every O is answered.
//!
//! # The assumption it breaks
//! The network is reliable, and with it: who does not answer has failed, and has done nothing.
//!
//! # What to look for
//! The lanes of the seven O are one and the same picture. Show the lane of a T beside them to see which world it is.
//! What O cannot know at its timeout, no program on O can decide by.
//!
//! # Sources
//! Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 8, "Unreliable networks". Chandy and Misra 1986,
//! "How Processes Learn": what two worlds have in common in a node's history, the node cannot tell apart.

mod truth;
mod worlds;

use std::sync::Arc;

use super::history::history_with;
use super::{Claim, Evidence, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::asker::{ANSWERED, Asker, GAVE_UP, Patience};
use crate::programs::worker::Worker;
use crate::sim::{Act, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology, Trace};
use truth::{Truth, truth};
pub use worlds::{World, worlds};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "six-worlds",
    number: "1.2",
    title: "Six worlds and one picture",
    effect: "six reasons for silence that leave the same history, side by side",
    doc: crate::module_doc!("six_worlds.rs"),
    epoch: None,
    seed: Seed(6),
    breaks: &["latency"],
    turns: STEADY,
    dials: &[],
    stage,
    claims: &CLAIMS,
    clock: "wall",
    lanes: &["O1", "O2", "O3", "O4", "O5", "O6", "O7"],
};

const WORLDS: u16 = 7;

/// The three nodes of each world.
const ROLES: [(&str, Role); 3] = [("O", Role::Client), ("T", Role::Server), ("P", Role::Client)];

const WAY: Duration = Duration::millis(50);
const OBSERVER: Patience =
    Patience { first: Duration::secs(1), waits: Duration::secs(2), rests: Duration::secs(1), times: 3 };
/// Asks between the observer's request and its timeout.
const WITNESS: Patience = Patience { first: Duration::secs(2), ..OBSERVER };

/// Before the first request.
const BEGINS: Duration = Duration::millis(500);
/// After the observer's timeout, and before it asks again.
const ENDS: Duration = Duration::millis(3_500);
/// After it has asked again.
const ENDS_LATE: Duration = Duration::millis(4_500);

/// The observer, the target and the witness of a world, counted from 0.
fn nodes(world: u16) -> [NodeId; 3] {
    [0, 1, 2].map(|role| NodeId(world * 3 + role))
}

fn stage(_: &[i64]) -> Stage {
    let all = || (0..WORLDS).flat_map(|world| nodes(world).into_iter().zip(ROLES).map(move |it| (world, it)));
    let place = |world: u16, role: u16| Place::Fixed {
        x: [0.1, 0.5, 0.9][usize::from(role)],
        y: 0.05 + 0.9 * f64::from(world) / f64::from(WORLDS - 1),
    };
    let places = all().map(|(world, (node, _))| place(world, node.0 % 3)).collect();
    let mut topology = Topology::unlinked(places);
    for [observer, target, witness] in (0..WORLDS).map(nodes) {
        topology.join(observer, target, WAY);
        topology.join(target, witness, WAY);
    }
    let spawn = |node: NodeId| -> Box<dyn Program> {
        let target = nodes(node.0 / 3)[1];
        match node.0 % 3 {
            0 => Box::new(Asker::new(target, OBSERVER)),
            1 => Box::new(Worker::default()),
            _ => Box::new(Asker::new(target, WITNESS)),
        }
    };
    Stage {
        nodes: all()
            .map(|(world, (_, (name, role)))| NodeSpec::new(format!("{name}{}", world + 1), role))
            .collect(),
        topology,
        spawn: Arc::new(spawn),
        script: script(),
        horizon: TrueTime::ZERO + Duration::secs(12),
        stay_least: Duration::secs(1),
        limits: Limits::default(),
    }
}

/// What goes wrong in each world, and how it is put right.
fn script() -> Script {
    let mut script = Script::default();
    for world in 0..WORLDS {
        let [observer, target, witness] = nodes(world);
        let group = vec![target, witness];
        let one_way = |from, to| (Act::Cut { from, to, one_way: true }, Act::Heal { from, to });
        let (begins, ends) = match world {
            0 => one_way(observer, target),
            1 => one_way(target, observer),
            2 => (Act::CrashAfter(target, 0), Act::Restart(target)),
            3 => (Act::CrashAfter(target, 1), Act::Restart(target)),
            5 => (Act::Partition { group: group.clone(), one_way: false }, Act::Join { group }),
            _ => (Act::Pause(target), Act::Resume(target)),
        };
        script.act(BEGINS, begins);
        script.act(if world + 1 == WORLDS { ENDS_LATE } else { ENDS }, ends);
    }
    script
}

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "Up to its timeout every observer has the same history, byte for byte.",
        scope: Scope::ThisRun,
        check: |run| {
            with_timeouts(run, |trace, timeouts| {
                let history = |world: u16| history(trace, world, timeouts[usize::from(world)]);
                let first = history(0);
                let other = (1..WORLDS).find(|&world| history(world) != first);
                Verdict::unless(other.map(|world| timeouts[usize::from(world)]))
            })
        },
    },
    Claim {
        says: "No word of the target or the witness has reached an observer by its timeout.",
        scope: Scope::ThisRun,
        check: |run| {
            with_timeouts(run, |trace, timeouts| {
                let heard = |&timeout: &EventId| {
                    let is_other = |event: &EventId| trace.node(*event) != trace.node(timeout);
                    trace.events().filter(is_other).find(|&event| run.is_before(event, timeout))
                };
                Verdict::unless(timeouts.iter().find_map(heard))
            })
        },
    },
    Claim {
        says: "The truth at that time differs between each two of the first six worlds.",
        scope: Scope::ThisRun,
        check: |run| {
            with_timeouts(run, |trace, timeouts| {
                let truths: Vec<Truth> = (0..6)
                    .map(|world: u16| truth(trace, nodes(world), timeouts[usize::from(world)]))
                    .collect();
                let is_twin = |place: &usize| truths[..*place].contains(&truths[*place]);
                Verdict::unless((0..truths.len()).find(is_twin).map(|world| timeouts[world]))
            })
        },
    },
    Claim {
        says: "In the end every observer is answered.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let is_answered = |world: u16| {
                own(trace, nodes(world)[0], EventKind::Decide)
                    .any(|event| trace.label_word(event) == ANSWERED)
            };
            Verdict::once((0..WORLDS).all(is_answered))
        },
    },
    Claim {
        says: "The request is carried out twice in worlds 2, 4 and 7, and nowhere else.",
        scope: Scope::ThisRun,
        check: |run| {
            let second = |world: u16| truth::second_time(run.trace(), nodes(world));
            let twice: Vec<u16> = (0..WORLDS).filter(|&world| second(world).is_some()).collect();
            match twice.iter().find(|world| ![1, 3, 6].contains(*world)) {
                Some(&other) => Verdict::Broken(second(other)),
                None if run.is_over && twice.len() < 3 => Verdict::Broken(None),
                None => Verdict::once(twice.len() == 3),
            }
        },
    },
];

/// Judges the run once every observer has given up for the first time.
fn with_timeouts(run: &Evidence<'_>, judge: impl Fn(&Trace, &[EventId]) -> Verdict) -> Verdict {
    let trace = run.trace();
    timeouts(trace).map_or(Verdict::Undecided, |timeouts| judge(trace, &timeouts))
}

/// Where each observer gave up for the first time, once all of them have.
fn timeouts(trace: &Trace) -> Option<Vec<EventId>> {
    let timeout = |world: u16| {
        own(trace, nodes(world)[0], EventKind::Local).find(|&event| trace.label_word(event) == GAVE_UP)
    };
    (0..WORLDS).map(timeout).collect()
}

/// An observer's history up to and with an event, with its neighbours by what they are and not by who.
fn history(trace: &Trace, world: u16, end: EventId) -> Vec<u8> {
    let behind = EventId(end.0 + 1);
    history_with(trace, nodes(world)[0], Some(behind), |other| other.0 % 3)
}

/// The events of a kind at a node.
fn own(trace: &Trace, node: NodeId, kind: EventKind) -> impl Iterator<Item = EventId> + '_ {
    trace.events().filter(move |&event| trace.node(event) == node && trace.kind(event) == kind)
}
