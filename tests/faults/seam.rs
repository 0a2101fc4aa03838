//! The seam, by faults that exist for these tests alone: what faults to come will need of it.

use std::sync::Arc;

use lightcone::base::{Duration, LinkId, NodeId, TrueTime};
use lightcone::sim::{
    Act, Codec, Effects, Engine, EventKind, FateUnit, Fault, FaultEntry, Hop, MessageRef, MessageState,
    Outcome, Position, Recording, Setup, Stage, Topology, World, WorldActs,
};

use crate::players::stand_ins::{LINE, PASS, SLOW, broken, entry};
use crate::players::{beacon, faults_with, finish, names, run};

/// Ten beats, one each millisecond, over one line.
fn queue() -> Setup {
    let setup = beacon(Topology::mesh(2, Duration::ZERO), Duration::millis(1), 10, vec![broken(&LINE)]);
    Setup { horizon: TrueTime::ZERO + Duration::millis(60), ..setup }
}

/// The number of each beat that arrived and when, as far as beats of the first ten.
fn arrivals(engine: &Engine) -> Vec<(u32, u64)> {
    let trace = engine.trace();
    let receives = trace.events().filter(|&event| trace.kind(event) == EventKind::Receive);
    let both =
        receives.filter_map(|event| Some((trace.nth(trace.message(event)?), trace.at(event).0 / 1_000)));
    both.filter(|(nth, _)| *nth < 10).collect()
}

#[test]
fn a_fault_may_hold_packets_and_let_them_go_in_an_order_of_its_own() {
    let engine = run(queue());
    // Beat n sets out at n + 1 ms; a frame takes 2.5 ms, and a hop the microsecond that it takes anyway. By hand,
    // with those that wait in brackets: 1.0 0 goes, 3.5 [1 2] 2 goes, 5.0 [1 3] 4 is turned away, 6.0 1 goes since
    // none is even, 7.0 and 8.0 [3 5] 6 and 7 are turned away, 8.5 3 goes, 10.0 [5 8] 9 is turned away, 11.0 8 goes.
    assert_eq!(arrivals(&engine)[..5], [(0, 3_501), (2, 6_001), (1, 8_501), (3, 11_001), (8, 13_501)]);
    let trace = engine.trace();
    for message in trace.message_ids().filter(|&message| [4, 6, 7, 9].contains(&trace.nth(message))) {
        let last = trace.fate(message).last().map(|entry| (entry.effect, entry.outcome));
        assert_eq!((last, trace.state(message)), (Some(("queue full", Outcome::Lost)), MessageState::Lost));
    }
    let second = trace.message_ids().find(|&message| trace.nth(message) == 2).expect("it was sent");
    let fate: Vec<_> = trace.fate(second).iter().map(|e| (e.effect, e.size)).collect();
    assert_eq!(fate, [("queue", 1), ("frame", 2_500_000), ("queued", 500_000)]);
}

#[test]
fn a_hand_can_take_a_packet_from_the_fault_that_holds_it() {
    let held = |engine: &mut Engine| loop {
        engine.step().expect("beats go on");
        if let Some(packet) = engine.in_flight().into_iter().find(|packet| packet.name.nth == 1) {
            assert_eq!((packet.held_by, packet.progress, packet.is_last_hop), (Some("line"), 0, true));
            return packet.name;
        }
    };
    let nth_1 = |engine: &Engine| arrivals(engine).into_iter().find(|(nth, _)| *nth == 1).map(|(_, at)| at);
    type Hand = fn(MessageRef) -> Act;
    let hands: [(Hand, Option<u64>); 4] = [
        (Act::Deliver, Some(2_000)),
        (Act::Choose, Some(2_001)),
        (Act::Drop, None),
        (|name| Act::Delay(name, Duration::millis(7)), Some(9_001)),
    ];
    for (hand, at) in hands {
        let mut engine = Engine::new(Arc::new(queue()));
        let name = held(&mut engine);
        engine.act(&hand(name)).expect("it is in flight");
        finish(&mut engine);
        assert_eq!(nth_1(&engine), at, "{:?}", hand(name));
    }
}

#[test]
fn what_is_held_goes_on_when_the_assumption_is_held_again() {
    let mut engine = Engine::new(Arc::new(queue()));
    while engine.now() < TrueTime::ZERO + Duration::millis(5) {
        engine.step().expect("beats go on");
    }
    assert_eq!(engine.in_flight().iter().filter(|packet| packet.held_by.is_some()).count(), 2);
    let now = engine.now().0 / 1_000;
    engine.act(&Act::Assume { fault: "line".into(), held: true }).expect("there is such a fault");
    assert!(engine.in_flight().iter().all(|packet| packet.held_by.is_none()));
    finish(&mut engine);
    // They had been given 2.5 ms for the frame before they were held, and take them still.
    let late: Vec<_> = arrivals(&engine).into_iter().filter(|(nth, _)| [1, 3].contains(nth)).collect();
    assert_eq!(late, [(1, now + 2_501), (3, now + 2_501)]);
}

#[test]
fn a_run_with_queues_can_be_wound_back_and_forth() {
    let straight = run(queue());
    let mut recording = Recording::new(Arc::new(queue()));
    for turn in [25, 3, 14, 2, 40, 9] {
        recording.seek(Position { turn, actions: 0 }).expect("the run is longer");
        let mut fresh = Engine::new(Arc::new(queue()));
        (0..turn).for_each(|_| drop(fresh.step()));
        assert_eq!(recording.engine().trace().hash(), fresh.trace().hash());
        assert_eq!(recording.engine().state_digest(), fresh.state_digest());
        assert_eq!(recording.engine().in_flight(), fresh.in_flight());
    }
    while recording.step().is_ok() {}
    assert_eq!(recording.engine().trace().hash(), straight.trace().hash());
}

/// Notes where it stands.
#[derive(Clone, Debug)]
struct Post(Stage);

impl Fault for Post {
    fn retune(&mut self, _: &[i64], _: &World<'_>, _: &mut WorldActs) {}

    fn stage(&self) -> Stage {
        self.0
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        assert_eq!(
            (hop.label(), hop.codec, hop.id, hop.name().nth),
            (Some("beat"), Codec::Json, LinkId(0), hop.nth)
        );
        effects.note("here", 0, FateUnit::None);
    }
}

static HARM: FaultEntry = entry("harm", |_| Box::new(Post(Stage::Harm)));
static GATE: FaultEntry = entry("gate", |_| Box::new(Post(Stage::Gate)));
static WAY: FaultEntry = entry("way", |_| Box::new(Post(Stage::Way)));
static QUEUE: FaultEntry = entry("queue", |_| Box::new(Post(Stage::Queue)));
static LATER_WAY: FaultEntry = entry("later-way", |_| Box::new(Post(Stage::Way)));

#[test]
fn packets_pass_the_stages_in_their_order_whenever_the_faults_were_let_in() {
    let faults = [&HARM, &WAY, &GATE, &QUEUE, &LATER_WAY].map(broken).to_vec();
    let setup = beacon(Topology::mesh(2, Duration::ZERO), Duration::millis(1), 5, faults);
    let mut engine = Engine::new(Arc::new(Setup { nodes: names(2, Codec::Json), ..setup }));
    for held in [true, false] {
        for fault in ["gate", "way"] {
            engine.act(&Act::Assume { fault: fault.into(), held }).expect("there is such a fault");
        }
    }
    finish(&mut engine);
    let signed: Vec<&str> = engine.trace().fates().map(|entry| entry.fault).take(5).collect();
    assert_eq!(signed, ["gate", "queue", "way", "later-way", "harm"]);
}

#[test]
fn writing_and_reading_take_the_processors_of_both_ends() {
    let setup = |codec, every| {
        let topology = Topology::mesh(2, Duration::ZERO);
        Setup { nodes: names(2, codec), ..beacon(topology, every, 40, vec![broken(&SLOW)]) }
    };
    let engine = run(setup(Codec::Compact, Duration::millis(10)));
    let trace = engine.trace();
    let first = trace.message_ids().next().expect("a beat");
    // 5 bytes: 1 ms to write, a hop of a microsecond, half a millisecond to read.
    assert_eq!(trace.payload(first).len(), 5);
    assert_eq!(arrivals(&engine)[0], (0, 10_000 + 1_000 + 1 + 500));
    let fate: Vec<_> = trace.fate(first).iter().map(|e| (e.fault, e.effect, e.size, e.link)).collect();
    assert_eq!(fate, [("slow", "processor", 1_000_000, None), ("slow", "processor", 500_000, None)]);
    // JSON is several times as long, so that the sender takes longer to write than there is between two beats;
    // its timers come late, and it falls behind by ever more.
    let behind = run(setup(Codec::Json, Duration::millis(2)));
    let trace = behind.trace();
    let bytes = trace.payload(trace.message_ids().next().expect("a beat")).len() as u64;
    let sends: Vec<u64> = trace.message_ids().filter_map(|m| Some(trace.at(trace.sent(m)?).0)).collect();
    assert!(bytes > 20, "{bytes} bytes");
    assert!(sends.windows(2).all(|two| two[1] - two[0] >= bytes * 200_000), "{sends:?}");
}

#[test]
fn contacts_come_and_go_and_routes_follow() {
    let mut faults = faults_with(&["latency"], &[("latency.jitter", 0), ("latency.tail", 0)]);
    faults.push(broken(&PASS));
    // Node 2 is reached over node 1, and over nodes 4 and 3 while that is out of contact.
    let ring = Topology::ring(5, Duration::micros(50));
    let mut setup = beacon(ring, Duration::millis(1), 6, faults);
    setup.spawn = Arc::new(|_| {
        let to = NodeId(2);
        Box::new(crate::players::Beacon { every: Duration::millis(1), to, said: 0, heard: 0 })
    });
    let engine = run(setup);
    let took: Vec<u64> =
        arrivals(&engine).iter().map(|(nth, at)| at - (u64::from(*nth) + 1) * 1_000).collect();
    assert_eq!(took, [100, 100, 150, 150, 120, 120]);
}
