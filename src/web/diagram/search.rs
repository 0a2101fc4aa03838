//! The search: a box, the way to the next and the previous match, and how many there are.
//!
//! Must not know how events are found.

use web_sys::{HtmlInputElement, KeyboardEvent};

use super::super::dom;
use super::super::el::{El, button, el};
use super::Diagram;
use super::lanes::open;
use crate::analysis::Shape;
use crate::app::{Find, Msg, Selection, found};

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
}
