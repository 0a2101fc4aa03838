//! Faults that are held back: they do what they may, and nothing else.

use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed, TrueTime};
use lightcone::scenes::RunSpec;
use lightcone::sim::{Act, Action, Engine, EventKind, MessageRef, Position, Recording, Settings, Tape};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);

/// A message from A to B.
const fn ball(nth: u32) -> MessageRef {
    MessageRef { from: A, to: B, nth, copy: 0 }
}

/// A long exchange with half of the packets lost and with crashes.
fn spec(tape: Vec<Act>) -> RunSpec {
    let assume = [("reliable", false), ("crashes", false), ("clocks", false)];
    let settings = Settings {
        assume: assume.into_iter().map(|(id, is_held)| (id.to_owned(), is_held)).collect(),
        dials: [("reliable.loss".to_owned(), 200_000), ("crashes.every".to_owned(), 15_000_000_000)].into(),
    };
    let actions = tape.into_iter().map(|act| Action { after_turn: 0, act }).collect();
    let tape = Tape::new(actions).expect("all before the first turn");
    RunSpec::new("calls", Some(Seed(3)), settings, tape).expect("a run")
}

fn only(fault: &str, packets: &[MessageRef], deeds: &[u32]) -> Act {
    Act::Only { fault: fault.to_owned(), packets: packets.to_vec(), deeds: deeds.to_vec() }
}

fn run(spec: &RunSpec) -> Engine {
    let mut engine = spec.start();
    while engine.step().is_ok() {}
    engine
}

/// How often nodes crashed and clocks were set, and the messages that were lost to chance.
fn count(engine: &Engine) -> (usize, Vec<MessageRef>) {
    let trace = engine.trace();
    let is_crash = |&event: &lightcone::base::EventId| trace.kind(event) == EventKind::Crash;
    let lost = trace.fates().filter(|entry| entry.fault == "reliable" && entry.effect == "loss");
    let lost = lost.map(|entry| trace.message_ref(entry.message, entry.copy)).collect();
    (trace.events().filter(is_crash).count(), lost)
}

#[test]
fn a_fault_that_is_held_back_does_what_it_may_and_nothing_else() {
    let (crashes, lost) = count(&run(&spec(Vec::new())));
    assert!(crashes > 2 && lost.len() > 2, "{crashes} crashes, lost {lost:?}");
    let first = lost[0];
    let clocks = only("clocks", &[], &[]);
    let engine = run(&spec(vec![only("crashes", &[], &[1]), only("reliable", &[first], &[]), clocks]));
    assert_eq!(count(&engine), (1, vec![first]), "its own draw is what it was");
    let is_right = |node| engine.clock(node).wall(engine.now()).0 == engine.now().0 as i64;
    assert!([A, B].into_iter().all(is_right), "a fault's beginning is held back too");
    assert!(engine.deeds("crashes") > 1 && engine.deeds("reliable") == 0);
}

#[test]
fn nothing_at_all_is_the_assumption_held() {
    let none = ["reliable", "crashes", "clocks"].map(|fault| only(fault, &[], &[])).to_vec();
    let mut held = spec(Vec::new());
    held.set(Settings::default()).expect("the scene's own settings");
    assert_eq!(run(&spec(none)).trace().hash(), run(&held).trace().hash());
}

#[test]
fn in_the_middle_of_a_run_it_holds_from_then_on() {
    let mut engine = spec(Vec::new()).start();
    while engine.now() < TrueTime::ZERO + Duration::secs(2) && engine.step().is_ok() {}
    let (before, _) = count(&engine);
    engine.act(&only("crashes", &[], &[])).expect("it can be done at any time");
    while engine.step().is_ok() {}
    assert_eq!(count(&engine).0, before);
    assert!(engine.act(&only("gravity", &[], &[])).is_err_and(|why| why.contains("reliable")));
}

#[test]
fn a_recording_goes_back_to_its_start_and_to_another_tape() {
    let (held, free) = (spec(vec![only("crashes", &[], &[])]), spec(Vec::new()));
    let hash = |spec: &RunSpec| run(spec).trace().hash();
    let mut recording = Recording::with_tape(Arc::new(held.setup()), held.tape.clone());
    while recording.step().is_ok() {}
    recording.seek(Position::default()).expect("the start");
    assert_eq!(recording.position(), Position { turn: 0, actions: 1 }, "it was in force before the start");
    while recording.step().is_ok() {}
    assert_eq!(recording.engine().trace().hash(), hash(&held));
    recording.take_up(free.tape.clone());
    while recording.step().is_ok() {}
    assert_eq!(recording.engine().trace().hash(), hash(&free));
}

#[test]
fn two_states_differ_if_a_fault_may_do_more_in_one() {
    let digest = |packets: &[MessageRef]| spec(vec![only("reliable", packets, &[])]).start().state_digest();
    assert_eq!(digest(&[ball(0)]), digest(&[ball(0)]));
    assert_ne!(digest(&[ball(0)]), digest(&[ball(1)]));
    assert_ne!(digest(&[]), spec(Vec::new()).start().state_digest());
}
