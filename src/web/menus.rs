//! The menus of packets, nodes and links: everything that a hand can do to a run.
//!
//! There is one menu for all of them, whose content follows what it was opened for. Opening it stops the run, since
//! a packet would be gone before it was chosen. Must not know where things are drawn.

mod ask;
mod items;

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::el::{El, el};
use super::page::Page;
use super::{dom, menu};
use crate::app::{Model, Msg};
use crate::base::NodeId;
use crate::sim::MessageRef;

pub(super) use items::{groups, join_name};

/// What a menu is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A copy of a message in flight.
    Packet(MessageRef),
    /// A node.
    Node(NodeId),
    /// The lane of a node in the diagram.
    Lane(NodeId),
    /// The links of a node, to choose one of them.
    LinksOf(NodeId),
    /// The link between two nodes.
    Link(NodeId, NodeId),
}

/// What must be asked before it can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// For how long a message is held back.
    Delay(MessageRef),
    /// By how much a node's wall clock is off.
    Clock(NodeId),
}

/// The menus, to be passed around. Copies are the same menus.
#[derive(Clone, Copy)]
pub struct Menus {
    page: Page,
    menu: StoredValue<El, LocalStorage>,
    target: RwSignal<Option<(Target, f64, f64)>>,
    asked: RwSignal<Option<Ask>>,
    /// The nodes of one side, while a group is being chosen that shall be parted from the others.
    pub group: RwSignal<Option<BTreeSet<NodeId>>>,
}

impl Menus {
    /// Menus that are closed. To be called once, by the root.
    pub fn new(page: Page) -> Self {
        Self {
            page,
            menu: StoredValue::new_local(menu::menu("")),
            target: RwSignal::new(None),
            asked: RwSignal::new(None),
            group: RwSignal::new(None),
        }
    }

    /// Opens the menu of something at a place of the window.
    pub fn open(self, target: Target, x: f64, y: f64) {
        if self.page.read(Model::is_moving) {
            self.page.send(Msg::Pause);
        }
        self.target.set(Some((target, x, y)));
        dom::when_settled(move || menu::open(&self.menu.get_value(), x, y));
    }

    /// Where the menu was opened last.
    fn place(self) -> (f64, f64) {
        self.target.get_untracked().map_or((0.0, 0.0), |(_, x, y)| (x, y))
    }

    /// Asks what must be known first.
    pub fn ask(self, ask: Ask) {
        self.asked.set(Some(ask));
    }

    /// Begins to choose a group, with these nodes in it so far.
    pub fn choose_group(self, nodes: impl IntoIterator<Item = NodeId>) {
        self.group.set(Some(nodes.into_iter().collect()));
    }

    /// Puts a node into the group that is being chosen, or takes it out.
    pub fn flip_in_group(self, node: NodeId) {
        self.group.update(|group| {
            if let Some(group) = group
                && !group.remove(&node)
            {
                group.insert(node);
            }
        });
    }

    /// No group is being chosen any more.
    pub fn leave_group(self) {
        self.group.set(None);
    }

    /// The menu and the dialogs, closed. To be put behind the page's layout, once.
    pub fn view(self) -> [El; 3] {
        let menu = self.menu.get_value();
        let owner = menu.clone();
        let menu = menu
            .attr_by("aria-label", move || {
                self.target.get().map(|(target, ..)| items::words(self, target).name)
            })
            .shows(move || {
                let Some((target, ..)) = self.target.get() else { return Vec::new() };
                let words = items::words(self, target);
                let title = el("p").class("menu-title").attr("role", "presentation");
                let title = title.child(el("b").text(&words.title)).text(&words.what);
                let items = items::items(self, target).into_iter().map(|item| menu::item(&owner, item));
                std::iter::once(title).chain(items).collect()
            });
        [menu, ask::delay(self), ask::clock(self)]
    }
}
