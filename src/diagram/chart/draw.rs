//! From a chart to shapes. Must not know how shapes are painted.
//!
//! Lines differ in their dashes, measurements in their marks, and the tone only repeats it.

use super::super::shape::{Anchor, Drawing, Figure, Font, Point, Shape, Style};
use super::super::theme::Tone;
use super::{Bar, Chart, ChartLine, Mark};
use crate::analysis::plots::{Form, Plot};

const DASHES: [&[f64]; 4] = [&[], &[5.0, 3.0], &[1.5, 3.0], &[8.0, 2.5, 1.5, 2.5]];
const TONES: [Tone; 3] = [Tone::Ink, Tone::Message, Tone::Concurrent];

/// How high a row of names is, in pixels.
pub(super) const ROW: f64 = 15.0;

/// How many rows the names of a plot's lines take up.
pub(super) fn rows_of_names(plot: &Plot, width: f64) -> usize {
    if plot.form == Form::Bars {
        return 1;
    }
    let names = plot.lines.iter().map(|line| line.name.as_str());
    places_of_names(plot.y.title, names, width).last().map_or(1, |(_, row)| row + 1)
}

/// Where each name begins, and in which row, behind what is counted.
fn places_of_names<'n>(counts: &str, names: impl Iterator<Item = &'n str>, width: f64) -> Vec<(f64, usize)> {
    let (mut x, mut row) = (4.0 + Font::Words.width(counts) + 16.0, 0);
    let place = |name: &str| {
        let wide = 22.0 + Font::Words.width(name);
        if x + wide > width - 2.0 && x > 4.0 {
            (x, row) = (4.0, row + 1);
        }
        let place = (x, row);
        x += wide + 14.0;
        place
    };
    names.map(place).collect()
}

/// How a line is drawn, by its place.
fn style(place: usize) -> Style {
    Style::line(tone(place), 1.6).dashed(DASHES[place % DASHES.len()])
}

fn tone(place: usize) -> Tone {
    TONES[place % TONES.len()]
}

impl Chart {
    /// The chart as shapes.
    pub fn draw(&self) -> Drawing {
        let (upper, lower) = self.field;
        let grid = self.up.iter().map(|mark| {
            let line = Shape::Line(Point::new(upper.x, mark.at), Point::new(lower.x, mark.at));
            Figure::new("grid", "", Tone::Line).with(line, Style::line(Tone::Line, 0.7))
        });
        let base = Shape::Line(Point::new(upper.x, lower.y), lower);
        let base = Figure::new("axis", "", Tone::Lane).with(base, Style::line(Tone::Lane, 1.0));
        let numbers = self
            .up
            .iter()
            .map(|mark| text(Point::new(upper.x - 6.0, mark.at + 4.0), Anchor::End, &mark.text, Tone::Dim));
        let ticks = self.across.iter().map(|mark| {
            let tick = Shape::Line(Point::new(mark.at, lower.y), Point::new(mark.at, lower.y + 4.0));
            let (x, anchor) = self.beside(mark);
            text(Point::new(x, lower.y + 16.0), anchor, &mark.text, Tone::Dim)
                .with(tick, Style::line(Tone::Lane, 1.0))
        });
        let bars = self.bars.iter().map(bar).collect();
        let lines = self.lines.iter().enumerate().map(|(place, line)| figure(place, line)).collect();
        Drawing {
            width: self.width,
            height: self.height,
            title: self.title.clone(),
            description: self.description.clone(),
            layers: vec![
                grid.chain([base]).collect(),
                numbers.chain(ticks).collect(),
                bars,
                lines,
                self.names(),
                self.marker.iter().map(|marker| self.handle(marker)).collect(),
            ],
        }
    }

    /// The texts at the ends of the axis stay inside.
    fn beside(&self, mark: &Mark) -> (f64, Anchor) {
        let half = Font::Words.width(&mark.text) / 2.0;
        match mark.at + half > self.width - 2.0 {
            true => (self.width - 2.0, Anchor::End),
            false => (mark.at, Anchor::Middle),
        }
    }

    /// What is counted, and the lines' names beside a piece of each.
    fn names(&self) -> Vec<Figure> {
        let mut figures = vec![text(Point::new(4.0, 12.0), Anchor::Start, &self.counts, Tone::Dim)];
        let names = self.lines.iter().map(|line| line.name.as_str());
        let places = places_of_names(&self.counts, names, self.width);
        for ((place, line), (x, row)) in self.lines.iter().enumerate().zip(places) {
            let y = row as f64 * ROW;
            let piece = Shape::Line(Point::new(x, y + 8.0), Point::new(x + 18.0, y + 8.0));
            let at = Point::new(x + 22.0, y + 12.0);
            let name = text(at, Anchor::Start, &line.name, Tone::Ink).with(piece, style(place));
            figures.push(if line.has_marks { dot(name, place, Point::new(x + 9.0, y + 8.0)) } else { name });
        }
        figures
    }

    fn handle(&self, marker: &Mark) -> Figure {
        let (upper, lower) = self.field;
        let at = |y: f64| Point::new(marker.at, y);
        let grip = |y: f64| {
            let points =
                [(-5.0, -4.0), (5.0, -4.0), (0.0, 4.0)].map(|(x, dy)| Point::new(marker.at + x, y + dy));
            Shape::Path { points: points.to_vec(), closed: true }
        };
        Figure::new("marker", "", Tone::Accent)
            .with(Shape::Line(at(upper.y), at(lower.y)), Style::line(Tone::Accent, 2.0))
            .with(grip(upper.y), Style::fill(Tone::Accent))
    }
}

fn text(at: Point, anchor: Anchor, text: &str, tone: Tone) -> Figure {
    let shape = Shape::Text { at, text: text.to_owned(), anchor, font: Font::Words };
    Figure::new("label", "", tone).with(shape, Style::fill(tone))
}

fn bar(bar: &Bar) -> Figure {
    let rect = || Shape::Rect { at: bar.at, width: bar.width, height: bar.height, round: 0.0 };
    let tone = if bar.is_behind { Tone::Lost } else { Tone::Message };
    let mut figure = Figure::new("bar", if bar.is_behind { "behind" } else { "" }, tone)
        .with(rect(), Style::fill(tone).faint(if bar.is_behind { 0.2 } else { 0.55 }))
        .with(rect(), Style::line(tone, 1.0));
    if bar.is_behind {
        // Hatched, since a tone alone says nothing.
        let (left, bottom) = (bar.at.x, bar.at.y + bar.height);
        let mut x = left - bar.height + 6.0 - (left - bar.height) % 6.0;
        while x < left + bar.width {
            let from = Point::new(x.max(left), bottom - (x.max(left) - x));
            let to = (x + bar.height).min(left + bar.width);
            if from.x < to {
                let line = Shape::Line(from, Point::new(to, bottom - (to - x)));
                figure = figure.with(line, Style::line(tone, 0.8));
            }
            x += 6.0;
        }
    }
    figure
}

fn figure(place: usize, line: &ChartLine) -> Figure {
    let way = Shape::Path { points: line.points.clone(), closed: false };
    let figure =
        Figure::new("series", "", tone(place)).with(way, style(place)).named(line.name.clone(), None);
    match line.has_marks {
        true => line.points.iter().fold(figure, |figure, at| dot(figure, place, *at)),
        false => figure,
    }
}

/// A measurement: a disc, a square, a triangle, and the same as rings.
fn dot(figure: Figure, place: usize, at: Point) -> Figure {
    let style = match place / 3 % 2 {
        0 => Style::fill(tone(place)),
        _ => Style::fill(Tone::Panel).edged(tone(place), 1.4),
    };
    let corner = |x: f64, y: f64| Point::new(at.x + x, at.y + y);
    let shape = match place % 3 {
        0 => Shape::Circle { at, radius: 3.0 },
        1 => Shape::Rect { at: corner(-2.8, -2.8), width: 5.6, height: 5.6, round: 0.0 },
        _ => {
            Shape::Path { points: vec![corner(0.0, -3.6), corner(3.4, 2.6), corner(-3.4, 2.6)], closed: true }
        }
    };
    figure.with(shape, style)
}
