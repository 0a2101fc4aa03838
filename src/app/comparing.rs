//! Another run beside the present one: a branch of the history, or the run of another seed or link.
//!
//! It stands at the same instant as the present run wherever that goes, so that what one of them has and the other has
//! not is a difference of the runs and not of where they were stopped. Must not know how the two are drawn.

use std::cell::OnceCell;
use std::sync::Arc;

use super::history::BranchId;
use super::link::Link;
use super::model::Model;
use super::screen;
use super::view::{Axis, Selection, View, ViewAs};
use crate::analysis::{Causality, Comparison, Stamps, Standing};
use crate::base::{EventId, NodeId, Seed, TrueTime};
use crate::diagram::Look;
use crate::scenes::RunSpec;
use crate::sim::{Action, Engine, Position, Recording, Trace};

/// What the present run is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rival {
    /// A branch of the history.
    Branch(BranchId),
    /// The run of another seed, as the learner wrote it, or of a link of the same scene.
    Written(String),
}

/// What the learner does with the other run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparing {
    /// Show this run beside the present one.
    With(Rival),
    /// Select an event of the other run, and what it is in the present one.
    Select(EventId),
    /// Show the present run alone again.
    Stop,
}

/// How many turns the other run takes at once while it catches up.
const TURNS: u32 = 2_048;

/// The run beside the present one.
pub struct Other {
    name: String,
    run: Recording,
    causality: Causality,
    stamps: Stamps,
    comparison: OnceCell<Comparison>,
    /// An event that happened in this run alone, and was chosen.
    chosen: Option<EventId>,
    /// Whether it has not come to the instant of the present run yet.
    is_behind: bool,
    /// The axis that was looked along before.
    axis: Axis,
}

impl Other {
    fn new(name: String, spec: &RunSpec, axis: Axis) -> Self {
        let run = Recording::with_tape(Arc::new(spec.setup()), spec.tape.clone());
        let trace = run.engine().trace();
        let (causality, stamps) = (Causality::of(trace), Stamps::of(trace));
        let comparison = OnceCell::new();
        Self { name, run, causality, stamps, comparison, chosen: None, is_behind: false, axis }
    }

    /// What it is called: `branch 2`.
    pub fn name(&self) -> &str {
        &self.name
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
    fn keep_up(&mut self, (now, turn): (TrueTime, u64), held: Option<&Action>, turns_most: u32) {
        self.comparison.take();
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

impl Model {
    /// The run beside the present one, if two are compared.
    pub fn other(&self) -> Option<&Other> {
        self.other.as_ref()
    }

    /// How the present run (the left one) and the other stand to one another.
    pub fn comparison(&self) -> Option<&Comparison> {
        let other = self.other.as_ref()?;
        Some(other.comparison.get_or_init(|| Comparison::of(self.trace(), other.trace())))
    }

    /// The present view, said of the other run: its nodes by their names, its events by what they are there.
    pub fn other_view(&self) -> Option<View> {
        let (other, comparison) = (self.other.as_ref()?, self.comparison()?);
        let names = other.trace().names();
        let node = |node: NodeId| {
            let place = names.iter().position(|name| name == self.name(node))?;
            Some(NodeId(place as u16))
        };
        let event = |event: EventId| match comparison.left(event) {
            Standing::Same(there) | Standing::Alike(there) => Some(there),
            Standing::Unique => None,
        };
        let Look { talks_with, groups, .. } = &self.view.look;
        let groups = groups.iter().map(|group| group.iter().filter_map(|id| node(*id)).collect());
        let selection = match self.view.selection {
            _ if other.chosen().is_some() => Selection::Nothing,
            Selection::Event(here) => event(here).map_or(Selection::Nothing, Selection::Event),
            Selection::Node(here) => node(here).map_or(Selection::Nothing, Selection::Node),
            Selection::Message(here) => {
                let sent = self.trace().sent(here).and_then(event);
                let there = sent.and_then(|sent| other.trace().message(sent));
                there.map_or(Selection::Nothing, Selection::Message)
            }
            Selection::Nothing => Selection::Nothing,
        };
        Some(View {
            view_as: match self.view.view_as {
                ViewAs::Node(id, sight) => node(id).map_or(ViewAs::Outside, |id| ViewAs::Node(id, sight)),
                ViewAs::Outside => ViewAs::Outside,
            },
            lanes: self.view.lanes.iter().filter_map(|id| node(*id)).collect(),
            look: Look { talks_with: talks_with.and_then(node), groups: groups.collect(), ..self.view.look },
            selection: other.chosen().map_or(selection, Selection::Event),
            second: self.view.second.and_then(event),
            cut: None,
            ..self.view.clone()
        })
    }

    pub(super) fn compare(&mut self, change: Comparing) {
        match change {
            Comparing::With(rival) => match self.rival(&rival) {
                Ok((name, spec)) => self.compare_with(name, &spec),
                Err(why) => self.status = format!("That cannot be compared: {why}"),
            },
            Comparing::Select(there) => self.select_there(there),
            Comparing::Stop => {
                let Some(other) = self.other.take() else { return };
                if self.view.axis == Axis::Causal {
                    self.view.axis = other.axis;
                }
                self.status = "One run is shown.".to_owned();
            }
        }
    }

    fn compare_with(&mut self, name: String, spec: &RunSpec) {
        self.update(super::Msg::Pause);
        let axis = self.other.take().map_or(self.view.axis, |before| before.axis);
        self.other = Some(Other::new(name, spec, axis));
        // Along causes, what is the same in both stands at the same place.
        self.view.axis = Axis::Causal;
        self.keep_up(TURNS);
        self.status = screen::comparison(self).map_or_else(String::new, |comparison| comparison.says);
    }

    /// What a run is called, and of which settings, seed and tape it is the value.
    fn rival(&self, rival: &Rival) -> Result<(String, RunSpec), String> {
        let mut spec = self.spec.clone();
        match rival {
            Rival::Branch(id) => {
                let branch = self.history.branch(*id).ok_or("there is no such branch.")?;
                spec.set(branch.settings.clone()).map_err(|bad| bad.to_string())?;
                spec.tape = branch.tape.clone();
                Ok((format!("branch {}", id.0 + 1), spec))
            }
            Rival::Written(text) => {
                if let Ok(seed) = text.trim().parse::<u64>() {
                    let settings = spec.settings().clone();
                    spec = RunSpec::of(self.scene());
                    spec.seed = Seed(seed);
                    spec.set(settings).map_err(|bad| bad.to_string())?;
                    return Ok((format!("seed {seed}"), spec));
                }
                let link = Link::parse(text).map_err(|bad| {
                    format!("a seed is a whole number, and this is no link of Lightcone either. {bad}")
                })?;
                if link.spec.scene.id != self.scene().id {
                    let (there, here) = (link.spec.scene.title, self.scene().title);
                    return Err(format!(
                        "the link is of “{there}”, and this is “{here}”. Two runs of one scene can be compared."
                    ));
                }
                Ok(("the link's run".to_owned(), link.spec))
            }
        }
    }

    /// Selects an event of the other run: in both, if it happened in both.
    fn select_there(&mut self, there: EventId) {
        let standing = self.comparison().map(|comparison| comparison.right(there));
        let Some(standing) = standing else { return };
        match standing {
            Standing::Same(here) | Standing::Alike(here) => {
                self.update(super::Msg::Select(Selection::Event(here)));
            }
            Standing::Unique => {
                self.view.selection = Selection::Nothing;
                if let Some(other) = &mut self.other {
                    other.chosen = Some(there);
                }
                self.status =
                    screen::comparison(self).and_then(|comparison| comparison.chosen).unwrap_or_default();
            }
        }
    }

    /// What was chosen in the other run alone is so no longer.
    pub(super) fn let_go_there(&mut self) {
        if let Some(other) = &mut self.other {
            other.chosen = None;
        }
    }

    /// Has the other run follow the present one, at most so many turns at once.
    fn keep_up(&mut self, turns_most: u32) {
        let Some(mut other) = self.other.take() else { return };
        let position = self.position();
        let held = self.engine().tape().actions().get(position.actions);
        let held = held.filter(|_| self.run.has_action_here());
        let now = self.engine().now();
        // Of the turns of one instant the other has taken as many, or all once this one has.
        let is_over = held.is_none() && self.engine().next_at().is_none_or(|next| next > now);
        let turn = if is_over { u64::MAX } else { position.turn };
        other.keep_up((now, turn), held, turns_most);
        self.other = Some(other);
    }

    /// The present run has moved: so does the other.
    pub(super) fn follow_here(&mut self) {
        self.keep_up(TURNS);
    }

    /// Has it follow while it is behind.
    pub(super) fn catch_up(&mut self) {
        if self.is_catching_up() {
            self.keep_up(TURNS);
            if !self.is_catching_up() {
                self.status = screen::comparison(self).map_or_else(String::new, |comparison| comparison.says);
            }
        }
    }

    /// Whether the other run has not come to the instant of the present one yet.
    pub(super) fn is_catching_up(&self) -> bool {
        self.other.as_ref().is_some_and(|other| other.is_behind)
    }
}
