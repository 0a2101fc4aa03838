//! Agents in a run: brought along by their faults, told what they overhear, and posing as others.
//!
//! Must not know what any of them is up to.

use super::super::agent::{Agent, Overheard};
use super::super::node::{Input, Node, NodeSpec, NodeStatus};
use super::super::packet::{FateEntry, Outcome, Packet, Unit};
use super::super::program::{Label, Order};
use super::super::tape::MessageRef;
use super::super::trace::{EventKind, NewEvent};
use super::{Engine, Pending};
use crate::base::{Duration, LinkId, MessageId, NodeId};
use crate::clocks::Oscillator;
use std::sync::Arc;

/// A node that a fault has brought along.
#[derive(Clone)]
pub(crate) struct Guest {
    /// The fault's place in the catalogue.
    slot: usize,
    spec: Arc<NodeSpec>,
}

/// What an agent overheard: which message, on which link, and with which bytes if not those that were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tapped {
    pub(crate) message: MessageId,
    pub(crate) link: LinkId,
    pub(crate) number: u64,
    pub(crate) bytes: Option<Vec<u8>>,
}

impl Engine {
    /// What a node is, of the scene or brought along.
    pub fn spec(&self, node: NodeId) -> &NodeSpec {
        let own = &self.setup.nodes;
        match node.index().checked_sub(own.len()) {
            None => &own[node.index()],
            Some(guest) => &self.state.guests[guest].spec,
        }
    }

    /// Whether a node was brought along by a fault.
    pub fn is_agent(&self, node: NodeId) -> bool {
        node.index() >= self.setup.nodes.len()
    }

    /// Brings the agent of a fault into the run, or back into it.
    pub(super) fn bring(&mut self, slot: usize, agent: Agent) {
        let Agent { spec, place, program } = agent;
        let id = match self.agent_of(slot) {
            Some(id) => {
                let node = &mut self.state.nodes[id.index()];
                node.program = Some(program);
                node.status = NodeStatus::Up;
                id
            }
            None => {
                let id = NodeId(self.state.nodes.len() as u16);
                self.trace.bring(spec.name.clone(), Oscillator::new(spec.clock));
                self.state.nodes.push(Node::new(&spec, program));
                self.state.network.bring(place);
                self.state.guests.push(Guest { slot, spec: Arc::new(spec) });
                id
            }
        };
        self.start_program(id);
    }

    /// The agent of a fault goes: it has no events any more, and nothing reaches it.
    pub(super) fn send_away(&mut self, slot: usize) {
        if let Some(id) = self.agent_of(slot) {
            let node = &mut self.state.nodes[id.index()];
            node.program = None;
            node.status = NodeStatus::Down;
            node.timers.clear();
            node.inbox.clear();
            node.is_first_served = false;
        }
    }

    fn agent_of(&self, slot: usize) -> Option<NodeId> {
        let place = self.state.guests.iter().position(|guest| guest.slot == slot)?;
        Some(NodeId((self.setup.nodes.len() + place) as u16))
    }

    /// The agent of a fault overhears a packet, right afterwards.
    pub(super) fn tap(&mut self, slot: usize, tapped: Tapped) {
        if let Some(id) = self.agent_of(slot) {
            self.hand_over(id, Input::Overheard(Box::new(tapped)), Duration::MICROSECOND);
        }
    }

    /// The agent of a fault is asked for something.
    pub(super) fn ask(&mut self, slot: usize, order: Order) {
        if let Some(id) = self.agent_of(slot) {
            self.hand_over(id, Input::Asked(order), Duration::ZERO);
        }
    }

    fn hand_over(&mut self, id: NodeId, input: Input, after: Duration) {
        let seq = self.state.queue.push(self.state.now + after, Pending::Agent(id));
        self.state.for_agents.insert(seq, input);
    }

    /// What was kept for an agent reaches it, if it is still there.
    pub(super) fn agent_is_reached(&mut self, id: NodeId, seq: u64) {
        let Some(input) = self.state.for_agents.remove(&seq) else { return };
        if self.state.nodes[id.index()].status == NodeStatus::Up {
            self.reach(id, input);
        }
    }

    /// From now on agents are not told in words what they overhear. That takes as long as the rest of a turn, and is for
    /// people who look into an agent's memory; nothing else of the run depends on it.
    pub(crate) fn forgo_meanings(&mut self) {
        self.tells_meanings = false;
    }

    pub(super) fn overhear(&mut self, id: NodeId, tapped: &Tapped) {
        let Tapped { message, link, number, ref bytes } = *tapped;
        let bytes = bytes.as_deref();
        let event = self.trace.overhear(id, self.state.now, message, bytes);
        let label = Label { word: self.trace.label_word(event), number: self.trace.label_number(event) };
        let (from, to) = (self.named_sender(message), self.trace.receiver(message));
        let at = self.state.network.topology.links[link.index()].from;
        let payload = bytes.unwrap_or_else(|| self.trace.payload(message));
        let meaning = self.tells_meanings.then(|| self.explain(message, payload)).flatten();
        let meaning = meaning.map(|meaning| meaning.to_string());
        self.run_program(id, |program, trace, cx| {
            let bytes = bytes.unwrap_or_else(|| trace.payload(message));
            program.overhear(&Overheard { from, to, at, bytes, meaning, number, label }, cx);
        });
    }

    /// Whom a packet names as its sender: the truth, unless an agent sent it.
    #[inline]
    pub(super) fn named_on(&self, packet: &Packet) -> NodeId {
        if self.is_agent(packet.from) { self.named_sender(packet.message) } else { packet.from }
    }

    /// Whom a message names as its sender.
    pub fn named_sender(&self, message: MessageId) -> NodeId {
        self.state.posing.get(&message).copied().unwrap_or_else(|| self.trace.sender(message))
    }

    /// A message of an agent enters the network, in the name of someone else.
    pub(super) fn pose(&mut self, id: NodeId, pose: Pose, label: Label, payload: &[u8]) {
        let Pose { as_node, at, to } = pose;
        let Some(slot) = self.state.guests.get(id.index() - self.setup.nodes.len()).map(|guest| guest.slot)
        else {
            return;
        };
        let nth = self.state.network.number(id, to);
        let name = MessageRef { from: id, to, nth, copy: 0 };
        if self.state.faults[slot].only.as_ref().is_some_and(|only| !only.may_touch(&name)) {
            return;
        }
        let codec = self.state.nodes[as_node.index()].codec;
        let message = self.trace.new_message(id, to, nth, true, codec, payload);
        let now = self.state.now;
        self.trace.event(NewEvent {
            kind: EventKind::Send,
            node: id,
            at: now,
            message: Some(message),
            label,
        });
        self.state.posing.insert(message, as_node);
        let packet = Self::packet(now, message, (id, to), nth, at);
        let entry = packet.fate_entry(now, self.setup.faults[slot].entry.id, "poses as", Outcome::Onward);
        self.trace.sign(FateEntry { size: as_node.0.into(), unit: Unit::Node, ..entry });
        self.hop(packet);
    }
}

/// In whose name and between which nodes a message is to travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pose {
    pub(crate) as_node: NodeId,
    pub(crate) at: NodeId,
    pub(crate) to: NodeId,
}
