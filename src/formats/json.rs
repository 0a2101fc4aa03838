//! A log that is one value of JSON: an array of objects, or an object in which there is one.
//!
//! # What it does
//! Reads each object of the array as an event, with the fields that a log of one object a line has.
//!
//! # What to look for
//! An object may hold the array in any member; the first that holds objects with a host and a clock is taken.
//!
//! # Sources
//! RFC 8259.

use super::members::{Lines, each_element, each_member};
use super::rows::{Executions, Names, Row};
use super::text::Text;
use super::{BadLog, Format, Options, Source};

pub(super) const ENTRY: Format =
    Format { id: "json", title: "JSON array of events", doc: crate::module_doc!("json.rs"), recognise, read };

/// The whole begins like an array of objects or like an object, and there is nothing behind it.
fn recognise(text: &Text<'_>) -> bool {
    let text = text.whole().trim();
    let begins =
        text.strip_prefix('[').map_or(text.starts_with('{'), |rest| rest.trim_start().starts_with('{'));
    begins && text.ends_with(['}', ']'])
}

fn read(text: &Text<'_>, options: &Options) -> Result<Vec<Source>, BadLog> {
    let whole = text.whole();
    let names = Names::of(&options.fields);
    let mut executions = Executions::default();
    let array = if whole.trim_start().starts_with('[') {
        Some(whole.trim())
    } else {
        array_in(whole.trim(), &names)?
    };
    let Some(array) = array else { return Ok(Vec::new()) };
    let mut lines = Lines::of(whole);
    let first = lines.of_piece(array);
    let mut refused = None;
    let done = each_element(array, |element| {
        let line = lines.of_piece(element);
        let added = match Row::read(element, &names) {
            Ok(row) => {
                let name = row.execution();
                row.add_to(executions.of(&name), line)
            }
            Err(_) => {
                executions.last().unread.add(line, Some("the element is no object".to_owned()));
                Ok(())
            }
        };
        added.map_err(|bad| {
            refused = Some(bad);
            String::new()
        })
    });
    if let Some(bad) = refused {
        return Err(bad);
    }
    done.map_err(|broken| BadLog(broken.behind(first - 1).to_string()))?;
    Ok(executions.logs.into_iter().map(|log| Source::Log(Box::new(log))).collect())
}

/// The first array in an object that holds an event.
fn array_in<'a>(object: &'a str, names: &Names<'_>) -> Result<Option<&'a str>, BadLog> {
    let mut found = None;
    let done = each_member(object, |_, value| {
        if found.is_some() || !value.starts_with('[') {
            return Ok(());
        }
        let mut is_event = false;
        // One element tells; the rest is read later.
        let _stopped = each_element(value, |element| {
            is_event = Row::read(element, names).is_ok_and(|row| row.is_event());
            Err(String::new())
        });
        found = is_event.then_some(value);
        Ok(())
    });
    done.map_err(|broken| BadLog(broken.to_string()))?;
    Ok(found)
}
