//! The catalogue of faults: the eight fallacies and the other hazards, one file each.
//!
//! A new fault is a file, a `mod` line and an entry in [`ALL`]. One fault must not know another, nor any program.

mod administrator;
mod bandwidth;
mod clocks;
mod crashes;
mod dials;
mod homogeneous;
mod latency;
mod liars;
mod lines;
mod pauses;
pub mod presets;
mod reliable;
mod secure;
mod stays;
mod topology;
mod transport_cost;

use crate::sim::FaultEntry;

/// All faults that work, in the order of the list of fallacies, the hazards after them. Packets pass them stage
/// by stage, and within a stage in this order.
pub static ALL: &[FaultEntry] = &[
    reliable::ENTRY,
    latency::ENTRY,
    bandwidth::ENTRY,
    secure::ENTRY,
    topology::ENTRY,
    administrator::ENTRY,
    transport_cost::ENTRY,
    homogeneous::ENTRY,
    clocks::ENTRY,
    pauses::ENTRY,
    crashes::ENTRY,
    liars::ENTRY,
];

/// The fault of this id.
pub fn find(id: &str) -> Option<&'static FaultEntry> {
    ALL.iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Doc;

    #[test]
    fn every_entry_says_what_it_is_under_the_fixed_headings() {
        for entry in ALL {
            Doc::parse(entry.doc).assert_whole(entry.id);
        }
    }

    #[test]
    fn ids_are_unique_and_dials_start_within_their_range() {
        for (place, entry) in ALL.iter().enumerate() {
            assert!(ALL[..place].iter().all(|other| other.id != entry.id), "{} twice", entry.id);
            for (place, dial) in entry.dials.iter().enumerate() {
                assert!(entry.dials[..place].iter().all(|other| other.id != dial.id), "{} twice", dial.id);
                assert!((dial.least..=dial.most).contains(&dial.default), "{}.{}", entry.id, dial.id);
            }
        }
    }

    #[test]
    fn a_fault_can_be_made_at_both_ends_of_every_dial() {
        for entry in ALL {
            let at = |pick: fn(&crate::sim::Dial) -> i64| entry.dials.iter().map(pick).collect::<Vec<_>>();
            drop((entry.make)(&at(|dial| dial.least)));
            drop((entry.make)(&at(|dial| dial.most)));
        }
    }
}
