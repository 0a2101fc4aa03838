//! What `administrator` lets in: borders, their limits and windows, versions, and hands that reach their own.

use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed, TrueTime};
use lightcone::sim::{
    Act, Agencies, Context, Engine, EventKind, FaultSetting, Incoming, MessageRef, Program, Setup, SpanKind,
    TimerId, Topology,
};
use serde::Serialize;

use crate::players::{A, B, assert_share, beacon, faults_with, finish, run};

const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLISECOND;

/// The dials that make `administrator` do nothing to packets; a test then turns one.
const CALM: [(&str, i64); 5] = [
    ("administrator.rate", 1_000_000),
    ("administrator.burst", 1_000_000),
    ("administrator.maintenance", 0),
    ("administrator.gap", 0),
    ("administrator.rollout", 24 * 3_600 * SECOND),
];

fn only(dials: &[(&str, i64)]) -> Vec<FaultSetting> {
    faults_with(&["administrator"], &[dials, &CALM].concat())
}

/// A beat each millisecond from the first agency's node to the second's.
fn border(beats: u64, dials: &[(&str, i64)]) -> Setup {
    beacon(Topology::mesh(2, Duration::millis(1)), Duration::millis(1), beats, only(dials))
}

/// For each beat whether it was turned away, by this word.
fn refused(engine: &Engine, effect: &str) -> Vec<bool> {
    let trace = engine.trace();
    let is_refused = |message| trace.fate(message).iter().any(|entry| entry.effect == effect);
    trace.message_ids().map(is_refused).collect()
}

#[test]
fn calm_dials_do_nothing_and_what_stays_at_home_is_left_alone() {
    assert_eq!(run(border(500, &[])).trace().fates().count(), 0);
    let mut setup = border(500, &[("administrator.rate", 1), ("administrator.filter", 1_000_000)]);
    assert!(refused(&run(setup.clone()), "filtered").into_iter().all(|refused| refused));
    setup.topology.agencies = Agencies::new(&["Meridian"], 2, |_| 0);
    assert_eq!(run(setup).trace().fates().count(), 0, "one agency has no border");
}

#[test]
fn a_border_takes_as_many_as_its_bucket_has_tokens() {
    let engine = run(border(3_000, &[("administrator.rate", 200), ("administrator.burst", 30)]));
    // The same by when a message is due (the generic cell rate algorithm): each 5 ms one, and 29 of them too early.
    let (mut due, mut expected) = (0_i64, Vec::new());
    for at in 1..=3_000 {
        let conforms = at >= due - 29 * 5;
        if conforms {
            due = due.max(at) + 5;
        }
        expected.push(!conforms);
    }
    assert_eq!(refused(&engine, "rate limit"), expected);
    assert_eq!(expected.iter().filter(|refused| !**refused).count(), 30 + 600 - 1);
}

#[test]
fn each_further_agency_takes_its_share_of_what_the_one_before_it_takes() {
    let dials =
        [("administrator.rate", 240), ("administrator.burst", 5), ("administrator.stricter", 250_000)];
    let taken = |from: u16, to: u16| {
        let mut setup = border(4_000, &dials);
        setup.topology = Topology::mesh(4, Duration::millis(1));
        setup.nodes = crate::players::names(4, lightcone::sim::Codec::Compact);
        setup.topology.agencies = Agencies::new(&["one", "two", "three", "four"], 4, NodeId::index);
        let spawn = move |_| -> Box<dyn Program> {
            Box::new(Talker { from: NodeId(from), to: NodeId(to), left: 4_000 })
        };
        let engine = run(Setup { spawn: Arc::new(spawn), ..setup });
        refused(&engine, "rate limit").into_iter().filter(|refused| !refused).count()
    };
    for from in 0..4 {
        // 240 a second, 60, 15, and 3 (a share of a message is none), for four seconds; and five at once.
        for (to, rate) in [240, 60, 15, 3].into_iter().enumerate().filter(|(to, _)| *to != usize::from(from))
        {
            let expected = 5 + 4 * rate - 1;
            let taken = taken(from, to as u16);
            assert!(taken.abs_diff(expected) <= 1, "{from} to {to}: {taken} for {expected}");
        }
    }
}

#[test]
fn a_filter_knows_kinds_and_not_messages() {
    let mut engine = Engine::new(Arc::new(border(20, &[("administrator.filter", 300_000)])));
    let mut filtered = 0;
    for seed in 0..600 {
        engine = engine.start_anew(Seed(seed));
        finish(&mut engine);
        let refused = refused(&engine, "filtered");
        assert!(refused.iter().all(|&other| other == refused[0]), "beats are of one kind");
        filtered += usize::from(refused[0]);
    }
    assert_share(filtered, 600, 0.3, "worlds in which beats are filtered");
}

#[test]
fn each_agency_closes_its_border_in_windows_of_its_own() {
    let dials = [("administrator.window", SECOND), ("administrator.maintenance", 150 * MILLISECOND)];
    let mut setup = beacon(Topology::mesh(6, Duration::millis(1)), Duration::millis(10), 350, only(&dials));
    setup.topology.agencies = Agencies::new(&["one", "two", "three"], 6, |node| node.index() / 2);
    let engine = run(setup);
    let spans: Vec<_> = engine.trace().spans().collect();
    assert!(spans.iter().all(|span| span.kind == SpanKind::Partition));
    for agency in 0..3_u16 {
        let own = [NodeId(agency * 2), NodeId(agency * 2 + 1)];
        let times: Vec<(u64, u64)> = spans
            .iter()
            .filter(|span| span.nodes == own)
            .map(|span| (span.from.0 / 1_000_000, span.to.map_or(0, |to| to.0) / 1_000_000))
            .collect();
        let first = 250 * (u64::from(agency) + 1);
        let expected: Vec<(u64, u64)> =
            (0..3).map(|nth| (first + nth * 1_000, first + nth * 1_000 + 150)).collect();
        assert_eq!(times[..3], expected, "agency {agency}");
    }
    let during = |at: u64| [0, 2].iter().any(|agency| (at + 1_000 - 250 * (agency + 1)) % 1_000 < 150);
    let lost = refused(&engine, "partition");
    for (beat, lost) in lost.into_iter().enumerate() {
        let at = 10 * (beat as u64 + 1);
        assert_eq!(lost, at >= 250 && during(at), "the beat at {at} ms, from the first agency to the third");
    }
}

#[test]
fn agencies_go_by_times_of_their_own_and_go_right_again() {
    let mut setup = border(2_000, &[("administrator.gap", 18 * SECOND)]);
    setup.script.act(Duration::millis(1_000), Act::Assume { fault: "administrator".into(), held: true });
    let mut engine = Engine::new(Arc::new(setup));
    let ahead = |engine: &Engine, node| engine.clock(node).ahead_ns(engine.now());
    assert_eq!((ahead(&engine, A), ahead(&engine, B)), (0, 18 * SECOND));
    assert_eq!(engine.trace().len(), 0, "they have gone by it all along");
    finish(&mut engine);
    assert_eq!((ahead(&engine, A), ahead(&engine, B)), (0, 0));
    let trace = engine.trace();
    let steps: Vec<_> = trace.events().filter(|&e| trace.kind(e) == EventKind::ClockStep).collect();
    assert_eq!(steps.iter().map(|&event| trace.node(event)).collect::<Vec<_>>(), [B]);
}

/// One node says something to another each millisecond.
#[derive(Clone, Debug, Serialize)]
struct Talker {
    from: NodeId,
    to: NodeId,
    left: u32,
}

impl Program for Talker {
    fn start(&mut self, cx: &mut Context<'_>) {
        if cx.me() == self.from {
            cx.set_timer(TimerId::new("tick", 0), Duration::millis(1));
        }
    }

    fn message(&mut self, _: NodeId, _: &Incoming<'_>, _: &mut Context<'_>) {}

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        cx.send(self.to, "word", &self.left);
        self.left -= 1;
        if self.left > 0 {
            cx.set_timer(timer, Duration::millis(1));
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<u32>()
    }
}

/// Decides at every tick which version it runs.
#[derive(Clone, Debug, Serialize)]
struct Clerk;

impl Program for Clerk {
    fn start(&mut self, cx: &mut Context<'_>) {
        cx.set_timer(TimerId::new("look", 0), Duration::millis(100));
    }

    fn message(&mut self, _: NodeId, _: &Incoming<'_>, _: &mut Context<'_>) {}

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        cx.set_timer(timer, Duration::millis(100));
        cx.decide_nth("runs", cx.version().into());
    }

    fn explain(&self, _: &Incoming<'_>) -> Option<serde_json::Value> {
        None
    }
}

#[test]
fn a_rollout_takes_hold_agency_by_agency_and_outlives_a_crash() {
    let dials = [("administrator.rollout", 250 * MILLISECOND), ("administrator.lag", 400 * MILLISECOND)];
    let setup = beacon(Topology::mesh(4, Duration::millis(1)), Duration::millis(100), 14, only(&dials));
    let mut setup = Setup { spawn: Arc::new(|_| Box::new(Clerk)), ..setup };
    setup.script.act(Duration::millis(310), Act::Crash(A)).act(Duration::millis(320), Act::Restart(A));
    setup.script.act(Duration::millis(1_150), Act::Assume { fault: "administrator".into(), held: true });
    let engine = run(setup);
    let trace = engine.trace();
    let versions = |node: u16| -> Vec<(u64, u32)> {
        let decides =
            |event: &_| trace.kind(*event) == EventKind::Decide && trace.node(*event) == NodeId(node);
        let row = |event| (trace.at(event).0 / 1_000_000, trace.label_number(event).unwrap_or(0));
        trace.events().filter(decides).map(row).collect()
    };
    for node in 0..4 {
        let takes_hold = if node < 2 { 250 } else { 650 };
        let seen = versions(node);
        assert!(seen.len() > 10);
        for (at, version) in seen {
            let expected = if at > takes_hold && at < 1_150 { 2 } else { 1 };
            assert_eq!(version, expected, "node {node} at {at} ms");
        }
    }
}

#[test]
fn hands_reach_the_nodes_of_their_own_agency_alone() {
    let mut setup = border(50, &[]);
    setup.script.act(Duration::millis(5), Act::Pause(B)).act(Duration::millis(9), Act::Resume(B));
    let mut engine = Engine::new(Arc::new(setup.clone()));
    while engine.in_flight().is_empty() {
        engine.step().expect("beats go on");
    }
    let refused = engine.act(&Act::Crash(B)).unwrap_err();
    for part in ["n1", "Agency 2", "Agency 1", "administrator.yours"] {
        assert!(refused.contains(part), "{part} is not in: {refused}");
    }
    assert!(engine.check(&Act::SetSpeed(B, Duration::ZERO)).is_err());
    assert!(engine.check(&Act::Partition { group: vec![B], one_way: false }).is_err());
    let name = MessageRef { from: A, to: B, nth: 0, copy: 0 };
    for act in [
        Act::Pause(A),
        Act::Drop(name),
        Act::Cut { from: A, to: B, one_way: false },
        Act::Turn { fault: "administrator".into(), dial: "yours".into(), value: 2 },
        Act::Crash(B),
    ] {
        engine.act(&act).unwrap_or_else(|why| panic!("{act:?} is refused: {why}"));
    }
    assert!(engine.act(&Act::Resume(A)).is_err(), "now the other agency's nodes are yours");
    engine.act(&Act::Assume { fault: "administrator".into(), held: true }).expect("anyone may");
    engine.act(&Act::Resume(A)).expect("with one administrator all are yours");
    // The script is no hand.
    let paused = run(setup);
    assert!(paused.trace().spans().any(|span| span.kind == SpanKind::Pause && span.to.is_some()));
    assert!(paused.trace().now() > TrueTime::ZERO);
}
