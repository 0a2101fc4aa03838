//! What people write on the command line, read into values or refused with a sentence that names the option,
//! the value and the way out. Must not know what is done with the values.

use std::ops::{Range, RangeInclusive};

use super::Stop;
use crate::base::Seed;
use crate::diagram::Theme;
use crate::faults::presets;
use crate::scenes::RunSpec;
use crate::sim::{Settings, Tape};

/// How many seeds a batch may have, so that a slip of the keyboard does not run for a year.
const SEEDS_MOST: u64 = 1_000_000;

/// The widths that a figure may have: from a narrow column to a poster, in pixels.
const WIDTHS: RangeInclusive<u32> = 320..=10_000;

/// A whole number from 0 on.
pub(super) fn whole(option: &str, text: &str) -> Result<u64, Stop> {
    text.parse().map_err(|_| {
        Stop::Refused(format!(
            "{option}: {text:?} is not a whole number; choose one from 0 to {}, such as {option} 7",
            u64::MAX
        ))
    })
}

/// A range of seeds, `A..B`, without `B`.
pub(super) fn seeds(text: &str) -> Result<Range<u64>, Stop> {
    let refused = |why: String| {
        Err(Stop::Refused(format!(
            "--seeds: {text:?} {why}; write A..B such as 0..100, which leaves out 100"
        )))
    };
    let Some((first, end)) = text.split_once("..") else { return refused("is not a range".to_owned()) };
    let (Ok(first), Ok(end)) = (first.parse::<u64>(), end.parse::<u64>()) else {
        return refused("is not a range of whole numbers".to_owned());
    };
    match end.checked_sub(first) {
        None | Some(0) => refused("holds no seed".to_owned()),
        Some(count) if count > SEEDS_MOST => {
            refused(format!("holds {count} seeds, and {SEEDS_MOST} is the most"))
        }
        Some(_) => Ok(first..end),
    }
}

/// The run of a scene with these settings, each as it was written.
pub(super) fn spec(
    scene: &str,
    seed: Option<&str>,
    preset: Option<&str>,
    assume: &[String],
    dial: &[String],
) -> Result<RunSpec, Stop> {
    let seed = seed.map(|text| whole("--seed", text)).transpose()?.map(Seed);
    let mut spec = RunSpec::new(scene, seed, Settings::default(), Tape::default())?;
    let base = preset.map(preset_settings).transpose()?.unwrap_or_default();
    let mut settings = Settings::default();
    for text in assume {
        let (id, held) = assumption(text)?;
        if settings.assume.insert(id.to_owned(), held).is_some() {
            return Err(twice("--assume", id));
        }
    }
    for text in dial {
        let (name, value) = dial_value(&spec, text)?;
        if settings.dials.insert(name.to_owned(), value).is_some() {
            return Err(twice("--dial", name));
        }
    }
    spec.set(base.overlaid(&settings)).map_err(|bad| Stop::Refused(format!("--assume: {bad}")))?;
    Ok(spec)
}

/// A width of a figure, in pixels.
pub(super) fn width(text: &str) -> Result<f64, Stop> {
    match text.parse() {
        Ok(width) if WIDTHS.contains(&width) => Ok(f64::from(width)),
        Ok(_) | Err(_) => Err(Stop::Refused(format!(
            "--width: {text:?} is not a width in pixels from {} to {}; choose one, such as --width 960",
            WIDTHS.start(),
            WIDTHS.end()
        ))),
    }
}

/// The colours of a figure.
pub(super) fn theme(text: &str) -> Result<Theme, Stop> {
    match text {
        "light" => Ok(Theme::Light),
        "dark" => Ok(Theme::Dark),
        _ => Err(Stop::Refused(format!("--theme: there is no theme {text:?}; choose light or dark"))),
    }
}

fn preset_settings(id: &str) -> Result<Settings, Stop> {
    presets::find(id).map(presets::Preset::settings).ok_or_else(|| {
        let ids: Vec<&str> = presets::ALL.iter().map(|preset| preset.id).collect();
        Stop::Refused(format!("--preset: there is no preset {id:?}; choose one of {}", ids.join(", ")))
    })
}

fn assumption(text: &str) -> Result<(&str, bool), Stop> {
    let refused = |why: &str| {
        Err(Stop::Refused(format!(
            "--assume: {text:?} {why}; write ID=true to hold an assumption or ID=false to break it, such as \
             reliable=false"
        )))
    };
    match text.split_once('=') {
        Some((id, "true")) => Ok((id, true)),
        Some((id, "false")) => Ok((id, false)),
        Some(_) => refused("says neither true nor false"),
        None => refused("has no value"),
    }
}

fn dial_value<'t>(spec: &RunSpec, text: &'t str) -> Result<(&'t str, i64), Stop> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(Stop::Refused(format!(
            "--dial: {text:?} has no value; write ID.DIAL=VALUE, such as reliable.loss=70000"
        )));
    };
    let place = |bad| Stop::Refused(format!("--dial: {bad}"));
    let (owner, dial) = spec.find_dial(name).map_err(place)?;
    let value = dial.parse(owner, value).map_err(place)?;
    Ok((name, value))
}

fn twice(option: &str, id: &str) -> Stop {
    Stop::Refused(format!("{option}: {id:?} is set twice; set it once"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal<T: std::fmt::Debug>(result: Result<T, Stop>) -> String {
        match result {
            Err(Stop::Refused(sentence)) => sentence,
            other => panic!("this should be refused: {other:?}"),
        }
    }

    #[test]
    fn a_range_leaves_out_its_end() {
        assert_eq!(seeds("3..5"), Ok(3..5));
        assert_eq!(seeds("18446744073709551614..18446744073709551615").map(Iterator::count), Ok(1));
        for wrong in
            ["", "7", "..", "1..", "..2", "2..2", "5..3", "a..b", "1..=4", "1...4", "-1..4", "0..9999999"]
        {
            let sentence = refusal(seeds(wrong));
            assert!(sentence.contains(&format!("{wrong:?}")) && sentence.contains("0..100"), "{sentence}");
        }
    }

    #[test]
    fn a_number_is_whole_and_fits() {
        assert_eq!(whole("--seed", "18446744073709551615"), Ok(u64::MAX));
        for wrong in ["", "-1", "1.5", "7 ", "0x10", "18446744073709551616", "sieben"] {
            let sentence = refusal(whole("--seed", wrong));
            assert!(sentence.contains("--seed") && sentence.contains(&format!("{wrong:?}")), "{sentence}");
        }
    }

    #[test]
    fn an_assumption_is_held_or_broken() {
        assert_eq!(assumption("reliable=false"), Ok(("reliable", false)));
        assert_eq!(assumption("clocks=true"), Ok(("clocks", true)));
        for wrong in ["reliable", "reliable=", "reliable=no", "reliable=true=false", "=", ""] {
            let sentence = refusal(assumption(wrong));
            assert!(
                sentence.contains(&format!("{wrong:?}")) && sentence.contains("reliable=false"),
                "{sentence}"
            );
        }
    }
}
