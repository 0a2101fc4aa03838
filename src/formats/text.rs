//! The text of a log, line by line, however the lines end.
//!
//! Must not know any format.

use std::borrow::Cow;

use super::BadLog;

/// The largest file that is read, in bytes. What a browser or a laptop holds with room to spare.
const BYTES_MOST: usize = 1 << 29;

/// A log as text, with line feeds alone between its lines.
#[derive(Clone, Debug)]
pub struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    /// Reads the bytes of a file. What is not UTF-8 is replaced, letter by letter: one garbled line is no reason to
    /// refuse the others.
    ///
    /// # Errors
    /// A file that is no text in UTF-8 at all, or too large.
    pub fn of_bytes(bytes: &'a [u8]) -> Result<Self, BadLog> {
        if bytes.len() > BYTES_MOST {
            return Err(BadLog(format!(
                "the log has {} bytes, and {BYTES_MOST} is the most; cut out the part that matters",
                bytes.len()
            )));
        }
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(BadLog("the log is written in UTF-16; save it as UTF-8".to_owned()));
        }
        if bytes.iter().take(1 << 12).any(|&byte| byte == 0) {
            return Err(BadLog(
                "the log holds zero bytes, so it is no text; unpack it or save it as text".to_owned(),
            ));
        }
        Ok(match std::str::from_utf8(bytes) {
            Ok(text) => Self::new(text),
            Err(_) => Self(Cow::Owned(normalised(&String::from_utf8_lossy(bytes)).into_owned())),
        })
    }

    /// Takes a text as it was pasted.
    pub fn new(text: &'a str) -> Self {
        Self(normalised(text))
    }

    /// All of it.
    pub fn whole(&self) -> &str {
        &self.0
    }
}

/// Without the mark of byte order, and with line feeds alone. A carriage return that ends no line belongs to its line.
fn normalised(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// A part of a log and the number of its first line, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    pub(super) line: u32,
}

impl<'a> Part<'a> {
    pub(super) fn whole(text: &'a Text<'_>) -> Self {
        Self { text: text.whole(), line: 1 }
    }

    /// The lines and their numbers. A line feed at the end begins no further line.
    pub(super) fn lines(self) -> impl Iterator<Item = (u32, &'a str)> + Clone {
        let text = self.text.strip_suffix('\n').unwrap_or(self.text);
        let lines = (!self.text.is_empty()).then(|| text.split('\n'));
        (self.line..).zip(lines.into_iter().flatten())
    }
}

/// How many line feeds there are in a text.
pub(super) fn lines_in(text: &str) -> u32 {
    text.bytes().filter(|&byte| byte == b'\n').count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_every_system_ends_them() {
        for text in ["a\nb\n", "a\r\nb\r\n", "\u{feff}a\nb"] {
            let text = Text::new(text);
            assert_eq!(Part::whole(&text).lines().collect::<Vec<_>>(), [(1, "a"), (2, "b")], "{text:?}");
        }
        assert_eq!(Part::whole(&Text::new("")).lines().count(), 0);
    }

    #[test]
    fn what_is_no_text_is_refused_and_what_is_garbled_is_not() {
        assert!(Text::of_bytes(b"\xff\xfea\0").is_err_and(|bad| bad.0.contains("UTF-16")));
        assert!(Text::of_bytes(b"\x1f\x8b\0\0").is_err());
        let garbled = Text::of_bytes(b"a\xff\r\nb").expect("a log with one bad byte");
        assert_eq!(garbled.whole(), "a\u{fffd}\nb");
    }
}
