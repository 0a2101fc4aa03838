//! Trace and analysis into a picture of plain data, and the picture into SVG, canvas calls or text.
//!
//! Three steps, each the only input of the next: [`space_time`] makes a [`Picture`] for a [`View`], and
//! [`network::picture`] another of the network; [`Picture::draw`] and [`network::NetworkPicture::draw`] turn
//! them into a [`Drawing`] of simple shapes whose colours are still names of meanings; [`svg::write`] and
//! [`canvas::paint`] put a drawing down. What is drawn and what it is called in speech come from the same
//! picture, so that they cannot differ.
//!
//! Must not know scenes or the browser.
//!
//! # Example
//! ```
//! use lightcone::analysis::Causality;
//! use lightcone::clocks::{ClockSpec, Oscillator};
//! use lightcone::diagram::{Index, Source, Theme, View, space_time, svg};
//! use lightcone::sim::Trace;
//!
//! fn figure(trace: &Trace) -> String {
//!     let view = View::new(960.0, 400.0);
//!     let mut index = Index::new();
//!     index.follow(trace, view.drawn_axis());
//!     let causality = Causality::of(trace);
//!     let picture = space_time(&Source::new(trace, &index, &causality), &view);
//!     svg::write(&picture.draw(), Theme::Light)
//! }
//!
//! let clock = Oscillator::new(ClockSpec::default());
//! let trace = Trace::new(vec!["Ada".to_owned(), "Bob".to_owned()], vec![clock; 2]);
//! assert!(figure(&trace).contains(">Ada</text>"));
//! ```

pub mod canvas;
pub mod chart;
mod compared;
mod draw;
mod fold;
pub mod grid;
mod hit;
mod index;
mod layout;
pub mod legend;
mod look;
pub mod network;
pub mod overlays;
mod picture;
mod scale;
pub mod shape;
mod source;
mod strip;
pub mod svg;
pub mod text;
pub mod theme;
mod view;
pub mod words;

pub use compared::{Compared, Differs, Half, World, columns, compared, halves, tiled, worlds};
pub use fold::{Fold, Folds};
pub use hit::Hit;
pub use index::Index;
pub use layout::space_time;
pub use look::{Look, groups_by_name};
pub use picture::{
    Arrow, ArrowKind, Band, BandKind, Block, Breaking, Cluster, Counts, CutLine, Dot, FoldMark, Frame,
    Handle, Label, Lane, Mark, NowMark, Picture, Tick,
};
pub use scale::decimal_step;
pub use shape::Drawing;
pub use source::{Source, Stamps};
pub use strip::Strip;
pub use theme::{Theme, Tone};
pub use view::{Axis, Selection, Sight, View, ViewAs, Window};
