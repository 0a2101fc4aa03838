//! The seam through which everything that goes wrong reaches a run.
//!
//! A fault is a rule on packets, links and nodes. It sees one hop at a time, adds to the packet's fate and
//! signs what it did; it may also hold packets up until it lets them go on, and act on the world at
//! instants of its own choice. Effects add up, and faults never meet one another. Must not know which faults
//! exist.

use serde::Serialize;

use super::Codec;
use super::dial::Dial;
use super::network::Network;
use super::node::{Node, NodeSpec, NodeStatus};
use super::packet::{Class, Outcome, Unit};
use super::program::{Incoming, Program};
use super::tape::{Act, MessageRef};
use super::topology::{Link, Topology};
use super::trace::Trace;
use crate::base::{Cause, Chance, Draw, Duration, LinkId, MessageId, NodeId, TrueTime};
use crate::clocks::Oscillator;

/// Whether a fault is one of the eight fallacies or one of the other hazards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// One of the eight fallacies of distributed computing.
    Fallacy,
    /// A hazard of the nodes themselves.
    Hazard,
}

/// A line of the catalogue of faults.
#[derive(Debug)]
pub struct FaultEntry {
    /// The name in commands, links and fates, such as `reliable`.
    pub id: &'static str,
    /// The assumption in the words of the list: the name of the switch.
    pub assumption: &'static str,
    /// Fallacy or hazard.
    pub kind: FaultKind,
    /// What it lets in when the assumption is broken, in one line: `loses, doubles and reorders packets`.
    pub effect: &'static str,
    /// The opening comment of its file: see [`crate::module_doc!`].
    pub doc: &'static str,
    /// What can be turned.
    pub dials: &'static [Dial],
    /// Makes the fault with the dials at these values, in the order of `dials`.
    pub make: fn(&[i64]) -> Box<dyn Fault>,
}

/// Where on a hop a fault acts. Packets pass the stages in this order, and within one the faults in the order
/// of the catalogue.
///
/// What uses a link comes before what loses the packet on it: a lost packet has taken up its share of
/// the line all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Whether it may set out at all: filters and limits.
    Gate,
    /// What it uses up and waits for: processors, queues, capacity.
    Queue,
    /// How long it is on its way.
    #[default]
    Way,
    /// What befalls it there: attacks, loss, damage.
    Harm,
    /// Nowhere: the fault leaves packets alone, and is not asked about them.
    Aside,
}

/// A rule on packets, links and nodes.
///
/// All its chance comes from the hop or the world that it is given, so that equal packets meet equal draws.
/// What it keeps in its fields advances by time and never by packets.
pub trait Fault: FaultObject {
    /// The dials were turned; what has happened so far stays. Wake-ups that were asked for still come,
    /// unless they are called off with [`WorldActs::sleep`].
    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs);

    /// Where on a hop it acts: always the same.
    fn stage(&self) -> Stage {
        Stage::default()
    }

    /// The assumption is dropped: at the start of a run or in the middle.
    fn begin(&mut self, _world: &World<'_>, _acts: &mut WorldActs) {}

    /// A packet sets out on a hop.
    fn hop(&mut self, _hop: &Hop<'_>, _effects: &mut Effects) {}

    /// The instant that was asked for with [`WorldActs::wake_at`] has come.
    fn wake(&mut self, _token: u32, _world: &World<'_>, _acts: &mut WorldActs) {}

    /// The assumption is held again: what still lasts should be put right. Packets that it holds go on by
    /// themselves.
    fn end(&mut self, _world: &World<'_>, _acts: &mut WorldActs) {}

    /// Why a hand may not do this while the fault is in force, in a sentence; `None` where it may. The script
    /// and the faults may do everything.
    fn forbids(&self, _act: &Act, _world: &World<'_>) -> Option<String> {
        None
    }

    /// Whether it makes processors take longer. If not, it is not asked how much.
    fn slows_processors(&self) -> bool {
        false
    }

    /// How much longer a node's processor takes for a piece of work. Meanwhile the node takes no input, and
    /// what it sends waits for its turn.
    fn service(&self, _work: &Work) -> Duration {
        Duration::ZERO
    }

    /// What a piece of work that took the processor so long used up besides: a word, and what it counts.
    fn bill(&self, _work: &Work, _took: Duration) -> Option<(&'static str, u64, Unit)> {
        None
    }

    /// What it can tell about links and nodes as they are now. What is at rest is left out.
    fn gauges(&self, _world: &World<'_>) -> Vec<Gauge> {
        Vec::new()
    }
}

/// What a node's processor is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// The node.
    pub node: NodeId,
    /// What it is about.
    pub kind: WorkKind,
    /// How long the payload is, in bytes; 0 where there is none.
    pub bytes: usize,
    /// How the payload is written down.
    pub codec: Codec,
}

/// What a piece of work is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkKind {
    /// A message is written down and sent.
    Send,
    /// A message is read.
    Receive,
    /// A timer has run out.
    Timer,
    /// Someone outside the network asked for something.
    Order,
}

/// What every [`Fault`] can do because it is `Clone`.
pub trait FaultObject: Send + Sync {
    /// A copy in the same state.
    fn boxed(&self) -> Box<dyn Fault>;
}

impl<F: Fault + Clone + Send + Sync + 'static> FaultObject for F {
    fn boxed(&self) -> Box<dyn Fault> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Fault> {
    fn clone(&self) -> Self {
        self.as_ref().boxed()
    }
}

/// A packet that sets out on a hop.
#[derive(Clone, Copy)]
pub struct Hop<'a> {
    /// When, in true time.
    pub at: TrueTime,
    /// The message's sender and receiver, wherever the packet is now.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// Which message of that pair it is, counted from 0.
    pub nth: u32,
    /// Which copy of it.
    pub copy: u16,
    /// Which hop of its way, counted from 0.
    pub hop: u16,
    /// The link.
    pub link: &'a Link,
    /// The link's id, for a fault that keeps something for each.
    pub id: LinkId,
    /// How much the message matters to its sender.
    pub class: Class,
    /// The payload as it sets out.
    pub payload: &'a [u8],
    /// The length of the whole frame in bytes.
    pub frame: usize,
    /// How the payload is written down.
    pub codec: Codec,
    pub(crate) message: MessageId,
    pub(crate) trace: &'a Trace,
    pub(crate) sender: Option<&'a dyn Program>,
    pub(crate) chance: Chance,
}

impl Hop<'_> {
    /// The packet's name, by which a fault that holds it lets it go.
    pub fn name(&self) -> MessageRef {
        MessageRef { from: self.from, to: self.to, nth: self.nth, copy: self.copy }
    }

    /// The word that its sender put on the message; `None` when nobody in the trace has sent it.
    pub fn label(&self) -> Option<&'static str> {
        self.trace.sent(self.message).map(|sent| self.trace.label_word(sent))
    }

    /// What its sender would have written as a lie that is drawn from `lie`; see [`Program::forge`].
    pub fn forged(&self, lie: &mut Draw) -> Option<Vec<u8>> {
        self.sender?.forge(&Incoming::new(self.payload, self.codec), lie)
    }

    /// The stream of chance for an effect on this packet on this hop.
    #[inline]
    pub fn draw(&self, effect: &'static str) -> Draw {
        let cause =
            Cause { from: self.from, to: self.to, nth: self.nth.into(), copy: self.copy, hop: self.hop };
        self.chance.draw(effect, cause)
    }

    /// The stream of chance for a word, such as a message's label, and a number that goes with it.
    pub fn draw_word(&self, word: &str, nth: u64) -> Draw {
        self.chance.draw(word, Cause { from: NodeId(0), to: NodeId(0), nth, copy: 0, hop: 0 })
    }

    /// The stream of chance for the packet's sender and receiver, for what outlasts a message.
    pub fn draw_pair(&self, effect: &'static str) -> Draw {
        self.chance.draw(effect, Cause { from: self.from, to: self.to, nth: 0, copy: 0, hop: 0 })
    }

    /// The stream of chance for the packet's sender alone, for what outlasts a message.
    pub fn draw_sender(&self, effect: &'static str) -> Draw {
        self.chance.draw(effect, Cause { from: self.from, to: self.from, nth: 0, copy: 0, hop: 0 })
    }

    /// The stream of chance for the line that this link is one direction of.
    pub fn draw_line(&self, effect: &'static str) -> Draw {
        let Link { from, to, .. } = *self.link;
        let cause = Cause { from: from.min(to), to: from.max(to), nth: 0, copy: 0, hop: 0 };
        self.chance.draw(effect, cause)
    }

    /// The stream of chance for the state of this link in its `nth` interval of time.
    pub fn draw_link(&self, effect: &'static str, nth: u64) -> Draw {
        self.chance.draw(effect, Cause { from: self.link.from, to: self.link.to, nth, copy: 0, hop: 0 })
    }
}

/// What one fault does to one packet on one hop.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    pub(crate) delay: u64,
    pub(crate) is_lost: bool,
    pub(crate) copies: Vec<Duration>,
    pub(crate) flips: Vec<(u64, bool)>,
    pub(crate) payload: Option<Vec<u8>>,
    pub(crate) signed: Vec<(&'static str, u64, Unit, Outcome)>,
    pub(crate) is_held: bool,
    pub(crate) wakes: Vec<(TrueTime, u32)>,
    pub(crate) split: Option<usize>,
}

impl Effects {
    /// Makes the hop take this much longer.
    pub fn delay(&mut self, effect: &'static str, by: Duration) {
        if by > Duration::ZERO {
            self.delay = self.delay.saturating_add(by.0);
            self.signed.push((effect, by.0, Unit::Nanos, Outcome::Onward));
        }
    }

    /// Loses the packet on this link.
    pub fn lose(&mut self, effect: &'static str) {
        if !self.is_lost {
            self.is_lost = true;
            self.signed.push((effect, 0, Unit::None, Outcome::Lost));
        }
    }

    /// Makes a further copy, which sets out this much later and is offered only the faults that come after
    /// this one.
    pub fn copy(&mut self, later: Duration) {
        self.copies.push(later);
    }

    /// Holds the packet here until [`WorldActs::release`] or [`WorldActs::lose`] names it. It has passed the
    /// faults before this one, and will be offered those that come after it when it goes on.
    pub fn hold(&mut self) {
        self.is_held = true;
    }

    /// Asks for [`Fault::wake`] at an instant that has not passed.
    pub fn wake_at(&mut self, at: TrueTime, token: u32) {
        self.wakes.push((at, token));
    }

    /// Splits a packet whose frame is longer than so many bytes into parts whose frames are not. Each is offered to
    /// this fault again and then goes its own way; the receiver waits for all of them, and gets nothing if one is
    /// lost. It is all that the fault does to the packet for now.
    pub fn split(&mut self, mtu: usize) {
        self.split = Some(mtu);
    }

    /// Flips a bit of the frame's payload, counted modulo its length. If the frame is `checked`, the
    /// receiver's link layer compares the checksum and throws a garbled packet away; if not, the program
    /// gets it.
    pub fn flip(&mut self, effect: &'static str, bit: u64, checked: bool) {
        self.flips.push((bit, checked));
        self.signed.push((effect, bit, Unit::Bit, Outcome::Onward));
    }

    /// Puts another payload into the frame, with the checksum that fits it. What was there goes unless it is
    /// part of it.
    pub fn replace(&mut self, effect: &'static str, payload: Vec<u8>) {
        self.signed.push((effect, payload.len() as u64, Unit::Bytes, Outcome::Onward));
        self.payload = Some(payload);
    }

    /// Notes something that changed nothing yet, such as a queue's depth in bytes.
    pub fn note(&mut self, effect: &'static str, size: u64, unit: Unit) {
        self.signed.push((effect, size, unit, Outcome::Onward));
    }

    /// How much was done so far: more, if the last fault did anything.
    #[inline]
    pub(crate) fn count(&self) -> usize {
        // All else is signed.
        let is_other = self.is_held || self.split.is_some();
        self.signed.len() + self.copies.len() + self.wakes.len() + usize::from(is_other)
    }

    /// Whether something was done that the next fault must find done, or after which there is no next.
    #[inline]
    pub(crate) fn must_be_applied(&self) -> bool {
        let is_changed = !self.flips.is_empty() || self.payload.is_some() || self.split.is_some();
        self.is_lost || self.is_held || is_changed || !self.copies.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.delay = 0;
        self.is_lost = false;
        self.copies.clear();
        self.flips.clear();
        self.payload = None;
        self.signed.clear();
        self.is_held = false;
        self.wakes.clear();
        self.split = None;
    }
}

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

    /// Puts another version of its software on a node: what [`crate::sim::Context::version`] says from the next
    /// turn on. All begin with version 1.
    pub fn install(&mut self, node: NodeId, version: u16) {
        self.acts.push(WorldAct::Install(node, version));
    }

    /// Asks for [`Fault::wake`] at an instant that has not passed.
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
