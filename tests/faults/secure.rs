//! What `secure` lets in: an attacker that listens, sends again, holds back, changes and makes up.

use std::sync::Arc;

use lightcone::analysis::Causality;
use lightcone::base::{Duration, EventId, NodeId};
use lightcone::sim::{
    Act, Engine, EventKind, FaultSetting, MessageState, Outcome, Position, Recording, Setup, Topology,
};

use crate::players::{A, B, assert_mean, assert_share, beacon, faults_with, finish, run};

const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLISECOND;

/// The node that comes along when there are two of the scene.
const EVE: NodeId = NodeId(2);

/// An attacker that hears everything on every line and does nothing.
const CALM: [(&str, i64); 5] = [
    ("secure.taps", 10_000),
    ("secure.replay", 0),
    ("secure.delay", 0),
    ("secure.tamper", 0),
    ("secure.inject", 0),
];

fn only(dials: &[(&str, i64)]) -> Vec<FaultSetting> {
    faults_with(&["secure"], &[dials, &CALM].concat())
}

/// A beat each millisecond from the first node to the second.
fn pair(beats: u64, dials: &[(&str, i64)]) -> Setup {
    beacon(Topology::mesh(2, Duration::millis(1)), Duration::millis(1), beats, only(dials))
}

fn by(engine: &Engine, node: NodeId, kind: EventKind) -> Vec<EventId> {
    let trace = engine.trace();
    trace.events().filter(|&event| trace.node(event) == node && trace.kind(event) == kind).collect()
}

fn memory(engine: &Engine, field: &str) -> u64 {
    engine.memory(EVE).and_then(|memory| memory[field].as_u64()).expect("a count in its memory")
}

#[test]
fn where_the_network_is_secure_there_is_no_attacker() {
    let mut setup = pair(10, &[]);
    assert_eq!(run(setup.clone()).trace().names(), ["n0", "n1", "attacker"]);
    setup.faults = faults_with(&[], &CALM);
    assert_eq!(run(setup).trace().names(), ["n0", "n1"]);
}

#[test]
fn what_is_overheard_is_no_arrival_and_shows_in_the_attackers_memory() {
    let calm = run(pair(5_000, &[("secure.eavesdrop", 300_000)]));
    let heard = by(&calm, EVE, EventKind::Receive);
    assert_share(heard.len(), 5_000, 0.3, "packets overheard");
    assert_eq!(memory(&calm, "overheard"), heard.len() as u64);
    let trace = calm.trace();
    for event in heard {
        let message = trace.message(event).expect("a receive has a message");
        assert_eq!((trace.sender(message), trace.receiver(message)), (A, B));
        assert!(!trace.arrivals(message).contains(&event));
        assert_eq!(trace.cause_elsewhere(event), trace.sent(message));
    }
    assert!(trace.message_ids().all(|message| trace.state(message) == MessageState::Arrived));
    let memory = calm.memory(EVE).expect("it is there");
    let learned = memory["learned"].as_array().expect("a list");
    assert!(
        learned.len() == 8 && learned[0].as_str().is_some_and(|text| text.contains("\"nth\":")),
        "{memory}"
    );
    assert_eq!(memory["talks"][0]["messages"], memory["overheard"]);
    // To the two who talk it is as if nobody listened.
    let mut alone = pair(5_000, &[]);
    alone.faults = faults_with(&[], &[]);
    let alone = run(alone);
    let times = |engine: &Engine| -> Vec<_> {
        by(engine, B, EventKind::Receive).into_iter().map(|event| engine.trace().at(event)).collect()
    };
    assert_eq!(times(&calm), times(&alone));
}

#[test]
fn a_replay_has_its_cause_with_the_attacker_and_the_name_of_the_sender() {
    let dials = [("secure.replay", 300_000), ("secure.again", 250 * MILLISECOND)];
    let engine = run(pair(3_000, &dials));
    let trace = engine.trace();
    let causality = Causality::of(trace);
    let sends = by(&engine, EVE, EventKind::Send);
    // Those of the last quarter of a second are still to come.
    assert_share(sends.len(), 2_750, 0.3, "replays");
    let mut lags = Vec::new();
    for send in sends {
        let message = trace.message(send).expect("a send has a message");
        let arrival = trace.first_arrival(message);
        let original = trace
            .message_ids()
            .find(|&other| trace.sender(other) == A && trace.payload(other) == trace.payload(message))
            .and_then(|other| trace.sent(other))
            .expect("it was said before");
        assert!(causality.before(original, send), "who replays has heard it");
        lags.push(trace.at(send).since(trace.at(original)).0);
        assert_eq!(trace.label(send), trace.label(original), "it looks the same");
        let Some(arrival) = arrival else { continue };
        assert_eq!((trace.node(arrival), trace.cause_elsewhere(arrival)), (B, Some(send)));
        let poses = trace.fate(message)[0];
        assert_eq!((poses.fault, poses.effect, poses.size), ("secure", "poses as", u64::from(A.0)));
    }
    assert!(lags.iter().all(|&lag| lag == 250_001_000), "heard after 1 µs, sent again after 250 ms");
    // The beacon counts what it hears, and takes what comes twice for new.
    let heard = engine.memory(B).and_then(|memory| memory["heard"].as_u64());
    assert_eq!(heard, Some(by(&engine, B, EventKind::Receive).len() as u64));
    assert!(heard > Some(3_600));
}

#[test]
fn what_is_held_back_and_what_is_changed_are_as_many_as_the_dials_say() {
    let dials = [("secure.delay", 200_000), ("secure.hold", 40 * MILLISECOND), ("secure.tamper", 100_000)];
    let engine = run(pair(5_000, &dials));
    let trace = engine.trace();
    let signed = |effect: &str| trace.fates().filter(|entry| entry.effect == effect).count();
    assert_share(signed("held by attacker"), 5_000, 0.2, "held back");
    assert_share(signed("tampered"), 5_000, 0.1, "tampered");
    assert_eq!(trace.fates().filter(|entry| entry.outcome == Outcome::Lost).count(), 0, "checksums fit");
    let mut changed = 0;
    for event in by(&engine, B, EventKind::Receive) {
        let message = trace.message(event).expect("a receive has a message");
        let (sent, got) = (trace.payload(message), trace.received_payload(event).expect("it has bytes"));
        let bits: u32 = sent.iter().zip(got).map(|(a, b)| (a ^ b).count_ones()).sum();
        let is_tampered = trace.fate(message).iter().any(|entry| entry.effect == "tampered");
        assert_eq!((bits, got.len()), (u32::from(is_tampered), sent.len()));
        changed += bits;
    }
    assert!(changed > 400);
}

#[test]
fn forgeries_come_as_often_as_the_dial_says_and_are_like_what_was_heard() {
    let engine = run(pair(15_000, &[("secure.inject", 100 * MILLISECOND)]));
    let trace = engine.trace();
    let sends = by(&engine, EVE, EventKind::Send);
    let gaps: Vec<f64> =
        sends.windows(2).map(|pair| trace.at(pair[1]).since(trace.at(pair[0])).0 as f64).collect();
    // A stay is at least a millisecond, which moves the mean of an exponential one by less than 1/1,000 here.
    assert_mean(&gaps, 1e8, 1e8, "time between forgeries");
    for send in sends {
        let forged = trace.payload(trace.message(send).expect("a send has a message"));
        let before = trace.message_ids().take_while(|message| trace.sent(*message) < Some(send));
        let nearest = before
            .filter(|&message| trace.sender(message) == A && trace.payload(message).len() == forged.len())
            .map(|message| {
                let pairs = trace.payload(message).iter().zip(forged);
                pairs.map(|(a, b)| (a ^ b).count_ones()).sum::<u32>()
            })
            .min();
        assert!(nearest <= Some(1), "one bit from what was heard: {nearest:?}");
    }
}

#[test]
fn only_the_tapped_links_are_touched() {
    let chain = || Topology::grid(6, 1, Duration::millis(1));
    let tapped = |dials: &[(&str, i64)]| {
        let engine = run(beacon(chain(), Duration::millis(10), 50, only(dials)));
        let trace = engine.trace();
        let links: std::collections::BTreeSet<_> =
            trace.fates().filter(|entry| entry.fault == "secure").filter_map(|entry| entry.link).collect();
        links.into_iter().map(|id| engine.topology().links[id.index()].from.0).collect::<Vec<_>>()
    };
    assert_eq!(tapped(&[]), [0, 1, 2, 3, 4], "every line on the way");
    assert_eq!(tapped(&[("secure.at", 3)]), [1, 2], "into the third node and out of it");
    let one: Vec<Vec<u16>> = (1..=10).map(|taps| tapped(&[("secure.taps", taps)])).collect();
    assert!(one.windows(2).all(|two| two[0].iter().all(|link| two[1].contains(link))), "{one:?}");
    assert_eq!(one[9], [0, 1, 2, 3, 4]);
}

#[test]
fn the_attacker_comes_and_goes_with_the_switch_and_runs_can_be_wound_across_that() {
    let mut setup = pair(200, &[("secure.replay", 1_000_000), ("secure.again", 5 * MILLISECOND)]);
    setup.faults.iter_mut().for_each(|fault| fault.is_held = true);
    let setup = Arc::new(setup);
    let mut recording = Recording::with_tape(Arc::clone(&setup), lightcone::sim::Tape::default());
    let assume = |held| Act::Assume { fault: "secure".into(), held };
    let seek = |recording: &mut Recording, turn: u64, actions: usize| {
        recording.seek(Position { turn, actions }).expect("the run is longer");
    };
    seek(&mut recording, 100, 0);
    recording.act(&assume(false)).expect("there is such a fault");
    seek(&mut recording, 200, 1);
    recording.act(&assume(true)).expect("there is such a fault");
    seek(&mut recording, 260, 2);
    recording.act(&assume(false)).expect("there is such a fault");
    seek(&mut recording, 300, 3);
    let hash = recording.engine().trace().hash();
    assert_eq!(recording.engine().trace().nodes(), 3, "it is the same one that comes back");
    assert_eq!(
        recording.engine().memory(EVE).map(|memory| memory["overheard"].as_u64() < Some(40)),
        Some(true)
    );
    for (turn, actions, nodes) in [(50, 0, 2), (100, 1, 3), (99, 0, 2), (250, 2, 3), (300, 3, 3)] {
        seek(&mut recording, turn, actions);
        let engine = recording.engine();
        assert_eq!((engine.trace().nodes(), engine.trace().names().len()), (nodes, nodes), "turn {turn}");
        assert_eq!(Causality::of(engine.trace()).nodes(), nodes);
    }
    assert_eq!(recording.engine().trace().hash(), hash);
    let mut again = Engine::with_tape(setup, recording.engine().tape().clone(), false);
    while again.turns() < 300 {
        again.step().expect("the run is longer");
    }
    assert_eq!(again.trace().hash(), hash);
    // After the switch is thrown for good, nothing more of it reaches anyone but what was under way.
    let held = assume(true);
    again.act(&held).expect("there is such a fault");
    let sent = by(&again, EVE, EventKind::Send).len();
    finish(&mut again);
    assert_eq!(by(&again, EVE, EventKind::Send).len(), sent);
    assert!(again.memory(EVE).is_none());
}

#[test]
fn hazards_spare_the_attacker() {
    // Crashes and pauses are the nodes' own; who is not of the scene is spared.
    let dials = [("crashes.every", 50 * MILLISECOND), ("pauses.every", 50 * MILLISECOND)];
    let mut setup = pair(2_000, &[]);
    setup.faults = faults_with(&["secure", "crashes", "pauses", "clocks"], &[&dials[..], &CALM].concat());
    let engine = run(setup);
    let trace = engine.trace();
    let troubles = [EventKind::Crash, EventKind::Pause, EventKind::ClockStep];
    assert!(trace.events().any(|event| troubles.contains(&trace.kind(event))));
    assert!(!trace.events().any(|event| trace.node(event) == EVE && troubles.contains(&trace.kind(event))));
    assert!(Duration(SECOND as u64) < trace.now().since(lightcone::base::TrueTime::ZERO));
}
