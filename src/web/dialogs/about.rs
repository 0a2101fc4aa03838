//! The text of an assumption, as its fault's own file has it: four headings, with text below them.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::el::{El, el};
use super::super::page::Page;
use super::super::texts;
use super::{close_button, head};
use crate::faults;

/// The dialog.
pub fn sheet(page: Page) -> Vec<El> {
    let Some(entry) = page.about.get_untracked().and_then(faults::find) else { return Vec::new() };
    let text = el("div").class("prose about");
    let shown = text.clone();
    spawn_local(async move {
        match texts::fetch(&format!("faults/{}.html", entry.id)).await {
            Ok(html) => shown.html(&String::from_utf8_lossy(&html)),
            Err(why) => shown.text(&format!("{why}.")),
        };
    });
    vec![
        head("about", entry.assumption),
        el("div").class("sheet-body").attr("aria-live", "polite").child(text),
        el("div").class("sheet-foot").child(close_button("primary", "Close")),
    ]
}
