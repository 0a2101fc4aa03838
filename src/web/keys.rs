//! The keys, in one table: what the handlers look up, what the help sheet lists, and what a test holds to be
//! without doubles.
//!
//! A key of a single character never acts while someone is typing, and can be switched off, because people
//! who speak to their computers press keys without meaning to (WCAG 2.1.4). Must not know what a command does.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Where a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Wherever the focus is.
    Anywhere,
    /// With the focus in the space-time diagram.
    Diagram,
    /// With the focus in the network.
    Network,
}

impl Place {
    /// All places in the order of the help sheet, with their captions there.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Anywhere, "Anywhere"), (Self::Diagram, "In the diagram"), (Self::Network, "In the network")];
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take one turn.
    Step,
    /// Go back one turn.
    StepBack,
    /// Run, or stand still.
    RunOrPause,
    /// Go back to the start.
    Reset,
    /// Go to the end of what is recorded, or run to the end.
    ToEnd,
    /// Choose what to run until.
    RunUntil,
    /// Open or close the inspector.
    Inspector,
    /// Show the picture or the table.
    Table,
    /// Show the picture or the measures.
    Measures,
    /// Show the help sheet.
    Help,
    /// Close what is open.
    Close,
    /// The event before, on this lane.
    EventBefore,
    /// The event after, on this lane.
    EventAfter,
    /// The nearest event on the lane above.
    LaneAbove,
    /// The nearest event on the lane below.
    LaneBelow,
    /// The other end of the message.
    FollowMessage,
    /// Select.
    Select,
    /// Move this event's lane up.
    LaneUp,
    /// Move it down.
    LaneDown,
    /// Open the menu of this event's lane.
    LaneMenu,
    /// Hold this event against the selected one.
    Second,
    /// See less, larger.
    ZoomIn,
    /// See more, smaller.
    ZoomOut,
    /// See all.
    Fit,
    /// Move what is seen to earlier.
    PanBack,
    /// Move what is seen to later.
    PanOn,
    /// The nearest thing on the left.
    Left,
    /// The nearest thing on the right.
    Right,
    /// The nearest thing above.
    Up,
    /// The nearest thing below.
    Down,
    /// Its menu.
    Menu,
    /// Open the search.
    Search,
    /// Cut at the event that has the focus.
    CutHere,
    /// Move the cut back on that event's lane.
    CutBack,
    /// Move it on.
    CutOn,
    /// The first consistent cut from here on.
    CutWhole,
    /// Take back the last change of the view.
    UndoView,
    /// Make it again.
    RedoView,
    /// Choose a group of nodes to part from the others.
    Partition,
}

/// One key: where it works, what it asks for, and what the help sheet says of it.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Where it works.
    pub place: Place,
    /// What the browser calls it.
    pub key: &'static str,
    /// Whether it is pressed together with Shift. Keys of one character contain their Shift already.
    pub shift: bool,
    /// What it asks for.
    pub command: Command,
    /// The line of the help sheet. Keys that follow one another with the same line share it.
    pub says: &'static str,
}

const fn key(place: Place, key: &'static str, command: Command, says: &'static str) -> Key {
    Key { place, key, shift: false, command, says }
}

const fn shifted(place: Place, key: &'static str, command: Command, says: &'static str) -> Key {
    Key { place, key, shift: true, command, says }
}

/// All keys, in the order of the help sheet.
pub const KEYS: &[Key] = {
    use Command::*;
    use Place::*;
    &[
        key(Anywhere, ".", Step, "Step"),
        key(Anywhere, ",", StepBack, "Step back"),
        key(Anywhere, " ", RunOrPause, "Run or pause"),
        key(Anywhere, "r", Reset, "Reset"),
        key(Anywhere, "e", ToEnd, "To end"),
        key(Anywhere, "u", RunUntil, "Run until…"),
        key(Anywhere, "i", Inspector, "Open or close the inspector"),
        key(Anywhere, "t", Table, "Picture or table"),
        key(Anywhere, "g", Measures, "Picture or measures"),
        key(Anywhere, "?", Help, "This sheet"),
        key(Anywhere, "Escape", Close, "Close what is open"),
        key(Diagram, "ArrowLeft", EventBefore, "Event before, after, on this lane"),
        key(Diagram, "ArrowRight", EventAfter, "Event before, after, on this lane"),
        key(Diagram, "ArrowUp", LaneAbove, "Nearest event on the next lane"),
        key(Diagram, "ArrowDown", LaneBelow, "Nearest event on the next lane"),
        key(Diagram, "m", FollowMessage, "Follow the message"),
        key(Diagram, "Enter", Select, "Select"),
        shifted(Diagram, "Enter", Second, "Compare with the selected event"),
        key(Diagram, "+", ZoomIn, "Zoom in, out, fit"),
        key(Diagram, "-", ZoomOut, "Zoom in, out, fit"),
        key(Diagram, "0", Fit, "Zoom in, out, fit"),
        shifted(Diagram, "ArrowLeft", PanBack, "Pan"),
        shifted(Diagram, "ArrowRight", PanOn, "Pan"),
        shifted(Diagram, "ArrowUp", LaneUp, "Move the lane"),
        shifted(Diagram, "ArrowDown", LaneDown, "Move the lane"),
        key(Diagram, "l", LaneMenu, "Menu of the lane"),
        key(Diagram, "/", Search, "Search the events"),
        key(Diagram, "c", CutHere, "First consistent cut with this event"),
        key(Diagram, "[", CutBack, "Move the cut on this lane"),
        key(Diagram, "]", CutOn, "Move the cut on this lane"),
        key(Diagram, "x", CutWhole, "First consistent cut after here"),
        key(Diagram, "z", UndoView, "Undo, redo a change of the view"),
        key(Diagram, "y", RedoView, "Undo, redo a change of the view"),
        key(Network, "ArrowLeft", Left, "Nearest node or packet that way"),
        key(Network, "ArrowRight", Right, "Nearest node or packet that way"),
        key(Network, "ArrowUp", Up, "Nearest node or packet that way"),
        key(Network, "ArrowDown", Down, "Nearest node or packet that way"),
        key(Network, "Enter", Menu, "Its menu"),
        key(Network, "p", Partition, "Partition…"),
    ]
};

impl Key {
    /// The key as its cap is labelled.
    pub fn cap(&self) -> &'static str {
        match self.key {
            " " => "Space",
            "ArrowLeft" => "←",
            "ArrowRight" => "→",
            "ArrowUp" => "↑",
            "ArrowDown" => "↓",
            "Escape" => "Esc",
            "-" => "−",
            key => key,
        }
    }

    /// Whether it is a key of a single character.
    pub fn is_single(&self) -> bool {
        self.key.len() == 1
    }

    fn is(&self, event: &KeyboardEvent) -> bool {
        let pressed = event.key();
        // With the capitals locked an `r` is still meant.
        let is_same =
            if self.is_single() { pressed.eq_ignore_ascii_case(self.key) } else { pressed == self.key };
        is_same && (self.is_single() || self.shift == event.shift_key())
    }
}

/// What a key press asks for at a place, if anything. `singles` says whether keys of a single character work.
pub fn command(place: Place, event: &KeyboardEvent, singles: bool) -> Option<Command> {
    let is_ours = !event.default_prevented() && !event.ctrl_key() && !event.alt_key() && !event.meta_key();
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let key = KEYS.iter().find(|key| key.place == place && key.is(event))?;
    let is_typed = target.as_ref().is_some_and(is_typed_into);
    let is_pressed = key.key == " " && target.as_ref().is_some_and(is_pressed_by_space);
    let is_allowed = is_ours && !is_pressed && !(key.is_single() && (is_typed || !singles));
    is_allowed.then_some(key.command)
}

/// Whether keys of a single character mean something to this element already.
fn is_typed_into(element: &Element) -> bool {
    let typed = "textarea, select, [contenteditable], input:not([type=range], [type=radio], [type=checkbox])";
    element.closest(typed).is_ok_and(|found| found.is_some())
}

/// Whether the space bar presses this element.
fn is_pressed_by_space(element: &Element) -> bool {
    let pressed =
        "button, a[href], input, summary, [role=button], [role=tab], [role=menuitem], [role=switch]";
    element.closest(pressed).is_ok_and(|found| found.is_some())
}
