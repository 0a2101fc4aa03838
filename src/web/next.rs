//! What may happen next, for a learner who is the adversary and picks it.

use super::el::{El, button, el};
use super::icons::{LETTER, TIMER, icon};
use super::page::Page;
use super::switches::switch;
use crate::app::Msg;
use crate::app::screen::{self, NextRow};
use crate::sim::Choice;

/// How many choices are listed: a network of sixty nodes can have hundreds.
const LISTED: usize = 60;

const OFF: &str = "Switch it on to choose the next event yourself.";
const ON: &str = "You are the adversary: any of these may come next. What you pick happens; what it overtakes comes later.";

/// The panel's content.
pub fn next(page: Page) -> El {
    let is_on = page.part(|model| model.is_adversary);
    let flip = move || page.send(Msg::Adversary(!is_on.get_untracked()));
    el("div")
        .class("inspector-body")
        .child(switch("I choose what comes next", move || is_on.get(), flip))
        .shows_if(move || !is_on.get(), || vec![el("p").class("empty").text(OFF)])
        .shows_if(move || is_on.get(), || vec![el("p").class("muted small").text(ON)])
        .shows(choices(page))
}

fn choices(page: Page) -> impl Fn() -> Vec<El> {
    let rows = page.slow_part(|model| model.is_adversary.then(|| screen::next_choices(model)));
    move || {
        let Some(rows) = rows.get() else { return Vec::new() };
        if rows.is_empty() {
            return vec![el("p").class("empty").text("Nothing is left that could happen.")];
        }
        let more = rows.len().saturating_sub(LISTED);
        let items = rows.iter().take(LISTED).map(|row| el("li").child(one(page, row)));
        let list = el("ul").class("nexts").attr("aria-label", "What may happen next").children(items);
        let more = (more > 0).then(|| el("p").class("muted small").text(&format!("and {more} more")));
        std::iter::once(list).chain(more).collect()
    }
}

fn one(page: Page, row: &NextRow) -> El {
    let choice = row.choice;
    let path = match choice {
        Choice::Message(_) => LETTER,
        Choice::Timer(_) => TIMER,
    };
    button("", move || page.send(Msg::Choose(choice)))
        .child(icon(path))
        .child(el("span").text(&row.title))
        .child(el("span").class("muted").text(&row.what))
}
