//! The words that programs gave their events: which timer, which decision.
//!
//! # What it does
//! Writes above each timer, decision, write and local event what it was, where there is room.
//!
//! # The assumption it breaks
//! That an event's name tells what it led to; the arrows do.
//!
//! # What to look for
//! A timer that runs out while the answer is under way.
//!
//! # Sources
//! The scene's own programs.

use super::super::layout::Sheet;
use super::super::picture::Mark;
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::Overlay;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "words",
    title: "Words",
    effect: "writes what timers, decisions and local events were for",
    is_usual: true,
    doc: crate::module_doc!("words.rs"),
    draw,
};

/// Below this distance of lanes, in pixels, there is no room above a mark.
const GAP_LEAST: f64 = 34.0;

fn draw(sheet: &mut Sheet<'_>) {
    if sheet.frame.gap < GAP_LEAST {
        return;
    }
    for place in 0..sheet.picture.dots.len() {
        let dot = &sheet.picture.dots[place];
        let has_word = match dot.mark {
            Mark::Diamond | Mark::Hourglass | Mark::Star | Mark::Square => true,
            Mark::Disc
            | Mark::Ring
            | Mark::Cross
            | Mark::Triangle
            | Mark::Bars
            | Mark::HollowTriangle
            | Mark::Face => false,
        };
        let label = sheet.source.trace.label(dot.event);
        if !has_word || label.is_empty() {
            continue;
        }
        let at = Point::new(dot.at.x, dot.at.y - 10.0);
        let tone = match dot.tone {
            Tone::Past | Tone::Future | Tone::Lost | Tone::Selected => dot.tone,
            _ => Tone::Dim,
        };
        sheet.write(&label, Font::Words, tone, &[(at, Anchor::Middle)]);
    }
}
