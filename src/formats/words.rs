//! Words that live as long as the program, as those of faults do, made from the text of files.
//!
//! Must not know what the words name.

use std::collections::BTreeSet;
use std::sync::Mutex;

/// How many different words are kept for good. A run has some dozens.
const WORDS_MOST: usize = 512;

/// The longest word that is kept, in bytes.
const WORD_LONGEST: usize = 40;

/// The word of a text. Only so many different ones are kept for good, whatever files say; for others it is `other`.
pub(super) fn word(text: &str) -> &'static str {
    static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut words = WORDS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = words.get(text) {
        return known;
    }
    if words.len() >= WORDS_MOST || text.len() > WORD_LONGEST {
        return "other";
    }
    let kept: &'static str = text.to_owned().leak();
    words.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_once_and_not_without_end() {
        assert!(std::ptr::eq(word("jitter"), word("jitter")));
        assert_eq!(word(&"x".repeat(1_000)), "other");
        let all: BTreeSet<&str> = (0..2 * WORDS_MOST).map(|nth| word(&format!("word {nth}"))).collect();
        assert!(all.len() <= WORDS_MOST + 1 && all.contains("other"));
        assert_eq!(word("jitter"), "jitter");
    }
}
