//! What each message does to the model.
//!
//! Every message leaves the model in a state that can be shown; what cannot be done is said in the status.
//! Must not know where messages come from.

use super::comparing::Comparing;
use super::drive::Why;
use super::finder::Find;
use super::history::BranchId;
use super::link::Link;
use super::looks::Looking;
use super::model::{Dialog, Model, view_of};
use super::playback::{Pace, Speed};
use super::until::Until;
use super::view::{Axis, Selection, ViewAs};
use super::{restore, save, screen};
use crate::base::{Duration, EventId, NodeId, Seed};
use crate::scenes;
use crate::sim::{Act, Choice, MessageRef, Position, Settings};

/// Something that a person or the page's clock asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// Take one turn, or redo the next action of the tape.
    Step,
    /// Go back one turn or action.
    StepBack,
    /// Run until this node has taken a turn.
    StepNode(NodeId),
    /// Play at the chosen speed.
    Run,
    /// Stand still.
    Pause,
    /// Go back to the start.
    Reset,
    /// Go to the end of what was recorded, or to the end of the run if that was not reached yet.
    ToEnd,
    /// Run until something.
    Until(Until),
    /// So much of the learner's time has passed; take at most so many turns.
    Tick {
        /// The time that has passed.
        passed: Duration,
        /// How many turns may be taken now.
        turns_most: u32,
    },
    /// Play at this speed from now on.
    Speed(Speed),
    /// Go to a turn.
    Seek(u64),
    /// Go to a place of a branch.
    Branch(BranchId, Position),
    /// Do something by hand.
    Act(Act),
    /// Let this copy of a message arrive, and see it arrive.
    DeliverNow(MessageRef),
    /// Let this happen next: the adversary's move. It is carried out at once.
    Choose(Choice),
    /// Pick what happens next by hand, or not.
    Adversary(bool),
    /// Hold an assumption, or drop it.
    Assume(String, bool),
    /// Turn a dial, `owner.dial`, to a value.
    Dial(String, i64),
    /// Set what happened somewhere, all of it at once: its title, and what it sets.
    Preset(String, Settings),
    /// Open a scene.
    Scene(String),
    /// Start anew with another seed, as the learner wrote it.
    Seed(String),
    /// Look at the run with other eyes.
    ViewAs(ViewAs),
    /// Show the stamps of this clock.
    Clock(String),
    /// Let this run along the diagram.
    Axis(Axis),
    /// Show or hide a lane.
    Lane(NodeId, bool),
    /// Show these lanes, in this order.
    Lanes(Vec<NodeId>),
    /// Arrange lanes and axis, move the cut, or take such a change back.
    Look(Looking),
    /// Show another run beside this one, or look into it.
    Compare(Comparing),
    /// Search the events.
    Find(Find),
    /// Show this in the inspector.
    Select(Selection),
    /// Go to the turn of an event and select it.
    GoTo(EventId),
    /// Open a link.
    Open(String),
    /// Show this execution of the log, by its place.
    Execution(usize),
    /// Put the log away and go back to the session.
    CloseLog,
    /// Lay something over the page.
    Dialog(Dialog),
    /// Take it away again.
    Close,
    /// Put away the notice at this place.
    Dismiss(usize),
}

impl Model {
    /// Takes a message.
    pub fn update(&mut self, msg: Msg) {
        let before = msg.is_looking().then(|| (self.view.clone(), msg.dragged()));
        self.take(msg);
        self.set_beside();
        if let Some((before, dragged)) = before {
            self.looks.keep(before, &self.view, dragged);
        }
    }

    fn take(&mut self, msg: Msg) {
        if self.is_log() && msg.needs_run() {
            self.status = "A log is what happened elsewhere: there is nothing to run or to change. Close it to go back.".to_owned();
            return;
        }
        match msg {
            Msg::Step => self.step(),
            Msg::StepBack => self.step_back(),
            Msg::StepNode(node) => self.run_until(Until::Event(None, Some(node))),
            Msg::Run => {
                self.pace = Pace::Playing(self.engine().now());
                self.status = format!("Running, {}.", self.speed.says());
            }
            Msg::Pause => self.pause(),
            Msg::Reset => {
                self.pace = Pace::Still;
                self.seek(Position::default());
                self.status = "Back at the start. What you did is kept in the history.".to_owned();
            }
            Msg::ToEnd => self.go_to_end(),
            Msg::Until(until) => {
                self.dialog = None;
                self.run_until(until);
            }
            Msg::Tick { passed, turns_most } => self.tick(passed, turns_most),
            Msg::Speed(speed) => {
                self.speed = speed;
                self.status = format!("Speed: {}.", speed.says());
            }
            Msg::Seek(turn) => {
                let actions = self.engine().tape().actions();
                let actions = actions.partition_point(|action| action.after_turn < turn);
                self.go(Position { turn, actions }, Why::Turn);
            }
            Msg::Branch(branch, position) => self.go_to_branch(branch, position),
            Msg::Act(act) => self.by_hand(&act),
            Msg::DeliverNow(name) => self.let_happen(&Act::Deliver(name)),
            Msg::Choose(choice) => self.choose(choice),
            Msg::Adversary(is_adversary) => {
                self.is_adversary = is_adversary;
                self.pace = Pace::Still;
                self.status = if is_adversary {
                    "You are the adversary: pick what happens next.".to_owned()
                } else {
                    "Time decides again what happens next.".to_owned()
                };
            }
            Msg::Assume(fault, held) => self.assume(fault, held),
            Msg::Dial(name, value) => self.dial(&name, value),
            Msg::Preset(title, settings) => self.preset(&title, &settings),
            Msg::Scene(id) => self.open_scene(&id),
            Msg::Seed(text) => self.reseed(&text),
            Msg::ViewAs(view_as) => self.view_as(view_as),
            Msg::Clock(id) => {
                if let Some(clock) = crate::clocks::find(&id) {
                    self.view.clock = id;
                    self.status = format!("The diagram shows the stamps of the {} clock.", clock.title);
                }
            }
            Msg::Axis(axis) => self.view.axis = axis,
            Msg::Lane(node, is_shown) => self.show_lane(node, is_shown),
            Msg::Lanes(lanes) => self.view.lanes = lanes,
            Msg::Look(change) => self.look(change),
            Msg::Compare(change) => self.compare(change),
            Msg::Find(find) => self.find(find),
            Msg::Select(selection) => {
                self.view.selection = selection;
                self.let_go_there();
                self.status = screen::selected(self);
            }
            Msg::GoTo(event) if self.is_log() => self.take(Msg::Select(Selection::Event(event))),
            Msg::GoTo(event) => {
                self.pace = Pace::Still;
                if event.index() < self.trace().kept_events() {
                    let turn = self.trace().turn_of(event);
                    self.update(Msg::Seek(turn));
                    self.update(Msg::Select(Selection::Event(event)));
                }
            }
            Msg::Open(text) => self.open_link(&text),
            Msg::Execution(place) => self.choose_execution(place),
            Msg::CloseLog => {
                self.close_log();
                self.status = format!("Back at {}.", self.scene().title);
            }
            Msg::Dialog(dialog) => {
                self.pause();
                self.dialog = Some(dialog);
            }
            Msg::Close => self.dialog = None,
            Msg::Dismiss(place) => {
                if place < self.notices.len() {
                    self.notices.remove(place);
                }
            }
        }
    }

    fn step(&mut self) {
        self.pace = Pace::Still;
        // What is let happen by hand happens in the same step.
        let is_let = self.next_action_here().is_some_and(lets_happen);
        let together = if self.run.has_action_here() { self.preset_ahead().max(1) } else { 1 };
        let mut done = (0..together).try_for_each(|_| self.advance());
        if is_let && done.is_ok() && !self.run.has_action_here() {
            done = self.advance();
        }
        match done {
            Ok(()) => {
                self.status = screen::last_turn(self);
                self.stopped();
            }
            Err(ended) => self.status = ended.to_string(),
        }
    }

    fn step_back(&mut self) {
        self.pace = Pace::Still;
        let Position { turn, actions } = self.position();
        let together = self.preset_behind();
        let last = actions.checked_sub(1).and_then(|last| self.engine().tape().actions().get(last));
        let to = match last {
            Some(action) if action.after_turn == turn => {
                Position { turn, actions: actions - together.max(1) }
            }
            Some(action) if action.after_turn + 1 == turn && lets_happen(&action.act) => {
                Position { turn: turn - 1, actions: actions - 1 }
            }
            _ if turn > 0 => Position { turn: turn - 1, actions },
            _ if self.can_take_preset_back() => return self.take_preset_back(),
            _ => {
                self.status = "This is the start; there is nothing before it.".to_owned();
                return;
            }
        };
        self.seek(to);
        self.status = screen::last_turn(self);
        self.stopped();
    }

    fn pause(&mut self) {
        if self.is_moving() {
            self.pace = Pace::Still;
            self.status = screen::last_turn(self);
            self.stopped();
        }
    }

    /// The tape's next action, if its place is here.
    fn next_action_here(&self) -> Option<&Act> {
        let next = self.engine().tape().actions().get(self.position().actions)?;
        (next.after_turn == self.position().turn).then_some(&next.act)
    }

    fn by_hand(&mut self, act: &Act) {
        self.pace = Pace::Still;
        match self.act(act) {
            Ok(()) => {
                self.status = screen::done(self, act);
                self.stopped();
            }
            Err(why) => self.status = format!("That cannot be done: {why}"),
        }
    }

    fn choose(&mut self, choice: Choice) {
        let act = match choice {
            Choice::Message(name) => Act::Choose(name),
            Choice::Timer(node) => Act::ChooseTimer(node),
        };
        self.let_happen(&act);
    }

    /// Picks what happens next, and lets it happen: one step for whoever goes back.
    fn let_happen(&mut self, act: &Act) {
        self.pace = Pace::Still;
        match self.act(act) {
            // Where this was done before, the tape may have more to do here.
            Ok(()) if self.run.has_action_here() => self.status = screen::done(self, act),
            Ok(()) => self.step(),
            Err(why) => self.status = format!("That cannot be done: {why}"),
        }
    }

    fn assume(&mut self, fault: String, held: bool) {
        if self.position() != Position::default() {
            return self.by_hand(&Act::Assume { fault, held });
        }
        // Before anything has happened a switch belongs to the settings: the run is so from the start.
        let Some(entry) = crate::faults::find(&fault) else { return };
        let mut settings = self.spec.settings().clone();
        if self.scene().breaks.contains(&entry.id) == held {
            settings.assume.insert(fault, held);
        } else {
            settings.assume.remove(&fault);
        }
        self.anew(settings, format!("{}: {}.", entry.assumption, if held { "held" } else { "not any more" }));
    }

    fn dial(&mut self, name: &str, value: i64) {
        let found = self.spec.find_dial(name).map(|(owner, dial)| (owner.to_owned(), dial));
        let (owner, dial) = match found {
            Ok(found) => found,
            Err(bad) => return self.status = format!("That cannot be done: {bad}."),
        };
        if owner != self.scene().id && self.position() != Position::default() {
            self.by_hand(&Act::Turn { fault: owner.clone(), dial: dial.id.to_owned(), value });
            return self.say_idle(&owner);
        }
        let mut settings = self.spec.settings().clone();
        settings.dials.insert(name.to_owned(), value);
        let is_scenes = owner == self.scene().id && self.position() != Position::default();
        let anew = if is_scenes { " The run starts anew with it." } else { "" };
        self.anew(settings, format!("{}: {}.{anew}", dial.title, dial.show(value)));
        self.say_idle(&owner);
    }

    /// A dial of what is assumed not to be turns nothing: whoever turned it should know.
    fn say_idle(&mut self, owner: &str) {
        let is_held = self.engine().fault(owner).is_some_and(|(is_held, _)| is_held);
        if let Some(entry) = crate::faults::find(owner).filter(|_| is_held) {
            self.status += &format!(" It has no effect while you assume: {}.", entry.assumption);
        }
    }

    pub(super) fn anew(&mut self, settings: Settings, says: String) {
        self.pace = Pace::Still;
        self.status = match self.start_anew(settings) {
            Ok(()) => says,
            Err(why) => format!("That cannot be done: {why}."),
        };
    }

    fn open_scene(&mut self, id: &str) {
        if scenes::find(id).is_some() {
            self.close_log();
        }
        if id == self.scene().id {
            return;
        }
        let Some(scene) = scenes::find(id) else {
            self.status = format!("There is no scene {id:?}.");
            return;
        };
        let mut left = std::mem::take(&mut self.left);
        left.insert(self.scene().id.to_owned(), save(self));
        let kept = left.remove(id).and_then(|text| restore(&text).ok());
        let is_kept = kept.is_some();
        *self = kept.unwrap_or_else(|| Self::new(scene));
        self.left = left;
        if is_kept {
            self.status = format!("“{}” is as you left it.", self.scene().title);
        }
    }

    fn reseed(&mut self, text: &str) {
        let Ok(seed) = text.trim().parse::<u64>() else {
            self.status = format!("The seed {text:?} is no whole number; write one from 0 to {}.", u64::MAX);
            return;
        };
        let settings = self.spec.settings().clone();
        let view = view_of(self.scene());
        let mut spec = scenes::RunSpec::of(self.scene());
        spec.seed = Seed(seed);
        if let Err(bad) = spec.set(settings) {
            self.status = format!("That cannot be done: {bad}.");
            return;
        }
        let left = std::mem::take(&mut self.left);
        *self = Self::of(spec, view);
        self.left = left;
        self.status = format!("Seed {seed}. The run starts anew.");
    }

    fn go_to_branch(&mut self, branch: BranchId, position: Position) {
        self.pace = Pace::Still;
        let Some(found) = self.history.go(branch).cloned() else { return };
        if *self.spec.settings() == found.settings {
            self.take_up();
            self.go(position, Why::Branch(branch));
        } else if self.spec.set(found.settings).is_ok() {
            self.replay();
            self.go(position, Why::Branch(branch));
        }
    }

    fn open_link(&mut self, text: &str) {
        match Link::parse(text) {
            Ok(link) => {
                self.close_log();
                let left = std::mem::take(&mut self.left);
                *self = Self::opening(link);
                self.left = left;
            }
            Err(bad) => {
                self.pace = Pace::Still;
                self.dialog = Some(Dialog::BadLink(bad.to_string()));
            }
        }
    }
}

/// Whether an act only picks what the next turn is.
const fn lets_happen(act: &Act) -> bool {
    matches!(act, Act::Deliver(_) | Act::Choose(_) | Act::ChooseTimer(_))
}
