//! Walking the diagram by keys: along a lane, to the next lane, along a message.
//!
//! The focus is on one event, which is a button above the picture. Must not know how the picture looks.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::super::dom;
use super::super::keys::{self, Command, Place};
use super::super::menus::Target;
use super::Diagram;
use crate::app::screen::{Eyes, is_visible};
use crate::app::{Looking, Model, Msg, Selection};
use crate::base::{EventId, NodeId};
use crate::diagram::Index;
use crate::diagram::shape::Point;
use crate::sim::{EventKind, Trace};

impl Diagram {
    /// A key was pressed with the focus in the diagram.
    pub(super) fn on_key(self, event: &KeyboardEvent) {
        let singles = self.page.has_single_keys.get_untracked();
        if event.key() == "Escape" && self.has_tip() {
            self.hide_tip();
            event.prevent_default();
            return;
        }
        let Some(command) = keys::command(Place::Diagram, event, singles) else { return };
        let is_vertical = self.page.read(|model| model.view.look.is_vertical);
        match turned(command, is_vertical) {
            Command::Search => super::search::open_search(),
            Command::CutHere => self.cut_by_key(None),
            Command::CutBack => self.cut_by_key(Some(-1)),
            Command::CutOn => self.cut_by_key(Some(1)),
            Command::CutWhole => self.page.send(Msg::Look(Looking::ExtendCut)),
            Command::UndoView => self.page.send(Msg::Look(Looking::Undo)),
            Command::RedoView => self.page.send(Msg::Look(Looking::Redo)),
            Command::EventBefore => self.walk(|diagram, model, at| diagram.along(model, at, -1)),
            Command::EventAfter => self.walk(|diagram, model, at| diagram.along(model, at, 1)),
            Command::LaneAbove => self.walk(|diagram, model, at| diagram.across(model, at, -1)),
            Command::LaneBelow => self.walk(|diagram, model, at| diagram.across(model, at, 1)),
            Command::FollowMessage => self.follow_message(),
            Command::Select => match self.stop.get_untracked() {
                Some(event) => self.page.send(Msg::Select(Selection::Event(event))),
                None => self.walk(|_, _, at| Some(at)),
            },
            Command::Second => {
                let event = self.stop.get_untracked();
                self.page.send(Msg::Look(Looking::Second(event)));
            }
            Command::LaneUp => self.move_lane(-1),
            Command::LaneDown => self.move_lane(1),
            Command::LaneMenu => self.lane_menu(),
            Command::ZoomIn => self.zoom(0.5),
            Command::ZoomOut => self.zoom(2.0),
            Command::Fit => self.fit(),
            Command::PanBack => self.pan(false),
            Command::PanOn => self.pan(true),
            // All others belong elsewhere.
            _ => return,
        }
        event.prevent_default();
    }

    /// Moves the focus to where `next` leads; the first key brings it to the selected event, or to the last.
    fn walk(self, next: impl FnOnce(Self, &Model, EventId) -> Option<EventId>) {
        let to = self.page.read(|model| match self.stop.get_untracked() {
            Some(at) if is_visible(model, at) => next(self, model, at),
            _ => self.start(model),
        });
        if let Some(to) = to {
            self.focus(to);
        }
    }

    /// Where the focus begins.
    fn start(self, model: &Model) -> Option<EventId> {
        let lanes = self.lanes();
        let eyes = Eyes::of(model);
        let is_shown =
            |event: &EventId| eyes.see(model, *event) && lanes.contains(&model.trace().node(*event));
        let selected = match model.view.selection {
            Selection::Event(event) => Some(event).filter(is_shown),
            Selection::Nothing | Selection::Message(_) | Selection::Node(_) => None,
        };
        selected.or_else(|| model.trace().events().rev().find(is_shown))
    }

    /// Puts the focus on an event and brings it into sight.
    pub(super) fn focus(self, event: EventId) {
        self.stop.set(Some(event));
        self.is_focused.set(true);
        self.reveal(event);
        // The button is made first, and gets its name from the picture that is painted with it.
        dom::when_settled(|| {
            if let Some(stop) = dom::by_id("event-stop") {
                let _ = stop.focus();
            }
        });
    }

    /// The lanes that are shown, scrolled out of sight or not.
    pub(super) fn lanes(self) -> Vec<NodeId> {
        self.page.read(|model| {
            let (lanes, look) = (model.view.drawn_lanes(), model.view.drawn_look());
            self.kept.with_value(|kept| look.lanes(model.trace(), &kept.index, &lanes))
        })
    }

    fn along(self, model: &Model, at: EventId, by: isize) -> Option<EventId> {
        let to = self.kept.with_value(|kept| along(model.trace(), &kept.index, at, by));
        to.filter(|event| is_visible(model, *event))
    }

    fn across(self, model: &Model, at: EventId, by: isize) -> Option<EventId> {
        let (lanes, eyes) = (self.lanes(), Eyes::of(model));
        let sees = |event| eyes.see(model, event);
        self.kept.with_value(|kept| across((model.trace(), &kept.index), &lanes, &sees, at, by))
    }

    /// The lane of the event in focus, or of what is selected.
    fn lane_in_focus(self) -> Option<NodeId> {
        self.page.read(|model| {
            let stop = self.stop.get_untracked().filter(|event| event.index() < model.trace().len());
            stop.map(|event| model.trace().node(event)).or_else(|| super::arrange::selected(model))
        })
    }

    fn move_lane(self, by: i32) {
        if let Some(node) = self.lane_in_focus() {
            self.page.send(Msg::Look(Looking::MoveLane(node, by)));
        }
    }

    /// Opens the menu of a lane where its name stands.
    fn lane_menu(self) {
        let Some(node) = self.lane_in_focus() else { return };
        let place = self.picture(|picture| {
            let lane = picture.lanes.iter().find(|lane| lane.node == node)?;
            Some(picture.frame.turned(Point::new(12.0, lane.y + 12.0)))
        });
        let stage = self.stage.with_value(|stage| stage.raw().get_bounding_client_rect());
        let at = place.flatten().unwrap_or(Point::new(12.0, 12.0));
        self.menus.open(Target::Lane(node), stage.left() + at.x, stage.top() + at.y);
    }

    /// To the other end of the message. One that has no other end yet is selected, so that it tells why.
    fn follow_message(self) {
        let Some(at) = self.stop.get_untracked() else { return self.walk(|_, _, at| Some(at)) };
        let (message, other) = self.page.read(|model| {
            let trace = model.trace();
            let message = trace.message(at);
            let other = match trace.kind(at) {
                EventKind::Send => message.and_then(|message| trace.first_arrival(message)),
                _ => trace.cause_elsewhere(at),
            };
            (message, other.filter(|other| is_visible(model, *other)))
        });
        match (other, message) {
            (Some(other), _) => self.focus(other),
            (None, Some(message)) => self.page.send(Msg::Select(Selection::Message(message))),
            (None, None) => {}
        }
    }
}

/// The event that comes so many places behind another on its lane.
pub(super) fn along(trace: &Trace, index: &Index, at: EventId, by: isize) -> Option<EventId> {
    let lane = index.lane(trace, trace.node(at));
    let place = lane.binary_search(&at.0).ok()?.checked_add_signed(by)?;
    lane.get(place).map(|event| EventId(*event))
}

/// The event that stands nearest on the next lane that has any.
pub(super) fn across(
    (trace, index): (&Trace, &Index),
    lanes: &[NodeId],
    sees: &dyn Fn(EventId) -> bool,
    at: EventId,
    by: isize,
) -> Option<EventId> {
    let mut place = lanes.iter().position(|lane| *lane == trace.node(at))?;
    let here = index.place(trace, at);
    loop {
        place = place.checked_add_signed(by)?;
        let lane = index.lane(trace, *lanes.get(place)?);
        let visible = lane.iter().map(|event| EventId(*event)).filter(|event| sees(*event));
        let distance = |event: &EventId| (index.place(trace, *event) - here).abs();
        let nearest = visible.min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if nearest.is_some() {
            return nearest;
        }
    }
}

/// What a key means where time runs down: the arrows keep pointing to where they lead.
pub(super) fn turned(command: Command, is_vertical: bool) -> Command {
    match command {
        Command::EventBefore if is_vertical => Command::LaneAbove,
        Command::EventAfter if is_vertical => Command::LaneBelow,
        Command::PanBack if is_vertical => Command::LaneUp,
        Command::PanOn if is_vertical => Command::LaneDown,
        Command::LaneUp if is_vertical => Command::PanBack,
        Command::LaneDown if is_vertical => Command::PanOn,
        Command::LaneAbove if is_vertical => Command::EventBefore,
        Command::LaneBelow if is_vertical => Command::EventAfter,
        command => command,
    }
}
