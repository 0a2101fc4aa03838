//! The engine: takes what happens next from the queue, lets it happen, and records it.
//!
//! It is the policy; nodes, network, queue and trace are the mechanism. All that a run depends on is in
//! [`State`], which is plain data that can be kept and restored; what it records goes to the trace.
//! Must not know which faults, programs or scenes exist.

mod acts;
mod rules;
#[cfg(test)]
mod tests;
mod travel;
mod turns;

use std::fmt;
use std::sync::Arc;

use super::fault::{Effects, Fault, FaultEntry};
use super::network::{Choice, InFlight, Network};
use super::node::{Node, NodeSpec, NodeStatus};
use super::packet::Packet;
use super::program::{Outbox, Spawn};
use super::queue::Queue;
use super::script::Script;
use super::tape::{Act, Action, MessageRef, Tape};
use super::topology::Topology;
use super::trace::{Place, Trace};
use crate::base::{Chance, Duration, NodeId, Seed, TrueTime};
use crate::clocks::Oscillator;

/// How large a run may grow before it ends with a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Events in the trace.
    pub events: usize,
    /// Bytes of memory that the trace may take.
    pub memory: usize,
    /// Turns at one instant of true time, which only a loop without delay reaches.
    pub turns_at_once: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { events: 2_000_000, memory: 256 << 20, turns_at_once: 20_000 }
    }
}

/// Everything that a run starts from, apart from its tape.
#[derive(Clone)]
pub struct Setup {
    /// The nodes, by id.
    pub nodes: Vec<NodeSpec>,
    /// Who is where and linked with whom; one place a node.
    pub topology: Topology,
    /// Makes the program of a node.
    pub spawn: Spawn,
    /// What happens from outside.
    pub script: Script,
    /// What chance grows from.
    pub seed: Seed,
    /// The faults in the order of their catalogue.
    pub faults: Vec<FaultSetting>,
    /// When the scene ends.
    pub horizon: TrueTime,
    /// How long a partition, a cut or an outage lasts at least, so that it is seen.
    pub stay_least: Duration,
    /// How large the run may grow.
    pub limits: Limits,
}

/// A fault and how it is set.
#[derive(Clone, Debug)]
pub struct FaultSetting {
    /// The line of the catalogue.
    pub entry: &'static FaultEntry,
    /// Whether the assumption is held, so that the fault is absent.
    pub is_held: bool,
    /// The values of its dials, in the order of the entry's.
    pub dials: Vec<i64>,
}

/// Why there is no further turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Nothing is left to happen.
    Idle,
    /// What is left would happen after the scene's end.
    Horizon,
    /// A limit was reached; the sentence says which and what to do.
    Limit(String),
    /// An action of the tape could not be carried out; the sentence says which and why.
    Refused(String),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Idle => f.write_str("Nothing is left to happen."),
            Self::Horizon => f.write_str("The scene ends here."),
            Self::Limit(sentence) | Self::Refused(sentence) => f.write_str(sentence),
        }
    }
}

/// A turn that was taken: its number, counted from 1, and when it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its number.
    pub number: u64,
    /// The true time.
    pub at: TrueTime,
}

/// A run: what it started from, where it is, and what has been recorded.
#[derive(Clone)]
pub struct Engine {
    setup: Arc<Setup>,
    pub(super) state: State,
    trace: Trace,
    tape: Tape,
    is_lenient: bool,
    /// What the chance of programs grows from.
    chance: Chance,
    scratch: Scratch,
}

/// All that what happens next depends on.
#[derive(Clone)]
pub(crate) struct State {
    pub(super) nodes: Vec<Node>,
    pub(super) network: Network,
    pub(super) queue: Queue<Pending>,
    pub(super) faults: Vec<FaultState>,
    pub(super) now: TrueTime,
    /// What was picked by hand to be the next to happen.
    front: Option<Front>,
    /// How many turns there were at the present instant.
    turns_at_once: u32,
    /// The faults that packets pass, in that order.
    order: Vec<u16>,
    /// The faults that make processors take longer.
    slow: Vec<u16>,
    /// How many actions of the tape have been carried out.
    actions: usize,
    /// Acts that wait for the least stay to pass, and by whom they are.
    later: Vec<(Act, &'static str)>,
    /// Why the run is over, if it is.
    ended: Option<Ended>,
}

impl State {
    /// Before anything has happened, in the memory of a network and a queue that are at their start.
    fn at_start(setup: &Setup, network: Network, queue: Queue<Pending>) -> Self {
        let node = |(id, spec)| Node::new(spec, (setup.spawn)(id));
        let fault = |fault: &FaultSetting| FaultState {
            rule: None,
            dials: fault.dials.clone(),
            chance: Chance::new(setup.seed, fault.entry.id),
            times: 0,
        };
        Self {
            nodes: NodeId::first(setup.nodes.len()).zip(&setup.nodes).map(node).collect(),
            network,
            queue,
            faults: setup.faults.iter().map(fault).collect(),
            now: TrueTime::ZERO,
            front: None,
            turns_at_once: 0,
            order: Vec::new(),
            slow: Vec::new(),
            actions: 0,
            later: Vec::new(),
            ended: None,
        }
    }
}

/// A fault in a run.
#[derive(Clone)]
pub(super) struct FaultState {
    /// The rule; `None` while the assumption is held.
    pub(super) rule: Option<Box<dyn Fault>>,
    pub(super) dials: Vec<i64>,
    /// What its chance grows from.
    pub(super) chance: Chance,
    /// How often its wake-ups were called off, as when it is shut out, so that one from before is known to
    /// be stale.
    pub(super) times: u32,
}

/// What the queue holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pending {
    /// The packet at this place reaches the next node.
    Packet(u32),
    /// A timer of this node runs out, if its number still fits.
    Timer(NodeId),
    /// A step of the script.
    Script(u32),
    /// A node looks into its inbox.
    Inbox(NodeId),
    /// A fault asked to be woken: which, how often its wake-ups had been called off by then, and its token.
    Fault(u16, u32, u32),
    /// An act that had to wait.
    Later(u32),
}

/// What was picked by hand.
#[derive(Clone, Debug)]
enum Front {
    Packet(Box<Packet>),
    Timer(NodeId),
}

/// Memory that turns reuse, so that they allocate nothing. It is empty between turns.
#[derive(Clone, Default)]
struct Scratch {
    outbox: Outbox,
    effects: Effects,
    copies: Vec<travel::Setting>,
}

impl Engine {
    /// A run at its start: every program has been started, and no turn was taken.
    pub fn new(setup: Arc<Setup>) -> Self {
        let clocks: Vec<Oscillator> = setup.nodes.iter().map(|spec| Oscillator::new(spec.clock)).collect();
        let names = setup.nodes.iter().map(|spec| spec.name.clone()).collect();
        let network = Network::new(Arc::new(setup.topology.clone()));
        let mut engine = Self {
            trace: Trace::new(names, clocks),
            chance: Chance::new(setup.seed, "program"),
            state: State::at_start(&setup, network, Queue::default()),
            setup,
            tape: Tape::default(),
            is_lenient: false,
            scratch: Scratch::default(),
        };
        engine.begin();
        engine
    }

    /// The same run with a tape that is carried out as its turns come.
    ///
    /// An action whose target does not exist ends the run with a sentence, or does nothing if `is_lenient`,
    /// as shrinking needs.
    pub fn with_tape(setup: Arc<Setup>, tape: Tape, is_lenient: bool) -> Self {
        let mut engine = Self::new(setup);
        engine.tape = tape;
        engine.is_lenient = is_lenient;
        engine
    }

    /// The run that [`Self::with_tape`] would begin with another seed, in the memory that this one took. The tape
    /// is all ahead again.
    #[must_use]
    pub fn start_anew(self, seed: Seed) -> Self {
        let Self { mut setup, state, mut trace, tape, is_lenient, scratch, .. } = self;
        let State { mut network, mut queue, .. } = state;
        Arc::make_mut(&mut setup).seed = seed;
        network.start_anew();
        queue.clear();
        trace.start_anew();
        let state = State::at_start(&setup, network, queue);
        let chance = Chance::new(seed, "program");
        let mut engine = Self { setup, state, trace, tape, is_lenient, chance, scratch };
        engine.begin();
        engine
    }

    fn begin(&mut self) {
        let steps: Vec<TrueTime> = self.setup.script.steps.iter().map(|(at, _)| *at).collect();
        for (place, at) in steps.into_iter().enumerate() {
            self.state.queue.push(at, Pending::Script(place as u32));
        }
        for slot in 0..self.setup.faults.len() {
            if !self.setup.faults[slot].is_held {
                self.let_in(slot);
            }
        }
        for node in NodeId::first(self.state.nodes.len()) {
            self.start_program(node);
        }
    }

    /// What the run started from.
    pub fn setup(&self) -> &Arc<Setup> {
        &self.setup
    }

    /// What was recorded.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The tape, including actions that come after where the run is.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// How many actions of the tape have been carried out.
    pub fn actions_done(&self) -> usize {
        self.state.actions
    }

    /// How many turns were taken.
    pub fn turns(&self) -> u64 {
        self.trace.turns()
    }

    /// The true time.
    pub fn now(&self) -> TrueTime {
        self.state.now
    }

    /// Why there is no further turn, if the last attempt to take one found that.
    pub fn ended(&self) -> Option<&Ended> {
        self.state.ended.as_ref()
    }

    /// The nodes' places and links as they are now.
    pub fn topology(&self) -> &Topology {
        &self.state.network.topology
    }

    /// What a node is doing.
    pub fn status(&self, node: NodeId) -> NodeStatus {
        self.state.nodes[node.index()].status
    }

    /// A node's memory as a person reads it; `None` while it is down.
    pub fn memory(&self, node: NodeId) -> Option<serde_json::Value> {
        self.state.nodes[node.index()].program.as_ref().map(|program| program.show())
    }

    /// The keys and sizes in bytes of what a node has on its disk.
    pub fn disk(&self, node: NodeId) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        self.state.nodes[node.index()].disk.iter().map(|(key, bytes)| (*key, bytes.len()))
    }

    /// The node's clock as it is now.
    pub fn clock(&self, node: NodeId) -> &Oscillator {
        &self.state.nodes[node.index()].clock
    }

    /// The timers that a node has set: name, number and how long they still run in true time.
    pub fn timers(&self, node: NodeId) -> impl Iterator<Item = (&'static str, u32, Duration)> + '_ {
        let timers = self.state.nodes[node.index()].timers.iter();
        timers.map(|timer| (timer.id.name, timer.id.nth, timer.at.since(self.state.now)))
    }

    /// How many inputs wait at a node because it is paused or busy.
    pub fn waiting(&self, node: NodeId) -> usize {
        self.state.nodes[node.index()].inbox.len()
    }

    /// A payload as a person reads it, explained by the programs at its ends.
    pub fn explain(&self, payload: &[u8], from: NodeId, to: NodeId) -> Option<serde_json::Value> {
        let codec = self.setup.nodes[from.index()].codec;
        [from, to].into_iter().find_map(|node| {
            let program = self.state.nodes[node.index()].program.as_ref()?;
            program.explain(&super::Incoming::new(payload, codec))
        })
    }

    /// Whether an assumption is held, and the values of the fault's dials.
    pub fn fault(&self, id: &str) -> Option<(bool, &[i64])> {
        let slot = self.slot(id)?;
        let fault = &self.state.faults[slot];
        Some((fault.rule.is_none(), &fault.dials))
    }

    fn slot(&self, id: &str) -> Option<usize> {
        self.setup.faults.iter().position(|fault| fault.entry.id == id)
    }

    /// The copies of messages that are on their way, in the order of their names.
    pub fn in_flight(&self) -> Vec<InFlight> {
        let now = self.state.now;
        let show = |packet: &Packet| InFlight {
            message: packet.message,
            name: MessageRef { from: packet.from, to: packet.to, nth: packet.nth, copy: packet.copy },
            link: packet.link,
            progress: packet.progress(now),
            remaining: packet.remaining(now),
            held_by: packet.held.as_ref().map(|held| self.setup.faults[usize::from(held.slot)].entry.id),
            is_last_hop: packet.next == packet.to,
        };
        let mut all: Vec<InFlight> = self.state.network.packets().map(show).collect();
        if let Some(Front::Packet(packet)) = &self.state.front {
            all.push(show(packet));
        }
        all.sort_unstable_by_key(|packet| (packet.message, packet.name.copy));
        all
    }

    /// What an adversary may let happen next: any message in flight, and each node's earliest timer.
    pub fn choices(&self) -> Vec<Choice> {
        let messages = self.in_flight().into_iter().map(|packet| Choice::Message(packet.name));
        let has_timer = |node: &NodeId| {
            let node = &self.state.nodes[node.index()];
            node.status == NodeStatus::Up && !node.timers.is_empty()
        };
        let timers = NodeId::first(self.state.nodes.len()).filter(has_timer).map(Choice::Timer);
        messages.chain(timers).collect()
    }

    /// When the next thing happens, if anything is left.
    pub fn next_at(&self) -> Option<TrueTime> {
        match &self.state.front {
            Some(_) => Some(self.state.now),
            None => self.state.queue.next_at(),
        }
    }

    /// Takes one turn, after the actions that the tape puts before it.
    ///
    /// # Errors
    /// When there is none to take, and why. Asking again gives the same answer until something is done.
    pub fn step(&mut self) -> Result<Turn, Ended> {
        while self.has_action_here() {
            self.follow_tape()?;
        }
        self.turn()
    }

    /// Carries out the next action of the tape if its place is here; says whether there was one.
    ///
    /// # Errors
    /// When it cannot be carried out and the run is not lenient.
    pub fn follow_tape(&mut self) -> Result<bool, Ended> {
        let turn = self.turns();
        let next = self.tape.actions().get(self.state.actions);
        let Some(Action { act, .. }) = next.filter(|action| action.after_turn <= turn).cloned() else {
            return Ok(false);
        };
        let place = self.state.actions + 1;
        match self.carry_out(&act, "hand") {
            // It stays ahead, so that asking again gives the same answer and an act in its place replaces it.
            Err(why) if !self.is_lenient => {
                let ended = Ended::Refused(format!("Action {place} of the tape, after turn {turn}: {why}"));
                self.state.ended = Some(ended.clone());
                Err(ended)
            }
            Ok(()) | Err(_) => {
                self.state.actions += 1;
                Ok(true)
            }
        }
    }

    /// Does something now and puts it on the tape. If that differs from what the tape has here, the rest
    /// of the tape and of the trace is forgotten: a branch begins.
    ///
    /// # Errors
    /// When it cannot be done; then nothing has changed.
    pub fn act(&mut self, act: &Act) -> Result<(), String> {
        let turn = self.turns();
        let is_next = |action: &Action| action.after_turn == turn && action.act == *act;
        let follows = self.tape.actions().get(self.state.actions).is_some_and(is_next);
        self.check(act)?;
        if !follows {
            self.tape.truncate(self.state.actions);
            self.tape.push(Action { after_turn: turn, act: act.clone() });
            self.trace.forget_future();
        }
        self.state.actions += 1;
        self.state.ended = None;
        self.carry_out(act, "hand")
    }

    /// Replaces the tape by one that begins with what has been carried out, and forgets the recorded future
    /// unless the tapes agree.
    pub(crate) fn follow(&mut self, tape: Tape) {
        assert_eq!(
            self.tape.prefix(self.state.actions),
            tape.prefix(self.state.actions),
            "a tape is followed from where it agrees with what was done"
        );
        if self.tape != tape {
            self.trace.forget_future();
            self.state.ended = None;
        }
        self.tape = tape;
    }

    /// The steps of the script that are still to come, and how long until each.
    pub(crate) fn script_ahead(&self) -> impl Iterator<Item = (u32, Duration)> + '_ {
        self.state.queue.iter().filter_map(|(at, _, pending)| match pending {
            Pending::Script(step) => Some((*step, at.since(self.state.now))),
            Pending::Packet(_)
            | Pending::Timer(_)
            | Pending::Inbox(_)
            | Pending::Fault(..)
            | Pending::Later(_) => None,
        })
    }

    /// Where the run is, to be kept.
    pub(crate) fn keep(&self) -> (State, Place) {
        (self.state.clone(), self.trace.place())
    }

    /// Goes to where the run was.
    pub(crate) fn restore(&mut self, state: &State, place: &Place) {
        self.state = state.clone();
        self.trace.wind(place);
    }

    /// Whether the tape has an action before the next turn that was not carried out.
    #[inline]
    pub(crate) fn has_action_here(&self) -> bool {
        let turn = self.turns();
        self.tape.actions().get(self.state.actions).is_some_and(|action| action.after_turn <= turn)
    }
}
