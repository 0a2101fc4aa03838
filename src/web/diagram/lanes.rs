//! Which lanes and which marks the diagram shows: a popover with a checkbox for each.
//!
//! Must not know what a lane looks like.

use leptos::prelude::*;

use super::super::dom;
use super::super::el::{El, button, el};
use super::{Diagram, arrange};
use crate::app::{Looking, Msg};
use crate::base::NodeId;
use crate::diagram::overlays;

/// The ids of the popover and of the button that opens it.
const IDS: (&str, &str) = ("lanes", "lanes-opener");

/// The button that opens it.
pub(super) fn opener() -> El {
    button("chip", || open(IDS)).attrs(&[("id", IDS.1), ("aria-haspopup", "dialog")]).text("Lanes…")
}

/// Opens a popover below its button.
pub(super) fn open((popover, opener): (&str, &str)) {
    if let (Some(popover), Some(opener)) = (dom::by_id(popover), dom::by_id(opener))
        && popover.show_popover().is_ok()
    {
        let opener = opener.get_bounding_client_rect();
        dom::place(&popover, opener.left(), opener.bottom() + 6.0);
    }
}

/// The popover.
pub(super) fn popover(diagram: Diagram) -> El {
    let page = diagram.page;
    let nodes = page.slow_part(|model| {
        let all = NodeId::first(model.trace().nodes());
        all.map(|node| (node, model.name(node).to_owned())).collect::<Vec<_>>()
    });
    let lanes = page.part(|model| model.view.lanes.clone());
    let is_shown = move |node: NodeId| lanes.with(|lanes| lanes.is_empty() || lanes.contains(&node));
    let lane = move |row: RwSignal<(NodeId, String)>| {
        let (node, name) = row.get_untracked();
        let flip = move || page.send(Msg::Lane(node, !untrack(|| is_shown(node))));
        checkbox(&name, "", move || is_shown(node), flip)
    };
    let as_scene = move || {
        let lanes = page.read(|model| {
            let scene = model.scene();
            scene.lanes.iter().filter_map(|name| scene.node_named(name)).collect()
        });
        page.send(Msg::Lanes(lanes));
    };
    let all_lanes = el("div").class("lanes-choice").each(move || nodes.get(), Clone::clone, lane);
    let row = el("div")
        .class("row")
        .child(button("", move || page.send(Msg::Lanes(Vec::new()))).text("All"))
        .child(button("", as_scene).text("As the scene has them"));
    let on = page.part(|model| model.view.overlays.clone());
    let overlay = |overlay: &overlays::Overlay| {
        let id = overlay.id;
        let is_on = move || on.with(|on| on.contains(&id));
        let flip = move || page.send(Msg::Look(Looking::Overlay(id, !untrack(is_on))));
        checkbox(overlay.title, overlay.effect, is_on, flip)
    };
    let marks = el("div").class("lanes-choice wide").children(overlays::ALL.iter().map(overlay));
    let group = |name: &str, boxes: El| el("fieldset").child(el("legend").text(name)).child(boxes);
    el("div")
        .class("popover")
        .attrs(&[("popover", "auto"), ("id", IDS.0), ("role", "dialog"), ("aria-label", "Lanes and marks")])
        .child(group("Lanes", all_lanes))
        .child(row)
        .child(group("Arrangement", arrange::choices(page)))
        .child(group("Marks", marks))
}

pub(super) fn checkbox(
    name: &str,
    hint: &str,
    is_on: impl Fn() -> bool + 'static,
    flip: impl Fn() + 'static,
) -> El {
    let input = el("input")
        .attr("type", "checkbox")
        .prop_if("checked", is_on)
        .on("change", move |_: web_sys::Event| flip());
    let label = el("label").child(input).text(" ").text(name);
    if hint.is_empty() { label } else { label.attr("title", hint) }
}
