//! Lays a drawing on its side, for an axis that runs down: the two directions are exchanged.
//!
//! Texts and the marks that stand upright are moved and not turned. Must not know what is drawn.

use super::super::shape::{Figure, Point, Shape};

/// A layer that was added later, as it stands on the screen.
pub(in super::super) fn turn_layer(is_vertical: bool, layer: Vec<Figure>) -> Vec<Figure> {
    layers(is_vertical, vec![layer]).swap_remove(0)
}

/// The layers as they stand on the screen.
pub(super) fn layers(is_vertical: bool, mut layers: Vec<Vec<Figure>>) -> Vec<Vec<Figure>> {
    if is_vertical {
        layers.iter_mut().flatten().for_each(turn);
    }
    layers
}

fn turn(figure: &mut Figure) {
    // What points along the axis is turned with it; an hourglass or a star keeps standing.
    let points_on = matches!(figure.kind, "restart" | "pause" | "resume");
    let centre = (figure.class == "event" && !points_on).then(|| centre(figure)).flatten();
    for (shape, _) in &mut figure.shapes {
        match (centre, shape) {
            (Some(centre), shape) => move_by(shape, centre.y - centre.x, centre.x - centre.y),
            (None, Shape::Line(from, to)) => (*from, *to) = (turned(*from), turned(*to)),
            (None, Shape::Path { points, .. }) => points.iter_mut().for_each(|at| *at = turned(*at)),
            (None, Shape::Circle { at, .. } | Shape::Text { at, .. }) => *at = turned(*at),
            (None, Shape::Rect { at, width, height, .. }) => {
                *at = turned(*at);
                std::mem::swap(width, height);
            }
        }
    }
}

fn turned(at: Point) -> Point {
    Point::new(at.y, at.x)
}

/// The middle of what a figure covers.
fn centre(figure: &Figure) -> Option<Point> {
    let mut extent: Option<(Point, Point)> = None;
    let mut take = |at: Point, reach: f64| {
        let (low, high) = extent.unwrap_or((at, at));
        let low = Point::new(low.x.min(at.x - reach), low.y.min(at.y - reach));
        extent = Some((low, Point::new(high.x.max(at.x + reach), high.y.max(at.y + reach))));
    };
    for (shape, _) in &figure.shapes {
        match shape {
            Shape::Line(from, to) => [*from, *to].into_iter().for_each(|at| take(at, 0.0)),
            Shape::Path { points, .. } => points.iter().for_each(|&at| take(at, 0.0)),
            Shape::Circle { at, radius } => take(*at, *radius),
            Shape::Rect { at, width, height, .. } => {
                take(*at, 0.0);
                take(Point::new(at.x + width, at.y + height), 0.0);
            }
            Shape::Text { at, .. } => take(*at, 0.0),
        }
    }
    extent.map(|(low, high)| low.toward(high, 0.5))
}

/// Moves a shape.
pub(in super::super) fn move_by(shape: &mut Shape, x: f64, y: f64) {
    let shift = |at: &mut Point| *at = Point::new(at.x + x, at.y + y);
    match shape {
        Shape::Line(from, to) => [from, to].into_iter().for_each(shift),
        Shape::Path { points, .. } => points.iter_mut().for_each(shift),
        Shape::Circle { at, .. } | Shape::Rect { at, .. } | Shape::Text { at, .. } => shift(at),
    }
}
