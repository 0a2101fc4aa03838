//! From a network's picture to shapes: which form everything has. Must not know how shapes are painted.
//!
//! Shapes carry the kind and the state, and tones only repeat it: circle for a satellite, triangle for a
//! station, square for a server, house for a client, small square for a packet.

use super::super::draw::{crossed, text_figure};
use super::super::hit::Hit;
use super::super::shape::{Drawing, Figure, Point, Shape, Style};
use super::super::theme::Tone;
use super::{AgencyMark, GaugeMark, LinkLine, LinkState, NetworkPicture, NodeMark, PacketMark, Region};
use crate::sim::{NodeStatus, Role};

const DASH_CUT: &[f64] = &[2.0, 4.0];
const DASH_ONE_WAY: &[f64] = &[6.0, 3.0];
const DASH_RING: &[f64] = &[3.0, 2.0];
const DASH_PARTITION: &[f64] = &[6.0, 4.0];
const DASH_COMING: &[f64] = &[1.0, 5.0];
/// The dashes of agencies, by their places; those further on begin anew.
const DASH_AGENCIES: [&[f64]; 4] = [&[], &[5.0, 3.0], &[1.5, 3.0], &[7.0, 2.0, 1.5, 2.0]];

impl NetworkPicture {
    /// The picture as shapes.
    pub fn draw(&self) -> Drawing {
        let graticule = self.graticule.iter().map(|&(from, to)| {
            Figure::new("graticule", "", Tone::Line).with(Shape::Line(from, to), Style::line(Tone::Line, 0.7))
        });
        let orbits = self.orbits.iter().map(|points| {
            let track = Shape::Path { points: points.clone(), closed: false };
            Figure::new("orbit", "", Tone::Line).with(track, Style::line(Tone::Line, 1.1))
        });
        let regions = self.agencies.iter().map(agency).chain(self.regions.iter().map(region)).collect();
        let links = self.links.iter().map(link).collect();
        let nodes = self.nodes.iter().map(node).collect();
        let packets = self.gauges.iter().map(gauge).chain(self.packets.iter().map(packet)).collect();
        let labels = self.labels.iter().map(text_figure).collect();
        Drawing {
            width: self.width,
            height: self.height,
            title: self.title.clone(),
            description: self.description.clone(),
            layers: vec![graticule.chain(orbits).collect(), regions, links, nodes, packets, labels],
        }
    }
}

fn region(region: &Region) -> Figure {
    let figure = Figure::new("partition", "", Tone::Lost).named(region.name.clone(), None);
    if region.outline.is_empty() {
        return figure;
    }
    let outline = || Shape::Path { points: region.outline.clone(), closed: true };
    figure
        .with(outline(), Style::fill(Tone::Lost).faint(0.1))
        .with(outline(), Style::line(Tone::Lost, 1.5).dashed(DASH_PARTITION))
}

/// The dashes of the agency at this place.
pub(super) fn dashes(place: u8) -> &'static [f64] {
    DASH_AGENCIES[usize::from(place) % DASH_AGENCIES.len()]
}

fn agency(mark: &AgencyMark) -> Figure {
    let tone = if mark.is_yours { Tone::Accent } else { Tone::Dim };
    let line = Style::line(tone, 1.2).dashed(dashes(mark.place));
    let figure = Figure::new("agency", "", tone).named(mark.name.clone(), None);
    let outline = || Shape::Path { points: mark.outline.clone(), closed: true };
    let figure = if mark.is_yours { figure.with(outline(), Style::fill(tone).faint(0.06)) } else { figure };
    figure.with(outline(), line)
}

fn gauge(mark: &GaugeMark) -> Figure {
    let ground = Shape::Rect {
        at: Point::new(mark.at.x - 5.0, mark.at.y - 6.0),
        width: 10.0,
        height: 12.0,
        round: 0.0,
    };
    let mut figure = Figure::new("gauge", "", Tone::Ink).with(ground, Style::fill(Tone::Panel));
    for points in mark.lines() {
        figure = figure.with(Shape::Path { points, closed: false }, Style::line(Tone::Ink, 1.5));
    }
    figure.named(mark.name.clone(), None)
}

fn link(link: &LinkLine) -> Figure {
    let quiet = if link.is_between_satellites { 0.3 } else { 0.75 };
    let (kind, tone, style) = match link.state {
        LinkState::Open => ("", Tone::Message, Style::line(Tone::Message, 0.9).faint(quiet)),
        LinkState::OneWay => {
            ("one-way", Tone::Message, Style::line(Tone::Message, 0.9).dashed(DASH_ONE_WAY).faint(quiet))
        }
        LinkState::Coming => {
            ("coming", Tone::Message, Style::line(Tone::Message, 1.4).dashed(DASH_COMING).round())
        }
        LinkState::Cut => ("cut", Tone::Lost, Style::line(Tone::Lost, 1.4).dashed(DASH_CUT)),
    };
    let mut figure = Figure::new("link", kind, tone);
    for &(from, to) in &link.pieces {
        figure = figure.with(Shape::Line(from, to), style);
    }
    let longest = link.pieces.iter().max_by(|a, b| a.0.distance(a.1).total_cmp(&b.0.distance(b.1)));
    if let (LinkState::Cut, Some(&(from, to))) = (link.state, longest) {
        figure = crossed(figure, from.toward(to, 0.5), 4.0, Style::line(Tone::Lost, 2.0));
    }
    figure.named(link.name.clone(), Some(Hit::Link(link.id)))
}

fn node(mark: &NodeMark) -> Figure {
    let at = mark.at;
    let kind = match mark.role {
        Role::Satellite => "satellite",
        Role::Station => "station",
        Role::Server => "server",
        Role::Client => "client",
        Role::Attacker => "attacker",
    };
    let is_troubled = mark.status != NodeStatus::Up;
    let tone = match (is_troubled, mark.is_chosen, mark.role) {
        (true, _, _) => Tone::Lost,
        (false, true, _) => Tone::Accent,
        (false, false, Role::Satellite) => Tone::Message,
        (false, false, Role::Station | Role::Server | Role::Client | Role::Attacker) => Tone::Ink,
    };
    let faint = if mark.is_unseen { 0.35 } else { 1.0 };
    let style = if is_troubled {
        Style::fill(Tone::Panel).edged(Tone::Lost, 2.2)
    } else {
        Style::fill(tone).faint(faint)
    };
    let mut figure = Figure::new("node", kind, tone).with(body(mark.role, at, is_troubled), style);
    match mark.status {
        NodeStatus::Up => {}
        NodeStatus::Paused => {
            for x in [-1.8, 1.8] {
                let bar = Shape::Line(Point::new(at.x + x, at.y - 2.6), Point::new(at.x + x, at.y + 2.6));
                figure = figure.with(bar, Style::line(Tone::Lost, 1.8).round());
            }
        }
        NodeStatus::Down => figure = crossed(figure, at, 2.8, Style::line(Tone::Lost, 1.8).round()),
    }
    if mark.clock_off.is_some() && !is_troubled {
        let face = Point::new(at.x + 6.0, at.y - 6.0);
        let hands = [(0.0, -2.4), (0.0, 0.0), (1.8, 1.0)];
        let hands = hands.map(|(x, y)| Point::new(face.x + x, face.y + y)).to_vec();
        figure = figure
            .with(Shape::Circle { at: face, radius: 4.0 }, Style::fill(Tone::Panel).edged(Tone::Future, 1.5))
            .with(Shape::Path { points: hands, closed: false }, Style::line(Tone::Future, 1.2));
    }
    let ring = |figure: Figure, radius: f64, style: Style| figure.with(Shape::Circle { at, radius }, style);
    if let Some(place) = mark.agency {
        figure = ring(figure, 7.5, Style::line(Tone::Dim, 1.2).dashed(dashes(place)));
    }
    if mark.is_ringed {
        figure = ring(figure, 8.5, Style::line(Tone::Lost, 1.5).dashed(DASH_RING));
    }
    if mark.is_chosen {
        figure = ring(figure, 10.0, Style::line(Tone::Accent, 2.0).dashed(DASH_RING));
    }
    if mark.is_selected {
        figure = ring(figure, 10.0, Style::line(Tone::Ink, 2.0));
    }
    figure.named(mark.name.clone(), Some(Hit::Node(mark.node)))
}

fn body(role: Role, at: Point, is_troubled: bool) -> Shape {
    let scale = if is_troubled { 1.35 } else { 1.0 };
    let closed = |points: &[(f64, f64)]| Shape::Path {
        points: points.iter().map(|&(x, y)| Point::new(at.x + x * scale, at.y + y * scale)).collect(),
        closed: true,
    };
    match role {
        Role::Satellite => Shape::Circle { at, radius: if is_troubled { 6.0 } else { 4.0 } },
        Role::Station => closed(&[(0.0, -6.5), (6.0, 4.5), (-6.0, 4.5)]),
        Role::Server => closed(&[(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)]),
        Role::Attacker => closed(&[(0.0, -7.0), (6.0, 0.0), (0.0, 7.0), (-6.0, 0.0)]),
        Role::Client => closed(&[(0.0, -6.5), (5.5, -1.5), (5.5, 5.0), (-5.5, 5.0), (-5.5, -1.5)]),
    }
}

fn packet(packet: &PacketMark) -> Figure {
    let at = Point::new(packet.at.x - 3.5, packet.at.y - 3.5);
    let square = Shape::Rect { at, width: 7.0, height: 7.0, round: 1.5 };
    let (kind, style) = if packet.is_copy {
        ("copy", Style::fill(Tone::Panel).edged(Tone::Ink, 1.6))
    } else {
        ("", Style::fill(Tone::Ink).edged(Tone::Panel, 1.2))
    };
    let mut figure = Figure::new("packet", kind, Tone::Ink).with(square, style);
    if packet.is_selected {
        let ring = Shape::Circle { at: packet.at, radius: 9.0 };
        figure = figure.with(ring, Style::line(Tone::Ink, 2.0));
    }
    figure.named(packet.name.clone(), Some(packet.hit))
}
