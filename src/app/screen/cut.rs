//! The cut in words: whether it could have been, what breaks it, and what it finds under way.
//!
//! Must not know how a cut is drawn.

use super::super::Model;
use super::super::view::ViewAs;
use crate::analysis::Frontier;
use crate::base::{EventId, NodeId};
use crate::diagram::words;

/// So many messages under way are named.
const NAMED_MOST: usize = 12;

/// A cut of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutView {
    /// Whether it is consistent.
    pub is_consistent: bool,
    /// What is to be said of it, in a sentence or two.
    pub says: String,
    /// Of each node: its name, its last event inside with what that was, and how many of its events are inside and
    /// how many there are.
    pub lanes: Vec<CutLane>,
    /// The first messages that it finds under way.
    pub under_way: Vec<String>,
    /// How many there are.
    pub under_way_count: usize,
}

/// A cut on one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutLane {
    /// The node.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// How many of its events are inside.
    pub inside: u32,
    /// How many there are.
    pub events: u32,
    /// The last event inside.
    pub last: Option<EventId>,
    /// What that was.
    pub says: String,
}

/// The cut, if there is one and it is the observer outside who looks: no node can see one.
pub fn cut(model: &Model) -> Option<CutView> {
    let (trace, causality) = (model.trace(), model.causality());
    let cut = model.view.cut.as_ref().filter(|_| model.view.view_as == ViewAs::Outside)?;
    let cut = Frontier::new(causality, cut.counts());
    let lane = |node: NodeId| {
        let last = cut.last(causality, node);
        CutLane {
            node,
            name: trace.name(node).to_owned(),
            inside: cut.count(node),
            events: causality.lane_len(node),
            last,
            says: last.map_or_else(|| "nothing yet".to_owned(), |event| words::what_happened(trace, event)),
        }
    };
    let mut under_way = Vec::new();
    let mut under_way_count = 0;
    for transit in cut.in_flight(trace) {
        under_way_count += 1;
        if under_way.len() < NAMED_MOST {
            let fate = if transit.is_lost { ", which is lost in the end" } else { "" };
            under_way.push(format!("{}{fate}", words::message(trace, transit.message)));
        }
    }
    let breach = cut.breach(trace, causality);
    let inside = cut.events();
    let events = if inside == 1 { "event" } else { "events" };
    let messages = if under_way_count == 1 { "message" } else { "messages" };
    let says = match breach {
        None => {
            format!("A consistent cut: {inside} {events} inside, {under_way_count} {messages} under way.")
        }
        Some(breach) => format!(
            "Not a consistent cut: {} is received inside and sent outside.",
            words::message(trace, breach.message)
        ),
    };
    Some(CutView {
        is_consistent: breach.is_none(),
        says,
        lanes: NodeId::first(trace.nodes()).map(lane).collect(),
        under_way,
        under_way_count,
    })
}
