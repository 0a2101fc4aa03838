//! A plot as a picture of plain data: axes with round marks, lines that differ in dashes and points, bars, and a line
//! that can be dragged.
//!
//! Must not know what was measured, nor how a picture is painted.

mod draw;
mod scale;

use super::shape::Point;
use crate::analysis::plots::{Form, Plot};
use scale::Scale;

/// Room for the numbers on the left, in pixels.
const LEFT: f64 = 54.0;
/// Room on the right.
const RIGHT: f64 = 14.0;
/// Room above, for the names of the lines.
const TOP: f64 = 22.0;
/// Room for the numbers below.
const BOTTOM: f64 = 22.0;
/// How far apart marks stand at least, along and up.
const APART: (f64, f64) = (74.0, 26.0);

/// How a plot is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartView {
    /// The width in pixels.
    pub width: f64,
    /// The height in pixels.
    pub height: f64,
    /// Where along the first axis a line stands that can be dragged, if there is one.
    pub marker: Option<u64>,
}

/// A mark along an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// How far along it, in pixels from the left or the top.
    pub at: f64,
    /// What stands there.
    pub text: String,
}

/// A line of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartLine {
    /// Where it goes.
    pub points: Vec<Point>,
    /// Whether each of its points is a measurement that is marked.
    pub has_marks: bool,
    /// What it is called.
    pub name: String,
}

/// A bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Its upper left corner.
    pub at: Point,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Whether it lies behind the line that can be dragged.
    pub is_behind: bool,
}

/// A plot, for one view.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The width in pixels.
    pub width: f64,
    /// The height in pixels.
    pub height: f64,
    /// What it is called.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub description: String,
    /// What is counted upwards.
    pub counts: String,
    /// The corners of the field: upper left and lower right.
    pub field: (Point, Point),
    /// Marks along the first axis.
    pub across: Vec<Mark>,
    /// Marks along the second.
    pub up: Vec<Mark>,
    /// Bars.
    pub bars: Vec<Bar>,
    /// Lines, each with dashes and points of its own by its place.
    pub lines: Vec<ChartLine>,
    /// The line that can be dragged, and what stands beside it.
    pub marker: Option<Mark>,
    scale: Scale,
}

/// The picture of a plot.
///
/// # Example
/// ```
/// use lightcone::analysis::plots::{Axis, Form, Line, Plot, Quantity};
/// use lightcone::diagram::chart::{ChartView, chart};
///
/// let line = Line { name: "sent".to_owned(), points: vec![(0, 3), (1_000_000_000, 5)] };
/// let plot = Plot {
///     id: "messages",
///     title: "Messages",
///     says: "how many were sent",
///     x: Axis::TIME,
///     y: Axis::linear("messages", Quantity::Count),
///     form: Form::Steps,
///     lines: vec![line],
///     end: 2_000_000_000,
/// };
/// let chart = chart(&plot, ChartView { width: 300.0, height: 120.0, marker: None });
/// assert_eq!(chart.across.last().map(|mark| mark.text.as_str()), Some("2 s"));
/// ```
pub fn chart(plot: &Plot, view: ChartView) -> Chart {
    let rows = draw::rows_of_names(plot, view.width);
    let upper = Point::new(LEFT, TOP + draw::ROW * rows.saturating_sub(1) as f64);
    let lower = Point::new((view.width - RIGHT).max(LEFT + 10.0), (view.height - BOTTOM).max(TOP + 10.0));
    let points = || plot.lines.iter().flat_map(|line| line.points.iter().copied());
    let last = points().map(|point| point.0).max().unwrap_or(0).max(plot.end);
    let first = if plot.x.is_logarithmic { points().map(|point| point.0).min().unwrap_or(1) } else { 0 };
    let across = Scale::new((first, last), (upper.x, lower.x), plot.x.is_logarithmic);
    let most = points().map(|point| point.1).max().unwrap_or(0);
    // A line as high as the field would be taken for its edge.
    let up = Scale::new((0, most + (most / 12).max(1)), (lower.y, upper.y), false);
    let marks = |scale: &Scale, apart: f64, counts: crate::analysis::plots::Quantity| {
        let mark = |value: u64| Mark { at: scale.place(value), text: counts.show(value) };
        scale.round_values(apart).into_iter().map(mark).collect::<Vec<_>>()
    };
    let line = |line: &crate::analysis::plots::Line| ChartLine {
        points: path(&line.points, plot.form, &across, &up),
        has_marks: plot.form == Form::Curve,
        name: line.name.clone(),
    };
    let is_bars = plot.form == Form::Bars;
    Chart {
        width: view.width,
        height: view.height,
        title: plot.title.to_owned(),
        description: describe(plot),
        counts: plot.y.title.to_owned(),
        field: (upper, lower),
        across: marks(&across, APART.0, plot.x.counts),
        up: marks(&up, APART.1, plot.y.counts),
        bars: if is_bars { bars(plot, &across, &up, view.marker) } else { Vec::new() },
        lines: if is_bars { Vec::new() } else { plot.lines.iter().map(line).collect() },
        marker: view.marker.map(|value| Mark { at: across.place(value), text: plot.x.counts.show(value) }),
        scale: across,
    }
}

impl Chart {
    /// The value of the first axis at a place, in pixels from the left.
    pub fn value_at(&self, x: f64) -> u64 {
        self.scale.value(x)
    }
}

/// The way of a line through the field.
fn path(points: &[(u64, u64)], form: Form, across: &Scale, up: &Scale) -> Vec<Point> {
    let at = |x: u64, y: u64| Point::new(across.place(x), up.place(y));
    let mut way = Vec::with_capacity(points.len() * 2 + 1);
    for &(x, y) in points {
        if let (Form::Steps, Some(&before)) = (form, way.last()) {
            let before: Point = before;
            way.push(Point::new(across.place(x), before.y));
        }
        way.push(at(x, y));
    }
    if let (Form::Steps, Some(&last)) = (form, way.last()) {
        way.push(Point::new(across.end(), last.y));
    }
    way
}

fn bars(plot: &Plot, across: &Scale, up: &Scale, marker: Option<u64>) -> Vec<Bar> {
    let mut bars = Vec::new();
    for pair in plot.lines.iter().flat_map(|line| line.points.windows(2)) {
        let ((from, count), (to, _)) = (pair[0], pair[1]);
        if count == 0 {
            continue;
        }
        let (left, right, top) = (across.place(from), across.place(to), up.place(count));
        let height = up.place(0) - top;
        let mut put = |left: f64, right: f64, is_behind: bool| {
            if right > left {
                bars.push(Bar { at: Point::new(left, top), width: right - left, height, is_behind });
            }
        };
        match marker.map(|marker| across.place(marker).clamp(left, right)) {
            Some(middle) => {
                put(left, middle, false);
                put(middle, right, true);
            }
            None => put(left, right, false),
        }
    }
    bars
}

/// What a plot shows, for speech: how far each line rises.
fn describe(plot: &Plot) -> String {
    let line = |line: &crate::analysis::plots::Line| {
        let most = line.points.iter().map(|point| point.1).max().unwrap_or(0);
        format!("{} up to {}", line.name, plot.y.counts.show(most))
    };
    let lines: Vec<String> = plot.lines.iter().map(line).collect();
    format!("{} Over {}: {}.", plot.says, plot.x.title, lines.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::plots::{Axis, Line, Quantity};

    fn plot(form: Form, is_logarithmic: bool) -> Plot {
        Plot {
            id: "p",
            title: "P",
            says: "What is.",
            x: Axis { title: "x", counts: Quantity::Nanos, is_logarithmic },
            y: Axis::linear("y", Quantity::Count),
            form,
            lines: vec![Line { name: "a".to_owned(), points: vec![(1_000, 4), (10_000, 2), (100_000, 0)] }],
            end: 0,
        }
    }

    const VIEW: ChartView = ChartView { width: 400.0, height: 160.0, marker: None };

    #[test]
    fn steps_hold_until_the_next_and_curves_go_straight() {
        let corners = |form| chart(&plot(form, false), VIEW).lines[0].points.len();
        assert_eq!((corners(Form::Curve), corners(Form::Steps)), (3, 6));
    }

    #[test]
    fn a_place_on_the_axis_is_the_value_that_was_put_there() {
        for is_logarithmic in [false, true] {
            let chart = chart(&plot(Form::Bars, is_logarithmic), VIEW);
            for value in [1_000, 2_500, 40_000, 100_000] {
                let near = chart.value_at(chart.scale.place(value));
                assert!(near.abs_diff(value) <= value / 1_000 + 1, "{near} for {value}");
            }
            assert_eq!(chart.value_at(-50.0), chart.value_at(chart.field.0.x), "before the field it begins");
        }
    }

    #[test]
    fn a_bar_is_split_where_the_marker_stands() {
        let view = ChartView { marker: Some(3_000), ..VIEW };
        let chart = chart(&plot(Form::Bars, true), view);
        let behind: Vec<bool> = chart.bars.iter().map(|bar| bar.is_behind).collect();
        assert_eq!(behind, [false, true, true]);
        let marker = chart.marker.expect("it stands");
        assert!((chart.bars[1].at.x - marker.at).abs() < 1e-9);
    }

    #[test]
    fn everything_stays_in_the_field() {
        for form in [Form::Steps, Form::Curve, Form::Bars] {
            let chart = chart(&plot(form, form == Form::Bars), VIEW);
            let (upper, lower) = chart.field;
            let holds = |at: &Point| {
                (upper.x - 0.1..=lower.x + 0.1).contains(&at.x)
                    && (upper.y - 0.1..=lower.y + 0.1).contains(&at.y)
            };
            assert!(chart.lines.iter().flat_map(|line| &line.points).all(holds));
            assert!(chart.bars.iter().all(|bar| holds(&bar.at)));
            assert!(chart.across.len() >= 2 && chart.up.len() >= 2, "{:?} {:?}", chart.across, chart.up);
        }
    }
}
