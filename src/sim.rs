//! The simulator. Must not know which faults, programs or scenes exist.
