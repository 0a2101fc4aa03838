//! The laws of an oscillator, on random lives of a clock, against an oracle that remembers everything and
//! computes with 128 bits.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::base::Duration;

/// One thing that happens to a clock.
#[derive(Clone, Copy, Debug)]
enum Change {
    Step(i64),
    Slew(i64, u32),
    Drift(i64),
    SetWall(i64),
}

/// A clock that keeps its whole history and adds it up anew for every question.
struct Naive {
    spec: ClockSpec,
    history: Vec<(u64, Change)>,
}

impl Naive {
    /// Ticks, rounded down only once, at the end.
    fn count(&self, at: u64) -> i128 {
        let (mut since, mut drift, mut billionths) = (0, self.spec.drift_ppb, 0_i128);
        let mut pass = |until: u64, drift: i64, since: &mut u64| {
            billionths += i128::from(until - *since) * (1_000_000_000 + i128::from(drift));
            *since = until;
        };
        for &(when, change) in self.history.iter().filter(|(when, _)| *when <= at) {
            if let Change::Drift(ppb) = change {
                pass(when, drift, &mut since);
                drift = ppb;
            }
        }
        pass(at, drift, &mut since);
        i128::from(self.spec.uptime_ns) + billionths.div_euclid(1_000_000_000)
    }

    fn wall(&self, at: u64) -> i128 {
        let mut offset = i128::from(self.spec.offset_ns) - i128::from(self.spec.uptime_ns);
        let mut slew: Option<(i128, i64, u32)> = None;
        let done = |slew: Option<(i128, i64, u32)>, count: i128| {
            slew.map_or(0, |(from, by, ppm)| {
                let most = (count - from) * i128::from(ppm) / 1_000_000;
                i128::from(by.signum()) * most.min(i128::from(by.abs()))
            })
        };
        for &(when, change) in self.history.iter().filter(|(when, _)| *when <= at) {
            let count = self.count(when);
            match change {
                Change::Drift(_) => continue,
                Change::Step(by) => offset += done(slew.take(), count) + i128::from(by),
                Change::SetWall(reading) => {
                    slew = None;
                    offset = i128::from(reading) - count;
                }
                Change::Slew(by, ppm) => {
                    offset += done(slew.take(), count);
                    slew = Some((count, by, ppm));
                }
            }
        }
        let count = self.count(at);
        count + offset + done(slew, count)
    }

    fn rounded(&self, reading: i128) -> i128 {
        reading.div_euclid(i128::from(self.spec.resolution_ns)) * i128::from(self.spec.resolution_ns)
    }
}

fn specs() -> impl Strategy<Value = ClockSpec> {
    let resolution = prop_oneof![Just(1_u32), Just(1_000), Just(15_600_000), 1..2_000_000_000_u32];
    let drift = prop_oneof![Just(0_i64), -200_000..200_000_i64, -DRIFT_PPB_MAX..=DRIFT_PPB_MAX];
    (-(1_i64 << 50)..(1 << 50), drift, 0..(1_u64 << 50), resolution).prop_map(
        |(offset_ns, drift_ppb, uptime_ns, resolution_ns)| ClockSpec {
            offset_ns,
            drift_ppb,
            uptime_ns,
            resolution_ns,
        },
    )
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        (-(1_i64 << 40)..(1 << 40)).prop_map(Change::Step),
        (-(1_i64 << 30)..(1 << 30), 1..=SLEW_PPM_MAX).prop_map(|(by, ppm)| Change::Slew(by, ppm)),
        (-DRIFT_PPB_MAX..=DRIFT_PPB_MAX).prop_map(Change::Drift),
        (-(1_i64 << 50)..(1 << 50)).prop_map(Change::SetWall),
    ]
}

/// Gaps of all magnitudes, from nothing to ten days.
fn gaps() -> impl Strategy<Value = u64> {
    prop_oneof![0..3_u64, 0..2_000_000_000_u64, 0..900_000_000_000_000_u64]
}

fn apply(clock: &mut Oscillator, at: u64, change: Change) {
    let at = TrueTime(at);
    match change {
        Change::Step(by) => clock.step(at, by),
        Change::Slew(by, ppm) => drop(clock.slew(at, by, ppm)),
        Change::Drift(ppb) => clock.set_drift(at, ppb),
        Change::SetWall(reading) => clock.set_wall(at, WallReading(reading)),
    }
}

proptest! {
    #[test]
    fn readings_are_the_oracles(spec in specs(), life in vec((gaps(), changes(), gaps()), 0..12)) {
        let mut clock = Oscillator::new(spec);
        let mut naive = Naive { spec, history: Vec::new() };
        let mut at = 0;
        for (before, change, after) in life {
            at += before;
            apply(&mut clock, at, change);
            naive.history.push((at, change));
            at += after;
            prop_assert_eq!(i128::from(clock.monotonic(TrueTime(at)).0), naive.rounded(naive.count(at)));
            prop_assert_eq!(i128::from(clock.wall(TrueTime(at)).0), naive.rounded(naive.wall(at)));
        }
    }

    #[test]
    fn monotonic_never_goes_back_and_wall_only_by_steps(
        spec in specs(), life in vec((gaps(), changes()), 0..12), fine in vec(0..5_u64, 0..40),
    ) {
        let mut clock = Oscillator::new(spec);
        let (mut at, mut shown) = (0, (clock.wall(TrueTime(0)), clock.monotonic(TrueTime(0))));
        let moves = life.into_iter().map(|(gap, change)| (gap, Some(change)));
        for (gap, change) in moves.chain(fine.into_iter().map(|gap| (gap, None))) {
            at += gap;
            let mut turned_back = false;
            if let Some(change) = change {
                turned_back = matches!(change, Change::Step(_) | Change::SetWall(_));
                apply(&mut clock, at, change);
            }
            let now = (clock.wall(TrueTime(at)), clock.monotonic(TrueTime(at)));
            prop_assert!(now.1 >= shown.1);
            prop_assert!(turned_back || now.0 >= shown.0);
            shown = now;
        }
    }

    #[test]
    fn setting_the_same_drift_again_changes_no_reading(
        spec in specs(), often in vec(gaps(), 0..20), last in gaps(),
    ) {
        let untouched = Oscillator::new(spec);
        let mut clock = untouched;
        let mut at = 0;
        for gap in often {
            at += gap;
            clock.set_drift(TrueTime(at), spec.drift_ppb);
        }
        at += last;
        prop_assert_eq!(clock.wall(TrueTime(at)), untouched.wall(TrueTime(at)));
        prop_assert_eq!(clock.monotonic(TrueTime(at)), untouched.monotonic(TrueTime(at)));
    }

    #[test]
    fn a_timer_runs_out_at_the_first_instant_it_may(
        spec in specs(), set_at in gaps(), drift in -DRIFT_PPB_MAX..=DRIFT_PPB_MAX, now in gaps(), local in gaps(),
    ) {
        let mut clock = Oscillator::new(spec);
        clock.set_drift(TrueTime(set_at), drift);
        let now = TrueTime(set_at + now);
        let due = clock.true_after(now, Duration(local));
        let passed = |at: TrueTime| clock.monotonic(at).since(clock.monotonic(now));
        prop_assert!(due >= now && passed(due) >= Duration(local));
        prop_assert!(due == now || passed(TrueTime(due.0 - 1)) < Duration(local));
    }

    #[test]
    fn a_wall_reading_is_reached_at_the_first_instant_it_may(
        spec in specs(), now in gaps(), by in -(1_i64 << 30)..(1 << 30), ahead in -(1_i64 << 40)..(1 << 45),
    ) {
        let mut clock = Oscillator::new(spec);
        clock.slew(TrueTime(now), by, SLEW_PPM_NTP);
        let reading = WallReading(clock.wall(TrueTime(now)).0 + ahead);
        let at = clock.true_when_wall(TrueTime(now), reading);
        prop_assert!(at.0 >= now && clock.wall(at) >= reading);
        prop_assert!(at.0 == now || clock.wall(TrueTime(at.0 - 1)) < reading);
    }
}
