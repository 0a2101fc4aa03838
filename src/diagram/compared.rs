//! Several runs on the same axis: where they go apart, and what happened in one alone.
//!
//! Along causes an event that is the same in both stands at the same place, because its causes are the same. Marks
//! and words say what colour says. Must not know how the runs were made.

use super::draw::{move_by, turn_layer};
use super::layout::{plural, space_time};
use super::picture::{Frame, Label, Picture};
use super::shape::{Anchor, Drawing, Figure, Font, Point, Shape, Style};
use super::source::Source;
use super::theme::Tone;
use super::view::{Sight, View, ViewAs, Window};
use super::words;
use crate::analysis::{Comparison, Standing};
use crate::base::EventId;

/// Half the side of the frame around an event that happened in one run alone, in pixels.
const HALF: f64 = 9.0;
/// Above each picture, for its title.
const TITLE: f64 = 22.0;
const DASH: &[f64] = &[6.0, 4.0];
/// What stands at an event that happened in one run alone, and how high above it, in pixels.
const ONLY: &str = "only here";
const APART: &str = "apart from here";
/// The same where there is little room.
const APART_SHORT: &str = "apart";
const ABOVE: f64 = 13.0;

/// A run with its name.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// What it is called: `branch 2`.
    pub name: &'a str,
    /// What its picture is made from; the index must have followed its trace along the view's axis.
    pub source: &'a Source<'a>,
    /// How it is looked at. Nodes and events are this run's.
    pub view: &'a View,
}

/// A run among others: what it has that another has not.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The run.
    pub run: Compared<'a>,
    /// How one of its events differs, as far as whoever looks knows; `None` if it does not.
    pub differs: &'a dyn Fn(EventId) -> Option<Differs>,
    /// The first event that does.
    pub apart: Option<EventId>,
}

/// How an event differs from those of another run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    /// What is written at its frame, for an event that another run has nothing like; others have no frame.
    pub label: Option<&'static str>,
    /// How it differs, as it is said behind its name: `only in branch 2`.
    pub says: String,
}

/// One of several runs as a picture, and what marks its differences from the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Half {
    /// The picture; what happened in this run alone says so in speech.
    pub picture: Picture,
    /// The marks, as if the axis ran to the right.
    marks: Vec<Figure>,
}

impl Half {
    /// The picture with its marks, as shapes.
    pub fn draw(&self) -> Drawing {
        let mut drawing = self.picture.draw();
        drawing.layers.push(turn_layer(self.picture.frame.is_vertical, self.marks.clone()));
        drawing
    }
}

/// Both runs, each for its own view, on the same stretch of the axis and with the same room for names. Without a
/// window in the left view both are shown whole. `apart` is the first event of each, as far as whoever looks knows,
/// that is not the same in both.
pub fn halves(
    left: Compared<'_>,
    right: Compared<'_>,
    comparison: &Comparison,
    apart: [Option<EventId>; 2],
) -> Vec<Half> {
    let differs = |run: Compared<'_>, standing: Standing| match standing {
        Standing::Unique => Some(Differs { label: Some(ONLY), says: format!("only in {}", run.name) }),
        // What a node saw of its own does not tell its past.
        Standing::Alike(_) if matches!(run.view.view_as, ViewAs::Node(_, Sight::Saw)) => None,
        Standing::Alike(_) => {
            Some(Differs { label: None, says: "with another past than in the other run".to_owned() })
        }
        Standing::Same(_) => None,
    };
    let here = |event| differs(left, comparison.left(event));
    let there = |event| differs(right, comparison.right(event));
    let left = World { run: left, differs: &here, apart: apart[0] };
    worlds(&[left, World { run: right, differs: &there, apart: apart[1] }])
}

/// Several runs, each for its own view, on the same stretch of the axis and with the same room for names: a picture for
/// each. Without a window in the first view all are shown whole.
pub fn worlds(runs: &[World<'_>]) -> Vec<Half> {
    let extents = runs.iter().map(|world| world.run.source.index.extent(world.run.source.trace));
    let whole = extents.reduce(|one, other| Window::new(one.from.min(other.from), one.to.max(other.to)));
    let window = runs.first().and_then(|world| world.run.view.window).or(whole);
    let narrow: Vec<Picture> = runs.iter().map(|world| room(*world, window, 0.0)).collect();
    let margin = narrow.iter().map(|picture| picture.frame.left).fold(0.0, f64::max);
    let both = runs.iter().zip(narrow);
    both.map(|(run, picture)| {
        let is_right = picture.frame.left >= margin;
        world(*run, if is_right { picture } else { room(*run, window, margin) })
    })
    .collect()
}

/// A run's picture on a stretch of the axis, with at least so much room for names.
fn room(world: World<'_>, window: Option<Window>, margin: f64) -> Picture {
    space_time(world.run.source, &View { window, margin, ..world.run.view.clone() })
}

/// Marks in a run's picture what is not in another run.
fn world(World { run, differs, apart }: World<'_>, mut picture: Picture) -> Half {
    let mut marks = Vec::new();
    let mut labels = Vec::new();
    for dot in &mut picture.dots {
        let Some(Differs { label, says }) = differs(dot.event) else { continue };
        if let Some(label) = label {
            marks.push(unique(dot.at, run, dot.event, &says));
            labels.push((dot.at, label));
        }
        dot.name += "; ";
        dot.name += &says;
    }
    for block in &mut picture.blocks {
        let lane = run.source.index.lane(run.source.trace, block.node);
        let from = lane.partition_point(|event| *event < block.first.0);
        let to = lane.partition_point(|event| *event <= block.last.0);
        let framed = lane[from..to].iter().filter_map(|event| differs(EventId(*event))?.label);
        let count = framed.count();
        if count > 0 {
            let name = format!("{count} of them only in {}", run.name);
            let at = Point::new(block.at.x - 2.0, block.at.y - 2.0);
            marks.push(frame(at, (block.width + 4.0, block.height + 4.0), name.clone()));
            block.name += &format!("; {name}");
        }
    }
    for (at, label) in labels {
        say_only(&mut picture, at, label);
    }
    if let Some(event) = apart {
        let x = picture.frame.x(run.source.index.place(run.source.trace, event));
        let place = picture.dots.iter().find(|dot| dot.event == event).map_or(x, |dot| dot.at.x);
        if (picture.frame.left..=picture.frame.right).contains(&place) {
            marks.push(divergence(&picture, place));
        }
    }
    Half { picture, marks }
}

/// Both runs in one drawing, one above the other; each view's height is that of its picture.
pub fn compared(left: Compared<'_>, right: Compared<'_>, comparison: &Comparison) -> Drawing {
    let apart = comparison.divergence();
    let apart = [apart.and_then(|apart| apart.left), apart.and_then(|apart| apart.right)];
    let halves = halves(left, right, comparison, apart);
    let mut drawing = tiled(&[(left.name, &halves[0]), (right.name, &halves[1])], 1);
    drawing.description = describe(left, right, comparison);
    drawing
}

/// In how many columns so many runs stand: where time runs down beside one another, three at most; else one below the
/// other while they are two, and in two columns where they are more.
pub fn columns(runs: usize, is_vertical: bool) -> usize {
    match runs {
        _ if is_vertical => runs.clamp(1, 3),
        0..=2 => 1,
        _ => 2,
    }
}

/// Several runs' pictures with their names, in rows of so many.
pub fn tiled(worlds: &[(&str, &Half)], columns: usize) -> Drawing {
    let names: Vec<&str> = worlds.iter().map(|(name, _)| *name).collect();
    let descriptions: Vec<&str> = worlds.iter().map(|(_, half)| half.picture.description.as_str()).collect();
    let mut drawing = Drawing {
        width: 0.0,
        height: 0.0,
        title: names.join(" and "),
        description: descriptions.join(" "),
        layers: Vec::new(),
    };
    for row in worlds.chunks(columns.max(1)) {
        let (mut x, mut tallest) = (0.0, 0.0_f64);
        for (name, half) in row {
            let mut tile = half.draw();
            tile.layers.push(vec![title(name, &half.picture)]);
            for (shape, _) in tile.layers.iter_mut().flatten().flat_map(|figure| &mut figure.shapes) {
                move_by(shape, x, drawing.height + TITLE);
            }
            x += tile.width;
            tallest = tallest.max(tile.height + TITLE);
            drawing.layers.extend(tile.layers);
        }
        drawing.width = drawing.width.max(x);
        drawing.height += tallest;
    }
    drawing
}

fn title(name: &str, picture: &Picture) -> Figure {
    let left = if picture.frame.is_vertical { 10.0 } else { picture.frame.left };
    let at = Point::new(left, -6.0);
    let text = Shape::Text { at, text: name.to_owned(), anchor: Anchor::Start, font: Font::Code };
    Figure::new("label", "", Tone::Ink).with(text, Style::fill(Tone::Ink))
}

/// A frame around an event that the other run has nothing like.
fn unique(at: Point, run: Compared<'_>, event: EventId, says: &str) -> Figure {
    let name = format!("{} happened {says}", words::event_name(run.source.trace, event));
    frame(Point::new(at.x - HALF, at.y - HALF), (2.0 * HALF, 2.0 * HALF), name)
}

fn frame(at: Point, (width, height): (f64, f64), name: String) -> Figure {
    let frame = Shape::Rect { at, width, height, round: 2.0 };
    Figure::new("only-here", "", Tone::Lost).with(frame, Style::line(Tone::Lost, 1.6)).named(name, None)
}

/// Writes above an event how it differs, or where the axis runs down on one of its sides, where that covers no other text.
fn say_only(picture: &mut Picture, at: Point, text: &str) {
    let frame = picture.frame;
    // Where the axis runs down, what is above on paper is to the left, and texts keep standing upright.
    let places: &[(Point, Anchor)] = match frame.is_vertical {
        true => &[
            (Point::new(at.x + 3.5, at.y - ABOVE), Anchor::End),
            (Point::new(at.x + 3.5, at.y + ABOVE), Anchor::Start),
        ],
        false => &[(Point::new(at.x, at.y - ABOVE), Anchor::Middle)],
    };
    for &(at, anchor) in places {
        let label = Label { at, text: text.to_owned(), anchor, font: Font::Words, tone: Tone::Lost };
        let (from, to) = sides(&frame, &label);
        let is_inside = !frame.is_vertical || from >= 2.0 && to <= frame.height - 2.0;
        if is_inside && is_free(picture, &label) {
            picture.labels.push(label);
            return;
        }
    }
}

/// Whether a text covers none that is in the picture.
fn is_free(picture: &Picture, label: &Label) -> bool {
    picture.labels.iter().all(|other| !covers(&picture.frame, other, label))
}

/// Whether two texts cover one another.
fn covers(frame: &Frame, one: &Label, other: &Label) -> bool {
    let ((a, b), (c, d)) = (sides(frame, one), sides(frame, other));
    let (first, second) = (frame.turned(one.at).y, frame.turned(other.at).y);
    a < d && c < b && (first - second).abs() < one.font.size()
}

/// Where a text begins and ends on the screen, from left to right.
fn sides(frame: &Frame, label: &Label) -> (f64, f64) {
    let width = label.font.width(&label.text);
    let left = label.anchor.start(frame.turned(label.at).x, width);
    (left, left + width)
}

/// A line across before the first event that is not the same in both.
fn divergence(picture: &Picture, at: f64) -> Figure {
    let frame = &picture.frame;
    let x = (at - HALF - 4.0).max(frame.left);
    let ends = [Point::new(x, frame.top - 16.0), Point::new(x, frame.height - 26.0)];
    // A text stays upright, so that it stands beside the line and not along it where the axis runs down.
    let is_near_end = x + 8.0 + Font::Words.width(APART) > frame.width;
    let (aside, anchor) = if is_near_end { (-4.0, Anchor::End) } else { (4.0, Anchor::Start) };
    let label = |at: Point, text: &str, anchor: Anchor| Label {
        at,
        text: text.to_owned(),
        anchor,
        font: Font::Words,
        tone: Tone::Accent,
    };
    let label = match frame.is_vertical {
        // Before the first lane, above the line or below it where a mark of the axis is named.
        true => {
            let first = picture.lanes.iter().map(|lane| lane.y).fold(frame.height, f64::min);
            let is_wide = 4.0 + Font::Words.width(APART) <= first - HALF;
            let text = if is_wide { APART } else { APART_SHORT };
            let is_named =
                |at: f64| picture.ticks.iter().any(|tick| (tick.x + 4.0 - at).abs() < Font::Words.size());
            let line = Font::Words.size() + 2.0;
            let places = [x - 4.0, x + line, x - 4.0 - line, x + 2.0 * line];
            let place = places.iter().find(|place| !is_named(**place)).unwrap_or(&places[0]);
            label(Point::new(*place, 4.0), text, Anchor::Start)
        }
        // Below the lanes, or above them where something else is written there.
        false => {
            let places = [frame.height - 14.0, frame.height - 27.0, frame.top - 8.0];
            let labels = places.map(|y| label(Point::new(x + aside, y), APART, anchor));
            let free = labels.iter().find(|label| is_free(picture, label));
            free.unwrap_or(&labels[0]).clone()
        }
    };
    let Label { at, text, anchor, font, tone: _ } = label;
    let text = Shape::Text { at, text, anchor, font };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_runs_stand_in_two_columns_and_in_three_where_time_runs_down() {
        let all = |is_vertical| (1..=6).map(|runs| columns(runs, is_vertical)).collect::<Vec<_>>();
        assert_eq!(all(false), [1, 1, 2, 2, 2, 2]);
        assert_eq!(all(true), [1, 2, 3, 3, 3, 3]);
    }
}
