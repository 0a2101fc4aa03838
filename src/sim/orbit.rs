//! Circular orbits: a Walker constellation around a round Earth that does not turn.
//!
//! The picture of a constellation and the distances along its links come from here. The Earth stands still
//! and has no atmosphere, which the closed forms of the tests can follow; a lesson about networks needs no
//! better. Must not know what the satellites are for.
//!
//! # Sources
//! Walker 1984, "Satellite constellations" (the delta pattern i: t/p/f). Constants: mean Earth radius
//! 6,371 km; gravitational parameter 398,600.4418 km³/s²; light 299,792.458 km/s.

mod passes;

use core::f64::consts::{PI, TAU};

pub use passes::Pass;

use super::topology::{Link, Place, Topology};
use crate::base::{Duration, NodeId, TrueTime};

/// The mean radius of the Earth in kilometres.
pub const EARTH_RADIUS_KM: f64 = 6_371.0;
/// The Earth's gravitational parameter in km³/s².
const GRAVITY: f64 = 398_600.441_8;
/// The speed of light in km/s.
const LIGHT_KM_PER_S: f64 = 299_792.458;

/// A point in kilometres from the Earth's centre: x toward longitude 0 on the equator, z toward the north pole.
pub type Point = [f64; 3];

/// A Walker delta pattern i: t/p/f on circular orbits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constellation {
    /// How many orbital planes (p).
    pub planes: u16,
    /// How many satellites in each (t / p).
    pub per_plane: u16,
    /// The relative spacing between neighbouring planes (f), in units of 360° / t.
    pub phasing: u16,
    /// How high the orbits are above the ground, in kilometres.
    pub altitude_km: f64,
    /// Their inclination to the equator, in degrees.
    pub inclination: f64,
    /// The least elevation above the horizon at which a station can talk to a satellite, in degrees.
    pub least_elevation: f64,
}

impl Constellation {
    /// Forty-eight satellites in six planes, 780 km up at 60°, reached above 10° of elevation.
    pub const MERIDIAN: Self = Self {
        planes: 6,
        per_plane: 8,
        phasing: 1,
        altitude_km: 780.0,
        inclination: 60.0,
        least_elevation: 10.0,
    };

    /// The radius of the orbits, in kilometres.
    pub fn radius_km(&self) -> f64 {
        EARTH_RADIUS_KM + self.altitude_km
    }

    /// How long one revolution takes, by Kepler's third law.
    pub fn period(&self) -> Duration {
        let r = self.radius_km();
        Duration((TAU * (r * r * r / GRAVITY).sqrt() * 1e9) as u64)
    }

    /// Where a satellite is.
    pub fn satellite(&self, plane: u16, slot: u16, at: TrueTime) -> Point {
        let (node, start) = self.elements(plane, slot);
        let period = self.period().0;
        // The phase is taken modulo the period in integers, so that it stays exact in long runs.
        let turned = TAU * (at.0 % period) as f64 / period as f64;
        let (along, tilt) = (start + turned, self.inclination * PI / 180.0);
        let (u, v) = (libm::cos(along), libm::sin(along));
        let (c, s) = (libm::cos(node), libm::sin(node));
        let r = self.radius_km();
        [
            r * (c * u - s * v * libm::cos(tilt)),
            r * (s * u + c * v * libm::cos(tilt)),
            r * v * libm::sin(tilt),
        ]
    }

    /// Of a satellite's orbit the longitude of the ascending node, and how far from it the satellite starts.
    fn elements(&self, plane: u16, slot: u16) -> (f64, f64) {
        let planes = f64::from(self.planes);
        let total = planes * f64::from(self.per_plane);
        let node = TAU * f64::from(plane) / planes;
        let start =
            TAU * (f64::from(slot) / f64::from(self.per_plane) + f64::from(self.phasing * plane) / total);
        (node, start)
    }

    /// Where a node is, if its place is on the ground or in orbit.
    pub fn point(&self, place: Place, at: TrueTime) -> Option<Point> {
        match place {
            Place::Fixed { .. } => None,
            Place::Ground { latitude, longitude } => Some(ground(latitude, longitude)),
            Place::Orbit { plane, slot } => Some(self.satellite(plane, slot, at)),
        }
    }

    /// Whether a station at `ground` sees a satellite at `satellite` above the least elevation.
    pub fn sees(&self, ground: Point, satellite: Point) -> bool {
        elevation_sine(ground, satellite) >= libm::sin(self.least_elevation * PI / 180.0)
    }
}

/// A point on the ground, from degrees north and east.
pub fn ground(latitude: f64, longitude: f64) -> Point {
    let (lat, lon) = (latitude * PI / 180.0, longitude * PI / 180.0);
    let flat = EARTH_RADIUS_KM * libm::cos(lat);
    [flat * libm::cos(lon), flat * libm::sin(lon), EARTH_RADIUS_KM * libm::sin(lat)]
}

/// Degrees north and east of the point on the ground below.
pub fn below(point: Point) -> (f64, f64) {
    let latitude = libm::asin((point[2] / length(point)).clamp(-1.0, 1.0));
    (latitude * 180.0 / PI, libm::atan2(point[1], point[0]) * 180.0 / PI)
}

/// How far apart two points are, in kilometres.
pub fn distance_km(a: Point, b: Point) -> f64 {
    length([a[0] - b[0], a[1] - b[1], a[2] - b[2]])
}

/// How long light takes from one point to another.
pub fn light_time(a: Point, b: Point) -> Duration {
    Duration((distance_km(a, b) / LIGHT_KM_PER_S * 1e9) as u64)
}

/// The sine of the angle above the horizon at which `target` stands, seen from `ground`.
fn elevation_sine(ground: Point, target: Point) -> f64 {
    let way = [target[0] - ground[0], target[1] - ground[1], target[2] - ground[2]];
    let up = way[0] * ground[0] + way[1] * ground[1] + way[2] * ground[2];
    up / (length(way) * length(ground))
}

fn length(point: Point) -> f64 {
    (point[0] * point[0] + point[1] * point[1] + point[2] * point[2]).sqrt()
}

impl Topology {
    /// Satellites of a constellation, then stations at these places on the ground (degrees north and east).
    ///
    /// Each satellite is linked with its neighbours in its plane and with the one of its own slot in the
    /// planes beside; each station with every satellite that it sees at the start.
    pub fn orbiting(constellation: Constellation, stations: &[(f64, f64)]) -> Self {
        let (planes, slots) = (constellation.planes, constellation.per_plane);
        let id = |plane: u16, slot: u16| NodeId(plane * slots + slot);
        let orbit = (0..planes).flat_map(|plane| (0..slots).map(move |slot| Place::Orbit { plane, slot }));
        let on_ground = stations.iter().map(|&(latitude, longitude)| Place::Ground { latitude, longitude });
        let mut topology = Self::unlinked(orbit.chain(on_ground).collect());
        topology.constellation = Some(constellation);
        for (plane, slot) in (0..planes).flat_map(|plane| (0..slots).map(move |slot| (plane, slot))) {
            for other in [id(plane, (slot + 1) % slots), id((plane + 1) % planes, slot)] {
                topology.join_by_light(id(plane, slot), other);
            }
        }
        for (station, satellite) in topology.visible(TrueTime::ZERO) {
            topology.join_by_light(station, satellite);
        }
        topology
    }

    /// The pairs of a station and a satellite that see each other at an instant, in order.
    pub fn visible(&self, at: TrueTime) -> Vec<(NodeId, NodeId)> {
        let Some(constellation) = self.constellation else { return Vec::new() };
        let point = |node: NodeId| constellation.point(self.places[node.index()], at);
        let is_on_ground = |node: &NodeId| matches!(self.places[node.index()], Place::Ground { .. });
        let nodes = || NodeId::first(self.places.len());
        nodes()
            .filter(is_on_ground)
            .flat_map(|station| {
                nodes().filter(|node| !is_on_ground(node)).map(move |satellite| (station, satellite))
            })
            .filter(|&(station, satellite)| match (point(station), point(satellite)) {
                (Some(ground), Some(above)) => constellation.sees(ground, above),
                _ => false,
            })
            .collect()
    }

    /// The time that light takes between two nodes at an instant, if both have a place in space.
    pub fn light_between(&self, a: NodeId, b: NodeId, at: TrueTime) -> Option<Duration> {
        let constellation = self.constellation?;
        let point = |node: NodeId| constellation.point(self.places[node.index()], at);
        Some(light_time(point(a)?, point(b)?))
    }

    fn join_by_light(&mut self, a: NodeId, b: NodeId) {
        if a == b || self.is_linked(a, b) {
            return;
        }
        if let Some(delay) = self.light_between(a, b, TrueTime::ZERO) {
            self.connect(Link { from: a, to: b, delay });
            self.connect(Link { from: b, to: a, delay });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALKER: Constellation = Constellation::MERIDIAN;

    #[test]
    fn the_period_is_the_one_of_a_table() {
        // 780 km: Iridium's altitude, whose period is given as 100.4 minutes.
        let minutes = WALKER.period().0 as f64 / 60e9;
        assert!((minutes - 100.4).abs() < 0.2, "{minutes}");
    }

    #[test]
    fn satellites_stay_on_their_sphere_and_below_their_inclination() {
        for (plane, slot, at) in [(0, 0, 0), (3, 5, 1_000_000_000_000), (5, 7, 9_999_999_999_999)] {
            let point = WALKER.satellite(plane, slot, TrueTime(at));
            assert!((length(point) - WALKER.radius_km()).abs() < 1e-6);
            assert!(below(point).0.abs() <= WALKER.inclination + 1e-9);
        }
    }

    #[test]
    fn neighbours_in_a_plane_are_a_chord_apart() {
        let (a, b) = (WALKER.satellite(2, 0, TrueTime(5)), WALKER.satellite(2, 1, TrueTime(5)));
        let chord = 2.0 * WALKER.radius_km() * libm::sin(PI / f64::from(WALKER.per_plane));
        assert!((distance_km(a, b) - chord).abs() < 1e-6);
    }

    #[test]
    fn a_satellite_overhead_is_seen_and_one_behind_the_earth_is_not() {
        let overhead = WALKER.satellite(0, 0, TrueTime::ZERO);
        let (latitude, longitude) = below(overhead);
        assert!(WALKER.sees(ground(latitude, longitude), overhead));
        assert!(!WALKER.sees(ground(-latitude, longitude + 180.0), overhead));
    }

    #[test]
    fn the_edge_of_sight_is_at_the_closed_form_of_the_central_angle() {
        // cos(central + elevation) = R / r · cos(elevation), the law of sines in the triangle of sight.
        let elevation = WALKER.least_elevation * PI / 180.0;
        let central = libm::acos(EARTH_RADIUS_KM / WALKER.radius_km() * libm::cos(elevation)) - elevation;
        let overhead = WALKER.satellite(0, 0, TrueTime::ZERO);
        let (latitude, longitude) = below(overhead);
        let degrees = central * 180.0 / PI;
        assert!(WALKER.sees(ground(latitude, longitude + degrees - 0.01), overhead));
        assert!(!WALKER.sees(ground(latitude, longitude + degrees + 0.01), overhead));
    }
}
