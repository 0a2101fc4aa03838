//! What `reliable` lets in, against closed forms.

use std::sync::Arc;

use lightcone::base::{Duration, TrueTime};
use lightcone::sim::{
    Act, Codec, Engine, EventKind, FaultSetting, MessageState, Outcome, Setup, Span, SpanKind, Topology,
};

use crate::players::{A, B, CALM, assert_mean, assert_share, beacon, faults_with, finish, names, run};

const MILLISECOND: i64 = 1_000_000;

fn only(dials: &[(&str, i64)]) -> Vec<FaultSetting> {
    faults_with(&["reliable"], &[dials, &CALM].concat())
}

fn pair(every: Duration, beats: u64, dials: &[(&str, i64)]) -> Setup {
    beacon(Topology::mesh(2, Duration::millis(1)), every, beats, only(dials))
}

/// Which of the beats were lost, in their order.
fn losses(engine: &Engine) -> Vec<bool> {
    let trace = engine.trace();
    trace.message_ids().map(|message| trace.state(message) == MessageState::Lost).collect()
}

fn signed(engine: &Engine, effect: &str) -> usize {
    engine.trace().fates().filter(|entry| entry.effect == effect).count()
}

#[test]
fn calm_dials_do_nothing() {
    let engine = run(pair(Duration::millis(1), 2_000, &[]));
    assert_eq!((engine.trace().messages(), engine.trace().fates().count()), (2_000, 0));
}

#[test]
fn independent_loss_has_its_rate_and_no_memory() {
    let engine = run(pair(Duration::millis(1), 40_000, &[("reliable.loss", 70_000)]));
    let lost = losses(&engine);
    let share = |cases: &[bool]| cases.iter().filter(|lost| **lost).count();
    assert_share(share(&lost), lost.len(), 0.07, "loss");
    let after_a_loss: Vec<bool> = lost.windows(2).filter(|two| two[0]).map(|two| two[1]).collect();
    assert_share(share(&after_a_loss), after_a_loss.len(), 0.07, "loss right after a loss");
    assert_eq!(signed(&engine, "loss"), share(&lost), "each bears the fault's name");
}

#[test]
fn each_hop_loses_by_itself() {
    let chain = Topology::grid(4, 1, Duration::millis(1));
    let engine = run(beacon(chain, Duration::millis(1), 20_000, only(&[("reliable.loss", 100_000)])));
    let lost = losses(&engine);
    let arrived = lost.iter().filter(|lost| !**lost).count();
    assert_share(arrived, lost.len(), 0.9 * 0.9 * 0.9, "arrivals over three hops");
}

#[test]
fn only_bad_links_lose_and_a_link_stays_what_it_is() {
    let star = Topology::star(400, Duration::millis(1));
    let dials = [("reliable.loss", 1_000_000), ("reliable.links", 250_000)];
    let engine = run(crate::players::gossip(star, Duration::millis(400), only(&dials)));
    let trace = engine.trace();
    let mut links: std::collections::BTreeMap<_, (bool, bool)> = std::collections::BTreeMap::new();
    // What one says to oneself takes no link.
    for message in trace.message_ids().filter(|&m| trace.sender(m) != trace.receiver(m)) {
        // The first hop of a message from the rim is its own link to the hub.
        let Some(link) = engine.topology().link_between(trace.sender(message), A) else { continue };
        let lost = trace.fate(message).iter().any(|e| e.outcome == Outcome::Lost && e.hop == 0);
        let (some_lost, some_passed) = links.entry(link).or_default();
        *some_lost |= lost;
        *some_passed |= !lost;
    }
    assert!(links.values().all(|(lost, passed)| lost != passed), "a link loses all or nothing");
    assert_share(links.values().filter(|(lost, _)| *lost).count(), links.len(), 0.25, "bad links");
}

/// Bursts of 40 ms and gaps of 360 ms; a slot of the chain is then 10 ms.
const BURSTS: [(&str, i64); 3] = [
    ("reliable.burst", 1_000_000),
    ("reliable.burst-length", 40 * MILLISECOND),
    ("reliable.burst-gap", 360 * MILLISECOND),
];

#[test]
fn bursts_lose_their_stationary_share_and_last_as_long_as_they_should() {
    let lost = losses(&run(pair(Duration::millis(10), 60_000, &BURSTS)));
    let n = lost.len() as f64;
    let (enter, leave) = (1.0 / 36.0, 1.0 / 4.0);
    // Gilbert and Elliott: enter / (enter + leave) of the time is bad. The average over n slots varies like that
    // of n / ((1 + r) / (1 - r)) independent ones, where r = 1 - enter - leave is the chain's memory.
    let (share, r) = (enter / (enter + leave), 1.0 - enter - leave);
    let deviation = (share * (1.0 - share) / n * (1.0 + r) / (1.0 - r)).sqrt();
    let seen = lost.iter().filter(|lost| **lost).count() as f64 / n;
    assert!((seen - share).abs() < 5.0 * deviation, "{seen} lost, expected {share}");
    let runs = |state: bool| -> Vec<f64> {
        lost.chunk_by(|a, b| a == b).filter(|run| run[0] == state).map(|run| run.len() as f64).collect()
    };
    // Geometric: mean 1/p, variance (1 - p) / p².
    assert_mean(&runs(true), 1.0 / leave, (1.0 - leave).sqrt() / leave, "length of a burst");
    assert_mean(&runs(false), 1.0 / enter, (1.0 - enter).sqrt() / enter, "gap between bursts");
}

#[test]
fn a_burst_is_there_whoever_asks() {
    let lost_at = |every, beats| {
        let engine = run(pair(every, beats, &BURSTS));
        let trace = engine.trace();
        let sent = trace.message_ids().map(|message| trace.at(trace.sent(message).expect("a beat is sent")));
        sent.zip(losses(&engine)).collect::<std::collections::BTreeMap<TrueTime, bool>>()
    };
    let (often, seldom) = (lost_at(Duration::millis(7), 9_000), lost_at(Duration::millis(21), 3_000));
    assert!(seldom.len() > 2_900 && seldom.values().any(|lost| *lost));
    for (at, lost) in seldom {
        assert_eq!(often.get(&at), Some(&lost), "at {at}");
    }
}

#[test]
fn a_burst_that_loses_half_adds_to_loss_by_itself() {
    let dials = [("reliable.burst", 500_000), ("reliable.loss", 100_000), BURSTS[1], BURSTS[2]];
    let lost = losses(&run(pair(Duration::millis(400), 30_000, &dials)));
    // Beats 40 slots apart: what is left of the chain's memory is r^40, next to nothing.
    let expected = 1.0 - 0.9 * (1.0 - 0.1 * 0.5);
    assert_share(lost.iter().filter(|lost| **lost).count(), lost.len(), expected, "loss");
}

#[test]
fn a_duplicate_is_a_second_receive_of_the_same_message_a_little_later() {
    let dials = [("reliable.duplicate", 300_000), ("reliable.lag", 5 * MILLISECOND)];
    let engine = run(pair(Duration::millis(1), 10_000, &dials));
    let trace = engine.trace();
    let copies = signed(&engine, "copy");
    assert_share(copies, trace.messages(), 0.3, "duplicates");
    let mut lags = Vec::new();
    for message in trace.message_ids() {
        let arrivals = trace.arrivals(message);
        assert!(arrivals.len() <= 2);
        if let [first, second] = arrivals[..] {
            assert_eq!([first, second].map(|event| trace.received_copy(event)), [0, 1]);
            lags.push(trace.at(second).since(trace.at(first)).0 as f64);
        }
    }
    // Those of the last beats come after the end.
    assert!(lags.len() + 5 >= copies, "{} of {copies} copies arrived", lags.len());
    assert!(lags.iter().all(|&lag| (1e3..=5e6).contains(&lag)));
    assert_mean(&lags, 2.5e6, 5e6 / 12_f64.sqrt(), "lag");
}

#[test]
fn what_is_held_back_is_overtaken() {
    let order = |share| {
        let dials = [("reliable.reorder", share), ("reliable.lag", 10 * MILLISECOND)];
        let engine = run(pair(Duration::millis(1), 5_000, &dials));
        let trace = engine.trace();
        let receives = trace.events().filter(|&event| trace.kind(event) == EventKind::Receive);
        let nth: Vec<u32> = receives.filter_map(|e| trace.message(e)).map(|m| trace.nth(m)).collect();
        let overtaken = nth.windows(2).filter(|two| two[0] > two[1]).count();
        (overtaken, signed(&engine, "held back"), nth.len())
    };
    assert_eq!(order(0), (0, 0, 5_000));
    let (overtaken, held, arrived) = order(100_000);
    assert_share(held, 5_000, 0.1, "held back");
    // One that is held back for more than a tick is overtaken: nine in ten, but for those held back together.
    assert!(overtaken > held / 2 && overtaken <= held, "{overtaken} overtaken of {held}");
    assert!(arrived >= 4_990, "nothing is lost");
}

#[test]
fn a_checksum_finds_every_garbled_packet() {
    for flips in [1, 2, 32] {
        let dials = [("reliable.corrupt", 200_000), ("reliable.flips", flips)];
        let engine = run(pair(Duration::millis(1), 5_000, &dials));
        let trace = engine.trace();
        let (found, flipped) = (signed(&engine, "checksum"), signed(&engine, "flip"));
        assert_share(found, trace.messages(), 0.2, "garbled");
        assert_eq!(flipped, found * flips as usize);
        for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Receive) {
            let message = trace.message(event).expect("a receive has one");
            assert_eq!(trace.received_payload(event), Some(trace.payload(message)));
        }
    }
}

#[test]
fn without_a_checksum_garbage_reaches_the_program_and_may_fail_to_decode() {
    for (codec, least_garbled) in [(Codec::Compact, 0), (Codec::Json, 300)] {
        let dials = [("reliable.corrupt", 200_000), ("reliable.flips", 3), ("reliable.checksum", 1)];
        let setup = pair(Duration::millis(1), 5_000, &dials);
        let engine = run(Setup { nodes: names(2, codec), ..setup });
        let trace = engine.trace();
        let mut garbled = 0;
        for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Receive) {
            let sent = trace.payload(trace.message(event).expect("a receive has one"));
            let got = trace.received_payload(event).expect("a receive has one");
            let flipped: u32 = sent.iter().zip(got).map(|(a, b)| (a ^ b).count_ones()).sum();
            assert!(sent.len() == got.len() && (flipped == 0 || flipped == 3), "{flipped} bits differ");
            garbled += usize::from(flipped > 0);
        }
        let refused = signed(&engine, "garbled");
        let heard = engine.memory(B).expect("it is up")["heard"].as_u64().map(|heard| heard as usize);
        assert_share(garbled, trace.messages(), 0.2, "garbled");
        assert_eq!(heard, Some(trace.messages() - refused), "what made no sense was not counted");
        assert_eq!(trace.log(B).count(), refused);
        assert!(
            refused > least_garbled && refused < garbled,
            "{refused} of {garbled} made no sense in {codec:?}"
        );
    }
}

const FLAPS: [(&str, i64); 3] = [
    ("reliable.flap", 1_000_000),
    ("reliable.flap-up", 300 * MILLISECOND),
    ("reliable.flap-down", 100 * MILLISECOND),
];

#[test]
fn a_flapping_line_is_cut_and_healed_for_so_long_in_the_mean() {
    let engine = run(pair(Duration::millis(5), 60_000, &FLAPS));
    let trace = engine.trace();
    let cuts: Vec<Span> = trace.spans().filter(|span| span.kind == SpanKind::Cut).collect();
    let length = |from: TrueTime, to: TrueTime| to.since(from).0 as f64;
    let down: Vec<f64> = cuts.iter().filter_map(|cut| Some(length(cut.from, cut.to?))).collect();
    let up: Vec<f64> = cuts.windows(2).filter_map(|two| Some(length(two[0].to?, two[1].from))).collect();
    // Exponential, so that the deviation is the mean; the shortest stay of a millisecond adds next to nothing.
    assert_mean(&down, 1e8, 1e8, "down");
    assert_mean(&up, 3e8, 3e8, "up");
    for message in trace.message_ids() {
        let sent = trace.at(trace.sent(message).expect("a beat is sent"));
        let is_cut = cuts.iter().any(|cut| cut.from <= sent && cut.to.is_none_or(|to| sent < to));
        let fate = trace.fate(message);
        assert_eq!(
            fate.first().map(|e| (e.fault, e.effect, e.outcome)),
            match is_cut {
                true => Some(("reliable", "cut", Outcome::Lost)),
                false => None,
            }
        );
    }
}

#[test]
fn a_hand_and_a_flapping_line_do_not_undo_each_other() {
    let mut engine = Engine::new(Arc::new(pair(Duration::millis(5), 2_000, &FLAPS)));
    engine.act(&Act::Cut { from: A, to: B, one_way: false }).expect("there is such a link");
    finish(&mut engine);
    let trace = engine.trace();
    assert!(trace.spans().filter(|span| span.kind == SpanKind::Cut).count() > 3);
    assert!(
        trace.message_ids().all(|message| trace.state(message) == MessageState::Lost),
        "a hand's cut stays"
    );
    let turn = |dial: &str| Act::Turn { fault: "reliable".to_owned(), dial: dial.to_owned(), value: 0 };
    let mut engine = Engine::new(Arc::new(pair(Duration::millis(5), 2_000, &FLAPS)));
    while !engine.trace().spans().any(|span| span.to.is_none()) {
        engine.step().expect("it flaps");
    }
    engine.act(&turn("loss")).expect("there is such a dial");
    assert!(engine.trace().spans().any(|span| span.to.is_none()), "another dial does not heal it");
    engine.act(&turn("flap")).expect("there is such a dial");
    finish(&mut engine);
    let last = engine.trace().spans().last().expect("it was cut");
    assert!(last.to.is_some(), "no line flaps any more");
    assert_eq!(engine.trace().fate(engine.trace().message_ids().last().expect("beats")).len(), 0);
}
