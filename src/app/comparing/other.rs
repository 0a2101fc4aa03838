//! A run beside the present one as far as it has been run: it stands at the same instant wherever that goes.
//!
//! So what one of them has and the other has not is a difference of the runs, and not of where they were stopped. The
//! execution of a log has happened, and stands still. Must not know how the two are drawn.

use std::cell::OnceCell;
use std::sync::Arc;

use super::AT_ONCE;
use super::rival::Rival;
use crate::analysis::{Causality, Comparison, ComparisonTask, Stamps};
use crate::base::{EventId, TrueTime};
use crate::sim::{Action, Engine, Position, Recording, Trace};

/// The run beside the present one.
pub struct Other {
    pub(super) rival: Arc<Rival>,
    run: Recording,
    causality: Causality,
    stamps: Stamps,
    pub(super) comparison: OnceCell<Comparison>,
    /// The comparison as far as it has come, where the runs are long.
    task: Option<ComparisonTask>,
    /// An event that happened in this run alone, and was chosen.
    pub(super) chosen: Option<EventId>,
    /// Whether it has not come to the instant of the present run yet.
    pub(super) is_behind: bool,
}

impl Other {
    /// A run that has been run so far. One that is long, as the execution of a log, is read while it is compared.
    pub(super) fn new(rival: Arc<Rival>, run: Recording) -> Self {
        let trace = run.engine().trace();
        let nothing = Trace::of_log(trace.names().to_vec());
        let read = if trace.len() < AT_ONCE { trace } else { &nothing };
        let (causality, stamps) = (Causality::of(read), Stamps::of(read));
        let comparison = OnceCell::new();
        Self { rival, run, causality, stamps, comparison, task: None, chosen: None, is_behind: false }
    }

    /// What was recorded of it, when it is compared no more.
    pub(super) fn into_trace(self) -> Trace {
        self.run.into_trace()
    }

    /// What it is called: `branch 2`.
    pub fn name(&self) -> &str {
        &self.rival.name
    }

    /// The run.
    pub fn engine(&self) -> &Engine {
        self.run.engine()
    }

    /// What was recorded of it, up to the instant of the present run.
    pub fn trace(&self) -> &Trace {
        self.run.engine().trace()
    }

    /// What follows from its edges.
    pub fn causality(&self) -> &Causality {
        &self.causality
    }

    /// The stamp that a clock gives one of its events.
    pub fn stamp(&self, clock: &str, event: EventId) -> String {
        let at = self.stamps.at(self.trace(), &self.causality, event);
        crate::clocks::find(clock).map_or_else(String::new, |clock| (clock.label)(&at.as_clocks()))
    }

    /// An event that happened in this run alone, and was chosen.
    pub fn chosen(&self) -> Option<EventId> {
        self.chosen.filter(|event| event.index() < self.trace().len())
    }

    /// Where it stands.
    pub fn position(&self) -> Position {
        self.run.position()
    }

    /// Goes to the instant of another run, at most so many turns at once. `held` is what the other's hand has yet to
    /// do where it stands: the same deed is yet to be done here.
    pub(super) fn keep_up(&mut self, (now, turn): (TrueTime, u64), held: Option<&Action>, turns_most: u32) {
        self.comparison.take();
        self.task = None;
        if self.is_beyond(now, turn, held) {
            let to = self.last_turn_until(now, turn);
            let actions = self.run.engine().tape().actions();
            let actions = actions.partition_point(|action| action.after_turn < to);
            let back = self.run.seek(Position { turn: to, actions });
            debug_assert!(back.is_ok(), "the run has been there");
        }
        self.is_behind = false;
        for left in (0..turns_most).rev() {
            let actions = self.run.engine().tape().actions();
            let next = actions.get(self.run.position().actions);
            let is_due = |at: TrueTime| at < now || (at == now && self.run.position().turn < turn);
            let is_done = if self.run.has_action_here() {
                next == held || self.run.follow_tape().is_err()
            } else {
                !self.run.engine().next_at().is_some_and(is_due) || self.run.step().is_err()
            };
            if is_done {
                break;
            }
            self.is_behind = left == 0;
        }
        self.causality.extend(self.run.engine().trace());
        self.stamps.extend(self.run.engine().trace());
    }

    /// Holds it against the present run for about so many events, when all of it is read; says whether that is done.
    pub(super) fn go_on_comparing(&mut self, here: &Trace, events_most: usize) -> bool {
        let Self { comparison, task, run, causality, stamps, .. } = self;
        if comparison.get().is_some() {
            return true;
        }
        let there = run.engine().trace();
        if !causality.read_on(there, events_most) || !stamps.read_on(there, events_most) {
            return false;
        }
        let done =
            task.get_or_insert_with(|| ComparisonTask::new(here, there)).step(here, there, events_most);
        let Some(done) = done else { return false };
        *task = None;
        comparison.set(done).is_ok()
    }

    fn is_beyond(&self, now: TrueTime, turn: u64, held: Option<&Action>) -> bool {
        let (there, Position { turn: here, actions }) = (self.run.engine().now(), self.run.position());
        let done = &self.run.engine().tape().actions()[..actions];
        there > now || (there == now && here > turn) || held.is_some_and(|held| done.contains(held))
    }

    /// The last turn that comes before an instant, or at it and not behind this turn.
    fn last_turn_until(&self, now: TrueTime, turn: u64) -> u64 {
        let trace = self.trace();
        let is_before = |other: u64| {
            let at = trace.turn_at(other);
            at < now || (at == now && other <= turn)
        };
        let (mut low, mut high) = (0, trace.kept_turns());
        while low < high {
            let middle = low.midpoint(high) + 1;
            if is_before(middle) { low = middle } else { high = middle - 1 }
        }
        low
    }
}
