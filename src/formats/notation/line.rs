//! One line of the notation, read from left to right.
//!
//! Must not know which lanes there are, nor what stands on other lines.

use super::Wrong;
use crate::sim::EventKind;

/// The longest that a message may take or that nothing happens, in instants.
const INSTANTS_MOST: u32 = 1_000;

/// How many copies of a message may arrive.
const COPIES_MOST: usize = 8;

/// What a node may do beside sending, and the words for it.
const VERBS: [(&str, EventKind); 8] = [
    ("does", EventKind::Local),
    ("decides", EventKind::Decide),
    ("writes", EventKind::Write),
    ("timer", EventKind::Timer),
    ("crashes", EventKind::Crash),
    ("restarts", EventKind::Restart),
    ("pauses", EventKind::Pause),
    ("resumes", EventKind::Resume),
];

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Nothing,
    Title(String),
    Lanes(Vec<Word>),
    Wait(u32),
    Deeds(Vec<Deed>),
}

/// A word and the letter on its line at which it begins, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) column: usize,
}

/// Something that a lane does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deed {
    pub(super) lane: Word,
    pub(super) what: What,
    pub(super) text: String,
}

/// What is done, with the receivers by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Event(EventKind),
    Message { to: Vec<Word>, copies: Vec<u32>, by: String },
}

/// Reads a line.
pub(super) fn read(text: &str) -> Result<Line, Wrong> {
    let mut reader = Reader { letters: text.chars().collect(), at: 0 };
    if reader.is_at_end() {
        return Ok(Line::Nothing);
    }
    if reader.take_word("title") {
        return Ok(Line::Title(reader.text_to_end()?));
    }
    if reader.take_word("lanes") {
        let names = reader.names()?;
        reader.end()?;
        return Ok(Line::Lanes(names));
    }
    if reader.take_word("wait") {
        let instants = if reader.is_at_end() { 1 } else { reader.number()? };
        reader.end()?;
        return Ok(Line::Wait(instants));
    }
    let mut deeds = vec![reader.deed()?];
    while reader.take("&") {
        deeds.push(reader.deed()?);
    }
    reader.end()?;
    Ok(Line::Deeds(deeds))
}

struct Reader {
    letters: Vec<char>,
    at: usize,
}

impl Reader {
    fn column(&self) -> usize {
        self.at + 1
    }

    fn peek(&mut self) -> Option<char> {
        while self.letters.get(self.at).is_some_and(|it| it.is_whitespace()) {
            self.at += 1;
        }
        self.letters.get(self.at).copied()
    }

    /// Whether nothing or a comment is left.
    fn is_at_end(&mut self) -> bool {
        self.peek().is_none_or(|it| it == '#')
    }

    fn take(&mut self, token: &str) -> bool {
        self.peek();
        let is_next =
            token.chars().enumerate().all(|(place, it)| self.letters.get(self.at + place) == Some(&it));
        self.at += if is_next { token.chars().count() } else { 0 };
        is_next
    }

    /// A word that stands alone, with a blank or the end behind it. A lane may be named like it, if a sign follows.
    fn take_word(&mut self, word: &str) -> bool {
        let before = self.at;
        let is_alone = |it: Option<&char>| it.is_none_or(|it| it.is_whitespace());
        if self.take(word) && is_alone(self.letters.get(self.at)) {
            let rest: String = self.letters[self.at..].iter().collect();
            let rest = rest.trim_start();
            if !rest.starts_with("->") && !rest.starts_with("-x") {
                return true;
            }
        }
        self.at = before;
        false
    }

    fn end(&mut self) -> Result<(), Wrong> {
        if self.is_at_end() {
            return Ok(());
        }
        let rest: String = self.letters[self.at..].iter().take(20).collect();
        Err((self.column(), format!("{rest:?} is not understood here; put text behind a `:`")))
    }

    /// A name: letters, digits, `_`, `-` and `.`, or anything in quotes.
    fn name(&mut self) -> Result<Word, Wrong> {
        let found = self.peek();
        let column = self.column();
        let text = match found {
            Some('"') => self.quoted()?,
            _ => {
                let from = self.at;
                while let Some(&letter) = self.letters.get(self.at) {
                    // An arrow may stand right behind a name.
                    let is_arrow = letter == '-'
                        && matches!(self.letters.get(self.at + 1), Some('>' | 'x' | ' ') | None);
                    if is_arrow || !(letter.is_alphanumeric() || "_-.".contains(letter)) {
                        break;
                    }
                    self.at += 1;
                }
                self.letters[from..self.at].iter().collect()
            }
        };
        if text.trim().is_empty() {
            return Err((
                column,
                "a lane's name is missing; write letters and digits, or put it in quotes".to_owned(),
            ));
        }
        Ok(Word { text, column })
    }

    fn names(&mut self) -> Result<Vec<Word>, Wrong> {
        let mut names = vec![self.name()?];
        // Commas are welcome, and blanks do.
        while self.take(",") || self.peek().is_some_and(|it| it.is_alphanumeric() || it == '"') {
            names.push(self.name()?);
        }
        Ok(names)
    }

    /// Names with commas between: what follows without one is no name.
    fn receivers(&mut self) -> Result<Vec<Word>, Wrong> {
        let mut names = vec![self.name()?];
        while self.take(",") {
            names.push(self.name()?);
        }
        Ok(names)
    }

    fn quoted(&mut self) -> Result<String, Wrong> {
        let column = self.column();
        self.at += 1;
        let from = self.at;
        match self.letters[from..].iter().position(|it| *it == '"') {
            Some(length) => {
                self.at = from + length + 1;
                Ok(self.letters[from..from + length].iter().collect())
            }
            None => Err((column, "a quote is not closed; put another `\"` behind it".to_owned())),
        }
    }

    fn number(&mut self) -> Result<u32, Wrong> {
        self.peek();
        let (from, column) = (self.at, self.column());
        while self.letters.get(self.at).is_some_and(char::is_ascii_digit) {
            self.at += 1;
        }
        let digits: String = self.letters[from..self.at].iter().collect();
        let number = digits.parse().ok().filter(|number| (1..=INSTANTS_MOST).contains(number));
        number
            .ok_or_else(|| (column, format!("a number of lines from 1 to {INSTANTS_MOST} should stand here")))
    }

    fn deed(&mut self) -> Result<Deed, Wrong> {
        let lane = self.name()?;
        self.peek();
        let what = if self.take("->") {
            self.message(true)?
        } else if self.take("-x") {
            self.message(false)?
        } else if self.peek() == Some(':') {
            What::Event(EventKind::Local)
        } else {
            What::Event(self.verb()?)
        };
        let text = if self.take(":") { self.text()? } else { String::new() };
        Ok(Deed { lane, what, text })
    }

    fn verb(&mut self) -> Result<EventKind, Wrong> {
        let column = self.column();
        let from = self.at;
        while self.letters.get(self.at).is_some_and(|it| it.is_alphabetic()) {
            self.at += 1;
        }
        let word: String = self.letters[from..self.at].iter().collect();
        VERBS.iter().find(|(verb, _)| *verb == word).map(|(_, kind)| *kind).ok_or_else(|| {
            let verbs: Vec<&str> = VERBS.iter().map(|(verb, _)| *verb).collect();
            let says = format!("behind a lane comes `->`, `-x`, `:` or one of {}", verbs.join(", "));
            (column, says)
        })
    }

    /// Receivers, how long each copy takes, and what lost it.
    fn message(&mut self, arrives: bool) -> Result<What, Wrong> {
        let to = self.receivers()?;
        let mut copies = Vec::new();
        while self.peek() == Some('+') {
            let column = self.column();
            self.at += 1;
            if !arrives {
                return Err((
                    column,
                    "what is lost takes no time; leave the number out, or write `->`".to_owned(),
                ));
            }
            copies.push(self.number()?);
            if copies.len() > COPIES_MOST {
                return Err((column, format!("more than {COPIES_MOST} copies arrive; leave some out")));
            }
        }
        if copies.is_empty() && arrives {
            copies.push(1);
        }
        let mut by = String::new();
        if self.take_word("by") {
            if arrives {
                return Err((self.column() - 2, "only what is lost (`-x`) is lost by something".to_owned()));
            }
            by = self.name()?.text;
        }
        Ok(What::Message { to, copies, by })
    }

    /// What stands behind a colon, up to the next deed, a comment or the end.
    fn text(&mut self) -> Result<String, Wrong> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let from = self.at;
        while let Some(&letter) = self.letters.get(self.at) {
            let is_blank = |it: Option<&char>| it.is_none_or(|it| it.is_whitespace());
            // `#7` is a text, and `# so` a comment.
            let is_alone = is_blank(self.letters.get(self.at + 1)) && is_blank(self.letters.get(self.at - 1));
            if letter == '&' || (letter == '#' && is_alone) {
                break;
            }
            self.at += 1;
        }
        let text: String = self.letters[from..self.at].iter().collect();
        Ok(text.trim().to_owned())
    }

    /// The rest of the line as a text; `&` is a letter there.
    fn text_to_end(&mut self) -> Result<String, Wrong> {
        if self.peek() == Some('"') {
            let text = self.quoted()?;
            return self.end().map(|()| text);
        }
        let rest: String = self.letters[self.at..].iter().collect();
        Ok(rest.split(" #").next().unwrap_or_default().trim().to_owned())
    }
}
