//! The ground floor: kinds of time, ids, exact ratios, seeds and streams of chance.
//!
//! Knows nothing above it. What is here is used by every layer, so it stays small.

mod bucket;
mod chance;
mod doc;
mod ids;
mod ratio;
mod time;

pub use bucket::TokenBucket;
pub use chance::{Cause, Chance, Draw, Seed, times_asked};
pub use doc::Doc;
#[doc(hidden)]
pub use doc::{comment_bytes, comment_length};
pub use ids::{EventId, LinkId, MessageId, NodeId, SpanId};
pub use ratio::Ratio;
pub use time::{Duration, MonotonicReading, TrueTime, WallReading};
