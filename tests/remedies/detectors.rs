//! Failure detectors over many seeds: those that learn against a number that somebody wrote down.

use lightcone::analysis::detection::{Point, alarms, alarms_at, deaths};
use lightcone::base::{Duration, NodeId, Seed, TrueTime};
use lightcone::explore::tradeoff::{LADDERS, curve};
use lightcone::programs::detectors;
use lightcone::programs::watcher::PING;
use lightcone::scenes::RunSpec;
use lightcone::scenes::timeouts::{DEATHS, G, SATELLITES, SHIFT, WARM, WATCHMAN};
use lightcone::sim::{Engine, EventKind, Settings, Tape, Trace};

use crate::players::finish;

const SEEDS: u64 = 100;

/// A run of the scene with these dials.
fn run(seed: u64, dials: &[(&str, i64)]) -> Engine {
    let dials = dials.iter().map(|(dial, value)| (format!("timeouts.{dial}"), *value)).collect();
    let settings = Settings { dials, ..Settings::default() };
    let spec = RunSpec::new("timeouts", Some(Seed(seed)), settings, Tape::default()).expect("dials of it");
    let mut engine = spec.start();
    finish(&mut engine);
    engine
}

/// How many pings G sends, and how many false alarms it raises, between warm-up and the first death.
fn pings_and_alarms(trace: &Trace) -> (usize, usize) {
    let quiet = TrueTime::ZERO + WARM..TrueTime::ZERO + DEATHS[0];
    let is_ping = |&event: &_| trace.kind(event) == EventKind::Send && trace.label_word(event) == PING;
    let pings = trace.events().filter(is_ping).filter(|&event| quiet.contains(&trace.at(event))).count();
    let alarms = alarms(trace, WATCHMAN);
    (pings, alarms.iter().filter(|alarm| quiet.contains(&trace.at(alarm.event))).count())
}

#[test]
fn at_equal_delay_those_that_learn_raise_fewer_false_alarms() {
    let curves: Vec<Vec<Point>> = detectors::ALL
        .iter()
        .zip(LADDERS)
        .map(|(entry, ladder)| curve(entry.id, ladder, 0..SEEDS).expect("dials of it"))
        .collect();
    for delay in [1_030, 1_100, 1_200, 1_250].map(Duration::millis) {
        let fixed = alarms_at(&curves[0], delay).expect("the fixed timeout reaches so far");
        assert!(fixed > 0.5, "at {delay} the fixed timeout is still wrong: {fixed}");
        for (entry, curve) in detectors::ALL.iter().zip(&curves).skip(1) {
            let learned = alarms_at(curve, delay).expect("the curves overlap");
            assert!(learned < fixed / 2.0, "{} at {delay}: {learned} against {fixed}", entry.id);
        }
    }
    // More patience never means that the dead are noticed sooner, where nothing is learned.
    assert!(curves[0].is_sorted_by_key(Point::delay_mean), "{:?}", curves[0]);
}

#[test]
fn the_measures_count_what_the_trace_holds() {
    let (mut total, mut delays) = (0, Duration::ZERO);
    for seed in 0..20 {
        let engine = run(seed, &[]);
        let trace = engine.trace();
        // Counted once more, from the satellites' own events and G's words.
        let dies = |node: NodeId| {
            trace
                .events()
                .find(|&e| trace.node(e) == node && trace.kind(e) == EventKind::Crash)
                .expect("it dies")
        };
        let says = |word: &'static str, node: NodeId| {
            let is_it = move |event: &_| {
                trace.label_word(*event) == word && trace.label_number(*event) == Some(node.0.into())
            };
            trace.events().filter(is_it)
        };
        for node in SATELLITES {
            total += says("suspect", node)
                .filter(|&event| event < dies(node) && trace.at(event) >= TrueTime::ZERO + WARM)
                .count() as u64;
            let last = says("suspect", node).next_back().expect("it is noticed");
            assert!(says("trust", node).all(|trust| trust < last), "seed {seed}");
            delays = delays + trace.at(last).since(trace.at(dies(node)));
        }
        assert_eq!(deaths(trace, WATCHMAN).len(), 3);
    }
    let point = curve("fixed", &[500_000_000], 0..20).expect("a value of its dial")[0];
    assert_eq!((point.false_alarms, point.delay, point.unnoticed), (total, delays, 0));
}

#[test]
fn without_late_answers_adaptation_starves_except_where_it_backs_off() {
    let alarms = |detector, late| {
        let engine = run(3, &[("detector", detector), ("late", late)]);
        pings_and_alarms(engine.trace()).1
    };
    // Mean × k and p99: the far one answers too late for ever, so that nothing is learned of it.
    assert_eq!([alarms(1, 0), alarms(3, 0)], [0, 0]);
    assert!(alarms(1, 1) >= 5 && alarms(3, 1) >= 5, "{} {}", alarms(1, 1), alarms(3, 1));
    // RFC 6298 takes no late answer anyway where it asked again, and gets out by doubling.
    assert_eq!([alarms(2, 0), alarms(2, 1)], [0, 0]);
}

#[test]
fn nearly_each_false_alarm_is_a_ping_more() {
    let (mut alarms_all, mut more_all) = (0, 0);
    for seed in 0..50 {
        let rounds = |trace: &Trace| {
            let quiet = TrueTime::ZERO + WARM..TrueTime::ZERO + DEATHS[0];
            let is_round = |&event: &_| {
                trace.node(event) == G
                    && trace.kind(event) == EventKind::Timer
                    && trace.label_word(event) == "round"
                    && quiet.contains(&trace.at(event))
            };
            trace.events().filter(is_round).count()
        };
        let (fixed, learned) = (run(seed, &[]), run(seed, &[("detector", 2)]));
        let (pings, alarms) = pings_and_alarms(fixed.trace());
        let more = pings - 3 * rounds(fixed.trace());
        assert!(more >= 4 && more <= alarms, "seed {seed}: {more} pings more for {alarms} false alarms");
        (alarms_all, more_all) = (alarms_all + alarms, more_all + more);
        let (fewer, _) = pings_and_alarms(learned.trace());
        assert!(fewer < pings, "seed {seed}: {fewer} against {pings}");
    }
    // All but those of somebody who had been asked twice in that round already.
    assert!(more_all * 10 > alarms_all * 8, "{more_all} of {alarms_all}");
}

#[test]
fn a_longer_way_is_one_long_gap_between_heartbeats() {
    for seed in 0..50 {
        let engine = run(seed, &[("detector", 4)]);
        let trace = engine.trace();
        let false_alarms: Vec<_> =
            alarms(trace, WATCHMAN).into_iter().filter(|alarm| alarm.is_false).collect();
        let shift = TrueTime::ZERO + SHIFT;
        let late = false_alarms.iter().filter(|alarm| trace.at(alarm.event) > shift + Duration::secs(3));
        assert_eq!(late.count(), 0, "seed {seed}");
        assert!(false_alarms.len() <= 3, "seed {seed}: one for each at most");
    }
}
