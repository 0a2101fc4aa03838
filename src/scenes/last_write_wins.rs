//! Two stations update one attitude record, and the later update is lost to the earlier one.
//!
//! # What it does
//! G1 and G2 write the attitude of a satellite through replicas that are joined by fibre. In rounds one and
//! five G1 writes, and G2 trims what it has just read; in round three it is the other way round; in rounds two and
//! four both write without knowing of each other. G1's clock is ahead by the dial `skew`. The dial `versions`
//! says what replicas go by: the writers' wall clocks, their hybrid clocks, or dotted version vectors.
//!
//! # The assumption it breaks
//! Clocks are accurate: the update with the latest timestamp is the latest update.
//!
//! # What to look for
//! Write 11 is stamped 10:00:00.002 and write 12, which was made because of it, 10:00:00.000. Every replica
//! keeps 11 and says nothing. With hybrid clocks the trim wins, and of two concurrent writes one still
//! vanishes. With version vectors both stay, until a write comes from somebody who has read both.
//!
//! # Sources
//! Incident MSS-17. The timestamps …002 and …000 are those of the example in Kleppmann, *Designing
//! Data-Intensive Applications* (2017), chapter 8. Three milliseconds are enough because news takes one: between
//! stations on fibre, not over an orbit.

mod losses;

use std::sync::Arc;

use super::{Claim, Evidence, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::author::{Author, TRIM, WRITE};
use crate::programs::replica::{Replica, Versions};
use crate::sim::{Dial, EventKind, Limits, MessageState, NodeSpec, Place, Program, Role, Script, Topology};
use losses::{Kind, losses, write_of};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "last-write-wins",
    number: "2.2",
    title: "The later write loses",
    effect: "replicas keep the write with the highest timestamp, and lose the latest one",
    doc: crate::module_doc!("last_write_wins.rs"),
    // 09:59:59.
    epoch: Some(9 * 3_600 + 59 * 60 + 59),
    seed: Seed(17),
    breaks: &["latency", "clocks"],
    // The clocks differ by the scene's own dial and by nothing else, and a way takes what light takes.
    turns: &[
        ("latency.jitter", 0),
        ("latency.tail", 0),
        ("clocks.offset", 0),
        ("clocks.drift", 0),
        ("clocks.sync", 0),
    ],
    dials: &[
        Dial::nanos(
            "skew",
            "G1's clock is ahead by",
            "how far ahead the clock of G1 is",
            (0, 100_000_000),
            3_000_000,
        ),
        Dial::choice("versions", "Versions", "what replicas go by when two writes differ", &VERSIONS, 0),
    ],
    stage,
    claims: &CLAIMS,
    clock: "wall",
    lanes: &[],
};

const VERSIONS: [&str; 3] = ["wall clock", "hybrid clock", "version vectors"];

const G1: NodeId = NodeId(0);
const R1: NodeId = NodeId(1);
const R2: NodeId = NodeId(2);
const R3: NodeId = NodeId(3);
const G2: NodeId = NodeId(4);
const REPLICAS: [NodeId; 3] = [R1, R2, R3];

/// Each line is some 60 km of fibre. News from station to station takes three of them.
const LINE: Duration = Duration::micros(300);

fn stage(dials: &[i64]) -> Stage {
    let skew = dials.first().copied().unwrap_or(0);
    let versions = versions_at(dials.get(1).copied().unwrap_or(0));
    let station = |name: &str| NodeSpec::new(name, Role::Station);
    let replica = |name: &str| NodeSpec::new(name, Role::Server);
    let mut nodes = vec![station("G1"), replica("R1"), replica("R2"), replica("R3"), station("G2")];
    nodes[G1.index()].clock.offset_ns = skew;
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        let others = || REPLICAS.into_iter().filter(|&other| other != node).collect();
        match node {
            G1 => Box::new(Author::new(versions, R1)),
            G2 => Box::new(Author::new(versions, R3)),
            R1 => Box::new(Replica::new(versions, others(), Some(G1))),
            R3 => Box::new(Replica::new(versions, others(), Some(G2))),
            _ => Box::new(Replica::new(versions, others(), None)),
        }
    };
    Stage {
        nodes,
        topology: topology(),
        spawn: Arc::new(spawn),
        script: script(),
        horizon: TrueTime::ZERO + Duration::secs(6),
        stay_least: Duration::millis(20),
        limits: Limits::default(),
    }
}

fn topology() -> Topology {
    let at = Place::at;
    let places = vec![at(0.08, 0.5), at(0.32, 0.5), at(0.5, 0.15), at(0.68, 0.5), at(0.92, 0.5)];
    let mut topology = Topology::unlinked(places);
    for (a, b) in [(G1, R1), (R1, R2), (R2, R3), (R1, R3), (R3, G2)] {
        topology.join(a, b, LINE);
    }
    topology
}

/// Five rounds, one a second. In the first, G2's trim falls on the full second exactly.
fn script() -> Script {
    let mut script = Script::default();
    for round in 1..=5_u64 {
        let at = Duration::millis(round * 1_000 - 1);
        let (first, second) = if round == 3 { (G2, G1) } else { (G1, G2) };
        let number = round * 10;
        if round % 2 == 1 {
            script.order(at - Duration::millis(100), second, TRIM, number + 2);
            script.order(at, first, WRITE, number + 1);
        } else {
            script.order(at, first, WRITE, number + 1);
            script.order(at + Duration::micros(100), second, WRITE, number + 2);
        }
    }
    script
}

static CLAIMS: [Claim; 6] = [
    Claim {
        says: "Write 12 is made because of write 11, and yet bears an earlier time.",
        scope: Scope::ThisRun,
        check: |run| match (write_of(run.trace(), 11), write_of(run.trace(), 12)) {
            (Some(first), Some(second)) => {
                let wall = |write| run.trace().wall(write);
                let is_so = run.is_before(first, second) && wall(second) < wall(first);
                if is_so { Verdict::Holds } else { Verdict::Broken(Some(second)) }
            }
            _ => Verdict::Undecided,
        },
    },
    Claim {
        says: "No write is lost to one that it came after.",
        scope: Scope::ThisRun,
        check: |run| Verdict::unless(first_loss(run, Some(Kind::ToItsCause))),
    },
    Claim {
        says: "No write is lost to one that was made without knowing of it.",
        scope: Scope::ThisRun,
        check: |run| Verdict::unless(first_loss(run, Some(Kind::ToAConcurrent))),
    },
    Claim {
        says: "In the end all replicas hold the same.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let record = |replica: NodeId| run.memory(replica).map(|memory| &memory["record"]);
            let is_same = record(R1).is_some() && record(R1) == record(R2) && record(R2) == record(R3);
            let is_quiet = trace.message_ids().all(|message| trace.state(message) != MessageState::InFlight);
            match (run.is_over, is_same) {
                (true, false) => Verdict::Broken(None),
                (true, true) => Verdict::Holds,
                (false, is_same) => Verdict::once(is_same && is_quiet && write_of(trace, 51).is_some()),
            }
        },
    },
    Claim {
        says: "By hybrid clocks or version vectors, no write is lost to one that it came after, while no node crashes and \
               none is lied to.",
        scope: Scope::EveryRun,
        check: |run| match versions(run) {
            Versions::WallClock => Verdict::Holds,
            Versions::HybridClock | Versions::Dotted => Verdict::unless(
                first_loss(run, Some(Kind::ToItsCause)).filter(|&loss| is_undisturbed(run, loss)),
            ),
        },
    },
    Claim {
        says: "By version vectors, no write is lost at all, while no node crashes and none is lied to.",
        scope: Scope::EveryRun,
        check: |run| match versions(run) {
            Versions::WallClock | Versions::HybridClock => Verdict::Holds,
            Versions::Dotted => {
                Verdict::unless(first_loss(run, None).filter(|&loss| is_undisturbed(run, loss)))
            }
        },
    },
];

/// The first loss, of this kind or of any.
fn first_loss(run: &Evidence<'_>, kind: Option<Kind>) -> Option<EventId> {
    losses(run, &REPLICAS)
        .into_iter()
        .find(|loss| kind.is_none_or(|kind| loss.kind == kind))
        .map(|loss| loss.at)
}

/// Whether no node has crashed and none was lied to before this event.
fn is_undisturbed(run: &Evidence<'_>, event: EventId) -> bool {
    !has_crashed(run, event) && run.first_forged().is_none_or(|forged| forged > event)
}

/// Whether a node has crashed before this event.
fn has_crashed(run: &Evidence<'_>, event: EventId) -> bool {
    let trace = run.trace();
    trace.events().take(event.index()).any(|event| trace.kind(event) == EventKind::Crash)
}

/// What replicas go by in this run.
fn versions(run: &Evidence<'_>) -> Versions {
    versions_at(run.spec.own_dial(1))
}

/// What the dial `versions` means at this value.
fn versions_at(value: i64) -> Versions {
    match value {
        1 => Versions::HybridClock,
        2 => Versions::Dotted,
        _ => Versions::WallClock,
    }
}
