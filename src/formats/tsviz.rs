//! The log of TSViz: events of two lines as ShiViz has them, with a reading of the host's clock before each.
//!
//! # What it does
//! Reads each event with its host, its vector clock and its reading. The axis of the nodes' wall clocks then shows the
//! readings as they are stated.
//!
//! # What to look for
//! By the readings an effect may come before its cause: the clocks of two machines never agree. Readings are nanoseconds
//! unless all of them fit the present era in seconds, milliseconds or microseconds.
//!
//! # Sources
//! Nunez, Chockler, Beschastnikh and others, "TSViz: visualizing time-stamped executions", the log parser of TSViz.

use super::stamped::Shape;
use super::text::{Part, Text};
use super::{Format, shiviz};

pub(super) const ENTRY: Format = Format {
    id: "tsviz",
    title: "TSViz log",
    doc: crate::module_doc!("tsviz.rs"),
    recognise,
    read: shiviz::read,
};

fn recognise(text: &Text<'_>) -> bool {
    match shiviz::Header::of(text) {
        Some(header) => header.parser.contains("(?<timestamp>"),
        None => Shape::of(Part::whole(text)).is_some_and(|shape| shape.has_time),
    }
}
