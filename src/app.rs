//! What is on screen as a pure machine: a model, messages, and a view-model of plain public data.
//!
//! The page sends a [`Msg`] and paints what [`screen`] says; tests do the same without a browser. Must not
//! know the DOM or the machine's clock: how much time has passed is told to it.

mod comparing;
mod decimal;
mod drive;
pub mod export;
pub mod figure;
mod finder;
mod history;
pub mod link;
pub mod log_figure;
mod looks;
pub mod matrix;
mod model;
mod opened;
mod playback;
mod presets;
mod saved;
pub mod screen;
mod until;
mod update;
mod view;

pub use comparing::{Against, BESIDE_MOST, Beside, Comparing, Other, Rival, RivalRun};
pub use decimal::decimal;
pub use drive::Journey;
pub use finder::{Find, Found, found};
pub use history::{Branch, BranchId, History};
pub use link::{BadLink, Link};
pub use looks::Looking;
pub use model::{Dialog, Model, Notice};
pub use opened::{ErrorRow, LogFile, LogView, log_counts, log_view};
pub use playback::{Pace, Speed};
pub use saved::{BadSession, restore, save};
pub use until::{Compare, Until};
pub use update::Msg;
pub use view::{Axis, Selection, Sight, View, ViewAs};

/// The version of everything that a trace hash depends on. It rises when any golden hash changes; links of
/// an older format open with a warning.
pub const FORMAT: u16 = 1;
