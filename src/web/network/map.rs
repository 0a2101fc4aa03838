//! The map itself: nodes, links and packets as elements of SVG, which stay the same elements while the run plays.
//!
//! Coordinates are rounded to a tenth of a pixel before they are compared, so that what has hardly moved is left
//! alone. Must not know what a click does.

use leptos::prelude::*;
use web_sys::{Element, FocusEvent, KeyboardEvent, MouseEvent};

use super::super::el::{El, svg};
use super::{Network, Thing};
use crate::diagram::network::{LinkLine, LinkState, NetworkPicture, NodeMark, PacketMark, Region};
use crate::diagram::shape::{Anchor, Font, Point};
use crate::diagram::{Hit, Label, Tone};
use crate::sim::{NodeStatus, Role};

/// A node as it is drawn.
#[derive(Clone, Debug, PartialEq)]
struct NodeLook {
    thing: Thing,
    at: (i32, i32),
    role: Role,
    status: NodeStatus,
    has_clock: bool,
    class: String,
    name: String,
    is_chosen: Option<bool>,
}

/// Anything else as it is drawn: what it is, where, its class and its name.
#[derive(Clone, Debug, PartialEq)]
struct Look {
    hit: Option<Hit>,
    class: &'static str,
    path: String,
    name: String,
}

impl Network {
    /// The map in the pixels of its box.
    pub(super) fn map(self, size: ReadSignal<(f64, f64)>) -> El {
        let picture = self.picture;
        let ground = svg("g")
            .attr("aria-hidden", "true")
            .child(svg("path").class("graticule").attr_by("d", move || Some(picture.with(graticule))))
            .child(svg("path").class("orbit").attr_by("d", move || Some(picture.with(orbits))));
        let path = |row: RwSignal<Look>| {
            svg("path")
                .attr_by("class", move || Some(row.with(|look| look.class.to_owned())))
                .attr_by("d", move || Some(row.with(|look| look.path.clone())))
        };
        let named = move |row: RwSignal<Look>, role: &str| {
            path(row)
                .attr("role", role)
                .attr_by("aria-label", move || Some(row.with(|look| look.name.clone())))
        };
        let region = move |row| named(row, "img");
        let link = move |row: RwSignal<Look>| {
            let hit = row.with_untracked(|look| look.hit);
            named(row, "button")
                .attr("tabindex", "-1")
                .on("click", move |event: MouseEvent| self.clicked(hit, &event))
        };
        let links = svg("g").each(move || picture.with(links), |look| look.hit, link);
        let cuts = svg("path").class("cut-mark").attr_by("d", move || Some(picture.with(cuts)));
        let is_choosing = move || self.menus.group.with(Option::is_some);
        let nodes = svg("g").each(
            move || picture.with(|picture| nodes(picture, is_choosing())),
            |look| (look.thing, look.role),
            move |row| self.node(row),
        );
        let packets = svg("g").each(
            move || picture.with(|picture| picture.packets.iter().filter_map(packet).collect()),
            |(thing, ..)| *thing,
            move |row| self.packet(row),
        );
        let labels = svg("g").attr("aria-hidden", "true");
        let labels = labels.each(
            move || picture.with(|picture| picture.labels.clone()),
            |label| label.text.clone(),
            text,
        );
        let map = svg("svg")
            .class("network-map")
            .attrs(&[("role", "group"), ("aria-label", "Nodes and packets")])
            .attr_by("viewBox", move || Some(format!("0 0 {} {}", size.get().0, size.get().1)))
            .child(ground)
            .child(svg("g").each(move || picture.with(regions), |look| look.name.clone(), region))
            .child(links)
            .child(cuts)
            .child(nodes)
            .child(packets)
            .child(labels);
        let own = map.raw().clone();
        self.keep_stop();
        map.on("keydown", move |event: KeyboardEvent| self.on_key(&event)).on(
            "click",
            move |event: MouseEvent| {
                // Near a link, or between two things, the picture knows what is meant.
                let place = own.get_bounding_client_rect();
                let at = Point::new(
                    f64::from(event.client_x()) - place.left(),
                    f64::from(event.client_y()) - place.top(),
                );
                let hit = self.picture.with_untracked(|picture| picture.hit(at));
                self.clicked(hit, &event);
            },
        )
    }

    fn clicked(self, hit: Option<Hit>, event: &MouseEvent) {
        event.stop_propagation();
        let Some(hit) = hit else { return };
        // Screen readers click without a place: then it is that of the element.
        let (mut x, mut y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        if (x, y) == (0.0, 0.0)
            && let Some(target) = event
                .current_target()
                .and_then(|target| wasm_bindgen::JsCast::dyn_into::<Element>(target).ok())
        {
            let place = target.get_bounding_client_rect();
            (x, y) = (place.left() + place.width() / 2.0, place.top() + place.height() / 2.0);
        }
        self.open(hit, x + 6.0, y + 6.0);
    }

    /// What nodes and packets have in common: a name, a menu, and a place in the order of Tab.
    fn reachable(self, thing: Thing, shape: El) -> El {
        let hit = Some(thing.hit());
        shape
            .attrs(&[("role", "button"), ("id", &thing.id())])
            .attr_by("tabindex", move || {
                Some(if self.stop.get() == Some(thing) { "0" } else { "-1" }.to_owned())
            })
            .on("focus", move |_: FocusEvent| self.stop.set(Some(thing)))
            .on("click", move |event: MouseEvent| self.clicked(hit, &event))
            .on("contextmenu", move |event: MouseEvent| {
                event.prevent_default();
                self.clicked(hit, &event);
            })
            .child(circle("hit", 12.0))
            .child(circle("halo", 10.0))
    }

    fn node(self, row: RwSignal<NodeLook>) -> El {
        let first = row.get_untracked();
        let body = match first.role {
            Role::Satellite => svg("circle").class("body").attr_by("r", move || {
                let is_up = row.with(|look| look.status == NodeStatus::Up);
                Some(if is_up { "4.2" } else { "6" }.to_owned())
            }),
            Role::Station => path("body", "M0 -7l6.5 11h-13z"),
            Role::Server => path("body", "M-5 -5h10v10h-10z"),
            Role::Client => path("body", "M0 -6.5l5.5 5v6.5h-11v-6.5z"),
        };
        let badge = move || {
            let (status, has_clock) = row.with(|look| (look.status, look.has_clock));
            let state = match status {
                NodeStatus::Up => None,
                NodeStatus::Paused => Some(path("badge", "M-1.8 -2.4v4.8m3.6 -4.8v4.8")),
                NodeStatus::Down => Some(path("badge", "M-2 -2l4 4m0 -4l-4 4")),
            };
            let clock = has_clock
                .then(|| path("badge clock", "M4.5 -8a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0M9 -10.5v2.5h2"));
            state.into_iter().chain(clock).collect()
        };
        self.reachable(first.thing, svg("g"))
            .attr_by("class", move || Some(row.with(|look| look.class.clone())))
            .attr_by("transform", move || Some(row.with(|look| moved(look.at))))
            .attr_by("aria-label", move || Some(row.with(|look| look.name.clone())))
            .attr_by("aria-pressed", move || {
                row.with(|look| look.is_chosen.map(|is_chosen| is_chosen.to_string()))
            })
            .child(body)
            .shows(badge)
    }

    fn packet(self, row: RwSignal<PacketLook>) -> El {
        let thing = row.with_untracked(|(thing, ..)| *thing);
        let body = svg("rect").class("body").attrs(&[
            ("x", "-4"),
            ("y", "-4"),
            ("width", "8"),
            ("height", "8"),
            ("rx", "1.5"),
        ]);
        self.reachable(thing, svg("g"))
            .attr_by("class", move || Some(row.with(|(_, _, class, _)| (*class).to_owned())))
            .attr_by("transform", move || Some(row.with(|(_, at, _, _)| moved(*at))))
            .attr_by("aria-label", move || Some(row.with(|(_, _, _, name)| name.clone())))
            .child(body)
    }
}

impl Thing {
    pub(super) const fn hit(self) -> Hit {
        match self {
            Self::Node(node) => Hit::Node(node),
            Self::Packet(message, copy) => Hit::Message(message, copy),
        }
    }

    /// The id of its element.
    pub(super) fn id(self) -> String {
        match self {
            Self::Node(node) => format!("node-{}", node.0),
            Self::Packet(message, copy) => format!("packet-{}-{copy}", message.0),
        }
    }
}

/// A packet as it is drawn: what it is, where, its class and its name.
type PacketLook = (Thing, (i32, i32), &'static str, String);

fn packet(mark: &PacketMark) -> Option<PacketLook> {
    let Hit::Message(message, copy) = mark.hit else { return None };
    let class = match (mark.is_copy, mark.is_selected) {
        (false, false) => "packet",
        (false, true) => "packet selected",
        (true, false) => "packet copy",
        (true, true) => "packet copy selected",
    };
    Some((Thing::Packet(message, copy), tenths(mark.at), class, mark.name.clone()))
}

fn nodes(picture: &NetworkPicture, is_choosing: bool) -> Vec<NodeLook> {
    let look = |mark: &NodeMark| {
        let mut class = String::from("node");
        let classes = [
            (mark.role == Role::Satellite, " satellite"),
            (mark.role != Role::Satellite, " station"),
            (mark.status == NodeStatus::Paused, " paused"),
            (mark.status == NodeStatus::Down, " crashed"),
            (mark.clock_off.is_some(), " clock"),
            (mark.is_selected, " selected"),
            (mark.is_chosen, " chosen"),
            (mark.is_ringed, " parted"),
            (mark.is_unseen, " unseen"),
        ];
        class.extend(classes.into_iter().filter(|(is_so, _)| *is_so).map(|(_, class)| class));
        NodeLook {
            thing: Thing::Node(mark.node),
            at: tenths(mark.at),
            role: mark.role,
            status: mark.status,
            has_clock: mark.clock_off.is_some(),
            class,
            name: mark.name.clone(),
            is_chosen: is_choosing.then_some(mark.is_chosen),
        }
    };
    picture.nodes.iter().map(look).collect()
}

fn links(picture: &NetworkPicture) -> Vec<Look> {
    let look = |link: &LinkLine| Look {
        hit: Some(Hit::Link(link.id)),
        class: match (link.state, link.is_between_satellites) {
            (LinkState::Open, false) => "link",
            (LinkState::Open, true) => "link between-satellites",
            (LinkState::OneWay, _) => "link one-way",
            (LinkState::Cut, _) => "link cut",
        },
        path: lines(&link.pieces),
        name: link.name.clone(),
    };
    picture.links.iter().map(look).collect()
}

/// A cross on each link that is cut, in the middle of its longer piece.
fn cuts(picture: &NetworkPicture) -> String {
    let cut = picture.links.iter().filter(|link| link.state == LinkState::Cut);
    let longest = cut
        .filter_map(|link| link.pieces.iter().max_by(|a, b| a.0.distance(a.1).total_cmp(&b.0.distance(b.1))));
    let cross = |(from, to): &(Point, Point)| {
        let at = from.toward(*to, 0.5);
        format!("M{:.1} {:.1}l8 8m0 -8l-8 8", at.x - 4.0, at.y - 4.0)
    };
    longest.map(cross).collect()
}

fn regions(picture: &NetworkPicture) -> Vec<Look> {
    let look = |region: &Region| Look {
        hit: None,
        class: "partition",
        path: if region.outline.is_empty() { String::new() } else { path_of(&region.outline) + "z" },
        name: region.name.clone(),
    };
    picture.regions.iter().map(look).collect()
}

fn graticule(picture: &NetworkPicture) -> String {
    lines(&picture.graticule)
}

fn orbits(picture: &NetworkPicture) -> String {
    picture.orbits.iter().map(|track| path_of(track)).collect()
}

fn lines(pieces: &[(Point, Point)]) -> String {
    pieces.iter().map(|(from, to)| path_of(&[*from, *to])).collect()
}

fn path_of(points: &[Point]) -> String {
    let mut path = String::new();
    for (place, point) in points.iter().enumerate() {
        path += &format!("{}{:.1} {:.1}", if place == 0 { 'M' } else { 'L' }, point.x, point.y);
    }
    path
}

fn text(row: RwSignal<Label>) -> El {
    let of = move |of: fn(&Label) -> String| move || Some(row.with(of));
    svg("text")
        .attr_by(
            "class",
            of(|label| {
                let font = if label.font == Font::Words { "" } else { "mono " };
                let tone = match label.tone {
                    Tone::Lost => "alarm",
                    Tone::Future => "clock",
                    _ => "",
                };
                format!("{font}{tone}")
            }),
        )
        .attr_by(
            "text-anchor",
            of(|label| {
                match label.anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                }
                .to_owned()
            }),
        )
        .attr_by("x", of(|label| format!("{:.1}", label.at.x)))
        .attr_by("y", of(|label| format!("{:.1}", label.at.y)))
        .text_by(move || row.with(|label| label.text.clone()))
}

fn circle(class: &str, radius: f64) -> El {
    svg("circle").class(class).attr("r", &radius.to_string())
}

fn path(class: &str, path: &str) -> El {
    svg("path").class(class).attr("d", path)
}

/// A place in tenths of a pixel.
fn tenths(at: Point) -> (i32, i32) {
    ((at.x * 10.0).round() as i32, (at.y * 10.0).round() as i32)
}

fn moved((x, y): (i32, i32)) -> String {
    format!("translate({} {})", f64::from(x) / 10.0, f64::from(y) / 10.0)
}
