//! The help sheet: what the page is for, and the keys, from their one table.

use leptos::prelude::*;

use super::super::el::{El, el};
use super::super::keys::{KEYS, Key, Place};
use super::super::page::Page;
use super::super::storage;
use super::super::switches::switch;
use super::{close_button, head};

/// The dialog.
pub fn sheet(page: Page) -> Vec<El> {
    let is_on = page.has_single_keys;
    let flip = move || {
        is_on.update(|on| *on = !*on);
        storage::set_setting("single-keys", if is_on.get_untracked() { "on" } else { "off" });
    };
    let tables = Place::ALL.into_iter().map(|(place, caption)| table(place, caption));
    let body = el("div")
        .class("sheet-body")
        .child(el("p").text(
            "Step the network one turn at a time. Break an assumption, go back, and see what changes. Blue is what \
             could have caused the selected event, amber what it can have caused; orange is lost.",
        ))
        .child(switch("Keys of a single letter work", move || is_on.get(), flip))
        .child(el("div").class("keys-columns").children(tables));
    vec![head("help", "Help"), body, el("div").class("sheet-foot").child(close_button("primary", "Close"))]
}

fn table(place: Place, caption: &str) -> El {
    let keys: Vec<&Key> = KEYS.iter().filter(|key| key.place == place).collect();
    let rows = keys.chunk_by(|a, b| a.says == b.says).map(|keys| {
        let caps = keys.iter().fold(el("th").attr("scope", "row"), |cell, key| cap(cell, key));
        el("tr").child(caps).child(el("td").text(keys[0].says))
    });
    el("table").class("keys").child(el("caption").text(caption)).child(el("tbody").children(rows))
}

fn cap(cell: El, key: &Key) -> El {
    let cell = if key.shift { cell.child(el("kbd").text("Shift")).text(" + ") } else { cell };
    cell.child(el("kbd").text(key.cap())).text(" ")
}
