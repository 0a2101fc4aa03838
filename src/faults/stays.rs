//! How long things stay as they are: a line well, a process paused, a node down.
//!
//! Must not know what stays.

use crate::base::{Draw, Duration};

/// The shortest stay, so that each is seen and none can flood a run.
const LEAST: Duration = Duration::millis(1);

/// The longest stay, far beyond every scene.
const MOST: Duration = Duration::secs(86_400);

/// The shape of a heavy tail, in thousandths. With 1.5 the mean exists, and is three times the least value.
const SHAPE_THOUSANDTHS: u32 = 1_500;

/// How stays differ around their mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spread {
    /// Not at all.
    Fixed,
    /// Exponentially: whatever was, what is still to come is drawn anew.
    Exponential,
    /// By Pareto: most are short, and a few longer than all others together.
    HeavyTail,
}

impl Spread {
    /// The choices of a dial, in the order of [`Spread::chosen`].
    pub(super) const CHOICES: &'static [&'static str] = &["fixed", "exponential", "heavy tail"];

    /// The spread that a dial's value stands for.
    pub(super) const fn chosen(value: i64) -> Self {
        match value {
            0 => Self::Fixed,
            2 => Self::HeavyTail,
            _ => Self::Exponential,
        }
    }

    /// A stay of this mean.
    pub(super) fn draw(self, draw: &mut Draw, mean: Duration) -> Duration {
        let stay = match self {
            Self::Fixed => mean,
            Self::Exponential => Duration(draw.exponential(mean.0)),
            Self::HeavyTail => Duration(draw.pareto(mean.0 / 3, SHAPE_THOUSANDTHS, MOST.0)),
        };
        stay.clamp(LEAST, MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Cause, Chance, NodeId, Seed};

    const MEAN: Duration = Duration::secs(3);

    fn stays(spread: Spread) -> Vec<f64> {
        let cause = |nth| Cause { from: NodeId(0), to: NodeId(0), nth, copy: 0, hop: 0 };
        let chance = Chance::new(Seed(3), "stays");
        (0..40_000).map(|nth| spread.draw(&mut chance.draw("stay", cause(nth)), MEAN).0 as f64).collect()
    }

    #[test]
    fn a_fixed_stay_is_its_mean() {
        assert!(stays(Spread::Fixed).iter().all(|&stay| stay == MEAN.0 as f64));
    }

    #[test]
    fn exponential_stays_have_their_mean_and_forget_how_long_it_was() {
        let stays = stays(Spread::Exponential);
        let n = stays.len() as f64;
        let mean = stays.iter().sum::<f64>() / n;
        // The deviation of an exponential is its mean.
        assert!((mean - MEAN.0 as f64).abs() < 5.0 * MEAN.0 as f64 / n.sqrt(), "mean {mean}");
        // Of those that lasted a mean, the share 1/e lasts another.
        let lasted = |least: f64| stays.iter().filter(|&&stay| stay > least).count() as f64;
        let (one, two) = (lasted(MEAN.0 as f64), lasted(2.0 * MEAN.0 as f64));
        let (share, expected) = (two / one, libm::exp(-1.0));
        let deviation = (expected * (1.0 - expected) / one).sqrt();
        assert!((share - expected).abs() < 5.0 * deviation, "{share} go on, expected {expected}");
    }

    #[test]
    fn heavy_tails_follow_their_law() {
        let stays = stays(Spread::HeavyTail);
        let n = stays.len() as f64;
        let least = MEAN.0 as f64 / 3.0;
        for times in [1.5, 2.0, 4.0, 10.0, 30.0] {
            let expected = libm::pow(times, -1.5);
            let seen = stays.iter().filter(|&&stay| stay > least * times).count() as f64 / n;
            let deviation = (expected * (1.0 - expected) / n).sqrt();
            assert!((seen - expected).abs() < 5.0 * deviation, "{seen} beyond {times}, expected {expected}");
        }
    }
}
