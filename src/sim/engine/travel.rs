//! The packet's journey: hop by hop along the route, past barriers and faults, to the receiver's door.

use super::super::codec::{FRAME_BYTES, checksum};
use super::super::fault::{Effects, Hop};
use super::super::packet::{FateEntry, Flipped, Outcome, Packet, Unit};
use super::{Engine, Pending};
use crate::base::{Duration, MessageId, NodeId};

/// A copy that sets out on a hop: which packet, the first fault that it is offered, and the delay so far.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    packet: Packet,
    first_fault: usize,
    delay: u64,
}

impl Engine {
    /// A message leaves its sender.
    pub(super) fn set_out(&mut self, message: MessageId, from: NodeId, to: NodeId, nth: u32, length: usize) {
        let now = self.state.now;
        let packet = Packet {
            message,
            from,
            to,
            nth,
            copy: 0,
            hops: 0,
            next: from,
            link: None,
            since: now,
            at: now,
            seq: 0,
            flipped: None,
        };
        debug_assert_eq!(self.trace.payload(message).len(), length);
        self.hop(packet);
    }

    /// A packet is at a node: at its receiver, or at one that passes it on.
    pub(super) fn packet_arrives(&mut self, packet: Packet) {
        if packet.next == packet.to { self.packet_reaches(packet) } else { self.hop(packet) }
    }

    /// A packet that was picked by hand goes all the way at once, each hop at its time.
    pub(super) fn rush(&mut self, mut packet: Packet) {
        let name = (packet.message, packet.copy);
        loop {
            self.advance(packet.at);
            if packet.next == packet.to {
                return self.packet_reaches(packet);
            }
            self.hop(packet);
            let under_way = self.state.network.packets().find(|p| (p.message, p.copy) == name);
            let Some(seq) = under_way.map(|p| p.seq) else { return };
            let place =
                self.state.network.packets_with_places().find(|(_, p)| p.seq == seq).map(|(place, _)| place);
            match place.and_then(|place| self.state.network.take(place, seq)) {
                Some(next) => packet = next,
                None => return,
            }
        }
    }

    /// A packet sets out from the node where it is toward its receiver.
    fn hop(&mut self, mut packet: Packet) {
        let now = self.state.now;
        let at = packet.next;
        packet.since = now;
        let Some(id) = self.state.network.next_link(at, packet.to) else {
            packet.link = None;
            if at == packet.to {
                // A message to oneself takes no link, yet time.
                packet.at = now + Duration::MICROSECOND;
                return self.launch(packet);
            }
            return self.sign(&packet, "network", "no route", Outcome::Lost);
        };
        let link = self.state.network.topology.links[id.index()];
        packet.link = Some(id);
        packet.next = link.to;
        if let Some(barrier) = self.state.network.barrier(&link) {
            let (fault, effect) = match barrier.by {
                "hand" | "script" => (barrier.name(), "stopped"),
                fault => (fault, barrier.name()),
            };
            return self.sign(&packet, fault, effect, Outcome::Lost);
        }
        if self.state.broken == 0 {
            packet.at = now + Duration::MICROSECOND;
            packet.hops += 1;
            return self.launch(packet);
        }
        self.hop_past_faults(packet, link);
    }

    fn hop_past_faults(&mut self, packet: Packet, link: super::super::topology::Link) {
        let now = self.state.now;
        let mut copies = std::mem::take(&mut self.scratch.copies);
        let mut effects = std::mem::take(&mut self.scratch.effects);
        copies.push(Setting { packet, first_fault: 0, delay: Duration::MICROSECOND.0 });
        while let Some(mut setting) = copies.pop() {
            let mut is_lost = false;
            for slot in setting.first_fault..self.state.faults.len() {
                let fault = &mut self.state.faults[slot];
                let Some(rule) = &mut fault.rule else { continue };
                let chance = fault.chance;
                let entry = self.setup.faults[slot].entry;
                let packet = &setting.packet;
                let sent = self.trace.payload(packet.message);
                let payload = packet.flipped.as_ref().map_or(sent, |flipped| flipped.payload.as_slice());
                let hop = Hop {
                    at: now,
                    from: packet.from,
                    to: packet.to,
                    nth: packet.nth,
                    copy: packet.copy,
                    hop: packet.hops,
                    link: &link,
                    payload,
                    frame: payload.len() + FRAME_BYTES,
                    chance,
                };
                effects.clear();
                rule.hop(&hop, &mut effects);
                is_lost = self.apply(&mut setting, slot, entry.id, &effects, &mut copies);
                if is_lost {
                    break;
                }
            }
            if !is_lost {
                let mut packet = setting.packet;
                packet.at = now + Duration(setting.delay);
                packet.hops += 1;
                self.launch(packet);
            }
        }
        self.scratch.copies = copies;
        self.scratch.effects = effects;
    }

    /// Adds what a fault did to a packet and its fate; says whether the packet is lost.
    fn apply(
        &mut self,
        setting: &mut Setting,
        slot: usize,
        fault: &'static str,
        effects: &Effects,
        copies: &mut Vec<Setting>,
    ) -> bool {
        for &(effect, size, unit, outcome) in &effects.signed {
            let entry = FateEntry { size, unit, ..self.fate_entry(&setting.packet, fault, effect, outcome) };
            self.trace.sign(entry);
        }
        setting.delay = setting.delay.saturating_add(effects.delay);
        for &(bit, checked) in &effects.flips {
            self.flip(&mut setting.packet, fault, bit, checked);
        }
        for &later in &effects.copies {
            let mut copy = setting.packet.clone();
            copy.copy = self.trace.next_copy(copy.message);
            let entry = self.fate_entry(&copy, fault, "copy", Outcome::Copied);
            self.trace.sign(FateEntry { size: copy.copy.into(), unit: Unit::Copy, ..entry });
            let delay = setting.delay.saturating_add(later.0);
            copies.push(Setting { packet: copy, first_fault: slot + 1, delay });
        }
        effects.is_lost
    }

    fn flip(&mut self, packet: &mut Packet, by: &'static str, bit: u64, checked: bool) {
        let flipped = packet.flipped.get_or_insert_with(|| {
            let payload = self.trace.payload(packet.message).to_vec();
            Box::new(Flipped { checksum: checksum(&payload), payload, checked, by })
        });
        flipped.checked &= checked;
        let bits = flipped.payload.len() as u64 * 8;
        if bits > 0 {
            let bit = bit % bits;
            flipped.payload[(bit / 8) as usize] ^= 1 << (bit % 8);
        }
    }

    /// Puts a packet on its way.
    #[inline]
    pub(super) fn launch(&mut self, packet: Packet) {
        let at = packet.at;
        let place = self.state.network.insert(packet);
        let seq = self.state.queue.push(at, Pending::Packet(place));
        if let Some(packet) = self.state.network.at_mut(place) {
            packet.seq = seq;
        }
    }

    pub(super) fn sign(
        &mut self,
        packet: &Packet,
        fault: &'static str,
        effect: &'static str,
        outcome: Outcome,
    ) {
        let entry = self.fate_entry(packet, fault, effect, outcome);
        self.trace.sign(entry);
    }

    pub(super) fn fate_entry(
        &self,
        packet: &Packet,
        fault: &'static str,
        effect: &'static str,
        outcome: Outcome,
    ) -> FateEntry {
        FateEntry {
            message: packet.message,
            fault,
            effect,
            size: 0,
            unit: Unit::None,
            at: self.state.now,
            copy: packet.copy,
            hop: packet.hops,
            link: packet.link,
            outcome,
        }
    }
}
