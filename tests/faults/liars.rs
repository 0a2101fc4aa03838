//! What `liars` lets in: who lies, how often, and with which face.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed};
use lightcone::sim::{Codec, Engine, EventKind, FaultSetting, Incoming, Topology};

use crate::players::{Rumour, assert_share, faults_with, finish, gossip, run};

const NODES: usize = 6;

fn talk(dials: &[(&str, i64)], broken: &[&str]) -> Engine {
    let faults: Vec<FaultSetting> = faults_with(broken, dials);
    run(gossip(Topology::mesh(NODES, Duration::millis(1)), Duration::secs(2), faults))
}

/// Of each lie its teller, its hearer and what it said.
fn lies(engine: &Engine) -> Vec<(NodeId, NodeId, [u8; 8])> {
    let trace = engine.trace();
    let mut lies = Vec::new();
    for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Receive) {
        let message = trace.message(event).expect("a receive has a message");
        if trace.fate(message).iter().any(|entry| entry.fault == "liars") {
            let heard = trace.received_payload(event).expect("a receive has bytes");
            assert_ne!(heard, trace.payload(message), "a lie is not what was written");
            let rumour: Rumour = Incoming::new(heard, Codec::Compact).read().expect("a lie is well formed");
            lies.push((trace.sender(message), trace.receiver(message), rumour.digest));
        }
    }
    lies
}

#[test]
fn as_many_lie_as_the_dial_says_and_one_more_leaves_the_others_liars() {
    let mut before = BTreeSet::new();
    for count in 1..=4 {
        let liars: BTreeSet<NodeId> =
            lies(&talk(&[("liars.liars", count)], &["liars"])).iter().map(|lie| lie.0).collect();
        assert_eq!(liars.len() as i64, count);
        assert!(before.is_subset(&liars), "{before:?}, then {liars:?}");
        before = liars;
    }
}

#[test]
fn a_liar_lies_as_often_as_the_dial_says() {
    let engine = talk(&[("liars.liars", 64), ("liars.lies", 300_000)], &["liars"]);
    let trace = engine.trace();
    let to_others = |&message: &_| trace.sender(message) != trace.receiver(message);
    let messages = trace.message_ids().filter(to_others).count();
    let lies = trace.fates().filter(|entry| entry.effect == "lie").count();
    assert_share(lies, messages, 0.3, "lies");
}

#[test]
fn a_liar_has_one_face_or_another_for_each() {
    let faces = |dial: i64| {
        let mut told: BTreeMap<NodeId, BTreeMap<NodeId, BTreeSet<[u8; 8]>>> = BTreeMap::new();
        for (from, to, digest) in lies(&talk(&[("liars.liars", 2), ("liars.faces", dial)], &["liars"])) {
            told.entry(from).or_default().entry(to).or_default().insert(digest);
        }
        assert_eq!(told.len(), 2);
        told
    };
    for hearers in faces(0).values() {
        assert_eq!(hearers.len(), NODES - 1);
        let all: BTreeSet<_> = hearers.values().flatten().collect();
        assert_eq!(all.len(), 1, "the same to all");
    }
    for hearers in faces(1).values() {
        assert!(hearers.values().all(|said| said.len() == 1), "a liar sticks to what it told someone");
        let all: BTreeSet<_> = hearers.values().flatten().collect();
        assert_eq!(all.len(), NODES - 1, "another to each");
    }
}

#[test]
fn a_lie_passes_the_checksum_and_a_flipped_bit_of_it_does_not() {
    let corrupt = [("reliable.corrupt", 300_000), ("reliable.loss", 0), ("liars.liars", 64)];
    let engine = talk(&corrupt, &["liars", "reliable"]);
    let trace = engine.trace();
    let checked = trace.fates().filter(|entry| entry.effect == "checksum").count();
    let lies = lies(&engine).len();
    assert!(checked > 50 && lies > 50, "{checked} thrown away, {lies} lies");
    // What was both a lie and corrupt was a lie when the checksum was made.
    let both = |message| {
        let fate = trace.fate(message);
        fate.iter().any(|entry| entry.effect == "lie") && fate.iter().any(|entry| entry.effect == "checksum")
    };
    assert!(trace.message_ids().any(both));
}

#[test]
fn who_lies_depends_on_the_seed() {
    let faults = faults_with(&["liars"], &[]);
    let mut engine = Engine::new(Arc::new(gossip(
        Topology::mesh(NODES, Duration::millis(1)),
        Duration::millis(200),
        faults,
    )));
    let mut liars = BTreeSet::new();
    for seed in 0..60 {
        engine = engine.start_anew(Seed(seed));
        finish(&mut engine);
        liars.extend(lies(&engine).first().map(|lie| lie.0));
    }
    assert_eq!(liars.len(), NODES);
}
