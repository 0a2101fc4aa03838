//! The picture of the run that is compared with the present one, below its picture and moved together with it.
//!
//! Both are laid out at once, on the same stretch of the axis; what is chosen in one is chosen in the other. Must not
//! know how two runs are compared, nor how a difference looks.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::{FocusEvent, HtmlCanvasElement, KeyboardEvent, PointerEvent, WheelEvent};

use super::super::dom;
use super::super::el::{El, button, el, follow};
use super::super::keys::{self, Command, Place};
use super::super::page::{Drawer, ShowDifference};
use super::super::painter::Painter;
use super::keys::{across, along, turned};
use super::pointer::Pointers;
use super::speech::{names_of, speak};
use super::{Diagram, Kept};
use crate::app::screen::{self, Side};
use crate::app::{Comparing, Model, Msg, Other, Selection};
use crate::base::EventId;
use crate::diagram::shape::{Drawing, Point};
use crate::diagram::{Compared, Half, Hit, Index, Source, Stamps, View, halves, stacked};

/// How many events two runs may have together to be compared while they play.
const LITTLE: usize = 20_000;

fn is_little(model: &Model) -> bool {
    model.trace().len() + model.other().map_or(0, |other| other.trace().len()) < LITTLE
}

/// What is kept of the other run's picture from one painting to the next.
#[derive(Default)]
pub(super) struct Beside {
    canvas: Option<El>,
    size: (f64, f64),
    index: Index,
    /// The run that the index belongs to.
    run: usize,
    halves: Option<[Half; 2]>,
    painter: Painter,
    /// The event that has the focus.
    focus: Option<EventId>,
}

impl Diagram {
    /// Lays out and paints both runs; says whether there are two to paint. The view is the present run's.
    pub(super) fn paint_both(self, kept: &mut Kept, model: &Model, view: &View, changes: u32) -> bool {
        let (Some(other), Some(there), Some(comparison)) =
            (model.other(), model.other_view(), model.comparison())
        else {
            return false;
        };
        // While a long run plays, the two are held against one another only when it stands still.
        if !view.speaks && !is_little(model) {
            return false;
        }
        let painted = self.beside.try_update_value(|beside| {
            let (width, height) = beside.size;
            if width < 1.0 || height < 1.0 {
                return false;
            }
            let view_there = View {
                lanes: there.lanes,
                look: there.look,
                selection: there.selection,
                second: there.second,
                view_as: there.view_as,
                cut: None,
                focus: beside.focus,
                width,
                height,
                ..view.clone()
            };
            beside.follow(other, &view_there);
            let first = screen::first_differences(model);
            let clock = &model.view.clock;
            let title = crate::clocks::find(clock).map_or("", |clock| clock.title);
            let both =
                with_source(other, &beside.index, &|event| other.stamp(clock, event), title, |there| {
                    kept.with_source(model, |here| {
                        let here = Compared { name: "this run", source: here, view };
                        let there = Compared { name: other.name(), source: there, view: &view_there };
                        halves(here, there, comparison, first)
                    })
                });
            let canvas = |canvas: &El| canvas.cast::<HtmlCanvasElement>();
            if let Some(canvas) = self.canvas.with_value(canvas) {
                kept.painter.paint(&canvas, &both[0].draw(), changes);
            }
            if let Some(canvas) = beside.canvas.as_ref().and_then(canvas) {
                beside.painter.paint(&canvas, &both[1].draw(), changes);
            }
            kept.picture = Some(both[0].picture.clone());
            beside.halves = Some(both);
            true
        });
        painted == Some(true)
    }

    /// Both pictures as they are on screen, if two are.
    pub(super) fn both_on_screen(self) -> Option<Drawing> {
        let name = self.page.read(|model| model.other().map(|other| other.name().to_owned()))?;
        self.beside.with_value(|beside| {
            let [here, there] = beside.halves.as_ref()?;
            Some(stacked([("this run", here), (&name, there)]))
        })
    }

    /// What is below the picture while two runs are compared.
    pub(super) fn beside_panel(self) -> Vec<El> {
        let page = self.page;
        let is_wanted = move || page.read(|model| !model.is_moving() || is_little(model));
        let part = page.slow_part_while(is_wanted, screen::comparison);
        let name = move || part.with(|part| part.as_ref().map_or_else(String::new, |part| part.name.clone()));
        let says = move || {
            part.with(|part| {
                part.as_ref().map_or_else(String::new, |part| {
                    part.chosen
                        .as_ref()
                        .map_or_else(|| part.says.clone(), |chosen| format!("{} {chosen}", part.says))
                })
            })
        };
        let list = button("chip", move || page.open_drawer(Drawer::History)).text("Differences");
        let stop = button("chip", move || page.send(Msg::Compare(Comparing::Stop))).text("Stop comparing");
        let head = el("div")
            .class("pane-head beside-head")
            .child(el("h3").text_by(name))
            .child(el("span").class("muted").text_by(says))
            .child(el("div").class("chips").child(list).child(stop));
        let canvas = el("canvas").class("space-time-picture").attr("aria-hidden", "true");
        let stage = el("div").class("space-time-picture");
        self.follow_beside(&canvas, &stage);
        let show: ShowDifference = Rc::new(move |side, event| self.show_difference(side, event));
        page.show_difference.set_value(Some(show));
        let body = el("div").class("pane-body").child(canvas).child(self.furnish_beside(stage, name));
        vec![head, body]
    }

    /// Follows the size of the box, and forgets it when it goes.
    fn follow_beside(self, canvas: &El, stage: &El) {
        let size = dom::size_of(stage);
        let canvas = canvas.clone();
        self.beside.update_value(|beside| beside.canvas = Some(canvas));
        follow(move || {
            let size = size.get();
            self.beside.update_value(|beside| beside.size = size);
            self.nudge();
        });
        on_cleanup(move || {
            let _ = self.beside.try_update_value(|beside| *beside = Beside::default());
        });
    }

    fn furnish_beside(self, stage: El, name: impl Fn() -> String + Copy + 'static) -> El {
        let pointers = Pointers::beside(self, stage.clone());
        let names = el("div").class("visually-hidden");
        let spoken = names.clone();
        let is_moving = self.page.part(Model::is_moving);
        follow(move || {
            self.painted.track();
            if !is_moving.get() {
                self.half(|half| speak(spoken.raw(), &names_of(&half.picture)));
            }
        });
        let description = el("p").class("visually-hidden").attr("id", "beside-says").text_by(move || {
            self.painted.track();
            self.half(|half| half.picture.description.clone()).unwrap_or_default()
        });
        let focused = el("p").class("visually-hidden").attr("aria-live", "polite").text_by(move || {
            self.painted.track();
            self.focused_beside()
        });
        stage
            .attrs(&[("role", "group"), ("tabindex", "0"), ("aria-describedby", "beside-says")])
            .attr_by("aria-label", move || Some(format!("Events and messages of {}", name())))
            .on("keydown", move |event: KeyboardEvent| self.on_key_beside(&event))
            .on("blur", move |_: FocusEvent| self.focus_beside(None))
            .on("pointerdown", move |event: PointerEvent| pointers.down(&event))
            .on("pointermove", move |event: PointerEvent| pointers.moved(&event))
            .on("pointerup", move |event: PointerEvent| pointers.up(&event))
            .on("pointercancel", move |event: PointerEvent| pointers.cancelled(&event))
            .on("wheel", move |event: WheelEvent| pointers.wheel(&event))
            .child(description)
            .child(names)
            .child(focused)
    }

    /// Selects what is at a point of the other run's picture.
    pub(super) fn choose_beside(self, at: Point) {
        match self.half(|half| half.picture.hit(at)).flatten() {
            Some(Hit::Event(event)) => self.page.send(Msg::Compare(Comparing::Select(event))),
            Some(Hit::Block(from, _)) => self.page.send(Msg::Compare(Comparing::Select(from))),
            Some(Hit::Message(message, _)) => {
                let sent =
                    self.page.read(|model| model.other().and_then(|other| other.trace().sent(message)));
                if let Some(sent) = sent {
                    self.page.send(Msg::Compare(Comparing::Select(sent)));
                }
            }
            Some(Hit::Node(_) | Hit::Link(_)) | None => {}
        }
    }

    /// The same keys as in the picture above: along a lane, across lanes, and select. What moves the picture moves both.
    fn on_key_beside(self, event: &KeyboardEvent) {
        let singles = self.page.has_single_keys.get_untracked();
        let Some(command) = keys::command(Place::Diagram, event, singles) else { return };
        let is_vertical = self.page.read(|model| model.view.look.is_vertical);
        match turned(command, is_vertical) {
            Command::EventBefore => self.walk_beside(0, -1),
            Command::EventAfter => self.walk_beside(0, 1),
            Command::LaneAbove => self.walk_beside(-1, 0),
            Command::LaneBelow => self.walk_beside(1, 0),
            Command::Select => {
                if let Some(event) = self.beside.with_value(|beside| beside.focus) {
                    self.page.send(Msg::Compare(Comparing::Select(event)));
                }
            }
            Command::ZoomIn => self.zoom(0.5),
            Command::ZoomOut => self.zoom(2.0),
            Command::Fit => self.fit(),
            Command::PanBack => self.pan(false),
            Command::PanOn => self.pan(true),
            _ => return,
        }
        event.prevent_default();
    }

    /// Moves the focus in the other run; the first key brings it to what is selected there, or to the last event.
    fn walk_beside(self, lanes_on: isize, events_on: isize) {
        let to = self.page.read(|model| {
            let (other, view) = (model.other()?, model.other_view()?);
            let seen = self.half(|half| half.picture.lanes.iter().map(|lane| lane.node).collect::<Vec<_>>());
            let (lanes, trace) = (seen.unwrap_or_default(), other.trace());
            let sees = |event: EventId| screen::is_visible_there(model, event);
            self.beside.with_value(|beside| match beside.focus.filter(|at| sees(*at)) {
                Some(at) if events_on != 0 => {
                    along(trace, &beside.index, at, events_on).filter(|event| sees(*event))
                }
                Some(at) => across((trace, &beside.index), &lanes, &sees, at, lanes_on),
                None => {
                    let selected = match view.selection {
                        Selection::Event(event) => Some(event).filter(|event| sees(*event)),
                        _ => None,
                    };
                    selected.or_else(|| trace.events().rev().find(|event| sees(*event)))
                }
            })
        });
        if to.is_some() {
            self.focus_beside(to);
        }
    }

    fn focus_beside(self, event: Option<EventId>) {
        let changes =
            self.beside.try_update_value(|beside| std::mem::replace(&mut beside.focus, event) != event);
        if changes == Some(true) {
            if let Some(value) = event.and_then(|event| self.place_beside(event)) {
                self.reveal_value(value);
            }
            self.nudge();
        }
    }

    fn place_beside(self, event: EventId) -> Option<f64> {
        self.page.read(|model| {
            let trace = model.other()?.trace();
            self.beside.with_value(|beside| Some(beside.index.place(trace, event)))
        })
    }

    /// What has the focus in the other run, in words.
    fn focused_beside(self) -> String {
        let Some(event) = self.beside.with_value(|beside| beside.focus) else { return String::new() };
        let name = |half: &Half| {
            let dot = half.picture.dots.iter().find(|dot| dot.event == event)?;
            Some(dot.name.clone())
        };
        self.half(name).flatten().unwrap_or_default()
    }

    fn half<T>(self, of: impl FnOnce(&Half) -> T) -> Option<T> {
        self.beside.try_with_value(|beside| beside.halves.as_ref().map(|halves| of(&halves[1]))).flatten()
    }

    /// Selects a difference, wherever it happened, and brings it into sight.
    pub(super) fn show_difference(self, side: Side, event: EventId) {
        match side {
            Side::Here => {
                self.page.send(Msg::Select(Selection::Event(event)));
                self.reveal(event);
            }
            Side::There => {
                self.page.send(Msg::Compare(Comparing::Select(event)));
                if let Some(value) = self.place_beside(event) {
                    self.reveal_value(value);
                }
            }
        }
    }
}

impl Beside {
    /// Brings the index up to date, or begins a new one where the run is another.
    fn follow(&mut self, other: &Other, view: &View) {
        let run = Arc::as_ptr(other.engine().setup()).addr();
        if self.run != run {
            (self.run, self.index) = (run, Index::new());
        }
        self.index.follow(other.trace(), view.drawn_axis());
    }
}

/// What a picture of the other run is made from.
fn with_source<T>(
    other: &Other,
    index: &Index,
    stamp: &dyn Fn(EventId) -> String,
    title: &str,
    then: impl FnOnce(&Source<'_>) -> T,
) -> T {
    let engine = other.engine();
    let flights = engine.in_flight();
    then(&Source {
        in_flight: &flights,
        faults: &engine.setup().faults,
        topology: Some(engine.topology()),
        stamps: Some(Stamps { title, of: stamp }),
        ..Source::new(other.trace(), index, other.causality())
    })
}
