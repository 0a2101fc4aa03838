//! Small runs made by hand for pictures: a program that does what the script says, and two faults that do
//! what a table says.

use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed, TrueTime, WallReading};
use lightcone::clocks::ClockSpec;
use lightcone::sim::orbit::Constellation;
use lightcone::sim::{
    Act, Context, Effects, Engine, Fault, FaultEntry, FaultKind, FaultSetting, Hop, InFlight, Incoming,
    Limits, Link, NodeSpec, Order, Program, Role, Script, Setup, TimerId, Topology, World, WorldActs,
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

/// Loses the messages whose pair and number a dial names: sender · 10,000 + receiver · 100 + nth. With
/// [`FLIPPED`] added it flips a bit of it instead, with [`COPIED`] it makes a copy that comes later.
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
        if self.0.contains(&(name + FLIPPED)) {
            effects.flip("flip", 2, false);
        }
        if self.0.contains(&(name + COPIED)) {
            effects.copy(Duration::millis(300));
        }
    }
}

const FLIPPED: i64 = 1_000_000;
const COPIED: i64 = 2_000_000;

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

/// A run at its start: names, wall clock offsets, links with their delays in ms, holes, script, end in ms.
fn start(
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
    Engine::new(Arc::new(setup))
}

/// The run up to its end.
fn finished(mut engine: Engine) -> Engine {
    while engine.step().is_ok() {}
    engine
}

/// Six nodes: pulls and replies over relays, a pause, a lost reply, a timer. Times go by steps of 60 ms.
pub fn relay() -> Engine {
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
    at(65, 4, "gossip", 5);
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
    finished(start(&names, &[0, 300_000_000, 0, 0, -400_000_000, 0], &links, vec![30_101], script, 30_000))
}

/// Three nodes and all that can happen to a message or a node, stopped while some of it goes on.
pub fn troubles() -> Engine {
    let links = [(0, 1, 400), (1, 0, 400), (1, 2, 500), (2, 1, 500)];
    let mut script = Script::default();
    let mut at = |millis: u64, node: u16, what, number| {
        script.order(Duration::millis(millis), NodeId(node), what, number);
    };
    at(100, 0, "flipped", 1);
    at(300, 0, "twice", 1);
    at(500, 1, "far", 0);
    at(700, 2, "into the wall", 1);
    at(900, 0, "over the hill", 2);
    at(1_000, 2, "write", 7);
    at(1_150, 2, "decide", 0);
    at(1_700, 0, "to the dead", 1);
    at(2_100, 2, "dropped", 1);
    at(3_000, 0, "waits", 1);
    at(3_000, 0, "look", 0);
    at(3_350, 2, "under way", 1);
    at(3_450, 2, "far away", 0);
    script.act(Duration::millis(600), Act::Partition { group: vec![NodeId(2)], one_way: false });
    script.act(Duration::millis(1_050), Act::Join { group: vec![NodeId(2)] });
    script.act(Duration::millis(1_900), Act::Crash(NodeId(1)));
    script.act(Duration::millis(2_450), Act::Restart(NodeId(1)));
    script.act(Duration::millis(2_700), Act::Pause(NodeId(1)));
    script.act(Duration::millis(2_600), Act::Cut { from: NodeId(1), to: NodeId(2), one_way: true });
    script.act(Duration::millis(2_900), Act::SetClock(NodeId(2), WallReading(2_300_000_000)));
    let holes = vec![100 + FLIPPED, 101 + COPIED];
    let mut engine = start(&["Ada", "Bob", "Cleo"], &[], &links, holes, script, 30_000);
    while engine.next_at().is_some_and(|at| at <= TrueTime(3_600_000_000)) {
        if engine.now() > TrueTime(2_250_000_000) && engine.tape().actions().is_empty() {
            let name = |packet: &InFlight| {
                (engine.trace().sender(packet.message) == NodeId(2)).then_some(packet.name)
            };
            let dropped = engine.in_flight().iter().find_map(name).expect("it is under way");
            engine.act(&Act::Drop(dropped)).expect("it can be dropped");
        }
        engine.step().expect("there is more");
    }
    engine
}

/// Forty-eight satellites and twelve stations: messages over several hops, a paused satellite, a dead one, a
/// parted pair and a clock that is off, seen while all that lasts.
pub fn constellation() -> Engine {
    const STATIONS: [(f64, f64); 12] = [
        (52.5, 13.4),
        (-33.9, 18.4),
        (37.8, -122.4),
        (-23.5, -46.6),
        (35.7, 139.7),
        (-33.9, 151.2),
        (1.3, 103.8),
        (28.6, 77.2),
        (64.1, -21.9),
        (-1.3, 36.8),
        (19.4, -99.1),
        (61.2, -149.9),
    ];
    let topology = Topology::orbiting(Constellation::MERIDIAN, &STATIONS);
    let satellite = |n: usize| NodeSpec {
        clock: ClockSpec { offset_ns: if n == 30 { -2_100_000_000 } else { 0 }, ..ClockSpec::default() },
        ..NodeSpec::new(format!("S{}", n + 1), Role::Satellite)
    };
    let station = |n: usize| NodeSpec::new(format!("G{}", n + 1), Role::Station);
    let mut script = Script::default();
    for station in 0..12_u16 {
        let to = u64::from(station) * 17 % 48;
        script.order(Duration::millis(1), NodeId(48 + station), "pull", to);
        script.order(Duration::millis(2), NodeId(to as u16), "tell", u64::from(48 + (station + 5) % 12));
    }
    let parted = vec![NodeId(3), NodeId(4)];
    script.act(Duration::micros(100), Act::Pause(NodeId(22)));
    script.act(Duration::micros(200), Act::Crash(NodeId(9)));
    script.act(Duration::micros(300), Act::Partition { group: parted, one_way: false });
    let setup = Setup {
        nodes: (0..48).map(satellite).chain((0..12).map(station)).collect(),
        topology,
        spawn: Arc::new(|_| Box::new(Puppet)),
        script,
        seed: Seed(1),
        faults: vec![FaultSetting { entry: &LATENCY, is_held: false, dials: Vec::new() }],
        horizon: TrueTime::ZERO + Duration::secs(9),
        stay_least: Duration::ZERO,
        limits: Limits::default(),
    };
    let mut engine = Engine::new(Arc::new(setup));
    while engine.next_at().is_some_and(|at| at <= TrueTime(14_000_000)) {
        engine.step().expect("there is more");
    }
    engine
}

/// Tells random others something every ten milliseconds, and notes or decides now and then.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Gossip {
    nodes: u16,
    told: u32,
}

impl Program for Gossip {
    fn start(&mut self, cx: &mut Context<'_>) {
        let first = cx.chance("start").below(10_000);
        cx.set_timer(TimerId::new("tell", 0), Duration::micros(first));
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        if incoming.read::<Word>().is_some_and(|word| word.0 % 7 == 0) {
            cx.local("note");
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        self.told += 1;
        for _ in 0..2 {
            let peer = NodeId(cx.chance("peer").below(self.nodes.into()) as u16);
            cx.send_nth(peer, "tell", self.told, &Word(self.told.into()));
        }
        if self.told.is_multiple_of(5) {
            cx.decide("so");
        }
        cx.set_timer(timer, Duration::millis(10));
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}

/// Loses, copies, garbles and delays at random.
#[derive(Clone)]
struct Storm;

impl Fault for Storm {
    fn retune(&mut self, _: &[i64], _: &World<'_>, _: &mut WorldActs) {}

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        let mut draw = hop.draw("storm");
        effects.delay("jitter", Duration::micros(draw.below(25_000)));
        match draw.below(100) {
            0..5 => effects.lose("loss"),
            5..8 => effects.copy(Duration::micros(draw.below(20_000))),
            8..10 => effects.flip("flip", draw.below(8), false),
            _ => {}
        }
    }
}

static STORM: FaultEntry = FaultEntry {
    id: "reliable",
    assumption: "The network is reliable",
    kind: FaultKind::Fallacy,
    effect: "loses, copies, garbles and delays",
    doc: "",
    dials: &[],
    make: |_| Box::new(Storm),
};

/// A run of gossiping nodes in which all sorts of things go wrong, stopped at about so many events.
pub fn gossip(nodes: u16, events: usize, seed: u64) -> Engine {
    let mut script = Script::default();
    let clock = |n: u64| ClockSpec {
        offset_ns: (n * 37 % 11) as i64 * 9_000_000 - 40_000_000,
        ..ClockSpec::default()
    };
    for n in 0..6_u64 {
        let (at, node) = (Duration::millis(20 + 90 * n), NodeId(((seed + n * 5) % u64::from(nodes)) as u16));
        let later = at + Duration::millis(60);
        match (seed + n) % 4 {
            0 => script.act(at, Act::Pause(node)).act(later, Act::Resume(node)),
            1 => script.act(at, Act::Crash(node)).act(later, Act::Restart(node)),
            2 => script
                .act(at, Act::Partition { group: vec![node], one_way: n % 2 == 0 })
                .act(later, Act::Join { group: vec![node] }),
            _ => script.act(at, Act::SetClock(node, WallReading(at.0 as i64 - 70_000_000))),
        };
    }
    let setup = Setup {
        nodes: (0..u64::from(nodes))
            .map(|n| NodeSpec { clock: clock(n), ..NodeSpec::new(format!("N{n}"), Role::Server) })
            .collect(),
        topology: Topology::mesh(nodes.into(), Duration::millis(1)),
        spawn: Arc::new(move |_| Box::new(Gossip { nodes, told: 0 })),
        script,
        seed: Seed(seed),
        faults: vec![FaultSetting { entry: &STORM, is_held: false, dials: Vec::new() }],
        horizon: TrueTime::ZERO + Duration::secs(3_600),
        stay_least: Duration::ZERO,
        limits: Limits::default(),
    };
    let mut engine = Engine::new(Arc::new(setup));
    while engine.trace().len() < events {
        engine.step().expect("gossip never ends");
    }
    engine
}
