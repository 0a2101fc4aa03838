//! Small programs and stages for the tests of the network. They know no scene.

#![allow(dead_code, reason = "each test binary uses some of them")]

pub mod cases;
pub mod stand_ins;

use std::sync::Arc;

use lightcone::base::{Draw, Duration, NodeId, Seed, TrueTime};
use lightcone::faults;
use lightcone::sim::{
    Codec, Context, Ended, Engine, FaultSetting, Incoming, Limits, NodeSpec, Order, Program, Role, Script,
    Setup, TimerId, Topology,
};
use serde::{Deserialize, Serialize};

/// The first node.
pub const A: NodeId = NodeId(0);
/// The second node.
pub const B: NodeId = NodeId(1);

const TICK: TimerId = TimerId::new("tick", 0);

/// What beacons say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    pub nth: u32,
    pub words: [u16; 4],
}

/// Node 0 says something to the last node at every tick. Whoever hears it counts what made sense.
#[derive(Clone, Debug, Serialize)]
pub struct Beacon {
    pub every: Duration,
    pub to: NodeId,
    pub said: u32,
    pub heard: u32,
}

impl Program for Beacon {
    fn start(&mut self, cx: &mut Context<'_>) {
        if cx.me() == A {
            cx.set_timer(TICK, self.every);
        }
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, _: &mut Context<'_>) {
        if incoming.read::<Beat>().is_some() {
            self.heard += 1;
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        cx.set_timer(timer, self.every);
        cx.send_nth(self.to, "beat", self.said, &Beat { nth: self.said, words: [self.said as u16; 4] });
        self.said += 1;
    }

    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        sent.altered(|beat: &mut Beat| {
            beat.words = [lie.bits() as u16; 4];
            Some(())
        })
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Beat>()
    }
}

/// What gossips say. Of one length, whatever it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rumour {
    pub hops: u8,
    pub digest: [u8; 8],
}

/// Every node tells someone something now and then, passes on what it hears, and writes some of it down.
#[derive(Clone, Debug, Serialize)]
pub struct Gossip {
    pub nodes: u16,
    pub every: Duration,
    pub heard: u32,
    pub digest: [u8; 8],
}

impl Gossip {
    fn someone(&self, cx: &mut Context<'_>) -> NodeId {
        NodeId(cx.chance("someone").below(self.nodes.into()) as u16)
    }
}

impl Program for Gossip {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.heard = cx.disk("heard").unwrap_or(0);
        let first = cx.chance("first").between(1, self.every.0);
        cx.set_timer(TICK, Duration(first));
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(rumour) = incoming.read::<Rumour>() else {
            cx.log("what was that?");
            return;
        };
        self.heard += 1;
        for (own, heard) in self.digest.iter_mut().zip(rumour.digest) {
            *own = own.rotate_left(1) ^ heard;
        }
        match self.heard % 4 {
            0 => cx.persist("heard", &self.heard),
            1 => cx.local_nth("heard", self.heard),
            2 => cx.set_timer(TimerId::new("later", rumour.hops.into()), self.every),
            _ => cx.decide("believe"),
        }
        if rumour.hops > 0 && !self.heard.is_multiple_of(3) {
            cx.send(from, "echo", &Rumour { hops: rumour.hops - 1, digest: self.digest });
        }
        if self.heard.is_multiple_of(5) {
            cx.cancel_timer(TimerId::new("later", 1));
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if timer == TICK {
            cx.set_timer(TICK, self.every);
            // The clocks that a node can read are part of what it says, so that they are part of the trace.
            let reading = cx.wall().0.to_le_bytes();
            self.digest.iter_mut().zip(reading).for_each(|(own, byte)| *own ^= byte);
        }
        let to = self.someone(cx);
        if self.heard % 3 == 1 {
            cx.look_up(to);
        }
        cx.send_nth(to, "rumour", self.heard, &Rumour { hops: 2, digest: self.digest });
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        let to = self.someone(cx);
        cx.local(order.what);
        cx.send(to, "order", &Rumour { hops: 3, digest: order.number.to_le_bytes() });
    }

    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        sent.altered(|rumour: &mut Rumour| {
            rumour.digest = lie.bits().to_le_bytes();
            Some(())
        })
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Rumour>()
    }
}

/// All faults of the catalogue; those named are let in, with their dials at these values.
pub fn faults_with(broken: &[&str], dials: &[(&str, i64)]) -> Vec<FaultSetting> {
    for (name, _) in dials {
        let is_known =
            faults::ALL.iter().any(|e| e.dials.iter().any(|d| format!("{}.{}", e.id, d.id) == *name));
        assert!(is_known, "there is no dial {name}");
    }
    let value = |owner: &str, dial: &lightcone::sim::Dial| {
        let set = dials.iter().find(|(name, _)| *name == format!("{owner}.{}", dial.id));
        set.map_or(dial.default, |(_, value)| *value)
    };
    let setting = |entry: &'static lightcone::sim::FaultEntry| FaultSetting {
        entry,
        is_held: !broken.contains(&entry.id),
        dials: entry.dials.iter().map(|dial| value(entry.id, dial)).collect(),
    };
    faults::ALL.iter().map(setting).collect()
}

/// The dials that make `reliable` do nothing; a test then turns one up.
pub const CALM: [(&str, i64); 4] =
    [("reliable.loss", 0), ("reliable.duplicate", 0), ("reliable.reorder", 0), ("reliable.corrupt", 0)];

/// A beacon at node 0 of this topology that speaks to the last node at every tick, `beats` times.
pub fn beacon(topology: Topology, every: Duration, beats: u64, faults: Vec<FaultSetting>) -> Setup {
    let nodes = topology.places.len();
    let to = NodeId(nodes as u16 - 1);
    Setup {
        nodes: names(nodes, Codec::Compact),
        topology,
        spawn: Arc::new(move |_| Box::new(Beacon { every, to, said: 0, heard: 0 })),
        script: Script::default(),
        seed: Seed(11),
        faults,
        // Half a tick for the last beat to arrive.
        horizon: TrueTime(every.0 * beats + every.0 / 2),
        stay_least: Duration::millis(1),
        limits: Limits::default(),
    }
}

/// Gossips on this topology for so long.
pub fn gossip(topology: Topology, long: Duration, faults: Vec<FaultSetting>) -> Setup {
    let nodes = topology.places.len();
    let (n, every) = (nodes as u16, Duration::millis(10));
    Setup {
        nodes: names(nodes, Codec::Compact),
        topology,
        spawn: Arc::new(move |_| Box::new(Gossip { nodes: n, every, heard: 0, digest: [0; 8] })),
        script: Script::default(),
        seed: Seed(12),
        faults,
        horizon: TrueTime::ZERO + long,
        stay_least: Duration::millis(1),
        limits: Limits::default(),
    }
}

/// So many nodes that write in this codec.
pub fn names(nodes: usize, codec: Codec) -> Vec<NodeSpec> {
    (0..nodes).map(|n| NodeSpec { codec, ..NodeSpec::new(format!("n{n}"), Role::Server) }).collect()
}

/// The run of this to its end.
pub fn run(setup: Setup) -> Engine {
    let mut engine = Engine::new(Arc::new(setup));
    finish(&mut engine);
    engine
}

/// Steps until the run ends, and says why.
pub fn finish(engine: &mut Engine) -> Ended {
    loop {
        if let Err(ended) = engine.step() {
            return ended;
        }
    }
}

/// Fails unless a share that was seen in `n` independent cases is as expected, within five deviations.
pub fn assert_share(seen: usize, n: usize, expected: f64, what: &str) {
    let deviation = (expected * (1.0 - expected) / n as f64).sqrt();
    let share = seen as f64 / n as f64;
    assert!((share - expected).abs() <= 5.0 * deviation, "{what}: {share} of {n}, expected {expected}");
}

/// Fails unless the mean of independent values is as expected, within five deviations of a mean of so many.
pub fn assert_mean(values: &[f64], expected: f64, deviation: f64, what: &str) {
    assert!(values.len() > 30, "{what}: only {} values", values.len());
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let tolerance = 5.0 * deviation / (values.len() as f64).sqrt();
    assert!(
        (mean - expected).abs() <= tolerance,
        "{what}: {mean} in the mean, expected {expected}±{tolerance}"
    );
}
