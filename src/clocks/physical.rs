//! A node's clock hardware: an oscillator that runs a little fast or slow, and the two clocks made from it.
//!
//! The *monotonic* clock counts the oscillator's ticks from an origin that means nothing elsewhere. The
//! *wall* clock is the same count plus an offset, and the offset is what people, NTP and leap seconds
//! change: all at once (a *step*, which may turn the clock back) or little by little (a *slew*, which
//! may not). So the two part company, and a program that measures a timeout by the wall clock is wrong
//! exactly when somebody corrects the time.
//!
//! True time comes in as an argument. Must not know the simulator, nor who corrects a clock and when.
//!
//! # How it is computed
//! An [`Oscillator`] is one straight piece of the function from true time to readings: from an *anchor*
//! on, `count = count at anchor + (1 + drift) · elapsed`, in integers. With a drift in parts per billion,
//! a second of nanoseconds is 10⁹, so the drift of whole seconds is a product without a remainder
//! and only the last part of a second is divided. The fraction of a nanosecond that a change of drift
//! leaves over is kept, so that setting the same drift again changes nothing.

mod correct;
mod inverse;

use serde::{Deserialize, Serialize};

use crate::base::{MonotonicReading, TrueTime, WallReading};

pub use correct::{Correction, LeapSecond};

const BILLION: i64 = 1_000_000_000;

/// The fastest and slowest that an oscillator runs, in parts per billion: half as fast again, or half as
/// fast. A quartz stays within 100,000 (100 ppm); what is beyond this limit is taken as the limit.
pub const DRIFT_PPB_MAX: i64 = 500_000_000;

/// How fast NTP slews, in parts per million: the limit of the kernel's `adjtime` and of RFC 5905, half a
/// millisecond a second.
pub const SLEW_PPM_NTP: u32 = 500;

/// The fastest slew, in parts per million: the most that chrony may be told (`maxslewrate`), a tenth of a
/// second a second. A faster one is taken as this one.
pub const SLEW_PPM_MAX: u32 = 100_000;

/// Beyond this error, in nanoseconds, NTP steps a clock; up to it, it slews: 128 ms (RFC 5905, `STEPT`).
pub const STEP_THRESHOLD_NS: u64 = 128_000_000;

/// How far readings and corrections may lie from the epoch, in nanoseconds: about 18 years. It leaves
/// every sum below room in 64 bits; what is beyond is taken as the limit, and a clock stands still there.
const FAR: i64 = 1 << 59;

/// How a node's clocks go at the epoch. The default is perfect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSpec {
    /// How far the wall clock is ahead of true time at the epoch, in nanoseconds; negative: behind.
    pub offset_ns: i64,
    /// How much too fast the oscillator runs, in parts per billion; negative: too slow. A dial in ppm
    /// times 1,000. At most [`DRIFT_PPB_MAX`] either way.
    pub drift_ppb: i64,
    /// What the monotonic clock shows at the epoch, in nanoseconds: how long the machine has been up.
    pub uptime_ns: u64,
    /// The clocks' resolution in nanoseconds, to which readings are rounded down: 15,600,000 on an old
    /// Windows, 1,000,000 in a careful browser. 0 and 1 mean that every nanosecond shows.
    pub resolution_ns: u32,
}

/// A node's clock: what its wall and monotonic clocks show at an instant of true time.
///
/// A plain value of 56 bytes. A change at one instant (a step, a slew, a new drift, a reboot) holds from
/// there on, so a history of a clock is a list of these values with the instants of change. One that is
/// asked about an instant before its last change of drift answers as if at that change.
///
/// Guarantees: the monotonic reading never goes back between reboots; the wall reading goes back only by a
/// step; both are the same on every platform.
///
/// # Example
/// ```
/// use lightcone::base::{Duration, TrueTime};
/// use lightcone::clocks::{ClockSpec, Oscillator, SLEW_PPM_NTP};
///
/// // 20 ppm too fast: after a day it is 1.728 s ahead.
/// let mut clock = Oscillator::new(ClockSpec { drift_ppb: 20_000, ..ClockSpec::default() });
/// let day = TrueTime::ZERO + Duration::secs(86_400);
/// assert_eq!(clock.ahead_ns(day), 1_728_000_000);
///
/// // NTP steps it. A second later the wall clock shows less than before, and a timeout that is measured
/// // by it has not even begun:
/// let (wall, monotonic) = (clock.wall(day), clock.monotonic(day));
/// clock.step(day, -1_728_000_000);
/// let later = day + Duration::secs(1);
/// assert!(clock.wall(later) < wall);
///
/// // The monotonic clock knows nothing of the step. It still runs 20 ppm fast, though: nobody corrects it.
/// assert_eq!(clock.monotonic(later).since(monotonic), Duration::nanos(1_000_020_000));
///
/// // A slew turns nothing back, but takes an hour for the same error.
/// clock.slew(later, -1_728_000_000, SLEW_PPM_NTP);
/// assert!(clock.wall(later + Duration::secs(1)) > clock.wall(later));
/// assert!(clock.slew_left_ns(later + Duration::secs(3_400)) < 0);
/// assert_eq!(clock.slew_left_ns(later + Duration::secs(3_600)), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Piece", into = "Piece")]
pub struct Oscillator(Piece);

impl Oscillator {
    /// A clock that goes like this from the epoch on. Values beyond their limits are taken as the limit.
    pub fn new(spec: ClockSpec) -> Self {
        let count = spec.uptime_ns.min(FAR as u64) as i64;
        Self(Piece {
            anchor: 0,
            count,
            fraction: 0,
            drift: spec.drift_ppb.clamp(-DRIFT_PPB_MAX, DRIFT_PPB_MAX) as i32,
            offset: spec.offset_ns.clamp(-FAR, FAR) - count,
            slew_from: count,
            slew_by: 0,
            slew_ppb: 0,
            resolution: spec.resolution_ns.max(1),
        })
    }

    /// What the wall clock shows.
    #[inline]
    pub fn wall(&self, at: TrueTime) -> WallReading {
        WallReading(self.rounded_down(self.exact_wall(self.count(at))))
    }

    /// What the monotonic clock shows.
    #[inline]
    pub fn monotonic(&self, at: TrueTime) -> MonotonicReading {
        MonotonicReading(self.rounded_down(self.count(at)) as u64)
    }

    /// How far the wall clock is ahead of true time, in nanoseconds; negative: behind. Only the observer
    /// outside can ask this.
    pub fn ahead_ns(&self, at: TrueTime) -> i64 {
        self.wall(at).0 - at.0.min(FAR as u64) as i64
    }

    /// How much too fast the oscillator runs, in parts per billion.
    pub fn drift_ppb(&self) -> i64 {
        i64::from(self.0.drift)
    }

    /// What both clocks' readings are rounded down to, in nanoseconds; 1 where every nanosecond shows.
    pub fn resolution_ns(&self) -> u32 {
        self.0.resolution
    }

    /// The oscillator's ticks at an instant.
    #[inline]
    fn count(&self, at: TrueTime) -> i64 {
        let piece = &self.0;
        let elapsed = at.0.min(FAR as u64).saturating_sub(piece.anchor) as i64;
        let drift = i64::from(piece.drift);
        if drift == 0 {
            // Most clocks are accurate, and to divide takes longer than all else here.
            return piece.count + elapsed;
        }
        let of_seconds = elapsed / BILLION * drift;
        let of_the_rest = (elapsed % BILLION * drift + i64::from(piece.fraction)).div_euclid(BILLION);
        piece.count + elapsed + of_seconds + of_the_rest
    }

    /// The wall clock at this many ticks, before rounding.
    fn exact_wall(&self, count: i64) -> i64 {
        count + self.0.offset + self.slewed(count)
    }

    /// How much of the slew is done at this many ticks. It goes by ticks rather than by true time,
    /// because the machine that slews has nothing else to go by.
    fn slewed(&self, count: i64) -> i64 {
        let piece = &self.0;
        if piece.slew_by == 0 {
            return 0;
        }
        let ticks = (count - piece.slew_from).max(0);
        let rate = i64::from(piece.slew_ppb);
        let done = ticks / BILLION * rate + ticks % BILLION * rate / BILLION;
        done.min(piece.slew_by.abs()) * piece.slew_by.signum()
    }

    #[inline]
    fn rounded_down(&self, reading: i64) -> i64 {
        match self.0.resolution {
            1 => reading,
            coarse => reading - reading.rem_euclid(i64::from(coarse)),
        }
    }
}

/// An oscillator's state: one straight piece of its course. Kept apart so that one that comes from
/// outside is checked before it becomes a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Piece {
    /// The instant from which the drift holds, in true nanoseconds.
    anchor: u64,
    /// The ticks counted at the anchor.
    count: i64,
    /// What the wall clock shows more than the ticks, without the slew in progress.
    offset: i64,
    /// The count at which the slew began.
    slew_from: i64,
    /// What the slew is to add in all; negative: to take away.
    slew_by: i64,
    /// The part of a tick left at the anchor, in billionths.
    fraction: u32,
    /// Parts per billion.
    drift: i32,
    /// Parts per billion.
    slew_ppb: u32,
    /// At least 1.
    resolution: u32,
}

impl From<Oscillator> for Piece {
    fn from(oscillator: Oscillator) -> Self {
        oscillator.0
    }
}

impl TryFrom<Piece> for Oscillator {
    type Error = String;

    /// Refuses a state that no clock can get into, since sums on it might not fit.
    fn try_from(piece: Piece) -> Result<Self, String> {
        let far = |limit: i64, value: i64| !(-limit..=limit).contains(&value);
        let wrong = [
            ("anchor", piece.anchor > FAR as u64),
            ("count", far(3 * FAR, piece.count) || piece.count < 0),
            ("offset", far(8 * FAR, piece.offset)),
            ("slew_from", far(3 * FAR, piece.slew_from) || piece.slew_from < 0),
            ("slew_by", far(FAR, piece.slew_by)),
            ("fraction", i64::from(piece.fraction) >= BILLION),
            ("drift", far(DRIFT_PPB_MAX, i64::from(piece.drift))),
            ("slew_ppb", piece.slew_ppb > SLEW_PPM_MAX * 1_000),
            ("resolution", piece.resolution == 0),
        ];
        match wrong.iter().find(|(_, wrong)| *wrong) {
            None => Ok(Self(piece)),
            Some((field, _)) => Err(format!("a clock's `{field}` is out of range; export the run again")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Duration;

    fn secs(n: u64) -> TrueTime {
        TrueTime::ZERO + Duration::secs(n)
    }

    #[test]
    fn a_perfect_clock_shows_true_time() {
        let clock = Oscillator::new(ClockSpec::default());
        assert_eq!(clock.wall(TrueTime(123)), WallReading(123));
        assert_eq!(clock.monotonic(TrueTime(123)), MonotonicReading(123));
        assert!(size_of::<Oscillator>() <= 56, "a trace keeps one for each change of a clock");
    }

    #[test]
    fn drift_and_offset_are_what_the_dials_say() {
        let spec =
            ClockSpec { offset_ns: -250, drift_ppb: 40_000, uptime_ns: 5_000_000_000, resolution_ns: 0 };
        let clock = Oscillator::new(spec);
        assert_eq!(clock.wall(secs(100)), WallReading(100_004_000_000 - 250));
        assert_eq!(clock.monotonic(secs(100)), MonotonicReading(105_004_000_000));
        assert_eq!(clock.ahead_ns(secs(100)), 4_000_000 - 250);
    }

    #[test]
    fn a_slow_clock_never_shows_a_nanosecond_too_early() {
        // 1 ppb slow: the first lost nanosecond is lost at once, since readings are rounded down.
        let clock = Oscillator::new(ClockSpec { drift_ppb: -1, ..ClockSpec::default() });
        let shown = [0, 1, 2, 1_000_000_000, 1_000_000_001].map(|at| clock.monotonic(TrueTime(at)).0);
        assert_eq!(shown, [0, 0, 1, 999_999_999, 999_999_999]);
    }

    #[test]
    fn a_coarse_clock_stands_between_its_ticks() {
        let coarse = ClockSpec { offset_ns: -1, resolution_ns: 15_600_000, ..ClockSpec::default() };
        let clock = Oscillator::new(coarse);
        let shown = [0, 1, 15_600_000, 15_600_001].map(|at| clock.wall(TrueTime(at)).0);
        assert_eq!(shown, [-15_600_000, 0, 0, 15_600_000]);
    }

    #[test]
    fn a_slew_ends_where_it_should() {
        let mut clock = Oscillator::new(ClockSpec { offset_ns: 1_000_000, ..ClockSpec::default() });
        assert_eq!(clock.correct(secs(10), -1_000_000), Correction::Slewed);
        assert_eq!(clock.ahead_ns(secs(11)), 500_000);
        assert_eq!(clock.slew_left_ns(secs(11)), -500_000);
        assert_eq!(clock.ahead_ns(secs(12)), 0);
        assert_eq!(clock.ahead_ns(secs(99)), 0);
    }

    #[test]
    fn a_second_slew_replaces_the_first_and_tells_what_was_left() {
        let mut clock = Oscillator::new(ClockSpec::default());
        clock.slew(secs(0), 1_000_000, SLEW_PPM_NTP);
        assert_eq!(clock.slew(secs(1), 0, SLEW_PPM_NTP), 500_000);
        assert_eq!(clock.ahead_ns(secs(9)), 500_000);
    }

    #[test]
    fn a_large_error_is_stepped() {
        let mut clock = Oscillator::new(ClockSpec { offset_ns: 2_000_000_000, ..ClockSpec::default() });
        assert_eq!(clock.correct(secs(10), -2_000_000_000), Correction::Stepped);
        assert_eq!(clock.ahead_ns(secs(10)), 0);
        assert_eq!(clock.monotonic(secs(10)).0, 10_000_000_000);
    }

    #[test]
    fn a_leap_second_is_lived_through_in_two_ways() {
        let day = 86_400;
        let mut repeats = Oscillator::new(ClockSpec::default());
        repeats.leap(secs(day), LeapSecond::Repeated);
        assert_eq!(repeats.wall(secs(day)).0, 86_399_000_000_000);
        assert_eq!(repeats.wall(secs(day + 1)).0, 86_400_000_000_000, "the same second again");

        let mut smears = Oscillator::new(ClockSpec::default());
        smears.leap(secs(0), LeapSecond::Smeared);
        let half = smears.ahead_ns(secs(day / 2));
        assert!((-500_000_000..-499_900_000).contains(&half), "half a second at noon, not {half} ns");
        assert_eq!(smears.ahead_ns(secs(day + 2)), -1_000_000_000);
    }

    #[test]
    fn a_reboot_starts_the_monotonic_clock_anew_and_leaves_the_wall_clock() {
        let mut clock = Oscillator::new(ClockSpec { offset_ns: 77, drift_ppb: 333, ..ClockSpec::default() });
        clock.slew(secs(1), 1_000_000, SLEW_PPM_NTP);
        let before = clock.wall(secs(2));
        clock.reboot(secs(2), 0);
        assert_eq!(clock.wall(secs(2)), before);
        assert_eq!(clock.monotonic(secs(2)), MonotonicReading(0));
        assert_eq!(clock.slew_left_ns(secs(2)), 0, "the slew lived in the kernel");
    }

    #[test]
    fn what_no_clock_can_be_is_refused_from_outside() {
        let clock = Oscillator::new(ClockSpec { drift_ppb: 7, ..ClockSpec::default() });
        let text = serde_json::to_string(&clock).expect("a clock is plain data");
        assert_eq!(serde_json::from_str::<Oscillator>(&text).expect("it was one"), clock);
        for (good, bad) in [
            ("\"drift\":7", "\"drift\":-1000000000"),
            ("\"resolution\":1", "\"resolution\":0"),
            ("\"fraction\":0", "\"fraction\":1000000000"),
            ("\"offset\":0", "\"offset\":9223372036854775807"),
        ] {
            let forged = text.replace(good, bad);
            assert_ne!(forged, text);
            serde_json::from_str::<Oscillator>(&forged).expect_err("it would overflow later");
        }
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for drift_ppb in [i64::MIN, 0, i64::MAX] {
            for offset_ns in [i64::MIN, i64::MAX] {
                let spec = ClockSpec { offset_ns, drift_ppb, uptime_ns: u64::MAX, resolution_ns: u32::MAX };
                let mut clock = Oscillator::new(spec);
                let end = TrueTime(u64::MAX);
                clock.slew(TrueTime(1), offset_ns, u32::MAX);
                clock.set_wall(end, WallReading(offset_ns));
                for _ in 0..20 {
                    clock.step(end, offset_ns);
                    clock.set_drift(end, -drift_ppb.max(-1));
                    clock.reboot(end, u64::MAX);
                }
                let (wall, monotonic) = (clock.wall(end), clock.monotonic(end));
                assert!(wall.0.signum() == offset_ns.signum() && monotonic.0 > 0);
                assert_eq!(clock.true_after(end, Duration(u64::MAX)), end);
            }
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod laws;
