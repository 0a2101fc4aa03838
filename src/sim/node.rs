//! A node: its program and memory, its disk, its clock, its timers, and the inputs that wait for it.
//!
//! Must not know the network.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use super::Codec;
use super::engine::Tapped;
use super::packet::Flipped;
use super::program::{Order, Program, TimerId};
use crate::base::{Duration, MessageId, MonotonicReading, NodeId, SpanId, TrueTime, WallReading};
use crate::clocks::{ClockSpec, Oscillator};

/// What a node is, for the picture and for speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A satellite.
    Satellite,
    /// A ground station.
    Station,
    /// A server or a replica.
    Server,
    /// A client or a person.
    Client,
    /// An attacker, which a fault has brought along.
    Attacker,
}

/// What a node is made of at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeSpec {
    /// Its name, unique in the scene: `S23`.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// How its clock goes.
    pub clock: ClockSpec,
    /// How it writes messages down.
    pub codec: Codec,
    /// How long its processor takes for each input.
    pub cost: Duration,
}

impl NodeSpec {
    /// A node with an accurate clock, the compact codec and a processor that takes no time.
    pub fn new(name: impl Into<String>, role: Role) -> Self {
        Self {
            name: name.into(),
            role,
            clock: ClockSpec::default(),
            codec: Codec::Compact,
            cost: Duration::ZERO,
        }
    }
}

/// What a node is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeStatus {
    /// It runs.
    Up,
    /// It is paused and does not notice.
    Paused,
    /// It has crashed.
    Down,
}

/// A node's clock at the instant of a turn. Programs read it through their context and get readings alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local<'a> {
    pub(crate) clock: &'a Oscillator,
    pub(crate) at: TrueTime,
}

impl Local<'_> {
    pub(crate) fn wall(&self) -> WallReading {
        self.clock.wall(self.at)
    }

    pub(crate) fn monotonic(&self) -> MonotonicReading {
        self.clock.monotonic(self.at)
    }
}

/// A timer that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timer {
    pub(crate) id: TimerId,
    /// When it runs out, by the node's monotonic clock.
    pub(crate) due: MonotonicReading,
    /// When that is in true time, as far as the clock's rate does not change.
    pub(crate) at: TrueTime,
    /// Its place in the queue; another number there is stale.
    pub(crate) seq: u64,
}

/// Something that reached a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// A message, when it came, and its bytes if they are not those that were sent.
    Message { message: MessageId, from: NodeId, copy: u16, at: TrueTime, flipped: Option<Box<Flipped>> },
    /// A timer that ran out.
    Timer(TimerId),
    /// A step of the script.
    Order(u32),
    /// Someone else's message, which an agent overheard.
    Overheard(Box<Tapped>),
    /// Something that an agent's fault asks of it.
    Asked(Order),
}

/// A node in a run.
#[derive(Clone)]
pub(crate) struct Node {
    /// The program; `None` while the node is down.
    pub(crate) program: Option<Box<dyn Program>>,
    /// What was written under each key.
    pub(crate) disk: BTreeMap<&'static str, Vec<u8>>,
    pub(crate) clock: Oscillator,
    /// How it writes messages down.
    pub(crate) codec: Codec,
    /// How it reads them, if not as each was written.
    pub(crate) reads: Option<Codec>,
    pub(crate) status: NodeStatus,
    /// The timers that are set, in the order in which they were set.
    pub(crate) timers: Vec<Timer>,
    /// What waits because the node is paused or busy.
    pub(crate) inbox: VecDeque<Input>,
    /// Whether the queue holds an instant at which the inbox is looked into.
    pub(crate) is_waking: bool,
    /// Whether the first input in the inbox has had its time on the processor, or is having it. What came during a pause
    /// has not.
    pub(crate) is_first_served: bool,
    /// How long the processor takes for each input.
    pub(crate) cost: Duration,
    /// Until when the processor is busy with what the node has sent.
    pub(crate) busy_until: TrueTime,
    /// After how many commands of its next turn the node crashes, if it is to.
    pub(crate) crash_after: Option<u16>,
    /// How many streams of chance its program has asked for.
    pub(crate) draws: u64,
    /// How far ahead of the true time the time is that its clock is meant to show, in nanoseconds.
    pub(crate) source: i64,
    /// Which version of its software it runs.
    pub(crate) version: u16,
    /// The pause or outage that lasts, and since when.
    pub(crate) span: Option<(SpanId, TrueTime)>,
}

impl Node {
    pub(crate) fn new(spec: &NodeSpec, program: Box<dyn Program>) -> Self {
        Self {
            program: Some(program),
            disk: BTreeMap::new(),
            clock: Oscillator::new(spec.clock),
            codec: spec.codec,
            reads: None,
            status: NodeStatus::Up,
            timers: Vec::new(),
            inbox: VecDeque::new(),
            is_waking: false,
            is_first_served: false,
            cost: spec.cost,
            busy_until: TrueTime::ZERO,
            crash_after: None,
            draws: 0,
            source: 0,
            version: 1,
            span: None,
        }
    }

    /// The timer that runs out first; among equals the one that was set first.
    pub(crate) fn earliest_timer(&self) -> Option<Timer> {
        self.timers.iter().min_by_key(|timer| (timer.due, timer.seq)).copied()
    }
}
