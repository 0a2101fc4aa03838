//! A congestion window: how much may be under way, learnt from what is lost.
//!
//! It grows by one with each frame that is acknowledged, up to the threshold; above it, by one with each window of
//! them. Three acknowledgements of nothing new halve it; a timeout takes it back to one. Must not know frames.
//!
//! # Sources
//! V. Jacobson and M. Karels, *Congestion Avoidance and Control* (1988); RFC 5681, section 3, in whole frames.

use serde::Serialize;

/// How much may be under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Window {
    /// How many frames: cwnd.
    frames: u32,
    /// Up to where it grows fast: ssthresh.
    threshold: u32,
    /// How many were acknowledged since it grew last, above the threshold.
    acknowledged: u32,
}

/// Never less than two frames for the threshold (RFC 5681, equation 4).
const THRESHOLD_LEAST: u32 = 2;

impl Window {
    /// At the start: two frames, and no bound below `threshold` to its fast growth.
    pub(super) const fn new(threshold: u32) -> Self {
        Self { frames: 2, threshold, acknowledged: 0 }
    }

    /// How many frames may be under way.
    pub(super) const fn frames(self) -> u32 {
        self.frames
    }

    /// Whether it grows fast.
    pub(super) const fn is_below_threshold(self) -> bool {
        self.frames < self.threshold
    }

    /// One more frame got through.
    pub(super) fn grow(&mut self) {
        if self.is_below_threshold() {
            self.frames += 1;
            return;
        }
        self.acknowledged += 1;
        if self.acknowledged >= self.frames {
            self.acknowledged = 0;
            self.frames += 1;
        }
    }

    /// One was lost while others behind it got through, with so many under way.
    pub(super) fn halve(&mut self, under_way: u32) {
        self.threshold = (under_way / 2).max(THRESHOLD_LEAST);
        self.frames = self.threshold;
        self.acknowledged = 0;
    }

    /// Nothing gets through any more, with so many under way.
    pub(super) fn collapse(&mut self, under_way: u32) {
        self.halve(under_way);
        self.frames = 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_each_round_up_to_the_threshold_and_then_adds_one() {
        let mut window = Window::new(8);
        let mut rounds = vec![window.frames()];
        for _ in 0..6 {
            (0..window.frames()).for_each(|_| window.grow());
            rounds.push(window.frames());
        }
        // The first round above the threshold is that in which it is reached.
        assert_eq!(rounds, [2, 4, 8, 9, 10, 11, 12]);
    }

    #[test]
    fn a_loss_halves_what_was_under_way_and_a_timeout_starts_anew() {
        let mut window = Window::new(64);
        (0..14).for_each(|_| window.grow());
        assert_eq!(window.frames(), 16);
        window.halve(16);
        assert_eq!(window.frames(), 8);
        (0..8).for_each(|_| window.grow());
        assert_eq!(window.frames(), 9, "above the threshold now");
        window.collapse(9);
        assert_eq!(window.frames(), 1);
        (0..3).for_each(|_| window.grow());
        assert_eq!(window.frames(), 4, "fast up to half of nine");
        (0..4).for_each(|_| window.grow());
        assert_eq!(window.frames(), 5);
        window.halve(1);
        assert_eq!(window.frames(), 2, "never less");
    }
}
