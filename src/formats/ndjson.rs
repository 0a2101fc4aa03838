//! A log of JSON objects, one a line.
//!
//! # What it does
//! Reads from each object the host, the vector clock (an object of host to count, or such an object as a text), what
//! happened, and when by the host's clock. The usual names of fields are known; others are named, and a name with points
//! reaches into objects.
//!
//! # What to look for
//! What other fields hold can be searched. Lines that are no object with a host and a clock are listed.
//!
//! # Sources
//! The format of most structured loggers; RFC 8259 for the objects.

use super::log::Log;
use super::rows::{Executions, Names, Row};
use super::text::{Part, Text};
use super::{BadLog, Fields, Format, Options, Source};

pub(super) const ENTRY: Format = Format {
    id: "ndjson",
    title: "JSON objects, one a line",
    doc: crate::module_doc!("ndjson.rs"),
    recognise,
    read,
};

/// How many lines are looked at to recognise the format.
const LINES_TRIED: usize = 50;

/// Most of the first lines are objects.
fn recognise(text: &Text<'_>) -> bool {
    let lines = || {
        Part::whole(text)
            .lines()
            .map(|(_, line)| line.trim())
            .filter(|line| !line.is_empty())
            .take(LINES_TRIED)
    };
    let objects = lines().filter(|line| line.starts_with('{') && line.ends_with('}')).count();
    if objects * 2 <= lines().count() {
        return false;
    }
    let fields = Fields::default();
    let is_whole = |line: &str| Row::read(line, &Names::of(&fields)).is_ok();
    lines().any(|line| line.starts_with('{') && is_whole(line))
}

fn read(text: &Text<'_>, options: &Options) -> Result<Vec<Source>, BadLog> {
    let names = Names::of(&options.fields);
    let mut executions = Executions::default();
    for (line, object) in Part::whole(text).lines() {
        if object.trim().is_empty() {
            continue;
        }
        match Row::read(object, &names) {
            Ok(row) => {
                let name = row.execution();
                row.add_to(executions.of(&name), line)?;
            }
            Err(_) => executions.last().unread.add(line, Some("the line is no JSON object".to_owned())),
        }
    }
    Ok(executions.logs.into_iter().map(|log: Log| Source::Log(Box::new(log))).collect())
}
