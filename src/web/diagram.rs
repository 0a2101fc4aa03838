//! The space-time diagram: its heads, its picture on a canvas, and the table that is its twin.
//!
//! The picture comes as plain data from the layer `diagram`; here it is painted when something has changed, moved by
//! pointer and keys, and made to speak. Must not know how anything is laid out.

mod arrange;
mod beside;
mod cutting;
mod grips;
mod keys;
mod lanes;
mod pointer;
mod search;
mod sight;
mod speech;
mod tip;

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::HtmlCanvasElement;

use super::el::{El, button, el, follow};
use super::menus::Menus;
use super::page::Page;
use super::painter::{self, Painter};
use super::part::Part;
use super::{dom, table};
use crate::app::screen::{self, Inspector};
use crate::app::{Axis, Model, Msg, Selection, ViewAs};
use crate::base::EventId;
use crate::diagram::{self, Half, Index, Picture, Source, Stamps, View, Window};
use crate::sim::Setup;

/// The diagram's own state: how it is looked at, and what was painted last. Copies are the same diagram.
#[derive(Clone, Copy)]
struct Diagram {
    page: Page,
    menus: Menus,
    canvas: StoredValue<El, LocalStorage>,
    /// The box above the canvas, which has the pointer and the focus.
    stage: StoredValue<El, LocalStorage>,
    size: ReadSignal<(f64, f64)>,
    /// Has the size measured at once.
    measure: StoredValue<Rc<dyn Fn()>, LocalStorage>,
    /// Which stretch of the run is shown.
    stretch: RwSignal<Stretch>,
    /// How far the lanes are scrolled, in pixels.
    scroll: RwSignal<f64>,
    /// Whether the window moves with the present.
    is_following: RwSignal<bool>,
    /// The event that Tab leads to.
    stop: RwSignal<Option<EventId>>,
    /// Whether that event has the focus, and was reached by a key.
    is_focused: RwSignal<bool>,
    /// The event below the pointer.
    hover: RwSignal<Option<EventId>>,
    /// The same without the time that a tip lingers.
    pointed: StoredValue<Option<EventId>>,
    selected: Part<Selection>,
    /// Counts the paintings, so that what lies above the picture can follow it.
    painted: RwSignal<u32>,
    kept: StoredValue<Kept, LocalStorage>,
    /// The pictures of the runs that this one is compared with.
    beside: StoredValue<beside::AllBeside, LocalStorage>,
    /// Counts what must be painted anew for a reason of the page's own.
    nudges: RwSignal<u32>,
}

/// Which stretch of a run is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Stretch {
    /// The whole run while that can be read, and later only as much of its end as can.
    #[default]
    Latest,
    /// The whole run.
    Whole,
    /// What was chosen.
    Chosen(Window),
}

/// What is kept from one painting to the next.
#[derive(Default)]
struct Kept {
    index: Index,
    /// The run that the index belongs to.
    setup: Option<Arc<Setup>>,
    picture: Option<Picture>,
    /// The same with what marks its differences, while it is compared.
    half: Option<Half>,
    painter: Painter,
}

/// The diagram with its heads.
pub fn diagram(page: Page, menus: Menus) -> El {
    let canvas = el("canvas").class("space-time-picture").attr("aria-hidden", "true");
    let stage = el("div").class("space-time-picture");
    let (size, measure) = dom::measured(&stage);
    let diagram = Diagram {
        page,
        menus,
        canvas: StoredValue::new_local(canvas.clone()),
        stage: StoredValue::new_local(stage.clone()),
        size,
        measure: StoredValue::new_local(measure),
        stretch: RwSignal::new(Stretch::default()),
        scroll: RwSignal::new(0.0),
        is_following: RwSignal::new(true),
        stop: RwSignal::new(None),
        is_focused: RwSignal::new(false),
        hover: RwSignal::new(None),
        pointed: StoredValue::new(None),
        selected: page.part(|model| model.view.selection),
        painted: RwSignal::new(0),
        kept: StoredValue::new_local(Kept::default()),
        beside: StoredValue::new_local(beside::AllBeside::new()),
        nudges: RwSignal::new(0),
    };
    diagram.begin_anew();
    diagram.follow_run();
    let on_screen = move || diagram.worlds_on_screen().or_else(|| diagram.picture(Picture::draw));
    page.on_screen.set_value(Some(Rc::new(on_screen)));
    page.revealer.set_value(Some(Rc::new(move |event| diagram.reveal(event))));
    let body = el("div")
        .class("pane-body")
        .child(canvas)
        .child(diagram.furnish(stage))
        .child(tip::tip(diagram))
        .child(table::table(page))
        .shows_if(move || page.is_measures.get(), move || super::measures::measures(page));
    el("section")
        .class("pane space-time")
        .attr("aria-label", "Space-time diagram")
        .child(diagram.head())
        .child(diagram.second_head())
        .child(diagram.tiles(body))
        .child(lanes::popover(diagram))
        .child(cutting::popover(diagram))
        .child(search::popover(diagram))
}

impl Diagram {
    /// What has been looked at belongs to a run along an axis; another one is looked at from the start.
    fn begin_anew(self) {
        let what = self.page.part(|model| {
            (
                model.scene().id,
                Arc::as_ptr(model.engine().setup()).addr(),
                model.view.axis,
                model.view.view_as,
            )
        });
        let mut before = what.get_untracked();
        follow(move || {
            let now = what.get();
            if before != now {
                before = now;
                self.stretch.set(Stretch::default());
                self.scroll.set(0.0);
                self.stop.set(None);
                self.is_following.set(true);
            }
        });
    }

    /// Paints anew whenever something that can be seen has changed.
    fn follow_run(self) {
        let run = self.page.part(|model| {
            let run = Arc::as_ptr(model.engine().setup()).addr();
            let others = model.others().iter().map(|other| (other.position(), other.chosen()));
            let others: Vec<_> = others.collect();
            (run, model.trace().branch(), model.position(), model.shown_now(), model.view.clone(), others)
        });
        let is_moving = self.page.part(Model::is_moving);
        let colours = painter::colour_changes(self.page);
        let mut before = None;
        follow(move || {
            self.nudges.track();
            // The rest of the page is another for another run, and the picture has another size when that is there.
            let subject = run.with(|run| run.0);
            if before.replace(subject).is_some_and(|before| before != subject) {
                return dom::when_settled(move || {
                    self.measure.with_value(|measure| measure());
                    self.nudge();
                });
            }
            let is_focused = self.is_focused.get().then(|| self.stop.get()).flatten();
            let (width, height) = self.size.get();
            let view = (self.stretch.get(), self.scroll.get(), self.is_following.get());
            // The table lies over the picture then.
            if !self.page.is_table.get() && !self.page.is_measures.get() && width >= 1.0 && height >= 1.0 {
                self.paint((width, height), view, is_focused, !is_moving.get(), colours.get());
                self.painted.update(|n| *n = n.wrapping_add(1));
            }
        });
    }

    fn paint(
        self,
        (width, height): (f64, f64),
        (stretch, scroll, is_following): (Stretch, f64, bool),
        focus: Option<EventId>,
        speaks: bool,
        changes: u32,
    ) {
        let mut view = View { scroll, focus, speaks, ..View::new(width, height) };
        self.kept.update_value(|kept| {
            self.page.read(|model| {
                view.lanes = model.view.drawn_lanes();
                view.look = model.view.drawn_look();
                view.cut.clone_from(&model.view.cut);
                view.overlays.clone_from(&model.view.overlays);
                view.second = model.view.second;
                view.axis = model.view.axis;
                view.selection = model.view.selection;
                view.view_as = model.view.view_as;
                view.now = Some(model.shown_now());
                kept.follow(model, &view);
                view.window = kept.window(model, &view, stretch, is_following);
                if !model.others().is_empty() && self.paint_worlds(kept, model, &view, changes) {
                    return;
                }
                kept.half = None;
                let picture = kept.with_source(model, |source| diagram::space_time(source, &view));
                let canvas = self.canvas.with_value(El::cast::<HtmlCanvasElement>);
                if let Some(canvas) = canvas {
                    kept.painter.paint(&canvas, &picture.draw(), changes);
                }
                kept.picture = Some(picture);
            });
        });
    }

    /// Has the picture painted anew.
    fn nudge(self) {
        self.nudges.update(|n| *n = n.wrapping_add(1));
    }

    /// Reads the picture that was painted last.
    fn picture<T>(self, of: impl FnOnce(&Picture) -> T) -> Option<T> {
        self.kept.with_value(|kept| kept.picture.as_ref().map(of))
    }

    /// The title, the axis, and the ways to lanes and table.
    fn head(self) -> El {
        let axis = self.page.part(|model| (drawn_axis(model), model.view.view_as != ViewAs::Outside));
        let segment = |(value, name): (Axis, &'static str)| {
            let input = el("input")
                .attrs(&[("type", "radio"), ("name", "axis")])
                .prop_if("checked", move || axis.get().0 == value)
                // No node has true time.
                .has_by("disabled", move || axis.get().1 && value == Axis::TrueTime)
                .on("change", move |_: web_sys::Event| self.page.send(Msg::Axis(value)));
            el("label").child(input).text(name)
        };
        let axes = el("fieldset").class("segments").attr("aria-label", "Horizontal axis");
        let table = button("chip", move || self.page.is_table.update(|is_table| *is_table = !*is_table))
            .attr("title", "Picture or table (t)")
            .flag_by("aria-pressed", move || self.page.is_table.get());
        let chips = el("div")
            .class("chips")
            .child(axes.children(Axis::ALL.map(segment)))
            .child(el("span").class("divider"))
            .child(search::opener())
            .child(cutting::opener())
            .child(lanes::opener())
            .child(table.text("Table"));
        el("div").class("pane-head").child(el("h2").text("Space-time diagram")).child(chips)
    }

    /// What is selected and what lies in its cones, and the ways to see more or less.
    fn second_head(self) -> El {
        let selected = self.page.slow_part(|model| {
            if !matches!(model.view.selection, Selection::Event(_)) {
                return None;
            }
            match screen::inspector(model) {
                Inspector::Event(event) => Some((event.name, event.cones)),
                Inspector::Empty(_) | Inspector::Message(_) | Inspector::Node(_) => None,
            }
        });
        let says = el("span").class("muted").shows(move || match selected.get() {
            None => vec![el("span").text("Choose an event to see what could have caused it.")],
            Some((name, (past, future, concurrent))) => {
                let counts =
                    format!(" · {past} in its past · {future} in its future · {concurrent} concurrent");
                vec![
                    el("span").text("Selected "),
                    el("b").class("mono").text(&name),
                    el("span").text(&counts),
                ]
            }
        });
        let follows = button("chip", move || self.flip_following())
            .attr("title", "Stay with the present")
            .flag_by("aria-pressed", move || self.is_following.get());
        let zoom = |name: &str, title: &str, sign: &str, factor: f64| {
            button("chip icon", move || self.zoom(factor))
                .attrs(&[("aria-label", name), ("title", title)])
                .text(sign)
        };
        let ways = el("div")
            .class("chips zoom-bar")
            .has_by("hidden", move || self.page.is_table.get() || self.page.is_measures.get())
            .child(zoom("Zoom out", "Zoom out (−)", "−", 2.0))
            .child(zoom("Zoom in", "Zoom in (+)", "+", 0.5))
            .child(button("chip", move || self.fit()).attr("title", "Show the whole run (0)").text("Fit"))
            .child(follows.text("Follow"));
        let measures =
            button("chip", move || self.page.is_measures.update(|is_shown| *is_shown = !*is_shown))
                .attr("title", "Measures (g)")
                .flag_by("aria-pressed", move || self.page.is_measures.get());
        el("div").class("pane-head second").child(says).child(ways).child(measures.text("Measures"))
    }
}

/// What runs along the diagram: a node has no true time, so that its view goes by wall clocks.
fn drawn_axis(model: &Model) -> Axis {
    let view = View { axis: model.view.axis, view_as: model.view.view_as, ..View::new(1.0, 1.0) };
    view.drawn_axis()
}

impl Kept {
    /// Brings the index up to date, or begins a new one where the run is another.
    fn follow(&mut self, model: &Model, view: &View) {
        let setup = model.engine().setup();
        if !self.setup.as_ref().is_some_and(|known| Arc::ptr_eq(known, setup)) {
            self.setup = Some(setup.clone());
            self.index = Index::new();
        }
        self.index.follow(model.trace(), view.drawn_axis());
    }

    /// What a picture of the present run is made from.
    fn with_source<T>(&self, model: &Model, then: impl FnOnce(&Source<'_>) -> T) -> T {
        let (trace, engine) = (model.trace(), model.engine());
        let flights = engine.in_flight();
        let stamp = |event| screen::stamp(model, event);
        let title = crate::clocks::find(&model.view.clock).map_or("", |clock| clock.title);
        let source = Source {
            in_flight: &flights,
            faults: &engine.setup().faults,
            topology: Some(engine.topology()),
            stamps: Some(Stamps { title, of: &stamp }),
            ..Source::new(trace, &self.index, model.causality())
        };
        then(&source)
    }
}
