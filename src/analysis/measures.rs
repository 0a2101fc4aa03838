//! What a run cost and achieved over time: messages, bytes, answers, queues, work, energy and money.
//!
//! Everything is counted from the trace, up to its mark, in one pass each. Must not know any fault or program; two
//! words of fates are known, those under which queues tell their depth.

use std::collections::{BTreeMap, BTreeSet};

use super::plots::{Axis, Form, Line, Plot, Quantity};
use super::trips::Trip;
use crate::base::{Duration, LinkId, TrueTime};
use crate::sim::{EventKind, FateUnit, Link, MessageState, Outcome, Trace};

/// The words under which fates say how many bytes wait in a queue.
const QUEUE: [&str; 2] = ["queue", "left in queue"];

/// The word for time of a processor.
const PROCESSOR: &str = "processor";

/// How many stretches of time there are at most.
const STRETCHES: u64 = 40;

/// How many queues have a line of their own.
const QUEUES: usize = 4;

/// The least of 1, 2 and 5 times a power of ten, in nanoseconds, that cuts a run into at most 40 stretches.
pub fn stretch(length: Duration) -> Duration {
    let least = length.0.div_ceil(STRETCHES).max(1);
    let mut power = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if step >= least {
                return Duration(step);
            }
        }
        power = power.saturating_mul(10);
    }
}

/// What was counted in each stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    /// How long a stretch is.
    pub stretch: Duration,
    /// Messages sent.
    pub sent: Vec<u64>,
    /// Messages received for the first time.
    pub arrived: Vec<u64>,
    /// Messages of which the last copy was lost, by when it was.
    pub lost: Vec<u64>,
    /// Receives beyond the first of their message: duplicates.
    pub doubled: Vec<u64>,
    /// Messages that say again what was not answered: retries.
    pub repeated: Vec<u64>,
    /// Bytes of payloads sent.
    pub bytes: Vec<u64>,
    /// Bytes of payloads of messages received for the first time.
    pub bytes_arrived: Vec<u64>,
    /// Questions asked for the first time.
    pub asked: Vec<u64>,
    /// Questions answered for the first time: goodput.
    pub answered: Vec<u64>,
}

impl Flows {
    /// Counts a trace up to its mark, with the round trips that were found in it.
    pub fn of(trace: &Trace, trips: &[Trip]) -> Self {
        let stretch = stretch(trace.now().since_epoch());
        // What happens at the very end belongs to the last stretch.
        let count = trace.now().0.div_ceil(stretch.0).max(1) as usize;
        let none = || vec![0; count];
        let mut flows = Self {
            stretch,
            sent: none(),
            arrived: none(),
            lost: none(),
            doubled: none(),
            repeated: none(),
            bytes: none(),
            bytes_arrived: none(),
            asked: none(),
            answered: none(),
        };
        flows.count_events(trace);
        flows.count_losses(trace);
        flows.count_trips(trace, trips);
        flows
    }

    fn place(&self, at: TrueTime) -> usize {
        ((at.0 / self.stretch.0) as usize).min(self.sent.len() - 1)
    }

    fn count_events(&mut self, trace: &Trace) {
        for event in trace.events() {
            let (Some(message), at) = (trace.message(event), self.place(trace.at(event))) else { continue };
            match trace.kind(event) {
                EventKind::Send => {
                    self.sent[at] += 1;
                    self.bytes[at] += trace.payload(message).len() as u64;
                    self.repeated[at] += u64::from(trace.is_retry(message));
                }
                EventKind::Receive if trace.first_arrival(message) == Some(event) => {
                    self.arrived[at] += 1;
                    self.bytes_arrived[at] += trace.payload(message).len() as u64;
                }
                EventKind::Receive if trace.node(event) == trace.receiver(message) => self.doubled[at] += 1,
                _ => {}
            }
        }
    }

    fn count_losses(&mut self, trace: &Trace) {
        let mut last: BTreeMap<_, TrueTime> = BTreeMap::new();
        for entry in trace.fates().filter(|entry| entry.outcome == Outcome::Lost) {
            last.insert(entry.message, entry.at);
        }
        for (message, at) in last {
            if trace.state(message) == MessageState::Lost {
                let place = self.place(at);
                self.lost[place] += 1;
            }
        }
    }

    fn count_trips(&mut self, trace: &Trace, trips: &[Trip]) {
        let mut asked = BTreeSet::new();
        let mut answers: BTreeMap<_, TrueTime> = BTreeMap::new();
        for trip in trips {
            let Some(sent) = trace.sent(trip.question) else { continue };
            // Attempts of one question bear its number; what bears none is a question of its own.
            let number = trace.label_number(sent).ok_or(trip.question);
            let key = (trip.asker, trace.receiver(trip.question), &trip.word, number);
            if asked.insert(key) {
                let at = self.place(trip.sent);
                self.asked[at] += 1;
            }
            if let Some((_, came)) = trip.answer {
                let first = answers.entry(key).or_insert(came);
                *first = came.min(*first);
            }
        }
        for at in answers.into_values() {
            let place = self.place(at);
            self.answered[place] += 1;
        }
    }

    /// How many messages there were for each question that was answered, in hundredths; `None` where none was.
    pub fn messages_per_answer(&self) -> Option<u64> {
        let sum = |counts: &[u64]| counts.iter().sum::<u64>();
        (sum(&self.sent) * 100).checked_div(sum(&self.answered))
    }

    fn line(&self, name: &str, counts: &[u64]) -> Line {
        let points = counts.iter().enumerate().map(|(place, &count)| (place as u64 * self.stretch.0, count));
        Line { name: name.to_owned(), points: points.collect() }
    }
}

/// All measures over time that have something to show. `links` are those of the run, for their names.
pub fn plots(trace: &Trace, links: &[Link], flows: &Flows) -> Vec<Plot> {
    let end = trace.now().0;
    let plot =
        |id, title, says, y, lines| Plot { id, title, says, x: Axis::TIME, y, form: Form::Steps, lines, end };
    let per_answer: Vec<u64> = flows
        .sent
        .iter()
        .zip(&flows.answered)
        .map(|(sent, answered)| (sent * 100).checked_div(*answered).unwrap_or(0))
        .collect();
    let counted = |title| Axis::linear(title, Quantity::Count);
    let mut all = vec![
        plot(
            "goodput",
            "Goodput",
            "Questions answered for the first time, beside those asked for the first time.",
            counted("questions"),
            vec![flows.line("answered", &flows.answered), flows.line("asked", &flows.asked)],
        ),
        plot(
            "messages",
            "Messages",
            "Sends, first receives, and messages that were lost.",
            counted("messages"),
            vec![
                flows.line("sent", &flows.sent),
                flows.line("arrived", &flows.arrived),
                flows.line("lost", &flows.lost),
            ],
        ),
        plot(
            "again",
            "Again",
            "Retries: what was not answered is sent again. Duplicates: one message received again.",
            counted("messages"),
            vec![flows.line("retries", &flows.repeated), flows.line("duplicates", &flows.doubled)],
        ),
        plot(
            "per-answer",
            "Messages for each answer",
            "All messages sent, shared out among the questions answered in the same time.",
            Axis::linear("messages", Quantity::Hundredths),
            vec![flows.line("messages", &per_answer)],
        ),
        plot(
            "bytes",
            "Bytes",
            "Bytes of payloads sent, and of those that arrived for the first time.",
            Axis::linear("bytes", Quantity::Bytes),
            vec![flows.line("sent", &flows.bytes), flows.line("arrived", &flows.bytes_arrived)],
        ),
        plot(
            "queues",
            "Queues",
            "Bytes that wait for their link: the longest queues.",
            Axis::linear("waiting", Quantity::Bytes),
            queues(trace, links),
        ),
    ];
    let costs = [
        ("cpu", "CPU", "Time of processors for messages, added up.", Quantity::Nanos),
        ("energy", "Energy", "Energy of processors and radios, added up.", Quantity::Nanojoules),
        ("money", "Money", "What carriers charge, added up.", Quantity::MicroEuros),
    ];
    for (id, title, says, counts) in costs {
        let line = Line { name: title.to_lowercase(), points: growth(trace, counts) };
        all.push(plot(id, title, says, Axis::linear(title, counts), vec![line]));
    }
    all.retain(|plot| !plot.is_empty());
    all
}

/// The depth of each queue each time that it changed, the longest first.
pub fn queues(trace: &Trace, links: &[Link]) -> Vec<Line> {
    let mut depths: BTreeMap<LinkId, Vec<(u64, u64)>> = BTreeMap::new();
    let is_depth = |effect: &str, unit: FateUnit| unit == FateUnit::Bytes && QUEUE.contains(&effect);
    for entry in trace.fates().filter(|entry| is_depth(entry.effect, entry.unit)) {
        let Some(link) = entry.link else { continue };
        put(depths.entry(link).or_insert_with(|| vec![(0, 0)]), entry.at, entry.size);
    }
    let most = |points: &[(u64, u64)]| points.iter().map(|point| point.1).max().unwrap_or(0);
    let mut lines: Vec<(LinkId, Vec<(u64, u64)>)> = depths.into_iter().collect();
    lines.sort_by_key(|(link, points)| (std::cmp::Reverse(most(points)), *link));
    lines.truncate(QUEUES);
    let line = |(link, points): (LinkId, Vec<(u64, u64)>)| {
        let ends = links.get(link.index()).map(|link| (trace.name(link.from), trace.name(link.to)));
        Line {
            name: ends.map_or_else(|| format!("link {}", link.0), |(from, to)| format!("{from} → {to}")),
            points,
        }
    };
    lines.into_iter().map(line).collect()
}

/// How much was used up in all, each time that it grew.
fn growth(trace: &Trace, counts: Quantity) -> Vec<(u64, u64)> {
    let mut sum = 0_u64;
    let mut points = vec![(0, 0)];
    for entry in trace.fates() {
        let is_it = match counts {
            Quantity::Nanos => entry.unit == FateUnit::Nanos && entry.effect == PROCESSOR,
            Quantity::Nanojoules => entry.unit == FateUnit::Nanojoules,
            Quantity::MicroEuros => entry.unit == FateUnit::MicroEuros,
            Quantity::Count | Quantity::Hundredths | Quantity::Bytes => false,
        };
        if is_it {
            sum = sum.saturating_add(entry.size);
            put(&mut points, entry.at, sum);
        }
    }
    points
}

/// Adds a point; the last of one instant counts.
fn put(points: &mut Vec<(u64, u64)>, at: TrueTime, value: u64) {
    match points.last_mut() {
        Some(last) if last.0 >= at.0 => last.1 = value,
        _ => points.push((at.0, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Statistics, puppets, trips::trips};

    #[test]
    fn stretches_are_round_and_few() {
        for (length, expected) in [(0, 1), (39, 1), (41, 2), (1_000, 50), (80_000_000_000, 2_000_000_000)] {
            assert_eq!(stretch(Duration(length)), Duration(expected), "{length}");
        }
        assert!(stretch(Duration(u64::MAX)).0 >= u64::MAX / 40);
    }

    #[test]
    fn stretches_add_up_to_what_there_is() {
        let trace = puppets::trace(3, &[], "0 a>b, 1 a>c lost, 2 b, 3 c>a twice, 4 c, 25 b>a");
        let flows = Flows::of(&trace, &trips(&trace));
        let counts = Statistics::of(&trace).messages;
        let sum = |counts: &[u64]| counts.iter().sum::<u64>();
        assert_eq!(sum(&flows.sent), u64::from(counts.all));
        assert_eq!(sum(&flows.arrived), u64::from(counts.arrived));
        assert_eq!(
            (sum(&flows.lost), sum(&flows.doubled)),
            (u64::from(counts.lost), u64::from(counts.doubled))
        );
        assert_eq!((sum(&flows.repeated), sum(&flows.bytes)), (0, counts.bytes));
    }
}
