//! The packet's journey: hop by hop along the route, past barriers and faults, to the receiver's door.

use super::super::codec::{FRAME_BYTES, checksum};
use super::super::fault::{Effects, Hop, Work, WorkKind};
use super::super::packet::{FateEntry, Flipped, Held, Outcome, Packet, Unit};
use super::super::topology::Link;
use super::{Engine, Pending};
use crate::base::{Duration, LinkId, MessageId, NodeId};

/// A copy that sets out on a hop: which packet, the place of the next fault that it is offered, and the delay
/// so far.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    packet: Packet,
    place: usize,
    delay: u64,
}

/// What becomes of a packet after a fault.
enum Onward {
    /// It goes on to the next fault.
    Goes,
    /// The fault holds it.
    Stays,
    /// It is lost.
    Ends,
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
            held: None,
        };
        debug_assert_eq!(self.trace.payload(message).len(), length);
        if self.state.order.is_empty() {
            return self.hop(packet);
        }
        let codec = self.setup.nodes[from.index()].codec;
        let work = Work { node: from, kind: WorkKind::Send, bytes: length, codec };
        let cost = self.service_by_faults(&work, Some((message, 0)));
        let busy_until = &mut self.state.nodes[from.index()].busy_until;
        if cost > Duration::ZERO {
            *busy_until = (*busy_until).max(now) + cost;
        }
        let at = *busy_until;
        // While the processor is busy it waits at its sender's door, on no link yet.
        if at > now { self.launch(Packet { at, ..packet }) } else { self.hop(packet) }
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
            // Lost on this hop, or held up, which ends the rush.
            let is_it = |p: &Packet| (p.message, p.copy) == name && p.held.is_none();
            let under_way = self.state.network.packets_with_places().find(|(_, p)| is_it(p));
            let Some((place, seq)) = under_way.map(|(place, p)| (place, p.seq)) else { return };
            let Some(next) = self.state.network.take(place, seq) else { return };
            packet = next;
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
        packet.link = Some(id);
        packet.next = self.state.network.topology.links[id.index()].to;
        if self.state.order.is_empty() && self.state.network.barriers.is_empty() {
            packet.at = now + Duration::MICROSECOND;
            packet.hops += 1;
            return self.launch(packet);
        }
        self.go_on(packet, 0);
    }

    /// A packet goes on along its link: past barriers, and past the faults from this place in their order on.
    pub(super) fn go_on(&mut self, mut packet: Packet, place: usize) {
        let delay = packet.held.take().map_or(Duration::MICROSECOND.0, |held| held.delay);
        let Some(id) = packet.link else { return self.launch(packet) };
        let link = self.state.network.topology.links[id.index()];
        if let Some(barrier) = self.state.network.barrier(&link) {
            let (fault, effect) = match barrier.by {
                "hand" | "script" => (barrier.name(), "stopped"),
                fault => (fault, barrier.name()),
            };
            return self.sign(&packet, fault, effect, Outcome::Lost);
        }
        self.pass_faults(Setting { packet, place, delay }, id, &link);
    }

    fn pass_faults(&mut self, setting: Setting, id: LinkId, link: &Link) {
        let now = self.state.now;
        let mut copies = std::mem::take(&mut self.scratch.copies);
        let mut effects = std::mem::take(&mut self.scratch.effects);
        copies.push(setting);
        'copies: while let Some(mut setting) = copies.pop() {
            while let Some(&slot) = self.state.order.get(setting.place) {
                setting.place += 1;
                let slot = usize::from(slot);
                let fault = &mut self.state.faults[slot];
                let Some(rule) = &mut fault.rule else { continue };
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
                    link,
                    id,
                    payload,
                    frame: payload.len() + FRAME_BYTES,
                    codec: self.setup.nodes[packet.from.index()].codec,
                    message: packet.message,
                    trace: &self.trace,
                    chance: fault.chance,
                };
                effects.clear();
                rule.hop(&hop, &mut effects);
                match self.apply(&mut setting, slot, &effects, &mut copies) {
                    Onward::Goes => {}
                    Onward::Stays => {
                        let mut packet = setting.packet;
                        packet.held = Some(Held { slot: slot as u16, delay: setting.delay });
                        // No entry of the queue has this number, so that a stale one does not set it free.
                        packet.seq = u64::MAX;
                        self.state.network.insert(packet);
                        continue 'copies;
                    }
                    Onward::Ends => continue 'copies,
                }
            }
            let mut packet = setting.packet;
            packet.at = now + Duration(setting.delay);
            packet.hops += 1;
            self.launch(packet);
        }
        self.scratch.copies = copies;
        self.scratch.effects = effects;
    }

    /// Adds what a fault did to a packet and its fate; says what becomes of it.
    fn apply(
        &mut self,
        setting: &mut Setting,
        slot: usize,
        effects: &Effects,
        copies: &mut Vec<Setting>,
    ) -> Onward {
        let fault = self.setup.faults[slot].entry.id;
        for &(effect, size, unit, outcome) in &effects.signed {
            let entry = FateEntry { size, unit, ..self.fate_entry(&setting.packet, fault, effect, outcome) };
            self.trace.sign(entry);
        }
        for &(at, token) in &effects.wakes {
            self.wake_fault(slot, at, token);
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
            copies.push(Setting { packet: copy, place: setting.place, delay });
        }
        match (effects.is_lost, effects.is_held) {
            (true, _) => Onward::Ends,
            (false, true) => Onward::Stays,
            (false, false) => Onward::Goes,
        }
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
