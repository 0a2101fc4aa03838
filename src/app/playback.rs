//! Playing a run: so much simulated time for so much time of the learner's.
//!
//! Must not know what time it is: how much has passed is an argument.

use crate::base::{Duration, TrueTime};

use super::{Journey, Until};

/// How much simulated time passes in a second of the learner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(pub Duration);

impl Speed {
    /// The speeds that can be chosen, slowest first.
    pub const ALL: [Self; 15] = [
        Self(Duration::micros(1)),
        Self(Duration::micros(10)),
        Self(Duration::micros(100)),
        Self(Duration::millis(1)),
        Self(Duration::millis(10)),
        Self(Duration::millis(20)),
        Self(Duration::millis(50)),
        Self(Duration::millis(100)),
        Self(Duration::millis(200)),
        Self(Duration::millis(500)),
        Self(Duration::secs(1)),
        Self(Duration::secs(2)),
        Self(Duration::secs(5)),
        Self(Duration::secs(20)),
        Self(Duration::secs(100)),
    ];

    /// The speed at which a run of this length takes about half a minute, or up to twice that and a bit: a lesson
    /// that says "run on" must not ask for minutes of patience.
    pub fn fitting(length: Duration) -> Self {
        let wanted = Duration(length.0 / 30);
        Self::ALL.into_iter().rev().find(|speed| speed.0 <= wanted).unwrap_or(Self::ALL[0])
    }

    /// The speed in words: `1 ms a second`.
    pub fn says(self) -> String {
        format!("{} a second", self.0)
    }
}

/// Whether and how the run is playing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// It stands.
    #[default]
    Still,
    /// It plays at the chosen speed. What is shown has come to this instant, between turns as a rule.
    Playing(TrueTime),
    /// It runs as fast as it can until something.
    Until(Until),
    /// It goes as fast as it can to a far place.
    Towards(Journey),
}

impl Pace {
    /// The instant to which a playing run has come after so much more time of the learner's.
    pub(super) fn after(shown: TrueTime, passed: Duration, speed: Speed) -> TrueTime {
        let simulated = u128::from(passed.0) * u128::from(speed.0.0) / 1_000_000_000;
        shown
            .checked_add(Duration(u64::try_from(simulated).unwrap_or(u64::MAX)))
            .unwrap_or(TrueTime(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_simulated_time_per_second() {
        let shown = Pace::after(TrueTime(5), Duration::millis(500), Speed(Duration::millis(10)));
        assert_eq!(shown, TrueTime(5) + Duration::millis(5));
    }

    #[test]
    fn a_fitting_speed_takes_between_half_a_minute_and_five_quarters_of_one() {
        for length in 1..=200 {
            let seconds = Duration::secs(length).0 / Speed::fitting(Duration::secs(length)).0.0;
            assert!((30..=75).contains(&seconds), "{length} s: {seconds} s");
        }
    }
}
