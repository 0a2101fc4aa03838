//! `claims`: a scene's claims checked over a batch of runs, one a seed.
//!
//! A claim holds if it holds in every run that was asked for, whether it speaks of every run or of the one that
//! is looked at. A rate holds if it held in most of the runs that decided it; one run alone says nothing of it.
//! Must not know what is claimed.

use std::io::{self, Write};
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use super::{Status, Stop, say};
use crate::base::Seed;
use crate::scenes::{RunSpec, Scene, Scope, Verdict};
use crate::sim::Ended;

/// The claims of a scene and the seeds of the runs that they are checked on.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) scene: &'static Scene,
    pub(super) seeds: Range<u64>,
}

impl Batch {
    pub(super) fn carry_out(self, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Stop> {
        let counts = self.count();
        let claims: Vec<Row> = self
            .scene
            .claims
            .iter()
            .zip(&counts)
            .map(|(claim, counts)| Row {
                says: claim.says,
                scope: claim.scope,
                held: counts.held,
                broken: counts.broken,
                undecided: counts.undecided,
                first_broken_seed: counts.first_broken.map(|seed| seed.to_string()),
                holds: match self.judge(claim.scope, counts) {
                    Judgement::Holds => Some(true),
                    Judgement::Broken => Some(false),
                    Judgement::Undecided | Judgement::NotJudged => None,
                },
            })
            .collect();
        let report = Report {
            scene: self.scene.id,
            seeds: [self.seeds.start.to_string(), self.seeds.end.to_string()],
            runs: self.runs(),
            claims,
        };
        serde_json::to_writer(&mut *out, &report).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        Ok(self.status(&counts, err))
    }
}

/// What is printed. Seeds are decimal strings, as in an exported run.
#[derive(Serialize)]
struct Report {
    scene: &'static str,
    seeds: [String; 2],
    runs: u64,
    claims: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    says: &'static str,
    scope: Scope,
    held: u64,
    broken: u64,
    undecided: u64,
    first_broken_seed: Option<String>,
    holds: Option<bool>,
}

/// How the runs of a batch decided a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counts {
    held: u64,
    broken: u64,
    undecided: u64,
    first_broken: Option<u64>,
}

/// What the batch says of a claim, by the claim's scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judgement {
    Holds,
    Broken,
    Undecided,
    NotJudged,
}

impl Counts {
    fn add(&mut self, seed: u64, verdict: Verdict) {
        match verdict {
            Verdict::Holds => self.held += 1,
            Verdict::Undecided => self.undecided += 1,
            Verdict::Broken(_) => {
                self.broken += 1;
                self.first_broken = Some(self.first_broken.map_or(seed, |first| first.min(seed)));
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.held += other.held;
        self.broken += other.broken;
        self.undecided += other.undecided;
        self.first_broken = [self.first_broken, other.first_broken].into_iter().flatten().min();
    }
}

impl Batch {
    fn runs(&self) -> u64 {
        self.seeds.end - self.seeds.start
    }

    /// Runs all seeds on as many threads as the machine likes. Which thread takes which seed makes no
    /// difference to the sums.
    fn count(&self) -> Vec<Counts> {
        let runs = self.runs();
        let next = AtomicU64::new(0);
        let work = || {
            let mut counts = vec![Counts::default(); self.scene.claims.len()];
            loop {
                let run = next.fetch_add(1, Ordering::Relaxed);
                if run >= runs {
                    return counts;
                }
                self.check(self.seeds.start + run, &mut counts);
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get) as u64;
        let threads = threads.min(runs);
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut counts = work();
            for other in others {
                let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                counts.iter_mut().zip(&other).for_each(|(counts, other)| counts.merge(other));
            }
            counts
        })
    }

    /// Adds what the run of one seed says.
    fn check(&self, seed: u64, counts: &mut [Counts]) {
        let mut spec = RunSpec::of(self.scene);
        spec.seed = Seed(seed);
        let mut engine = spec.start();
        let ended = loop {
            if let Err(ended) = engine.step() {
                break ended;
            }
        };
        // A run that a limit cut short has not got far enough to tell.
        let is_over = matches!(ended, Ended::Idle | Ended::Horizon);
        for (counts, finding) in counts.iter_mut().zip(spec.findings(&engine, is_over)) {
            counts.add(seed, finding.verdict);
        }
    }

    fn judge(&self, scope: Scope, counts: &Counts) -> Judgement {
        match scope {
            Scope::ThisRun | Scope::EveryRun if counts.broken > 0 => Judgement::Broken,
            Scope::ThisRun | Scope::EveryRun if counts.undecided > 0 => Judgement::Undecided,
            Scope::ThisRun | Scope::EveryRun => Judgement::Holds,
            Scope::Rate if self.runs() < 2 => Judgement::NotJudged,
            Scope::Rate if counts.held + counts.broken == 0 => Judgement::Undecided,
            Scope::Rate if counts.held > counts.broken => Judgement::Holds,
            Scope::Rate => Judgement::Broken,
        }
    }

    /// Whether every claim that is judged holds; those that do not are said.
    fn status(&self, counts: &[Counts], err: &mut dyn Write) -> Status {
        let mut status = Status::Done;
        for (claim, counts) in self.scene.claims.iter().zip(counts) {
            let says = claim.says;
            match self.judge(claim.scope, counts) {
                Judgement::Holds | Judgement::NotJudged => continue,
                Judgement::Broken => {
                    let first = counts.first_broken.unwrap_or(self.scene.seed.0);
                    let id = self.scene.id;
                    say(err, &format!("broken: {says:?}; see `lightcone run {id} --seed {first}`"));
                }
                Judgement::Undecided => {
                    say(err, &format!("not decided at the end in {} runs: {says:?}", counts.undecided));
                }
            }
            status = Status::Failed;
        }
        status
    }
}
