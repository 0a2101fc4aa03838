//! Messages that, by the wall clocks, arrived before they were sent.
//!
//! # What it does
//! Points out each message whose receiver's clock showed less than the sender's, and by how much.
//!
//! # The assumption it breaks
//! That timestamps of different machines can be compared.
//!
//! # What to look for
//! A sender whose clock is ahead of the receiver's by more than the message took: sorting such a log by
//! time puts the effect before its cause.
//!
//! # Sources
//! Lamport 1978, "Time, clocks, and the ordering of events in a distributed system"; Kulkarni and others
//! 2014, "Logical physical clocks".

use std::collections::BTreeSet;

use super::super::layout::{Row, Sheet, plural};
use super::super::picture::{ArrowKind, Cluster};
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::super::words;
use super::Overlay;
use crate::base::EventId;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "wall-order",
    title: "Wrong order by wall clock",
    effect: "points out messages that arrived before they were sent, by the nodes' clocks",
    is_usual: false,
    doc: crate::module_doc!("wall_order.rs"),
    draw,
};

/// So many of them are drawn one by one though the picture has room for some messages only; beyond, they stand in
/// clusters.
const DRAWN_MAX: usize = 120;

fn draw(sheet: &mut Sheet<'_>) {
    let trace = sheet.source.trace;
    let is_shown =
        |event: &EventId| sheet.sees(*event) && sheet.rows.iter().any(|row| row.node == trace.node(*event));
    let found: Vec<EventId> =
        sheet.source.index.backward(trace, sheet.frame.window).filter(is_shown).collect();
    let drawn = sheet.picture.arrows.iter().filter(|arrow| arrow.kind != ArrowKind::Through);
    let drawn: BTreeSet<EventId> = drawn.filter_map(|arrow| arrow.received).collect();
    let missing: Vec<EventId> = found.iter().copied().filter(|event| !drawn.contains(event)).collect();
    if missing.len() <= DRAWN_MAX {
        missing.into_iter().for_each(|event| sheet.lay_arrival_at(event));
    } else {
        count(sheet, &missing);
    }
    sheet.picture.counts.backward = found.len();
    for place in 0..sheet.picture.arrows.len() {
        point_out(sheet, place);
    }
}

/// Too many to tell apart: how many came in on each lane, piece by piece of the axis.
fn count(sheet: &mut Sheet<'_>, events: &[EventId]) {
    let trace = sheet.source.trace;
    let mark = |event: &EventId| (trace.node(*event), sheet.source.index.place(trace, *event));
    let marks: Vec<_> = events.iter().map(mark).collect();
    for (Row { node, y }, x, losses) in sheet.pieces(&marks) {
        let at = Point::new(x, y + sheet.frame.half_band() * 0.9);
        let name = sheet.speak(|| {
            let messages = plural(losses as usize, "message", "messages");
            format!("{}: {losses} {messages} received before they were sent, by the clocks", trace.name(node))
        });
        let places = [(Point::new(at.x + 6.0, at.y + 3.5), Anchor::Start)];
        sheet.write(&losses.to_string(), Font::Stamp, Tone::Lost, &places);
        sheet.picture.backward.push(Cluster { node, at, losses, name });
    }
}

/// Says by how much a message went back, if it did.
fn point_out(sheet: &mut Sheet<'_>, place: usize) {
    let trace = sheet.source.trace;
    let arrow = &sheet.picture.arrows[place];
    let (Some(sent), Some(received)) = (arrow.sent, arrow.received) else { return };
    let difference = trace.wall(received).0.saturating_sub(trace.wall(sent).0);
    if difference >= 0 || arrow.kind == ArrowKind::Through {
        return;
    }
    let middle = arrow.from.toward(arrow.to, 0.5);
    let says = format!("{} by the clocks", words::rough_difference(difference));
    let arrow = &mut sheet.picture.arrows[place];
    arrow.is_backward = true;
    if !arrow.name.is_empty() {
        arrow.name += &format!("; took {says}");
    }
    let beside = [
        (Point::new(middle.x + 8.0, middle.y + 4.0), Anchor::Start),
        (Point::new(middle.x - 8.0, middle.y + 4.0), Anchor::End),
    ];
    sheet.write(&says, Font::Words, Tone::Lost, &beside);
}
