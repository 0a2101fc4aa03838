//! The pictures of the runs that are compared with the present one, moved together with its picture.
//!
//! All are laid out at once, on the same stretch of the axis; what is chosen in one is chosen in the others. Must not
//! know how runs are compared, nor how a difference looks.

use std::collections::BTreeMap;
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
use crate::diagram::{self, Compared, Half, Hit, Index, Source, Stamps, View, World};

/// What a run is called; no two that are compared have the same name.
pub(super) type Name = Arc<str>;

/// How many events of another run are looked at in one frame, before its picture is laid out.
const SLICE: usize = 30_000;

/// The names of the runs beside the present one.
pub(super) fn names(model: &Model) -> Vec<String> {
    model.others().iter().map(|other| other.name().to_owned()).collect()
}

/// The other runs' pictures, by the runs' names.
pub(super) type AllBeside = BTreeMap<Name, Beside>;

/// What is kept of another run's picture from one painting to the next.
#[derive(Default)]
pub(super) struct Beside {
    canvas: Option<El>,
    size: (f64, f64),
    index: Index,
    /// The run that the index belongs to.
    run: usize,
    half: Option<Half>,
    painter: Painter,
    /// The event that has the focus.
    focus: Option<EventId>,
}

impl Diagram {
    /// Lays out and paints all runs; says whether there are several to paint. The view is the present run's.
    pub(super) fn paint_worlds(self, kept: &mut Kept, model: &Model, view: &View, changes: u32) -> bool {
        let others = model.others();
        if !self.follow_worlds(model, view) {
            return false;
        }
        let views: Option<Vec<_>> = (0..others.len()).map(|place| model.other_view(place)).collect();
        let Some(views) = views else { return false };
        // While long runs play, they are held against one another only when they stand still.
        if !view.speaks && !model.are_short() {
            return false;
        }
        let painted = self.beside.try_update_value(|all| {
            let mut there = Vec::new();
            for (other, view_there) in others.iter().zip(views) {
                let Some(beside) = all.get_mut(other.name()) else { return false };
                let (width, height) = beside.size;
                if width < 1.0 || height < 1.0 {
                    return false;
                }
                let view_there = View {
                    lanes: view_there.lanes,
                    look: view_there.look,
                    selection: view_there.selection,
                    second: view_there.second,
                    view_as: view_there.view_as,
                    cut: None,
                    focus: beside.focus,
                    width,
                    height,
                    ..view.clone()
                };
                there.push(view_there);
            }
            let mut halves = lay_out(kept, all, model, view, &there).into_iter();
            let canvas = |canvas: &El| canvas.cast::<HtmlCanvasElement>();
            let Some(here) = halves.next() else { return false };
            if let Some(canvas) = self.canvas.with_value(canvas) {
                kept.painter.paint(&canvas, &here.draw(), changes);
            }
            kept.picture = Some(here.picture.clone());
            kept.half = Some(here);
            for (other, half) in others.iter().zip(halves) {
                let Some(beside) = all.get_mut(other.name()) else { continue };
                if let Some(canvas) = beside.canvas.as_ref().and_then(canvas) {
                    beside.painter.paint(&canvas, &half.draw(), changes);
                }
                beside.half = Some(half);
            }
            true
        });
        painted == Some(true)
    }

    /// Brings the others' indices up to date, a slice of long ones at a time; says whether they are.
    fn follow_worlds(self, model: &Model, view: &View) -> bool {
        let is_done = self.beside.try_update_value(|all| {
            let follows = |other: &Other| all.get_mut(other.name()).is_none_or(|it| it.follow(other, view));
            model.others().iter().all(follows)
        });
        if is_done == Some(false) {
            request_animation_frame(move || self.nudge());
        }
        is_done == Some(true)
    }

    /// All pictures as they are on screen, if there are several.
    pub(super) fn worlds_on_screen(self) -> Option<Drawing> {
        let (names, is_vertical) = self.page.read(|model| (names(model), model.view.look.is_vertical));
        if names.is_empty() {
            return None;
        }
        self.kept.with_value(|kept| {
            self.beside.with_value(|all| {
                let mut tiles = vec![("this run", kept.half.as_ref()?)];
                for name in &names {
                    tiles.push((name, all.get(name.as_str())?.half.as_ref()?));
                }
                Some(diagram::tiled(&tiles, diagram::columns(tiles.len(), is_vertical)))
            })
        })
    }

    /// The pictures of all runs: that of the present one, and beside it those that it is compared with.
    pub(super) fn tiles(self, here: El) -> El {
        let page = self.page;
        let names = page.part(names);
        let is_vertical = page.part(|model| model.view.look.is_vertical);
        let count = move || names.with(Vec::len) + 1;
        let show: ShowDifference =
            Rc::new(move |place, side, event| self.show_difference(place, side, event));
        page.show_difference.set_value(Some(show));
        let own = el("div")
            .class("tile")
            .shows_if(
                move || count() > 1,
                || {
                    let head = el("div").class("pane-head beside-head");
                    vec![head.child(el("h3").text("this run"))]
                },
            )
            .child(here);
        el("div")
            .class("tiles")
            .class_by("is-compared", move || count() > 1)
            .class_by("are-several", move || count() > 2)
            .class_by("is-down", move || is_vertical.get())
            .attr_by("data-columns", move || Some(diagram::columns(count(), is_vertical.get()).to_string()))
            .child(own)
            .each(move || names.get(), Clone::clone, move |name| self.tile(name.get_untracked()))
    }

    /// The picture of another run, with its head.
    fn tile(self, name: String) -> El {
        let page = self.page;
        let id = id_of(&name);
        let name: Name = name.into();
        self.beside.update_value(|all| {
            all.insert(Arc::clone(&name), Beside::default());
        });
        let tile = Tile { diagram: self, name: StoredValue::new_local(Arc::clone(&name)) };
        let is_wanted = move || page.read(|model| !model.is_moving() || model.are_short());
        let own = Arc::clone(&name);
        let part =
            page.slow_part_while(is_wanted, move |model| screen::comparison(model, place_of(model, &own)?));
        let is_tight = page.part(|model| model.others().len() > 1 || model.view.look.is_vertical);
        let says = move || {
            part.with(|part| {
                part.as_ref().map_or_else(
                    || "being compared…".to_owned(),
                    |part| {
                        // Where pictures stand beside one another there is no room for the whole of it.
                        let says = if is_tight.get() { &part.brief } else { &part.says };
                        part.chosen.as_ref().map_or_else(|| says.clone(), |chosen| format!("{says} {chosen}"))
                    },
                )
            })
        };
        let list = button("chip to-list", move || page.open_drawer(Drawer::History)).text("Differences");
        let put_away = move || tile.send(|place| Some(Comparing::Drop(place)));
        let is_alone = page.part(|model| model.others().len() < 2);
        let away = format!("Stop comparing with {name}");
        let stop = button("chip", put_away)
            .attr_by("aria-label", move || (!is_alone.get()).then(|| away.clone()))
            .text_by(move || if is_alone.get() { "Stop comparing" } else { "Stop" }.to_owned());
        let head = el("div")
            .class("pane-head beside-head")
            .child(el("h3").text(&name))
            .child(el("span").class("muted").text_by(says))
            .child(el("div").class("chips").child(list).child(stop));
        let canvas = el("canvas").class("space-time-picture").attr("aria-hidden", "true");
        let stage = el("div").class("space-time-picture");
        tile.follow_box(&canvas, &stage);
        let body = el("div").class("pane-body").child(canvas).child(tile.furnish(stage, &id));
        el("div").class("tile").child(head).child(body)
    }

    /// Selects a difference, wherever it happened, and brings it into sight.
    fn show_difference(self, place: usize, side: Side, event: EventId) {
        match side {
            Side::Here => {
                self.page.send(Msg::Select(Selection::Event(event)));
                self.reveal(event);
            }
            Side::There => {
                self.page.send(Msg::Compare(Comparing::Select(place, event)));
                let at = self.page.read(|model| {
                    let other = model.others().get(place)?;
                    self.beside
                        .with_value(|all| Some(all.get(other.name())?.index.place(other.trace(), event)))
                });
                if let Some(at) = at {
                    self.reveal_value(at);
                }
            }
        }
    }
}

/// Where the run of this name stands among those that the present one is compared with.
fn place_of(model: &Model, name: &str) -> Option<usize> {
    model.others().iter().position(|other| other.name() == name)
}

/// An id for what describes a run's picture: another for each name.
fn id_of(name: &str) -> String {
    let part = |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("-{:x}-", c as u32) };
    format!("beside-{}", name.chars().map(part).collect::<String>())
}

/// Lays out the present run and all others: its picture first.
fn lay_out(kept: &Kept, all: &AllBeside, model: &Model, view: &View, there: &[View]) -> Vec<Half> {
    let clock = &model.view.clock;
    let title = crate::clocks::find(clock).map_or("", |clock| clock.title);
    let worlds = screen::side_by_side(model);
    let others = model.others();
    let flights: Vec<_> = others.iter().map(|other| other.engine().in_flight()).collect();
    let stamps: Vec<_> = others.iter().map(|other| move |event: EventId| other.stamp(clock, event)).collect();
    let differs: Vec<_> = (0..others.len())
        .map(|place| {
            let worlds = &worlds;
            move |event: EventId| worlds.there(place, event)
        })
        .collect();
    let places = || 0..others.len();
    let source = |place: usize| {
        let (other, engine) = (&others[place], others[place].engine());
        Some(Source {
            in_flight: &flights[place],
            faults: &engine.setup().faults,
            topology: Some(engine.topology()),
            stamps: Some(Stamps { title, of: &stamps[place] }),
            ..Source::new(other.trace(), &all.get(other.name())?.index, other.causality())
        })
    };
    let sources: Option<Vec<Source<'_>>> = places().map(source).collect();
    let Some(sources) = sources else { return Vec::new() };
    kept.with_source(model, |here| {
        let own = World {
            run: Compared { name: "this run", source: here, view },
            differs: &|event| worlds.here(event),
            apart: worlds.apart_here(),
        };
        let other = |place: usize| World {
            run: Compared { name: others[place].name(), source: &sources[place], view: &there[place] },
            differs: &differs[place],
            apart: worlds.apart_there(place),
        };
        let runs: Vec<World<'_>> = std::iter::once(own).chain(places().map(other)).collect();
        diagram::worlds(&runs)
    })
}

/// Another run's picture. Copies are the same picture.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    diagram: Diagram,
    name: StoredValue<Name, LocalStorage>,
}

impl Tile {
    /// Reads what is kept of it.
    fn with<T>(self, of: impl FnOnce(&Beside) -> T) -> Option<T> {
        let name = self.name.try_get_value()?;
        self.diagram.beside.try_with_value(|all| all.get(&*name).map(of)).flatten()
    }

    fn half<T>(self, of: impl FnOnce(&Half) -> T) -> Option<T> {
        self.with(|beside| beside.half.as_ref().map(of)).flatten()
    }

    fn change<T>(self, change: impl FnOnce(&mut Beside) -> T) -> Option<T> {
        let name = self.name.try_get_value()?;
        self.diagram.beside.try_update_value(|all| all.get_mut(&*name).map(change)).flatten()
    }

    /// Does something with the run, which stands at some place.
    fn send(self, what: impl FnOnce(usize) -> Option<Comparing>) {
        let page = self.diagram.page;
        let place = self.name.with_value(|name| page.read(|model| place_of(model, name)));
        if let Some(change) = place.and_then(what) {
            page.send(Msg::Compare(change));
        }
    }

    /// Reads the run, its place, and what is kept of its picture.
    fn read<T>(self, of: impl FnOnce(&Model, usize, &Beside) -> Option<T>) -> Option<T> {
        self.name.with_value(|name| {
            self.diagram.page.read(|model| {
                let place = place_of(model, name)?;
                self.with(|beside| of(model, place, beside)).flatten()
            })
        })
    }

    /// Follows the size of the box, and forgets it when it goes.
    fn follow_box(self, canvas: &El, stage: &El) {
        let size = dom::size_of(stage);
        let canvas = canvas.clone();
        self.change(|beside| beside.canvas = Some(canvas));
        follow(move || {
            let size = size.get();
            self.change(|beside| beside.size = size);
            self.diagram.nudge();
        });
        let (diagram, name) = (self.diagram, self.name.get_value());
        on_cleanup(move || {
            let _ = diagram.beside.try_update_value(|all| all.remove(&*name));
        });
    }

    fn furnish(self, stage: El, id: &str) -> El {
        let diagram = self.diagram;
        let pointers = Pointers::beside(diagram, stage.clone(), self);
        let names = el("div").class("visually-hidden");
        let spoken = names.clone();
        let is_moving = diagram.page.part(Model::is_moving);
        follow(move || {
            diagram.painted.track();
            if !is_moving.get() {
                self.half(|half| speak(spoken.raw(), &names_of(&half.picture)));
            }
        });
        let description = el("p").class("visually-hidden").attr("id", id).text_by(move || {
            diagram.painted.track();
            self.half(|half| half.picture.description.clone()).unwrap_or_default()
        });
        let focused = el("p").class("visually-hidden").attr("aria-live", "polite").text_by(move || {
            diagram.painted.track();
            self.focused()
        });
        let label = self.name.with_value(|name| format!("Events and messages of {name}"));
        stage
            .attrs(&[("role", "group"), ("tabindex", "0"), ("aria-describedby", id), ("aria-label", &label)])
            .on("keydown", move |event: KeyboardEvent| self.on_key(&event))
            .on("blur", move |_: FocusEvent| self.focus(None))
            .on("pointerdown", move |event: PointerEvent| pointers.down(&event))
            .on("pointermove", move |event: PointerEvent| pointers.moved(&event))
            .on("pointerup", move |event: PointerEvent| pointers.up(&event))
            .on("pointercancel", move |event: PointerEvent| pointers.cancelled(&event))
            .on("wheel", move |event: WheelEvent| pointers.wheel(&event))
            .child(description)
            .child(names)
            .child(focused)
    }

    /// Selects what is at a point of the picture.
    pub(super) fn choose(self, at: Point) {
        let event = match self.half(|half| half.picture.hit(at)).flatten() {
            Some(Hit::Event(event) | Hit::Block(event, _)) => Some(event),
            Some(Hit::Message(message, _)) => {
                self.read(|model, place, _| model.others()[place].trace().sent(message))
            }
            Some(Hit::Node(_) | Hit::Link(_)) | None => None,
        };
        self.send(|place| event.map(|event| Comparing::Select(place, event)));
    }

    /// The same keys as in the present run's picture: along a lane, across lanes, and select. What moves the picture
    /// moves all.
    fn on_key(self, event: &KeyboardEvent) {
        let diagram = self.diagram;
        let singles = diagram.page.has_single_keys.get_untracked();
        let Some(command) = keys::command(Place::Diagram, event, singles) else { return };
        let is_vertical = diagram.page.read(|model| model.view.look.is_vertical);
        match turned(command, is_vertical) {
            Command::EventBefore => self.walk(0, -1),
            Command::EventAfter => self.walk(0, 1),
            Command::LaneAbove => self.walk(-1, 0),
            Command::LaneBelow => self.walk(1, 0),
            Command::Select => {
                let focus = self.with(|beside| beside.focus).flatten();
                self.send(|place| focus.map(|event| Comparing::Select(place, event)));
            }
            Command::ZoomIn => diagram.zoom(0.5),
            Command::ZoomOut => diagram.zoom(2.0),
            Command::Fit => diagram.fit(),
            Command::PanBack => diagram.pan(false),
            Command::PanOn => diagram.pan(true),
            _ => return,
        }
        event.prevent_default();
    }

    /// Moves the focus; the first key brings it to what is selected there, or to the last event.
    fn walk(self, lanes_on: isize, events_on: isize) {
        let to = self.read(|model, place, beside| {
            let view = model.other_view(place)?;
            let lanes: Vec<_> = beside.half.iter().flat_map(|half| &half.picture.lanes).collect();
            let lanes: Vec<_> = lanes.into_iter().map(|lane| lane.node).collect();
            let trace = model.others()[place].trace();
            let sees = |event: EventId| screen::is_visible_there(model, place, event);
            match beside.focus.filter(|at| sees(*at)) {
                Some(at) if events_on != 0 => {
                    along(trace, &beside.index, at, events_on).filter(|event| sees(*event))
                }
                Some(at) => across((trace, &beside.index), &lanes, &sees, at, lanes_on),
                None => {
                    let selected = match view.selection {
                        Selection::Event(event) => Some(event).filter(|event| sees(*event)),
                        _ => None,
                    };
                    let is_shown = |event: &EventId| sees(*event) && lanes.contains(&trace.node(*event));
                    selected.or_else(|| trace.events().rev().find(is_shown))
                }
            }
        });
        if to.is_some() {
            self.focus(to);
        }
    }

    fn focus(self, event: Option<EventId>) {
        let changes = self.change(|beside| std::mem::replace(&mut beside.focus, event) != event);
        if changes == Some(true) {
            let at = event.and_then(|event| {
                self.read(|model, place, beside| {
                    Some(beside.index.place(model.others()[place].trace(), event))
                })
            });
            if let Some(at) = at {
                self.diagram.reveal_value(at);
            }
            self.diagram.nudge();
        }
    }

    /// What has the focus, in words.
    fn focused(self) -> String {
        let Some(event) = self.with(|beside| beside.focus).flatten() else { return String::new() };
        let name = |half: &Half| {
            let dot = half.picture.dots.iter().find(|dot| dot.event == event)?;
            Some(dot.name.clone())
        };
        self.half(name).flatten().unwrap_or_default()
    }
}

impl Beside {
    /// Brings the index up to date, or begins a new one where the run is another; says whether there is no more to do.
    fn follow(&mut self, other: &Other, view: &View) -> bool {
        let run = Arc::as_ptr(other.engine().setup()).addr();
        if self.run != run {
            (self.run, self.index) = (run, Index::new());
        }
        self.index.follow_on(other.trace(), view.drawn_axis(), SLICE)
    }
}
