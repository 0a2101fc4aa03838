//! Many runs. Must not know the screen.

mod sweep;
mod tally;

pub use sweep::Sweep;
pub use tally::{Judgement, Share, Tally};
