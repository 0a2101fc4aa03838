//! One dial: a slider with its number and unit, or a combobox where it picks one of several.
//!
//! The slider has at most a few hundred places, whatever the dial's range: its arrows would take for ever
//! otherwise. Must not know what the dial belongs to.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::dom;
use super::el::{El, el, follow};
use super::page::Page;
use crate::app::Msg;
use crate::app::screen::DialRow;
use crate::sim::Dial;

/// How many places a slider has at most, counted from 0.
const PLACES: i64 = 240;

/// How a dial's values lie along its slider.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    least: i64,
    most: i64,
    is_logarithmic: bool,
}

impl Scale {
    fn of(dial: &DialRow) -> Self {
        Self { least: dial.least, most: dial.most, is_logarithmic: dial.is_logarithmic }
    }

    /// The last place of the slider; the first is 0.
    fn places(self) -> i64 {
        let range = (self.most - self.least).max(1);
        if self.is_logarithmic { range.min(PLACES) } else { (range + self.step() - 1) / self.step() }
    }

    /// What one place is worth where equal ways are equal differences: 1, 2 or 5 and zeros, as people would count.
    fn step(self) -> i64 {
        let (mut step, mut nth) = (1, 0);
        while step * PLACES < self.most - self.least {
            step = if nth % 3 == 1 { step / 2 * 5 } else { step * 2 };
            nth += 1;
        }
        step
    }

    /// Where equal ratios begin: below is only the least value itself, which may be 0.
    fn floor(self) -> f64 {
        (self.least.max(1) as f64).max(self.most as f64 / 1e6)
    }

    /// The value at a place of the slider. In between, values are rounded to what people would write.
    fn value(self, place: i64) -> i64 {
        if place <= 0 {
            self.least
        } else if place >= self.places() {
            self.most
        } else if self.is_logarithmic {
            let share = place as f64 / self.places() as f64;
            let value = self.floor() * libm::pow(self.most as f64 / self.floor(), share);
            round(value).clamp(self.least, self.most)
        } else {
            let value = self.least + place * self.step();
            (value.div_euclid(self.step()) * self.step()).clamp(self.least, self.most)
        }
    }

    /// The place of a value on the slider.
    fn place(self, value: i64) -> i64 {
        let places = self.places();
        if value <= self.least {
            return 0;
        }
        let place = if self.is_logarithmic {
            let share = libm::log(value as f64 / self.floor()) / libm::log(self.most as f64 / self.floor());
            (share * places as f64).round() as i64
        } else {
            // The least place whose value is not below: the values between the ends are whole steps.
            (value - self.least + self.step() - 1) / self.step()
        };
        place.clamp(1, places)
    }
}

/// A number with two digits that count.
fn round(value: f64) -> i64 {
    let scale = libm::pow(10.0, (libm::log10(value.max(1.0)).floor() - 1.0).max(0.0));
    ((value / scale).round() * scale) as i64
}

/// A dial. It keeps its element while its value changes.
pub fn dial(page: Page, first: &DialRow, value: impl Fn() -> Option<i64> + Copy + 'static) -> Option<El> {
    let name = first.name.clone();
    let of = page.read(|model| model.spec().find_dial(&name).map(|(_, dial)| dial)).ok()?;
    let id = format!("dial-{}", name.replace('.', "-"));
    let turn = move |value: i64| page.send_soon(Msg::Dial(name.clone(), value));
    let label = el("label").attr("for", &id).text(first.title);
    let row = el("div").class("dial").attr("title", first.effect).child(label);
    Some(if first.choices.is_empty() {
        row.children(slider(&id, of, Scale::of(first), value, turn))
    } else {
        row.child(select(&id, first.choices, value, turn))
    })
}

fn select(
    id: &str,
    choices: &[&str],
    value: impl Fn() -> Option<i64> + 'static,
    turn: impl Fn(i64) + 'static,
) -> El {
    let option =
        |(place, choice): (usize, &&str)| el("option").attr("value", &place.to_string()).text(choice);
    el("select")
        .attr("id", id)
        .children(choices.iter().enumerate().map(option))
        .prop_by("value", move || value().map_or_else(String::new, |value| value.to_string()))
        .on("change", move |event: web_sys::Event| turn(event_target_value(&event).parse().unwrap_or(0)))
}

/// The slider and its number. What is shown follows the hand at once; the machine is told when the hand rests.
fn slider(
    id: &str,
    of: &'static Dial,
    scale: Scale,
    value: impl Fn() -> Option<i64> + Copy + 'static,
    turn: impl Fn(i64) + 'static,
) -> [El; 2] {
    let held = RwSignal::new(None::<i64>);
    let at = move |event: &web_sys::Event| scale.value(event_target_value(event).parse().unwrap_or(0));
    let input = el("input")
        .attrs(&[("type", "range"), ("id", id), ("min", "0"), ("max", &scale.places().to_string())])
        .on("input", move |event| held.set(Some(at(&event))))
        .on("change", move |event| turn(at(&event)));
    // The slider says its value itself; a number that is announced as well would say it twice.
    let output = el("output").attrs(&[("for", id), ("aria-hidden", "true")]);
    follow(move || {
        // What the machine says counts, once it has said it.
        value();
        held.set(None);
    });
    let (own, number) = (input.clone(), output.clone());
    follow(move || {
        let in_hand = held.get();
        let Some(value) = in_hand.or_else(value) else { return };
        let (place, shown) = (scale.place(value), of.show(value));
        if let Some(input) = own.raw().dyn_ref::<HtmlInputElement>()
            && in_hand.is_none()
        {
            input.set_value(&place.to_string());
        }
        let _ = own.raw().set_attribute("aria-valuetext", &shown);
        dom::set_style(own.raw(), "--v", &(place as f64 / scale.places() as f64).to_string());
        number.raw().set_text_content(Some(&shown));
    });
    [input, output]
}
