//! Two runs in one drawing, one above the other on the same axis: where they go apart, and what happened in one
//! alone.
//!
//! Along causes an event that is the same in both stands at the same place, because its causes are the same. Marks
//! and words say what colour says. Must not know how the runs were made.

use super::draw::move_by;
use super::layout::{plural, space_time};
use super::picture::Picture;
use super::shape::{Anchor, Drawing, Figure, Font, Point, Shape, Style};
use super::source::Source;
use super::theme::Tone;
use super::view::{View, Window};
use super::words;
use crate::analysis::{Comparison, Standing};
use crate::base::EventId;

/// Half the side of the frame around an event that happened in one run alone, in pixels.
const HALF: f64 = 9.0;
/// Above each picture, for its title.
const TITLE: f64 = 22.0;
const DASH: &[f64] = &[6.0, 4.0];

/// A run with its name.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// What it is called: `branch 2`.
    pub name: &'a str,
    /// What its picture is made from; the index must have followed its trace along the view's axis.
    pub source: &'a Source<'a>,
}

/// Both runs for one view, whose height they share. Without a window both are shown whole.
pub fn compared(left: Compared<'_>, right: Compared<'_>, view: &View, comparison: &Comparison) -> Drawing {
    let extents = [left, right].map(|run| run.source.index.extent(run.source.trace));
    let whole = Window::new(extents[0].from.min(extents[1].from), extents[0].to.max(extents[1].to));
    let height = (view.height / 2.0 - TITLE).max(0.0);
    let view = View { height, window: view.window.or(Some(whole)), ..view.clone() };
    let apart = comparison.divergence();
    let mut drawing = Drawing {
        width: view.width,
        height: 2.0 * (height + TITLE),
        title: format!("{} and {}", left.name, right.name),
        description: describe(left, right, comparison),
        layers: Vec::new(),
    };
    let standing = |event: EventId| comparison.left(event);
    lay(&mut drawing, 0.0, left, &view, &standing, apart.and_then(|apart| apart.left));
    let standing = |event: EventId| comparison.right(event);
    lay(&mut drawing, height + TITLE, right, &view, &standing, apart.and_then(|apart| apart.right));
    drawing
}

/// Adds a run's picture below what is there.
fn lay(
    drawing: &mut Drawing,
    top: f64,
    run: Compared<'_>,
    view: &View,
    standing: &dyn Fn(EventId) -> Standing,
    apart: Option<EventId>,
) {
    let picture = space_time(run.source, view);
    let mut layers = picture.draw().layers;
    let mut marks = vec![title(run.name, &picture)];
    for dot in &picture.dots {
        if standing(dot.event) == Standing::Unique {
            marks.push(unique(picture.frame.turned(dot.at), run, dot.event));
        }
    }
    if let Some(at) = apart.and_then(|event| picture.dots.iter().find(|dot| dot.event == event)) {
        marks.push(divergence(&picture, at.at));
    }
    layers.push(marks);
    for figure in layers.iter_mut().flatten() {
        figure.shapes.iter_mut().for_each(|(shape, _)| move_by(shape, 0.0, top + TITLE));
    }
    drawing.layers.extend(layers);
}

fn title(name: &str, picture: &Picture) -> Figure {
    let left = if picture.frame.is_vertical { 10.0 } else { picture.frame.left };
    let at = Point::new(left, -6.0);
    let text = Shape::Text { at, text: name.to_owned(), anchor: Anchor::Start, font: Font::Code };
    Figure::new("label", "", Tone::Ink).with(text, Style::fill(Tone::Ink))
}

/// A frame around an event that the other run has nothing like.
fn unique(at: Point, run: Compared<'_>, event: EventId) -> Figure {
    let corner = Point::new(at.x - HALF, at.y - HALF);
    let frame = Shape::Rect { at: corner, width: 2.0 * HALF, height: 2.0 * HALF, round: 2.0 };
    let name = format!("{} happened only in {}", words::event_name(run.source.trace, event), run.name);
    Figure::new("only-here", "", Tone::Lost).with(frame, Style::line(Tone::Lost, 1.6)).named(name, None)
}

/// A line across before the first event that is not the same in both.
fn divergence(picture: &Picture, at: Point) -> Figure {
    let frame = &picture.frame;
    let x = at.x - HALF - 4.0;
    let ends =
        [Point::new(x, frame.top - 16.0), Point::new(x, frame.height - 26.0)].map(|at| frame.turned(at));
    let (place, anchor) = match frame.is_vertical {
        true => (Point::new(4.0, x - 4.0), Anchor::Start),
        false => (Point::new(x + 4.0, frame.height - 14.0), Anchor::Start),
    };
    let text = Shape::Text { at: place, text: "apart from here".to_owned(), anchor, font: Font::Words };
    Figure::new("apart", "", Tone::Accent)
        .with(Shape::Line(ends[0], ends[1]), Style::line(Tone::Accent, 1.6).dashed(DASH))
        .with(text, Style::fill(Tone::Accent))
        .named("From here on the runs differ".to_owned(), None)
}

fn describe(left: Compared<'_>, right: Compared<'_>, comparison: &Comparison) -> String {
    let of = |run: Compared<'_>, count: usize| {
        format!("{count} {} only in {}", plural(count, "event is", "events are"), run.name)
    };
    let apart = match comparison.divergence() {
        None => "The runs are the same by their causes.".to_owned(),
        Some(apart) => {
            let name = |run: Compared<'_>, event: Option<EventId>| {
                event.map_or_else(
                    || format!("{} ends", run.name),
                    |event| {
                        format!("{} goes on with {}", run.name, words::event_name(run.source.trace, event))
                    },
                )
            };
            format!("They go apart: {}, {}.", name(left, apart.left), name(right, apart.right))
        }
    };
    let (one, other) = (comparison.only_left().count(), comparison.only_right().count());
    format!("{apart} {}, {}.", of(left, one), of(right, other))
}
