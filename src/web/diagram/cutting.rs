//! The cut: a popover that makes, moves and judges it, and its handles under the pointer.
//!
//! Every handle has a number field, so that nothing needs a pointer. Must not know what makes a cut consistent.

use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::super::el::{El, button, el};
use super::Diagram;
use super::lanes::{checkbox, open};
use crate::app::screen::{self, CutLane};
use crate::app::{Looking, Model, Msg, Selection};
use crate::base::{EventId, NodeId};
use crate::diagram::shape::Point;

/// The ids of the popover and of the button that opens it.
const IDS: (&str, &str) = ("cut", "cut-opener");

/// The button that opens it.
pub(super) fn opener() -> El {
    button("chip", || open(IDS)).attrs(&[("id", IDS.1), ("aria-haspopup", "dialog")]).text("Cut…")
}

/// The popover.
pub(super) fn popover(diagram: Diagram) -> El {
    let page = diagram.page;
    let cut = page.slow_part(screen::cut);
    let selected = page.part(selected_event);
    let send = move |change: Looking| page.send(Msg::Look(change));
    let flip = move || {
        let has_cut = page.read(|model| model.view.cut.is_some());
        send(if has_cut { Looking::NoCut } else { Looking::CutNow });
    };
    let at_event = move || {
        if let Some(event) = selected.get_untracked() {
            send(Looking::CutAt(event));
        }
    };
    let buttons = el("div")
        .class("row")
        .child(
            button("", at_event)
                .attr("title", "The first consistent cut with the selected event inside")
                .has_by("disabled", move || selected.get().is_none())
                .text("At the selected event"),
        )
        .child(
            button("", move || send(Looking::ExtendCut))
                .has_by("disabled", move || cut.with(Option::is_none))
                .text("First consistent cut after here"),
        );
    let says = el("p").class("muted").text_by(move || {
        cut.with(|cut| cut.as_ref().map_or_else(|| "No cut.".to_owned(), |cut| cut.says.clone()))
    });
    let shown = move || {
        let lanes = diagram.lanes();
        cut.with(|cut| {
            let all = cut.iter().flat_map(|cut| &cut.lanes);
            all.filter(|lane| lanes.contains(&lane.node)).cloned().collect::<Vec<CutLane>>()
        })
    };
    let field = move |lane: RwSignal<CutLane>| {
        let node = lane.with_untracked(|lane| lane.node);
        let input = el("input")
            .attrs(&[("type", "number"), ("min", "0")])
            .attr_by("max", move || Some(lane.with(|lane| lane.events.to_string())))
            .prop_by("value", move || lane.with(|lane| lane.inside.to_string()))
            .on("change", move |event: web_sys::Event| {
                let input = event
                    .target()
                    .and_then(|target| wasm_bindgen::JsCast::dyn_into::<HtmlInputElement>(target).ok());
                if let Some(count) = input.and_then(|input| input.value().trim().parse().ok()) {
                    send(Looking::SetCut(node, count));
                }
            });
        let name = el("span").text_by(move || lane.with(|lane| format!("{}, events inside", lane.name)));
        el("label")
            .attr_by("title", move || Some(lane.with(|lane| lane.says.clone())))
            .child(name)
            .child(input)
    };
    let lanes = el("div").class("lanes-choice wide").each(shown, |lane| lane.node, field);
    let names = move || cut.with(|cut| cut.as_ref().map(|cut| cut.under_way.clone()).unwrap_or_default());
    let under_way = el("ul")
        .class("muted")
        .has_by("hidden", move || names().is_empty())
        .shows(move || names().iter().map(|name| el("li").text(&format!("{name} is under way"))).collect());
    el("div")
        .class("popover")
        .attrs(&[("popover", "auto"), ("id", IDS.0), ("role", "dialog"), ("aria-label", "Cut")])
        .child(checkbox("Show a cut", "how far each lane is inside", move || cut.with(Option::is_some), flip))
        .child(buttons)
        .child(says)
        .child(lanes)
        .child(under_way)
}

fn selected_event(model: &Model) -> Option<EventId> {
    match model.view.selection {
        Selection::Event(event) if event.index() < model.trace().len() => Some(event),
        Selection::Event(_) | Selection::Message(_) | Selection::Node(_) | Selection::Nothing => None,
    }
}

impl Diagram {
    /// The lane whose handle of the cut is at a point of the screen.
    pub(super) fn handle_at(self, at: Point) -> Option<NodeId> {
        self.picture(|picture| picture.handle_at(at)).flatten()
    }

    /// Moves the cut on a lane to a point of the screen.
    pub(super) fn drag_cut(self, node: NodeId, at: Point) {
        let value = self.picture(|picture| picture.frame.value(picture.frame.turned(at).x));
        let Some(value) = value else { return };
        let change = self.page.read(|model| {
            let inside = self.kept.with_value(|kept| kept.index.count_up_to(model.trace(), node, value));
            let before = model.view.cut.as_ref().map(|cut| cut.count(node));
            (before != Some(inside)).then_some(Looking::SetCut(node, inside))
        });
        if let Some(change) = change {
            self.page.send(Msg::Look(change));
        }
    }

    /// Cuts at the event that has the focus, or moves the cut on its lane.
    pub(super) fn cut_by_key(self, by: Option<i32>) {
        let Some(event) = self.stop.get_untracked() else { return };
        let node = self.page.read(|model| model.trace().node(event));
        self.page.send(Msg::Look(by.map_or(Looking::CutAt(event), |by| Looking::MoveCut(node, by))));
    }
}
