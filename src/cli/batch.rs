//! A batch of runs on all cores: one sweep a thread, and the tallies added up.
//!
//! Must not know what is asked of the tallies.

use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use super::cancel::{self, Extent};
use crate::base::Seed;
use crate::explore::{Sweep, Tally};
use crate::scenes::{Claim, RunSpec, Scope};

/// Runs like one another but for their seeds.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) spec: RunSpec,
    pub(super) seeds: Range<u64>,
}

impl Batch {
    pub(super) fn runs(&self) -> u64 {
        self.seeds.end - self.seeds.start
    }

    /// The range as it is exported: seeds are decimal strings, since JavaScript would lose digits.
    pub(super) fn seeds(&self) -> [String; 2] {
        [self.seeds.start.to_string(), self.seeds.end.to_string()]
    }

    /// The scene's claims, each with its tally over all seeds. Which thread takes which seed makes no difference
    /// to the sums. If it is cancelled, the tallies are those of the first seeds.
    pub(super) fn count(&self) -> Counted {
        let runs = self.runs();
        cancel::listen();
        let next = AtomicU64::new(0);
        let work = || {
            let mut sweep = Sweep::new(self.spec.clone());
            let mut made = 0;
            while !cancel::was_asked() {
                let run = next.fetch_add(1, Ordering::Relaxed);
                if run >= runs {
                    break;
                }
                sweep.run(Seed(self.seeds.start + run));
                made += 1;
            }
            (made, sweep.tallies().to_vec())
        };
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get) as u64;
        let (made, tallies) = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads.min(runs)).map(|_| scope.spawn(work)).collect();
            let (mut made, mut tallies) = work();
            for other in others {
                let (more, other) = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                made += more;
                tallies.iter_mut().zip(&other).for_each(|(tally, other)| tally.merge(other));
            }
            (made, tallies)
        });
        Counted {
            claims: self.spec.scene.claims.iter().zip(tallies).collect(),
            extent: Extent::new(made, runs),
        }
    }
}

/// What became of a batch.
pub(super) struct Counted {
    pub(super) claims: Vec<(&'static Claim, Tally)>,
    pub(super) extent: Extent,
}

/// What was counted of a claim, as it is exported.
#[derive(Serialize)]
pub(super) struct Counts {
    says: &'static str,
    scope: Scope,
    /// The least share of runs that a rate asks for, in millionths.
    least_ppm: Option<u32>,
    held: u64,
    broken: u64,
    undecided: u64,
    first_broken_seed: Option<String>,
}

impl Counts {
    pub(super) fn of(claim: &'static Claim, tally: &Tally) -> Self {
        let Tally { held, broken, undecided, first_broken } = *tally;
        let first_broken_seed = first_broken.map(|seed| seed.0.to_string());
        let (says, scope, least_ppm) = (claim.says, claim.scope, claim.scope.least_ppm());
        Self { says, scope, least_ppm, held, broken, undecided, first_broken_seed }
    }
}
