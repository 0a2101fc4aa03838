//! One fault at a time, all others held: a named program that it breaks, and a named remedy that it does not.
//!
//! Safe means: in each of the seeds. Alive means: at the rate that stands beside it.

use lightcone::base::{Duration, NodeId, Seed};
use lightcone::programs::careful_client;
use lightcone::programs::commander::DONE;
use lightcone::programs::thruster::Remedy;
use lightcone::scenes::{Evidence, RunSpec, Verdict};
use lightcone::sim::{EventKind, Settings, Tape, Trace};

use crate::crash_points;
use crate::players::{A, B, assert_share, finish};
use crate::retries::{COMMANDS, LOSS, RETRY, burns, commands, settled};

const SEEDS: u64 = 1_000;
/// By then a command is answered or given up: four patiences, and three pauses of 1.4 s in all.
const SETTLED: Duration = Duration::secs(10);
const MILLI: i64 = 1_000_000;

/// A fault that is alone, wild enough to be met, and the least share of commands that are answered all the same.
struct Alone {
    fault: &'static str,
    dials: &'static [(&'static str, i64)],
    alive: f64,
}

const ALONE: [Alone; 4] = [
    // Four attempts, each of which is answered if neither way loses it: 1 − (1 − 0.7²)⁴ is 0.932. A conditional write is
    // refused for good behind a command that never came.
    Alone { fault: "reliable", dials: &[("reliable.loss", LOSS)], alive: 0.9 },
    // Each way may take longer than the whole patience. Late answers count as long as it has not given up.
    Alone {
        fault: "latency",
        dials: &[("latency.jitter", 0), ("latency.tail", 300_000), ("latency.tail-least", 300 * MILLI)],
        alive: 0.99,
    },
    Alone {
        fault: "pauses",
        dials: &[("pauses.every", 2_000 * MILLI), ("pauses.length", 800 * MILLI)],
        alive: 0.98,
    },
    // The ground crashes as well, and forgets what it has not been answered.
    Alone {
        fault: "crashes",
        dials: &[("crashes.every", 8_000 * MILLI), ("crashes.down", 300 * MILLI), ("crashes.torn", 900_000)],
        alive: 0.65,
    },
];

/// In how many of the runs a command burned twice, in how many one was answered that never burned, and the share of
/// all commands that were answered.
fn thruster(remedy: Remedy, alone: &Alone) -> (usize, usize, f64) {
    let (mut twice, mut never, mut answered) = (0, 0, 0);
    for seed in 0..SEEDS {
        let engine = commands(remedy, SETTLED, RETRY, &[alone.fault], alone.dials, seed);
        let trace = engine.trace();
        let burns = burns(trace);
        twice += usize::from(burns.values().any(|&count| count > 1));
        let is_done = |&event: &_| trace.kind(event) == EventKind::Decide && trace.label_word(event) == DONE;
        let keys = trace.events().filter(is_done).filter_map(|event| trace.label_number(event));
        never += usize::from(keys.into_iter().any(|key| !burns.contains_key(&key)));
        answered += settled(trace, DONE);
    }
    (twice, never, answered as f64 / (SEEDS * u64::from(COMMANDS)) as f64)
}

#[test]
fn each_fault_alone_burns_a_command_twice_and_no_remedy_that_is_one_step_lets_it() {
    for alone in &ALONE {
        let (twice, ..) = thruster(Remedy::None, alone);
        assert!(twice > 20, "{} alone: {twice} runs in which a command burned twice", alone.fault);
        for remedy in [Remedy::KeysInOneStep, Remedy::Condition] {
            let (twice, never, answered) = thruster(remedy, alone);
            assert_eq!((twice, never), (0, 0), "{} alone, {remedy:?}", alone.fault);
            assert!(answered > alone.alive, "{} alone, {remedy:?}: {answered} answered", alone.fault);
        }
    }
}

/// A run of the two clients with nothing wrong but one fault.
fn clients(fault: &str, dials: &[(&str, i64)], mut look: impl FnMut(u64, &Trace, &[Verdict])) {
    let own = [("calls.trouble", 0)];
    let settings = Settings {
        assume: [("latency".to_owned(), fault != "latency"), (fault.to_owned(), false)].into(),
        dials: own.iter().chain(dials).map(|(dial, value)| ((*dial).to_owned(), *value)).collect(),
    };
    let spec = RunSpec::new("calls", Some(Seed(0)), settings, Tape::default()).expect("settings that fit");
    let mut engine = spec.start();
    for seed in 0..SEEDS {
        engine = engine.start_anew(Seed(seed));
        finish(&mut engine);
        let evidence = Evidence::new(&engine, &spec, true);
        let verdicts: Vec<Verdict> = spec.scene.claims.iter().map(|claim| (claim.check)(&evidence)).collect();
        look(seed, engine.trace(), &verdicts);
    }
}

#[test]
fn loss_alone_hangs_the_naive_client_and_the_careful_one_returns_in_every_run() {
    const P: f64 = 0.1;
    let calm = [("reliable.duplicate", 0), ("reliable.reorder", 0), ("reliable.corrupt", 0)];
    let dials = [&[("reliable.loss", 100_000)][..], &calm].concat();
    let all_come = |messages: usize| (0..messages).map(|_| 1.0 - P).product::<f64>();
    let (mut hung, mut done) = (0, 0);
    clients("reliable", &dials, |seed, trace, verdicts| {
        hung += usize::from(ends(trace, NodeId(0)).next().is_none());
        assert_eq!(verdicts[4], Verdict::Holds, "seed {seed}: a careful call that has not ended");
        assert_eq!(verdicts[5], Verdict::Holds, "seed {seed}: an error that names another step");
        done += usize::from(ends(trace, NodeId(1)).next() == Some(careful_client::DONE));
    });
    // Six messages make a call: connect, accepted, request and three parts.
    assert_share(done, SEEDS as usize, all_come(6), "careful calls that were answered");
    // The naive one reads until the close, so that it needs four of its messages, and takes what has come for all.
    assert_share(hung, SEEDS as usize, 1.0 - all_come(4), "naive calls that hang");
}

#[test]
fn crashes_alone_hang_the_naive_client_and_not_the_careful_one() {
    let dials = [("crashes.every", 4_000 * MILLI), ("crashes.down", 500 * MILLI), ("crashes.nodes", 500_000)];
    let mut hung = 0;
    clients("crashes", &dials, |seed, trace, verdicts| {
        let has_crashed =
            trace.events().any(|e| trace.node(e) == NodeId(0) && trace.kind(e) == EventKind::Crash);
        hung += usize::from(!has_crashed && ends(trace, NodeId(0)).next().is_none());
        assert_eq!(verdicts[4], Verdict::Holds, "seed {seed}: a careful call that has not ended");
    });
    assert!(hung > 20, "{hung} naive calls hang though their client never crashed");
}

/// How a client's calls ended, in order.
fn ends(trace: &Trace, node: NodeId) -> impl Iterator<Item = &'static str> {
    let is_end = move |event: &_| trace.node(*event) == node && trace.kind(*event) == EventKind::Decide;
    trace.events().filter(is_end).map(|event| trace.label_word(event))
}

#[test]
fn every_crash_point_of_a_burn_has_been_tried() {
    // Which remedy may burn a command twice, and which may answer one that never burns, when one node crashes once.
    let expected =
        [(0, true, false), (1, false, false), (2, true, false), (3, false, true), (4, false, false)];
    for (remedy, may_burn_twice, may_never_burn) in expected {
        let settings =
            Settings { dials: [("thruster.remedy".to_owned(), remedy)].into(), ..Settings::default() };
        let spec = RunSpec::new("thruster", None, settings, Tape::default()).expect("a remedy");
        let (mut twice, mut never) = (0, 0);
        let runs = crash_points::each(&spec, &[A, B], |engine| {
            let trace = engine.trace();
            let burns = burns(trace);
            twice += u32::from(burns.values().any(|&count| count > 1));
            let is_done =
                |&event: &_| trace.kind(event) == EventKind::Decide && trace.label_word(event) == DONE;
            let mut keys = trace.events().filter(is_done).filter_map(|event| trace.label_number(event));
            never += u32::from(keys.any(|key| !burns.contains_key(&key)));
        });
        assert!(runs > 40, "remedy {remedy}: {runs} crash points");
        assert_eq!(
            (twice > 0, never > 0),
            (may_burn_twice, may_never_burn),
            "remedy {remedy}: {twice} {never}"
        );
    }
}
