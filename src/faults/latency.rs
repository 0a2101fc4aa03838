//! Packets take time: as long as light needs for the distance, and then some.
//!
//! # What it does
//! On each hop a packet takes the time that light needs along the link (`distance` scales it), a fixed time
//! more (`extra`), a different time for each packet (`jitter`, in one of three shapes), and now and then a
//! very long one (`tail`): of those, the longer are rarer, yet never too rare to be met. Others may use the links as
//! well (`load`): then it waits behind their frames, and ever longer as they come nearer to taking all of it. With the assumption
//! held, a hop takes one microsecond, below what the clocks resolve.
//!
//! # The assumption it breaks
//! *Latency is zero.* Asking is as cheap as knowing, a hundred calls in a row cost as much as one, and what
//! was sent first arrives first.
//!
//! # What to look for
//! No timeout is right: a short one gives up on answers that are on their way, a long one waits for those that
//! are not. With a heavy tail the mean of what was seen says little, since the next answer may take longer than
//! all before together. And an answer is old when it arrives: it tells how things were.
//!
//! # Sources
//! L. Peter Deutsch, *The Eight Fallacies of Distributed Computing*, the second. Heavy tails: J. Dean and
//! L. A. Barroso, *The Tail at Scale* (2013). Queues: an M/D/1 queue of load ρ makes one wait ρ / 2 (1 − ρ) frames in
//! the mean. The Pareto distribution has P(X > x) = (least / x)^shape; with a
//! shape of 1 or less it has no mean. Light takes 3.336 µs for a kilometre of vacuum.

mod load;

use super::dials::{each, nanos, share};
use crate::base::{Draw, Duration, Ratio};
use crate::sim::{Dial, Effects, Fault, FaultEntry, FaultKind, Hop, Unit, World, WorldActs};
use load::{Backlog, Load};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "latency",
    assumption: "Latency is zero",
    kind: FaultKind::Fallacy,
    effect: "lets packets take their time: distance, jitter and a heavy tail",
    doc: crate::module_doc!("latency.rs"),
    dials: &DIALS,
    make: |values| Box::new(Latency::new(values)),
};

const MICROSECOND: i64 = 1_000;
const MILLISECOND: i64 = 1_000 * MICROSECOND;
const MINUTE: i64 = 60_000 * MILLISECOND;

/// The longest that a single draw holds a packet up, so that none outlives every scene.
const DRAW_MOST: Duration = Duration::secs(3_600);

const DIALS: [Dial; 9] = [
    Dial::number(
        "distance",
        "Distance",
        "how long the links are, as a multiple of what the scene says",
        Unit::Thousandths,
        (0, 100_000),
        1_000,
    ),
    Dial::nanos("extra", "Fixed delay", "how much longer each hop takes", (0, 10 * MINUTE), 0),
    Dial::nanos("jitter", "Jitter", "how much delays differ from packet to packet", (0, MINUTE), MILLISECOND),
    Dial::choice(
        "shape",
        "Shape of the jitter",
        "uniform from none to all of it, bell-shaped between the same ends, or exponential with it as the mean",
        &["uniform", "normal", "exponential"],
        0,
    ),
    Dial::share("tail", "Heavy tail", "how many packets are held up for long", 10_000),
    Dial::nanos(
        "tail-least",
        "Tail: least delay",
        "how long a packet in the tail is held up at least",
        (1_000, MINUTE),
        20 * MILLISECOND,
    ),
    Dial::number(
        "tail-shape",
        "Tail: shape",
        "how fast long delays become rare: the smaller, the heavier the tail",
        Unit::Thousandths,
        (500, 5_000),
        1_500,
    ),
    Dial::number(
        "load",
        "Cross traffic",
        "how much of each link's time the traffic of others takes",
        Unit::Share,
        (0, 950_000),
        0,
    ),
    Dial::nanos(
        "load-frame",
        "Cross traffic: frames",
        "how long a frame of others takes up a link",
        (MICROSECOND, 1_000 * MILLISECOND),
        MILLISECOND,
    ),
];

/// How jitter is spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Uniform,
    Normal,
    Exponential,
}

#[derive(Clone, Debug)]
struct Latency {
    distance_thousandths: u64,
    extra: Duration,
    jitter: Duration,
    shape: Shape,
    tail: Ratio,
    tail_least: Duration,
    tail_shape_thousandths: u32,
    load: Option<Load>,
    /// What is known of each link's queue, by id.
    backlogs: Vec<Option<Backlog>>,
}

impl Latency {
    fn new(values: &[i64]) -> Self {
        let [distance, extra, jitter, shape, tail, tail_least, tail_shape, load, frame] = each(values);
        Self {
            distance_thousandths: distance.unsigned_abs(),
            extra: nanos(extra),
            jitter: nanos(jitter),
            shape: match shape {
                1 => Shape::Normal,
                2 => Shape::Exponential,
                _ => Shape::Uniform,
            },
            tail: share(tail),
            tail_least: nanos(tail_least),
            tail_shape_thousandths: u32::try_from(tail_shape).unwrap_or(u32::MAX),
            load: Load::new(load.unsigned_abs(), nanos(frame)),
            backlogs: Vec::new(),
        }
    }

    /// How long light takes along a link, less what a hop takes anyway.
    fn way(&self, link: Duration) -> Duration {
        let scaled = u128::from(link.0) * u128::from(self.distance_thousandths) / 1_000;
        Duration(u64::try_from(scaled).unwrap_or(u64::MAX).saturating_sub(Duration::MICROSECOND.0))
    }
}

impl Fault for Latency {
    fn retune(&mut self, values: &[i64], _: &World<'_>, _: &mut WorldActs) {
        *self = Self::new(values);
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        effects.delay("distance", self.way(hop.link.delay));
        effects.delay("extra", self.extra);
        if let Some(load) = self.load {
            let place = hop.id.index();
            if place >= self.backlogs.len() {
                self.backlogs.resize_with(place + 1, || None);
            }
            let draws = |block| hop.draw_link("load", block);
            effects.delay("behind others", load.wait(hop.at, &mut self.backlogs[place], draws));
        }
        if self.jitter == Duration::ZERO && self.tail == Ratio::ZERO {
            return;
        }
        let mut draw = hop.draw("way");
        // Whether it is in the tail is drawn first and always, so that neither dial moves the other's draws.
        let is_in_tail = draw.happens(self.tail);
        if self.jitter > Duration::ZERO {
            effects.delay("jitter", jitter(&mut draw, self.shape, self.jitter));
        }
        if is_in_tail {
            let (least, shape) = (self.tail_least.0, self.tail_shape_thousandths);
            effects.delay("tail", Duration(hop.draw("tail").pareto(least, shape, DRAW_MOST.0)));
        }
    }
}

/// A delay that differs from packet to packet, by `spread` or by about as much.
fn jitter(draw: &mut Draw, shape: Shape, spread: Duration) -> Duration {
    match shape {
        Shape::Uniform => Duration(draw.between(0, spread.0)),
        Shape::Normal => normal(draw, spread),
        Shape::Exponential => Duration(draw.exponential(spread.0)).min(DRAW_MOST),
    }
}

/// A normal delay around half of `spread`, with a sixth of it as its deviation, cut off at both ends.
///
/// By Box and Muller (1958) with the functions of `libm`; what falls outside, 0.27 %, is drawn again.
fn normal(draw: &mut Draw, spread: Duration) -> Duration {
    loop {
        let radius = (-2.0 * libm::log(draw.unit())).sqrt();
        let deviations = radius * libm::cos(core::f64::consts::TAU * draw.unit());
        if deviations.abs() <= 3.0 {
            return Duration((spread.0 as f64 * (0.5 + deviations / 6.0)) as u64);
        }
    }
}
