//! Where nodes stand: on a map of the ground below, or where the scene put them.
//!
//! The map is equirectangular: as far across as degrees east, as far down as degrees south. Lines between two
//! points go the shorter way round, over the map's edge if need be. Must not know what a node does.

use super::super::shape::Point;
use crate::base::{NodeId, TrueTime};
use crate::sim::orbit::{self, Constellation};
use crate::sim::{Place, Topology};

/// The map reaches this far north and south, in degrees: beyond, there are neither stations nor satellites.
const LATITUDE_MOST: f64 = 80.0;
/// Room at the edges, in pixels.
const EDGE: f64 = 20.0;
/// How far a packet keeps off the nodes at the ends of its way, in pixels.
const CLEAR: f64 = 14.0;
/// From line to line of the map, in degrees.
const GRID: f64 = 30.0;
/// So many points make the track of an orbit.
const TRACK: u32 = 120;

/// Where everything stands in a picture of some size.
pub(super) struct Plan {
    width: f64,
    height: f64,
    is_map: bool,
    points: Vec<Point>,
}

impl Plan {
    pub(super) fn new(topology: &Topology, width: f64, height: f64, at: TrueTime) -> Self {
        let is_fixed = |place: &Place| matches!(place, Place::Fixed { .. });
        let is_map = topology.constellation.is_some() || !topology.places.iter().all(is_fixed);
        let mut plan = Self { width, height, is_map, points: Vec::new() };
        plan.points = topology
            .places
            .iter()
            .chain(&topology.guests)
            .map(|&place| plan.place(topology, place, at))
            .collect();
        plan
    }

    pub(super) fn is_map(&self) -> bool {
        self.is_map
    }

    /// Where a node stands.
    pub(super) fn point(&self, node: NodeId) -> Point {
        self.points[node.index()]
    }

    fn place(&self, topology: &Topology, place: Place, at: TrueTime) -> Point {
        match (place, topology.constellation) {
            (Place::Fixed { x, y }, _) => self.fixed(x, y),
            (Place::Ground { latitude, longitude }, _) => self.project(latitude, longitude),
            (Place::Orbit { plane, slot }, Some(constellation)) => {
                let (latitude, longitude) = orbit::below(constellation.satellite(plane, slot, at));
                self.project(latitude, longitude)
            }
            (Place::Orbit { .. }, None) => self.fixed(0.5, 0.5),
        }
    }

    /// Fixed places fill a square in the middle, stretched a little where the picture is wide.
    fn fixed(&self, x: f64, y: f64) -> Point {
        let (width, height) = (self.width - 2.0 * EDGE, self.height - 2.0 * EDGE);
        let across = width.min(height * 1.9);
        let down = height.min(width * 1.2);
        Point::new(self.width / 2.0 + (x - 0.5) * across, self.height / 2.0 + (y - 0.5) * down)
    }

    fn project(&self, latitude: f64, longitude: f64) -> Point {
        let (width, height) = (self.width - 2.0 * EDGE, self.height - 2.0 * EDGE);
        let down = (0.5 - latitude / (2.0 * LATITUDE_MOST)).clamp(0.0, 1.0);
        Point::new(EDGE + width * (longitude + 180.0) / 360.0, EDGE + height * down)
    }

    /// The line between two nodes, in two pieces where it passes over the edge of the map.
    pub(super) fn line(&self, from: NodeId, to: NodeId) -> Vec<(Point, Point)> {
        let (a, b) = (self.point(from), self.point(to));
        let round = self.width - 2.0 * EDGE;
        if !self.is_map || (a.x - b.x).abs() <= round / 2.0 {
            return vec![(a, b)];
        }
        // Both ends as seen from the other side of the edge.
        let turn = if a.x < b.x { -round } else { round };
        let beyond = Point::new(b.x + turn, b.y);
        let edge = if a.x < b.x { EDGE } else { self.width - EDGE };
        let share = if beyond.x == a.x { 0.5 } else { (edge - a.x) / (beyond.x - a.x) };
        let leaving = a.toward(beyond, share);
        vec![(a, leaving), (Point::new(leaving.x - turn, leaving.y), b)]
    }

    /// The point `share` of the way along the line between two nodes.
    pub(super) fn along(&self, from: NodeId, to: NodeId, share: f64) -> Point {
        let pieces = self.line(from, to);
        let whole: f64 = pieces.iter().map(|(a, b)| a.distance(*b)).sum();
        // A packet that has just set out, or is almost there, does not cover the node.
        let clear = CLEAR.min(whole * 0.3);
        let mut left = clear + (whole - 2.0 * clear) * share;
        for (a, b) in &pieces {
            let length = a.distance(*b);
            if left <= length && length > 0.0 {
                return a.toward(*b, left / length);
            }
            left -= length;
        }
        self.point(to)
    }

    /// The lines of the map.
    pub(super) fn graticule(&self) -> Vec<(Point, Point)> {
        if !self.is_map {
            return Vec::new();
        }
        let steps =
            |from: f64, to: f64| (0..).map(move |n| from + f64::from(n) * GRID).take_while(move |&v| v <= to);
        let down = steps(-180.0, 180.0).map(|longitude| {
            (self.project(LATITUDE_MOST, longitude), self.project(-LATITUDE_MOST, longitude))
        });
        let across = steps(-60.0, 60.0)
            .map(|latitude| (self.project(latitude, -180.0), self.project(latitude, 180.0)));
        down.chain(across).collect()
    }

    /// The ground tracks of the orbital planes, in pieces that end at the map's edge.
    pub(super) fn orbits(&self, topology: &Topology, at: TrueTime) -> Vec<Vec<Point>> {
        let Some(constellation) = topology.constellation else { return Vec::new() };
        (0..constellation.planes).flat_map(|plane| self.track(constellation, plane, at)).collect()
    }

    /// One revolution of a plane's first satellite is where all of its satellites are.
    fn track(&self, constellation: Constellation, plane: u16, at: TrueTime) -> Vec<Vec<Point>> {
        let period = constellation.period().0;
        let mut pieces: Vec<Vec<Point>> = vec![Vec::new()];
        for n in 0..=TRACK {
            let later = TrueTime(at.0 + period / u64::from(TRACK) * u64::from(n));
            let (latitude, longitude) = orbit::below(constellation.satellite(plane, 0, later));
            let point = self.project(latitude, longitude);
            let before = pieces.last().and_then(|piece| piece.last()).copied();
            if before.is_some_and(|before| (before.x - point.x).abs() > self.width / 2.0) {
                pieces.push(Vec::new());
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push(point);
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Duration;

    fn plan() -> (Topology, Plan) {
        let topology =
            Topology::orbiting(Constellation::MERIDIAN, &[(0.0, -179.0), (0.0, 179.0), (0.0, 0.0)]);
        let plan = Plan::new(&topology, 760.0, 360.0, TrueTime::ZERO);
        (topology, plan)
    }

    #[test]
    fn the_middle_of_the_map_is_where_the_equator_meets_the_first_meridian() {
        let (_, plan) = plan();
        assert_eq!(plan.point(NodeId(50)), Point::new(380.0, 180.0));
    }

    #[test]
    fn a_line_goes_the_shorter_way_over_the_edge() {
        let (_, plan) = plan();
        let pieces = plan.line(NodeId(48), NodeId(49));
        assert_eq!(pieces.len(), 2);
        let length: f64 = pieces.iter().map(|(a, b)| a.distance(*b)).sum();
        assert!((length - 720.0 * 2.0 / 360.0).abs() < 1e-9, "two degrees of 360: {length}");
        assert_eq!(plan.line(NodeId(48), NodeId(50)).len(), 1);
        let middle = plan.along(NodeId(48), NodeId(49), 0.5);
        assert!(middle.x <= 20.0 + 1e-9 || middle.x >= 740.0 - 1e-9, "{middle:?}");
    }

    #[test]
    fn satellites_stay_on_the_track_of_their_plane() {
        let (topology, plan) = plan();
        let later = TrueTime::ZERO + Duration::secs(777);
        let moved = Plan::new(&topology, 760.0, 360.0, later);
        let tracks = plan.orbits(&topology, TrueTime::ZERO);
        for satellite in NodeId::first(48) {
            let at = moved.point(satellite);
            let close = tracks.iter().flatten().map(|point| point.distance(at)).fold(f64::MAX, f64::min);
            assert!(close < 6.0, "{satellite} is {close} px off every track");
        }
    }
}
