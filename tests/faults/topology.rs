//! What `topology` lets in: contacts against the orbits, moves against their dials, and records that grow old.

use lightcone::base::{Duration, NodeId, TrueTime};
use lightcone::sim::orbit::{Constellation, Pass};
use lightcone::sim::{
    Act, Context, Engine, FaultSetting, Incoming, MessageState, Outcome, Program, Setup, TimerId, Topology,
};
use serde::Serialize;

use crate::players::{A, assert_mean, assert_share, beacon, faults_with, finish, run};

const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLISECOND;

/// South Point, Fairbanks and Troll.
const STATIONS: [(f64, f64); 3] = [(19.0, -155.7), (64.9, -147.7), (-72.0, 2.5)];

fn only(dials: &[(&str, i64)]) -> Vec<FaultSetting> {
    faults_with(&["topology"], dials)
}

/// Distances are no concern of most tests.
const SELDOM: (&str, i64) = ("topology.refresh", 3_600 * SECOND);

/// A beacon on the first satellite that speaks to the last station every ten seconds, for so many minutes.
fn sky(minutes: u64, dials: &[(&str, i64)]) -> Setup {
    let topology = Topology::orbiting(Constellation::MERIDIAN, &STATIONS);
    beacon(topology, Duration::secs(10), minutes * 6, only(dials))
}

/// The satellites that a station is in contact with.
fn contacts(engine: &Engine, station: NodeId) -> Vec<NodeId> {
    let topology = engine.topology();
    let mut found: Vec<NodeId> =
        topology.contacts().filter(|(_, link)| link.from == station).map(|(_, link)| link.to).collect();
    found.sort_unstable();
    found
}

#[test]
fn with_antennas_enough_contacts_are_the_satellites_above_the_horizon() {
    let dials = [("topology.antennas", 16), ("topology.handover", 0), SELDOM];
    let mut engine = Engine::new(std::sync::Arc::new(sky(100, &dials)));
    let passes = engine.topology().passes();
    let mut seen = 0;
    while engine.step().is_ok() {
        let now = engine.now();
        for station in (48..51).map(NodeId) {
            let up = |pass: &&Pass| pass.station == station && pass.is_up(now);
            let expected: Vec<NodeId> = passes.iter().filter(up).map(|pass| pass.satellite).collect();
            assert_eq!(contacts(&engine, station), expected, "at {now}");
            seen += expected.len();
        }
    }
    assert!(seen > 1_000, "{seen} contacts");
}

#[test]
fn a_station_tracks_as_many_as_it_has_antennas_and_keeps_them_until_they_set() {
    let dials = [("topology.antennas", 1), ("topology.handover", 2 * SECOND), SELDOM];
    let mut engine = Engine::new(std::sync::Arc::new(sky(100, &dials)));
    let passes = engine.topology().passes();
    let mut before: Option<NodeId> = None;
    let mut handovers = 0;
    while engine.step().is_ok() {
        let now = engine.now();
        let tracked = contacts(&engine, NodeId(48));
        assert!(tracked.len() <= 1);
        if let (Some(old), Some(&new)) = (before, tracked.first())
            && old != new
        {
            let pass = passes.iter().find(|pass| (pass.station, pass.satellite) == (NodeId(48), old));
            assert!(pass.is_some_and(|pass| !pass.is_up(now)), "{old} was let go before it had set");
            handovers += 1;
        }
        before = tracked.first().copied().or(before);
    }
    assert!(handovers > 5, "{handovers} handovers in 100 minutes");
}

#[test]
fn a_contact_cannot_be_used_until_the_handover_is_over() {
    let gap = |handover: i64| -> f64 {
        let dials = [("topology.antennas", 1), ("topology.handover", handover), SELDOM];
        let mut engine = Engine::new(std::sync::Arc::new(sky(100, &dials)));
        let (mut dark, mut all) = (0, 0);
        while engine.step().is_ok() {
            all += 1;
            dark += usize::from(contacts(&engine, NodeId(48)).is_empty());
        }
        dark as f64 / f64::from(all)
    };
    let (none, long) = (gap(0), gap(60 * SECOND));
    assert!(long > none + 0.05, "{none} of the time dark without a handover, {long} with a minute of it");
}

#[test]
fn distances_follow_the_orbits_and_the_start_comes_back() {
    let dials = [("topology.refresh", SECOND)];
    let mut engine = Engine::new(std::sync::Arc::new(sky(6, &dials)));
    let start = Topology::orbiting(Constellation::MERIDIAN, &STATIONS);
    while engine.now() < TrueTime::ZERO + Duration::secs(300) {
        engine.step().expect("the run is longer");
    }
    let topology = engine.topology().clone();
    let mut longest_error = 0;
    for (_, link) in topology.contacts() {
        let light = topology.light_between(link.from, link.to, engine.now()).expect("both are in space");
        longest_error = longest_error.max(light.0.abs_diff(link.delay.0));
    }
    // Two satellites part at no more than twice 7.5 km/s, which is 50 µs of light in a second.
    assert!(longest_error < 50_000, "{longest_error} ns");
    assert_ne!(topology.visible(TrueTime::ZERO), topology.visible(engine.now()));
    engine.act(&Act::Assume { fault: "topology".into(), held: true }).expect("there is such a fault");
    let links = |topology: &Topology| {
        let mut links: Vec<_> =
            topology.contacts().map(|(_, link)| (link.from, link.to, link.delay)).collect();
        links.sort_unstable();
        links
    };
    assert_eq!(links(engine.topology()), links(&start));
}

#[test]
fn held_the_contacts_of_the_start_stay() {
    let topology = Topology::orbiting(Constellation::MERIDIAN, &STATIONS);
    let engine = run(beacon(topology.clone(), Duration::secs(10), 400, faults_with(&[], &[])));
    assert_eq!(*engine.topology(), topology);
    let arrived = engine.trace().message_ids().filter(|&m| engine.trace().state(m) == MessageState::Arrived);
    assert_eq!(arrived.count(), 400);
}

/// A beat each 10 ms from the first to the last of three nodes in a row.
fn row(beats: u64, dials: &[(&str, i64)]) -> Engine {
    let chain = Topology::grid(3, 1, Duration::millis(1));
    run(beacon(chain, Duration::millis(10), beats, only(dials)))
}

fn lost(engine: &Engine, effect: &str) -> usize {
    engine.trace().fates().filter(|e| e.effect == effect && e.outcome == Outcome::Lost).count()
}

#[test]
fn relays_move_as_often_and_stay_away_as_long_as_the_dials_say() {
    let dials = [
        ("topology.movers", 1_000_000),
        ("topology.every", SECOND),
        ("topology.handover", 250 * MILLISECOND),
        ("topology.ttl", 0),
    ];
    let engine = row(60_000, &dials);
    assert_eq!(lost(&engine, "stale address"), 0);
    // Each of three is there for 1 of 1.25 s; there is a way when all are.
    let trace = engine.trace();
    let no_route = lost(&engine, "no route");
    let cycles = 600.0 / 1.25 * 3.0;
    let expected: f64 = 1.0 - 0.8 * 0.8 * 0.8;
    // As many stays are independent, not as many beats.
    let deviation = (expected * (1.0 - expected) / cycles).sqrt();
    let share = no_route as f64 / trace.messages() as f64;
    assert!((share - expected).abs() < 5.0 * deviation, "{share} without a way, expected {expected}");
    assert_eq!(lost(&row(2_000, &[("topology.movers", 0)]), "no route"), 0);
}

#[test]
fn who_is_back_is_at_another_distance_and_routes_follow() {
    let dials = [
        ("topology.movers", 1_000_000),
        ("topology.every", SECOND),
        ("topology.handover", 0),
        ("topology.ttl", 0),
    ];
    let mesh = Topology::mesh(4, Duration::millis(1));
    let mut engine =
        Engine::new(std::sync::Arc::new(beacon(mesh, Duration::millis(10), 3_000, only(&dials))));
    let (mut delays, mut ways) = (Vec::new(), std::collections::BTreeSet::new());
    while engine.step().is_ok() {
        delays.extend(engine.topology().links.iter().map(|link| link.delay.0));
        ways.extend(engine.in_flight().iter().filter(|p| p.name.from == A).filter_map(|p| p.link));
    }
    assert!(delays.iter().all(|delay| (500_000..=2_000_000).contains(delay)));
    delays.sort_unstable();
    delays.dedup();
    assert!(delays.len() > 100 && ways.len() > 1, "{} lengths, {} ways", delays.len(), ways.len());
}

#[test]
fn a_record_is_out_of_date_until_it_is_looked_up_again() {
    // Only the last node's moves count for its address.
    let dials = |ttl: i64, sticky: i64| {
        [
            ("topology.movers", 1_000_000),
            ("topology.every", 2 * SECOND),
            ("topology.handover", 0),
            ("topology.ttl", ttl),
            ("topology.sticky", sticky),
        ]
    };
    let engine = row(80_000, &dials(400 * MILLISECOND, 0));
    let trace = engine.trace();
    let is_stale = |message| trace.fate(message).iter().any(|entry| entry.effect == "stale address");
    let stale: Vec<bool> = trace.message_ids().map(is_stale).collect();
    // Records end at the same place of every forty beats, and within their life only the end is out of date.
    let ends: Vec<usize> = (1..stale.len()).filter(|&beat| stale[beat - 1] && !stale[beat]).collect();
    assert!(ends.windows(2).all(|pair| (pair[1] - pair[0]) % 40 == 0), "a record lives for 40 beats");
    let lives: Vec<usize> = stale[ends[0] % 40..]
        .chunks_exact(40)
        .map(|life| {
            assert!(life.is_sorted(), "what is out of date stays so until the next look-up");
            life.iter().filter(|stale| **stale).count()
        })
        .collect();
    let spells: Vec<f64> = lives.iter().filter(|&&beats| beats > 0).map(|&beats| beats as f64).collect();
    // The first move within the life of a record, if there is one, comes after an exponential time that is cut
    // off: in units of that life, with x moves in one in the mean, 1/x - 1/(e^x - 1).
    let x: f64 = 0.2;
    let first = 1.0 / x - 1.0 / (libm::exp(x) - 1.0);
    assert_mean(&spells, 40.0 * (1.0 - first), 40.0 / 12_f64.sqrt(), "beats on an old record");
    let share = spells.len() as f64 / lives.len() as f64;
    let expected = 1.0 - libm::exp(-x);
    let deviation = (expected * (1.0 - expected) / 2_000.0).sqrt();
    assert!(
        (share - expected).abs() < 5.0 * deviation,
        "{share} of the records outlived, expected {expected}"
    );
    let often = lost(&row(5_000, &dials(0, 0)), "stale address");
    let never = lost(&row(5_000, &dials(400 * MILLISECOND, 1_000_000)), "stale address");
    assert_eq!(often, 0, "who looks up each time is never wrong");
    assert!(never > 4_000, "who never looks again is wrong from the first move on: {never}");
}

/// One node says something to another at every tick, and somebody looks an address up before so many ticks, or never.
#[derive(Clone, Debug, Serialize)]
struct Careful {
    speaker: NodeId,
    listener: NodeId,
    /// Who looks up, and whose address.
    look_up: (NodeId, NodeId),
    every_nth: u32,
    said: u32,
}

impl Program for Careful {
    fn start(&mut self, cx: &mut Context<'_>) {
        cx.set_timer(TimerId::new("tick", 0), Duration::millis(10));
    }

    fn message(&mut self, _: NodeId, _: &Incoming<'_>, _: &mut Context<'_>) {}

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        cx.set_timer(timer, Duration::millis(10));
        let (who, whose) = self.look_up;
        if cx.me() == who && self.every_nth > 0 && self.said.is_multiple_of(self.every_nth) {
            cx.look_up(whose);
        }
        if cx.me() == self.speaker {
            cx.send_nth(self.listener, "word", self.said, &self.said);
        }
        self.said += 1;
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<u32>()
    }
}

#[test]
fn who_looks_an_address_up_by_itself_has_the_one_of_that_instant() {
    let dials = [
        ("topology.movers", 1_000_000),
        ("topology.every", SECOND),
        ("topology.handover", 0),
        ("topology.ttl", 3_600 * SECOND),
        ("topology.sticky", 1_000_000),
    ];
    let stale = |speaker: NodeId, listener: NodeId, look_up: (NodeId, NodeId), every_nth: u32| {
        let setup =
            beacon(Topology::mesh(3, Duration::millis(1)), Duration::millis(10), 20_000, only(&dials));
        let careful = Careful { speaker, listener, look_up, every_nth, said: 0 };
        let spawn = move |_| -> Box<dyn Program> { Box::new(careful.clone()) };
        let engine = run(Setup { spawn: std::sync::Arc::new(spawn), ..setup });
        let trace = engine.trace();
        let is_lost = |m| trace.fate(m).iter().any(|entry| entry.effect == "stale address");
        trace.message_ids().map(is_lost).collect::<Vec<bool>>()
    };
    let count = |lost: Vec<bool>| lost.into_iter().filter(|lost| *lost).count();
    let nodes: Vec<NodeId> = NodeId::first(3).collect();
    for (&me, &other) in nodes.iter().flat_map(|me| nodes.iter().map(move |other| (me, other))) {
        if me == other {
            continue;
        }
        let who = format!("{me:?} to {other:?}");
        assert_eq!(count(stale(me, other, (me, other), 1)), 0, "{who}: just looked up, it is right");
        let never = count(stale(me, other, (me, other), 0));
        assert!(never > 19_000, "{who}: never looked up, it is wrong from the first move on: {never}");
        let [third] = nodes.iter().filter(|node| ![me, other].contains(node)).collect::<Vec<_>>()[..] else {
            panic!("of three nodes one is left")
        };
        for look_up in [(me, *third), (*third, other), (other, me)] {
            let lost = count(stale(me, other, look_up, 1));
            assert_eq!(lost, never, "{who}: another's record, or by another, is of no use: {look_up:?}");
        }
        let now_and_then = stale(me, other, (me, other), 50);
        // Out of date from a move to the next look-up, and right from there on.
        assert!(now_and_then.chunks(50).all(<[bool]>::is_sorted), "{who}");
        let spells = now_and_then.chunks(50).filter(|life| life[49]).count();
        // Whether a node moves within the 490 ms between a look-up and the last word before the next one.
        assert_share(spells, now_and_then.len() / 50, 1.0 - libm::exp(-0.49), "look-ups that were outlived");
    }
}

#[test]
fn only_the_share_of_movers_moves() {
    let dials = [
        ("topology.movers", 300_000),
        ("topology.every", SECOND),
        ("topology.handover", 0),
        ("topology.ttl", 3_600 * SECOND),
    ];
    let star = Topology::star(200, Duration::millis(1));
    let mut engine = Engine::new(std::sync::Arc::new(beacon(star, Duration::secs(3), 2, only(&dials))));
    finish(&mut engine);
    // The hub is node 0. If it moves, every line is new.
    let moved = |link: &&lightcone::sim::Link| link.from == A && link.delay != Duration::millis(1);
    let links = engine.topology().links.iter().filter(moved).count();
    assert_share(links, 199, 0.3, "nodes that moved");
}
