//! A drawing as calls of a canvas, batched: within a layer, all shapes of one style go into one path, which is
//! filled and stroked once. Stroking 2,000 lines one by one costs three times as much.
//!
//! The canvas itself is a trait, so that the batching is tested without a browser. Must not know what is drawn.

use super::shape::{Anchor, Drawing, Font, Point, Shape, Style};
use super::theme::Tone;

/// What a canvas can do; the names are those of the browser's 2D context, which implements it in a line each.
pub trait Canvas {
    /// `fillStyle`: what [`Canvas::fill`] fills with.
    fn set_fill(&mut self, tone: Tone);
    /// `strokeStyle`, `lineWidth`, `setLineDash` and `lineCap`.
    fn set_stroke(&mut self, tone: Tone, width: f64, dash: &'static [f64], is_round: bool);
    /// `globalAlpha`.
    fn set_opacity(&mut self, opacity: f64);
    /// `font` and `textAlign`.
    fn set_font(&mut self, font: Font, anchor: Anchor);
    /// `beginPath`.
    fn begin_path(&mut self);
    /// `moveTo`.
    fn move_to(&mut self, at: Point);
    /// `lineTo`.
    fn line_to(&mut self, at: Point);
    /// `closePath`.
    fn close_path(&mut self);
    /// `moveTo` the circle's start, then `arc` all the way round.
    fn circle(&mut self, at: Point, radius: f64);
    /// `roundRect`, or `rect` where `round` is 0.
    fn rect(&mut self, at: Point, width: f64, height: f64, round: f64);
    /// `fill`.
    fn fill(&mut self);
    /// `stroke`.
    fn stroke(&mut self);
    /// `strokeText` for each as a halo 3 px wide in the tone of the panel, then `fillText` for each in `tone`.
    fn texts(&mut self, texts: &[(Point, &str)], tone: Tone);
}

/// Paints a drawing. The canvas must have been cleared, and measure in the drawing's pixels.
pub fn paint(drawing: &Drawing, canvas: &mut impl Canvas) {
    for layer in &drawing.layers {
        let shapes = || layer.iter().flat_map(|figure| &figure.shapes);
        let paths = shapes().filter(|(shape, _)| !matches!(shape, Shape::Text { .. }));
        for (style, shapes) in batches(paths.map(|(shape, style)| (*style, shape))) {
            paint_paths(canvas, style, &shapes);
        }
        let texts = shapes().filter_map(|(shape, style)| match shape {
            Shape::Text { at, text, anchor, font } => {
                Some(((style.fill.unwrap_or(Tone::Ink), *font, *anchor), (*at, text.as_str())))
            }
            Shape::Line(..) | Shape::Path { .. } | Shape::Circle { .. } | Shape::Rect { .. } => None,
        });
        for ((tone, font, anchor), texts) in batches(texts) {
            canvas.set_opacity(1.0);
            canvas.set_font(font, anchor);
            canvas.texts(&texts, tone);
        }
    }
}

/// Things by their keys, in the order in which the keys came first. There are few keys.
fn batches<K: PartialEq, V>(all: impl Iterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let mut batches: Vec<(K, Vec<V>)> = Vec::new();
    let mut last = 0;
    for (key, value) in all {
        // Neighbours mostly have the same key.
        if batches.get(last).is_none_or(|(other, _)| *other != key) {
            last = batches.iter().position(|(other, _)| *other == key).unwrap_or(batches.len());
        }
        match batches.get_mut(last) {
            Some((_, values)) => values.push(value),
            None => batches.push((key, vec![value])),
        }
    }
    batches
}

fn paint_paths(canvas: &mut impl Canvas, style: Style, shapes: &[&Shape]) {
    canvas.set_opacity(style.opacity);
    canvas.begin_path();
    for shape in shapes {
        match shape {
            Shape::Line(from, to) => {
                canvas.move_to(*from);
                canvas.line_to(*to);
            }
            Shape::Path { points, closed } => {
                for (place, &point) in points.iter().enumerate() {
                    if place == 0 { canvas.move_to(point) } else { canvas.line_to(point) }
                }
                // What is only filled ends where it began.
                if *closed && style.stroke.is_some() {
                    canvas.close_path();
                }
            }
            Shape::Circle { at, radius } => canvas.circle(*at, *radius),
            Shape::Rect { at, width, height, round } => canvas.rect(*at, *width, *height, *round),
            Shape::Text { .. } => {}
        }
    }
    if let Some(tone) = style.fill {
        canvas.set_fill(tone);
        canvas.fill();
    }
    if let Some(tone) = style.stroke {
        canvas.set_stroke(tone, style.width, style.dash, style.is_round);
        canvas.stroke();
    }
}

#[cfg(test)]
mod tests {
    use super::super::shape::Figure;
    use super::*;

    /// Counts what it is told.
    #[derive(Debug, Default, PartialEq)]
    struct Count {
        lines: usize,
        circles: usize,
        texts: usize,
        styles: usize,
        fills: usize,
        strokes: usize,
        paths: usize,
    }

    impl Canvas for Count {
        fn set_fill(&mut self, _: Tone) {
            self.styles += 1;
        }
        fn set_stroke(&mut self, _: Tone, _: f64, _: &'static [f64], _: bool) {
            self.styles += 1;
        }
        fn set_opacity(&mut self, _: f64) {}
        fn set_font(&mut self, _: Font, _: Anchor) {}
        fn begin_path(&mut self) {
            self.paths += 1;
        }
        fn move_to(&mut self, _: Point) {}
        fn line_to(&mut self, _: Point) {
            self.lines += 1;
        }
        fn close_path(&mut self) {}
        fn circle(&mut self, _: Point, _: f64) {
            self.circles += 1;
        }
        fn rect(&mut self, _: Point, _: f64, _: f64, _: f64) {}
        fn fill(&mut self) {
            self.fills += 1;
        }
        fn stroke(&mut self) {
            self.strokes += 1;
        }
        fn texts(&mut self, texts: &[(Point, &str)], _: Tone) {
            self.texts += texts.len();
        }
    }

    #[test]
    fn shapes_of_one_style_are_stroked_at_once() {
        let line = |n: u32| Shape::Line(Point::new(0.0, f64::from(n)), Point::new(9.0, f64::from(n)));
        let arrow = |n: u32| {
            let tone = if n.is_multiple_of(2) { Tone::Message } else { Tone::Past };
            let circle = Shape::Circle { at: Point::default(), radius: 1.0 };
            let at = Point::default();
            let text = Shape::Text { at, text: n.to_string(), anchor: Anchor::Start, font: Font::Stamp };
            Figure::new("arrow", "", tone)
                .with(line(n), Style::line(tone, 1.0))
                .with(circle, Style::fill(Tone::Panel).edged(tone, 2.0))
                .with(text, Style::fill(Tone::Ink))
        };
        let layer: Vec<Figure> = (0..100).map(arrow).collect();
        let drawing = Drawing { layers: vec![layer.clone(), layer], ..Drawing::default() };
        let mut count = Count::default();
        paint(&drawing, &mut count);
        let expected =
            Count { lines: 200, circles: 200, texts: 200, styles: 12, fills: 4, strokes: 8, paths: 8 };
        assert_eq!(count, expected, "two layers, two tones, two forms, and texts of one tone");
    }
}
