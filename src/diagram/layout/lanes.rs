//! The frame: margins, lanes and their distances, the axis and its marks. Must not know what stands on lanes.

use super::super::picture::{Frame, Lane};
use super::super::scale;
use super::super::shape::{Anchor, Font, Point};
use super::super::source::Source;
use super::super::theme::Tone;
use super::super::view::{Axis, Selection, View, ViewAs, Window};
use super::{Row, Sheet};
use crate::base::NodeId;

/// Lanes stand at least this far apart, in pixels, and the picture scrolls if they need more than its height.
const GAP_LEAST: f64 = 22.0;
/// Lanes stand at most this far apart, in pixels.
const GAP_MOST: f64 = 110.0;
/// Above the lanes: the axis, and room for a word above the first lane.
const ABOVE: f64 = 54.0;
/// Below the lanes: stamps, and the line that says what the axis is.
const BELOW: f64 = 46.0;
/// Beside the lanes at the right.
const BESIDE: f64 = 18.0;
/// A lane's name has at most so many letters.
const LETTERS: usize = 14;

/// The measures of a picture, and how far down each node's lane is.
pub(super) fn measure(source: &Source<'_>, view: &View) -> (Frame, Vec<Option<f64>>) {
    let trace = source.trace;
    let shown: Vec<NodeId> = if view.lanes.is_empty() {
        NodeId::first(trace.nodes()).collect()
    } else {
        view.lanes.iter().copied().filter(|node| node.index() < trace.nodes()).collect()
    };
    let names = shown.iter().map(|&node| Font::Code.width(&short(trace.name(node))));
    let left = 20.0 + names.fold(20.0, f64::max);
    let room = view.height - ABOVE - BELOW;
    let gaps = shown.len().saturating_sub(1) as f64;
    let gap = if gaps > 0.0 { (room / gaps).clamp(GAP_LEAST, GAP_MOST) } else { GAP_MOST };
    let spare = (room - gap * gaps).max(0.0);
    let axis = view.drawn_axis();
    let frame = Frame {
        width: view.width,
        height: view.height,
        left,
        right: (view.width - BESIDE).max(left + 1.0),
        top: ABOVE,
        bottom: view.height - BELOW,
        gap,
        content_height: (ABOVE + gap * gaps + BELOW).max(view.height),
        axis,
        window: view
            .window
            .map_or_else(|| whole(source, view, axis), |window| Window::new(window.from, window.to)),
    };
    let mut y = vec![None; trace.nodes()];
    for (place, node) in shown.iter().enumerate() {
        y[node.index()] = Some(ABOVE + spare / 2.0 + gap * place as f64 - view.scroll);
    }
    (frame, y)
}

/// The whole run with a little room at its ends, so that nothing stands on the edge.
fn whole(source: &Source<'_>, view: &View, axis: Axis) -> Window {
    let extent = source.index.extent(source.trace);
    let extent = match axis {
        Axis::TrueTime => Window::new(extent.from, extent.to.max(view.present(source.trace.now()).0 as f64)),
        Axis::Causal | Axis::Lamport | Axis::Wall => extent,
    };
    let length = extent.length();
    match axis {
        Axis::TrueTime => Window::new(extent.from, extent.to + 0.05 * length),
        Axis::Causal | Axis::Lamport => extent,
        Axis::Wall => Window::new(extent.from - 0.02 * length, extent.to + 0.05 * length),
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    name.chars().take(LETTERS - 1).chain(['…']).collect()
}

impl Sheet<'_> {
    /// Lays out the lanes and the axis.
    pub(super) fn lay_lanes(&mut self) {
        let frame = self.frame;
        self.picture.ticks = scale::ticks(&frame);
        self.crowd.line(0.0, frame.width, 22.0);
        let in_sight = ABOVE - 0.5 * frame.gap..=frame.height - 0.3 * frame.gap.min(BELOW);
        let trace = self.source.trace;
        for node in NodeId::first(trace.nodes()) {
            if let Some(y) = self.y(node).filter(|y| in_sight.contains(y)) {
                self.rows.push(Row { node, y });
            }
        }
        self.rows.sort_by(|a, b| a.y.total_cmp(&b.y));
        for Row { node, y } in self.rows.clone() {
            let is_own = self.view.selection == Selection::Node(node)
                || matches!(self.view.view_as, ViewAs::Node(own, _) if own == node);
            let name = self.speak(|| {
                let count = self.limit(node);
                let events = super::plural(count, "event", "events");
                format!("{}, {count} {events}", trace.name(node))
            });
            let text = short(trace.name(node));
            let (from, to) = (frame.left, frame.right);
            self.picture.lanes.push(Lane { node, text, y, from, to, is_own, name });
        }
    }

    /// Says what runs from left to right.
    pub(super) fn lay_caption(&mut self) {
        let below = Point::new(self.frame.left, self.frame.height - 8.0);
        let spread = if self.is_spread { "; events of one instant stand side by side" } else { "" };
        let text = format!("{}{spread}", caption(self.frame.axis));
        self.write(&text, Font::Words, Tone::Dim, &[(below, Anchor::Start)]);
    }
}

fn caption(axis: Axis) -> &'static str {
    match axis {
        Axis::TrueTime => "true time",
        Axis::Causal => "length of the longest chain of causes",
        Axis::Lamport => "Lamport stamp",
        Axis::Wall => "what each node's own wall clock shows",
    }
}
