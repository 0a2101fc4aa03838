//! The small pictures on buttons: one path each, in a box of 16 by 16, coloured by the text around them.
//!
//! They are decoration; the button has the name. Must not know which buttons there are.

use super::el::{El, svg};

/// The start: a bar and a triangle towards it.
pub const RESET: &str = "M2 2h2v12H2zM14 2v12L5 8z";
/// A triangle to the left.
pub const BACK: &str = "M12 2v12L4 8z";
/// A triangle to the right.
pub const RUN: &str = "M4 2v12l10-6z";
/// Two bars.
pub const PAUSE: &str = "M3 2h4v12H3zM9 2h4v12H9z";
/// A triangle to the right and a bar.
pub const STEP: &str = "M2 2v12l9-6zM12 2h2v12h-2z";
/// The end: two triangles to the right and a bar.
pub const END: &str = "M1 3v10l5.5-5zM6.5 3v10L12 8zM12.5 3h2v10h-2z";
/// An arrow that goes round.
pub const ANEW: &str =
    "M8 2a6 6 0 1 0 5.7 8h-2.1A4 4 0 1 1 8 4c1.1 0 2.1.5 2.8 1.2L9 7h5V2l-1.8 1.8A6 6 0 0 0 8 2z";
/// A folder.
pub const OPEN: &str = "M1 3h5l1.5 2H15v9H1zM2.5 6.5v6h11v-6z";
/// A disc, half of it filled.
pub const THEME: &str = "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2v10A5 5 0 0 1 8 3z";
/// A cross.
pub const CLOSE: &str = "M3.5 2 8 6.5 12.5 2 14 3.5 9.5 8l4.5 4.5-1.5 1.5L8 9.5 3.5 14 2 12.5 6.5 8 2 3.5z";
/// An hourglass.
pub const TIMER: &str = "M3 2h10L8 8l5 6H3l5-6z";
/// An envelope.
pub const LETTER: &str = "M1 3h14v10H1zm1.8 1.5L8 8.6l5.2-4.1zM2.5 5.8v5.7h11V5.8L8 10.3z";

/// The picture with this path.
pub fn icon(path: &str) -> El {
    svg("svg").attrs(&[("viewBox", "0 0 16 16"), ("aria-hidden", "true")]).child(svg("path").attr("d", path))
}

/// A button that shows a picture, with its name for those who do not see it and a hint for those who do.
pub fn icon_button(class: &str, name: &str, hint: &str, path: &str, then: impl Fn() + 'static) -> El {
    super::el::button(class, then).attrs(&[("aria-label", name), ("title", hint)]).child(icon(path))
}
