//! The same function as a local call and as a remote one, over many seeds: two outcomes against four.

use std::collections::BTreeMap;

use lightcone::base::Seed;
use lightcone::programs::callee::RAN;
use lightcone::programs::caller::RETURNED;
use lightcone::scenes::RunSpec;
use lightcone::scenes::local_and_remote::outcomes::{Outcome, outcomes};
use lightcone::scenes::local_and_remote::{CALLERS, LOCAL};
use lightcone::sim::{Engine, EventKind, Settings, Tape, Trace};

use crate::players::{assert_share, finish};

const SEEDS: u64 = 1_000;

/// All runs of the scene with these dials of faults.
fn runs(dials: &[(&str, i64)], mut look: impl FnMut(u64, &Trace)) {
    let dials = dials.iter().map(|(dial, value)| ((*dial).to_owned(), *value)).collect();
    let settings = Settings { dials, ..Settings::default() };
    let spec = RunSpec::new("local-and-remote", None, settings, Tape::default()).expect("dials of faults");
    let mut engine: Engine = spec.start();
    for seed in 0..SEEDS {
        engine = engine.start_anew(Seed(seed));
        finish(&mut engine);
        look(seed, engine.trace());
    }
}

#[test]
fn a_local_call_has_two_outcomes_over_all_runs_and_a_remote_one_four() {
    let mut local: BTreeMap<&str, u32> = BTreeMap::new();
    let mut remote: BTreeMap<Outcome, u32> = BTreeMap::new();
    runs(&[], |seed, trace| {
        let own: Vec<_> = trace.events().filter(|&event| trace.node(event) == LOCAL).collect();
        for pair in own.windows(2).filter(|pair| trace.label_word(pair[0]) == RAN) {
            let returns = trace.label_word(pair[1]) == RETURNED;
            assert!(returns || trace.kind(pair[1]) == EventKind::Crash, "seed {seed}: a third outcome");
            *local.entry(if returns { "returned" } else { "down" }).or_default() += 1;
        }
        for call in outcomes(trace) {
            *remote.entry(call.outcome).or_default() += 1;
            // Who asks without end never gives up, and who gives up never hangs.
            let is_possible = match call.outcome {
                Outcome::Hung => call.caller == CALLERS[0],
                Outcome::Unknown => call.caller != CALLERS[0],
                Outcome::Returned | Outcome::Doubled => true,
            };
            assert!(is_possible, "seed {seed}: {call:?}");
        }
    });
    assert_eq!(local, [("returned", 3 * SEEDS as u32), ("down", SEEDS as u32)].into());
    assert_eq!(remote.len(), 4, "{remote:?}");
    assert_eq!(remote.values().sum::<u32>(), 12 * SEEDS as u32);
    assert!(remote.values().all(|&count| count > SEEDS as u32 / 4), "{remote:?}");
}

#[test]
fn the_outcomes_come_as_often_as_their_closed_forms_say() {
    const LOSS: f64 = 0.2;
    let dials = [("reliable.loss", 200_000), ("reliable.duplicate", 0)];
    // How often each caller's calls of the first two rounds, before the crash, ended in each way.
    let mut count: BTreeMap<(u16, Outcome), usize> = BTreeMap::new();
    let mut unknown_and_ran = 0;
    runs(&dials, |_, trace| {
        for call in outcomes(trace).into_iter().filter(|call| call.call % 10 <= 2) {
            *count.entry((call.caller.0, call.outcome)).or_default() += 1;
            if call.caller == CALLERS[1] && call.outcome == Outcome::Unknown {
                unknown_and_ran += call.runs;
            }
        }
    });
    let n = 2 * SEEDS as usize;
    let of = |caller: u16, outcome| count.get(&(caller, outcome)).copied().unwrap_or(0);
    let comes = (1.0 - LOSS) * (1.0 - LOSS);
    assert_share(of(1, Outcome::Hung), n, 1.0 - comes, "calls that hang");
    assert_share(of(2, Outcome::Unknown), n, 1.0 - comes, "calls that were given up");
    assert_eq!(of(1, Outcome::Doubled) + of(2, Outcome::Doubled), 0, "nobody asked twice");
    // Of those, the function ran where only the result was lost.
    let ran = (1.0 - LOSS) * LOSS / (1.0 - comes);
    assert_share(
        unknown_and_ran,
        of(2, Outcome::Unknown),
        ran,
        "functions that ran for a call that was given up",
    );
    // Twice: the first result is lost, and the second question comes.
    let twice = (1.0 - LOSS) * LOSS * (1.0 - LOSS);
    assert_share(of(3, Outcome::Doubled), n, twice, "functions that ran twice");
    // Never answered, and not run twice: both attempts fail, less those in which both questions came.
    let never = (1.0 - comes) * (1.0 - comes) - (1.0 - LOSS) * LOSS * (1.0 - LOSS) * LOSS;
    assert_share(of(3, Outcome::Unknown), n, never, "calls that were given up after two attempts");
}
