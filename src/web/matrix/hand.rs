//! The worker's side: does one task after the other, and says what came of it.
//!
//! It is the page's own module in a worker of its own, which is told so by its name. Messages are arrays; see
//! `crew`. Must not know who asks, nor what a task is about.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::app::matrix::{Counter, Task};

/// The name by which the page's module knows that it is to be a worker of the page.
pub const NAME: &str = "lightcone-crew";

thread_local! {
    static COUNTER: RefCell<Counter> = RefCell::default();
}

/// The worker that this is, if it is one of the page's.
pub fn scope() -> Option<DedicatedWorkerGlobalScope> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().dyn_into().ok()?;
    (scope.name() == NAME).then_some(scope)
}

/// Does every task that the page sends, and tells the page that it may begin.
pub fn serve(scope: &DedicatedWorkerGlobalScope) {
    std::panic::set_hook(Box::new(console_error_panic_hook::hook));
    let back = scope.clone();
    let answer = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let _ = back.post_message(&answer(&event.data().unchecked_into()));
    });
    scope.set_onmessage(Some(answer.as_ref().unchecked_ref()));
    // The worker answers for as long as it lives.
    answer.forget();
    let _ = scope.post_message(&said("ready", &[]));
}

fn answer(asked: &Array) -> Array {
    let number = |place: u32| asked.get(place).as_f64().unwrap_or(0.0);
    let text = |place: u32| asked.get(place).as_string().unwrap_or_default();
    let task = Task { row: text(1), column: text(2), seeds: number(3) as u64..number(4) as u64 };
    match asked.get(0).as_string().as_deref() {
        Some("count") => match COUNTER.with_borrow_mut(|counter| counter.count(&task)) {
            Ok(tally) => {
                let first = tally.first_broken.map_or(-1.0, |seed| seed.0 as f64);
                let counts = [tally.held, tally.broken, tally.undecided].map(|count| count as f64);
                said("counted", &[counts[0].into(), counts[1].into(), counts[2].into(), first.into()])
            }
            Err(why) => said("refused", &[format!("{why}.").into()]),
        },
        Some("find") => match task.smallest() {
            Ok(Some(found)) => {
                let counts = [found.left, found.of, found.tries as usize];
                let [left, of, tries] = counts.map(|count| JsValue::from(count as f64));
                said("found", &[found.link.into(), left, of, tries, found.is_least.into()])
            }
            Ok(None) => said("none", &[]),
            Err(why) => said("refused", &[format!("{why}.").into()]),
        },
        _ => said("refused", &["There is no such task.".into()]),
    }
}

fn said(what: &str, parts: &[JsValue]) -> Array {
    let said = Array::of1(&what.into());
    for part in parts {
        said.push(part);
    }
    said
}
