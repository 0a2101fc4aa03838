//! From a picture to shapes: which form and which line everything has. The only place that knows the look.
//!
//! Must not know how shapes are painted.

mod cut;
mod turn;

pub(super) use turn::{move_by, turn_layer};

use super::hit::Hit;
use super::picture::{Arrow, ArrowKind, Band, BandKind, Block, Cluster, Dot, Label, Lane, Mark, Picture};
use super::shape::{Anchor, Drawing, Figure, Font, Point, Shape, Style};
use super::theme::Tone;

const DASH_LOST: &[f64] = &[5.0, 3.0];
const DASH_SPAN: &[f64] = &[4.0, 4.0];
const DASH_PARTITION: &[f64] = &[6.0, 4.0];
const DASH_FLIGHT: &[f64] = &[1.0, 4.0];
const DASH_COPY: &[f64] = &[9.0, 3.0];
const DASH_THROUGH: &[f64] = &[3.0, 5.0];
/// With more messages than this, their lines are thinner.
const THICK_MOST: usize = 250;
/// With more blocks than this, their corners are not rounded: a canvas takes three times as long for those.
const ROUND_MOST: usize = 250;
const DASH_SUSPECT: &[f64] = &[2.0, 2.0];
const DASH_NOW: &[f64] = &[2.0, 3.0];

impl Picture {
    /// The picture as shapes.
    pub fn draw(&self) -> Drawing {
        let chain = (self.chain.len() > 1).then(|| {
            let path = Shape::Path { points: self.chain.clone(), closed: false };
            let style = Style::line(Tone::Accent, 6.0).round().faint(0.45);
            Figure::new("chain", "", Tone::Accent).with(path, style)
        });
        let is_vertical = self.frame.is_vertical;
        let bands = self.bands.iter().map(band).chain(chain).collect();
        let turns = if is_vertical { turns_of_names(&self.lanes) } else { 1 };
        let lanes = self.lanes.iter().enumerate().map(|(nth, lane)| lane_line(self, (nth, turns), lane));
        let ticks = self.ticks.iter().map(|tick| {
            // Where the axis runs down, its texts stand before the marks and need more room.
            let axis = if is_vertical { self.frame.top - 12.0 } else { 32.0 };
            let (from, to) = (Point::new(tick.x, axis - 4.0), Point::new(tick.x, axis));
            Figure::new("tick", "", Tone::Dim).with(Shape::Line(from, to), Style::line(Tone::Dim, 1.0)).with(
                if is_vertical {
                    text(Point::new(tick.x + 4.0, axis - 8.0), tick.text.clone(), Anchor::End, Font::Words)
                } else {
                    text(Point::new(tick.x, 22.0), tick.text.clone(), Anchor::Middle, Font::Words)
                },
                Style::fill(Tone::Dim),
            )
        });
        let arrows = self.arrows.iter().map(|arrow| self::arrow(self, arrow)).chain(cut::figures(self));
        let scale = self.frame.mark_scale();
        let is_crowded = self.blocks.len() > ROUND_MOST;
        let marks =
            self.blocks.iter().map(|it| block(it, is_crowded)).chain(self.clusters.iter().map(cluster));
        let marks = marks.chain(self.backward.iter().map(cut::backward));
        let marks = marks.chain(self.suspects.iter().map(suspects));
        let dots = self.dots.iter().map(|dot| self::dot(dot, scale));
        let now = self.now.iter().map(|now| {
            let line = Shape::Line(Point::new(now.x, now.top), Point::new(now.x, now.bottom));
            Figure::new("now", "", Tone::Ink).with(line, Style::line(Tone::Ink, 1.2).dashed(DASH_NOW))
        });
        let labels = self.labels.iter().map(text_figure).collect();
        Drawing {
            width: if is_vertical { self.frame.height } else { self.frame.width },
            height: if is_vertical { self.frame.width } else { self.frame.height },
            title: self.title.clone(),
            description: self.description.clone(),
            layers: turn::layers(
                is_vertical,
                vec![
                    bands,
                    lanes
                        .chain(ticks)
                        .chain(now)
                        .chain(self.folds.iter().map(|fold| cut::fold(self, fold)))
                        .collect(),
                    marks.collect(),
                    arrows.collect(),
                    dots.collect(),
                    labels,
                ],
            ),
        }
    }
}

fn text(at: Point, text: String, anchor: Anchor, font: Font) -> Shape {
    Shape::Text { at, text, anchor, font }
}

/// In how many rows the names of lanes stand side by side, so that long ones have room: three at most.
fn turns_of_names(lanes: &[Lane]) -> usize {
    let half = |lane: &Lane| Font::Code.width(&lane.text) / 2.0 + 4.0;
    let have_room = |turns: &usize| {
        let pairs = lanes.iter().zip(lanes.iter().skip(*turns));
        pairs.into_iter().all(|(one, other)| half(one) + half(other) <= other.y - one.y)
    };
    (1..3).find(have_room).unwrap_or(3)
}

fn lane_line(picture: &Picture, (nth, turns): (usize, usize), lane: &Lane) -> Figure {
    let (at, anchor) = if picture.frame.is_vertical {
        // Neighbours take turns, and the last row stands at the lanes.
        (Point::new(18.0 + 14.0 * (nth % turns + 3 - turns) as f64, lane.y), Anchor::Middle)
    } else {
        (Point::new(picture.frame.left - 10.0, lane.y + 4.0), Anchor::End)
    };
    let tone = if lane.is_own { Tone::Accent } else { Tone::Ink };
    let line = Shape::Line(Point::new(lane.from, lane.y), Point::new(lane.to, lane.y));
    Figure::new("lane", if lane.is_own { "own" } else { "" }, Tone::Lane)
        .with(line, Style::line(Tone::Lane, 1.0))
        .with(text(at, lane.text.clone(), anchor, Font::Code), Style::fill(tone))
        .named(lane.name.clone(), Some(Hit::Node(lane.node)))
}

fn band(band: &Band) -> Figure {
    let (class, kind, tone, style) = match band.kind {
        BandKind::Past => ("cone-past", "", Tone::Past, Style::fill(Tone::Past).faint(0.15)),
        BandKind::Future => ("cone-future", "", Tone::Future, Style::fill(Tone::Future).faint(0.15)),
        BandKind::Pause => ("span", "", Tone::Lost, Style::line(Tone::Lost, 1.2).dashed(DASH_SPAN)),
        BandKind::Outage => ("span", "outage", Tone::Lost, Style::line(Tone::Lost, 1.2)),
        BandKind::Partition => {
            ("span", "partition", Tone::Lost, Style::line(Tone::Lost, 1.5).dashed(DASH_PARTITION))
        }
        BandKind::Group => ("group", "", Tone::Line, Style::line(Tone::Line, 1.2)),
        BandKind::Cut => ("span", "cut", Tone::Lost, Style::fill(Tone::Lost)),
    };
    let rect = |round| Shape::Rect { at: band.at, width: band.width, height: band.height, round };
    let round = if band.kind == BandKind::Cut { 1.5 } else { 6.0 };
    let figure = Figure::new(class, kind, tone);
    let figure = match band.kind {
        BandKind::Outage | BandKind::Partition => {
            figure.with(rect(round), Style::fill(Tone::Lost).faint(0.1))
        }
        BandKind::Past | BandKind::Future | BandKind::Pause | BandKind::Cut | BandKind::Group => figure,
    };
    figure.with(rect(round), style).named(band.name.clone(), None)
}

fn arrow(picture: &Picture, arrow: &Arrow) -> Figure {
    let is_thin = picture.arrows.len() > THICK_MOST && !arrow.is_selected && arrow.kind != ArrowKind::Lost;
    let (kind, mut style) = line_style(arrow.kind, arrow.copy, arrow.tone);
    if arrow.is_suspect {
        style = style.dashed(DASH_SUSPECT);
    }
    if arrow.is_selected {
        style.width = 2.6;
    } else if is_thin {
        style = Style { width: 0.9, ..style }.faint(0.7);
    }
    let line = match arrow.via {
        None => Shape::Line(arrow.from, arrow.to),
        Some(via) => Shape::Path { points: vec![arrow.from, via, arrow.to], closed: false },
    };
    let figure = Figure::new("arrow", kind, arrow.tone).with(line, style);
    let before = arrow.via.unwrap_or(arrow.from);
    let has_head = arrow.kind != ArrowKind::Stub || arrow.received.is_some();
    let figure = if arrow.has_tip && has_head {
        with_tip(figure, arrow.kind, arrow.tone, before, arrow.to)
    } else {
        figure
    };
    with_flash(figure, arrow.kind, before, arrow.to)
        .named(arrow.name.clone(), Some(Hit::Message(arrow.message, arrow.copy)))
}

/// A straight message of a kind, for the legend.
pub(super) fn message(kind: ArrowKind, copy: u16, from: Point, to: Point) -> Figure {
    let tone = match kind {
        ArrowKind::Lost | ArrowKind::Injected => Tone::Lost,
        ArrowKind::Arrived
        | ArrowKind::Corrupted
        | ArrowKind::InFlight
        | ArrowKind::Waiting
        | ArrowKind::Through
        | ArrowKind::Stub => Tone::Message,
    };
    let (class, style) = line_style(kind, copy, tone);
    let figure = Figure::new("arrow", class, tone).with(Shape::Line(from, to), style);
    with_flash(with_tip(figure, kind, tone, from, to), kind, from, to)
}

fn line_style(kind: ArrowKind, copy: u16, tone: Tone) -> (&'static str, Style) {
    let style = Style::line(tone, 1.6);
    match kind {
        ArrowKind::Lost => ("lost", Style::line(tone, 1.8).dashed(DASH_LOST)),
        ArrowKind::InFlight => ("flight", style.dashed(DASH_FLIGHT).round()),
        ArrowKind::Waiting => ("waiting", style.dashed(DASH_FLIGHT).round()),
        ArrowKind::Stub => ("stub", style.faint(0.6)),
        ArrowKind::Through => ("through", Style { width: 1.2, ..style }.dashed(DASH_THROUGH)),
        ArrowKind::Injected => ("injected", style.dashed(DASH_PARTITION)),
        ArrowKind::Corrupted => ("corrupted", style),
        ArrowKind::Arrived if copy > 0 => ("copy", style.dashed(DASH_COPY)),
        ArrowKind::Arrived => ("", style),
    }
}

/// What a message ends in.
fn with_tip(figure: Figure, kind: ArrowKind, tone: Tone, before: Point, tip: Point) -> Figure {
    match kind {
        ArrowKind::Arrived
        | ArrowKind::Corrupted
        | ArrowKind::Injected
        | ArrowKind::Through
        | ArrowKind::Stub => figure.with(head(before, tip), Style::fill(tone)),
        ArrowKind::Lost => crossed(figure, tip, 6.0, Style::line(Tone::Lost, 2.4)),
        // A square is a packet in the network's picture too.
        ArrowKind::InFlight => figure.with(square(tip, 3.0), Style::fill(Tone::Ink)),
        ArrowKind::Waiting => figure.with(square(tip, 3.0), Style::fill(Tone::Panel).edged(Tone::Ink, 1.6)),
    }
}

/// A bolt across the line of a message whose bits were flipped.
fn with_flash(figure: Figure, kind: ArrowKind, from: Point, to: Point) -> Figure {
    if kind != ArrowKind::Corrupted {
        return figure;
    }
    let at = from.toward(to, 0.6);
    let points = [(-7.0, -5.0), (2.0, -1.5), (-2.0, 1.5), (7.0, 5.0)];
    let points = points.map(|(x, y)| Point::new(at.x + x, at.y + y)).to_vec();
    figure.with(Shape::Path { points, closed: false }, Style::line(Tone::Lost, 2.0))
}

/// An arrow's head: its tip lies on the line's end, and it is 8 px long.
fn head(from: Point, tip: Point) -> Shape {
    let length = from.distance(tip).max(0.001);
    let (ux, uy) = ((tip.x - from.x) / length, (tip.y - from.y) / length);
    // cos and sin of 0.4, half the angle of the head.
    let (along, aside) = (8.0 * 0.921_061, 8.0 * 0.389_418);
    let back = Point::new(tip.x - ux * along, tip.y - uy * along);
    let points = vec![
        tip,
        Point::new(back.x - uy * aside, back.y + ux * aside),
        Point::new(back.x + uy * aside, back.y - ux * aside),
    ];
    Shape::Path { points, closed: true }
}

fn square(at: Point, half: f64) -> Shape {
    let at = Point::new(at.x - half, at.y - half);
    Shape::Rect { at, width: 2.0 * half, height: 2.0 * half, round: 1.0 }
}

pub(super) fn crossed(figure: Figure, at: Point, reach: f64, style: Style) -> Figure {
    let corner = |x: f64, y: f64| Point::new(at.x + x * reach, at.y + y * reach);
    figure
        .with(Shape::Line(corner(-1.0, -1.0), corner(1.0, 1.0)), style)
        .with(Shape::Line(corner(-1.0, 1.0), corner(1.0, -1.0)), style)
}

fn block(block: &Block, is_crowded: bool) -> Figure {
    let (at, width, height) = (block.at, block.width, block.height);
    let round = if is_crowded { 0.0 } else { 2.0 };
    Figure::new("block", "", block.tone)
        .with(Shape::Rect { at, width, height, round }, Style::fill(block.tone).faint(0.45))
        .named(block.name.clone(), Some(Hit::Block(block.first, block.last)))
}

fn cluster(cluster: &Cluster) -> Figure {
    crossed(Figure::new("lost-mark", "", Tone::Lost), cluster.at, 3.5, Style::line(Tone::Lost, 2.0))
        .named(cluster.name.clone(), None)
}

/// The ring of a suspect event, around none.
fn suspects(cluster: &Cluster) -> Figure {
    let ring = Shape::Circle { at: cluster.at, radius: 4.0 };
    Figure::new("suspect-mark", "", Tone::Lost)
        .with(ring, Style::line(Tone::Lost, 1.6).dashed(DASH_SUSPECT))
        .named(cluster.name.clone(), None)
}

fn dot(dot: &Dot, scale: f64) -> Figure {
    let (at, tone) = (dot.at, dot.tone);
    let kind = match dot.mark {
        Mark::Disc => "send",
        Mark::Ring => "receive",
        Mark::Diamond => "local",
        Mark::Hourglass => "timer",
        Mark::Star => "decide",
        Mark::Square => "write",
        Mark::Cross => "crash",
        Mark::Triangle => "restart",
        Mark::Bars => "pause",
        Mark::HollowTriangle => "resume",
        Mark::Face => "clock-step",
    };
    let mut figure = mark(Figure::new("event", kind, tone), dot.mark, at, tone, scale);
    let ring = |figure: Figure, radius: f64, style: Style| figure.with(Shape::Circle { at, radius }, style);
    if dot.is_selected {
        figure = ring(figure, 9.0, Style::line(Tone::Ink, 2.0));
    }
    if dot.is_second {
        figure = ring(figure, 9.0, Style::line(Tone::Ink, 1.6).dashed(DASH_NOW));
    }
    if dot.is_suspect {
        figure = ring(figure, 8.0, Style::line(Tone::Lost, 1.6).dashed(DASH_SUSPECT));
    }
    if dot.is_focused {
        figure = ring(figure, 12.0, Style::line(Tone::Accent, 2.5));
    }
    figure.named(dot.name.clone(), Some(Hit::Event(dot.event)))
}

/// The mark of an event; the legend draws the same.
pub(super) fn mark(figure: Figure, mark: Mark, at: Point, tone: Tone, scale: f64) -> Figure {
    let solid = Style::fill(tone);
    let hollow = Style::fill(Tone::Panel).edged(tone, 2.2 * scale);
    let place = |x: f64, y: f64| Point::new(at.x + x * scale, at.y + y * scale);
    let closed = |points: &[(f64, f64)]| Shape::Path {
        points: points.iter().map(|&(x, y)| place(x, y)).collect(),
        closed: true,
    };
    match mark {
        Mark::Disc => figure.with(Shape::Circle { at, radius: 5.0 * scale }, solid),
        Mark::Ring => figure.with(Shape::Circle { at, radius: 4.2 * scale }, hollow),
        Mark::Diamond => figure.with(closed(&[(0.0, -5.1), (5.1, 0.0), (0.0, 5.1), (-5.1, 0.0)]), solid),
        Mark::Hourglass => figure.with(closed(&[(-6.0, -6.0), (6.0, -6.0), (-6.0, 6.0), (6.0, 6.0)]), solid),
        Mark::Star => figure.with(closed(&STAR), solid),
        Mark::Square => {
            let (at, side) = (place(-4.2, -4.2), 8.4 * scale);
            figure.with(Shape::Rect { at, width: side, height: side, round: 1.0 }, hollow)
        }
        Mark::Cross => crossed(figure, at, 5.5 * scale, Style::line(tone, 2.6 * scale)),
        Mark::Triangle => figure.with(closed(&[(-4.5, -5.5), (6.0, 0.0), (-4.5, 5.5)]), solid),
        Mark::HollowTriangle => figure.with(closed(&[(-4.0, -5.0), (5.5, 0.0), (-4.0, 5.0)]), hollow),
        Mark::Bars => figure
            .with(closed(&[(-4.5, -5.5), (-1.3, -5.5), (-1.3, 5.5), (-4.5, 5.5)]), solid)
            .with(closed(&[(1.3, -5.5), (4.5, -5.5), (4.5, 5.5), (1.3, 5.5)]), solid),
        Mark::Face => {
            let hands = vec![place(0.0, -3.4), place(0.0, 0.0), place(2.4, 1.6)];
            figure
                .with(Shape::Circle { at, radius: 5.6 * scale }, Style { width: 1.8 * scale, ..hollow })
                .with(Shape::Path { points: hands, closed: false }, Style::line(tone, 1.4 * scale))
        }
    }
}

/// A star of five points with a radius of 7 and an inner one of 3, standing on two of them.
const STAR: [(f64, f64); 10] = [
    (0.0, -7.0),
    (1.76, -2.43),
    (6.66, -2.16),
    (2.85, 0.93),
    (4.11, 5.66),
    (0.0, 3.0),
    (-4.11, 5.66),
    (-2.85, 0.93),
    (-6.66, -2.16),
    (-1.76, -2.43),
];

/// A text as a figure.
pub(super) fn text_figure(label: &Label) -> Figure {
    let class = match label.font {
        Font::Stamp => "stamp",
        Font::Words | Font::Code => "label",
    };
    Figure::new(class, "", label.tone)
        .with(text(label.at, label.text.clone(), label.anchor, label.font), Style::fill(label.tone))
}
