//! How lanes and axis are arranged: checkboxes and buttons, and the way back from each.
//!
//! Must not know what an arrangement looks like.

use leptos::prelude::*;

use super::super::el::{El, button, el};
use super::super::page::Page;
use super::lanes::checkbox;
use crate::app::{Looking, Model, Msg, Selection};
use crate::base::NodeId;
use crate::diagram::Look;

/// The choices, for the popover of the lanes.
pub(super) fn choices(page: Page) -> El {
    let look = page.part(|model| model.view.look.clone());
    let flag = move |name: &str, hint: &str, is_on: fn(&Look) -> bool, change: fn(bool) -> Looking| {
        let flip = move || page.send(Msg::Look(change(!untrack(|| look.with(is_on)))));
        checkbox(name, hint, move || look.with(is_on), flip)
    };
    let boxes = el("div").class("lanes-choice wide").children([
        flag("Fold idle stretches", "where nothing happens", |look| look.folds_idle, Looking::FoldIdle),
        flag("Time runs down", "lanes beside each other", |look| look.is_vertical, Looking::Vertical),
        flag(
            "Local events as blocks",
            "runs that concern no other node",
            |look| look.collapses_local,
            Looking::CollapseLocal,
        ),
        flag(
            "Group by name",
            "names that differ in digits alone",
            |look| !look.groups.is_empty(),
            Looking::Group,
        ),
        talks(page),
    ]);
    let row = el("div").class("row").children([mover(page, "Lane up", -1), mover(page, "Lane down", 1)]);
    let ways = page.part(Model::can_undo);
    let way = |name: &str, change: Looking, has: fn(&(bool, bool)) -> bool| {
        button("", move || page.send(Msg::Look(change)))
            .has_by("disabled", move || !ways.with(has))
            .text(name)
    };
    let row = row.child(way("Undo view", Looking::Undo, |ways| ways.0)).child(way(
        "Redo view",
        Looking::Redo,
        |ways| ways.1,
    ));
    el("div").child(boxes).child(row)
}

/// Only those that talk with the selected node.
fn talks(page: Page) -> El {
    let node = page.part(|model| (model.view.look.talks_with, selected(model)));
    let flip = move || {
        let (shown, selected) = node.get_untracked();
        page.send(Msg::Look(Looking::TalksWith(if shown.is_some() { None } else { selected })));
    };
    checkbox(
        "Only who talks with the selected node",
        "select a node or one of its events first",
        move || node.with(|(shown, _)| shown.is_some()),
        flip,
    )
}

fn mover(page: Page, name: &str, by: i32) -> El {
    let node = page.part(selected);
    let then = move || {
        if let Some(node) = node.get_untracked() {
            page.send(Msg::Look(Looking::MoveLane(node, by)));
        }
    };
    button("", then)
        .attr("title", "Move the lane of what is selected")
        .has_by("disabled", move || node.get().is_none())
        .text(name)
}

/// The selected node, or that of the selected event.
pub(super) fn selected(model: &Model) -> Option<NodeId> {
    match model.view.selection {
        Selection::Node(node) => Some(node),
        Selection::Event(event) if event.index() < model.trace().len() => Some(model.trace().node(event)),
        Selection::Event(_) | Selection::Message(_) | Selection::Nothing => None,
    }
}
