//! The branches that were taken, as a tree: going back and acting starts one, and nothing is thrown away.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::dom;
use super::el::{El, button, el};
use super::page::Page;
use crate::app::screen::{self, BranchRow, ComparisonView, DifferenceRow};
use crate::app::{Comparing, Msg, Rival};

/// The panel's content.
pub fn history(page: Page) -> El {
    let rows = page.slow_part(screen::branches);
    let places = page.slow_part(|model| (model.position(), model.trace().kept_turns()));
    let tree = move || {
        let (here, kept) = places.get();
        let here = format!("you are here, turn {} of {kept}", here.turn);
        rows.with(|rows| level(page, rows, 0, &here).0)
    };
    el("div")
        .class("inspector-body")
        .child(
            el("p")
                .class("muted small")
                .text("Going back and acting starts a branch. Nothing is thrown away."),
        )
        .child(el("div").class("history").shows(tree))
        .child(written(page))
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
            page.send(Msg::Compare(Comparing::With(Rival::Written(field.value()))));
        }
    };
    let says = page.part(|model| model.status.strip_prefix("That cannot be compared: ").map(str::to_owned));
    el("form")
        .class("compare-form")
        .on("submit", go)
        .child(el("label").attr("for", FIELD).text("Compare with the run of a seed or a link"))
        .child(el("div").class("row").child(field).child(el("button").attr("type", "submit").text("Compare")))
        .child(el("p").class("small lost").text_by(move || says.get().unwrap_or_default()))
}

/// What is unlike in the two runs that are compared.
fn differences(page: Page) -> El {
    let part = page.slow_part_while(move || !page.read(crate::app::Model::is_moving), screen::comparison);
    el("div").class("differences").shows(move || {
        let Some(view) = part.get() else { return Vec::new() };
        let stop = button("", move || page.send(Msg::Compare(Comparing::Stop))).text("Stop comparing");
        let rows = view.rows.iter().map(|row| difference(page, row));
        let rest =
            (view.more > 0).then(|| el("p").class("muted small").text(&format!("And {} more.", view.more)));
        vec![
            el("h3").text(&format!("Compared with {}", view.name)),
            el("p").text(&view.says),
            el("p").class("muted small").text(&counted(&view)),
            el("div").class("row").child(stop),
            el("ol")
                .class("causes")
                .attr("aria-label", "Differences")
                .children(rows)
                .maybe(rest.map(|rest| el("li").child(rest))),
        ]
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

fn difference(page: Page, row: &DifferenceRow) -> El {
    let (side, event) = (row.side, row.event);
    let show = move || {
        if let Some(show) = page.show_difference.get_value() {
            show(side, event);
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
    let compare =
        button("compare-with", move || page.send(Msg::Compare(Comparing::With(Rival::Branch(branch)))))
            .attrs(&[
                ("aria-label", &format!("Compare with branch {}: {}", branch.0 + 1, row.title)),
                ("title", "Show it beside the present branch"),
            ])
            .text("Compare");
    el("div").class("branch-row").child(go).child(compare)
}
