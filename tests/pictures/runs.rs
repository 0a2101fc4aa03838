//! Small runs made by hand for pictures: a program that does what the script says, and two faults that do
//! what a table says.

use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed, TrueTime};
use lightcone::clocks::ClockSpec;
use lightcone::sim::{
    Act, Context, Effects, Engine, Fault, FaultEntry, FaultKind, FaultSetting, Hop, Incoming, Limits, Link,
    NodeSpec, Order, Program, Role, Script, Setup, TimerId, Topology, World, WorldActs,
};
use serde::{Deserialize, Serialize};

/// Sends where an order says, and does what an order says.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Puppet;

#[derive(Serialize, Deserialize)]
struct Word(u64);

impl Program for Puppet {
    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, _: &mut Context<'_>) {
        let _ = incoming.read::<Word>();
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        match order.what {
            "look" => cx.local("look"),
            "decide" => cx.decide("yes"),
            "write" => cx.persist("state", &order.number),
            "timer" => cx.set_timer(TimerId::new("timer", 31), Duration(order.number)),
            word => cx.send(NodeId(order.number as u16), word, &Word(order.number)),
        }
    }

    fn timer(&mut self, _: TimerId, _: &mut Context<'_>) {}

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}

/// Lets every hop take what its link says.
#[derive(Clone)]
struct Distance;

impl Fault for Distance {
    fn retune(&mut self, _: &[i64], _: &World<'_>, _: &mut WorldActs) {}

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        effects.delay("distance", hop.link.delay);
    }
}

/// Loses the messages whose pair and number a dial names: sender · 10,000 + receiver · 100 + nth.
#[derive(Clone)]
struct Holes(Vec<i64>);

impl Fault for Holes {
    fn retune(&mut self, values: &[i64], _: &World<'_>, _: &mut WorldActs) {
        self.0 = values.to_vec();
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        let name = i64::from(hop.from.0) * 10_000 + i64::from(hop.to.0) * 100 + i64::from(hop.nth);
        if self.0.contains(&name) {
            effects.lose("loss");
        }
    }
}

static RELIABLE: FaultEntry = FaultEntry {
    id: "reliable",
    assumption: "The network is reliable",
    kind: FaultKind::Fallacy,
    effect: "loses what a table says",
    doc: "",
    dials: &[],
    make: |values| Box::new(Holes(values.to_vec())),
};

static LATENCY: FaultEntry = FaultEntry {
    id: "latency",
    assumption: "Latency is zero",
    kind: FaultKind::Fallacy,
    effect: "lets every hop take its distance",
    doc: "",
    dials: &[],
    make: |_| Box::new(Distance),
};

/// Which messages are lost, and everything else that a run is made of.
fn run(
    names: &[&str],
    offsets: &[i64],
    links: &[(u16, u16, u64)],
    holes: Vec<i64>,
    script: Script,
    millis: u64,
) -> Engine {
    let mut topology = Topology::circle(names.len());
    for &(from, to, delay) in links {
        topology.connect(Link { from: NodeId(from), to: NodeId(to), delay: Duration::millis(delay) });
    }
    let spec = |(place, name): (usize, &&str)| NodeSpec {
        clock: ClockSpec { offset_ns: offsets.get(place).copied().unwrap_or(0), ..ClockSpec::default() },
        ..NodeSpec::new(*name, Role::Satellite)
    };
    let setup = Setup {
        nodes: names.iter().enumerate().map(spec).collect(),
        topology,
        spawn: Arc::new(|_| Box::new(Puppet)),
        script,
        seed: Seed(1),
        faults: vec![
            FaultSetting { entry: &RELIABLE, is_held: false, dials: holes },
            FaultSetting { entry: &LATENCY, is_held: false, dials: Vec::new() },
        ],
        horizon: TrueTime::ZERO + Duration::millis(millis),
        stay_least: Duration::ZERO,
        limits: Limits::default(),
    };
    let mut engine = Engine::new(Arc::new(setup));
    while engine.step().is_ok() {}
    engine
}

/// Six nodes: pulls and replies over relays, a pause, a lost reply, a timer. Times go by steps of 60 ms.
pub fn relay(millis: u64) -> Engine {
    let names = ["G2", "R4", "S22", "S23", "S24", "G5"];
    let links = [
        (0, 1, 360),
        (1, 3, 440),
        (3, 1, 420),
        (1, 0, 360),
        (5, 4, 540),
        (4, 2, 540),
        (3, 2, 420),
        (2, 4, 360),
        (4, 5, 520),
    ];
    let mut script = Script::default();
    let mut at = |tick: u64, node: u16, what, number| {
        script.order(Duration::millis(tick * 60), NodeId(node), what, number);
    };
    at(4, 0, "pull 31", 1);
    at(13, 1, "pull 31", 3);
    at(24, 3, "reply", 1);
    at(33, 1, "reply", 0);
    at(8, 5, "hello", 4);
    at(27, 4, "hello", 2);
    at(42, 0, "pull 32", 1);
    at(44, 3, "gossip", 2);
    at(51, 1, "pull 32", 3);
    at(56, 2, "gossip", 4);
    at(62, 4, "gossip", 5);
    at(66, 3, "reply", 1);
    at(74, 4, "hello", 5);
    at(80, 0, "pull 33", 1);
    at(89, 1, "pull 33", 3);
    at(33, 5, "look", 0);
    at(52, 5, "look", 0);
    at(16, 2, "look", 0);
    at(42, 0, "timer", 2_160_000_000);
    script.act(Duration::millis(67 * 60), Act::Pause(NodeId(3)));
    script.act(Duration::millis(93 * 60), Act::Resume(NodeId(3)));
    run(&names, &[0, 300_000_000, 0, 0, -400_000_000, 0], &links, vec![30_101], script, millis)
}
