//! The keys of the commands that were carried out last, as many as there is room for.
//!
//! Must not know what commands do.

use serde::{Deserialize, Serialize};

/// A window of keys: the one that was inserted first is forgotten first.
///
/// ```
/// use lightcone::programs::thruster::Keys;
///
/// let mut keys = Keys::default();
/// (1..=4).for_each(|key| keys.insert(key, 3));
/// assert_eq!([1, 2, 3, 4].map(|key| keys.contains(key)), [false, true, true, true]);
/// keys.insert(2, 3);
/// assert!(keys.contains(3), "a key that comes again takes no second place");
/// keys.insert(5, 3);
/// assert_eq!([2, 3, 4, 5].map(|key| keys.contains(key)), [true, false, true, true], "and counts as the newest");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys(Vec<u32>);

impl Keys {
    /// Adds a key to a window of so many; those that have no room any more are forgotten.
    pub fn insert(&mut self, key: u32, window: usize) {
        self.0.retain(|other| *other != key);
        self.0.push(key);
        self.0.drain(..self.0.len().saturating_sub(window));
    }

    /// Whether the key is among those that are kept.
    pub fn contains(&self, key: u32) -> bool {
        self.0.contains(&key)
    }
}
