//! Plots as plain data: named lines of numbers over a measured axis, to be drawn, read as a table, or taken away.
//!
//! Whatever measures something gives a [`Plot`]; what is shown of it, and how, is others' affair. Numbers are whole,
//! so that a table and a file say exactly what was counted. Must not know what was measured.

use crate::base::Duration;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Things.
    Count,
    /// Hundredths of things: means of whole numbers.
    Hundredths,
    /// Nanoseconds.
    Nanos,
    /// Bytes.
    Bytes,
    /// Billionths of a joule.
    Nanojoules,
    /// Millionths of a euro.
    MicroEuros,
}

/// What runs along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// What it is.
    pub title: &'static str,
    /// What its numbers count.
    pub counts: Quantity,
    /// Whether equal ways are equal ratios.
    pub is_logarithmic: bool,
}

/// How the points of a line belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A value holds from its point to the next.
    Steps,
    /// The same, and the ground below is filled: how many fell between one point and the next.
    Bars,
    /// From point to point; each is a measurement of its own.
    Curve,
}

/// A line of a plot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// Where it goes along both axes. Steps and bars rise along the first.
    pub points: Vec<(u64, u64)>,
}

/// Lines over a pair of axes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plot {
    /// The name in files: `queues`.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What is counted, in a sentence.
    pub says: &'static str,
    /// From left to right.
    pub x: Axis,
    /// From the bottom up.
    pub y: Axis,
    /// How points belong together.
    pub form: Form,
    /// The lines, those that matter most first.
    pub lines: Vec<Line>,
    /// How far the first axis goes at least.
    pub end: u64,
}

impl Axis {
    /// True time.
    pub const TIME: Self = Self::linear("true time", Quantity::Nanos);

    /// An axis with equal steps.
    pub const fn linear(title: &'static str, counts: Quantity) -> Self {
        Self { title, counts, is_logarithmic: false }
    }
}

impl Quantity {
    /// A number with its unit, its first three digits alone where it has many: `1.5 kB`.
    pub fn show(self, value: u64) -> String {
        match self {
            Self::Count => value.to_string(),
            Self::Hundredths => {
                let digits = format!("{:02}", value % 100);
                let digits = digits.trim_end_matches('0');
                format!("{}{}{digits}", value / 100, if digits.is_empty() { "" } else { "." })
            }
            Self::Nanos => Duration(value).to_string(),
            Self::Bytes => scaled(value, &["B", "kB", "MB", "GB", "TB", "PB", "EB"]),
            Self::Nanojoules => scaled(value, &["nJ", "µJ", "mJ", "J", "kJ", "MJ", "GJ"]),
            Self::MicroEuros => scaled(value, &["µ€", "m€", "€", "k€", "M€", "G€", "T€"]),
        }
    }

    /// The unit in which a file has its numbers.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Hundredths => "hundredths",
            Self::Nanos => "ns",
            Self::Bytes => "bytes",
            Self::Nanojoules => "nJ",
            Self::MicroEuros => "µ€",
        }
    }
}

/// A number by thousands with its first three digits alone, rounded down.
fn scaled(value: u64, units: &[&str]) -> String {
    let (mut whole, mut rest, mut place) = (value, 0, 0);
    while whole >= 1_000 && place + 1 < units.len() {
        (whole, rest, place) = (whole / 1_000, whole % 1_000, place + 1);
    }
    let digits = match whole {
        0..10 => format!("{:02}", rest / 10),
        10..100 => (rest / 100).to_string(),
        100.. => String::new(),
    };
    let digits = digits.trim_end_matches('0');
    format!("{whole}{}{digits} {}", if digits.is_empty() { "" } else { "." }, units[place])
}

/// A plot as rows: a number along the first axis, and each line's there, where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// What the columns are.
    pub head: Vec<String>,
    /// The number along the first axis, and of each line in order.
    pub rows: Vec<(u64, Vec<Option<u64>>)>,
}

impl Plot {
    /// The plot as rows, in the order of the first axis. Steps and bars have a value wherever they have begun.
    pub fn rows(&self) -> Rows {
        let mut places: Vec<u64> =
            self.lines.iter().flat_map(|line| &line.points).map(|point| point.0).collect();
        places.sort_unstable();
        places.dedup();
        let value = |line: &Line, x: u64| match self.form {
            Form::Curve => line.points.iter().find(|point| point.0 == x).map(|point| point.1),
            Form::Steps | Form::Bars => {
                let behind = line.points.partition_point(|point| point.0 <= x);
                behind.checked_sub(1).map(|place| line.points[place].1)
            }
        };
        let row = |x: u64| (x, self.lines.iter().map(|line| value(line, x)).collect());
        Rows {
            head: std::iter::once(self.x.title.to_owned())
                .chain(self.lines.iter().map(|line| line.name.clone()))
                .collect(),
            rows: places.into_iter().map(row).collect(),
        }
    }

    /// The plot as comma-separated values (RFC 4180): a line of names with their units, and a line for each row, its
    /// numbers in full.
    pub fn csv(&self) -> String {
        let rows = self.rows();
        let units = std::iter::once(self.x.counts).chain(std::iter::repeat(self.y.counts));
        let names = rows.head.iter().zip(units).map(|(name, of)| quoted(&format!("{name} [{}]", of.unit())));
        let mut out = names.collect::<Vec<_>>().join(",") + "\r\n";
        for (x, values) in rows.rows {
            out += &x.to_string();
            for value in values {
                out.push(',');
                out += &value.map_or_else(String::new, |value| value.to_string());
            }
            out += "\r\n";
        }
        out
    }

    /// Whether there is anything to be seen.
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.points.iter().all(|point| point.1 == 0))
    }
}

/// A field as RFC 4180 has it: in quotes where a comma, a quote or a new line would be misread.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(form: Form) -> Plot {
        let line =
            |name: &str, points: &[(u64, u64)]| Line { name: name.to_owned(), points: points.to_vec() };
        Plot {
            id: "queues",
            title: "Queues",
            says: "what waits",
            x: Axis::TIME,
            y: Axis::linear("waiting", Quantity::Bytes),
            form,
            lines: vec![line("a, b", &[(0, 10), (20, 0)]), line("say \"c\"", &[(10, 7), (20, 8)])],
            end: 30,
        }
    }

    #[test]
    fn steps_hold_their_value_and_curves_have_it_at_their_points_alone() {
        let values = |form| plot(form).rows().rows;
        let steps = [(0, vec![Some(10), None]), (10, vec![Some(10), Some(7)]), (20, vec![Some(0), Some(8)])];
        assert_eq!(values(Form::Steps), steps);
        let curve = [(0, vec![Some(10), None]), (10, vec![None, Some(7)]), (20, vec![Some(0), Some(8)])];
        assert_eq!(values(Form::Curve), curve);
    }

    #[test]
    fn a_file_quotes_what_would_be_misread_and_has_numbers_in_full() {
        let csv = plot(Form::Curve).csv();
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines[0], "true time [ns],\"a, b [bytes]\",\"say \"\"c\"\" [bytes]\"");
        assert_eq!(lines[1..], ["0,10,", "10,,7", "20,0,8", ""]);
    }

    #[test]
    fn numbers_are_short_and_have_their_unit() {
        let bytes = [0, 999, 1_000, 1_050, 99_999, 1_000_000].map(|value| Quantity::Bytes.show(value));
        assert_eq!(bytes, ["0 B", "999 B", "1 kB", "1.05 kB", "99.9 kB", "1 MB"]);
        assert_eq!(
            [305, 350, 300, 5].map(|value| Quantity::Hundredths.show(value)),
            ["3.05", "3.5", "3", "0.05"]
        );
        assert_eq!(Quantity::Nanojoules.show(2_500_000), "2.5 mJ");
        assert_eq!(Quantity::MicroEuros.show(12_345_678), "12.3 €");
        assert_eq!(Quantity::Nanos.show(1_500_000), "1.5 ms");
    }
}
