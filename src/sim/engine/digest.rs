//! Whether two branches have reached the same state.
//!
//! Equal are two states with equal memories, disks, clocks, links, switches and dials, and with equal pending inputs
//! with their remaining times; ids, sequence numbers and the streams of chance that go with them don't count, nor
//! does when it was reached. Must not know how a state came about.

use sha2::{Digest, Sha256};

use super::super::codec::Codec;
use super::super::network::{Barrier, Pile};
use super::super::node::{Input, NodeStatus};
use super::super::packet::Packet;
use super::{Engine, Front, Pending};
use crate::base::{NodeId, TrueTime};

/// A digest of a state: equal digests mean equal states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateDigest([u8; 16]);

impl Engine {
    /// The digest of where the run is.
    pub fn state_digest(&self) -> StateDigest {
        let mut hasher = Sha256::new();
        for id in NodeId::first(self.state.nodes.len()) {
            self.add_node(id, &mut hasher);
        }
        self.add_network(&mut hasher);
        self.add_faults(&mut hasher);
        self.add_pending(&mut hasher);
        let mut digest = [0; 16];
        digest.copy_from_slice(&hasher.finalize()[..16]);
        StateDigest(digest)
    }

    fn add_node(&self, id: NodeId, hasher: &mut Sha256) {
        let (now, node) = (self.state.now, &self.state.nodes[id.index()]);
        let status = match node.status {
            NodeStatus::Up => 0,
            NodeStatus::Paused => 1,
            NodeStatus::Down => 2,
        };
        add(hasher, &[status]);
        add(hasher, &node.program.as_ref().map(|program| program.memory()).unwrap_or_default());
        for (key, value) in &node.disk {
            add(hasher, key.as_bytes());
            add(hasher, value);
        }
        // Clocks are equal when they will be off by the same: the reading against the true time, and the rates.
        let clock = &node.clock;
        let ahead = clock.wall(now).0 - now.0 as i64;
        numbers(
            hasher,
            &[ahead, clock.drift_ppb(), clock.slew_left_ns(now), clock.slew_ppb(now), node.source],
        );
        let (busy, cost) = (node.busy_until.since(now).0, node.cost.0);
        let crash_after = node.crash_after.map_or(-1, i64::from);
        let stays = node.span.map_or(0, |(_, since)| self.stays(since));
        numbers(hasher, &[busy as i64, cost as i64, crash_after, stays as i64, node.version.into()]);
        let mut timers: Vec<_> =
            node.timers.iter().map(|t| (t.id.name, t.id.nth, t.at.since(now).0)).collect();
        timers.sort_unstable();
        let mut bytes = Vec::new();
        Codec::Compact.encode(&timers, &mut bytes);
        Codec::Compact.encode(&(node.codec, node.reads, node.is_first_served), &mut bytes);
        for input in &node.inbox {
            match input {
                Input::Message { message, from, flipped, .. } => {
                    bytes.extend(from.0.to_le_bytes());
                    let sent = self.trace.payload(*message);
                    bytes.extend(flipped.as_ref().map_or(sent, |flipped| flipped.payload.as_slice()));
                }
                Input::Timer(timer) => Codec::Compact.encode(timer, &mut bytes),
                Input::Order(place) => bytes.extend(place.to_le_bytes()),
                Input::Overheard(_) | Input::Asked(_) => bytes.extend(format!("{input:?}").as_bytes()),
            }
        }
        add(hasher, &bytes);
    }

    fn add_network(&self, hasher: &mut Sha256) {
        let network = &self.state.network;
        let mut packets: Vec<Vec<u8>> = network.packets().map(|packet| self.packet_row(packet)).collect();
        packets.sort_unstable();
        packets.iter().for_each(|row| add(hasher, row));
        // The parts of a message at its receiver's door, which is given up when the missing ones don't come.
        let pile_row = |pile: &Pile| {
            let mut row = pile.due.since(self.state.now).0.to_le_bytes().to_vec();
            for part in &pile.parts {
                let part = self.packet_row(part);
                row.extend((part.len() as u64).to_le_bytes());
                row.extend(part);
            }
            row
        };
        let mut piles: Vec<Vec<u8>> = network.piles.values().map(pile_row).collect();
        piles.sort_unstable();
        piles.iter().for_each(|row| add(hasher, row));
        // What was picked by hand is on its way no longer.
        match &self.state.front {
            None => add(hasher, b""),
            Some(Front::Packet(packet)) => add(hasher, &self.packet_row(packet)),
            Some(Front::Timer(node)) => add(hasher, &node.0.to_le_bytes()),
        }
        let row = |barrier: &Barrier| {
            let stays = self.stays(barrier.since);
            format!("{:?} {} {} {stays}", barrier.what, barrier.one_way, barrier.by)
        };
        let mut barriers: Vec<String> = network.barriers.iter().map(row).collect();
        barriers.sort_unstable();
        barriers.iter().for_each(|row| add(hasher, row.as_bytes()));
        for (id, link, has_contact) in network.moved_links() {
            let (id, ends) = (id.0.into(), [link.from, link.to].map(|node| i64::from(node.0)));
            numbers(hasher, &[id, ends[0], ends[1], link.delay.0 as i64, has_contact.into()]);
        }
    }

    fn add_faults(&self, hasher: &mut Sha256) {
        for fault in &self.state.faults {
            add(hasher, &[fault.rule.is_some().into()]);
            numbers(hasher, &fault.dials);
            let kept = fault.rule.as_ref().map(|rule| rule.remembers(self.state.now)).unwrap_or_default();
            numbers(hasher, &kept);
            if let Some(only) = &fault.only {
                numbers(hasher, &only.numbers());
                numbers(hasher, &[fault.deeds.into()]);
            }
        }
    }

    /// What the queue holds besides packets, their parts and timers, which were counted where they are. What is stale will not
    /// happen.
    fn add_pending(&self, hasher: &mut Sha256) {
        let state = &self.state;
        let row = |(at, seq, pending): (TrueTime, u64, &Pending)| -> Option<String> {
            let left = at.since(state.now).0;
            match *pending {
                Pending::Packet(_) | Pending::Timer(_) | Pending::Incomplete(..) => None,
                Pending::Script(step) => Some(format!("script {step} {left}")),
                Pending::Inbox(node) => Some(format!("inbox {} {left}", node.0)),
                Pending::Fault(slot, times, token) => {
                    let is_awaited = state.faults[usize::from(slot)].times == times;
                    is_awaited.then(|| format!("fault {slot} {token} {left}"))
                }
                Pending::Agent(node) => {
                    let input = state.for_agents.get(&seq)?;
                    Some(format!("agent {} {input:?} {left}", node.0))
                }
                Pending::Later(place) => {
                    let (act, by) = &state.later[place as usize];
                    Some(format!("later {act:?} {by} {left}"))
                }
            }
        };
        let mut rows: Vec<String> = state.queue.iter().filter_map(row).collect();
        rows.sort_unstable();
        rows.iter().for_each(|row| add(hasher, row.as_bytes()));
    }

    /// How long what began at `since` must still stay.
    fn stays(&self, since: TrueTime) -> u64 {
        (since + self.setup.stay_least).since(self.state.now).0
    }

    fn packet_row(&self, packet: &Packet) -> Vec<u8> {
        let mut row = Vec::new();
        let remaining = packet.remaining(self.state.now).0;
        let held = packet.held.as_ref().map(|held| (held.slot, held.delay));
        let link = packet.link.map(|link| link.0);
        Codec::Compact
            .encode(&(self.named_on(packet), packet.to, packet.next, link, remaining, held), &mut row);
        row.push(packet.class as u8);
        let part = packet.part.as_ref().map(|part| (part.start, part.end));
        Codec::Compact.encode(&part, &mut row);
        match &packet.flipped {
            None => row.extend(self.trace.payload(packet.message)),
            Some(flipped) => {
                row.extend(&flipped.payload);
                row.extend(flipped.checksum.to_le_bytes());
                row.extend([1, flipped.checked.into()]);
            }
        }
        row
    }
}

/// Adds a field with its length, so that no two lists of fields look alike.
fn add(hasher: &mut Sha256, field: &[u8]) {
    hasher.update((field.len() as u64).to_le_bytes());
    hasher.update(field);
}

/// Adds a list of numbers with its length.
fn numbers(hasher: &mut Sha256, list: &[i64]) {
    hasher.update((list.len() as u64).to_le_bytes());
    list.iter().for_each(|number| hasher.update(number.to_le_bytes()));
}

#[cfg(test)]
mod tests;
