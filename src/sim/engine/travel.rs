//! The packet's journey: hop by hop along the route, past barriers and faults, to the receiver's door.

use super::super::codec::{FRAME_BYTES, checksum};
use super::super::fault::{Effects, Hop, Work, WorkKind};
use super::super::packet::{Class, FateEntry, Flipped, Held, Outcome, Packet, Unit};
use super::super::topology::Link;
use super::{Engine, FaultState, Pending, Scratch, State, Tapped};
use crate::base::{Duration, LinkId, MessageId, NodeId, TrueTime};

/// A copy that sets out on a hop.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) packet: Packet,
    /// The place in their order of the next fault that it is offered.
    pub(super) place: usize,
    /// How long the hop takes, as far as is known.
    delay: u64,
}

/// A fault that did something to a packet, and how far what it did goes in the lists of all that was done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touched {
    slot: u16,
    signed: usize,
    wakes: usize,
}

/// What becomes of a packet that is offered to the faults.
enum Onward {
    /// It sets out.
    Goes,
    /// This fault holds it.
    Stays(usize),
    /// It is lost.
    Ends,
}

impl Engine {
    /// A message that is about to leave a node for its receiver.
    pub(super) fn packet(
        now: TrueTime,
        message: MessageId,
        (from, to): (NodeId, NodeId),
        nth: u32,
        at: NodeId,
    ) -> Packet {
        Packet {
            message,
            from,
            to,
            nth,
            copy: 0,
            class: Class::default(),
            hops: 0,
            next: at,
            link: None,
            since: now,
            at: now,
            seq: 0,
            flipped: None,
            held: None,
            part: None,
        }
    }

    /// A message leaves its sender.
    pub(super) fn set_out(
        &mut self,
        message: MessageId,
        from: NodeId,
        to: NodeId,
        nth: u32,
        class: Class,
        length: usize,
    ) {
        let now = self.state.now;
        let packet = Packet { class, ..Self::packet(now, message, (from, to), nth, from) };
        debug_assert_eq!(self.trace.payload(message).len(), length);
        let busy_until = self.state.nodes[from.index()].busy_until;
        if self.state.slow.is_empty() && busy_until <= now {
            return self.hop(packet);
        }
        let codec = self.trace.codec(message);
        let work = Work { node: from, kind: WorkKind::Send, bytes: length, codec };
        self.sign_waiting(from, message, 0, now);
        let cost = self.service_by_faults(&work, Some((message, 0)));
        let busy_until = &mut self.state.nodes[from.index()].busy_until;
        if cost > Duration::ZERO {
            *busy_until = (*busy_until).max(now) + cost;
        }
        let at = *busy_until;
        // While the processor is busy it waits at its sender's door, on no link yet, and one to oneself takes no link
        // at all, yet time.
        let at = if from == to && at > now { at + Duration::MICROSECOND } else { at };
        if at > now { self.launch(Packet { at, ..packet }) } else { self.hop(packet) }
    }

    /// A packet is at a node: at its receiver, or at one that passes it on.
    #[inline]
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
    pub(super) fn hop(&mut self, mut packet: Packet) {
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
        let mut setting = Setting { packet, place, delay };
        loop {
            match self.pass_faults(&mut setting, id, &link) {
                Onward::Goes => {
                    setting.packet.at = self.state.now + Duration(setting.delay);
                    setting.packet.hops += 1;
                    self.launch(setting.packet);
                }
                Onward::Stays(slot) => {
                    let held = Box::new(Held { slot: slot as u16, delay: setting.delay });
                    // No entry of the queue has this number, so that a stale one does not set it free.
                    let packet = Packet { held: Some(held), seq: u64::MAX, ..setting.packet };
                    self.state.network.insert(packet);
                }
                Onward::Ends => {}
            }
            match self.scratch.copies.pop() {
                Some(copy) => setting = copy,
                None => return,
            }
        }
    }

    /// Offers a packet to the faults in their order, from its place on.
    fn pass_faults(&mut self, setting: &mut Setting, id: LinkId, link: &Link) -> Onward {
        loop {
            let is_through = self.offer(setting, id, link);
            if self.scratch.touched.is_empty() {
                return Onward::Goes;
            }
            match self.apply(setting) {
                Onward::Goes if !is_through => {}
                onward => return onward,
            }
        }
    }

    /// Offers a packet to one fault after the other, until one has done what must be carried out before the next is
    /// asked, and says whether there was none such. What they did is in the scratch memory.
    fn offer(&mut self, setting: &mut Setting, id: LinkId, link: &Link) -> bool {
        let Self { state: State { order, faults, now, nodes, .. }, scratch, .. } = self;
        let Scratch { effects, touched, .. } = scratch;
        let packet = &setting.packet;
        let sent = self.trace.payload(packet.message);
        let payload = packet.flipped.as_ref().map_or(sent, |flipped| flipped.payload.as_slice());
        let payload = &payload[packet.range(payload.len())];
        let mut hop = Hop {
            at: *now,
            from: packet.from,
            to: packet.to,
            nth: packet.nth,
            copy: packet.copy,
            hop: packet.hops,
            link,
            id,
            class: packet.class,
            payload,
            frame: payload.len() + FRAME_BYTES,
            codec: self.trace.codec(packet.message),
            message: packet.message,
            trace: &self.trace,
            is_from_agent: packet.from.index() >= self.setup.nodes.len(),
            sender: nodes[packet.from.index()].program.as_deref(),
            chance: self.chance,
        };
        let mut before = 0;
        for &slot in &order[setting.place..] {
            setting.place += 1;
            let FaultState { rule: Some(rule), chance, only, .. } = &mut faults[usize::from(slot)] else {
                continue;
            };
            if only.as_ref().is_some_and(|only| !only.may_touch(&packet.name())) {
                continue;
            }
            hop.chance = *chance;
            rule.hop(&hop, effects);
            let done = effects.count();
            if done != before {
                before = done;
                touched.push(Touched { slot, signed: effects.signed.len(), wakes: effects.wakes.len() });
                if effects.must_be_applied() {
                    return false;
                }
            }
        }
        true
    }

    /// Adds what the faults did to a packet and to its fate. Kept out of the loop around it, which is the faster
    /// the shorter it is.
    #[inline(never)]
    fn apply(&mut self, setting: &mut Setting) -> Onward {
        let Self { scratch: Scratch { effects, touched, .. }, trace, setup, state, .. } = self;
        if effects.must_be_applied() || !effects.wakes.is_empty() {
            return self.apply_more(setting);
        }
        // As a rule they have delayed it or noted something, and all is said in lines of its fate.
        let mut signed = 0;
        for part in touched.iter() {
            let fault = setup.faults[usize::from(part.slot)].entry.id;
            for &(effect, size, unit, outcome) in &effects.signed[signed..part.signed] {
                let entry = setting.packet.fate_entry(state.now, fault, effect, outcome);
                trace.sign(FateEntry { size, unit, ..entry });
            }
            signed = part.signed;
        }
        setting.delay = setting.delay.saturating_add(effects.delay);
        effects.clear();
        touched.clear();
        Onward::Goes
    }

    /// The same where they have done something besides.
    fn apply_more(&mut self, setting: &mut Setting) -> Onward {
        let effects = std::mem::take(&mut self.scratch.effects);
        let touched = std::mem::take(&mut self.scratch.touched);
        let now = self.state.now;
        let (mut signed, mut wakes) = (0, 0);
        for part in &touched {
            let fault = self.setup.faults[usize::from(part.slot)].entry.id;
            for &(effect, size, unit, outcome) in &effects.signed[signed..part.signed] {
                let entry = setting.packet.fate_entry(now, fault, effect, outcome);
                self.trace.sign(FateEntry { size, unit, ..entry });
            }
            for &(at, token) in &effects.wakes[wakes..part.wakes] {
                self.wake_fault(part.slot.into(), at, token);
            }
            (signed, wakes) = (part.signed, part.wakes);
        }
        setting.delay = setting.delay.saturating_add(effects.delay);
        let mut onward = Onward::Goes;
        if let Some(last) = touched.last().filter(|_| effects.must_be_applied()) {
            self.apply_last(setting, last.slot.into(), &effects);
            let is_refused = effects.split.is_some_and(|mtu| !self.split(setting, last.slot.into(), mtu));
            if effects.is_lost || is_refused {
                onward = Onward::Ends;
            } else if effects.is_held {
                onward = Onward::Stays(last.slot.into());
            }
        }
        self.scratch.effects = effects;
        self.scratch.effects.clear();
        self.scratch.touched = touched;
        self.scratch.touched.clear();
        onward
    }

    /// What only the last of the faults can have done, since none was asked behind it.
    fn apply_last(&mut self, setting: &mut Setting, slot: usize, effects: &Effects) {
        let fault = self.setup.faults[slot].entry.id;
        for &number in &effects.overheard {
            if let Some(link) = setting.packet.link {
                let Packet { message, ref flipped, ref part, .. } = setting.packet;
                let whole = flipped.as_ref().map_or_else(|| self.trace.payload(message), |it| &it.payload);
                let is_as_sent = flipped.is_none() && part.is_none();
                let bytes = &whole[setting.packet.range(whole.len())];
                let bytes = Some(bytes.to_vec()).filter(|_| !is_as_sent);
                self.tap(slot, Tapped { message, link, number, bytes });
            }
        }
        if let Some(payload) = &effects.payload {
            let payload = self.changed(&setting.packet, payload);
            let checksum = checksum(&payload);
            setting.packet.flipped = Some(Box::new(Flipped { payload, checksum, checked: true, by: fault }));
        }
        for &(bit, checked) in &effects.flips {
            self.flip(&mut setting.packet, fault, bit, checked);
        }
        for &later in &effects.copies {
            let mut copy = setting.clone();
            copy.packet.copy = self.trace.next_copy(copy.packet.message);
            let entry = copy.packet.fate_entry(self.state.now, fault, "copy", Outcome::Copied);
            self.trace.sign(FateEntry { size: copy.packet.copy.into(), unit: Unit::Copy, ..entry });
            copy.delay = setting.delay.saturating_add(later.0);
            self.scratch.copies.push(copy);
        }
    }

    fn flip(&mut self, packet: &mut Packet, by: &'static str, bit: u64, checked: bool) {
        let flipped = packet.flipped.get_or_insert_with(|| {
            let payload = self.trace.payload(packet.message).to_vec();
            Box::new(Flipped { checksum: checksum(&payload), payload, checked, by })
        });
        flipped.checked &= checked;
        let range = packet.part.as_ref().map_or(0..flipped.payload.len(), |part| part.range());
        let bits = range.len() as u64 * 8;
        if bits > 0 {
            let bit = range.start as u64 * 8 + bit % bits;
            flipped.payload[(bit / 8) as usize] ^= 1 << (bit % 8);
        }
    }

    /// Puts a packet on its way.
    #[inline]
    pub(super) fn launch(&mut self, mut packet: Packet) {
        packet.seq = self.state.queue.next_seq();
        let at = packet.at;
        let place = self.state.network.insert(packet);
        self.state.queue.push(at, Pending::Packet(place));
    }

    pub(super) fn sign(
        &mut self,
        packet: &Packet,
        fault: &'static str,
        effect: &'static str,
        outcome: Outcome,
    ) {
        self.trace.sign(packet.fate_entry(self.state.now, fault, effect, outcome));
    }
}
