//! Other runs beside the present one: branches of the history, runs of other seeds, settings or links, or the other
//! executions of a log; up to six worlds side by side.
//!
//! Which they are is part of the view, so that it is in the link and can be taken back; here they are run. Must not know
//! how they are drawn.

mod other;
mod rival;

use std::sync::Arc;

pub use self::other::Other;
pub use self::rival::{Against, BESIDE_MOST, Beside, Rival, RivalRun};
use super::model::Model;
use super::playback::Pace;
use super::screen;
use super::view::{Axis, Selection, View, ViewAs};
use crate::analysis::{Comparison, Standing};
use crate::base::{EventId, NodeId};
use crate::diagram::Look;
use crate::scenes::RunSpec;
use crate::sim::Recording;

/// What the learner does with other runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparing {
    /// Show this run, or these, beside the present one and those that stand there.
    With(Against),
    /// Select an event of the run at this place, and what it is in the present one.
    Select(usize, EventId),
    /// Put the run at this place away.
    Drop(usize),
    /// Show the present run alone again.
    Stop,
}

/// How many turns the other runs take together at once while they catch up.
const TURNS: u32 = 2_048;

/// How many events the runs may have together to be compared at once: some milliseconds.
const AT_ONCE: usize = 20_000;

/// About how many events are compared in one go where there are more: about two milliseconds.
const SLICE: usize = 1 << 12;

/// Along causes, what is the same in all runs stands at the same place; but a node has nothing but its clock.
const fn axis_beside(view_as: ViewAs) -> Axis {
    match view_as {
        ViewAs::Outside => Axis::Causal,
        ViewAs::Node(..) => Axis::Wall,
    }
}

impl Model {
    /// Looks with other eyes. Where runs stand side by side, these have an axis of their own.
    pub(super) fn view_as(&mut self, view_as: ViewAs) {
        let before = std::mem::replace(&mut self.view.view_as, view_as);
        if !self.others.is_empty() && self.view.axis == axis_beside(before) {
            self.view.axis = axis_beside(view_as);
        }
        self.status = screen::whose_view(self);
    }

    /// The runs beside the present one, in order.
    pub fn others(&self) -> &[Other] {
        &self.others
    }

    /// How the present run (the left one) and the one at this place stand to one another. Long runs are compared while
    /// the model takes ticks, and till then there is nothing to say.
    pub fn comparison(&self, place: usize) -> Option<&Comparison> {
        let other = self.others.get(place)?;
        if other.comparison.get().is_none() && !self.are_short() {
            return None;
        }
        Some(other.comparison.get_or_init(|| Comparison::of(self.trace(), other.trace())))
    }

    /// Whether the runs are so short that they are compared at once, and even while they play.
    pub fn are_short(&self) -> bool {
        let others = self.others.iter().map(|other| other.trace().len());
        self.trace().len() + others.sum::<usize>() < AT_ONCE
    }

    /// Whether long runs stand still and are not compared yet.
    pub fn is_comparing(&self) -> bool {
        let is_open = |other: &Other| other.comparison.get().is_none();
        self.pace == Pace::Still && self.others.iter().any(is_open) && !self.are_short()
    }

    /// Compares long runs for a while.
    fn go_on_comparing(&mut self) {
        let mut others = std::mem::take(&mut self.others);
        let open = others.iter_mut().find(|other| other.comparison.get().is_none());
        let is_done = open.is_none_or(|other| other.go_on_comparing(self.trace(), SLICE));
        self.others = others;
        if is_done && !self.is_comparing() && self.status == self.compares() {
            self.status = screen::compared(self);
        }
    }

    /// What is said while long runs are compared.
    fn compares(&self) -> String {
        let names: Vec<&str> = self.others.iter().map(Other::name).collect();
        format!("Comparing this run with {}. With so many events that takes a moment.", names.join(", "))
    }

    /// What is said of the runs that are compared: how they stand to one another, or that it is being found out.
    fn says_compared(&self) -> String {
        if self.is_comparing() { self.compares() } else { screen::compared(self) }
    }

    /// The present view, said of the run at this place: its nodes by their names, its events by what they are there.
    pub fn other_view(&self, place: usize) -> Option<View> {
        let (other, comparison) = (self.others.get(place)?, self.comparison(place)?);
        let names = other.trace().names();
        let node = |node: NodeId| {
            let place = names.iter().position(|name| name == self.name(node))?;
            Some(NodeId(place as u16))
        };
        let event = |event: EventId| match comparison.left(event) {
            Standing::Same(there) | Standing::Alike(there) => Some(there),
            Standing::Unique => None,
        };
        let drawn = self.view.drawn_look();
        let Look { talks_with, groups, .. } = &drawn;
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
            lanes: self.view.drawn_lanes().into_iter().filter_map(node).collect(),
            look: Look { talks_with: talks_with.and_then(node), groups: groups.collect(), ..drawn },
            selection: other.chosen().map_or(selection, Selection::Event),
            second: self.view.second.and_then(event),
            cut: None,
            beside: Beside::default(),
            ..self.view.clone()
        })
    }

    pub(super) fn compare(&mut self, change: Comparing) {
        match change {
            Comparing::With(against) => match self.rivals(&against) {
                Ok(rivals) => self.compare_with(rivals),
                Err(why) => self.status = format!("That cannot be compared: {why}"),
            },
            Comparing::Select(place, there) => self.select_there(place, there),
            Comparing::Drop(place) if self.others.len() > 1 => {
                if place < self.others.len() {
                    let gone = self.view.beside.rivals.remove(place);
                    self.status = format!("{} is put away.", gone.name);
                }
            }
            Comparing::Drop(_) | Comparing::Stop => {
                if self.others.is_empty() {
                    return;
                }
                let beside = std::mem::take(&mut self.view.beside);
                if self.view.axis == axis_beside(self.view.view_as) {
                    self.view.axis = beside.axis;
                }
                self.status = "One run is shown.".to_owned();
            }
        }
    }

    fn compare_with(&mut self, rivals: Vec<(String, RivalRun)>) {
        self.update(super::Msg::Pause);
        if self.view.beside.rivals.is_empty() {
            self.view.beside.axis = self.view.axis;
        }
        let is_full = self.view.beside.rivals.len() >= BESIDE_MOST;
        let mut has_come = false;
        for (name, run) in rivals {
            has_come |= self.view.beside.add(name, run);
        }
        if !has_come && is_full {
            self.status = format!(
                "That cannot be compared: {} runs are shown, and there is room for no more. Put one away first.",
                BESIDE_MOST + 1
            );
            return;
        }
        self.view.axis = axis_beside(self.view.view_as);
        self.set_beside();
        self.status = self.says_compared();
    }

    /// Has those runs stand beside the present one that the view names: what was run stays, where it still does.
    pub(super) fn set_beside(&mut self) {
        let rivals = &self.view.beside.rivals;
        let is_right = |(other, rival): (&Other, &Arc<Rival>)| Arc::ptr_eq(&other.rival, rival);
        if rivals.len() == self.others.len() && self.others.iter().zip(rivals).all(is_right) {
            return;
        }
        let mut before: Vec<Option<Other>> = self.others.drain(..).map(Some).collect();
        let mut kept = Vec::new();
        for rival in std::mem::take(&mut self.view.beside.rivals) {
            let is_it = |other: &&mut Option<Other>| other.as_ref().is_some_and(|other| other.rival == rival);
            kept.push((before.iter_mut().find(is_it).and_then(Option::take), rival));
        }
        before.into_iter().flatten().for_each(|other| self.give_back(other));
        for (other, rival) in kept {
            // What is no run here, as an execution of a log that was put away, does not stand beside it.
            let other = other.or_else(|| Some(Other::new(Arc::clone(&rival), self.start(&rival)?)));
            let Some(mut other) = other else { continue };
            other.rival = Arc::clone(&rival);
            self.others.push(other);
            self.view.beside.rivals.push(rival);
        }
        self.keep_up();
    }

    /// The run of a rival at its start; `None` if there is no such run here.
    fn start(&mut self, rival: &Rival) -> Option<Recording> {
        match &rival.of {
            RivalRun::Scene { seed, settings, tape } => {
                let scene = self.scene();
                let spec = RunSpec::new(scene.id, Some(*seed), settings.clone(), tape.clone()).ok()?;
                Some(Recording::with_tape(Arc::new(spec.setup()), spec.tape))
            }
            RivalRun::Execution(place) => Some(Recording::of_record(self.lend(*place)?)),
        }
    }

    /// Puts a run away that is compared no more.
    fn give_back(&mut self, other: Other) {
        if let RivalRun::Execution(place) = other.rival.of {
            self.take_back(place, other.into_trace());
        }
    }

    /// Puts all runs away that are compared.
    pub(super) fn give_all_back(&mut self) {
        std::mem::take(&mut self.others).into_iter().for_each(|other| self.give_back(other));
    }

    /// Selects an event of another run: in both, if it happened in both.
    fn select_there(&mut self, place: usize, there: EventId) {
        let standing = self.comparison(place).map(|comparison| comparison.right(there));
        match standing {
            Some(Standing::Same(here) | Standing::Alike(here)) => {
                self.update(super::Msg::Select(Selection::Event(here)));
            }
            Some(Standing::Unique) => {
                self.let_go_there();
                self.view.selection = Selection::Nothing;
                self.others[place].chosen = Some(there);
                self.status = screen::comparison(self, place)
                    .and_then(|comparison| comparison.chosen)
                    .unwrap_or_default();
            }
            None => {}
        }
    }

    /// What was chosen in another run alone is so no longer.
    pub(super) fn let_go_there(&mut self) {
        self.others.iter_mut().for_each(|other| other.chosen = None);
    }

    /// Has the other runs follow the present one.
    pub(super) fn keep_up(&mut self) {
        if self.others.is_empty() || self.is_log() {
            return;
        }
        let position = self.position();
        let mut others = std::mem::take(&mut self.others);
        let held = self.engine().tape().actions().get(position.actions);
        let held = held.filter(|_| self.run.has_action_here());
        let now = self.engine().now();
        // Of the turns of one instant the others have taken as many, or all once this one has.
        let is_over = held.is_none() && self.engine().next_at().is_none_or(|next| next > now);
        let turn = if is_over { u64::MAX } else { position.turn };
        let turns_most = TURNS / others.len() as u32;
        others.iter_mut().for_each(|other| other.keep_up((now, turn), held, turns_most));
        self.others = others;
    }

    /// Has them follow while they are behind, and compares them when they have come.
    pub(super) fn catch_up(&mut self) {
        if self.is_catching_up() {
            self.keep_up();
            if !self.is_catching_up() {
                self.status = self.says_compared();
            }
        } else if self.is_comparing() {
            self.go_on_comparing();
        }
    }

    /// Whether another run has not come to the instant of the present one yet.
    pub(super) fn is_catching_up(&self) -> bool {
        self.others.iter().any(|other| other.is_behind)
    }
}
