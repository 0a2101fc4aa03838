//! JSON piece by piece: the members of an object and the elements of an array, each as the text that it is.
//!
//! No more than one piece is ever looked at, so that a file of a hundred megabytes takes no more memory than itself, and
//! depth takes none: what is not asked for is passed over without recursion. Must not know what the pieces mean.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::text::lines_in;

/// Calls `see` with the name and the text of each member of an object.
///
/// # Errors
/// Where the text is no object, or what `see` says.
pub(super) fn each_member<'a>(
    text: &'a str,
    see: impl FnMut(Cow<'a, str>, &'a str) -> Result<(), String>,
) -> Result<(), Broken> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut said = None;
    let done = reader.deserialize_map(Members { see, said: &mut said });
    broken(done.and_then(|()| reader.end()), said)
}

/// Calls `see` with the text of each element of an array.
///
/// # Errors
/// Where the text is no array, or what `see` says.
pub(super) fn each_element<'a>(
    text: &'a str,
    see: impl FnMut(&'a str) -> Result<(), String>,
) -> Result<(), Broken> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut said = None;
    let done = reader.deserialize_seq(Elements { see, said: &mut said });
    broken(done.and_then(|()| reader.end()), said)
}

/// A text in quotes, a number, a truth value; `None` for what has parts, and for null.
pub(super) fn scalar(text: &str) -> Option<Cow<'_, str>> {
    match text.as_bytes().first()? {
        b'"' => string(text),
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(text)),
    }
}

/// A text in quotes.
pub(super) fn string(text: &str) -> Option<Cow<'_, str>> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        serde_json::from_str(text).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inside))
    }
}

/// Where a piece begins in the text that it is a part of, in bytes.
pub(super) fn offset(whole: &str, piece: &str) -> usize {
    piece.as_ptr().addr().saturating_sub(whole.as_ptr().addr()).min(whole.len())
}

/// Counts lines from piece to piece.
pub(super) struct Lines<'a> {
    whole: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    /// Of a text whose first line is 1.
    pub(super) fn of(whole: &'a str) -> Self {
        Self { whole, at: 0, line: 1 }
    }

    /// The line where a piece begins; pieces come in order.
    pub(super) fn of_piece(&mut self, piece: &str) -> u32 {
        let at = offset(self.whole, piece);
        self.line += lines_in(&self.whole[self.at.min(at)..at]);
        self.at = at;
        self.line
    }
}

/// Why a text was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It is not JSON at this line and column, counted from 1, for this reason.
    Json(usize, usize, String),
    /// What the caller said.
    Said(String),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(line, column, why) => {
                write!(f, "line {line}, column {column}: this is not the JSON that was expected ({why})")
            }
            Self::Said(why) => f.write_str(why),
        }
    }
}

impl Broken {
    /// The same for a text that begins on a later line.
    pub(super) fn behind(self, lines: u32) -> Self {
        match self {
            Self::Json(line, column, why) => Self::Json(line + lines as usize, column, why),
            Self::Said(why) => Self::Said(why),
        }
    }
}

fn broken(done: serde_json::Result<()>, said: Option<String>) -> Result<(), Broken> {
    match (done, said) {
        (_, Some(why)) => Err(Broken::Said(why)),
        (Ok(()), None) => Ok(()),
        (Err(error), None) => {
            let text = error.to_string();
            let why = text.split(" at line ").next().unwrap_or_default().to_owned();
            Err(Broken::Json(error.line(), error.column(), why))
        }
    }
}

/// A text that is taken as it stands where nothing in it is escaped.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Text).map(Self)
    }
}

struct Members<'s, F> {
    see: F,
    said: &'s mut Option<String>,
}

impl<'de, F: FnMut(Cow<'de, str>, &'de str) -> Result<(), String>> Visitor<'de> for Members<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            let value: &RawValue = map.next_value()?;
            if let Err(why) = (self.see)(name, value.get()) {
                *self.said = Some(why);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

struct Elements<'s, F> {
    see: F,
    said: &'s mut Option<String>,
}

impl<'de, F: FnMut(&'de str) -> Result<(), String>> Visitor<'de> for Elements<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element::<&RawValue>()? {
            if let Err(why) = (self.see)(value.get()) {
                *self.said = Some(why);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Result<Vec<String>, Broken> {
        let mut found = Vec::new();
        each_member(text, |name, value| {
            found.push(format!("{name}={value}"));
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn pieces_are_the_text_that_they_are() {
        let found =
            members(" {\"a\": 1, \"b\\u0063\":[1, {\"x\": 2}],\n\"c\":\"q\\\"\"} ").expect("an object");
        assert_eq!(found, ["a=1", "bc=[1, {\"x\": 2}]", "c=\"q\\\"\""]);
        let text = "[1,\n  {\"a\":2}]";
        let (mut places, mut lines) = (Vec::new(), Lines::of(text));
        let done = each_element(text, |piece| {
            places.push((lines.of_piece(piece), offset(text, piece)));
            Ok(())
        });
        assert_eq!((done, places), (Ok(()), vec![(1, 1), (2, 6)]));
        assert_eq!(scalar("\"a\\n\"").as_deref(), Some("a\n"));
        assert_eq!(
            [scalar("17"), scalar("true"), scalar("null"), scalar("[1]")].map(|it| it.is_some()),
            [true, true, false, false]
        );
    }

    #[test]
    fn depth_takes_no_stack_and_what_is_broken_says_where() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(1 << 20), "]".repeat(1 << 20));
        assert_eq!(members(&deep).map(|found| found.len()), Ok(1));
        assert!(
            matches!(members("{\"a\":1,\n\"b\":}"), Err(Broken::Json(2, 5, _))),
            "{:?}",
            members("{\"a\":1,\n\"b\":}")
        );
        assert!(matches!(members("[]"), Err(Broken::Json(..))));
        assert!(matches!(members("{} x"), Err(Broken::Json(..))));
        assert_eq!(each_element("[1]", |_| Err("no".to_owned())), Err(Broken::Said("no".to_owned())));
    }
}
