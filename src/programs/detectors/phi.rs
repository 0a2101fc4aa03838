//! The φ accrual detector: how unlikely it has become that the next heartbeat still comes.
//!
//! # What it does
//! It keeps the last two hundred gaps between heartbeats. After a silence of t, φ is −log₁₀ of the chance that a gap
//! lasts longer than t, by their distribution: φ = 1 means that one gap in ten does, φ = 8 one in a hundred million.
//! Above the threshold of the dial it suspects. The gaps are taken to be normally distributed with the mean and the
//! deviation of those that were kept, as in the paper; the other entry takes them to be exponentially distributed.
//!
//! # The assumption it breaks
//! That dead or alive is one bit: φ rises, and each who asks chooses a threshold of their own.
//!
//! # What to look for
//! It reads gaps and no round trips: that all ways grow makes one gap long, and those after it are as before. The
//! chance it states is that of its distribution. Real gaps have heavier tails, so that it is wrong more often than it
//! says. A deviation of nothing would make it certain at once: here it is never below 20 ms.
//!
//! # Sources
//! N. Hayashibara, X. Défago, R. Yared and T. Katayama, *The φ Accrual Failure Detector* (2004), section 4.2. The
//! first gap is guessed as Akka does it: the period, with a quarter of it as its deviation. Exponential gaps:
//! Cassandra's `FailureDetector`.

use std::collections::VecDeque;

use serde::Serialize;

use super::{Detector, DetectorEntry, Hears};
use crate::base::Duration;
use crate::sim::{Dial, Unit};

const DIAL: Dial = Dial::number(
    "threshold",
    "φ: threshold",
    "at which φ it suspects: at 8 it says that it is wrong once in a hundred million times",
    Unit::Thousandths,
    (100, 16_000),
    8_000,
);

/// The line of the catalogue, with normally distributed gaps.
pub(super) const NORMAL: DetectorEntry = DetectorEntry {
    id: "phi",
    title: "φ accrual",
    effect: "suspects when a longer gap between heartbeats would be too unlikely, by a normal distribution",
    doc: crate::module_doc!("phi.rs"),
    hears: Hears::Gaps,
    dial: DIAL,
    make: |value, start| Detector::Phi(Phi::new(Gaps::Normal, value.unsigned_abs(), start.period)),
};

/// The line of the catalogue, with exponentially distributed gaps.
pub(super) const EXPONENTIAL: DetectorEntry = DetectorEntry {
    id: "phi-exponential",
    title: "φ accrual, exponential gaps",
    effect: "suspects when a longer gap between heartbeats would be too unlikely, by an exponential distribution",
    make: |value, start| Detector::Phi(Phi::new(Gaps::Exponential, value.unsigned_abs(), start.period)),
    ..NORMAL
};

/// How many gaps it keeps.
const WINDOW: usize = 200;

/// The least deviation that it believes in.
const DEVIATION_LEAST: f64 = 20e6;

/// Beyond so many deviations a chance is no number any more but 0.
const DEVIATIONS_MOST: f64 = 40.0;

/// How gaps are taken to be distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Gaps {
    /// Normally, with the mean and the deviation of the gaps that were heard.
    Normal,
    /// Exponentially, with their mean.
    Exponential,
}

/// The newest gaps and a threshold.
///
/// # Example
/// ```
/// use lightcone::base::Duration;
/// use lightcone::programs::detectors::{Gaps, Phi};
///
/// let mut phi = Phi::new(Gaps::Normal, 8_000, Duration::secs(1));
/// (0..200).for_each(|nth| phi.heard(Duration::millis(900 + 200 * (nth % 2))));
/// // The mean is 1 s, the deviation 100 ms; longer than the mean is one gap in two: −log₁₀ ½.
/// assert!((phi.after(Duration::secs(1)) - 0.301_029_995).abs() < 1e-6);
/// assert!(phi.after(phi.patience()) >= 8.0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Phi {
    gaps: Gaps,
    threshold_thousandths: u64,
    period: Duration,
    heard: VecDeque<Duration>,
}

impl Phi {
    /// One that suspects at so many thousandths, of somebody who is said to send a heartbeat each period.
    pub const fn new(gaps: Gaps, threshold_thousandths: u64, period: Duration) -> Self {
        Self { gaps, threshold_thousandths, period, heard: VecDeque::new() }
    }

    /// A heartbeat came so long after the one before it.
    pub fn heard(&mut self, gap: Duration) {
        if self.heard.len() == WINDOW {
            self.heard.pop_front();
        }
        self.heard.push_back(gap);
    }

    /// φ after so long a silence.
    pub fn after(&self, silence: Duration) -> f64 {
        let (mean, deviation) = self.moments();
        phi(self.gaps, mean, deviation, silence.0 as f64)
    }

    /// After how long a silence φ reaches the threshold, to the nanosecond.
    pub fn patience(&self) -> Duration {
        let threshold = self.threshold_thousandths as f64 / 1_000.0;
        let (mean, deviation) = self.moments();
        let (mut below, mut above) = (0, (mean + DEVIATIONS_MOST * deviation.max(mean)) as u64);
        // φ only grows with the silence.
        while above - below > 1 {
            let middle = below + (above - below) / 2;
            match phi(self.gaps, mean, deviation, middle as f64) < threshold {
                true => below = middle,
                false => above = middle,
            }
        }
        Duration(above)
    }

    /// Mean and deviation of the gaps, in nanoseconds. The sums are of whole numbers, so that they are the same in any
    /// order.
    fn moments(&self) -> (f64, f64) {
        let n = self.heard.len() as u128;
        if n == 0 {
            let period = self.period.0 as f64;
            return (period, (period / 4.0).max(DEVIATION_LEAST));
        }
        let sum: u128 = self.heard.iter().map(|gap| u128::from(gap.0)).sum();
        let mean = sum / n;
        let squares: u128 = self.heard.iter().map(|gap| u128::from(gap.0).abs_diff(mean).pow(2)).sum();
        (mean as f64, ((squares / n) as f64).sqrt().max(DEVIATION_LEAST))
    }
}

/// −log₁₀ of the chance that a gap lasts longer than `silence`, all in nanoseconds.
fn phi(gaps: Gaps, mean: f64, deviation: f64, silence: f64) -> f64 {
    match gaps {
        Gaps::Normal => {
            let deviations = (silence - mean) / (deviation * core::f64::consts::SQRT_2);
            -libm::log10(0.5 * libm::erfc(deviations))
        }
        // The chance is e^(−t / mean), so that no logarithm is needed.
        Gaps::Exponential => silence / mean * core::f64::consts::LOG10_E,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A detector whose gaps have a mean of 1 s and a deviation of 100 ms.
    fn even(gaps: Gaps, threshold_thousandths: u64) -> Phi {
        let mut phi = Phi::new(gaps, threshold_thousandths, Duration::secs(1));
        (0..WINDOW as u64).for_each(|nth| phi.heard(Duration::millis(900 + 200 * (nth % 2))));
        phi
    }

    #[test]
    fn phi_is_what_tables_of_the_normal_distribution_say() {
        let phi = even(Gaps::Normal, 8_000);
        // One-sided tails: 1, 2, 3 and 6 deviations (Abramowitz and Stegun, table 26.2).
        let tails = [(1_100, 0.158_655_254), (1_200, 0.022_750_132), (1_300, 0.001_349_898)];
        for (millis, tail) in tails {
            let found = phi.after(Duration::millis(millis));
            assert!((found + libm::log10(tail)).abs() < 1e-6, "{millis} ms: {found}");
        }
        let six = phi.after(Duration::millis(1_600));
        assert!((six + libm::log10(9.865_876e-10)).abs() < 1e-6, "{six}");
        assert!(phi.after(Duration::secs(60)).is_infinite(), "more than certain");
    }

    #[test]
    fn patience_is_where_phi_reaches_the_threshold() {
        for (gaps, threshold) in [(Gaps::Normal, 500), (Gaps::Normal, 8_000), (Gaps::Exponential, 8_000)] {
            let phi = even(gaps, threshold);
            let (at, threshold) = (phi.patience(), threshold as f64 / 1e3);
            assert!(phi.after(at) >= threshold && phi.after(Duration(at.0 - 1)) < threshold, "{gaps:?}");
        }
        // A tail of 1e-8 is 5.612 deviations.
        let normal = even(Gaps::Normal, 8_000).patience().0 as f64 / 1e9;
        assert!((normal - 1.561_2).abs() < 1e-4, "{normal}");
        // e^(−t) = 1e-8 for t = 8 ln 10.
        let exponential = even(Gaps::Exponential, 8_000).patience().0 as f64 / 1e9;
        assert!((exponential - 18.420_680_7).abs() < 1e-6, "{exponential}");
    }

    #[test]
    fn old_gaps_are_forgotten() {
        let mut phi = even(Gaps::Normal, 8_000);
        let before = phi.patience();
        (0..WINDOW).for_each(|_| phi.heard(Duration::secs(3)));
        let deviation = DEVIATION_LEAST as u64;
        assert!(phi.patience() > before && phi.patience().0 < 3_000_000_000 + 6 * deviation);
    }
}
