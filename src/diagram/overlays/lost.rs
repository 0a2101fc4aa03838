//! Messages that never arrived, up to where they were lost, with the reason.
//!
//! # What it does
//! Draws each lost copy of a message as a broken line that ends in a cross, and says what lost it. Where the receiver
//! has no lane it is an arrow that sets out, as every other message to a hidden lane is.
//!
//! # The assumption it breaks
//! The network is reliable: what was sent arrives.
//!
//! # What to look for
//! The sender's lane: nothing on it tells a lost request from a lost reply or from a slow one.
//!
//! # Sources
//! Deutsch and others 1994, "The eight fallacies of distributed computing"; Akkoyunlu, Ekanadham and Huber
//! 1975, "Some constraints and tradeoffs in the design of network communications" (two generals).

use super::super::index::Loss;
use super::super::layout::{Course, LOSSES_MAX, Row, Sheet, plural};
use super::super::picture::{ArrowKind, Cluster};
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::super::view::Axis;
use super::super::words;
use super::Overlay;
use crate::base::EventId;
use crate::sim::FateEntry;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "lost",
    title: "Lost messages",
    effect: "draws each lost message up to where it was lost, and why",
    is_usual: true,
    doc: crate::module_doc!("lost.rs"),
    draw,
};

/// A lost message is drawn at least this far, in pixels, so that its cross stands clear of its send.
const LEAST: f64 = 14.0;
/// How far to the right of its send a message is drawn that was lost as it set out, in pixels at most.
const SLANT: f64 = 40.0;
/// A reason is not said again within this distance to the side and up or down, in pixels.
const SAID_X: f64 = 260.0;
const SAID_Y: f64 = 80.0;
/// How far a cross keeps from lanes, in pixels.
const CLEAR: f64 = 12.0;

fn draw(sheet: &mut Sheet<'_>) {
    // No node can know that its message was lost.
    if !sheet.is_outside() {
        return;
    }
    let (index, trace, window) = (sheet.source.index, sheet.source.trace, sheet.frame.window);
    // What happens on the way to a lane that is not shown is not shown either: such a message only sets out.
    let has_lanes = |loss: &&Loss| {
        sheet.y(loss.sender).is_some() && sheet.y(trace.receiver(loss.entry.message)).is_some()
    };
    let found: Vec<&Loss> = index.losses(trace, window).filter(has_lanes).collect();
    if found.len() > LOSSES_MAX {
        return draw_clusters(sheet, &found);
    }
    let ends = |loss: &&Loss| {
        let sent = trace.sent(loss.entry.message)?;
        Some((loss.entry, sent, sheet.point(sent)?))
    };
    let losses: Vec<(FateEntry, EventId, Point)> = found.iter().filter_map(ends).collect();
    let before = sheet.picture.arrows.len();
    for (entry, sent, from) in &losses {
        draw_loss(sheet, entry, *sent, *from);
    }
    sheet.picture.counts.losses = sheet.picture.arrows.len() - before;
    let tips: Vec<Point> = sheet.picture.arrows[before..].iter().map(|arrow| arrow.to).collect();
    for &tip in &tips {
        sheet.block(tip, 5.0);
    }
    say_why(sheet, &losses, before);
}

fn draw_loss(sheet: &mut Sheet<'_>, entry: &FateEntry, sent: EventId, from: Point) {
    let receiver = sheet.source.trace.receiver(entry.message);
    let to = end(sheet, entry, from, sheet.y(receiver));
    let before = sheet.picture.arrows.len();
    let (message, copy, kind) = (entry.message, entry.copy, ArrowKind::Lost);
    sheet.lay_course(Course { message, copy, kind, sent: Some(sent), received: None, from, to });
    if sheet.picture.arrows.len() > before {
        let text = words::loss(sheet.source.faults, entry);
        let effect = if entry.effect.is_empty() { String::new() } else { format!(" ({})", entry.effect) };
        let name = sheet.message_name(message, &format!("{text}{effect} at {}", words::exact(entry.at)));
        sheet.picture.arrows[before].name = name;
    }
}

/// Writes the reasons beside the crosses. Where the same reason stands close by, once is enough.
fn say_why(sheet: &mut Sheet<'_>, losses: &[(FateEntry, EventId, Point)], first: usize) {
    let mut said: Vec<(String, Point)> = Vec::new();
    for place in first..sheet.picture.arrows.len() {
        let arrow = &sheet.picture.arrows[place];
        let (to, is_same) = (arrow.to, (arrow.message, arrow.copy));
        let entry = losses.iter().find(|(entry, _, _)| (entry.message, entry.copy) == is_same);
        let Some((entry, _, _)) = entry.filter(|_| arrow.has_tip) else { continue };
        let text = words::loss(sheet.source.faults, entry);
        let is_close = |at: &Point| (at.x - to.x).abs() < SAID_X && (at.y - to.y).abs() < SAID_Y;
        if said.iter().any(|(other, at)| *other == text && is_close(at)) {
            continue;
        }
        let beside = [
            (Point::new(to.x + 11.0, to.y + 3.5), Anchor::Start),
            (Point::new(to.x - 11.0, to.y + 3.5), Anchor::End),
            (Point::new(to.x + 8.0, to.y - 9.0), Anchor::Start),
            (Point::new(to.x + 8.0, to.y + 16.0), Anchor::Start),
            (Point::new(to.x - 8.0, to.y - 9.0), Anchor::End),
            (Point::new(to.x - 8.0, to.y + 16.0), Anchor::End),
        ];
        if sheet.write(&text, Font::Words, Tone::Lost, &beside) {
            said.push((text, to));
        }
    }
}

/// Where a lost message ends: as far down as it had come on its way, and on the axis of true time at the
/// instant of its loss.
///
/// A link that loses a packet does so somewhere along it, while the fate tells when the packet set out on it.
/// Such a line would stand upright on its send and be taken for a mark, so that it is given a slant, though
/// not beyond the present.
fn end(sheet: &Sheet<'_>, entry: &FateEntry, from: Point, lane: Option<f64>) -> Point {
    let whole = lane.map_or(sheet.frame.gap * 0.8, |y| y - from.y);
    let way = sheet.source.way_made(entry);
    let down = if way >= 1.0 { whole - 9.0 * whole.signum() } else { whole * way };
    let down = if down.abs() < LEAST { LEAST * whole.signum() } else { down };
    let down = off_lanes(sheet, from.y, down);
    let slanted = from.x + (down.abs() * 0.4).clamp(LEAST, SLANT);
    let x = match sheet.frame.axis {
        Axis::TrueTime => {
            let present = sheet.frame.x(sheet.source.trace.now().0 as f64).max(from.x + LEAST);
            sheet.frame.x(entry.at.0 as f64).max(slanted.min(present))
        }
        Axis::Causal | Axis::Lamport | Axis::Wall => slanted,
    };
    Point::new(x, from.y + down)
}

/// A cross on the lane of a node that had no part in it would look like a crash there: it keeps off.
fn off_lanes(sheet: &Sheet<'_>, from: f64, down: f64) -> f64 {
    let clear = (sheet.frame.gap * 0.3).min(CLEAR);
    let is_near = |down: f64| sheet.rows.iter().any(|row| (row.y - from - down).abs() < clear);
    let nearer = down - 1.6 * clear * down.signum();
    if is_near(down) && nearer.abs() >= LEAST { nearer } else { down }
}

/// Too many to tell apart: how many each lane lost, piece by piece of the axis.
fn draw_clusters(sheet: &mut Sheet<'_>, found: &[&Loss]) {
    let marks: Vec<_> = found.iter().map(|loss| (loss.sender, loss.value())).collect();
    for (Row { node, y }, x, losses) in sheet.pieces(&marks) {
        let at = Point::new(x, y - sheet.frame.half_band() * 0.9);
        let name = sheet.speak(|| {
            let name = sheet.source.trace.name(node);
            format!("{name}: {losses} {} of what it sent", plural(losses as usize, "loss", "losses"))
        });
        let places = [(Point::new(at.x + 6.0, at.y + 3.5), Anchor::Start)];
        sheet.write(&losses.to_string(), Font::Stamp, Tone::Lost, &places);
        sheet.picture.counts.losses += losses as usize;
        sheet.picture.clusters.push(Cluster { node, at, losses, name });
    }
}
