//! Events of a log of which something cannot be right, and the messages at their ends.
//!
//! # What it does
//! Rings such an event with a broken line and writes a question mark beside it; a message that it sent or received
//! is broken too. Where there are too many to tell apart, it says how many they are.
//!
//! # The assumption it breaks
//! That what a log says of itself is so: a clock may be written down wrongly, or lines may be missing.
//!
//! # What to look for
//! Whether they all stand at one host, or all behind one instant: then a part of the log is missing, or that host's
//! clock is kept wrongly.
//!
//! # Sources
//! Mattern 1989, "Virtual time and global states of distributed systems": what every vector clock keeps to.

use std::collections::BTreeSet;

use super::super::layout::{Row, Sheet, plural};
use super::super::picture::Cluster;
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::Overlay;
use crate::base::EventId;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "suspects",
    title: "What cannot be right",
    effect: "marks the events of a log whose clocks contradict others, and their messages",
    is_usual: true,
    doc: crate::module_doc!("suspects.rs"),
    draw,
};

fn draw(sheet: &mut Sheet<'_>) {
    let trace = sheet.source.trace;
    if trace.suspects().is_empty() {
        return;
    }
    for arrow in &mut sheet.picture.arrows {
        if [arrow.sent, arrow.received].into_iter().flatten().any(|event| trace.is_suspect(event)) {
            arrow.is_suspect = true;
            if !arrow.name.is_empty() {
                arrow.name += "; suspect, since one of its ends cannot be right";
            }
        }
    }
    let mut alone = BTreeSet::new();
    for place in 0..sheet.picture.dots.len() {
        let dot = &mut sheet.picture.dots[place];
        if !trace.is_suspect(dot.event) {
            continue;
        }
        dot.is_suspect = true;
        alone.insert(dot.event);
        let at = dot.at;
        let sides = [(9.0, -6.0, Anchor::Start), (-9.0, -6.0, Anchor::End), (9.0, 13.0, Anchor::Start)];
        let places = sides.map(|(x, y, anchor)| (Point::new(at.x + x, at.y + y), anchor));
        sheet.write("?", Font::Words, Tone::Lost, &places);
    }
    sheet.picture.counts.suspects = alone.len();
    count(sheet, &alone);
}

/// Those that stand in blocks, piece by piece of the axis.
fn count(sheet: &mut Sheet<'_>, alone: &BTreeSet<EventId>) {
    let (trace, index, window) = (sheet.source.trace, sheet.source.index, sheet.frame.window);
    let hidden = |event: &&EventId| {
        let value = index.place(trace, **event);
        !alone.contains(*event)
            && sheet.sees(**event)
            && sheet.y(trace.node(**event)).is_some()
            && (window.from..=window.to).contains(&value)
    };
    let found = trace.suspects().iter().filter(hidden);
    let marks: Vec<_> = found.map(|event| (trace.node(*event), index.place(trace, *event))).collect();
    for (Row { node, y }, x, suspects) in sheet.pieces(&marks) {
        let at = Point::new(x, y - sheet.frame.half_band() * 0.6);
        let name = sheet.speak(|| {
            let events = plural(suspects as usize, "event", "events");
            format!("{}: {suspects} {events} of which something cannot be right", trace.name(node))
        });
        let beside = [(Point::new(at.x + 6.0, at.y + 3.5), Anchor::Start)];
        sheet.write(&format!("?×{suspects}"), Font::Stamp, Tone::Lost, &beside);
        sheet.picture.counts.suspects += suspects as usize;
        sheet.picture.suspects.push(Cluster { node, at, losses: suspects, name });
    }
}
