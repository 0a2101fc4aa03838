//! Where a run is: all that what happens next depends on, as plain data that can be kept and restored.
//!
//! Must not know how one state leads to the next.

use std::collections::BTreeMap;

use super::super::fault::Fault;
use super::super::network::Network;
use super::super::node::{Input, Node};
use super::super::packet::Packet;
use super::super::queue::Queue;
use super::super::tape::Act;
use super::agents::Guest;
use super::only::Only;
use super::{Ended, FaultSetting, Setup};
use crate::base::{Chance, MessageId, NodeId, TrueTime};

/// All that what happens next depends on.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) nodes: Vec<Node>,
    pub(crate) network: Network,
    pub(crate) queue: Queue<Pending>,
    pub(crate) faults: Vec<FaultState>,
    pub(crate) now: TrueTime,
    /// What was picked by hand to be the next to happen.
    pub(crate) front: Option<Front>,
    /// How many turns there were at the present instant.
    pub(crate) turns_at_once: u32,
    /// The faults that packets pass, in that order.
    pub(crate) order: Vec<u16>,
    /// The faults that make processors take longer.
    pub(crate) slow: Vec<u16>,
    /// How many actions of the tape have been carried out.
    pub(crate) actions: usize,
    /// Acts that wait for the least stay to pass, and by whom they are.
    pub(crate) later: Vec<(Act, &'static str)>,
    /// The nodes that faults have brought along, behind those of the scene.
    pub(crate) guests: Vec<Guest>,
    /// What waits to reach an agent, by its number in the queue.
    pub(crate) for_agents: BTreeMap<u64, Input>,
    /// In whose name agents have sent what they sent.
    pub(crate) posing: BTreeMap<MessageId, NodeId>,
    /// Why the run is over, if it is.
    pub(crate) ended: Option<Ended>,
}

impl State {
    /// Before anything has happened, in the memory of a network and a queue that are at their start.
    pub(crate) fn at_start(setup: &Setup, network: Network, queue: Queue<Pending>) -> Self {
        let node = |(id, spec)| Node::new(spec, (setup.spawn)(id));
        let fault = |fault: &FaultSetting| FaultState {
            rule: None,
            dials: fault.dials.clone(),
            chance: Chance::new(setup.seed, fault.entry.id),
            times: 0,
            deeds: 0,
            only: None,
        };
        Self {
            nodes: NodeId::first(setup.nodes.len()).zip(&setup.nodes).map(node).collect(),
            network,
            queue,
            faults: setup.faults.iter().map(fault).collect(),
            now: TrueTime::ZERO,
            front: None,
            turns_at_once: 0,
            order: Vec::new(),
            slow: Vec::new(),
            actions: 0,
            later: Vec::new(),
            guests: Vec::new(),
            for_agents: BTreeMap::new(),
            posing: BTreeMap::new(),
            ended: None,
        }
    }
}

/// A fault in a run.
#[derive(Clone)]
pub(crate) struct FaultState {
    /// The rule; `None` while the assumption is held.
    pub(crate) rule: Option<Box<dyn Fault>>,
    pub(crate) dials: Vec<i64>,
    /// What its chance grows from.
    pub(crate) chance: Chance,
    /// How often its wake-ups were called off, as when it is shut out, so that one from before is known to
    /// be stale.
    pub(crate) times: u32,
    /// How many deeds it has wanted to do.
    pub(crate) deeds: u32,
    /// What it may do, if it may not do everything.
    pub(crate) only: Option<Box<Only>>,
}

/// What the queue holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pending {
    /// The packet at this place reaches the next node.
    Packet(u32),
    /// A timer of this node runs out, if its number still fits.
    Timer(NodeId),
    /// A step of the script.
    Script(u32),
    /// A node looks into its inbox.
    Inbox(NodeId),
    /// A fault asked to be woken: which, how often its wake-ups had been called off by then, and its token.
    Fault(u16, u32, u32),
    /// An act that had to wait.
    Later(u32),
    /// A receiver has waited long enough for the missing parts of this copy.
    Incomplete(MessageId, u16),
    /// Something reaches an agent.
    Agent(NodeId),
}

/// What was picked by hand.
#[derive(Clone, Debug)]
pub(crate) enum Front {
    Packet(Box<Packet>),
    Timer(NodeId),
}
