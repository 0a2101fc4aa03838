//! The chosen clock's stamps beside the events.
//!
//! # What it does
//! Writes each event's stamp below its mark, as many as find room, the selected event's first; how many find none is
//! said below the picture.
//!
//! # The assumption it breaks
//! That one number can tell the order of events on different machines.
//!
//! # What to look for
//! Two concurrent events with equal Lamport stamps, or the one with the smaller stamp further to the right.
//!
//! # Sources
//! Lamport 1978; Fidge 1988 and Mattern 1989 for vector clocks; Kulkarni and others 2014 for hybrid ones.

use super::super::layout::Sheet;
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::Overlay;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "stamps",
    title: "Stamps",
    effect: "writes the chosen clock's stamp beside each event",
    is_usual: true,
    doc: crate::module_doc!("stamps.rs"),
    draw,
};

/// Below this distance of lanes, in pixels, a stamp could not be told to belong to its lane.
const GAP_LEAST: f64 = 30.0;
/// So many stamps are worked out for a picture at most; some clocks take their time.
const STAMPS_MAX: usize = 400;

fn draw(sheet: &mut Sheet<'_>) {
    let Some(stamps) = sheet.source.stamps else { return };
    let chosen = |dot: &super::super::Dot| dot.is_selected || dot.is_second || dot.is_focused;
    let (first, rest): (Vec<usize>, Vec<usize>) =
        (0..sheet.picture.dots.len()).partition(|&place| chosen(&sheet.picture.dots[place]));
    let rest = if sheet.frame.gap < GAP_LEAST { Vec::new() } else { rest };
    let mut written = 0;
    for place in first.into_iter().chain(rest).take(STAMPS_MAX) {
        let dot = &sheet.picture.dots[place];
        let (at, text) = (dot.at, (stamps.of)(dot.event));
        let places = [(Point::new(at.x, at.y + 19.0), Anchor::Middle)];
        written += usize::from(sheet.write(&text, Font::Stamp, Tone::Ink, &places));
    }
    sheet.picture.counts.unstamped = sheet.picture.counts.events.saturating_sub(written);
}
