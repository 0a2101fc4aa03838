//! The bar that takes the head's place while the nodes of one side of a partition are chosen.
//!
//! Must not know how nodes are chosen.

use leptos::prelude::*;
use web_sys::HtmlSelectElement;

use super::super::dom;
use super::super::el::{El, button, el};
use super::super::menus::Menus;
use super::super::page::Page;
use crate::app::Msg;
use crate::base::NodeId;
use crate::sim::Act;

/// What can be cut, in the order of the combobox.
const CUTS: [&str; 3] = ["both ways", "what they send", "what they receive"];

/// The bar, hidden while nothing is chosen.
pub(super) fn bar(page: Page, menus: Menus) -> El {
    let chosen = move || menus.group.get().map(|group| group.into_iter().collect::<Vec<NodeId>>());
    let says = move || {
        let chosen = chosen().unwrap_or_default();
        if chosen.is_empty() {
            return " None chosen yet.".to_owned();
        }
        let names =
            page.read(|model| chosen.iter().map(|node| model.name(*node)).collect::<Vec<_>>().join(", "));
        format!(" {} chosen: {names}", chosen.len())
    };
    let can_cut = move || {
        let count = chosen().map_or(0, |chosen| chosen.len());
        count > 0 && count < page.read(|model| model.trace().nodes())
    };
    let cut = el("select").children(CUTS.map(|name| el("option").text(name)));
    let way = cut.clone();
    let part = move || {
        let way = way.cast::<HtmlSelectElement>().map_or(0, |way| way.selected_index());
        if let Some(group) = untrack(chosen) {
            page.send(Msg::Act(act(group, way, page.read(|model| model.trace().nodes()))));
        }
        leave(menus);
    };
    let words = el("p")
        .attr("role", "status")
        .child(el("b").text("Partition: choose the nodes of one side."))
        .child(el("span").text_by(says));
    el("div")
        .class("mode-bar")
        .attrs(&[("role", "group"), ("aria-label", "Partition")])
        .has_by("hidden", move || menus.group.with(Option::is_none))
        .child(words)
        .child(el("label").class("field").child(el("span").text("Cut")).child(cut))
        .child(button("primary", part).has_by("disabled", move || !can_cut()).text("Cut"))
        .child(button("", move || leave(menus)).text("Cancel"))
}

/// What is done to a group. To lose what it receives is to lose what all others send to it.
fn act(group: Vec<NodeId>, way: i32, nodes: usize) -> Act {
    match way {
        0 => Act::Partition { group, one_way: false },
        1 => Act::Partition { group, one_way: true },
        _ => {
            let others = NodeId::first(nodes).filter(|node| !group.contains(node)).collect();
            Act::Partition { group: others, one_way: true }
        }
    }
}

/// The head comes back, and with it the button that the bar was opened by.
fn leave(menus: Menus) {
    menus.leave_group();
    dom::when_settled(|| {
        if let Some(opener) = dom::by_id("partition") {
            let _ = opener.focus();
        }
    });
}
