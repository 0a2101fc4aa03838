//! The page's side of the worker that reads files: starts it, asks it, and unpacks what it answers.
//!
//! A worker that stopped, or that nobody waits for any more, is thrown away and another started in its place. Must not
//! know what is read, nor what is done with it.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::texts;
use crate::formats::parcel::{Answer, Ask, ask, unpack};

/// The script that starts the worker, beside the page.
const SCRIPT: &str = "reader_loader.js";

/// Why a worker that has stopped did so, as far as anyone can tell.
const STOPPED: &str =
    "The reader stopped: the file may need more memory than there is. Cut out the part that matters";

thread_local! {
    static IDLE: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

/// A worker, and the promise that it is ready.
struct Reader {
    worker: Worker,
    ready: Promise,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// Starts the worker if none waits, so that it is there when a file comes.
pub fn prepare() {
    IDLE.with_borrow_mut(|idle| {
        if idle.is_none() {
            *idle = start();
        }
    });
}

fn start() -> Option<Reader> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&format!("./{SCRIPT}{}", texts::build()), &options).ok()?;
    let ready = next_message(&worker);
    Some(Reader { worker, ready })
}

/// The promise of what a worker says next.
fn next_message(worker: &Worker) -> Promise {
    Promise::new(&mut |done: Function, failed: Function| {
        let message = Closure::once_into_js(move |event: MessageEvent| {
            let _ = done.call1(&JsValue::NULL, &event.data());
        });
        let error = Closure::once_into_js(move |event: web_sys::Event| {
            // It is told on the page, and needs no line in the console.
            event.prevent_default();
            let _ = failed.call1(&JsValue::NULL, &STOPPED.into());
        });
        worker.set_onmessage(Some(message.unchecked_ref()));
        worker.set_onerror(Some(error.unchecked_ref()));
    })
}

/// Has a file read. Whoever does not wait for the answer any more drops the future, and the worker with it.
///
/// # Errors
/// When no answer comes: why, in a sentence without its end.
pub async fn read(asked: &Ask, file: Uint8Array) -> Result<Answer, String> {
    prepare();
    let reader = IDLE.with_borrow_mut(Option::take).ok_or("The browser starts no worker to read it in")?;
    let stopped = |_: JsValue| STOPPED.to_owned();
    JsFuture::from(reader.ready.clone()).await.map_err(stopped)?;
    let answer = next_message(&reader.worker);
    let asked = Uint8Array::from(ask(asked).as_slice());
    let parts = Array::of2(&asked, &file);
    let moved = Array::of1(&file.buffer());
    reader.worker.post_message_with_transfer(&parts, &moved).map_err(stopped)?;
    let answer: Uint8Array = JsFuture::from(answer).await.map_err(stopped)?.unchecked_into();
    // Its memory never shrinks, so that one that has read much is not kept.
    if answer.length() < 1 << 20 {
        IDLE.with_borrow_mut(|idle| *idle = Some(reader));
    }
    unpack(&answer.to_vec())
        .ok_or_else(|| "The reader gave no answer that is understood; reload the page".to_owned())
}
