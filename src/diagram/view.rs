//! How a run is looked at, as plain data: which lanes, along which axis, from where to where, through whose eyes.
//!
//! Looking changes nothing, so a view is part of a link and never of a run. Must not know how it is drawn.

use super::look::Look;
use crate::analysis::Frontier;
use crate::base::{EventId, MessageId, NodeId, TrueTime};

/// How much of the run a node's view shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// What it saw: its own events.
    #[default]
    Saw,
    /// The most it could have been told: the causal past of its last event.
    CouldKnow,
}

/// Whose view is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewAs {
    /// The observer outside, who sees all.
    #[default]
    Outside,
    /// One node.
    Node(NodeId, Sight),
}

/// What runs along the diagram.
///
/// The observer's Lamport stamp of an event *is* the length of the longest chain of causes that ends in it, so
/// [`Axis::Causal`] and [`Axis::Lamport`] put events at the same places; they differ in what they say there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// True time, which only the observer outside has.
    #[default]
    TrueTime,
    /// How many events the longest causal chain has that ends in an event: equal steps, no times.
    Causal,
    /// Lamport stamps.
    Lamport,
    /// What each node's own wall clock showed. Arrows may point backward, which is the lesson.
    Wall,
}

impl Axis {
    /// All axes with their names in the page.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::TrueTime, "True time"),
        (Self::Causal, "Causal"),
        (Self::Lamport, "Lamport"),
        (Self::Wall, "Wall clocks"),
    ];

    /// The name in the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TrueTime => Self::ALL[0].1,
            Self::Causal => Self::ALL[1].1,
            Self::Lamport => Self::ALL[2].1,
            Self::Wall => Self::ALL[3].1,
        }
    }

    /// Whether it is measured in nanoseconds; the others count events.
    pub const fn is_time(self) -> bool {
        match self {
            Self::TrueTime | Self::Wall => true,
            Self::Causal | Self::Lamport => false,
        }
    }
}

/// What is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selection {
    /// Nothing.
    #[default]
    Nothing,
    /// An event.
    Event(EventId),
    /// A message, with all its copies.
    Message(MessageId),
    /// A node.
    Node(NodeId),
}

/// A stretch of the axis, in its unit: nanoseconds, or events of a chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Window {
    /// Where it begins.
    pub from: f64,
    /// Where it ends; always beyond `from`.
    pub to: f64,
}

impl Window {
    /// From one value to another, which are put in order, kept apart and within what can be drawn: a link may
    /// hold anything.
    pub fn new(from: f64, to: f64) -> Self {
        // Thirty years of nanoseconds; beyond, a float could not tell one from the next.
        const FAR: f64 = 1e18;
        let bounded = |value: f64| if value.is_nan() { 0.0 } else { value.clamp(-FAR, FAR) };
        let (from, to) = (bounded(from), bounded(to));
        let (low, high) = if from <= to { (from, to) } else { (to, from) };
        let least = 1e-6_f64.max(low.abs().max(high.abs()) * 1e-12);
        Self { from: low, to: high.max(low + least) }
    }

    /// How long it is.
    pub fn length(self) -> f64 {
        self.to - self.from
    }

    /// Moved by this much.
    #[must_use]
    pub fn moved(self, by: f64) -> Self {
        Self::new(self.from + by, self.to + by)
    }

    /// `factor` times as long, with `at` staying where it is; a factor below 1 shows less in more detail.
    #[must_use]
    pub fn zoomed(self, factor: f64, at: f64) -> Self {
        Self::new(at - (at - self.from) * factor, at + (self.to - at) * factor)
    }

    /// A window of the same length in which `value` stands nine tenths along, for following a run.
    #[must_use]
    pub fn following(self, value: f64) -> Self {
        self.moved(value - (self.from + 0.9 * self.length()))
    }
}

/// How a run is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The lanes that are shown, in order; all nodes in their own order if there are none.
    pub lanes: Vec<NodeId>,
    /// What runs along the diagram. A node's view never has true time: it is replaced by the wall clocks.
    pub axis: Axis,
    /// The stretch that is shown; `None` for the whole run.
    pub window: Option<Window>,
    /// How lanes and axis are arranged.
    pub look: Look,
    /// A cut through the run, if there is one.
    pub cut: Option<Frontier>,
    /// The width of the picture in pixels.
    pub width: f64,
    /// The height of what is seen of it, in pixels.
    pub height: f64,
    /// How much room the names of the lanes have at least, in pixels.
    pub margin: f64,
    /// How far down the lanes the top of the picture is, in pixels, where the lanes need more than the height.
    pub scroll: f64,
    /// What is selected.
    pub selection: Selection,
    /// A second event, compared with the selected one.
    pub second: Option<EventId>,
    /// The event that has the keyboard's focus.
    pub focus: Option<EventId>,
    /// Whose view it is.
    pub view_as: ViewAs,
    /// The present that is shown while a run plays, between two turns; the trace's own if there is none.
    pub now: Option<TrueTime>,
    /// The ids of the overlays that are switched on: see [`super::overlays::ALL`].
    pub overlays: Vec<&'static str>,
    /// Whether everything drawn gets its name in speech. Frames of an animation can do without.
    pub speaks: bool,
}

impl View {
    /// The whole run from outside, along true time, with the usual overlays.
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            lanes: Vec::new(),
            axis: Axis::TrueTime,
            window: None,
            look: Look::default(),
            cut: None,
            width,
            height,
            margin: 0.0,
            scroll: 0.0,
            selection: Selection::Nothing,
            second: None,
            focus: None,
            view_as: ViewAs::Outside,
            now: None,
            overlays: super::overlays::usual(),
            speaks: true,
        }
    }

    /// The axis that is drawn: a node has no true time, so its view goes by wall clocks.
    pub fn drawn_axis(&self) -> Axis {
        match (self.view_as, self.axis) {
            (ViewAs::Node(..), Axis::TrueTime) => Axis::Wall,
            (_, axis) => axis,
        }
    }

    /// The selected event.
    pub fn selected_event(&self) -> Option<EventId> {
        match self.selection {
            Selection::Event(event) => Some(event),
            Selection::Nothing | Selection::Message(_) | Selection::Node(_) => None,
        }
    }

    /// The present that is shown of a trace whose own is `now`.
    pub fn present(&self, now: TrueTime) -> TrueTime {
        self.now.map_or(now, |shown| shown.max(now))
    }

    /// Whether an overlay is switched on.
    pub fn shows(&self, overlay: &str) -> bool {
        self.overlays.contains(&overlay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_place_under_the_pointer() {
        let window = Window::new(100.0, 300.0);
        let closer = window.zoomed(0.5, 150.0);
        assert_eq!((closer.from, closer.to), (125.0, 225.0));
        assert_eq!(closer.zoomed(2.0, 150.0), window);
    }

    #[test]
    fn a_window_is_never_empty_nor_turned_round() {
        assert_eq!(Window::new(5.0, 2.0), Window::new(2.0, 5.0));
        assert!(Window::new(3.0, 3.0).length() > 0.0);
    }

    #[test]
    fn a_node_never_sees_true_time() {
        let mut view = View::new(100.0, 100.0);
        view.view_as = ViewAs::Node(NodeId(0), Sight::Saw);
        assert_eq!(view.drawn_axis(), Axis::Wall);
    }
}
