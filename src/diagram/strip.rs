//! The whole run in a strip above the timeline's slider: how much happened when, and where messages were lost.
//!
//! It goes by turns, as the slider does, and covers all turns that are kept, those behind the present too.
//! Must not know how it is painted.

use super::index::Index;
use super::shape::{Drawing, Figure, Point, Shape, Style};
use super::theme::Tone;
use crate::base::TrueTime;
use crate::sim::Trace;

/// The whole run in a strip.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// How many events each piece holds; all pieces together hold all kept events that turns brought.
    pub events: Vec<u32>,
    /// How many losses each piece holds.
    pub losses: Vec<u32>,
    /// Where the present is, from 0 to 1.
    pub now: f64,
}

impl Strip {
    /// A strip of so many pieces, for a trace that the index has followed.
    pub fn new(trace: &Trace, index: &Index, pieces: usize) -> Self {
        let (turns, pieces) = (trace.kept_turns(), pieces.max(1));
        let share = |turn: u64| (turn * pieces as u64).checked_div(turns).unwrap_or(0) as usize;
        let mut losses = vec![0; pieces];
        for at in index.loss_times() {
            losses[share(turn_at(trace, at)).min(pieces - 1)] += 1;
        }
        // The first event behind a piece's last turn; behind the last turn of all, there are the kept ones.
        let first = |piece: usize| {
            let turn = (turns * piece as u64).div_ceil(pieces as u64);
            if turn >= turns { trace.kept_events() as u32 } else { trace.turn_first(turn + 1).0 }
        };
        let start = if turns == 0 { trace.kept_events() as u32 } else { 0 };
        let edges: Vec<u32> =
            (0..=pieces).map(|piece| if piece == 0 { start } else { first(piece) }).collect();
        let events = edges.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let now = if turns == 0 { 0.0 } else { trace.turns() as f64 / turns as f64 };
        Self { events, losses, now }
    }

    /// The strip as shapes: a hill of events, a flag for each piece with losses, a line for the present.
    pub fn draw(&self, width: f64, height: f64) -> Drawing {
        let pieces = self.events.len() as f64;
        let most = f64::from(self.events.iter().copied().max().unwrap_or(0).max(1));
        let x = |piece: f64| width * piece / pieces;
        let mut points = vec![Point::new(0.0, height)];
        for (piece, &events) in self.events.iter().enumerate() {
            // The square root lets a quiet stretch be seen beside a busy one.
            let high = (f64::from(events) / most).sqrt() * height * 0.8;
            points.push(Point::new(x(piece as f64 + 0.5), height - high));
        }
        points.push(Point::new(width, height));
        let hill = Figure::new("density", "", Tone::Past)
            .with(Shape::Path { points, closed: true }, Style::fill(Tone::Past).faint(0.35));
        let flags =
            self.losses.iter().enumerate().filter(|(_, losses)| **losses > 0).map(|(piece, &losses)| {
                let x = x(piece as f64 + 0.5);
                let points = vec![Point::new(x - 3.5, 0.0), Point::new(x + 3.5, 0.0), Point::new(x, 6.0)];
                let line = Shape::Line(Point::new(x, 0.0), Point::new(x, height));
                Figure::new("mark-lost", "", Tone::Lost)
                    .with(Shape::Path { points, closed: true }, Style::fill(Tone::Lost))
                    .with(line, Style::line(Tone::Lost, 1.2).faint(0.7))
                    .named(format!("{losses} lost"), None)
            });
        let now = Shape::Line(Point::new(width * self.now, 0.0), Point::new(width * self.now, height));
        let now = Figure::new("now", "", Tone::Ink).with(now, Style::line(Tone::Ink, 2.0));
        Drawing {
            width,
            height,
            title: "Timeline".to_owned(),
            description: format!(
                "{} events, {} messages lost",
                self.events.iter().sum::<u32>(),
                self.losses.iter().sum::<u32>()
            ),
            layers: vec![vec![hill], flags.collect(), vec![now]],
        }
    }
}

/// The last turn that began at an instant or before it.
fn turn_at(trace: &Trace, at: TrueTime) -> u64 {
    let (mut low, mut high) = (0, trace.kept_turns());
    while low < high {
        let middle = (low + high).div_ceil(2);
        if trace.turn_at(middle) <= at { low = middle } else { high = middle - 1 }
    }
    low
}
