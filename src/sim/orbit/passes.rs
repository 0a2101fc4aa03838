//! When a satellite passes over a station: rises and sets in closed form.
//!
//! Around an Earth that does not turn, a satellite passes over a station once in each revolution, always in
//! the same way. So a pass is worked out once and known for ever. Must not know what a contact is used for.
//!
//! # Sources
//! The angle between station and satellite goes like a cosine along the orbit, and sight ends at the central
//! angle λ with `cos(λ + ε) = R / r · cos ε`: Wertz and Larson, *Space Mission Analysis and Design* (1999),
//! section 5.3.1, which gives the length of a pass as `P / π · acos(cos λ_max / cos λ_min)`.

use core::f64::consts::{PI, TAU};

use super::super::topology::{Place, Topology};
use super::{Constellation, EARTH_RADIUS_KM, ground};
use crate::base::{Duration, NodeId, TrueTime};

/// How a satellite passes over a station, once in every revolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The station.
    pub station: NodeId,
    /// The satellite.
    pub satellite: NodeId,
    /// How long after the start of a revolution it rises; less than a period.
    rises: u64,
    /// How long it is above the least elevation.
    lasts: u64,
    period: u64,
}

impl Pass {
    /// How long the satellite is above the least elevation.
    pub const fn length(&self) -> Duration {
        Duration(self.lasts)
    }

    /// Whether the satellite is up at an instant: from when it rises until just before it sets.
    pub const fn is_up(&self, at: TrueTime) -> bool {
        self.since_rise(at) < self.lasts
    }

    /// The first instant after `at` at which it rises or sets.
    pub fn next_change(&self, at: TrueTime) -> TrueTime {
        let since = self.since_rise(at);
        let until = if since < self.lasts { self.lasts } else { self.period };
        at + Duration(until - since)
    }

    const fn since_rise(&self, at: TrueTime) -> u64 {
        (at.0 % self.period + self.period - self.rises) % self.period
    }
}

impl Constellation {
    /// The angle at the Earth's centre between a station and a satellite at the edge of its sight.
    pub fn sight(&self) -> f64 {
        let elevation = self.least_elevation * PI / 180.0;
        libm::acos(EARTH_RADIUS_KM / self.radius_km() * libm::cos(elevation)) - elevation
    }

    /// When a satellite rises over a point on the ground in its first revolution, and how long it stays up;
    /// `None` if it never comes that near.
    fn rise(&self, (plane, slot): (u16, u16), (latitude, longitude): (f64, f64)) -> Option<(u64, u64)> {
        let up = ground(latitude, longitude).map(|part| part / EARTH_RADIUS_KM);
        let (node, start) = self.elements(plane, slot);
        let (c, s) = (libm::cos(node), libm::sin(node));
        let tilt = self.inclination * PI / 180.0;
        // The cosine of the angle between the two is a · cos θ + b · sin θ, θ counted from the ascending node.
        let a = up[0] * c + up[1] * s;
        let b = (up[1] * c - up[0] * s) * libm::cos(tilt) + up[2] * libm::sin(tilt);
        let nearest = (a * a + b * b).sqrt();
        let edge = libm::cos(self.sight());
        if nearest < edge {
            return None;
        }
        let half = libm::acos(edge / nearest);
        let period = self.period().0 as f64;
        let turns = (libm::atan2(b, a) - half - start) / TAU;
        let rises = (turns - libm::floor(turns)) * period;
        Some((rises as u64 % self.period().0, (half / PI * period) as u64))
    }
}

impl Topology {
    /// The passes of all satellites over all stations, in the order of stations and then of satellites.
    pub fn passes(&self) -> Vec<Pass> {
        let Some(constellation) = self.constellation else { return Vec::new() };
        let nodes = || NodeId::first(self.places.len()).zip(&self.places);
        let mut passes = Vec::new();
        for (station, place) in nodes() {
            let Place::Ground { latitude, longitude } = *place else { continue };
            for (satellite, place) in nodes() {
                let Place::Orbit { plane, slot } = *place else { continue };
                let rise = constellation.rise((plane, slot), (latitude, longitude));
                let period = constellation.period().0;
                passes.extend(rise.map(|(rises, lasts)| Pass { station, satellite, rises, lasts, period }));
            }
        }
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::orbit::Point;

    const WALKER: Constellation = Constellation::MERIDIAN;

    /// From pole to pole, and one where no satellite comes.
    const STATIONS: [(f64, f64); 6] =
        [(19.0, -155.7), (0.0, 0.0), (64.9, -147.7), (-31.0, 116.2), (-72.0, 2.5), (90.0, 0.0)];

    fn dot(a: Point, b: Point) -> f64 {
        a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    }

    /// Position and velocity of a body that falls around the Earth, a step later, by Runge and Kutta.
    fn fall((r, v): (Point, Point), step: f64) -> (Point, Point) {
        let pull = |r: Point| r.map(|x| -398_600.441_8 * x / libm::pow(dot(r, r), 1.5));
        let add = |a: Point, b: Point, times: f64| [0, 1, 2].map(|i| a[i] + times * b[i]);
        let (k1, l1) = (v, pull(r));
        let (k2, l2) = (add(v, l1, step / 2.0), pull(add(r, k1, step / 2.0)));
        let (k3, l3) = (add(v, l2, step / 2.0), pull(add(r, k2, step / 2.0)));
        let (k4, l4) = (add(v, l3, step), pull(add(r, k3, step)));
        let sum =
            |a: Point, b: Point, c: Point, d: Point| [0, 1, 2].map(|i| a[i] + 2.0 * (b[i] + c[i]) + d[i]);
        (add(r, sum(k1, k2, k3, k4), step / 6.0), add(v, sum(l1, l2, l3, l4), step / 6.0))
    }

    #[test]
    fn contacts_agree_with_satellites_that_fall_step_by_step() {
        const STEP: u64 = 10;
        let topology = Topology::orbiting(WALKER, &STATIONS);
        let passes = topology.passes();
        let speed = (398_600.441_8 / WALKER.radius_km()).sqrt();
        let mut changes = 0;
        for satellite in 0..48_u16 {
            let (plane, slot) = (satellite / 8, satellite % 8);
            let start = WALKER.satellite(plane, slot, TrueTime::ZERO);
            // A quarter of a revolution later it is where its velocity points to now.
            let quarter = WALKER.satellite(plane, slot, TrueTime(WALKER.period().0 / 4));
            let mut body = (start, quarter.map(|x| x / WALKER.radius_km() * speed));
            let mut was_up = [None; STATIONS.len()];
            for second in (0..7_000).step_by(STEP as usize) {
                for (place, &(latitude, longitude)) in STATIONS.iter().enumerate() {
                    let up = ground(latitude, longitude);
                    let way = [0, 1, 2].map(|i| body.0[i] - up[i]);
                    let sine = dot(way, up) / (dot(way, way) * dot(up, up)).sqrt();
                    let margin = sine - libm::sin(10.0 * PI / 180.0);
                    let station = NodeId(48 + place as u16);
                    let at = TrueTime(second * 1_000_000_000);
                    let pass =
                        passes.iter().find(|p| (p.station, p.satellite) == (station, NodeId(satellite)));
                    // Within a hundredth of a degree of the edge the two may differ by the steps' error.
                    if margin.abs() > 2e-4 {
                        let is_up = pass.is_some_and(|pass| pass.is_up(at));
                        assert_eq!(is_up, margin > 0.0, "S{satellite} over {station} at {second} s");
                        changes += usize::from(was_up[place].is_some_and(|was| was != is_up));
                        was_up[place] = Some(is_up);
                    }
                }
                body = fall(body, STEP as f64);
            }
        }
        assert!(changes > 150, "only {changes} rises and sets were seen");
    }

    #[test]
    fn passes_last_as_long_as_the_closed_form_has_it() {
        let topology = Topology::orbiting(WALKER, &STATIONS);
        let period = WALKER.period().0 as f64;
        let passes = topology.passes();
        for pass in &passes {
            let (latitude, longitude) = STATIONS[pass.station.index() - 48];
            let plane = f64::from(pass.satellite.0 / 8);
            // The station's least distance from the ground track is its angle to the orbital plane.
            let (node, tilt) = (TAU * plane / 6.0, WALKER.inclination * PI / 180.0);
            let pole =
                [libm::sin(node) * libm::sin(tilt), -libm::cos(node) * libm::sin(tilt), libm::cos(tilt)];
            let least = libm::asin(dot(ground(latitude, longitude), pole) / EARTH_RADIUS_KM);
            let expected = period / PI * libm::acos(libm::cos(WALKER.sight()) / libm::cos(least));
            let lasts = pass.length().0 as f64;
            assert!((lasts - expected).abs() < 1e3, "{pass:?}: {lasts} ns, expected {expected}");
        }
        let longest = passes.iter().map(Pass::length).max().unwrap_or(Duration::ZERO);
        assert!(longest.0 as f64 <= period * WALKER.sight() / PI, "right overhead is longest");
        assert!(passes.iter().all(|pass| pass.station != NodeId(53)), "nothing at 60° reaches the pole");
    }

    #[test]
    fn rises_and_sets_follow_each_other() {
        let topology = Topology::orbiting(WALKER, &STATIONS);
        for pass in topology.passes() {
            let mut at = TrueTime::ZERO;
            for _ in 0..5 {
                let (before, next) = (pass.is_up(at), pass.next_change(at));
                assert!(next > at);
                assert_eq!((pass.is_up(TrueTime(next.0 - 1)), pass.is_up(next)), (before, !before));
                at = next;
            }
        }
    }

    #[test]
    fn the_start_is_as_the_picture_has_it() {
        let topology = Topology::orbiting(WALKER, &STATIONS);
        for at in [0, 333_000_000_000, 12_345_678_901_234].map(TrueTime) {
            let up = topology.passes().into_iter().filter(|pass| pass.is_up(at));
            let up: Vec<_> = up.map(|pass| (pass.station, pass.satellite)).collect();
            assert_eq!(up, topology.visible(at));
        }
    }
}
