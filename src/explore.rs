//! Many runs. Must not know the screen.

mod sweep;

pub use sweep::{Sweep, Tally};
