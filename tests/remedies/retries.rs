//! The remedies against doing a command twice, over many seeds and against the closed forms of retrying.

use std::collections::BTreeMap;
use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed, TrueTime};
use lightcone::programs::commander::{BURN, Commander, DONE, GAVE_UP, Retry};
use lightcone::programs::thruster::{BURNED, Form, Remedy, Thruster};
use lightcone::sim::{Engine, EventKind, Limits, NodeSpec, Program, Role, Script, Setup, Topology, Trace};

use crate::players::{A, B, CALM, assert_share, faults_with, run};

const SEEDS: u64 = 1_000;
const SECOND: i64 = 1_000_000_000;

/// How many commands there are in a run.
pub(super) const COMMANDS: u32 = 4;

pub(super) const RETRY: Retry = Retry {
    patience: Duration::millis(500),
    base: Duration::millis(200),
    cap: Duration::secs(2),
    attempts: 4,
    has_jitter: true,
};

/// The ground commands so many burns, far enough apart that each is settled before the next, or all at once.
pub(super) fn commands(
    remedy: Remedy,
    apart: Duration,
    retry: Retry,
    broken: &[&str],
    dials: &[(&str, i64)],
    seed: u64,
) -> Engine {
    let form = match remedy {
        Remedy::Condition => Form::AddIf,
        Remedy::Level => Form::Set,
        Remedy::None | Remedy::KeysInOneStep | Remedy::BurnThenRecord | Remedy::RecordThenBurn => Form::Add,
    };
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        if node == A { Box::new(Commander::new(B, form, retry)) } else { Box::new(Thruster::new(remedy, 16)) }
    };
    let mut script = Script::default();
    for key in 1..=COMMANDS {
        let at = Duration::secs(1) + apart.times(u64::from(key) - 1).expect("minutes");
        script.order(at, A, BURN, key.into());
    }
    run(Setup {
        nodes: vec![NodeSpec::new("G", Role::Station), NodeSpec::new("S", Role::Satellite)],
        topology: Topology::mesh(2, Duration::millis(50)),
        spawn: Arc::new(spawn),
        script,
        seed: Seed(seed),
        faults: faults_with(broken, &[dials, &CALM].concat()),
        horizon: TrueTime::ZERO + apart.times(COMMANDS.into()).expect("minutes") + Duration::secs(30),
        stay_least: Duration::millis(1),
        limits: Limits::default(),
    })
}

/// How often each command burned.
pub(super) fn burns(trace: &Trace) -> BTreeMap<u32, u32> {
    let mut burns = BTreeMap::new();
    for event in trace.events().filter(|&event| trace.node(event) == B && trace.label_word(event) == BURNED) {
        let key = match trace.kind(event) {
            EventKind::Write => trace.previous(event).and_then(|received| trace.label_number(received)),
            _ => trace.label_number(event),
        };
        *burns.entry(key.expect("a burn is of a command")).or_default() += 1;
    }
    burns
}

/// How many commands the ground settled with this word.
pub(super) fn settled(trace: &Trace, word: &str) -> usize {
    trace.events().filter(|&e| trace.kind(e) == EventKind::Decide && trace.label_word(e) == word).count()
}

pub(super) const LOSS: i64 = 300_000;
const APART: Duration = Duration::secs(60);

#[test]
fn retries_do_what_their_closed_form_says() {
    let runs: Vec<Engine> = (0..SEEDS)
        .map(|seed| commands(Remedy::None, APART, RETRY, &["reliable"], &[("reliable.loss", LOSS)], seed))
        .collect();
    let n = SEEDS as usize * COMMANDS as usize;
    let total = |of: &dyn Fn(&Trace) -> usize| runs.iter().map(|run| of(run.trace())).sum::<usize>();
    let p = LOSS as f64 / 1e6;
    // An attempt is answered if neither command nor answer is lost.
    let answered = (1.0 - p) * (1.0 - p);
    let never = (0..RETRY.attempts).map(|_| 1.0 - answered).product::<f64>();
    assert_share(total(&|trace| settled(trace, GAVE_UP)), n, never, "commands that were given up");
    assert_share(total(&|trace| settled(trace, DONE)), n, 1.0 - never, "commands that were answered");
    // How often a command has burned so far, and how likely that is while there is no answer; then one more attempt.
    let (arrives_only, lost) = ((1.0 - p) * p, p);
    let (mut open, mut twice) = (vec![1.0], 0.0);
    for _ in 0..RETRY.attempts {
        let mut next = vec![0.0; open.len() + 1];
        for (burns, chance) in open.iter().enumerate() {
            next[burns] += chance * lost;
            next[burns + 1] += chance * arrives_only;
            twice += if burns > 0 { chance * answered } else { 0.0 };
        }
        open = next;
    }
    twice += open[2..].iter().sum::<f64>();
    let doubled = total(&|trace| burns(trace).values().filter(|&&burns| burns > 1).count());
    assert!(twice > 0.2, "{twice}");
    assert_share(doubled, n, twice, "commands that burned more than once");
}

#[test]
fn pauses_between_attempts_grow_are_drawn_and_stay_below_the_cap() {
    let retry = Retry { attempts: 7, ..RETRY };
    let all_lost = [("reliable.loss", 1_000_000)];
    let mut pauses: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for seed in 0..200 {
        let engine = commands(Remedy::None, APART, retry, &["reliable"], &all_lost, seed);
        let trace = engine.trace();
        for key in 1..=COMMANDS {
            let sends = trace.events().filter(|&event| {
                trace.kind(event) == EventKind::Send && trace.label_number(event) == Some(key)
            });
            let at: Vec<u64> = sends.map(|event| trace.at(event).0).collect();
            assert_eq!(at.len(), 7);
            for (nth, two) in at.windows(2).enumerate() {
                pauses.entry(nth).or_default().push((two[1] - two[0] - RETRY.patience.0) as f64);
            }
        }
    }
    for (nth, pauses) in pauses {
        let most = [200e6, 400e6, 800e6, 1_600e6, 2_000e6, 2_000e6][nth];
        assert!(pauses.iter().all(|&pause| (0.0..=most).contains(&pause)), "pause {nth}");
        crate::players::assert_mean(&pauses, most / 2.0, most / 12_f64.sqrt(), "a drawn pause");
    }
}

/// Losses, duplicates, packets that overtake, pauses, and crashes in the middle of a turn.
const WILD: [&str; 4] = ["reliable", "latency", "pauses", "crashes"];
const WILD_DIALS: [(&str, i64); 9] = [
    ("reliable.loss", 200_000),
    ("reliable.duplicate", 200_000),
    ("reliable.reorder", 200_000),
    ("reliable.lag", 2 * SECOND),
    ("pauses.every", 5 * SECOND),
    ("pauses.length", SECOND),
    ("crashes.every", 2 * SECOND),
    ("crashes.down", SECOND / 4),
    ("crashes.torn", 1_000_000),
];

/// In how many of the runs some command burned twice, and in how many one was answered as done that never burned.
fn wild(remedy: Remedy) -> (usize, usize) {
    let retry = Retry { attempts: 8, ..RETRY };
    let (mut twice, mut never) = (0, 0);
    for seed in 0..SEEDS {
        let engine = commands(remedy, Duration::millis(700), retry, &WILD, &WILD_DIALS, seed);
        let trace = engine.trace();
        let burns = burns(trace);
        twice += usize::from(burns.values().any(|&burns| burns > 1));
        let done = trace
            .events()
            .filter(|&event| trace.kind(event) == EventKind::Decide && trace.label_word(event) == DONE);
        let keys: Vec<u32> = done.filter_map(|event| trace.label_number(event)).collect();
        never += usize::from(keys.iter().any(|key| !burns.contains_key(key)));
    }
    (twice, never)
}

#[test]
fn only_one_step_or_a_condition_is_safe_in_every_run() {
    let (twice, never) = wild(Remedy::None);
    assert!(twice > 500 && never == 0, "without a remedy: {twice} runs with two burns, {never} with none");
    assert_eq!(wild(Remedy::KeysInOneStep), (0, 0));
    assert_eq!(wild(Remedy::Condition), (0, 0));
    let (twice, never) = wild(Remedy::BurnThenRecord);
    assert!(twice > 20 && never == 0, "burn, then record: {twice} runs with two burns, {never} with none");
    let (twice, never) = wild(Remedy::RecordThenBurn);
    assert!(twice == 0 && never > 20, "record, then burn: {twice} runs with two burns, {never} with none");
}
