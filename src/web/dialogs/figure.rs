//! Drawing a figure from text: the picture follows what is typed, and mistakes are named by line and column.
//!
//! The worker reads the text, one version at a time; what was typed meanwhile is read next. Must not know the notation.

use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlTextAreaElement};

use super::super::el::{El, button, el};
use super::super::logs::{self, Drawn};
use super::super::page::Page;
use super::super::{dom, reading, texts};
use super::{close_button, head};
use crate::app::{Axis, LogFile, Msg, log_figure};
use crate::diagram::Theme;
use crate::formats::Execution;
use crate::formats::notation::{Figure, Mistake};
use crate::formats::parcel::{Answer, Ask};

/// What stands there at first: a message each way at once, an event alone, and a loss.
const EXAMPLE: &str = "title Crossed letters\nlanes alice, bob\n\nalice -> bob: dear Bob & bob -> alice: dear Alice\n\
    bob: wonders\nbob -x alice by storm: did you get it?\n";

/// How wide the picture is on the page and in a file, in pixels.
const WIDTHS: (f64, f64) = (680.0, 1_200.0);

/// The dialog.
pub fn sheet(page: Page) -> Vec<El> {
    let logs = page.logs;
    if logs.figure_text.with_untracked(String::is_empty) {
        logs.figure_text.set(EXAMPLE.to_owned());
    }
    refresh(page);
    let text = el("textarea").class("notation").attrs(&[
        ("rows", "9"),
        ("spellcheck", "false"),
        ("autocapitalize", "off"),
        ("aria-describedby", "figure-mistakes"),
        ("autofocus", ""),
    ]);
    let text = text
        .prop_by("value", move || logs.figure_text.get())
        .flag_by("aria-invalid", move || logs.drawn.with(|drawn| matches!(drawn, Drawn::Wrong(_))))
        .on("input", move |event: Event| {
            logs.figure_text.set(event_target_value(&event));
            refresh(page);
        });
    let area = text.clone();
    let body = el("div")
        .class("sheet-body")
        .child(
            el("label").class("field stacked").child(el("span").text("The figure, line by line")).child(text),
        )
        .child(mistakes(page, &area))
        .child(picture(page))
        .child(guide());
    let is_wrong = move || logs.drawn.with(|drawn| !matches!(drawn, Drawn::Picture(_)));
    let open = move || {
        if let Some(Figure { title, trace }) = logs.figure.get_value() {
            let title = if title.is_empty() { "Figure".to_owned() } else { title };
            let execution = Execution::drawn(trace);
            logs::show(page, LogFile { title, format: logs::FIGURE.to_owned(), executions: vec![execution] });
            page.send(Msg::Axis(Axis::TrueTime));
        }
    };
    let save = move || {
        if let Some(figure) = logs.figure.get_value() {
            let theme = if page.theme.get_untracked().is_dark() { Theme::Dark } else { Theme::Light };
            let form = (WIDTHS.1, theme);
            let svg = log_figure::svg(&figure.title, &figure.trace, Axis::TrueTime, form);
            dom::download("figure.svg", "image/svg+xml", &svg);
        }
    };
    let foot = el("div")
        .class("sheet-foot")
        .child(button("primary", open).has_by("disabled", is_wrong).text("Open as a run"))
        .child(button("", save).has_by("disabled", is_wrong).text("Download SVG"))
        .child(close_button("", "Close"));
    vec![head("figure", "Draw a figure"), body, foot]
}

/// Has the text read, unless an earlier version still is: then it is read after that.
fn refresh(page: Page) {
    let logs = page.logs;
    if logs.is_drawing.get_value() {
        return;
    }
    logs.is_drawing.set_value(true);
    spawn_local(async move {
        loop {
            let text = logs.figure_text.get_untracked();
            let read = reading::read(&Ask::Figure, Uint8Array::from(text.as_bytes())).await;
            if logs.figure_text.with_untracked(|now| *now != text) {
                continue;
            }
            let (figure, drawn) = match read {
                Ok(Answer::Figure(Ok(figure))) => {
                    let form = (WIDTHS.0, Theme::Page);
                    let svg = log_figure::svg(&figure.title, &figure.trace, Axis::TrueTime, form);
                    (Some(*figure), Drawn::Picture(svg))
                }
                Ok(Answer::Figure(Err(mistakes))) => (None, Drawn::Wrong(mistakes)),
                Ok(Answer::Log(_)) => (None, Drawn::Nothing),
                Err(why) => (None, Drawn::Failed(why)),
            };
            logs.figure.set_value(figure);
            logs.drawn.set(drawn);
            break;
        }
        logs.is_drawing.set_value(false);
    });
}

/// The mistakes, each of which leads to its place in the text.
fn mistakes(page: Page, area: &El) -> El {
    let area = area.clone();
    let go = move |mistake: &Mistake| {
        let (area, mistake) = (area.clone(), mistake.clone());
        let says = format!("line {}, column {}", mistake.line, mistake.column);
        let lead = move || {
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                let place = place_of(&area.value(), &mistake);
                let _ = area.focus();
                let _ = area.set_selection_range(place, place);
            }
        };
        button("link mono", lead).text(&says)
    };
    el("div").attrs(&[("id", "figure-mistakes"), ("aria-live", "polite")]).shows(move || {
        page.logs.drawn.with(|drawn| match drawn {
            Drawn::Nothing | Drawn::Picture(_) => Vec::new(),
            Drawn::Failed(why) => vec![el("p").class("quote").text(&format!("{why}."))],
            Drawn::Wrong(mistakes) => {
                let row = |mistake: &Mistake| {
                    el("p").class("quote").child(go(mistake)).text(&format!(": {}", mistake.says))
                };
                mistakes.iter().map(row).collect()
            }
        })
    })
}

/// Where a mistake stands, in the units in which a browser counts letters.
fn place_of(text: &str, mistake: &Mistake) -> u32 {
    let (line, column) = (mistake.line.saturating_sub(1) as usize, mistake.column.saturating_sub(1) as usize);
    let before: usize = text.lines().take(line).map(|line| line.encode_utf16().count() + 1).sum();
    let on_line: usize = text.lines().nth(line).unwrap_or("").chars().take(column).map(char::len_utf16).sum();
    (before + on_line) as u32
}

/// The picture. While the text has mistakes, that of the last text without stays.
fn picture(page: Page) -> El {
    let shown = el("div").class("figure-picture");
    let own = shown.clone();
    super::super::el::follow(move || {
        page.logs.drawn.with(|drawn| {
            if let Drawn::Picture(svg) = drawn {
                let _ = own.clone().html(svg);
            }
        });
    });
    shown
}

/// How a figure is written, which is asked for when it is opened.
fn guide() -> El {
    let text = el("div").class("prose about");
    let shown = text.clone();
    let fetch = move |_: Event| {
        let shown = shown.clone();
        if shown.raw().has_child_nodes() {
            return;
        }
        spawn_local(async move {
            match texts::fetch("notation.html").await {
                Ok(html) => shown.html(&String::from_utf8_lossy(&html)),
                Err(why) => shown.text(&format!("{why}.")),
            };
        });
    };
    el("details").on("toggle", fetch).child(el("summary").text("How a figure is written")).child(text)
}
