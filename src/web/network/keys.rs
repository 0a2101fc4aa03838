//! Walking the map by keys: to the nearest thing that way, and into its menu.
//!
//! The map is one stop of Tab. Must not know how anything is drawn.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, SvgElement};

use super::super::dom;
use super::super::el::follow;
use super::super::keys::{self, Command, Place};
use super::{Network, Thing};
use crate::diagram::Hit;
use crate::diagram::network::NetworkPicture;
use crate::diagram::shape::Point;

impl Network {
    /// A key was pressed with the focus in the map.
    pub(super) fn on_key(self, event: &KeyboardEvent) {
        let is_choosing = self.menus.group.with_untracked(Option::is_some);
        if is_choosing && event.key() == "Escape" {
            self.menus.leave_group();
            event.prevent_default();
            return;
        }
        let is_space = event.key() == " " || event.key() == "ContextMenu";
        let command = keys::command(Place::Network, event, self.page.has_single_keys.get_untracked());
        match command.or(is_space.then_some(Command::Menu)) {
            Some(Command::Left) => self.walk(|x, y| (-x, y)),
            Some(Command::Right) => self.walk(|x, y| (x, y)),
            Some(Command::Up) => self.walk(|x, y| (-y, x)),
            Some(Command::Down) => self.walk(|x, y| (y, x)),
            Some(Command::Menu) => self.open_stop(event),
            Some(Command::Partition) => self.begin_partition(),
            // All others belong elsewhere.
            _ => return,
        }
        event.prevent_default();
    }

    /// Moves the focus to the nearest thing in a direction. `turn` gives how far ahead and how far aside a place is.
    fn walk(self, turn: fn(f64, f64) -> (f64, f64)) {
        let to = self.picture.with_untracked(|picture| {
            let here = place_of(picture, self.stop.get_untracked()?)?;
            let cost = |(thing, at): (Thing, Point)| {
                let (ahead, aside) = turn(at.x - here.x, at.y - here.y);
                // What lies more to the side than ahead is reached by another key.
                (ahead > 0.5 && aside.abs() <= ahead * 2.0).then_some((ahead + 2.0 * aside.abs(), thing))
            };
            things(picture).filter_map(cost).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, thing)| thing)
        });
        if let Some(to) = to {
            self.stop.set(Some(to));
            self.focus_stop();
        }
    }

    /// Puts the focus where Tab would lead.
    pub(super) fn focus_stop(self) {
        let stop = self.stop.get_untracked();
        let element = stop.and_then(|stop| document().get_element_by_id(&stop.id()));
        if let Some(element) = element.and_then(|element| element.dyn_into::<SvgElement>().ok()) {
            let _ = element.focus();
        }
    }

    /// Opens the menu of what has the focus, beside it.
    fn open_stop(self, event: &KeyboardEvent) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let (Some(target), Some(stop)) = (target, self.stop.get_untracked()) {
            let place = target.get_bounding_client_rect();
            let (x, y) = (place.left() + place.width() / 2.0, place.top() + place.height() / 2.0);
            self.open(stop.hit(), x + 6.0, y + 6.0);
        }
    }

    /// Tab always leads to something that is there. What had the focus and is gone hands it on, to what is nearest.
    pub(super) fn keep_stop(self) {
        let mut last = Point::default();
        follow(move || {
            let (found, nearest) = self.picture.with(|picture| {
                let found = self.stop.get().and_then(|stop| place_of(picture, stop));
                let nearest =
                    things(picture).min_by(|a, b| a.1.distance(last).total_cmp(&b.1.distance(last)));
                (found, nearest.map(|(thing, _)| thing))
            });
            if let Some(at) = found {
                last = at;
                return;
            }
            let had_focus = self.stop.get_untracked().is_some_and(is_focus_lost);
            self.stop.set(nearest);
            if had_focus {
                dom::when_settled(move || self.focus_stop());
            }
        });
    }
}

/// Whether the focus is on a thing that is gone from the picture: its element may have been taken out of the
/// document already, or is about to be.
fn is_focus_lost(gone: Thing) -> bool {
    let body = document().body();
    let is_it = |active: Element| active.id() == gone.id() || body.is_some_and(|body| *body == active);
    document().active_element().is_none_or(is_it)
}

/// All that can have the focus, and where it is.
fn things(picture: &NetworkPicture) -> impl Iterator<Item = (Thing, Point)> + '_ {
    let nodes = picture.nodes.iter().map(|mark| (Thing::Node(mark.node), mark.at));
    let packets = picture.packets.iter().filter_map(|mark| match mark.hit {
        Hit::Message(message, copy) => Some((Thing::Packet(message, copy), mark.at)),
        Hit::Event(_) | Hit::Block(..) | Hit::Node(_) | Hit::Link(_) => None,
    });
    nodes.chain(packets)
}

fn place_of(picture: &NetworkPicture, thing: Thing) -> Option<Point> {
    things(picture).find(|(other, _)| *other == thing).map(|(_, at)| at)
}
