//! The words that stand beside events, each kept once. Must not know which words there are.

use std::collections::BTreeMap;

/// A table of words; a column of events holds their places.
#[derive(Clone, Debug)]
pub(super) struct Labels {
    words: Vec<&'static str>,
    places: BTreeMap<&'static str, u32>,
    /// Words that were asked for before, by address: programs and faults ask for the same few over and over,
    /// and an address is compared in no time. It is a cache alone; the place comes from the table.
    recent: [Recent; RECENT],
}

/// The bit of a place that says that the label is a text of a log and lies elsewhere.
pub(super) const TEXT: u32 = 1 << 31;

/// A word at an address, and its place in the table.
#[derive(Clone, Copy, Debug, Default)]
struct Recent {
    address: usize,
    length: u32,
    place: u32,
}

/// How many words are remembered by address: a power of two, several times what a run uses.
const RECENT: usize = 1 << RECENT_BITS;
const RECENT_BITS: u32 = 8;

impl Default for Labels {
    fn default() -> Self {
        Self { words: Vec::new(), places: BTreeMap::new(), recent: [Recent::default(); RECENT] }
    }
}

impl Labels {
    /// The place of a word that lives as long as the program.
    #[inline]
    pub(super) fn of_static(&mut self, word: &'static str) -> u32 {
        let (address, length) = (word.as_ptr().addr(), word.len() as u32);
        // Words lie one behind the other in the program. Knuth's multiplier spreads them over the table.
        let slot = ((address as u32).wrapping_mul(0x9e37_79b1) >> (32 - RECENT_BITS)) as usize;
        let recent = self.recent[slot];
        if (recent.address, recent.length) == (address, length) {
            return recent.place;
        }
        let place = self.intern(word);
        self.recent[slot] = Recent { address, length, place };
        place
    }

    #[cold]
    fn intern(&mut self, word: &'static str) -> u32 {
        if let Some(&place) = self.places.get(word) {
            return place;
        }
        let place = self.words.len() as u32;
        self.words.push(word);
        self.places.insert(word, place);
        place
    }

    /// The word at a place; empty if a text of a log is there.
    pub(super) fn word(&self, place: u32) -> &'static str {
        if place & TEXT != 0 { "" } else { self.words[place as usize] }
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
        let elsewhere: &'static str = String::from("reply").leak();
        assert_eq!(labels.of_static(elsewhere), places[1], "the same word at another address");
        assert_eq!(labels.word(places[3]), "gossip");
    }
}
