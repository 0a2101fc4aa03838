//! Bursts of errors on a link: the chain of two states by Gilbert and Elliott, by time and without memory.
//!
//! Time falls into slots. In each, one draw may turn a good link bad, may turn a bad one good, or leaves it
//! as it is; so the state now follows from the last draw that settled it, and is found by looking backward
//! from now until there is one. (This is coupling from the past, Propp and Wilson 1996, for a chain of two
//! states: what comes out is exactly stationary.) Nothing is kept, so it cannot matter which packets ask.
//! Must not know packets.

use crate::base::{Duration, TrueTime};

/// How many slots the shorter of a mean burst and a mean gap takes. With so few, the state is found after
/// four draws in the mean at most; more would not show.
const SLOTS: u64 = 4;

/// The chain of one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bursts {
    slot: u64,
    /// A draw below this turns the link bad.
    bad_below: u64,
    /// A draw from here on turns it good.
    good_from: u64,
}

impl Bursts {
    /// A chain whose bursts and gaps last so long in the mean.
    pub(super) fn new(length: Duration, gap: Duration) -> Self {
        let slot = (length.min(gap).0 / SLOTS).max(1);
        // The time in a state is geometric with mean slot / probability, so the probability is slot / mean.
        let share = |mean: Duration| ((u128::from(slot) << 64) / u128::from(mean.0.max(SLOTS))) as u64;
        Self { slot, bad_below: share(gap), good_from: u64::MAX - share(length) + 1 }
    }

    /// Whether the link is in a burst at `at`. `draw` gives the 64 bits of a slot.
    pub(super) fn lasts(&self, at: TrueTime, draw: impl Fn(u64) -> u64) -> bool {
        let mut slot = at.0 / self.slot;
        // Each draw settles it with a chance of at least one in SLOTS, so this ends soon; below the first
        // slot come numbers of slots that no run reaches, for the past before the run.
        loop {
            let bits = draw(slot);
            if bits < self.bad_below {
                return true;
            }
            if bits >= self.good_from {
                return false;
            }
            slot = slot.wrapping_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Cause, Chance, NodeId, Seed};

    const LENGTH: u64 = 4_000;
    const GAP: u64 = 36_000;
    const SLOT: u64 = LENGTH / SLOTS;

    fn draw(slot: u64) -> u64 {
        let cause = Cause { from: NodeId(0), to: NodeId(1), nth: slot, copy: 0, hop: 0 };
        Chance::new(Seed(5), "reliable").draw("burst", cause).bits()
    }

    /// The state in each of so many slots, found by walking the chain forward as the definition has it.
    fn forward(bursts: &Bursts, slots: u64) -> Vec<bool> {
        let mut is_bad = bursts.lasts(TrueTime(0), draw);
        let mut states = vec![is_bad];
        for slot in 1..slots {
            let bits = draw(slot);
            is_bad = if is_bad { bits < bursts.good_from } else { bits < bursts.bad_below };
            states.push(is_bad);
        }
        states
    }

    #[test]
    fn looking_backward_agrees_with_walking_forward() {
        let bursts = Bursts::new(Duration(LENGTH), Duration(GAP));
        let states = forward(&bursts, 20_000);
        for (slot, is_bad) in states.into_iter().enumerate() {
            let at = TrueTime(slot as u64 * SLOT + slot as u64 % SLOT);
            assert_eq!(bursts.lasts(at, draw), is_bad, "slot {slot}");
        }
    }

    #[test]
    fn the_share_of_bad_time_and_the_lengths_are_those_of_the_closed_form() {
        let bursts = Bursts::new(Duration(LENGTH), Duration(GAP));
        let states = forward(&bursts, 400_000);
        let n = states.len() as f64;
        let (enter, leave) = (SLOT as f64 / GAP as f64, SLOT as f64 / LENGTH as f64);
        // Stationary: enter / (enter + leave). Its average over n slots has the variance of independent slots
        // times (1 + r) / (1 - r), where r = 1 - enter - leave is the chain's second eigenvalue.
        let share = enter / (enter + leave);
        let r = 1.0 - enter - leave;
        let deviation = (share * (1.0 - share) / n * (1.0 + r) / (1.0 - r)).sqrt();
        let seen = states.iter().filter(|bad| **bad).count() as f64 / n;
        assert!((seen - share).abs() < 5.0 * deviation, "{seen} of the time, expected {share}");
        // Geometric lengths: mean 1 / leave, variance (1 - leave) / leave².
        let lengths: Vec<usize> =
            states.chunk_by(|a, b| a == b).filter(|run| run[0]).map(<[bool]>::len).collect();
        let mean = lengths.iter().sum::<usize>() as f64 / lengths.len() as f64;
        let deviation = ((1.0 - leave) / (leave * leave) / lengths.len() as f64).sqrt();
        assert!((mean - 1.0 / leave).abs() < 5.0 * deviation, "mean burst {mean}, expected {}", 1.0 / leave);
    }

    #[test]
    fn the_state_is_settled_after_a_few_draws_whatever_the_dials() {
        for (length, gap) in [(1_000, 1_000), (1_000, u64::MAX / 4), (u64::MAX / 4, 1_000), (4, 4)] {
            let bursts = Bursts::new(Duration(length), Duration(gap));
            let asked = std::cell::Cell::new(0);
            let count = |slot| {
                asked.set(asked.get() + 1);
                draw(slot)
            };
            for n in 0..1_000 {
                let _ = bursts.lasts(TrueTime(n * 7_919), count);
            }
            // A geometric number of draws with mean 4 at most: 5 deviations of the sum above its mean.
            assert!(asked.get() < 4_000 + 5 * 110, "{} draws for {length} and {gap}", asked.get());
        }
    }
}
