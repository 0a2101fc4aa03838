//! What the hazards do to nodes: clocks, pauses and crashes.

use std::sync::Arc;

use lightcone::base::{Duration, NodeId, TrueTime, WallReading};
use lightcone::sim::{
    Act, Engine, EventKind, FaultSetting, Limits, NodeStatus, Setup, Span, SpanKind, Topology, Trace,
};

use crate::players::{A, B, assert_mean, assert_share, beacon, faults_with, finish, gossip, run};

const MILLISECOND: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MILLISECOND;
const MANY: usize = 200;

fn many(faults: Vec<FaultSetting>, long: Duration) -> Engine {
    let star = Topology::star(MANY, Duration::millis(1));
    Engine::new(Arc::new(Setup { horizon: TrueTime::ZERO + long, ..beacon(star, long, 1, faults) }))
}

/// The values of a dial's uniform effect on many nodes: within bounds, and as wide as they should be.
fn assert_fills(values: &[f64], most: f64, what: &str) {
    assert!(values.iter().all(|value| value.abs() <= most), "{what} beyond {most}");
    assert_mean(values, 0.0, most / 3_f64.sqrt(), what);
    let half = values.iter().filter(|value| value.abs() > most / 2.0).count();
    assert_share(half, values.len(), 0.5, what);
}

#[test]
fn clocks_start_off_and_drift_within_their_bounds() {
    let dials = [("clocks.offset", 2 * SECOND), ("clocks.drift", 100), ("clocks.sync", 0)];
    let mut engine = many(faults_with(&["clocks"], &dials), Duration::secs(100));
    let nodes = || NodeId::first(MANY);
    let ahead = |engine: &Engine, at| -> Vec<f64> {
        nodes().map(|node| engine.clock(node).ahead_ns(at) as f64).collect()
    };
    let first = ahead(&engine, TrueTime::ZERO);
    assert_fills(&first, 2e9, "offset");
    assert_eq!(engine.trace().len(), 0, "a clock that was never right is not set");
    finish(&mut engine);
    let then = TrueTime::ZERO + Duration::secs(100);
    let gained: Vec<f64> = ahead(&engine, then).iter().zip(&first).map(|(now, then)| now - then).collect();
    assert_fills(&gained, 100.0 * 100.0 * 1_000.0, "drift over 100 s");
    let wall = engine.trace().wall_at(A, TrueTime::ZERO);
    assert_eq!(wall.0 as f64, first[0], "the trace agrees");
}

#[test]
fn a_time_service_steps_large_errors_and_slews_small_ones() {
    let run_with = |offset, method| {
        let dials = [
            ("clocks.offset", offset),
            ("clocks.sync", 10 * SECOND),
            ("clocks.sync-error", MILLISECOND),
            ("clocks.method", method),
        ];
        let mut engine = many(faults_with(&["clocks"], &dials), Duration::secs(600));
        finish(&mut engine);
        engine
    };
    let steps = |engine: &Engine| {
        engine.trace().events().filter(|&e| engine.trace().kind(e) == EventKind::ClockStep).count()
    };
    let worst = |engine: &Engine| {
        NodeId::first(MANY).map(|n| engine.clock(n).ahead_ns(engine.now()).unsigned_abs()).max()
    };
    // 50 ppm gain half a millisecond in 10 s, and the service is off by up to one.
    let good = Some(1_500_000);
    let large = run_with(10 * SECOND, 0);
    let off_by_much = NodeId::first(MANY)
        .filter(|&n| large.trace().wall_at(n, TrueTime::ZERO).0.unsigned_abs() >= 129_000_000);
    assert!(steps(&large) >= off_by_much.count() && steps(&large) <= MANY, "{} steps", steps(&large));
    assert!(worst(&large) <= good, "{:?}", worst(&large));
    let small = run_with(100 * MILLISECOND, 0);
    assert_eq!(steps(&small), 0, "128 ms are slewed");
    assert!(worst(&small) <= Some(2_000_000), "500 ppm make up for 100 ms in 200 s: {:?}", worst(&small));
    assert!(steps(&run_with(100 * MILLISECOND, 1)) > MANY * 50, "every correction is a step");
    let slewed = run_with(10 * SECOND, 2);
    assert_eq!(steps(&slewed), 0);
    assert!(worst(&slewed) > Some(1_000_000_000), "10 s take more than five hours at 500 ppm");
}

#[test]
fn clocks_go_right_again_when_the_assumption_is_held_and_a_dial_is_live() {
    let dials = [("clocks.offset", SECOND), ("clocks.sync", SECOND), ("clocks.method", 2)];
    let mut engine = many(faults_with(&["clocks"], &dials), Duration::secs(60));
    let before = engine.clock(B).ahead_ns(engine.now());
    let turn = Act::Turn { fault: "clocks".into(), dial: "offset".into(), value: 2 * SECOND };
    engine.act(&turn).expect("there is such a dial");
    let after = engine.clock(B).ahead_ns(engine.now());
    assert!((after - 2 * before).abs() <= 1, "{before} ns became {after} ns");
    engine.step().expect("a tick at the end of the horizon");
    assert_ne!(engine.clock(B).ahead_ns(engine.now()), 0);
    engine.act(&Act::Assume { fault: "clocks".into(), held: true }).expect("there is such a fault");
    for node in NodeId::first(MANY) {
        assert_eq!(engine.clock(node).ahead_ns(engine.now()), 0);
        assert_eq!(engine.clock(node).drift_ppb(), 0);
        assert_eq!(engine.clock(node).ahead_ns(engine.now() + Duration::secs(500)), 0, "no slew is left");
    }
    assert_eq!(engine.clock(A).wall(engine.now()), WallReading(engine.now().0 as i64));
}

fn spans(trace: &Trace, kind: SpanKind) -> Vec<Span> {
    trace.spans().filter(|span| span.kind == kind).collect()
}

/// How long the ended spans lasted, and how long each node was well between two of them.
fn stays(trace: &Trace, kind: SpanKind) -> (Vec<f64>, Vec<f64>) {
    let all = spans(trace, kind);
    let length = |from: TrueTime, to: TrueTime| to.since(from).0 as f64;
    let ill = all.iter().filter_map(|span| Some(length(span.from, span.to?))).collect();
    let mut well = Vec::new();
    for node in NodeId::first(trace.nodes()) {
        let own: Vec<&Span> = all.iter().filter(|span| span.nodes == [node]).collect();
        well.extend(own.windows(2).filter_map(|two| Some(length(two[0].to?, two[1].from))));
    }
    (ill, well)
}

#[test]
fn pauses_come_and_last_as_the_dials_say() {
    let dials = [("pauses.every", SECOND), ("pauses.length", 250 * MILLISECOND)];
    let mut engine = many(faults_with(&["pauses"], &dials), Duration::secs(80));
    finish(&mut engine);
    let (paused, running) = stays(engine.trace(), SpanKind::Pause);
    // The horizon cuts long stays off more often than short ones: 5 deviations leave room for that here.
    assert_mean(&paused, 2.5e8, 2.5e8, "length of a pause");
    assert_mean(&running, 1e9, 1e9, "time between pauses");
    let fixed = [dials[0], dials[1], ("pauses.shape", 0), ("pauses.nodes", 300_000)];
    let mut engine = many(faults_with(&["pauses"], &fixed), Duration::secs(60));
    finish(&mut engine);
    let (paused, _) = stays(engine.trace(), SpanKind::Pause);
    assert!(paused.len() > 1_000 && paused.iter().all(|&length| length == 2.5e8));
    let nodes: std::collections::BTreeSet<_> =
        spans(engine.trace(), SpanKind::Pause).into_iter().map(|span| span.nodes).collect();
    assert_share(nodes.len(), MANY, 0.3, "nodes that are ever paused");
}

#[test]
fn what_reaches_a_paused_process_comes_at_once_when_it_goes_on() {
    let dials = [("pauses.every", SECOND), ("pauses.length", 200 * MILLISECOND), ("pauses.shape", 0)];
    let faults = faults_with(&["pauses"], &dials);
    let engine = run(beacon(Topology::mesh(2, Duration::millis(1)), Duration::millis(10), 3_000, faults));
    let trace = engine.trace();
    let mut piled = 0;
    for span in spans(trace, SpanKind::Pause).into_iter().filter(|span| span.nodes == [B]) {
        let Some(to) = span.to else { continue };
        let during = |event: &_| trace.node(*event) == B && trace.kind(*event) == EventKind::Receive;
        let receives: Vec<_> = trace.events().filter(during).map(|event| trace.at(event)).collect();
        assert!(receives.iter().all(|&at| at <= span.from || at >= to), "a paused process takes nothing");
        piled += receives.iter().filter(|&&at| at == to).count();
    }
    assert!(piled > 100, "{piled} receives at the ends of pauses");
}

#[test]
fn crashes_come_and_last_as_the_dials_say_and_the_disk_stays() {
    let dials = [("crashes.every", SECOND), ("crashes.down", 250 * MILLISECOND)];
    let mut engine = many(faults_with(&["crashes"], &dials), Duration::secs(80));
    finish(&mut engine);
    let (down, up) = stays(engine.trace(), SpanKind::Outage);
    assert_mean(&down, 2.5e8, 2.5e8, "time down");
    assert_mean(&up, 1e9, 1e9, "time between crashes");
    let faults = faults_with(&["crashes"], &dials);
    let engine = run(gossip(Topology::mesh(4, Duration::millis(1)), Duration::secs(10), faults));
    let heard = |node: NodeId| engine.memory(node).map_or(Some(u64::MAX), |memory| memory["heard"].as_u64());
    assert!(spans(engine.trace(), SpanKind::Outage).len() > 20);
    let told = NodeId::first(4).all(|node| heard(node) > Some(100));
    assert!(
        told,
        "what was written down outlasts a crash: {:?}",
        NodeId::first(4).map(heard).collect::<Vec<_>>()
    );
}

#[test]
fn some_crashes_are_for_good() {
    let dials = [("crashes.every", SECOND), ("crashes.for-good", 300_000), ("crashes.nodes", 500_000)];
    let mut engine = many(faults_with(&["crashes"], &dials), Duration::secs(200));
    finish(&mut engine);
    let down = NodeId::first(MANY).filter(|&node| engine.status(node) == NodeStatus::Down).count();
    // After 200 s nearly everyone who crashes at all is gone.
    assert_share(down, MANY, 0.5, "nodes that are gone");
    let outages = spans(engine.trace(), SpanKind::Outage);
    let lasting = outages.iter().filter(|span| span.to.is_none()).count();
    assert_eq!(lasting, down);
    assert_share(lasting, outages.len(), 0.3, "crashes for good");
}

#[test]
fn a_torn_turn_breaks_off_between_two_commands() {
    let dials = [("crashes.every", 50 * MILLISECOND), ("crashes.torn", 1_000_000)];
    let setup = gossip(
        Topology::mesh(4, Duration::millis(1)),
        Duration::secs(30),
        faults_with(&["crashes"], &[dials[0], dials[1], ("crashes.down", 20 * MILLISECOND)]),
    );
    let engine = run(Setup { limits: Limits::default(), ..setup });
    let trace = engine.trace();
    let mut after: std::collections::BTreeMap<EventKind, usize> = std::collections::BTreeMap::new();
    for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Crash) {
        let before = trace.previous(event).expect("it had begun a turn");
        assert_eq!((trace.turn_of(before), trace.at(before)), (trace.turn_of(event), trace.at(event)));
        *after.entry(trace.kind(before)).or_default() += 1;
    }
    for kind in [EventKind::Receive, EventKind::Send, EventKind::Write, EventKind::Timer] {
        assert!(after.contains_key(&kind), "no crash right after {kind:?} among {after:?}");
    }
}

#[test]
fn a_crash_that_was_to_come_is_called_off_with_the_hazard() {
    let dials = [("crashes.every", MILLISECOND), ("crashes.torn", 1_000_000)];
    let mut engine = many(faults_with(&["crashes"], &dials), Duration::secs(2));
    let script = Act::Assume { fault: "crashes".into(), held: true };
    // The beacon's only tick comes at the end; until then nobody takes a turn, and the crashes wait.
    let mut setup = (**engine.setup()).clone();
    setup.script.act(Duration::secs(1), script);
    engine = Engine::new(Arc::new(setup));
    finish(&mut engine);
    assert_eq!(spans(engine.trace(), SpanKind::Outage).len(), 0);
    assert_eq!(engine.trace().messages(), 1, "the beacon took its turn in full");
}
