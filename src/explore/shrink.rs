//! The smallest failing run found: what of all that was done and went wrong is enough to break a claim.
//!
//! First whole assumptions are held again, one by one. What the faults that are left do is taken apart into single
//! effects: the packets that they touch and the deeds that they do to the world. Of these, those are tried first that
//! the violation can have heard of: its causal past. Then delta debugging takes out effects and actions of the tape
//! until none can be missed, all of it again until nothing changes. The result is a run like any other, with a link:
//! its tape begins by holding the faults back to what is left (see [`Act::Only`]).
//!
//! Chance is drawn per cause, so that what is left behaves as it did in the whole run. Must not know what is claimed.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Sweep, ddmin};
use crate::analysis::{Causality, Relation};
use crate::base::{Duration, EventId, Seed, TrueTime};
use crate::faults;
use crate::scenes::{Claim, Evidence, RunSpec, Verdict};
use crate::sim::{Act, Action, Ended, Engine, MessageRef, Position, Tape};

/// How many events the runs that are tried may have together; then the smallest so far is good enough. It is counted
/// rather than timed, so that the same run comes of it everywhere. A browser takes some seconds for so many.
const EVENTS_MOST: u64 = 2_000_000;

/// How many parts a run may have that is noted so as not to be tried again.
const NOTED_MOST: usize = 100;

/// What beginning a run takes, in events that take as long.
const BEGINNING: u64 = 100;

/// A failing run that was made smaller.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The run.
    pub spec: RunSpec,
    /// Where it stands when the claim is broken, or its end where only that breaks the claim.
    pub position: Position,
    /// The event that breaks the claim, if one can be named.
    pub violation: Option<EventId>,
    /// How many effects of faults and actions of the tape are left.
    pub left: usize,
    /// How many there were.
    pub of: usize,
    /// How many runs were tried.
    pub tries: u32,
    /// Whether nothing of what is left can be left out. Claims on rates may need so many effects of long runs that it was
    /// not tried with each.
    pub is_least: bool,
    /// How many events may still be spent on other runs.
    budget: u64,
}

/// Something without which a run may still fail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// An action of the tape, by its place.
    Action(usize),
    /// What a fault does to a packet.
    Touch(&'static str, MessageRef),
    /// What a fault does to the world.
    Deed(&'static str, u32),
}

/// Makes a failing run smaller; `None` if it keeps the claim. It is cut off at `until`, if that is given.
///
/// # Example
/// ```
/// use lightcone::base::Seed;
/// use lightcone::explore::{Row, shrink};
///
/// let row = &Row::read("letters | Both are answered | crossed-letters 5 | reliable.loss=400000").expect("a row")[0];
/// let mut spec = row.spec(&["reliable"]).expect("a run");
/// spec.seed = (0..).map(Seed).find(|&seed| {
///     let mut sweep = lightcone::explore::Sweep::new(spec.clone());
///     sweep.run(seed);
///     sweep.tallies()[row.claim].held == 0
/// }).expect("one in which a letter is lost");
/// let smallest = shrink(&spec, row.claim(), None).expect("it fails");
/// assert_eq!(smallest.left, 1, "a single loss is enough");
/// ```
pub fn shrink(spec: &RunSpec, claim: &'static Claim, until: Option<Duration>) -> Option<Shrunk> {
    shrink_within(EVENTS_MOST, spec, claim, until)
}

fn shrink_within(
    budget: u64,
    spec: &RunSpec,
    claim: &'static Claim,
    until: Option<Duration>,
) -> Option<Shrunk> {
    let trial = Trial { claim, until, kind: None, tries: 0, budget, is_out: false };
    Shrinking::new(spec, trial)?.finish()
}

/// Tries runs, and says which fail as the first one did.
struct Trial {
    claim: &'static Claim,
    until: Option<Duration>,
    /// Whether the claim is broken, or only never decided; `None` before the first run.
    kind: Option<bool>,
    tries: u32,
    /// How many events may still be spent.
    budget: u64,
    /// Whether a run was not tried because nothing was left to be spent.
    is_out: bool,
}

impl Trial {
    /// A run at its start. What the tape can't do in it, it leaves.
    fn start(&self, spec: &RunSpec) -> Engine {
        let mut setup = spec.setup();
        if let Some(until) = self.until {
            setup.horizon = setup.horizon.min(TrueTime::ZERO + until);
        }
        Engine::with_tape(Arc::new(setup), spec.tape.clone(), true)
    }

    /// The run at its end and the violation, if it fails as the first one did.
    fn failing(&mut self, spec: &RunSpec) -> Option<(Engine, Option<EventId>)> {
        self.tries += 1;
        let mut engine = self.start(spec);
        let ended = loop {
            if let Err(ended) = engine.step() {
                break ended;
            }
        };
        self.budget = self.budget.saturating_sub(BEGINNING + engine.trace().len() as u64);
        if !matches!(ended, Ended::Idle | Ended::Horizon) {
            return None;
        }
        let verdict = self.verdict(&engine, spec, true);
        let (is_broken, violation) = match verdict {
            Verdict::Holds => return None,
            Verdict::Undecided => (false, None),
            Verdict::Broken(violation) => (true, violation),
        };
        let kind = *self.kind.get_or_insert(is_broken);
        (kind == is_broken).then_some((engine, violation))
    }

    /// Whether it fails so, as far as there is something left to be spent on it.
    fn fails(&mut self, spec: &RunSpec) -> bool {
        if self.budget == 0 {
            self.is_out = true;
            return false;
        }
        self.failing(spec).is_some()
    }

    fn verdict(&self, engine: &Engine, spec: &RunSpec, is_over: bool) -> Verdict {
        (self.claim.check)(&Evidence::new(engine, spec, is_over))
    }
}

/// A run on its way to a smaller one.
struct Shrinking {
    /// The run without its tape.
    spec: RunSpec,
    /// The tape without what holds faults back from the start.
    actions: Vec<Action>,
    /// What is left.
    parts: Vec<Part>,
    /// The faults that are taken apart: they do what is left and nothing else.
    apart: Vec<&'static str>,
    /// How many parts there were.
    of: usize,
    trial: Trial,
}

impl Shrinking {
    fn new(spec: &RunSpec, mut trial: Trial) -> Option<Self> {
        trial.failing(spec)?;
        let is_only = |action: &&Action| action.after_turn == 0 && matches!(action.act, Act::Only { .. });
        let (before, actions) =
            spec.tape.actions().split_at(spec.tape.actions().iter().take_while(is_only).count());
        let mut bare = spec.clone();
        bare.tape = Tape::default();
        let mut shrinking = Self {
            spec: bare,
            actions: actions.to_vec(),
            parts: (0..actions.len()).map(Part::Action).collect(),
            apart: Vec::new(),
            of: 0,
            trial,
        };
        if before.is_empty() {
            shrinking.hold_assumptions();
        }
        shrinking.take_apart(before);
        shrinking.of = shrinking.parts.len();
        Some(shrinking)
    }

    /// Holds assumptions again that need not be broken.
    fn hold_assumptions(&mut self) {
        let all = self.spec.all_settings();
        for entry in faults::ALL.iter().filter(|entry| !all.assume[entry.id]) {
            let mut settings = self.spec.settings().clone();
            settings.assume.insert(entry.id.to_owned(), true);
            let before = self.spec.clone();
            // A fault of the catalogue can be held.
            if self.spec.set(settings).is_err() || !self.still_fails() {
                self.spec = before;
            }
        }
    }

    /// Takes what the faults do apart, as far as the run still fails when they do all of it and nothing else. It is
    /// done whatever is left to be spent: what is not apart could neither be counted nor left out.
    fn take_apart(&mut self, held_back: &[Action]) {
        // What they do may have changed with the assumptions that are held now.
        let Some((engine, _)) = self.trial.failing(&self.run_with(&self.parts, held_back)) else { return };
        let trace = engine.trace();
        for entry in faults::ALL {
            // Of a copy the fate is signed on the copy, and what was touched is what it is a copy of.
            let touches: BTreeSet<MessageRef> = (trace.fates().filter(|fate| fate.fault == entry.id))
                .flat_map(|fate| [0, fate.copy].map(|copy| trace.message_ref(fate.message, copy)))
                .collect();
            let deeds = engine.deeds(entry.id);
            let is_in = !self.spec.all_settings().assume[entry.id];
            if touches.is_empty() && deeds == 0 && !is_in {
                continue;
            }
            let count = self.parts.len();
            self.apart.push(entry.id);
            self.parts.extend(touches.into_iter().map(|packet| Part::Touch(entry.id, packet)));
            self.parts.extend((0..deeds).map(|nth| Part::Deed(entry.id, nth)));
            let run = self.run(&self.parts);
            if self.trial.failing(&run).is_none() {
                self.apart.pop();
                self.parts.truncate(count);
            }
        }
    }

    fn finish(mut self) -> Option<Shrunk> {
        self.keep_the_past();
        // What was found not to fail, by its parts, as long as the settings are the same.
        let mut holding = BTreeSet::new();
        loop {
            let (before, held) = (self.parts.len(), self.spec.settings().clone());
            let parts = std::mem::take(&mut self.parts);
            let Self { spec, actions, apart, trial, .. } = &mut self;
            let fails = |some: &[Part]| {
                if holding.contains(some) {
                    return false;
                }
                let fails = trial.fails(&run_of(spec, actions, apart, some));
                if !fails && some.len() <= NOTED_MOST {
                    holding.insert(some.to_vec());
                }
                fails
            };
            self.parts = ddmin(&parts, fails);
            self.hold_assumptions();
            if *self.spec.settings() != held {
                holding.clear();
            } else if self.parts.len() == before {
                return self.told();
            }
        }
    }

    /// Leaves out what the violation cannot have heard of, if it needs nothing of it.
    fn keep_the_past(&mut self) {
        let run = self.run(&self.parts);
        let Some((engine, Some(violation))) = self.trial.failing(&run) else { return };
        let trace = engine.trace();
        let causality = Causality::of(trace);
        let is_past =
            |event: EventId| event == violation || causality.relation(event, violation) == Relation::Before;
        let heard: BTreeSet<MessageRef> = (trace.message_ids())
            .filter(|&message| trace.sent(message).is_some_and(is_past))
            .map(|message| trace.message_ref(message, 0))
            .collect();
        let is_kept = |part: &&Part| match part {
            Part::Action(_) | Part::Deed(..) => true,
            Part::Touch(_, packet) => heard.contains(&MessageRef { copy: 0, ..*packet }),
        };
        let past: Vec<Part> = self.parts.iter().filter(is_kept).cloned().collect();
        if past.len() < self.parts.len() && self.trial.fails(&self.run(&past)) {
            self.parts = past;
        }
    }

    /// Finds where the run stands when the claim is broken. It is replayed as a link is, which leaves nothing out.
    fn told(self) -> Option<Shrunk> {
        let Self { parts, of, trial, .. } = &self;
        let spec = self.run(parts);
        let mut engine = trial.start(&spec);
        while engine.step().is_ok() {}
        let violation = match trial.verdict(&engine, &spec, true) {
            Verdict::Holds => return None,
            Verdict::Undecided => None,
            Verdict::Broken(violation) => violation,
        };
        let end = Position { turn: engine.turns(), actions: engine.actions_done() };
        let position = violation.map(|event| engine.trace().turn_of(event)).and_then(|turn| {
            let mut engine = trial.start(&spec);
            while engine.turns() < turn && engine.step().is_ok() {}
            let is_broken = matches!(trial.verdict(&engine, &spec, false), Verdict::Broken(_));
            is_broken.then(|| Position { turn: engine.turns(), actions: engine.actions_done() })
        });
        let (left, tries) = (parts.len(), trial.tries);
        let (position, is_least, budget) = (position.unwrap_or(end), !trial.is_out, trial.budget);
        Some(Shrunk { spec, position, violation, left, of: *of, tries, is_least, budget })
    }

    fn still_fails(&mut self) -> bool {
        let run = self.run(&self.parts);
        self.trial.fails(&run)
    }

    fn run(&self, parts: &[Part]) -> RunSpec {
        run_of(&self.spec, &self.actions, &self.apart, parts)
    }

    fn run_with(&self, parts: &[Part], held_back: &[Action]) -> RunSpec {
        let mut run = self.run(parts);
        let actions = held_back.iter().chain(run.tape.actions()).cloned().collect();
        run.tape = Tape::new(actions).unwrap_or_default();
        run
    }
}

/// The run in which only these parts are left.
fn run_of(spec: &RunSpec, actions: &[Action], apart: &[&'static str], parts: &[Part]) -> RunSpec {
    let all = spec.all_settings();
    let is_needed = |fault: &&&str| {
        // One that is held has nothing to hold back, unless a hand lets it in.
        !all.assume[**fault] || actions.iter().any(|action| matches!(action.act, Act::Assume { .. }))
    };
    let only = |fault: &&str| {
        let touch = |part: &Part| match part {
            Part::Touch(by, packet) if by == fault => Some(*packet),
            _ => None,
        };
        let deed = |part: &Part| match part {
            Part::Deed(by, nth) if by == fault => Some(*nth),
            _ => None,
        };
        let (packets, deeds) =
            (parts.iter().filter_map(touch).collect(), parts.iter().filter_map(deed).collect());
        Action { after_turn: 0, act: Act::Only { fault: (*fault).to_owned(), packets, deeds } }
    };
    let kept = parts.iter().filter_map(|part| match part {
        Part::Action(place) => actions.get(*place).cloned(),
        Part::Touch(..) | Part::Deed(..) => None,
    });
    let tape = apart.iter().filter(is_needed).map(only).chain(kept).collect();
    let mut run = spec.clone();
    run.tape = Tape::new(tape).unwrap_or_default();
    run
}

/// How many failing runs of a cell are made smaller, to take the smallest.
const TRIED: usize = 3;

/// How far behind the first failing one others are looked for.
const NEAR: usize = 50;

/// The smallest of what a few failing runs with these seeds come to; `None` if none of them fails.
pub fn smallest(
    spec: &RunSpec,
    claim: &'static Claim,
    until: Option<Duration>,
    seeds: impl IntoIterator<Item = Seed>,
) -> Option<Shrunk> {
    let mut sweep = Sweep::of_claim(spec.clone(), claim, until);
    let mut fails = |seed: &Seed| sweep.run(*seed).iter().any(|finding| finding.verdict != Verdict::Holds);
    let mut seeds = seeds.into_iter();
    let first = seeds.find(&mut fails)?;
    let near = seeds.take(NEAR).filter(fails);
    let mut budget = EVENTS_MOST;
    let shrunk = std::iter::once(first).chain(near).take(TRIED).filter_map(|seed| {
        if budget == 0 {
            return None;
        }
        let mut spec = spec.clone();
        spec.seed = seed;
        let shrunk = shrink_within(budget, &spec, claim, until)?;
        budget = shrunk.budget;
        Some(shrunk)
    });
    shrunk.min_by_key(|shrunk| (shrunk.left, shrunk.position.turn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::Row;

    #[test]
    fn a_budget_that_runs_out_is_said_and_what_is_left_fails_all_the_same() {
        let row = Row::read("letters | Both are answered | crossed-letters 5 | reliable.loss=400000")
            .expect("a row")
            .remove(0);
        let mut spec = row.spec(&["reliable", "latency", "crashes"]).expect("a run");
        let (mut trials, mut cut_short) = (0, 0);
        for seed in (0..40).map(Seed) {
            spec.seed = seed;
            let Some(whole) = shrink(&spec, row.claim(), None) else { continue };
            assert!(whole.is_least, "{seed:?}: two million events are enough for it");
            let spent = EVENTS_MOST - whole.budget;
            // With exactly as much as was spent nothing is left untried; with less something is.
            for budget in [1, spent / 3, spent * 2 / 3, spent] {
                let shrunk =
                    shrink_within(budget, &spec, row.claim(), None).expect("the first run is always tried");
                trials += 1;
                cut_short += u32::from(!shrunk.is_least);
                let what = format!("{seed:?} with {budget} of {spent}");
                assert_eq!(shrunk.is_least, budget == spent, "{what}");
                assert!(shrunk.tries <= whole.tries, "{what}");
                assert!(shrunk.of >= shrunk.left && shrunk.left >= whole.left, "{what}");
                let mut again =
                    Trial { claim: row.claim(), until: None, kind: None, tries: 0, budget: 0, is_out: false };
                assert!(again.failing(&shrunk.spec).is_some(), "{what}");
            }
        }
        assert!(trials > 40 && cut_short * 4 == trials * 3, "{cut_short} of {trials}");
    }
}
