//! All places where an expression matches, in a time that grows with the text and not with its square.
//!
//! One search takes linear time, but a thousand searches may each look at all that is left. Behind the start of a match
//! the engine looks at no more lines than a match can hold; if an expression sets no limit, the text is searched in
//! windows. What it may have looked at is counted, and an expression that looks again and again at the same is given up.
//! Must not know what the expression is for.

use std::ops::Range;

use regex::CaptureLocations;

use super::BadLog;
use super::expression::Expression;

/// How many lines an expression without a limit may match. Each window has so many, and half of them again in the next.
const LINES_MOST: usize = 256;

/// How many bytes may be looked at: a second or two, and on top of that a few times the text.
const LOOKED_AT_MOST: u64 = 1 << 29;

/// How often the whole text may be looked at besides.
const TIMES_MOST: u64 = 16;

/// Calls `see` with the groups of each match, in order; places count from the start of `text`.
///
/// # Errors
/// What `see` refuses, or an expression that takes too long.
pub(super) fn each(
    what: &str,
    expression: &Expression,
    text: &str,
    see: impl FnMut(&CaptureLocations) -> Result<(), BadLog>,
) -> Result<(), BadLog> {
    within(LOOKED_AT_MOST + TIMES_MOST * text.len() as u64, what, expression, text, see)
}

/// The same, looking at no more than so many bytes.
fn within(
    mut left: u64,
    what: &str,
    expression: &Expression,
    text: &str,
    mut see: impl FnMut(&CaptureLocations) -> Result<(), BadLog>,
) -> Result<(), BadLog> {
    let mut groups = expression.regex.capture_locations();
    let mut windows =
        Windows { text, lines: expression.line_feeds.map(|line_feeds| line_feeds + 1), first: None, end: 0 };
    let mut at = 0;
    while at <= text.len() {
        let end = windows.end_for(at);
        let searched = if windows.lines.is_some() { text } else { &text[..end] };
        let Some(found) = expression.regex.captures_read_at(&mut groups, searched, at) else {
            match windows.next(at) {
                Some(next) => at = next,
                None => break,
            }
            left = left.saturating_sub((end - at.min(end)) as u64);
            continue;
        };
        see(&groups)?;
        // An empty match is one letter long, or there would be no end of them.
        let step = text[found.end()..].chars().next().map_or(1, char::len_utf8);
        at = if found.is_empty() { found.end() + step } else { found.end() };
        let end = windows.end_for(found.start());
        left = left.saturating_sub((end - found.start()) as u64);
        if left == 0 {
            return Err(BadLog(format!(
                "{what} looks at the same text again and again, which would take too long; let it begin at the start \
                 of a line (`^`) and write `\\n` where a line ends"
            )));
        }
    }
    Ok(())
}

/// How far the engine may look from a place.
struct Windows<'a> {
    text: &'a str,
    /// How many lines a match can have at most.
    lines: Option<usize>,
    /// The line for which the end was found.
    first: Option<Range<usize>>,
    end: usize,
}

impl Windows<'_> {
    /// The end of the last line that a match may touch that starts in the line of `at`.
    fn end_for(&mut self, at: usize) -> usize {
        // Within a line nothing changes, and a line may be the whole text.
        if self.first.as_ref().is_none_or(|first| !first.contains(&at)) {
            let lines = self.lines.unwrap_or(LINES_MOST);
            let mut ends = line_starts(&self.text[at..]).map(|end| at + end);
            let first_end = ends.next().unwrap_or(self.text.len() + 1);
            self.first = Some(at..first_end);
            let end = if lines == 1 { Some(first_end) } else { ends.nth(lines - 2) };
            self.end = end.unwrap_or(self.text.len()).min(self.text.len());
        }
        self.end
    }

    /// Where to search next if nothing was found from `at` on; `None` if everything was searched.
    fn next(&mut self, at: usize) -> Option<usize> {
        let end = self.end_for(at);
        if self.lines.is_some() || end == self.text.len() {
            return None;
        }
        line_starts(&self.text[at..end]).nth(LINES_MOST / 2 - 1).map(|start| at + start)
    }
}

/// Where the second line of a text begins, the third, and so on.
fn line_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.match_indices('\n').map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(most: u64, written: &str, text: &str) -> Result<Vec<(usize, usize)>, BadLog> {
        let expression = Expression::new("it", written)?;
        let mut found = Vec::new();
        within(most, "it", &expression, text, |groups| {
            found.extend(groups.get(0));
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn matches_are_those_that_the_engine_finds_in_the_whole() {
        let text = "a1\nb\n\na2 a3\nä4\n".repeat(400);
        for written in
            ["a\\d", "a\\d\\n", "^.*$", "\\s+", "b\\n\\na", "ä?", "x", "a[^ab]*a", "a2[\\s\\S]*?b", ""]
        {
            let expression = Expression::new("it", written).expect("fine");
            let wanted: Vec<_> =
                expression.regex.find_iter(&text).map(|found| (found.start(), found.end())).collect();
            let found = all(1 << 24, written, &text).expect("fast");
            // The engine gives no empty match right behind another; here it does no harm.
            let is_real = |place: &&(usize, usize)| place.0 < place.1;
            assert_eq!(
                found.iter().filter(is_real).collect::<Vec<_>>(),
                wanted.iter().filter(is_real).collect::<Vec<_>>(),
                "{written}"
            );
        }
    }

    #[test]
    fn an_expression_that_looks_to_the_end_again_and_again_is_given_up() {
        let text = "a".repeat(3 << 10);
        for written in ["a(?:.*b)?", "a(?:[^b]*b)?", "a(?:\\s*.*b)?"] {
            let bad = all(1 << 20, written, &text).expect_err("a square");
            assert!(bad.0.contains("again and again"), "{bad}");
        }
        assert_eq!(all(1 << 20, ".*[^a]|b", &text).map(|found| found.len()), Ok(0));
    }
}
