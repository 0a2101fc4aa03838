//! Packets: copies of a message on their way, and the fate that befalls them.
//!
//! Must not know which faults exist: those sign by name.

use std::ops::Range;

use super::tape::MessageRef;
use crate::base::{Duration, LinkId, MessageId, NodeId, TrueTime};

/// How much a message matters to its sender, which a link may go by when it has to choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It can wait: debug output, copies of files.
    Background,
    /// Like most.
    #[default]
    Ordinary,
    /// It cannot wait: commands, alarms.
    Urgent,
}

impl Class {
    /// How many there are.
    pub const COUNT: usize = 3;
}

/// What a signed number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Nothing: the effect has no size.
    None,
    /// Nanoseconds of delay.
    Nanos,
    /// The place of a bit, counted from the first of the frame.
    Bit,
    /// The number of a copy.
    Copy,
    /// Bytes.
    Bytes,
    /// Billionths of a joule.
    Nanojoules,
    /// Millionths of a euro.
    MicroEuros,
    /// Things that wait.
    Inputs,
    /// The id of a node.
    Node,
}

impl Unit {
    /// All units; what is written down by its place here is read again by it.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Nanos,
        Self::Bit,
        Self::Copy,
        Self::Bytes,
        Self::Nanojoules,
        Self::MicroEuros,
        Self::Inputs,
        Self::Node,
    ];

    /// The name in exported traces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Nanos => "ns",
            Self::Bit => "bit",
            Self::Copy => "copy",
            Self::Bytes => "bytes",
            Self::Nanojoules => "nJ",
            Self::MicroEuros => "µ€",
            Self::Inputs => "inputs",
            Self::Node => "node",
        }
    }
}

/// What a signature means for the packet that bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It went on, perhaps later or changed.
    Onward,
    /// It was lost here.
    Lost,
    /// A further copy of it set out from here.
    Copied,
    /// It was a part, and its receiver joined it to the others: it is no packet of its own any more.
    Joined,
}

/// One line of a message's fate: who did what to which copy of it, where and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FateEntry {
    /// The message.
    pub message: MessageId,
    /// Who signed: a fault's id, or `network`, `crash`, `cut`, `partition`, `hand`.
    pub fault: &'static str,
    /// What it did, as a word: `loss`, `jitter`, `copy`.
    pub effect: &'static str,
    /// How much, in `unit`.
    pub size: u64,
    /// What `size` counts.
    pub unit: Unit,
    /// When, in true time.
    pub at: TrueTime,
    /// To which copy; 0 is the original.
    pub copy: u16,
    /// On which hop of its way, counted from 0.
    pub hop: u16,
    /// On which link; `None` at a node.
    pub link: Option<LinkId>,
    /// What it meant for the packet.
    pub outcome: Outcome,
}

/// What befell a message, in the order in which it was signed.
pub type Fate = Vec<FateEntry>;

/// One copy of a message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packet {
    /// The message of which this is a copy.
    pub(crate) message: MessageId,
    /// Its sender and its receiver.
    pub(crate) from: NodeId,
    /// The receiver.
    pub(crate) to: NodeId,
    /// Which message of the pair it is, counted from 0.
    pub(crate) nth: u32,
    /// Which copy this is.
    pub(crate) copy: u16,
    /// How much it matters to its sender.
    pub(crate) class: Class,
    /// How many hops lie behind it.
    pub(crate) hops: u16,
    /// The node that it reaches next.
    pub(crate) next: NodeId,
    /// The link that it is on, if it is on one.
    pub(crate) link: Option<LinkId>,
    /// When it set out on this hop.
    pub(crate) since: TrueTime,
    /// When it reaches the next node.
    pub(crate) at: TrueTime,
    /// The sequence number of its place in the queue; an entry with another one is stale.
    pub(crate) seq: u64,
    /// The payload with its bits flipped, and who flipped them, if anyone did.
    pub(crate) flipped: Option<Box<Flipped>>,
    /// Which fault holds it, if one does; then it has no place in the queue. Few are held, so that it lies
    /// elsewhere.
    pub(crate) held: Option<Box<Held>>,
    /// Which part of its message it is, if it was too long for a link. Few are.
    pub(crate) part: Option<Box<Part>>,
}

/// A part of a message that was too long for a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The copy of which it is a part: parts of different copies are not put together.
    pub(crate) whole: u16,
    /// Where in the payload it begins.
    pub(crate) start: u32,
    /// Where it ends.
    pub(crate) end: u32,
    /// How long the payload was that was split.
    pub(crate) total: u32,
    /// The fault that split it.
    pub(crate) by: &'static str,
}

impl Part {
    /// Which bytes of the payload it carries.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// How a packet is held by a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// The fault's place in the catalogue.
    pub(crate) slot: u16,
    /// What the hop takes by the faults before it.
    pub(crate) delay: u64,
}

/// A frame whose bits are not those that were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flipped {
    /// The payload as it is now.
    pub(crate) payload: Vec<u8>,
    /// The checksum as it is now.
    pub(crate) checksum: u32,
    /// Whether the receiver looks at the checksum.
    pub(crate) checked: bool,
    /// Who did it.
    pub(crate) by: &'static str,
}

impl Packet {
    /// Its name on the tape.
    pub(crate) fn name(&self) -> MessageRef {
        MessageRef { from: self.from, to: self.to, nth: self.nth, copy: self.copy }
    }

    /// Which bytes of a payload of so many it carries.
    pub(crate) fn range(&self, length: usize) -> Range<usize> {
        match &self.part {
            Some(part) => part.range(),
            None => 0..length,
        }
    }

    /// Whether this is the copy that `name` names.
    pub(crate) fn is_named(&self, name: MessageRef) -> bool {
        (self.from, self.to, self.nth, self.copy) == (name.from, name.to, name.nth, name.copy)
    }

    /// Whether the fault at this place in the catalogue holds it.
    pub(crate) fn is_held_by(&self, slot: u16) -> bool {
        self.held.as_ref().is_some_and(|held| held.slot == slot)
    }

    /// A line of its message's fate, without a size.
    pub(crate) fn fate_entry(
        &self,
        at: TrueTime,
        fault: &'static str,
        effect: &'static str,
        outcome: Outcome,
    ) -> FateEntry {
        FateEntry {
            message: self.message,
            fault,
            effect,
            size: 0,
            unit: Unit::None,
            at,
            copy: self.copy,
            hop: self.hops,
            link: self.link,
            outcome,
        }
    }

    /// How far between the ends of its link the packet is at `now`, in thousandths.
    pub(crate) fn progress(&self, now: TrueTime) -> u16 {
        if self.held.is_some() {
            return 0;
        }
        let whole = self.at.since(self.since).0;
        let done = now.since(self.since).0.min(whole);
        if whole == 0 { 1_000 } else { (u128::from(done) * 1_000 / u128::from(whole)) as u16 }
    }

    /// How long until it reaches the next node; zero while that is not known.
    pub(crate) fn remaining(&self, now: TrueTime) -> Duration {
        self.at.since(now)
    }
}
