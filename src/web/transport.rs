//! The bar at the bottom: stepping and running, the timeline, and the sentence that says what happened.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::el::{El, button, el, follow};
use super::icons::{BACK, END, PAUSE, RESET, RUN, STEP, icon, icon_button};
use super::page::{Drawer, Page};
use super::part::Part;
use super::{dom, strip};
use crate::app::screen::{self, Transport};
use crate::app::{Dialog, Model, Msg, Speed};

/// The bar.
pub fn transport(page: Page) -> El {
    let part = page.part(screen::transport);
    let send = move |msg: Msg| move || page.send(msg.clone());
    let adversary = move || {
        let is_adversary = page.read(|model| model.is_adversary);
        page.send(Msg::Adversary(!is_adversary));
        if !is_adversary {
            page.open_drawer(Drawer::Next);
        }
    };
    let is_log = page.part(Model::is_log);
    let buttons = el("fieldset")
        .class("buttons")
        .attr("aria-label", "Playback")
        .has_by("disabled", move || is_log.get())
        .attr_by("title", move || {
            is_log.get().then(|| "A log is what happened: there is nothing to run.".to_owned())
        })
        .child(icon_button("icon", "Reset", "Reset (r)", RESET, send(Msg::Reset)))
        .child(icon_button("icon", "Step back", "Step back (,)", BACK, send(Msg::StepBack)))
        .child(run(page, part))
        .child(icon_button("icon", "Step", "Step (.)", STEP, send(Msg::Step)))
        .child(icon_button("icon", "To end", "To end (e)", END, send(Msg::ToEnd)))
        .child(
            button("", move || page.open(Dialog::Until))
                .attrs(&[("id", "run-until"), ("aria-haspopup", "dialog")])
                .text("Run until…"),
        )
        .child(speed(page, part))
        .child(
            button("adversary", adversary)
                .flag_by("aria-pressed", move || part.with(|part| part.is_adversary))
                .text("Adversary"),
        );
    el("footer")
        .class("transport")
        .attrs(&[("id", "transport"), ("tabindex", "-1")])
        .child(buttons)
        .child(timeline(page, part, is_log))
        .child(status(page))
}

/// Run, which is Pause while the run moves. One button, so that the focus stays on it.
fn run(page: Page, part: Part<Transport>) -> El {
    let is_moving = Part::new(move || part.with(|part| part.is_moving));
    let name = move || if is_moving.get() { "Pause" } else { "Run" };
    button("icon primary big", move || page.run_or_pause())
        .attr_by("aria-label", move || Some(name().to_owned()))
        .attr_by("title", move || Some(format!("{} (Space)", name())))
        .shows(move || vec![icon(if is_moving.get() { PAUSE } else { RUN })])
}

fn speed(page: Page, part: Part<Transport>) -> El {
    let option =
        |(place, speed): (usize, &Speed)| el("option").attr("value", &place.to_string()).text(&speed.says());
    let choose = move |event: web_sys::Event| {
        let place = event_target_value(&event).parse::<usize>().ok();
        if let Some(speed) = place.and_then(|place| Speed::ALL.get(place)) {
            page.send(Msg::Speed(*speed));
        }
    };
    let select = el("select")
        .children(Speed::ALL.iter().enumerate().map(option))
        .prop_by("value", move || part.with(|part| part.speed).to_string())
        .on("change", choose);
    el("label").class("field").child(el("span").text("Speed")).child(select)
}

/// The slider over all turns that are recorded, above a strip of what happened in them.
fn timeline(page: Page, part: Part<Transport>, is_log: Part<bool>) -> El {
    let seek = move |event: web_sys::Event| {
        if let Ok(turn) = event_target_value(&event).parse() {
            page.send(Msg::Seek(turn));
        }
    };
    let slider = el("input")
        .attrs(&[("type", "range"), ("aria-label", "Timeline"), ("min", "0")])
        .has_by("disabled", move || is_log.get())
        .on("input", seek);
    let own = slider.clone();
    follow(move || {
        let (turn, kept, text) = part.with(|part| {
            (part.turn, part.kept, format!("turn {} of {}, {}", part.turn, part.kept, part.time))
        });
        let Some(input) = own.raw().dyn_ref::<HtmlInputElement>() else { return };
        // In this order: a browser clamps the value to the range that it has at that moment.
        input.set_max(&kept.to_string());
        input.set_value(&turn.to_string());
        let _ = input.set_attribute("aria-valuetext", &text);
        dom::set_style(input, "--v", &(turn as f64 / kept.max(1) as f64).to_string());
    });
    el("div").class("timeline").child(strip::strip(page)).child(slider)
}

/// What happened, in a sentence that is read aloud.
fn status(page: Page) -> El {
    let part = page.spoken_part(|model| {
        let part = screen::transport(model);
        let place =
            if model.is_log() { "log".to_owned() } else { format!("turn {} · {}", part.turn, part.time) };
        (place, part.status)
    });
    el("p")
        .class("status")
        .attrs(&[("role", "status"), ("aria-label", "What happened")])
        .child(el("b").class("mono").text_by(move || part.with(|part| part.0.clone())))
        .text(" ")
        .child(el("span").text_by(move || part.with(|part| part.1.clone())))
}
