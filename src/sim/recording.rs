//! A run that can be wound to any place: the engine, and states kept along the way.
//!
//! Going back restores the nearest kept state and replays the rest, which records nothing new. Must not
//! know what is done with the places that it goes to.

use std::sync::Arc;

use super::engine::{Ended, Engine, Setup, State, Turn};
use super::tape::{Act, Action, Tape};
use super::trace::{Place, Trace};

/// A place in a run: so many turns were taken and so many actions of the tape carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// How many turns.
    pub turn: u64,
    /// How many actions.
    pub actions: usize,
}

/// How many turns lie between two kept states at first. Replaying that many takes a few milliseconds.
const SPACING: u64 = 1_024;

/// How many states are kept at most; then every second one goes and the spacing doubles.
const KEPT_MOST: usize = 256;

struct Kept {
    at: Position,
    state: State,
    place: Place,
}

/// A run with its kept states.
pub struct Recording {
    engine: Engine,
    kept: Vec<Kept>,
    spacing: u64,
}

impl Recording {
    /// A run at its start.
    pub fn new(setup: Arc<Setup>) -> Self {
        Self::of(Engine::new(setup))
    }

    /// A run at its start, with a tape that will be carried out.
    pub fn with_tape(setup: Arc<Setup>, tape: Tape) -> Self {
        Self::of(Engine::with_tape(setup, tape, false))
    }

    /// What was recorded elsewhere, all of which has happened: see [`Engine::of_record`].
    pub fn of_record(trace: Trace) -> Self {
        let engine = Engine::of_record(trace);
        let (state, place) = engine.keep();
        let at = Position { turn: engine.turns(), actions: 0 };
        Self { kept: vec![Kept { at, state, place }], engine, spacing: SPACING }
    }

    fn of(engine: Engine) -> Self {
        let (state, place) = engine.keep();
        Self { kept: vec![Kept { at: Position::default(), state, place }], engine, spacing: SPACING }
    }

    /// What was recorded, and nothing else of it.
    pub fn into_trace(self) -> Trace {
        self.engine.into_trace()
    }

    /// The run.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Where it is.
    pub fn position(&self) -> Position {
        Position { turn: self.engine.turns(), actions: self.engine.actions_done() }
    }

    /// Takes one turn, after the actions that the tape puts before it.
    ///
    /// # Errors
    /// When there is none to take, and why.
    pub fn step(&mut self) -> Result<Turn, Ended> {
        let turn = self.engine.step()?;
        self.keep();
        Ok(turn)
    }

    /// Carries out the next action of the tape if its place is here, and says whether there was one.
    ///
    /// # Errors
    /// When it cannot be carried out.
    pub fn follow_tape(&mut self) -> Result<bool, Ended> {
        self.engine.follow_tape()
    }

    /// Whether the tape has an action here that was not carried out.
    pub fn has_action_here(&self) -> bool {
        self.engine.has_action_here()
    }

    /// Does something now and puts it on the tape: see [`Engine::act`].
    ///
    /// # Errors
    /// When it cannot be done; then nothing has changed.
    pub fn act(&mut self, act: &Act) -> Result<(), String> {
        let tape = self.engine.tape().clone();
        self.engine.act(act)?;
        if *self.engine.tape() != tape {
            // States behind here belong to the future that was given up.
            let here = Position { turn: self.engine.turns(), actions: self.engine.actions_done() - 1 };
            self.kept.retain(|kept| kept.at <= here);
        }
        Ok(())
    }

    /// Goes on with another tape, which agrees with this one on what was done up to here.
    pub fn follow(&mut self, tape: Tape) {
        if *self.engine.tape() != tape {
            let here = self.position();
            self.kept.retain(|kept| kept.at <= here);
        }
        self.engine.follow(tape);
    }

    /// Goes on with another tape of the same run, from as far as both agree: back to there, if it is behind. What
    /// was recorded up to there stays.
    pub fn take_up(&mut self, tape: Tape) {
        let (ours, others) = (self.engine.tape().actions(), tape.actions());
        let common = ours.iter().zip(others).take_while(|(one, other)| one == other).count();
        if common < self.kept[0].state.actions || begins_with_only(&others[common..]) {
            // They part before the run begins.
            *self = Self::with_tape(Arc::clone(self.engine.setup()), tape);
            return;
        }
        let parting = [ours.get(common), others.get(common)].into_iter().flatten();
        if let Some(turn) = parting.map(|action| action.after_turn).min() {
            let parting = Position { turn, actions: common };
            if self.position() > parting {
                let back = self.seek(parting);
                debug_assert!(back.is_ok(), "the run has been there");
            }
        }
        self.follow(tape);
    }

    /// Goes to a place, back or forth; stops early where the run ends.
    ///
    /// # Errors
    /// When the run ends before the place is reached, and why. It then stands at its end.
    pub fn seek(&mut self, to: Position) -> Result<(), Ended> {
        let nearest = self.kept.partition_point(|kept| kept.at <= to).max(1) - 1;
        let nearest = &self.kept[nearest];
        if to < self.position() || nearest.at > self.position() {
            self.engine.restore(&nearest.state, &nearest.place);
        }
        while self.engine.turns() < to.turn {
            self.step()?;
        }
        while self.engine.actions_done() < to.actions && self.engine.follow_tape()? {}
        Ok(())
    }

    /// Keeps the state if the last kept one is far behind.
    fn keep(&mut self) {
        let at = self.position();
        let Some(last) = self.kept.last() else { return };
        if at.turn < last.at.turn + self.spacing {
            return;
        }
        let (state, place) = self.engine.keep();
        self.kept.push(Kept { at, state, place });
        if self.kept.len() > KEPT_MOST {
            let mut place = 0;
            self.kept.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.spacing *= 2;
        }
    }
}

/// Whether these actions hold a fault back from the start of the run, if nothing but such stands before them.
fn begins_with_only(actions: &[Action]) -> bool {
    actions.first().is_some_and(|first| first.after_turn == 0 && matches!(first.act, Act::Only { .. }))
}
