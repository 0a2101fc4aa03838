//! A drawing as SVG text that stands alone: colours and fonts are in it, texts stay texts.
//!
//! Every figure with a name has it as its title, for speech and for the pointer. Colours are presentation
//! attributes, which slide programs read, a strict page allows, and a page's own style overrides through the
//! classes. Must not know what is drawn.

use std::fmt::Write;

use super::shape::{Anchor, Drawing, Figure, Font, Point, Shape, Style};
use super::theme::{Theme, Tone};

const SANS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const MONO: &str = "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace";

/// The drawing as an SVG document.
///
/// The same drawing and theme give the same text, on every platform.
pub fn write(drawing: &Drawing, theme: Theme) -> String {
    let mut out = String::new();
    let (width, height) = (number(drawing.width), number(drawing.height));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"graphics-document document\" aria-label=\"{}\" font-family=\"{SANS}\" \
         font-size=\"11\">",
        escape(&drawing.title)
    );
    let _ = writeln!(out, "<title>{}</title>", escape(&drawing.title));
    let _ = writeln!(out, "<desc>{}</desc>", escape(&drawing.description));
    if theme != Theme::Page {
        let panel = theme.colour(Tone::Panel);
        let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{panel}\"/>");
    }
    for layer in drawing.layers.iter().filter(|layer| !layer.is_empty()) {
        out.push_str("<g>\n");
        for figure in layer {
            write_figure(&mut out, figure, theme);
        }
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

fn write_figure(out: &mut String, figure: &Figure, theme: Theme) {
    let classes = [figure.class, figure.kind, figure.tone.class()];
    let mut written: Vec<&str> = Vec::new();
    for class in classes {
        if !class.is_empty() && !written.contains(&class) {
            written.push(class);
        }
    }
    let _ = write!(out, "<g class=\"{}\"", written.join(" "));
    if figure.name.is_empty() {
        out.push('>');
    } else {
        let _ = write!(out, " role=\"graphics-symbol img\"><title>{}</title>", escape(&figure.name));
    }
    for (shape, style) in &figure.shapes {
        write_shape(out, shape, style, theme);
    }
    out.push_str("</g>\n");
}

fn write_shape(out: &mut String, shape: &Shape, style: &Style, theme: Theme) {
    match shape {
        Shape::Line(from, to) => {
            let [x1, y1, x2, y2] = [from.x, from.y, to.x, to.y].map(number);
            let _ = write!(out, "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"");
        }
        Shape::Path { points, closed } => {
            let _ = write!(out, "<path d=\"{}{}\"", path(points), if *closed { "Z" } else { "" });
        }
        Shape::Circle { at, radius } => {
            let [x, y, r] = [at.x, at.y, *radius].map(number);
            let _ = write!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"");
        }
        Shape::Rect { at, width, height, round } => {
            let [x, y, w, h, r] = [at.x, at.y, *width, *height, *round].map(number);
            let _ = write!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"{r}\"");
        }
        Shape::Text { at, text, anchor, font } => {
            write_text(out, *at, text, *anchor, *font, style, theme);
            return;
        }
    }
    let fill = style.fill.map_or("none", |tone| theme.colour(tone));
    let _ = write!(out, " fill=\"{fill}\"");
    if let Some(tone) = style.stroke {
        let _ = write!(out, " stroke=\"{}\" stroke-width=\"{}\"", theme.colour(tone), number(style.width));
        if !style.dash.is_empty() {
            let dash: Vec<String> = style.dash.iter().map(|&length| number(length)).collect();
            let _ = write!(out, " stroke-dasharray=\"{}\"", dash.join(" "));
        } else if theme == Theme::Page {
            // The page's style dashes some figures as a whole, and their heads would inherit that.
            out.push_str(" stroke-dasharray=\"none\"");
        }
        if style.is_round {
            out.push_str(" stroke-linecap=\"round\"");
        }
    }
    if style.opacity < 1.0 {
        let _ = write!(out, " opacity=\"{}\"", number(style.opacity));
    }
    out.push_str("/>");
}

fn write_text(
    out: &mut String,
    at: Point,
    text: &str,
    anchor: Anchor,
    font: Font,
    style: &Style,
    theme: Theme,
) {
    let [x, y] = [at.x, at.y].map(number);
    let _ = write!(out, "<text x=\"{x}\" y=\"{y}\"");
    match anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    match font {
        Font::Words => {}
        Font::Code => {
            let _ = write!(out, " class=\"mono\" font-family=\"{MONO}\"");
        }
        Font::Stamp => {
            let _ = write!(out, " class=\"mono stamp\" font-family=\"{MONO}\" font-size=\"10\"");
        }
    }
    let (tone, panel) = (style.fill.unwrap_or(Tone::Ink), theme.colour(Tone::Panel));
    let _ = write!(
        out,
        " fill=\"{}\" stroke=\"{panel}\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\">{}</text>",
        theme.colour(tone),
        escape(text)
    );
}

fn path(points: &[Point]) -> String {
    let mut path = String::new();
    for (place, point) in points.iter().enumerate() {
        let letter = if place == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{letter}{} {}", number(point.x), number(point.y));
    }
    path
}

/// Two digits after the point, none where they are zero: enough for a picture, and short.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text as XML holds it. What XML can't hold at all, such as control characters of a foreign log, is replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([1.0, 0.5, -0.001, 2.346, 100.0].map(number), ["1", "0.5", "0", "2.35", "100"]);
    }

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(escape("<a b=\"&\">\u{0}\n"), "&lt;a b=&quot;&amp;&quot;&gt;\u{fffd} ");
    }
}
