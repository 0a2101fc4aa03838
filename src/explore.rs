//! Many runs: how often claims are kept, and under what. Must not know the screen.

pub mod matrix;
mod rows;
mod sweep;
mod tally;
pub mod tradeoff;

pub use matrix::Matrix;
pub use rows::{BadRow, Row};
pub use sweep::Sweep;
pub use tally::{Judgement, Share, Tally};
