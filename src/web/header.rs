//! The bar on top: scene, seed, whose view, which clock; sharing, exporting, theme and help.

use leptos::prelude::*;

use super::el::{El, button, el, svg};
use super::export;
use super::icons::{ANEW, OPEN, THEME, icon_button};
use super::menu::{Item, menu_button};
use super::page::Page;
use super::part::Part;
use super::theme::Theme;
use crate::app::screen::{self, Choices, Header};
use crate::app::{Dialog, Model, Msg, ViewAs};

/// The bar.
pub fn header(page: Page) -> El {
    let header = page.slow_part(screen::header);
    let field = |class: &str, name: &str, of: fn(&Header) -> &Choices, then: fn(String) -> Msg| {
        el("label").class(class).child(el("span").text(name)).child(choice(page, header, of, then))
    };
    let scene = field("field scene", "Scene", |header| &header.scenes, Msg::Scene);
    let view = field(
        "field view",
        "View as",
        |header| &header.view_as,
        |value| Msg::ViewAs(ViewAs::from_value(&value)),
    );
    let clock = field("field clock", "Clock", |header| &header.clocks, Msg::Clock);
    let is_log = page.part(Model::is_log);
    let share = button("", move || page.open(Dialog::Share))
        .has_by("disabled", move || is_log.get())
        .attr_by("title", move || {
            is_log
                .get()
                .then(|| "A log is too long for a link. Export it, or go back to the scene.".to_owned())
        });
    let is_open = RwSignal::new(false);
    let setup = el("div").class("setup").attr("id", "setup").class_by("is-open", move || is_open.get());
    let toggle = button("setup-toggle", move || is_open.update(|open| *open = !*open))
        .attr("aria-controls", "setup")
        .flag_by("aria-expanded", move || is_open.get())
        .text("Setup");
    el("header")
        .class("top")
        .child(brand())
        .child(scene)
        .child(setup.child(seed(page, header, is_log)).child(view).child(clock))
        .child(
            el("div")
                .class("top-actions")
                .child(toggle)
                .children(opener(page))
                .child(share.text("Share"))
                .children(menu_button(button("", || {}).text("Export"), "Export", export::items(page)))
                .children(theme(page))
                .child(
                    button("icon", move || page.open(Dialog::Help))
                        .attrs(&[("aria-label", "Help"), ("title", "Help (?)")])
                        .text("?"),
                ),
        )
}

/// The menu of what can be looked at besides the scenes.
fn opener(page: Page) -> [El; 2] {
    let items = vec![
        Item::new("A log…", move || page.open(Dialog::Log)),
        Item::new("A figure…", move || page.open(Dialog::Figure)),
    ];
    menu_button(icon_button("icon", "Open", "Open a log, or draw a figure", OPEN, || {}), "Open", items)
}

fn brand() -> El {
    let cone = |class: &str, path: &str| svg("path").class(class).attr("d", path);
    let picture = svg("svg")
        .attrs(&[("viewBox", "0 0 24 24"), ("aria-hidden", "true")])
        .child(cone("", "M3 3h18L12 12z"))
        .child(cone("past", "M3 21h18L12 12z"))
        .child(svg("circle").attrs(&[("cx", "12"), ("cy", "12"), ("r", "2.2")]));
    el("div").class("brand").child(picture).child(el("span").class("brand-name").text("Lightcone"))
}

/// A combobox.
fn choice(page: Page, header: Part<Header>, of: fn(&Header) -> &Choices, then: fn(String) -> Msg) -> El {
    let options = Part::new(move || header.with(|header| of(header).options.clone()));
    // The chosen one says so itself as well: it may come later than its value is set.
    let option = move |(value, name): (String, String)| {
        let is_chosen = header.with_untracked(|header| of(header).chosen == value);
        let option = el("option").attr("value", &value).text(&name);
        if is_chosen { option.attr("selected", "") } else { option }
    };
    let select = el("select").shows(move || options.get().into_iter().map(option).collect());
    select
        .prop_by("value", move || {
            options.with(|_| ());
            header.with(|header| of(header).chosen.clone())
        })
        .on("change", move |event: web_sys::Event| page.send(then(event_target_value(&event))))
}

/// The seed: a field that says what is wrong with what was written, and a button for a new one.
fn seed(page: Page, header: Part<Header>, is_log: Part<bool>) -> El {
    let is_wrong = RwSignal::new(false);
    let written = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        is_wrong.set(text.trim().parse::<u64>().is_err());
        page.send(Msg::Seed(text));
    };
    let anew = move || {
        if let Some(seed) = fresh_seed() {
            is_wrong.set(false);
            page.send(Msg::Seed(seed));
        }
    };
    let input = el("input")
        .attrs(&[("id", "seed"), ("inputmode", "numeric"), ("autocomplete", "off"), ("spellcheck", "false")])
        .prop_by("value", move || header.with(|header| header.seed.clone()))
        .attr_by("aria-invalid", move || is_wrong.get().then(|| "true".to_owned()))
        .attr_by("aria-describedby", move || is_wrong.get().then(|| "seed-error".to_owned()))
        .has_by("disabled", move || is_log.get())
        .on("change", written);
    el("div")
        .class("field seed")
        .child(el("label").attr("for", "seed").text("Seed"))
        .child(input)
        .child(
            icon_button("icon", "New seed", "New seed", ANEW, anew).has_by("disabled", move || is_log.get()),
        )
        .shows_if(
            move || is_wrong.get(),
            || {
                let says = "A seed is a whole number from 0 to 18446744073709551615.";
                vec![el("span").class("field-error").attr("id", "seed-error").text(says)]
            },
        )
}

/// A seed from the machine's own chance. Four digits are enough to tell runs apart, and short enough to be told
/// over a table.
fn fresh_seed() -> Option<String> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).ok()?;
    Some((u32::from_le_bytes(bytes) % 10_000).to_string())
}

fn theme(page: Page) -> [El; 2] {
    let item = |(theme, name): (Theme, &'static str)| Item::Choose {
        name: name.to_owned(),
        is_chosen: Box::new(move || page.theme.get() == theme),
        then: Box::new(move || page.theme.set(theme)),
    };
    let opener = icon_button("icon", "Theme", "Theme", THEME, || {});
    menu_button(opener, "Theme", Theme::ALL.into_iter().map(item).collect())
}
