//! What lies over the page: sharing, help, a link that was refused, the text of an assumption.
//!
//! Each is a `dialog` of the browser, which keeps the focus inside, closes by Escape and gives the focus back.
//! Must not know what opens them.

mod about;
mod broken;
mod figure;
mod help;
mod log;
mod presets;
mod share;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement};

use super::dom;
use super::el::{El, button, el, follow};
use super::icons::{CLOSE, icon_button};
use super::matrix::Sheet as Matrix;
use super::page::Page;
use super::part::Part;
use crate::app::{Dialog, Msg};

/// All dialogs, closed until they are asked for.
pub fn dialogs(page: Page) -> Vec<El> {
    let open = page.part(|model| model.dialog.clone());
    let is_share = move || open.with(|open| open.as_ref() == Some(&Dialog::Share));
    let is_help = move || open.with(|open| open.as_ref() == Some(&Dialog::Help));
    let is_refused = move || open.with(|open| matches!(open, Some(Dialog::BadLink(_))));
    let refused = move || match open.get_untracked() {
        Some(Dialog::BadLink(why)) => why,
        _ => String::new(),
    };
    let is_figure = move || open.with(|open| open.as_ref() == Some(&Dialog::Figure));
    let is_log = move || open.with(|open| open.as_ref() == Some(&Dialog::Log));
    let close = move || page.send(Msg::Close);
    let matrix = Matrix::new(page);
    vec![
        sheet("log", is_log, close, move || log::sheet(page)),
        sheet("figure", is_figure, close, move || figure::sheet(page)),
        sheet("share", is_share, close, move || share::sheet(page)),
        sheet("help", is_help, close, move || help::sheet(page)),
        sheet("broken-link", is_refused, close, move || broken::sheet(page, &refused())),
        sheet(
            "about",
            move || page.about.get().is_some(),
            move || page.about.set(None),
            move || about::sheet(page),
        ),
        sheet(
            "presets",
            move || page.is_presets.get(),
            move || page.is_presets.set(false),
            move || presets::sheet(page),
        ),
        sheet("matrix", move || page.is_matrix.get(), move || matrix.close(), move || matrix.content()),
    ]
}

/// A dialog whose content (head, body and foot) is there only while it is open. `close` is called when it was
/// closed by the person and not by `is_open`.
pub fn sheet(
    id: &str,
    is_open: impl Fn() -> bool + 'static,
    close: impl Fn() + 'static,
    content: impl Fn() -> Vec<El> + 'static,
) -> El {
    let is_open = Part::new(is_open);
    let closed = move |_: Event| {
        if is_open.get_untracked() {
            close();
        }
    };
    let dialog = el("dialog")
        .class(match id {
            "figure" | "help" | "presets" => "wide",
            "matrix" => "widest",
            _ => "",
        })
        .attrs(&[("id", id), ("aria-labelledby", &format!("{id}-title"))])
        .on("close", closed)
        .shows(move || if is_open.get() { untrack(&content) } else { Vec::new() });
    if let Some(raw) = dialog.cast::<HtmlDialogElement>() {
        // After the content has been put in, so that the browser finds what wants the focus.
        follow(move || match is_open.get() {
            true if !raw.open() => show(&raw),
            false if raw.open() => raw.close(),
            _ => {}
        });
    }
    dialog
}

/// Shows a dialog, which may still be on its way into the document.
fn show(dialog: &HtmlDialogElement) {
    if dialog.is_connected() {
        let _ = dialog.show_modal();
        return;
    }
    let dialog = dialog.clone();
    dom::when_settled(move || {
        let _ = dialog.show_modal();
    });
}

/// The head of a dialog: its title, and a cross that closes it.
pub fn head(id: &str, title: &str) -> El {
    let title = el("h2").attr("id", &format!("{id}-title")).text(title);
    let cross = icon_button("icon quiet", "Close", "Close (Esc)", CLOSE, || {}).on("click", close_around);
    el("div").class("sheet-head").child(title).child(cross)
}

/// A button that closes the dialog that it is in.
pub fn close_button(class: &str, name: &str) -> El {
    button(class, || {}).on("click", close_around).text(name)
}

/// Has the focus when its dialog opens.
pub fn focused(button: El) -> El {
    button.attr("autofocus", "")
}

/// Closes the dialog around what was pressed, which then tells the page.
#[expect(clippy::needless_pass_by_value, reason = "listeners are given the event itself")]
fn close_around(event: Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let around = target.and_then(|target| target.closest("dialog").ok().flatten());
    if let Some(dialog) = around.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}
