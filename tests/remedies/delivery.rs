//! Four delivery policies over many seeds, under wild faults, and with every crash point tried.

use lightcone::base::{Duration, Seed, TrueTime};
use lightcone::scenes::RunSpec;
use lightcone::scenes::delivery::{B, K, P, RECORDS, counts};
use lightcone::sim::{Act, Engine, Settings, Tape};

use crate::crash_points;
use crate::players::finish;

const SEEDS: u64 = 1_000;

/// The policies by their place in the dial.
const AT_MOST_ONCE: i64 = 0;
const AT_LEAST_ONCE: i64 = 1;
const EFFECTIVELY_ONCE: [i64; 2] = [2, 3];

/// When wild faults end: every record has been handed over by then, and some have not got through.
const CALM: Duration = Duration::secs(13);

/// A run that is yet to begin, of a policy with these settings of faults.
fn spec(policy: i64, held: &[(&str, bool)], dials: &[(&str, i64)]) -> RunSpec {
    let own = [("delivery.policy", policy)];
    let settings = Settings {
        assume: held.iter().map(|(fault, is_held)| ((*fault).to_owned(), *is_held)).collect(),
        dials: own.iter().chain(dials).map(|(dial, value)| ((*dial).to_owned(), *value)).collect(),
    };
    RunSpec::new("delivery", Some(Seed(0)), settings, Tape::default()).expect("settings that fit")
}

/// What became of the records of many runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Fates {
    sent: u32,
    lost: u32,
    once: u32,
    doubled: u32,
    /// In how many runs each record was applied exactly once.
    exact: u32,
}

impl Fates {
    fn add(&mut self, engine: &Engine) {
        let counts = counts(engine.trace());
        for &count in counts.values() {
            self.sent += 1;
            self.lost += u32::from(count == 0);
            self.once += u32::from(count == 1);
            self.doubled += u32::from(count > 1);
        }
        self.exact += u32::from(counts.values().all(|&count| count == 1));
    }
}

/// The fates over all seeds; what these faults do ends with the calm.
fn fates(spec: &RunSpec, faults: &[&str]) -> Fates {
    let (mut engine, mut fates) = (spec.start(), Fates::default());
    for seed in 0..SEEDS {
        engine = engine.start_anew(Seed(seed));
        while engine.now() < TrueTime::ZERO + CALM && engine.step().is_ok() {}
        for fault in faults {
            let hold = Act::Assume { fault: (*fault).to_owned(), held: true };
            engine.act(&hold).expect("an assumption");
        }
        finish(&mut engine);
        fates.add(&engine);
    }
    fates
}

#[test]
fn at_most_once_loses_at_least_once_doubles_and_effectively_once_does_neither() {
    let of = |policy| fates(&spec(policy, &[], &[]), &[]);
    let (most, least) = (of(AT_MOST_ONCE), of(AT_LEAST_ONCE));
    let sent = RECORDS * SEEDS as u32;
    assert_eq!((most.sent, most.doubled), (sent, 0));
    assert!(most.lost > sent / 10, "{most:?}");
    assert_eq!((least.sent, least.lost), (sent, 0));
    assert!(least.doubled > sent / 10, "{least:?}");
    for policy in EFFECTIVELY_ONCE {
        let exact = Fates { sent, once: sent, exact: SEEDS as u32, ..Fates::default() };
        assert_eq!(of(policy), exact, "policy {policy}");
    }
}

#[test]
fn under_wild_faults_each_policy_keeps_its_promise_in_every_run() {
    let wild = [("reliable", false), ("pauses", false), ("crashes", false)];
    let dials = [
        ("delivery.crash", 0),
        ("reliable.loss", 150_000),
        ("reliable.duplicate", 150_000),
        ("reliable.reorder", 150_000),
        ("reliable.lag", 2_000_000_000),
        ("pauses.every", 4_000_000_000),
        ("pauses.length", 700_000_000),
        ("crashes.every", 3_000_000_000),
        ("crashes.down", 300_000_000),
        ("crashes.torn", 700_000),
    ];
    let of = |policy| fates(&spec(policy, &wild, &dials), &["reliable", "pauses", "crashes"]);
    let (most, least) = (of(AT_MOST_ONCE), of(AT_LEAST_ONCE));
    assert_eq!(most.doubled, 0, "{most:?}");
    assert!(most.lost > most.sent / 10, "{most:?}");
    assert!(least.doubled > least.sent / 10 && least.lost == 0, "{least:?}");
    for policy in EFFECTIVELY_ONCE {
        let fates = of(policy);
        // Safe all the time, and alive when the faults have ended.
        let exact = (fates.lost, fates.doubled, fates.exact) == (0, 0, SEEDS as u32);
        assert!(exact && fates.sent > 4 * SEEDS as u32, "policy {policy}: {fates:?}");
    }
}

/// The fates over all runs in which one of the three crashes once, at any crash point.
fn every_crash_point(policy: i64) -> (Fates, u32) {
    let calm = spec(policy, &[("reliable", true)], &[("delivery.crash", 0)]);
    let mut fates = Fates::default();
    let runs = crash_points::each(&calm, &[P, B, K], |engine| fates.add(engine));
    (fates, runs)
}

#[test]
fn every_crash_point_has_been_tried() {
    let (most, runs) = every_crash_point(AT_MOST_ONCE);
    assert!(runs > 100, "{runs} crash points");
    assert!(most.doubled == 0 && most.lost > 0, "{most:?}");
    let (least, runs) = every_crash_point(AT_LEAST_ONCE);
    assert!(runs > 150, "{runs} crash points");
    assert!(least.lost == 0 && least.doubled > 0, "{least:?}");
    for policy in EFFECTIVELY_ONCE {
        let (fates, runs) = every_crash_point(policy);
        assert!(runs > 150, "{runs} crash points");
        assert_eq!((fates.lost, fates.doubled, fates.exact), (0, 0, runs), "policy {policy}: {fates:?}");
    }
}
