//! Three callers share a line, in slots of their own or in one queue, and one of them measures its delay.
//!
//! # What it does
//! A sends a frame to Z every 60 ms by way of the multiplexer M, whose line to Z carries a frame in 20 ms. B and C use
//! the same line; what they send comes at random, and as much of it as the dial `load` leaves them. With `sharing` at
//! the circuit, each has every third slot; with packets all wait in one queue of `room` frames. A sends datagrams, or a
//! stream (`sender`) that sends again what is lost and slows down when something is.
//!
//! # The assumption it breaks
//! Latency is zero, or at least bounded. That takes a reserved line, and nobody pays for that.
//!
//! # What to look for
//! Over the circuit each frame of A takes exactly as long as the one before, whatever B and C do, and every empty slot is
//! lost. In packets nothing is wasted: the delay grows the nearer the load comes to what the line carries, and beyond
//! that frames are dropped. The stream loses nothing and is the most irregular of all.
//!
//! # Sources
//! "A fixed bandwidth slice is reserved for your call": time-division multiplexing, ITU-T G.704. Kleppmann, *Designing
//! Data-Intensive Applications* (2017), chapter 8, "Synchronous Versus Asynchronous Networks". Congestion control: RFC
//! 5681.

mod delays;

use std::sync::Arc;

use super::{Claim, Evidence, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, NodeId, Seed, TrueTime};
use crate::programs::datagrams::{Datagrams, Pace};
use crate::programs::multiplexer::{Line, Multiplexer, Sharing};
use crate::programs::sink::Sink;
use crate::programs::stream::Stream;
use crate::sim::{Dial, Limits, NodeSpec, Place, Program, Role, Script, Topology, Unit};
pub(super) use delays::delays;
pub use delays::fates;
use delays::{dropped, first_irregular, first_late, first_lost, wasted};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "circuit",
    number: "1.11",
    title: "A line of one's own",
    effect: "a reserved circuit keeps its delay, packets share it, and a stream varies most",
    doc: crate::module_doc!("circuit.rs"),
    epoch: None,
    seed: Seed(9),
    breaks: &["latency"],
    turns: STEADY,
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

static DIALS: [Dial; 4] = [
    Dial::choice(
        "sharing",
        "Sharing",
        "whether each has slots of its own or all wait in one queue",
        &["circuit", "packets"],
        0,
    ),
    Dial::number(
        "load",
        "Load",
        "how much of what the line carries is asked of it, in per cent",
        Unit::Count,
        (40, 150),
        80,
    ),
    Dial::number(
        "room",
        "Room",
        "how many frames may wait at M; on a circuit, of each caller",
        Unit::Count,
        (1, 1_000),
        8,
    ),
    Dial::choice("sender", "Sender", "what A sends", &["datagrams", "a stream"], 0),
];

const A: NodeId = NodeId(0);
const OTHERS: [NodeId; 2] = [NodeId(1), NodeId(2)];
const M: NodeId = NodeId(3);
const Z: NodeId = NodeId(4);

const WAY: Duration = Duration::millis(10);
const SLOT: Duration = Duration::millis(20);
/// A uses a third of the line.
const EVERY: Duration = Duration::millis(60);
const END: Duration = Duration::secs(7);
/// What is made later may still be under way at the end.
const LAST: Duration = Duration::secs(5);

fn stage(dials: &[i64]) -> Stage {
    let dial = |place: usize| dials.get(place).copied().unwrap_or(0);
    let sharing = if dial(0) == 0 { Sharing::Circuit } else { Sharing::Packets };
    let (load, room, is_stream) = (dial(1).unsigned_abs(), dial(2), dial(3) == 1);
    // What A leaves of the load, for the two others: slots in so many nanoseconds, as a mean time between frames.
    let others = (load * 3).saturating_sub(100).max(1);
    let gap = Duration(SLOT.0 * 2 * 300 / others);
    let at = Place::at;
    let places = vec![at(0.1, 0.15), at(0.1, 0.5), at(0.1, 0.85), at(0.5, 0.5), at(0.9, 0.5)];
    let mut topology = Topology::unlinked(places);
    [A, OTHERS[0], OTHERS[1], Z].into_iter().for_each(|node| topology.join(node, M, WAY));
    let line = Line {
        callers: vec![A, OTHERS[0], OTHERS[1]],
        to: Z,
        slot: SLOT,
        room: usize::try_from(room).unwrap_or(1),
        sharing,
    };
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node {
            M => Box::new(Multiplexer::new(line.clone())),
            Z => Box::new(Sink::new(A, is_stream)),
            A if is_stream => Box::new(Stream::new(M, Pace::Even(EVERY))),
            A => Box::new(Datagrams::new(M, Pace::Even(EVERY))),
            _ => Box::new(Datagrams::new(M, Pace::Random(gap))),
        }
    };
    let named = |(name, role)| NodeSpec::new(name, role);
    let nodes = [
        ("A", Role::Client),
        ("B", Role::Client),
        ("C", Role::Client),
        ("M", Role::Server),
        ("Z", Role::Server),
    ];
    Stage {
        nodes: nodes.map(named).to_vec(),
        topology,
        spawn: Arc::new(spawn),
        script: Script::default(),
        horizon: TrueTime::ZERO + END,
        stay_least: Duration::millis(100),
        limits: Limits::default(),
    }
}

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "Every frame of A takes exactly as long as the first.",
        scope: Scope::ThisRun,
        check: |run| match (first_irregular(run.trace()), delays(run.trace()).count()) {
            (Some(event), _) => Verdict::Broken(Some(event)),
            (None, few) if few < 10 => Verdict::Undecided,
            (None, _) => Verdict::Holds,
        },
    },
    Claim {
        says: "No slot of the line goes by empty while a frame waits at M.",
        scope: Scope::ThisRun,
        check: |run| at_last(run, wasted(run.trace())),
    },
    Claim {
        says: "M drops nothing.",
        scope: Scope::ThisRun,
        check: |run| at_last(run, dropped(run.trace())),
    },
    Claim {
        says: "Every frame that A makes is delivered in the end.",
        scope: Scope::ThisRun,
        check: |run| at_last(run, first_lost(run.trace(), LAST).filter(|_| run.is_over)),
    },
    Claim {
        says: "No frame of A is delivered later than 250 ms after it was made.",
        scope: Scope::ThisRun,
        check: |run| at_last(run, first_late(run.trace(), Duration::millis(250))),
    },
];

/// Holds if it is over and there was no offender.
fn at_last(run: &Evidence<'_>, offender: Option<crate::base::EventId>) -> Verdict {
    Verdict::in_the_end(run.is_over, offender)
}
