//! The link to what is on screen, its length, and the hash that tells whether the other end sees the same.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlTextAreaElement;

use super::super::el::{El, button, el};
use super::super::page::Page;
use super::super::{address, dom};
use super::{close_button, focused, head};
use crate::app::screen;

/// From how many characters on some chats cut a link.
const LONG: usize = 2_000;

/// The dialog.
pub fn sheet(page: Page) -> Vec<El> {
    let share = page.read(screen::share);
    let link = address::whole(&share.fragment);
    let text = el("textarea").attrs(&[("readonly", ""), ("rows", "4")]).text(&link);
    let copied = el("span").class("muted").attr("role", "status");
    let fact = |name: &str, value: El| [el("dt").text(name), value];
    let hash = el("dd").class("mono").attrs(&[("id", "trace-hash"), ("title", &share.hash)]);
    let facts = el("dl")
        .class("facts")
        .children(fact("Length", el("dd").text(&length(link.len()))))
        .children(fact("Trace hash", hash.text(&grouped(&share.hash))))
        .children(fact("Scene", el("dd").text(&share.what)));
    let body = el("div")
        .class("sheet-body")
        .child(el("p").text(
            "Whoever opens this link sees the same scene, settings, actions and turn, computed anew in their own \
             browser.",
        ))
        .child(el("label").class("field stacked").child(el("span").text("Link")).child(text.clone()))
        .child(facts);
    let says = copied.clone();
    let copy = move || spawn_local(copy(link.clone(), text.clone(), says.clone()));
    let foot = el("div")
        .class("sheet-foot")
        .child(focused(button("primary", copy).text("Copy link")))
        .child(close_button("", "Close"))
        .child(copied);
    vec![head("share", "Share this exact state"), body, foot]
}

/// Copies the link and says whether that worked.
async fn copy(link: String, text: El, says: El) {
    let says = |words| says.raw().set_text_content(Some(words));
    says("");
    if dom::copy(&link).await {
        says("Copied.");
    } else {
        if let Some(text) = text.raw().dyn_ref::<HtmlTextAreaElement>() {
            text.select();
        }
        says("The browser would not copy. Select the link and copy it yourself.");
    }
}

fn length(characters: usize) -> String {
    let number = if characters < 1_000 {
        characters.to_string()
    } else {
        format!("{},{:03}", characters / 1_000, characters % 1_000)
    };
    let says =
        if characters > LONG { "; some chats cut links this long" } else { ", short enough for any chat" };
    format!("{number} characters{says}")
}

/// The first sixteen digits in groups of four: enough to compare aloud.
fn grouped(hash: &str) -> String {
    let digits: Vec<char> = hash.chars().take(16).collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}
