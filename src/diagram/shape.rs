//! The simple shapes that every painter can put down, grouped into figures that have names.
//!
//! Colours are still tones. Must not know what the shapes stand for, nor how they are painted.

use super::hit::Hit;
use super::theme::Tone;

/// A point in pixels from the top left.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    /// The point at these pixels.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The point `share` of the way to another.
    #[must_use]
    pub fn toward(self, other: Self, share: f64) -> Self {
        Self { x: self.x + (other.x - self.x) * share, y: self.y + (other.y - self.y) * share }
    }

    /// How far away another point is.
    pub fn distance(self, other: Self) -> f64 {
        ((self.x - other.x) * (self.x - other.x) + (self.y - other.y) * (self.y - other.y)).sqrt()
    }
}

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anchor {
    /// It begins there.
    #[default]
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

impl Anchor {
    /// Where a text of this width begins that is anchored at `x`.
    pub fn start(self, x: f64, width: f64) -> f64 {
        match self {
            Self::Start => x,
            Self::Middle => x - width / 2.0,
            Self::End => x - width,
        }
    }
}

/// Which letters a text is set in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Font {
    /// Words: 11 px.
    #[default]
    Words,
    /// Names and numbers of equal width: 11 px.
    Code,
    /// Stamps beside events: equal width, 10 px.
    Stamp,
}

impl Font {
    /// The size in pixels.
    pub const fn size(self) -> f64 {
        match self {
            Self::Words | Self::Code => 11.0,
            Self::Stamp => 10.0,
        }
    }

    /// How wide a text will be, in pixels, near enough to keep texts apart: no painter is asked, since the
    /// same picture must come out natively.
    pub fn width(self, text: &str) -> f64 {
        let each = match self {
            Self::Words => 5.9,
            Self::Code => 6.63,
            Self::Stamp => 6.03,
        };
        text.chars().count() as f64 * each
    }
}

/// A simple shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A straight line.
    Line(Point, Point),
    /// Straight lines from point to point.
    Path {
        /// The points in order.
        points: Vec<Point>,
        /// Whether the last is joined with the first.
        closed: bool,
    },
    /// A circle.
    Circle {
        /// Its centre.
        at: Point,
        /// Its radius in pixels.
        radius: f64,
    },
    /// An upright rectangle.
    Rect {
        /// Its upper left corner.
        at: Point,
        /// Its width in pixels.
        width: f64,
        /// Its height in pixels.
        height: f64,
        /// The radius of its corners in pixels.
        round: f64,
    },
    /// A line of text with a halo in the tone of the panel. Its point is on the base line.
    Text {
        /// Where.
        at: Point,
        /// What it says.
        text: String,
        /// Where it stands relative to the point.
        anchor: Anchor,
        /// Which letters.
        font: Font,
    },
}

/// How a shape is put down. Shapes of equal style are put down together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// What fills it.
    pub fill: Option<Tone>,
    /// What its line is drawn with.
    pub stroke: Option<Tone>,
    /// How wide the line is, in pixels.
    pub width: f64,
    /// The lengths of dashes and gaps in pixels; none for a solid line.
    pub dash: &'static [f64],
    /// Whether the ends of lines and dashes are round.
    pub is_round: bool,
    /// How much it covers, from 0 to 1.
    pub opacity: f64,
}

impl Style {
    const NONE: Self =
        Self { fill: None, stroke: None, width: 0.0, dash: &[], is_round: false, opacity: 1.0 };

    /// Filled with a tone.
    pub const fn fill(tone: Tone) -> Self {
        Self { fill: Some(tone), ..Self::NONE }
    }

    /// Drawn with a line.
    pub const fn line(tone: Tone, width: f64) -> Self {
        Self { stroke: Some(tone), width, ..Self::NONE }
    }

    /// The same, with a line around it as well.
    #[must_use]
    pub const fn edged(self, tone: Tone, width: f64) -> Self {
        Self { stroke: Some(tone), width, ..self }
    }

    /// The same, dashed.
    #[must_use]
    pub const fn dashed(self, dash: &'static [f64]) -> Self {
        Self { dash, ..self }
    }

    /// The same, with round ends.
    #[must_use]
    pub const fn round(self) -> Self {
        Self { is_round: true, ..self }
    }

    /// The same, covering less.
    #[must_use]
    pub const fn faint(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// Shapes that belong together: one thing in the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The class of the thing, for the page's style: `event`, `arrow`, `lane`.
    pub class: &'static str,
    /// A second class: which kind of it.
    pub kind: &'static str,
    /// Its tone.
    pub tone: Tone,
    /// What it is called in speech; empty for what only decorates.
    pub name: String,
    /// What it is, for a pointer.
    pub hit: Option<Hit>,
    /// Its shapes, from the lowest to the uppermost.
    pub shapes: Vec<(Shape, Style)>,
}

impl Figure {
    /// A figure without a name.
    pub fn new(class: &'static str, kind: &'static str, tone: Tone) -> Self {
        Self { class, kind, tone, name: String::new(), hit: None, shapes: Vec::new() }
    }

    /// The same with a further shape on top.
    #[must_use]
    pub fn with(mut self, shape: Shape, style: Style) -> Self {
        self.shapes.push((shape, style));
        self
    }

    /// The same with a name for speech and for a pointer.
    #[must_use]
    pub fn named(self, name: String, hit: Option<Hit>) -> Self {
        Self { name, hit, ..self }
    }
}

/// A picture as shapes, in layers from the lowest to the uppermost.
///
/// Within a layer the order means nothing, so that a painter may put shapes of equal style down at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// The width in pixels.
    pub width: f64,
    /// The height in pixels.
    pub height: f64,
    /// What the drawing is called.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub description: String,
    /// The layers.
    pub layers: Vec<Vec<Figure>>,
}

/// How many primitives a drawing takes to paint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Line segments that are stroked.
    pub segments: usize,
    /// Areas that are filled, and closed shapes that are stroked as one.
    pub areas: usize,
    /// Lines of text.
    pub texts: usize,
}

impl Drawing {
    /// All shapes with their styles, from the lowest to the uppermost.
    pub fn shapes(&self) -> impl Iterator<Item = &(Shape, Style)> {
        self.layers.iter().flatten().flat_map(|figure| &figure.shapes)
    }

    /// What it takes to paint.
    pub fn weight(&self) -> Weight {
        let mut weight = Weight::default();
        for (shape, _) in self.shapes() {
            match shape {
                Shape::Line(..) => weight.segments += 1,
                Shape::Path { points, closed: false } => weight.segments += points.len().saturating_sub(1),
                Shape::Path { closed: true, .. } | Shape::Circle { .. } | Shape::Rect { .. } => {
                    weight.areas += 1;
                }
                Shape::Text { .. } => weight.texts += 1,
            }
        }
        weight
    }
}
