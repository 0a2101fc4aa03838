//! Messages that are too long for a link: split on the way, put together by their receiver.
//!
//! A part is a packet of its own, which may be lost, overtaken or split again by itself. As with fragments of IP
//! (RFC 791, section 3.2), those who pass it on do not put it together again. Must not know why a link takes no more.

use super::super::codec::{FRAME_BYTES, checksum};
use super::super::node::{Input, NodeStatus};
use super::super::packet::{FateEntry, Flipped, Outcome, Packet, Part, Unit};
use super::travel::Setting;
use super::{Engine, Pending};
use crate::base::{Duration, MessageId, NodeId};
use crate::sim::network::Pile;

/// How long a receiver waits for what is missing: as long as Linux does (`ipfrag_time`).
const PATIENCE: Duration = Duration::secs(30);

/// Into how many parts a packet is split at most. A longer one is refused, as a datagram of IP beyond 65,535 bytes is.
const PARTS_MOST: usize = 2_000;

impl Engine {
    /// Splits a packet into parts whose frames have at most `mtu` bytes. The packet becomes the first of them, and the
    /// others set out after it. Says whether it could be done; if not, the packet is lost.
    pub(super) fn split(&mut self, setting: &mut Setting, slot: usize, mtu: usize) -> bool {
        let by = self.setup.faults[slot].entry.id;
        let now = self.state.now;
        let packet = &setting.packet;
        let length = self.bytes_of(packet).len();
        let range = packet.range(length);
        let room = mtu.saturating_sub(FRAME_BYTES).max(1);
        let count = range.len().div_ceil(room);
        if count > PARTS_MOST {
            self.trace.sign(packet.fate_entry(now, by, "too long", Outcome::Lost));
            return false;
        }
        let entry = packet.fate_entry(now, by, "split", Outcome::Onward);
        self.trace.sign(FateEntry { size: mtu as u64, unit: Unit::Bytes, ..entry });
        // It is offered to the same fault once more, now that it fits.
        setting.place -= 1;
        let whole = packet.part.as_ref().map_or(packet.copy, |part| part.whole);
        let total = packet.part.as_ref().map_or(length as u32, |part| part.total);
        let part = |nth: usize| {
            let start = range.start + nth * room;
            let end = range.end.min(start + room);
            Some(Box::new(Part { whole, start: start as u32, end: end as u32, total, by }))
        };
        let first_copy = self.trace.next_copy(packet.message);
        setting.packet.part = part(0);
        // What sets out next is taken from the end.
        let first_of_copies = self.scratch.copies.len();
        for nth in 1..count {
            let mut next = setting.clone();
            next.packet.copy = first_copy.saturating_add(nth as u16 - 1);
            next.packet.part = part(nth);
            let entry = next.packet.fate_entry(now, by, "fragment", Outcome::Copied);
            self.trace.sign(FateEntry { size: next.packet.copy.into(), unit: Unit::Copy, ..entry });
            self.scratch.copies.push(next);
        }
        self.scratch.copies[first_of_copies..].reverse();
        true
    }

    /// The payload of which a packet is the whole or a part, as it is now.
    fn bytes_of<'a>(&'a self, packet: &'a Packet) -> &'a [u8] {
        packet.flipped.as_ref().map_or_else(|| self.trace.payload(packet.message), |flipped| &flipped.payload)
    }

    /// The payload of a packet of which someone has made `changed`. Of a part its own bytes are changed, and it stays
    /// as long as it was.
    pub(super) fn changed(&self, packet: &Packet, changed: &[u8]) -> Vec<u8> {
        let Some(part) = &packet.part else { return changed.to_vec() };
        let mut payload = self.bytes_of(packet).to_vec();
        payload[part.range()].iter_mut().zip(changed).for_each(|(byte, changed)| *byte = *changed);
        payload
    }

    /// A part is at its receiver's door, where it waits for the others.
    pub(super) fn gather(&mut self, packet: Packet) {
        let Some(part) = packet.part.as_deref().copied() else { return };
        if self.state.nodes[packet.to.index()].status == NodeStatus::Down {
            return self.part_finds_nobody(&packet);
        }
        let key = (packet.message, part.whole);
        let due = self.state.now + PATIENCE;
        let pile = self.state.network.piles.entry(key).or_insert_with(|| {
            self.state.queue.push(due, Pending::Incomplete(key.0, key.1));
            Pile { due, parts: Vec::new() }
        });
        pile.parts.push(packet);
        if pile.is_complete(part.total as usize)
            && let Some(pile) = self.state.network.piles.remove(&key)
        {
            self.put_together(key, part.total as usize, &pile);
        }
    }

    fn put_together(&mut self, (message, copy): (MessageId, u16), length: usize, pile: &Pile) {
        let mut payload = vec![0; length];
        let mut by = "network";
        // Among parts of the same bytes the one that came first counts.
        for packet in pile.parts.iter().rev() {
            let range = packet.range(length);
            payload[range.clone()].copy_from_slice(&self.bytes_of(packet)[range]);
            by = packet.flipped.as_ref().map_or(by, |flipped| flipped.by);
        }
        // The parts were checked one by one, by those who check at all.
        let flipped = (payload != self.trace.payload(message))
            .then(|| Box::new(Flipped { checksum: checksum(&payload), payload, checked: false, by }));
        // One packet arrives, and the others are no more.
        for packet in &pile.parts[1..] {
            let by = packet.part.as_ref().map_or("network", |part| part.by);
            let entry = self.entry_at_node(message, packet.copy, by, "joined");
            self.trace.sign(FateEntry { outcome: Outcome::Joined, ..entry });
        }
        let (from, to) = (self.trace.sender(message), self.trace.receiver(message));
        self.reach(to, Input::Message { message, from, copy, at: self.state.now, flipped });
    }

    /// A receiver has waited long enough.
    pub(super) fn give_up(&mut self, key: (MessageId, u16)) {
        let Some(pile) = self.state.network.piles.remove(&key) else { return };
        for packet in pile.parts {
            let by = packet.part.as_ref().map_or("network", |part| part.by);
            let entry = self.entry_at_node(packet.message, packet.copy, by, "incomplete");
            self.trace.sign(FateEntry { outcome: Outcome::Lost, ..entry });
        }
    }

    /// A node has crashed, and with it goes what it was about to put together.
    pub(super) fn drop_piles(&mut self, id: NodeId) {
        let piles = std::mem::take(&mut self.state.network.piles);
        let (gone, left) =
            piles.into_iter().partition(|((message, _), _)| self.trace.receiver(*message) == id);
        self.state.network.piles = left;
        for packet in gone.into_values().flat_map(|pile: Pile| pile.parts) {
            self.part_finds_nobody(&packet);
        }
    }

    fn part_finds_nobody(&mut self, packet: &Packet) {
        let entry = self.entry_at_node(packet.message, packet.copy, "crash", "node down");
        self.trace.sign(FateEntry { outcome: Outcome::Lost, ..entry });
    }
}

impl Pile {
    /// Whether its parts cover a payload of so many bytes.
    fn is_complete(&self, length: usize) -> bool {
        let mut ranges: Vec<_> = self.parts.iter().map(|packet| packet.range(length)).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        let covered =
            ranges.into_iter().fold(0, |end, next| if next.start <= end { end.max(next.end) } else { end });
        covered == length
    }
}
