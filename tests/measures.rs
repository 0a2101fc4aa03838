//! Measures over time, held against what can be counted another way: by hand over all pairs, by the engine's own gauges
//! while it runs, and by the sums that other parts of the analysis give.

use lightcone::analysis::measures::{Flows, plots, queues};
use lightcone::analysis::meters::Meters;
use lightcone::analysis::series::times;
use lightcone::analysis::trips::{Trip, histogram, outcomes, trips};
use lightcone::analysis::{Statistics, plots::Plot};
use lightcone::base::{Duration, MessageId, Seed, TrueTime};
use lightcone::scenes::{self, RunSpec};
use lightcone::sim::{Engine, EventKind, FateUnit, Settings, Tape, Trace};

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

#[test]
fn retries_and_duplicates_are_those_found_by_comparing_each_with_each() {
    let mut found = 0;
    for (scene, engine) in runs() {
        let trace = engine.trace();
        let flows = Flows::of(trace, &[]);
        let all: Vec<MessageId> = trace.message_ids().collect();
        let is_same = |a: MessageId, b: MessageId| {
            let sent = |message| trace.sent(message).expect("every message of a scene is sent");
            trace.label_number(sent(a)).is_some()
                && trace.label(sent(a)) == trace.label(sent(b))
                && (trace.sender(a), trace.receiver(a)) == (trace.sender(b), trace.receiver(b))
                && trace.payload(a) == trace.payload(b)
        };
        // Of what an attacker put in, there is no send.
        if all.iter().any(|message| trace.sent(*message).is_none()) || all.len() > 900 {
            continue;
        }
        let retries = (0..all.len()).filter(|&n| (0..n).any(|before| is_same(all[before], all[n]))).count();
        assert_eq!(sum(&flows.repeated), retries as u64, "{scene}");
        let receives = |message| trace.arrivals(message).len().saturating_sub(1);
        let doubled: usize = all.iter().map(|message| receives(*message)).sum();
        assert_eq!(sum(&flows.doubled), doubled as u64, "{scene}");
        found += retries + doubled;
    }
    assert!(found > 20, "{found}");
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
fn costs_grow_to_the_sums_of_the_meters() {
    let engine = run("telemetry", &["transport-cost"], &[]);
    let trace = engine.trace();
    let flows = Flows::of(trace, &[]);
    let plots = plots(trace, &engine.topology().links, &flows);
    let last = |id: &str| {
        let plot: &Plot = plots.iter().find(|plot| plot.id == id).expect("it is shown");
        plot.lines[0].points.last().expect("it grew").1
    };
    let meters = Meters::of(trace, "transport-cost");
    assert_eq!(last("cpu"), meters.total(("processor", FateUnit::Nanos)));
    assert_eq!(last("energy"), meters.total(("energy", FateUnit::Nanojoules)));
    assert_eq!(last("money"), meters.total(("charge", FateUnit::MicroEuros)));
    assert!(
        plots.iter().all(|plot| plot.lines.iter().all(|line| line.points.is_sorted_by_key(|point| point.0)))
    );
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
