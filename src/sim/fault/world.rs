//! The world as a fault sees it, and what the fault may do to it.
//!
//! Must not know which faults exist.

use super::super::Codec;
use super::super::network::Network;
use super::super::node::{Node, NodeSpec, NodeStatus};
use super::super::packet::Unit;
use super::super::program::Order;
use super::super::tape::{Act, MessageRef};
use super::super::topology::{Link, Topology};
use crate::base::{Cause, Chance, Draw, Duration, LinkId, NodeId, TrueTime};
use crate::clocks::Oscillator;

/// What a fault may know of the world when it acts on it.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The true time.
    pub now: TrueTime,
    /// Nodes, links and orbits as they are.
    pub topology: &'a Topology,
    pub(crate) nodes: &'a [Node],
    pub(crate) network: &'a Network,
    pub(crate) specs: &'a [NodeSpec],
    pub(crate) chance: Chance,
}

impl<'a> World<'a> {
    /// All nodes.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + Clone + use<> {
        NodeId::first(self.nodes.len())
    }

    /// A node's name.
    pub fn name(&self, node: NodeId) -> &'a str {
        self.specs.get(node.index()).map_or("?", |spec| spec.name.as_str())
    }

    /// What a node is doing.
    pub fn status(&self, node: NodeId) -> NodeStatus {
        self.nodes[node.index()].status
    }

    /// What a node is made of at the start: its kind and its codec among others.
    pub fn spec(&self, node: NodeId) -> &'a NodeSpec {
        &self.specs[node.index()]
    }

    /// How many inputs wait at a node, the one that its processor is busy with included.
    pub fn waiting(&self, node: NodeId) -> usize {
        self.nodes[node.index()].inbox.len()
    }

    /// Whether some fault still holds this packet: a hand may have taken it away.
    pub fn is_held(&self, packet: MessageRef) -> bool {
        self.network.packets().any(|other| other.held.is_some() && other.is_named(packet))
    }

    /// A node's clock as it goes now.
    pub fn clock(&self, node: NodeId) -> &'a Oscillator {
        &self.nodes[node.index()].clock
    }

    /// How far ahead of the true time the time is that a node goes by, in nanoseconds.
    pub fn time_source(&self, node: NodeId) -> i64 {
        self.nodes[node.index()].source
    }

    /// The stream of chance for an effect on a node, the `nth` time.
    pub fn draw(&self, effect: &'static str, node: NodeId, nth: u64) -> Draw {
        self.chance.draw(effect, Cause { from: node, to: node, nth, copy: 0, hop: 0 })
    }

    /// The stream of chance for an effect on the link from one node to another, the `nth` time.
    pub fn draw_link(&self, effect: &'static str, from: NodeId, to: NodeId, nth: u64) -> Draw {
        self.chance.draw(effect, Cause { from, to, nth, copy: 0, hop: 0 })
    }
}

/// How a packet that was held goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The word under which its fate says for how long it was held.
    pub effect: &'static str,
    /// A further effect, and how much longer the hop takes by it.
    pub delay: Option<(&'static str, Duration)>,
    /// A further word, and what it counts.
    pub note: Option<(&'static str, u64, Unit)>,
}

/// Something that a fault can tell about a link or a node as it is now, such as how much waits in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// The link; `None` if it is about a node.
    pub link: Option<LinkId>,
    /// The node that it is about, or at which the link begins.
    pub node: NodeId,
    /// What it tells, as the word that the fates have for it.
    pub effect: &'static str,
    /// How much.
    pub size: u64,
    /// What `size` counts.
    pub unit: Unit,
}

/// What a fault does to the world at an instant.
#[derive(Clone, Debug, Default)]
pub struct WorldActs {
    pub(crate) acts: Vec<WorldAct>,
}

#[derive(Clone, Debug)]
pub(crate) enum WorldAct {
    Act(Act),
    Connect(Link),
    Disconnect(NodeId, NodeId),
    Step(NodeId, i64),
    Slew(NodeId, i64, u32),
    Drift(NodeId, i64),
    Codec(NodeId, Codec, Option<Codec>),
    Wake(TrueTime, u32),
    Sleep,
    Spare(NodeId),
    Install(NodeId, u16),
    Source(NodeId, i64),
    Ask(Order),
    Release(MessageRef, Release),
    Lose(MessageRef, &'static str),
}

impl WorldActs {
    /// Does what a hand could do: crash, restart, pause, resume, cut, heal, partition, join.
    pub fn act(&mut self, act: Act) {
        self.acts.push(WorldAct::Act(act));
    }

    /// Lets a packet that this fault holds go on. Its fate says for how long it was held, with this word. Nothing
    /// happens if a hand has taken it away in the meantime.
    pub fn release(&mut self, packet: MessageRef, effect: &'static str) {
        self.release_with(packet, Release { effect, delay: None, note: None });
    }

    /// Lets a packet that this fault holds go on, with more to say about it.
    pub fn release_with(&mut self, packet: MessageRef, release: Release) {
        self.acts.push(WorldAct::Release(packet, release));
    }

    /// Loses a packet that this fault holds.
    pub fn lose(&mut self, packet: MessageRef, effect: &'static str) {
        self.acts.push(WorldAct::Lose(packet, effect));
    }

    /// Brings a directed link into contact, or changes its delay. Routes follow.
    pub fn connect(&mut self, link: Link) {
        self.acts.push(WorldAct::Connect(link));
    }

    /// Takes a directed link out of contact. Routes follow.
    pub fn disconnect(&mut self, from: NodeId, to: NodeId) {
        self.acts.push(WorldAct::Disconnect(from, to));
    }

    /// Steps a node's wall clock by this many nanoseconds. That is an event of the node, except before the
    /// run begins: there the clock has been wrong all along.
    pub fn step_clock(&mut self, node: NodeId, by: i64) {
        self.acts.push(WorldAct::Step(node, by));
    }

    /// Slews a node's wall clock by this many nanoseconds in all, at most this many parts per million faster
    /// or slower.
    pub fn slew_clock(&mut self, node: NodeId, by: i64, ppm: u32) {
        self.acts.push(WorldAct::Slew(node, by, ppm));
    }

    /// Lets a node's oscillator run this many parts per billion fast.
    pub fn drift_clock(&mut self, node: NodeId, ppb: i64) {
        self.acts.push(WorldAct::Drift(node, ppb));
    }

    /// Lets a node write its messages in this codec from now on, and read all in `reads`, whether they were written
    /// in it or not; with `None`, each as it was written.
    pub fn set_codec(&mut self, node: NodeId, writes: Codec, reads: Option<Codec>) {
        self.acts.push(WorldAct::Codec(node, writes, reads));
    }

    /// Makes a node go by a time that is so many nanoseconds ahead of the true one: its clock is stepped there,
    /// and is right when it shows that.
    pub fn follow_time(&mut self, node: NodeId, ahead: i64) {
        self.acts.push(WorldAct::Source(node, ahead));
    }

    /// Asks something of the fault's agent: see [`Program::order`](crate::sim::Program::order).
    pub fn ask(&mut self, what: &'static str, number: u64) {
        self.acts.push(WorldAct::Ask(Order { what, number }));
    }

    /// Puts another version of its software on a node: what [`crate::sim::Context::version`] says from the next
    /// turn on. All begin with version 1.
    pub fn install(&mut self, node: NodeId, version: u16) {
        self.acts.push(WorldAct::Install(node, version));
    }

    /// Asks for [`Fault::wake`](super::Fault::wake) at an instant that has not passed.
    pub fn wake_at(&mut self, at: TrueTime, token: u32) {
        self.acts.push(WorldAct::Wake(at, token));
    }

    /// Calls off all wake-ups that have been asked for so far.
    pub fn sleep(&mut self) {
        self.acts.push(WorldAct::Sleep);
    }

    /// Takes back an [`Act::CrashAfter`] that no turn has met yet.
    pub fn spare(&mut self, node: NodeId) {
        self.acts.push(WorldAct::Spare(node));
    }
}
