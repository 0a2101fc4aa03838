//! The words that programs gave their events, and what is odd about a message.
//!
//! # What it does
//! Writes above each timer, decision and local event what it was, beside a message that it is late (another that was
//! sent later on the same way overtook it), a copy, corrupted, injected or waiting at a door, and on a block how many
//! events it stands for, where there is room.
//!
//! # The assumption it breaks
//! That an event's name tells what it led to; the arrows do.
//!
//! # What to look for
//! A timer that runs out while the answer is under way.
//!
//! # Sources
//! The scene's own programs.

use std::collections::BTreeSet;

use super::super::layout::Sheet;
use super::super::picture::{Arrow, ArrowKind, Mark};
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::Overlay;
use crate::base::{EventId, NodeId};

pub(super) const OVERLAY: Overlay = Overlay {
    id: "words",
    title: "Words",
    effect: "writes what timers and decisions were for, and which messages are late, copies or corrupted",
    is_usual: true,
    doc: crate::module_doc!("words.rs"),
    draw,
};

/// Below this distance of lanes, in pixels, there is no room above a mark.
const GAP_LEAST: f64 = 34.0;

fn draw(sheet: &mut Sheet<'_>) {
    let late = overtaken(sheet);
    for place in 0..sheet.picture.arrows.len() {
        let is_late = late.contains(&place);
        let arrow = &mut sheet.picture.arrows[place];
        if is_late && !arrow.name.is_empty() {
            arrow.name += "; late: one that was sent later came before it";
        }
        let (tone, text) = match arrow.kind {
            ArrowKind::Arrived if is_late && arrow.copy == 0 => (Tone::Dim, "late".to_owned()),
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
        // That a timer runs out is said where what a node does leaves room for it.
        draw_events(sheet, |mark| mark != Mark::Hourglass);
        draw_events(sheet, |mark| mark == Mark::Hourglass);
    }
    draw_counts(sheet);
}

/// Which of the messages that are drawn were overtaken on their way by one between the same two nodes that was sent
/// later. A further copy is no message that came late.
fn overtaken(sheet: &Sheet<'_>) -> BTreeSet<usize> {
    let trace = sheet.source.trace;
    let way = |(place, arrow): (usize, &Arrow)| {
        let (sent, received) = (arrow.sent?, arrow.received?);
        let is_whole = arrow.copy == 0 && arrow.kind != ArrowKind::Through;
        is_whole.then(|| (trace.node(sent), trace.node(received), sent, received, place))
    };
    let mut ways: Vec<_> = sheet.picture.arrows.iter().enumerate().filter_map(way).collect();
    ways.sort_unstable();
    let mut late = BTreeSet::new();
    // From the last that was sent back: the first arrival of all that were sent later on the same way.
    let mut first: Option<(NodeId, NodeId, EventId)> = None;
    for (from, to, _, received, place) in ways.into_iter().rev() {
        match first {
            Some((a, b, earliest)) if (a, b) == (from, to) && earliest < received => {
                late.insert(place);
            }
            _ => first = Some((from, to, received)),
        }
    }
    late
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

/// Whether an event says no more than the message that it sends or receives.
fn is_word_of_message(sheet: &Sheet<'_>, event: EventId) -> bool {
    let trace = sheet.source.trace;
    let ends = trace.message(event).map(|message| (trace.sent(message), trace.first_arrival(message)));
    match ends {
        Some((Some(sent), Some(received))) => trace.label(sent) == trace.label(received),
        Some(_) => true,
        None => false,
    }
}

fn draw_events(sheet: &mut Sheet<'_>, is_one: fn(Mark) -> bool) {
    for place in 0..sheet.picture.dots.len() {
        let dot = &sheet.picture.dots[place];
        if !is_one(dot.mark) {
            continue;
        }
        let has_word = match dot.mark {
            Mark::Diamond | Mark::Hourglass | Mark::Star => true,
            // In a log each event has words of its own, also at the two ends of a message.
            Mark::Disc
            | Mark::Ring
            | Mark::Square
            | Mark::Cross
            | Mark::Triangle
            | Mark::Bars
            | Mark::HollowTriangle
            | Mark::Face => sheet.source.trace.is_of_log() && !is_word_of_message(sheet, dot.event),
        };
        let label = sheet.source.trace.spoken_label(dot.event);
        if !has_word || label.is_empty() {
            continue;
        }
        // A little higher, if the room is counted in steps that just touch the mark.
        let above = [10.0, 13.0].map(|up| (Point::new(dot.at.x, dot.at.y - up), Anchor::Middle));
        let tone = match dot.tone {
            Tone::Past | Tone::Future | Tone::Lost | Tone::Selected => dot.tone,
            _ => Tone::Dim,
        };
        sheet.write(&label, Font::Words, tone, &above);
    }
}
