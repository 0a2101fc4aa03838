//! How a run is looked at: whose view, which clock, which lanes, which axis, what is selected.
//!
//! It is part of a link and never of a run: looking changes nothing. Must not know how it is drawn.

use crate::base::{EventId, MessageId, NodeId};

/// How much of the run a node's view shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// What it saw: its own events.
    #[default]
    Saw,
    /// The most it could have been told: the causal past of its last event.
    CouldKnow,
}

/// Whose view is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewAs {
    /// The observer outside, who sees all.
    #[default]
    Outside,
    /// One node.
    Node(NodeId, Sight),
}

/// What runs along the diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// True time.
    #[default]
    TrueTime,
    /// The length of the longest causal chain that ends in an event.
    Causal,
    /// Lamport stamps.
    Lamport,
}

impl Axis {
    /// All axes with their names in the page.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::TrueTime, "True time"), (Self::Causal, "Causal"), (Self::Lamport, "Lamport")];
}

/// What the inspector shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selection {
    /// Nothing.
    #[default]
    Nothing,
    /// An event.
    Event(EventId),
    /// A message, with all its copies.
    Message(MessageId),
    /// A node.
    Node(NodeId),
}

/// How a run is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
}
