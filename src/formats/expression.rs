//! Expressions as ShiViz users write them, in JavaScript's words, for an engine whose time grows with the text alone.
//!
//! # What it does
//! JavaScript reads `{` as a letter where it is no repetition, knows digits and letters of ASCII in `\d` and `\w`, and
//! lets `[` stand in a class; the engine is told so in its own words. What no engine of linear time can do, looking
//! around and referring back, is refused by name and place.
//!
//! It also tells over how many lines a match can stretch, which bounds the time: see `matches.rs`. Must not know what the
//! groups mean.

use regex::{Regex, RegexBuilder};

use super::BadLog;

/// The longest expression, in bytes.
const LENGTH_MOST: usize = 4_096;

/// How much memory the compiled expression may take, in bytes: the time for each letter of the log grows with it.
const SIZE_MOST: usize = 1 << 18;

/// White space as JavaScript has it (ECMA-262, `WhiteSpace` and `LineTerminator`).
const SPACE: &str =
    r"\t\n\x0B\x0C\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";

/// An expression that is ready to be used.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub(super) regex: Regex,
    /// How many line feeds a match can hold at most; `None` if there is no limit.
    pub(super) line_feeds: Option<usize>,
}

impl Expression {
    /// Reads an expression of JavaScript; `what` names it in the message.
    ///
    /// # Errors
    /// What it asks for and the engine can't do, with the column, or what is wrong with it.
    pub(super) fn new(what: &str, written: &str) -> Result<Self, BadLog> {
        let refused = |why: String| BadLog(format!("{what} {}: {why}", shown(written)));
        if written.len() > LENGTH_MOST {
            return Err(refused(format!("it has {} letters, and {LENGTH_MOST} is the most", written.len())));
        }
        let mut translation = Translation::of(written);
        translation.run().map_err(refused)?;
        let Translation { out, line_feeds, .. } = translation;
        let regex = RegexBuilder::new(&out)
            .multi_line(true)
            .size_limit(SIZE_MOST)
            .nest_limit(60)
            .build()
            .map_err(|error| refused(in_words(&error)))?;
        Ok(Self { regex, line_feeds })
    }

    /// Whether there is a group of this name.
    pub(super) fn has(&self, group: &str) -> bool {
        self.regex.capture_names().flatten().any(|name| name == group)
    }
}

/// An expression as it stands in a sentence: on one line, and not too long.
pub(super) fn shown(written: &str) -> String {
    let written = written.replace('\n', "\\n");
    match written.char_indices().nth(120) {
        None => format!("`{written}`"),
        Some((end, _)) => format!("`{}…`", &written[..end]),
    }
}

fn in_words(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => {
            "it repeats so much that it grows too large; repeat less often".to_owned()
        }
        // The engine draws the place below its own words, which is of no use in one line.
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("it cannot be read ({last}); see how ShiViz writes its expressions")
        }
    }
}

struct Translation<'a> {
    rest: std::iter::Peekable<std::iter::Enumerate<std::str::Chars<'a>>>,
    written: &'a str,
    out: String,
    line_feeds: Option<usize>,
    /// Per open group, how many line feeds it can hold.
    groups: Vec<usize>,
    /// What stands before, to which a repetition would apply: how many line feeds it can hold.
    before: Option<usize>,
}

/// The part of a class or an expression that an escape stands for.
enum Escape {
    /// Letters of a class, without its brackets; whether it is negated, and whether it takes in line feeds.
    Class(&'static str, bool, bool),
    Letter(char),
}

impl<'a> Translation<'a> {
    fn of(written: &'a str) -> Self {
        let rest = written.chars().enumerate().peekable();
        Self { rest, written, out: String::new(), line_feeds: Some(0), groups: vec![0], before: None }
    }

    fn run(&mut self) -> Result<(), String> {
        while let Some((place, letter)) = self.rest.next() {
            match letter {
                '\\' => self.escape(place)?,
                '[' => self.class(place)?,
                '(' => self.group(place)?,
                ')' => self.close(place)?,
                '.' => self.atom("[^\\n\\r\\u{2028}\\u{2029}]", 0),
                '^' | '$' => {
                    self.out.push(letter);
                    self.before = None;
                }
                '|' => {
                    self.out.push('|');
                    self.before = None;
                }
                '*' | '+' => self.repeat(letter.to_string().as_str(), true),
                '?' => self.repeat("?", false),
                '{' => self.brace(place),
                _ => self.letter(letter),
            }
        }
        match self.groups.len() {
            1 => Ok(()),
            _ => Err("a `(` has no `)`; close it, or write `\\(` for the letter".to_owned()),
        }
    }

    /// Something that can be repeated.
    fn atom(&mut self, text: &str, line_feeds: usize) {
        self.out.push_str(text);
        self.before = Some(line_feeds);
        self.count(line_feeds);
    }

    fn letter(&mut self, letter: char) {
        let mut bytes = [0; 4];
        let text = regex::escape(letter.encode_utf8(&mut bytes));
        self.atom(&text, usize::from(letter == '\n'));
    }

    fn count(&mut self, line_feeds: usize) {
        self.line_feeds = self.line_feeds.map(|so_far| so_far + line_feeds);
        if let Some(group) = self.groups.last_mut() {
            *group += line_feeds;
        }
    }

    /// A repetition; one that has no end may stretch over any number of lines.
    fn repeat(&mut self, text: &str, may_repeat: bool) {
        self.out.push_str(text);
        if may_repeat && self.before.is_some_and(|line_feeds| line_feeds > 0) {
            self.line_feeds = None;
        }
    }

    /// A repetition with numbers, or the letter.
    fn brace(&mut self, place: usize) {
        let inside: String =
            self.written.chars().skip(place + 1).take_while(|&letter| letter != '}').collect();
        let (least, most) = inside.split_once(',').unwrap_or((&inside, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_closed = self.written.chars().nth(place + 1 + inside.chars().count()) == Some('}');
        let is_repetition = !least.is_empty() && is_number(least) && is_number(most) && is_closed;
        if !is_repetition || self.before.is_none() {
            return self.letter('{');
        }
        for _ in 0..=inside.chars().count() {
            self.rest.next();
        }
        self.repeat(&format!("{{{inside}}}"), true);
    }

    fn group(&mut self, place: usize) -> Result<(), String> {
        let ahead: String = self.written.chars().skip(place + 1).take(3).collect();
        let refused = |name: &str, way: &str| {
            Err(format!(
                "column {}: {name} needs an engine that may take for ever, and is not offered; {way}",
                place + 1
            ))
        };
        let open = match ahead.as_str() {
            text if text.starts_with("?=") || text.starts_with("?!") => {
                return refused("looking ahead", "match what comes next, or leave it out");
            }
            text if text.starts_with("?<=") || text.starts_with("?<!") => {
                return refused("looking behind", "match what comes before, or leave it out");
            }
            text if text.starts_with("?<") => {
                self.out.push_str("(?<");
                self.skip(2);
                let name: String = std::iter::from_fn(|| self.rest.next_if(|(_, letter)| *letter != '>'))
                    .map(|(_, it)| it)
                    .collect();
                self.skip(1);
                let is_name = name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
                    && name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
                if !is_name {
                    return Err(format!(
                        "column {}: the group `{name}` needs a name of letters and digits",
                        place + 1
                    ));
                }
                format!("{name}>")
            }
            // No group is referred to by its number.
            text if !text.starts_with('?') => "(?:".to_owned(),
            text if text.starts_with("?:") => {
                self.skip(2);
                "(?:".to_owned()
            }
            text => {
                return Err(format!(
                    "column {}: the group `({text}` is not known; write `(?:` or `(?<name>`",
                    place + 1
                ));
            }
        };
        self.out.push_str(&open);
        self.groups.push(0);
        self.before = None;
        Ok(())
    }

    fn close(&mut self, place: usize) -> Result<(), String> {
        let held = self.groups.pop().unwrap_or_default();
        let Some(group) = self.groups.last_mut() else {
            return Err(format!("column {}: a `)` has no `(`; write `\\)` for the letter", place + 1));
        };
        *group += held;
        self.out.push(')');
        self.before = Some(held);
        Ok(())
    }

    fn escape(&mut self, place: usize) -> Result<(), String> {
        match self.rest.peek().map(|(_, letter)| *letter) {
            Some('b') => {
                self.skip(1);
                self.out.push_str("(?-u:\\b)");
                self.before = None;
                Ok(())
            }
            Some('B') => {
                Err(format!("column {}: `\\B` is not offered; match the letters around it", place + 1))
            }
            Some('1'..='9' | 'k') => Err(format!(
                "column {}: referring back to a group needs an engine that may take for ever, and is not offered; \
                 match the text once more",
                place + 1
            )),
            _ => {
                match self.escaped(place)? {
                    Escape::Class(letters, is_negated, line_feeds) => {
                        let not = if is_negated { "^" } else { "" };
                        self.atom(&format!("[{not}{letters}]"), usize::from(line_feeds));
                    }
                    Escape::Letter(letter) => self.letter(letter),
                }
                Ok(())
            }
        }
    }

    /// What stands behind a backslash, inside and outside a class.
    fn escaped(&mut self, place: usize) -> Result<Escape, String> {
        let Some((_, letter)) = self.rest.next() else {
            return Err("it ends with a backslash; write two for the letter".to_owned());
        };
        Ok(match letter {
            'd' => Escape::Class("0-9", false, false),
            'D' => Escape::Class("0-9", true, true),
            'w' => Escape::Class("0-9A-Za-z_", false, false),
            'W' => Escape::Class("0-9A-Za-z_", true, true),
            's' => Escape::Class(SPACE, false, true),
            'S' => Escape::Class(SPACE, true, false),
            'n' => Escape::Letter('\n'),
            'r' => Escape::Letter('\r'),
            't' => Escape::Letter('\t'),
            'f' => Escape::Letter('\u{c}'),
            'v' => Escape::Letter('\u{b}'),
            '0' => Escape::Letter('\0'),
            'x' => self.code(2, letter, place)?,
            'u' => self.code(4, letter, place)?,
            'c' | 'p' | 'P' => {
                return Err(format!(
                    "column {}: `\\{letter}` is not offered; write the letters out",
                    place + 1
                ));
            }
            _ => Escape::Letter(letter),
        })
    }

    /// A letter by its number; without digits the letter itself, as in JavaScript.
    fn code(&mut self, digits: usize, letter: char, place: usize) -> Result<Escape, String> {
        let text: String = self.written.chars().skip(place + 2).take(digits).collect();
        if text.chars().count() < digits || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Escape::Letter(letter));
        }
        self.skip(digits);
        let found = u32::from_str_radix(&text, 16).ok().and_then(char::from_u32);
        found.map(Escape::Letter).ok_or_else(|| {
            format!("column {}: `\\{letter}{text}` is half a letter; write the letter itself", place + 1)
        })
    }

    fn class(&mut self, place: usize) -> Result<(), String> {
        let is_negated = self.rest.next_if(|(_, letter)| *letter == '^').is_some();
        let (mut text, mut takes_line_feed) = (String::new(), false);
        // The last single letter, which may begin a range.
        let mut first: Option<char> = None;
        let mut is_range = false;
        loop {
            let Some((at, letter)) = self.rest.next() else {
                return Err(format!("column {}: a `[` has no `]`; close it, or write `\\[`", place + 1));
            };
            let item = match letter {
                ']' => break,
                '\\' if self.rest.next_if(|(_, letter)| *letter == 'b').is_some() => Escape::Letter('\u{8}'),
                '\\' => self.escaped(at)?,
                _ => Escape::Letter(letter),
            };
            match item {
                Escape::Class(letters, is_negated, line_feeds) => {
                    takes_line_feed |= line_feeds;
                    let part = if is_negated { format!("[^{letters}]") } else { letters.to_owned() };
                    // A line before a class is a letter.
                    text.push_str(if is_range { "\\-" } else { "" });
                    text.push_str(&part);
                    (first, is_range) = (None, false);
                }
                Escape::Letter('-') if letter == '-' && first.is_some() && !is_range => is_range = true,
                Escape::Letter(letter) => {
                    if let Some(from) = first.filter(|_| is_range) {
                        takes_line_feed |= (from..=letter).contains(&'\n');
                        text.push('-');
                    }
                    takes_line_feed |= letter == '\n';
                    text.push_str(&in_class(letter));
                    first = if is_range { None } else { Some(letter) };
                    is_range = false;
                }
            }
        }
        text.push_str(if is_range { "\\-" } else { "" });
        let class = match (text.is_empty(), is_negated) {
            // JavaScript's classes of nothing and of everything.
            (true, false) => "[^\\x00-\\u{10FFFF}]".to_owned(),
            (true, true) => "[\\x00-\\u{10FFFF}]".to_owned(),
            (false, false) => format!("[{text}]"),
            (false, true) => format!("[^{text}]"),
        };
        self.atom(&class, usize::from(takes_line_feed != is_negated));
        Ok(())
    }

    fn skip(&mut self, letters: usize) {
        for _ in 0..letters {
            self.rest.next();
        }
    }
}

/// A letter that stands for itself in a class.
fn in_class(letter: char) -> String {
    if letter.is_ascii_alphanumeric() {
        letter.to_string()
    } else {
        format!("\\u{{{:X}}}", u32::from(letter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the first match of an expression in a text is; `None` if there is none.
    fn found<'t>(written: &str, text: &'t str) -> Option<&'t str> {
        let expression = Expression::new("the expression", written).unwrap_or_else(|bad| panic!("{bad}"));
        expression.regex.find(text).map(|found| found.as_str())
    }

    #[test]
    fn javascript_is_read_as_javascript() {
        assert_eq!(found("(?<clock>{.*})", "x {\"a\":1} y"), Some("{\"a\":1}"));
        assert_eq!(found("a{2}b{,3}", "aab{,3}"), Some("aab{,3}"));
        assert_eq!(found("{2}", "{2}"), Some("{2}"));
        assert_eq!(found("a{2,}", "aaaa"), Some("aaaa"));
        assert_eq!(found("\\d+", "٣12"), Some("12"));
        assert_eq!(found("\\w+", "é_a1"), Some("_a1"));
        assert_eq!(found("[[]+", "a[["), Some("[["));
        assert_eq!(found("[a&&b]+", "&b&"), Some("&b&"));
        assert_eq!(found("[\\w-]+", " a-b"), Some("a-b"));
        assert_eq!(found("[\\d-x]+", "1-x2"), Some("1-x2"));
        assert_eq!(found("[^]", "\n"), Some("\n"));
        assert_eq!(found("[]", "a"), None);
        assert_eq!(found("[+--]+", "+,-."), Some("+,-"));
        assert_eq!(found("[\\]\\\\^]+", "]\\^"), Some("]\\^"));
        assert_eq!(found("[\\S]+", " ab"), Some("ab"));
        assert_eq!(found("]}", "]}"), Some("]}"));
        assert_eq!(found("\\/\\-\\x41\\u00e9\\x", "/-Aéx"), Some("/-Aéx"));
        assert_eq!(found("^b$", "a\nb\nc"), Some("b"));
        assert_eq!(found("a.b", "a\nb"), None);
        assert_eq!(found("(a)(?:b)\\b", "abc ab"), Some("ab"));
        assert_eq!(found("\\s+", "a\u{feff}\u{a0}b"), Some("\u{feff}\u{a0}"));
        assert_eq!(found("é+", "aéé"), Some("éé"));
    }

    #[test]
    fn what_a_linear_engine_cannot_do_is_refused_by_name_and_place() {
        let check = |written: &str, expected: &str| {
            let bad = Expression::new("the expression", written).expect_err(written);
            assert!(bad.0.contains(expected), "{bad}");
            assert!(!bad.0.contains('\n') || written.contains('\n'), "{bad}");
        };
        check("a(?=b)", "column 2: looking ahead");
        check("(?!b)", "column 1: looking ahead");
        check("x(?<=b)", "column 2: looking behind");
        check("x(?<!b)", "looking behind");
        check("(a)\\1", "column 4: referring back");
        check("(?<a>x)\\k<a>", "column 8: referring back");
        check("(a", "has no `)`");
        check("a)", "column 2: a `)` has no `(`");
        check("[a", "column 1: a `[` has no `]`");
        check("a\\", "ends with a backslash");
        check("(?#x)", "column 1: the group");
        check("(?<a-b>x)", "needs a name");
        check("(?<a>x)(?<a>y)", "cannot be read");
        check("*", "cannot be read");
        check("[b-a]", "cannot be read");
        check("(((a{99}){99}){99}){99}", "too large");
        check("\\ud800", "half a letter");
        check(&"a".repeat(5_000), "4096 is the most");
        check(&format!("{}a{}", "(".repeat(500), ")".repeat(500)), "cannot be read");
    }

    #[test]
    fn the_lines_of_a_match_are_bounded_where_they_can_be() {
        let lines = |written: &str| Expression::new("", written).expect("fine").line_feeds;
        assert_eq!(lines("(?<host>\\S*) (?<clock>{.*})\\n(?<event>.*)"), Some(1));
        assert_eq!(lines("a\\nb\\n?"), Some(2));
        assert_eq!(lines("a\\s"), Some(1));
        assert_eq!(lines("a\\s*"), None);
        assert_eq!(lines("[^}]*"), None);
        assert_eq!(lines("[^}\\n]*"), Some(0));
        assert_eq!(lines("[\\s\\S]"), Some(1));
        assert_eq!(lines("(a\\n)+"), None);
        assert_eq!(lines("((?:a\\n)b)*?"), None);
        assert_eq!(lines("[\\x00-\\x20]+"), None);
        assert_eq!(lines("(a\\n)?b+"), Some(1));
        assert_eq!(lines("[^]+"), None);
    }
}
