//! The trace: everything that happened, in columns that only grow. The only source for whatever is shown.
//!
//! A trace can be wound back to a mark. What lies behind the mark is kept, and a replay that records the same
//! again merely moves the mark forward, so that going back and forth costs no memory. Recording something
//! else is a new branch: it starts by forgetting the kept future. All reading is up to the mark unless its
//! name says otherwise. Must not know who reads it.

mod foreign;
mod hash;
mod labels;
mod read;
mod readings;
mod table;
mod write;

use foreign::Foreign;
pub use foreign::{ForeignEvent, ForeignMessage};
pub use hash::TraceHash;
use labels::Labels;
use readings::Readings;
use table::{EventTable, FateTable, MessageTable, TurnTable};

use super::column::Bytes;
use super::program::Label;
use crate::base::{EventId, LinkId, MessageId, NodeId, SpanId, TrueTime};

/// What kind of thing happened at a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum EventKind {
    /// Something that only this node sees.
    #[default]
    Local,
    /// A message was sent to one receiver.
    Send,
    /// A message was received.
    Receive,
    /// A timer ran out.
    Timer,
    /// Something was decided for good.
    Decide,
    /// Something was written to the disk.
    Write,
    /// The node crashed and lost its memory.
    Crash,
    /// The node started again.
    Restart,
    /// The node was paused, without noticing.
    Pause,
    /// The node went on, without noticing.
    Resume,
    /// The node's wall clock was set or stepped.
    ClockStep,
}

impl EventKind {
    /// All kinds, in the order of their codes.
    pub const ALL: [Self; 11] = [
        Self::Local,
        Self::Send,
        Self::Receive,
        Self::Timer,
        Self::Decide,
        Self::Write,
        Self::Crash,
        Self::Restart,
        Self::Pause,
        Self::Resume,
        Self::ClockStep,
    ];

    /// The name in exported traces, in the page and in commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Send => "send",
            Self::Receive => "receive",
            Self::Timer => "timer",
            Self::Decide => "decide",
            Self::Write => "write",
            Self::Crash => "crash",
            Self::Restart => "restart",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::ClockStep => "clock-step",
        }
    }

    /// Whether a node notices that it happens to it.
    ///
    /// Nobody tells a program that it was paused, that it is about to crash, or that somebody set the clock: it finds
    /// what its clock shows, and no more. That it starts again it is told.
    pub const fn is_noticed(self) -> bool {
        match self {
            Self::Crash | Self::Pause | Self::Resume | Self::ClockStep => false,
            Self::Local
            | Self::Send
            | Self::Receive
            | Self::Timer
            | Self::Decide
            | Self::Write
            | Self::Restart => true,
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageState {
    /// A copy of it may still arrive, and none has.
    InFlight,
    /// It was received at least once.
    Arrived,
    /// Every copy of it was lost.
    Lost,
}

impl MessageState {
    /// The name in exported traces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InFlight => "in-flight",
            Self::Arrived => "arrived",
            Self::Lost => "lost",
        }
    }
}

/// What held for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpanKind {
    /// A node was paused.
    Pause,
    /// A node was down.
    Outage,
    /// A group of nodes was parted from the others.
    Partition,
    /// A link was cut.
    Cut,
}

impl SpanKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Pause, Self::Outage, Self::Partition, Self::Cut];

    /// The name in exported traces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Outage => "outage",
            Self::Partition => "partition",
            Self::Cut => "cut",
        }
    }
}

/// A stretch of true time in which something held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What held.
    pub kind: SpanKind,
    /// Since when.
    pub from: TrueTime,
    /// Until when; `None` while it lasts.
    pub to: Option<TrueTime>,
    /// The node, or the nodes of the group, or the two ends of the link.
    pub nodes: Vec<NodeId>,
    /// Whether only one direction was affected.
    pub one_way: bool,
}

/// A line that a node wrote to its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The node.
    pub node: NodeId,
    /// When, in true time.
    pub at: TrueTime,
    /// What it wrote.
    pub text: String,
}

/// A place in a trace: how much of each table had been recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// How many events.
    pub events: u32,
    /// How many messages.
    pub messages: u32,
    /// How many lines of fate.
    pub fates: u32,
    /// How many turns.
    pub turns: u32,
    /// How many spans had begun.
    pub spans: u32,
    /// How many spans had begun or ended.
    span_ends: u32,
    logs: u32,
    clocks: u32,
    copies: u32,
    /// The true time.
    pub now: TrueTime,
}

/// A place in a trace to which it can be wound.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    mark: Mark,
    last_of: Vec<LastEvent>,
}

/// The last event of a node: which it is of all, and which of the node's own, counted from 1.
#[derive(Clone, Copy, Debug)]
struct LastEvent {
    id: u32,
    own: u32,
}

impl LastEvent {
    /// Of a node that has none yet.
    const NONE: Self = Self { id: NONE, own: 0 };
}

/// No event, no message, no number: what a column of ids holds where there is none.
const NONE: u32 = u32::MAX;

/// The record of a run, or of a log that was imported.
#[derive(Clone, Debug)]
pub struct Trace {
    names: Vec<String>,
    labels: Labels,
    mark: Mark,
    events: EventTable,
    messages: MessageTable,
    bytes: Bytes,
    fates: FateTable,
    // Tables with few rows.
    copies: Vec<ReceivedCopy>,
    spans: Vec<Span>,
    span_ends: Vec<SpanId>,
    // Of each span, which of all ends is its own; `NONE` while it lasts.
    ended_as: Vec<u32>,
    logs: Vec<(EventId, LogLine)>,
    readings: Readings,
    turns: TurnTable,
    // One a node, up to the mark.
    last_of: Vec<LastEvent>,
    // How many events were left each time that a future was forgotten.
    branches: Vec<u32>,
    // What a log from elsewhere brings; a run has none of it.
    foreign: Option<Box<Foreign>>,
}

/// A receive that was not the first of its message, or not of the bytes that were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ReceivedCopy {
    event: EventId,
    message: MessageId,
    copy: u16,
    payload: Option<Box<[u8]>>,
}

/// What a new event is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewEvent {
    pub(crate) kind: EventKind,
    pub(crate) node: NodeId,
    pub(crate) at: TrueTime,
    pub(crate) message: Option<MessageId>,
    pub(crate) label: Label,
}

/// The link on which an entry was signed, as it is exported.
pub(crate) fn link_number(link: Option<LinkId>) -> u32 {
    link.map_or(NONE, |link| link.0)
}

const fn some(word: u32) -> Option<u32> {
    if word == NONE { None } else { Some(word) }
}
