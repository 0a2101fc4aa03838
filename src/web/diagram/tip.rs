//! The tip: all stamps of the event under the pointer or in focus.
//!
//! It can be pointed at without going away, and Escape sends it away (WCAG 2.2, 1.4.13). Must not know how stamps are
//! made.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::super::dom;
use super::super::el::{El, el, follow};
use super::super::part::Part;
use super::Diagram;
use crate::app::Selection;
use crate::app::screen::{self, Tip};
use crate::base::EventId;
use crate::diagram::Picture;
use crate::diagram::shape::Point;

/// How long a tip stays when the pointer has left its event, so that the pointer can reach the tip.
const LINGER: Duration = Duration::from_millis(300);

/// How far a tip stands from its event, in pixels.
const ASIDE: f64 = 14.0;

impl Diagram {
    /// The event whose tip is shown.
    fn tipped(self) -> Option<EventId> {
        let event = self.hover.get().or_else(|| self.stop.get().filter(|_| self.is_focused.get()))?;
        // What is selected stands in the inspector in full, and the tip would cover what it leads to.
        (self.selected.get() != Selection::Event(event)).then_some(event)
    }

    /// Whether a tip is shown.
    pub(super) fn has_tip(self) -> bool {
        self.tipped().is_some()
    }

    /// Sends the tip away until another event is pointed at or reached.
    pub(super) fn hide_tip(self) {
        self.hover.set(None);
        self.is_focused.set(false);
    }

    /// The pointer is over an event, or over none.
    pub(super) fn hover_over(self, event: Option<EventId>) {
        self.pointed.set_value(event);
        if event.is_some() {
            if self.hover.get_untracked() != event {
                self.hover.set(event);
            }
        } else if self.hover.get_untracked().is_some() {
            let leave = move || {
                let is_on_tip = document().query_selector(".tip:hover").is_ok_and(|found| found.is_some());
                if self.pointed.try_get_value() == Some(None) && !is_on_tip {
                    self.hover.set(None);
                }
            };
            set_timeout(leave, LINGER);
        }
    }
}

/// The tip, where its event stands.
pub(super) fn tip(diagram: Diagram) -> El {
    dom::listen(&document(), "keydown", move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            diagram.hover.set(None);
        }
    });
    let what = Part::new(move || {
        diagram.painted.track();
        let event = diagram.tipped()?;
        diagram.page.read(|model| screen::tip(model, event))
    });
    let rows = |tip: &Tip| {
        let row = |(name, value): &(String, String)| [el("dt").text(name), el("dd").text(value)];
        el("dl").children(tip.rows.iter().flat_map(row))
    };
    let tip = el("div")
        .class("tip")
        .attrs(&[("id", "event-tip"), ("role", "tooltip")])
        .has_by("hidden", move || what.with(Option::is_none))
        .on("pointerleave", move |_: web_sys::PointerEvent| diagram.hover_over(None))
        .shows(move || what.get().map(|tip| vec![el("h3").text(&tip.title), rows(&tip)]).unwrap_or_default());
    let placed = tip.clone();
    follow(move || {
        diagram.painted.track();
        what.with(|_| {});
        if let Some(event) = diagram.tipped() {
            diagram.place_tip(&placed, event);
        }
    });
    tip
}

impl Diagram {
    /// Beside the event, on the side that has room; above it, so that a finger does not cover it.
    fn place_tip(self, tip: &El, event: EventId) {
        let dot = |picture: &Picture| {
            let dot = picture.dots.iter().find(|dot| dot.event == event)?;
            let size = picture.frame.turned(Point::new(picture.frame.width, picture.frame.height));
            Some((picture.frame.turned(dot.at), size.x, size.y))
        };
        let Some((at, width, height)) = self.picture(dot).flatten() else { return };
        let size = tip.raw().get_bounding_client_rect();
        let x = if at.x + ASIDE + size.width() < width { at.x + ASIDE } else { at.x - ASIDE - size.width() };
        let y = if at.y > size.height() + ASIDE { at.y - ASIDE - size.height() } else { at.y + ASIDE };
        dom::set_style(
            tip.raw(),
            "--x",
            &format!("{}px", x.clamp(4.0, (width - size.width() - 4.0).max(4.0))),
        );
        dom::set_style(tip.raw(), "--y", &format!("{}px", y.min(height - size.height() - 4.0).max(4.0)));
    }
}
