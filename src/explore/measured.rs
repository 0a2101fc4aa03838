//! Plots of many runs that are measured when somebody asks for them, bit by bit, so that a page can breathe between.
//!
//! Adding one is a file beside this, and an entry in [`of`]. Must not know how plots are drawn.

use super::curves::{self, Curves};
use super::remedies::{self, Remedies};
use super::shared_line::{self, SharedLine};
use crate::analysis::plots::Plot;

/// How many runs each point is.
const RUNS: u64 = 8;

/// Plots that are being measured.
pub trait Measured {
    /// How many bits are measured, of how many.
    fn progress(&self) -> (usize, usize);

    /// Measures a bit, if any is left.
    fn measure_next(&mut self);

    /// What is measured so far. There are always as many plots, of the same names, in the same order.
    fn plots(&self) -> Vec<Plot>;

    /// Whether nothing is left to measure.
    fn is_done(&self) -> bool {
        let (done, all) = self.progress();
        done == all
    }
}

/// What can be measured in the scene of this id, with nothing measured yet.
///
/// # Example
/// ```
/// use lightcone::explore::measured;
///
/// let mut remedies = measured::of("cascade").expect("remedies side by side");
/// assert_eq!(remedies.progress().0, 0);
/// remedies.measure_next();
/// assert_eq!(remedies.progress().0, 1);
/// assert!(measured::of("crossed-letters").is_none());
/// ```
pub fn of(scene: &str) -> Option<Box<dyn Measured>> {
    match scene {
        curves::SCENE => Some(Box::new(Curves::new(RUNS))),
        shared_line::SCENE => Some(Box::new(SharedLine::new(RUNS))),
        remedies::SCENE => Some(Box::new(Remedies::new(RUNS))),
        _ => None,
    }
}

/// Measures all of it, holding it to what the trait promises: bit by bit, and nothing beyond the last.
#[cfg(test)]
pub(super) fn measure_all<M: Measured + Clone + PartialEq + std::fmt::Debug>(plots: &mut M) {
    let (_, all) = plots.progress();
    for done in 1..=all {
        assert!(!plots.is_done());
        plots.measure_next();
        assert_eq!(plots.progress(), (done, all), "a run that could not begin");
    }
    let before = plots.clone();
    plots.measure_next();
    assert!(plots.is_done() && *plots == before, "nothing is left");
}
