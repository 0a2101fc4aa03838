//! What a batch of runs says of a claim: how many kept it, how sure that makes us, and whether it is enough.
//!
//! Must not know how the runs were made.

use crate::base::{Ratio, Seed};
use crate::scenes::{Scope, Verdict};

/// How the runs so far decided one claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In how many runs it held.
    pub held: u64,
    /// In how many it was broken.
    pub broken: u64,
    /// How many had not got far enough to tell when they ended.
    pub undecided: u64,
    /// The smallest seed whose run broke it.
    pub first_broken: Option<Seed>,
}

/// What a batch of runs says of a claim, by the claim's scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It holds in all runs, or in as large a share of them as it says.
    Holds,
    /// It is broken in a run, or holds in a smaller share of them than it says.
    Broken,
    /// No run broke it, but not all got far enough to tell.
    Undecided,
    /// It speaks of a rate, of which there is nothing to be seen in fewer than two runs.
    NotJudged,
}

/// The share of runs that kept a claim, and where the true share lies with a confidence of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Of the runs that were made.
    pub kept: Ratio,
    /// The least that the share over all seeds is likely to be.
    pub low: Ratio,
    /// The most that it is likely to be.
    pub high: Ratio,
}

impl Tally {
    /// Counts what the run of a seed says.
    pub fn add(&mut self, seed: Seed, verdict: Verdict) {
        match verdict {
            Verdict::Holds => self.held += 1,
            Verdict::Undecided => self.undecided += 1,
            Verdict::Broken(_) => {
                self.broken += 1;
                self.first_broken = Some(self.first_broken.map_or(seed, |first| first.min(seed)));
            }
        }
    }

    /// Adds what was counted elsewhere, of other seeds.
    pub fn merge(&mut self, other: &Self) {
        self.held += other.held;
        self.broken += other.broken;
        self.undecided += other.undecided;
        self.first_broken = [self.first_broken, other.first_broken].into_iter().flatten().min();
    }

    /// How many runs were counted.
    pub const fn runs(&self) -> u64 {
        self.held + self.broken + self.undecided
    }

    /// Which share of the runs kept the claim; `None` before the first. One that ended without having decided it
    /// has not kept it: what should come true in the end did not.
    pub fn share(&self) -> Option<Share> {
        let runs = self.runs();
        (runs > 0).then(|| wilson(self.held, runs))
    }

    /// What the runs say of a claim of this scope.
    pub fn judge(&self, scope: Scope) -> Judgement {
        match scope {
            Scope::ThisRun | Scope::EveryRun if self.broken > 0 => Judgement::Broken,
            Scope::ThisRun | Scope::EveryRun if self.undecided > 0 || self.runs() == 0 => {
                Judgement::Undecided
            }
            Scope::ThisRun | Scope::EveryRun => Judgement::Holds,
            Scope::Rate(_) if self.runs() < 2 => Judgement::NotJudged,
            Scope::Rate(least) => {
                let asked = u128::from(least.millionths()) * u128::from(self.runs());
                match u128::from(self.held) * 1_000_000 >= asked {
                    true => Judgement::Holds,
                    false => Judgement::Broken,
                }
            }
        }
    }
}

/// How many standard deviations to either side hold 95 % of a normal distribution.
const Z: f64 = 1.959_964;

/// The share `held` of `runs`, which is not 0, with Wilson's score interval.
///
/// Unlike the share plus and minus its deviation, it says something sensible where all runs held or none did.
/// Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
fn wilson(held: u64, runs: u64) -> Share {
    let (n, p, zz) = (runs as f64, held as f64 / runs as f64, Z * Z);
    let middle = p + zz / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + zz / (4.0 * n * n)).sqrt();
    let whole = 1.0 + zz / n;
    // All held or none did: rounding must not leave the end of the interval beside the share.
    let low = if held == 0 { 0.0 } else { (middle - half) / whole };
    let high = if held == runs { 1.0 } else { (middle + half) / whole };
    Share { kept: ratio(p), low: ratio(low), high: ratio(high) }
}

/// The nearest ratio to a share between 0 and 1.
fn ratio(share: f64) -> Ratio {
    Ratio::per_million((share * 1_000_000.0 + 0.5) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(held: u64, broken: u64, undecided: u64) -> Tally {
        Tally { held, broken, undecided, first_broken: (broken > 0).then_some(Seed(0)) }
    }

    #[test]
    fn tallies_add_up_and_name_the_first_seed() {
        let mut odd = Tally::default();
        let mut even = Tally::default();
        let verdict = |seed| match seed % 4 {
            0 => Verdict::Holds,
            1 | 2 => Verdict::Broken(None),
            _ => Verdict::Undecided,
        };
        for seed in (0..8).rev() {
            let tally = if seed % 2 == 0 { &mut even } else { &mut odd };
            tally.add(Seed(seed), verdict(seed));
        }
        assert_eq!((odd.first_broken, even.first_broken), (Some(Seed(1)), Some(Seed(2))));
        even.merge(&odd);
        assert_eq!(even, Tally { held: 2, broken: 4, undecided: 2, first_broken: Some(Seed(1)) });
    }

    #[test]
    fn the_interval_is_the_one_of_the_textbooks() {
        // Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998),
        // table I: 81 of 263, 15 of 148, 0 of 20 and 1 of 29, to four places.
        for (held, runs, low, high) in
            [(81, 263, 2553, 3662), (15, 148, 624, 1605), (0, 20, 0, 1611), (1, 29, 61, 1718)]
        {
            let share = tally(held, runs - held, 0).share().expect("there are runs");
            let places = |ratio: Ratio| (ratio.millionths() + 50) / 100;
            assert_eq!((places(share.low), places(share.high)), (low, high), "{held} of {runs}");
        }
        assert_eq!(Tally::default().share(), None);
    }

    #[test]
    fn what_never_came_true_was_not_kept() {
        let share = tally(6, 2, 2).share().expect("there are runs");
        assert_eq!(share.kept, Ratio::percent(60));
        let all = tally(1_000_000, 0, 0).share().expect("there are runs");
        assert_eq!((all.kept, all.high), (Ratio::ONE, Ratio::ONE));
        assert!(all.low > Ratio::per_million(999_990) && all.low < Ratio::ONE);
    }

    #[test]
    fn a_rate_is_judged_by_what_it_says_and_others_by_their_worst_run() {
        let rate = Scope::Rate(Ratio::percent(90));
        for (counts, of_all, of_rate) in [
            (tally(10, 0, 0), Judgement::Holds, Judgement::Holds),
            (tally(9, 1, 0), Judgement::Broken, Judgement::Holds),
            (tally(9, 0, 1), Judgement::Undecided, Judgement::Holds),
            (tally(899, 101, 0), Judgement::Broken, Judgement::Broken),
            (tally(8, 0, 2), Judgement::Undecided, Judgement::Broken),
            (tally(1, 0, 0), Judgement::Holds, Judgement::NotJudged),
            (tally(0, 0, 0), Judgement::Undecided, Judgement::NotJudged),
        ] {
            assert_eq!((counts.judge(Scope::EveryRun), counts.judge(rate)), (of_all, of_rate), "{counts:?}");
            assert_eq!(counts.judge(Scope::ThisRun), of_all);
        }
    }
}
