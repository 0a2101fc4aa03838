//! Events by an expression with the groups `host`, `clock` and `event`, as ShiViz has them.
//!
//! A group `timestamp` is a reading of the host's clock, and any other group is a further field. Must not know where the
//! expression was written.

use super::expression::{Expression, shown};
use super::log::Log;
use super::text::{Part, lines_in};
use super::{BadLog, clock, matches, times};

/// The groups that an expression must have.
const NEEDED: [&str; 3] = ["host", "clock", "event"];

/// The group of a reading.
const READING: &str = "timestamp";

/// How an expression is called in messages.
pub(super) const NAME: &str = "the expression";

/// Reads an expression for events.
///
/// # Errors
/// One that cannot be read, or lacks a group.
pub(super) fn compile(written: &str) -> Result<Expression, BadLog> {
    let expression = Expression::new(NAME, written)?;
    match NEEDED.into_iter().find(|group| !expression.has(group)) {
        None => Ok(expression),
        Some(missing) => Err(BadLog(format!(
            "{NAME} {} has no group {missing}; put `(?<{missing}>…)` around what is the {missing} of an event",
            shown(written)
        ))),
    }
}

/// Reads the events of a part of a file into a log.
pub(super) fn read(expression: &Expression, part: Part<'_>, log: &mut Log) -> Result<(), BadLog> {
    let names: Vec<Option<&str>> = expression.regex.capture_names().collect();
    let place = |wanted: &str| names.iter().position(|name| *name == Some(wanted));
    let needed = NEEDED.map(|name| place(name).unwrap_or_default());
    let reading = place(READING);
    let others: Vec<(usize, &str)> =
        (0..).zip(&names).filter_map(|(place, name)| Some((place, (*name)?))).collect();
    let mut walk = Walk {
        text: part.text,
        clock: Place::start(part),
        told: Place::start(part),
        done: 0,
        why: Vec::new(),
    };
    let text = part.text;
    matches::each(NAME, expression, text, |groups| {
        let group = |place: usize| groups.get(place).map_or("", |(from, to)| &text[from..to]);
        let [host, clock, event] = needed.map(group);
        let (from, to) = groups.get(0).unwrap_or_default();
        let start = groups.get(needed[1]).map_or(from, |(from, _)| from);
        let line = walk.clock.line_at(text, start);
        let stated = reading.and_then(|place| times::reading(group(place)));
        let before = log.events.len();
        // What is refused is told below with the other lines that belong to no event.
        let unread = std::mem::take(&mut log.unread);
        log.add(line, host.trim(), event, stated, |hosts, out| clock::read(clock, hosts, out))?;
        let refused = std::mem::replace(&mut log.unread, unread);
        if log.events.len() == before {
            walk.why.extend(refused.lines);
            return Ok(());
        }
        for &(place, name) in &others {
            if !needed.contains(&place) && (Some(place) != reading || stated.is_none()) {
                log.note(name, group(place));
            }
        }
        walk.taken(from, to, log);
        Ok(())
    })?;
    walk.tell(text.len(), log);
    Ok(())
}

/// Goes through a part of a file, and names the lines that no event took.
struct Walk<'a> {
    text: &'a str,
    clock: Place,
    told: Place,
    /// Up to here every line was taken by an event or told.
    done: usize,
    /// What is wrong with lines that looked like events.
    why: Vec<(u32, Option<String>)>,
}

impl Walk<'_> {
    /// An event took this stretch.
    fn taken(&mut self, from: usize, to: usize, log: &mut Log) {
        // The line in which it begins is taken as a whole.
        if let Some(end) = self.text[self.done..from].rfind('\n') {
            self.tell(self.done + end + 1, log);
        }
        self.done = to;
    }

    /// Tells the lines up to the one that begins at `end`.
    fn tell(&mut self, end: usize, log: &mut Log) {
        let is_inside = self.done > 0 && !self.text[..self.done].ends_with('\n');
        // So is the line in which an event ends.
        let rest = if is_inside {
            self.text[self.done..].find('\n').map_or(self.text.len(), |at| self.done + at + 1)
        } else {
            self.done
        };
        if rest < end {
            let line = self.told.line_at(self.text, rest);
            for (line, text) in (Part { text: &self.text[rest..end], line }).lines() {
                if !text.trim().is_empty() {
                    let why = self.why.iter().find(|(at, _)| *at == line).and_then(|(_, why)| why.clone());
                    log.unread.add(line, why);
                }
            }
        }
        self.why.clear();
        self.done = end;
    }
}

/// A place in a text and its line.
struct Place {
    at: usize,
    line: u32,
}

impl Place {
    fn start(part: Part<'_>) -> Self {
        Self { at: 0, line: part.line }
    }

    /// The line of a place that is not before the last one.
    fn line_at(&mut self, text: &str, at: usize) -> u32 {
        self.line += lines_in(&text[self.at..at]);
        self.at = at;
        self.line
    }
}
