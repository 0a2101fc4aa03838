//! What of the picture is there for those who do not see it: the box above the canvas, the button of the event in
//! focus, and the names of what is drawn.
//!
//! The names come from the same picture as the pixels, so that they cannot differ. Must not know how it is painted.

use leptos::prelude::*;
use web_sys::{Element, FocusEvent, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

use super::super::dom;
use super::super::el::{El, el, follow};
use super::Diagram;
use super::pointer::Pointers;
use crate::app::{Model, Msg, Selection, screen};
use crate::base::EventId;
use crate::diagram::{ArrowKind, Picture};

/// How many things have a name in the document at most. Beyond, the losses and spans still have, and the table has all.
const NAMES: usize = 400;

impl Diagram {
    /// The box above the picture, with its listeners and what is in it.
    pub(super) fn furnish(self, stage: El) -> El {
        let pointers = Pointers::new(self);
        let names = el("div").class("visually-hidden");
        let spoken = names.clone();
        let is_moving = self.page.part(Model::is_moving);
        follow(move || {
            self.painted.track();
            if !is_moving.get() {
                self.picture(|picture| speak(spoken.raw(), &names_of(picture)));
            }
        });
        let description = el("p").class("visually-hidden").attr("id", "picture-says").text_by(move || {
            self.painted.track();
            self.picture(|picture| picture.description.clone()).unwrap_or_default()
        });
        stage
            .attrs(&[
                ("role", "group"),
                ("aria-label", "Events and messages"),
                ("aria-describedby", "picture-says"),
            ])
            .attr_by("tabindex", move || {
                Some(if self.stop.with(Option::is_some) { "-1" } else { "0" }.to_owned())
            })
            .on("keydown", move |event: KeyboardEvent| self.on_key(&event))
            .on("pointerdown", move |event: PointerEvent| pointers.down(&event))
            .on("pointermove", move |event: PointerEvent| pointers.moved(&event))
            .on("pointerup", move |event: PointerEvent| pointers.up(&event))
            .on("pointercancel", move |event: PointerEvent| pointers.cancelled(&event))
            .on("pointerleave", move |_: PointerEvent| pointers.left())
            .on("wheel", move |event: WheelEvent| pointers.wheel(&event))
            .on("contextmenu", move |event: MouseEvent| pointers.menu(&event))
            .child(description)
            .child(names)
            .child(super::grips::grips(self))
            .shows(move || self.stop.get().map(|event| self.stop_button(event)).into_iter().collect())
    }

    /// The event that Tab leads to: a button where it stands.
    fn stop_button(self, event: EventId) -> El {
        let stop = el("button")
            .class("event-stop")
            .attrs(&[("type", "button"), ("id", "event-stop")])
            .attr_by("aria-label", move || Some(self.event_name(event)))
            .attr_by("aria-current", move || {
                (self.selected.get() == Selection::Event(event)).then(|| "true".to_owned())
            })
            .attr_by("aria-describedby", move || self.has_tip().then(|| "event-tip".to_owned()))
            .on("click", move |click: MouseEvent| {
                // Clicks of a pointer have been taken by the picture already.
                if click.detail() == 0 {
                    self.page.send(Msg::Select(Selection::Event(event)));
                }
            })
            .on("focus", move |_: FocusEvent| self.is_focused.set(true))
            .on("blur", move |_: FocusEvent| self.is_focused.set(false));
        let placed = stop.clone();
        follow(move || {
            self.painted.track();
            let at = |picture: &Picture| {
                picture.dots.iter().find(|dot| dot.event == event).map(|dot| picture.frame.turned(dot.at))
            };
            if let Some(at) = self.picture(at).flatten() {
                dom::set_style(placed.raw(), "--x", &format!("{}px", at.x));
                dom::set_style(placed.raw(), "--y", &format!("{}px", at.y));
            }
        });
        stop
    }

    /// What an event is called: as in the picture, or shorter where it is too crowded to be drawn.
    fn event_name(self, event: EventId) -> String {
        self.painted.track();
        let drawn = self.picture(|picture| {
            let dot = picture.dots.iter().find(|dot| dot.event == event);
            dot.map(|dot| dot.name.clone()).filter(|name| !name.is_empty())
        });
        drawn.flatten().unwrap_or_else(|| {
            self.page.read(|model| {
                if event.index() < model.trace().len() {
                    screen::event_in_full(model, event)
                } else {
                    "An event that has not happened yet".to_owned()
                }
            })
        })
    }
}

/// The names of what is drawn, in an order in which they can be listened to.
pub(super) fn names_of(picture: &Picture) -> Vec<&str> {
    let is_little = picture.dots.len() + picture.arrows.len() <= NAMES;
    let is_lost = |kind: ArrowKind| matches!(kind, ArrowKind::Lost | ArrowKind::Corrupted);
    let bands = picture.bands.iter().map(|band| &band.name);
    let blocks =
        picture.blocks.iter().map(|block| &block.name).chain(picture.clusters.iter().map(|c| &c.name));
    let arrows =
        picture.arrows.iter().filter(|arrow| is_little || is_lost(arrow.kind)).map(|arrow| &arrow.name);
    let dots = picture.dots.iter().filter(|_| is_little).map(|dot| &dot.name);
    let cut = picture.cut.iter().flat_map(|cut| cut.breaking.iter().map(|it| &it.name).chain([&cut.name]));
    let wrong = picture.backward.iter().chain(&picture.suspects).map(|c| &c.name);
    let folds = picture.folds.iter().map(|fold| &fold.name).chain(wrong);
    let all = cut.chain(dots).chain(arrows).chain(bands).chain(blocks).chain(folds);
    all.map(String::as_str).filter(|name| !name.is_empty()).take(2 * NAMES).collect()
}

/// Puts names into a box, each as a picture of its own. Elements that are there already are used again.
pub(super) fn speak(names: &Element, all: &[&str]) {
    for (place, name) in (0..).zip(all) {
        let there = names.children().item(place);
        let made = there.or_else(|| {
            let made = document().create_element("span").ok()?;
            made.set_attribute("role", "img").ok()?;
            names.append_child(&made).ok()?;
            Some(made)
        });
        if let Some(element) =
            made.filter(|element| element.get_attribute("aria-label").as_deref() != Some(*name))
        {
            let _ = element.set_attribute("aria-label", name);
        }
    }
    while names.child_element_count() > all.len() as u32 {
        let Some(last) = names.last_element_child() else { break };
        last.remove();
    }
}
