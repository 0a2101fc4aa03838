//! What stands in each menu, and whether it can be done now.
//!
//! The run itself is asked what can be done: the menus know no rule. Must not know how a menu is shown.

use super::super::menu::Item;
use super::{Ask, Menus, Target};
use crate::app::screen;
use crate::app::{Looking, Model, Msg, Selection, Sight, ViewAs};
use crate::base::{Duration, NodeId};
use crate::sim::{Act, MessageRef, NodeStatus, SpanKind};

/// What a menu is called and says of what it was opened for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// The menu's name in speech.
    pub(super) name: String,
    /// What it was opened for.
    pub(super) title: String,
    /// A line about it.
    pub(super) what: String,
}

/// The words at the head of a menu.
pub(super) fn words(menus: Menus, target: Target) -> Words {
    menus.page.read(|model| match target {
        Target::Packet(name) => {
            let flight = screen::in_flight(model).into_iter().find(|flight| flight.name == name);
            let (title, what) = flight.map_or_else(
                || (name.to_string(), "no longer in flight".to_owned()),
                |flight| (flight.title, flight.what),
            );
            let what = screen::refusal(model, &Act::Drop(name)).unwrap_or(what);
            Words { name: "Packet".to_owned(), title, what }
        }
        Target::Node(node) => {
            let title = model.name(node).to_owned();
            // How a node is, only the observer outside knows.
            let status = match model.engine().status(node) {
                _ if model.view.view_as != ViewAs::Outside => "",
                NodeStatus::Up => "running",
                NodeStatus::Paused => "paused",
                NodeStatus::Down => "down",
            };
            let refused = screen::refusal(model, &Act::SetSpeed(node, Duration::ZERO));
            let what = refused.unwrap_or_else(|| status.to_owned());
            Words { name: format!("Node {title}"), title, what }
        }
        Target::Lane(node) => {
            let title = model.name(node).to_owned();
            Words { name: format!("Lane of {title}"), title, what: "lane".to_owned() }
        }
        Target::LinksOf(node) => {
            let title = format!("Links of {}", model.name(node));
            Words { name: title.clone(), title, what: String::new() }
        }
        Target::Link(a, b) => {
            let title = format!("{} – {}", model.name(a), model.name(b));
            let refused = screen::refusal(model, &Act::Cut { from: a, to: b, one_way: false });
            Words { name: format!("Link {title}"), title, what: refused.unwrap_or_else(|| "link".to_owned()) }
        }
    })
}

/// The items of a menu.
pub(super) fn items(menus: Menus, target: Target) -> Vec<Item> {
    match target {
        Target::Packet(name) => of_packet(menus, name),
        Target::Node(node) => of_node(menus, node),
        Target::Lane(node) => of_lane(menus, node),
        Target::LinksOf(node) => links_of(menus, node),
        Target::Link(a, b) => of_link(menus, a, b),
    }
}

/// An act, which is disabled while the run says that it cannot be done.
fn act(menus: Menus, name: impl Into<String>, act: Act) -> Item {
    let is_possible = menus.page.read(|model| model.engine().check(&act).is_ok());
    Item::when(is_possible, name, move || menus.page.send(Msg::Act(act.clone())))
}

fn select(menus: Menus, selection: Selection) -> Item {
    Item::new("Inspect", move || {
        menus.page.send(Msg::Select(selection));
        menus.page.open_drawer(super::super::page::Drawer::Details);
    })
}

/// Everything that can be done to a lane; what can be done to its node is a menu further.
fn of_lane(menus: Menus, node: NodeId) -> Vec<Item> {
    let page = menus.page;
    let look = move |name: String, is_possible: bool, change: Looking| {
        Item::when(is_possible, name, move || page.send(Msg::Look(change)))
    };
    let (lanes, is_filtered, has_group, name, is_log) = page.read(|model| {
        let all: Vec<NodeId> = NodeId::first(model.trace().nodes()).collect();
        let lanes = if model.view.lanes.is_empty() { all } else { model.view.lanes.clone() };
        let groups = &model.view.look.groups;
        let has_group = groups.iter().any(|group| group.contains(&node));
        let is_filtered = model.view.look.talks_with.is_some();
        (lanes, is_filtered, has_group, model.name(node).to_owned(), model.is_log())
    });
    let place = lanes.iter().position(|lane| *lane == node);
    let above = place.and_then(|place| lanes.get(place.checked_sub(1)?).copied());
    let below = place.and_then(|place| lanes.get(place + 1).copied());
    let other = |id: NodeId| page.read(|model| model.name(id).to_owned());
    let mut items = vec![
        look("Move up".to_owned(), above.is_some(), Looking::MoveLane(node, -1)),
        look("Move down".to_owned(), below.is_some(), Looking::MoveLane(node, 1)),
        Item::when(lanes.len() > 1, "Hide this lane", move || page.send(Msg::Lane(node, false))),
        Item::new("Show all lanes", move || page.send(Msg::Lanes(Vec::new()))),
        Item::Line,
    ];
    items.extend(
        [above, below]
            .into_iter()
            .flatten()
            .map(|to| look(format!("One band with {}", other(to)), true, Looking::Join(node, to))),
    );
    items.extend([
        look("A lane by itself".to_owned(), has_group, Looking::Part(node)),
        look(format!("Only who talks with {name}"), !is_filtered, Looking::TalksWith(Some(node))),
        look("All, whoever talks with whom".to_owned(), is_filtered, Looking::TalksWith(None)),
        Item::Line,
        select(menus, Selection::Node(node)),
    ]);
    if !is_log {
        let (x, y) = menus.place();
        items.push(Item::new(format!("Do something to {name}…"), move || {
            menus.open(Target::Node(node), x, y);
        }));
    }
    items
}

fn of_packet(menus: Menus, name: MessageRef) -> Vec<Item> {
    let page = menus.page;
    let deliver = Act::Deliver(name);
    let is_there = page.read(|model| model.engine().check(&deliver).is_ok());
    let message = page.read(|model| {
        model.engine().in_flight().into_iter().find(|packet| packet.name == name).map(|packet| packet.message)
    });
    let mut items = vec![
        Item::when(is_there, "Deliver now", move || page.send(Msg::DeliverNow(name))),
        act(menus, "Drop", Act::Drop(name)),
        act(menus, "Duplicate", Act::Duplicate(name)),
        Item::when(is_there, "Delay…", move || menus.ask(Ask::Delay(name))),
    ];
    if let Some(message) = message {
        items.extend([Item::Line, select(menus, Selection::Message(message))]);
    }
    items
}

fn of_node(menus: Menus, node: NodeId) -> Vec<Item> {
    let page = menus.page;
    let name = page.read(|model| model.name(node).to_owned());
    let (x, y) = menus.place();
    let mut items = vec![
        Item::new("Step this node", move || page.send(Msg::StepNode(node))),
        Item::Line,
        act(menus, "Crash", Act::Crash(node)),
        act(menus, "Restart", Act::Restart(node)),
        act(menus, "Pause", Act::Pause(node)),
        act(menus, "Resume", Act::Resume(node)),
        Item::new("Set clock…", move || menus.ask(Ask::Clock(node))),
        Item::Line,
        Item::new("Links…", move || menus.open(Target::LinksOf(node), x, y)),
        Item::new("Partition from here…", move || menus.choose_group([node])),
    ];
    items.extend(
        page.read(groups)
            .into_iter()
            .filter(|group| group.contains(&node))
            .map(|group| act(menus, page.read(|model| join_name(model, &group)), Act::Join { group })),
    );
    items.extend([
        Item::new(format!("View as {name}"), move || page.send(Msg::ViewAs(ViewAs::Node(node, Sight::Saw)))),
        select(menus, Selection::Node(node)),
    ]);
    items
}

/// The groups that are parted from the others now.
pub(in super::super) fn groups(model: &Model) -> Vec<Vec<NodeId>> {
    let spans = model.trace().spans();
    let open = spans.filter(|span| span.kind == SpanKind::Partition && span.to.is_none());
    let mut groups: Vec<Vec<NodeId>> = open.map(|span| span.nodes).collect();
    groups.sort();
    groups.dedup();
    groups
}

/// What joining a group with the others is called.
pub(in super::super) fn join_name(model: &Model, group: &[NodeId]) -> String {
    match group {
        [a, b, c, _, ..] => {
            let names = [a, b, c].map(|node| model.name(*node)).join(", ");
            format!("Join {names} and {} more", group.len() - 3)
        }
        _ => format!("Join {}", group.iter().map(|node| model.name(*node)).collect::<Vec<_>>().join(", ")),
    }
}

fn links_of(menus: Menus, node: NodeId) -> Vec<Item> {
    let (x, y) = menus.place();
    let mut others: Vec<(NodeId, String)> = menus.page.read(|model| {
        let topology = model.engine().topology();
        let links = topology.links.iter().zip(&topology.contact).filter(|(_, is_in_contact)| **is_in_contact);
        let ends = links.filter_map(|(link, _)| match (link.from == node, link.to == node) {
            (true, _) => Some(link.to),
            (_, true) => Some(link.from),
            _ => None,
        });
        ends.map(|other| (other, format!("to {}", model.name(other)))).collect()
    });
    others.sort();
    others.dedup();
    others
        .into_iter()
        .map(|(other, name)| Item::new(name, move || menus.open(Target::Link(node, other), x, y)))
        .collect()
}

fn of_link(menus: Menus, a: NodeId, b: NodeId) -> Vec<Item> {
    let way = |from, to| menus.page.read(|model| format!("{} → {}", model.name(from), model.name(to)));
    let cut = |from, to, one_way| Act::Cut { from, to, one_way };
    // A cut is healed by the same ends in the same order.
    let heal = |from, to| Act::Heal { from, to };
    let is_from_b = menus.page.read(|model| model.engine().check(&heal(a, b)).is_err());
    let heal = if is_from_b { heal(b, a) } else { heal(a, b) };
    vec![
        act(menus, "Cut", cut(a, b, false)),
        act(menus, format!("Cut one way: {}", way(a, b)), cut(a, b, true)),
        act(menus, format!("Cut one way: {}", way(b, a)), cut(b, a, true)),
        act(menus, "Heal", heal),
    ]
}
