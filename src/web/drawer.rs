//! The inspector's panel: what is selected, the history, or what may happen next. Where the page is wide it
//! opens beside the switches; where it is narrow it is a tab.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::el::{El, el, follow};
use super::icons::{CLOSE, icon_button};
use super::menus::Menus;
use super::page::{Drawer, Page};
use super::{history, inspector, next};
use crate::app::Selection;

/// The three things that it shows, with their names.
const SHOWS: [(Drawer, &str); 3] =
    [(Drawer::Details, "Details"), (Drawer::History, "History"), (Drawer::Next, "What's next")];

/// The panel.
pub fn drawer(page: Page, menus: Menus) -> El {
    let shows = el("fieldset").class("segments").attr("aria-label", "Inspector shows");
    let head = el("div")
        .class("inspector-head")
        .child(shows.children(SHOWS.map(|(shows, name)| segment(page, shows, name))))
        .child(icon_button("icon quiet", "Close the inspector", "Close (Esc)", CLOSE, move || {
            page.is_drawer_open.set(false);
        }));
    let panel = el("section")
        .class("panel inspector")
        .class_by("is-open", move || page.is_drawer_open.get())
        .attrs(&[("aria-label", "Inspector"), ("tabindex", "0")])
        .child(head)
        .shows(move || {
            if !page.is_complete.get() {
                return Vec::new();
            }
            vec![match page.drawer.get() {
                Drawer::Details => inspector::inspector(page, menus),
                Drawer::History => history::history(page),
                Drawer::Next => next::next(page),
            }]
        });
    give_focus_back(page, &panel);
    open_for_selection(page);
    panel
}

fn segment(page: Page, shows: Drawer, name: &str) -> El {
    let input = el("input")
        .attrs(&[("type", "radio"), ("name", "inspector")])
        .prop_if("checked", move || page.drawer.get() == shows)
        .on("change", move |_: web_sys::Event| page.drawer.set(shows));
    el("label").child(input).text(name)
}

/// When the panel closes, the focus that was in it goes back to where it was when it opened.
fn give_focus_back(page: Page, panel: &El) {
    let panel = panel.clone();
    let mut opener = None;
    follow(move || {
        let is_open = page.is_drawer_open.get();
        let focused = document().active_element();
        let is_inside = panel.raw().contains(focused.as_ref().map(AsRef::as_ref));
        if is_open {
            opener = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        } else if is_inside && let Some(opener) = opener.take() {
            let _ = opener.focus();
        }
    });
}

/// Whoever selects something wants to see it.
fn open_for_selection(page: Page) {
    let selection = page.part(|model| model.view.selection);
    let mut before = selection.get_untracked();
    follow(move || {
        let now = selection.get();
        if now != std::mem::replace(&mut before, now) && now != Selection::Nothing {
            page.drawer.set(Drawer::Details);
            page.is_drawer_open.set(true);
        }
    });
}
