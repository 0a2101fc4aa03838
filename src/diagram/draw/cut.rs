//! How a cut looks, and what else divides a picture: folds, and counts of messages that went back in time.
//!
//! Must not know what a cut means.

use super::super::hit::Hit;
use super::super::picture::{Breaking, Cluster, FoldMark, Picture};
use super::super::shape::{Figure, Point, Shape, Style};
use super::super::theme::Tone;

const DASH_BROKEN: &[f64] = &[7.0, 4.0];
const DASH_FOLD: &[f64] = &[2.0, 4.0];

/// How far the line of a cut reaches beyond the first and the last lane, in pixels.
const BEYOND: f64 = 18.0;

/// The line of a cut, its handles, and the messages that break it.
pub(super) fn figures(picture: &Picture) -> impl Iterator<Item = Figure> + '_ {
    picture.cut.iter().flat_map(|cut| {
        let is_whole = cut.breaches == 0;
        let tone = if is_whole { Tone::Accent } else { Tone::Lost };
        let mut points: Vec<Point> = cut.handles.iter().map(|handle| handle.at).collect();
        if let (Some(&first), Some(&last)) = (points.first(), points.last()) {
            points.insert(0, Point::new(first.x, first.y - BEYOND));
            points.push(Point::new(last.x, last.y + BEYOND));
        }
        let style = Style::line(tone, 2.2);
        let style = if is_whole { style } else { style.dashed(DASH_BROKEN) };
        let mut line = Figure::new("cut", if is_whole { "consistent" } else { "broken" }, tone)
            .with(Shape::Path { points, closed: false }, style);
        for handle in &cut.handles {
            let at = handle.at;
            let place = |x: f64, y: f64| Point::new(at.x + x, at.y + y);
            let points = vec![place(0.0, -7.0), place(4.5, 0.0), place(0.0, 7.0), place(-4.5, 0.0)];
            line = line.with(Shape::Path { points, closed: true }, Style::fill(Tone::Panel).edged(tone, 1.8));
        }
        std::iter::once(line.named(cut.name.clone(), None)).chain(cut.breaking.iter().map(breaking))
    })
}

/// A message that breaks a cut: thick, with a bar across its middle.
fn breaking(breaking: &Breaking) -> Figure {
    let (from, to) = (breaking.from, breaking.to);
    let middle = from.toward(to, 0.5);
    let length = from.distance(to).max(0.001);
    let (ux, uy) = ((to.x - from.x) / length, (to.y - from.y) / length);
    let across = |along: f64, aside: f64| {
        Point::new(middle.x + ux * along - uy * aside, middle.y + uy * along + ux * aside)
    };
    let bar = |along: f64| Shape::Line(across(along, -8.0), across(along, 8.0));
    let style = Style::line(Tone::Lost, 3.2);
    Figure::new("arrow", "breaks-cut", Tone::Lost)
        .with(Shape::Line(from, to), style.faint(0.85))
        .with(bar(-2.5), Style::line(Tone::Lost, 2.0))
        .with(bar(2.5), Style::line(Tone::Lost, 2.0))
        .named(breaking.name.clone(), Some(Hit::Message(breaking.message, 0)))
}

/// A fold of the axis: two strokes across the axis, and dotted lines down through the lanes.
pub(super) fn fold(picture: &Picture, fold: &FoldMark) -> Figure {
    let axis = if picture.frame.is_vertical { picture.frame.top - 12.0 } else { 32.0 };
    let (top, bottom) = (axis + 2.0, picture.frame.height - 36.0);
    let line = |x: f64| Shape::Line(Point::new(x, top), Point::new(x, bottom));
    let stroke = |x: f64| Shape::Line(Point::new(x - 3.0, axis + 3.0), Point::new(x + 3.0, axis - 7.0));
    let middle = (fold.from + fold.to) / 2.0;
    let style = Style::line(Tone::Lane, 1.0).dashed(DASH_FOLD);
    Figure::new("fold", "", Tone::Dim)
        .with(line(fold.from), style)
        .with(line(fold.to), style)
        .with(stroke(middle - 3.0), Style::line(Tone::Dim, 1.6))
        .with(stroke(middle + 3.0), Style::line(Tone::Dim, 1.6))
        .named(fold.name.clone(), None)
}

/// Messages that went back in time by the clocks, counted: a triangle that points back.
pub(super) fn backward(cluster: &Cluster) -> Figure {
    let at = cluster.at;
    let place = |x: f64, y: f64| Point::new(at.x + x, at.y + y);
    let points = vec![place(-5.0, 0.0), place(3.5, -4.0), place(3.5, 4.0)];
    Figure::new("backward-mark", "", Tone::Lost)
        .with(Shape::Path { points, closed: true }, Style::fill(Tone::Lost))
        .named(cluster.name.clone(), None)
}
