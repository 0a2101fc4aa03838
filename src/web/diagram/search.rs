//! The search: a box, the way to the next and the previous match, and how many there are.
//!
//! Must not know how events are found.

use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, KeyboardEvent};

use super::super::dom;
use super::super::el::{El, button, el};
use super::super::page::Page;
use super::super::reading;
use super::Diagram;
use super::lanes::open;
use crate::analysis::Shape;
use crate::app::{Find, Msg, Selection, found};
use crate::formats::parcel::{Answer, Ask};

/// The ids of the popover and of the button that opens it.
const IDS: (&str, &str) = ("search", "search-opener");
const FIELD: &str = "search-text";

/// The button that opens it.
pub(super) fn opener() -> El {
    button("chip", open_search)
        .attrs(&[("id", IDS.1), ("aria-haspopup", "dialog"), ("title", "Search the events (/)")])
        .text("Search…")
}

/// Opens it with the focus in its box.
pub(super) fn open_search() {
    open(IDS);
    if let Some(field) = dom::by_id(FIELD) {
        let _ = field.focus();
    }
}

/// The popover.
pub(super) fn popover(diagram: Diagram) -> El {
    let page = diagram.page;
    let state = page.slow_part(found);
    let go = move |find: Find| {
        page.send(Msg::Find(find));
        let selected = page.read(|model| match model.view.selection {
            Selection::Event(event) => Some(event),
            Selection::Message(_) | Selection::Node(_) | Selection::Nothing => None,
        });
        if let Some(event) = selected {
            diagram.reveal(event);
        }
    };
    let read = || {
        let field = dom::by_id(FIELD);
        let field = field.and_then(|field| wasm_bindgen::JsCast::dyn_into::<HtmlInputElement>(field).ok());
        field.map_or_else(String::new, |field| field.value())
    };
    let field = el("input")
        .attrs(&[
            ("type", "search"),
            ("id", FIELD),
            ("aria-label", "Search the events"),
            ("aria-describedby", "search-hint"),
            ("placeholder", "kind:receive node:G2 label:ack"),
            ("autocomplete", "off"),
            ("spellcheck", "false"),
        ])
        .prop_by("value", move || state.with(|state| state.text.clone()))
        .flag_by("aria-invalid", move || state.with(|state| state.problem.is_some()))
        .on("input", move |_: web_sys::Event| page.send(Msg::Find(Find::Text(read()))))
        .on("keydown", move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                go(if event.shift_key() { Find::Previous } else { Find::Next });
            }
        });
    let way = |name: &str, sign: &str, find: Find| {
        button("chip icon", move || go(find.clone()))
            .attrs(&[("aria-label", name), ("title", name)])
            .has_by("disabled", move || state.with(|state| state.count == 0))
            .text(sign)
    };
    let says = el("span").class("muted").text_by(move || state.with(|state| state.says.clone()));
    let row = el("div")
        .class("row")
        .child(field)
        .child(way("Previous match", "‹", Find::Previous))
        .child(way("Next match", "›", Find::Next));
    let hint = el("p").class("muted").attr("id", "search-hint").text(
        "Words, or field:value with kind, node, label, from, to, message, fault or shape; a minus turns one round.",
    );
    let shape = |shape: Shape| {
        let find = Find::Text(format!("shape:{}", shape.name()));
        button("chip", move || page.send(Msg::Find(find.clone()))).text(shape.title())
    };
    let shapes = el("fieldset")
        .child(el("legend").text("Shapes"))
        .child(el("div").class("chips").children(Shape::ALL.map(shape)));
    el("div")
        .class("popover")
        .attrs(&[("popover", "auto"), ("id", IDS.0), ("role", "dialog"), ("aria-label", "Search")])
        .child(row)
        .child(says)
        .child(hint)
        .child(shapes)
        .shows_if(move || page.is_complete.get(), move || vec![drawn(page)])
}

/// A shape of one's own, written as a figure: it is looked for as soon as it has no mistakes.
fn drawn(page: Page) -> El {
    let says = RwSignal::new(String::new());
    let look = move |text: String| {
        spawn_local(async move {
            let read = reading::read(&Ask::Figure, Uint8Array::from(text.as_bytes())).await;
            let wrong = match read {
                Ok(Answer::Figure(Ok(figure))) => {
                    page.change(|model| model.find_drawn(&figure.trace));
                    String::new()
                }
                Ok(Answer::Figure(Err(mistakes))) => {
                    mistakes.first().map(ToString::to_string).unwrap_or_default()
                }
                Ok(Answer::Log(_)) => String::new(),
                Err(why) => format!("{why}."),
            };
            says.set(wrong);
        });
    };
    let text = el("textarea").attrs(&[
        ("rows", "3"),
        ("spellcheck", "false"),
        ("autocapitalize", "off"),
        ("placeholder", "x -> y: request\ny -> x"),
        ("aria-label", "A shape of your own"),
        ("aria-describedby", "drawn-hint drawn-mistake"),
    ]);
    let text = text
        .class("notation")
        .flag_by("aria-invalid", move || !says.with(String::is_empty))
        .on("change", move |event: web_sys::Event| look(event_target_value(&event)));
    let hint = "Written as a figure; its lanes stand for any nodes. What is concurrent in it is concurrent in a match.";
    let mistake = el("p").class("field-error").attr("id", "drawn-mistake");
    el("details")
        .child(el("summary").text("A shape of your own"))
        .child(text)
        .child(el("p").class("muted small").attr("id", "drawn-hint").text(hint))
        .child(el("div").attr("aria-live", "polite").shows_if(
            move || !says.with(String::is_empty),
            move || vec![mistake.clone().text_by(move || says.get())],
        ))
}
