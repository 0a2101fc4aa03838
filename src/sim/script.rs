//! A scene's script: what happens from outside, and when. Must not know any scene.

use super::program::Order;
use super::tape::Act;
use crate::base::{Duration, NodeId, TrueTime};

/// One step of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScriptStep {
    /// Ask something of a node.
    Order(NodeId, Order),
    /// Do something to the world.
    Act(Act),
}

/// Steps at instants of true time. Each takes a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    pub(crate) steps: Vec<(TrueTime, ScriptStep)>,
}

impl Script {
    /// Asks something of a node, this long after the start.
    pub fn order(&mut self, after: Duration, node: NodeId, what: &'static str, number: u64) -> &mut Self {
        self.steps.push((TrueTime::ZERO + after, ScriptStep::Order(node, Order { what, number })));
        self
    }

    /// Does something to the world, this long after the start.
    pub fn act(&mut self, after: Duration, act: Act) -> &mut Self {
        self.steps.push((TrueTime::ZERO + after, ScriptStep::Act(act)));
        self
    }
}
