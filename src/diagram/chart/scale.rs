//! Where whole numbers stand along an axis, by equal steps or by equal ratios. Must not know what they count.

/// From whole numbers to pixels and back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    first: u64,
    last: u64,
    from: f64,
    to: f64,
    is_logarithmic: bool,
}

impl Scale {
    /// The numbers from `first` to `last` on the way between two pixels.
    pub(super) fn new((first, last): (u64, u64), (from, to): (f64, f64), is_logarithmic: bool) -> Self {
        let first = if is_logarithmic { first.max(1) } else { first };
        Self { first, last: last.max(first + 1), from, to, is_logarithmic }
    }

    /// Where a number stands; one from beyond stands at the end.
    pub(super) fn place(&self, value: u64) -> f64 {
        let value = value.clamp(self.first, self.last);
        let share = if self.is_logarithmic {
            let log = |value: u64| libm::log(value as f64);
            (log(value) - log(self.first)) / (log(self.last) - log(self.first))
        } else {
            (value - self.first) as f64 / (self.last - self.first) as f64
        };
        self.from + (self.to - self.from) * share
    }

    /// The number at a place.
    pub(super) fn value(&self, at: f64) -> u64 {
        let share = ((at - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        let value = if self.is_logarithmic {
            self.first as f64 * libm::pow(self.last as f64 / self.first as f64, share)
        } else {
            self.first as f64 + (self.last - self.first) as f64 * share
        };
        (libm::round(value) as u64).clamp(self.first, self.last)
    }

    /// Where the axis ends.
    pub(super) fn end(&self) -> f64 {
        self.to
    }

    /// Round numbers that stand at least so many pixels apart.
    pub(super) fn round_values(&self, apart: f64) -> Vec<u64> {
        let room = ((self.to - self.from).abs() / apart).max(1.0);
        if !self.is_logarithmic {
            let step = round_step((self.last - self.first).div_ceil(room as u64));
            let first = self.first.div_ceil(step) * step;
            return (0..64).map(|n| first + n * step).take_while(|value| *value <= self.last).collect();
        }
        let powers = (0..20).map(|power| 10_u64.saturating_pow(power));
        let within = |value: &u64| (self.first..=self.last).contains(value);
        let powers: Vec<u64> = powers.filter(within).collect();
        // Where there are few powers of ten there is room for what is between them.
        if powers.len() < 3 && room >= 3.0 {
            let between = (0..20)
                .flat_map(|power| [1, 2, 5].map(|n| n * 10_u64.saturating_pow(power).min(u64::MAX / 5)));
            return thin(between.filter(within).collect(), room);
        }
        thin(powers, room)
    }
}

/// Every so-manieth, so that there are no more than there is room for.
fn thin(values: Vec<u64>, room: f64) -> Vec<u64> {
    let each = (values.len() as f64 / room).ceil().max(1.0) as usize;
    values.into_iter().step_by(each).collect()
}

/// The least of 1, 2 and 5 times a power of ten that is not below `least`.
fn round_step(least: u64) -> u64 {
    let powers = (0..20).map(|power| 10_u64.saturating_pow(power));
    let steps = powers.flat_map(|power| [1, 2, 5].map(|factor| power.saturating_mul(factor)));
    steps.into_iter().find(|step| *step >= least.max(1)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_apart() {
        let scale = Scale::new((0, 80_000_000_000), (0.0, 300.0), false);
        assert_eq!(
            scale.round_values(74.0),
            [0, 20_000_000_000, 40_000_000_000, 60_000_000_000, 80_000_000_000]
        );
        let scale = Scale::new((750_000, 13_300_000_000), (0.0, 300.0), true);
        assert_eq!(scale.round_values(74.0), [1_000_000, 100_000_000, 10_000_000_000]);
        let narrow = Scale::new((100, 900), (0.0, 300.0), true);
        assert_eq!(narrow.round_values(74.0), [100, 200, 500]);
        let empty = Scale::new((0, 0), (0.0, 300.0), false);
        assert_eq!(empty.round_values(74.0), [0, 1]);
    }
}
