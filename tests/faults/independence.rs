//! A held assumption is an absent fault, and flipping one switch moves nobody else's draws.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed, TrueTime};
use lightcone::faults;
use lightcone::sim::{
    Act, Effects, Engine, FateUnit, Fault, FaultEntry, FaultKind, FaultSetting, Hop, Outcome, Setup,
    SpanKind, Topology, World, WorldActs,
};

use crate::players::{faults_with, finish, gossip, run};

fn all_broken() -> Vec<&'static str> {
    faults::ALL.iter().map(|entry| entry.id).collect()
}

/// Wild enough that everything happens within a second. Bursts and flaps are left out where draws are
/// compared: whether a packet meets one depends on when it sets out.
const WILD: &[(&str, i64)] = &[
    ("reliable.loss", 100_000),
    ("reliable.duplicate", 200_000),
    ("reliable.reorder", 200_000),
    ("reliable.corrupt", 200_000),
    ("latency.tail", 200_000),
    ("clocks.sync", 50_000_000),
    ("pauses.every", 100_000_000),
    ("crashes.every", 200_000_000),
    ("secure.inject", 20_000_000),
    ("administrator.rate", 200),
    ("administrator.rollout", 300_000_000),
    ("administrator.gap", 1_000_000_000),
    ("topology.every", 100_000_000),
    ("topology.handover", 20_000_000),
    ("topology.ttl", 50_000_000),
    // What is compared is of the same length and under way within the run.
    ("homogeneous.codecs", 0),
    ("homogeneous.narrow-delay", 20_000_000),
    ("homogeneous.narrow-capacity", 100_000),
];

fn setup(faults: Vec<FaultSetting>) -> Setup {
    gossip(Topology::grid(3, 2, Duration::millis(2)), Duration::secs(1), faults)
}

#[test]
fn a_held_assumption_is_an_absent_fault() {
    for held in faults::ALL {
        let broken: Vec<&str> = all_broken().into_iter().filter(|id| *id != held.id).collect();
        let with_it = faults_with(&broken, WILD);
        let mut without = with_it.clone();
        without.retain(|fault| fault.entry.id != held.id);
        // Where the dials of an absent fault stand cannot matter either.
        let mut turned = with_it.clone();
        for fault in turned.iter_mut().filter(|fault| fault.entry.id == held.id) {
            fault.dials = fault.entry.dials.iter().map(|dial| dial.most).collect();
        }
        let hash = run(setup(without)).trace().hash();
        assert_eq!(run(setup(with_it)).trace().hash(), hash, "{} held", held.id);
        assert_eq!(run(setup(turned)).trace().hash(), hash, "{} held and turned", held.id);
    }
    assert_ne!(
        run(setup(faults_with(&[], &[]))).trace().hash(),
        run(setup(faults_with(&all_broken(), WILD))).trace().hash(),
        "or the comparison shows nothing"
    );
}

#[test]
fn each_broken_assumption_changes_the_run() {
    let calm = run(setup(faults_with(&[], &[]))).trace().hash();
    for entry in faults::ALL {
        let broken = run(setup(faults_with(&[entry.id], WILD))).trace().hash();
        assert_ne!(broken, calm, "{} does nothing", entry.id);
    }
}

/// Notes every packet on every hop and does nothing, so that it is known which packets there were.
#[derive(Clone, Debug)]
struct Witness;

impl Fault for Witness {
    fn retune(&mut self, _: &[i64], _: &World<'_>, _: &mut WorldActs) {}

    fn hop(&mut self, _: &Hop<'_>, effects: &mut Effects) {
        effects.note("seen", 0, FateUnit::None);
    }
}

static WITNESS: FaultEntry = FaultEntry {
    id: "witness",
    assumption: "Nobody looks",
    kind: FaultKind::Hazard,
    effect: "notes every packet",
    doc: "",
    dials: &[],
    make: |_| Box::new(Witness),
};

/// A packet on a hop, by the name that it has in every run.
type Name = (NodeId, NodeId, u32, u16, u16);

/// What one fault did to each packet that it was offered.
fn fates(engine: &Engine, fault: &str) -> BTreeMap<Name, Vec<(&'static str, u64, Outcome)>> {
    let trace = engine.trace();
    let mut all: BTreeMap<Name, Vec<_>> = BTreeMap::new();
    let mut lost_before: BTreeSet<Name> = BTreeSet::new();
    for entry in trace.fates().filter(|entry| entry.link.is_some()) {
        let message = entry.message;
        let name =
            (trace.sender(message), trace.receiver(message), trace.nth(message), entry.copy, entry.hop);
        let seen = all.entry(name).or_default();
        if entry.fault == fault && entry.outcome != Outcome::Copied {
            seen.push((entry.effect, entry.size, entry.outcome));
        } else if entry.outcome == Outcome::Lost {
            lost_before.insert(name);
        }
    }
    all.retain(|name, _| !lost_before.contains(name));
    all
}

#[test]
fn flipping_one_switch_leaves_the_draws_of_the_others_alone() {
    let base = all_broken();
    let with_witness = |broken: &[&str]| {
        let mut faults = faults_with(broken, WILD);
        // The checksum is looked at by the receiver, where a packet has no hop.
        faults.insert(0, FaultSetting { entry: &WITNESS, is_held: false, dials: Vec::new() });
        run(Setup { seed: Seed(5), ..setup(faults) })
    };
    let all = with_witness(&base);
    for &flipped in &base {
        let rest: Vec<&str> = base.iter().copied().filter(|id| *id != flipped).collect();
        let other = with_witness(&rest);
        assert_ne!(all.trace().hash(), other.trace().hash());
        for fault in ["reliable", "latency"].into_iter().filter(|id| *id != flipped) {
            let (one, two) = (fates(&all, fault), fates(&other, fault));
            // What the attacker sends is nobody's, and another message in another run.
            let is_both = |name: &&Name| two.contains_key(*name) && name.0 < NodeId(6);
            let both: Vec<&Name> = one.keys().filter(is_both).collect();
            let touched = both.iter().filter(|name| !one[**name].is_empty()).count();
            assert!(touched > 50, "{touched} packets of both runs were touched by {fault}");
            // How far it is to the next relay is not drawn: it depends on where the relays are at that time.
            let drawn = |fate: &[(&'static str, u64, Outcome)]| {
                fate.iter().filter(|(effect, ..)| *effect != "distance").copied().collect::<Vec<_>>()
            };
            for name in both {
                let (one, two) = (drawn(&one[name]), drawn(&two[name]));
                assert_eq!(one, two, "{fault} on {name:?} with and without {flipped}");
            }
        }
    }
}

#[test]
fn the_hazards_strike_at_the_same_instants_whatever_the_network_does() {
    let begun = |broken: &[&str], kind| {
        let engine = run(setup(faults_with(broken, WILD)));
        let spans = engine.trace().spans().filter(|span| span.kind == kind);
        spans.map(|span| (span.from, span.nodes)).collect::<Vec<_>>()
    };
    for (hazard, kind) in [("pauses", SpanKind::Pause), ("crashes", SpanKind::Outage)] {
        let alone = begun(&[hazard], kind);
        assert!(alone.len() > 5, "{hazard}: {}", alone.len());
        assert_eq!(alone, begun(&[hazard, "reliable", "latency", "clocks"], kind), "{hazard}");
    }
}

#[test]
fn turning_one_dial_leaves_the_draws_of_the_others_alone() {
    let effects = |dial: (&str, i64)| {
        let mut dials = WILD.to_vec();
        dials.push(dial);
        let engine = run(setup(faults_with(&["reliable"], &dials)));
        fates(&engine, "reliable")
    };
    // What is compared comes after a loss in the order of draws, and must not move with it.
    let (one, two) = (effects(("reliable.lag", 20_000_000)), effects(("reliable.burst", 300_000)));
    let of = |fate: &[(&'static str, u64, Outcome)]| {
        fate.iter().filter(|(effect, ..)| *effect != "burst").copied().collect::<Vec<_>>()
    };
    let lost = |fate: &[(&'static str, u64, Outcome)]| fate.iter().any(|(.., o)| *o == Outcome::Lost);
    let mut compared = 0;
    for (name, fate) in one.iter().filter(|(name, _)| two.contains_key(name)) {
        if !lost(fate) && !lost(&two[name]) && !fate.is_empty() {
            assert_eq!(of(fate), of(&two[name]), "{name:?}");
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared} packets");
}

#[test]
fn a_switch_that_is_flipped_back_and_forth_ends_with_what_it_let_in() {
    let calm = faults_with(&[], WILD);
    let mut engine = Engine::new(Arc::new(setup(calm)));
    let assume = |engine: &mut Engine, held| {
        for id in all_broken() {
            engine.act(&Act::Assume { fault: id.to_owned(), held }).expect("there is such a fault");
        }
    };
    assume(&mut engine, false);
    while engine.now() < TrueTime::ZERO + Duration::millis(500) {
        engine.step().expect("the run is longer");
    }
    assume(&mut engine, true);
    let signed = engine.trace().fates().count();
    let held = engine.now();
    // What was under way when the faults went may still be lost: to a checksum, or at a node that is down.
    finish(&mut engine);
    let late: Vec<_> = engine.trace().fates().skip(signed).filter(|entry| entry.link.is_some()).collect();
    assert!(late.iter().all(|entry| entry.effect == "checksum"), "{late:?}");
    for node in NodeId::first(6) {
        assert_eq!(engine.status(node), lightcone::sim::NodeStatus::Up);
        assert_eq!(engine.clock(node).ahead_ns(engine.now()), 0, "clocks are right again");
    }
    let lasting =
        engine.trace().spans().filter(|span| span.to.is_none_or(|to| to > held + Duration::millis(1)));
    assert_eq!(lasting.count(), 0, "pauses and outages end with what brought them");
}
