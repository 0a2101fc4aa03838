//! Measures beside the picture: what was counted, over time, each as a picture, as a table and as a file.
//!
//! They are counted only while they are shown, and stand in the diagram's place. Must not know what is measured.

mod many_runs;
mod round_trips;

use std::rc::Rc;

use leptos::prelude::*;

use super::dom;
use super::el::{El, button, el, follow};
use super::page::Page;
use super::part::Part;
use crate::analysis::plots::{Form, Plot};
use crate::app::Model;
use crate::app::screen::{self, Measures};
use crate::diagram::chart::{Chart, ChartView, chart};
use crate::diagram::{Theme, svg};

/// A run with more events is measured when it stands still.
const EVENTS_MAX: usize = 6_000;

/// The size of a chart, in its own pixels: it is scaled to its card.
const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 156.0;
/// The size of one that is taken away.
const FIGURE: (f64, f64) = (760.0, 320.0);

/// The panel, while it is wanted.
pub fn measures(page: Page) -> Vec<El> {
    let part = page.slow_part_while(
        move || page.read(|model| !model.is_moving() || model.trace().len() < EVENTS_MAX),
        screen::measures,
    );
    let hidden = Part::new(move || part.with(|part| part.hidden.clone()));
    let scene = page.slow_part(|model: &Model| model.scene().id);
    let panel = el("section")
        .class("measures")
        .attrs(&[("aria-label", "Measures"), ("tabindex", "0")])
        .shows(move || match hidden.get() {
            Some(why) => vec![el("p").class("empty").text(&why)],
            None => {
                scene.with(|_| ());
                vec![all(page, part)]
            }
        });
    vec![panel]
}

fn all(page: Page, part: Part<Measures>) -> El {
    let has_trips = Part::new(move || part.with(|part| !part.trips.is_empty()));
    let plots = move || part.with(|part| part.plots.clone());
    el("div")
        .class("measure-cards")
        .child(figures(part))
        .shows_if(move || has_trips.get(), move || vec![round_trips::card(page, part)])
        .shows(move || many_runs::cards(page))
        .each(plots, |plot| plot.id, move |plot| card(page, plot))
}

/// What was counted in all.
fn figures(part: Part<Measures>) -> El {
    let fact = |(name, value): &(&'static str, String)| {
        el("div").child(el("dt").text(name)).child(el("dd").text(value))
    };
    let all = Part::new(move || part.with(|part| part.figures.clone()));
    el("div")
        .class("measure-figures")
        .shows(move || vec![el("dl").children(all.with(|all| all.iter().map(fact).collect::<Vec<_>>()))])
}

/// A plot: its head, its picture or its table, and the ways to take it away.
fn card(page: Page, plot: RwSignal<Plot>) -> El {
    let first = plot.get_untracked();
    let picture = el("div").class("chart");
    let shown = picture.raw().clone();
    follow(move || shown.set_inner_html(&svg::write(&drawn(&plot.get(), None).draw(), Theme::Page)));
    frame(page, &first, Rc::new(move || plot.get()), vec![picture.attr("aria-hidden", "true")])
}

fn drawn(plot: &Plot, marker: Option<u64>) -> Chart {
    // Many names and measurements need room.
    let height = if plot.form == Form::Curve { 2.0 * HEIGHT } else { HEIGHT };
    chart(plot, ChartView { width: WIDTH, height, marker })
}

/// A card around the picture of a plot. `now` gives the plot as it is, and is followed.
fn frame(page: Page, first: &Plot, now: Rc<dyn Fn() -> Plot>, picture: Vec<El>) -> El {
    let (id, title) = (first.id, first.title);
    let is_table = RwSignal::new(false);
    let (as_svg, as_csv, as_table, says) = (now.clone(), now.clone(), now.clone(), now.clone());
    let is_empty = Part::new(move || now().lines.iter().all(|line| line.points.is_empty()));
    let toggle = button("chip", move || is_table.update(|is_table| *is_table = !*is_table))
        .attr("aria-label", &format!("{title} as a table"))
        .flag_by("aria-pressed", move || is_table.get())
        .text("Table");
    let take_svg = button("chip", move || {
        let (width, height) = FIGURE;
        let drawing = chart(&untrack(|| as_svg()), ChartView { width, height, marker: None }).draw();
        let theme = if page.theme.get_untracked().is_dark() { Theme::Dark } else { Theme::Light };
        dom::download(&named(page, id, "svg"), "image/svg+xml", &svg::write(&drawing, theme));
    });
    let take_csv = button("chip", move || {
        dom::download(&named(page, id, "csv"), "text/csv;charset=utf-8", &untrack(|| as_csv()).csv());
    });
    let heading = format!("measure-{id}");
    let chips = [
        toggle,
        take_svg.attr("aria-label", &format!("{title} as SVG")).text("SVG"),
        take_csv.attr("aria-label", &format!("{title} as CSV")).text("CSV"),
    ];
    // What is not measured yet can be taken nowhere.
    let head = el("div")
        .class("measure-head")
        .child(el("h3").attr("id", &heading).text(title))
        .children(chips.map(|chip| chip.has_by("hidden", move || is_empty.get())));
    let picture = el("div").has_by("hidden", move || is_table.get()).children(picture);
    el("section")
        .class("measure")
        .attr("aria-labelledby", &heading)
        .child(head)
        .child(el("p").class("muted small").text(first.says))
        .child(el("p").class("visually-hidden").text_by(move || in_words(&says())))
        .child(picture)
        .shows(move || if is_table.get() { vec![table(title, &as_table())] } else { Vec::new() })
}

/// What a picture shows, without the sentence that stands above it already.
fn in_words(plot: &Plot) -> String {
    let all = drawn(plot, None).description;
    all.strip_prefix(plot.says).map_or_else(|| all.clone(), |rest| rest.trim_start().to_owned())
}

/// A file's name: the scene's, what it holds, and the turn.
fn named(page: Page, id: &str, extension: &str) -> String {
    page.read(|model| format!("{}-{id}-turn-{}.{extension}", model.scene().id, model.position().turn))
}

/// How many rows a table shows; a file has them all.
const ROWS_MAX: usize = 200;

fn table(title: &str, plot: &Plot) -> El {
    let rows = plot.rows();
    let heading = |text: &String| el("th").attr("scope", "col").text(text);
    let cell = |value: &Option<u64>| {
        el("td").text(&value.map_or_else(|| "–".to_owned(), |value| plot.y.counts.show(value)))
    };
    let row = |(x, values): &(u64, Vec<Option<u64>>)| {
        el("tr")
            .child(el("th").attr("scope", "row").text(&plot.x.counts.show(*x)))
            .children(values.iter().map(cell))
    };
    let left_out = rows.rows.len().saturating_sub(ROWS_MAX);
    let more = (left_out > 0).then(|| {
        el("p").class("muted small").text(&format!("and {left_out} rows more: the file has them all"))
    });
    let table = el("table")
        .child(el("caption").class("visually-hidden").text(title))
        .child(el("thead").child(el("tr").children(rows.head.iter().map(heading))))
        .child(el("tbody").children(rows.rows.iter().take(ROWS_MAX).map(row)));
    el("div")
        .class("measure-table")
        .attrs(&[("tabindex", "0"), ("role", "group"), ("aria-label", &format!("{title}, rows"))])
        .child(table)
        .maybe(more)
}
