//! A link that was refused: what is wrong with it, and that nothing of it was used.

use super::super::address;
use super::super::el::{El, button, el};
use super::super::page::Page;
use super::{close_button, focused, head};
use crate::app::Msg;

/// The dialog.
pub fn sheet(page: Page, why: &str) -> Vec<El> {
    let link = address::fragment();
    // Else a reload would show the same again.
    address::forget();
    let arrived = el("details")
        .child(el("summary").text("The link as it arrived"))
        .child(el("p").class("quote mono").text(&link));
    let body = el("div")
        .class("sheet-body")
        .child(el("p").class("quote").text(why))
        .child(el("p").text("Your session is as it was. Nothing of the link has been used."))
        .child(arrived);
    let to_start = move || {
        page.send(Msg::Close);
        page.send(Msg::Reset);
    };
    let foot = el("div")
        .class("sheet-foot")
        .child(focused(close_button("primary", "Keep my session")))
        .child(button("", to_start).text("Go to the start of the scene"));
    vec![head("broken-link", "This link can't be opened"), body, foot]
}
