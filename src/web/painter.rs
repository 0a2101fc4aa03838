//! Puts a drawing on a canvas of the browser: its tones become the page's colours.
//!
//! The drawing says in which order; here each of its calls becomes one of the browser's. Must not know what the shapes
//! stand for.

use js_sys::JsString;
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::dom;
use super::page::Page;
use crate::diagram::canvas::{self, Canvas};
use crate::diagram::shape::{Anchor, Drawing, Font, Point};
use crate::diagram::{Theme, Tone};

/// How wide the halo around texts is, in pixels.
const HALO: f64 = 3.0;

#[wasm_bindgen]
extern "C" {
    /// The same context, taking texts that lie on the other side already: a text that is handed over is copied, and
    /// what is left of thousands of copies makes a frame late now and then.
    type Context;
    #[wasm_bindgen(method, setter, js_name = fillStyle)]
    fn set_fill_style(this: &Context, style: &JsString);
    #[wasm_bindgen(method, setter, js_name = strokeStyle)]
    fn set_stroke_style(this: &Context, style: &JsString);
    #[wasm_bindgen(method, setter)]
    fn set_font(this: &Context, font: &JsString);
    #[wasm_bindgen(method, js_name = strokeText)]
    fn stroke_text(this: &Context, text: &JsString, x: f64, y: f64);
    #[wasm_bindgen(method, js_name = fillText)]
    fn fill_text(this: &Context, text: &JsString, x: f64, y: f64);
}

/// A painter, who remembers the page's colours until they change.
#[derive(Debug, Default)]
pub struct Painter {
    /// The colours, in the order of [`Tone::ALL`].
    colours: Vec<JsString>,
    /// The fonts, in the order of [`Font`].
    fonts: Vec<JsString>,
    read_at: Option<u32>,
}

/// Counts the times at which colours, or the size of a pixel, may have changed.
pub fn colour_changes(page: Page) -> ReadSignal<u32> {
    let (count, set_count) = signal(0_u32);
    let change = move || {
        // The theme is an attribute that another effect sets in this tick.
        dom::when_settled(move || set_count.update(|count| *count = count.wrapping_add(1)));
    };
    Effect::new(move |_| {
        page.theme.track();
        change();
    });
    for query in ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"] {
        dom::follow_media(query, move |_| change());
    }
    let ratio = StoredValue::new(window().device_pixel_ratio());
    dom::listen::<web_sys::Event>(&window(), "resize", move |_| {
        let now = window().device_pixel_ratio();
        if ratio.get_value() != now {
            ratio.set_value(now);
            change();
        }
    });
    count
}

impl Painter {
    /// Paints a drawing. `changes` is the present count of [`colour_changes`].
    pub fn paint(&mut self, canvas: &HtmlCanvasElement, drawing: &Drawing, changes: u32) {
        if self.read_at != Some(changes) {
            self.read_colours();
            self.read_at = Some(changes);
        }
        self.put(canvas, drawing, window().device_pixel_ratio());
    }

    /// A drawing on a canvas of its own, on the ground that panels have, with two pixels for each of the drawing's.
    pub fn poster(drawing: &Drawing) -> Option<HtmlCanvasElement> {
        let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        let mut painter = Self::default();
        painter.read_colours();
        let context = painter.put(&canvas, drawing, 2.0)?;
        // The ground goes below what is there.
        context.set_global_composite_operation("destination-over").ok()?;
        context.unchecked_ref::<Context>().set_fill_style(painter.colour(Tone::Panel)?);
        context.fill_rect(0.0, 0.0, drawing.width, drawing.height);
        Some(canvas)
    }

    fn put(
        &mut self,
        canvas: &HtmlCanvasElement,
        drawing: &Drawing,
        ratio: f64,
    ) -> Option<CanvasRenderingContext2d> {
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok().flatten()?.dyn_into().ok()?;
        let pixels = |length: f64| (length * ratio).round() as u32;
        let (width, height) = (pixels(drawing.width), pixels(drawing.height));
        // Setting the size clears the canvas, and takes time even if it stays the same.
        if (canvas.width(), canvas.height()) != (width, height) {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, drawing.width, drawing.height);
        context.set_line_join("round");
        canvas::paint(
            drawing,
            &mut Brush { painter: self, context: context.clone(), line: None, font: None },
        );
        Some(context)
    }

    fn read_colours(&mut self) {
        let root = document().document_element();
        let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
        let read = |token: &str| {
            let value = style.as_ref().and_then(|style| style.get_property_value(token).ok());
            value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let colour = |tone: Tone| {
            read(tone.token()).map_or_else(|| JsString::from(Theme::Light.colour(tone)), JsString::from)
        };
        self.colours = Tone::ALL.into_iter().map(colour).collect();
        let family = |token, other: &str| read(token).unwrap_or_else(|| other.to_owned());
        let font = |font: Font| {
            let family = match font {
                Font::Words => family("--sans", "sans-serif"),
                Font::Code | Font::Stamp => family("--mono", "monospace"),
            };
            JsString::from(format!("{}px {family}", font.size()))
        };
        self.fonts = [Font::Words, Font::Code, Font::Stamp].map(font).into();
    }

    fn colour(&self, tone: Tone) -> Option<&JsString> {
        let place = Tone::ALL.iter().position(|known| *known == tone)?;
        self.colours.get(place)
    }

    fn font(&self, font: Font) -> Option<&JsString> {
        self.fonts.get(match font {
            Font::Words => 0,
            Font::Code => 1,
            Font::Stamp => 2,
        })
    }
}

/// How lines are drawn but for their colour: width, dashes, and whether ends are round.
type Line = (f64, &'static [f64], bool);

/// A canvas of the browser with the painter's colours. It remembers what it set last: to set it again takes time.
struct Brush<'a> {
    painter: &'a Painter,
    context: CanvasRenderingContext2d,
    line: Option<Line>,
    font: Option<Font>,
}

impl Brush<'_> {
    fn context(&self) -> &Context {
        self.context.unchecked_ref()
    }
}

impl Canvas for Brush<'_> {
    fn set_fill(&mut self, tone: Tone) {
        if let Some(colour) = self.painter.colour(tone) {
            self.context().set_fill_style(colour);
        }
    }

    fn set_stroke(&mut self, tone: Tone, width: f64, dash: &'static [f64], is_round: bool) {
        if self.line != Some((width, dash, is_round)) {
            if self.line.is_none_or(|(_, before, _)| before != dash) {
                let dash: js_sys::Array = dash.iter().map(|length| JsValue::from_f64(*length)).collect();
                let _ = self.context.set_line_dash(&dash);
            }
            self.context.set_line_width(width);
            self.context.set_line_cap(if is_round { "round" } else { "butt" });
            self.line = Some((width, dash, is_round));
        }
        if let Some(colour) = self.painter.colour(tone) {
            self.context().set_stroke_style(colour);
        }
    }

    fn set_opacity(&mut self, opacity: f64) {
        self.context.set_global_alpha(opacity);
    }

    fn set_font(&mut self, font: Font, anchor: Anchor) {
        if self.font != Some(font)
            && let Some(name) = self.painter.font(font)
        {
            self.context().set_font(name);
            self.font = Some(font);
        }
        self.context.set_text_align(match anchor {
            Anchor::Start => "left",
            Anchor::Middle => "center",
            Anchor::End => "right",
        });
    }

    fn begin_path(&mut self) {
        self.context.begin_path();
    }

    fn move_to(&mut self, at: Point) {
        self.context.move_to(at.x, at.y);
    }

    fn line_to(&mut self, at: Point) {
        self.context.line_to(at.x, at.y);
    }

    fn close_path(&mut self) {
        self.context.close_path();
    }

    fn circle(&mut self, at: Point, radius: f64) {
        self.context.move_to(at.x + radius, at.y);
        let _ = self.context.arc(at.x, at.y, radius, 0.0, std::f64::consts::TAU);
    }

    fn rect(&mut self, at: Point, width: f64, height: f64, round: f64) {
        if round > 0.0 {
            let most = width.min(height) / 2.0;
            let _ = self.context.round_rect_with_f64(at.x, at.y, width, height, round.min(most));
        } else {
            self.context.rect(at.x, at.y, width, height);
        }
    }

    fn fill(&mut self) {
        self.context.fill();
    }

    fn stroke(&mut self) {
        self.context.stroke();
    }

    fn texts(&mut self, texts: &[(Point, &str)], tone: Tone) {
        // All halos lie below all texts. Each text is handed over once: it is copied on its way, and copies are litter.
        let handed: Vec<JsString> = texts.iter().map(|(_, text)| JsString::from(*text)).collect();
        self.set_stroke(Tone::Panel, HALO, &[], false);
        for (text, (at, _)) in handed.iter().zip(texts) {
            self.context().stroke_text(text, at.x, at.y);
        }
        self.set_fill(tone);
        for (text, (at, _)) in handed.iter().zip(texts) {
            self.context().fill_text(text, at.x, at.y);
        }
    }
}
