//! The log of ShiViz: events of two lines, or whatever an expression at its head says.
//!
//! # What it does
//! Reads events that are a line with the host and its vector clock and a line with what happened, in either order.
//!
//! # What to look for
//! The first line may hold the expression with which the log is read and the second the one that separates its
//! executions.
//!
//! # Sources
//! Beschastnikh, Liu, Xing, Wang, Brun, Ernst, "Visualizing distributed system executions", TOSEM 2020; the log parser
//! of ShiViz.

use super::log::Log;
use super::stamped::Shape;
use super::text::{Part, Text};
use super::{BadLog, Format, Options};

pub(super) const ENTRY: Format = Format {
    id: "shiviz",
    title: "ShiViz log",
    doc: crate::module_doc!("shiviz.rs"),
    recognise: |text| Shape::of(Part::whole(text)).is_some(),
    read,
};

fn read(text: &Text<'_>, _: &Options) -> Result<Vec<Log>, BadLog> {
    let part = Part::whole(text);
    let mut log = Log::default();
    if let Some(shape) = Shape::of(part) {
        shape.read(part, &mut log, 1)?;
    }
    Ok(vec![log])
}
