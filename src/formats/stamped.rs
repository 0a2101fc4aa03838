//! Events of two lines, one with the host and its clock and one with what happened: ShiViz, GoVector and TSViz.
//!
//! Does what their default expressions do, without an engine for expressions:
//!
//! - `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`, the clock first;
//! - `(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`, the clock last;
//! - the same with `(?<timestamp>\d*) ` at the start of the first of the two lines.
//!
//! Must not know which of them a file uses.

use super::BadLog;
use super::clock;
use super::log::{Hosts, Log};
use super::text::Part;

/// How the two lines of an event are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Whether the line with the clock is the first of the two.
    pub(super) clock_first: bool,
    /// Whether the first line begins with a reading.
    pub(super) has_time: bool,
}

/// The shapes, in the order in which they are preferred.
pub(super) const SHAPES: [Shape; 4] = [
    Shape { clock_first: true, has_time: true },
    Shape { clock_first: false, has_time: true },
    Shape { clock_first: true, has_time: false },
    Shape { clock_first: false, has_time: false },
];

/// How many lines are looked at to see which shape a file has.
const LINES_TRIED: usize = 2_000;

/// Readings of fewer digits are taken for something else unless an expression says that they are readings.
const DIGITS_LEAST: usize = 10;

impl Shape {
    /// The shape that leaves the fewest lines of a text unread, if any finds an event.
    pub(super) fn of(text: Part<'_>) -> Option<Self> {
        let sample = sample(text);
        let tried = SHAPES.into_iter().filter_map(|shape| {
            let mut log = Log::default();
            // What is too much to be shown is told when it is read.
            let is_read = shape.read(sample, &mut log, DIGITS_LEAST).is_ok();
            (!is_read || !log.events.is_empty()).then_some((log.unread.count, shape))
        });
        tried.min_by_key(|(unread, _)| *unread).map(|(_, shape)| shape)
    }

    /// Reads all events of a part of a file into a log. Readings have at least so many digits.
    pub(super) fn read(self, part: Part<'_>, log: &mut Log, digits: usize) -> Result<(), BadLog> {
        let mut lines = part.lines().peekable();
        while let Some((line, first)) = lines.next() {
            let second = lines.peek().copied();
            let Some((at, event)) = self.event(line, first, second, digits) else {
                if !first.trim().is_empty() {
                    log.unread.add(line, None);
                }
                continue;
            };
            let before = log.events.len();
            log.add(at, event.host, event.text, event.stated, |hosts, out| {
                clock::read(event.clock, hosts, out)
            })?;
            let is_refused = log.events.len() == before;
            if let Some((line, text)) = second {
                if is_refused && self.clock_first && !text.trim().is_empty() {
                    log.unread.add(line, None);
                }
                lines.next();
            }
            if is_refused && !self.clock_first && !first.trim().is_empty() {
                log.unread.add(line, None);
            }
        }
        Ok(())
    }

    /// The event of two lines, and the line of its clock.
    fn event<'a>(
        self,
        line: u32,
        first: &'a str,
        second: Option<(u32, &'a str)>,
        digits: usize,
    ) -> Option<(u32, Event<'a>)> {
        if self.clock_first {
            let (before, host, clock) = stamp_anywhere(first)?;
            let stated = if self.has_time { Some(reading(before.trim_end(), digits)?) } else { None };
            // The last event of a log that was cut off has no second line.
            let text = second.map_or("", |(_, text)| text);
            return Some((line, Event { host, clock, text, stated }));
        }
        let (at, second) = second?;
        let (host, clock) = stamp_at_start(second)?;
        if !self.has_time {
            return Some((at, Event { host, clock, text: first, stated: None }));
        }
        let (time, text) = first.split_once(' ').unwrap_or((first, ""));
        Some((at, Event { host, clock, text, stated: Some(reading(time, digits)?) }))
    }
}

/// The first lines from the one before the first clock on.
fn sample(text: Part<'_>) -> Part<'_> {
    let (mut before, mut at) = (0, 0);
    for line in text.text.split_inclusive('\n') {
        let anywhere = stamp_anywhere(line).map(|(_, _, clock)| clock);
        let at_start = stamp_at_start(line).map(|(_, clock)| clock);
        if anywhere.into_iter().chain(at_start).any(is_clock) {
            break;
        }
        (before, at) = (at, at + line.len());
    }
    let rest = &text.text[before..];
    let end = rest.split_inclusive('\n').take(LINES_TRIED).map(str::len).sum();
    Part { text: &rest[..end], ..text }
}

fn is_clock(text: &str) -> bool {
    clock::read(text, &mut Hosts::default(), &mut Vec::new()).is_ok()
}

struct Event<'a> {
    host: &'a str,
    clock: &'a str,
    text: &'a str,
    stated: Option<i64>,
}

/// `(?<host>\S*) (?<clock>{.*})` up to the end of a line: what precedes it, the host and the clock.
fn stamp_anywhere(line: &str) -> Option<(&str, &str, &str)> {
    let line = line.trim_end();
    if !line.ends_with('}') {
        return None;
    }
    let at = line.find(" {")?;
    let before = &line[..at];
    let host = before.rfind(char::is_whitespace).map_or(0, |space| space + first_length(&before[space..]));
    Some((&before[..host], &before[host..], &line[at + 1..]))
}

/// The same at the start of a line; what stands behind the clock does not matter.
fn stamp_at_start(line: &str) -> Option<(&str, &str)> {
    let at = line.find(" {").filter(|&at| !line[..at].contains(char::is_whitespace))?;
    let end = line.rfind('}').filter(|&end| end > at)?;
    Some((&line[..at], &line[at + 1..=end]))
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// A reading: digits alone, and at least so many.
fn reading(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() >= digits.max(1) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Text;

    fn check(text: &str, clock_first: bool, has_time: bool, expected: &[&str], unread: &[u32]) {
        let text = Text::new(text);
        let part = Part::whole(&text);
        assert_eq!(Shape::of(part), Some(Shape { clock_first, has_time }), "{text:?}");
        let mut log = Log::default();
        Shape { clock_first, has_time }.read(part, &mut log, DIGITS_LEAST).expect("few events");
        let shown: Vec<String> = (0..log.events.len())
            .map(|event| {
                let logged = log.events[event];
                let stated = logged.stated.map_or(String::new(), |stated| format!(" at {stated}"));
                format!("{}: {} {:?}{stated}", logged.line, log.hosts.name(logged.host), log.text(event))
            })
            .collect();
        assert_eq!(shown, expected);
        assert_eq!(log.unread.lines.iter().map(|(line, _)| *line).collect::<Vec<_>>(), unread);
    }

    #[test]
    fn the_clock_may_come_first_or_last() {
        check("a {\"a\":1}\nx\nb {\"b\":1}\ny y\n", true, false, &["1: a \"x\"", "3: b \"y y\""], &[]);
        check("x\na {\"a\":1}\ny y\nb {\"b\":1}\n", false, false, &["2: a \"x\"", "4: b \"y y\""], &[]);
        check("a {\"a\":1}\n\nb {\"b\":1}", true, false, &["1: a \"\"", "3: b \"\""], &[]);
        check("x\na {\"a\":1} trailing\n", false, false, &["2: a \"x\""], &[]);
        check("noise: a {\"a\":1} \nx\n", true, false, &["1: a \"x\""], &[]);
    }

    #[test]
    fn readings_are_taken_for_what_they_are() {
        check("1234567890 a {\"a\":1}\nx\n", true, true, &["1: a \"x\" at 1234567890"], &[]);
        check("1234567890 x y\na {\"a\":1}\n", false, true, &["2: a \"x y\" at 1234567890"], &[]);
        check("3 ballots\na {\"a\":1}\n", false, false, &["2: a \"3 ballots\""], &[]);
    }

    #[test]
    fn what_is_no_event_is_listed() {
        check(
            "# hello\n\na {\"a\":1}\nx\nnoise\nb {\"b\":1}\ny\n",
            true,
            false,
            &["3: a \"x\"", "6: b \"y\""],
            &[1, 5],
        );
        check("a {\"a\":1}\nx\nb {\"b\":!}\ny\n", true, false, &["1: a \"x\""], &[3, 4]);
        // What follows a clock is its event, even where it looks like a clock.
        check(
            "a {\"a\":1}\ngot {\"n\":7}\nb {\"b\":1}\ny\n",
            true,
            false,
            &["1: a \"got {\\\"n\\\":7}\"", "3: b \"y\""],
            &[],
        );
    }
}
