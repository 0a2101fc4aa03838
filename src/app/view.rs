//! How a run is looked at: whose view, which clock, which lanes, which axis, what is selected.
//!
//! It is part of a link and never of a run: looking changes nothing. Must not know how it is drawn.

use super::comparing::Beside;
use crate::analysis::Frontier;
use crate::base::{EventId, NodeId};
use crate::diagram::overlays;
pub use crate::diagram::{Axis, Look, Selection, Sight, ViewAs};

/// How a run is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Whose view.
    pub view_as: ViewAs,
    /// The clock whose stamps stand beside the events, by its id in the catalogue of clocks.
    pub clock: String,
    /// What runs along the diagram.
    pub axis: Axis,
    /// What the inspector shows.
    pub selection: Selection,
    /// The lanes that are shown, in order; all nodes in their own order if there are none.
    pub lanes: Vec<NodeId>,
    /// How lanes and axis are arranged.
    pub look: Look,
    /// A cut through the run, if there is one.
    pub cut: Option<Frontier>,
    /// The ids of the overlays that are on, in the order of their catalogue.
    pub overlays: Vec<&'static str>,
    /// A second event, held against the selected one.
    pub second: Option<EventId>,
    /// The runs that stand beside the present one.
    pub beside: Beside,
}

impl Default for View {
    fn default() -> Self {
        Self {
            view_as: ViewAs::default(),
            clock: String::new(),
            axis: Axis::default(),
            selection: Selection::default(),
            lanes: Vec::new(),
            look: Look::default(),
            cut: None,
            overlays: overlays::usual(),
            second: None,
            beside: Beside::default(),
        }
    }
}

impl View {
    /// The lanes that are drawn, in order; all if there are none. Whoever looks as a node sees its lane, and where runs
    /// stand side by side for what it saw nothing else: the other lanes would be empty.
    pub fn drawn_lanes(&self) -> Vec<NodeId> {
        match self.view_as {
            ViewAs::Node(own, Sight::Saw) if !self.beside.rivals.is_empty() => vec![own],
            ViewAs::Node(own, _) if !self.lanes.is_empty() && !self.lanes.contains(&own) => {
                std::iter::once(own).chain(self.lanes.iter().copied()).collect()
            }
            ViewAs::Node(..) | ViewAs::Outside => self.lanes.clone(),
        }
    }

    /// How those are arranged.
    pub fn drawn_look(&self) -> Look {
        match self.view_as {
            ViewAs::Node(_, Sight::Saw) if !self.beside.rivals.is_empty() => {
                Look { talks_with: None, groups: Vec::new(), ..self.look }
            }
            ViewAs::Node(..) | ViewAs::Outside => self.look.clone(),
        }
    }

    /// Switches an overlay on or off.
    pub(super) fn show_overlay(&mut self, id: &str, is_on: bool) {
        let is_shown = |other: &&str| if *other == id { is_on } else { self.overlays.contains(other) };
        self.overlays = overlays::ALL.iter().map(|overlay| overlay.id).filter(is_shown).collect();
    }

    /// The run has so many nodes now instead of `before`. Who has come along with a fault gets a lane; who is not
    /// there any more is not looked at.
    pub(super) fn follow_nodes(&mut self, before: usize, nodes: usize) {
        if !self.lanes.is_empty() {
            self.lanes.retain(|lane| lane.index() < nodes);
            let came = NodeId::first(nodes).skip(before).filter(|node| !self.lanes.contains(node));
            let came: Vec<NodeId> = came.collect();
            self.lanes.extend(came);
        }
        if let ViewAs::Node(node, _) = self.view_as
            && node.index() >= nodes
        {
            self.view_as = ViewAs::Outside;
        }
        if let Selection::Node(node) = self.selection
            && node.index() >= nodes
        {
            self.selection = Selection::Nothing;
        }
    }
}
