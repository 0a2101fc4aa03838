//! What waits in the network and who owns what: gauges beside links and nodes, handovers, and agencies.
//!
//! A gauge is a small vessel whose level is its size by powers of ten, with its number beside it. An agency is an
//! outline with its name, or on a map, where its nodes may be anywhere, a ring around each of them whose dashes are
//! its own. Must not know which fault tells what.

use super::super::shape::{Anchor, Font, Point};
use super::super::theme::Tone;
use super::super::words;
use super::parts::around;
use super::{Agency, AgencyMark, GaugeMark, LinkLine, LinkState, Sheet};
use crate::analysis::plots::Quantity;
use crate::base::{Duration, LinkId};
use crate::sim::{FateUnit, Gauge};

/// How far along its link a gauge stands, seen from where the queue is.
const ALONG: f64 = 0.28;
/// How far beside the link, in pixels.
const ASIDE: f64 = 11.0;
/// How high the vessel of a gauge is filled at most.
const LEVEL_MOST: u8 = 4;

impl Sheet<'_> {
    /// What waits, and what is being handed over. Only the observer outside knows.
    pub(super) fn lay_gauges(&mut self) {
        if !self.is_outside() {
            return;
        }
        for gauge in self.source.gauges.iter().filter(|gauge| gauge.size > 0) {
            match (gauge.link, gauge.unit) {
                (Some(link), FateUnit::Nanos) => self.lay_handover(link, gauge),
                (Some(link), _) => self.lay_queue(link, gauge),
                (None, _) => self.lay_backlog(gauge),
            }
        }
    }

    /// A queue at the near end of a link.
    fn lay_queue(&mut self, id: LinkId, gauge: &Gauge) {
        let Some(link) = self.source.topology.links.get(id.index()).copied() else { return };
        let (a, b) = (self.plan.point(link.from), self.plan.point(link.to));
        let on_line = self.plan.along(link.from, link.to, ALONG);
        let length = a.distance(b).max(1.0);
        let at =
            Point::new(on_line.x - (b.y - a.y) / length * ASIDE, on_line.y + (b.x - a.x) / length * ASIDE);
        let trace = self.source.trace;
        let amount = amount(gauge);
        let says = format!("{amount} wait at {} for {}", trace.name(link.from), trace.name(link.to));
        let is_it = |line: &&mut LinkLine| {
            (line.from, line.to) == (link.from, link.to) || (line.from, line.to) == (link.to, link.from)
        };
        if let Some(line) = self.picture.links.iter_mut().find(is_it) {
            line.name += &format!(", {says}");
        }
        self.put(at, gauge, &amount, says);
    }

    /// What waits at a node.
    fn lay_backlog(&mut self, gauge: &Gauge) {
        let Some(mark) = self.picture.nodes.get_mut(gauge.node.index()) else { return };
        let amount = amount(gauge);
        if gauge.unit == FateUnit::Nanos {
            mark.name += &format!(", {} in {amount}", gauge.effect);
            return;
        }
        mark.name += &format!(", {amount} wait there");
        let at = Point::new(mark.at.x, mark.at.y + 16.0);
        let says = format!("{amount} wait at {}", self.source.trace.name(gauge.node));
        self.put(at, gauge, &amount, says);
    }

    fn put(&mut self, at: Point, gauge: &Gauge, amount: &str, name: String) {
        // A map that is not shown has no size, so that the one bound may be beyond the other.
        let inside = |at: f64, from: f64, size: f64| at.min(size - from).max(from);
        let at = Point::new(inside(at.x, 6.0, self.view.width), inside(at.y, 8.0, self.view.height));
        self.crowd.block(at, 6.0);
        let base = at.y + 4.0;
        let places = [
            (Point::new(at.x + 8.0, base), Anchor::Start),
            (Point::new(at.x - 8.0, base), Anchor::End),
            (Point::new(at.x, at.y + 17.0), Anchor::Middle),
            (Point::new(at.x, at.y - 9.0), Anchor::Middle),
        ];
        self.write_clear(&[amount], Font::Code, Tone::Ink, &places);
        self.picture.gauges.push(GaugeMark { at, level: level(gauge), name });
    }

    /// A contact that is there and cannot be used yet.
    fn lay_handover(&mut self, id: LinkId, gauge: &Gauge) {
        let Some(link) = self.source.topology.links.get(id.index()).copied() else { return };
        let trace = self.source.trace;
        let left = words::rough(Duration(gauge.size));
        self.picture.links.push(LinkLine {
            id,
            from: link.from,
            to: link.to,
            pieces: self.plan.line(link.from, link.to),
            state: LinkState::Coming,
            is_between_satellites: false,
            name: format!("{} hands over to {}, in {left}", trace.name(link.from), trace.name(link.to)),
        });
        let at = self.plan.along(link.from, link.to, 0.5);
        self.write(
            &format!("handover {left}"),
            Font::Words,
            Tone::Dim,
            &[(at, Anchor::Middle), (at, Anchor::Start)],
        );
    }

    /// Who owns what.
    pub(super) fn lay_agencies(&mut self) {
        let agencies = self.source.agencies;
        for (place, agency) in agencies.iter().enumerate() {
            for &node in &agency.nodes {
                if let Some(mark) = self.picture.nodes.get_mut(node.index()) {
                    mark.agency = self.plan.is_map().then_some(place as u8);
                    mark.name += &format!(", of {}", agency.name);
                    if agency.is_yours {
                        mark.name += ", yours";
                    }
                }
            }
            self.lay_agency(place as u8, agency);
        }
    }

    fn lay_agency(&mut self, place: u8, agency: &Agency) {
        let yours = if agency.is_yours { " · yours" } else { "" };
        let label = format!("{}{yours}", agency.name);
        let is_map = self.plan.is_map();
        let points: Vec<Point> = agency.nodes.iter().map(|&node| self.plan.point(node)).collect();
        let row = self.view.height - 8.0 - f64::from(place) * 15.0;
        let outline = if is_map {
            around(&[Point::new(14.0, row - 4.0)], 6.0)
        } else {
            around(&points, self.reach(agency))
        };
        let tone = if agency.is_yours { Tone::Accent } else { Tone::Dim };
        if is_map {
            // A line of a legend in the corner.
            self.write(&label, Font::Words, tone, &[(Point::new(24.0, row), Anchor::Start)]);
        } else {
            let top = outline.iter().map(|point| point.y).fold(f64::MAX, f64::min);
            let bottom = outline.iter().map(|point| point.y).fold(f64::MIN, f64::max);
            let left = outline.iter().map(|point| point.x).fold(f64::MAX, f64::min);
            let right = outline.iter().map(|point| point.x).fold(f64::MIN, f64::max);
            let middle = (left + right) / 2.0;
            let places = [
                (Point::new(middle, top - 5.0), Anchor::Middle),
                (Point::new(left.max(4.0), top - 5.0), Anchor::Start),
                (Point::new(middle, bottom + 13.0), Anchor::Middle),
                (Point::new(right.min(self.view.width - 4.0), bottom + 13.0), Anchor::End),
            ];
            self.write(&label, Font::Words, tone, &places);
        }
        let count = agency.nodes.len();
        let name = format!("{}{}, {count} nodes", agency.name, if agency.is_yours { ", yours" } else { "" });
        self.picture.agencies.push(AgencyMark { place, outline, is_yours: agency.is_yours, name });
    }

    /// How far an agency's outline stands off: beyond its nodes' names, as far as these are short.
    fn reach(&self, agency: &Agency) -> f64 {
        let widths = agency.nodes.iter().map(|&node| Font::Words.width(self.source.trace.name(node)));
        (widths.fold(0.0, f64::max) + 20.0).clamp(21.0, 44.0)
    }

    /// Writes the first of these texts, each shorter than the one before it, that finds a place where it lies on no
    /// link; if there is none, the first that finds any place.
    pub(super) fn write_clear(&mut self, texts: &[&str], font: Font, tone: Tone, places: &[(Point, Anchor)]) {
        let mut tries = Vec::new();
        if !self.plan.is_map() {
            for text in texts {
                let lines = || self.picture.links.iter().flat_map(|link| &link.pieces).copied();
                let is_clear =
                    |place: &(Point, Anchor)| lines().all(|line| !crosses(line, text, font, *place));
                tries.push((*text, places.iter().copied().filter(is_clear).collect::<Vec<_>>()));
            }
        }
        tries.extend(texts.iter().map(|text| (*text, places.to_vec())));
        let _ = tries.iter().any(|(text, places)| self.write(text, font, tone, places));
    }
}

/// How much there is, with its unit: `1.5 kB`, `3 inputs`.
fn amount(gauge: &Gauge) -> String {
    match gauge.unit {
        FateUnit::Bytes => Quantity::Bytes.show(gauge.size),
        FateUnit::Nanos => words::rough(Duration(gauge.size)),
        FateUnit::Inputs if gauge.size == 1 => "1 input".to_owned(),
        unit => format!("{} {}", gauge.size, unit.name()),
    }
}

/// How high the vessel is filled: by powers of ten, from where one would begin to look.
fn level(gauge: &Gauge) -> u8 {
    let first = if gauge.unit == FateUnit::Bytes { 1_000 } else { 2 };
    let bars = [first, first * 10, first * 100].iter().filter(|bar| gauge.size >= **bar).count() as u8;
    (bars + 1).min(LEVEL_MOST)
}

/// Whether a line passes through the box of a text (Liang and Barsky 1984).
fn crosses((a, b): (Point, Point), text: &str, font: Font, (at, anchor): (Point, Anchor)) -> bool {
    let width = font.width(text);
    let left = anchor.start(at.x, width);
    let (right, top, bottom) =
        (left + width, at.y - 0.75 * font.size() - 1.0, at.y + 0.2 * font.size() + 1.0);
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for (way, room) in [(-dx, a.x - left), (dx, right - a.x), (-dy, a.y - top), (dy, bottom - a.y)] {
        if way == 0.0 {
            if room < 0.0 {
                return false;
            }
        } else if way < 0.0 {
            from = from.max(room / way);
        } else {
            to = to.min(room / way);
        }
    }
    from <= to
}

impl GaugeMark {
    /// The lines of its vessel, which is open above, and of what is in it.
    pub fn lines(&self) -> Vec<Vec<Point>> {
        let at = |x: f64, y: f64| Point::new(self.at.x + x, self.at.y + y);
        let vessel = vec![at(-5.0, -6.0), at(-5.0, 6.0), at(5.0, 6.0), at(5.0, -6.0)];
        let layer = |nth: u8| {
            let y = 4.0 - 2.5 * f64::from(nth);
            vec![at(-3.5, y), at(3.5, y)]
        };
        std::iter::once(vessel).chain((0..self.level).map(layer)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_through_a_text_is_told_from_one_beside_it() {
        let place = (Point::new(100.0, 50.0), Anchor::Start);
        let through = |a: (f64, f64), b: (f64, f64)| {
            crosses((Point::new(a.0, a.1), Point::new(b.0, b.1)), "S23", Font::Words, place)
        };
        assert!(through((0.0, 47.0), (200.0, 47.0)), "along it");
        assert!(through((105.0, 0.0), (105.0, 100.0)), "down through it");
        assert!(through((90.0, 30.0), (120.0, 60.0)), "aslant");
        assert!(!through((0.0, 60.0), (200.0, 60.0)), "below");
        assert!(!through((0.0, 47.0), (90.0, 47.0)), "it ends before");
        assert!(!through((130.0, 0.0), (130.0, 100.0)), "behind");
    }

    #[test]
    fn a_gauge_rises_by_powers_of_ten_and_says_how_much() {
        let gauge =
            |size, unit| Gauge { link: None, node: crate::base::NodeId(0), effect: "queue", size, unit };
        let of_bytes = [1, 999, 1_000, 10_000, 99_999, 100_000, 5_000_000]
            .map(|size| (level(&gauge(size, FateUnit::Bytes)), amount(&gauge(size, FateUnit::Bytes))));
        let expected =
            [(1, "1 B"), (1, "999 B"), (2, "1 kB"), (3, "10 kB"), (3, "99.9 kB"), (4, "100 kB"), (4, "5 MB")];
        assert_eq!(of_bytes, expected.map(|(level, says)| (level, says.to_owned())));
        assert_eq!(amount(&gauge(1, FateUnit::Inputs)), "1 input");
        assert_eq!(
            (level(&gauge(3, FateUnit::Inputs)), amount(&gauge(3, FateUnit::Inputs))),
            (2, "3 inputs".to_owned())
        );
    }
}
