//! The rows of an exported run, as they are read: the fields that are needed, the others passed over.
//!
//! Must not know how rows hang together.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::base::{LinkId, MessageId, NodeId, TrueTime};
use crate::formats::members::string;
use crate::formats::words::word;
use crate::formats::{ErrorKind, LogError, Unread};
use crate::sim::{self, FateEntry, FateUnit, Outcome, SpanKind};

#[derive(Deserialize)]
pub(super) struct Node<'a> {
    pub(super) id: u32,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(super) struct Event<'a> {
    pub(super) id: u32,
    pub(super) node: u16,
    #[serde(borrow)]
    pub(super) kind: Cow<'a, str>,
    pub(super) true_ns: u64,
    pub(super) wall_ns: i64,
    pub(super) causes: Vec<u32>,
    pub(super) message: Option<u32>,
    #[serde(borrow)]
    pub(super) label: Cow<'a, str>,
    #[serde(default)]
    pub(super) line: u32,
    #[serde(default)]
    pub(super) suspect: bool,
    #[serde(default)]
    received: Vec<u32>,
    pub(super) copy: Option<u16>,
    #[serde(borrow)]
    pub(super) fields: Option<&'a RawValue>,
}

impl Event<'_> {
    /// The messages that it received, where it is a receive.
    pub(super) fn all_received(&self) -> Vec<u32> {
        if self.received.is_empty() { self.message.into_iter().collect() } else { self.received.clone() }
    }
}

/// What a record says of the log from which it was made.
#[derive(Deserialize)]
pub(super) struct LogPart<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    pub(super) now_ns: u64,
    pub(super) states_wall: bool,
    #[serde(borrow)]
    errors: Vec<ErrorPart<'a>>,
    pub(super) more_errors: u32,
    pub(super) unread: Unread,
}

#[derive(Deserialize)]
struct ErrorPart<'a> {
    line: u32,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    says: Cow<'a, str>,
}

impl LogPart<'_> {
    /// What is wrong in the log.
    pub(super) fn errors(&self) -> Result<Vec<LogError>, String> {
        let error = |part: &ErrorPart<'_>| {
            let kind = ErrorKind::ALL.into_iter().find(|kind| kind.name() == part.kind);
            let kind = kind.ok_or_else(|| format!("there is no kind of error {:?}", part.kind))?;
            Ok(LogError { line: part.line, kind, says: part.says.to_string() })
        };
        self.errors.iter().map(error).collect()
    }
}

/// What must be known of a message before its events are read.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct MessageHead<'a> {
    pub(super) id: u32,
    pub(super) from: u16,
    pub(super) to: u16,
    pub(super) sent: Option<u32>,
    #[serde(borrow, default)]
    pub(super) payload: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow, default)]
    pub(super) fate: Vec<Fate<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Fate<'a> {
    #[serde(borrow)]
    fault: Cow<'a, str>,
    #[serde(borrow)]
    effect: Cow<'a, str>,
    size: u64,
    #[serde(borrow)]
    unit: Cow<'a, str>,
    at_ns: u64,
    copy: u16,
    hop: u16,
    link: Option<u32>,
    #[serde(borrow)]
    outcome: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(super) struct Span<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    from_ns: u64,
    to_ns: Option<u64>,
    pub(super) nodes: Vec<u16>,
    one_way: bool,
}

/// Reads a row.
pub(super) fn read<'a, T: Deserialize<'a>>(row: &'a str) -> Result<T, String> {
    serde_json::from_str(row).map_err(|error| {
        let text = error.to_string();
        text.split(" at line ").next().unwrap_or_default().to_owned()
    })
}

/// The text of a field in quotes.
pub(super) fn name_of(text: &str) -> Option<String> {
    string(text).map(Cow::into_owned)
}

/// Bytes from their hexadecimal digits; what is no digit ends them.
pub(super) fn bytes(digits: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    digits.as_bytes().chunks_exact(2).map_while(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

impl Fate<'_> {
    pub(super) fn entry(&self, message: MessageId) -> FateEntry {
        FateEntry {
            message,
            fault: word(&self.fault),
            effect: word(&self.effect),
            size: self.size,
            unit: FateUnit::ALL.into_iter().find(|unit| unit.name() == self.unit).unwrap_or(FateUnit::None),
            at: TrueTime(self.at_ns),
            copy: self.copy,
            hop: self.hop,
            link: self.link.map(LinkId),
            outcome: match &*self.outcome {
                "lost" => Outcome::Lost,
                "copied" => Outcome::Copied,
                "joined" => Outcome::Joined,
                _ => Outcome::Onward,
            },
        }
    }
}

impl Span<'_> {
    /// The span, if its kind is known.
    pub(super) fn span(&self) -> Option<sim::Span> {
        Some(sim::Span {
            kind: SpanKind::ALL.into_iter().find(|kind| kind.name() == self.kind)?,
            from: TrueTime(self.from_ns),
            to: self.to_ns.map(TrueTime),
            nodes: self.nodes.iter().map(|&node| NodeId(node)).collect(),
            one_way: self.one_way,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_read_up_to_what_is_no_digit() {
        assert_eq!((bytes("00ff1"), bytes("0g"), bytes("é00")), (vec![0, 255], vec![], vec![]));
    }
}
