//! What can be seen of a run from outside. Must not change it.

use std::sync::Arc;

use super::super::Incoming;
use super::super::network::{Choice, InFlight};
use super::super::node::NodeStatus;
use super::super::packet::Packet;
use super::super::tape::{MessageRef, Tape};
use super::super::topology::Topology;
use super::super::trace::Trace;
use super::{Ended, Engine, Front, Setup};
use crate::base::{Duration, MessageId, NodeId, TrueTime};
use crate::clocks::Oscillator;

impl Engine {
    /// What the run started from.
    pub fn setup(&self) -> &Arc<Setup> {
        &self.setup
    }

    /// What was recorded.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The tape, including actions that come after where the run is.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// How many actions of the tape have been carried out.
    pub fn actions_done(&self) -> usize {
        self.state.actions
    }

    /// How many turns were taken.
    pub fn turns(&self) -> u64 {
        self.trace.turns()
    }

    /// The true time.
    pub fn now(&self) -> TrueTime {
        self.state.now
    }

    /// Why there is no further turn, if the last attempt to take one found that.
    pub fn ended(&self) -> Option<&Ended> {
        self.state.ended.as_ref()
    }

    /// The nodes' places and links as they are now.
    pub fn topology(&self) -> &Topology {
        &self.state.network.topology
    }

    /// What a node is doing.
    pub fn status(&self, node: NodeId) -> NodeStatus {
        self.state.nodes[node.index()].status
    }

    /// A node's memory as a person reads it; `None` while it is down.
    pub fn memory(&self, node: NodeId) -> Option<serde_json::Value> {
        self.state.nodes[node.index()].program.as_ref().map(|program| program.show())
    }

    /// The keys and sizes in bytes of what a node has on its disk.
    pub fn disk(&self, node: NodeId) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        self.state.nodes[node.index()].disk.iter().map(|(key, bytes)| (*key, bytes.len()))
    }

    /// Which version of its software a node runs.
    pub fn version(&self, node: NodeId) -> u16 {
        self.state.nodes[node.index()].version
    }

    /// How far ahead of the true time the time is that a node goes by, in nanoseconds.
    pub fn time_source(&self, node: NodeId) -> i64 {
        self.state.nodes[node.index()].source
    }

    /// The node's clock as it is now.
    pub fn clock(&self, node: NodeId) -> &Oscillator {
        &self.state.nodes[node.index()].clock
    }

    /// The timers that a node has set: name, number and how long they still run in true time.
    pub fn timers(&self, node: NodeId) -> impl Iterator<Item = (&'static str, u32, Duration)> + '_ {
        let timers = self.state.nodes[node.index()].timers.iter();
        timers.map(|timer| (timer.id.name, timer.id.nth, timer.at.since(self.state.now)))
    }

    /// How many inputs wait at a node because it is paused or busy.
    pub fn waiting(&self, node: NodeId) -> usize {
        self.state.nodes[node.index()].inbox.len()
    }

    /// How many parts of long messages wait at a node for the others.
    pub fn gathering(&self, node: NodeId) -> usize {
        let piles = self.state.network.piles.iter();
        let own = piles.filter(|((message, _), _)| self.trace.receiver(*message) == node);
        own.map(|(_, pile)| pile.parts.len()).sum()
    }

    /// A payload of a message, as sent or as received, as a person reads it: explained by the programs at its ends.
    pub fn explain(&self, message: MessageId, payload: &[u8]) -> Option<serde_json::Value> {
        let codec = self.trace.codec(message);
        [self.trace.sender(message), self.trace.receiver(message)].into_iter().find_map(|node| {
            let program = self.state.nodes[node.index()].program.as_ref()?;
            program.explain(&Incoming::new(payload, codec))
        })
    }

    /// Whether an assumption is held, and the values of the fault's dials.
    pub fn fault(&self, id: &str) -> Option<(bool, &[i64])> {
        let slot = self.slot(id)?;
        let fault = &self.state.faults[slot];
        Some((fault.rule.is_none(), &fault.dials))
    }

    pub(super) fn slot(&self, id: &str) -> Option<usize> {
        self.setup.faults.iter().position(|fault| fault.entry.id == id)
    }

    /// The copies of messages that are on their way, in the order of their names.
    pub fn in_flight(&self) -> Vec<InFlight> {
        let now = self.state.now;
        let show = |packet: &Packet| InFlight {
            message: packet.message,
            name: MessageRef { from: packet.from, to: packet.to, nth: packet.nth, copy: packet.copy },
            link: packet.link,
            progress: packet.progress(now),
            remaining: packet.remaining(now),
            held_by: packet.held.as_ref().map(|held| self.setup.faults[usize::from(held.slot)].entry.id),
            is_last_hop: packet.next == packet.to,
        };
        let mut all: Vec<InFlight> = self.state.network.packets().map(show).collect();
        if let Some(Front::Packet(packet)) = &self.state.front {
            all.push(show(packet));
        }
        all.sort_unstable_by_key(|packet| (packet.message, packet.name.copy));
        all
    }

    /// What an adversary may let happen next: any message in flight, and each node's earliest timer.
    pub fn choices(&self) -> Vec<Choice> {
        let messages = self.in_flight().into_iter().map(|packet| Choice::Message(packet.name));
        let has_timer = |node: &NodeId| {
            let node = &self.state.nodes[node.index()];
            node.status == NodeStatus::Up && !node.timers.is_empty()
        };
        let timers = NodeId::first(self.state.nodes.len()).filter(has_timer).map(Choice::Timer);
        messages.chain(timers).collect()
    }

    /// When the next thing happens, if anything is left.
    pub fn next_at(&self) -> Option<TrueTime> {
        match &self.state.front {
            Some(_) => Some(self.state.now),
            None => self.state.queue.next_at(),
        }
    }
}
