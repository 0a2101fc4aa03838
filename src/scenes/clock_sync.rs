//! Four satellites put their observations in order, without clocks that agree.
//!
//! # What it does
//! Each satellite notes what it observes and gossips with the others, so that in the end all have all notes.
//! Partitions come and go: S1 and S2 are cut off from 10 s to 16 s, S3 from 24 s to 44 s, S1 and S4 from 48 s to
//! 54 s. S3 crashes at 30 s and starts again at 34 s. No time service corrects the wall clocks, which are wrong
//! by up to three seconds. The dial `clocks` says whether the logical clocks survive a crash.
//!
//! # The assumption it breaks
//! Clocks are accurate, and so notes that are sorted by their timestamps stand in the order in which one thing
//! led to another.
//!
//! # What to look for
//! Sorted by Lamport stamps no effect stands before its cause; vector stamps tell besides which notes have
//! nothing to do with each other. Sorted by wall clock, effects stand before their causes from the first seconds
//! on. With the clocks in memory alone, S3 begins at 1 again after its crash.
//!
//! # Sources
//! The capstone of the course, "Constellation Clock Sync". Lamport 1978; Mattern 1988, "Virtual Time and Global
//! States of Distributed Systems".

mod notes;

use std::sync::Arc;

use super::{Claim, Evidence, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::clocks::CausalOrder;
use crate::programs::gossip::{Gossiper, Habits};
use crate::sim::{Act, Dial, EventKind, Limits, NodeSpec, Role, Script, Topology};
use notes::{Observation, has_all_notes_everywhere, observations};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "clock-sync",
    number: "2.7",
    title: "Order without a clock",
    effect: "four satellites sort what they observed, through partitions and with clocks that are wrong",
    doc: crate::module_doc!("clock_sync.rs"),
    epoch: None,
    seed: Seed(4),
    breaks: &["latency", "clocks"],
    turns: &[
        ("latency.tail", 0),
        ("clocks.offset", 3_000_000_000),
        // No time service.
        ("clocks.sync", 0),
    ],
    dials: &[Dial::choice(
        "clocks",
        "Logical clocks are kept",
        "whether a satellite's Lamport and vector clocks survive its crash",
        &KEPT,
        0,
    )],
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

const KEPT: [&str; 2] = ["on disk", "in memory"];

const NODES: u16 = 4;
const S3: NodeId = NodeId(2);

fn stage(dials: &[i64]) -> Stage {
    let habits = Habits { nodes: NODES, observations: 24, forgets_clocks: dials.first() == Some(&1) };
    let mut script = Script::default();
    for (group, from, to) in [(vec![0, 1], 10, 16), (vec![2], 24, 44), (vec![0, 3], 48, 54)] {
        let group: Vec<NodeId> = group.into_iter().map(NodeId).collect();
        script.act(Duration::secs(from), Act::Partition { group: group.clone(), one_way: false });
        script.act(Duration::secs(to), Act::Join { group });
    }
    script.act(Duration::secs(30), Act::Crash(S3));
    script.act(Duration::secs(34), Act::Restart(S3));
    Stage {
        nodes: (1..=NODES).map(|n| NodeSpec::new(format!("S{n}"), Role::Satellite)).collect(),
        topology: Topology::mesh(NODES.into(), Duration::millis(18)),
        spawn: Arc::new(move |node| Box::new(Gossiper::new(node, habits))),
        script,
        horizon: TrueTime::ZERO + Duration::secs(80),
        stay_least: Duration::secs(1),
        limits: Limits::default(),
    }
}

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "Sorted by Lamport stamps, no observation stands before one of its causes.",
        scope: Scope::ThisRun,
        check: |run| Verdict::unless(first_wrong(run, lamport_is_right)),
    },
    Claim {
        says: "Of two vector stamps one is smaller exactly when its observation is a cause of the other.",
        scope: Scope::ThisRun,
        check: |run| Verdict::unless(first_wrong(run, vector_is_right)),
    },
    Claim {
        says: "Sorted by wall clock, no observation stands before one of its causes.",
        scope: Scope::ThisRun,
        check: |run| Verdict::unless(first_wrong(run, wall_is_right)),
    },
    Claim {
        says: "In the end all four have all observations.",
        scope: Scope::ThisRun,
        check: |run| match (run.is_over, has_all_notes_everywhere(run)) {
            (true, false) => Verdict::Broken(None),
            (true, true) => Verdict::Holds,
            (false, _) => Verdict::Undecided,
        },
    },
    Claim {
        says: "Kept on disk, Lamport and vector clocks are right, unless a crash falls between a receive and its \
               write, or what is received was not sent like that.",
        scope: Scope::EveryRun,
        check: |run| {
            if run.spec.own_dial(0) == 1 {
                return Verdict::Holds;
            }
            let are_right = |pair: &Pair<'_>| lamport_is_right(pair) && vector_is_right(pair);
            let torn = first_torn(run).into_iter().chain(run.first_forged()).min();
            Verdict::unless(first_wrong(run, are_right).filter(|&wrong| torn.is_none_or(|torn| wrong < torn)))
        },
    },
];

/// Two observations, and the run that tells whether the first is a cause of the second by the trace's own edges.
struct Pair<'a> {
    first: &'a Observation,
    second: &'a Observation,
    run: &'a Evidence<'a>,
}

impl Pair<'_> {
    fn is_cause(&self) -> bool {
        self.run.is_before(self.first.event, self.second.event)
    }
}

fn lamport_is_right(pair: &Pair<'_>) -> bool {
    let place = |it: &Observation| (it.note.lamport, it.node);
    place(pair.first) < place(pair.second) || !pair.is_cause()
}

fn vector_is_right(pair: &Pair<'_>) -> bool {
    (pair.first.note.vector.compare(&pair.second.note.vector) == CausalOrder::Before) == pair.is_cause()
}

fn wall_is_right(pair: &Pair<'_>) -> bool {
    pair.first.note.wall <= pair.second.note.wall || !pair.is_cause()
}

/// The first observation that stands in a pair for which `is_right` does not hold.
fn first_wrong(run: &Evidence<'_>, is_right: fn(&Pair<'_>) -> bool) -> Option<EventId> {
    let all = observations(run);
    let pairs = all.iter().flat_map(|second| all.iter().map(move |first| (first, second)));
    let wrong = pairs
        .filter(|(first, second)| first.event != second.event && !is_right(&Pair { first, second, run }));
    wrong.map(|(first, second)| first.event.max(second.event)).min()
}

/// The first crash that fell right after a receive, before the clocks could be written.
fn first_torn(run: &Evidence<'_>) -> Option<EventId> {
    let trace = run.trace();
    let is_torn = |&event: &EventId| {
        let before = trace.previous(event).map(|before| trace.kind(before));
        trace.kind(event) == EventKind::Crash && before == Some(EventKind::Receive)
    };
    trace.events().find(is_torn)
}
