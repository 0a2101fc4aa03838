//! Two assumptions broken at a time, for every pair of them: what a remedy promises whatever happens it keeps here too.

use lightcone::base::Seed;
use lightcone::faults;
use lightcone::scenes::{Evidence, RunSpec, Verdict};
use lightcone::sim::{Settings, Tape};

use crate::players::finish;

/// How many runs there are of each pair.
const SEEDS: u64 = 20;

/// A claim of a scene, counted from 1, and the dials that choose a program.
struct Promise {
    scene: &'static str,
    dials: &'static [(&'static str, i64)],
    claim: usize,
}

/// What holds whatever is broken.
const KEPT: [Promise; 7] = [
    // No command burns twice: keys noted in one step with the burn, and conditional writes.
    Promise { scene: "thruster", dials: &[("thruster.lost", 1), ("thruster.remedy", 1)], claim: 2 },
    Promise { scene: "thruster", dials: &[("thruster.lost", 1), ("thruster.remedy", 4)], claim: 6 },
    // A careful call ends within its budget, and its error names the step.
    Promise { scene: "calls", dials: &[("calls.trouble", 0)], claim: 5 },
    Promise { scene: "calls", dials: &[("calls.trouble", 0)], claim: 6 },
    // No record is applied twice, unless something was forged.
    Promise { scene: "delivery", dials: &[("delivery.policy", 0)], claim: 4 },
    Promise { scene: "delivery", dials: &[("delivery.policy", 2)], claim: 5 },
    Promise { scene: "delivery", dials: &[("delivery.policy", 3)], claim: 5 },
];

/// The same without the remedy.
const BROKEN: [Promise; 3] = [
    Promise { scene: "thruster", dials: &[("thruster.lost", 1), ("thruster.remedy", 0)], claim: 2 },
    Promise { scene: "calls", dials: &[("calls.trouble", 0)], claim: 7 },
    Promise { scene: "delivery", dials: &[("delivery.policy", 1)], claim: 2 },
];

/// The pairs of faults under which a promise was broken, each with the seed of the first such run.
fn broken(promise: &Promise) -> Vec<(&'static str, &'static str, u64)> {
    let mut found = Vec::new();
    for (place, one) in faults::ALL.iter().enumerate() {
        for other in &faults::ALL[place + 1..] {
            let is_held = |id: &str| id != one.id && id != other.id;
            let settings = Settings {
                assume: faults::ALL.iter().map(|fault| (fault.id.to_owned(), is_held(fault.id))).collect(),
                dials: promise.dials.iter().map(|(dial, value)| ((*dial).to_owned(), *value)).collect(),
            };
            let spec = RunSpec::new(promise.scene, Some(Seed(0)), settings, Tape::default());
            let spec = spec.expect("settings that fit");
            let start = spec.start();
            let is_broken = |seed: &u64| {
                let mut engine = start.clone().start_anew(Seed(*seed));
                finish(&mut engine);
                let claim = &spec.scene.claims[promise.claim - 1];
                matches!((claim.check)(&Evidence::new(&engine, &spec, true)), Verdict::Broken(_))
            };
            found.extend((0..SEEDS).find(is_broken).map(|seed| (one.id, other.id, seed)));
        }
    }
    found
}

#[test]
fn remedies_keep_their_promises_when_any_two_assumptions_are_broken() {
    for promise in &KEPT {
        let found = broken(promise);
        assert!(found.is_empty(), "{} {:?}: {found:?}", promise.scene, promise.dials);
    }
}

#[test]
fn without_a_remedy_many_pairs_break_what_it_promises() {
    for promise in &BROKEN {
        let found = broken(promise);
        assert!(found.len() >= 20, "{} {:?}: {found:?}", promise.scene, promise.dials);
    }
}
