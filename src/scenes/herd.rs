//! Twelve stations lose their satellite at one moment, and all of them try again at the same moments.
//!
//! # What it does
//! Twelve ground stations command one satellite, whose computer is down and is back after four seconds.
//! Each sends again what is not answered. The dial `pauses` says when: at once, after pauses that double, or after
//! pauses that double and are drawn. The satellite takes 60 ms for each command.
//!
//! # The assumption it breaks
//! One more attempt costs nothing. Who failed together tries again together.
//!
//! # What to look for
//! The columns of messages: with pauses that are all alike twelve commands arrive at one instant, again and again, and
//! between the columns nobody says anything. Drawn pauses take the columns apart. What the satellite is spared is work
//! that it has done already.
//!
//! # Sources
//! M. Brooker, *Exponential Backoff and Jitter* (AWS Architecture Blog, 2015). Binary exponential backoff: R. Metcalfe
//! and D. Boggs, *Ethernet* (1976).

use std::sync::Arc;

use super::{Claim, Evidence, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::commander::{BURN, Commander, DONE, Retry};
use crate::programs::thruster::{Form, Remedy, Thruster};
use crate::sim::{Act, Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "herd",
    number: "1.12",
    title: "All at once, again",
    effect: "twelve stations try again together, or apart",
    doc: crate::module_doc!("herd.rs"),
    epoch: None,
    seed: Seed(12),
    breaks: &["latency"],
    turns: &[("latency.jitter", 5_000_000), ("latency.tail", 0)],
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

static DIALS: [Dial; 1] = [Dial::choice(
    "pauses",
    "Pauses",
    "how long a station pauses before it tries again",
    &["none", "doubling", "doubling and drawn"],
    0,
)];

const STATIONS: u16 = 12;
const S: NodeId = NodeId(STATIONS);

const WAY: Duration = Duration::millis(40);
/// How long the satellite takes for a command.
const WORK: Duration = Duration::millis(60);
/// How long a station waits for an answer.
const PATIENCE: Duration = Duration::millis(500);
const BEGINS: Duration = Duration::secs(1);
const BACK: Duration = Duration::secs(4);

fn stage(dials: &[i64]) -> Stage {
    let pauses = dials.first().copied().unwrap_or(0);
    let retry = Retry {
        patience: PATIENCE,
        base: if pauses == 0 { Duration::ZERO } else { Duration::millis(300) },
        cap: Duration::secs(4),
        attempts: 30,
        has_jitter: pauses == 2,
    };
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node {
            S => Box::new(Thruster::new(Remedy::KeysInOneStep, 64)),
            _ => Box::new(Commander::new(S, Form::Add, retry)),
        }
    };
    // Round the satellite, below it, so that each has room for its name.
    let station = |n: u16| {
        let angle = f64::from(n) / f64::from(STATIONS - 1) * std::f64::consts::PI;
        Place::Fixed { x: 0.5 - 0.45 * libm::cos(angle), y: 0.15 + 0.7 * libm::sin(angle) }
    };
    let places = (0..STATIONS).map(station).chain([Place::Fixed { x: 0.5, y: 0.15 }]).collect();
    let mut topology = Topology::unlinked(places);
    let mut script = Script::default();
    for n in 0..STATIONS {
        topology.join(NodeId(n), S, WAY);
        script.order(BEGINS, NodeId(n), BURN, u64::from(n) + 1);
    }
    script.act(Duration::millis(500), Act::Crash(S));
    script.act(BACK, Act::Restart(S));
    let stations = (1..=STATIONS).map(|n| NodeSpec::new(format!("G{n}"), Role::Station));
    let satellite = NodeSpec { cost: WORK, ..NodeSpec::new("S", Role::Satellite) };
    Stage {
        nodes: stations.chain([satellite]).collect(),
        topology,
        spawn: Arc::new(spawn),
        script,
        horizon: TrueTime::ZERO + Duration::secs(20),
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

static CLAIMS: [Claim; 3] = [
    Claim {
        says: "All stations are answered in the end.",
        scope: Scope::ThisRun,
        check: |run| match (done(run), run.is_over) {
            (done, true) if done < usize::from(STATIONS) => Verdict::Broken(None),
            (done, _) => Verdict::once(done == usize::from(STATIONS)),
        },
    },
    Claim {
        says: "From the restart on, as many commands as there are stations are enough.",
        scope: Scope::ThisRun,
        check: |run| {
            let too_many = sent(run).nth(usize::from(STATIONS));
            Verdict::in_the_end(run.is_over, too_many)
        },
    },
    Claim {
        says: "After the first column no six commands are ever sent within 50 ms.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let later = TrueTime::ZERO + BEGINS + PATIENCE + Duration::millis(100);
            let all: Vec<EventId> = commands(run).filter(|&event| trace.at(event) > later).collect();
            let is_column =
                |six: &&[EventId]| trace.at(six[5]).since(trace.at(six[0])) <= Duration::millis(50);
            Verdict::in_the_end(run.is_over, all.windows(6).find(is_column).map(|six| six[5]))
        },
    },
];

/// Every command that a station sent.
fn commands<'a>(run: &'a Evidence<'_>) -> impl Iterator<Item = EventId> + 'a {
    let trace = run.trace();
    let is_it = move |event: &EventId| {
        trace.node(*event) < S && trace.kind(*event) == EventKind::Send && trace.label_word(*event) == BURN
    };
    trace.events().filter(is_it)
}

/// Those that were sent since the satellite is back.
fn sent<'a>(run: &'a Evidence<'_>) -> impl Iterator<Item = EventId> + 'a {
    commands(run).filter(|&event| run.trace().at(event) >= TrueTime::ZERO + BACK)
}

/// How many stations were answered.
fn done(run: &Evidence<'_>) -> usize {
    let trace = run.trace();
    let is_done =
        |&event: &EventId| trace.kind(event) == EventKind::Decide && trace.label_word(event) == DONE;
    trace.events().filter(is_done).count()
}
