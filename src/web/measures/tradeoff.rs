//! False alarms against detection delay, a curve for each detector: measured here, point by point, when asked for.
//!
//! Each point is some runs of its own. Between two points the page breathes. Must not know how detectors work.

use std::rc::Rc;

use leptos::prelude::*;

use super::super::el::{El, button, el, follow};
use super::super::page::Page;
use super::{drawn, frame};
use crate::analysis::plots::Plot;
use crate::diagram::{Theme, svg};
use crate::explore::curves::{self, Curves};

/// How many runs a point is.
const RUNS: u64 = 8;

/// The card, in the scene whose detectors are compared.
pub(super) fn card(page: Page) -> Vec<El> {
    if page.read(|model| model.scene().id) != curves::SCENE {
        return Vec::new();
    }
    let measured = RwSignal::new_local(Curves::new(RUNS));
    let is_working = RwSignal::new(false);
    let plot = move || measured.with(Curves::plot);
    let picture = el("div").class("chart").attr("aria-hidden", "true");
    let shown = picture.raw().clone();
    follow(move || {
        let plot = plot();
        let is_begun = plot.lines.iter().any(|line| !line.points.is_empty());
        let picture = is_begun.then(|| svg::write(&drawn(&plot, None).draw(), Theme::Page));
        shown.set_inner_html(&picture.unwrap_or_default());
    });
    let begin = move || {
        is_working.update(|is_working| *is_working = !*is_working);
        if is_working.get_untracked() {
            go_on(measured, is_working);
        }
    };
    let says = move || {
        let (done, all) = measured.with(Curves::progress);
        match (is_working.get(), done) {
            (_, done) if done == all => "Measure anew".to_owned(),
            (true, _) => format!("Stop: {done} of {all} points"),
            (false, 0) => "Measure".to_owned(),
            (false, _) => format!("Go on: {done} of {all} points"),
        }
    };
    let controls = el("div").class("measure-controls").child(button("", begin).text_by(says));
    let first: Plot = untrack(plot);
    vec![frame(page, &first, Rc::new(plot), vec![picture, controls])]
}

/// Measures a point, and the next when the page has breathed.
fn go_on(measured: RwSignal<Curves, LocalStorage>, is_working: RwSignal<bool>) {
    if !is_working.try_get_untracked().unwrap_or(false) {
        return;
    }
    let is_done = measured.try_update(|curves| {
        if curves.is_done() {
            *curves = Curves::new(RUNS);
        }
        curves.measure_next();
        curves.is_done()
    });
    match is_done {
        Some(false) => set_timeout(move || go_on(measured, is_working), std::time::Duration::from_millis(1)),
        Some(true) | None => drop(is_working.try_set(false)),
    }
}
