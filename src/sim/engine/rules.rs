//! Faults in a run: let in and shut out, asked what they do, and given what they asked for.
//!
//! Must not know what any of them is about.

use super::super::fault::{Fault, WorldAct, WorldActs};
use super::super::packet::{FateEntry, Outcome, Unit};
use super::super::tape::{Act, MessageRef};
use super::super::{Gauge, Release, Stage, World};
use super::{Engine, Pending};
use crate::base::{Chance, Duration, NodeId, TrueTime};

impl Engine {
    /// Drops an assumption: its fault is let in.
    pub(super) fn let_in(&mut self, slot: usize) {
        let entry = self.setup.faults[slot].entry;
        let fault = &mut self.state.faults[slot];
        if fault.rule.is_some() {
            return;
        }
        fault.times += 1;
        let rule = fault.rule.insert((entry.make)(&fault.dials));
        if rule.slows_processors() {
            self.state.slow.push(slot as u16);
        }
        if rule.stage() != Stage::Aside {
            let place = self.place_behind(slot);
            self.state.order.insert(place, slot as u16);
        }
        if let Some(agent) = self.state.faults[slot].rule.as_ref().and_then(|rule| rule.agent()) {
            self.bring(slot, agent);
        }
        self.with_rule(slot, |rule, world, acts| rule.begin(world, acts));
    }

    pub(super) fn shut_out(&mut self, slot: usize) {
        // Whatever holds it back, what it has done is put right.
        let only = self.state.faults[slot].only.take();
        self.with_rule(slot, |rule, world, acts| rule.end(world, acts));
        self.state.faults[slot].only = only;
        let by = self.setup.faults[slot].entry.id;
        let fault = &mut self.state.faults[slot];
        if fault.rule.is_some() {
            fault.times += 1;
            for name in self.state.network.held_by(slot as u16) {
                self.release(slot, name, by, &Release { effect: "let go", delay: None, note: None });
            }
            self.state.faults[slot].rule = None;
            self.send_away(slot);
            self.state.order.retain(|other| usize::from(*other) != slot);
            self.state.slow.retain(|other| usize::from(*other) != slot);
        }
    }

    /// A program looks an address up: told to the faults that make addresses grow old.
    pub(super) fn look_up(&mut self, who: NodeId, whose: NodeId) {
        let now = self.state.now;
        let rules = self.state.faults.iter_mut().filter_map(|fault| fault.rule.as_mut());
        rules.for_each(|rule| rule.looks_up(who, whose, now));
    }

    /// Why a hand may not do this, if a fault forbids it.
    pub(super) fn forbidden(&self, act: &Act) -> Option<String> {
        let faults = &self.state.faults;
        faults.iter().find_map(|fault| fault.rule.as_ref()?.forbids(act, &self.world(fault.chance)))
    }

    /// The place in the order where a fault's packets go on: behind those that they pass before it, and behind
    /// itself.
    pub(super) fn place_behind(&self, slot: usize) -> usize {
        let stage = |slot: usize| -> Option<Stage> { Some(self.state.faults[slot].rule.as_ref()?.stage()) };
        let key = (stage(slot), slot);
        let is_before = |other: &u16| (stage(usize::from(*other)), usize::from(*other)) <= key;
        self.state.order.partition_point(is_before)
    }

    /// Runs `work` with the rule of a fault, which has the world in view and may act on it.
    pub(super) fn with_rule(
        &mut self,
        slot: usize,
        work: impl FnOnce(&mut dyn Fault, &World<'_>, &mut WorldActs),
    ) {
        let fault = &mut self.state.faults[slot];
        let chance = fault.chance;
        let Some(mut rule) = fault.rule.take() else { return };
        let mut acts = WorldActs::default();
        let world = self.world(chance);
        work(rule.as_mut(), &world, &mut acts);
        self.state.faults[slot].rule = Some(rule);
        self.carry_out_all(slot, acts);
    }

    /// What the faults that are let in can tell about links and nodes as they are now, each under its id.
    pub fn gauges(&self) -> Vec<(&'static str, Gauge)> {
        let mut all = Vec::new();
        for (setting, fault) in self.setup.faults.iter().zip(&self.state.faults) {
            if let Some(rule) = &fault.rule {
                let gauges = rule.gauges(&self.world(fault.chance));
                all.extend(gauges.into_iter().map(|gauge| (setting.entry.id, gauge)));
            }
        }
        all
    }

    fn world(&self, chance: Chance) -> World<'_> {
        World {
            now: self.state.now,
            topology: &self.state.network.topology,
            nodes: &self.state.nodes[..self.setup.nodes.len()],
            network: &self.state.network,
            specs: &self.setup.nodes,
            chance,
        }
    }

    /// Does what a fault asked for.
    fn carry_out_all(&mut self, slot: usize, acts: WorldActs) {
        let by = self.setup.faults[slot].entry.id;
        let now = self.state.now;
        let mut has_new_links = false;
        for act in acts.acts {
            if !self.may_do(slot, &act) {
                continue;
            }
            // Routes take a while to find, and a pass of the satellites changes many links at once.
            let is_link = matches!(act, WorldAct::Connect(_) | WorldAct::Disconnect(..));
            if has_new_links && !is_link {
                self.state.network.find_routes();
            }
            has_new_links = is_link;
            match act {
                // A fault may crash what is down already; then there is nothing to do.
                WorldAct::Act(act) => drop(self.carry_out(&act, by)),
                WorldAct::Connect(link) => drop(self.state.network.topology_mut().connect(link)),
                WorldAct::Disconnect(from, to) => self.state.network.topology_mut().disconnect(from, to),
                WorldAct::Step(node, by) => self.step_clock(node, by),
                WorldAct::Source(node, ahead) => {
                    let before = std::mem::replace(&mut self.state.nodes[node.index()].source, ahead);
                    self.step_clock(node, ahead.saturating_sub(before));
                }
                WorldAct::Slew(node, by, ppm) => {
                    let clock = &mut self.state.nodes[node.index()].clock;
                    clock.slew(now, by, ppm);
                    let clock = *clock;
                    self.trace.clock_changes(node, clock);
                }
                WorldAct::Drift(node, ppb) => {
                    let clock = &mut self.state.nodes[node.index()].clock;
                    clock.set_drift(now, ppb);
                    let clock = *clock;
                    self.trace.clock_changes(node, clock);
                    self.reschedule_timers(node);
                }
                WorldAct::Codec(node, writes, reads) => {
                    let node = &mut self.state.nodes[node.index()];
                    (node.codec, node.reads) = (writes, reads);
                }
                WorldAct::Wake(at, token) => self.wake_fault(slot, at, token),
                WorldAct::Sleep => self.state.faults[slot].times += 1,
                WorldAct::Ask(order) => self.ask(slot, order),
                WorldAct::Install(node, version) => self.state.nodes[node.index()].version = version,
                WorldAct::Spare(node) => self.state.nodes[node.index()].crash_after = None,
                WorldAct::Release(name, release) => self.release(slot, name, by, &release),
                WorldAct::Lose(name, effect) => {
                    if let Some(packet) = self.state.network.take_held(slot as u16, name) {
                        self.sign(&packet, by, effect, Outcome::Lost);
                    }
                }
            }
        }
        if has_new_links {
            self.state.network.find_routes();
        }
    }

    fn step_clock(&mut self, node: NodeId, by: i64) {
        if by == 0 {
            return;
        }
        let clock = &mut self.state.nodes[node.index()].clock;
        clock.step(self.state.now, by);
        let clock = *clock;
        // Before its first event and at the very start, a clock is not set: it goes wrong.
        match self.state.now == TrueTime::ZERO && self.trace.last_of(node).is_none() {
            true => self.trace.clock_changes(node, clock),
            false => self.clock_changed(node),
        }
    }

    pub(super) fn wake_fault(&mut self, slot: usize, at: TrueTime, token: u32) {
        let times = self.state.faults[slot].times;
        self.state.queue.push(at.max(self.state.now), Pending::Fault(slot as u16, times, token));
    }

    /// Lets a packet go on that a fault held.
    fn release(&mut self, slot: usize, name: MessageRef, by: &'static str, release: &Release) {
        let Some(mut packet) = self.state.network.take_held(slot as u16, name) else { return };
        let now = self.state.now;
        let held = now.since(packet.since);
        let held = (held > Duration::ZERO).then_some((release.effect, held.0, Unit::Nanos));
        let delay = release.delay.map(|(effect, by)| (effect, by.0, Unit::Nanos));
        for (effect, size, unit) in [held, delay, release.note].into_iter().flatten() {
            let entry = packet.fate_entry(now, by, effect, Outcome::Onward);
            self.trace.sign(FateEntry { size, unit, ..entry });
        }
        if let (Some(held), Some((_, by))) = (&mut packet.held, release.delay) {
            held.delay = held.delay.saturating_add(by.0);
        }
        packet.since = now;
        self.go_on(packet, self.place_behind(slot));
    }
}
