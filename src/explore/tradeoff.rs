//! The price of patience: false alarms against detection delay, for each detector over its dial.
//!
//! Every point is many runs of the scene `timeouts` with the detector's dial at one value, from equal seeds. What
//! counts begins after the ways have grown and whoever learns has learned. Must not know how detectors work.

use std::ops::Range;

use crate::analysis::detection::Point;
use crate::base::{Seed, TrueTime};
use crate::programs::detectors;
use crate::scenes::{RunSpec, timeouts};
use crate::sim::{BadSetting, Engine, Settings, Tape};

/// Values of each detector's dial, from little patience to much, in the order of the catalogue of detectors. With them
/// the curves overlap in what the deaths go unnoticed.
pub static LADDERS: [&[i64]; 6] = [
    &[
        200_000_000,
        300_000_000,
        500_000_000,
        700_000_000,
        900_000_000,
        1_100_000_000,
        1_300_000_000,
        1_600_000_000,
        2_000_000_000,
        2_500_000_000,
    ],
    &[1_000, 1_050, 1_100, 1_200, 1_300, 1_400, 1_600, 2_000, 2_500, 3_000],
    &[500, 1_000, 1_500, 2_000, 3_000, 4_000, 6_000, 8_000, 12_000, 20_000],
    &[0, 20_000_000, 50_000_000, 100_000_000, 200_000_000, 400_000_000, 800_000_000, 1_500_000_000],
    &[500, 1_000, 1_500, 2_000, 3_000, 4_000, 6_000, 8_000, 12_000, 16_000],
    &[250, 350, 500, 650, 800, 1_000, 1_250, 1_500, 2_000, 3_000],
];

/// The curve of one detector: a point for each of these values of its dial, from these seeds.
///
/// A page draws it point by point: a range of seeds can be split, and its parts be added.
///
/// # Errors
/// When there is no such detector, or a value is out of its dial's range.
///
/// # Example
/// ```
/// use lightcone::explore::tradeoff;
///
/// let curve = tradeoff::curve("fixed", &[300_000_000, 2_000_000_000], 0..2).expect("it can be turned so");
/// assert!(curve[0].delay_mean() < curve[1].delay_mean());
/// assert!(curve[0].false_alarms > curve[1].false_alarms);
/// ```
pub fn curve(detector: &str, values: &[i64], seeds: Range<u64>) -> Result<Vec<Point>, BadSetting> {
    let Some(place) = detectors::ALL.iter().position(|entry| entry.id == detector) else {
        let ids: Vec<&str> = detectors::ALL.iter().map(|entry| entry.id).collect();
        return Err(BadSetting(format!(
            "there is no detector {detector:?}; choose one of {}",
            ids.join(", ")
        )));
    };
    values.iter().map(|&value| point(place, value, seeds.clone())).collect()
}

fn point(place: usize, value: i64, seeds: Range<u64>) -> Result<Point, BadSetting> {
    let scene = timeouts::SCENE.id;
    let dials = [("detector", place as i64), (detectors::ALL[place].dial.id, value)];
    let dials = dials.map(|(dial, value)| (format!("{scene}.{dial}"), value)).into();
    let settings = Settings { dials, ..Settings::default() };
    let spec = RunSpec::new(scene, Some(Seed(seeds.start)), settings, Tape::default())?;
    let mut point = Point::new(value);
    let mut engine: Engine = spec.start();
    for seed in seeds {
        engine = engine.start_anew(Seed(seed));
        while engine.step().is_ok() {}
        let (since, end) = (TrueTime::ZERO + timeouts::WARM, TrueTime::ZERO + timeouts::LENGTH);
        point.add(engine.trace(), timeouts::WATCHMAN, since, end);
    }
    Ok(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ladder_stands_on_its_dial() {
        assert_eq!(LADDERS.len(), detectors::ALL.len());
        for (entry, ladder) in detectors::ALL.iter().zip(LADDERS) {
            let range = entry.dial.least..=entry.dial.most;
            assert!(ladder.iter().all(|value| range.contains(value)), "{}", entry.id);
            assert!(ladder.is_sorted() && ladder.len() > 5, "{}", entry.id);
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_said_in_a_sentence() {
        let unknown = curve("crystal ball", &[1], 0..1).unwrap_err().0;
        assert!(unknown.contains("crystal ball") && unknown.contains("rfc-6298"), "{unknown}");
        let much = curve("phi", &[1_000_000], 0..1).unwrap_err().0;
        assert!(much.contains("timeouts.threshold") && much.contains("1000000"), "{much}");
    }
}
