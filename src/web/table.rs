//! The text twin of the space-time diagram: a table of events that can be walked in time and along causes.
//!
//! It is always in the document, for screen readers; the page's toggle shows it to everyone. A long run is shown in
//! windows. Must not know how the picture looks.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::dom;
use super::el::{El, button, el, follow};
use super::page::Page;
use super::part::Part;
use crate::analysis::Relation;
use crate::app::screen::{self, EventRow};
use crate::app::{Model, Msg, Selection, ViewAs};
use crate::base::EventId;

/// How many rows are in the document at once.
const WINDOW: usize = 100;

/// The table's own state. Copies are the same table.
#[derive(Clone, Copy)]
struct Table {
    page: Page,
    /// The first row, or `None` to stay at the end while the run goes on.
    first: RwSignal<Option<usize>>,
    /// The event whose button can be reached by Tab.
    stop: RwSignal<Option<EventId>>,
    part: Part<screen::Table>,
}

/// The table.
pub fn table(page: Page) -> El {
    let (first, stop) = (RwSignal::new(None), RwSignal::new(None));
    let part = page.slow_part_while(
        move || !page.read(Model::is_moving) || page.is_table.get(),
        move |model| {
            let first = first.get().unwrap_or_else(|| screen::listed_count(model).saturating_sub(WINDOW));
            screen::events(model, first, WINDOW)
        },
    );
    let table = Table { page, first, stop, part };
    table.follow_selection();
    let heading = |class: &str| el("th").attr("scope", "col").class(class);
    let clock =
        page.slow_part(|model| crate::clocks::find(&model.view.clock).map_or("Stamp", |clock| clock.title));
    let time = page.slow_part(|model| match model.view.view_as {
        ViewAs::Outside => "True time",
        ViewAs::Node(..) => "Its clock",
    });
    let head = el("tr").attr("aria-rowindex", "1").children([
        heading("").text("Event"),
        heading("").text_by(move || time.get().to_owned()),
        heading("").text("What"),
        heading("").text_by(move || clock.get().to_owned()),
        heading("col-rel").text("To the selected"),
        heading("col-causes").text("Causes"),
    ]);
    // A relation is not in the key, so that the focus stays on a row that is selected.
    let key =
        |(_, row): &(usize, EventRow)| (row.event, row.time.clone(), row.what.clone(), row.stamp.clone());
    let rows = move || part.with(|part| (part.first + 2..).zip(part.rows.iter().cloned()).collect());
    let whole = el("table")
        .attr("aria-label", "Events")
        .attr_by("aria-rowcount", move || Some(part.with(|part| part.all + 1).to_string()))
        .on("keydown", move |event: KeyboardEvent| table.on_key(&event))
        .child(el("thead").child(head))
        .child(el("tbody").each(rows, key, move |row| table.row(row)));
    el("div")
        .class("events")
        .class_by("visually-hidden", move || !page.is_table.get())
        .child(whole)
        .shows(move || table.more().into_iter().collect())
}

impl Table {
    fn row(self, row: RwSignal<(usize, EventRow)>) -> El {
        let (_, first) = row.get_untracked();
        let event = first.event;
        let relation = Part::new(move || row.with(|(_, row)| row.relation));
        let is_selected = move || relation.get() == Some(Relation::Same);
        let is_stop = move || self.page.is_table.get() && self.stop.get() == Some(event);
        let name = button("link mono", move || self.go(event))
            .attr("id", &row_id(event))
            .attr_by("tabindex", move || Some(if is_stop() { "0" } else { "-1" }.to_owned()))
            .attr_by("aria-current", move || is_selected().then(|| "true".to_owned()))
            .on("focus", move |_: Event| self.stop.set(Some(event)))
            .text(&first.name);
        let mut causes = el("td").class("col-causes mono");
        if first.causes.is_empty() {
            causes = causes.text("–");
        }
        for (cause, name) in first.causes {
            let link = button("link", move || self.go(cause)).attr("tabindex", "-1").text(&name);
            causes = causes.child(link).text(" ");
        }
        el("tr")
            .class_by("selected", is_selected)
            .attr_by("aria-rowindex", move || Some(row.with(|(place, _)| place.to_string())))
            .child(el("th").attr("scope", "row").child(name))
            .child(el("td").class("mono").text(&first.time))
            .child(el("td").text(&first.what))
            .child(el("td").class("mono").text(&first.stamp))
            .child(el("td").class("col-rel").shows(move || relation.get().map(related).into_iter().collect()))
            .child(causes)
    }

    /// Which part of a long run this is, and the ways to the others.
    fn more(self) -> Option<El> {
        let (first, shown, all, hidden) =
            self.part.with(|part| (part.first, part.rows.len(), part.all, part.hidden));
        let turn = move |to: usize| {
            let is_at_end = to + WINDOW >= all;
            self.first.set((!is_at_end).then_some(to));
            self.stop.set(None);
        };
        let way = |name: &str, is_closed: bool, to: usize| {
            let way = button("", move || turn(to)).text(name);
            if is_closed { way.attr("disabled", "") } else { way }
        };
        (shown < all || hidden > 0).then(|| {
            let mut more = el("p").class("events-more");
            if shown < all {
                more = more
                    .child(way("Earlier", first == 0, first.saturating_sub(WINDOW)))
                    .child(way("Later", first + shown == all, first + WINDOW))
                    .child(el("span").text(&format!("Events {} to {} of {all}", first + 1, first + shown)));
            }
            if hidden > 0 {
                more = more.child(el("span").text(&format!("{hidden} more on hidden lanes")));
            }
            more
        })
    }

    /// Selects an event and puts the focus on its row, wherever that is.
    fn go(self, event: EventId) {
        self.page.send(Msg::Select(Selection::Event(event)));
        self.focus(event);
    }

    /// Puts the focus on a row, which may first have to come into the window.
    fn focus(self, event: EventId) {
        self.reveal(event);
        self.stop.set(Some(event));
        dom::when_settled(move || {
            if let Some(button) = dom::by_id(&row_id(event)) {
                let _ = button.focus();
            }
        });
    }

    /// Moves the window so that it holds an event, if it does not.
    fn reveal(self, event: EventId) {
        let is_shown = self.part.with_untracked(|part| part.rows.iter().any(|row| row.event == event));
        if !is_shown {
            let place = self.page.read(|model| place_of(model, event));
            self.first.set(Some(place.saturating_sub(WINDOW / 2)));
        }
    }

    /// The selected event is in sight as soon as the table is, and whenever another is selected.
    fn follow_selection(self) {
        let selected = self.page.part(|model| match model.view.selection {
            Selection::Event(event) if event.index() < model.trace().len() => Some(event),
            Selection::Event(_) | Selection::Message(_) | Selection::Node(_) | Selection::Nothing => None,
        });
        follow(move || {
            if !self.page.is_table.get() {
                return;
            }
            let last = || self.part.with_untracked(|part| part.rows.last().map(|row| row.event));
            let Some(event) = selected.get().or_else(last) else { return };
            self.reveal(event);
            self.stop.set(Some(event));
            dom::when_settled(move || {
                if let Some(button) = dom::by_id(&row_id(event)) {
                    let options = ScrollIntoViewOptions::new();
                    options.set_block(ScrollLogicalPosition::Nearest);
                    button.scroll_into_view_with_scroll_into_view_options(&options);
                }
            });
        });
        // With nothing selected, the last row is where Tab leads while the run goes on.
        follow(move || {
            let last = self.part.with(|part| part.rows.last().map(|row| row.event));
            let is_there = self.stop.with_untracked(|stop| {
                stop.is_some_and(|stop| self.part.with(|part| part.rows.iter().any(|row| row.event == stop)))
            });
            if !is_there {
                self.stop.set(last);
            }
        });
    }

    /// Up, down, first and last among the rows; left and right among a row's event and its causes.
    fn on_key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let Some(at) = self.stop.get_untracked() else { return };
        let neighbour = |by: isize| {
            self.page.read(|model| {
                let place = place_of(model, at).saturating_add_signed(by);
                let last = screen::listed_count(model).saturating_sub(1);
                screen::listed_events(model).nth(place.min(last))
            })
        };
        let to = match event.key().as_str() {
            "ArrowDown" => neighbour(1),
            "ArrowUp" => neighbour(-1),
            "PageDown" => neighbour(10),
            "PageUp" => neighbour(-10),
            "Home" => neighbour(isize::MIN),
            "End" => neighbour(isize::MAX),
            "ArrowRight" => return along_row(event, 1),
            "ArrowLeft" => return along_row(event, -1),
            _ => return,
        };
        event.prevent_default();
        if let Some(to) = to {
            self.focus(to);
        }
    }
}

fn row_id(event: EventId) -> String {
    format!("row-{}", event.0)
}

/// How many visible events come before this one.
fn place_of(model: &Model, event: EventId) -> usize {
    screen::listed_events(model).take_while(|other| *other < event).count()
}

fn related(relation: Relation) -> El {
    let (class, says) = match relation {
        Relation::Same => ("rel self", "selected"),
        Relation::Before => ("rel past", "in its past"),
        Relation::After => ("rel future", "in its future"),
        Relation::Concurrent => ("rel conc", "concurrent"),
    };
    el("span").class(class).text(says)
}

/// Moves the focus among the buttons of the row in which it is.
fn along_row(event: &KeyboardEvent, by: i32) {
    let Some(focused) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let Ok(Some(row)) = focused.closest("tr") else { return };
    let Ok(buttons) = row.query_selector_all("button") else { return };
    let buttons: Vec<HtmlElement> =
        (0..buttons.length()).filter_map(|place| buttons.get(place)?.dyn_into().ok()).collect();
    let at = buttons.iter().position(|button| *button == focused);
    let to = at.and_then(|at| at.checked_add_signed(by as isize)).and_then(|to| buttons.get(to));
    if let Some(to) = to {
        event.prevent_default();
        let _ = to.focus();
    }
}
