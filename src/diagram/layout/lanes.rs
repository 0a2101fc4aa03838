//! The frame: margins, lanes and their distances, the axis and its marks. Must not know what stands on lanes.

use std::collections::BTreeMap;

use super::super::fold::Folds;
use super::super::picture::{Band, BandKind, FoldMark, Frame, Lane};
use super::super::scale;
use super::super::shape::{Anchor, Font, Point};
use super::super::source::Source;
use super::super::theme::Tone;
use super::super::view::{Axis, Selection, View, ViewAs, Window};
use super::super::{look, words};
use super::{Row, Sheet, Sightline};
use crate::base::{Duration, EventId, NodeId};

/// Lanes stand at least this far apart, in pixels, and the picture scrolls if they need more than its height.
const GAP_LEAST: f64 = 22.0;
/// Lanes stand at most this far apart, in pixels.
const GAP_MOST: f64 = 110.0;
/// Above the lanes: the axis, and room for a word above the first lane.
const ABOVE: f64 = 54.0;
/// Below the lanes: stamps, and the line that says what the axis is.
const BELOW: f64 = 46.0;
/// The same and the room for names where the axis runs down.
const VERTICAL_ABOVE: f64 = 84.0;
const VERTICAL_BELOW: f64 = 70.0;
const VERTICAL_NAMES: f64 = 58.0;
/// Lanes of one band stand this far apart, in pixels.
const CLOSE: f64 = 8.0;
/// Beside the lanes at the right.
const BESIDE: f64 = 18.0;
/// Behind the present, where the whole run is shown.
const LAST: f64 = 36.0;
/// A lane's name has at most so many letters.
const LETTERS: usize = 14;

/// The measures of a picture, and how far down each node's lane is.
pub(super) fn measure(source: &Source<'_>, view: &View) -> (Frame, Vec<Option<f64>>) {
    let trace = source.trace;
    let is_vertical = view.look.is_vertical;
    let bands = view.look.bands(trace, source.index, &view.lanes);
    let names = bands.iter().map(|band| Font::Code.width(&short(&look::band_name(trace, band))));
    let (width, height, left, above, below) = if is_vertical {
        (view.height, view.width, VERTICAL_NAMES, VERTICAL_ABOVE, VERTICAL_BELOW)
    } else {
        (view.width, view.height, (20.0 + names.fold(20.0, f64::max)).max(view.margin), ABOVE, BELOW)
    };
    let inside: f64 = bands.iter().map(|band| (band.len() - 1) as f64 * CLOSE).sum();
    let room = height - above - below - inside;
    let gaps = bands.len().saturating_sub(1) as f64;
    let gap = if gaps > 0.0 { (room / gaps).clamp(GAP_LEAST, GAP_MOST) } else { GAP_MOST };
    let spare = (room - gap * gaps).max(0.0);
    let axis = view.drawn_axis();
    let frame = Frame {
        width,
        height,
        left,
        right: (width - BESIDE).max(left + 1.0),
        top: above,
        bottom: height - below,
        gap,
        content_height: (above + gap * gaps + inside + below).max(height),
        axis,
        window: view
            .window
            .map_or_else(|| whole(source, view, axis), |window| Window::new(window.from, window.to)),
        folds: Folds::default(),
        is_vertical,
    };
    let mut y = vec![None; trace.nodes()];
    let mut down = above + spare / 2.0 - view.scroll;
    for band in &bands {
        for (place, node) in band.iter().enumerate() {
            y[node.index()] = Some(down + CLOSE * place as f64);
        }
        down += gap + CLOSE * (band.len() - 1) as f64;
    }
    (frame, y)
}

/// The stretches of the axis in which nothing happens that is shown.
pub(super) fn folds(source: &Source<'_>, y: &[Option<f64>], sight: &Sightline) -> Folds {
    let (trace, index) = (source.trace, source.index);
    let shown: Vec<NodeId> = NodeId::first(trace.nodes()).filter(|node| y[node.index()].is_some()).collect();
    Folds::of(index.extent(trace), |piece| {
        let mut extent: Option<(f64, f64)> = None;
        for &node in &shown {
            let lane = index.lane(trace, node);
            let value = |place: usize| index.place(trace, EventId(lane[place]));
            for (first, last) in index.visible(trace, node, sight.limit(node), piece) {
                let (first, last) = (value(first), value(last - 1));
                let (from, to) = extent.unwrap_or((first, last));
                extent = Some((from.min(first), to.max(last)));
            }
        }
        extent
    })
}

/// The whole run with a little room at its ends, so that nothing stands on the edge.
fn whole(source: &Source<'_>, view: &View, axis: Axis) -> Window {
    let extent = source.index.extent(source.trace);
    let extent = match axis {
        Axis::TrueTime => Window::new(extent.from, extent.to.max(view.present(source.trace.now()).0 as f64)),
        Axis::Causal | Axis::Lamport | Axis::Wall => extent,
    };
    let length = extent.length();
    // Where the picture is narrow, events of the last instant need more of it to stand side by side.
    let spare = (LAST / (view.width - 2.0 * BESIDE).max(1.0)).clamp(0.05, 0.2);
    match axis {
        Axis::TrueTime => Window::new(extent.from, extent.to + spare * length),
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
        if frame.is_vertical {
            for tick in self.picture.ticks.clone() {
                self.block(Point::new(tick.x, 40.0), 28.0);
            }
        } else {
            self.crowd.line(0.0, frame.width, 22.0);
        }
        self.lay_folds();
        let in_sight = frame.top - 0.5 * frame.gap..=frame.height - 0.3 * frame.gap.min(BELOW);
        let trace = self.source.trace;
        for node in NodeId::first(trace.nodes()) {
            if let Some(y) = self.y(node).filter(|y| in_sight.contains(y)) {
                self.rows.push(Row { node, y });
            }
        }
        self.rows.sort_by(|a, b| a.y.total_cmp(&b.y));
        let names = self.lay_bands();
        for Row { node, y } in self.rows.clone() {
            let is_own = self.view.selection == Selection::Node(node)
                || matches!(self.view.view_as, ViewAs::Node(own, _) if own == node);
            let name = self.speak(|| {
                let count = self.limit(node);
                let events = super::plural(count, "event", "events");
                format!("{}, {count} {events}", trace.name(node))
            });
            let text = names.get(&node).map_or_else(|| short(trace.name(node)), |name| short(name));
            let (from, to) = (frame.left, frame.right);
            self.picture.lanes.push(Lane { node, text, y, from, to, is_own, name });
        }
    }

    /// Lays out the bands of lanes that belong together; gives what stands beside their lanes, which is one name
    /// for all.
    fn lay_bands(&mut self) -> BTreeMap<NodeId, String> {
        let (trace, frame) = (self.source.trace, self.frame);
        let mut names = BTreeMap::new();
        let bands = self.view.look.bands(trace, self.source.index, &self.view.lanes);
        for band in bands.iter().filter(|band| band.len() > 1) {
            let in_sight = |node: &&NodeId| self.rows.iter().any(|row| row.node == **node);
            let shown: Vec<NodeId> = band.iter().filter(in_sight).copied().collect();
            let (Some(&first), Some(&last)) = (shown.first(), shown.last()) else { continue };
            let (Some(top), Some(bottom)) = (self.y(first), self.y(last)) else { continue };
            let title = look::band_name(trace, band);
            names.extend(shown.iter().map(|&node| (node, String::new())));
            names.insert(shown[shown.len() / 2], title.clone());
            let name = self.speak(|| format!("{title}: {} lanes as one band", band.len()));
            self.picture.bands.push(Band {
                kind: BandKind::Group,
                at: Point::new(frame.left - 4.0, top - CLOSE),
                width: frame.right - frame.left + 8.0,
                height: bottom - top + 2.0 * CLOSE,
                name,
            });
        }
        names
    }

    /// Marks where the axis is folded, and says how much of it is.
    fn lay_folds(&mut self) {
        let frame = self.frame;
        for fold in frame.folds.iter() {
            let (from, to) = (frame.x(fold.from), frame.x(fold.to));
            if to < frame.left || from > frame.right {
                continue;
            }
            let length = words::rough(Duration((fold.to - fold.from) as u64));
            let middle = (from + to) / 2.0;
            let places = [frame.height - 22.0, 42.0, frame.height - 34.0]
                .map(|y| (Point::new(middle, y), Anchor::Middle));
            let text = format!("{length} folded");
            self.write(&text, Font::Words, Tone::Dim, &places);
            let name = self.speak(|| format!("{length} in which nothing happens, folded"));
            let (from, to) = (from.max(frame.left), to.min(frame.right));
            self.picture.folds.push(FoldMark { from, to, text, name });
        }
    }

    /// Says what runs from left to right.
    pub(super) fn lay_caption(&mut self) {
        let below = match self.frame.is_vertical {
            true => Point::new(self.frame.width - 10.0, 8.0),
            false => Point::new(self.frame.left, self.frame.height - 8.0),
        };
        let spread = if self.is_spread { "; events of one instant stand side by side" } else { "" };
        let unstamped = match self.picture.counts.unstamped {
            0 => String::new(),
            count => format!("; {count} {} no room", super::plural(count, "stamp has", "stamps have")),
        };
        let blocks = match self.picture.counts.in_blocks {
            0 => String::new(),
            count => format!("; {count} {} in blocks", super::plural(count, "event stands", "events stand")),
        };
        let caption = caption(self.frame.axis);
        let text = format!("{caption}{spread}{unstamped}{blocks}");
        // Where that is too long, what runs along the axis comes first; the picture's description has the rest.
        if !self.write(&text, Font::Words, Tone::Dim, &[(below, Anchor::Start)]) {
            self.write(caption, Font::Words, Tone::Dim, &[(below, Anchor::Start)]);
        }
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
