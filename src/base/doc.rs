//! The text of a catalogue entry, taken from the opening comment of its own file.
//!
//! The comment has fixed headings and the page shows them, so that what a reader of the source and a
//! learner are told cannot drift apart. Must not know what the entry is.

/// What a catalogue entry says of itself, in the four fixed parts. Each may hold Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// The lines before the first heading.
    pub summary: String,
    /// Heading and text, in the order of the file.
    pub sections: Vec<(String, String)>,
}

impl Doc {
    /// Reads the opening `//!` comment of a file, as [`module_doc!`](crate::module_doc) cuts it out.
    pub fn parse(comment: &str) -> Self {
        let mut doc = Self { summary: String::new(), sections: Vec::new() };
        for line in comment.lines() {
            let line = line.trim_start_matches("//!");
            let line = line.strip_prefix(' ').unwrap_or(line);
            if let Some(heading) = line.strip_prefix("# ") {
                doc.sections.push((heading.trim().to_owned(), String::new()));
                continue;
            }
            let text = match doc.sections.last_mut() {
                Some((_, text)) => text,
                None => &mut doc.summary,
            };
            text.push_str(line);
            text.push('\n');
        }
        for text in doc.sections.iter_mut().map(|(_, text)| text).chain([&mut doc.summary]) {
            *text = text.trim().to_owned();
        }
        doc
    }

    /// Fails unless every part is there and says something, for the tests of the catalogues.
    #[cfg(test)]
    pub(crate) fn assert_whole(&self, id: &str) {
        let headings: Vec<&str> = self.sections.iter().map(|(heading, _)| heading.as_str()).collect();
        assert_eq!(
            headings,
            ["What it does", "The assumption it breaks", "What to look for", "Sources"],
            "{id}"
        );
        let is_said = |text: &str| !text.is_empty();
        assert!(is_said(&self.summary) && self.sections.iter().all(|(_, text)| is_said(text)), "{id}");
    }

    /// The text under `heading`, if it is there.
    pub fn section(&self, heading: &str) -> Option<&str> {
        self.sections.iter().find(|(h, _)| h == heading).map(|(_, text)| text.as_str())
    }
}

/// The opening `//!` comment of a source file as a `&'static str`, without the code below it.
///
/// Only the comment ends up in the binary. In WebAssembly it is empty: the page asks for such texts when it shows
/// them, and is small because its parts are.
///
/// ```
/// const DOC: &str = lightcone::module_doc!("doc.rs");
/// assert!(DOC.lines().next().is_some_and(|line| !line.is_empty()));
/// ```
#[cfg(not(target_arch = "wasm32"))]
#[macro_export]
macro_rules! module_doc {
    ($file:literal) => {{
        const SOURCE: &[u8] = include_bytes!($file);
        const LENGTH: usize = $crate::base::comment_length(SOURCE);
        const COMMENT: [u8; LENGTH] = $crate::base::comment_bytes(SOURCE);
        match ::core::str::from_utf8(&COMMENT) {
            Ok(text) => text,
            Err(_) => "",
        }
    }};
}

/// The opening comment of a source file: in WebAssembly, nothing.
#[cfg(target_arch = "wasm32")]
#[macro_export]
macro_rules! module_doc {
    ($file:literal) => {
        ""
    };
}

/// How many bytes of `source` its opening lines of `//!` take.
#[doc(hidden)]
pub const fn comment_length(source: &[u8]) -> usize {
    let mut at = 0;
    while at + 2 < source.len() && source[at] == b'/' && source[at + 1] == b'/' && source[at + 2] == b'!' {
        while at < source.len() && source[at] != b'\n' {
            at += 1;
        }
        at += 1;
    }
    if at > source.len() { source.len() } else { at }
}

/// The first `N` bytes of `source`.
#[doc(hidden)]
pub const fn comment_bytes<const N: usize>(source: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = source[at];
        at += 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_falls_into_its_parts() {
        let doc = Doc::parse(
            "//! One line.\n//!\n//! # What it does\n//! Loses packets,\n//! some twice.\n//! # Sources\n//! A paper.\n",
        );
        assert_eq!(doc.summary, "One line.");
        assert_eq!(doc.section("What it does"), Some("Loses packets,\nsome twice."));
        assert_eq!(doc.section("Sources"), Some("A paper."));
        assert_eq!(doc.section("What to look for"), None);
    }

    #[test]
    fn the_macro_cuts_out_the_comment_alone() {
        let text = crate::module_doc!("doc.rs");
        assert!(text.starts_with("//! The text of a catalogue entry"));
        assert!(!text.contains("pub struct"));
    }
}
