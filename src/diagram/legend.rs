//! What the marks and lines of a space-time diagram mean: each with a small drawing of itself.
//!
//! Must not know where a legend stands.

use super::draw;
use super::picture::{ArrowKind, Mark};
use super::shape::{Drawing, Figure, Point};
use super::theme::Tone;
use crate::sim::EventKind;

/// A line of a legend.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    /// What it means.
    pub says: &'static str,
    /// What it looks like.
    pub drawing: Drawing,
}

/// The marks of events.
pub fn events() -> Vec<LegendEntry> {
    EventKind::ALL.into_iter().map(of_event).collect()
}

/// The lines of messages.
pub fn messages() -> Vec<LegendEntry> {
    let kinds = [
        (ArrowKind::Arrived, 0, "message that arrived"),
        (ArrowKind::Arrived, 1, "copy of a message"),
        (ArrowKind::Corrupted, 0, "message with flipped bits"),
        (ArrowKind::Injected, 0, "message that no node had sent"),
        (ArrowKind::InFlight, 0, "message under way"),
        (ArrowKind::Waiting, 0, "message that waits at its receiver"),
        (ArrowKind::Lost, 0, "lost message"),
        (ArrowKind::Through, 0, "news by way of hidden lanes"),
    ];
    kinds.into_iter().map(|(kind, copy, says)| of_message(kind, copy, says)).collect()
}

fn of_event(kind: EventKind) -> LegendEntry {
    let says = match kind {
        EventKind::Local => "something only the node sees",
        EventKind::Send => "send",
        EventKind::Receive => "receive",
        EventKind::Timer => "timer runs out",
        EventKind::Decide => "decision",
        EventKind::Write => "write to the disk",
        EventKind::Crash => "crash",
        EventKind::Restart => "restart",
        EventKind::Pause => "pause",
        EventKind::Resume => "end of a pause",
        EventKind::ClockStep => "wall clock set",
    };
    let mark: Mark = super::layout::mark(kind);
    let tone = if kind == EventKind::Crash { Tone::Lost } else { Tone::Concurrent };
    let figure = draw::mark(Figure::new("event", "", tone), mark, Point::new(10.0, 10.0), tone, 1.0);
    LegendEntry { says, drawing: small(20.0, figure) }
}

fn of_message(kind: ArrowKind, copy: u16, says: &'static str) -> LegendEntry {
    let (from, to) = (Point::new(3.0, 10.0), Point::new(32.0, 10.0));
    LegendEntry { says, drawing: small(40.0, draw::message(kind, copy, from, to)) }
}

fn small(width: f64, figure: Figure) -> Drawing {
    Drawing { width, height: 20.0, layers: vec![vec![figure]], ..Drawing::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_marks_have_the_same_form() {
        let all: Vec<LegendEntry> = events().into_iter().chain(messages()).collect();
        for (place, entry) in all.iter().enumerate() {
            assert!(entry.drawing.shapes().next().is_some(), "{}", entry.says);
            let same = all[..place].iter().find(|other| other.drawing == entry.drawing);
            assert_eq!(same.map(|other| other.says), None, "{} looks like it", entry.says);
        }
    }
}
