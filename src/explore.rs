//! Many runs: how often claims are kept, and under what. Must not know the screen.

pub mod curves;
mod ddmin;
pub mod matrix;
pub mod measured;
pub mod remedies;
mod rows;
pub mod shared_line;
mod shrink;
mod sweep;
mod tally;
pub mod tradeoff;

pub use ddmin::ddmin;
pub use matrix::Matrix;
pub use rows::{BadRow, Row};
pub use shrink::{Shrunk, shrink, smallest};
pub use sweep::Sweep;
pub use tally::{Judgement, Share, Tally};
