//! One run after another, each from another seed: how a scene's claims fare.
//!
//! The runs differ in their seed alone, so each begins anew in the memory of the one before it. The routes
//! through the network are searched once, the tables of the trace are filled again without asking for memory,
//! and what the claims do not ask for is never worked out: neither the order of causes nor a hash, nor what an attacker
//! could read, in words. What the trace records is the same as ever, since a claim may ask for any of it. A run in which
//! nobody asked chance for anything is the run of every seed, and is made once.
//!
//! Must not know what is claimed, nor how many threads there are: whoever has several gives each a sweep of
//! its own and adds up the tallies.

use std::sync::Arc;

use super::Tally;
use crate::base::{Duration, Seed, TrueTime, times_asked};
use crate::scenes::{Claim, Evidence, Finding, RunSpec};
use crate::sim::{Ended, Engine};

/// Runs of one scene with the same settings and tape, one a seed.
///
/// # Example
/// ```
/// use lightcone::base::Seed;
/// use lightcone::explore::Sweep;
/// use lightcone::scenes::{self, RunSpec};
///
/// let scene = scenes::find("crossed-letters").expect("a scene of this id");
/// let mut sweep = Sweep::new(RunSpec::of(scene));
/// (0..10).for_each(|seed| drop(sweep.run(Seed(seed))));
/// assert!(sweep.tallies().iter().all(|tally| tally.held + tally.broken + tally.undecided == 10));
/// ```
pub struct Sweep {
    spec: RunSpec,
    /// What is counted.
    claims: Vec<&'static Claim>,
    /// Where runs are cut off, if that is before the scene's own end.
    until: Option<Duration>,
    /// The run that was made last.
    engine: Option<Engine>,
    /// What the run of every seed gives, once one was made in which chance had no say.
    of_every_seed: Option<Vec<Finding>>,
    tallies: Vec<Tally>,
}

impl Sweep {
    /// A sweep over runs like this one, whatever its seed.
    pub fn new(spec: RunSpec) -> Self {
        let claims: Vec<&'static Claim> = spec.scene.claims.iter().collect();
        let tallies = vec![Tally::default(); claims.len()];
        Self { spec, claims, until: None, engine: None, of_every_seed: None, tallies }
    }

    /// A sweep that counts one claim alone, over runs that are cut off at `until` if their scene ends later.
    pub fn of_claim(spec: RunSpec, claim: &'static Claim, until: Option<Duration>) -> Self {
        let tallies = vec![Tally::default()];
        Self { spec, claims: vec![claim], until, engine: None, of_every_seed: None, tallies }
    }

    /// Runs one seed to its end, counts what it says of each claim, and gives it.
    pub fn run(&mut self, seed: Seed) -> Vec<Finding> {
        self.spec.seed = seed;
        let asked = times_asked();
        let findings = self.of_every_seed.take().unwrap_or_else(|| self.find());
        if times_asked() == asked {
            self.of_every_seed = Some(findings.clone());
        }
        for (tally, finding) in self.tallies.iter_mut().zip(&findings) {
            tally.add(seed, finding.verdict);
        }
        findings
    }

    /// Makes the run of the present seed, and gives what it says of each claim.
    fn find(&mut self) -> Vec<Finding> {
        let mut engine = match self.engine.take() {
            Some(last) => last.start_anew(self.spec.seed),
            None => self.start(),
        };
        let ended = loop {
            if let Err(ended) = engine.step() {
                break ended;
            }
        };
        // A run that a limit cut short has not got far enough to tell.
        let is_over = matches!(ended, Ended::Idle | Ended::Horizon);
        let evidence = Evidence::new(&engine, &self.spec, is_over);
        let find = |&claim: &&'static Claim| Finding { claim, verdict: (claim.check)(&evidence) };
        let findings: Vec<Finding> = self.claims.iter().map(find).collect();
        self.engine = Some(engine);
        findings
    }

    /// Runs these seeds, and gives what they alone say of the first claim.
    pub fn tally_of(&mut self, seeds: impl IntoIterator<Item = Seed>) -> Tally {
        let mut tally = Tally::default();
        for seed in seeds {
            if let Some(first) = self.run(seed).first() {
                tally.add(seed, first.verdict);
            }
        }
        tally
    }

    fn start(&self) -> Engine {
        let mut setup = self.spec.setup();
        if let Some(until) = self.until {
            setup.horizon = setup.horizon.min(TrueTime::ZERO + until);
        }
        let mut engine = Engine::with_tape(Arc::new(setup), self.spec.tape.clone(), false);
        engine.forgo_meanings();
        engine
    }

    /// What was counted, a tally for each claim of the scene.
    pub fn tallies(&self) -> &[Tally] {
        &self.tallies
    }

    /// Whether the run of every seed is known, because chance has no say in it. No further one is made.
    pub fn is_made_once(&self) -> bool {
        self.of_every_seed.is_some()
    }

    /// The run that was made last, at its end. Where all seeds have one run, it bears the seed with which it was made.
    pub fn last(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenes;
    use crate::sim::{Act, Action, Settings, Tape};

    /// Every scene with all faults let in at dials of their own, so that seeds matter, and with a hand at work.
    fn wild(scene: &'static scenes::Scene) -> RunSpec {
        let mut settings = Settings::default();
        settings.assume.extend(crate::faults::ALL.iter().map(|entry| (entry.id.to_owned(), false)));
        let crash = Action { after_turn: 3, act: Act::Crash(crate::base::NodeId(1)) };
        let tape = Tape::new(vec![crash]).expect("one action is in order");
        RunSpec::new(scene.id, None, settings, tape).expect("every fault exists")
    }

    #[test]
    fn a_run_of_a_sweep_is_the_run_of_its_seed() {
        for scene in scenes::ALL {
            let mut sweep = Sweep::new(wild(scene));
            let mut hashes = Vec::new();
            for seed in [5, 6, 5] {
                let found = sweep.run(Seed(seed));
                let mut spec = wild(scene);
                spec.seed = Seed(seed);
                let mut fresh = spec.start();
                let ended = loop {
                    if let Err(ended) = fresh.step() {
                        break ended;
                    }
                };
                // The hand may crash what a fault has crashed already; such a run ends before its end.
                let is_over = matches!(ended, Ended::Idle | Ended::Horizon);
                let swept = sweep.last().expect("a run was made");
                assert_eq!(swept.trace().hash(), fresh.trace().hash(), "{} {seed}", scene.id);
                hashes.push(swept.trace().hash());
                let verdicts = |findings: &[Finding]| findings.iter().map(|f| f.verdict).collect::<Vec<_>>();
                assert_eq!(
                    verdicts(&found),
                    verdicts(&spec.findings(&fresh, is_over)),
                    "{} {seed}",
                    scene.id
                );
            }
            assert_eq!(hashes[0], hashes[2], "{}: what was run in between leaves nothing behind", scene.id);
            assert_ne!(hashes[0], hashes[1], "{}: the seed matters", scene.id);
        }
    }

    /// A call across the network with one assumption broken, and all others held.
    fn calls(broken: &str) -> RunSpec {
        let assume = crate::faults::ALL.iter().map(|entry| (entry.id.to_owned(), entry.id != broken));
        let settings = Settings { assume: assume.collect(), ..Settings::default() };
        RunSpec::new("calls", None, settings, Tape::default()).expect("every fault exists")
    }

    #[test]
    fn a_run_in_which_chance_has_no_say_is_made_once() {
        let mut made_once = Vec::new();
        for fault in crate::faults::ALL {
            let mut sweep = Sweep::new(calls(fault.id));
            let found = sweep.run(Seed(1));
            if !sweep.is_made_once() {
                continue;
            }
            made_once.push(fault.id);
            for seed in [2, 3] {
                let mut spec = calls(fault.id);
                spec.seed = Seed(seed);
                let mut fresh = spec.start();
                while fresh.step().is_ok() {}
                let swept = sweep.last().expect("a run was made");
                assert_eq!(swept.trace().hash(), fresh.trace().hash(), "{} {seed}", fault.id);
                let again = sweep.run(Seed(seed));
                assert!(found.iter().zip(&again).all(|(one, other)| one.verdict == other.verdict));
            }
            assert!(sweep.tallies().iter().all(|tally| tally.runs() == 3), "each of them counts");
        }
        assert!(made_once.contains(&"administrator"), "{made_once:?}");
        assert!(!made_once.contains(&"crashes"), "{made_once:?}");
    }
}
