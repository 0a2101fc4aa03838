//! Worlds side by side: the records that were compared, and a lid on each world to lift.
//!
//! Must not know what is behind a lid.

use leptos::prelude::*;

use super::super::el::{El, button, el};
use super::super::page::Page;
use super::super::part::Part;
use crate::app::screen::{self, WorldRow};
use crate::app::{Msg, ViewAs};

/// The card, in a scene that has worlds.
pub(super) fn worlds(page: Page) -> Vec<El> {
    let all = page.slow_part(screen::worlds);
    let has_worlds = Part::new(move || all.with(Option::is_some));
    let rows = move || all.with(|all| all.as_ref().map(|all| all.rows.clone()).unwrap_or_default());
    let says = move || all.with(|all| all.as_ref().map(|all| all.says.clone()).unwrap_or_default());
    let card = move || {
        let card = el("div")
            .class("card")
            .child(el("h2").text("One record, seven worlds"))
            .child(el("p").attr("role", "status").text_by(says))
            .child(el("ul").class("records").each(rows, |row| row.name.clone(), move |row| world(page, row)));
        vec![card]
    };
    vec![el("div").shows_if(move || has_worlds.get(), card)]
}

/// A world: its record, and what is behind it once the lid is lifted.
fn world(page: Page, row: RwSignal<WorldRow>) -> El {
    let name = row.with_untracked(|row| row.name.clone());
    let truth = Part::new(move || row.with(|row| row.truth.clone()));
    let lift = move || {
        // Only the observer outside sees what is behind it.
        page.send(Msg::ViewAs(ViewAs::Outside));
        page.send(Msg::Lanes(row.with_untracked(|row| row.lanes.clone())));
    };
    let label = format!("Lift the lid of {name}");
    el("li")
        .class_by("differs", move || row.with(|row| !row.is_like_first))
        .child(el("b").text(&name))
        .child(el("code").text_by(move || row.with(|row| row.record.clone())))
        .shows(move || match truth.get() {
            Some(truth) => vec![el("p").text(&truth)],
            None => vec![button("", lift).attr("aria-label", &label).text("Lift the lid")],
        })
}
