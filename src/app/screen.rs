//! The view-model: what is on screen, in the screen's words, as plain public data.
//!
//! Each part is a function of the model, so that the page paints a part anew only when it differs. Must not
//! know how anything is painted.

mod agencies;
mod beliefs;
mod comparing;
mod controls;
mod cut;
mod inspector;
mod lists;
mod measures;
mod message;
mod second;
mod sight;
mod stamps;
mod words;
mod worlds;

pub use agencies::{AgencyRow, agencies, refusal};
pub use beliefs::Belief;
pub use comparing::{
    ComparisonView, DifferenceRow, Side, SideBySide, compared, comparison, is_visible_there, side_by_side,
};
pub use controls::{
    Assumption, Choices, ClaimRow, DialRow, Header, Mark, MarkKind, Share, Strip, Transport, assumptions,
    claims, header, is_set, scene_dials, share, strip, transport,
};
pub use cut::{CutLane, CutView, cut};
pub use inspector::{Cause, EventView, Inspector, NodeView, Tip, inspector, tip};
pub use lists::{BranchRow, EventRow, FlightRow, NextRow, Table, branches, events, in_flight, next_choices};
pub use measures::{Measures, measures};
pub use message::{Journey, MessageView};
pub use second::{SecondView, second};
pub use sight::{Eyes, is_visible, listed_count, listed_events, visible_count, visible_events};
pub use stamps::{StampRow, TrialRow, stamp, trial};
pub use words::{
    clock_time, done, event_in_full, event_name, event_sentence, last_turn, message_name, reading, selected,
    whose_view,
};
pub use worlds::{WorldRow, Worlds, worlds};
