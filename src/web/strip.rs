//! The strip behind the timeline: how much happened when, what was lost, and where branches leave.
//!
//! It is drawn in its own pixels, inset by half of the slider's thumb, so that a turn's place is its share of the
//! width. Must not know the slider.

use std::fmt::Write;

use leptos::prelude::*;

use super::dom;
use super::el::{El, svg};
use super::page::Page;
use crate::app::screen::{self, MarkKind, Strip};

/// The least height at which there is something to see, in pixels.
const LEAST: f64 = 16.0;

/// The strip.
pub fn strip(page: Page) -> El {
    let part = page.slow_part(|model| (screen::strip(model), model.trace().kept_turns()));
    let picture = svg("svg").attr("aria-hidden", "true");
    let size = dom::size_of(&picture);
    let path = |class: &str, draw: fn(&Strip, f64, f64, f64) -> String| {
        svg("path").class(class).attr_by("d", move || {
            // Where the page is narrow it has no size until it is laid out.
            let (width, height) = size.get();
            if height < LEAST {
                return None;
            }
            Some(part.with(|(strip, turns)| draw(strip, *turns as f64, width, height)))
        })
    };
    picture
        .child(path("activity", activity))
        .child(path("strip-line", |_, _, width, height| format!("M0 {}h{width}", height - 0.5)))
        .child(path("mark-lost", lost))
        .child(path("mark-branch", branches))
}

/// How many events there are in each stretch of turns, as a hill.
fn activity(strip: &Strip, _: f64, width: f64, height: f64) -> String {
    let most = f64::from(strip.bins.iter().copied().max().unwrap_or(0).max(1));
    let step = width / strip.bins.len().max(1) as f64;
    let mut path = format!("M0 {height}");
    for (place, count) in strip.bins.iter().enumerate() {
        let (from, to) = (place as f64 * step, (place + 1) as f64 * step);
        let top = height - f64::from(*count) / most * (height - 14.0).max(4.0);
        let [from, to, top] = [from, to, top].map(tenths);
        let _ = write!(path, "L{from} {top}L{to} {top}");
    }
    let _ = write!(path, "L{width} {height}z");
    path
}

/// Flags that hang from the top: something was lost, or a node failed.
fn lost(strip: &Strip, turns: f64, width: f64, height: f64) -> String {
    let places = places(strip, turns, width, |kind| kind != MarkKind::Branch);
    let flag = |x| format!("M{} 1h10l-3.5 5v{}h-3v-{}z", tenths(x - 5.0), height - 6.0, height - 6.0);
    places.map(flag).collect()
}

/// Diamonds: here another branch left.
fn branches(strip: &Strip, turns: f64, width: f64, height: f64) -> String {
    let places = places(strip, turns, width, |kind| kind == MarkKind::Branch);
    let diamond = |x| format!("M{x} 0l5 5-3.5 3.5v{}h-3v-{}l-3.5-3.5z", height - 8.5, height - 8.5);
    places.map(tenths).map(diamond).collect()
}

/// A number with one digit after the point: what a picture needs. Rounding takes far less code than writing so many
/// digits of any number, and the strip is in the first picture.
fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Where marks stand. Those that would lie on one another are one.
fn places(strip: &Strip, turns: f64, width: f64, is_it: fn(MarkKind) -> bool) -> impl Iterator<Item = f64> {
    let mut last = f64::MIN;
    let marks = strip.marks.iter().filter(move |mark| is_it(mark.kind));
    marks.map(move |mark| mark.turn as f64 / turns.max(1.0) * width).filter(move |x| {
        let is_apart = *x - last >= 6.0;
        if is_apart {
            last = *x;
        }
        is_apart
    })
}
