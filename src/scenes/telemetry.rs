//! Forty-eight satellites, twelve ground stations, and one that stops answering for forty-eight seconds.
//!
//! # What it does
//! Every station pulls telemetry from some eight satellites, each once in six seconds, over relays: requests
//! and frames hop from satellite to satellite. Soon after 03:47:00 the pulls of station G2 from satellite S23 go
//! unanswered; at 03:47:15 an engineer tries to open a command session by hand; 48 s after the first pull
//! that failed S23 answers as if nothing had happened. The dial `cause` says what happened, one of six. G10 pulls from S23 as well,
//! and hears from it by another way. A seventh cause, the answers that come after G2 gave up, is told from
//! the six as soon as they arrive.
//!
//! # The assumption it breaks
//! The network is reliable, and with it: who does not answer is down.
//!
//! # What to look for
//! View the run as G2 and change the cause: its record stays the same, event by event and reading by reading.
//! View it as the outside observer: what S23 goes through, and whether it carried the pulls out, differs.
//!
//! # Sources
//! Incident MSS-23. The six causes after Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 8,
//! "Unreliable networks". What a node can't tell apart it can't know: Chandy and Misra 1986, "How Processes
//! Learn".

mod pulls;

use std::sync::Arc;

use super::{Claim, Evidence, STEADY, Scene, Scope, Stage, Verdict};
use crate::base::{Duration, EventId, NodeId, Seed, TrueTime, WallReading};
use crate::programs::satellite::Satellite;
use crate::programs::station::{NO_ANSWER, OPEN_SESSION, Plan, Station};
use crate::sim::orbit::Constellation;
use crate::sim::{Act, Agencies, Dial, EventKind, Limits, NodeSpec, Program, Role, Script, Topology};
use pulls::{Pull, is_carried_out, late_answer, pulls};

/// The line of the catalogue.
pub static SCENE: Scene = Scene {
    id: "telemetry",
    number: "1.1",
    title: "Forty-eight seconds of silence",
    effect: "a satellite stops answering, and the ground can't tell why",
    doc: crate::module_doc!("telemetry.rs"),
    // 03:46:30.
    epoch: Some(3 * 3_600 + 46 * 60 + 30),
    seed: Seed(23),
    breaks: &["latency"],
    turns: STEADY,
    dials: &[Dial::choice(
        "cause",
        "Cause of the silence",
        "what happens to S23 or on the way to it",
        &CAUSES,
        0,
    )],
    stage,
    claims: &CLAIMS,
    clock: "wall",
    lanes: &["G2", "S25", "S32", "S31", "S23", "G10"],
};

/// What may lie behind the silence: six that look alike, and a seventh that shows in the end.
const CAUSES: [&str; 7] = [
    "request lost",
    "reply lost",
    "crash before processing",
    "crash after processing",
    "pause",
    "partition",
    "late reply",
];

/// The station that is told about: on Hawaii, three relays away from the satellite.
pub const GROUND: NodeId = NodeId(49);
/// The satellite that falls silent, over the south of the Indian Ocean.
pub const SILENT: NodeId = NodeId(22);
/// The other station that pulls from it: near Perth, one relay away and by another way.
pub const WITNESS: NodeId = NodeId(57);
/// The last relay on the way from the ground to the satellite.
const LAST_RELAY: NodeId = NodeId(30);

/// The station, G5, that pulled from the satellite before the witness took over.
const HANDS_OVER: usize = 4;

const SATELLITES: usize = 48;

/// Where the stations are, in degrees north and east. Each sees one or two satellites at the epoch.
const STATIONS: [(f64, f64); 12] = [
    (64.9, -147.7), // G1, Fairbanks
    (19.0, -155.7), // G2, South Point, Hawaii
    (35.4, -116.9), // G3, Goldstone
    (-33.1, -70.7), // G4, Santiago
    (5.2, -52.8),   // G5, Kourou
    (27.8, -15.6),  // G6, Maspalomas
    (67.9, 21.1),   // G7, Kiruna
    (-25.9, 27.7),  // G8, Hartebeesthoek
    (13.0, 77.5),   // G9, Bengaluru
    (-31.0, 116.2), // G10, New Norcia
    (35.2, 140.3),  // G11, Katsuura
    (-72.0, 2.5),   // G12, Troll
];

const PERIOD: Duration = Duration::secs(6);
const PATIENCE: Duration = Duration::secs(2);

/// After the last pull that is answered, and before the first that is not.
const FALLS_SILENT: Duration = Duration::secs(30);
/// Later than what was asked last and is not to be answered is valid, and before the first pull that is.
const ANSWERS_AGAIN: Duration = Duration::millis(77_500);
/// When the engineer tries by hand: at 03:47:15.
const BY_HAND: Duration = Duration::secs(45);
/// From the first pull that goes unanswered to the first that is answered again.
const SILENCE: Duration = Duration::secs(48);

fn stage(dials: &[i64]) -> Stage {
    let cause = dials.first().and_then(|&cause| usize::try_from(cause).ok()).unwrap_or(0);
    let satellites = (1..=SATELLITES).map(|n| NodeSpec::new(format!("S{n}"), Role::Satellite));
    let stations = (1..=STATIONS.len()).map(|n| NodeSpec::new(format!("G{n}"), Role::Station));
    let answers_late = CAUSES.get(cause) == Some(&"late reply");
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node.index().checked_sub(SATELLITES) {
            None => Box::new(Satellite::new(answers_late)),
            Some(station) => Box::new(Station::new(plan(station))),
        }
    };
    let nodes: Vec<NodeSpec> = satellites.chain(stations).collect();
    let mut topology = Topology::orbiting(Constellation::MERIDIAN, &STATIONS);
    topology.agencies = Agencies::new(&["Meridian", "Perigee"], nodes.len(), agency);
    Stage {
        nodes,
        topology,
        spawn: Arc::new(spawn),
        script: script(cause),
        horizon: TrueTime::ZERO + Duration::secs(120),
        stay_least: Duration::secs(1),
        limits: Limits::default(),
    }
}

/// Who owns a node: the first or the second agency.
fn agency(node: NodeId) -> usize {
    match node.index().checked_sub(SATELLITES) {
        None => node.index() / (SATELLITES / 2),
        Some(station) => station / (STATIONS.len() / 2),
    }
}

/// Who pulls from whom. Two agencies share the work, each with half of the satellites and of the stations,
/// and every satellite has two stations of its own agency. S23 is being handed over and has one of
/// either, so that nothing which one of them hears of it comes round to the other by another satellite.
fn plan(station: usize) -> Plan {
    let (satellites, stations) = (SATELLITES / 2, STATIONS.len() / 2);
    let (agency, own) = (station / stations, station % stations);
    let of = |shift: usize| (0..satellites).filter(move |satellite| (satellite + shift) % stations == own);
    let node = |satellite: usize| NodeId((agency * satellites + satellite) as u16);
    let mut plan: Vec<NodeId> = of(3).chain(of(0)).map(node).collect();
    if station == HANDS_OVER {
        plan.retain(|&satellite| satellite != SILENT);
    } else if WITNESS.index() == SATELLITES + station {
        plan.push(SILENT);
    }
    Plan {
        satellites: plan,
        // No two pulls begin at the same moment.
        first: Duration::millis(50 * station as u64),
        apart: Duration::millis(600),
        period: PERIOD,
        patience: PATIENCE,
    }
}

/// What happens to the satellite or on the way to it. The engineer tries by hand in any case.
fn script(cause: usize) -> Script {
    let mut script = Script::default();
    let (from, to) = match cause {
        0 => (LAST_RELAY, SILENT),
        _ => (SILENT, LAST_RELAY),
    };
    // The satellite with its neighbours and the other station that pulls from it.
    let group = vec![NodeId(21), SILENT, NodeId(23), WITNESS];
    let (begins, ends) = match cause {
        0 | 1 => (Act::Cut { from, to, one_way: true }, Act::Heal { from, to }),
        2 => (Act::CrashAfter(SILENT, 0), Act::Restart(SILENT)),
        3 => (Act::CrashAfter(SILENT, 1), Act::Restart(SILENT)),
        5 => (Act::Partition { group: group.clone(), one_way: false }, Act::Join { group }),
        _ => (Act::Pause(SILENT), Act::Resume(SILENT)),
    };
    script.act(FALLS_SILENT, begins);
    script.order(BY_HAND, GROUND, OPEN_SESSION, SILENT.0.into());
    script.act(ANSWERS_AGAIN, ends);
    script
}

static CLAIMS: [Claim; 7] = [
    Claim {
        says: "G2's view holds no event outside its causal past.",
        scope: Scope::EveryRun,
        check: knows_only_its_past,
    },
    Claim {
        says: "G2's pulls from S23 go unanswered for 48 s; then S23 answers as before.",
        scope: Scope::ThisRun,
        check: |run| {
            let pulls = pulls(run.trace(), GROUND, SILENT);
            let begins = pulls.iter().position(|pull| pull.given_up.is_some());
            let again = begins.and_then(|first| pulls[first..].iter().find(|pull| pull.answered.is_some()));
            let (Some(first), Some(again)) = (begins, again) else {
                return if run.is_over { Verdict::Broken(None) } else { Verdict::Undecided };
            };
            let at = |pull: &Pull| run.trace().at(pull.sent);
            let is_as_told = at(again).since(at(&pulls[first])) == SILENCE;
            if is_as_told { Verdict::Holds } else { Verdict::Broken(Some(again.sent)) }
        },
    },
    Claim {
        says: "All other satellites answer G2 all the time.",
        scope: Scope::ThisRun,
        check: |run| Verdict::unless(given_up(run, GROUND, |satellite| satellite != SILENT)),
    },
    Claim {
        says: "Of S23's silence G2's record holds its own requests and timeouts, and nothing else.",
        scope: Scope::ThisRun,
        check: |run| Verdict::unless(late_answer(run.trace(), GROUND, SILENT)),
    },
    Claim {
        says: "None of the pulls on which G2 gave up was carried out.",
        scope: Scope::ThisRun,
        check: |run| {
            let given_up =
                pulls(run.trace(), GROUND, SILENT).into_iter().filter(|pull| pull.given_up.is_some());
            Verdict::unless(given_up.filter_map(|pull| is_carried_out(run.trace(), &pull)).next())
        },
    },
    Claim {
        says: "S23 runs all the time.",
        scope: Scope::ThisRun,
        check: |run| {
            let trace = run.trace();
            let stops = |&event: &EventId| {
                trace.node(event) == SILENT
                    && matches!(trace.kind(event), EventKind::Crash | EventKind::Pause)
            };
            Verdict::unless(trace.events().find(stops))
        },
    },
    Claim {
        says: "S23 answers G10 all the time.",
        scope: Scope::ThisRun,
        check: |run| Verdict::unless(given_up(run, WITNESS, |satellite| satellite == SILENT)),
    },
];

/// Whether all that the ground has in memory about a satellite was said by it before, by the trace's edges.
fn knows_only_its_past(run: &Evidence<'_>) -> Verdict {
    let trace = run.trace();
    let Some(last) = trace.last_of(GROUND) else { return Verdict::Undecided };
    let contacts = run.memory(GROUND).and_then(|memory| memory["contacts"].as_object());
    for (number, contact) in contacts.into_iter().flatten() {
        let heard = &contact["heard"];
        let (Some(nth), Some(taken)) = (heard["nth"].as_u64(), heard["taken"].as_i64()) else { continue };
        let satellite = NodeId(number.parse::<u16>().unwrap_or(0).saturating_sub(1));
        let mut said = pulls::frames(trace, satellite, GROUND, (nth, WallReading(taken)));
        if !said.any(|said| run.is_before(said, last)) {
            return Verdict::Broken(Some(last));
        }
    }
    Verdict::Holds
}

/// The first time that a station gives up on a pull from a satellite of this kind.
fn given_up(run: &Evidence<'_>, station: NodeId, is_one: fn(NodeId) -> bool) -> Option<EventId> {
    let trace = run.trace();
    let mut events = trace.events().filter(|&event| trace.node(event) == station);
    events.find(|&event| {
        let satellite = trace.label_number(event).map(|number| NodeId(number.saturating_sub(1) as u16));
        trace.label_word(event) == NO_ANSWER && satellite.is_some_and(is_one)
    })
}
