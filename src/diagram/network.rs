//! The network as a picture of plain data: nodes where the scene puts them, links in contact, packets on their
//! way, what is cut, parted, paused or down.
//!
//! A constellation is drawn as a map of the ground below it, each satellite over the point that it is above.
//! Must not know how a picture is painted.

mod draw;
mod marks;
mod parts;
mod place;

use super::hit::Hit;
use super::layout::Crowd;
use super::picture::Label;
use super::shape::{Anchor, Font, Point};
use super::theme::Tone;
use super::view::{Selection, ViewAs};
use crate::base::{LinkId, NodeId, TrueTime};
use crate::sim::{Engine, Gauge, InFlight, NodeStatus, Role, Topology, Trace};

/// What the picture is made from.
#[derive(Clone, Copy, Debug)]
pub struct NetworkSource<'a> {
    /// What happened, up to its mark.
    pub trace: &'a Trace,
    /// Nodes' places and links as they are.
    pub topology: &'a Topology,
    /// What each node is.
    pub roles: &'a [Role],
    /// What each node is doing.
    pub status: &'a [NodeStatus],
    /// The copies of messages that are under way.
    pub in_flight: &'a [InFlight],
    /// What waits where.
    pub gauges: &'a [Gauge],
    /// Who owns what; none while that does not matter.
    pub agencies: &'a [Agency],
}

/// An owner of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Its name.
    pub name: String,
    /// Its nodes.
    pub nodes: Vec<NodeId>,
    /// Whether the learner works for it.
    pub is_yours: bool,
}

/// What [`NetworkSource`] borrows, read off an engine.
#[derive(Clone, Debug)]
pub struct NetworkState {
    /// What each node is.
    pub roles: Vec<Role>,
    /// What each node is doing.
    pub status: Vec<NodeStatus>,
    /// The copies of messages that are under way.
    pub in_flight: Vec<InFlight>,
    /// What waits where.
    pub gauges: Vec<Gauge>,
    /// Who owns what, if that matters: to be put in by who knows.
    pub agencies: Vec<Agency>,
}

impl NetworkState {
    /// The present state of a run.
    pub fn of(engine: &Engine) -> Self {
        Self {
            roles: NodeId::first(engine.trace().nodes()).map(|node| engine.spec(node).role).collect(),
            status: NodeId::first(engine.trace().nodes()).map(|node| engine.status(node)).collect(),
            in_flight: engine.in_flight(),
            gauges: engine.gauges().into_iter().map(|(_, gauge)| gauge).collect(),
            agencies: Vec::new(),
        }
    }

    /// What a picture is made from, with the engine that was read.
    pub fn source<'a>(&'a self, engine: &'a Engine) -> NetworkSource<'a> {
        NetworkSource {
            trace: engine.trace(),
            topology: engine.topology(),
            roles: &self.roles,
            status: &self.status,
            in_flight: &self.in_flight,
            gauges: &self.gauges,
            agencies: &self.agencies,
        }
    }
}

/// How the network is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkView {
    /// The width in pixels.
    pub width: f64,
    /// The height in pixels.
    pub height: f64,
    /// What is selected.
    pub selection: Selection,
    /// The nodes that are being chosen for one side of a partition.
    pub chosen: Vec<NodeId>,
    /// Whose view it is.
    pub view_as: ViewAs,
    /// Whether the tracks of the orbits are drawn.
    pub has_orbits: bool,
    /// Whether the links in contact are drawn; what is cut always is.
    pub has_links: bool,
    /// Whether every node has its name beside it, and not only stations and what is special.
    pub has_names: bool,
}

impl NetworkView {
    /// The network from outside, with orbits and links.
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            selection: Selection::Nothing,
            chosen: Vec::new(),
            view_as: ViewAs::Outside,
            has_orbits: true,
            has_links: true,
            has_names: false,
        }
    }
}

/// The network, for one view.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkPicture {
    /// The width in pixels.
    pub width: f64,
    /// The height in pixels.
    pub height: f64,
    /// What it is called.
    pub title: String,
    /// What it shows, in a few sentences.
    pub description: String,
    /// The lines of a map.
    pub graticule: Vec<(Point, Point)>,
    /// The ground tracks of the orbital planes, each in pieces that end at the map's edge.
    pub orbits: Vec<Vec<Point>>,
    /// Groups that are parted from the others.
    pub regions: Vec<Region>,
    /// Who owns what.
    pub agencies: Vec<AgencyMark>,
    /// What waits.
    pub gauges: Vec<GaugeMark>,
    /// Links.
    pub links: Vec<LinkLine>,
    /// Nodes, by id.
    pub nodes: Vec<NodeMark>,
    /// Copies of messages on their way.
    pub packets: Vec<PacketMark>,
    /// Texts, none of which covers another.
    pub labels: Vec<Label>,
    /// How many pairs of nodes are in contact.
    pub contacts: usize,
}

/// A group of nodes that is parted from all others.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Its outline. Empty on a map, where a group may be anywhere: its nodes are ringed instead.
    pub outline: Vec<Point>,
    /// Its nodes.
    pub nodes: Vec<NodeId>,
    /// What it is called in speech.
    pub name: String,
}

/// An agency and what is its.
#[derive(Clone, Debug, PartialEq)]
pub struct AgencyMark {
    /// Its place among the agencies: each has dashes of its own.
    pub place: u8,
    /// Its outline. On a map, where its nodes may be anywhere, they are ringed instead, and this is the ring beside its
    /// name.
    pub outline: Vec<Point>,
    /// Whether the learner works for it.
    pub is_yours: bool,
    /// What it is called in speech.
    pub name: String,
}

/// How much waits somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct GaugeMark {
    /// The middle of its vessel.
    pub at: Point,
    /// How high it is filled, from 1 to 4.
    pub level: u8,
    /// What it is called in speech.
    pub name: String,
}

/// What state a link is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkState {
    /// Packets pass both ways.
    Open,
    /// There is a link one way only.
    OneWay,
    /// It can be used in a moment: a handover.
    Coming,
    /// Nothing passes one way or both, because it was cut or a group was parted.
    Cut,
}

/// A link, or the two links of a pair of nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkLine {
    /// One of them.
    pub id: LinkId,
    /// Where it begins.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// The line, in two pieces if it passes over the edge of the map.
    pub pieces: Vec<(Point, Point)>,
    /// What state it is in.
    pub state: LinkState,
    /// Whether it joins two satellites, so that it is drawn still quieter.
    pub is_between_satellites: bool,
    /// What it is called in speech.
    pub name: String,
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeMark {
    /// The node.
    pub node: NodeId,
    /// Where.
    pub at: Point,
    /// What it is.
    pub role: Role,
    /// What it is doing, as far as whoever looks can know.
    pub status: NodeStatus,
    /// How far its wall clock is off in nanoseconds, if that is enough to be pointed out.
    pub clock_off: Option<i64>,
    /// Whether it is selected.
    pub is_selected: bool,
    /// Whether it is being chosen for one side of a partition.
    pub is_chosen: bool,
    /// Whether it is parted from others.
    pub is_parted: bool,
    /// Whether it is ringed for that, since no outline holds its group.
    pub is_ringed: bool,
    /// The place of its agency, where that is shown by a ring.
    pub agency: Option<u8>,
    /// Whether whoever looks cannot know how it is.
    pub is_unseen: bool,
    /// What it is called in speech.
    pub name: String,
}

/// A copy of a message on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct PacketMark {
    /// Which message and copy.
    pub hit: Hit,
    /// Where.
    pub at: Point,
    /// Whether it is a copy and not the original.
    pub is_copy: bool,
    /// Whether it is selected.
    pub is_selected: bool,
    /// What it is called in speech.
    pub name: String,
}

/// The network of a run, for a view, at the trace's present.
pub fn picture(source: &NetworkSource<'_>, view: &NetworkView) -> NetworkPicture {
    let at = source.trace.now();
    let plan = place::Plan::new(source.topology, view.width, view.height, at);
    let mut sheet = Sheet {
        source,
        view,
        at,
        crowd: Crowd::new(view.width, view.height),
        picture: NetworkPicture {
            width: view.width,
            height: view.height,
            title: "Network".to_owned(),
            description: String::new(),
            graticule: plan.graticule(),
            orbits: if view.has_orbits { plan.orbits(source.topology, at) } else { Vec::new() },
            regions: Vec::new(),
            agencies: Vec::new(),
            gauges: Vec::new(),
            links: Vec::new(),
            nodes: Vec::new(),
            packets: Vec::new(),
            labels: Vec::new(),
            contacts: 0,
        },
        plan,
    };
    sheet.lay_nodes();
    sheet.lay_barriers();
    if !source.agencies.is_empty() {
        sheet.lay_agencies();
    }
    sheet.lay_packets();
    if !source.gauges.is_empty() {
        sheet.lay_gauges();
    }
    sheet.lay_names();
    sheet.describe();
    sheet.picture
}

/// A picture while it is being laid out.
struct Sheet<'a> {
    source: &'a NetworkSource<'a>,
    view: &'a NetworkView,
    at: TrueTime,
    plan: place::Plan,
    crowd: Crowd,
    picture: NetworkPicture,
}

impl Sheet<'_> {
    fn is_outside(&self) -> bool {
        self.view.view_as == ViewAs::Outside
    }

    fn write(&mut self, text: &str, font: Font, tone: Tone, places: &[(Point, Anchor)]) -> bool {
        for &(at, anchor) in places {
            if self.crowd.take(text, font, at, anchor) {
                self.picture.labels.push(Label { at, text: text.to_owned(), anchor, font, tone });
                return true;
            }
        }
        false
    }

    fn describe(&mut self) {
        let picture = &self.picture;
        let mut text = format!("{} nodes, {} links in contact", picture.nodes.len(), picture.contacts);
        if self.is_outside() {
            text += &format!(", {} messages under way", self.source.in_flight.len());
        }
        for region in &picture.regions {
            text += &format!("; {}", region.name);
        }
        self.picture.description = text + ".";
    }
}

impl NetworkPicture {
    /// What is at a point, if anything is near enough: packets before nodes, and nodes before links.
    pub fn hit(&self, at: Point) -> Option<Hit> {
        let nearest = |found: Vec<(f64, Hit)>, reach: f64| {
            let close = found.into_iter().filter(|(distance, _)| *distance <= reach);
            close.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, hit)| hit)
        };
        let packets = self.packets.iter().map(|packet| (at.distance(packet.at), packet.hit)).collect();
        let nodes = self.nodes.iter().map(|node| (at.distance(node.at), Hit::Node(node.node)));
        let links = self.links.iter().flat_map(|link| {
            let distance = |&(from, to): &(Point, Point)| super::hit::to_segment(at, from, to);
            link.pieces.iter().map(distance).map(|distance| (distance, Hit::Link(link.id)))
        });
        // A packet on top of a node is the smaller target and goes first, if one points straight at it.
        nearest(packets, 6.0)
            .or_else(|| nearest(nodes.collect(), super::hit::REACH))
            .or_else(|| {
                let packets = self.packets.iter().map(|packet| (at.distance(packet.at), packet.hit));
                nearest(packets.collect(), super::hit::REACH)
            })
            .or_else(|| nearest(links.collect(), 6.0))
    }
}
