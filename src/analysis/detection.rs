//! How well somebody detects failures: whom they suspected though it was alive, and how long the dead went unnoticed.
//!
//! Suspicions are events with a word and the suspect's number; who was down and when, the trace's outages tell. A pause
//! is no death: whoever is paused is alive, and suspected wrongly. The measures are the mistakes and the detection time of
//! Chen, Toueg and Aguilera, *On the Quality of Service of Failure Detectors* (2002), section 2. Must not know by
//! what anyone was suspected.

use crate::base::{Duration, EventId, NodeId, TrueTime};
use crate::sim::{SpanKind, Trace};

/// Who suspects, and the words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watchman {
    /// The node that suspects.
    pub node: NodeId,
    /// What stands beside a suspicion.
    pub suspects: &'static str,
    /// What stands beside its end.
    pub trusts: &'static str,
}

/// A suspicion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Where it begins.
    pub event: EventId,
    /// The suspect.
    pub of: NodeId,
    /// Where it ends; `None` while it lasts.
    pub end: Option<EventId>,
    /// Whether the suspect was alive when it began.
    pub is_false: bool,
}

/// A node that has crashed for good, and when somebody noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Death {
    /// The node.
    pub of: NodeId,
    /// When it crashed.
    pub at: TrueTime,
    /// How long after that the suspicion began that never ended; none if it had begun before. `None` where nobody has
    /// noticed.
    pub noticed_after: Option<Duration>,
}

/// All suspicions of a watchman, in their order.
pub fn alarms(trace: &Trace, watchman: Watchman) -> Vec<Alarm> {
    let outages: Vec<_> = trace.spans().filter(|span| span.kind == SpanKind::Outage).collect();
    let is_alive = |node: NodeId, at: TrueTime| {
        !outages
            .iter()
            .any(|span| span.nodes.contains(&node) && span.from <= at && span.to.is_none_or(|end| at < end))
    };
    let mut alarms: Vec<Alarm> = Vec::new();
    for event in trace.events().filter(|&event| trace.node(event) == watchman.node) {
        let word = trace.label_word(event);
        let number = trace.label_number(event).and_then(|number| u16::try_from(number).ok());
        let Some(of) = number.map(NodeId) else { continue };
        if word == watchman.suspects {
            let is_false = is_alive(of, trace.at(event));
            alarms.push(Alarm { event, of, end: None, is_false });
        } else if word == watchman.trusts
            && let Some(alarm) = alarms.iter_mut().rev().find(|alarm| alarm.of == of)
        {
            alarm.end = Some(event);
        }
    }
    alarms
}

/// The nodes that are down at the end of the trace, other than the watchman, by when they crashed.
pub fn deaths(trace: &Trace, watchman: Watchman) -> Vec<Death> {
    let alarms = alarms(trace, watchman);
    let lasts = trace.spans().filter(|span| span.kind == SpanKind::Outage && span.to.is_none());
    let death = |of: NodeId, at: TrueTime| {
        let noticed = alarms.iter().rev().find(|alarm| alarm.of == of).filter(|alarm| alarm.end.is_none());
        Death { of, at, noticed_after: noticed.map(|alarm| trace.at(alarm.event).since(at)) }
    };
    let mut deaths: Vec<Death> = lasts
        .filter_map(|span| span.nodes.first().map(|&of| death(of, span.from)))
        .filter(|death| death.of != watchman.node)
        .collect();
    deaths.sort_by_key(|death| (death.at, death.of));
    deaths
}

/// What many runs say of a detector with its dial at one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// Where its dial stands.
    pub dial: i64,
    /// How many runs were added.
    pub runs: u32,
    /// How many suspicions were of somebody alive.
    pub false_alarms: u64,
    /// How many deaths there were.
    pub deaths: u64,
    /// How many of them nobody had noticed by the end of their run.
    pub unnoticed: u64,
    /// How long the dead went unnoticed, added up; those that nobody noticed count up to the end of their run.
    pub delay: Duration,
}

impl Point {
    /// A point without any run.
    pub fn new(dial: i64) -> Self {
        Self { dial, ..Self::default() }
    }

    /// Adds a run that lasted until `end`. False alarms count from `since` on: what a detector does while it knows
    /// nothing yet is another matter.
    pub fn add(&mut self, trace: &Trace, watchman: Watchman, since: TrueTime, end: TrueTime) {
        self.runs += 1;
        let counts = |alarm: &&Alarm| alarm.is_false && trace.at(alarm.event) >= since;
        self.false_alarms += alarms(trace, watchman).iter().filter(counts).count() as u64;
        for death in deaths(trace, watchman) {
            self.deaths += 1;
            self.unnoticed += u64::from(death.noticed_after.is_none());
            let delay = death.noticed_after.unwrap_or_else(|| end.since(death.at));
            self.delay = Duration(self.delay.0.saturating_add(delay.0));
        }
    }

    /// How many false alarms there are in a run, in the mean.
    pub fn alarms_mean(&self) -> f64 {
        self.false_alarms as f64 / f64::from(self.runs.max(1))
    }

    /// How long a death goes unnoticed, in the mean.
    pub fn delay_mean(&self) -> Duration {
        Duration(self.delay.0 / self.deaths.max(1))
    }
}

/// The false alarms in a run at this mean delay, by a straight line between the two points of a curve around it; `None`
/// where the curve does not reach. Patience costs delay, so that a curve over a dial is one of delay against alarms.
pub fn alarms_at(curve: &[Point], delay: Duration) -> Option<f64> {
    let mut sorted: Vec<&Point> = curve.iter().collect();
    sorted.sort_by_key(|point| point.delay_mean());
    sorted.windows(2).find_map(|pair| {
        let (from, to) = (pair[0].delay_mean(), pair[1].delay_mean());
        if delay < from || delay > to || from == to {
            return None;
        }
        let share = (delay - from).0 as f64 / (to - from).0 as f64;
        Some(pair[0].alarms_mean() + share * (pair[1].alarms_mean() - pair[0].alarms_mean()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_points_of_a_curve_there_is_a_straight_line() {
        let point = |alarms: u64, millis: u64| Point {
            runs: 10,
            false_alarms: alarms,
            deaths: 2,
            delay: Duration::millis(2 * millis),
            ..Point::new(0)
        };
        let curve = [point(0, 900), point(40, 100), point(20, 500)];
        assert_eq!(alarms_at(&curve, Duration::millis(100)), Some(4.0));
        assert_eq!(alarms_at(&curve, Duration::millis(300)), Some(3.0));
        assert_eq!(alarms_at(&curve, Duration::millis(700)), Some(1.0));
        assert_eq!(alarms_at(&curve, Duration::millis(99)), None);
        assert_eq!(alarms_at(&curve, Duration::millis(901)), None);
    }
}
