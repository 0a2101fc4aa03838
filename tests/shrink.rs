//! Shrinking: what is left of a failing run fails, without any part of it does not, and is what was planted.

use std::collections::BTreeSet;

use lightcone::base::{NodeId, Seed};
use lightcone::explore::matrix::Column;
use lightcone::explore::{Row, Shrunk, shrink, smallest};
use lightcone::scenes::{Claim, Evidence, RunSpec, Scope, Verdict};
use lightcone::sim::{Act, Action, Ended, Engine, MessageRef, Settings, Tape};

/// A run to its end as a link replays it: with nothing left out.
fn finish(spec: &RunSpec) -> Engine {
    let mut engine = spec.start();
    let ended = loop {
        if let Err(ended) = engine.step() {
            break ended;
        }
    };
    assert!(matches!(ended, Ended::Idle | Ended::Horizon), "{ended}");
    engine
}

fn verdict(spec: &RunSpec, claim: &Claim) -> Verdict {
    (claim.check)(&Evidence::new(&finish(spec), spec, true))
}

fn with_tape(spec: &RunSpec, actions: Vec<Action>) -> RunSpec {
    let mut spec = spec.clone();
    spec.tape = Tape::new(actions).expect("in order");
    spec
}

/// All runs with one part less: an action, a packet or a deed.
fn with_one_part_less(spec: &RunSpec) -> Vec<RunSpec> {
    let actions = spec.tape.actions();
    let mut runs = Vec::new();
    for (place, action) in actions.iter().enumerate() {
        let but = |act: Option<Act>| {
            let mut actions = actions.to_vec();
            match act {
                Some(act) => actions[place].act = act,
                None => drop(actions.remove(place)),
            }
            with_tape(spec, actions)
        };
        let Act::Only { fault, packets, deeds } = &action.act else {
            runs.push(but(None));
            continue;
        };
        for nth in 0..packets.len() {
            let (mut packets, fault, deeds) = (packets.clone(), fault.clone(), deeds.clone());
            packets.remove(nth);
            runs.push(but(Some(Act::Only { fault, packets, deeds })));
        }
        for nth in 0..deeds.len() {
            let (packets, fault, mut deeds) = (packets.clone(), fault.clone(), deeds.clone());
            deeds.remove(nth);
            runs.push(but(Some(Act::Only { fault, packets, deeds })));
        }
    }
    runs
}

fn row(line: &str) -> Row {
    Row::read(line).expect("a row").remove(0)
}

/// The packets that faults may touch in a run, and how many deeds they may do.
fn left(spec: &RunSpec) -> (Vec<MessageRef>, usize) {
    let mut all = (Vec::new(), 0);
    for action in spec.tape.actions() {
        if let Act::Only { packets, deeds, .. } = &action.act {
            all.0.extend(packets);
            all.1 += deeds.len();
        }
    }
    all
}

fn assert_is_minimal(shrunk: &Shrunk, claim: &Claim, what: &str) {
    assert!(shrunk.is_least, "{what}: {} tries", shrunk.tries);
    assert_ne!(verdict(&shrunk.spec, claim), Verdict::Holds, "{what}: it still fails");
    let less = with_one_part_less(&shrunk.spec);
    assert_eq!(less.len(), shrunk.left, "{what}");
    for spec in less {
        assert_eq!(
            verdict(&spec, claim),
            Verdict::Holds,
            "{what}: without any part it does not: {:?}",
            spec.tape
        );
    }
}

#[test]
fn what_is_left_of_each_cell_fails_and_without_any_part_does_not() {
    let text = std::fs::read_to_string("www/matrix.txt").expect("the rows");
    let (mut shrunk_cells, mut unfinished) = (0, Vec::new());
    for row in Row::read(&text).expect("rows") {
        for column in Column::singles() {
            let spec = row.spec(&column.faults).expect("settings that fit");
            let what = format!("{} without {}", row.id, column.id());
            let Some(shrunk) = smallest(&spec, row.claim(), row.until, (0..2).map(Seed)) else { continue };
            shrunk_cells += 1;
            assert!(shrunk.left <= shrunk.of, "{what}");
            match shrunk.is_least {
                true if row.until.is_none() => assert_is_minimal(&shrunk, row.claim(), &what),
                true => {}
                false => unfinished.push(format!("{what}: {} of {}", shrunk.left, shrunk.of)),
            }
        }
    }
    assert!(shrunk_cells > 20, "{shrunk_cells} cells fail within a few runs");
    assert!(unfinished.is_empty(), "of {shrunk_cells} these were given up: {unfinished:#?}");
}

#[test]
fn a_planted_loss_is_what_is_left() {
    // The answer to the second command gets lost among much that happens besides.
    let row = row("retry | Retry | thruster 2 | thruster.lost=1");
    let planted = MessageRef { from: NodeId(1), to: NodeId(0), nth: 1, copy: 0 };
    let mut spec = row.spec(&["latency", "transport-cost"]).expect("settings that fit");
    assert_eq!(verdict(&spec, row.claim()), Verdict::Holds, "harmless without the plant");
    let turn = (0..200).find(|&turn| {
        let mut engine = spec.start();
        while engine.turns() < turn && engine.step().is_ok() {}
        engine.in_flight().iter().any(|packet| packet.name == planted)
    });
    let at = |after_turn, act| Action { after_turn, act };
    let turn = turn.expect("the answer is on its way at some time");
    let harmless = [
        at(1, Act::SetSpeed(NodeId(0), lightcone::base::Duration::millis(1))),
        at(2, Act::Pause(NodeId(0))),
        at(2, Act::Resume(NodeId(0))),
        at(turn, Act::Drop(planted)),
        at(turn + 4, Act::Pause(NodeId(1))),
        at(turn + 5, Act::Resume(NodeId(1))),
    ];
    spec.tape = Tape::new(harmless.to_vec()).expect("in order");
    let shrunk = shrink(&spec, row.claim(), None).expect("it burns twice");
    assert_eq!(shrunk.spec.tape.actions(), [at(turn, Act::Drop(planted))]);
    let held = shrunk.spec.all_settings().assume;
    assert!(held.values().all(|is_held| *is_held), "no fault is needed: {held:?}");
    assert_is_minimal(&shrunk, row.claim(), "planted loss");
}

#[test]
fn a_loss_by_chance_is_a_single_touch_of_an_answer() {
    let row = row("retry | Retry | thruster 2 | thruster.lost=1");
    let mut spec = row.spec(&["reliable", "latency", "pauses", "bandwidth"]).expect("settings that fit");
    let mut found = BTreeSet::new();
    for seed in 0..60 {
        spec.seed = Seed(seed);
        let Some(shrunk) = shrink(&spec, row.claim(), None) else { continue };
        let (touches, deeds) = left(&shrunk.spec);
        assert_eq!(
            (touches.len(), deeds, shrunk.left),
            (1, 0, 1),
            "seed {seed}: {:?} {:?}",
            shrunk.spec.tape,
            shrunk.spec.settings()
        );
        // An answer is lost, or a command comes twice.
        found.insert(touches[0].from);
        assert!(shrunk.violation.is_some() && shrunk.position.turn > 0);
        assert_is_minimal(&shrunk, row.claim(), "loss by chance");
    }
    assert!(found.contains(&NodeId(1)), "answers were lost: {found:?}");
}

#[test]
fn a_planted_crash_among_many_is_what_is_left() {
    // Crashes of both generals all night; one of them is enough.
    let row = row("generals | Both | two-generals 2 | crashes.every=3000000000");
    let spec = row.spec(&["crashes", "clocks"]).expect("settings that fit");
    let shrunk = smallest(&spec, row.claim(), None, (0..20).map(Seed)).expect("one crashes before dawn");
    assert_eq!(left(&shrunk.spec), (Vec::new(), 1));
    let settings = shrunk.spec.all_settings();
    assert!(settings.assume["clocks"] && !settings.assume["crashes"]);
}

/// A claim that no single effect breaks: of the many packets that are lost, ten are.
static FEW_ARE_LOST: Claim = Claim {
    says: "Fewer than ten packets are lost.",
    scope: Scope::EveryRun,
    check: |run| {
        let lost = run.trace().fates().filter(|fate| fate.effect == "loss").nth(9);
        if lost.is_some() { Verdict::Broken(None) } else { Verdict::Holds }
    },
};

#[test]
#[expect(clippy::disallowed_types, reason = "it is about how long it takes")]
fn a_failure_of_two_thousand_events_takes_less_than_five_seconds() {
    let assume = ["reliable", "latency", "transport-cost", "clocks"].map(|fault| (fault.to_owned(), false));
    let settings = Settings { assume: assume.into(), ..Settings::default() };
    let spec = RunSpec::new("clock-sync", None, settings, Tape::default()).expect("settings that fit");
    let events = finish(&spec).trace().len();
    assert!(events >= 2_000, "{events} events");
    let begin = std::time::Instant::now();
    let shrunk = shrink(&spec, &FEW_ARE_LOST, None).expect("it fails");
    let took = begin.elapsed();
    assert_eq!((shrunk.left, left(&shrunk.spec).0.len()), (10, 10));
    assert_is_minimal(&shrunk, &FEW_ARE_LOST, "long");
    // An unoptimised build is tenfold slower.
    let limit = if cfg!(debug_assertions) { 50 } else { 5 };
    assert!(took.as_secs() < limit, "{took:?}");
}

#[test]
fn a_run_that_keeps_its_claim_is_not_shrunk() {
    let row = row("letters | Letters | crossed-letters 5");
    let spec = row.spec(&["latency"]).expect("settings that fit");
    assert!(shrink(&spec, row.claim(), None).is_none());
    assert!(smallest(&spec, row.claim(), None, (0..5).map(Seed)).is_none());
}

#[test]
fn a_smaller_run_is_not_made_smaller_again() {
    let row = row("letters | Letters | crossed-letters 5 | reliable.loss=300000");
    let spec = row.spec(&["reliable", "crashes"]).expect("settings that fit");
    let once = smallest(&spec, row.claim(), None, (0..20).map(Seed)).expect("letters are lost");
    let twice = shrink(&once.spec, row.claim(), None).expect("it fails");
    assert_eq!((twice.left, twice.spec.tape.actions()), (once.left, once.spec.tape.actions()));
    assert_eq!(twice.spec.settings(), once.spec.settings());
    let wild = Settings { assume: [("reliable".to_owned(), false)].into(), ..Settings::default() };
    assert!(RunSpec::new("crossed-letters", None, wild, once.spec.tape.clone()).is_ok());
}
