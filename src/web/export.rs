//! What can be taken away: the run as JSON, and the page on paper.

use leptos::prelude::*;

use super::dom;
use super::menu::Item;
use super::page::Page;
use crate::app::export;

/// The items of the export menu.
pub fn items(page: Page) -> Vec<Item> {
    vec![
        Item::new("Run as JSON", move || {
            let (name, text) = page.read(|model| (model.scene().id, export::json(model)));
            dom::download(&format!("{name}.json"), "application/json", &text);
        }),
        Item::Line,
        Item::new("Print…", || {
            let _ = window().print();
        }),
    ]
}
