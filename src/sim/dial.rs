//! Dials and settings: what a learner can turn, described as data, and the values they chose.
//!
//! A value that is in a `Settings` has been checked against the dial it belongs to. Must not know which
//! faults or scenes own the dials.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a dial's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Millionths: a probability or a share, shown as a percentage.
    Share,
    /// Nanoseconds, shown in a fitting unit.
    Nanos,
    /// Parts per million, such as drift.
    Ppm,
    /// A plain count.
    Count,
    /// Thousandths of a plain number, such as the shape of a distribution.
    Thousandths,
    /// Bits a second.
    BitsPerSecond,
    /// Bytes.
    Bytes,
    /// Thousandths of a watt.
    Milliwatts,
    /// Billionths of a joule.
    Nanojoules,
    /// Millionths of a euro.
    MicroEuros,
    /// One of the dial's choices, by its place in the list.
    Choice,
}

/// Something that can be turned: its name, unit, range and where it stands at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Dial {
    /// The name in commands and links, such as `loss` in `reliable.loss`.
    pub id: &'static str,
    /// The name in the page.
    pub title: &'static str,
    /// What turning it does, in one line.
    pub effect: &'static str,
    /// What its number counts.
    pub unit: Unit,
    /// The least value.
    pub least: i64,
    /// The greatest value.
    pub most: i64,
    /// The value at first.
    pub default: i64,
    /// The choices of a dial whose unit is [`Unit::Choice`]; empty for others.
    pub choices: &'static [&'static str],
}

impl Dial {
    /// A dial for a share from 0 to 100 %, at first `default` millionths.
    pub const fn share(id: &'static str, title: &'static str, effect: &'static str, default: i64) -> Self {
        Self { id, title, effect, unit: Unit::Share, least: 0, most: 1_000_000, default, choices: &[] }
    }

    /// A dial for a length of time in nanoseconds.
    pub const fn nanos(
        id: &'static str,
        title: &'static str,
        effect: &'static str,
        range: (i64, i64),
        default: i64,
    ) -> Self {
        Self { id, title, effect, unit: Unit::Nanos, least: range.0, most: range.1, default, choices: &[] }
    }

    /// A dial that counts in `unit`.
    pub const fn number(
        id: &'static str,
        title: &'static str,
        effect: &'static str,
        unit: Unit,
        range: (i64, i64),
        default: i64,
    ) -> Self {
        Self { id, title, effect, unit, least: range.0, most: range.1, default, choices: &[] }
    }

    /// A dial that picks one of `choices`, at first the one at `default`.
    pub const fn choice(
        id: &'static str,
        title: &'static str,
        effect: &'static str,
        choices: &'static [&'static str],
        default: i64,
    ) -> Self {
        let most = choices.len() as i64 - 1;
        Self { id, title, effect, unit: Unit::Choice, least: 0, most, default, choices }
    }

    /// The value as a person reads it, with its unit.
    pub fn show(&self, value: i64) -> String {
        match self.unit {
            Unit::Share => crate::base::Ratio::per_million(u32::try_from(value).unwrap_or(0)).to_string(),
            Unit::Nanos if value < 0 => format!("−{}", crate::base::Duration(value.unsigned_abs())),
            Unit::Nanos => crate::base::Duration(value.unsigned_abs()).to_string(),
            Unit::Ppm => format!("{value} ppm"),
            Unit::Count => value.to_string(),
            Unit::Thousandths => format!("{}.{:03}", value / 1_000, (value % 1_000).abs()),
            Unit::BitsPerSecond => scaled(value, &["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]),
            Unit::Bytes => scaled(value, &["B", "kB", "MB"]),
            Unit::Milliwatts => scaled(value, &["mW", "W"]),
            Unit::Nanojoules => scaled(value, &["nJ", "µJ", "mJ", "J"]),
            Unit::MicroEuros => scaled(value, &["µ€", "m€", "€"]),
            Unit::Choice => usize::try_from(value)
                .ok()
                .and_then(|i| self.choices.get(i))
                .map_or_else(|| value.to_string(), |c| (*c).to_owned()),
        }
    }

    /// Reads a value that a person or a link gave: a number within range, or the name of a choice.
    ///
    /// # Errors
    /// When it is neither; the message names the dial, the value and what may stand there.
    pub fn parse(&self, owner: &str, text: &str) -> Result<i64, BadSetting> {
        let named = self.choices.iter().position(|choice| *choice == text).map(|i| i as i64);
        let value = named.or_else(|| text.parse().ok());
        value.filter(|v| (self.least..=self.most).contains(v)).ok_or_else(|| {
            let way_out = if self.choices.is_empty() {
                format!("choose a whole number from {} to {} ({})", self.least, self.most, self.range())
            } else {
                format!("choose one of {}", self.choices.join(", "))
            };
            BadSetting(format!("dial {owner}.{}: {text:?} is not a value of it; {way_out}", self.id))
        })
    }

    /// The range as a person reads it.
    pub fn range(&self) -> String {
        format!("{} to {}", self.show(self.least), self.show(self.most))
    }
}

/// A value in the largest of these units, each a thousand of the one before it, of which it has one or more. With all
/// of its digits, so that what is shown is what is set: `9.6 kbit/s`.
fn scaled(value: i64, units: &[&str]) -> String {
    let (mut unit, mut place) = (1, 0);
    while value / unit >= 1_000 && place + 1 < units.len() {
        (unit, place) = (unit * 1_000, place + 1);
    }
    let digits = format!("{:0width$}", value % unit, width = 3 * place);
    let digits = digits.trim_end_matches('0');
    format!("{}{}{digits} {}", value / unit, if digits.is_empty() { "" } else { "." }, units[place])
}

/// Why a setting was refused: place, value and way out in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSetting(pub String);

impl fmt::Display for BadSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for BadSetting {}

/// Which assumptions are held, and where the dials stand, as far as they differ from a scene's own.
///
/// Keys are ids as in commands and links: `reliable`, and `reliable.loss` for a dial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether each assumption that is named here is held.
    pub assume: BTreeMap<String, bool>,
    /// The value of each dial that is named here.
    pub dials: BTreeMap<String, i64>,
}

impl Settings {
    /// The value of `owner.dial`, or its default.
    pub fn dial(&self, owner: &str, dial: &Dial) -> i64 {
        self.dials.get(&format!("{owner}.{}", dial.id)).copied().unwrap_or(dial.default)
    }

    /// These settings with those of `over` put on top.
    #[must_use]
    pub fn overlaid(&self, over: &Self) -> Self {
        let mut all = self.clone();
        all.assume.extend(over.assume.iter().map(|(id, held)| (id.clone(), *held)));
        all.dials.extend(over.dials.iter().map(|(id, value)| (id.clone(), *value)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOSS: Dial = Dial::share("loss", "loss", "loses packets", 70_000);
    const CAUSE: Dial = Dial::choice("cause", "cause", "what happens", &["request lost", "crash"], 0);

    #[test]
    fn values_are_shown_as_people_write_them() {
        assert_eq!(LOSS.show(70_000), "7 %");
        assert_eq!(CAUSE.show(1), "crash");
        assert_eq!(Dial::nanos("skew", "skew", "", (-5, 5), 0).show(-3), "−3 ns");
        let capacity = Dial::number("capacity", "Capacity", "", Unit::BitsPerSecond, (0, i64::MAX), 0);
        let shown = [0, 999, 1_000, 9_600, 1_000_001, 10_000_000_000, 2_000_000_000_000];
        let expected =
            ["0 bit/s", "999 bit/s", "1 kbit/s", "9.6 kbit/s", "1.000001 Mbit/s", "10 Gbit/s", "2000 Gbit/s"];
        assert_eq!(shown.map(|value| capacity.show(value)), expected);
        assert_eq!(Dial::number("queue", "Queue", "", Unit::Bytes, (0, 9), 0).show(1_500), "1.5 kB");
    }

    #[test]
    fn a_value_out_of_range_is_refused_with_place_value_and_way_out() {
        assert_eq!(LOSS.parse("reliable", "5"), Ok(5));
        assert_eq!(CAUSE.parse("telemetry", "crash"), Ok(1));
        let refused = LOSS.parse("reliable", "2000000").unwrap_err().to_string();
        assert!(
            refused.contains("reliable.loss")
                && refused.contains("2000000")
                && refused.contains("0 % to 100 %"),
            "{refused}"
        );
        assert!(CAUSE.parse("telemetry", "fire").unwrap_err().to_string().contains("request lost, crash"));
    }
}
