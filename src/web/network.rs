//! The network view: its head, the map, and the bar with which a group is parted from the others.
//!
//! The picture comes as plain data from the layer `diagram`; here it becomes elements that can be pointed at and
//! reached by keys. Must not know where anything stands and why.

mod keys;
mod map;
mod partition;

use leptos::prelude::*;

use super::dom;
use super::el::{El, button, el};
use super::menus::{self, Menus};
use super::page::Page;
use super::part::Part;
use crate::app::screen::{self, AgencyRow};
use crate::app::{Model, Msg, ViewAs};
use crate::base::{Duration, MessageId, NodeId};
use crate::diagram::Hit;
use crate::diagram::network::{self, Agency, NetworkPicture, NetworkState, NetworkView};
use crate::sim::{Act, InFlight};

/// Something on the map that has a menu and can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Node(NodeId),
    Packet(MessageId, u16),
}

/// The network's own state. Copies are the same network.
#[derive(Clone, Copy)]
struct Network {
    page: Page,
    menus: Menus,
    has_orbits: RwSignal<bool>,
    has_links: RwSignal<bool>,
    has_names: RwSignal<bool>,
    picture: Part<NetworkPicture>,
    /// What Tab leads to.
    stop: RwSignal<Option<Thing>>,
}

/// The network with its head.
pub fn network(page: Page, menus: Menus) -> El {
    let frame = el("div").class("pane-body");
    let size = dom::size_of(&frame);
    let (has_orbits, has_links, has_names) = (RwSignal::new(true), RwSignal::new(true), RwSignal::new(false));
    let is_gliding = RwSignal::new(true);
    dom::follow_media("(prefers-reduced-motion: reduce)", move |is_reduced| is_gliding.set(!is_reduced));
    let picture = page.part(move |model| {
        let (width, height) = size.get();
        let chosen = menus.group.get().into_iter().flatten().collect();
        let view = NetworkView {
            selection: model.view.selection,
            view_as: model.view.view_as,
            chosen,
            has_orbits: has_orbits.get(),
            has_links: has_links.get(),
            has_names: has_names.get(),
            ..NetworkView::new(width.max(1.0), height.max(1.0))
        };
        let mut state = NetworkState::of(model.engine());
        state.agencies = screen::agencies(model).into_iter().map(agency).collect();
        if is_gliding.get() {
            glide(&mut state.in_flight, model);
        }
        network::picture(&state.source(model.engine()), &view)
    });
    let network =
        Network { page, menus, has_orbits, has_links, has_names, picture, stop: RwSignal::new(None) };
    el("section")
        .class("pane network")
        .attr("aria-label", "Network")
        .child(network.head())
        .child(partition::bar(page, menus))
        .child(frame.child(network.map(size)))
}

fn agency(row: AgencyRow) -> Agency {
    Agency { name: row.name.to_owned(), nodes: row.nodes, is_yours: row.is_yours }
}

/// Moves packets on from the last turn to the instant that is shown.
fn glide(flights: &mut [InFlight], model: &Model) {
    let ahead = model.shown_now().since(model.engine().now());
    for packet in flights.iter_mut().filter(|packet| packet.remaining > Duration::ZERO) {
        let (left, passed) = (packet.remaining.0, ahead.0.min(packet.remaining.0));
        let rest = u128::from(1_000_u16.saturating_sub(packet.progress));
        packet.progress += (rest * u128::from(passed) / u128::from(left)) as u16;
        packet.remaining = Duration(left - passed);
    }
}

impl Network {
    /// The title, what there is, and what is drawn of it.
    fn head(self) -> El {
        let page = self.page;
        let says =
            page.part(|model| (model.trace().nodes(), model.engine().in_flight().len(), model.view.view_as));
        let says = move || {
            let (nodes, flights, view_as) = says.get();
            let contacts = self.picture.with(|picture| picture.contacts);
            let links = if contacts == 1 { "link" } else { "links" };
            match view_as {
                ViewAs::Outside => {
                    format!("{nodes} nodes · {contacts} {links} in contact · {flights} in flight")
                }
                // What is on its way is not for a node to know.
                ViewAs::Node(..) => format!("{nodes} nodes · {contacts} {links} in contact"),
            }
        };
        let toggle = |name: &str, is_on: RwSignal<bool>| {
            button("chip", move || is_on.update(|on| *on = !*on))
                .flag_by("aria-pressed", move || is_on.get())
                .text(name)
        };
        let is_map = page.part(|model| model.engine().topology().constellation.is_some());
        let groups = page.part(|model| {
            let groups = menus::groups(model);
            groups.into_iter().map(|group| (menus::join_name(model, &group), group)).collect::<Vec<_>>()
        });
        let join = move |row: RwSignal<(String, Vec<NodeId>)>| {
            let (name, group) = row.get_untracked();
            button("chip", move || page.send(Msg::Act(Act::Join { group: group.clone() }))).text(&name)
        };
        let menus = self.menus;
        let part = button("chip", move || self.begin_partition())
            .attrs(&[("id", "partition"), ("title", "Partition (p)")]);
        // Off a map all names are shown, and there are no orbits.
        let of_map = move || vec![toggle("Orbits", self.has_orbits), toggle("Names", self.has_names)];
        let chips = el("div")
            .class("chips")
            .child(toggle("Links", self.has_links))
            .shows_if(move || is_map.get(), of_map)
            .child(el("span").class("divider"))
            .each(move || groups.get(), Clone::clone, join)
            .child(part.text("Partition…"));
        el("div")
            .class("pane-head")
            .has_by("hidden", move || menus.group.with(Option::is_some))
            .child(el("h2").text("Network"))
            .child(el("span").class("muted").text_by(says))
            .child(chips)
    }

    fn begin_partition(self) {
        self.menus.choose_group([]);
        self.focus_stop();
    }

    /// Opens the menu of a thing, or chooses it for a group while one is being chosen.
    fn open(self, hit: Hit, x: f64, y: f64) {
        let is_choosing = self.menus.group.with_untracked(Option::is_some);
        let target = match hit {
            Hit::Node(node) if is_choosing => {
                self.menus.flip_in_group(node);
                None
            }
            Hit::Node(node) => Some(menus::Target::Node(node)),
            Hit::Message(message, copy) => {
                let flights = self.page.read(|model| model.engine().in_flight());
                let flight =
                    flights.into_iter().find(|flight| flight.message == message && flight.name.copy == copy);
                flight.map(|flight| menus::Target::Packet(flight.name))
            }
            Hit::Link(link) => self.page.read(|model| {
                let link = model.engine().topology().links.get(link.index())?;
                Some(menus::Target::Link(link.from, link.to))
            }),
            Hit::Event(_) | Hit::Block(..) => None,
        };
        if let Some(target) = target.filter(|_| !is_choosing) {
            self.menus.open(target, x, y);
        }
    }
}
