//! What passed from one shown lane to another by way of lanes that are hidden.
//!
//! # What it does
//! Draws a dashed arrow from the last event of a shown lane that an arriving message told of, where that message
//! came from a hidden lane. What another shown lane passed on is left out, since its own arrows tell it.
//!
//! # The assumption it breaks
//! That two nodes with no message between them know nothing of each other.
//!
//! # What to look for
//! A dashed arrow into an event: hide fewer lanes to see who carried the news.
//!
//! # Sources
//! Beschastnikh and others 2020, "Visualizing distributed system executions", on hidden hosts; Aho, Garey and
//! Ullman 1972, "The transitive reduction of a directed graph".

use super::super::layout::{Course, Sheet};
use super::super::picture::ArrowKind;
use super::super::view::Axis;
use super::Overlay;
use crate::base::{EventId, NodeId};
use crate::sim::EventKind;

pub(super) const OVERLAY: Overlay = Overlay {
    id: "hidden",
    title: "By way of hidden lanes",
    effect: "draws dashed what passed from lane to lane through lanes that are hidden",
    is_usual: false,
    doc: crate::module_doc!("hidden.rs"),
    draw,
};

/// So many arrows are drawn at most.
const ARROWS_MAX: usize = 300;
/// So many receives are looked at for them.
const RECEIVES_MAX: usize = 2_000;

fn draw(sheet: &mut Sheet<'_>) {
    let trace = sheet.source.trace;
    let shown: Vec<NodeId> = NodeId::first(trace.nodes()).filter(|&node| sheet.y(node).is_some()).collect();
    if shown.len() == trace.nodes() {
        return;
    }
    let mut looked = 0;
    for row in sheet.rows.clone() {
        let stretches =
            sheet.source.index.visible(trace, row.node, sheet.limit(row.node), sheet.frame.window);
        for place in stretches.into_iter().flat_map(|(first, last)| first..last) {
            let event = EventId(sheet.source.index.lane(trace, row.node)[place]);
            if trace.kind(event) != EventKind::Receive {
                continue;
            }
            looked += 1;
            if looked > RECEIVES_MAX {
                return;
            }
            for cause in causes(sheet, &shown, event) {
                lay(sheet, cause, event);
                if sheet.picture.arrows.len() > super::super::layout::ARROWS_MAX + ARROWS_MAX {
                    return;
                }
            }
        }
    }
}

/// The last event of each shown lane that the receive of a hidden lane's message first tells of, without those
/// that another of them tells of.
fn causes(sheet: &Sheet<'_>, shown: &[NodeId], event: EventId) -> Vec<EventId> {
    let (trace, causality) = (sheet.source.trace, sheet.source.causality);
    let node = trace.node(event);
    let Some(sent) = trace.cause_elsewhere(event) else { return Vec::new() };
    if sheet.y(trace.node(sent)).is_some() {
        return Vec::new();
    }
    let told = causality.vector(sent);
    let known = trace.previous(event).map_or_else(|| vec![0; told.len()], |before| causality.vector(before));
    let is_news = |other: &&NodeId| **other != node && told[other.index()] > known[other.index()];
    let all: Vec<EventId> = shown
        .iter()
        .filter(is_news)
        .filter_map(|&other| causality.event_at(other, told[other.index()]))
        .collect();
    let is_last = |one: &EventId| !all.iter().any(|other| causality.before(*one, *other));
    // The node's own lane may have carried it out and back, and then the line of the lane tells it.
    let own = causality.event_at(node, told[node.index()]);
    let is_own = |one: &EventId| own.is_some_and(|own| causality.before(*one, own));
    all.iter().copied().filter(|one| is_last(one) && !is_own(one)).collect()
}

fn lay(sheet: &mut Sheet<'_>, cause: EventId, event: EventId) {
    let (Some(from), Some(mut to)) = (sheet.point(cause), sheet.point(event)) else { return };
    if sheet.frame.axis != Axis::Wall {
        // The cause may have made room for another event while the receive stands in a block.
        to.x = to.x.max(from.x);
    }
    let Some(message) = sheet.source.trace.message(event).filter(|_| sheet.sees(cause)) else { return };
    let (sent, received, kind) = (Some(cause), Some(event), ArrowKind::Through);
    sheet.lay_course(Course { message, copy: 0, kind, sent, received, from, to });
}
