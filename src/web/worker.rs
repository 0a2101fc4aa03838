//! The side of the worker: takes a question and a file, and sends back what was read.
//!
//! It is started by a module of its own. Each message is an array of two byte arrays, the question and the file; the
//! answer is one byte array. Must not know how a file is read, nor who asks.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::formats::parcel;

/// Answers every question that the page sends, one after the other.
pub fn serve() {
    console_error_panic_hook::set_once();
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let back = scope.clone();
    let answer = move |event: MessageEvent| {
        let parts: Array = event.data().unchecked_into();
        let bytes = |place: u32| parts.get(place).dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec());
        let (asked, file) = (bytes(0).unwrap_or_default(), bytes(1).unwrap_or_default());
        let answer = Uint8Array::from(parcel::answer(&asked, &file).as_slice());
        let _ = back.post_message_with_transfer(&answer, &Array::of1(&answer.buffer()));
    };
    let answer = Closure::<dyn Fn(MessageEvent)>::new(answer);
    scope.set_onmessage(Some(answer.as_ref().unchecked_ref()));
    // The worker answers for as long as it lives.
    answer.forget();
    // What is sent before somebody listens is lost, so that the page waits for this.
    let _ = scope.post_message(&"ready".into());
}
