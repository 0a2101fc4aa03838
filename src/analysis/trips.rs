//! Round trips: how long who asked waited for the answer, and what a timeout would have made of it.
//!
//! A trace does not say which message answers which; it is read off who sent what to whom, when, and under which
//! number:
//! - an answer goes the other way, and is sent after the question has arrived;
//! - of those it is the first that bears the question's number under another word, and otherwise the first that was
//!   sent in the very turn in which the question arrived;
//! - what answers is no question itself;
//! - a question that nobody answered is one only if others under its word were answered: what nobody ever answers asks
//!   nothing.
//!
//! So each attempt has the answer that came of itself, and Karn's ambiguity (Karn and Partridge 1987) is the asker's
//! alone. Must not know any program.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::plots::{Axis, Form, Line, Plot, Quantity};
use crate::base::{Duration, EventId, MessageId, NodeId, TrueTime};
use crate::sim::Trace;

/// A question and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trip {
    /// The question.
    pub question: MessageId,
    /// Its word, without the number.
    pub word: String,
    /// Who asked.
    pub asker: NodeId,
    /// When.
    pub sent: TrueTime,
    /// The answer, and when it first came to who asked; `None` if none has.
    pub answer: Option<(MessageId, TrueTime)>,
}

impl Trip {
    /// How long the answer took.
    pub fn took(&self) -> Option<Duration> {
        self.answer.map(|(_, at)| at.since(self.sent))
    }
}

/// What a timeout makes of trips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Answered in time.
    pub in_time: u64,
    /// Given up although the answer came: false alarms.
    pub false_alarms: u64,
    /// Never answered, and given up.
    pub noticed: u64,
    /// Never answered, and still waited for when the run was looked at: missed so far.
    pub missed: u64,
}

/// All round trips of a trace up to its mark, in the order in which they were asked.
pub fn trips(trace: &Trace) -> Vec<Trip> {
    let answers = Answers::of(trace);
    let mut answering: BTreeSet<MessageId> = BTreeSet::new();
    let mut all = Vec::new();
    for question in trace.message_ids() {
        let Some(sent) = trace.sent(question).filter(|_| !answering.contains(&question)) else { continue };
        let answer = answers.to(trace, question, sent);
        answering.extend(answer);
        let came = answer.and_then(|answer| Some((answer, trace.at(trace.first_arrival(answer)?))));
        let (word, asker) = (word(trace, sent), trace.sender(question));
        all.push((Trip { question, word, asker, sent: trace.at(sent), answer: came }, answer.is_some()));
    }
    let asks: BTreeSet<String> =
        all.iter().filter(|(_, is_asked)| *is_asked).map(|(trip, _)| trip.word.clone()).collect();
    // A message that was found to answer a later one than itself cannot be: answers come behind.
    all.into_iter().map(|(trip, _)| trip).filter(|trip| asks.contains(&trip.word)).collect()
}

/// The word of an event's label: what is left without its number.
fn word(trace: &Trace, event: EventId) -> String {
    trace.label(event).trim_end_matches(|c: char| c.is_ascii_digit()).trim_end().to_owned()
}

/// The number of an event's label, also where a log gives it as text.
fn number(trace: &Trace, event: EventId) -> Option<u32> {
    trace.label_number(event).or_else(|| {
        let label = trace.label(event);
        let digits = label.len() - label.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        label[label.len() - digits..].parse().ok()
    })
}

/// What could answer something, by who sent it to whom.
struct Answers {
    /// Under a number, in the order in which they were sent.
    numbered: BTreeMap<(NodeId, NodeId, u32), Vec<(EventId, MessageId)>>,
    all: BTreeMap<(NodeId, NodeId), Vec<(EventId, MessageId)>>,
}

impl Answers {
    fn of(trace: &Trace) -> Self {
        let mut found = Self { numbered: BTreeMap::new(), all: BTreeMap::new() };
        for message in trace.message_ids() {
            let Some(sent) = trace.sent(message) else { continue };
            let ends = (trace.sender(message), trace.receiver(message));
            found.all.entry(ends).or_default().push((sent, message));
            if let Some(number) = number(trace, sent) {
                found.numbered.entry((ends.0, ends.1, number)).or_default().push((sent, message));
            }
        }
        found
    }

    fn to(&self, trace: &Trace, question: MessageId, sent: EventId) -> Option<MessageId> {
        let arrived = trace.first_arrival(question)?;
        let (asker, asked) = (trace.sender(question), trace.receiver(question));
        let behind = |list: &'_ [(EventId, MessageId)]| list.partition_point(|(sent, _)| *sent <= arrived);
        let under_number = number(trace, sent).and_then(|number| {
            let list = self.numbered.get(&(asked, asker, number))?;
            let own = word(trace, sent);
            list[behind(list)..].iter().find(|(sent, _)| word(trace, *sent) != own)
        });
        let in_turn = || {
            let list = self.all.get(&(asked, asker))?;
            let turn = trace.turn_of(arrived);
            list[behind(list)..].first().filter(|(sent, _)| trace.turn_of(*sent) == turn)
        };
        under_number.or_else(in_turn).map(|(_, message)| *message)
    }
}

/// What a timeout would have made of these trips by an instant.
pub fn outcomes<'t>(trips: impl IntoIterator<Item = &'t Trip>, timeout: Duration, now: TrueTime) -> Outcomes {
    let mut found = Outcomes::default();
    for trip in trips {
        let count = match trip.took() {
            Some(took) if took <= timeout => &mut found.in_time,
            Some(_) => &mut found.false_alarms,
            None if now.since(trip.sent) > timeout => &mut found.noticed,
            None => &mut found.missed,
        };
        *count += 1;
    }
    found
}

/// Eight steps of equal ratio to a power of ten, in hundredths: 10^(n/8), rounded.
const STEPS: [u64; 8] = [100, 133, 178, 237, 316, 422, 562, 750];

/// The least value of the bin at this place; there are eight to a power of ten.
fn edge(place: usize) -> u64 {
    10_u64.saturating_pow((place / 8) as u32).saturating_mul(STEPS[place % 8]).div_ceil(100)
}

/// The place of the last bin: its edge is far beyond every run.
const PLACES: usize = 8 * 17;

/// How long answered trips took, by bins of equal ratio.
pub fn histogram<'t>(trips: impl IntoIterator<Item = &'t Trip>) -> Plot {
    let mut bins: BTreeMap<usize, u64> = BTreeMap::new();
    for took in trips.into_iter().filter_map(Trip::took) {
        let place = (0..PLACES).rev().find(|place| edge(*place) <= took.0).unwrap_or(0);
        *bins.entry(place).or_default() += 1;
    }
    let (first, last) = (bins.keys().next().copied(), bins.keys().next_back().copied());
    let places = first.zip(last).map_or(0..0, |(first, last)| first.saturating_sub(1)..last + 2);
    let points = places.map(|place| (edge(place), bins.get(&place).copied().unwrap_or(0))).collect();
    Plot {
        id: "round-trips",
        title: "Round trips",
        says: "How long answers took, each bin by a third longer than the one before.",
        x: Axis { title: "round trip", counts: Quantity::Nanos, is_logarithmic: true },
        y: Axis::linear("answers", Quantity::Count),
        form: Form::Bars,
        lines: vec![Line { name: "answers".to_owned(), points }],
        end: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trip(sent: u64, took: Option<u64>) -> Trip {
        let answer = took.map(|took| (MessageId(1), TrueTime(sent + took)));
        Trip {
            question: MessageId(0),
            word: "ask".to_owned(),
            asker: NodeId(0),
            sent: TrueTime(sent),
            answer,
        }
    }

    #[test]
    fn a_timeout_is_right_wrong_or_not_yet_out() {
        let trips =
            [trip(0, Some(50)), trip(0, Some(51)), trip(0, Some(500)), trip(10, None), trip(960, None)];
        let at = |timeout| outcomes(&trips, Duration(timeout), TrueTime(1_000));
        assert_eq!(at(50), Outcomes { in_time: 1, false_alarms: 2, noticed: 1, missed: 1 });
        assert_eq!(at(51).false_alarms, 1);
        assert_eq!(at(39), Outcomes { in_time: 0, false_alarms: 3, noticed: 2, missed: 0 });
        assert_eq!(at(990), Outcomes { in_time: 3, false_alarms: 0, noticed: 0, missed: 2 });
    }

    #[test]
    fn edges_rise_by_a_third_and_every_trip_has_its_bin() {
        assert_eq!((edge(0), edge(8), edge(16)), (1, 10, 100));
        assert_eq!((edge(17), edge(20), edge(23), edge(24)), (133, 316, 750, 1_000));
        assert!((0..PLACES).all(|place| edge(place) <= edge(place + 1)));
        let trips: Vec<Trip> = [1_000, 1_329, 1_330, 9_999, 10_000].map(|took| trip(0, Some(took))).into();
        let plot = histogram(&trips);
        let count = |low: u64| plot.lines[0].points.iter().find(|point| point.0 == low).map(|point| point.1);
        assert_eq!(
            (count(1_000), count(1_330), count(7_500), count(10_000)),
            (Some(2), Some(1), Some(1), Some(1))
        );
        assert_eq!(plot.lines[0].points.iter().map(|point| point.1).sum::<u64>(), 5);
        assert_eq!(plot.lines[0].points.last().map(|point| point.1), Some(0), "the last bin is closed");
    }
}
