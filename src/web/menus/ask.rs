//! The two small dialogs that ask for a number: how long a message is held back, and by how much a clock is off.
//!
//! Must not know what opens them.

use leptos::prelude::*;
use web_sys::{Event, HtmlDialogElement, HtmlInputElement, HtmlSelectElement};

use super::super::el::{El, button, el, follow};
use super::super::icons::{CLOSE, icon_button};
use super::super::part::Part;
use super::{Ask, Menus};
use crate::app::{Msg, decimal, screen};
use crate::base::{Duration, WallReading};
use crate::sim::Act;

/// The longest time that can be written, in seconds: far longer than any scene.
const SECONDS_MOST: f64 = 3_600.0;

/// What can be chosen as a unit, in nanoseconds.
const UNITS: [(&str, f64); 3] = [("ms", 1e6), ("s", 1e9), ("µs", 1e3)];

/// "Delay …"
pub(super) fn delay(menus: Menus) -> El {
    let name = move || match menus.asked.get() {
        Some(Ask::Delay(name)) => Some(name),
        Some(Ask::Clock(_)) | None => None,
    };
    let title = move || {
        let name = name()?;
        let flights = menus.page.read(screen::in_flight);
        let title = flights.into_iter().find(|flight| flight.name == name).map(|flight| flight.title);
        Some(format!("Delay {}", title.unwrap_or_else(|| name.to_string())))
    };
    let then = move |nanos: f64| {
        if let Some(name) = untrack(name) {
            menus.page.send(Msg::Act(Act::Delay(name, Duration(nanos as u64))));
        }
    };
    ask(menus, Words { id: "delay", label: "Hold it for", primary: "Delay", least: 0.0 }, title, then)
}

/// "Set the clock of …"
pub(super) fn clock(menus: Menus) -> El {
    let node = move || match menus.asked.get() {
        Some(Ask::Clock(node)) => Some(node),
        Some(Ask::Delay(_)) | None => None,
    };
    let title = move || {
        let node = node()?;
        Some(format!("Set the clock of {}", menus.page.read(|model| model.name(node).to_owned())))
    };
    let then = move |nanos: f64| {
        if let Some(node) = untrack(node) {
            let now = menus.page.read(|model| model.engine().now().0 as i64);
            menus.page.send(Msg::Act(Act::SetClock(node, WallReading(now + nanos as i64))));
        }
    };
    ask(menus, Words { id: "set-clock", label: "Off by", primary: "Set", least: -SECONDS_MOST }, title, then)
}

/// What stands in such a dialog.
#[derive(Clone, Copy)]
struct Words {
    id: &'static str,
    label: &'static str,
    primary: &'static str,
    /// The least value, in seconds.
    least: f64,
}

/// A dialog that is open while it has a title, and hands on a time in nanoseconds.
fn ask(
    menus: Menus,
    words: Words,
    title: impl Fn() -> Option<String> + Copy + Send + Sync + 'static,
    then: impl Fn(f64) + 'static,
) -> El {
    let title = Part::new(title);
    let wrong = RwSignal::new(None::<String>);
    let is_wrong = move || wrong.with(Option::is_some);
    let close = move || menus.asked.set(None);
    let (title_id, error_id) = (format!("{}-title", words.id), format!("{}-error", words.id));
    let described_by = error_id.clone();
    let value = el("input")
        .attrs(&[
            ("type", "text"),
            ("inputmode", "decimal"),
            ("autocomplete", "off"),
            ("size", "6"),
            ("value", "250"),
        ])
        .attr_by("aria-invalid", move || is_wrong().then(|| "true".to_owned()))
        .attr_by("aria-describedby", move || is_wrong().then(|| described_by.clone()));
    let unit =
        el("select").attr("aria-label", "Unit").children(UNITS.map(|(name, _)| el("option").text(name)));
    let (written, chosen) = (value.clone(), unit.clone());
    let submit = move |event: Event| {
        event.prevent_default();
        let text = written.cast::<HtmlInputElement>().map(|value| value.value()).unwrap_or_default();
        let unit = chosen.cast::<HtmlSelectElement>().map(|unit| unit.value()).unwrap_or_default();
        match nanos(&text, &unit, words.least) {
            Ok(nanos) => {
                // What was asked for is forgotten when the dialog closes.
                then(nanos);
                close();
            }
            Err(why) => {
                wrong.set(Some(why));
                written.focus();
            }
        }
    };
    let head = el("div")
        .class("sheet-head")
        .child(el("h2").attr("id", &title_id).text_by(move || title.get().unwrap_or_default()))
        .child(icon_button("icon quiet", "Close", "Close (Esc)", CLOSE, close));
    let error = el("p").class("field-error").attr("id", &error_id).has_by("hidden", move || !is_wrong());
    let field = el("label").class("field").child(el("span").text(words.label)).child(value.clone());
    let body = el("div")
        .class("sheet-body")
        .child(el("div").class("row").child(field).child(unit))
        .child(error.text_by(move || wrong.get().unwrap_or_default()));
    let foot = el("div")
        .class("sheet-foot")
        .child(el("button").class("primary").text(words.primary))
        .child(button("", close).text("Cancel"));
    let form = el("form").on("submit", submit).child(head).child(body).child(foot);
    let dialog = el("dialog")
        .attrs(&[("id", words.id), ("aria-labelledby", &title_id)])
        .on("close", move |_: Event| close())
        .child(form);
    let shown = dialog.clone();
    follow(move || {
        let (is_open, Some(dialog)) = (title.with(Option::is_some), shown.cast::<HtmlDialogElement>()) else {
            return;
        };
        if is_open && !dialog.open() {
            wrong.set(None);
            let _ = dialog.show_modal();
            if let Some(value) = value.cast::<HtmlInputElement>() {
                let _ = value.focus();
                value.select();
            }
        } else if !is_open && dialog.open() {
            dialog.close();
        }
    });
    dialog
}

/// What was written, in nanoseconds, or what is wrong with it.
fn nanos(text: &str, unit: &str, least: f64) -> Result<f64, String> {
    let scale = UNITS.iter().find(|(name, _)| *name == unit).map_or(1e9, |(_, scale)| *scale);
    let range = if least < 0.0 { "from −3,600 to 3,600 s" } else { "from 0 to 3,600 s" };
    let written = text.trim().replace(',', ".").replace('−', "-");
    let Some(number) = decimal(&written) else {
        return Err(format!("“{}” is no number. Write a time {range}.", text.trim()));
    };
    let nanos = number * scale;
    if (least * 1e9..=SECONDS_MOST * 1e9).contains(&nanos) {
        Ok(nanos)
    } else {
        Err(format!("{} {unit} is too far. Write a time {range}.", text.trim()))
    }
}
