//! Nodes, links, barriers, packets and names of a network's picture. Must not know where nodes stand and why.

use std::collections::BTreeMap;

use super::super::hit::Hit;
use super::super::layout::plural;
use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::super::view::{Selection, ViewAs};
use super::super::words;
use super::{LinkLine, LinkState, NodeMark, PacketMark, Region, Sheet};
use crate::base::{LinkId, NodeId};
use crate::sim::{InFlight, NodeStatus, Role, Span, SpanKind};

/// A wall clock that is off by less, in nanoseconds, is not pointed out.
const CLOCK_OFF_LEAST: i64 = 100_000_000;
/// So many clocks that are off are told of in words, on a map.
const CLOCKS_TOLD_MAX: usize = 6;
/// So many packets are drawn at most.
const PACKETS_MAX: usize = 400;

impl Sheet<'_> {
    pub(super) fn lay_nodes(&mut self) {
        let source = self.source;
        for node in NodeId::first(source.roles.len()) {
            let is_known = match self.view.view_as {
                ViewAs::Outside => true,
                ViewAs::Node(own, _) => own == node,
            };
            // A paused node does not know that it is; a dead one knows nothing.
            let status = if self.is_outside() { source.status[node.index()] } else { NodeStatus::Up };
            let off = source.trace.wall_at(node, self.at).0.saturating_sub(self.at.0 as i64);
            let clock_off = Some(off)
                .filter(|off| self.is_outside() && off.unsigned_abs() >= CLOCK_OFF_LEAST.unsigned_abs());
            let at = self.plan.point(node);
            let role = source.roles[node.index()];
            self.crowd.block(at, 6.0);
            self.picture.nodes.push(NodeMark {
                node,
                at,
                role,
                status,
                clock_off,
                is_selected: self.view.selection == Selection::Node(node),
                is_chosen: self.view.chosen.contains(&node),
                is_parted: false,
                is_ringed: false,
                agency: None,
                is_unseen: !is_known,
                name: format!("{}, {}", source.trace.name(node), called(role)),
            });
        }
    }

    /// Links, and the cuts and partitions that last.
    pub(super) fn lay_barriers(&mut self) {
        let lasting: Vec<Span> = if self.is_outside() {
            self.source.trace.spans().filter(|span| span.to.is_none()).collect()
        } else {
            Vec::new()
        };
        for (place, (id, from, to, is_both)) in self.pairs().into_iter().enumerate() {
            self.picture.contacts = place + 1;
            let is_cut = lasting.iter().any(|span| stops(span, from, to));
            if !is_cut && !self.view.has_links {
                continue;
            }
            let state = match (is_cut, is_both) {
                (true, _) => LinkState::Cut,
                (false, true) => LinkState::Open,
                (false, false) => LinkState::OneWay,
            };
            let trace = self.source.trace;
            let how = match state {
                LinkState::Open => "",
                LinkState::OneWay => ", one way",
                LinkState::Coming => ", in a moment",
                LinkState::Cut => ", cut",
            };
            let name = format!("link from {} to {}{how}", trace.name(from), trace.name(to));
            let is_satellite = |node: NodeId| self.source.roles[node.index()] == Role::Satellite;
            let is_between_satellites = self.plan.is_map() && is_satellite(from) && is_satellite(to);
            let pieces = self.plan.line(from, to);
            self.picture.links.push(LinkLine { id, from, to, pieces, state, is_between_satellites, name });
        }
        // Texts keep off the links, so that these come first.
        for span in &lasting {
            match span.kind {
                SpanKind::Partition => self.lay_partition(span),
                SpanKind::Pause | SpanKind::Outage => self.say_state(span),
                SpanKind::Cut => {}
            }
        }
    }

    /// Pairs of nodes in contact: a link of them, both ends, and whether there is one each way.
    fn pairs(&self) -> Vec<(LinkId, NodeId, NodeId, bool)> {
        let mut pairs: BTreeMap<(NodeId, NodeId), (LinkId, NodeId, NodeId, bool)> = BTreeMap::new();
        for (id, link) in self.source.topology.contacts() {
            let key = (link.from.min(link.to), link.from.max(link.to));
            pairs
                .entry(key)
                .and_modify(|pair| pair.3 |= pair.1 != link.from)
                .or_insert((id, link.from, link.to, false));
        }
        pairs.into_values().collect()
    }

    fn lay_partition(&mut self, span: &Span) {
        let trace = self.source.trace;
        let names: Vec<&str> = span.nodes.iter().map(|&node| trace.name(node)).collect();
        let way = if span.one_way { ", one way" } else { "" };
        let who = if names.len() > 6 { format!("{} nodes", names.len()) } else { names.join(", ") };
        let name = format!("{who} parted from all others{way}");
        for &node in &span.nodes {
            self.picture.nodes[node.index()].is_parted = true;
            self.picture.nodes[node.index()].is_ringed = self.plan.is_map();
        }
        let points: Vec<Point> = span.nodes.iter().map(|&node| self.plan.point(node)).collect();
        let outline = if self.plan.is_map() { Vec::new() } else { around(&points, 26.0) };
        if let Some(top) = outline.iter().copied().min_by(|a, b| a.y.total_cmp(&b.y)) {
            let above = Point::new(top.x, top.y - 6.0);
            let bottom = outline.iter().map(|point| point.y).fold(top.y, f64::max);
            let below = Point::new(top.x, bottom + 14.0);
            let middle = points.iter().map(|point| point.x).sum::<f64>() / points.len().max(1) as f64;
            let inside = Point::new(middle, top.y + 12.0);
            let places = [
                (above, Anchor::Middle),
                (above, Anchor::Start),
                (above, Anchor::End),
                (below, Anchor::Middle),
                (below, Anchor::Start),
                (below, Anchor::End),
                (inside, Anchor::Middle),
                (inside, Anchor::Start),
                (inside, Anchor::End),
            ];
            self.write_clear(&["parted"], Font::Words, Tone::Lost, &places);
        }
        self.picture.regions.push(Region { outline, nodes: span.nodes.clone(), name });
    }

    /// Says beside a node that it is paused or down, and for how long.
    fn say_state(&mut self, span: &Span) {
        let trace = self.source.trace;
        let Some(&node) = span.nodes.first() else { return };
        let what = if span.kind == SpanKind::Pause { "paused" } else { "down" };
        let says = format!("{what} {}", words::rough(self.at.since(span.from)));
        let mark = &mut self.picture.nodes[node.index()];
        mark.name += &format!(", {says}");
        let at = mark.at;
        let text = format!("{} {says}", trace.name(node));
        let places = beside(at, 11.0, self.middle());
        let short = format!("{} {what}", trace.name(node));
        self.write_clear(&[&text, &short], Font::Code, Tone::Lost, &places);
    }

    /// Names stand outside of what is drawn around a middle; on a map, all stand to the right.
    fn middle(&self) -> f64 {
        if self.plan.is_map() { f64::MIN } else { self.view.width / 2.0 }
    }

    pub(super) fn lay_packets(&mut self) {
        // Who is inside cannot see what is under way.
        if !self.is_outside() {
            return;
        }
        let all = self.source.in_flight;
        let mut crowd: BTreeMap<(Option<LinkId>, u16), u32> = BTreeMap::new();
        for packet in all.iter().take(PACKETS_MAX) {
            // Packets that set out together would cover one another: they fly side by side.
            let beside = crowd.entry((packet.link, packet.progress / 40)).or_insert(0);
            *beside += 1;
            let beside = *beside - 1;
            self.lay_packet(packet, beside);
        }
        if all.len() > PACKETS_MAX {
            let text = format!("and {} more packets", all.len() - PACKETS_MAX);
            let corner = Point::new(self.view.width - 10.0, self.view.height - 8.0);
            self.write(&text, Font::Words, Tone::Dim, &[(corner, Anchor::End)]);
        }
    }

    fn lay_packet(&mut self, packet: &InFlight, beside: u32) {
        let trace = self.source.trace;
        let (from, to) = match packet.link.and_then(|link| self.source.topology.links.get(link.index())) {
            Some(link) => (link.from, link.to),
            None => (packet.name.from, packet.name.from),
        };
        let at = self.plan.along(from, to, f64::from(packet.progress) / 1_000.0);
        // Alternately to the left and to the right of the line.
        let step = f64::from(beside.div_ceil(2)) * if beside.is_multiple_of(2) { -7.0 } else { 7.0 };
        let (a, b) = (self.plan.point(from), self.plan.point(to));
        let length = a.distance(b).max(1.0);
        let aside = Point::new(-(b.y - a.y) / length, (b.x - a.x) / length);
        let at = Point::new(at.x + aside.x * step, at.y + aside.y * step);
        let copy = packet.name.copy;
        let copied = if copy > 0 { format!(", copy {copy}") } else { String::new() };
        let name = format!(
            "{}{copied}, between {} and {}, arrives there in {}",
            words::message(trace, packet.message),
            trace.name(from),
            trace.name(to),
            words::rough(packet.remaining)
        );
        let is_selected = self.view.selection == Selection::Message(packet.message);
        let hit = Hit::Message(packet.message, copy);
        self.picture.packets.push(PacketMark { hit, at, is_copy: copy > 0, is_selected, name });
    }

    /// Names of nodes, those that matter first.
    pub(super) fn lay_names(&mut self) {
        let trace = self.source.trace;
        let marks = self.picture.nodes.clone();
        let has_all = self.view.has_names || !self.plan.is_map();
        let (first, rest): (Vec<NodeMark>, Vec<NodeMark>) = marks
            .into_iter()
            .partition(|mark| mark.is_selected || mark.is_chosen || mark.clock_off.is_some());
        // Where very many clocks are off, their marks say so, and words would hide the map.
        let clocks_off = first.iter().filter(|mark| mark.clock_off.is_some()).count();
        let tells_clocks = has_all || clocks_off <= CLOCKS_TOLD_MAX;
        for mark in first.into_iter().chain(rest) {
            // What is paused or down has been named already.
            let is_named = mark.status != NodeStatus::Up;
            let is_wanted = has_all
                || mark.role != Role::Satellite
                || mark.is_selected
                || mark.is_chosen
                || mark.clock_off.is_some() && tells_clocks
                || !mark.is_unseen && !self.is_outside();
            if is_named || !is_wanted {
                continue;
            }
            let name = trace.name(mark.node);
            let text = match mark.clock_off.filter(|_| tells_clocks || mark.is_selected) {
                Some(off) => format!("{name} clock {}", words::rough_difference(off)),
                None => name.to_owned(),
            };
            let tone = match (mark.is_unseen, mark.clock_off) {
                (true, _) => Tone::Dim,
                (false, Some(_)) => Tone::Future,
                (false, None) => Tone::Ink,
            };
            // Outside the ring of what is selected, and beside the little clock.
            let by = if mark.is_selected || mark.clock_off.is_some() { 16.5 } else { 9.0 };
            self.write_clear(&[&text, name], Font::Words, tone, &beside(mark.at, by, self.middle()));
        }
        for place in 0..self.picture.nodes.len() {
            let mark = &mut self.picture.nodes[place];
            if let Some(off) = mark.clock_off {
                mark.name += &format!(", its clock is off by {}", words::rough_difference(off));
            }
            if mark.is_parted {
                mark.name += ", parted";
            }
            if mark.is_unseen {
                mark.name += ", not seen from here";
            }
            let node = mark.node;
            let waiting = self.source.in_flight.iter().filter(|packet| packet.name.to == node).count();
            if waiting > 0 && self.is_outside() {
                let text = format!(", {waiting} {} under way to it", plural(waiting, "message", "messages"));
                self.picture.nodes[place].name += &text;
            }
        }
    }
}

/// Whether a lasting span stops packets of this pair, one way or both.
fn stops(span: &Span, from: NodeId, to: NodeId) -> bool {
    match span.kind {
        SpanKind::Cut => span.nodes.contains(&from) && span.nodes.contains(&to),
        SpanKind::Partition => span.nodes.contains(&from) != span.nodes.contains(&to),
        SpanKind::Pause | SpanKind::Outage => false,
    }
}

/// What a role is called.
pub(super) const fn called(role: Role) -> &'static str {
    match role {
        Role::Satellite => "satellite",
        Role::Station => "ground station",
        Role::Server => "server",
        Role::Client => "client",
        Role::Attacker => "attacker",
    }
}

/// Places for a text beside a mark, the side away from `middle` first.
fn beside(at: Point, by: f64, middle: f64) -> [(Point, Anchor); 10] {
    let place = |x: f64, y: f64, anchor| (Point::new(at.x + x, at.y + y), anchor);
    // Aslant, off the mark itself and off a line that runs along.
    let low = by * 0.62;
    let mut places = [
        place(by, 4.0, Anchor::Start),
        place(-by, 4.0, Anchor::End),
        place(by, -low, Anchor::Start),
        place(-by, -low, Anchor::End),
        place(0.0, -by, Anchor::Middle),
        place(0.0, by + 8.0, Anchor::Middle),
        place(by, low + 8.0, Anchor::Start),
        place(-by, low + 8.0, Anchor::End),
        place(0.0, -by - 6.0, Anchor::Middle),
        place(0.0, by + 14.0, Anchor::Middle),
    ];
    if at.x < middle {
        places.swap(0, 1);
    }
    places
}

/// The outline around points, this far out: the hull of a small octagon around each (Andrew 1979).
pub(super) fn around(points: &[Point], by: f64) -> Vec<Point> {
    let (far, near) = (by, by * 0.414_214);
    let octagon = [
        (far, near),
        (near, far),
        (-near, far),
        (-far, near),
        (-far, -near),
        (-near, -far),
        (near, -far),
        (far, -near),
    ];
    let mut corners: Vec<Point> =
        points.iter().flat_map(|point| octagon.map(|(x, y)| Point::new(point.x + x, point.y + y))).collect();
    corners.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let half = |corners: &mut dyn Iterator<Item = Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for corner in corners {
            while let [.., a, b] = chain[..]
                && (b.x - a.x) * (corner.y - a.y) - (b.y - a.y) * (corner.x - a.x) <= 0.0
            {
                chain.pop();
            }
            chain.push(corner);
        }
        chain.pop();
        chain
    };
    let mut hull = half(&mut corners.iter().copied());
    hull.extend(half(&mut corners.iter().rev().copied()));
    hull
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_holds_its_points_with_room_around() {
        let points = [Point::new(0.0, 0.0), Point::new(100.0, 0.0), Point::new(50.0, 80.0)];
        let outline = around(&points, 20.0);
        let is_left_of =
            |a: Point, b: Point, p: Point| (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) >= 0.0;
        for point in points.iter().copied().chain([Point::new(110.0, 0.0), Point::new(50.0, 40.0)]) {
            let edges = outline.iter().zip(outline.iter().cycle().skip(1));
            assert!(edges.clone().all(|(&a, &b)| is_left_of(a, b, point)), "{point:?} of {outline:?}");
        }
        assert!(outline.len() < 24, "inner corners are gone: {}", outline.len());
    }
}
