//! What is seen of the run: moving along it, seeing less of it larger or more of it smaller, following the present.
//!
//! Must not know which key or pointer asked.

use leptos::prelude::*;

use super::{Diagram, Kept, Stretch};
use crate::app::{Axis, Model};
use crate::base::EventId;
use crate::diagram::{Frame, View, Window, decimal_step};

/// How far a key pans, as a share of what is seen.
const STEP: f64 = 0.25;

/// How much of the run can be seen at least, in the axis's unit. Events of one instant are one nanosecond apart at most.
const LEAST: f64 = 4.0;

/// How much room an event of the busiest lane has at least while the latest stretch is shown, in pixels.
const ROOM: f64 = 18.0;

/// How much can be seen at most, as a multiple of the run.
const MOST: f64 = 4.0;

/// Which share of a window lies behind the present that it follows.
const BEHIND: f64 = 0.1;

/// Events closer than this are a crowd, in pixels, and a crowd has at most so many.
const CROWD: f64 = 24.0;
const CROWDED: usize = 80;

/// How much room an event takes in a crowd, and a crowd at most, in pixels.
const MARK: f64 = 10.0;
const SPREAD: f64 = 200.0;

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
        self.set_window(frame.zoomed(factor, at));
    }

    /// The same around a point of the picture.
    pub(super) fn zoom_at(self, factor: f64, x: f64) {
        if let Some(frame) = self.picture(|picture| picture.frame) {
            self.set_window(frame.zoomed(factor, frame.value(x)));
        }
    }

    /// Moves what is seen by so many pixels, as if it were taken by the hand.
    pub(super) fn drag(self, x: f64, y: f64) {
        let Some(frame) = self.picture(|picture| picture.frame) else { return };
        if x != 0.0 {
            self.is_following.set(false);
            self.set_window(frame.moved(-x));
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
        self.stretch.set(Stretch::Whole);
        self.scroll.set(0.0);
        self.is_following.set(false);
    }

    /// Stays with the present, or stays where it is.
    pub(super) fn flip_following(self) {
        let is_following = !self.is_following.get_untracked();
        self.is_following.set(is_following);
        match (is_following, self.stretch.get_untracked()) {
            (true, Stretch::Whole) => self.stretch.set(Stretch::Latest),
            (false, Stretch::Latest) => {
                if let Some(frame) = self.picture(|picture| picture.frame) {
                    self.stretch.set(Stretch::Chosen(frame.window));
                }
            }
            (true, Stretch::Latest | Stretch::Chosen(_)) | (false, Stretch::Whole | Stretch::Chosen(_)) => {}
        }
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
        self.reveal_value(at);
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

    /// Moves what is seen so that a value of the axis is in it.
    pub(super) fn reveal_value(self, at: f64) {
        let Some(frame) = self.picture(|picture| picture.frame) else { return };
        let x = frame.x(at);
        if x < frame.left || x > frame.right {
            self.is_following.set(false);
            let length = frame.window.length();
            self.set_window(Window::new(at - length / 2.0, at + length / 2.0));
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
        self.stretch.set(Stretch::Chosen(Window::new(middle - half, middle + half)));
    }
}

/// Which share of a window of this length the events of the present need behind it, so that those of nearly one
/// instant can stand side by side. While the run plays they do without, so that nothing trembles.
fn room_behind(model: &Model, view: &View, length: f64) -> f64 {
    if view.drawn_axis() != Axis::TrueTime || model.is_moving() || length <= 0.0 {
        return 0.0;
    }
    let (trace, scale) = (model.trace(), view.width / length);
    let mut before = trace.now();
    let is_near = |event: &EventId| {
        let apart = before.since(trace.at(*event)).0 as f64 * scale;
        before = trace.at(*event);
        apart < CROWD
    };
    // A chain of causes needs room for each of its events, and others stand beside it.
    let crowd = trace.events().rev().take(CROWDED).take_while(is_near);
    let stamps = crowd.map(|event| model.causality().lamport(event));
    let (least, most) =
        stamps.fold((u64::MAX, 0), |(least, most), stamp| (least.min(stamp), most.max(stamp)));
    let needed = most.saturating_sub(least) as f64 * MARK;
    if needed < CROWD { 0.0 } else { needed.min(SPREAD) / view.width.max(1.0) }.min(0.4)
}

impl Kept {
    /// The window in which a stretch is shown, or `None` for the whole run.
    pub(super) fn window(
        &self,
        model: &Model,
        view: &View,
        stretch: Stretch,
        is_following: bool,
    ) -> Option<Window> {
        let end = || match view.drawn_axis() {
            Axis::TrueTime => view.present(model.trace().now()).0 as f64,
            Axis::Causal | Axis::Lamport | Axis::Wall => self.index.extent(model.trace()).to,
        };
        match stretch {
            Stretch::Whole => None,
            Stretch::Chosen(window) if is_following => Some(window.following(end())),
            Stretch::Chosen(window) => Some(window),
            Stretch::Latest => {
                let (end, latest) = (end(), self.latest(model, view));
                let length = latest.filter(|length| *length < end);
                let behind = room_behind(model, view, length.unwrap_or(end));
                match length {
                    Some(length) => {
                        let following = Window::new(0.0, length).following(end);
                        Some(following.moved((behind - BEHIND).max(0.0) * length))
                    }
                    None if behind > 0.0 => Some(Window::new(0.0, end / (1.0 - behind))),
                    None => None,
                }
            }
        }
    }

    /// How much of the end of a run can be read. Its length is one of a few, so that it does not tremble while
    /// the run plays.
    fn latest(&self, model: &Model, view: &View) -> Option<f64> {
        let (trace, most) =
            (model.trace(), (if view.look.is_vertical { view.height } else { view.width } / ROOM) as usize);
        let all = view.look.lanes(trace, &self.index, &view.lanes);
        let starts = all.into_iter().filter_map(|node| {
            let lane = self.index.lane(trace, node);
            let first = lane.len().checked_sub(most)?;
            Some(self.index.place(trace, EventId(*lane.get(first)?)))
        });
        let from = starts.reduce(f64::max)?;
        Some(decimal_step((self.index.extent(trace).to - from).max(LEAST)))
    }
}
