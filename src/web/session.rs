//! When the session is stored: soon after each change, and at once when the page is left.
//!
//! Must not know how it is stored, nor what it is made of.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;

use super::notices::Remark;
use super::page::Page;
use super::storage::{self, Full, Record};
use super::{address, bug, dom};
use crate::app::{self, Model, Msg};

/// How long after a change the session is stored: changes in a row are stored once.
const SOON: Duration = Duration::from_millis(500);

thread_local! {
    static IS_DUE: Cell<bool> = const { Cell::new(false) };
}

/// Stores the session after a moment.
pub fn keep_soon(page: Page) {
    if !IS_DUE.replace(true) {
        let then = move || {
            if !bug::is_dead() && IS_DUE.get() {
                keep(page, false);
            }
        };
        set_timeout(then, SOON);
    }
}

/// Stores the session now.
pub fn keep(page: Page, is_closed: bool) {
    IS_DUE.set(false);
    let text = page.read(app::save);
    let kept = storage::keep(&page.opened_from.get_untracked(), text, is_closed);
    page.remarks.update(|remarks| match kept {
        Err(Full) if !remarks.contains(&Remark::Full) => remarks.push(Remark::Full),
        Err(Full) => {}
        Ok(()) => remarks.retain(|remark| *remark != Remark::Full),
    });
}

/// The session as text, unless nothing was done in it yet.
pub fn text(page: Page) -> Option<String> {
    page.read(|model| {
        let model = model.session();
        let is_fresh = model.history().branches().len() == 1
            && model.trace().kept_turns() == 0
            && model.spec().tape.actions().is_empty();
        (!is_fresh).then(|| app::save(model))
    })
}

/// Puts a session that a link has replaced back in its place.
pub fn bring_back(page: Page, text: &str) {
    page.remarks.update(|remarks| remarks.retain(|remark| !remark.is_of_link()));
    if let Ok(model) = app::restore(text) {
        page.opened_from.set(String::new());
        address::forget();
        page.replace(model);
    }
}

/// Stores the session when the page is left or put away.
pub fn watch(page: Page) {
    dom::listen::<web_sys::Event>(&window(), "pagehide", move |_| keep(page, true));
    dom::listen::<web_sys::Event>(&window(), "pageshow", move |_| keep_soon(page));
    dom::listen::<web_sys::Event>(&document(), "visibilitychange", move |_| {
        if document().hidden() {
            keep(page, false);
        }
    });
}

/// The session of a record, and what must be said about it. A record that cannot be read is set aside.
pub fn of_record(record: Option<&Record>, bug: Option<storage::BugNote>) -> (Option<Model>, Option<Remark>) {
    let Some(record) = record else { return (None, None) };
    match app::restore(&record.text) {
        Ok(mut model) => {
            // After a bug the record may be a moment older than where the session stood.
            if let Some(bug) = bug.filter(|bug| model.position().turn < bug.turn && !model.is_moving()) {
                model.update(Msg::Seek(bug.turn));
            }
            (Some(model), None)
        }
        Err(bad) => {
            storage::set_aside(&record.text);
            (None, Some(Remark::SetAside { why: bad.to_string(), text: record.text.clone() }))
        }
    }
}
