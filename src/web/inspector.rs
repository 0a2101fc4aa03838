//! What is selected, in full: an event, a message or a node.
//!
//! Its parts follow the run one by one, so that a button keeps the focus while the run plays. Must not know how
//! anything was found out.

mod message;
mod node;

use leptos::prelude::*;

use super::el::{El, button, el};
use super::menus::Menus;
use super::page::Page;
use super::part::Part;
use crate::app::screen::{self, Cause, EventView, Inspector, StampRow};
use crate::app::{Looking, Model, Msg, Selection, Until, ViewAs};
use crate::base::EventId;

/// The page of the inspector's panel.
pub fn inspector(page: Page, menus: Menus) -> El {
    let part = page.slow_part(screen::inspector);
    // All is made anew only when something else is selected, or somebody else looks at it.
    let frame = Part::new(move || {
        let nothing = part.with(|part| match part {
            Inspector::Empty(says) => Some(says.clone()),
            Inspector::Event(_) | Inspector::Message(_) | Inspector::Node(_) => None,
        });
        page.read(|model| (model.view.selection, model.view.view_as, nothing))
    });
    el("div").class("inspector-body").shows(move || {
        let (selection, view_as, nothing) = frame.get();
        if let Some(says) = nothing {
            return vec![el("p").class("empty").text(&says)];
        }
        match selection {
            Selection::Event(event) => of_event(page, event, view_as, part),
            Selection::Message(_) => message::of_message(part),
            Selection::Node(node) => node::of_node(page, menus, node, part),
            Selection::Nothing => Vec::new(),
        }
    })
}

fn of_event(page: Page, event: EventId, view_as: ViewAs, part: Part<Inspector>) -> Vec<El> {
    let Some(first) = part.with_untracked(|part| event_of(part).cloned()) else { return Vec::new() };
    let (kind, node, name) = page.read(|model| {
        let node = model.trace().node(event);
        (model.trace().kind(event), node, model.name(node).to_owned())
    });
    let until = Until::Event(Some(kind), Some(node));
    let deeds = el("div").class("row");
    let deeds = if page.read(Model::is_log) {
        deeds.child(button("", move || page.reveal(event)).text("Show in the diagram"))
    } else {
        deeds
            .child(button("", move || page.send(Msg::GoTo(event))).text("Go here"))
            .child(button("", move || page.send(Msg::Until(until.clone()))).text("Run until like this"))
    };
    let deeds = deeds.child(
        button("", move || page.send(Msg::Look(Looking::Second(Some(event)))))
            .attr("title", "Hold this event, and choose another (in the picture: Shift and click)")
            .text("Compare with another"),
    );
    vec![
        title(&first, &name),
        deeds,
        second(page),
        causes(page, "Caused by", "Nothing: it is the first here.", part, |event| &event.causes),
        causes(page, "Leads to", "Nothing yet.", part, |event| &event.effects),
        readings(view_as, &name, part),
        stamps(page, part),
        message::of_event(part),
    ]
}

pub(super) fn event_of(part: &Inspector) -> Option<&EventView> {
    match part {
        Inspector::Event(event) => Some(event),
        Inspector::Empty(_) | Inspector::Message(_) | Inspector::Node(_) => None,
    }
}

/// The event's name, and what happened without naming the node again.
fn title(event: &EventView, node: &str) -> El {
    let rest = match event.sentence.strip_prefix(node).and_then(|rest| rest.strip_prefix(' ')) {
        Some(rest) => format!(" {rest}"),
        None => format!(": {}", event.sentence),
    };
    el("h2").class("inspector-title").child(el("span").class("mono").text(&event.name)).text(&rest)
}

/// The event that is held against the selected one, and what proves how the two stand.
fn second(page: Page) -> El {
    let part = page.slow_part(screen::second);
    el("div").shows(move || {
        let Some(second) = part.get() else { return Vec::new() };
        let step = |cause: &Cause| {
            let event = cause.event;
            let link = button("link mono", move || page.send(Msg::Select(Selection::Event(event))));
            el("li").child(link.text(&cause.name)).child(el("span").class("muted").text(&cause.how))
        };
        let away = button("", move || page.send(Msg::Look(Looking::Second(None))));
        vec![
            el("h3").text(&format!("Held against {}", second.name)),
            el("p").text(&second.says),
            el("ol").class("causes").children(second.chain.iter().map(step)),
            el("div").class("row").child(away.text("Let it go")),
        ]
    })
}

/// Events as links, with how they belong to the selected one.
fn causes(
    page: Page,
    heading: &str,
    none: &'static str,
    part: Part<Inspector>,
    of: fn(&EventView) -> &Vec<Cause>,
) -> El {
    let all = Part::new(move || part.with(|part| event_of(part).map(of).cloned().unwrap_or_default()));
    let one = move |cause: RwSignal<Cause>| {
        let event = cause.with_untracked(|cause| cause.event);
        let link = button("link mono", move || page.send(Msg::Select(Selection::Event(event))));
        el("li")
            .child(link.text_by(move || cause.with(|cause| cause.name.clone())))
            .child(el("span").class("muted").text_by(move || cause.with(|cause| cause.how.clone())))
    };
    el("div")
        .child(el("h3").text(heading))
        .shows_if(move || all.with(Vec::is_empty), move || vec![el("p").class("muted small").text(none)])
        .child(el("ul").class("causes").has_by("hidden", move || all.with(Vec::is_empty)).each(
            move || all.get(),
            |cause| cause.event,
            one,
        ))
}

fn readings(view_as: ViewAs, node: &str, part: Part<Inspector>) -> El {
    let heading = match view_as {
        ViewAs::Outside => format!("Readings at {node}"),
        ViewAs::Node(..) => format!("Readings of {node}'s clock"),
    };
    let rows = Part::new(move || {
        part.with(|part| event_of(part).map(|event| event.readings.clone()).unwrap_or_default())
    });
    section(heading, move || rows.get(), |rows| values(&rows))
}

fn stamps(page: Page, part: Part<Inspector>) -> El {
    let rows = Part::new(move || {
        part.with(|part| event_of(part).map(|event| event.stamps.clone()).unwrap_or_default())
    });
    let step = move |cause: &Cause| {
        let event = cause.event;
        let link = button("link mono", move || page.send(Msg::Select(Selection::Event(event))));
        el("li").child(link.text(&cause.name)).child(el("span").class("muted").text(&cause.how))
    };
    let from = move |row: &StampRow| {
        let list = || el("ul").class("causes").children(row.from.iter().map(step));
        (!row.from.is_empty()).then(|| el("dd").class("how").child(list()))
    };
    let row = move |row: &StampRow| {
        el("div")
            .child(el("dt").text(row.clock))
            .child(el("dd").text(&row.stamp))
            .child(el("dd").class("how").text(&row.how))
            .maybe(from(row))
    };
    section(
        "Stamps, and how each came about".to_owned(),
        move || rows.get(),
        move |rows| el("dl").class("stamps").children(rows.iter().map(row)),
    )
}

/// A heading and what stands below it, or nothing if there is nothing to show.
pub(super) fn section<T>(
    heading: String,
    rows: impl Fn() -> Vec<T> + 'static,
    show: impl Fn(Vec<T>) -> El + 'static,
) -> El
where
    T: 'static,
{
    el("div").shows(move || {
        let rows = rows();
        if rows.is_empty() { Vec::new() } else { vec![el("h3").text(&heading), show(rows)] }
    })
}

/// Names and values.
pub(super) fn values(rows: &[(&'static str, String)]) -> El {
    let row =
        |(name, value): &(&'static str, String)| [el("dt").text(name), el("dd").class("mono").text(value)];
    el("dl").class("values").children(rows.iter().flat_map(row))
}
