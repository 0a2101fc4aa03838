//! Tests of the engine on small programs of their own. They speak of what the trace shows.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::{
    Act, Choice, Context, Engine, EventKind, Incoming, Limits, MessageRef, MessageState, NodeSpec,
    NodeStatus, Order, Position, Program, Recording, Role, Script, Setup, Tape, TimerId, Topology,
};
use super::Ended;
use crate::base::{Duration, NodeId, Seed, TrueTime, WallReading};

pub(super) const A: NodeId = NodeId(0);
pub(super) const B: NodeId = NodeId(1);

/// Sends a ball to and fro, counts on disk what it has seen, and serves again when its timer runs out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Player {
    seen: u32,
}

#[derive(Serialize, Deserialize)]
struct Ball {
    nth: u32,
}

impl Program for Player {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.seen = cx.disk("seen").unwrap_or(0);
        if cx.me() == A {
            cx.set_timer(TimerId::new("serve", 0), Duration::millis(1));
        }
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(ball) = incoming.read::<Ball>() else { return };
        self.seen += 1;
        cx.persist("seen", &self.seen);
        cx.send_nth(from, "ball", ball.nth + 1, &Ball { nth: ball.nth + 1 });
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        cx.send_nth(B, "ball", 0, &Ball { nth: 0 });
        cx.set_timer(TimerId::new("serve", 0), Duration::millis(1));
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        cx.local_nth(order.what, order.number as u32);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Ball>()
    }
}

pub(super) fn setup() -> Setup {
    let mut script = Script::default();
    script.order(Duration::micros(100), B, "look up", 3);
    Setup {
        nodes: ["a", "b", "c"].map(|name| NodeSpec::new(name, Role::Server)).to_vec(),
        topology: Topology::ring(3, Duration::millis(2)),
        spawn: Arc::new(|_| Box::new(Player::default())),
        script,
        seed: Seed(7),
        faults: Vec::new(),
        horizon: TrueTime::ZERO + Duration::millis(5),
        stay_least: Duration::micros(50),
        limits: Limits::default(),
    }
}

fn engine() -> Engine {
    Engine::new(Arc::new(setup()))
}

/// Steps until the run ends, and says why.
fn finish(engine: &mut Engine) -> Ended {
    loop {
        if let Err(ended) = engine.step() {
            return ended;
        }
    }
}

pub(super) fn ball(nth: u32) -> MessageRef {
    MessageRef { from: A, to: B, nth, copy: 0 }
}

/// A run in which the first ball is on its way.
pub(super) fn served() -> Engine {
    let mut engine = engine();
    while engine.in_flight().is_empty() {
        engine.step().expect("the serve comes");
    }
    engine
}

fn kinds_of(engine: &Engine, node: NodeId) -> Vec<EventKind> {
    let trace = engine.trace();
    trace.events().filter(|&event| trace.node(event) == node).map(|event| trace.kind(event)).collect()
}

#[test]
fn the_same_run_twice_has_the_same_hash_and_another_seed_is_another_run() {
    let hash = |setup: Setup| {
        let mut engine = Engine::new(Arc::new(setup));
        assert_eq!(finish(&mut engine), Ended::Horizon);
        engine.trace().hash()
    };
    assert_eq!(hash(setup()), hash(setup()));
    assert_ne!(hash(setup()), hash(Setup { horizon: TrueTime(4_000_000), ..setup() }));
}

#[test]
fn every_cause_comes_before_its_effect() {
    let mut engine = engine();
    finish(&mut engine);
    let trace = engine.trace();
    assert!(trace.len() > 10_000, "{} events", trace.len());
    for event in trace.events() {
        assert!(trace.causes(event).all(|cause| cause < event && trace.at(cause) <= trace.at(event)));
        let is_hop = trace.cause_elsewhere(event).is_none_or(|sent| trace.at(sent) < trace.at(event));
        assert!(is_hop, "a message takes time");
    }
}

#[test]
fn going_back_and_forth_ends_where_going_straight_does() {
    let mut straight = engine();
    finish(&mut straight);
    let mut recording = Recording::new(Arc::new(setup()));
    for turn in [3_000, 17, 5_000, 4_999, 1_023, 1_024, 0, 2_500] {
        recording.seek(Position { turn, actions: 0 }).expect("the run is longer");
        assert_eq!(recording.engine().turns(), turn);
        let mut fresh = engine();
        (0..turn).for_each(|_| drop(fresh.step()));
        assert_eq!(recording.engine().trace().hash(), fresh.trace().hash(), "at turn {turn}");
        assert_eq!(recording.engine().state_digest(), fresh.state_digest(), "at turn {turn}");
    }
    assert_eq!(recording.seek(Position { turn: u64::MAX, actions: 0 }), Err(Ended::Horizon));
    assert_eq!(recording.engine().trace().hash(), straight.trace().hash());
}

#[test]
fn a_dropped_ball_is_lost_and_the_tape_repeats_it() {
    let mut engine = served();
    engine.act(&Act::Drop(ball(0))).expect("it is in flight");
    let message = engine.trace().message_ids().next().expect("a ball");
    assert_eq!(engine.trace().state(message), MessageState::Lost);
    assert_eq!(engine.trace().fate(message)[0].fault, "hand");
    finish(&mut engine);
    let mut again = Engine::with_tape(Arc::new(setup()), engine.tape().clone(), false);
    finish(&mut again);
    assert_eq!(again.trace().hash(), engine.trace().hash());
    assert!(engine.act(&Act::Drop(ball(0))).unwrap_err().contains("message 1 from a to b is not in flight"));
}

#[test]
fn a_duplicate_is_a_second_receive_of_the_same_message() {
    let mut engine = served();
    engine.act(&Act::Duplicate(ball(0))).expect("it is in flight");
    (0..2).for_each(|_| drop(engine.step()));
    let trace = engine.trace();
    let arrivals = trace.arrivals(trace.message_ids().next().expect("a ball"));
    assert_eq!(arrivals.iter().map(|&event| trace.received_copy(event)).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn delay_and_deliver_move_an_arrival() {
    let mut engine = served();
    let sent = engine.now();
    engine.act(&Act::Delay(ball(0), Duration::micros(10))).expect("it is in flight");
    assert_eq!(engine.in_flight()[0].remaining, Duration::micros(11));
    engine.act(&Act::Deliver(ball(0))).expect("it is in flight");
    engine.step().expect("it arrives");
    assert_eq!(
        (engine.now(), engine.trace().kind(engine.trace().last_of(B).expect("events of b"))),
        (sent, EventKind::Send)
    );
}

#[test]
fn a_crash_loses_memory_and_keeps_the_disk() {
    let mut engine = served();
    (0..6).for_each(|_| drop(engine.step()));
    let seen = engine.memory(B).expect("it is up")["seen"].as_u64();
    assert!(seen > Some(1));
    engine.act(&Act::Crash(B)).expect("it is up");
    assert_eq!(engine.memory(B), None);
    engine.act(&Act::Restart(B)).expect("it is down");
    assert_eq!(engine.status(B), NodeStatus::Down, "an outage stays its least time");
    while engine.status(B) == NodeStatus::Down {
        engine.step().expect("serves go on");
    }
    assert_eq!(engine.memory(B).expect("it is up")["seen"].as_u64(), seen);
    let kinds = kinds_of(&engine, B);
    assert!(kinds.windows(2).any(|pair| pair == [EventKind::Crash, EventKind::Restart]));
    let outage = engine.trace().spans().next().expect("an outage");
    assert!(outage.to.expect("over").since(outage.from) >= Duration::micros(50));
    // It is a process that crashes, on a machine whose monotonic clock goes on.
    let trace = engine.trace();
    let readings: Vec<_> =
        trace.events().filter(|&event| trace.node(event) == B).map(|event| trace.monotonic(event)).collect();
    assert!(readings.is_sorted() && readings.last() > readings.first());
}

#[test]
fn a_crash_may_fall_between_two_commands_of_one_turn() {
    let mut engine = served();
    engine.act(&Act::CrashAfter(B, 1)).expect("it is up");
    engine.step().expect("the ball arrives");
    assert_eq!(kinds_of(&engine, B)[1..], [EventKind::Receive, EventKind::Write, EventKind::Crash]);
}

#[test]
fn what_reaches_a_paused_node_comes_at_once_when_it_goes_on() {
    let mut engine = served();
    engine.act(&Act::Pause(B)).expect("it is up");
    while engine.trace().messages() < 4 {
        engine.step().expect("a serves on");
    }
    assert_eq!(engine.waiting(B), 3);
    let paused = engine.now();
    engine.act(&Act::Resume(B)).expect("it is paused");
    (0..3).for_each(|_| drop(engine.step()));
    assert_eq!(engine.now(), paused);
    let receives = kinds_of(&engine, B).iter().filter(|kind| **kind == EventKind::Receive).count();
    assert_eq!(receives, 3);
}

#[test]
fn a_slow_processor_takes_its_time_for_each_input() {
    let mut engine = served();
    engine.act(&Act::SetSpeed(B, Duration::micros(7))).expect("there is such a node");
    engine.act(&Act::Duplicate(ball(0))).expect("it is in flight");
    let sent = engine.now();
    let trace = |engine: &Engine| engine.trace().last_of(B).map(|event| engine.trace().at(event));
    engine.step().expect("the first");
    assert_eq!(trace(&engine), Some(sent + Duration::micros(8)));
    engine.step().expect("the first comes back");
    engine.step().expect("the second");
    assert_eq!(trace(&engine), Some(sent + Duration::micros(15)));
}

#[test]
fn a_partition_stops_what_crosses_it_and_stays_a_while() {
    let mut engine = served();
    (0..4).for_each(|_| drop(engine.step()));
    let group = vec![B];
    engine.act(&Act::Partition { group: group.clone(), one_way: true }).expect("two sides");
    engine.act(&Act::Join { group: group.clone() }).expect("it is parted");
    (0..4).for_each(|_| drop(engine.step()));
    let lost: Vec<_> = engine.trace().fates().map(|entry| (entry.fault, entry.message)).collect();
    assert_eq!(lost.len(), 1, "one ball was lost on its way out of the group: {lost:?}");
    assert_eq!((lost[0].0, engine.trace().sender(lost[0].1)), ("partition", B));
    let span = engine.trace().spans().next().expect("a partition");
    assert!(span.to.is_none_or(|to| to.since(span.from) >= Duration::micros(50)));
    assert!(engine.act(&Act::Partition { group: vec![A, B, NodeId(2)], one_way: false }).is_err());
}

#[test]
fn the_adversary_may_let_a_timer_come_before_a_message() {
    let mut engine = served();
    let sent = engine.now();
    assert_eq!(engine.choices(), [Choice::Message(ball(0)), Choice::Timer(A)]);
    engine.act(&Act::ChooseTimer(A)).expect("it is set");
    engine.step().expect("the timer");
    assert_eq!(engine.now(), sent + Duration::millis(1), "at its own time");
    engine.act(&Act::Choose(ball(1))).expect("it is in flight");
    engine.step().expect("the second ball");
    engine.step().expect("the first ball");
    let trace = engine.trace();
    let receives: Vec<u32> = trace
        .events()
        .filter(|&e| trace.kind(e) == EventKind::Receive)
        .filter_map(|e| trace.message(e))
        .map(|m| trace.nth(m))
        .collect();
    assert_eq!(receives[..2], [1, 0]);
    assert_eq!(
        engine.now(),
        sent + Duration::millis(1) + Duration::MICROSECOND,
        "what was overtaken comes late"
    );
}

#[test]
fn a_clock_that_is_set_shows_it_from_that_event_on() {
    let mut engine = served();
    let before = engine.trace().last_of(A).expect("events of a");
    engine.act(&Act::SetClock(A, WallReading(-5))).expect("a fitting reading");
    let step = engine.trace().last_of(A).expect("events of a");
    let trace = engine.trace();
    assert_eq!((trace.kind(step), trace.wall(step)), (EventKind::ClockStep, WallReading(-5)));
    assert_eq!(trace.wall(before).0, trace.at(before).0 as i64);
    assert_eq!(trace.monotonic(step), trace.monotonic(before), "the monotonic clock takes no notice");
}

#[test]
fn acting_after_going_back_forgets_the_other_future() {
    let mut recording = Recording::new(Arc::new(setup()));
    recording.seek(Position { turn: 3_000, actions: 0 }).expect("long enough");
    recording.seek(Position { turn: 2, actions: 0 }).expect("back");
    assert_eq!(recording.engine().trace().kept_turns(), 3_000);
    let names: Vec<_> = recording.engine().in_flight();
    recording.act(&Act::Drop(names[0].name)).expect("in flight");
    recording.seek(Position { turn: 40, actions: 1 }).expect("on");
    let mut fresh = Engine::with_tape(Arc::new(setup()), recording.engine().tape().clone(), false);
    (0..40).for_each(|_| drop(fresh.step()));
    assert_eq!(recording.engine().trace().hash(), fresh.trace().hash());
    assert_eq!(recording.engine().trace().kept_turns(), 40);
}

#[test]
fn a_refused_act_changes_nothing_and_a_lenient_run_goes_on() {
    let mut engine = served();
    let before = (engine.trace().hash(), engine.tape().clone());
    assert!(engine.act(&Act::Restart(B)).is_err());
    assert_eq!((engine.trace().hash(), engine.tape().clone()), before);
    let tape = Tape::new(vec![super::Action { after_turn: 1, act: Act::Restart(B) }]).expect("in order");
    let mut strict = Engine::with_tape(Arc::new(setup()), tape.clone(), false);
    assert!(
        matches!(finish(&mut strict), Ended::Refused(why) if why.contains("after turn 1") && why.contains("b is not down"))
    );
    assert!(matches!(finish(&mut strict), Ended::Refused(_)), "asking again gives the same answer");
    strict.act(&Act::Crash(B)).expect("b is up");
    let crash = super::Action { after_turn: 1, act: Act::Crash(B) };
    assert_eq!(strict.tape().actions(), [crash], "what is done instead takes its place");
    assert_eq!(finish(&mut strict), Ended::Horizon);
    let mut lenient = Engine::with_tape(Arc::new(setup()), tape, true);
    assert_eq!(finish(&mut lenient), Ended::Horizon);
}

#[test]
fn a_run_that_grows_too_large_ends_with_a_sentence() {
    let limits = Limits { events: 500, ..Limits::default() };
    let mut engine = Engine::new(Arc::new(Setup { limits, ..setup() }));
    assert!(matches!(finish(&mut engine), Ended::Limit(why) if why.contains("500 events")));
}

#[test]
fn an_attempt_to_step_where_nothing_is_left_changes_nothing() {
    let no_stay = || Arc::new(Setup { stay_least: Duration::ZERO, ..setup() });
    let mut played = Engine::new(no_stay());
    finish(&mut played);
    let has_timer = |node: &NodeId| played.check(&Act::ChooseTimer(*node)).is_ok();
    let node = [A, B, NodeId(2)].into_iter().find(has_timer).expect("somebody would go on after the end");
    played.act(&Act::ChooseTimer(node)).expect("it has a timer");
    played.act(&Act::Crash(node)).expect("it is up");
    assert_eq!(played.step(), Err(Ended::Horizon), "its timers are gone");
    played.act(&Act::Restart(node)).expect("it is down");
    while played.step().is_ok() {}
    let mut again = Engine::with_tape(no_stay(), played.tape().clone(), false);
    while again.step().is_ok() {}
    assert_eq!(again.turns(), played.turns());
    assert_eq!(again.trace().hash(), played.trace().hash());
    assert_eq!(again.state_digest(), played.state_digest());
}

#[test]
fn a_run_that_took_too_much_memory_can_be_wound_to_its_end_again() {
    let long = || Setup { horizon: TrueTime(20_000_000), ..setup() };
    let mut whole = Engine::new(Arc::new(long()));
    finish(&mut whole);
    let limits = Limits { memory: whole.trace().memory() / 2, ..Limits::default() };
    let mut recording = Recording::new(Arc::new(Setup { limits, ..long() }));
    let ended = loop {
        if let Err(ended) = recording.step() {
            break ended;
        }
    };
    assert!(matches!(&ended, Ended::Limit(why) if why.contains("memory")), "{ended}");
    let end = recording.position();
    assert!(end.turn > 4_096, "it was measured before, and it was not too much");
    recording.seek(Position { turn: 17, actions: 0 }).expect("it was there");
    assert_eq!(recording.seek(end), Ok(()));
    assert_eq!(recording.step().expect_err("it ends where it ended"), ended);
}

#[test]
fn payloads_are_explained_by_the_programs_at_their_ends() {
    let engine = served();
    let message = engine.trace().message_ids().next().expect("a ball");
    let shown = engine.explain(message, engine.trace().payload(message)).expect("a ball is a ball");
    assert_eq!(shown["nth"], 0);
}

#[test]
fn a_run_that_starts_anew_is_as_if_it_were_the_first() {
    let mut engine = engine();
    finish(&mut engine);
    let mut again = engine.start_anew(Seed(7));
    assert_eq!((again.turns(), again.trace().len()), (0, 0));
    again.act(&Act::Cut { from: A, to: B, one_way: false }).expect("there is a link");
    again.act(&Act::Crash(B)).expect("b is up");
    finish(&mut again);
    let tape = again.tape().clone();
    assert_eq!(tape.actions().len(), 2);
    let mut third = again.start_anew(Seed(7));
    finish(&mut third);
    let mut fresh = Engine::with_tape(Arc::new(setup()), tape, false);
    finish(&mut fresh);
    assert_eq!(third.trace().hash(), fresh.trace().hash());
    assert_eq!(third.state_digest(), fresh.state_digest());
    assert_eq!(third.trace().mark(), fresh.trace().mark());
}

/// Sends to an address that it was told, which nobody has.
#[derive(Clone, Debug, serde::Serialize)]
struct Misled;

impl Program for Misled {
    fn start(&mut self, cx: &mut Context<'_>) {
        cx.send(NodeId(77), "hello", &1_u8);
    }

    fn message(&mut self, _: NodeId, _: &Incoming<'_>, _: &mut Context<'_>) {}

    fn explain(&self, _: &Incoming<'_>) -> Option<serde_json::Value> {
        None
    }
}

#[test]
fn what_is_sent_to_an_address_that_nobody_has_is_not_sent() {
    let mut engine = Engine::new(Arc::new(Setup { spawn: Arc::new(|_| Box::new(Misled)), ..setup() }));
    assert!(matches!(finish(&mut engine), Ended::Idle | Ended::Horizon));
    assert_eq!(engine.trace().messages(), 0);
    let said: Vec<&str> = engine.trace().log(A).map(|line| line.text.as_str()).collect();
    assert!(said.iter().any(|line| line.contains("the address of node 77")), "{said:?}");
}
