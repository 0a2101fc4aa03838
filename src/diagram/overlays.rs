//! What can be laid over a space-time diagram, one file each, in the order in which it is drawn.
//!
//! Adding one is a file here, a `mod` line and an entry in [`ALL`]; menus and links iterate the catalogue.

mod chain;
mod cones;
mod cut;
mod hidden;
mod letters;
mod lost;
mod now;
mod skew;
mod spans;
mod stamps;
mod suspects;
mod wall_order;
mod words;

use super::layout::Sheet;

/// A line of the catalogue.
pub struct Overlay {
    /// The name in links.
    pub id: &'static str,
    /// The name in menus.
    pub title: &'static str,
    /// What it shows, in one line.
    pub effect: &'static str,
    /// Whether it is on to begin with.
    pub is_usual: bool,
    /// The opening comment of its file: see [`crate::module_doc!`].
    pub doc: &'static str,
    pub(super) draw: fn(&mut Sheet<'_>),
}

/// All overlays. Texts of earlier ones keep their room from later ones.
pub const ALL: [Overlay; 13] = [
    cones::OVERLAY,
    chain::OVERLAY,
    cut::OVERLAY,
    lost::OVERLAY,
    hidden::OVERLAY,
    spans::OVERLAY,
    suspects::OVERLAY,
    now::OVERLAY,
    skew::OVERLAY,
    wall_order::OVERLAY,
    letters::OVERLAY,
    stamps::OVERLAY,
    words::OVERLAY,
];

/// The ids of the overlays that are on to begin with.
pub fn usual() -> Vec<&'static str> {
    ALL.iter().filter(|overlay| overlay.is_usual).map(|overlay| overlay.id).collect()
}

/// The overlay of this id.
pub fn named(id: &str) -> Option<&'static Overlay> {
    static CATALOGUE: [Overlay; 13] = ALL;
    CATALOGUE.iter().find(|overlay| overlay.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Doc;

    #[test]
    fn every_entry_has_its_words_and_an_id_of_its_own() {
        for (place, overlay) in ALL.iter().enumerate() {
            assert!(ALL[..place].iter().all(|other| other.id != overlay.id), "{}", overlay.id);
            assert!(named(overlay.id).is_some());
            Doc::parse(overlay.doc).assert_whole(overlay.id);
        }
    }
}
