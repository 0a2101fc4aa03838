//! The branches that were taken, as a tree: going back and acting starts one, and nothing is thrown away.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::dom;
use super::el::{El, button, el};
use super::page::Page;
use super::part::Part;
use crate::app::screen::{self, BranchRow, ComparisonView, DifferenceRow};
use crate::app::{Against, Comparing, Model, Msg, Rival, RivalRun, log_view};
use crate::sim::Unit;

/// The panel's content.
pub fn history(page: Page) -> El {
    let rows = page.slow_part(screen::branches);
    let places = page.slow_part(|model| (model.position(), model.trace().kept_turns()));
    let tree = move || {
        let (here, kept) = places.get();
        let here = format!("you are here, turn {} of {kept}", here.turn);
        rows.with(|rows| level(page, rows, 0, &here).0)
    };
    let is_log = page.part(Model::is_log);
    el("div")
        .class("inspector-body")
        .shows(move || {
            if is_log.get() {
                return vec![el("div").class("history").shows(move || executions(page))];
            }
            let says = "Going back and acting starts a branch. Nothing is thrown away.";
            vec![
                el("p").class("muted small").text(says),
                el("div").class("history").shows(tree),
                written(page),
                el("div").class("row").shows(move || several(page)),
            ]
        })
        .child(refusal(page))
        .child(differences(page))
}

/// The box for a seed or a link whose run is compared.
fn written(page: Page) -> El {
    const FIELD: &str = "compare-text";
    let field = el("input").attrs(&[
        ("type", "text"),
        ("id", FIELD),
        ("placeholder", "7 or #v1:…"),
        ("autocomplete", "off"),
        ("spellcheck", "false"),
    ]);
    let go = move |event: Event| {
        event.prevent_default();
        if let Some(field) = dom::by_id(FIELD).and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
            page.send(Msg::Compare(Comparing::With(Against::Written(field.value()))));
        }
    };
    el("form")
        .class("compare-form")
        .on("submit", go)
        .child(el("label").attr("for", FIELD).text("Compare with the run of a seed or a link"))
        .child(el("div").class("row").child(field).child(el("button").attr("type", "submit").text("Compare")))
}

/// Why something cannot be compared.
fn refusal(page: Page) -> El {
    let says = page.part(|model| model.status.strip_prefix("That cannot be compared: ").map(str::to_owned));
    el("p").class("small lost compare-refused").text_by(move || says.get().unwrap_or_default())
}

/// Buttons for several runs at once: the next seeds, and the choices of each dial of the scene that has some.
fn several(page: Page) -> Vec<El> {
    let with = move |title: &str, against: Against| {
        button("", move || page.send(Msg::Compare(Comparing::With(against.clone())))).text(title)
    };
    let dials = page.part(choices).get();
    let seeds = with("Compare with the next seeds", Against::Seeds);
    let dial = |(title, name): &(String, String)| {
        with(&format!("Compare the choices of: {title}"), Against::Dial(name.clone()))
    };
    std::iter::once(seeds).chain(dials.iter().map(dial)).collect()
}

/// The titles and names of the scene's own dials that are choices.
fn choices(model: &Model) -> Vec<(String, String)> {
    let scene = model.scene();
    let dials = scene.dials.iter().filter(|dial| dial.unit == Unit::Choice);
    dials.map(|dial| (dial.title.to_owned(), format!("{}.{}", scene.id, dial.id))).collect()
}

/// The executions of a log, each of which can be shown, or stand beside the one that is.
fn executions(page: Page) -> Vec<El> {
    let part = page.part(|model| log_view(model).map(|log| (log.executions, log.chosen)));
    let Some((names, chosen)) = part.get() else { return Vec::new() };
    let beside = beside(page);
    let row = |(place, name): (usize, &String)| {
        let name = if name.is_empty() { "The log" } else { name };
        let go = button("branch", move || page.send(Msg::Execution(place))).child(el("span").text(name));
        if place == chosen {
            return el("div").class("branch-row").child(go.attr("aria-current", "true"));
        }
        let is_it = move |rival: &Rival| rival.of == RivalRun::Execution(place);
        let compare = compare_with(page, beside, Against::Execution(place), name, is_it);
        el("div").class("branch-row").child(go).child(compare)
    };
    names.iter().enumerate().map(row).collect()
}

/// The runs that stand beside the present one.
fn beside(page: Page) -> Part<Vec<Arc<Rival>>> {
    page.part(|model| model.view.beside.rivals.clone())
}

/// A button that has a run stand beside the present one, or puts it away.
fn compare_with(
    page: Page,
    beside: Part<Vec<Arc<Rival>>>,
    against: Against,
    name: &str,
    is_it: impl Fn(&Rival) -> bool + Copy + 'static,
) -> El {
    let place = move |rivals: &Vec<Arc<Rival>>| rivals.iter().position(|rival| is_it(rival));
    let flip = move || {
        let there = beside.with_untracked(place);
        page.send(Msg::Compare(there.map_or_else(|| Comparing::With(against.clone()), Comparing::Drop)));
    };
    button("compare-with", flip)
        .attrs(&[
            ("aria-label", &format!("Compare with {name}")),
            ("title", "Show it beside the present run"),
        ])
        .flag_by("aria-pressed", move || beside.with(|rivals| place(rivals).is_some()))
        .text("Compare")
}

/// What is unlike in the runs that are compared.
fn differences(page: Page) -> El {
    let all = |model: &Model| {
        (0..model.others().len()).filter_map(|place| screen::comparison(model, place)).collect::<Vec<_>>()
    };
    let part = page.slow_part_while(move || !page.read(Model::is_moving), all);
    el("div").class("differences").shows(move || {
        let views = part.get();
        let Some(last) = views.len().checked_sub(1) else { return Vec::new() };
        let stop = button("", move || page.send(Msg::Compare(Comparing::Stop))).text("Stop comparing");
        let mut parts = vec![el("div").class("row").child(stop)];
        for (place, view) in views.iter().enumerate() {
            let rows = view.rows.iter().map(|row| difference(page, place, row));
            let rest = (view.more > 0)
                .then(|| el("p").class("muted small").text(&format!("And {} more.", view.more)));
            let label =
                if last == 0 { "Differences".to_owned() } else { format!("Differences from {}", view.name) };
            parts.extend([
                el("h3").text(&format!("Compared with {}", view.name)),
                el("p").text(&view.says),
                el("p").class("muted small").text(&counted(view)),
                el("ol")
                    .class("causes")
                    .attr("aria-label", &label)
                    .children(rows)
                    .maybe(rest.map(|rest| el("li").child(rest))),
            ]);
        }
        parts
    })
}

fn counted(view: &ComparisonView) -> String {
    let [here, there, alike] = view.counts;
    match here + there + alike {
        0 => "Nothing differs.".to_owned(),
        1 => "One difference. Choose it to see it in the picture.".to_owned(),
        all => format!("{all} differences. Choose one to see it in the picture."),
    }
}

fn difference(page: Page, place: usize, row: &DifferenceRow) -> El {
    let (side, event) = (row.side, row.event);
    let show = move || {
        if let Some(show) = page.show_difference.get_value() {
            show(place, side, event);
        }
    };
    el("li").child(button("link", show).text(&row.what)).child(el("span").class("muted").text(&row.how))
}

/// The rows from the first on that lie at this depth or below it, and how many they are.
fn level(page: Page, rows: &[BranchRow], depth: usize, here: &str) -> (Vec<El>, usize) {
    let (mut made, mut place) = (Vec::new(), 0);
    while let Some(row) = rows.get(place).filter(|row| row.depth >= depth) {
        let (children, count) = level(page, &rows[place + 1..], row.depth + 1, here);
        place += 1 + count;
        made.push(branch(page, row, here));
        if count > 0 {
            // A branch and what it led to are siblings; each list item holds one of each.
            made.push(
                el("ol").children(children.chunk_by(|_, next| next.raw().tag_name() == "OL").map(item)),
            );
        }
    }
    (made, place)
}

fn item(parts: &[El]) -> El {
    el("li").children(parts.iter().cloned())
}

fn branch(page: Page, row: &BranchRow, here: &str) -> El {
    let (branch, furthest) = (row.branch, row.furthest);
    let length = if row.is_current { here.to_owned() } else { format!("{} turns", furthest.turn) };
    let go = button("branch", move || page.send(Msg::Branch(branch, furthest)))
        .child(el("span").text(&row.title))
        .child(el("span").class("mono").text(&row.left_at))
        .child(el("span").class("muted").text(&length))
        .children(row.same.iter().map(|same| el("span").class("same").text(same)));
    if row.is_current {
        return el("div").class("branch-row").child(go.attr("aria-current", "true"));
    }
    let name = format!("branch {}", branch.0 + 1);
    let (against, title) = (Against::Branch(branch), format!("{name}: {}", row.title));
    let is_it = move |rival: &Rival| {
        page.read(|model| model.history().branch(branch).is_some_and(|branch| rival.is_branch(model, branch)))
    };
    let compare = compare_with(page, beside(page), against, &title, is_it);
    el("div").class("branch-row").child(go).child(compare)
}
