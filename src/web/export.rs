//! What can be taken away: the run as JSON or text, the diagram as a picture, and the page on paper.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::dom;
use super::menu::Item;
use super::page::Page;
use super::painter::Painter;
use crate::app::{export, figure};
use crate::diagram::shape::Drawing;
use crate::diagram::{Theme, svg};

/// The items of the export menu.
pub fn items(page: Page) -> Vec<Item> {
    vec![
        Item::new("Diagram as SVG", move || {
            let text = svg::write(&drawing(page), theme(page));
            dom::download(&named(page, "svg"), "image/svg+xml", &text);
        }),
        Item::new("Diagram as PNG", move || download_png(named(page, "png"), &drawing(page))),
        Item::Line,
        Item::new("Run as JSON", move || {
            dom::download(&named(page, "json"), "application/json", &page.read(export::json));
        }),
        Item::new("Run as text", move || {
            let text = page.read(|model| figure::text(model.engine(), &model.view));
            dom::download(&named(page, "txt"), "text/plain;charset=utf-8", &text);
        }),
        Item::new("Log for ShiViz", move || {
            dom::download(&named(page, "log"), "text/plain;charset=utf-8", &page.read(export::shiviz));
        }),
        Item::new("Sequence for Mermaid", move || {
            dom::download(&named(page, "mmd"), "text/plain;charset=utf-8", &page.read(export::mermaid));
        }),
        Item::Line,
        Item::new("Print…", || {
            let _ = window().print();
        }),
    ]
}

/// A file's name: the scene's, and the turn that was shown; or that of the log without its ending.
fn named(page: Page, extension: &str) -> String {
    page.read(|model| {
        if model.is_log() {
            let stem = model.title().rsplit_once('.').map_or(model.title(), |(stem, _)| stem);
            return format!("{stem}.{extension}");
        }
        format!("{}-turn-{}.{extension}", model.scene().id, model.position().turn)
    })
}

/// The diagram as it is on the screen; the whole run, where a table stands in its place.
fn drawing(page: Page) -> Drawing {
    let on_screen = || page.on_screen.with_value(|drawn| drawn.as_ref().and_then(|drawn| drawn()));
    let shown = if page.is_table.get_untracked() { None } else { on_screen() };
    shown.unwrap_or_else(|| {
        page.read(|model| figure::drawing(model.title(), model.engine(), &model.view, figure::WIDTH))
    })
}

/// The colours that the page has now.
fn theme(page: Page) -> Theme {
    if page.theme.get_untracked().is_dark() { Theme::Dark } else { Theme::Light }
}

fn download_png(name: String, drawing: &Drawing) {
    let Some(canvas) = Painter::poster(drawing) else { return };
    let then = Closure::once_into_js(move |blob: Option<web_sys::Blob>| {
        if let Some(blob) = blob {
            dom::download_blob(&name, &blob);
        }
    });
    let _ = canvas.to_blob(then.unchecked_ref());
}
