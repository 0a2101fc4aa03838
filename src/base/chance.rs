//! Seeds and streams of chance, one per cause.
//!
//! A draw is a function of its cause: who asks, for which effect, about which packet. So a packet that
//! exists in two runs meets the same draws in both, and flipping one switch changes what that switch
//! does and what follows from it, and nothing else. Must not know which faults exist: they name
//! themselves by a word.
//!
//! Raw 64-bit outputs come from xoshiro256++ (Blackman and Vigna 2021, "Scrambled Linear Pseudorandom
//! Number Generators"), whose values the `rand` crate keeps stable. Ranges and distributions are ours,
//! with test vectors, since a library may change those between versions.

use std::cell::Cell;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use super::{NodeId, Ratio};

/// What a run's chance grows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seed(pub u64);

/// Why a draw is made. Two draws with equal causes are one draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The packet's sender, or the node that the effect is about.
    pub from: NodeId,
    /// The packet's receiver; the node again where there is none.
    pub to: NodeId,
    /// Which message of that pair, counted from 0; elsewhere a running number such as an interval of time.
    pub nth: u64,
    /// Which copy of it: 0 is the original.
    pub copy: u16,
    /// Which hop of its way, counted from 0.
    pub hop: u16,
}

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

/// How often chance was asked on this thread. A run is a function of its seed only through what chance answers: one
/// during which nobody has asked is the run of every seed. It serves nothing but to notice that.
pub fn times_asked() -> u64 {
    ASKED.get()
}

/// The chance of one fault or program in one run: a stream for each effect that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    key: u64,
}

impl Chance {
    /// The chance that belongs to `owner` (a fault's id, say) in the run of `seed`.
    pub fn new(seed: Seed, owner: &str) -> Self {
        Self { key: scramble(seed.0 ^ digest(owner)) }
    }

    /// The stream of draws for `effect` with this cause.
    ///
    /// It is inlined so that the digest of a name that is written at the call is worked out by the compiler.
    #[inline]
    pub fn draw(&self, effect: &str, cause: Cause) -> Draw {
        ASKED.set(ASKED.get().wrapping_add(1));
        let effect = digest(effect);
        let pair = u64::from(cause.from.0) << 48
            | u64::from(cause.to.0) << 32
            | u64::from(cause.copy) << 16
            | u64::from(cause.hop);
        let a = scramble(self.key ^ effect);
        let b = scramble(a ^ pair);
        let c = scramble(b ^ cause.nth);
        let mut state = [0; 32];
        for (part, word) in state.chunks_exact_mut(8).zip([a, b, c, scramble(c ^ a)]) {
            part.copy_from_slice(&word.to_le_bytes());
        }
        Draw(Xoshiro256PlusPlus::from_seed(state))
    }
}

/// A stream of chance for one cause.
#[derive(Clone, Debug)]
pub struct Draw(Xoshiro256PlusPlus);

impl Draw {
    /// 64 uniform bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// True in `share` of all cases.
    pub fn happens(&mut self, share: Ratio) -> bool {
        share.covers(self.bits())
    }

    /// A uniform whole number below `end`; 0 when `end` is 0.
    ///
    /// Multiply and keep the high half (Lemire 2019). The bias is below `end` in 2^64, which no run can show,
    /// and there is no loop, so that every draw takes as many outputs.
    pub fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(end)) >> 64) as u64
    }

    /// A uniform whole number from `start` to `end`, both included.
    pub fn between(&mut self, start: u64, end: u64) -> u64 {
        start + self.below((end - start).saturating_add(1))
    }

    /// A uniform number above 0 and up to 1, with 53 bits.
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// A draw from the exponential distribution with this mean, rounded down to a whole number.
    ///
    /// By inversion, with the logarithm of `libm`, which gives the same bits on every target.
    pub fn exponential(&mut self, mean: u64) -> u64 {
        (-libm::log(self.unit()) * mean as f64) as u64
    }

    /// A draw from the Pareto distribution with this least value and shape `alpha`, in thousandths.
    ///
    /// For a shape of 1 or less the mean is infinite: the tail is heavy for real. The draw is capped at
    /// `most`, so that no packet outlives the run by an age of the universe.
    pub fn pareto(&mut self, least: u64, alpha_thousandths: u32, most: u64) -> u64 {
        let alpha = f64::from(alpha_thousandths.max(1)) / 1_000.0;
        let drawn = least as f64 * libm::pow(self.unit(), -1.0 / alpha);
        if drawn >= most as f64 { most } else { drawn as u64 }
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014), which spreads every input bit over all output bits.
const fn scramble(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a over the bytes of a name: short, and the same for ever.
#[inline]
const fn digest(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAUSE: Cause = Cause { from: NodeId(1), to: NodeId(2), nth: 3, copy: 0, hop: 0 };

    fn stream() -> Draw {
        Chance::new(Seed(7), "reliable").draw("loss", CAUSE)
    }

    #[test]
    fn scramble_agrees_with_the_published_splitmix64() {
        // First outputs of SplitMix64 from state 0 and 1234567 (reference implementation by Vigna).
        assert_eq!(scramble(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(scramble(1_234_567), 6_457_827_717_110_365_317);
    }

    #[test]
    fn draws_keep_their_values_for_ever() {
        let mut draw = stream();
        let values: Vec<u64> = (0..3).map(|_| draw.bits()).collect();
        expect_test::expect![[r#"
            [
                9421478592560107073,
                7337977553048825937,
                10810428728374116301,
            ]
        "#]]
        .assert_debug_eq(&values);
        let mut draw = stream();
        let shaped = (
            draw.below(100),
            draw.between(5, 6),
            draw.exponential(1_000_000),
            draw.pareto(1_000, 1_500, 1 << 40),
        );
        expect_test::expect![[r#"
            (
                51,
                5,
                534376,
                2470,
            )
        "#]]
        .assert_debug_eq(&shaped);
    }

    #[test]
    fn any_part_of_the_cause_changes_the_draw() {
        let first = |owner, effect, cause| Chance::new(Seed(7), owner).draw(effect, cause).bits();
        let base = first("reliable", "loss", CAUSE);
        let others = [
            first("latency", "loss", CAUSE),
            first("reliable", "copy", CAUSE),
            first("reliable", "loss", Cause { from: NodeId(2), to: NodeId(1), ..CAUSE }),
            first("reliable", "loss", Cause { nth: 4, ..CAUSE }),
            first("reliable", "loss", Cause { copy: 1, ..CAUSE }),
            first("reliable", "loss", Cause { hop: 1, ..CAUSE }),
            Chance::new(Seed(8), "reliable").draw("loss", CAUSE).bits(),
        ];
        assert!(others.iter().all(|&other| other != base), "{base} among {others:?}");
    }

    #[test]
    fn whoever_asks_is_noticed() {
        let before = times_asked();
        let chance = Chance::new(Seed(7), "test");
        assert_eq!(times_asked(), before, "a seed alone tells nothing");
        let mut draw = chance.draw("loss", CAUSE);
        draw.bits();
        assert_eq!(times_asked(), before + 1);
    }

    #[test]
    fn shares_come_out_as_asked_within_five_standard_deviations() {
        let (runs, share) = (100_000_u64, Ratio::percent(7));
        let chance = Chance::new(Seed(1), "test");
        let hits =
            (0..runs).filter(|&nth| chance.draw("hit", Cause { nth, ..CAUSE }).happens(share)).count() as f64;
        let (mean, deviation) = (0.07 * runs as f64, (runs as f64 * 0.07 * 0.93).sqrt());
        assert!((hits - mean).abs() < 5.0 * deviation, "{hits} hits, expected {mean}");
    }

    #[test]
    fn exponential_draws_have_their_mean() {
        let (runs, mean) = (100_000_u64, 1_000_000_u64);
        let chance = Chance::new(Seed(1), "test");
        let sum: u64 =
            (0..runs).map(|nth| chance.draw("wait", Cause { nth, ..CAUSE }).exponential(mean)).sum();
        // The standard deviation of an exponential is its mean, that of the average a √runs-th of it.
        let off = (sum as f64 / runs as f64 - mean as f64).abs();
        assert!(off < 5.0 * mean as f64 / (runs as f64).sqrt(), "mean off by {off}");
    }
}
