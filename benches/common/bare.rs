//! The bare loop: the least that could be done for the same workload, against which the simulator is held.
//!
//! A heap of (time, seq), a seeded generator, a log record of 24 bytes, a Lamport stamp, and vector clocks
//! that messages carry and receivers merge, but that nobody stores.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::workloads::{W1_NODES, W2_FANOUT, W2_LOSS_PPM, W2_NODES, W2_PERIOD, other, scramble};

/// What is logged of an event.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Record {
    at: u64,
    lamport: u64,
    node: u32,
    kind: u32,
}

struct Node {
    state: u64,
    seen: u64,
    lamport: u64,
    vector: Box<[u32]>,
}

struct Message {
    lamport: u64,
    payload: [u8; 16],
    vector: Box<[u32]>,
}

enum Item {
    Arrival { to: u32, message: Message },
    Timer { node: u32 },
}

/// A loop for `nodes` nodes.
pub struct Bare {
    heap: BinaryHeap<Reverse<(u64, u64, u32)>>,
    items: Vec<Item>,
    free: Vec<u32>,
    nodes: Vec<Node>,
    seq: u64,
    chance: u64,
    /// What was logged.
    pub log: Vec<Record>,
}

impl Bare {
    fn new(nodes: usize) -> Self {
        let node = |n: usize| Node { state: n as u64, seen: 0, lamport: 0, vector: vec![0; nodes].into() };
        Self {
            heap: BinaryHeap::new(),
            items: Vec::new(),
            free: Vec::new(),
            nodes: (0..nodes).map(node).collect(),
            seq: 0,
            chance: 7,
            log: Vec::new(),
        }
    }

    fn push(&mut self, at: u64, item: Item) {
        let place = match self.free.pop() {
            Some(place) => {
                self.items[place as usize] = item;
                place
            }
            None => {
                self.items.push(item);
                self.items.len() as u32 - 1
            }
        };
        self.heap.push(Reverse((at, self.seq, place)));
        self.seq += 1;
    }

    fn record(&mut self, at: u64, node: usize, kind: u32) {
        self.log.push(Record { at, lamport: self.nodes[node].lamport, node: node as u32, kind });
    }

    fn send(&mut self, at: u64, from: usize, to: usize, number: u64) {
        let node = &mut self.nodes[from];
        node.lamport += 1;
        node.vector[from] += 1;
        let mut payload = [7; 16];
        payload[..8].copy_from_slice(&number.to_le_bytes());
        let message = Message { lamport: node.lamport, payload, vector: node.vector.clone() };
        self.record(at, from, 0);
        self.push(at + 1_000, Item::Arrival { to: to as u32, message });
    }

    fn receive(&mut self, at: u64, to: usize, message: &Message) -> u64 {
        let node = &mut self.nodes[to];
        node.lamport = node.lamport.max(message.lamport) + 1;
        for (own, seen) in node.vector.iter_mut().zip(&message.vector) {
            *own = (*own).max(*seen);
        }
        node.vector[to] += 1;
        let mut number = [0; 8];
        number.copy_from_slice(&message.payload[..8]);
        self.record(at, to, 1);
        u64::from_le_bytes(number)
    }

    fn pop(&mut self) -> Option<(u64, Item)> {
        let Reverse((at, _, place)) = self.heap.pop()?;
        self.free.push(place);
        let item = std::mem::replace(&mut self.items[place as usize], Item::Timer { node: 0 });
        Some((at, item))
    }
}

/// W1 until there were `deliveries`.
pub fn w1(deliveries: usize) -> Bare {
    let mut bare = Bare::new(W1_NODES);
    for me in 0..W1_NODES {
        let peer = other(&mut bare.nodes[me].state, W1_NODES, me);
        bare.send(0, me, peer, 0);
    }
    for _ in 0..deliveries {
        let Some((at, Item::Arrival { to, message })) = bare.pop() else { break };
        let me = to as usize;
        let number = bare.receive(at, me, &message);
        bare.nodes[me].seen += number;
        let peer = other(&mut bare.nodes[me].state, W1_NODES, me);
        let number = bare.nodes[me].seen & 0xff;
        bare.send(at, me, peer, number);
    }
    bare
}

/// W2 until there were `deliveries`.
pub fn w2(deliveries: usize) -> Bare {
    let mut bare = Bare::new(W2_NODES);
    for me in 0..W2_NODES {
        let first = scramble(&mut bare.nodes[me].state) % W2_PERIOD.0;
        bare.push(first, Item::Timer { node: me as u32 });
    }
    let mut done = 0;
    while done < deliveries {
        match bare.pop() {
            None => break,
            Some((at, Item::Arrival { to, message })) => {
                let number = bare.receive(at, to as usize, &message);
                let node = &mut bare.nodes[to as usize];
                node.seen = node.seen.max(number);
                done += 1;
            }
            Some((at, Item::Timer { node })) => {
                let me = node as usize;
                bare.nodes[me].lamport += 1;
                bare.nodes[me].vector[me] += 1;
                bare.nodes[me].seen += 1;
                bare.record(at, me, 2);
                for _ in 0..W2_FANOUT {
                    let peer = other(&mut bare.nodes[me].state, W2_NODES, me);
                    let number = bare.nodes[me].seen;
                    let is_lost = scramble(&mut bare.chance) % 1_000_000 < W2_LOSS_PPM as u64;
                    if is_lost {
                        bare.nodes[me].lamport += 1;
                        bare.nodes[me].vector[me] += 1;
                        bare.record(at, me, 0);
                    } else {
                        bare.send(at, me, peer, number);
                    }
                }
                bare.push(at + W2_PERIOD.0, Item::Timer { node });
            }
        }
    }
    bare
}
