//! The diagram under mouse, pen and fingers: drag to pan, wheel or pinch to zoom, click to select.
//!
//! All of it can be done by keys or buttons too. Must not know what a picture is made of; it asks what is hit.

use leptos::prelude::*;
use web_sys::{MouseEvent, PointerEvent, WheelEvent};

use super::super::el::El;
use super::super::menus::Target;
use super::Diagram;
use super::beside::Tile;
use crate::app::{Looking, Msg, Selection};
use crate::base::NodeId;
use crate::diagram::Hit;
use crate::diagram::shape::Point;
use crate::sim::MessageRef;

/// How far a pointer may stray and still mean a click, in pixels.
const CLICK: f64 = 4.0;

/// A pointer that is pressed.
#[derive(Clone, Copy, Debug)]
struct Finger {
    id: i32,
    at: Point,
}

/// The pointers that are pressed, and whether they have moved since.
#[derive(Debug, Default)]
pub(super) struct Fingers {
    all: Vec<Finger>,
    start: Point,
    has_moved: bool,
    /// The lane whose handle of the cut is dragged.
    handle: Option<NodeId>,
    /// The lane whose name is dragged.
    name: Option<NodeId>,
}

/// The listeners of the box above the picture share these.
#[derive(Clone, Copy)]
pub(super) struct Pointers {
    diagram: Diagram,
    fingers: StoredValue<Fingers>,
    /// The box whose listeners they are.
    stage: StoredValue<El, LocalStorage>,
    /// The picture of another run, if that is its box.
    beside: Option<Tile>,
}

impl Pointers {
    pub(super) fn new(diagram: Diagram) -> Self {
        let fingers = StoredValue::new(Fingers::default());
        Self { diagram, fingers, stage: diagram.stage, beside: None }
    }

    /// Those of the picture of another run, which is moved together with this one.
    pub(super) fn beside(diagram: Diagram, stage: El, tile: Tile) -> Self {
        Self { stage: StoredValue::new_local(stage), beside: Some(tile), ..Self::new(diagram) }
    }

    pub(super) fn down(self, event: &PointerEvent) {
        if event.button() != 0 {
            return;
        }
        let at = self.point(event);
        let handle = if self.beside.is_some() { None } else { self.diagram.handle_at(at) };
        let name = if self.beside.is_some() { None } else { self.diagram.name_at(at) };
        self.diagram.is_focused.set(false);
        self.fingers.update_value(|fingers| {
            if fingers.all.is_empty() {
                (fingers.start, fingers.has_moved, fingers.handle) = (at, false, handle);
                fingers.name = name;
            } else {
                fingers.has_moved = true;
            }
            fingers.all.retain(|finger| finger.id != event.pointer_id());
            fingers.all.push(Finger { id: event.pointer_id(), at });
        });
    }

    pub(super) fn moved(self, event: &PointerEvent) {
        let at = self.point(event);
        if self.fingers.with_value(|fingers| fingers.all.is_empty()) {
            if self.beside.is_none() {
                self.diagram.point_at(Some(at));
            }
            return;
        }
        let change =
            self.fingers.try_update_value(|fingers| fingers.move_to(event.pointer_id(), at)).flatten();
        let Some(change) = change else { return };
        // Only now, so that a click stays a click for whatever lies below.
        self.stage.with_value(|stage| stage.raw().set_pointer_capture(event.pointer_id()).ok());
        self.diagram.point_at(None);
        if let Some(node) = self.fingers.with_value(|fingers| fingers.handle) {
            return self.diagram.drag_cut(node, at);
        }
        if let Some(node) = self.fingers.with_value(|fingers| fingers.name) {
            return self.diagram.drag_lane(node, at);
        }
        if change.factor != 1.0 {
            self.diagram.zoom_at(change.factor, self.diagram.on_axis(change.at).x);
        }
        let by = self.diagram.on_axis(Point::new(change.x, change.y));
        self.diagram.drag(by.x, by.y);
    }

    pub(super) fn up(self, event: &PointerEvent) {
        let is_click = self.fingers.try_update_value(|fingers| {
            let was_pressed = fingers.all.iter().any(|finger| finger.id == event.pointer_id());
            fingers.all.retain(|finger| finger.id != event.pointer_id());
            was_pressed && fingers.all.is_empty() && !fingers.has_moved
        });
        match self.beside {
            _ if is_click != Some(true) => {}
            Some(tile) => tile.choose(self.point(event)),
            None => self.diagram.choose(self.point(event), event.shift_key()),
        }
    }

    pub(super) fn cancelled(self, event: &PointerEvent) {
        self.fingers.update_value(|fingers| fingers.all.retain(|finger| finger.id != event.pointer_id()));
    }

    pub(super) fn left(self) {
        self.diagram.point_at(None);
    }

    /// The wheel zooms, or scrolls the lanes where they need it; sideways or with Shift it pans, with Ctrl, or
    /// pinching on a touch pad, it always zooms.
    pub(super) fn wheel(self, event: &WheelEvent) {
        let Some(frame) = self.diagram.picture(|picture| picture.frame) else { return };
        let scale = if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { 1.0 } else { 24.0 };
        let (x, y) = (event.delta_x() * scale, event.delta_y() * scale);
        let has_more_lanes = frame.content_height > frame.height + 1.0;
        event.prevent_default();
        if event.ctrl_key() || (x == 0.0 && !event.shift_key() && !has_more_lanes) {
            // A notch of a wheel is about 100.
            let factor = libm::pow(2.0, (y / 200.0).clamp(-2.0, 2.0));
            self.diagram.zoom_at(factor, self.diagram.on_axis(self.point(event)).x);
        } else if event.shift_key() && x == 0.0 {
            self.diagram.drag(-y, 0.0);
        } else {
            let by = self.diagram.on_axis(Point::new(-x, -y));
            self.diagram.drag(by.x, by.y);
        }
    }

    /// The menu of what is below the pointer, if it has one.
    pub(super) fn menu(self, event: &MouseEvent) {
        let hit = self.diagram.hit(self.point(event));
        let target = match hit {
            Some(Hit::Message(message, copy)) => {
                let flights = self.diagram.page.read(|model| model.engine().in_flight());
                let is_it = |name: &MessageRef| name.copy == copy;
                let flight =
                    flights.into_iter().find(|flight| flight.message == message && is_it(&flight.name));
                flight.map(|flight| Target::Packet(flight.name))
            }
            Some(Hit::Node(node)) => Some(Target::Lane(node)),
            Some(Hit::Event(_) | Hit::Block(..) | Hit::Link(_)) | None => None,
        };
        if let Some(target) = target {
            event.prevent_default();
            self.diagram.menus.open(target, f64::from(event.client_x()), f64::from(event.client_y()));
        }
    }

    /// Where an event of the pointer is in the picture.
    fn point(self, event: &MouseEvent) -> Point {
        let place = self.stage.with_value(|stage| stage.raw().get_bounding_client_rect());
        Point::new(f64::from(event.client_x()) - place.left(), f64::from(event.client_y()) - place.top())
    }
}

/// What fingers have asked for by moving.
#[derive(Clone, Copy, Debug)]
struct Change {
    x: f64,
    y: f64,
    factor: f64,
    at: Point,
}

impl Fingers {
    /// One finger drags; two drag by their middle and zoom by their distance.
    fn move_to(&mut self, id: i32, at: Point) -> Option<Change> {
        let place = self.all.iter().position(|finger| finger.id == id)?;
        self.has_moved |= at.distance(self.start) > CLICK;
        if !self.has_moved {
            return None;
        }
        let before = self.all[place].at;
        self.all[place].at = at;
        let (mut x, mut y, mut factor) = (at.x - before.x, at.y - before.y, 1.0);
        if let Some(other) = self.all.iter().find(|finger| finger.id != id) {
            let apart = |from: Point| (from.x - other.at.x).abs().max(24.0);
            (x, y, factor) = (x / 2.0, y / 2.0, apart(before) / apart(at));
        }
        Some(Change { x, y, factor, at })
    }
}

impl Diagram {
    /// A place or a way of the screen with what is along the axis first.
    fn on_axis(self, at: Point) -> Point {
        self.picture(|picture| picture.frame.turned(at)).unwrap_or(at)
    }

    /// The lane whose name is at a point.
    fn name_at(self, at: Point) -> Option<NodeId> {
        match self.hit(at) {
            Some(Hit::Node(node)) => Some(node),
            _ => None,
        }
    }

    /// The name of a lane is dragged to a point: the lane goes where the nearest one stands.
    fn drag_lane(self, node: NodeId, at: Point) {
        let onto = self.picture(|picture| {
            let at = picture.frame.turned(at);
            let away = |y: f64| (y - at.y).abs();
            let nearest = picture.lanes.iter().min_by(|a, b| away(a.y).total_cmp(&away(b.y)));
            nearest.map(|lane| lane.node)
        });
        if let Some(onto) = onto.flatten().filter(|onto| *onto != node) {
            self.page.send(Msg::Look(Looking::DragLane(node, onto)));
        }
    }

    fn hit(self, at: Point) -> Option<Hit> {
        self.picture(|picture| picture.hit(at)).flatten()
    }

    /// Selects what is at a point, or holds that event against the selected one. Events that stand too close are
    /// shown apart instead.
    fn choose(self, at: Point, is_second: bool) {
        match self.hit(at) {
            Some(Hit::Event(event)) if is_second => self.page.send(Msg::Look(Looking::Second(Some(event)))),
            Some(Hit::Event(event)) => {
                self.stop.set(Some(event));
                self.page.send(Msg::Select(Selection::Event(event)));
            }
            Some(Hit::Message(message, _)) => self.page.send(Msg::Select(Selection::Message(message))),
            Some(Hit::Node(node)) => self.page.send(Msg::Select(Selection::Node(node))),
            Some(Hit::Block(from, to)) => self.show(from, to),
            Some(Hit::Link(_)) | None => {}
        }
    }

    /// The pointer is here, or nowhere.
    fn point_at(self, at: Option<Point>) {
        let event = match at.and_then(|at| self.hit(at)) {
            Some(Hit::Event(event)) => Some(event),
            Some(Hit::Message(..) | Hit::Block(..) | Hit::Node(_) | Hit::Link(_)) | None => None,
        };
        self.hover_over(event);
    }
}
