//! Programs at work: each is given its input, and what it commands is carried out.
//!
//! Must not know why a program is run.

use super::super::node::{Local, Timer};
use super::super::program::{Command, Context, Label, Program, TimerId};
use super::super::trace::{EventKind, LogLine, NewEvent, Trace};
use super::{Engine, Pending};
use crate::base::{Duration, MonotonicReading, NodeId};

impl Engine {
    /// Starts the program of a node that has just been made.
    pub(super) fn start_program(&mut self, id: NodeId) {
        self.run_program(id, |program, _, cx| program.start(cx));
    }

    pub(super) fn run_program(
        &mut self,
        id: NodeId,
        work: impl FnOnce(&mut dyn Program, &Trace, &mut Context<'_>),
    ) {
        let outbox = &mut self.scratch.outbox;
        outbox.clear();
        let node = &mut self.state.nodes[id.index()];
        if let Some(program) = &mut node.program {
            let mut cx = Context {
                me: id,
                local: Local { clock: &node.clock, at: self.state.now },
                disk: &node.disk,
                codec: node.codec,
                version: node.version,
                draws: &mut node.draws,
                chance: self.chance,
                outbox,
            };
            work(program.as_mut(), &self.trace, &mut cx);
        }
        let crash_after = node.crash_after.take();
        let commands = self.scratch.outbox.commands.len();
        for place in 0..crash_after.map_or(commands, |after| commands.min(after.into())) {
            self.command(id, self.scratch.outbox.commands[place]);
        }
        if crash_after.is_some() {
            self.crash(id);
        }
    }

    fn command(&mut self, id: NodeId, command: Command) {
        let at = self.state.now;
        let bytes = &self.scratch.outbox.bytes;
        let event = |kind, message, label| NewEvent { kind, node: id, at, message, label };
        match command {
            // Who takes an address from a message may have it from a liar or from flipped bits.
            Command::Send { to, .. } if !self.state.network.has(to) => {
                let text = format!("nobody has the address of {to}: nothing was sent");
                self.trace.write_log(LogLine { node: id, at, text });
            }
            Command::Send { to, class, label, is_again, start, end } => {
                let nth = self.state.network.number(id, to);
                let payload = &bytes[start as usize..end as usize];
                let codec = self.state.nodes[id.index()].codec;
                let message = self.trace.new_message(id, to, nth, true, codec, payload);
                if is_again {
                    self.trace.set_retry(message);
                }
                self.trace.event(event(EventKind::Send, Some(message), label));
                self.set_out(message, id, to, nth, class, payload.len());
            }
            Command::LookUp(whose) => self.look_up(id, whose),
            Command::Pose { pose, label, start, end } => {
                let payload = bytes[start as usize..end as usize].to_vec();
                if self.is_agent(id) {
                    self.pose(id, pose, label, &payload);
                }
            }
            Command::SetTimer { timer, after } => self.set_timer(id, timer, after),
            Command::CancelTimer(timer) => {
                self.state.nodes[id.index()].timers.retain(|other| other.id != timer);
            }
            Command::Persist { key, start, end } => {
                self.trace.event(event(EventKind::Write, None, Label { word: key, number: None }));
                let value = self.state.nodes[id.index()].disk.entry(key).or_default();
                value.clear();
                value.extend_from_slice(&bytes[start as usize..end as usize]);
            }
            Command::Local(label) => {
                self.trace.event(event(EventKind::Local, None, label));
            }
            Command::Decide(label) => {
                self.trace.event(event(EventKind::Decide, None, label));
            }
            Command::Log { start, end } => {
                let text = String::from_utf8_lossy(&bytes[start as usize..end as usize]).into_owned();
                self.trace.write_log(LogLine { node: id, at, text });
            }
        }
    }

    fn set_timer(&mut self, id: NodeId, timer: TimerId, after: Duration) {
        let now = self.state.now;
        let node = &mut self.state.nodes[id.index()];
        node.timers.retain(|other| other.id != timer);
        let due = MonotonicReading(node.clock.monotonic(now).0.saturating_add(after.0));
        let at = node.clock.true_after(now, after);
        let seq = self.state.queue.push(at, Pending::Timer(id));
        node.timers.push(Timer { id: timer, due, at, seq });
    }

    /// Works out anew when a node's timers run out, because its clock's rate has changed.
    pub(super) fn reschedule_timers(&mut self, id: NodeId) {
        let now = self.state.now;
        let node = &mut self.state.nodes[id.index()];
        for timer in &mut node.timers {
            let left = timer.due.since(node.clock.monotonic(now));
            timer.at = node.clock.true_after(now, left);
            timer.seq = self.state.queue.push(timer.at, Pending::Timer(id));
        }
    }
}
