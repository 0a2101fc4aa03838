//! What `homogeneous` lets in: kinds of lines, of processors and of codecs, and messages that go in parts.

use std::sync::Arc;

use lightcone::base::{Duration, MessageId, NodeId, TrueTime};
use lightcone::sim::{
    Act, Codec, Engine, EventKind, FRAME_BYTES, MessageState, NodeStatus, Position, Recording, Role, Setup,
    Topology,
};

use crate::players::{A, B, CALM, assert_share, beacon, faults_with, finish, gossip, run};
use crate::talker::{Lengths, Talker, talk};

const SECOND: i64 = 1_000_000_000;

/// All lines narrow, a byte takes a microsecond, parts of at most 100 bytes, and processors that take no time.
const PARTS: [(&str, i64); 8] = [
    ("homogeneous.narrow", 1_000_000),
    ("homogeneous.narrow-capacity", 8_000_000),
    ("homogeneous.narrow-delay", 0),
    ("homogeneous.narrow-mtu", 100 + FRAME_BYTES as i64),
    ("homogeneous.queue", 100_000_000),
    ("homogeneous.slow-work", 0),
    ("homogeneous.fast-work", 0),
    ("homogeneous.codecs", 0),
];

/// One message whose payload has so many bytes, over a chain of so many lines.
fn one(bytes: u64, hops: usize, broken: &[&str], dials: &[(&str, i64)]) -> Setup {
    several(1, bytes, hops, broken, dials)
}

fn several(count: usize, bytes: u64, hops: usize, broken: &[&str], dials: &[(&str, i64)]) -> Setup {
    let first = vec![(lightcone::sim::Class::Ordinary, "long", bytes + FRAME_BYTES as u64); count];
    let (to, every, lengths) = (NodeId(hops as u16), Duration::ZERO, Lengths::Fixed(0));
    let talker = Talker { every, lengths, to, first, heard: Vec::new() };
    let broken = [&["homogeneous"], broken].concat();
    let faults = faults_with(&broken, &[dials, &PARTS, &CALM].concat());
    let chain = Topology::grid(hops + 1, 1, Duration::ZERO);
    talk(talker, chain, Duration::secs(200), 1, faults)
}

fn count(engine: &Engine, effect: &str) -> usize {
    engine.trace().fates().filter(|entry| entry.effect == effect).count()
}

/// When a message arrived, in microseconds.
fn arrived(engine: &Engine, message: MessageId) -> Option<u64> {
    engine.trace().first_arrival(message).map(|event| engine.trace().at(event).0 / 1_000)
}

const FIRST: MessageId = MessageId(0);

#[test]
fn a_long_message_goes_in_parts_and_arrives_with_the_last_of_them() {
    let engine = run(one(250, 1, &[], &[]));
    // Frames of 112, 112 and 62 bytes, one after the other.
    assert_eq!((arrived(&engine, FIRST), engine.trace().arrivals(FIRST).len()), (Some(287), 1));
    assert_eq!(count(&engine, "fragment"), 2, "two more than the one that was there");
    assert_eq!(count(&engine, "joined"), 2);
    // Over two lines: the first part is passed on while the others are on the first line. 113, 225 and 287 at the
    // relay; 225, 337 and, since the second line is free at 337 only, 399 at the other end, and a microsecond.
    assert_eq!(arrived(&run(one(250, 2, &[], &[])), FIRST), Some(400));
    assert_eq!(arrived(&run(one(100, 1, &[], &[])), FIRST), Some(113), "what fits is not split");
}

#[test]
fn one_lost_part_loses_the_message() {
    for (bytes, parts) in [(100, 1), (300, 3), (1_000, 10)] {
        let loss = 30_000;
        let engine = run(several(500, bytes, 1, &["reliable"], &[("reliable.loss", loss)]));
        let trace = engine.trace();
        let lost = trace.message_ids().filter(|&m| trace.first_arrival(m).is_none()).count();
        let expected = 1.0 - (0..parts).map(|_| 1.0 - loss as f64 / 1e6).product::<f64>();
        assert_share(lost, trace.messages(), expected, &format!("messages of {parts} parts lost"));
        let states = trace.message_ids().filter(|&m| trace.state(m) == MessageState::Lost).count();
        assert_eq!(states, lost, "after half a minute the receiver gives up what came of them");
        assert_eq!(count(&engine, "incomplete") > 0, parts > 1);
    }
}

#[test]
fn parts_that_are_doubled_and_overtaken_make_one_message() {
    let dials =
        [("reliable.duplicate", 400_000), ("reliable.reorder", 400_000), ("reliable.lag", 50_000_000)];
    let engine = run(several(200, 700, 3, &["reliable"], &dials));
    let trace = engine.trace();
    assert!(count(&engine, "held back") > 1_000 && count(&engine, "copy") > 1_000);
    for message in trace.message_ids() {
        let arrivals = trace.arrivals(message);
        // Doubled parts alone could make a second whole only if every part was doubled.
        assert!(!arrivals.is_empty(), "{message}");
        assert_eq!(trace.received_payload(arrivals[0]), Some(trace.payload(message)));
    }
    let heard = engine.memory(NodeId(3)).expect("it is up")["heard"].as_array().map(Vec::len);
    assert!(heard >= Some(200), "{heard:?}");
}

#[test]
fn a_garbled_part_is_turned_away_or_spoils_its_own_bytes_alone() {
    let garbled = |checksum| {
        let dials = [("reliable.corrupt", 100_000), ("reliable.checksum", checksum)];
        run(several(500, 500, 1, &["reliable"], &dials))
    };
    let checked = garbled(0);
    let trace = checked.trace();
    let lost = trace.message_ids().filter(|&m| trace.first_arrival(m).is_none()).count();
    assert_share(lost, 500, 1.0 - 0.9 * 0.9 * 0.9 * 0.9 * 0.9, "messages with a garbled part");
    let unchecked = garbled(1);
    let trace = unchecked.trace();
    let flips = |message| {
        let arrival = trace.first_arrival(message).expect("nobody turns it away");
        let received = trace.received_payload(arrival).expect("a receive").iter();
        received.zip(trace.payload(message)).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>()
    };
    for message in trace.message_ids() {
        let signed = trace.fate(message).iter().filter(|entry| entry.effect == "flip").count();
        assert_eq!(flips(message) as usize, signed, "each part bears its own flips: {message}");
    }
    let spoilt = trace.message_ids().filter(|&message| flips(message) > 0).count();
    assert_share(spoilt, 500, 1.0 - 0.9 * 0.9 * 0.9 * 0.9 * 0.9, "messages with a garbled part");
}

#[test]
fn a_part_that_is_too_long_for_the_next_line_is_split_again() {
    let dials = [("homogeneous.narrow", 0), ("homogeneous.wide-mtu", 500 + FRAME_BYTES as i64)];
    let mut setup = one(1_000, 2, &[], &dials);
    // From the ground to a satellite a line is narrow.
    setup.nodes[2].role = Role::Satellite;
    let engine = run(setup);
    let trace = engine.trace();
    let on = |link: (NodeId, NodeId)| {
        let link = engine.topology().link_between(link.0, link.1);
        trace.fates().filter(|e| e.effect == "transmission" && e.link == link).count()
    };
    assert_eq!((on((A, B)), on((B, NodeId(2)))), (2, 10));
    let arrivals = trace.arrivals(FIRST);
    assert_eq!((arrivals.len(), trace.received_copy(arrivals[0])), (1, 0));
}

#[test]
fn a_message_of_too_many_parts_is_refused() {
    // Parts of 20 bytes, at most 2,000 of them.
    let narrow = [("homogeneous.narrow-mtu", 20 + FRAME_BYTES as i64)];
    assert!(arrived(&run(one(40_000, 1, &[], &narrow)), FIRST).is_some());
    let engine = run(one(40_001, 1, &[], &narrow));
    assert_eq!(engine.trace().state(FIRST), MessageState::Lost);
    assert_eq!(engine.trace().fate(FIRST).len(), 1);
    assert_eq!(engine.trace().fate(FIRST)[0].effect, "too long");
}

#[test]
fn parts_at_a_node_that_crashes_are_gone() {
    let mut setup = several(3, 250, 1, &[], &[]);
    // The second of three parts of the first message has come by then.
    setup.script.act(Duration::micros(250), Act::Crash(B));
    setup.script.act(Duration::millis(20), Act::Restart(B));
    let engine = run(setup);
    assert_eq!(engine.status(B), NodeStatus::Up);
    let trace = engine.trace();
    assert!(trace.message_ids().all(|message| trace.state(message) == MessageState::Lost));
    assert_eq!(count(&engine, "node down"), 9);
    assert_eq!(count(&engine, "incomplete"), 0);
}

#[test]
fn hands_may_take_single_parts_and_runs_be_wound_back_and_forth() {
    let setup = || Arc::new(several(20, 450, 2, &["reliable"], &[("reliable.reorder", 300_000)]));
    let mut engine = Engine::new(setup());
    let third = engine.in_flight().into_iter().find(|packet| packet.name.copy == 2).expect("five parts");
    engine.act(&Act::Drop(third.name)).expect("it is in flight");
    finish(&mut engine);
    assert_eq!(engine.trace().state(third.message), MessageState::Lost);
    let straight = run((*setup()).clone());
    let mut recording = Recording::new(setup());
    while recording.step().is_ok() {}
    let turns = recording.engine().turns();
    for turn in [turns / 2, 1, turns * 3 / 4, turns / 4] {
        recording.seek(Position { turn, actions: 0 }).expect("the run is longer");
        let mut fresh = Engine::new(setup());
        (0..turn).for_each(|_| drop(fresh.step()));
        assert_eq!(recording.engine().trace().hash(), fresh.trace().hash());
        assert_eq!(recording.engine().state_digest(), fresh.state_digest());
    }
    while recording.step().is_ok() {}
    assert_eq!(recording.engine().trace().hash(), straight.trace().hash());
}

#[test]
fn a_narrow_line_takes_its_time() {
    let broken = ["homogeneous"];
    let dials = [("homogeneous.narrow", 0), ("homogeneous.slow", 0), ("homogeneous.codecs", 0)];
    let mut setup =
        beacon(Topology::grid(3, 1, Duration::ZERO), Duration::secs(2), 3, faults_with(&broken, &dials));
    setup.nodes[2].role = Role::Satellite;
    let engine = run(setup);
    let trace = engine.trace();
    let frame = (trace.payload(FIRST).len() + FRAME_BYTES) as u64;
    let sent = trace.at(trace.sent(FIRST).expect("a beat")).0;
    // The fibre: bits at 10 Gbit/s, in nanoseconds, rounded up.
    let fibre = (frame * 8).div_ceil(10) + 1_000;
    let narrow = (frame * 8 * SECOND as u64).div_ceil(9_600) + 600_000_000 + 1_000;
    // The beacon's timer takes a fast processor 50 µs, and the satellite 5 ms for what it takes in.
    let took = trace.at(trace.first_arrival(FIRST).expect("it arrives")).0 - sent;
    assert_eq!(took, fibre + narrow + 5_000_000);
    assert_eq!(sent, 2_000_000_000 + 50_000);
}

#[test]
fn slow_processors_take_their_time_for_each_input_and_satellites_are_slow() {
    const SATELLITES: u16 = 30;
    let dials = [
        ("homogeneous.narrow", 0),
        ("homogeneous.codecs", 0),
        ("homogeneous.slow", 300_000),
        ("homogeneous.slow-work", 3_000_000),
        ("homogeneous.fast-work", 40_000),
        ("homogeneous.narrow-delay", 0),
        ("homogeneous.narrow-capacity", 10_000_000_000),
    ];
    let faults = faults_with(&["homogeneous"], &dials);
    let mut setup = gossip(Topology::star(400, Duration::ZERO), Duration::secs(2), faults);
    for node in &mut setup.nodes[1..=usize::from(SATELLITES)] {
        node.role = Role::Satellite;
    }
    let engine = run(setup);
    let trace = engine.trace();
    let mut took: std::collections::BTreeMap<NodeId, std::collections::BTreeSet<u64>> =
        std::collections::BTreeMap::new();
    for entry in trace.fates().filter(|entry| entry.effect == "processor") {
        took.entry(trace.receiver(entry.message)).or_default().insert(entry.size);
    }
    let is_slow = |node: &NodeId| took[node].contains(&3_000_000);
    assert!(took.len() > 390, "{} nodes heard something", took.len());
    assert!(took.values().all(|sizes| sizes.len() == 1), "a processor stays what it is");
    assert!(took.values().flatten().all(|size| [40_000, 3_000_000].contains(size)));
    assert!((1..=SATELLITES).map(NodeId).all(|node| is_slow(&node)));
    let ground: Vec<NodeId> = took.keys().copied().filter(|node| node.0 > SATELLITES).collect();
    assert_share(ground.iter().filter(|node| is_slow(node)).count(), ground.len(), 0.3, "slow nodes");
}

/// Gossips of two versions.
fn versions(readers: i64) -> Setup {
    let dials = [
        ("homogeneous.codecs", 500_000),
        ("homogeneous.readers", readers),
        ("homogeneous.narrow", 0),
        ("homogeneous.slow", 0),
    ];
    gossip(Topology::mesh(8, Duration::ZERO), Duration::secs(1), faults_with(&["homogeneous"], &dials))
}

#[test]
fn two_versions_understand_each_other_if_each_reads_both_codecs() {
    let engine = run(versions(0));
    let trace = engine.trace();
    let written = |codec| trace.message_ids().filter(|&m| trace.codec(m) == codec).count();
    assert!(written(Codec::Json) > 100 && written(Codec::Compact) > 100);
    for message in trace.message_ids() {
        let is_json = trace.payload(message).starts_with(b"{");
        assert_eq!(is_json, trace.codec(message) == Codec::Json);
        let shown = engine.explain(message, trace.payload(message)).expect("a rumour");
        assert!(shown["hops"].is_u64(), "{shown}");
    }
    assert_eq!(count(&engine, "garbled"), 0);
}

#[test]
fn two_versions_that_read_their_own_codec_only_cannot_talk() {
    let engine = run(versions(1));
    let trace = engine.trace();
    let mut across = 0;
    for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Receive) {
        let message = trace.message(event).expect("a receive is of a message");
        let speaks = |node| trace.message_ids().find(|&m| trace.sender(m) == node).map(|m| trace.codec(m));
        let (from, to) = (speaks(trace.sender(message)), speaks(trace.receiver(message)));
        let is_garbled = trace.fate(message).iter().any(|entry| entry.effect == "garbled");
        assert_eq!(is_garbled, from != to, "{message} from {from:?} to {to:?}");
        across += usize::from(is_garbled);
    }
    assert!(across > 50, "{across}");
}

#[test]
fn held_again_all_write_as_they_did_before() {
    let mut engine = Engine::new(Arc::new(versions(1)));
    while engine.now() < TrueTime::ZERO + Duration::millis(500) {
        engine.step().expect("gossip goes on");
    }
    let before = engine.trace().messages();
    engine.act(&Act::Assume { fault: "homogeneous".into(), held: true }).expect("there is such a fault");
    finish(&mut engine);
    let trace = engine.trace();
    let later: Vec<MessageId> = trace.message_ids().skip(before).collect();
    assert!(later.len() > 100 && later.iter().all(|&message| trace.codec(message) == Codec::Compact));
    // What was written in JSON and was still under way is read as it was written.
    assert!(
        trace
            .fates()
            .filter(|e| e.at > engine.trace().at(trace.sent(later[0]).expect("sent")))
            .all(|e| { e.effect != "garbled" })
    );
}
