//! From a clock's readings back to true time: when will a timer run out, when will it be noon?

use super::{BILLION, FAR, Oscillator};
use crate::base::{Duration, TrueTime, WallReading};

/// What is answered for an instant that never comes.
const NEVER: TrueTime = TrueTime(u64::MAX);

impl Oscillator {
    /// The first instant at or after `now` at which the monotonic reading has advanced by at least `local`:
    /// when a timer set now runs out, if the drift stays as it is and the machine is not rebooted.
    ///
    /// A reading that the clock does not reach gives `TrueTime(u64::MAX)`. A coarse clock shows its
    /// readings late, so its timers run out late and never early.
    ///
    /// ```
    /// use lightcone::base::{Duration, TrueTime};
    /// use lightcone::clocks::{ClockSpec, Oscillator};
    ///
    /// let slow = Oscillator::new(ClockSpec { drift_ppb: -1_000, ..ClockSpec::default() });
    /// let due = slow.true_after(TrueTime::ZERO, Duration::secs(10));
    /// assert_eq!(due, TrueTime(10_000_010_001), "ten seconds by this clock are longer than ten seconds");
    /// ```
    pub fn true_after(&self, now: TrueTime, local: Duration) -> TrueTime {
        if local == Duration::ZERO {
            return now;
        }
        if local.0 > 4 * FAR as u64 {
            return NEVER;
        }
        let reading = self.rounded_down(self.count(now)) + local.0 as i64;
        // The reading shows from the first multiple of the resolution on; down in the negative is up.
        let shows = -self.rounded_down(-reading);
        self.true_at_count(shows).max(now)
    }

    /// The first instant at or after `now` at which the wall reading is at least `reading`, if nobody
    /// corrects the clock in between. `TrueTime(u64::MAX)` if it does not get there.
    pub fn true_when_wall(&self, now: TrueTime, reading: WallReading) -> TrueTime {
        let end = FAR as u64;
        if self.wall(now) >= reading {
            return now;
        }
        if now.0 >= end || self.wall(TrueTime(end)) < reading {
            return NEVER;
        }
        // With a slew in progress the course has a bend, so a search is simpler than a formula; nothing
        // that happens at every event needs this.
        let (mut before, mut reached) = (now.0, end);
        while reached - before > 1 {
            let middle = before + (reached - before) / 2;
            if self.wall(TrueTime(middle)) >= reading { reached = middle } else { before = middle }
        }
        TrueTime(reached)
    }

    /// The first instant at which so many ticks are counted.
    ///
    /// With `rate = 10⁹ + drift` it is the anchor and `⌈(ticks · 10⁹ − fraction) / rate⌉`. The product
    /// would not fit in 64 bits, so whole multiples of the rate are taken out first.
    fn true_at_count(&self, count: i64) -> TrueTime {
        let ticks = count - self.0.count;
        if ticks <= 0 {
            return TrueTime(self.0.anchor);
        }
        if self.0.drift == 0 && self.0.fraction == 0 {
            let at = self.0.anchor.saturating_add(ticks.unsigned_abs());
            return if at <= FAR as u64 { TrueTime(at) } else { NEVER };
        }
        let rate = BILLION + i64::from(self.0.drift);
        let rest = ticks % rate * BILLION - i64::from(self.0.fraction);
        let rest = -(-rest).div_euclid(rate);
        let elapsed = i128::from(ticks / rate) * i128::from(BILLION) + i128::from(rest);
        let at = i128::from(self.0.anchor) + elapsed;
        if at <= i128::from(FAR) { TrueTime(at as u64) } else { NEVER }
    }
}
