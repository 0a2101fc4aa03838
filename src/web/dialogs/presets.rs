//! Settings that have happened somewhere: each with its story, what it sets, and a button that sets it.
//!
//! They come from a file beside the page. Must not know any of them.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::el::{El, el};
use super::super::page::Page;
use super::super::texts;
use super::{close_button, head};
use crate::app::Msg;
use crate::faults::presets::{self, Told};

/// The dialog.
pub fn sheet(page: Page) -> Vec<El> {
    let list = el("div").class("presets");
    let shown = list.clone();
    // What is made later lives as long as the dialog, too.
    let owner = Owner::current().unwrap_or_default();
    spawn_local(async move {
        let told = match texts::fetch("presets.bin").await {
            Ok(bytes) => postcard::from_bytes::<Vec<Told>>(&bytes)
                .map_err(|_| "the list of presets is damaged; reload the page to try again".to_owned()),
            Err(why) => Err(why),
        };
        match told {
            Ok(all) => owner.with(|| untrack(|| shown.children(all.into_iter().map(|told| one(page, told))))),
            Err(why) => shown.text(&format!("{why}.")),
        };
    });
    let says = "Each sets assumptions and dials, all at once. What it does not name stays as it is. Step back takes it \
                back.";
    vec![
        head("presets", "Real incidents"),
        el("div").class("sheet-body").child(el("p").class("muted").text(says)).child(list),
        el("div").class("sheet-foot").child(close_button("", "Close")),
    ]
}

fn one(page: Page, told: Told) -> El {
    let settings = presets::settings(&told);
    let (id, title, story, ..) = told;
    let (is_set, dials) = page.read(|model| (model.is_set(&settings), model.dials_in_words(&settings)));
    let names: Vec<&str> =
        settings.assume.keys().filter_map(|id| Some(crate::faults::find(id)?.assumption)).collect();
    let fact = |(name, value): &(&'static str, String)| {
        el("div").child(el("dt").text(name)).child(el("dd").text(value))
    };
    let facts = dials.iter().flatten().map(fact);
    let set = {
        let title = title.clone();
        close_button("", "Set")
            .attr("aria-label", &format!("Set: {title}"))
            .on("click", move |_: web_sys::Event| page.send(Msg::Preset(title.clone(), settings.clone())))
    };
    let heading = el("h3").attr("id", &format!("preset-{id}")).text(&title);
    let now = is_set.then(|| el("span").class("set-now").text("set now"));
    el("section")
        .class("preset")
        .attr("aria-labelledby", &format!("preset-{id}"))
        .child(el("div").class("preset-head").child(heading).maybe(now).child(set))
        .child(el("p").text(&story))
        .child(el("p").class("preset-breaks").text(&format!("No longer assumed: {}", names.join(", "))))
        .child(el("dl").class("preset-dials").children(facts))
}
