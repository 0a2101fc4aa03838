//! Reading the project's own sources, for the tests that hold house rules.
//!
//! Knows what is code, comment and string in Rust; must not know any rule.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the project.
pub struct File {
    /// Where it is below the top folder, with `/` between the parts.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// All text files with one of these extensions, sorted by path, without what tools have made.
pub fn files(extensions: &[&str]) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("the project's folders can be read");
        for path in entries.map(|entry| entry.expect("an entry can be read").path()) {
            let made_by_tools = ["target", "node_modules", ".git", "corpus", "artifacts"];
            if made_by_tools.iter().any(|name| path.ends_with(name)) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if extensions.iter().any(|extension| has_extension(&path, extension)) {
                found.extend(read(root, &path));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "no file ends with any of {extensions:?}");
    found
}

/// The code alone: comments and what stands in quotes become blanks, and every line keeps its number.
pub fn code_of(rust: &str) -> String {
    keep(rust, Kind::Code)
}

/// The comments alone, in the same way.
pub fn comments_of(rust: &str) -> String {
    keep(rust, Kind::Comment)
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().map_or(extension.is_empty(), |it| it == extension)
}

fn read(root: &Path, path: &PathBuf) -> Option<File> {
    let text = String::from_utf8(fs::read(path).expect("the project's files can be read")).ok()?;
    let path = path.strip_prefix(root).expect("files are below the root");
    Some(File { path: path.to_string_lossy().replace('\\', "/"), text })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Text,
}

fn keep(rust: &str, wanted: Kind) -> String {
    let mut kept = String::with_capacity(rust.len());
    let mut rest = rust;
    while !rest.is_empty() {
        let (kind, length) = next_piece(rest);
        let (piece, after) = rest.split_at(length);
        let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
        kept.extend(piece.chars().map(|c| if kind == wanted { c } else { blank(c) }));
        rest = after;
    }
    kept
}

/// What the text starts with, and how far it goes.
fn next_piece(rest: &str) -> (Kind, usize) {
    let until = |end: &str| rest.find(end).unwrap_or(rest.len());
    if rest.starts_with("//") {
        return (Kind::Comment, until("\n"));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    if let Some(length) = raw_string(rest) {
        return (Kind::Text, length);
    }
    if let Some(inside) = rest.strip_prefix('"') {
        return (Kind::Text, 1 + quoted(inside, '"'));
    }
    if let Some(inside) = rest.strip_prefix('\'') {
        // A quote is a lifetime's unless it closes after one character or one escape.
        let mut two = inside.chars();
        let escape = two.next() == Some('\\');
        if escape || two.next() == Some('\'') {
            return (Kind::Text, 1 + quoted(inside, '\''));
        }
    }
    // A whole word at once, so that the `r` at the end of a name opens no raw string.
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (Kind::Code, word.max(rest.chars().next().map_or(0, char::len_utf8)))
}

/// The length of a quoted text and its closing quote, its opening one being cut off.
fn quoted(inside: &str, close: char) -> usize {
    let mut escaped = false;
    for (place, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == close => return place + c.len_utf8(),
            _ => {}
        }
    }
    inside.len()
}

/// The length of a raw string, such as `r#"…"#`, at the start of the text.
fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r"].into_iter().find(|prefix| rest.starts_with(prefix))?;
    let hashes = rest[prefix.len()..].bytes().take_while(|&byte| byte == b'#').count();
    let open = prefix.len() + hashes;
    let inside = rest[open..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(open + 1 + inside.find(&close).map_or(inside.len(), |place| place + close.len()))
}

/// The length of a block comment, which may hold others.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut place = 0;
    while place < rest.len() {
        if rest[place..].starts_with("/*") {
            depth += 1;
            place += 2;
        } else if rest[place..].starts_with("*/") {
            depth -= 1;
            place += 2;
            if depth == 0 {
                return place;
            }
        } else {
            place += rest[place..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

#[test]
fn code_comments_and_strings_are_told_apart() {
    let source = r##"let r = 'a'; // say "hi"
fn f<'a>(x: &'a str) { g("// no", r#"a "quoted" /* no */"#, '"', '\''); } /* b /* c */ d */ h()"##;
    let (code, comments) = (code_of(source), comments_of(source));
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(squeeze(&code), "let r = ; fn f<'a>(x: &'a str) { g( , , , ); } h()");
    assert_eq!(squeeze(&comments), "// say \"hi\" /* b /* c */ d */");
    assert_eq!(code.lines().count(), source.lines().count());
}
