//! A node in full: its state, memory, disk, timers and log, and what a hand can do to it.
//!
//! Must not know what the node's program is.

use leptos::prelude::*;

use super::super::el::{El, button, el};
use super::super::menus::{Ask, Menus};
use super::super::page::Page;
use super::super::part::Part;
use super::{section, values};
use crate::app::screen::{Belief, Inspector, NodeView};
use crate::app::{Msg, Sight, ViewAs};
use crate::base::NodeId;
use crate::sim::{Act, NodeStatus};

/// The node that was selected.
pub(super) fn of_node(page: Page, menus: Menus, node: NodeId, part: Part<Inspector>) -> Vec<El> {
    let Some(first) = part.with_untracked(|part| node_of(part).cloned()) else { return Vec::new() };
    let status = Part::new(move || part.with(|part| node_of(part).map(|node| node.status)));
    let title = el("h2")
        .class("inspector-title")
        .child(el("span").class("mono").text(&first.name))
        .text(&format!(" · {}", first.what));
    vec![
        title,
        deeds(page, menus, node, &first.name, status),
        part_of("Now", part, |node| node.now.clone(), |now| values(&now)),
        part_of("What the attacker has learned", part, |node| node.learned.clone(), |says| sentences(&says)),
        beliefs(page, part),
        part_of(
            "Memory, lost in a crash",
            part,
            |node| node.memory.iter().cloned().collect(),
            |memory| text(&memory),
        ),
        part_of(
            "Disk, kept in a crash",
            part,
            |node| node.disk.clone(),
            |disk| text(&disk.iter().map(|(key, bytes)| format!("{key}: {bytes} bytes")).collect::<Vec<_>>()),
        ),
        part_of(
            "Timers",
            part,
            |node| node.timers.clone(),
            |timers| {
                text(&timers.iter().map(|(name, left)| format!("{name}: in {left}")).collect::<Vec<_>>())
            },
        ),
        part_of("Log", part, |node| node.log.clone(), |log| lines(&log)),
    ]
}

fn node_of(part: &Inspector) -> Option<&NodeView> {
    match part {
        Inspector::Node(node) => Some(node),
        Inspector::Empty(_) | Inspector::Event(_) | Inspector::Message(_) => None,
    }
}

fn part_of<T>(heading: &str, part: Part<Inspector>, of: fn(&NodeView) -> Vec<T>, show: fn(Vec<T>) -> El) -> El
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let rows = Part::new(move || part.with(|part| node_of(part).map(of).unwrap_or_default()));
    section(heading.to_owned(), move || rows.get(), show)
}

/// What it can believe beside what is so. Whoever looks with its eyes has to ask for what is so.
fn beliefs(page: Page, part: Part<Inspector>) -> El {
    let is_asked = RwSignal::new(false);
    let is_outside = page.part(|model| model.view.view_as == ViewAs::Outside);
    let shows = move || is_outside.get() || is_asked.get();
    let rows = Part::new(move || {
        part.with(|part| node_of(part).map(|node| node.beliefs.clone()).unwrap_or_default())
    });
    el("div").shows(move || {
        let is_told = shows();
        let row = |belief: &Belief| {
            let so = is_told.then(|| el("td").text(&belief.so));
            el("tr")
                .child(el("th").attr("scope", "row").text(&belief.about))
                .child(el("td").text(&belief.believes))
                .maybe(so)
        };
        let head = |name: &str| el("th").attr("scope", "col").text(name);
        let heads = el("tr").child(head("Of")).child(head("It can believe"));
        let heads = heads.maybe(is_told.then(|| head("What is so")));
        let table = el("table")
            .class("beliefs")
            .child(el("thead").child(heads))
            .child(el("tbody").children(rows.get().iter().map(row)));
        let ask = button("", move || is_asked.update(|is_asked| *is_asked = !*is_asked))
            .flag_by("aria-pressed", move || is_asked.get())
            .text("Show what is so");
        let ask = (!is_outside.get()).then_some(ask);
        vec![el("h3").text("What it believes, beside what is so"), table].into_iter().chain(ask).collect()
    })
}

fn text(lines: &[String]) -> El {
    el("pre").class("decoded").text(&lines.join("\n"))
}

fn sentences(lines: &[String]) -> El {
    el("ul").class("learned").children(lines.iter().map(|line| el("li").text(line)))
}

/// The lines of a log, the newest first.
fn lines(log: &[(String, String)]) -> El {
    let line =
        |(time, text): &(String, String)| el("li").child(el("time").text(time)).child(el("span").text(text));
    el("ol").class("log").children(log.iter().rev().map(line))
}

/// What a hand can do to it. Deeds that undo one another share a button, so that the focus stays where it is.
fn deeds(page: Page, menus: Menus, node: NodeId, name: &str, status: Part<Option<NodeStatus>>) -> El {
    let is = move |wanted: NodeStatus| status.get() == Some(wanted);
    let say = |is_so: bool, yes: &str, no: &str| if is_so { yes } else { no }.to_owned();
    let crash = button("", move || {
        page.send(Msg::Act(if is(NodeStatus::Down) { Act::Restart(node) } else { Act::Crash(node) }));
    });
    let pause = button("", move || {
        page.send(Msg::Act(if is(NodeStatus::Paused) { Act::Resume(node) } else { Act::Pause(node) }));
    });
    el("div")
        .class("row")
        .child(button("", move || page.send(Msg::StepNode(node))).text("Step this node"))
        .child(crash.text_by(move || say(is(NodeStatus::Down), "Restart", "Crash")))
        .child(
            pause
                .text_by(move || say(is(NodeStatus::Paused), "Resume", "Pause"))
                .has_by("disabled", move || is(NodeStatus::Down)),
        )
        .child(button("", move || menus.ask(Ask::Clock(node))).text("Set clock…"))
        .child(
            button("", move || page.send(Msg::ViewAs(ViewAs::Node(node, Sight::Saw))))
                .text(&format!("View as {name}")),
        )
}
