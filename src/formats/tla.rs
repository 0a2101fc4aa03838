//! Values of TLA+ as TLC prints them, as far as clocks need them: functions, records and sequences of numbers, and those of
//! such.
//!
//! Must not know where a value stands.

/// A value, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A whole number from 0 on.
    Number(u32),
    /// A function, a record or a sequence: argument and value, in the order of printing.
    Function(Vec<(String, Self)>),
    /// Anything else, as it is printed.
    Other(String),
}

/// How deep functions may lie in functions: a clock of clocks is two.
const DEPTH_MOST: usize = 4;

/// Reads a value; what is not understood is kept as text.
pub(super) fn read(text: &str) -> Value {
    let text = text.trim();
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0);
    match value {
        Some(value) if reader.rest().trim().is_empty() => value,
        _ => Value::Other(text.to_owned()),
    }
}

/// A name as it is printed: a model value, or a text in quotes.
pub(super) fn name(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip_blanks();
        let is_next = self.rest().starts_with(token);
        self.at += if is_next { token.len() } else { 0 };
        is_next
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEPTH_MOST {
            return None;
        }
        if self.take("<<") {
            return self.sequence(depth);
        }
        if self.take("(") {
            return self.pairs(depth, ":>", "@@", ")");
        }
        if self.take("[") {
            return self.pairs(depth, "|->", ",", "]");
        }
        let word = self.word()?;
        Some(
            word.parse()
                .ok()
                .filter(|&number| number < u32::MAX)
                .map_or_else(|| Value::Other(word.to_owned()), Value::Number),
        )
    }

    fn sequence(&mut self, depth: usize) -> Option<Value> {
        let mut found = Vec::new();
        if self.take(">>") {
            return Some(Value::Function(found));
        }
        loop {
            found.push(((found.len() + 1).to_string(), self.value(depth + 1)?));
            if self.take(">>") {
                return Some(Value::Function(found));
            }
            self.take(",").then_some(())?;
        }
    }

    /// `(a :> 1 @@ b :> 2)` or `[a |-> 1, b |-> 2]`.
    fn pairs(&mut self, depth: usize, to: &str, and: &str, end: &str) -> Option<Value> {
        let mut found = Vec::new();
        loop {
            let word = self.word()?;
            self.take(to).then_some(())?;
            found.push((name(word).to_owned(), self.value(depth + 1)?));
            if self.take(end) {
                return Some(Value::Function(found));
            }
            self.take(and).then_some(())?;
        }
    }

    /// A text in quotes, or letters up to a blank or a sign.
    fn word(&mut self) -> Option<&'a str> {
        self.skip_blanks();
        let rest = self.rest();
        let length = if let Some(inside) = rest.strip_prefix('"') {
            inside.find('"')? + 2
        } else {
            rest.find(|it: char| !(it.is_alphanumeric() || "_-.".contains(it))).unwrap_or(rest.len())
        };
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &Value) -> String {
        match value {
            Value::Number(number) => number.to_string(),
            Value::Other(text) => format!("?{text}"),
            Value::Function(pairs) => {
                let pairs: Vec<String> =
                    pairs.iter().map(|(name, value)| format!("{name}:{}", shown(value))).collect();
                format!("({})", pairs.join(" "))
            }
        }
    }

    #[test]
    fn values_are_read_as_tlc_prints_them() {
        for (text, expected) in [
            ("(n1 :> 0 @@ n2 :> 17)", "(n1:0 n2:17)"),
            ("[a |-> 1, b |-> 2]", "(a:1 b:2)"),
            ("<<0, 3>>", "(1:0 2:3)"),
            ("<< >>", "()"),
            ("(\"node a\" :> 1)", "(node a:1)"),
            ("(n1 :> (n1 :> 1 @@ n2 :> 0) @@\n  n2 :> <<1, 2>>)", "(n1:(n1:1 n2:0) n2:(1:1 2:2))"),
            ("5", "5"),
            ("{1, 2}", "?{1, 2}"),
            ("(a :> TRUE)", "(a:?TRUE)"),
            ("(a :> 1", "?(a :> 1"),
            ("(a :> 1) x", "?(a :> 1) x"),
            ("[type |-> \"tok\", q |-> 0]", "(type:?\"tok\" q:0)"),
            ("-1", "?-1"),
        ] {
            assert_eq!(shown(&read(text)), expected, "{text}");
        }
        let deep = "<<".repeat(100_000);
        assert!(matches!(read(&deep), Value::Other(_)));
        assert_eq!([name("\"n1\""), name(" n1 ")], ["n1", "n1"]);
    }
}
