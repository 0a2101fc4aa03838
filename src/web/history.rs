//! The branches that were taken, as a tree: going back and acting starts one, and nothing is thrown away.

use super::el::{El, button, el};
use super::page::Page;
use crate::app::Msg;
use crate::app::screen::{self, BranchRow};

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
    let button = button("", move || page.send(Msg::Branch(branch, furthest)))
        .child(el("span").text(&row.title))
        .child(el("span").class("mono").text(&row.left_at))
        .child(el("span").class("muted").text(&length))
        .children(row.same.iter().map(|same| el("span").class("same").text(same)));
    if row.is_current { button.attr("aria-current", "true") } else { button }
}
