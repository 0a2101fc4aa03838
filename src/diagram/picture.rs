//! The space-time diagram as plain data: what is where, how it looks, and what it is called in speech.
//!
//! Must not know how it was laid out, nor how it is painted.

use super::fold::Folds;
use super::shape::{Anchor, Font, Point};
use super::theme::Tone;
use super::view::{Axis, Window};
use crate::base::{EventId, MessageId, NodeId};

/// A space-time diagram, for one view.
///
/// All places are as if the axis ran to the right; where it runs down, [`Frame::turned`] tells where on the screen
/// they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Its measures.
    pub frame: Frame,
    /// What it is called.
    pub title: String,
    /// What it shows, in a few sentences.
    pub description: String,
    /// The lanes that are in sight, from the top.
    pub lanes: Vec<Lane>,
    /// The marks along the axis.
    pub ticks: Vec<Tick>,
    /// Areas behind everything: cones, pauses, outages, partitions, cuts.
    pub bands: Vec<Band>,
    /// Events that stand too close to be told apart, counted.
    pub blocks: Vec<Block>,
    /// A shortest chain of causes between two selected events, from point to point; none where they are
    /// concurrent.
    pub chain: Vec<Point>,
    /// Messages.
    pub arrows: Vec<Arrow>,
    /// Losses that stand too close to be told apart, counted.
    pub clusters: Vec<Cluster>,
    /// Events.
    pub dots: Vec<Dot>,
    /// Texts, none of which covers another.
    pub labels: Vec<Label>,
    /// Where the axis is folded.
    pub folds: Vec<FoldMark>,
    /// Messages that arrived before they were sent by the clocks and that stand too close to be told apart.
    pub backward: Vec<Cluster>,
    /// Events that cannot be right and that stand too close to be told apart.
    pub suspects: Vec<Cluster>,
    /// The cut, if there is one.
    pub cut: Option<CutLine>,
    /// Where the present is.
    pub now: Vec<NowMark>,
    /// How much is shown and how much is not.
    pub counts: Counts,
}

/// The measures of a picture, in pixels from its top left.
///
/// Where the axis runs down, all is as if the picture lay on its side: `width` is along the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Where the window begins.
    pub left: f64,
    /// Where the window ends.
    pub right: f64,
    /// Where the lanes may begin.
    pub top: f64,
    /// Where they must end.
    pub bottom: f64,
    /// From lane to lane.
    pub gap: f64,
    /// How high all lanes are together with the margins; more than `height` means that it scrolls.
    pub content_height: f64,
    /// What runs from left to right.
    pub axis: Axis,
    /// The stretch of it that is shown.
    pub window: Window,
    /// The stretches of it that are folded.
    pub folds: Folds,
    /// Whether the axis runs down.
    pub is_vertical: bool,
}

impl Frame {
    /// Where a value of the axis stands.
    pub fn x(&self, value: f64) -> f64 {
        let at = self.folds.folded(value) - self.folds.folded(self.window.from);
        self.left + at * (self.right - self.left) / self.folds.length(self.window)
    }

    /// The value of the axis that stands at `x`.
    pub fn value(&self, x: f64) -> f64 {
        let at = (x - self.left) * self.folds.length(self.window) / (self.right - self.left);
        self.folds.unfolded(self.folds.folded(self.window.from) + at)
    }

    /// Where a place of the picture is on the screen, and the way back: the two directions are exchanged where
    /// the axis runs down.
    pub fn turned(&self, at: Point) -> Point {
        if self.is_vertical { Point::new(at.y, at.x) } else { at }
    }

    /// The window moved by so many pixels of the axis.
    pub fn moved(&self, by: f64) -> Window {
        if self.folds == Folds::default() {
            return self.window.moved(self.value(self.left + by) - self.value(self.left));
        }
        Window::new(self.value(self.left + by), self.value(self.right + by))
    }

    /// The window showing `factor` times as much, with the value `at` staying where it is.
    pub fn zoomed(&self, factor: f64, at: f64) -> Window {
        let place = |value: f64| self.folds.folded(value);
        let window = Window::new(place(self.window.from), place(self.window.to)).zoomed(factor, place(at));
        Window::new(self.folds.unfolded(window.from), self.folds.unfolded(window.to))
    }

    /// How much smaller marks are drawn because the lanes are close, from 0 to 1.
    pub fn mark_scale(&self) -> f64 {
        (self.gap / 34.0).clamp(0.55, 1.0)
    }

    /// How far a band reaches to either side of its lane.
    pub fn half_band(&self) -> f64 {
        (self.gap * 0.36).clamp(3.0, 19.0)
    }
}

/// A node's line through time.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The node.
    pub node: NodeId,
    /// Its name, shortened if it is long.
    pub text: String,
    /// How far down.
    pub y: f64,
    /// From where its line is drawn.
    pub from: f64,
    /// To where.
    pub to: f64,
    /// Whether it is selected, or the one whose view is shown.
    pub is_own: bool,
    /// What it is called in speech.
    pub name: String,
}

/// A mark along the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub x: f64,
    /// What it says.
    pub text: String,
}

/// What an area stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BandKind {
    /// What could have caused the selected event.
    Past,
    /// What the selected event can have caused.
    Future,
    /// The node was paused.
    Pause,
    /// The node was down.
    Outage,
    /// The node was parted from others.
    Partition,
    /// A link of the node was cut.
    Cut,
    /// Lanes that belong together.
    Group,
}

/// An area on a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// What it stands for.
    pub kind: BandKind,
    /// Its upper left corner.
    pub at: Point,
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
    /// What it is called in speech; empty for all but one of those that belong together.
    pub name: String,
}

/// Events of a lane that stand too close to be told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The lane.
    pub node: NodeId,
    /// The upper left corner.
    pub at: Point,
    /// How wide.
    pub width: f64,
    /// How high: more events are higher.
    pub height: f64,
    /// How many events it stands for.
    pub events: u32,
    /// The first of them.
    pub first: EventId,
    /// The last of them.
    pub last: EventId,
    /// Its tone, if all of its events have the same relation to the selected one.
    pub tone: Tone,
    /// What it is called in speech.
    pub name: String,
}

/// What became of the copy of a message that an arrow shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArrowKind {
    /// It arrived.
    Arrived,
    /// It arrived with other bits than it set out with.
    Corrupted,
    /// It arrived though no node had sent it.
    Injected,
    /// It is under way.
    InFlight,
    /// It has reached its receiver, which is paused or busy.
    Waiting,
    /// It was lost.
    Lost,
    /// Its other end is not in this picture.
    Stub,
    /// It brought news of a shown lane by way of hidden ones: the arrow begins there and not at its send.
    Through,
}

/// One copy of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// The message.
    pub message: MessageId,
    /// Which copy of it; 0 is the original.
    pub copy: u16,
    /// What became of it.
    pub kind: ArrowKind,
    /// Its send, where that is known.
    pub sent: Option<EventId>,
    /// Its receive, if it has one in this picture.
    pub received: Option<EventId>,
    /// Where it begins, cut off at the edge of the picture.
    pub from: Point,
    /// Where it passes on its way; a message to oneself makes a turn.
    pub via: Option<Point>,
    /// Where it ends, cut off at the edge of the picture.
    pub to: Point,
    /// Whether its end is inside, so that it gets a head or a cross.
    pub has_tip: bool,
    /// Its tone.
    pub tone: Tone,
    /// Whether it is selected.
    pub is_selected: bool,
    /// Whether the receiver's wall clock showed less than the sender's, and that is pointed out.
    pub is_backward: bool,
    /// Whether one of its ends cannot be right, so that it may not be so itself.
    pub is_suspect: bool,
    /// What it is called in speech.
    pub name: String,
}

/// Losses, or other things gone wrong, that stand too close to be told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The lane: of a loss the sender's.
    pub node: NodeId,
    /// Where.
    pub at: Point,
    /// How many it stands for.
    pub losses: u32,
    /// What it is called in speech.
    pub name: String,
}

/// The form of an event's mark. Each kind has its own, so that no colour is needed to tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A filled circle: a send.
    Disc,
    /// A ring: a receive.
    Ring,
    /// A diamond: a local event.
    Diamond,
    /// An hourglass: a timer.
    Hourglass,
    /// A star: a decision.
    Star,
    /// A hollow square: a write to the disk.
    Square,
    /// A cross: a crash.
    Cross,
    /// A filled triangle that points on: a restart.
    Triangle,
    /// Two bars: a pause.
    Bars,
    /// A hollow triangle that points on: a resume.
    HollowTriangle,
    /// A clock face: a step of the wall clock.
    Face,
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// The event.
    pub event: EventId,
    /// Where.
    pub at: Point,
    /// Its form.
    pub mark: Mark,
    /// Its tone.
    pub tone: Tone,
    /// Whether it is selected.
    pub is_selected: bool,
    /// Whether it is the second event, compared with the selected one.
    pub is_second: bool,
    /// Whether it has the keyboard's focus.
    pub is_focused: bool,
    /// Whether something about it cannot be right.
    pub is_suspect: bool,
    /// What it is called in speech.
    pub name: String,
}

/// A text.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The point on its base line where it is anchored.
    pub at: Point,
    /// What it says.
    pub text: String,
    /// How it is anchored.
    pub anchor: Anchor,
    /// Its letters.
    pub font: Font,
    /// Its tone.
    pub tone: Tone,
}

/// Where the present is: one line across, or one for each lane by its own clock.
#[derive(Clone, Debug, PartialEq)]
pub struct NowMark {
    /// Where.
    pub x: f64,
    /// Where the line begins.
    pub top: f64,
    /// Where it ends.
    pub bottom: f64,
}

/// Where the axis is folded.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldMark {
    /// From where.
    pub from: f64,
    /// To where.
    pub to: f64,
    /// How much is folded: `26 s`.
    pub text: String,
    /// What it is called in speech.
    pub name: String,
}

/// A cut through the lanes.
#[derive(Clone, Debug, PartialEq)]
pub struct CutLine {
    /// Where it crosses each lane in sight, from the top.
    pub handles: Vec<Handle>,
    /// Messages that break it, as far as they are drawn.
    pub breaking: Vec<Breaking>,
    /// How many messages break it; none if it is consistent.
    pub breaches: usize,
    /// What it is called in speech.
    pub name: String,
}

/// Where a cut crosses a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handle {
    /// The lane.
    pub node: NodeId,
    /// Where.
    pub at: Point,
    /// How many of the lane's events are inside.
    pub inside: u32,
}

/// A message that breaks a cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Breaking {
    /// The message.
    pub message: MessageId,
    /// Its send, outside.
    pub from: Point,
    /// The receive, inside.
    pub to: Point,
    /// What it is called in speech.
    pub name: String,
}

/// How much of what is in the window is shown, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events on the lanes in sight, within the window: those drawn one by one and those in blocks.
    pub events: usize,
    /// Those of them that stand in blocks.
    pub in_blocks: usize,
    /// Events of them whose stamp found no room; 0 while stamps are off.
    pub unstamped: usize,
    /// Messages with something to show in the window, on lanes in sight.
    pub messages: usize,
    /// Whether that number is a guess from a sample: of very many messages, where some lanes are out of sight.
    pub is_about: bool,
    /// Of how many messages one is drawn; 1 when all are.
    pub one_of: usize,
    /// Losses in the window, each drawn or counted in a cluster.
    pub losses: usize,
    /// Messages received in the window that by the clocks arrived before they were sent, drawn or counted; 0
    /// while the overlay for them is off.
    pub backward: usize,
    /// Events in the window that cannot be right, drawn or counted; 0 while the overlay for them is off.
    pub suspects: usize,
    /// Events in the past of the selected one, in the whole run.
    pub past: usize,
    /// Events in its future.
    pub future: usize,
    /// Events that are concurrent with it.
    pub concurrent: usize,
}
