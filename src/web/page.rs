//! The page's way to the machine: one model, messages in, parts of the view-model out; and the little that is
//! the page's own, such as which tab is open.
//!
//! All of it is owned by the root and lives as long as the page, so that no listener outlives what it calls.
//! Must not know who paints what.

use leptos::prelude::*;

use super::bug::{self, Asked};
use super::logs::Logs;
use super::notices::Remark;
use super::part::Part;
use super::theme::Theme;
use super::{dom, frames, storage};
use crate::app::screen::Side;
use crate::app::{Dialog, Model, Msg, Pace};
use crate::base::{Duration, EventId};
use crate::diagram::shape::Drawing;
use crate::sim::{Act, Choice};

/// How often what is slow to make, or tiring to hear, is made anew while a run plays, in milliseconds.
const BEAT: f64 = 250.0;
/// The same for what is read aloud.
const BREATH: f64 = 1_000.0;

/// The parts of the page that are tabs where it is narrow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The prose, predictions, tasks and claims.
    #[default]
    Lesson,
    /// The network view.
    Network,
    /// The space-time diagram and the table of events.
    Diagram,
    /// The assumptions and their dials.
    Switches,
    /// The inspector.
    Inspector,
}

/// What the inspector's panel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drawer {
    /// What is selected.
    #[default]
    Details,
    /// The branches.
    History,
    /// What may happen next.
    Next,
}

/// The page, to be passed around. Copies are the same page.
#[derive(Clone, Copy)]
pub struct Page {
    model: StoredValue<Model, LocalStorage>,
    changes: RwSignal<u32>,
    beats: RwSignal<u32>,
    breaths: RwSignal<u32>,
    last_beat: StoredValue<f64>,
    last_breath: StoredValue<f64>,
    waiting: StoredValue<Option<Msg>, LocalStorage>,
    /// Whether what a first picture does without is there as well: dialogs, menus and details.
    pub is_complete: RwSignal<bool>,
    /// The part that is shown where the page is narrow.
    pub tab: RwSignal<Tab>,
    /// Whether it is narrow: parts are tabs then.
    pub is_narrow: RwSignal<bool>,
    /// What the inspector's panel shows.
    pub drawer: RwSignal<Drawer>,
    /// Whether the inspector's panel is open where the page is wide.
    pub is_drawer_open: RwSignal<bool>,
    /// Whether the events are shown as a table instead of a picture.
    pub is_table: RwSignal<bool>,
    /// Whether the fault matrix is shown.
    pub is_matrix: RwSignal<bool>,
    /// Whether measures are shown instead of events.
    pub is_measures: RwSignal<bool>,
    /// The fault whose text is shown, by its id.
    pub about: RwSignal<Option<&'static str>>,
    /// Whether the presets are shown.
    pub is_presets: RwSignal<bool>,
    /// Light, dark, or as the system has it.
    pub theme: RwSignal<Theme>,
    /// Whether keys of a single character work.
    pub has_single_keys: RwSignal<bool>,
    /// What the page itself has to tell, beside the model's notices.
    pub remarks: RwSignal<Vec<Remark>>,
    /// The link that the session was opened from, or nothing.
    pub opened_from: RwSignal<String>,
    /// What is being read.
    pub logs: Logs,
    /// Moves the space-time diagram so that an event is seen.
    pub revealer: StoredValue<Option<Revealer>, LocalStorage>,
    /// The space-time diagram as it is painted, for whoever takes it away.
    pub on_screen: StoredValue<Option<OnScreen>, LocalStorage>,
    /// Shows a difference of two runs in the diagram.
    pub show_difference: StoredValue<Option<ShowDifference>, LocalStorage>,
}

/// Shows an event of the present run, or of the one at this place that it is compared with.
pub type ShowDifference = std::rc::Rc<dyn Fn(usize, Side, EventId)>;

/// Moves a picture so that an event is seen.
pub type Revealer = std::rc::Rc<dyn Fn(EventId)>;

/// Draws what a picture shows now.
pub type OnScreen = std::rc::Rc<dyn Fn() -> Option<Drawing>>;

impl Page {
    /// A page that shows a session. To be called once, by the root.
    pub fn new(model: Model) -> Self {
        Self {
            model: StoredValue::new_local(model),
            changes: RwSignal::new(0),
            beats: RwSignal::new(0),
            breaths: RwSignal::new(0),
            last_beat: StoredValue::new(0.0),
            last_breath: StoredValue::new(0.0),
            waiting: StoredValue::new_local(None),
            is_complete: RwSignal::new(false),
            tab: RwSignal::new(Tab::default()),
            is_narrow: RwSignal::new(false),
            drawer: RwSignal::new(Drawer::default()),
            is_drawer_open: RwSignal::new(false),
            is_table: RwSignal::new(false),
            is_matrix: RwSignal::new(false),
            is_measures: RwSignal::new(false),
            about: RwSignal::new(None),
            is_presets: RwSignal::new(false),
            theme: RwSignal::new(Theme::stored()),
            has_single_keys: RwSignal::new(storage::setting("single-keys").as_deref() != Some("off")),
            remarks: RwSignal::new(Vec::new()),
            opened_from: RwSignal::new(String::new()),
            logs: Logs::new(),
            revealer: StoredValue::new_local(None),
            on_screen: StoredValue::new_local(None),
            show_difference: StoredValue::new_local(None),
        }
    }

    /// Sends a message to the machine and has the page follow.
    pub fn send(self, msg: Msg) {
        if bug::is_dead() {
            return;
        }
        self.send_waiting();
        self.send_now(msg);
    }

    /// Sends a message after a moment, and only the last of several in a row: for dials that are being turned.
    /// Any other message sends it first.
    pub fn send_soon(self, msg: Msg) {
        if bug::is_dead() {
            return;
        }
        // Another dial is another errand.
        if self
            .waiting
            .with_value(|waiting| waiting.as_ref().is_some_and(|waiting| !is_same_dial(waiting, &msg)))
        {
            self.send_waiting();
        }
        self.waiting.set_value(Some(msg.clone()));
        let again = move || {
            if !bug::is_dead() && self.waiting.with_value(|waiting| waiting.as_ref() == Some(&msg)) {
                self.send_waiting();
            }
        };
        set_timeout(again, std::time::Duration::from_millis(250));
    }

    fn send_waiting(self) {
        let waiting = self.waiting.try_update_value(Option::take).flatten();
        if let Some(waiting) = waiting {
            self.send_now(waiting);
        }
    }

    fn send_now(self, msg: Msg) {
        let asked = asked(&msg);
        let is_act = matches!(asked, Some(Asked::Act(_)));
        bug::note_asked(asked);
        self.model.update_value(|model| model.update(msg));
        bug::note_asked(None);
        bug::note_good(self.read(Model::link_unhashed));
        storage::forget_bug();
        if is_act {
            // What was done by hand is not lost, whatever comes next.
            super::session::keep(self, false);
        }
        self.follow();
        frames::wake(self);
    }

    /// Shows another session.
    pub fn replace(self, model: Model) {
        self.model.set_value(model);
        bug::note_good(self.read(Model::link_unhashed));
        self.follow();
        frames::wake(self);
    }

    /// Changes the session in a way for which there is no message, and has the page follow.
    pub fn change(self, change: impl FnOnce(&mut Model)) {
        if bug::is_dead() {
            return;
        }
        self.send_waiting();
        self.model.update_value(change);
        bug::note_good(self.read(Model::link_unhashed));
        self.follow();
    }

    /// Moves the diagram so that an event is seen, if it is shown.
    pub fn reveal(self, event: EventId) {
        let revealer = self.revealer.get_value();
        if let Some(reveal) = revealer {
            reveal(event);
        }
    }

    /// Lets the machine take at most so many turns, and says whether there was anything to do: for the loop of frames alone.
    pub(super) fn tick(self, passed: Duration, turns_most: u32) -> bool {
        bug::note_asked(Some(Asked::Turns(turns_most)));
        let before = self.read(Model::position);
        self.model.update_value(|model| model.update(Msg::Tick { passed, turns_most }));
        bug::note_asked(None);
        let now = self.read(Model::position);
        bug::note_position(now);
        now != before || self.read(Model::is_comparing)
    }

    /// Has the page follow what ticks have changed.
    pub(super) fn ticked(self) {
        self.follow();
    }

    /// Has every part of the page look whether it must change.
    fn follow(self) {
        self.changes.update(|n| *n = n.wrapping_add(1));
        let (now, is_moving) = (dom::now_millis(), self.read(Model::is_moving));
        for (count, last, every) in
            [(self.beats, self.last_beat, BEAT), (self.breaths, self.last_breath, BREATH)]
        {
            if !is_moving || now - last.get_value() >= every {
                last.set_value(now);
                count.update(|n| *n = n.wrapping_add(1));
            }
        }
        super::session::keep_soon(self);
    }

    /// Reads something of the session, once.
    pub fn read<T>(self, of: impl FnOnce(&Model) -> T) -> T {
        self.model.with_value(of)
    }

    /// A part of what is on screen, made anew with each change and passed on only where it differs.
    pub fn part<T: PartialEq>(self, of: impl Fn(&Model) -> T + 'static) -> Part<T> {
        self.part_of(self.changes, of)
    }

    /// The same, but while a run plays only four times a second: for what takes long to make.
    pub fn slow_part<T: PartialEq>(self, of: impl Fn(&Model) -> T + 'static) -> Part<T> {
        self.part_of(self.beats, of)
    }

    /// The same, but left as it is while `is_wanted` does not hold: for what nobody can follow while a run plays.
    pub fn slow_part_while<T: PartialEq>(
        self,
        is_wanted: impl Fn() -> bool + 'static,
        of: impl Fn(&Model) -> T + 'static,
    ) -> Part<T> {
        Part::new_while(
            move || {
                self.beats.track();
                is_wanted()
            },
            move || self.read(&of),
        )
    }

    /// The same, but while a run plays only once a second: for what is read aloud.
    pub fn spoken_part<T: PartialEq>(self, of: impl Fn(&Model) -> T + 'static) -> Part<T> {
        self.part_of(self.breaths, of)
    }

    fn part_of<T: PartialEq>(self, when: RwSignal<u32>, of: impl Fn(&Model) -> T + 'static) -> Part<T> {
        Part::new(move || {
            when.track();
            self.read(&of)
        })
    }

    /// Opens the inspector's panel on a page; where the page is narrow that is a tab.
    pub fn open_drawer(self, drawer: Drawer) {
        self.drawer.set(drawer);
        self.is_drawer_open.set(true);
        if self.is_narrow.get_untracked() {
            self.tab.set(Tab::Inspector);
        }
    }

    /// Lays a dialog over the page.
    pub fn open(self, dialog: Dialog) {
        self.send(Msg::Dialog(dialog));
    }

    /// Runs, or stands still.
    pub fn run_or_pause(self) {
        let is_still = self.read(|model| model.pace == Pace::Still);
        self.send(if is_still { Msg::Run } else { Msg::Pause });
    }
}

/// Whether both turn the same dial, so that the later of the two is all that counts.
fn is_same_dial(one: &Msg, other: &Msg) -> bool {
    matches!((one, other), (Msg::Dial(one, _), Msg::Dial(other, _)) if one == other)
}

/// What of a message a link can ask for, should it bring a bug to light.
fn asked(msg: &Msg) -> Option<Asked> {
    let act = match msg {
        Msg::Act(act) => act.clone(),
        Msg::Assume(fault, held) => Act::Assume { fault: fault.clone(), held: *held },
        Msg::DeliverNow(name) => Act::Deliver(*name),
        Msg::Choose(Choice::Message(name)) => Act::Choose(*name),
        Msg::Choose(Choice::Timer(node)) => Act::ChooseTimer(*node),
        Msg::Step => return Some(Asked::Turns(1)),
        Msg::Seek(turn) => return Some(Asked::Seek(*turn)),
        Msg::Select(selection) => return Some(Asked::Select(*selection)),
        Msg::ViewAs(view_as) => return Some(Asked::ViewAs(*view_as)),
        _ => return None,
    };
    Some(Asked::Act(act))
}
