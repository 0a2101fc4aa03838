//! A vector clock as text: an object of host to count, as ShiViz, GoVector and TSViz write it.
//!
//! Read by hand and not as JSON in general: it is most of the bytes of a log. Must not know where the text stands.

use std::borrow::Cow;

use super::log::{Entry, Hosts};

/// Reads `{"a":1, "b":2}` into entries, leaving out zeros.
///
/// # Errors
/// What is wrong, in words, without the place.
pub(super) fn read(text: &str, hosts: &mut Hosts, out: &mut Vec<Entry>) -> Result<(), String> {
    let (text, first) = (text.trim(), out.len());
    if read_plain(text, hosts, out) {
        return Ok(());
    }
    out.truncate(first);
    read_any(text, hosts, out)
}

/// Reads a clock that is written as most are: without escapes, with numbers of a few digits, and with blanks behind `,`
/// and `:` alone. In one go, since it is what reading a log takes most of its time for. Says whether it is such a clock.
fn read_plain(text: &str, hosts: &mut Hosts, out: &mut Vec<Entry>) -> bool {
    /// Numbers of so many digits fit.
    const DIGITS_MOST: usize = 9;
    let bytes = text.as_bytes();
    let mut at = 1;
    if bytes.first() != Some(&b'{') {
        return false;
    }
    loop {
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        if bytes.get(at) != Some(&b'"') {
            return false;
        }
        let from = at + 1;
        at = from;
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') | None => return false,
                Some(_) => at += 1,
            }
        }
        let name = &text[from..at];
        if bytes.get(at + 1) != Some(&b':') {
            return false;
        }
        at += 2;
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        let (digits, mut count) = (at, 0_u32);
        while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
            count = count.wrapping_mul(10).wrapping_add(u32::from(digit - b'0'));
            at += 1;
        }
        if !(1..=DIGITS_MOST).contains(&(at - digits)) {
            return false;
        }
        let host = hosts.place(name);
        if count > 0 {
            out.push(Entry { host, count });
        }
        match bytes.get(at) {
            Some(b',') => at += 1,
            Some(b'}') => return at + 1 == bytes.len(),
            _ => return false,
        }
    }
}

/// Reads any clock, and says what is wrong with one that is none.
fn read_any(text: &str, hosts: &mut Hosts, out: &mut Vec<Entry>) -> Result<(), String> {
    let text = without_escapes(text);
    let mut rest = Rest { text: &text, at: 0 };
    rest.expect(b'{')?;
    if rest.take(b'}') {
        return rest.end();
    }
    loop {
        let name = rest.name()?;
        rest.expect(b':')?;
        let count = rest.count()?;
        let host = hosts.place(&name);
        if count > 0 {
            out.push(Entry { host, count });
        }
        if rest.take(b'}') {
            return rest.end();
        }
        rest.expect(b',')?;
    }
}

/// TLC writes the quotes of a text in a text with a backslash before each.
fn without_escapes(text: &str) -> Cow<'_, str> {
    let inside = text.strip_prefix('{').map_or("", str::trim_start);
    match inside.starts_with("\\\"") {
        true => Cow::Owned(text.replace("\\\"", "\"")),
        false => Cow::Borrowed(text),
    }
}

struct Rest<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.take(byte) { Ok(()) } else { Err(self.wanted(&format!("`{}`", char::from(byte)))) }
    }

    fn end(&mut self) -> Result<(), String> {
        if self.peek().is_none() { Ok(()) } else { Err(self.wanted("the end of the clock")) }
    }

    /// A text in quotes.
    fn name(&mut self) -> Result<Cow<'a, str>, String> {
        self.expect(b'"')?;
        let from = self.at;
        let bytes = self.text.as_bytes();
        let mut is_plain = true;
        while let Some(&byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' if is_plain => return Ok(Cow::Borrowed(&self.text[from..self.at - 1])),
                b'"' => {
                    let quoted = &self.text[from - 1..self.at];
                    return serde_json::from_str(quoted).map(Cow::Owned).map_err(|_| {
                        format!("the name {quoted} in the clock is not written as JSON writes texts")
                    });
                }
                b'\\' => {
                    is_plain = false;
                    self.at += 1;
                }
                _ => {}
            }
        }
        Err("a name in the clock has no closing `\"`".to_owned())
    }

    fn count(&mut self) -> Result<u32, String> {
        self.peek();
        let from = self.at;
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        let digits = &self.text[from..self.at];
        if digits.is_empty() || matches!(bytes.get(self.at), Some(b'.' | b'e' | b'E')) {
            self.at = from;
            return Err(self.wanted("a whole number from 0 on"));
        }
        // The largest number stands for "none" elsewhere.
        let fits = digits.parse().ok().filter(|&count| count < u32::MAX);
        fits.ok_or_else(|| format!("the clock counts {digits} events, and {} is the most", u32::MAX - 1))
    }

    fn wanted(&self, what: &str) -> String {
        let rest = self.text.get(self.at..).unwrap_or_default();
        match rest.chars().next() {
            None => format!("the clock ends where {what} should stand"),
            Some(_) => {
                let found: String = rest.chars().take(12).collect();
                format!("{found:?} stands in the clock where {what} should")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let (mut hosts, mut entries) = (Hosts::default(), Vec::new());
        let done = read(text, &mut hosts, &mut entries);
        let shown: Vec<String> =
            entries.iter().map(|entry| format!("{} {}", hosts.name(entry.host), entry.count)).collect();
        match (done, expected) {
            (Ok(()), Ok(expected)) => assert_eq!(shown.join(", "), expected, "{text}"),
            (Err(why), Err(expected)) => assert!(why.contains(expected), "{text}: {why}"),
            (done, expected) => panic!("{text}: {done:?}, {expected:?}"),
        }
    }

    #[test]
    fn clocks_are_read_as_they_are_written() {
        check("{}", Ok(""));
        check("{\"a\":1}", Ok("a 1"));
        check(" { \"a\" : 1 ,\t\"b\":0, \"c d\":17 } ", Ok("a 1, c d 17"));
        check("{\"\\u00e9\\\"\":3}", Ok("é\" 3"));
        check("{\\\"n1\\\":1,\\\"n2\\\":2}", Ok("n1 1, n2 2"));
        check("{\"a\":4294967294}", Ok("a 4294967294"));
    }

    #[test]
    fn plain_clocks_are_read_as_all_are() {
        let (mut plain, all) = (0, 4_usize.pow(6));
        for number in 0..all {
            // All rows of six parts, most of which are no clocks.
            const PARTS: [[&str; 4]; 6] = [
                ["{", " {", "{ ", "{,"],
                ["\"a\"", "\"\"", "\"\\u00e9\"", "a"],
                [":", ": ", " :", "::"],
                ["7", "0", "", "1234567890"],
                [",\"b\":12", ", \"b\": 3", ",\"b\":99999999999", ",\"a\":1x"],
                ["}", " }", "},", "}\t"],
            ];
            let part =
                |(place, parts): (usize, &[&'static str; 4])| parts[number / 4_usize.pow(place as u32) % 4];
            let text: String = PARTS.iter().enumerate().map(part).collect();
            let read_by = |read: fn(&str, &mut Hosts, &mut Vec<Entry>) -> Result<(), String>| {
                let (mut hosts, mut entries) = (Hosts::default(), Vec::new());
                let done = read(&text, &mut hosts, &mut entries);
                let names: Vec<String> =
                    entries.iter().map(|entry| hosts.name(entry.host).to_owned()).collect();
                done.map(|()| (names, entries))
            };
            assert_eq!(
                read_by(read),
                read_by(|text, hosts, out| read_any(text.trim(), hosts, out)),
                "{text}"
            );
            plain += usize::from(read_plain(text.trim(), &mut Hosts::default(), &mut Vec::new()));
        }
        assert!(plain > 50, "{plain} of {all} are plain");
    }

    #[test]
    fn what_is_no_clock_is_refused_in_words() {
        check("", Err("ends where `{` should"));
        check("[1]", Err("`{` should"));
        check("{\"a\":-1}", Err("a whole number"));
        check("{\"a\":1.5}", Err("a whole number"));
        check("{\"a\":1e3}", Err("a whole number"));
        check("{\"a\":4294967295}", Err("4294967294 is the most"));
        check("{\"a\":99999999999999999999}", Err("is the most"));
        check("{\"a\":{\"b\":1}}", Err("a whole number"));
        check("{\"a\":1", Err("ends where"));
        check("{\"a", Err("no closing"));
        check("{\"a\\", Err("no closing"));
        check("{\"\\x\":1}", Err("not written as JSON"));
        check("{\"a\":1}}", Err("the end of the clock"));
        check("{a:1}", Err("`\"` should"));
    }
}
