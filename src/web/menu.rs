//! Menus: a button that opens one, and the keys inside.
//!
//! Built on the browser's popovers, which close by Escape and by a click elsewhere, and stand above everything.
//! Must not know what can be chosen.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::dom;
use super::el::{El, button, el};

/// An entry of a menu.
pub enum Item {
    /// Something to do. Disabled items stay, so that what could be done is seen.
    Do {
        /// The name.
        name: String,
        /// Whether it can be done.
        is_enabled: Box<dyn Fn() -> bool>,
        /// What it does.
        then: Box<dyn Fn()>,
    },
    /// One of several choices that exclude one another.
    Choose {
        /// The name.
        name: String,
        /// Whether it is the chosen one.
        is_chosen: Box<dyn Fn() -> bool>,
        /// Chooses it.
        then: Box<dyn Fn()>,
    },
    /// A line between groups.
    Line,
}

impl Item {
    /// Something that can be done.
    pub fn new(name: impl Into<String>, then: impl Fn() + 'static) -> Self {
        Self::when(true, name, then)
    }

    /// Something that can be done under a condition.
    pub fn when(is_enabled: bool, name: impl Into<String>, then: impl Fn() + 'static) -> Self {
        Self::while_true(move || is_enabled, name, then)
    }

    /// Something that can be done while a condition holds.
    pub fn while_true(
        is_enabled: impl Fn() -> bool + 'static,
        name: impl Into<String>,
        then: impl Fn() + 'static,
    ) -> Self {
        Self::Do { name: name.into(), is_enabled: Box::new(is_enabled), then: Box::new(then) }
    }
}

/// A menu without items, closed.
pub fn menu(label: &str) -> El {
    el("div")
        .class("menu")
        .attrs(&[("popover", "auto"), ("role", "menu"), ("aria-label", label)])
        .on("keydown", |event: KeyboardEvent| on_key(&event))
}

/// An item of a menu, which closes the menu before it does what it does.
pub fn item(menu: &El, item: Item) -> El {
    let menu = menu.clone();
    let done = move |then: Box<dyn Fn()>| {
        let menu = menu.clone();
        move || {
            hide(&menu);
            then();
        }
    };
    match item {
        Item::Do { name, is_enabled, then } => {
            let item = button("", done(then)).attr("role", "menuitem").text(&name);
            item.has_by("disabled", move || !is_enabled())
        }
        Item::Choose { name, is_chosen, then } => button("", done(then))
            .attr("role", "menuitemradio")
            .flag_by("aria-checked", is_chosen)
            .text(&name),
        Item::Line => el("hr"),
    }
}

/// A button and the menu that it opens.
pub fn menu_button(opener: El, label: &str, items: Vec<Item>) -> [El; 2] {
    let menu = menu(label);
    let rows: Vec<El> = items.into_iter().map(|one| item(&menu, one)).collect();
    let menu = menu.children(rows);
    let (opened, below) = (menu.clone(), opener.clone());
    let opener = opener.attr("aria-haspopup", "menu").on("click", move |_: web_sys::Event| {
        let place = below.raw().get_bounding_client_rect();
        open(&opened, place.left(), place.bottom() + 6.0);
    });
    [opener, menu]
}

/// Shows a menu at a place of the window and puts the focus on its first item.
pub fn open(menu: &El, x: f64, y: f64) {
    if let Some(menu) = menu.cast::<HtmlElement>()
        && menu.show_popover().is_ok()
    {
        dom::place(&menu, x, y);
        focus(&menu, |_, _| 0);
    }
}

/// Closes a menu; the focus goes back to where it came from.
pub fn hide(menu: &El) {
    if let Some(menu) = menu.cast::<HtmlElement>() {
        let _ = menu.hide_popover();
    }
}

/// The keys inside a menu: up, down, first, last; Tab leaves it.
fn on_key(event: &KeyboardEvent) {
    let Some(menu) = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    match event.key().as_str() {
        "ArrowDown" => focus(&menu, |at, count| (at + 1) % count),
        "ArrowUp" => focus(&menu, |at, count| (at + count - 1) % count),
        "Home" => focus(&menu, |_, _| 0),
        "End" => focus(&menu, |_, count| count - 1),
        "Tab" => {
            let _ = menu.hide_popover();
            return;
        }
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// Moves the focus among the items that can be chosen.
fn focus(menu: &HtmlElement, to: fn(usize, usize) -> usize) {
    let Ok(found) = menu.query_selector_all("button:not(:disabled)") else { return };
    let items: Vec<HtmlElement> =
        (0..found.length()).filter_map(|place| found.get(place)?.dyn_into().ok()).collect();
    if items.is_empty() {
        return;
    }
    let focused = document().active_element();
    // With the focus on none, the first step down leads to the first item.
    let at = items.iter().position(|item| focused.as_ref() == Some(item.as_ref()));
    let next = at.map_or_else(|| to(items.len() - 1, items.len()), |at| to(at, items.len()));
    if let Some(item) = items.get(next) {
        let _ = item.focus();
    }
}
