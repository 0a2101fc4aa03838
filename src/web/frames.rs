//! The loop that moves a run that plays: once a frame, for at most 8 milliseconds, so that the page stays
//! supple. It is owned by the root, and stands still while nothing moves or nobody looks.
//!
//! Must not know what is painted.

use std::cell::Cell;
use std::time::Duration as Wait;

use leptos::prelude::*;

use super::page::Page;
use super::{bug, dom};
use crate::app::Model;
use crate::base::Duration;

/// How long a frame may work, in milliseconds.
const BUDGET: f64 = 8.0;

/// How many turns are asked for at once, between two looks at the clock.
const TURNS: u32 = 64;

/// The longest time between two frames that counts, in milliseconds: after a rest the run goes on from where it
/// was and does not catch up.
const GAP: f64 = 100.0;

thread_local! {
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
    static LAST: Cell<f64> = const { Cell::new(0.0) };
}

/// Starts the loop if something moves and it is not running.
pub fn wake(page: Page) {
    if page.read(Model::is_moving) && !IS_RUNNING.replace(true) {
        LAST.set(dom::now_millis());
        next(page);
    }
}

fn next(page: Page) {
    request_animation_frame(move || {
        if bug::is_dead() {
            return;
        }
        if document().hidden() {
            // No frames come while nobody looks; the loop is woken when somebody does.
            IS_RUNNING.set(false);
            return;
        }
        frame(page);
        if page.read(Model::is_moving) {
            next(page);
        } else {
            IS_RUNNING.set(false);
        }
    });
}

fn frame(page: Page) {
    let start = dom::now_millis();
    let passed = (start - LAST.replace(start)).clamp(0.0, GAP);
    let mut passed = Duration::nanos((passed * 1e6) as u64);
    while page.tick(passed, TURNS) && page.read(Model::is_moving) && dom::now_millis() - start < BUDGET {
        passed = Duration::ZERO;
    }
    page.ticked();
}

/// Wakes the loop when the page is looked at again.
pub fn watch(page: Page) {
    dom::listen::<web_sys::Event>(&document(), "visibilitychange", move |_| {
        if !document().hidden() {
            set_timeout(move || wake(page), Wait::ZERO);
        }
    });
}
