//! What fingers take hold of: a grip at each lane's name, and one at each handle of the cut.
//!
//! A finger that moves over the picture scrolls the page, so that what can be dragged has a place of 24 pixels where it
//! does not. Each drag has its keys and its list besides: lanes move by Shift with an arrow or in the popover of lanes,
//! and the cut by keys or its number fields. Must not know what a drag does.

use leptos::prelude::*;

use super::super::dom;
use super::super::el::{El, el, follow};
use super::super::part::Part;
use super::Diagram;
use crate::diagram::Picture;
use crate::diagram::shape::Point;

/// How far the grip of a lane is from the edge where its name stands, in pixels.
const INSIDE: f64 = 12.0;

/// A grip: whether it is that of a lane, and where its middle is on the screen, in pixels.
type Grip = (bool, i32, i32);

/// The grips, for the box above the picture; nothing where no pointer is coarse.
pub(super) fn grips(diagram: Diagram) -> El {
    let layer = el("div").class("grips").attr("aria-hidden", "true");
    if !dom::matches("(any-pointer: coarse)") {
        return layer;
    }
    let part = Part::new(move || {
        diagram.painted.track();
        diagram.picture(places).unwrap_or_default()
    });
    // A grip stays the same element while it is dragged, or the finger would lose hold of it.
    let placed = move || part.get().into_iter().enumerate().collect::<Vec<_>>();
    layer.each(placed, |(place, grip)| (*place, grip.0), grip)
}

fn places(picture: &Picture) -> Vec<Grip> {
    let at = |is_lane: bool, at: Point| {
        let at = picture.frame.turned(at);
        (is_lane, at.x as i32, at.y as i32)
    };
    let is_seen = |y: f64| y >= picture.frame.top - INSIDE && y <= picture.frame.bottom + INSIDE;
    let lanes = picture.lanes.iter().filter(|lane| is_seen(lane.y));
    let lanes = lanes.map(|lane| at(true, Point::new(INSIDE, lane.y)));
    let handles = picture.cut.iter().flat_map(|cut| &cut.handles).filter(|handle| is_seen(handle.at.y));
    lanes.chain(handles.map(|handle| at(false, handle.at))).collect()
}

fn grip(row: RwSignal<(usize, Grip)>) -> El {
    let (_, (is_lane, ..)) = row.get_untracked();
    let grip = el("span").class(if is_lane { "grip of-lane" } else { "grip" });
    let placed = grip.clone();
    follow(move || {
        let (_, (_, x, y)) = row.get();
        dom::set_style(placed.raw(), "--x", &format!("{x}px"));
        dom::set_style(placed.raw(), "--y", &format!("{y}px"));
    });
    grip
}
