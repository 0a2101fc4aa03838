//! The words that stand beside events, each kept once. Must not know which words there are.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// A table of words; a column of events holds their places.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    words: Vec<Cow<'static, str>>,
    places: BTreeMap<Cow<'static, str>, u32>,
    /// The words that were asked for last, by address: programs ask for the same few over and over, and an
    /// address is compared in no time. It is a cache alone; the place comes from the table.
    recent: [(usize, usize, u32); 8],
    next_recent: usize,
}

impl Labels {
    /// The place of a word that lives as long as the program.
    #[inline]
    pub(super) fn of_static(&mut self, word: &'static str) -> u32 {
        let (address, length) = (word.as_ptr().addr(), word.len());
        match self.recent.iter().find(|&&(a, l, _)| a == address && l == length && !self.words.is_empty()) {
            Some(&(_, _, place)) => place,
            None => {
                let place = self.intern(Cow::Borrowed(word));
                self.recent[self.next_recent] = (address, length, place);
                self.next_recent = (self.next_recent + 1) % self.recent.len();
                place
            }
        }
    }

    /// The place of a word that came from outside.
    pub(super) fn of_text(&mut self, word: &str) -> u32 {
        match self.places.get(word) {
            Some(&place) => place,
            None => self.intern(Cow::Owned(word.to_owned())),
        }
    }

    fn intern(&mut self, word: Cow<'static, str>) -> u32 {
        if let Some(&place) = self.places.get(&word) {
            return place;
        }
        let place = self.words.len() as u32;
        self.words.push(word.clone());
        self.places.insert(word, place);
        place
    }

    /// The word at a place, if it lives as long as the program; a blank otherwise.
    pub(super) fn static_word(&self, place: u32) -> &'static str {
        match self.words[place as usize] {
            Cow::Borrowed(word) => word,
            Cow::Owned(_) => "",
        }
    }

    /// The word at a place.
    pub(super) fn word(&self, place: u32) -> &str {
        &self.words[place as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_place_however_it_comes() {
        let mut labels = Labels::default();
        let words = ["pull", "reply", "ack", "gossip", "a", "b", "c", "d", "e", "f"];
        let places: Vec<u32> = words.iter().map(|word| labels.of_static(word)).collect();
        assert_eq!(words.iter().map(|word| labels.of_static(word)).collect::<Vec<_>>(), places);
        assert_eq!(labels.of_text("reply"), places[1]);
        assert_eq!(labels.word(places[3]), "gossip");
    }
}
