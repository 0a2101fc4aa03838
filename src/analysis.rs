//! What a trace means: what happened before what, which stamps the clocks give, and what went wrong.
//!
//! Everything here is computed from a [`Trace`](crate::sim::Trace) alone, so that an imported log gets all
//! of it. [`Causality`] is the oracle: it follows the trace's own arrows and knows no clock, and the clocks
//! are judged by it. Must not know where a trace came from.

pub mod anomalies;
pub mod causality;
pub mod compare;
pub mod cuts;
pub mod derivation;
pub mod detection;
pub mod fold;
pub mod judgement;
pub mod measures;
pub mod meters;
pub mod pattern;
pub mod plots;
#[cfg(test)]
mod puppets;
pub mod search;
pub mod series;
pub mod shapes;
pub mod stamps;
pub mod statistics;
pub mod trips;

pub use anomalies::{Backward, Trouble, TroubleKind};
pub use causality::{Causality, Cone, Relation};
pub use compare::{Comparison, ComparisonTask, Divergence, Standing};
pub use cuts::{Breach, Frontier, Transit};
pub use derivation::Derivation;
pub use judgement::{Judgement, Tally};
pub use meters::{Holder, Meters};
pub use pattern::{BadPattern, Matches, Pattern};
pub use shapes::{Shape, Shapes};
pub use stamps::{EventStamps, Stamps};
pub use statistics::Statistics;
