//! What a trace means: what happened before what, which stamps the clocks give, and what went wrong.
//!
//! Everything here is computed from a [`Trace`](crate::sim::Trace) alone, so that an imported log gets all
//! of it. [`Causality`] is the oracle: it follows the trace's own arrows and knows no clock, and the clocks
//! are judged by it. Must not know where a trace came from.

pub mod causality;
#[cfg(test)]
mod puppets;

pub use causality::{Causality, Cone, Relation};
