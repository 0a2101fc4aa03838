//! Folding an axis: long stretches in which nothing happens take little room, and the rest keeps its proportions.
//!
//! Which stretches are folded follows from the lanes shown and the whole run, and not from the window, so that
//! nothing jumps while one pans. Must not know what a fold looks like.

use super::view::Window;

/// How many stretches are folded at most: the longest.
const MOST: usize = 12;

/// A stretch is idle long enough to be folded if it takes more than one of so many parts of the run.
const PART: f64 = 12.0;

/// What is folded together takes one of so many parts of what is not.
const THIN: f64 = 36.0;

/// The folded stretches of an axis, in order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Folds {
    count: usize,
    folds: [Fold; MOST],
}

/// A folded stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fold {
    /// Where it begins, in the axis's unit.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Where it begins once all before it is folded.
    start: f64,
    /// How long it is when folded.
    length: f64,
}

impl Folds {
    /// Folds the idle stretches of a run that extends over `whole`. `busy` tells, for a piece of the axis, the
    /// first and the last value in it at which something happens.
    pub(super) fn of(whole: Window, mut busy: impl FnMut(Window) -> Option<(f64, f64)>) -> Self {
        // A stretch as long as two cells holds a whole one.
        let cells = 2 * PART as usize;
        let cell = whole.length() / cells as f64;
        let mut idle: Vec<(f64, f64)> = Vec::new();
        let mut last: Option<f64> = None;
        for place in 0..cells {
            let from = whole.from + cell * place as f64;
            let to = if place + 1 == cells { whole.to } else { from + cell };
            let Some((first, end)) = busy(Window::new(from, to)) else { continue };
            // Before the first and behind the last event nothing is hidden by leaving it out; that is for zooming.
            if let Some(last) = last.filter(|last| first - last > whole.length() / PART) {
                idle.push((last, first));
            }
            last = Some(last.map_or(end, |last| last.max(end)));
        }
        idle.sort_unstable_by(|a, b| (b.1 - b.0).total_cmp(&(a.1 - a.0)));
        idle.truncate(MOST);
        idle.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let hidden: f64 = idle.iter().map(|(from, to)| to - from).sum();
        // Where all is idle but a few instants, these stand side by side.
        let length = ((whole.length() - hidden) / THIN).max(whole.length() * 1e-9);
        let mut folds = Self { count: idle.len(), ..Self::default() };
        let mut shift = 0.0;
        for (fold, (from, to)) in folds.folds.iter_mut().zip(idle) {
            *fold = Fold { from, to, start: from - shift, length };
            shift += (to - from) - length;
        }
        folds
    }

    /// The folded stretches, in order.
    pub fn iter(&self) -> impl Iterator<Item = Fold> + '_ {
        self.folds[..self.count].iter().copied()
    }

    /// Where a value of the axis stands once all before it is folded.
    pub fn folded(&self, value: f64) -> f64 {
        let before = self.folds[..self.count].partition_point(|fold| fold.from <= value);
        match before.checked_sub(1).map(|place| self.folds[place]) {
            None => value,
            Some(fold) if value < fold.to => {
                fold.start + (value - fold.from) / (fold.to - fold.from) * fold.length
            }
            Some(fold) => fold.start + fold.length + (value - fold.to),
        }
    }

    /// The value that stands there; the way back.
    pub fn unfolded(&self, place: f64) -> f64 {
        let before = self.folds[..self.count].partition_point(|fold| fold.start <= place);
        match before.checked_sub(1).map(|at| self.folds[at]) {
            None => place,
            Some(fold) if place < fold.start + fold.length => {
                fold.from + (place - fold.start) / fold.length * (fold.to - fold.from)
            }
            Some(fold) => fold.to + (place - fold.start - fold.length),
        }
    }

    /// How long a stretch of the axis is when folded.
    pub fn length(&self, window: Window) -> f64 {
        (self.folded(window.to) - self.folded(window.from)).max(f64::MIN_POSITIVE)
    }

    /// The pieces of a stretch that are not folded, in order.
    pub fn pieces(&self, window: Window) -> Vec<(f64, f64)> {
        let mut pieces = Vec::new();
        let mut from = window.from;
        for fold in self.iter().filter(|fold| fold.to > window.from && fold.from < window.to) {
            if fold.from >= from {
                pieces.push((from, fold.from));
            }
            from = fold.to;
        }
        if from <= window.to {
            pieces.push((from, window.to));
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folds of a run from 0 to 1000 with events at these values.
    fn folds(events: &[f64]) -> Folds {
        Folds::of(Window::new(0.0, 1000.0), |piece| {
            let inside = || events.iter().copied().filter(|at| piece.from <= *at && *at <= piece.to);
            let first = inside().reduce(f64::min)?;
            Some((first, inside().reduce(f64::max)?))
        })
    }

    #[test]
    fn only_long_idle_stretches_between_events_are_folded() {
        let all: Vec<(f64, f64)> =
            folds(&[10.0, 12.0, 500.0, 520.0, 990.0]).iter().map(|fold| (fold.from, fold.to)).collect();
        assert_eq!(all, [(12.0, 500.0), (520.0, 990.0)]);
        assert_eq!(folds(&[400.0]).iter().count(), 0);
        let even: Vec<f64> = (0..200).map(|n| f64::from(n) * 5.0).collect();
        assert_eq!(folds(&even), Folds::default());
    }

    #[test]
    fn folding_keeps_the_order_and_can_be_undone() {
        let folds = folds(&[10.0, 12.0, 500.0, 520.0, 990.0]);
        let places: Vec<f64> = (-10..1100).map(|value| folds.folded(f64::from(value))).collect();
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
        for value in -10..1100 {
            let value = f64::from(value);
            assert!((folds.unfolded(folds.folded(value)) - value).abs() < 1e-6, "{value}");
        }
        let whole = Window::new(0.0, 1000.0);
        let (hidden, busy) = (488.0 + 470.0, 1000.0 - 488.0 - 470.0);
        assert!(folds.length(whole) < busy * 1.1 && folds.length(whole) > busy && hidden > 900.0);
        assert_eq!(folds.pieces(whole), [(0.0, 12.0), (500.0, 520.0), (990.0, 1000.0)]);
        assert_eq!(folds.pieces(Window::new(100.0, 510.0)), [(500.0, 510.0)]);
    }

    #[test]
    fn a_few_instants_far_apart_stand_side_by_side() {
        let folds = folds(&[0.0, 300.0, 1000.0]);
        let [a, b, c] = [0.0, 300.0, 1000.0].map(|value| folds.folded(value));
        assert!(((b - a) / (c - b) - 1.0).abs() < 0.01, "{a} {b} {c}");
    }
}
