//! Why one of two selected events could have caused the other: a shortest chain of steps that leads there.
//!
//! # What it does
//! Follows, where two events are selected, a shortest chain of causes from the one to the other. Where there
//! is none, the two are concurrent, and nothing is drawn.
//!
//! # The assumption it breaks
//! That one event influenced another because it came first. Only a chain of messages and steps can carry an
//! influence.
//!
//! # What to look for
//! The steps at which the chain changes lanes: without those messages the two events would be concurrent.
//!
//! # Sources
//! Lamport 1978, "Time, clocks, and the ordering of events in a distributed system".

use super::super::layout::Sheet;
use super::Overlay;
use crate::base::EventId;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "chain",
    title: "Chain of causes",
    effect: "follows a shortest chain of causes between two selected events",
    is_usual: true,
    doc: crate::module_doc!("chain.rs"),
    draw,
};

fn draw(sheet: &mut Sheet<'_>) {
    let trace = sheet.source.trace;
    let is_known = |event: &EventId| event.index() < trace.len() && sheet.sees(*event);
    let selected = sheet.view.selected_event().filter(is_known);
    let (Some(one), Some(other)) = (selected, sheet.view.second.filter(is_known)) else { return };
    let (first, last) = (one.min(other), one.max(other));
    let Some(chain) = sheet.source.causality.chain(trace, first, last) else { return };
    // A step to a lane that is not shown leaves a gap, which the line spans.
    sheet.picture.chain = chain.into_iter().filter_map(|event| sheet.point(event)).collect();
}
