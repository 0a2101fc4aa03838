//! Presets: settings of the faults that have happened somewhere, by the name under which people tell of them.
//!
//! A preset breaks some assumptions and turns some dials. It is nothing but these settings, and has no mechanism of
//! its own. Must not know any scene.

mod all;

pub use all::{ALL, Preset};

use crate::sim::Settings;

impl Preset {
    /// The settings that it stands for. What it does not name stays as it was.
    pub fn settings(&self) -> Settings {
        Settings {
            assume: self.breaks.iter().map(|id| ((*id).to_owned(), false)).collect(),
            dials: self.dials.iter().map(|(dial, value)| ((*dial).to_owned(), *value)).collect(),
        }
    }
}

/// The preset of this id.
pub fn find(id: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.id == id)
}

/// A preset as the page reads it from the file beside it: id, title, story, the assumptions that it breaks, and the
/// dials that it turns.
pub type Told = (String, String, String, Vec<String>, Vec<(String, i64)>);

/// The settings that such a preset stands for.
pub fn settings((_, _, _, breaks, dials): &Told) -> Settings {
    Settings {
        assume: breaks.iter().map(|id| (id.clone(), false)).collect(),
        dials: dials.iter().cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults;

    #[test]
    fn presets_name_faults_and_dials_that_there_are_and_stay_within_their_range() {
        for (place, preset) in ALL.iter().enumerate() {
            assert!(ALL[..place].iter().all(|other| other.id != preset.id), "{} twice", preset.id);
            assert!(!preset.breaks.is_empty() && !preset.story.is_empty());
            assert!(preset.breaks.iter().all(|id| faults::find(id).is_some()), "{}", preset.id);
            for (name, value) in preset.dials {
                let (owner, dial) = name.split_once('.').expect("the fault and its dial");
                assert!(preset.breaks.contains(&owner), "{}: {name} has no effect", preset.id);
                let dials = faults::find(owner).expect("a fault").dials;
                let dial = dials.iter().find(|d| d.id == dial).unwrap_or_else(|| panic!("no dial {name}"));
                assert!((dial.least..=dial.most).contains(value), "{}: {name} = {value}", preset.id);
            }
            let settings = preset.settings();
            assert_eq!(
                (settings.assume.len(), settings.dials.len()),
                (preset.breaks.len(), preset.dials.len())
            );
            assert_eq!(find(preset.id), Some(preset));
        }
    }

    #[test]
    fn every_fallacy_and_every_hazard_has_happened_somewhere() {
        for fault in faults::ALL {
            assert!(ALL.iter().any(|preset| preset.breaks.contains(&fault.id)), "no preset of {}", fault.id);
        }
    }
}
