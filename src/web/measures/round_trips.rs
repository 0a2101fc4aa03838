//! The histogram of round trips, with a timeout that pointer and keys drag, and what it would have made of the run.
//!
//! Must not know how trips are found.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, PointerEvent};

use super::super::el::{El, el, follow};
use super::super::page::Page;
use super::super::part::Part;
use super::{WIDTH, drawn, frame};
use crate::app::screen::Measures;
use crate::base::Duration;
use crate::diagram::chart::Chart;
use crate::diagram::{Theme, svg};

/// How many places the slider has behind its first.
const PLACES: f64 = 400.0;

/// The card.
pub(super) fn card(page: Page, part: Part<Measures>) -> El {
    let word = RwSignal::new(String::new());
    // Until somebody drags it, the timeout stands where nine of ten answers come in time.
    let chosen = RwSignal::new(None::<Duration>);
    let plot = move || word.with(|word| part.with(|part| part.histogram(word)));
    let timeout =
        move || chosen.get().unwrap_or_else(|| word.with(|word| part.with(|part| part.first_timeout(word))));
    let chart = Part::new(move || drawn(&plot(), Some(timeout().0)));
    let picture = el("div").class("chart draggable").attr("aria-hidden", "true");
    let shown = picture.raw().clone();
    follow(move || chart.with(|chart| shown.set_inner_html(&svg::write(&chart.draw(), Theme::Page))));
    let drag = move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            let value = at(&event, chart);
            chosen.set(value.map(Duration).or(chosen.get_untracked()));
        }
    };
    let grip = picture.raw().clone();
    let picture = picture
        .on("pointerdown", move |event: PointerEvent| {
            let _ = grip.set_pointer_capture(event.pointer_id());
            drag(event);
        })
        .on("pointermove", drag);
    let says = move || word.with(|word| part.with(|part| part.timeout_says(word, timeout())));
    let controls =
        el("div").class("measure-controls").child(words(word, part)).child(slider(chart, timeout, chosen));
    let output = el("p").class("measure-says").attr("role", "status").text_by(says);
    frame(page, &plot(), Rc::new(plot), vec![picture, controls, output])
}

/// The value below the pointer.
fn at(event: &PointerEvent, chart: Part<Chart>) -> Option<u64> {
    let target: Element = event.current_target()?.dyn_into().ok()?;
    let place = target.get_bounding_client_rect();
    let x = (f64::from(event.client_x()) - place.left()) * WIDTH / place.width().max(1.0);
    Some(chart.with_untracked(|chart| chart.value_at(x)))
}

/// Which questions are looked at.
fn words(word: RwSignal<String>, part: Part<Measures>) -> El {
    let all = Part::new(move || part.with(|part| part.words.clone()));
    let option = |value: &str, text: &str| el("option").attr("value", value).text(text);
    let select = el("select")
        .attr("id", "measure-word")
        .shows(move || {
            let words = all.get();
            let own =
                words.iter().map(|(word, answered)| option(word, &format!("{word}: {answered} answered")));
            std::iter::once(option("", "all questions")).chain(own).collect()
        })
        .prop_by("value", move || {
            all.with(|_| ());
            word.get()
        })
        .on("change", move |event: web_sys::Event| word.set(event_target_value(&event)));
    el("div").class("field").child(el("label").attr("for", "measure-word").text("Questions")).child(select)
}

/// The timeout as a slider along the chart's own axis, so that keys move it as the pointer does.
fn slider(
    chart: Part<Chart>,
    timeout: impl Fn() -> Duration + Copy + 'static,
    chosen: RwSignal<Option<Duration>>,
) -> El {
    let ends = move |chart: &Chart| (chart.field.0.x, chart.field.1.x);
    let input = el("input")
        .attrs(&[("type", "range"), ("id", "measure-timeout"), ("min", "0"), ("max", &PLACES.to_string())])
        .on("input", move |event: web_sys::Event| {
            let place: f64 = event_target_value(&event).parse().unwrap_or(0.0);
            let value = chart.with_untracked(|chart| {
                let (from, to) = ends(chart);
                chart.value_at(from + (to - from) * place / PLACES)
            });
            chosen.set(Some(Duration(value)));
        });
    let own = input.raw().clone();
    let output = el("output").attrs(&[("for", "measure-timeout"), ("aria-hidden", "true")]);
    let number = output.raw().clone();
    follow(move || {
        let now = timeout();
        let place = chart.with(|chart| {
            let (from, to) = ends(chart);
            chart.marker.as_ref().map_or(0.0, |marker| (marker.at - from) / (to - from) * PLACES)
        });
        if let Some(input) = own.dyn_ref::<HtmlInputElement>() {
            input.set_value(&(place.round() as i64).to_string());
        }
        super::dom::set_style(&own, "--v", &(place / PLACES).to_string());
        let _ = own.set_attribute("aria-valuetext", &now.to_string());
        number.set_text_content(Some(&now.to_string()));
    });
    el("div")
        .class("dial")
        .child(el("label").attr("for", "measure-timeout").text("Timeout"))
        .child(input)
        .child(output)
}
