//! Light, dark, or as the system has it. All colours follow an attribute of the root element.

use leptos::prelude::*;

use super::page::Page;
use super::{dom, storage};

/// The learner's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All choices with their names in the menu.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::System, "As the system"), (Self::Light, "Light"), (Self::Dark, "Dark")];

    /// The choice that was made before.
    pub fn stored() -> Self {
        match storage::setting("theme").as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// Whether it is dark now.
    pub fn is_dark(self) -> bool {
        match self {
            Self::System => dom::matches("(prefers-color-scheme: dark)"),
            Self::Light => false,
            Self::Dark => true,
        }
    }

    const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// Has the document follow the choice, and the choice stored.
pub fn follow(page: Page) {
    super::el::follow(move || {
        let attribute = page.theme.get().attribute();
        storage::set_setting("theme", attribute.unwrap_or("system"));
        let Some(root) = document().document_element() else { return };
        let _ = match attribute {
            Some(value) => root.set_attribute("data-theme", value),
            None => root.remove_attribute("data-theme"),
        };
    });
}
