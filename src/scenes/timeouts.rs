//! A ground station probes three satellites, the ways between them grow, and no number is right for all.
//!
//! # What it does
//! Ground station G probes a near, a middle and a far satellite every second, and suspects who does not answer within
//! the patience of its detector. After six seconds traffic is routed over other relays: every way takes three times
//! as long and varies more. From 15 s on the satellites die, one after another. The dial `detector` says by what G goes.
//!
//! # The assumption it breaks
//! Latency is zero, or at least known: whoever has not answered by now is dead.
//!
//! # What to look for
//! Suspicions of satellites that are alive, and how long the dead stay unnoticed. The fixed timeout suspects the far
//! one at every probe after 6 s, and each time asks once more. The adaptive ones are wrong once or twice, and learn.
//! With late answers left out they cannot learn.
//!
//! # Sources
//! False alarms and detection time: W. Chen, S. Toueg and M. Aguilera, *On the Quality of Service of Failure
//! Detectors* (2002). The detectors name theirs.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Claim, Evidence, Scene, Scope, Stage, Verdict};
use crate::analysis::detection::{Alarm, Death, Watchman, alarms, deaths};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime};
use crate::programs::detectors::{self, Hears, Start};
use crate::programs::watched::Watched;
use crate::programs::watcher::{By, PING, SUSPECT, TRUST, Watch, Watcher};
use crate::sim::{Act, Dial, EventKind, Limits, NodeSpec, Place, Program, Role, Script, Topology};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "timeouts",
    number: "1.3",
    title: "How long is dead?",
    effect: "the ways grow, and a timeout that was right suspects the living",
    doc: crate::module_doc!("timeouts.rs"),
    epoch: None,
    seed: Seed(13),
    breaks: &["latency"],
    turns: &[("latency.jitter", 8_000_000), ("latency.shape", 2), ("latency.tail", 0)],
    dials: &DIALS,
    stage,
    claims: &CLAIMS,
    clock: "lamport",
    lanes: &[],
};

const NAMES: [&str; 6] =
    ["fixed timeout", "mean × k", "RFC 6298", "p99 + margin", "φ, normal gaps", "φ, exponential gaps"];

static DIALS: [Dial; 8] = [
    Dial::choice("detector", "Detector", "by what G goes", &NAMES, 0),
    detectors::ALL[0].dial,
    detectors::ALL[1].dial,
    detectors::ALL[2].dial,
    Dial::nanos(
        "floor",
        "RFC 6298: floor",
        "the least that it waits; the RFC recommends a second",
        (0, 2_000_000_000),
        0,
    ),
    detectors::ALL[3].dial,
    detectors::ALL[4].dial,
    Dial::choice(
        "late",
        "Late answers",
        "whether detectors learn from them",
        &["are learned from", "are left out"],
        0,
    ),
];

/// The ground station.
pub const G: NodeId = NodeId(0);
/// The near, the middle and the far satellite.
pub const SATELLITES: [NodeId; 3] = [NodeId(1), NodeId(2), NodeId(3)];

/// One way to each of them at first.
const WAYS: [Duration; 3] = [Duration::millis(30), Duration::millis(80), Duration::millis(160)];

/// When the ways grow.
pub const SHIFT: Duration = Duration::secs(6);
/// By when whoever learns has learned.
pub const WARM: Duration = Duration::secs(10);
/// When each of them dies.
pub const DEATHS: [Duration; 3] =
    [Duration::millis(15_300), Duration::millis(16_600), Duration::millis(17_900)];

/// How long the scene lasts.
pub const LENGTH: Duration = Duration::secs(25);

const PERIOD: Duration = Duration::secs(1);

fn stage(dials: &[i64]) -> Stage {
    let dial = |place: usize| dials.get(place).copied().unwrap_or(DIALS[place].default);
    let choice = usize::try_from(dial(0)).unwrap_or(0);
    let entry = detectors::ALL.get(choice).unwrap_or(&detectors::ALL[0]);
    // The dial of each detector, by its place among them.
    let own = [1, 2, 3, 5, 6, 6][choice.min(5)];
    let start = Start {
        patience: Duration(dial(1).unsigned_abs()),
        period: PERIOD,
        floor: Duration(dial(4).unsigned_abs()),
    };
    let by = match entry.hears {
        Hears::RoundTrips => By::Pings,
        Hears::Gaps => By::Beats,
    };
    let watch = Watch { by, period: PERIOD, first: PERIOD, again: 1, learns_late: dial(7) == 0 };
    let beats = (by == By::Beats).then(|| (PERIOD, vec![G]));
    let (make, own) = (entry.make, dial(own));
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        let peer = |satellite| (satellite, make(own, start));
        match node {
            G => Box::new(Watcher::new(watch, SATELLITES.map(peer).to_vec())),
            _ => Box::new(Watched::new(Duration::ZERO, beats.clone())),
        }
    };
    let at = Place::at;
    let mut topology = Topology::unlinked(vec![at(0.15, 0.5), at(0.4, 0.15), at(0.65, 0.5), at(0.9, 0.85)]);
    SATELLITES.into_iter().zip(WAYS).for_each(|(satellite, way)| topology.join(G, satellite, way));
    let satellite = |name: &str| NodeSpec::new(name, Role::Satellite);
    Stage {
        nodes: vec![NodeSpec::new("G", Role::Station), satellite("near"), satellite("mid"), satellite("far")],
        topology,
        spawn: Arc::new(spawn),
        script: script(),
        horizon: TrueTime::ZERO + LENGTH,
        stay_least: Duration::millis(200),
        limits: Limits::default(),
    }
}

fn script() -> Script {
    let mut script = Script::default();
    let mut turn = |dial: &str, value| {
        script.act(SHIFT, Act::Turn { fault: "latency".to_owned(), dial: dial.to_owned(), value });
    };
    turn("distance", 3_000);
    turn("jitter", 24_000_000);
    for (satellite, at) in SATELLITES.into_iter().zip(DEATHS) {
        script.act(at, Act::Crash(satellite));
    }
    script
}

/// Who suspects in this scene, and by which words.
pub const WATCHMAN: Watchman = Watchman { node: G, suspects: SUSPECT, trusts: TRUST };

static CLAIMS: [Claim; 5] = [
    Claim {
        says: "Before the ways grow, nobody alive is suspected.",
        scope: Scope::ThisRun,
        check: |run| none_false(run, TrueTime::ZERO, TrueTime::ZERO + SHIFT),
    },
    Claim {
        says: "From four seconds after that on, nobody alive is suspected.",
        scope: Scope::ThisRun,
        check: |run| none_false(run, TrueTime::ZERO + WARM, TrueTime::ZERO + DEATHS[2]),
    },
    Claim {
        says: "Each death is noticed within three seconds.",
        scope: Scope::ThisRun,
        check: |run| {
            let deaths = deaths(run.trace(), WATCHMAN);
            let is_late = |death: &&Death| match death.noticed_after {
                Some(after) => after > NOTICED_WITHIN,
                None => run.is_over || run.trace().now().since(death.at) > NOTICED_WITHIN,
            };
            match deaths.iter().find(is_late) {
                Some(death) => Verdict::Broken(run.trace().last_of(death.of)),
                None => Verdict::once(deaths.iter().filter(|d| d.noticed_after.is_some()).count() == 3),
            }
        },
    },
    Claim {
        says: "From then on G asks each of them once a second and no more, until one dies.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let (from, to) = (TrueTime::ZERO + WARM, TrueTime::ZERO + DEATHS[0]);
            let mut asked: BTreeSet<(NodeId, u32)> = BTreeSet::new();
            let is_again = |event: &EventId| {
                let event = *event;
                let question = trace.message(event).map(|m| (trace.receiver(m), trace.label_number(event)));
                let is_ping = trace.kind(event) == EventKind::Send && trace.label_word(event) == PING;
                let repeats = |(to, round): (NodeId, Option<u32>)| !asked.insert((to, round.unwrap_or(0)));
                is_ping && (from..to).contains(&trace.at(event)) && question.is_some_and(repeats)
            };
            Verdict::in_the_end(trace.now() >= to, trace.events().find(is_again))
        },
    },
    Claim {
        says: "Whoever is suspected again was heard of in between, unless something was forged.",
        scope: Scope::EveryRun,
        check: |run| {
            let trace = run.trace();
            let alarms = alarms(trace, WATCHMAN);
            let heard = |from: EventId, to: EventId, of: NodeId| {
                trace.events().skip(from.index()).take(to.index() - from.index()).any(|event| {
                    let is_from = |message| trace.sender(message) == of;
                    let is_word =
                        trace.kind(event) == EventKind::Receive && trace.message(event).is_some_and(is_from);
                    // A watcher that starts again has forgotten whom it suspected.
                    trace.node(event) == G && (is_word || trace.kind(event) == EventKind::Restart)
                })
            };
            let again = alarms.iter().enumerate().find_map(|(place, alarm)| {
                let before = alarms[..place].iter().rev().find(|before| before.of == alarm.of)?;
                (!heard(before.event, alarm.event, alarm.of)).then_some(alarm.event)
            });
            Verdict::unless(again.filter(|&event| run.first_forged().is_none_or(|forged| forged > event)))
        },
    },
];

const NOTICED_WITHIN: Duration = Duration::secs(3);

/// That no false alarm is raised from one instant to another.
fn none_false(run: &Evidence<'_>, from: TrueTime, to: TrueTime) -> Verdict {
    let trace = run.trace();
    let is_it = |alarm: &&Alarm| {
        let at = trace.at(alarm.event);
        alarm.is_false && from <= at && at < to
    };
    Verdict::in_the_end(
        trace.now() >= to,
        alarms(trace, WATCHMAN).iter().find(is_it).map(|alarm| alarm.event),
    )
}
