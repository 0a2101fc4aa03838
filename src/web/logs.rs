//! Opening logs: files that are dropped anywhere on the page, chosen in the dialog or pasted into it.
//!
//! Reading is left to the worker; while it lasts the page goes on. What was dropped last is remembered, so that it can be
//! read again with an expression. Must not know any format, nor how a log is shown.

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DragEvent, File};

use super::page::{Page, Tab};
use super::{dom, reading};
use crate::app::{Dialog, LogFile};
use crate::formats::Options;
use crate::formats::notation::{Figure, Mistake};
use crate::formats::parcel::{Answer, Ask};

/// What is being read, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Nothing.
    #[default]
    Nothing,
    /// The file of this name.
    Under(String),
    /// A file was refused: its name, and why in a sentence without its end.
    Refused(String, String),
}

/// What a figure from text came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Drawn {
    /// Nothing yet.
    #[default]
    Nothing,
    /// A picture, as SVG.
    Picture(String),
    /// Mistakes in the text.
    Wrong(Vec<Mistake>),
    /// Nobody read it: why, in a sentence without its end.
    Failed(String),
}

/// The name of the format of figures from text.
pub const FIGURE: &str = "Figure from text";

/// The state of reading. Copies are the same.
#[derive(Clone, Copy)]
pub struct Logs {
    /// What is being read.
    pub reading: RwSignal<Reading>,
    /// The file that was dropped or chosen last.
    pub file: StoredValue<Option<File>, LocalStorage>,
    /// The text of a figure.
    pub figure_text: RwSignal<String>,
    /// What it came to.
    pub drawn: RwSignal<Drawn>,
    /// What it says, if it has no mistakes.
    pub figure: StoredValue<Option<Figure>, LocalStorage>,
    /// Whether the text is being read.
    pub is_drawing: StoredValue<bool>,
    /// Counts what was asked for, so that an answer which nobody waits for any more is known.
    asked: StoredValue<u32>,
}

impl Logs {
    /// Nothing is read.
    pub fn new() -> Self {
        Self {
            reading: RwSignal::new(Reading::Nothing),
            file: StoredValue::new_local(None),
            figure_text: RwSignal::new(String::new()),
            drawn: RwSignal::new(Drawn::Nothing),
            figure: StoredValue::new_local(None),
            is_drawing: StoredValue::new(false),
            asked: StoredValue::new(0),
        }
    }

    /// What is being read is not wanted any more.
    pub fn stop(self) {
        self.asked.update_value(|asked| *asked = asked.wrapping_add(1));
        self.reading.set(Reading::Nothing);
    }
}

/// Takes files that are dropped anywhere, for as long as the page is there.
pub fn watch(page: Page) {
    let has_files = |event: &DragEvent| {
        let types = event.data_transfer().map(|data| data.types());
        types.is_some_and(|types| types.includes(&"Files".into(), 0))
    };
    let over = move |event: DragEvent| {
        if has_files(&event) {
            // Without this a browser would leave the page and show the file.
            event.prevent_default();
            reading::prepare();
        }
    };
    dom::listen(&document(), "dragover", over);
    dom::listen(&document(), "drop", move |event: DragEvent| {
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            event.prevent_default();
            open_file(page, file, Options::default());
        }
    });
}

/// Opens a file.
pub fn open_file(page: Page, file: File, options: Options) {
    let name = file.name();
    let begun = begin(page, &name);
    page.logs.file.set_value(Some(file.clone()));
    spawn_local(async move {
        let bytes = JsFuture::from(file.array_buffer()).await;
        let Ok(bytes) = bytes.and_then(JsCast::dyn_into::<ArrayBuffer>) else {
            let why = "The browser can't read the file: it may have been moved or changed. Choose it again";
            return refuse(page, begun, &name, why.to_owned());
        };
        read(page, begun, name, Uint8Array::new(&bytes), options).await;
    });
}

/// Opens a text that was pasted.
pub fn open_text(page: Page, text: &str, options: Options) {
    let name = "Pasted text".to_owned();
    let begun = begin(page, &name);
    let bytes = Uint8Array::from(text.as_bytes());
    spawn_local(read(page, begun, name, bytes, options));
}

fn begin(page: Page, name: &str) -> u32 {
    page.logs.stop();
    page.logs.reading.set(Reading::Under(name.to_owned()));
    page.logs.asked.get_value()
}

async fn read(page: Page, begun: u32, name: String, bytes: Uint8Array, options: Options) {
    match reading::read(&Ask::Log(options), bytes).await {
        Ok(Answer::Log(Ok(read))) if page.logs.asked.get_value() == begun => {
            page.logs.reading.set(Reading::Nothing);
            page.logs.file.set_value(None);
            show(page, LogFile { title: name, format: read.format, executions: read.executions });
        }
        Ok(Answer::Log(Ok(_)) | Answer::Figure(_)) => {}
        Ok(Answer::Log(Err(why))) | Err(why) => refuse(page, begun, &name, why),
    }
}

/// Shows a log in place of the run.
pub fn show(page: Page, file: LogFile) {
    page.change(|model| model.open_log(file));
    page.is_drawer_open.set(false);
    page.tab.set(Tab::Diagram);
}

fn refuse(page: Page, begun: u32, name: &str, why: String) {
    if page.logs.asked.get_value() == begun {
        page.logs.reading.set(Reading::Refused(name.to_owned(), why));
        page.open(Dialog::Log);
    }
}
