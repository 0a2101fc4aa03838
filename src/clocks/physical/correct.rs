//! What people, NTP, leap seconds and reboots do to a clock. Must not know when or why.

use super::{BILLION, DRIFT_PPB_MAX, FAR, Oscillator, SLEW_PPM_MAX, SLEW_PPM_NTP, STEP_THRESHOLD_NS};
use crate::base::{TrueTime, WallReading};

/// How an error of the wall clock was put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// At once: the error was large.
    Stepped,
    /// Little by little: the error was small.
    Slewed,
}

/// What a machine does about a leap second that is inserted into UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeapSecond {
    /// The last second of the day is shown twice, as POSIX time does: the wall clock steps back by one.
    Repeated,
    /// The day's seconds are made longer by 11.574 ppm for a day, so that no reading comes twice (the
    /// "leap smear" of public NTP servers). Beside machines that repeat the second, such a clock is off by
    /// up to a second for a day.
    Smeared,
}

impl Oscillator {
    /// Steps the wall clock by so many nanoseconds at once; a negative step turns it back. A slew in
    /// progress ends where it is, as in Linux.
    pub fn step(&mut self, at: TrueTime, by_ns: i64) {
        self.end_slew(at);
        self.0.offset = (self.0.offset + by_ns.clamp(-FAR, FAR)).clamp(-8 * FAR, 8 * FAR);
    }

    /// Sets the wall clock to this reading. A slew in progress ends.
    pub fn set_wall(&mut self, at: TrueTime, reading: WallReading) {
        self.end_slew(at);
        self.0.offset = reading.0.clamp(-FAR, FAR) - self.count(at);
    }

    /// Adds so many nanoseconds to the wall clock little by little: at most `rate_ppm` of them for each
    /// million that pass by this clock (0 stops a slew; above [`SLEW_PPM_MAX`] counts as that). Returns
    /// what was left of the slew in progress, which ends where it is; `adjtime(3)` does the same.
    ///
    /// The wall reading never goes back through a slew.
    pub fn slew(&mut self, at: TrueTime, by_ns: i64, rate_ppm: u32) -> i64 {
        self.slew_by_ppb(at, by_ns, rate_ppm.min(SLEW_PPM_MAX) * 1_000)
    }

    /// How much the slew in progress has still to add, in nanoseconds; 0 when there is none.
    pub fn slew_left_ns(&self, at: TrueTime) -> i64 {
        self.0.slew_by - self.slewed(self.count(at))
    }

    /// How fast the slew in progress goes, in parts per billion; 0 when there is none.
    pub fn slew_ppb(&self, at: TrueTime) -> i64 {
        if self.slew_left_ns(at) == 0 { 0 } else { i64::from(self.0.slew_ppb) }
    }

    /// Puts an error right as NTP does: adds `by_ns` by a step if it is beyond [`STEP_THRESHOLD_NS`], and
    /// otherwise by a slew of [`SLEW_PPM_NTP`].
    pub fn correct(&mut self, at: TrueTime, by_ns: i64) -> Correction {
        if by_ns.unsigned_abs() > STEP_THRESHOLD_NS {
            self.step(at, by_ns);
            Correction::Stepped
        } else {
            self.slew(at, by_ns, SLEW_PPM_NTP);
            Correction::Slewed
        }
    }

    /// Lives through an inserted leap second: the wall clock loses a second.
    pub fn leap(&mut self, at: TrueTime, how: LeapSecond) {
        match how {
            LeapSecond::Repeated => self.step(at, -BILLION),
            LeapSecond::Smeared => {
                // A second in 86,400 is 11,574 in a billion.
                self.slew_by_ppb(at, -BILLION, 11_574);
            }
        }
    }

    /// Changes how much too fast the oscillator runs (temperature and age do), in parts per billion.
    /// Neither reading jumps.
    pub fn set_drift(&mut self, at: TrueTime, ppb: i64) {
        let (count, fraction) = (self.count(at), self.fraction(at));
        self.0.anchor = self.0.anchor.max(at.0.min(FAR as u64));
        self.0.count = count;
        self.0.fraction = fraction;
        self.0.drift = ppb.clamp(-DRIFT_PPB_MAX, DRIFT_PPB_MAX) as i32;
    }

    /// Starts the monotonic clock anew at `uptime_ns`, as a reboot does. The wall clock goes on (a battery
    /// keeps it); the slew in progress is lost, as it lived in the kernel.
    ///
    /// A monotonic reading that was written to disk before means nothing after.
    pub fn reboot(&mut self, at: TrueTime, uptime_ns: u64) {
        self.end_slew(at);
        self.set_drift(at, self.drift_ppb());
        let fresh = uptime_ns.min(FAR as u64) as i64;
        self.0.offset = (self.0.offset + self.0.count - fresh).clamp(-8 * FAR, 8 * FAR);
        self.0.count = fresh;
        self.0.slew_from = fresh;
    }

    fn slew_by_ppb(&mut self, at: TrueTime, by_ns: i64, ppb: u32) -> i64 {
        let left = self.slew_left_ns(at);
        self.end_slew(at);
        self.0.slew_by = if ppb == 0 { 0 } else { by_ns.clamp(-FAR, FAR) };
        self.0.slew_ppb = ppb;
        left
    }

    /// Makes what is done of the slew part of the offset.
    fn end_slew(&mut self, at: TrueTime) {
        let count = self.count(at);
        self.0.offset += self.slewed(count);
        self.0.slew_from = count;
        self.0.slew_by = 0;
        self.0.slew_ppb = 0;
    }

    /// The part of a tick that has passed at an instant, in billionths.
    fn fraction(&self, at: TrueTime) -> u32 {
        let elapsed = at.0.min(FAR as u64).saturating_sub(self.0.anchor) as i64;
        let rest = elapsed % BILLION * i64::from(self.0.drift) + i64::from(self.0.fraction);
        rest.rem_euclid(BILLION) as u32
    }
}
