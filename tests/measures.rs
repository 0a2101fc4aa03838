//! Measures over time, held against what can be counted another way: by hand over all pairs, by the engine's own gauges
//! while it runs, and by the sums that other parts of the analysis give.

mod players;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lightcone::analysis::measures::{Flows, plots, queues};
use lightcone::analysis::meters::Meters;
use lightcone::analysis::series::times;
use lightcone::analysis::trips::{Trip, histogram, outcomes, trips};
use lightcone::analysis::{Statistics, plots::Plot};
use lightcone::base::{Duration, EventId, MessageId, NodeId, Seed, TrueTime};
use lightcone::scenes::{self, RunSpec};
use lightcone::sim::{
    Codec, Context, Engine, EventKind, FateUnit, Incoming, Program, Settings, Setup, Tape, TimerId, Topology,
    Trace,
};
use serde::Serialize;

fn run(scene: &str, broken: &[&str], dials: &[(&str, i64)]) -> Engine {
    let settings = Settings {
        assume: broken.iter().map(|id| ((*id).to_owned(), false)).collect(),
        dials: dials.iter().map(|(dial, value)| ((*dial).to_owned(), *value)).collect(),
    };
    let spec = RunSpec::new(scene, Some(Seed(7)), settings, Tape::default()).expect("it can be set so");
    let mut engine = spec.start();
    while engine.turns() < 3_000 && engine.step().is_ok() {}
    engine
}

fn sum(counts: &[u64]) -> u64 {
    counts.iter().sum()
}

/// Every scene, with much that can go wrong.
fn runs() -> Vec<(&'static str, Engine)> {
    let dials = [("reliable.loss", 150_000), ("reliable.duplicate", 150_000)];
    let scene = |scene: &&'static scenes::Scene| (scene.id, run(scene.id, &["reliable"], &dials));
    scenes::ALL.iter().map(scene).collect()
}

#[test]
fn stretches_add_up_to_the_statistics_of_every_scene() {
    for (scene, engine) in runs() {
        let trace = engine.trace();
        let flows = Flows::of(trace, &trips(trace));
        let counts = Statistics::of(trace).messages;
        assert_eq!(sum(&flows.sent), u64::from(counts.all), "{scene}");
        assert_eq!(sum(&flows.arrived), u64::from(counts.arrived), "{scene}");
        assert_eq!(sum(&flows.lost), u64::from(counts.lost), "{scene}");
        assert_eq!(sum(&flows.bytes), counts.bytes, "{scene}");
        assert!(sum(&flows.answered) <= sum(&flows.asked), "{scene}");
        assert!(flows.sent.len() <= 41, "{scene}: {} stretches", flows.sent.len());
    }
}

/// The words under which programs ask, and ask again under the same number.
const ASKING: [&str; 8] = ["burn", "ask", "call", "produce", "transaction", "commit", "ping", "work"];

/// The retries of a trace, found without what their senders said of them: by what the diagram's words mean.
fn retries(scene: &str, trace: &Trace) -> BTreeSet<MessageId> {
    let (mut said, mut looks_up, mut found) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for event in trace.events() {
        let Some(message) = trace.message(event) else { continue };
        let (word, number, from) = (trace.label_word(event), trace.label_number(event), trace.node(event));
        if (trace.kind(event), word) == (EventKind::Receive, "record") {
            looks_up.remove(&from);
        }
        if trace.kind(event) != EventKind::Send {
            continue;
        }
        let mut is_said = |number| !said.insert((from, trace.receiver(message), word, number));
        let is_again = match word {
            // A stream's word for a frame that goes out once more.
            "again" => true,
            // One errand, and one session: their numbers count attempts.
            "request" if scene == "six-worlds" => is_said(None),
            "open" => is_said(None),
            // The consumer's timer runs out when nothing has come.
            "fetch" => trace.previous(event).is_some_and(|before| trace.kind(before) == EventKind::Timer),
            // No record has come since the last one.
            "look up" => !looks_up.insert(from),
            _ => ASKING.contains(&word) && is_said(number),
        };
        if is_again {
            found.insert(message);
        }
    }
    found
}

#[test]
fn retries_and_duplicates_are_those_of_the_raw_trace_of_every_scene() {
    let mut retries_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut doubled_at_all = 0;
    let stream = [("circuit.sharing", 1), ("circuit.sender", 1), ("circuit.room", 3), ("circuit.load", 95)];
    let more = [("circuit", run("circuit", &["reliable"], &stream))];
    for (scene, engine) in runs().into_iter().chain(more) {
        let trace = engine.trace();
        let flows = Flows::of(trace, &[]);
        let retries = retries(scene, trace);
        let marked: BTreeSet<MessageId> = trace.message_ids().filter(|&m| trace.is_retry(m)).collect();
        assert_eq!(marked, retries, "{scene}");
        assert_eq!(sum(&flows.repeated), retries.len() as u64, "{scene}");
        *retries_of.entry(scene).or_default() += retries.len();
        let mut first = BTreeSet::new();
        let mut doubled = 0;
        for event in trace.events().filter(|event| trace.kind(*event) == EventKind::Receive) {
            let Some(message) = trace.message(event) else { continue };
            if trace.receiver(message) == trace.node(event) {
                doubled += usize::from(!first.insert(message));
            }
        }
        assert_eq!(sum(&flows.doubled), doubled as u64, "{scene}");
        doubled_at_all += doubled;
    }
    let asks_again =
        ["addresses", "batch", "cascade", "circuit", "delivery", "six-worlds", "thruster", "timeouts"];
    for scene in asks_again {
        assert!(retries_of[scene] > 0, "{scene}: {retries_of:?}");
    }
    assert!(doubled_at_all > 20, "{doubled_at_all}");
}

#[test]
fn queues_are_as_deep_as_the_engine_says_at_every_turn() {
    let settings = Settings {
        assume: [("bandwidth".to_owned(), false)].into(),
        dials: [("bandwidth.capacity".to_owned(), 2_000), ("bandwidth.queue".to_owned(), 100_000)].into(),
    };
    let spec = RunSpec::new("cascade", Some(Seed(3)), settings, Tape::default()).expect("a scene");
    let mut engine = spec.start();
    let mut deep = 0;
    for _ in 0..400 {
        if engine.step().is_err() {
            break;
        }
        let links = &engine.topology().links;
        let lines = queues(engine.trace(), links);
        let bytes = engine.gauges().into_iter().filter(|(_, gauge)| gauge.unit == FateUnit::Bytes);
        let mut gauges: Vec<(String, u64)> = bytes
            .filter_map(|(_, gauge)| Some((links[gauge.link?.index()], gauge.size)))
            .map(|(link, size)| {
                (format!("{} → {}", engine.trace().name(link.from), engine.trace().name(link.to)), size)
            })
            .collect();
        gauges.sort();
        let mut said: Vec<(String, u64)> =
            lines.iter().map(|line| (line.name.clone(), line.points.last().expect("a start").1)).collect();
        said.retain(|(_, size)| *size > 0);
        said.sort();
        // Four queues have a line; where there are more, these are among them.
        assert!(said.iter().all(|queue| gauges.contains(queue)), "{said:?} of {gauges:?}");
        if lines.len() < 4 {
            assert_eq!(said, gauges);
        }
        deep += gauges.len();
    }
    assert!(deep > 50, "{deep}");
}

#[test]
fn costs_of_every_scene_are_those_of_its_raw_sends_receives_and_frames() {
    // Two watts; a byte costs ten nanojoules and half a thousandth of a euro cent, a frame four.
    let dials = [
        ("transport-cost.message", 1_000),
        ("transport-cost.compact-write", 2_000),
        ("transport-cost.compact-read", 3_000),
        ("transport-cost.json-write", 5_000),
        ("transport-cost.json-read", 7_000),
        ("transport-cost.slowness", 1_000),
        ("transport-cost.power", 2_000),
        ("transport-cost.radio", 10),
        ("transport-cost.price", 5_000),
        ("transport-cost.frame-price", 4),
    ];
    let mut all = 0;
    for scene in scenes::ALL {
        let engine = run(scene.id, &["transport-cost"], &dials);
        let trace = engine.trace();
        let mut cpu = 0;
        for message in trace.message_ids() {
            let bytes = trace.payload(message).len() as u64;
            let [write, read] = if trace.codec(message) == Codec::Compact { [2, 3] } else { [5, 7] };
            // Nothing is lost or doubled here, and a receive is when it has been read.
            let is_read = |event: EventId| trace.kind(event) == EventKind::Receive;
            cpu += 1_000 + write * bytes;
            cpu += if trace.first_arrival(message).is_some_and(is_read) { 1_000 + read * bytes } else { 0 };
        }
        let frames: Vec<u64> =
            trace.fates().filter(|entry| entry.effect == "carried").map(|entry| entry.size).collect();
        let flows = Flows::of(trace, &[]);
        let plots = plots(trace, &engine.topology().links, &flows);
        let last =
            |id: &str| plots.iter().find(|plot| plot.id == id)?.lines[0].points.last().map(|point| point.1);
        assert_eq!(last("cpu").unwrap_or(0), cpu, "{}", scene.id);
        let carried: u64 = frames.iter().sum();
        let energy = 2 * cpu + 10 * carried;
        assert_eq!(last("energy"), Some(energy).filter(|sum| *sum > 0), "{}", scene.id);
        let money = frames.iter().map(|bytes| 5 * bytes + 4).sum::<u64>();
        assert_eq!(last("money"), Some(money).filter(|sum| *sum > 0), "{}", scene.id);
        let meters = Meters::of(trace, "transport-cost");
        assert_eq!(last("cpu").unwrap_or(0), meters.total(("processor", FateUnit::Nanos)), "{}", scene.id);
        let is_sorted =
            |plot: &Plot| plot.lines.iter().all(|line| line.points.is_sorted_by_key(|point| point.0));
        assert!(plots.iter().all(is_sorted), "{}", scene.id);
        all += money;
    }
    assert!(all > 100_000, "{all}");
}

#[test]
fn a_question_has_the_answer_that_came_of_it() {
    let engine = run("cascade", &[], &[]);
    let trace = engine.trace();
    let all = trips(trace);
    // A crowd decides when it is served: at the instant of the first answer to any of its attempts.
    let served = times(trace, "ask", "served");
    let mut agreed = 0;
    for ((node, number), took) in served {
        let of_it = |trip: &&Trip| {
            trip.asker == node
                && trip.word == "ask"
                && trace.sent(trip.question).and_then(|sent| trace.label_number(sent)) == Some(number)
        };
        let own: Vec<&Trip> = all.iter().filter(of_it).collect();
        let (Some(took), [only]) = (took, own.as_slice()) else { continue };
        assert_eq!(only.took(), Some(took), "ask {number} of {}", trace.name(node));
        agreed += 1;
    }
    assert!(agreed > 20, "{agreed}");
}

/// One asks without a number every 10 ms; the other answers each second question at once, and tells news every 7 ms.
#[derive(Clone, Debug, Serialize)]
struct Moody {
    asked: u32,
}

impl Program for Moody {
    fn start(&mut self, cx: &mut Context<'_>) {
        let every = if cx.me() == NodeId(0) { 10 } else { 7 };
        cx.set_timer(TimerId::new("tick", 0), Duration::millis(every));
    }

    fn message(&mut self, from: NodeId, _: &Incoming<'_>, cx: &mut Context<'_>) {
        if cx.me() == NodeId(1) {
            self.asked += 1;
            if self.asked.is_multiple_of(2) {
                cx.send(from, "answer", &self.asked);
            }
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        let (every, word) = if cx.me() == NodeId(0) { (10, "ask") } else { (7, "news") };
        cx.set_timer(timer, Duration::millis(every));
        cx.send(NodeId(1 - cx.me().0), word, &self.asked);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<u32>()
    }
}

#[test]
fn without_numbers_an_answer_is_what_is_sent_when_the_question_comes() {
    let beacon =
        players::beacon(Topology::mesh(2, Duration::millis(2)), Duration::millis(1), 500, Vec::new());
    let setup = Setup { spawn: Arc::new(|_| Box::new(Moody { asked: 0 })), ..beacon };
    let engine = players::run(setup);
    let all = trips(engine.trace());
    let questions: Vec<&Trip> = all.iter().filter(|trip| trip.word == "ask").collect();
    assert_eq!((questions.len(), all.len()), (50, 50), "news are no questions");
    for (nth, trip) in questions.into_iter().enumerate() {
        // Two hops of a microsecond, since light takes no time here.
        let expected = (nth % 2 == 1).then(|| Duration::micros(2));
        assert_eq!(trip.took(), expected, "question {nth}");
    }
}

#[test]
fn a_timeout_is_counted_as_by_hand_and_every_answer_is_in_the_histogram() {
    let engine = run("telemetry", &["reliable", "latency"], &[("reliable.loss", 200_000)]);
    let trace = engine.trace();
    let all = trips(trace);
    let answered = all.iter().filter(|trip| trip.took().is_some()).count() as u64;
    assert!(answered > 50 && all.len() as u64 > answered, "{answered} of {}", all.len());
    let plot = histogram(&all);
    assert_eq!(plot.lines[0].points.iter().map(|point| point.1).sum::<u64>(), answered);
    for millis in [1, 20, 100, 1_000] {
        let timeout = Duration::millis(millis);
        let found = outcomes(&all, timeout, trace.now());
        assert_eq!(found.in_time + found.false_alarms, answered);
        assert_eq!(found.in_time + found.false_alarms + found.noticed + found.missed, all.len() as u64);
        assert_eq!(found.false_alarms, late(trace, &all, timeout), "{millis} ms");
    }
}

/// Answers that came, and after the timeout: looked up again in the trace.
fn late(trace: &Trace, all: &[Trip], timeout: Duration) -> u64 {
    let is_late = |trip: &&Trip| {
        let Some((answer, _)) = trip.answer else { return false };
        let sent = trace.sent(trip.question).map_or(TrueTime::ZERO, |sent| trace.at(sent));
        let mut receives = trace.events().filter(|event| {
            trace.kind(*event) == EventKind::Receive && trace.message(*event) == Some(answer)
        });
        receives.next().is_some_and(|receive| trace.at(receive).since(sent) > timeout)
    };
    all.iter().filter(is_late).count() as u64
}
