//! Plots of many runs, in the scenes that have such: measured here, bit by bit, when asked for.
//!
//! Between two bits the page breathes. Must not know what is measured.

use std::rc::Rc;

use leptos::prelude::*;

use super::super::el::{El, button, el, follow};
use super::super::page::Page;
use super::{drawn, frame};
use crate::analysis::plots::Plot;
use crate::diagram::{Theme, svg};
use crate::explore::measured::{self, Measured};

type Measuring = RwSignal<Box<dyn Measured>, LocalStorage>;

/// A card for each plot that can be measured in the scene.
pub(super) fn cards(page: Page) -> Vec<El> {
    let scene = page.read(|model| model.scene().id);
    let Some(nothing) = measured::of(scene) else { return Vec::new() };
    let plots = nothing.plots();
    let measured = RwSignal::new_local(nothing);
    let is_working = RwSignal::new(false);
    let card = |(place, first): (usize, &Plot)| {
        let first = first.clone();
        let otherwise = first.clone();
        let plot = move || measured.with(|measured| measured.plots().into_iter().nth(place));
        let plot = move || plot().unwrap_or_else(|| otherwise.clone());
        let picture = el("div").class("chart").attr("aria-hidden", "true");
        let (shown, painted) = (picture.raw().clone(), plot.clone());
        follow(move || {
            let plot = painted();
            let is_begun = plot.lines.iter().any(|line| !line.points.is_empty());
            let picture = is_begun.then(|| svg::write(&drawn(&plot, None).draw(), Theme::Page));
            shown.set_inner_html(&picture.unwrap_or_default());
        });
        frame(page, &first, Rc::new(plot), vec![picture, controls(scene, measured, is_working)])
    };
    plots.iter().enumerate().map(card).collect()
}

/// One press measures the plots of all cards.
fn controls(scene: &'static str, measured: Measuring, is_working: RwSignal<bool>) -> El {
    let begin = move || {
        is_working.update(|is_working| *is_working = !*is_working);
        if is_working.get_untracked() {
            if measured.with_untracked(|measured| measured.is_done())
                && let Some(nothing) = measured::of(scene)
            {
                measured.set(nothing);
            }
            go_on(measured, is_working);
        }
    };
    let says = move || {
        let (done, all) = measured.with(|measured| measured.progress());
        match (is_working.get(), done) {
            (_, done) if done == all => "Measure anew".to_owned(),
            (true, _) => format!("Stop: {done} of {all}"),
            (false, 0) => "Measure".to_owned(),
            (false, _) => format!("Go on: {done} of {all}"),
        }
    };
    el("div").class("measure-controls").child(button("", begin).text_by(says))
}

/// Measures a bit, and the next when the page has breathed.
fn go_on(measured: Measuring, is_working: RwSignal<bool>) {
    if !is_working.try_get_untracked().unwrap_or(false) {
        return;
    }
    let is_done = measured.try_update(|measured| {
        measured.measure_next();
        measured.is_done()
    });
    match is_done {
        Some(false) => set_timeout(move || go_on(measured, is_working), std::time::Duration::from_millis(1)),
        Some(true) | None => drop(is_working.try_set(false)),
    }
}
