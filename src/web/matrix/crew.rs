//! The page's side of the workers: starts them, hands them tasks, and notices when one is no more.
//!
//! A worker gets the page's module as it was compiled, and its rest if that is there. To a worker goes an array of a
//! word (`count` or `find`), the row, the column, the first seed, and the seed behind the last. Back comes an array of a
//! word and what belongs to it. Must not know what is counted.

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::super::{bug, dom, texts};
use super::hand;
use crate::app::matrix::{Smallest, Task};
use crate::base::Seed;
use crate::explore::Tally;

/// The script that starts a worker, beside the page.
const SCRIPT: &str = "crew.js";

/// More workers than this take more memory than they give speed.
const MOST: usize = 16;

/// What a worker says.
#[derive(Debug)]
pub enum Said {
    /// It waits for its first task.
    Ready,
    /// It has counted.
    Counted(Tally),
    /// It has found the smallest failing run; or there is none.
    Found(Option<Smallest>),
    /// It cannot do what was asked.
    Refused(String),
    /// It is no more.
    Gone,
}

/// A worker, for as long as somebody has this.
pub struct Hand {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Hand {
    /// A new worker, and who is to hear what it says; `None` where the browser starts none.
    pub fn start(hear: impl Fn(Said) + Clone + 'static) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(hand::NAME);
        let worker = Worker::new_with_options(&format!("./{SCRIPT}{}", texts::build()), &options).ok()?;
        let gone = hear.clone();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if !bug::is_dead() {
                hear(read(&event.data().unchecked_into()));
            }
        });
        let on_error = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            // It is told on the page, and needs no further line in the console.
            event.prevent_default();
            if !bug::is_dead() {
                gone(Said::Gone);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let rest = Reflect::get(&js_sys::global(), &"lightconeRest".into()).unwrap_or(JsValue::UNDEFINED);
        worker.post_message(&Array::of2(&wasm_bindgen::module(), &rest)).ok()?;
        Some(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Has it count.
    pub fn count(&self, task: &Task) {
        self.send("count", task);
    }

    /// Has it look for the smallest failing run.
    pub fn find(&self, task: &Task) {
        self.send("find", task);
    }

    fn send(&self, what: &str, task: &Task) {
        let message = Array::of3(&what.into(), &task.row.as_str().into(), &task.column.as_str().into());
        for seed in [task.seeds.start, task.seeds.end] {
            message.push(&(seed as f64).into());
        }
        let _ = self.worker.post_message(&message);
    }
}

fn read(said: &Array) -> Said {
    let number = |place: u32| said.get(place).as_f64().unwrap_or(0.0);
    let text = |place: u32| said.get(place).as_string().unwrap_or_default();
    match text(0).as_str() {
        "ready" => Said::Ready,
        "counted" => Said::Counted(Tally {
            held: number(1) as u64,
            broken: number(2) as u64,
            undecided: number(3) as u64,
            first_broken: Some(number(4)).filter(|seed| *seed >= 0.0).map(|seed| Seed(seed as u64)),
        }),
        "found" => Said::Found(Some(Smallest {
            link: text(1),
            left: number(2) as usize,
            of: number(3) as usize,
            tries: number(4) as u32,
            is_least: said.get(5).is_truthy(),
        })),
        "none" => Said::Found(None),
        _ => Said::Refused(text(1)),
    }
}

/// How many workers the machine has room for.
pub fn size() -> usize {
    let cores = window().navigator().hardware_concurrency();
    (cores as usize).clamp(1, MOST)
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    dom::now_millis()
}
