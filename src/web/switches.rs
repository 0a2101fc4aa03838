//! The assumptions as switches, with the dials of those that are broken, and the dials of the scene.
//!
//! All of it is made from the catalogue of faults: only what works is there. Must not know any fault by name.

use leptos::prelude::*;

use super::dial::dial;
use super::el::{El, button, el};
use super::page::Page;
use super::part::Part;
use crate::app::screen::{self, Assumption, DialRow};
use crate::app::{Model, Msg};
use crate::faults;
use crate::sim::{FaultEntry, FaultKind};

/// The panel.
pub fn switches(page: Page) -> El {
    let all = page.slow_part(screen::assumptions);
    let group = |title: &str, kind: FaultKind| {
        let of_kind = faults::ALL.iter().enumerate().filter(|(_, entry)| entry.kind == kind);
        let rows: Vec<El> = of_kind.map(|(place, entry)| assumption(page, entry, place, all)).collect();
        if rows.is_empty() {
            return Vec::new();
        }
        vec![el("h2").text(title), el("div").class("assumptions").children(rows)]
    };
    let is_log = page.part(Model::is_log);
    // What a lesson asks for first stands first: the scene's own dials, and then what it assumes.
    let all = el("fieldset")
        .has_by("disabled", move || is_log.get())
        .shows(scene(page))
        .child(
            el("div")
                .class("as-it-was")
                .child(button("", move || page.is_presets.set(true)).text("Real incidents…"))
                .child(button("", move || page.is_matrix.set(true)).text("Fault matrix…")),
        )
        .children(group("You assume that", FaultKind::Fallacy))
        .children(group("and that", FaultKind::Hazard));
    el("section")
        .class("panel switches")
        .attrs(&[("aria-label", "Assumptions"), ("tabindex", "0")])
        .shows_if(
            move || is_log.get(),
            || {
                let says = "A log is what happened elsewhere. Nothing can be switched in it.";
                vec![el("p").class("muted").text(says)]
            },
        )
        .child(all)
}

/// A switch: its name, whether it is on, and what flipping it does.
pub fn switch(name: &str, is_on: impl Fn() -> bool + 'static, flip: impl Fn() + 'static) -> El {
    button("switch", flip)
        .attr("role", "switch")
        .flag_by("aria-checked", is_on)
        .child(el("span").class("switch-track").attr("aria-hidden", "true"))
        .child(el("span").text(name))
}

/// An assumption: its switch, and what is let in while it is broken. `place` is its place in the catalogue and so
/// in `all`.
fn assumption(page: Page, entry: &'static FaultEntry, place: usize, all: Part<Vec<Assumption>>) -> El {
    let is_held = move || all.with(|all| all.get(place).is_none_or(|row| row.is_held));
    let flip = move || page.send(Msg::Assume(entry.id.to_owned(), !untrack(is_held)));
    let described = move || (!is_held()).then(|| format!("let-{}", entry.id));
    el("div")
        .class("assumption")
        .child(switch(entry.assumption, is_held, flip).attr_by("aria-describedby", described))
        .shows_if(move || !is_held(), move || let_in(page, entry, place, all))
}

fn let_in(page: Page, entry: &'static FaultEntry, place: usize, all: Part<Vec<Assumption>>) -> Vec<El> {
    let rows = all.with_untracked(|all| all.get(place).map_or_else(Vec::new, |row| row.dials.clone()));
    let value =
        move |nth: usize| move || all.with(|all| all.get(place)?.dials.get(nth).map(|dial| dial.value));
    let more = button("link", move || page.about.set(Some(entry.id)))
        .attr("aria-label", &format!("More about: {}", entry.assumption))
        .text("more");
    let says = el("span").attr("id", &format!("let-{}", entry.id)).text(&format!("No: {}", entry.effect));
    let says = el("p").class("let-in").child(says).child(more);
    std::iter::once(says)
        .chain(dials(page, &format!("Dials of: {}", entry.assumption), &rows, value))
        .collect()
}

/// The dials of the scene itself. Another scene has others.
fn scene(page: Page) -> impl Fn() -> Vec<El> {
    let id = page.slow_part(|model| model.scene().id);
    let all = page.slow_part(screen::scene_dials);
    let value = move |nth: usize| move || all.with(|all| all.get(nth).map(|dial| dial.value));
    move || {
        id.with(|_| ());
        let rows = all.get_untracked();
        let dials = dials(page, "Dials of the scene", &rows, value);
        let part = dials.map(|dials| {
            let one = el("div").class("assumptions").child(dials);
            vec![el("h2").text("In this scene"), one]
        });
        part.unwrap_or_default()
    }
}

fn dials<F>(page: Page, label: &str, rows: &[DialRow], value: impl Fn(usize) -> F) -> Option<El>
where
    F: Fn() -> Option<i64> + Copy + 'static,
{
    let made: Vec<El> =
        rows.iter().enumerate().filter_map(|(nth, row)| dial(page, row, value(nth))).collect();
    let group = || el("div").class("dials").attrs(&[("role", "group"), ("aria-label", label)]);
    (!made.is_empty()).then(|| group().children(made))
}
