//! The engine: takes what happens next from the queue, lets it happen, and records it.
//!
//! It is the policy; nodes, network, queue and trace are the mechanism. All that a run depends on is in
//! [`State`], which is plain data that can be kept and restored; what it records goes to the trace.
//! Must not know which faults, programs or scenes exist.

mod acts;
mod agents;
mod commands;
mod digest;
mod fragments;
mod look;
mod only;
mod record;
mod rules;
mod setup;
mod state;
#[cfg(test)]
mod tests;
mod travel;
mod turns;

use std::sync::Arc;

use super::fault::Effects;
use super::network::Network;
use super::program::Outbox;
use super::queue::Queue;
use super::tape::{Act, Action, Tape};
use super::trace::{Place, Trace};
use crate::base::{Chance, NodeId, Seed, TrueTime};
use crate::clocks::Oscillator;

pub(crate) use agents::{Pose, Tapped};
pub use digest::StateDigest;
pub use setup::{Ended, FaultSetting, Limits, Setup, Turn};
pub(super) use state::State;
use state::{FaultState, Front, Pending};

/// A run: what it started from, where it is, and what has been recorded.
#[derive(Clone)]
pub struct Engine {
    setup: Arc<Setup>,
    pub(super) state: State,
    trace: Trace,
    tape: Tape,
    is_lenient: bool,
    /// Whether only its trace is known, so that nothing more can happen.
    is_record: bool,
    /// Whether agents are told in words what they overhear, as far as they can read it. They act upon none of it.
    tells_meanings: bool,
    /// What the chance of programs grows from.
    chance: Chance,
    scratch: Scratch,
}

/// Memory that turns reuse, so that they allocate nothing. It is empty between turns.
#[derive(Clone, Default)]
struct Scratch {
    outbox: Outbox,
    effects: Effects,
    touched: Vec<travel::Touched>,
    copies: Vec<travel::Setting>,
}

impl Engine {
    /// A run at its start: every program has been started, and no turn was taken.
    pub fn new(setup: Arc<Setup>) -> Self {
        Self::with_tape(setup, Tape::default(), false)
    }

    /// The same run with a tape that is carried out as its turns come.
    ///
    /// An action whose target does not exist ends the run with a sentence, or does nothing if `is_lenient`,
    /// as shrinking needs.
    pub fn with_tape(setup: Arc<Setup>, tape: Tape, is_lenient: bool) -> Self {
        let clocks: Vec<Oscillator> = setup.nodes.iter().map(|spec| Oscillator::new(spec.clock)).collect();
        let names = setup.nodes.iter().map(|spec| spec.name.clone()).collect();
        let network = Network::new(Arc::new(setup.topology.clone()));
        let mut engine = Self {
            trace: Trace::new(names, clocks),
            chance: Chance::new(setup.seed, "program"),
            state: State::at_start(&setup, network, Queue::default()),
            setup,
            tape,
            is_lenient,
            is_record: false,
            tells_meanings: true,
            scratch: Scratch::default(),
        };
        engine.begin();
        engine
    }

    /// The run that [`Self::with_tape`] would begin with another seed, in the memory that this one took. The tape
    /// is all ahead again.
    #[must_use]
    pub fn start_anew(self, seed: Seed) -> Self {
        let Self { mut setup, state, mut trace, tape, is_lenient, tells_meanings, scratch, .. } = self;
        let State { mut network, mut queue, .. } = state;
        Arc::make_mut(&mut setup).seed = seed;
        network.start_anew();
        queue.clear();
        trace.start_anew();
        let state = State::at_start(&setup, network, queue);
        let chance = Chance::new(seed, "program");
        let is_record = false;
        let mut engine =
            Self { setup, state, trace, tape, is_lenient, is_record, tells_meanings, chance, scratch };
        engine.begin();
        engine
    }

    fn begin(&mut self) {
        self.hold_back_from_the_start();
        let steps: Vec<TrueTime> = self.setup.script.steps.iter().map(|(at, _)| *at).collect();
        for (place, at) in steps.into_iter().enumerate() {
            self.state.queue.push(at, Pending::Script(place as u32));
        }
        for slot in 0..self.setup.faults.len() {
            if !self.setup.faults[slot].is_held {
                self.let_in(slot);
            }
        }
        for node in NodeId::first(self.setup.nodes.len()) {
            self.start_program(node);
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
            outcome => {
                self.state.actions += 1;
                // What is done may let the run go on where there was nothing left, as it did when it was done.
                if outcome.is_ok() {
                    self.state.ended = None;
                }
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
