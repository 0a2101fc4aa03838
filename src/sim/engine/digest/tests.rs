//! Whatever makes a difference to what is still to come makes a difference to the digest, and nothing else does.

use std::sync::Arc;

use super::super::super::{
    Act, Dial, Fault, FaultEntry, FaultKind, FaultSetting, MessageRef, Setup, World, WorldActs,
};
use super::super::tests::{A, B, ball, served, setup};
use super::{Engine, StateDigest};
use crate::base::{Duration, NodeId, TrueTime};

const C: NodeId = NodeId(2);

/// The digest of the run in which the first ball is on its way, after something was done there.
fn after(acts: &[Act]) -> StateDigest {
    let mut engine = served();
    acts.iter().for_each(|act| engine.act(act).expect("it can be done"));
    engine.state_digest()
}

/// The same after something that no hand can do.
fn bent(bend: impl Fn(&mut Engine)) -> StateDigest {
    let mut engine = served();
    bend(&mut engine);
    engine.state_digest()
}

#[test]
fn what_a_hand_leaves_behind_tells_states_apart() {
    let cut = || Act::Cut { from: A, to: B, one_way: false };
    let one_way = || Act::Cut { from: A, to: B, one_way: true };
    let heal = || Act::Heal { from: A, to: B };
    let partition = || Act::Partition { group: vec![A, B], one_way: false };
    let histories: [&[Act]; 20] = [
        &[],
        &[Act::Drop(ball(0))],
        &[Act::Choose(ball(0))],
        &[Act::Deliver(ball(0))],
        &[Act::Delay(ball(0), Duration::millis(1))],
        &[Act::Duplicate(ball(0))],
        &[Act::Drop(ball(0)), Act::ChooseTimer(A)],
        &[Act::CrashAfter(B, 0)],
        &[Act::CrashAfter(B, 1)],
        &[Act::CrashAfter(A, 1)],
        &[Act::Crash(B)],
        &[Act::Crash(B), Act::Restart(B)],
        &[Act::Pause(B)],
        &[Act::SetSpeed(B, Duration::micros(1))],
        &[cut()],
        &[one_way()],
        // Too soon to heal: the act waits.
        &[cut(), heal()],
        &[cut(), heal(), heal()],
        &[partition()],
        &[partition(), cut()],
    ];
    let digests: Vec<StateDigest> = histories.iter().map(|acts| after(acts)).collect();
    for (one, digest) in digests.iter().enumerate() {
        let same = digests.iter().position(|other| other == digest);
        assert_eq!(same, Some(one), "{:?} is not {:?}", histories[one], same.map(|it| histories[it]));
    }
}

#[test]
fn what_was_done_in_another_order_ends_in_the_same_state() {
    let acts = [
        Act::SetSpeed(A, Duration::micros(3)),
        Act::CrashAfter(B, 2),
        Act::Cut { from: A, to: C, one_way: false },
        Act::Partition { group: vec![C], one_way: true },
        Act::Drop(ball(0)),
    ];
    let mut turned = acts.clone();
    turned.reverse();
    assert_eq!(after(&acts), after(&turned));
    // A duplicate that was dropped again leaves nothing behind, and neither does what happened to its id.
    let copy = MessageRef { copy: 1, ..ball(0) };
    assert_eq!(after(&[Act::Duplicate(ball(0)), Act::Drop(copy)]), after(&[]));
}

#[test]
fn clocks_tell_states_apart_by_all_that_they_will_show() {
    let now = |engine: &Engine| engine.now();
    let slew = |by: i64, ppm: u32| {
        bent(|engine| {
            let now = now(engine);
            engine.state.nodes[0].clock.slew(now, by, ppm);
        })
    };
    let drift = bent(|engine| {
        let now = now(engine);
        engine.state.nodes[0].clock.set_drift(now, 5);
    });
    let digests = [after(&[]), drift, slew(5_000_000, 500), slew(6_000_000, 500), slew(5_000_000, 400)];
    for (one, digest) in digests.iter().enumerate() {
        assert_eq!(digests.iter().position(|other| other == digest), Some(one));
    }
}

#[test]
fn a_link_out_of_contact_or_elsewhere_tells_states_apart() {
    let apart = bent(|engine| engine.state.network.topology_mut().disconnect(B, C));
    let longer = bent(|engine| engine.state.network.topology_mut().links[0].delay = Duration::millis(9));
    // Looked at, and as before.
    let same = bent(|engine| {
        engine.state.network.topology_mut();
    });
    assert_eq!(same, after(&[]));
    assert!(apart != same && longer != same && apart != longer);
}

/// A fault that keeps one number, and asks to be woken at an instant that its dial gives.
#[derive(Clone, Debug)]
struct Keeper {
    wake: u64,
    kept: i64,
}

static KEEPER: FaultEntry = FaultEntry {
    id: "keeper",
    assumption: "Nothing is kept",
    kind: FaultKind::Hazard,
    effect: "keeps a number",
    doc: "",
    dials: &[Dial::share("wake", "Wake", "when it wakes", 0)],
    make: |values| Box::new(Keeper { wake: values[0].unsigned_abs(), kept: 0 }),
};

impl Fault for Keeper {
    fn retune(&mut self, values: &[i64], _: &World<'_>, _: &mut WorldActs) {
        self.kept = values[0];
    }

    fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        acts.wake_at(world.now + Duration::micros(self.wake), 0);
    }

    fn end(&mut self, _: &World<'_>, acts: &mut WorldActs) {
        acts.sleep();
    }

    fn remembers(&self, _: TrueTime) -> Vec<i64> {
        vec![self.kept]
    }
}

#[test]
fn faults_tell_states_apart_by_switch_dial_wake_ups_and_what_they_keep() {
    let fault = |is_held, wake| FaultSetting { entry: &KEEPER, is_held, dials: vec![wake] };
    let start = |is_held, wake| {
        let faults = vec![fault(is_held, wake)];
        Engine::new(Arc::new(Setup { faults, ..setup() }))
    };
    let assume = |held| Act::Assume { fault: KEEPER.id.to_owned(), held };
    let turn = |value| Act::Turn { fault: KEEPER.id.to_owned(), dial: "wake".to_owned(), value };
    let done = |mut engine: Engine, acts: &[Act]| {
        acts.iter().for_each(|act| engine.act(act).expect("it can be done"));
        engine.state_digest()
    };
    let held = done(start(true, 40), &[]);
    let awake = done(start(false, 40), &[]);
    let later = done(start(false, 41), &[]);
    // The same dial in the end, but the wake-up was asked for before it was turned, and it kept what was turned.
    let turned = done(start(false, 40), &[turn(41)]);
    let back = done(start(false, 40), &[turn(41), turn(40)]);
    let again = done(start(false, 40), &[turn(41), assume(true), turn(40)]);
    let all = [held, awake, later, turned, back];
    for (one, digest) in all.iter().enumerate() {
        assert_eq!(all.iter().position(|other| other == digest), Some(one), "{one}");
    }
    assert_eq!(again, held, "what was called off will not happen");
}
