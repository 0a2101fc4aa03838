//! The map itself: nodes, links and packets as elements of SVG, which stay the same elements while the run plays.
//!
//! Coordinates are rounded to half a pixel before they are compared, and an element is touched only where it
//! differs: a map of sixty nodes hardly changes from one frame to the next. Must not know what a click does.

mod look;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, FocusEvent, KeyboardEvent, MouseEvent};

use super::super::el::{El, follow, svg};
use super::super::part::Part;
use super::{Network, Thing};
use crate::base::{LinkId, MessageId, NodeId};
use crate::diagram::Hit;
use crate::diagram::network::NetworkPicture;
use crate::diagram::shape::Point;
use crate::sim::{NodeStatus, Role};
use look::{Line, Look, NodeLook, PacketLook, Text};

impl Network {
    /// The map in the pixels of its box.
    pub(super) fn map(self, size: ReadSignal<(f64, f64)>) -> El {
        let picture = self.picture;
        let ground = |class: &str, of: fn(&NetworkPicture) -> Line| {
            let line = Part::new(move || picture.with(of));
            svg("path").class(class).attr_by("d", move || Some(line.with(Line::path)))
        };
        let region = |row| named(row, "img");
        let link = |row: RwSignal<Look>| {
            // What is thin is hard to hit: a wider line that is not seen takes the pointer.
            let wide =
                svg("path").class("link-hit").attr_by("d", move || Some(row.with(|look| look.line.path())));
            let id = row.with_untracked(|look| look.hit.map_or_else(String::new, id_of));
            let line = named(row, "button").attrs(&[("tabindex", "-1"), ("id", &id)]);
            svg("g").child(wide).child(line)
        };
        let is_choosing = move || self.menus.group.with(Option::is_some);
        let nodes = svg("g").each(
            move || picture.with(|picture| look::nodes(picture, is_choosing())),
            |look| (look.thing, look.role),
            move |row| self.node(row),
        );
        let packets = svg("g").each(
            move || picture.with(|picture| picture.packets.iter().filter_map(look::packet).collect()),
            |look| look.thing,
            move |row| self.packet(row),
        );
        let labels = svg("g").attr("aria-hidden", "true");
        let labels = labels.each(move || picture.with(look::texts), |text| text.text.clone(), text);
        let map = svg("svg")
            .class("network-map")
            .attrs(&[("role", "group"), ("aria-label", "Nodes and packets")])
            .attr_by("viewBox", move || Some(format!("0 0 {} {}", size.get().0, size.get().1)))
            .child(
                svg("g")
                    .attr("aria-hidden", "true")
                    .children([ground("graticule", look::graticule), ground("orbit", look::orbits)]),
            )
            .child(svg("g").each(move || picture.with(look::regions), |look| look.name.clone(), region))
            .shows_if(
                move || self.page.is_complete.get(),
                move || {
                    let agencies =
                        svg("g").each(move || picture.with(look::agencies), |look| look.name.clone(), region);
                    vec![agencies]
                },
            )
            .child(svg("g").each(move || picture.with(look::links), |look| look.hit, link))
            .child(ground("cut-mark", look::cuts))
            .child(nodes)
            .shows_if(
                move || self.page.is_complete.get(),
                move || {
                    vec![svg("g").each(move || picture.with(look::gauges), |look| look.line.clone(), region)]
                },
            )
            .child(packets)
            .child(labels);
        self.keep_stop();
        self.keep_tab_order();
        // One listener for all: packets come and go many times a second.
        let (own, other) = (map.raw().clone(), map.raw().clone());
        map.on("keydown", move |event: KeyboardEvent| self.on_key(&event))
            .on("focusin", move |event: FocusEvent| {
                if let Some(thing) = event.target().and_then(|target| thing_of(&target)) {
                    self.stop.set(Some(thing));
                }
            })
            .on("click", move |event: MouseEvent| {
                self.clicked(&own, &event);
            })
            .on("contextmenu", move |event: MouseEvent| {
                if self.clicked(&other, &event) {
                    event.prevent_default();
                }
            })
    }

    /// Opens what was clicked, if anything was.
    fn clicked(self, map: &Element, event: &MouseEvent) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let target = target.and_then(|target| target.closest("[id]").ok().flatten());
        let (mut x, mut y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let hit = if (x, y) == (0.0, 0.0) {
            // Screen readers click without a place: then it is that of the element.
            let Some(target) = target else { return false };
            let place = target.get_bounding_client_rect();
            (x, y) = (place.left() + place.width() / 2.0, place.top() + place.height() / 2.0);
            hit_of(&target.id())
        } else {
            // Near a link, or between two things, the picture knows what is meant.
            let place = map.get_bounding_client_rect();
            let at = Point::new(x - place.left(), y - place.top());
            self.picture.with_untracked(|picture| picture.hit(at))
        };
        if let Some(hit) = hit {
            self.open(hit, x + 6.0, y + 6.0);
        }
        hit.is_some()
    }

    /// Tab leads to one thing of the map.
    fn keep_tab_order(self) {
        let mut last = None;
        follow(move || {
            let now = self.stop.get();
            let old = std::mem::replace(&mut last, now);
            for (thing, place) in [(old, "-1"), (now, "0")] {
                let element = thing.and_then(|thing| document().get_element_by_id(&thing.id()));
                if let Some(element) = element {
                    let _ = element.set_attribute("tabindex", place);
                }
            }
        });
    }

    /// What nodes and packets have in common: a name, a menu, and a place in the order of Tab.
    fn reachable(self, thing: Thing) -> El {
        let is_stop = self.stop.get_untracked() == Some(thing);
        svg("g")
            .attrs(&[("role", "button"), ("id", &thing.id()), ("tabindex", if is_stop { "0" } else { "-1" })])
            .child(circle("hit", "12"))
            .child(circle("halo", "10"))
    }

    fn node(self, row: RwSignal<NodeLook>) -> El {
        let first = row.get_untracked();
        let body = match first.role {
            Role::Satellite => circle("body", "4.2"),
            Role::Station => path("body", "M0 -7l6.5 11h-13z"),
            Role::Server => path("body", "M-5 -5h10v10h-10z"),
            Role::Attacker => path("body", "M0 -7l6 7l-6 7l-6 -7z"),
            Role::Client => path("body", "M0 -6.5l5.5 5v6.5h-11v-6.5z"),
        };
        let state = Part::new(move || row.with(|look| (look.status, look.has_clock, look.agency)));
        let badge = move || {
            let (status, has_clock, agency) = state.get();
            let state = match status {
                NodeStatus::Up => None,
                NodeStatus::Paused => Some(path("badge", "M-1.8 -2.4v4.8m3.6 -4.8v4.8")),
                NodeStatus::Down => Some(path("badge", "M-2 -2l4 4m0 -4l-4 4")),
            };
            let clock = has_clock
                .then(|| path("badge clock", "M4.5 -8a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0M9 -10.5v2.5h2"));
            let ring = agency.map(|place| circle(look::ring(place), "7.5"));
            state.into_iter().chain(clock).chain(ring).collect()
        };
        let (shape, disc) = (self.reachable(first.thing), body.clone());
        let element = shape.raw().clone();
        let mut last: Option<NodeLook> = None;
        follow(move || {
            let now = row.get();
            let before = last.as_ref();
            let differs =
                |is_same: fn(&NodeLook, &NodeLook) -> bool| before.is_none_or(|old| !is_same(old, &now));
            if differs(|a, b| a.at == b.at) {
                set(&element, "transform", &look::moved(now.at));
            }
            if differs(|a, b| a.class == b.class) {
                set(&element, "class", &now.class);
            }
            if differs(|a, b| a.name == b.name) {
                set(&element, "aria-label", &now.name);
            }
            if differs(|a, b| a.status == b.status) && now.role == Role::Satellite {
                set(disc.raw(), "r", if now.status == NodeStatus::Up { "4.2" } else { "6" });
            }
            if differs(|a, b| a.is_chosen == b.is_chosen) {
                match now.is_chosen {
                    Some(is_chosen) => {
                        set(&element, "aria-pressed", if is_chosen { "true" } else { "false" });
                    }
                    None => {
                        let _ = element.remove_attribute("aria-pressed");
                    }
                }
            }
            last = Some(now);
        });
        shape.child(body).shows(badge)
    }

    fn packet(self, row: RwSignal<PacketLook>) -> El {
        let thing = row.with_untracked(|look| look.thing);
        let body = svg("rect").class("body").attrs(&[
            ("x", "-4"),
            ("y", "-4"),
            ("width", "8"),
            ("height", "8"),
            ("rx", "1.5"),
        ]);
        let shape = self.reachable(thing);
        let element = shape.raw().clone();
        let mut last: Option<PacketLook> = None;
        follow(move || {
            let now = row.get();
            let before = last.as_ref();
            if before.is_none_or(|old| old.at != now.at) {
                set(&element, "transform", &look::moved(now.at));
            }
            if before.is_none_or(|old| old.class != now.class) {
                set(&element, "class", now.class);
            }
            if before.is_none_or(|old| old.name != now.name) {
                set(&element, "aria-label", &now.name);
            }
            last = Some(now);
        });
        shape.child(body)
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
        id_of(self.hit())
    }
}

/// The id of an element of the map.
fn id_of(hit: Hit) -> String {
    match hit {
        Hit::Node(node) => format!("node-{}", node.0),
        Hit::Message(message, copy) => format!("packet-{}-{copy}", message.0),
        Hit::Link(link) => format!("link-{}", link.0),
        Hit::Event(_) | Hit::Block(..) => String::new(),
    }
}

/// The way back.
fn hit_of(id: &str) -> Option<Hit> {
    let (kind, number) = id.split_once('-')?;
    match kind {
        "node" => Some(Hit::Node(NodeId(number.parse().ok()?))),
        "packet" => {
            let (message, copy) = number.split_once('-')?;
            Some(Hit::Message(MessageId(message.parse().ok()?), copy.parse().ok()?))
        }
        "link" => Some(Hit::Link(LinkId(number.parse().ok()?))),
        _ => None,
    }
}

/// The thing that an element, or what it is part of, stands for.
fn thing_of(target: &EventTarget) -> Option<Thing> {
    let element = target.dyn_ref::<Element>()?.closest("[id]").ok().flatten()?;
    match hit_of(&element.id())? {
        Hit::Node(node) => Some(Thing::Node(node)),
        Hit::Message(message, copy) => Some(Thing::Packet(message, copy)),
        Hit::Link(_) | Hit::Event(_) | Hit::Block(..) => None,
    }
}

/// Something that is only a line, with its name.
fn named(row: RwSignal<Look>, role: &str) -> El {
    let shape = svg("path").attr("role", role);
    let element = shape.raw().clone();
    let mut last: Option<Look> = None;
    follow(move || {
        let now = row.get();
        let before = last.as_ref();
        if before.is_none_or(|old| old.line != now.line) {
            set(&element, "d", &now.line.path());
        }
        if before.is_none_or(|old| old.class != now.class) {
            set(&element, "class", now.class);
        }
        if before.is_none_or(|old| old.name != now.name) {
            set(&element, "aria-label", &now.name);
        }
        last = Some(now);
    });
    shape
}

fn text(row: RwSignal<Text>) -> El {
    let shape = svg("text").text(&row.with_untracked(|text| text.text.clone()));
    let element = shape.raw().clone();
    let mut last: Option<Text> = None;
    follow(move || {
        let now = row.get();
        if last.as_ref().is_none_or(|old| old.at != now.at) {
            set(&element, "transform", &look::moved(now.at));
        }
        if last.as_ref().is_none_or(|old| (old.class, old.anchor) != (now.class, now.anchor)) {
            set(&element, "class", now.class);
            set(&element, "text-anchor", now.anchor);
        }
        last = Some(now);
    });
    shape
}

fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

fn circle(class: &str, radius: &str) -> El {
    svg("circle").class(class).attr("r", radius)
}

fn path(class: &str, path: &str) -> El {
    svg("path").class(class).attr("d", path)
}
