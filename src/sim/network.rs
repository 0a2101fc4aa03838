//! Packets under way: where each copy is, what cuts it off, and which way it goes.
//!
//! Must not know nodes or programs; the engine tells it what to do.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::packet::Packet;
use super::tape::MessageRef;
use super::topology::{Link, Place, Routes, Topology};
use crate::base::{Duration, LinkId, MessageId, NodeId, SpanId, TrueTime};

/// A copy of a message on its way, as the page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// The message.
    pub message: MessageId,
    /// Its name on the tape.
    pub name: MessageRef,
    /// The link that it is on, if it is on one.
    pub link: Option<LinkId>,
    /// How far along it is, in thousandths.
    pub progress: u16,
    /// How long until it reaches the next node; zero while that is not known.
    pub remaining: Duration,
    /// The id of the fault that holds it up, if one does.
    pub held_by: Option<&'static str>,
    /// Whether that node is its receiver.
    pub is_last_hop: bool,
}

/// What an adversary may let happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Choice {
    /// A message in flight arrives.
    Message(MessageRef),
    /// A node's earliest timer runs out.
    Timer(NodeId),
}

/// The parts of a copy that have reached their receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pile {
    /// Until when the receiver waits for the others.
    pub(crate) due: TrueTime,
    /// Those that are there.
    pub(crate) parts: Vec<Packet>,
}

/// A group or a link that is cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Barrier {
    pub(crate) what: Wall,
    pub(crate) one_way: bool,
    pub(crate) span: SpanId,
    pub(crate) since: TrueTime,
    /// Who put it up: `hand`, `script` or a fault's id.
    pub(crate) by: &'static str,
}

/// What a barrier stands around.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wall {
    /// Between two nodes.
    Link(NodeId, NodeId),
    /// Between these nodes and all others.
    Group(Vec<NodeId>),
}

impl Barrier {
    /// Whether a packet on this link runs into the barrier.
    fn stops(&self, link: &Link) -> bool {
        match &self.what {
            Wall::Link(from, to) => {
                let ahead = link.from == *from && link.to == *to;
                ahead || (!self.one_way && link.from == *to && link.to == *from)
            }
            Wall::Group(group) => {
                let (from, to) = (group.contains(&link.from), group.contains(&link.to));
                (from && !to) || (!self.one_way && to && !from)
            }
        }
    }

    /// The name with which it is signed on a packet's fate.
    pub(crate) fn name(&self) -> &'static str {
        match self.what {
            Wall::Link(..) => "cut",
            Wall::Group(_) => "partition",
        }
    }
}

/// The network in a run.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) topology: Arc<Topology>,
    routes: Arc<Routes>,
    /// The links and routes at the start.
    at_start: (Arc<Topology>, Arc<Routes>),
    packets: Vec<Option<Packet>>,
    free: Vec<u32>,
    pub(crate) barriers: Vec<Barrier>,
    /// Parts that wait at their receivers for the others, by message and copy.
    pub(crate) piles: BTreeMap<(MessageId, u16), Pile>,
    /// How many messages each node has sent to each other, row by row.
    sent: Vec<u32>,
    nodes: usize,
}

impl Network {
    pub(crate) fn new(topology: Arc<Topology>) -> Self {
        let nodes = topology.places.len();
        let routes = Arc::new(topology.routes());
        Self {
            at_start: (Arc::clone(&topology), Arc::clone(&routes)),
            topology,
            routes,
            packets: Vec::new(),
            free: Vec::new(),
            barriers: Vec::new(),
            piles: BTreeMap::new(),
            sent: vec![0; nodes * nodes],
            nodes,
        }
    }

    /// Makes room for one more sender, who has no link.
    pub(crate) fn bring(&mut self, place: Place) {
        self.topology_mut().guests.push(place);
        self.sent.resize(self.sent.len() + self.nodes, 0);
    }

    /// Puts everything back to the start. Routes that have not changed are not searched again.
    pub(crate) fn start_anew(&mut self) {
        self.topology = Arc::clone(&self.at_start.0);
        self.routes = Arc::clone(&self.at_start.1);
        self.packets.clear();
        self.free.clear();
        self.barriers.clear();
        self.piles.clear();
        self.sent.truncate(self.nodes * self.nodes);
        self.sent.fill(0);
    }

    /// Whether a node has this address. Who came along with a fault has none.
    pub(crate) fn has(&self, node: NodeId) -> bool {
        node.index() < self.nodes
    }

    /// The number of the next message of this pair, which is thereby taken.
    #[inline]
    pub(crate) fn number(&mut self, from: NodeId, to: NodeId) -> u32 {
        let count = &mut self.sent[from.index() * self.nodes + to.index()];
        *count += 1;
        *count - 1
    }

    /// The link that leads from `at` toward `to`, if there is a way.
    #[inline]
    pub(crate) fn next_link(&self, at: NodeId, to: NodeId) -> Option<LinkId> {
        self.routes.next(at, to)
    }

    /// The first barrier that a packet on this link runs into.
    #[inline]
    pub(crate) fn barrier(&self, link: &Link) -> Option<&Barrier> {
        self.barriers.iter().find(|barrier| barrier.stops(link))
    }

    /// The links, to be changed; [`Self::find_routes`] must follow.
    pub(crate) fn topology_mut(&mut self) -> &mut Topology {
        Arc::make_mut(&mut self.topology)
    }

    /// Works out the routes anew.
    pub(crate) fn find_routes(&mut self) {
        self.routes = Arc::new(self.topology.routes());
    }

    /// The links that are not as they were at the start, and whether each is in contact.
    pub(crate) fn moved_links(&self) -> impl Iterator<Item = (LinkId, &Link, bool)> {
        let (now, start) = (&self.topology, &self.at_start.0);
        let ids = (0..now.links.len() as u32).map(LinkId);
        // All are looked at only where something has changed at all.
        let ids = ids.take(if Arc::ptr_eq(now, start) { 0 } else { usize::MAX });
        ids.filter_map(move |id| {
            let (link, has_contact) = (&now.links[id.index()], now.contact[id.index()]);
            let is_same =
                start.links.get(id.index()) == Some(link) && start.contact[id.index()] == has_contact;
            (!is_same).then_some((id, link, has_contact))
        })
    }

    /// The names of the packets that a fault holds, those that have waited longest first.
    pub(crate) fn held_by(&self, slot: u16) -> Vec<MessageRef> {
        let is_held = |packet: &&Packet| packet.is_held_by(slot);
        let mut held: Vec<&Packet> = self.packets().filter(is_held).collect();
        held.sort_unstable_by_key(|packet| (packet.since, packet.message, packet.copy));
        held.into_iter().map(Packet::name).collect()
    }

    /// Takes a packet that a fault holds.
    pub(crate) fn take_held(&mut self, slot: u16, name: MessageRef) -> Option<Packet> {
        let is_it = |packet: &Packet| packet.is_held_by(slot) && packet.is_named(name);
        let place = self.packets_with_places().find(|(_, packet)| is_it(packet)).map(|(place, _)| place)?;
        let seq = self.at_mut(place)?.seq;
        self.take(place, seq)
    }

    /// Keeps a packet and gives its place.
    #[inline]
    pub(crate) fn insert(&mut self, packet: Packet) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.packets[place as usize] = Some(packet);
                place
            }
            None => {
                self.packets.push(Some(packet));
                self.packets.len() as u32 - 1
            }
        }
    }

    /// The packet at a place, if its place in the queue still has this number. It is under way no longer.
    #[inline]
    pub(crate) fn take(&mut self, place: u32, seq: u64) -> Option<Packet> {
        let packet = self.packets[place as usize].take_if(|packet| packet.seq == seq)?;
        self.free.push(place);
        Some(packet)
    }

    /// The packet at a place.
    pub(crate) fn at_mut(&mut self, place: u32) -> Option<&mut Packet> {
        self.packets[place as usize].as_mut()
    }

    /// The place of the packet of this name.
    pub(crate) fn find(&self, name: MessageRef) -> Option<u32> {
        self.packets_with_places().find(|(_, packet)| packet.is_named(name)).map(|(place, _)| place)
    }

    /// The packets under way with their places.
    pub(crate) fn packets_with_places(&self) -> impl Iterator<Item = (u32, &Packet)> {
        (0..).zip(&self.packets).filter_map(|(place, packet)| Some((place, packet.as_ref()?)))
    }

    /// The packets under way.
    pub(crate) fn packets(&self) -> impl Iterator<Item = &Packet> {
        self.packets.iter().flatten()
    }
}
