//! What is seen of the run: moving along it, seeing less of it larger or more of it smaller, following the present.
//!
//! Must not know which key or pointer asked.

use leptos::prelude::*;

use super::Diagram;
use crate::base::EventId;
use crate::diagram::{Frame, Window};

/// How far a key pans, as a share of what is seen.
const STEP: f64 = 0.25;

/// How much of the run can be seen at least, in the axis's unit. Events of one instant are one nanosecond apart at most.
const LEAST: f64 = 4.0;

/// How much can be seen at most, as a multiple of the run.
const MOST: f64 = 4.0;

impl Diagram {
    /// Shows `factor` times as much, around what one looks at: the selected place, the present, or the middle.
    pub(super) fn zoom(self, factor: f64) {
        let Some(frame) = self.picture(|picture| picture.frame) else { return };
        let window = frame.window;
        let focused = self.stop.get_untracked().filter(|_| self.is_focused.get_untracked());
        let at = match focused.and_then(|event| self.place(event)) {
            Some(at) => at,
            None if self.is_following.get_untracked() => window.to,
            None => (window.from + window.to) / 2.0,
        };
        self.set_window(window.zoomed(factor, at));
    }

    /// The same around a point of the picture.
    pub(super) fn zoom_at(self, factor: f64, x: f64) {
        if let Some(frame) = self.picture(|picture| picture.frame) {
            self.set_window(frame.window.zoomed(factor, frame.value(x)));
        }
    }

    /// Moves what is seen by so many pixels, as if it were taken by the hand.
    pub(super) fn drag(self, x: f64, y: f64) {
        let Some(frame) = self.picture(|picture| picture.frame) else { return };
        if x != 0.0 {
            self.is_following.set(false);
            self.set_window(frame.window.moved(frame.value(frame.left) - frame.value(frame.left + x)));
        }
        if y != 0.0 {
            self.scroll_to(&frame, self.scroll.get_untracked() - y);
        }
    }

    /// Moves what is seen to earlier or later.
    pub(super) fn pan(self, is_later: bool) {
        let Some(frame) = self.picture(|picture| picture.frame) else { return };
        let step = STEP * (frame.right - frame.left);
        self.drag(if is_later { -step } else { step }, 0.0);
    }

    /// Shows the whole run.
    pub(super) fn fit(self) {
        self.window.set(None);
        self.scroll.set(0.0);
    }

    /// Shows a stretch of the run with a little room at its ends.
    pub(super) fn show(self, from: EventId, to: EventId) {
        if let (Some(from), Some(to)) = (self.place(from), self.place(to)) {
            let room = ((to - from) * 0.2).max(LEAST);
            self.is_following.set(false);
            self.set_window(Window::new(from - room, to + room));
        }
    }

    /// Moves what is seen so that an event is in it.
    pub(super) fn reveal(self, event: EventId) {
        let (Some(frame), Some(at)) = (self.picture(|picture| picture.frame), self.place(event)) else {
            return;
        };
        let x = frame.x(at);
        if x < frame.left || x > frame.right {
            self.is_following.set(false);
            let length = frame.window.length();
            self.set_window(Window::new(at - length / 2.0, at + length / 2.0));
        }
        let lanes = self.lanes();
        let node = self.page.read(|model| model.trace().node(event));
        if let Some(place) = lanes.iter().position(|lane| *lane == node) {
            let y = frame.top + frame.gap * place as f64 - self.scroll.get_untracked();
            if y < frame.top || y > frame.bottom {
                let middle = (frame.top + frame.bottom) / 2.0;
                self.scroll_to(&frame, self.scroll.get_untracked() + y - middle);
            }
        }
    }

    /// Scrolls the lanes where they need more room than there is.
    pub(super) fn scroll_to(self, frame: &Frame, to: f64) {
        self.scroll.set(to.clamp(0.0, (frame.content_height - frame.height).max(0.0)));
    }

    /// Where an event stands on the axis.
    pub(super) fn place(self, event: EventId) -> Option<f64> {
        self.page.read(|model| {
            let is_there = event.index() < model.trace().len();
            is_there.then(|| self.kept.with_value(|kept| kept.index.place(model.trace(), event)))
        })
    }

    fn set_window(self, window: Window) {
        let whole = self.page.read(|model| self.kept.with_value(|kept| kept.index.extent(model.trace())));
        let most = (whole.length() * MOST).max(LEAST);
        let middle = (window.from + window.to) / 2.0;
        let half = window.length().clamp(LEAST, most) / 2.0;
        // Never so far away that nothing of the run is left in sight.
        let middle = middle.clamp(whole.from - half * 0.8, whole.to + half * 0.8);
        self.window.set(Some(Window::new(middle - half, middle + half)));
    }
}
