//! What runs on a node: programs, the inputs that reach them and the commands that they give.
//!
//! A program is a state machine. It gets its own clock readings and what reached it, and writes commands
//! into an outbox; it never touches the network. Must not know the true time, any fault or any scene.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Codec;
use super::agent::{Overheard, Posing};
use super::engine::Pose;
use super::node::Local;
use super::packet::Class;
use crate::base::{Draw, Duration, MonotonicReading, NodeId, WallReading};

/// Names a timer of one node, as a word and a number. Setting a timer that is set already moves it.
#[derive(Clone, Copy, Debug, Eq, PartialOrd, Ord, Serialize)]
pub struct TimerId {
    /// What it is for; the diagram shows it.
    pub name: &'static str,
    /// Which one of that name.
    pub nth: u32,
}

impl PartialEq for TimerId {
    /// The numbers first: they differ more often, and are compared in no time.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.nth == other.nth && self.name == other.name
    }
}

impl TimerId {
    /// The timer of this name and number.
    pub const fn new(name: &'static str, nth: u32) -> Self {
        Self { name, nth }
    }
}

/// Something asked of a node from outside the network, by a scene's script: an operator's key press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is asked, as a word that the program knows.
    pub what: &'static str,
    /// A number that goes with it, such as a node or an amount.
    pub number: u64,
}

/// A state machine on a node.
///
/// Its fields are the node's memory: a crash loses them, and a restart makes the program anew. What must
/// outlive a crash goes to the disk with [`Context::persist`]. Derive `Clone` and `Serialize`: the one
/// lets the simulator go back in time, the other shows the memory in the inspector and tells whether
/// two branches have reached the same state.
pub trait Program: ProgramObject {
    /// The node starts or restarts. What it finds in [`Context::disk`] is all it has left.
    fn start(&mut self, _cx: &mut Context<'_>) {}

    /// A message from `from` reached the node.
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>);

    /// Someone else's message was overheard. That happens to agents alone.
    fn overhear(&mut self, _overheard: &Overheard<'_>, _cx: &mut Context<'_>) {}

    /// A timer that was set has run out.
    fn timer(&mut self, _timer: TimerId, _cx: &mut Context<'_>) {}

    /// Someone outside the network asks something of the node.
    fn order(&mut self, _order: &Order, _cx: &mut Context<'_>) {}

    /// What it would have written instead of a payload that it sent, if it were a liar: well formed, and not
    /// true. `None` where it has nothing to lie about. Equal draws make equal lies.
    fn forge(&self, _sent: &Incoming<'_>, _lie: &mut Draw) -> Option<Vec<u8>> {
        None
    }

    /// A payload that this program sent or may receive, for a person to read; `None` if it is not one.
    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value>;
}

/// What every [`Program`] can do because it is `Clone` and `Serialize`.
pub trait ProgramObject: Send + Sync {
    /// A copy with the same memory.
    fn boxed(&self) -> Box<dyn Program>;
    /// The memory as bytes, to compare two states.
    fn memory(&self) -> Vec<u8>;
    /// The memory as a person reads it.
    fn show(&self) -> serde_json::Value;
}

impl<P: Program + Clone + Serialize + Send + Sync + 'static> ProgramObject for P {
    fn boxed(&self) -> Box<dyn Program> {
        Box::new(self.clone())
    }

    fn memory(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        Codec::Compact.encode(self, &mut bytes);
        bytes
    }

    fn show(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or(serde_json::Value::Null)
    }
}

impl Clone for Box<dyn Program> {
    fn clone(&self) -> Self {
        self.as_ref().boxed()
    }
}

/// Makes the program of a node, at the start and at every restart.
pub type Spawn = Arc<dyn Fn(NodeId) -> Box<dyn Program> + Send + Sync>;

/// A payload that arrived, still as bytes.
pub struct Incoming<'a> {
    bytes: &'a [u8],
    codec: Codec,
    garbled: Cell<bool>,
}

impl<'a> Incoming<'a> {
    /// A payload of these bytes, written in this codec.
    pub fn new(bytes: &'a [u8], codec: Codec) -> Self {
        Self { bytes, codec, garbled: Cell::new(false) }
    }

    /// The message, or `None` when the bytes make no sense; the packet's fate then says so.
    pub fn read<M: DeserializeOwned>(&self) -> Option<M> {
        let message = self.codec.decode(self.bytes);
        if message.is_none() {
            self.garbled.set(true);
        }
        message
    }

    /// The message as a person reads it, for [`Program::explain`].
    pub fn explain<M: DeserializeOwned + Serialize>(&self) -> Option<serde_json::Value> {
        self.read::<M>().and_then(|message| serde_json::to_value(message).ok())
    }

    /// The message with something changed, written down again; `None` when `change` finds nothing to change.
    pub fn altered<M: DeserializeOwned + Serialize>(
        &self,
        change: impl FnOnce(&mut M) -> Option<()>,
    ) -> Option<Vec<u8>> {
        let mut message = self.codec.decode(self.bytes)?;
        change(&mut message)?;
        let mut bytes = Vec::new();
        self.codec.encode(&message, &mut bytes);
        Some(bytes)
    }

    /// The bytes as they arrived.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether reading it failed.
    pub(crate) fn is_garbled(&self) -> bool {
        self.garbled.get()
    }
}

/// What a program asks for. Commands are carried out in their order, after the program has returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Send the bytes from `start` to `end` of the outbox.
    Send { to: NodeId, class: Class, label: Label, is_again: bool, start: u32, end: u32 },
    /// Set a timer that runs out after this much time of the node's own monotonic clock.
    SetTimer { timer: TimerId, after: Duration },
    /// Cancel a timer, if it is set.
    CancelTimer(TimerId),
    /// Look the address of a node up anew.
    LookUp(NodeId),
    /// Write the bytes from `start` to `end` of the outbox to the disk, under a key.
    Persist { key: &'static str, start: u32, end: u32 },
    /// Do something that only this node sees.
    Local(Label),
    /// Decide something for good.
    Decide(Label),
    /// Send the bytes from `start` to `end` of the outbox in the name of someone else.
    Pose { pose: Pose, label: Label, start: u32, end: u32 },
    /// Write the text from `start` to `end` of the outbox to the node's log.
    Log { start: u32, end: u32 },
}

/// A word and perhaps a number: what stands beside an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) word: &'static str,
    pub(crate) number: Option<u32>,
}

/// The commands of one turn and the bytes that they carry. Kept and reused, so that a turn allocates nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) commands: Vec<Command>,
    pub(crate) bytes: Vec<u8>,
    /// Whether what is sent next was said to be a retry.
    is_again: bool,
}

impl Outbox {
    pub(crate) fn clear(&mut self) {
        self.commands.clear();
        self.bytes.clear();
        self.is_again = false;
    }
}

/// What a program may know and do in one turn.
pub struct Context<'a> {
    pub(crate) me: NodeId,
    pub(crate) local: Local<'a>,
    pub(crate) disk: &'a BTreeMap<&'static str, Vec<u8>>,
    pub(crate) codec: Codec,
    pub(crate) version: u16,
    pub(crate) draws: &'a mut u64,
    pub(crate) chance: crate::base::Chance,
    pub(crate) outbox: &'a mut Outbox,
}

impl Context<'_> {
    /// The node that the program runs on.
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// Which version of its software the node runs: 1, unless someone has installed another.
    pub fn version(&self) -> u16 {
        self.version
    }

    /// What the node's time-of-day clock shows in this turn. It may have gone backward since the last one.
    pub fn wall(&self) -> WallReading {
        self.local.wall()
    }

    /// What the node's monotonic clock shows in this turn. Only differences mean anything, and only here.
    pub fn monotonic(&self) -> MonotonicReading {
        self.local.monotonic()
    }

    /// What was last written to the disk under `key`.
    pub fn disk<V: DeserializeOwned>(&self, key: &'static str) -> Option<V> {
        Codec::Compact.decode(self.disk.get(key)?)
    }

    /// A stream of chance of the program's own, a new one at each call.
    pub fn chance(&mut self, purpose: &'static str) -> Draw {
        let cause = crate::base::Cause { from: self.me, to: self.me, nth: *self.draws, copy: 0, hop: 0 };
        *self.draws += 1;
        self.chance.draw(purpose, cause)
    }

    /// Says of the message that is sent next that it is a retry: it says again what was sent before and was not
    /// answered, perhaps in other bytes. Meters count it as one; to the network it is a message like any other.
    pub fn again(&mut self, is_again: bool) -> &mut Self {
        self.outbox.is_again = is_again;
        self
    }

    /// Sends a message. `label` is the word that stands beside it in the diagram.
    pub fn send<M: Serialize>(&mut self, to: NodeId, label: &'static str, message: &M) {
        self.send_labelled(to, Class::Ordinary, Label { word: label, number: None }, message);
    }

    /// Sends a message whose label has a number, such as `pull 31`.
    pub fn send_nth<M: Serialize>(&mut self, to: NodeId, label: &'static str, number: u32, message: &M) {
        self.send_labelled(to, Class::Ordinary, Label { word: label, number: Some(number) }, message);
    }

    /// Sends a message that matters more or less than most. Whether a link goes by that is up to the link.
    pub fn send_as<M: Serialize>(
        &mut self,
        class: Class,
        to: NodeId,
        label: &'static str,
        number: Option<u32>,
        message: &M,
    ) {
        self.send_labelled(to, class, Label { word: label, number }, message);
    }

    fn send_labelled<M: Serialize>(&mut self, to: NodeId, class: Class, label: Label, message: &M) {
        let start = self.outbox.bytes.len() as u32;
        self.codec.encode(message, &mut self.outbox.bytes);
        let end = self.outbox.bytes.len() as u32;
        let is_again = std::mem::take(&mut self.outbox.is_again);
        self.outbox.commands.push(Command::Send { to, class, label, is_again, start, end });
    }

    /// Looks a node's address up anew, where addresses grow old: from here on, what this node sends to it goes to where
    /// it is now, until it moves. It takes no time and is no event.
    pub fn look_up(&mut self, node: NodeId) {
        self.outbox.commands.push(Command::LookUp(node));
    }

    /// Sends a message in the name of someone else. Agents alone can, as they sit on the line: the message of
    /// anyone else bears the address that it comes from.
    pub fn pose(&mut self, posing: &Posing<'_>) {
        let start = self.outbox.bytes.len() as u32;
        self.outbox.bytes.extend_from_slice(posing.bytes);
        let end = self.outbox.bytes.len() as u32;
        let pose = Pose { as_node: posing.as_node, at: posing.at, to: posing.to };
        self.outbox.commands.push(Command::Pose { pose, label: posing.label.0, start, end });
    }

    /// Sets a timer that runs out after this much time of the node's own monotonic clock.
    pub fn set_timer(&mut self, timer: TimerId, after: Duration) {
        self.outbox.commands.push(Command::SetTimer { timer, after });
    }

    /// Cancels a timer, if it is set.
    pub fn cancel_timer(&mut self, timer: TimerId) {
        self.outbox.commands.push(Command::CancelTimer(timer));
    }

    /// Writes a value to the disk, which a crash does not lose. It is an event of its own.
    pub fn persist<V: Serialize>(&mut self, key: &'static str, value: &V) {
        let start = self.outbox.bytes.len() as u32;
        Codec::Compact.encode(value, &mut self.outbox.bytes);
        let end = self.outbox.bytes.len() as u32;
        self.outbox.commands.push(Command::Persist { key, start, end });
    }

    /// Does something that only this node sees, such as firing a thruster. It is an event of its own.
    pub fn local(&mut self, label: &'static str) {
        self.outbox.commands.push(Command::Local(Label { word: label, number: None }));
    }

    /// Does something that only this node sees, with a number.
    pub fn local_nth(&mut self, label: &'static str, number: u32) {
        self.outbox.commands.push(Command::Local(Label { word: label, number: Some(number) }));
    }

    /// Decides something for good. It is an event of its own.
    pub fn decide(&mut self, label: &'static str) {
        self.outbox.commands.push(Command::Decide(Label { word: label, number: None }));
    }

    /// Decides something for good, with a number.
    pub fn decide_nth(&mut self, label: &'static str, number: u32) {
        self.outbox.commands.push(Command::Decide(Label { word: label, number: Some(number) }));
    }

    /// Writes a line to the node's log. That is no event.
    pub fn log(&mut self, line: &str) {
        let start = self.outbox.bytes.len() as u32;
        self.outbox.bytes.extend_from_slice(line.as_bytes());
        let end = self.outbox.bytes.len() as u32;
        self.outbox.commands.push(Command::Log { start, end });
    }
}
