//! Acts: what hands, scripts and faults do to the world.

use super::super::network::{Barrier, Wall};
use super::super::node::{Node, NodeStatus};
use super::super::packet::{FateEntry, Outcome, Packet, Unit};
use super::super::program::Label;
use super::super::tape::{Act, MessageRef};
use super::super::trace::{EventKind, NewEvent, Span, SpanKind};
use super::{Engine, Front, Pending};
use crate::base::{Duration, NodeId, TrueTime};

/// The longest delay that a hand can give: 50 days, far beyond every scene and far from overflow. What is
/// exported stays within 2^53 ns, which is twice as much.
const DELAY_MOST: Duration = Duration::secs(50 * 24 * 60 * 60);

impl Engine {
    /// Whether a hand can and may do this now.
    ///
    /// # Errors
    /// When it cannot: place, value and way out in a sentence.
    pub fn check(&self, act: &Act) -> Result<(), String> {
        if self.is_record {
            return Err("it was recorded elsewhere, so nothing can be changed in it.".to_owned());
        }
        self.check_possible(act)?;
        match self.forbidden(act) {
            None => Ok(()),
            Some(why) => Err(why),
        }
    }

    /// Whether an act can be done now, by whomever.
    fn check_possible(&self, act: &Act) -> Result<(), String> {
        match act {
            Act::Assume { fault, .. } | Act::Only { fault, .. } => self.find_fault(fault).map(|_| ()),
            Act::Turn { fault, dial, value } => {
                let slot = self.find_fault(fault)?;
                let dials = self.setup.faults[slot].entry.dials;
                let found = dials.iter().find(|d| d.id == dial).ok_or_else(|| {
                    let names: Vec<&str> = dials.iter().map(|d| d.id).collect();
                    format!("{fault} has no dial {dial:?}; it has {}.", names.join(", "))
                })?;
                found.parse(fault, &value.to_string()).map(|_| ()).map_err(|bad| bad.0)
            }
            Act::Deliver(name) | Act::Drop(name) | Act::Duplicate(name) | Act::Choose(name) => {
                self.find(*name)
            }
            Act::Delay(name, by) if *by > DELAY_MOST => {
                Err(format!("{name} cannot be held back for {by}; choose at most {DELAY_MOST}."))
            }
            Act::Delay(name, _) => self.find(*name),
            Act::ChooseTimer(node) => match self.node(*node)?.timers.is_empty() {
                true => Err(format!("{} has no timer set.", self.name(*node))),
                false => Ok(()),
            },
            Act::Crash(node) | Act::CrashAfter(node, _) => match self.node(*node)?.status {
                NodeStatus::Down => Err(format!("{} is down already.", self.name(*node))),
                NodeStatus::Up | NodeStatus::Paused => Ok(()),
            },
            Act::Restart(node) => self.expect(*node, NodeStatus::Down, "is not down"),
            Act::Pause(node) => self.expect(*node, NodeStatus::Up, "is not running"),
            Act::Resume(node) => self.expect(*node, NodeStatus::Paused, "is not paused"),
            Act::SetClock(node, reading) if reading.0.unsigned_abs() > DELAY_MOST.0 => {
                let name = self.name(*node);
                Err(format!("the clock of {name} cannot show {} ns; stay within ±{DELAY_MOST}.", reading.0))
            }
            Act::SetClock(node, _) => self.node(*node).map(|_| ()),
            Act::SetSpeed(node, cost) if *cost > DELAY_MOST => Err(format!(
                "{} cannot take {cost} for an input; choose at most {DELAY_MOST}.",
                self.name(*node)
            )),
            Act::SetSpeed(node, _) => self.node(*node).map(|_| ()),
            Act::Cut { from, to, .. } => self.ends(*from, *to).map(|_| ()),
            Act::Heal { from, to } => self.barrier(&Wall::Link(*from, *to)).map(|_| ()),
            Act::Partition { group, .. } => self.check_group(group),
            Act::Join { group } => self.barrier(&Wall::Group(group.clone())).map(|_| ()),
        }
    }

    /// Does something to the world, signed by `by`.
    pub(super) fn carry_out(&mut self, act: &Act, by: &'static str) -> Result<(), String> {
        if by == "hand" {
            self.check(act)?;
        } else {
            self.check_possible(act)?;
        }
        match act {
            Act::Assume { fault, held } => {
                let slot = self.find_fault(fault)?;
                if *held { self.shut_out(slot) } else { self.let_in(slot) }
            }
            Act::Turn { fault, dial, value } => {
                let slot = self.find_fault(fault)?;
                let dials = self.setup.faults[slot].entry.dials;
                if let Some(place) = dials.iter().position(|d| d.id == dial) {
                    self.state.faults[slot].dials[place] = *value;
                    let dials = self.state.faults[slot].dials.clone();
                    self.with_rule(slot, |rule, world, acts| rule.retune(&dials, world, acts));
                }
            }
            Act::Deliver(name) => self.deliver(*name, by),
            Act::Drop(name) => self.drop_packet(*name, by),
            Act::Duplicate(name) => self.duplicate(*name, by),
            Act::Delay(name, delay) => self.delay(*name, *delay, by),
            Act::Choose(name) => {
                let packet = self.pick_up(*name);
                self.state.front = packet.map(Front::Packet);
            }
            Act::ChooseTimer(node) => self.put_front_back(Front::Timer(*node)),
            Act::Crash(node) => self.crash(*node),
            Act::CrashAfter(node, commands) => self.state.nodes[node.index()].crash_after = Some(*commands),
            Act::Restart(node) => self.restart(*node, act, by),
            Act::Pause(node) => self.pause(*node),
            Act::Resume(node) => self.resume(*node),
            Act::SetClock(node, reading) => {
                let now = self.state.now;
                self.state.nodes[node.index()].clock.set_wall(now, *reading);
                self.clock_changed(*node);
            }
            Act::SetSpeed(node, cost) => self.state.nodes[node.index()].cost = *cost,
            Act::Cut { from, to, one_way } => {
                self.raise(Wall::Link(*from, *to), *one_way, SpanKind::Cut, by);
            }
            Act::Heal { from, to } => self.lower(&Wall::Link(*from, *to), act, by),
            Act::Partition { group, one_way } => {
                self.raise(Wall::Group(group.clone()), *one_way, SpanKind::Partition, by);
            }
            Act::Join { group } => self.lower(&Wall::Group(group.clone()), act, by),
            Act::Only { fault, packets, deeds } => {
                let slot = self.find_fault(fault)?;
                self.hold_back(slot, packets, deeds);
            }
        }
        Ok(())
    }

    fn event(&mut self, kind: EventKind, node: NodeId, word: &'static str) {
        let label = Label { word, number: None };
        self.trace.event(NewEvent { kind, node, at: self.state.now, message: None, label });
    }

    /// Notes that a node's wall clock was stepped. The reading at the event is the one after the step.
    pub(super) fn clock_changed(&mut self, node: NodeId) {
        let clock = self.state.nodes[node.index()].clock;
        self.trace.clock_changes(node, clock);
        self.event(EventKind::ClockStep, node, "clock set");
    }

    pub(super) fn crash(&mut self, id: NodeId) {
        if self.state.nodes[id.index()].status == NodeStatus::Down {
            return;
        }
        self.end_span_of(id);
        self.event(EventKind::Crash, id, "crash");
        let now = self.state.now;
        let span = self.begin_span(SpanKind::Outage, vec![id], false);
        let node = &mut self.state.nodes[id.index()];
        node.program = None;
        node.timers.clear();
        node.status = NodeStatus::Down;
        node.crash_after = None;
        node.busy_until = now;
        node.span = Some((span, now));
        let inbox = std::mem::take(&mut node.inbox);
        node.is_first_served = false;
        self.drop_piles(id);
        for input in inbox {
            self.input_is_lost(id, &input);
        }
    }

    fn restart(&mut self, id: NodeId, act: &Act, by: &'static str) {
        let node: &Node = &self.state.nodes[id.index()];
        if let Some((_, since)) = node.span
            && self.is_too_soon(since, act, by)
        {
            return;
        }
        self.end_span_of(id);
        let program = (self.setup.spawn)(id);
        let node = &mut self.state.nodes[id.index()];
        node.program = Some(program);
        node.status = NodeStatus::Up;
        self.event(EventKind::Restart, id, "restart");
        self.start_program(id);
    }

    fn pause(&mut self, id: NodeId) {
        self.event(EventKind::Pause, id, "pause");
        let now = self.state.now;
        let span = self.begin_span(SpanKind::Pause, vec![id], false);
        let node = &mut self.state.nodes[id.index()];
        node.status = NodeStatus::Paused;
        node.span = Some((span, now));
    }

    fn resume(&mut self, id: NodeId) {
        self.end_span_of(id);
        self.state.nodes[id.index()].status = NodeStatus::Up;
        self.event(EventKind::Resume, id, "resume");
        self.return_to_inbox(id);
    }

    fn begin_span(&mut self, kind: SpanKind, nodes: Vec<NodeId>, one_way: bool) -> crate::base::SpanId {
        self.trace.begin_span(Span { kind, from: self.state.now, to: None, nodes, one_way })
    }

    fn end_span_of(&mut self, id: NodeId) {
        if let Some((span, _)) = self.state.nodes[id.index()].span.take() {
            self.trace.end_span(span, self.state.now);
        }
    }

    fn raise(&mut self, what: Wall, one_way: bool, kind: SpanKind, by: &'static str) {
        // Someone who cuts what someone else has cut already adds a barrier, which outlasts the other.
        if self.state.network.barriers.iter().any(|barrier| barrier.what == what && barrier.by == by) {
            return;
        }
        let nodes = match &what {
            Wall::Link(from, to) => vec![*from, *to],
            Wall::Group(group) => group.clone(),
        };
        let span = self.begin_span(kind, nodes, one_way);
        let since = self.state.now;
        self.state.network.barriers.push(Barrier { what, one_way, span, since, by });
    }

    /// Takes down a barrier. A hand or a script takes down whichever it finds, a fault only its own.
    fn lower(&mut self, what: &Wall, act: &Act, by: &'static str) {
        let is_fault = self.slot(by).is_some();
        let stands = |barrier: &Barrier| barrier.what == *what && (!is_fault || barrier.by == by);
        let Some(place) = self.state.network.barriers.iter().position(stands) else { return };
        let since = self.state.network.barriers[place].since;
        if self.is_too_soon(since, act, by) {
            return;
        }
        let barrier = self.state.network.barriers.remove(place);
        self.trace.end_span(barrier.span, self.state.now);
    }

    /// Whether what began at `since` must still stay; then `act` is put off until it may go.
    fn is_too_soon(&mut self, since: TrueTime, act: &Act, by: &'static str) -> bool {
        let until = since + self.setup.stay_least;
        let is_early = until > self.state.now;
        if is_early {
            self.state.later.push((act.clone(), by));
            self.state.queue.push(until, Pending::Later(self.state.later.len() as u32 - 1));
        }
        is_early
    }

    /// Takes a packet off the network, whether it was picked before or not.
    fn pick_up(&mut self, name: MessageRef) -> Option<Box<Packet>> {
        if let Some(Front::Packet(packet)) = &self.state.front
            && packet.is_named(name)
        {
            return match self.state.front.take() {
                Some(Front::Packet(packet)) => Some(packet),
                Some(Front::Timer(_)) | None => None,
            };
        }
        self.put_back();
        let place = self.state.network.find(name)?;
        let seq = self.state.network.at_mut(place)?.seq;
        let mut packet = self.state.network.take(place, seq)?;
        if packet.held.take().is_some() {
            // A hand takes it away from whoever held it, and it goes on as if nobody had.
            packet.at = self.state.now + Duration::MICROSECOND;
            packet.hops += 1;
        }
        Some(Box::new(packet))
    }

    /// Puts a packet that was picked before back on its way.
    fn put_back(&mut self) {
        match self.state.front.take() {
            Some(Front::Packet(packet)) => self.launch(*packet),
            Some(Front::Timer(_)) | None => {}
        }
    }

    fn put_front_back(&mut self, front: Front) {
        self.put_back();
        self.state.front = Some(front);
    }

    fn deliver(&mut self, name: MessageRef, by: &'static str) {
        let Some(mut packet) = self.pick_up(name) else { return };
        let now = self.state.now;
        let early = packet.at.since(now);
        let entry = packet.fate_entry(now, by, "delivered early", Outcome::Onward);
        self.trace.sign(FateEntry { size: early.0, unit: Unit::Nanos, ..entry });
        packet.at = now;
        packet.next = packet.to;
        self.state.front = Some(Front::Packet(packet));
    }

    fn drop_packet(&mut self, name: MessageRef, by: &'static str) {
        if let Some(packet) = self.pick_up(name) {
            self.sign(&packet, by, "dropped", Outcome::Lost);
        }
    }

    fn duplicate(&mut self, name: MessageRef, by: &'static str) {
        let Some(packet) = self.pick_up(name) else { return };
        let mut copy = (*packet).clone();
        copy.copy = self.trace.next_copy(copy.message);
        let entry = copy.fate_entry(self.state.now, by, "copy", Outcome::Copied);
        self.trace.sign(FateEntry { size: copy.copy.into(), unit: Unit::Copy, ..entry });
        self.launch(*packet);
        self.launch(copy);
    }

    fn delay(&mut self, name: MessageRef, by: Duration, who: &'static str) {
        let Some(mut packet) = self.pick_up(name) else { return };
        let entry = packet.fate_entry(self.state.now, who, "held back", Outcome::Onward);
        self.trace.sign(FateEntry { size: by.0, unit: Unit::Nanos, ..entry });
        packet.at = packet.at.max(self.state.now) + by;
        self.launch(*packet);
    }

    fn find_fault(&self, id: &str) -> Result<usize, String> {
        self.slot(id).ok_or_else(|| {
            let ids: Vec<&str> = self.setup.faults.iter().map(|fault| fault.entry.id).collect();
            format!("there is no fault {id:?}; choose one of {}.", ids.join(", "))
        })
    }

    fn find(&self, name: MessageRef) -> Result<(), String> {
        self.node(name.from)?;
        self.node(name.to)?;
        let is_front = matches!(&self.state.front, Some(Front::Packet(packet)) if packet.is_named(name));
        if is_front || self.state.network.find(name).is_some() {
            return Ok(());
        }
        let (from, to) = (self.name(name.from), self.name(name.to));
        let copy = if name.copy > 0 { format!(", copy {}", name.copy) } else { String::new() };
        Err(format!("message {} from {from} to {to}{copy} is not in flight now.", name.nth + 1))
    }

    fn node(&self, id: NodeId) -> Result<&Node, String> {
        self.state.nodes.get(id.index()).ok_or_else(|| {
            format!("there is no {id}; nodes are numbered from 0 to {}.", self.state.nodes.len() - 1)
        })
    }

    fn name(&self, id: NodeId) -> &str {
        self.setup.nodes.get(id.index()).map_or("?", |spec| spec.name.as_str())
    }

    fn expect(&self, id: NodeId, status: NodeStatus, otherwise: &str) -> Result<(), String> {
        if self.node(id)?.status == status { Ok(()) } else { Err(format!("{} {otherwise}.", self.name(id))) }
    }

    fn ends(&self, from: NodeId, to: NodeId) -> Result<(), String> {
        self.node(from)?;
        self.node(to)?;
        let topology = &self.state.network.topology;
        match topology.link_between(from, to).or_else(|| topology.link_between(to, from)) {
            Some(_) => Ok(()),
            None => Err(format!("there is no link between {} and {}.", self.name(from), self.name(to))),
        }
    }

    fn barrier(&self, what: &Wall) -> Result<usize, String> {
        let barriers = &self.state.network.barriers;
        barriers.iter().position(|barrier| barrier.what == *what).ok_or_else(|| match what {
            Wall::Link(from, to) => {
                format!("the link between {} and {} is not cut.", self.name(*from), self.name(*to))
            }
            Wall::Group(group) => {
                let names: Vec<&str> = group.iter().map(|node| self.name(*node)).collect();
                format!("there is no partition around {}.", names.join(", "))
            }
        })
    }

    fn check_group(&self, group: &[NodeId]) -> Result<(), String> {
        group.iter().try_for_each(|&node| self.node(node).map(|_| ()))?;
        let is_ascending = group.windows(2).all(|pair| pair[0] < pair[1]);
        if group.is_empty() || group.len() >= self.state.nodes.len() {
            return Err("a partition needs at least one node on each side.".to_owned());
        }
        if is_ascending {
            Ok(())
        } else {
            Err("the nodes of a group are named once each, ascending.".to_owned())
        }
    }
}
