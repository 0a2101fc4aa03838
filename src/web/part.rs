//! A part of what is on screen: a value that is made anew when the session has changed, and passed on to those who
//! read it only where it differs.
//!
//! It is what a Leptos memo would be, in a form of which little is compiled anew for each type. Must not know
//! what the value is.

use leptos::prelude::*;

use super::el::follow;

/// A value that follows something. Copies are the same value.
pub struct Part<T: 'static> {
    value: StoredValue<T, LocalStorage>,
    changes: RwSignal<u32>,
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<T> {}

impl<T: PartialEq> Part<T> {
    /// A value that is made now, and again whenever a signal that `make` read has changed.
    pub fn new(make: impl Fn() -> T + 'static) -> Self {
        Self::new_while(|| true, make)
    }

    /// The same, but left as it is while `is_wanted` does not hold.
    pub fn new_while(is_wanted: impl Fn() -> bool + 'static, make: impl Fn() -> T + 'static) -> Self {
        let part = Self { value: StoredValue::new_local(untrack(&make)), changes: RwSignal::new(0) };
        follow(move || {
            if !is_wanted() {
                return;
            }
            let now = make();
            if part.value.with_value(|before| *before != now) {
                part.value.set_value(now);
                part.changes.update(|n| *n = n.wrapping_add(1));
            }
        });
        part
    }
}

impl<T> Part<T> {
    /// Reads the value; whoever reads it is run again when it differs.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.changes.track();
        self.value.with_value(read)
    }

    /// Reads the value once.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.value.with_value(read)
    }
}

impl<T: Clone> Part<T> {
    /// A copy of the value; whoever asked is run again when it differs.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy of the value, once.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}
