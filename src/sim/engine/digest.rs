//! Whether two branches have reached the same state.
//!
//! Equal are two states with equal memories, disks, clocks and pending inputs with their remaining times;
//! ids and sequence numbers don't count, nor does when it was reached. Must not know how a state came about.

use sha2::{Digest, Sha256};

use super::super::codec::Codec;
use super::super::node::{Input, NodeStatus};
use super::super::packet::Packet;
use super::Engine;
use crate::base::NodeId;

/// A digest of a state: equal digests mean equal states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateDigest([u8; 16]);

impl Engine {
    /// The digest of where the run is.
    pub fn state_digest(&self) -> StateDigest {
        let mut hasher = Sha256::new();
        for id in NodeId::first(self.setup().nodes.len()) {
            self.add_node(id, &mut hasher);
        }
        let mut packets: Vec<Vec<u8>> =
            self.state.network.packets().map(|packet| self.packet_row(packet)).collect();
        packets.sort_unstable();
        packets.iter().for_each(|row| add(&mut hasher, row));
        for pile in self.state.network.piles.values() {
            let due = pile.due.since(self.state.now).0.to_le_bytes().to_vec();
            let parts = pile.parts.iter().map(|packet| self.packet_row(packet));
            std::iter::once(due).chain(parts).for_each(|row| add(&mut hasher, &row));
        }
        for barrier in &self.state.network.barriers {
            add(&mut hasher, format!("{:?} {}", barrier.what, barrier.one_way).as_bytes());
        }
        let mut script: Vec<(u32, u64)> = self.script_ahead().map(|(step, left)| (step, left.0)).collect();
        script.sort_unstable();
        add(&mut hasher, format!("{script:?}").as_bytes());
        let mut digest = [0; 16];
        digest.copy_from_slice(&hasher.finalize()[..16]);
        StateDigest(digest)
    }

    fn add_node(&self, id: NodeId, hasher: &mut Sha256) {
        let (now, node) = (self.state.now, &self.state.nodes[id.index()]);
        add(
            hasher,
            &[match node.status {
                NodeStatus::Up => 0,
                NodeStatus::Paused => 1,
                NodeStatus::Down => 2,
            }],
        );
        add(hasher, &node.program.as_ref().map(|program| program.memory()).unwrap_or_default());
        for (key, value) in &node.disk {
            add(hasher, key.as_bytes());
            add(hasher, value);
        }
        // Clocks are equal when they will be off by the same: the reading against the true time, and the rate.
        let ahead = node.clock.wall(now).0 - now.0 as i64;
        add(hasher, &ahead.to_le_bytes());
        add(hasher, &node.clock.drift_ppb().to_le_bytes());
        add(hasher, &node.version.to_le_bytes());
        add(hasher, &node.source.to_le_bytes());
        add(hasher, &node.busy_until.since(now).0.to_le_bytes());
        let mut timers: Vec<_> =
            node.timers.iter().map(|t| (t.id.name, t.id.nth, t.at.since(now).0)).collect();
        timers.sort_unstable();
        let mut bytes = Vec::new();
        Codec::Compact.encode(&timers, &mut bytes);
        Codec::Compact.encode(&(node.codec, node.reads), &mut bytes);
        for input in &node.inbox {
            match input {
                Input::Message { message, from, flipped, .. } => {
                    bytes.extend(from.0.to_le_bytes());
                    let sent = self.trace().payload(*message);
                    bytes.extend(flipped.as_ref().map_or(sent, |flipped| flipped.payload.as_slice()));
                }
                Input::Timer(timer) => Codec::Compact.encode(timer, &mut bytes),
                Input::Order(place) => bytes.extend(place.to_le_bytes()),
            }
        }
        add(hasher, &bytes);
    }

    fn packet_row(&self, packet: &Packet) -> Vec<u8> {
        let mut row = Vec::new();
        let remaining = packet.remaining(self.state.now).0;
        let held = packet.held.as_ref().map(|held| (held.slot, held.delay));
        Codec::Compact.encode(&(packet.from, packet.to, packet.next, remaining, held), &mut row);
        row.push(packet.class as u8);
        let part = packet.part.as_ref().map(|part| (part.start, part.end));
        Codec::Compact.encode(&part, &mut row);
        let sent = self.trace().payload(packet.message);
        row.extend(packet.flipped.as_ref().map_or(sent, |flipped| flipped.payload.as_slice()));
        row
    }
}

/// Adds a field with its length, so that no two lists of fields look alike.
fn add(hasher: &mut Sha256, field: &[u8]) {
    hasher.update((field.len() as u64).to_le_bytes());
    hasher.update(field);
}
