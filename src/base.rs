//! The ground floor: kinds of time, ids, exact ratios, seeds and streams of chance.
//!
//! Knows nothing above it. What is here is used by every layer, so it stays small.

mod chance;
mod ids;
mod ratio;
mod time;

pub use chance::{Cause, Chance, Draw, Seed};
pub use ids::{EventId, LinkId, MessageId, NodeId, SpanId};
pub use ratio::Ratio;
pub use time::{Duration, MonotonicReading, TrueTime, WallReading};
