//! Nodes that a fault brings along, such as an attacker: what they are, and what reaches them.
//!
//! An agent is there while its fault's assumption is broken. It has events, a memory and a log like any node, so
//! that what it does has causes; but it has no link of its own, and no other fault touches it. Must not know
//! what agents are up to.

use super::node::NodeSpec;
use super::program::{Label, Program};
use super::topology::Place;
use crate::base::NodeId;

/// A node that a fault brings along.
pub struct Agent {
    /// What it is.
    pub spec: NodeSpec,
    /// Where it is drawn.
    pub place: Place,
    /// What runs on it.
    pub program: Box<dyn Program>,
}

/// Someone else's message that reached an agent on its way.
pub struct Overheard<'a> {
    /// Its sender, as far as the frame says.
    pub from: NodeId,
    /// Its receiver.
    pub to: NodeId,
    /// The node from which it was setting out when it was overheard.
    pub at: NodeId,
    /// The payload as it passed by.
    pub bytes: &'a [u8],
    /// What a stranger who knows the programs, and no secret, can read in it.
    pub meaning: Option<String>,
    /// The number that the fault gave to go with it: see [`super::Effects::overhear`].
    pub number: u64,
    pub(crate) label: Label,
}

/// A message that an agent sends in the name of someone else.
pub struct Posing<'a> {
    /// Whom it names as its sender.
    pub as_node: NodeId,
    /// Where it enters the network.
    pub at: NodeId,
    /// Its receiver.
    pub to: NodeId,
    /// Its payload, already written down.
    pub bytes: &'a [u8],
    /// What it looks like beside its events.
    pub label: Disguise,
}

/// The label of an overheard message, for one that is to look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disguise(pub(crate) Label);

impl Overheard<'_> {
    /// The label of the message, to be worn by another.
    pub fn disguise(&self) -> Disguise {
        Disguise(self.label)
    }

    /// The word of its label.
    pub fn word(&self) -> &'static str {
        self.label.word
    }
}
