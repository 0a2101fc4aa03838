//! How far the lanes' wall clocks are apart at the present.
//!
//! # What it does
//! Writes at the end of each lane by how much its wall clock is ahead of, or behind, that of the selected node, or
//! of the first lane while no node is selected.
//!
//! # The assumption it breaks
//! That the clocks of different machines show the same time, so that their timestamps can be compared.
//!
//! # What to look for
//! A message that takes less time than the clocks of its ends are apart: by their timestamps it may arrive before
//! it was sent.
//!
//! # Sources
//! Lamport 1978, "Time, clocks, and the ordering of events in a distributed system"; Mills 1991, "Internet time
//! synchronization: the network time protocol".

use super::super::layout::Sheet;
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::super::view::Selection;
use super::super::words;
use super::Overlay;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "skew",
    title: "Clock skew",
    effect: "writes at each lane how far its wall clock is from the first lane's or the selected node's",
    is_usual: false,
    doc: crate::module_doc!("skew.rs"),
    draw,
};

fn draw(sheet: &mut Sheet<'_>) {
    let trace = sheet.source.trace;
    // No node can read another's clock; and a log has no clocks but those that it states, event by event.
    if !sheet.is_outside() || trace.is_of_log() {
        return;
    }
    let reference = match sheet.view.selection {
        Selection::Node(node) if node.index() < trace.nodes() => Some(node),
        _ => sheet.rows.first().map(|row| row.node),
    };
    let Some(reference) = reference else { return };
    let now = sheet.view.present(trace.now());
    let zero = trace.wall_at(reference, now).0;
    for row in sheet.rows.clone() {
        let skew = trace.wall_at(row.node, now).0.saturating_sub(zero);
        let text = if row.node == reference {
            "clocks from here".to_owned()
        } else {
            format!("clock {}", words::rough_difference(skew))
        };
        let x = sheet.frame.right;
        let places = [-6.0, 13.0, 26.0].map(|down| (Point::new(x, row.y + down), Anchor::End));
        sheet.write(&text, Font::Stamp, Tone::Dim, &places);
    }
}
