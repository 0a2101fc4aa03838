//! The log of GoVector: the host and its vector clock on one line, what happened on the next.
//!
//! # What it does
//! Reads what programs that use GoVector write, with and without readings, and the executions of a file to which several
//! runs have written.
//!
//! # What to look for
//! The first event of each host is the start of its logger. What happened begins with a level, such as `INFO`.
//!
//! # Sources
//! DistributedClocks/GoVector, `govec/govec.go`.

use super::log::Log;
use super::stamped::Shape;
use super::text::{Part, Text};
use super::{BadLog, Format, Options, Source};

pub(super) const ENTRY: Format =
    Format { id: "govector", title: "GoVector log", doc: crate::module_doc!("govector.rs"), recognise, read };

/// What a run writes when it goes on with a file, before its name, and what it writes behind.
const EXECUTION: (&str, &str) = ("=== Execution #", "===");

/// The first event of every host.
const START: &str = "Initialization Complete";

fn recognise(text: &Text<'_>) -> bool {
    Part::whole(text).lines().any(|(_, line)| line == START || name(line).is_some())
        && Shape::of(Part::whole(text)).is_some_and(|shape| shape.clock_first)
}

fn read(text: &Text<'_>, _: &Options) -> Result<Vec<Source>, BadLog> {
    let whole = Part::whole(text);
    let Some(shape) = Shape::of(whole) else { return Ok(Vec::new()) };
    let mut logs = Vec::new();
    for (name, part) in executions(whole) {
        let mut log = Log::named(name);
        shape.read(part, &mut log, 1)?;
        logs.push(Source::Log(Box::new(log)));
    }
    Ok(logs)
}

/// The name of the execution that begins behind a line.
fn name(line: &str) -> Option<&str> {
    line.trim().strip_prefix(EXECUTION.0)?.strip_suffix(EXECUTION.1).map(str::trim)
}

/// The executions of a file and their names. The line that announces one comes as an event without a host, behind a
/// line of blanks and perhaps a reading, which is no event either.
fn executions(whole: Part<'_>) -> Vec<(&str, Part<'_>)> {
    let mut found = vec![("", whole)];
    let (mut at, mut before) = (0, 0);
    for (line, text) in whole.lines() {
        let end = (at + text.len() + 1).min(whole.text.len());
        if let Some(name) = name(text) {
            let is_part_of_it =
                |line: &str| line.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ' || byte == b'\n');
            let stop = if is_part_of_it(&whole.text[before..at]) { before } else { at };
            if let Some((_, last)) = found.last_mut() {
                let from = last.text.as_ptr().addr() - whole.text.as_ptr().addr();
                last.text = &whole.text[from..stop.max(from)];
            }
            found.push((name, Part { text: &whole.text[end..], line: line + 1 }));
        }
        (before, at) = (at, end);
    }
    found
}
