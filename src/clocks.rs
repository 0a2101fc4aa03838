//! Logical and physical clocks as plain values. Must not know the simulator.

pub mod physical;

pub use physical::{
    ClockSpec, Correction, DRIFT_PPB_MAX, LeapSecond, Oscillator, SLEW_PPM_MAX, SLEW_PPM_NTP,
    STEP_THRESHOLD_NS,
};
