//! What a colour means, and which colour that is in light, in dark and in the page.
//!
//! Pictures speak of tones alone. Colour never carries a meaning by itself: marks, dashes and words say the
//! same. Must not know what is drawn.

/// A meaning that has a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// What is read first.
    Ink,
    /// What is read second: axes, remarks.
    Dim,
    /// The ground behind everything, which fills rings and stands around text.
    Panel,
    /// The quietest lines: grids, orbits.
    Line,
    /// A node's line through time.
    Lane,
    /// What could have caused the selected event.
    Past,
    /// What the selected event can have caused.
    Future,
    /// An event that is neither, or while nothing is selected any event.
    Concurrent,
    /// A message or a link, while it has no other meaning.
    Message,
    /// What was lost, and what is out of order: pauses, outages, cuts.
    Lost,
    /// What is selected.
    Selected,
    /// What has the focus.
    Accent,
}

impl Tone {
    /// All tones.
    pub const ALL: [Self; 12] = [
        Self::Ink,
        Self::Dim,
        Self::Panel,
        Self::Line,
        Self::Lane,
        Self::Past,
        Self::Future,
        Self::Concurrent,
        Self::Message,
        Self::Lost,
        Self::Selected,
        Self::Accent,
    ];

    /// The custom property of the page's style that holds this tone's colour.
    pub const fn token(self) -> &'static str {
        match self {
            Self::Ink | Self::Selected => "--ink",
            Self::Dim => "--dim",
            Self::Panel => "--panel",
            Self::Line => "--line",
            Self::Lane => "--lane",
            Self::Past => "--past",
            Self::Future => "--future",
            Self::Concurrent => "--conc",
            Self::Message => "--msg",
            Self::Lost => "--lost",
            Self::Accent => "--accent",
        }
    }

    /// The class of an element in this tone, for the page's style; empty where the style has no such class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Future => "future",
            Self::Lost => "lost",
            Self::Selected => "selected",
            Self::Ink
            | Self::Dim
            | Self::Panel
            | Self::Line
            | Self::Lane
            | Self::Concurrent
            | Self::Message
            | Self::Accent => "",
        }
    }
}

/// Which colours the tones have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Theme {
    /// Dark ink on white, for paper and bright rooms.
    #[default]
    Light,
    /// Bright ink on a dark ground.
    Dark,
    /// The page's own style decides: a drawing that stands inside the page.
    Page,
}

impl Theme {
    /// The colour of a tone, as SVG and CSS write it.
    pub const fn colour(self, tone: Tone) -> &'static str {
        match self {
            Self::Light => match tone {
                Tone::Ink | Tone::Selected => "#121826",
                Tone::Dim => "#56627a",
                Tone::Panel => "#ffffff",
                Tone::Line => "#d5dce8",
                Tone::Lane => "#8a95a9",
                Tone::Past => "#0072b2",
                Tone::Future => "#945600",
                Tone::Concurrent => "#74819a",
                Tone::Message => "#5a6a86",
                Tone::Lost => "#c2410c",
                Tone::Accent => "#5343d1",
            },
            Self::Dark => match tone {
                Tone::Ink | Tone::Selected => "#e8edf6",
                Tone::Dim => "#93a1b8",
                Tone::Panel => "#131a28",
                Tone::Line => "#26324a",
                Tone::Lane => "#596986",
                Tone::Past => "#56b4e9",
                Tone::Future => "#e69f00",
                Tone::Concurrent => "#77859f",
                Tone::Message => "#8fa0bd",
                Tone::Lost => "#ff7a45",
                Tone::Accent => "#a99bff",
            },
            Self::Page => match tone {
                Tone::Ink | Tone::Selected => "var(--ink)",
                Tone::Dim => "var(--dim)",
                Tone::Panel => "var(--panel)",
                Tone::Line => "var(--line)",
                Tone::Lane => "var(--lane)",
                Tone::Past => "var(--past)",
                Tone::Future => "var(--future)",
                Tone::Concurrent => "var(--conc)",
                Tone::Message => "var(--msg)",
                Tone::Lost => "var(--lost)",
                Tone::Accent => "var(--accent)",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, "relative luminance" and "contrast ratio".
    fn contrast(a: &str, b: &str) -> f64 {
        let channel = |colour: &str, at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("two digits")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
        };
        let light = |c: &str| 0.2126 * channel(c, 1) + 0.7152 * channel(c, 3) + 0.0722 * channel(c, 5) + 0.05;
        let (a, b) = (light(a), light(b));
        a.max(b) / a.min(b)
    }

    #[test]
    fn text_is_at_four_and_a_half_to_one_and_marks_at_three() {
        assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 1e-9);
        for theme in [Theme::Light, Theme::Dark] {
            let against_panel = |tone| contrast(theme.colour(tone), theme.colour(Tone::Panel));
            for tone in
                [Tone::Ink, Tone::Dim, Tone::Past, Tone::Future, Tone::Lost, Tone::Accent, Tone::Message]
            {
                assert!(against_panel(tone) >= 4.5, "{theme:?} {tone:?}: {}", against_panel(tone));
            }
            for tone in [Tone::Lane, Tone::Concurrent] {
                assert!(against_panel(tone) >= 3.0, "{theme:?} {tone:?}: {}", against_panel(tone));
            }
        }
    }

    #[test]
    fn the_page_names_the_tokens_of_its_style() {
        let style = include_str!("../../www/style/tokens.css");
        for tone in Tone::ALL {
            assert_eq!(Theme::Page.colour(tone), format!("var({})", tone.token()));
            assert!(style.contains(&format!("{}:", tone.token())), "{tone:?}");
        }
    }
}
