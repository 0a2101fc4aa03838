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

use super::super::layout::Sheet;
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::super::words;
use super::Overlay;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "wall-order",
    title: "Wrong order by wall clock",
    effect: "points out messages that arrived before they were sent, by the nodes' clocks",
    is_usual: false,
    doc: crate::module_doc!("wall_order.rs"),
    draw,
};

fn draw(sheet: &mut Sheet<'_>) {
    let trace = sheet.source.trace;
    for place in 0..sheet.picture.arrows.len() {
        let arrow = &sheet.picture.arrows[place];
        let (Some(sent), Some(received)) = (arrow.sent, arrow.received) else { continue };
        let difference = trace.wall(received).0.saturating_sub(trace.wall(sent).0);
        if difference >= 0 {
            continue;
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
}
