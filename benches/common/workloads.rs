//! The workloads that the benchmarks share, as programs of the simulator.
//!
//! W1: four nodes, four messages in flight, each delivery answered by a send to a random other node.
//! W2: sixty nodes that push gossip: each sends to three random others every 10 ms, and 5 % of the packets
//! are lost. The payload is 16 bytes in the compact codec; logical stamps are folded by the observer and
//! not carried.

use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed, TrueTime};
use lightcone::faults;
use lightcone::sim::{
    Context, FaultSetting, Incoming, Limits, NodeSpec, Program, Role, Script, Setup, TimerId, Topology,
};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many nodes W1 has, and how many messages are in flight.
pub const W1_NODES: usize = 4;
/// How many nodes W2 has.
pub const W2_NODES: usize = 60;
/// To how many others a node of W2 gossips each time.
pub const W2_FANOUT: usize = 3;
/// How often it does.
pub const W2_PERIOD: Duration = Duration::millis(10);
/// How many packets in a million W2 loses.
pub const W2_LOSS_PPM: i64 = 50_000;

/// A string of sixteen bytes.
#[derive(Clone, Copy)]
pub struct Payload([u8; 16]);

impl Payload {
    /// A payload that carries a number.
    pub fn of(n: u64) -> Self {
        let mut bytes = [7; 16];
        bytes[..8].copy_from_slice(&n.to_le_bytes());
        Self(bytes)
    }

    /// The number that it carries.
    pub fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.0[..8]);
        u64::from_le_bytes(bytes)
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Sixteen;

        impl Visitor<'_> for Sixteen {
            type Value = Payload;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("sixteen bytes")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Payload, E> {
                bytes.try_into().map(Payload).map_err(|_| E::invalid_length(bytes.len(), &self))
            }
        }

        deserializer.deserialize_bytes(Sixteen)
    }
}

/// A cheap generator for the choice of a peer, the same in the bare loop: a step of SplitMix64.
pub fn scramble(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A random node of `nodes` that is not `me`.
pub fn other(state: &mut u64, nodes: usize, me: usize) -> usize {
    let peer = (scramble(state) % (nodes as u64 - 1)) as usize;
    if peer >= me { peer + 1 } else { peer }
}

/// W1's program.
#[derive(Clone, Serialize)]
struct Pass {
    state: u64,
    seen: u64,
}

impl Program for Pass {
    fn start(&mut self, cx: &mut Context<'_>) {
        let me = cx.me().index();
        let peer = other(&mut self.state, W1_NODES, me);
        cx.send(NodeId(peer as u16), "pass", &Payload::of(0));
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(payload) = incoming.read::<Payload>() else { return };
        self.seen += payload.number();
        let me = cx.me().index();
        let peer = other(&mut self.state, W1_NODES, me);
        cx.send(NodeId(peer as u16), "pass", &Payload::of(self.seen & 0xff));
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Payload>()
    }
}

/// W2's program.
#[derive(Clone, Serialize)]
struct Gossip {
    state: u64,
    seen: u64,
    nodes: u64,
}

const ROUND: TimerId = TimerId::new("round", 0);

impl Program for Gossip {
    fn start(&mut self, cx: &mut Context<'_>) {
        // Rounds are spread over the period, as they are between machines that were not started at once.
        cx.set_timer(ROUND, Duration(scramble(&mut self.state) % W2_PERIOD.0));
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, _: &mut Context<'_>) {
        if let Some(payload) = incoming.read::<Payload>() {
            self.seen = self.seen.max(payload.number());
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        let me = cx.me().index();
        self.seen += 1;
        for _ in 0..W2_FANOUT {
            let peer = other(&mut self.state, self.nodes as usize, me);
            cx.send(NodeId(peer as u16), "gossip", &Payload::of(self.seen));
        }
        cx.set_timer(ROUND, W2_PERIOD);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Payload>()
    }
}

/// A client that asks one of the servers, which are the nodes with the lowest ids, every now and then.
#[derive(Clone, Serialize)]
struct Client {
    state: u64,
    servers: u64,
}

impl Program for Client {
    fn start(&mut self, cx: &mut Context<'_>) {
        cx.set_timer(ROUND, Duration(scramble(&mut self.state) % W2_PERIOD.0));
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, _: &mut Context<'_>) {
        if let Some(payload) = incoming.read::<Payload>() {
            self.state ^= payload.number();
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        let server = scramble(&mut self.state) % self.servers;
        cx.send(NodeId(server as u16), "request", &Payload::of(self.state));
        cx.set_timer(ROUND, Duration(W2_PERIOD.0 / 2 + scramble(&mut self.state) % W2_PERIOD.0));
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Payload>()
    }
}

/// A server that answers whoever asks.
#[derive(Clone, Serialize)]
struct Server;

impl Program for Server {
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        if let Some(payload) = incoming.read::<Payload>() {
            cx.send(from, "reply", &payload);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Payload>()
    }
}

fn setup(nodes: usize, spawn: lightcone::sim::Spawn, broken: &[(&str, &[(&str, i64)])]) -> Setup {
    let fault = |entry: &'static lightcone::sim::FaultEntry| {
        let found = broken.iter().find(|(id, _)| *id == entry.id);
        let turned = found.map_or(&[][..], |(_, dials)| dials);
        for (id, _) in turned {
            assert!(entry.dials.iter().any(|dial| dial.id == *id), "{} has no dial {id}", entry.id);
        }
        let value = |dial: &lightcone::sim::Dial| {
            turned.iter().find(|(id, _)| *id == dial.id).map_or(dial.default, |(_, value)| *value)
        };
        FaultSetting { entry, is_held: found.is_none(), dials: entry.dials.iter().map(value).collect() }
    };
    Setup {
        nodes: (0..nodes).map(|n| NodeSpec::new(format!("n{n}"), Role::Server)).collect(),
        topology: Topology::mesh(nodes, Duration::millis(1)),
        spawn,
        script: Script::default(),
        seed: Seed(7),
        faults: faults::ALL.iter().map(fault).collect(),
        horizon: TrueTime(u64::MAX / 2),
        stay_least: Duration::millis(1),
        limits: Limits { events: usize::MAX, memory: usize::MAX, turns_at_once: u32::MAX },
    }
}

/// W1.
pub fn w1() -> Arc<Setup> {
    let spawn = |node: NodeId| -> Box<dyn Program> { Box::new(Pass { state: u64::from(node.0), seen: 0 }) };
    Arc::new(setup(W1_NODES, Arc::new(spawn), &[]))
}

fn gossip(nodes: usize) -> lightcone::sim::Spawn {
    Arc::new(move |node: NodeId| Box::new(Gossip { state: u64::from(node.0), seen: 0, nodes: nodes as u64 }))
}

/// The dials of `reliable` in W2: nothing but independent loss.
const ONLY_LOSS: &[(&str, i64)] =
    &[("loss", W2_LOSS_PPM), ("burst", 0), ("duplicate", 0), ("reorder", 0), ("corrupt", 0), ("flap", 0)];

/// W2.
pub fn w2() -> Arc<Setup> {
    Arc::new(setup(W2_NODES, gossip(W2_NODES), &[("reliable", ONLY_LOSS)]))
}

/// W2 without any fault.
pub fn w2_quiet() -> Arc<Setup> {
    Arc::new(setup(W2_NODES, gossip(W2_NODES), &[]))
}

/// W2 with every fault that exists, at its own dials.
pub fn w2_all_faults() -> Arc<Setup> {
    w2_faults(|_| true)
}

/// W2 with the faults that are wanted, by their ids, at their own dials.
pub fn w2_faults(is_wanted: impl Fn(&str) -> bool) -> Arc<Setup> {
    let wanted = faults::ALL.iter().map(|entry| entry.id).filter(|id| is_wanted(id));
    let wanted: Vec<(&str, &[(&str, i64)])> = wanted.map(|id| (id, &[][..])).collect();
    Arc::new(setup(W2_NODES, gossip(W2_NODES), &wanted))
}

/// How many nodes the large diagrams have.
pub const LANES: usize = 64;

/// Dense gossip among all lanes, of which some is lost.
pub fn lanes_gossip() -> Arc<Setup> {
    gossip_among(LANES)
}

/// W2 among so many nodes.
pub fn gossip_among(nodes: usize) -> Arc<Setup> {
    Arc::new(setup(nodes, gossip(nodes), &[("reliable", ONLY_LOSS)]))
}

/// Requests of 56 clients to eight servers, of which some are lost.
pub fn lanes_requests() -> Arc<Setup> {
    let spawn = |node: NodeId| -> Box<dyn Program> {
        if node.0 < 8 { Box::new(Server) } else { Box::new(Client { state: u64::from(node.0), servers: 8 }) }
    };
    Arc::new(setup(LANES, Arc::new(spawn), &[("reliable", ONLY_LOSS)]))
}

/// Four lanes on which everything happens, among others on which nothing does.
pub fn lanes_few() -> Arc<Setup> {
    let spawn = |node: NodeId| -> Box<dyn Program> {
        if node.index() < W1_NODES {
            Box::new(Pass { state: u64::from(node.0), seen: 0 })
        } else {
            Box::new(Server)
        }
    };
    Arc::new(setup(LANES, Arc::new(spawn), &[]))
}
