//! Opening a log: a file or a text, and how it is to be read where that is not seen from itself.
//!
//! Must not know any format.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, HtmlTextAreaElement};

use super::super::el::{El, button, el};
use super::super::logs::{self, Reading};
use super::super::page::Page;
use super::super::reading;
use super::{close_button, head};
use crate::formats::{Fields, Options};

/// The fields for reading, each with its name and an example.
const WAYS: [(&str, &str, &str); 7] = [
    ("parser", "Expression for an event", "(?<host>\\S+) (?<clock>{.*})\\n(?<event>.*)"),
    ("delimiter", "Expression between executions", "^=== (?<trace>.*) ===$"),
    ("host", "JSON field of the host", "host"),
    ("clock", "JSON field of the clock", "clock"),
    ("event", "JSON field of the event", "event"),
    ("time", "JSON field of the time", "timestamp"),
    ("execution", "JSON field of the execution", "run"),
];

/// The dialog.
pub fn sheet(page: Page) -> Vec<El> {
    reading::prepare();
    let file = el("input").attrs(&[("type", "file"), ("id", "log-file"), ("autofocus", "")]);
    let text = el("textarea").attrs(&[
        ("rows", "6"),
        ("spellcheck", "false"),
        ("placeholder", "alice {\"alice\":1}\nasks Bob\nbob {\"bob\":1, \"alice\":1}\nhears it"),
    ]);
    let ways = WAYS.map(|(id, name, example)| {
        let input = el("input").attrs(&[
            ("id", &format!("log-{id}")),
            ("placeholder", example),
            ("autocomplete", "off"),
            ("autocapitalize", "off"),
            ("spellcheck", "false"),
        ]);
        (name, input.class("mono"))
    });
    let inputs: Vec<El> = ways.iter().map(|(_, input)| input.clone()).collect();
    let rows = ways.map(|(name, input)| field(name, input));
    let is_refused = matches!(page.logs.reading.get_untracked(), Reading::Refused(..));
    let more = el("details")
        .child(el("summary").text("How to read it"))
        .child(el("p").class("muted small").text(
            "Known formats need none of this. An expression is written as for ShiViz, with groups named host, clock and \
             event; one between executions names them by its group trace.",
        ))
        .child(el("div").class("ways").children(rows));
    let more = if is_refused { more.attr("open", "") } else { more };
    let (chosen, pasted) = (file.clone(), text.clone());
    let open = move |event: Event| {
        event.prevent_default();
        let options = options(&inputs);
        let pasted = pasted.cast::<HtmlTextAreaElement>().map(|text| text.value()).unwrap_or_default();
        let chosen = chosen.cast::<HtmlInputElement>().and_then(|input| input.files()?.get(0));
        if let Some(file) = chosen {
            logs::open_file(page, file, options);
        } else if !pasted.trim().is_empty() {
            logs::open_text(page, &pasted, options);
        } else if let Some(file) = page.logs.file.get_value() {
            logs::open_file(page, file, options);
        } else {
            page.logs
                .reading
                .set(Reading::Refused(String::new(), "Choose a file, or paste its text".to_owned()));
        }
    };
    let body = el("div")
        .class("sheet-body")
        .child(el("p").text(
            "Drop a file anywhere on the page, choose one here, or paste its text. It stays in this browser. Read are logs \
             of ShiViz, GoVector and TSViz, error traces of TLC, JSON, and runs of Lightcone.",
        ))
        .child(field("A file", file))
        .child(field("Or its text", text))
        .child(more)
        .child(says(page));
    let submit = el("button").class("primary").attr("type", "submit").text("Open");
    let is_busy = move || matches!(page.logs.reading.get(), Reading::Under(_));
    let stop = move || vec![button("", move || page.logs.stop()).text("Stop")];
    let foot = el("div")
        .class("sheet-foot")
        .child(submit.has_by("disabled", is_busy))
        .shows_if(is_busy, stop)
        .child(close_button("", "Close"));
    vec![head("log", "Open a log"), el("form").on("submit", open).child(body).child(foot)]
}

fn field(name: &str, control: El) -> El {
    el("label").class("field stacked").child(el("span").text(name)).child(control)
}

/// What is being read, or why it could not be.
fn says(page: Page) -> El {
    el("div").attr("aria-live", "polite").shows(move || match page.logs.reading.get() {
        Reading::Nothing => Vec::new(),
        Reading::Under(name) => vec![el("p").text(&format!("Reading {name}…"))],
        Reading::Refused(name, why) => {
            let says = if name.is_empty() { format!("{why}.") } else { format!("{name}: {why}.") };
            vec![el("p").class("quote").text(&says)]
        }
    })
}

/// What stands in the fields, in their order.
fn options(inputs: &[El]) -> Options {
    let mut values = inputs.iter().map(|input| {
        let value = input.raw().dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value);
        value.filter(|value| !value.trim().is_empty())
    });
    let mut next = || values.next().flatten();
    let (parser, delimiter) = (next(), next());
    let fields = Fields { host: next(), clock: next(), event: next(), time: next(), execution: next() };
    Options { parser, delimiter, fields, execution: None }
}
