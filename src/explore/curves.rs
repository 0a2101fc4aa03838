//! The price of patience as a plot: false alarms against detection delay, a curve for each detector, point by point.
//!
//! Whoever draws it asks for one point after the other and may stop in between. Must not know how detectors work.

use super::measured::Measured;
use super::tradeoff::{LADDERS, curve};
use crate::analysis::detection::Point;
use crate::analysis::plots::{Axis, Form, Line, Plot, Quantity};
use crate::programs::detectors;
use crate::scenes::timeouts;

/// The id of the scene that the points are runs of.
pub const SCENE: &str = timeouts::SCENE.id;

/// Curves that are being measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curves {
    runs: u64,
    /// The points of each detector, by the values of its dial.
    points: Vec<Vec<Point>>,
}

impl Curves {
    /// Curves without any point yet; each will be so many runs.
    pub fn new(runs: u64) -> Self {
        Self { runs, points: vec![Vec::new(); detectors::ALL.len()] }
    }

    /// The next detector and value: all curves grow together, so that they can be compared early.
    fn next(&self) -> Option<(usize, i64)> {
        let open = self.points.iter().zip(LADDERS).enumerate();
        let open = open.filter(|(_, (points, ladder))| points.len() < ladder.len());
        let (place, (points, ladder)) = open.min_by_key(|(_, (points, _))| points.len())?;
        Some((place, ladder[points.len()]))
    }
}

impl Measured for Curves {
    fn progress(&self) -> (usize, usize) {
        (self.points.iter().map(Vec::len).sum(), LADDERS.iter().map(|ladder| ladder.len()).sum())
    }

    fn measure_next(&mut self) {
        let Some((place, value)) = self.next() else { return };
        // The ladders stand on their dials, as a test of theirs says.
        let measured = curve(detectors::ALL[place].id, &[value], 0..self.runs).unwrap_or_default();
        self.points[place].push(measured.first().copied().unwrap_or(Point::new(value)));
    }

    fn plots(&self) -> Vec<Plot> {
        let at = |point: &Point| {
            let alarms = point.false_alarms * 100 / u64::from(point.runs.max(1));
            (point.delay_mean().0, alarms)
        };
        let line = |(entry, points): (&detectors::DetectorEntry, &Vec<Point>)| Line {
            name: entry.title.to_owned(),
            points: points.iter().map(at).collect(),
        };
        let plot = Plot {
            id: "detectors",
            title: "The price of patience",
            says: "False alarms in a run against how long a death goes unnoticed, over each detector's dial.",
            x: Axis::linear("detection delay", Quantity::Nanos),
            y: Axis::linear("false alarms a run", Quantity::Hundredths),
            form: Form::Curve,
            lines: detectors::ALL.iter().zip(&self.points).map(line).collect(),
            end: 0,
        };
        vec![plot]
    }
}

#[cfg(test)]
mod tests {
    use super::super::measured::measure_all;
    use super::*;

    #[test]
    fn points_come_one_by_one_and_are_those_of_the_whole_curve() {
        let mut curves = Curves::new(1);
        measure_all(&mut curves);
        let fixed = curve("fixed", LADDERS[0], 0..1).expect("its ladder");
        assert_eq!(curves.points[0], fixed);
        let plot = &curves.plots()[0];
        assert_eq!(plot.lines.len(), detectors::ALL.len());
        assert_eq!(plot.lines[0].points[0], (fixed[0].delay_mean().0, fixed[0].false_alarms * 100));
    }
}
