//! What is said of a log while it is shown: its name and numbers, its executions, its errors by line, and the way back.
//!
//! It stands where the lesson stands for a run. Must not know how a log was read.

use leptos::prelude::*;

use super::el::{El, button, el};
use super::page::Page;
use super::{dom, logs};
use crate::app::{Dialog, ErrorRow, LogView, Msg, Selection, log_counts, log_view};

/// The content of the panel.
pub fn panel(page: Page) -> Vec<El> {
    let Some(log) = page.read(log_view) else { return Vec::new() };
    let scene = page.read(|model| model.scene().title);
    let another = if log.format == logs::FIGURE {
        button("", move || page.open(Dialog::Figure)).text("Change the text…")
    } else {
        button("", move || page.open(Dialog::Log)).text("Open another…")
    };
    let ways = el("div")
        .class("row")
        .child(
            button("primary", move || page.send(Msg::CloseLog))
                .attr("title", scene)
                .text("Back to the scene"),
        )
        .child(another);
    let crumb = el("p").class("crumb").text(&log.format);
    let mut parts = vec![crumb, el("h1").text(&log.title), ways];
    parts.extend(executions(page, &log));
    parts.push(counts(page));
    if log.format != logs::FIGURE {
        parts.push(errors(page, &log));
    }
    parts.extend(unread(&log));
    parts
}

/// The executions as a list to choose from, if there are several.
fn executions(page: Page, log: &LogView) -> Option<El> {
    if log.executions.len() < 2 {
        return None;
    }
    let option = |(place, name): (usize, &String)| el("option").attr("value", &place.to_string()).text(name);
    let chosen = log.chosen.to_string();
    let select = el("select")
        .children(log.executions.iter().enumerate().map(option))
        .prop_by("value", move || chosen.clone())
        .on("change", move |event: web_sys::Event| {
            if let Ok(place) = event_target_value(&event).parse() {
                page.send(Msg::Execution(place));
            }
        });
    let name = format!("Execution, one of {}", log.executions.len());
    Some(el("label").class("field stacked").child(el("span").text(&name)).child(select))
}

/// What it holds in numbers. They are counted when the picture is there.
fn counts(page: Page) -> El {
    let counted = ArcRwSignal::new(None);
    let counts = counted.clone();
    dom::when_settled(move || {
        set_timeout(move || counts.set(Some(page.read(log_counts))), std::time::Duration::from_millis(60));
    });
    el("dl").class("facts").shows(move || {
        let Some(counts) = counted.get() else { return Vec::new() };
        let fact =
            |name: &str, value: u64| [el("dt").text(name), el("dd").class("mono").text(&value.to_string())];
        [
            fact("Events", counts.events as u64),
            fact("Hosts", counts.hosts as u64),
            fact("Arrows", counts.edges as u64),
            fact("Ordered pairs", counts.ordered_pairs),
            fact("Concurrent pairs", counts.concurrent_pairs),
            fact("Longest chain", counts.longest_chain),
        ]
        .into_iter()
        .flatten()
        .collect()
    })
}

fn errors(page: Page, log: &LogView) -> El {
    if log.error_count == 0 {
        return el("p").class("log-sound").text("✓ Its clocks hang together: no errors.");
    }
    let row = |error: &ErrorRow| {
        let line = format!("line {}", error.line);
        let place = match error.event {
            Some(event) => {
                let go = move || {
                    page.send(Msg::Select(Selection::Event(event)));
                    page.reveal(event);
                };
                button("link mono", go).text(&line)
            }
            None => el("span").class("mono").text(&line),
        };
        let says = format!(" {}: {}", error.kind, error.says);
        el("li").child(place).text(&says)
    };
    let rest = log.error_count - log.errors.len();
    let title =
        if log.error_count == 1 { "1 error".to_owned() } else { format!("{} errors", log.error_count) };
    el("div")
        .class("log-errors")
        .child(el("h2").text(&title))
        .child(el("p").class("muted small").text(
            "What cannot be right is marked with ? in the diagram and left out of the pairs. The rest is shown as it can be.",
        ))
        .child(el("ul").children(log.errors.iter().map(row)))
        .maybe((rest > 0).then(|| el("p").class("muted small").text(&format!("and {rest} more"))))
}

/// The lines that belong to no event, if there are any.
fn unread(log: &LogView) -> Option<El> {
    let row = |(line, why): &(u32, Option<String>)| {
        let why = why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
        el("li").child(el("span").class("mono").text(&format!("line {line}"))).text(&why)
    };
    let (count, rest) = (log.unread_count, log.unread_count - log.unread.len().min(log.unread_count));
    let title = match count {
        0 => return None,
        1 => "1 line belongs to no event".to_owned(),
        _ => format!("{count} lines belong to no event"),
    };
    let list = el("ul").children(log.unread.iter().map(row));
    let details = el("details").class("log-errors").child(el("summary").text(&title)).child(list);
    Some(details.maybe((rest > 0).then(|| el("p").class("muted small").text(&format!("and {rest} more")))))
}
