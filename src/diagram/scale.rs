//! The marks along an axis: at round values, far enough apart to be read, with just the digits that tell them
//! apart. Must not know what stands on the axis.

use super::picture::{Frame, Tick};

/// The least distance between two marks, in pixels.
const APART: f64 = 76.0;
/// What two marks beside a fold keep from each other at least, in pixels.
const NEAR: f64 = 40.0;

/// The marks of a frame.
pub(super) fn ticks(frame: &Frame) -> Vec<Tick> {
    let room = ((frame.right - frame.left) / APART).max(1.0);
    let least = frame.folds.length(frame.window) / room;
    let step = if frame.axis.is_time() { time_step(least) } else { decimal_step(least.max(1.0)) };
    let text: Box<dyn Fn(f64) -> String> = if frame.axis.is_time() {
        let unit = unit_of(frame.window.from.abs().max(frame.window.to.abs()), step);
        Box::new(move |value| unit.write(value))
    } else {
        Box::new(|value| format!("{value}"))
    };
    // There is room for so many at most; and a step may be too small for a float to add.
    let mut last = f64::NEG_INFINITY;
    let pieces = frame.folds.pieces(frame.window);
    let values = pieces.into_iter().flat_map(|(from, to)| {
        let first = libm::ceil(from / step);
        (0..=room as u32 + 1)
            .map(move |n| (first + f64::from(n)) * step)
            .take_while(move |&value| value <= to)
    });
    values
        // A run and a chain have a beginning; before it there is nothing to mark.
        .filter(|&value| frame.axis == super::Axis::Wall || value >= 0.0)
        .map(|value| (frame.x(value), value))
        // Behind a fold the next round value may stand close to the one before.
        .filter(|&(x, _)| {
            let is_clear = x - last >= NEAR;
            last = if is_clear { x } else { last };
            is_clear
        })
        .map(|(x, value)| Tick { x, text: text(value) })
        .collect()
}

/// The least of 1, 2 and 5 times a power of ten that is not below `least`, or below it by next to nothing.
pub fn decimal_step(least: f64) -> f64 {
    // So far powers of ten and their inverses are exact or next to it.
    let least = least.clamp(1e-9, 1e22);
    let mut tens = 1.0;
    let power = if least < 1.0 {
        while 1.0 / tens > least {
            tens *= 10.0;
        }
        1.0 / tens
    } else {
        while tens * 10.0 <= least {
            tens *= 10.0;
        }
        tens
    };
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|&step| step >= least * 0.999_999)
        .unwrap_or(10.0 * power)
}

/// From a minute on, steps are what clocks are divided by.
fn time_step(least: f64) -> f64 {
    const SECOND: f64 = 1e9;
    const CLOCK: [f64; 9] = [20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0];
    if least <= 10.0 * SECOND {
        return decimal_step(least.max(1.0));
    }
    CLOCK
        .into_iter()
        .map(|seconds| seconds * SECOND)
        .find(|&step| step >= least)
        .unwrap_or_else(|| decimal_step(least / (3_600.0 * SECOND)) * 3_600.0 * SECOND)
}

/// How the times along an axis are written: all in one unit, with as many digits as tell them apart.
#[derive(Clone, Copy, Debug)]
struct Unit {
    nanos: f64,
    digits: usize,
    name: &'static str,
}

fn unit_of(largest: f64, step: f64) -> Unit {
    let (nanos, name) = match largest {
        n if n < 1e3 => (1.0, "ns"),
        n if n < 1e6 => (1e3, "µs"),
        n if n < 1e9 => (1e6, "ms"),
        _ => (1e9, "s"),
    };
    let mut digits = 0;
    let mut rest = step / nanos;
    while digits < 9 && (rest - libm::round(rest)).abs() > 1e-6 * rest {
        (rest, digits) = (rest * 10.0, digits + 1);
    }
    Unit { nanos, digits, name }
}

impl Unit {
    fn write(self, value: f64) -> String {
        let sign = if value < 0.0 { "−" } else { "" };
        // Written as whole numbers, since writing any number with so many digits takes far more code, and the axis is
        // in the first picture.
        let (digits, parts) = (self.digits, 10_u64.pow(self.digits as u32));
        let all = libm::round((value / self.nanos).abs() * parts as f64) as u64;
        match digits {
            0 => format!("{sign}{all} {}", self.name),
            _ => format!("{sign}{}.{:0digits$} {}", all / parts, all % parts, self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::{Axis, Window};

    fn shown(axis: Axis, from: f64, to: f64) -> Vec<String> {
        let frame = Frame {
            width: 800.0,
            height: 400.0,
            left: 50.0,
            right: 780.0,
            top: 54.0,
            bottom: 360.0,
            gap: 56.0,
            content_height: 400.0,
            axis,
            window: Window::new(from, to),
            folds: crate::diagram::Folds::default(),
            is_vertical: false,
        };
        let ticks = ticks(&frame);
        assert!(ticks.windows(2).all(|pair| pair[1].x - pair[0].x >= APART * 0.99), "{ticks:?}");
        ticks.into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn marks_stand_at_round_values() {
        let minute = shown(Axis::TrueTime, 0.0, 60e9);
        assert_eq!(minute, ["0 s", "10 s", "20 s", "30 s", "40 s", "50 s", "60 s"]);
        assert_eq!(shown(Axis::Causal, 0.0, 12.0), ["0", "2", "4", "6", "8", "10", "12"]);
        assert_eq!(shown(Axis::TrueTime, 0.0, 3600e9)[..3], ["0 s", "600 s", "1200 s"]);
    }

    #[test]
    fn steps_are_round_and_the_least_that_reach() {
        // By logarithms, which the page does without.
        for nth in 0..2_600 {
            let least = libm::pow(10.0, f64::from(nth) / 100.0 - 8.0);
            let power = libm::pow(10.0, libm::floor(libm::log10(least)));
            let all = [1.0, 2.0, 5.0, 10.0, 20.0].map(|factor| factor * power);
            let expected =
                all.into_iter().find(|step| *step >= least * 0.999_999).expect("the last is larger");
            let step = decimal_step(least);
            assert!((step / expected - 1.0).abs() < 1e-9, "{step} for {least}, and {expected} by logarithms");
        }
        assert_eq!([0.0, 0.002, 1.0, 2.5, 1e22].map(decimal_step), [1e-9, 0.002, 1.0, 5.0, 1e22]);
    }

    #[test]
    fn digits_are_those_that_tell_neighbours_apart() {
        let written = |digits, nanos, value| Unit { nanos, digits, name: "s" }.write(value);
        assert_eq!(written(0, 1e9, 59.6e9), "60 s");
        assert_eq!(written(3, 1e9, -1.04e9), "−1.040 s");
        assert_eq!(written(9, 1e9, 71_993.254_740_991e9), "71993.254740991 s");
        for nth in 0..2_000 {
            let (digits, value) = (nth % 7, nth as f64 * 1_234_567.0 + 0.3);
            assert_eq!(written(digits, 1e6, value), format!("{:.digits$} s", value / 1e6), "{value}");
        }
    }

    #[test]
    fn neighbours_never_say_the_same() {
        for (from, length) in [(0.0, 5.0), (40e9, 700.0), (40e9, 3e6), (1e15, 1e9), (-3e9, 7e9)] {
            let texts = shown(Axis::Wall, from, from + length);
            assert!(texts.len() >= 3, "{texts:?}");
            assert!(texts.windows(2).all(|pair| pair[0] != pair[1]), "{texts:?}");
        }
    }
}
