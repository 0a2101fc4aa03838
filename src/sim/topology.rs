//! Who is where and who is linked with whom, as data; and the routes that follow from it.
//!
//! Must not know what travels on the links.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::agencies::Agencies;
use super::orbit::Constellation;
use crate::base::{Duration, LinkId, NodeId};

/// A directed link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where packets set out.
    pub from: NodeId,
    /// Where they get to.
    pub to: NodeId,
    /// How long light takes along it: the base delay, which counts only while latency is not assumed to be zero.
    pub delay: Duration,
}

/// Where a node is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// At a fixed point of the picture, each coordinate from 0 to 1.
    Fixed {
        /// From left to right.
        x: f64,
        /// From top to bottom.
        y: f64,
    },
    /// On the ground, in degrees.
    Ground {
        /// North is positive.
        latitude: f64,
        /// East is positive.
        longitude: f64,
    },
    /// In orbit.
    Orbit {
        /// Which orbital plane, counted from 0.
        plane: u16,
        /// Which satellite of it, counted from 0.
        slot: u16,
    },
}

impl Place {
    /// A fixed point of the picture.
    pub const fn at(x: f64, y: f64) -> Self {
        Self::Fixed { x, y }
    }
}

/// Nodes' places and the links between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topology {
    /// One place a node.
    pub places: Vec<Place>,
    /// Where those are drawn who came along with a fault: no link leads to them, and no route.
    pub guests: Vec<Place>,
    /// The directed links, by id. A link that went out of contact keeps its id.
    pub links: Vec<Link>,
    /// Whether each link is in contact.
    pub contact: Vec<bool>,
    /// The orbits, if there are any.
    pub constellation: Option<Constellation>,
    /// Who owns which nodes, if the scene says so.
    pub agencies: Agencies,
}

impl Topology {
    /// Nodes at these places, without links.
    pub fn unlinked(places: Vec<Place>) -> Self {
        Self { places, ..Self::default() }
    }

    /// `n` nodes on a circle, without links.
    pub fn circle(n: usize) -> Self {
        let place = |i: usize| {
            let angle = core::f64::consts::TAU * (i as f64 / n as f64 - 0.25);
            Place::Fixed { x: 0.5 + 0.38 * libm::cos(angle), y: 0.5 + 0.38 * libm::sin(angle) }
        };
        Self::unlinked((0..n).map(place).collect())
    }

    /// Every node linked with every other, both ways.
    pub fn mesh(n: usize, delay: Duration) -> Self {
        let mut topology = Self::circle(n);
        for (a, b) in
            NodeId::first(n).flat_map(|a| NodeId::first(n).map(move |b| (a, b))).filter(|(a, b)| a < b)
        {
            // No two are linked yet, so nobody need look for their link, which would take time with its square.
            topology.add(Link { from: a, to: b, delay });
            topology.add(Link { from: b, to: a, delay });
        }
        topology
    }

    /// Node 0 linked with every other, both ways.
    pub fn star(n: usize, delay: Duration) -> Self {
        let mut topology = Self::circle(n);
        if let Some(centre) = topology.places.first_mut() {
            *centre = Place::Fixed { x: 0.5, y: 0.5 };
        }
        for other in NodeId::first(n).skip(1) {
            topology.join(NodeId(0), other, delay);
        }
        topology
    }

    /// Each node linked with the next, the last with the first, both ways.
    pub fn ring(n: usize, delay: Duration) -> Self {
        let mut topology = Self::circle(n);
        for node in NodeId::first(n) {
            let next = NodeId(((node.index() + 1) % n) as u16);
            if next != node && !topology.is_linked(node, next) {
                topology.join(node, next, delay);
            }
        }
        topology
    }

    /// Rows and columns, each node linked with its neighbours, both ways.
    pub fn grid(columns: usize, rows: usize, delay: Duration) -> Self {
        let at = |column: usize, row: usize| NodeId((row * columns + column) as u16);
        let share = |i: usize, n: usize| 0.08 + 0.84 * if n > 1 { i as f64 / (n - 1) as f64 } else { 0.5 };
        let cells = || (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let place = |(column, row)| Place::Fixed { x: share(column, columns), y: share(row, rows) };
        let mut topology = Self::unlinked(cells().map(place).collect());
        for (column, row) in cells() {
            if column + 1 < columns {
                topology.join(at(column, row), at(column + 1, row), delay);
            }
            if row + 1 < rows {
                topology.join(at(column, row), at(column, row + 1), delay);
            }
        }
        topology
    }

    /// Links two nodes both ways.
    pub fn join(&mut self, a: NodeId, b: NodeId, delay: Duration) {
        self.connect(Link { from: a, to: b, delay });
        self.connect(Link { from: b, to: a, delay });
    }

    /// Brings a directed link into contact, or changes its delay.
    pub fn connect(&mut self, link: Link) -> LinkId {
        match self.link_between(link.from, link.to) {
            Some(id) => {
                self.links[id.index()] = link;
                self.contact[id.index()] = true;
                id
            }
            None => self.add(link),
        }
    }

    fn add(&mut self, link: Link) -> LinkId {
        self.links.push(link);
        self.contact.push(true);
        LinkId(self.links.len() as u32 - 1)
    }

    /// Takes a directed link out of contact.
    pub fn disconnect(&mut self, from: NodeId, to: NodeId) {
        if let Some(id) = self.link_between(from, to) {
            self.contact[id.index()] = false;
        }
    }

    /// Where a node is drawn, of the scene or not.
    pub fn place(&self, node: NodeId) -> Place {
        let places = self.places.iter().chain(&self.guests);
        places.copied().nth(node.index()).unwrap_or(Place::Fixed { x: 0.5, y: 0.5 })
    }

    /// The directed link from one node to another, in contact or not.
    pub fn link_between(&self, from: NodeId, to: NodeId) -> Option<LinkId> {
        self.links.iter().position(|link| link.from == from && link.to == to).map(|i| LinkId(i as u32))
    }

    /// Whether packets can pass from one node straight to another.
    pub fn is_linked(&self, from: NodeId, to: NodeId) -> bool {
        self.link_between(from, to).is_some_and(|id| self.contact[id.index()])
    }

    /// The links in contact with their ids.
    pub fn contacts(&self) -> impl Iterator<Item = (LinkId, &Link)> {
        let ids = (0..self.links.len() as u32).map(LinkId);
        ids.zip(&self.links).filter(|(id, _)| self.contact[id.index()])
    }

    /// Who owns which nodes: as the scene has it, or two agencies with half of them each.
    pub fn agencies(&self) -> std::borrow::Cow<'_, Agencies> {
        self.agencies.or_halves(self.places.len())
    }

    /// The routes of least delay; among equals the one with fewer hops, then with smaller ids.
    pub(crate) fn routes(&self) -> Routes {
        let n = self.places.len();
        let mut next = vec![NO_LINK; n * n];
        let mut into: Vec<Vec<(LinkId, &Link)>> = vec![Vec::new(); n];
        for (id, link) in self.contacts() {
            into[link.to.index()].push((id, link));
        }
        // One search from each destination, along the links backward (Dijkstra 1959).
        for to in NodeId::first(n) {
            let mut best = vec![(u64::MAX, u32::MAX); n];
            let mut open = BinaryHeap::from([Reverse((0_u64, 0_u32, to.0))]);
            best[to.index()] = (0, 0);
            while let Some(Reverse((delay, hops, at))) = open.pop() {
                if best[at as usize] != (delay, hops) {
                    continue;
                }
                for &(id, link) in &into[at as usize] {
                    let longer = (delay.saturating_add(link.delay.0), hops + 1);
                    let from = link.from.index();
                    if longer < best[from] {
                        best[from] = longer;
                        next[from * n + to.index()] = id.0;
                        open.push(Reverse((longer.0, longer.1, link.from.0)));
                    }
                }
            }
        }
        Routes { nodes: n, next }
    }
}

const NO_LINK: u32 = u32::MAX;

/// For each node and destination, the link to take next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Routes {
    nodes: usize,
    next: Vec<u32>,
}

impl Routes {
    /// The link that leads from `at` toward `to`, if there is a way.
    #[inline]
    pub(crate) fn next(&self, at: NodeId, to: NodeId) -> Option<LinkId> {
        let link = self.next[at.index() * self.nodes + to.index()];
        if link == NO_LINK { None } else { Some(LinkId(link)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOP: Duration = Duration::millis(1);

    /// The nodes that a packet passes on its way.
    fn way(topology: &Topology, from: u16, to: u16) -> Vec<u16> {
        let routes = topology.routes();
        let mut at = NodeId(from);
        let mut way = vec![from];
        while at != NodeId(to) {
            let Some(link) = routes.next(at, NodeId(to)) else { return Vec::new() };
            at = topology.links[link.index()].to;
            way.push(at.0);
        }
        way
    }

    #[test]
    fn shapes_have_the_links_of_their_name() {
        let links = |topology: Topology| topology.links.len();
        assert_eq!(links(Topology::mesh(5, HOP)), 20);
        assert_eq!(links(Topology::star(5, HOP)), 8);
        assert_eq!(links(Topology::ring(5, HOP)), 10);
        assert_eq!(links(Topology::ring(2, HOP)), 2);
        assert_eq!(links(Topology::grid(3, 2, HOP)), 14);
    }

    #[test]
    fn routes_take_the_least_delay_and_agree_with_floyd_and_warshall() {
        let mut topology = Topology::grid(4, 3, HOP);
        for (i, link) in topology.links.iter_mut().enumerate() {
            link.delay = Duration::micros(1_000 + (i as u64 * 7_919) % 997);
        }
        let n = topology.places.len();
        let mut least = vec![vec![u64::MAX / 4; n]; n];
        (0..n).for_each(|i| least[i][i] = 0);
        topology.links.iter().for_each(|l| least[l.from.index()][l.to.index()] = l.delay.0);
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    least[i][j] = least[i][j].min(least[i][k] + least[k][j]);
                }
            }
        }
        for (from, to) in (0..n as u16).flat_map(|a| (0..n as u16).map(move |b| (a, b))) {
            let way = way(&topology, from, to);
            let delay = |pair: &[u16]| {
                let id = topology.link_between(NodeId(pair[0]), NodeId(pair[1])).map(LinkId::index);
                id.map_or(0, |id| topology.links[id].delay.0)
            };
            assert_eq!(way.windows(2).map(delay).sum::<u64>(), least[from as usize][to as usize]);
        }
    }

    #[test]
    fn a_link_out_of_contact_is_not_taken() {
        let mut ring = Topology::ring(5, HOP);
        assert_eq!(way(&ring, 0, 1), [0, 1]);
        ring.disconnect(NodeId(0), NodeId(1));
        assert_eq!(way(&ring, 0, 1), [0, 4, 3, 2, 1]);
        assert_eq!(way(&ring, 1, 0), [1, 0]);
        ring.disconnect(NodeId(0), NodeId(4));
        assert!(way(&ring, 0, 1).is_empty());
    }
}
