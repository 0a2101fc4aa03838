//! Links in the page's address. The address is read when the page starts and when it changes, and never
//! rewritten while stepping.

use leptos::prelude::*;

use super::notices::Remark;
use super::page::Page;
use super::{dom, session};
use crate::app::{Dialog, Msg};

/// What stands behind the address's `#`, with it; empty if there is nothing, or the name of a place in the page.
pub fn fragment() -> String {
    let fragment = window().location().hash().unwrap_or_default();
    let is_place = fragment.len() < 2 || dom::by_id(&fragment[1..]).is_some();
    if is_place { String::new() } else { fragment }
}

/// A whole address with this fragment.
pub fn whole(fragment: &str) -> String {
    let location = window().location();
    let part = |part: Result<String, _>| part.unwrap_or_default();
    format!("{}{}{}{fragment}", part(location.origin()), part(location.pathname()), part(location.search()))
}

/// Takes the fragment out of the address without going anywhere.
pub fn forget() {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&whole("")));
    }
}

/// Opens the link in the address. The session that it replaces can be brought back.
pub fn open(page: Page) {
    let fragment = fragment();
    if !fragment.is_empty() {
        follow(page, &fragment);
    }
}

/// Opens a link. The session that it replaces can be brought back.
pub fn follow(page: Page, fragment: &str) {
    let before = session::text(page);
    page.send(Msg::Open(fragment.to_owned()));
    if page.read(|model| !matches!(model.dialog, Some(Dialog::BadLink(_)))) {
        page.opened_from.set(fragment.to_owned());
        if let Some(before) = before {
            page.remarks.update(|remarks| {
                remarks.retain(|remark| !remark.is_of_link());
                remarks.push(Remark::Replaced(before));
            });
        }
    }
}

/// Opens links that are put into the address while the page is open.
pub fn watch(page: Page) {
    dom::listen::<web_sys::Event>(&window(), "hashchange", move |_| open(page));
}
