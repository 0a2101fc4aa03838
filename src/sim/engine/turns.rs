//! Turns: what happens next is taken from the queue and given to a node, whose commands are carried out.

use super::super::codec::checksum;
use super::super::node::{Input, NodeStatus, Timer};
use super::super::packet::{FateEntry, Outcome, Packet, Unit};
use super::super::program::{Incoming, Label};
use super::super::script::ScriptStep;
use super::super::trace::{EventKind, LogLine, NewEvent};
use super::super::{Work, WorkKind};
use super::{Ended, Engine, Front, Pending, Turn};
use crate::base::{Duration, MessageId, NodeId, TrueTime};

/// How often the memory of the trace is measured: once in so many turns.
const MEASURE_EVERY: u64 = 4_096;

impl Engine {
    pub(super) fn turn(&mut self) -> Result<Turn, Ended> {
        match &self.state.ended {
            None => {}
            Some(limit @ Ended::Limit(_)) => return Err(limit.clone()),
            Some(_) => self.state.ended = None,
        }
        let before = self.turns();
        let chosen = match self.state.front {
            Some(Front::Timer(node)) => Some(node),
            Some(Front::Packet(_)) | None => None,
        };
        let mut has_happened = false;
        while self.turns() == before {
            match self.next() {
                Ok(is_stale) => has_happened |= !is_stale,
                // Packets moved on or links changed after the last turn, and no node noticed. That is a turn
                // of its own, so that a place in a run says all that has happened there, at its end too.
                Err(ended) if has_happened => {
                    self.state.ended = Some(ended).filter(|ended| matches!(ended, Ended::Limit(_)));
                    self.begin_turn();
                }
                Err(ended) => {
                    // Nothing has happened, and so nothing has changed: the tape knows nothing of this attempt. A node
                    // that had no timer may be given one before the next.
                    self.state.front = chosen.map(Front::Timer);
                    self.state.ended = Some(ended.clone());
                    return Err(ended);
                }
            }
        }
        Ok(Turn { number: self.turns(), at: self.state.now })
    }

    /// Lets the next thing happen, which may or may not be a turn. Says whether it was stale: then nothing
    /// happened.
    fn next(&mut self) -> Result<bool, Ended> {
        if let Some(front) = self.state.front.take() {
            return Ok(self.bring_forward(front));
        }
        match self.state.queue.next_at() {
            None => return Err(Ended::Idle),
            Some(at) if at > self.setup.horizon => return Err(Ended::Horizon),
            Some(_) => {}
        }
        if let Some(sentence) = self.limit_reached() {
            return Err(Ended::Limit(sentence));
        }
        let Some((at, seq, pending)) = self.state.queue.pop() else { return Err(Ended::Idle) };
        match pending {
            Pending::Packet(place) => {
                let Some(packet) = self.state.network.take(place, seq) else { return Ok(true) };
                self.advance(at);
                self.packet_arrives(packet);
            }
            Pending::Timer(node) => {
                let timers = &self.state.nodes[node.index()].timers;
                let Some(&timer) = timers.iter().find(|timer| timer.seq == seq) else { return Ok(true) };
                self.advance(at);
                self.timer_runs_out(node, timer);
            }
            Pending::Script(place) => {
                self.advance(at);
                self.script_step(place);
            }
            Pending::Inbox(node) => {
                self.advance(at);
                self.look_into_inbox(node);
            }
            Pending::Fault(slot, times, token) => {
                if self.state.faults[usize::from(slot)].times != times {
                    return Ok(true);
                }
                self.advance(at);
                self.with_rule(slot.into(), |rule, world, acts| rule.wake(token, world, acts));
            }
            Pending::Agent(node) => {
                self.advance(at);
                self.agent_is_reached(node, seq);
            }
            Pending::Later(place) => {
                self.advance(at);
                let (act, by) = self.state.later[place as usize].clone();
                // What it was to put right may have been put right by hand in the meantime.
                let _ = self.carry_out(&act, by);
            }
            Pending::Incomplete(message, whole) => {
                if self.state.network.piles.get(&(message, whole)).is_none_or(|pile| pile.due != at) {
                    return Ok(true);
                }
                self.advance(at);
                self.give_up((message, whole));
            }
        }
        Ok(false)
    }

    /// What was picked by hand happens before everything else; says whether it was stale.
    fn bring_forward(&mut self, front: Front) -> bool {
        match front {
            Front::Packet(packet) => self.rush(*packet),
            Front::Timer(node) => {
                let Some(timer) = self.state.nodes[node.index()].earliest_timer() else { return true };
                self.advance(timer.at);
                self.timer_runs_out(node, timer);
            }
        }
        false
    }

    /// Which limit ends the run here, in a sentence, if one does.
    #[inline]
    fn limit_reached(&self) -> Option<String> {
        let limits = &self.setup.limits;
        let is_measured = self.turns().is_multiple_of(MEASURE_EVERY);
        if self.trace.len() < limits.events && self.state.turns_at_once < limits.turns_at_once && !is_measured
        {
            return None;
        }
        self.name_limit()
    }

    #[cold]
    fn name_limit(&self) -> Option<String> {
        let limits = &self.setup.limits;
        let what = if self.trace.len() >= limits.events {
            format!("it has {} events, as many as are kept", limits.events)
        } else if self.state.turns_at_once >= limits.turns_at_once {
            format!("{} turns came at one instant, {}", limits.turns_at_once, self.state.now)
        } else if self.turns() >= self.trace.kept_turns() && self.trace.memory() > limits.memory {
            // After going back, the trace holds what comes next as well, and the run has got as far before.
            format!("its trace takes {} MB of memory", limits.memory >> 20)
        } else {
            return None;
        };
        let way_out = "Step back, or choose settings that send fewer messages.";
        Some(format!("The run ends here because {what}. {way_out}"))
    }

    /// Moves the true time on. What was overtaken by hand happens late, so time never goes back.
    pub(super) fn advance(&mut self, at: TrueTime) {
        if at > self.state.now {
            self.state.now = at;
            self.state.turns_at_once = 0;
            self.trace.advance(at);
        }
    }

    #[inline]
    fn begin_turn(&mut self) {
        self.state.turns_at_once += 1;
        self.trace.begin_turn(self.state.now);
    }

    fn script_step(&mut self, place: u32) {
        let setup = std::sync::Arc::clone(&self.setup);
        match &setup.script.steps[place as usize].1 {
            ScriptStep::Order(node, _) => self.reach(*node, Input::Order(place)),
            ScriptStep::Act(act) => {
                self.begin_turn();
                // A script may heal what a hand has healed before; then there is nothing to do.
                let _ = self.carry_out(act, "script");
            }
        }
    }

    fn timer_runs_out(&mut self, node: NodeId, timer: Timer) {
        self.state.nodes[node.index()].timers.retain(|other| other.seq != timer.seq);
        self.reach(node, Input::Timer(timer.id));
    }

    /// A packet is at its receiver's door: a garbled one is turned away, if the checksum shows it.
    #[inline]
    pub(super) fn packet_reaches(&mut self, packet: Packet) {
        if let Some(flipped) = &packet.flipped
            && flipped.checked
            && checksum(&flipped.payload) != flipped.checksum
        {
            self.sign(&packet, flipped.by, "checksum", Outcome::Lost);
            return;
        }
        if packet.part.is_some() {
            return self.gather(packet);
        }
        let input = Input::Message {
            message: packet.message,
            from: self.named_on(&packet),
            copy: packet.copy,
            at: self.state.now,
            flipped: packet.flipped,
        };
        self.reach(packet.to, input);
    }

    /// An input reaches a node, which takes it now, later or never.
    #[inline]
    pub(super) fn reach(&mut self, id: NodeId, input: Input) {
        let node = &mut self.state.nodes[id.index()];
        match node.status {
            NodeStatus::Down => return self.input_is_lost(id, &input),
            NodeStatus::Paused => return node.inbox.push_back(input),
            NodeStatus::Up if !node.inbox.is_empty() => return node.inbox.push_back(input),
            NodeStatus::Up => {}
        }
        let cost = self.service(id, &input);
        let now = self.state.now;
        let node = &mut self.state.nodes[id.index()];
        if cost == Duration::ZERO && node.busy_until <= now {
            return self.take(id, input);
        }
        node.inbox.push_back(input);
        node.is_first_served = true;
        self.wake_after(id, cost);
    }

    /// A process that was paused goes on with what it was at, or begins with what came meanwhile.
    pub(super) fn return_to_inbox(&mut self, id: NodeId) {
        let node = &self.state.nodes[id.index()];
        let is_first_served = node.is_first_served;
        if let Some(first) = node.inbox.front().cloned() {
            let cost = if is_first_served { Duration::ZERO } else { self.service(id, &first) };
            self.state.nodes[id.index()].is_first_served = true;
            self.wake_after(id, cost);
        }
    }

    /// Sees to it that the node looks into its inbox, when its processor has had so long for it, unless it will
    /// anyway.
    pub(super) fn wake_after(&mut self, id: NodeId, cost: Duration) {
        let node = &mut self.state.nodes[id.index()];
        if !node.is_waking {
            node.is_waking = true;
            let at = node.busy_until.max(self.state.now) + cost;
            self.state.queue.push(at, Pending::Inbox(id));
        }
    }

    fn look_into_inbox(&mut self, id: NodeId) {
        let node = &mut self.state.nodes[id.index()];
        node.is_waking = false;
        if node.status != NodeStatus::Up {
            return;
        }
        let Some(input) = node.inbox.pop_front() else { return };
        node.is_first_served = false;
        self.take(id, input);
        // A crash in that turn has emptied it; a pause leaves it for later.
        if self.state.nodes[id.index()].status == NodeStatus::Up {
            self.return_to_inbox(id);
        }
    }

    /// How long the node's processor takes for an input.
    #[inline]
    fn service(&mut self, id: NodeId, input: &Input) -> Duration {
        let own = self.state.nodes[id.index()].cost;
        if self.state.slow.is_empty() || self.is_agent(id) {
            return own;
        }
        if let Input::Message { message, copy, at, .. } = *input {
            self.sign_waiting(id, message, copy, at);
        }
        let codec = self.state.nodes[id.index()].codec;
        let work = |kind, bytes, codec| Work { node: id, kind, bytes, codec };
        own + match *input {
            Input::Message { message, copy, .. } => {
                let bytes = self.trace.payload(message).len();
                let work = work(WorkKind::Receive, bytes, self.trace.codec(message));
                self.service_by_faults(&work, Some((message, copy)))
            }
            Input::Timer(_) => self.service_by_faults(&work(WorkKind::Timer, 0, codec), None),
            Input::Order(_) | Input::Overheard(_) | Input::Asked(_) => {
                self.service_by_faults(&work(WorkKind::Order, 0, codec), None)
            }
        }
    }

    /// How much longer a node's processor takes because of the faults, which sign it on the message that it is
    /// about.
    pub(super) fn service_by_faults(&mut self, work: &Work, about: Option<(MessageId, u16)>) -> Duration {
        let mut sum = Duration::ZERO;
        for place in 0..self.state.slow.len() {
            let slot = usize::from(self.state.slow[place]);
            if !self.may_slow(slot, about) {
                continue;
            }
            let Some(rule) = &self.state.faults[slot].rule else { continue };
            let cost = rule.service(work);
            let bill = rule.bill(work, cost);
            sum = sum + cost;
            if let Some((message, copy)) = about
                && cost > Duration::ZERO
            {
                let fault = self.setup.faults[slot].entry.id;
                let entry = self.entry_at_node(message, copy, fault, "processor");
                self.trace.sign(FateEntry { size: cost.0, unit: Unit::Nanos, ..entry });
                if let Some((effect, size, unit)) = bill {
                    self.trace.sign(FateEntry { effect, size, unit, ..entry });
                }
            }
        }
        sum
    }

    /// Notes how long a message has waited at a node for the processor, which turns to it as soon as it is free. The
    /// first of the faults that make processors slow signs, since it waits because of them all.
    pub(super) fn sign_waiting(&mut self, id: NodeId, message: MessageId, copy: u16, since: TrueTime) {
        let begins = self.state.nodes[id.index()].busy_until.max(self.state.now);
        let waited = begins.since(since);
        if waited > Duration::ZERO
            && let Some(&slot) = self.state.slow.first()
        {
            let fault = self.setup.faults[usize::from(slot)].entry.id;
            let entry = self.entry_at_node(message, copy, fault, "run queue");
            self.trace.sign(FateEntry { size: waited.0, unit: Unit::Nanos, ..entry });
        }
    }

    pub(super) fn input_is_lost(&mut self, id: NodeId, input: &Input) {
        if let Input::Message { message, copy, .. } = *input {
            let entry = self.entry_at_node(message, copy, "crash", "node down");
            self.trace.sign(FateEntry { outcome: Outcome::Lost, ..entry });
        }
        debug_assert_eq!(self.state.nodes[id.index()].status, NodeStatus::Down);
    }

    /// A node takes an input: one turn.
    fn take(&mut self, id: NodeId, input: Input) {
        self.begin_turn();
        let at = self.state.now;
        match input {
            Input::Message { message, from, copy, flipped, .. } => {
                let bytes = flipped.as_ref().map(|flipped| flipped.payload.as_slice());
                self.trace.receive(id, at, message, copy, bytes);
                let codec = self.state.nodes[id.index()].reads.unwrap_or_else(|| self.trace.codec(message));
                let mut is_garbled = false;
                self.run_program(id, |program, trace, cx| {
                    let incoming = Incoming::new(bytes.unwrap_or_else(|| trace.payload(message)), codec);
                    program.message(from, &incoming, cx);
                    is_garbled = incoming.is_garbled();
                });
                if is_garbled {
                    let by = flipped.as_ref().map_or("network", |flipped| flipped.by);
                    self.sign_garbled(id, message, copy, by);
                }
            }
            Input::Timer(timer) => {
                let label = Label { word: timer.name, number: Some(timer.nth) };
                self.trace.event(NewEvent { kind: EventKind::Timer, node: id, at, message: None, label });
                self.run_program(id, |program, _, cx| program.timer(timer, cx));
            }
            Input::Overheard(tapped) => self.overhear(id, &tapped),
            Input::Asked(order) => self.run_program(id, |program, _, cx| program.order(&order, cx)),
            Input::Order(place) => {
                let setup = std::sync::Arc::clone(&self.setup);
                if let (_, ScriptStep::Order(_, order)) = &setup.script.steps[place as usize] {
                    self.run_program(id, |program, _, cx| program.order(order, cx));
                }
            }
        }
    }

    fn sign_garbled(&mut self, id: NodeId, message: MessageId, copy: u16, by: &'static str) {
        let entry = self.entry_at_node(message, copy, by, "garbled");
        self.trace.sign(entry);
        let text = "a message made no sense and was ignored".to_owned();
        self.trace.write_log(LogLine { node: id, at: self.state.now, text });
    }

    /// A line of fate for what befalls a message at one of its ends.
    pub(super) fn entry_at_node(
        &self,
        message: MessageId,
        copy: u16,
        fault: &'static str,
        effect: &'static str,
    ) -> FateEntry {
        let (size, unit, outcome) = (0, Unit::None, Outcome::Onward);
        FateEntry {
            message,
            fault,
            effect,
            size,
            unit,
            at: self.state.now,
            copy,
            hop: 0,
            link: None,
            outcome,
        }
    }
}
