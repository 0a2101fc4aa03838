//! The text of an assumption, as its fault's own file has it: four headings, with Markdown below them.

use leptos::prelude::*;
use pulldown_cmark::{Event, Parser, html};

use super::super::el::{El, el};
use super::super::page::Page;
use super::{close_button, head};
use crate::base::Doc;
use crate::faults;

/// The dialog.
pub fn sheet(page: Page) -> Vec<El> {
    let Some(entry) = page.about.get_untracked().and_then(faults::find) else { return Vec::new() };
    let sections = Doc::parse(entry.doc).sections.into_iter();
    let prose =
        sections.flat_map(|(heading, text)| [el("h3").text(&heading), el("div").html(&rendered(&text))]);
    let body = el("div").class("sheet-body").child(el("div").class("prose about").children(prose));
    vec![
        head("about", entry.assumption),
        body,
        el("div").class("sheet-foot").child(close_button("primary", "Close")),
    ]
}

/// Markdown as HTML. What looks like HTML in it is shown as it stands.
fn rendered(markdown: &str) -> String {
    let mut out = String::new();
    let events = Parser::new(markdown).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    html::push_html(&mut out, events);
    out
}
