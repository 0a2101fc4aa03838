//! The log of ShiViz: events of two lines, or whatever an expression at its head says.
//!
//! # What it does
//! Reads events that are a line with the host and its vector clock and a line with what happened, in either order.
//!
//! # What to look for
//! The first line may hold the expression with which the log is read and the second the one that separates its
//! executions, named by a group `trace`. An expression that is given beside the log takes their place.
//!
//! # Sources
//! Beschastnikh, Liu, Xing, Wang, Brun, Ernst, "Visualizing distributed system executions", TOSEM 2020; the log parser
//! of ShiViz.

use super::expression::Expression;
use super::log::Log;
use super::stamped::Shape;
use super::text::{Part, Text, lines_in};
use super::{BadLog, Format, Options, Source, expressed, matches};

pub(super) const ENTRY: Format = Format {
    id: "shiviz",
    title: "ShiViz log",
    doc: crate::module_doc!("shiviz.rs"),
    recognise: |text| Header::of(text).is_some() || Shape::of(Part::whole(text)).is_some(),
    read,
};

/// How the expression between executions is called in messages.
const BETWEEN: &str = "the expression between executions";

/// The group that names an execution.
const TRACE: &str = "trace";

/// What stands at the head of a log.
pub(super) struct Header<'a> {
    pub(super) parser: &'a str,
    delimiter: &'a str,
    rest: Part<'a>,
}

impl<'a> Header<'a> {
    pub(super) fn of(text: &'a Text<'_>) -> Option<Self> {
        let (parser, rest) = text.whole().split_once('\n')?;
        let is_parser = ["(?<host>", "(?<clock>"].into_iter().all(|group| parser.contains(group));
        let (delimiter, rest) = rest.split_once('\n').unwrap_or((rest, ""));
        let (parser, delimiter) = (parser.trim(), delimiter.trim());
        is_parser.then_some(Self { parser, delimiter, rest: Part { text: rest, line: 3 } })
    }
}

/// How events are found.
enum Way {
    Shape(Shape),
    Expression(Box<Expression>),
}

impl Way {
    /// The expressions that ShiViz and GoVector offer have readers of their own, which are faster.
    fn of(parser: &str) -> Result<Self, BadLog> {
        let clock_first = match parser {
            r"(?<host>\S*) (?<clock>{.*})\n(?<event>.*)" => Some(true),
            r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})" => Some(false),
            _ => None,
        };
        Ok(match clock_first {
            Some(clock_first) => Self::Shape(Shape { clock_first, has_time: false }),
            None => Self::Expression(Box::new(expressed::compile(parser)?)),
        })
    }

    fn read(&self, part: Part<'_>, log: &mut Log) -> Result<(), BadLog> {
        match self {
            Self::Shape(shape) => shape.read(part, log, 1),
            Self::Expression(expression) => expressed::read(expression, part, log),
        }
    }
}

pub(super) fn read(text: &Text<'_>, options: &Options) -> Result<Vec<Source>, BadLog> {
    let header = Header::of(text);
    let part = header.as_ref().map_or(Part::whole(text), |header| header.rest);
    let parser = options.parser.as_deref().or(header.as_ref().map(|header| header.parser));
    let delimiter = options.delimiter.as_deref().or(header.as_ref().map(|header| header.delimiter));
    let mut logs = match delimiter.filter(|delimiter| !delimiter.is_empty()) {
        Some(delimiter) => pieces(&Expression::new(BETWEEN, delimiter)?, part)?,
        None => vec![(String::new(), part)],
    };
    let way = match parser {
        Some(parser) => Some(Way::of(parser)?),
        // One shape for all executions: that of the longest.
        None => logs
            .iter()
            .max_by_key(|(_, part)| part.text.len())
            .and_then(|(_, part)| Shape::of(*part))
            .map(Way::Shape),
    };
    let Some(way) = way else { return Ok(Vec::new()) };
    logs.drain(..)
        .map(|(name, part)| {
            let mut log = Log::named(name);
            way.read(part, &mut log).map(|()| Source::Log(Box::new(log)))
        })
        .collect()
}

/// The executions between what separates them, each with the name that the separator before it gives.
fn pieces<'a>(delimiter: &Expression, part: Part<'a>) -> Result<Vec<(String, Part<'a>)>, BadLog> {
    let trace = delimiter.regex.capture_names().position(|name| name == Some(TRACE));
    let mut pieces = Vec::new();
    let (mut name, mut from, mut line) = (String::new(), 0, part.line);
    matches::each(BETWEEN, delimiter, part.text, |groups| {
        let Some((start, end)) = groups.get(0).filter(|(start, end)| start < end) else { return Ok(()) };
        pieces.push((std::mem::take(&mut name), Part { text: &part.text[from..start], line }));
        line += lines_in(&part.text[from..end]);
        from = end;
        let named = trace.and_then(|place| groups.get(place));
        name = named.map_or(String::new(), |(start, end)| part.text[start..end].trim().to_owned());
        Ok(())
    })?;
    pieces.push((name, Part { text: &part.text[from..], line }));
    Ok(pieces)
}
