//! A program that sends messages of given lengths at given or random instants, for what depends on load.

use std::sync::Arc;

use lightcone::base::{Duration, MessageId, NodeId, Seed, TrueTime};
use lightcone::sim::{
    Class, Codec, Context, Engine, FRAME_BYTES, FaultSetting, Incoming, Limits, Program, Script, Setup,
    TimerId, Topology,
};
use serde::{Deserialize, Serialize};

use crate::players::{A, names};

/// How long messages are: frames of so many bytes.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Lengths {
    /// All alike.
    Fixed(u64),
    /// Exponential around this mean, as far as a frame can be so short.
    Exponential(u64),
}

/// What a talker says: as many bytes as it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk(pub Vec<u8>);

/// Node 0 sends frames to the last node, at random (Poisson) or as it was told.
#[derive(Clone, Debug, Serialize)]
pub struct Talker {
    /// The mean time between two messages.
    pub every: Duration,
    pub lengths: Lengths,
    pub to: NodeId,
    /// Messages that go out at once at the start: class, label and length of the frame.
    #[serde(skip)]
    pub first: Vec<(Class, &'static str, u64)>,
    pub heard: Vec<usize>,
}

const NEXT: TimerId = TimerId::new("next", 0);

impl Talker {
    fn talk(&self, class: Class, label: &'static str, frame: u64, cx: &mut Context<'_>) {
        cx.send_as(class, self.to, label, None, &of_frame(frame));
    }
}

/// A message whose frame has so many bytes, or as few as a frame can have.
pub fn of_frame(frame: u64) -> Talk {
    // Postcard writes the length before the bytes: one byte of it below 128, two below 16,384, then three.
    let rest = frame.saturating_sub(FRAME_BYTES as u64);
    let length = if rest <= 128 { 1 } else { 2 + u64::from(rest > 16_385) };
    let count = rest.saturating_sub(length);
    Talk(vec![7; count as usize])
}

impl Program for Talker {
    fn start(&mut self, cx: &mut Context<'_>) {
        if cx.me() != A {
            return;
        }
        for (class, label, frame) in self.first.clone() {
            self.talk(class, label, frame, cx);
        }
        if self.every > Duration::ZERO {
            let first = cx.chance("gap").exponential(self.every.0);
            cx.set_timer(NEXT, Duration(first));
        }
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, _: &mut Context<'_>) {
        if let Some(Talk(bytes)) = incoming.read() {
            self.heard.push(bytes.len());
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        let gap = cx.chance("gap").exponential(self.every.0);
        cx.set_timer(NEXT, Duration(gap));
        let frame = match self.lengths {
            Lengths::Fixed(bytes) => bytes,
            Lengths::Exponential(mean) => cx.chance("length").exponential(mean),
        };
        self.talk(Class::Ordinary, "talk", frame, cx);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Talk>()
    }
}

/// A talker at node 0 of this topology for so long.
pub fn talk(
    talker: Talker,
    topology: Topology,
    long: Duration,
    seed: u64,
    faults: Vec<FaultSetting>,
) -> Setup {
    let nodes = topology.places.len();
    Setup {
        nodes: names(nodes, Codec::Compact),
        topology,
        spawn: Arc::new(move |_| Box::new(talker.clone())),
        script: Script::default(),
        seed: Seed(seed),
        faults,
        horizon: TrueTime::ZERO + long,
        stay_least: Duration::millis(1),
        limits: Limits::default(),
    }
}

/// What was signed with this effect on a message, added up.
pub fn signed(engine: &Engine, message: MessageId, effect: &str) -> u64 {
    engine.trace().fate(message).iter().filter(|entry| entry.effect == effect).map(|entry| entry.size).sum()
}

/// The mean of what independent runs gave, and how far it may be off: five deviations, known from how they differ.
pub fn mean_of_runs(means: &[f64]) -> (f64, f64) {
    let n = means.len() as f64;
    let mean = means.iter().sum::<f64>() / n;
    let variance = means.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / (n - 1.0);
    (mean, 5.0 * (variance / n).sqrt())
}
