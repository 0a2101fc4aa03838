//! A commander and a thruster under attack: what each guard keeps out.

use std::collections::BTreeSet;
use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed, TrueTime};
use lightcone::programs::channel::{BURN, Commander, FORGED, Plan, REPLAYED, Thruster};
use lightcone::programs::seal::Guard;
use lightcone::sim::{Codec, Engine, EventKind, Limits, Program, Script, Setup, Topology};

use crate::players::{faults_with, finish, names};

const COMMANDER: NodeId = NodeId(0);
const THRUSTER: NodeId = NodeId(3);
const EVE: NodeId = NodeId(4);
const SECRET: [u8; 32] = *b"thirty-two bytes that both have.";
const BURNS: u32 = 20;
const MILLIS: u32 = 300;
const RUNS: u64 = 1_000;

/// A command each 100 ms over two relays, all lines tapped.
fn setup(guard: Guard, broken: &[&str]) -> Setup {
    let plan = Plan { burns: BURNS, period: Duration::millis(100), millis: MILLIS };
    let dials = [
        ("secure.taps", 100),
        ("secure.replay", 200_000),
        ("secure.again", 150_000_000),
        ("secure.inject", 200_000_000),
    ];
    let spawn = move |node: NodeId| -> Box<dyn Program> {
        match node {
            COMMANDER => Box::new(Commander::new(plan, guard, &SECRET, COMMANDER, THRUSTER)),
            _ => Box::new(Thruster::new(guard, &SECRET, node, COMMANDER)),
        }
    };
    Setup {
        nodes: names(4, Codec::Compact),
        topology: Topology::grid(4, 1, Duration::millis(1)),
        spawn: Arc::new(spawn),
        script: Script::default(),
        seed: Seed(0),
        faults: faults_with(broken, &dials),
        horizon: TrueTime::ZERO + Duration::secs(4),
        stay_least: Duration::millis(1),
        limits: Limits::default(),
    }
}

/// What came of a run.
struct Came {
    burnt_millis: u64,
    /// The numbers of the commands that were carried out, each as often as it was.
    burns: Vec<u32>,
    forged: usize,
    replayed: usize,
}

fn came(engine: &Engine) -> Came {
    let trace = engine.trace();
    let at_thruster = || trace.events().filter(|&event| trace.node(event) == THRUSTER);
    let local = |word: &'static str| {
        at_thruster()
            .filter(move |&event| trace.kind(event) == EventKind::Local && trace.label_word(event) == word)
    };
    let memory = engine.memory(THRUSTER).expect("it is up");
    Came {
        burnt_millis: memory["burnt_millis"].as_u64().expect("a count"),
        burns: local(BURN).filter_map(|event| trace.label_number(event)).collect(),
        forged: local(FORGED).count(),
        replayed: local(REPLAYED).count(),
    }
}

/// All runs of a guard under attack.
fn runs(guard: Guard, check: impl FnMut(u64, &Engine, &Came)) {
    let mut check = check;
    let mut engine = Engine::new(Arc::new(setup(guard, &["secure"])));
    for seed in 0..RUNS {
        engine = engine.start_anew(Seed(seed));
        finish(&mut engine);
        let came = came(&engine);
        check(seed, &engine, &came);
    }
}

fn is_safe(came: &Came) -> bool {
    let numbers: BTreeSet<u32> = came.burns.iter().copied().collect();
    let is_told = numbers.iter().all(|nth| (1..=BURNS).contains(nth));
    let is_once = numbers.len() == came.burns.len();
    is_told && is_once && came.burnt_millis == u64::from(MILLIS) * came.burns.len() as u64
}

#[test]
fn without_an_attacker_every_guard_does_the_same() {
    for guard in [Guard::None, Guard::Tag, Guard::Window, Guard::Encryption] {
        let mut engine = Engine::new(Arc::new(setup(guard, &[])));
        finish(&mut engine);
        let came = came(&engine);
        assert_eq!(came.burns, (1..=BURNS).collect::<Vec<_>>());
        assert_eq!((came.burnt_millis, came.forged, came.replayed), (6_000, 0, 0));
        assert_eq!(engine.memory(COMMANDER).map(|memory| memory["confirmed"].as_u64()), Some(Some(20)));
    }
}

#[test]
fn without_a_guard_commands_are_forged_and_repeated() {
    let (mut broken, mut forged) = (0, 0);
    runs(Guard::None, |_, _, came| {
        broken += usize::from(!is_safe(came));
        let told = u64::from(MILLIS) * came.burns.len() as u64;
        forged += usize::from(came.burnt_millis != told);
    });
    assert!(broken > 900 && forged > 500, "{broken} runs were broken, {forged} by a forged command");
}

#[test]
fn a_tag_keeps_out_forgeries_and_not_replays() {
    let mut repeated = 0;
    runs(Guard::Tag, |seed, _, came| {
        let told = u64::from(MILLIS) * came.burns.len() as u64;
        assert_eq!(came.burnt_millis, told, "seed {seed}: every burn is one that was told");
        assert!(came.burns.iter().all(|nth| (1..=BURNS).contains(nth)), "seed {seed}");
        repeated += usize::from(!is_safe(came));
    });
    assert!(repeated > 900, "{repeated} runs in which a command was carried out twice");
}

#[test]
fn a_window_keeps_out_replays_too_and_encryption_what_the_attacker_learns() {
    for guard in [Guard::Window, Guard::Encryption] {
        let (mut done, mut forged, mut replayed) = (0, 0, 0);
        runs(guard, |seed, engine, came| {
            assert!(is_safe(came), "{guard:?}, seed {seed}: {:?}", came.burns);
            done += came.burns.len();
            forged += came.forged;
            replayed += came.replayed;
            let memory = engine.memory(EVE).expect("the attacker is there");
            let learned = memory["learned"].to_string();
            let reads = learned.contains("millis") || learned.contains("Burnt");
            assert_eq!(reads, guard == Guard::Window, "{learned}");
            assert!(memory["talks"].as_array().is_some_and(|talks| !talks.is_empty()), "who talks shows");
        });
        assert!(forged > 1_000 && replayed > 1_000, "{forged} forged, {replayed} replayed");
        // A command is carried out unless it is changed on one of three lines, in one of twenty each; some of those
        // come all the same, when the attacker sends again what it heard before it changed it.
        let (total, least) = (RUNS as f64 * f64::from(BURNS), 0.95 * 0.95 * 0.95);
        let deviation = (least * (1.0 - least) / total).sqrt();
        let share = done as f64 / total;
        assert!(share > least - 5.0 * deviation && share < 0.95, "{share} of the commands were carried out");
    }
}

#[test]
fn counters_outlive_a_crash_of_either_end() {
    for guard in [Guard::Window, Guard::Encryption] {
        let mut setup = setup(guard, &["secure"]);
        for (node, after) in [(COMMANDER, 450), (THRUSTER, 750), (THRUSTER, 1_350)] {
            let at = Duration::millis(after);
            setup.script.act(at, lightcone::sim::Act::Crash(node));
            setup.script.act(at + Duration::millis(20), lightcone::sim::Act::Restart(node));
        }
        let mut engine = Engine::new(Arc::new(setup));
        let mut done = 0;
        for seed in 0..200 {
            engine = engine.start_anew(Seed(seed));
            finish(&mut engine);
            let came = came(&engine);
            assert!(is_safe(&came), "{guard:?}, seed {seed}: {:?}", came.burns);
            done += came.burns.len();
        }
        assert!(done > 200 * 12, "{done} commands were carried out");
    }
}
