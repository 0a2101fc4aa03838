//! The words that programs gave their events, and what is odd about a message.
//!
//! # What it does
//! Writes above each timer, decision and local event what it was, beside a message that it is a copy,
//! corrupted, injected or waiting at a door, and on a block how many events it stands for, where there is room.
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
use super::super::picture::{ArrowKind, Mark};
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::Overlay;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "words",
    title: "Words",
    effect: "writes what timers and decisions were for, and which messages are copies or corrupted",
    is_usual: true,
    doc: crate::module_doc!("words.rs"),
    draw,
};

/// Below this distance of lanes, in pixels, there is no room above a mark.
const GAP_LEAST: f64 = 34.0;

fn draw(sheet: &mut Sheet<'_>) {
    for place in 0..sheet.picture.arrows.len() {
        let arrow = &sheet.picture.arrows[place];
        let (tone, text) = match arrow.kind {
            ArrowKind::Arrived if arrow.copy > 0 => (Tone::Dim, format!("copy {}", arrow.copy)),
            ArrowKind::Corrupted => (Tone::Lost, "corrupted".to_owned()),
            ArrowKind::Injected => (Tone::Lost, "injected".to_owned()),
            ArrowKind::Waiting => (Tone::Dim, "waits".to_owned()),
            ArrowKind::Arrived
            | ArrowKind::InFlight
            | ArrowKind::Lost
            | ArrowKind::Through
            | ArrowKind::Stub => continue,
        };
        let middle = arrow.from.toward(arrow.to, 0.6);
        let beside = [
            (Point::new(middle.x + 9.0, middle.y + 2.0), Anchor::Start),
            (Point::new(middle.x - 9.0, middle.y + 2.0), Anchor::End),
        ];
        sheet.write(&text, Font::Words, tone, &beside);
    }
    if sheet.frame.gap >= GAP_LEAST {
        draw_events(sheet);
    }
    draw_counts(sheet);
}

/// How many events a block stands for; with a sign, or it would be taken for a stamp.
fn draw_counts(sheet: &mut Sheet<'_>) {
    for place in 0..sheet.picture.blocks.len() {
        let block = &sheet.picture.blocks[place];
        let text = format!("×{}", block.events);
        if block.width > Font::Stamp.width(&text) + 6.0 && block.height >= 11.0 {
            let middle = Point::new(block.at.x + block.width / 2.0, block.at.y + block.height / 2.0 + 3.5);
            sheet.write(&text, Font::Stamp, Tone::Ink, &[(middle, Anchor::Middle)]);
        }
    }
}

fn draw_events(sheet: &mut Sheet<'_>) {
    for place in 0..sheet.picture.dots.len() {
        let dot = &sheet.picture.dots[place];
        let has_word = match dot.mark {
            Mark::Diamond | Mark::Hourglass | Mark::Star => true,
            Mark::Disc
            | Mark::Ring
            | Mark::Square
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
