//! How things of the map look, as values that are compared before an element is touched.
//!
//! Places are counted in half pixels. Must not know elements.

use std::fmt::Write;

use super::super::Thing;
use crate::diagram::network::{
    AgencyMark, GaugeMark, LinkLine, LinkState, NetworkPicture, NodeMark, PacketMark, Region,
};
use crate::diagram::shape::{Anchor, Font, Point};
use crate::diagram::{Hit, Label, Tone};
use crate::sim::{NodeStatus, Role};

/// A place in half pixels.
pub(super) type Place = (i32, i32);

/// Lines, each through its places, closed or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pieces: Vec<Vec<Place>>,
    is_closed: bool,
}

/// A node as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NodeLook {
    pub(super) thing: Thing,
    pub(super) at: Place,
    pub(super) role: Role,
    pub(super) status: NodeStatus,
    pub(super) has_clock: bool,
    pub(super) class: String,
    pub(super) name: String,
    pub(super) is_chosen: Option<bool>,
    pub(super) agency: Option<u8>,
}

/// A packet as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PacketLook {
    pub(super) thing: Thing,
    pub(super) at: Place,
    pub(super) class: &'static str,
    pub(super) name: String,
}

/// A link or a region as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Look {
    pub(super) hit: Option<Hit>,
    pub(super) class: &'static str,
    pub(super) line: Line,
    pub(super) name: String,
}

/// A text as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) at: Place,
    pub(super) class: &'static str,
    pub(super) anchor: &'static str,
}

impl Line {
    fn of<'p>(pieces: impl IntoIterator<Item = &'p [Point]>) -> Self {
        let halved = |piece: &[Point]| piece.iter().map(|point| halves(*point)).collect();
        Self { pieces: pieces.into_iter().map(halved).collect(), is_closed: false }
    }

    fn of_two<'p>(pieces: impl IntoIterator<Item = &'p (Point, Point)>) -> Self {
        let halved = |(from, to): &(Point, Point)| vec![halves(*from), halves(*to)];
        Self { pieces: pieces.into_iter().map(halved).collect(), is_closed: false }
    }

    /// It as SVG writes it.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for piece in &self.pieces {
            for (place, (x, y)) in piece.iter().enumerate() {
                path.push(if place == 0 { 'M' } else { 'L' });
                write(&mut path, *x);
                path.push(' ');
                write(&mut path, *y);
            }
        }
        if self.is_closed && !path.is_empty() {
            path.push('z');
        }
        path
    }
}

pub(super) fn packet(mark: &PacketMark) -> Option<PacketLook> {
    let Hit::Message(message, copy) = mark.hit else { return None };
    let class = match (mark.is_copy, mark.is_selected) {
        (false, false) => "packet",
        (false, true) => "packet selected",
        (true, false) => "packet copy",
        (true, true) => "packet copy selected",
    };
    Some(PacketLook {
        thing: Thing::Packet(message, copy),
        at: halves(mark.at),
        class,
        name: mark.name.clone(),
    })
}

pub(super) fn nodes(picture: &NetworkPicture, is_choosing: bool) -> Vec<NodeLook> {
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
            at: halves(mark.at),
            role: mark.role,
            status: mark.status,
            has_clock: mark.clock_off.is_some(),
            class,
            name: mark.name.clone(),
            is_chosen: is_choosing.then_some(mark.is_chosen),
            agency: mark.agency,
        }
    };
    picture.nodes.iter().map(look).collect()
}

pub(super) fn links(picture: &NetworkPicture) -> Vec<Look> {
    let look = |link: &LinkLine| Look {
        hit: Some(Hit::Link(link.id)),
        class: match (link.state, link.is_between_satellites) {
            (LinkState::Open, false) => "link",
            (LinkState::Open, true) => "link between-satellites",
            (LinkState::OneWay, _) => "link one-way",
            (LinkState::Coming, _) => "link coming",
            (LinkState::Cut, _) => "link cut",
        },
        line: Line::of_two(&link.pieces),
        name: link.name.clone(),
    };
    picture.links.iter().map(look).collect()
}

/// A cross on each link that is cut, in the middle of its longer piece.
pub(super) fn cuts(picture: &NetworkPicture) -> Line {
    let cut = picture.links.iter().filter(|link| link.state == LinkState::Cut);
    let longest = cut
        .filter_map(|link| link.pieces.iter().max_by(|a, b| a.0.distance(a.1).total_cmp(&b.0.distance(b.1))));
    let cross = |(from, to): &(Point, Point)| {
        let at = from.toward(*to, 0.5);
        let corner = |x: f64, y: f64| halves(Point::new(at.x + x, at.y + y));
        [vec![corner(-4.0, -4.0), corner(4.0, 4.0)], vec![corner(4.0, -4.0), corner(-4.0, 4.0)]]
    };
    Line { pieces: longest.flat_map(cross).collect(), is_closed: false }
}

pub(super) fn regions(picture: &NetworkPicture) -> Vec<Look> {
    let look = |region: &Region| {
        let outline = (!region.outline.is_empty()).then_some(region.outline.as_slice());
        Look {
            hit: None,
            class: "partition",
            line: Line { is_closed: true, ..Line::of(outline) },
            name: region.name.clone(),
        }
    };
    picture.regions.iter().map(look).collect()
}

pub(super) fn agencies(picture: &NetworkPicture) -> Vec<Look> {
    let look = |mark: &AgencyMark| Look {
        hit: None,
        class: match (mark.place % 4, mark.is_yours) {
            (0, false) => "agency",
            (0, true) => "agency yours",
            (1, false) => "agency second",
            (1, true) => "agency second yours",
            (2, false) => "agency third",
            (2, true) => "agency third yours",
            (_, false) => "agency fourth",
            (_, true) => "agency fourth yours",
        },
        line: Line { is_closed: true, ..Line::of([mark.outline.as_slice()]) },
        name: mark.name.clone(),
    };
    picture.agencies.iter().map(look).collect()
}

/// The ring around a node of the agency at this place.
pub(super) const fn ring(place: u8) -> &'static str {
    match place % 4 {
        0 => "agency",
        1 => "agency second",
        2 => "agency third",
        _ => "agency fourth",
    }
}

pub(super) fn gauges(picture: &NetworkPicture) -> Vec<Look> {
    let look = |mark: &GaugeMark| {
        let lines = mark.lines();
        Look {
            hit: None,
            class: "gauge",
            line: Line::of(lines.iter().map(Vec::as_slice)),
            name: mark.name.clone(),
        }
    };
    picture.gauges.iter().map(look).collect()
}

pub(super) fn graticule(picture: &NetworkPicture) -> Line {
    Line::of_two(&picture.graticule)
}

pub(super) fn orbits(picture: &NetworkPicture) -> Line {
    Line::of(picture.orbits.iter().map(Vec::as_slice))
}

pub(super) fn texts(picture: &NetworkPicture) -> Vec<Text> {
    let look = |label: &Label| Text {
        text: label.text.clone(),
        at: halves(label.at),
        class: match (label.font == Font::Words, label.tone) {
            (_, Tone::Lost) => "alarm",
            (_, Tone::Future) => "clock",
            (true, _) => "",
            (false, _) => "mono",
        },
        anchor: match label.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        },
    };
    picture.labels.iter().map(look).collect()
}

/// The transformation that moves something to a place.
pub(super) fn moved((x, y): Place) -> String {
    let mut text = String::from("translate(");
    write(&mut text, x);
    text.push(' ');
    write(&mut text, y);
    text.push(')');
    text
}

fn halves(at: Point) -> Place {
    ((at.x * 2.0).round() as i32, (at.y * 2.0).round() as i32)
}

/// Writes half pixels as pixels.
fn write(text: &mut String, halves: i32) {
    if halves < 0 {
        text.push('-');
    }
    let _ = write!(text, "{}", halves.unsigned_abs() / 2);
    if halves % 2 != 0 {
        text.push_str(".5");
    }
}
