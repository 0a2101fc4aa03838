//! Logical and physical clocks as plain values. Must not know the simulator.

mod physical;

pub use physical::{ClockSpec, Oscillator};
