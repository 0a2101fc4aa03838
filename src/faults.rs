//! The catalogue of faults: the eight fallacies and the other hazards, one file each.
//!
//! A new fault is a file, a `mod` line and an entry in [`ALL`]. One fault must not know another, nor any program.

use crate::sim::FaultEntry;

/// All faults that work, in the order of the list of fallacies, the hazards after them. Packets pass them in
/// this order.
pub static ALL: &[FaultEntry] = &[];

/// The fault of this id.
pub fn find(id: &str) -> Option<&'static FaultEntry> {
    ALL.iter().find(|entry| entry.id == id)
}
