//! A cascade with each remedy against without, over many seeds: the same requests at the same times.

use std::collections::{BTreeMap, BTreeSet};

use lightcone::analysis::series::{quantile, times};
use lightcone::base::{Duration, NodeId, Seed};
use lightcone::scenes::RunSpec;
use lightcone::sim::{EventKind, Settings, Tape, Trace};

use crate::players::finish;

const SEEDS: u64 = 200;
const CROWDS: [NodeId; 3] = [NodeId(0), NodeId(1), NodeId(2)];

/// What this finds in the run of each seed.
fn of_all<T>(remedy: i64, load: i64, measure: impl Fn(&Trace) -> T) -> Vec<T> {
    let dials = [("cascade.remedy".to_owned(), remedy), ("cascade.load".to_owned(), load)];
    let one = |seed| {
        let settings = Settings { dials: dials.clone().into(), ..Settings::default() };
        let spec = RunSpec::new("cascade", Some(Seed(seed)), settings, Tape::default()).expect("dials of it");
        let mut engine = spec.start();
        finish(&mut engine);
        measure(engine.trace())
    };
    (0..SEEDS).map(one).collect()
}

/// How many requests were served from a second on.
fn served_from(second: u64) -> impl Fn(&Trace) -> f64 {
    move |trace| {
        let is_it = |&event: &_| {
            trace.kind(event) == EventKind::Decide
                && trace.label_word(event) == "served"
                && trace.at(event).since_epoch() >= Duration::secs(second)
        };
        trace.events().filter(is_it).count() as f64
    }
}

/// The mean of what the one has more than the other, in deviations of such a mean.
fn more(one: &[f64], other: &[f64]) -> f64 {
    let n = one.len() as f64;
    let differences: Vec<f64> = one.iter().zip(other).map(|(one, other)| one - other).collect();
    let mean = differences.iter().sum::<f64>() / n;
    let variance = differences.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / (n - 1.0);
    mean / (variance / n).sqrt()
}

#[test]
fn each_remedy_raises_goodput_in_the_illness_and_after_it_and_hedging_lowers_it() {
    let none = of_all(0, 10, served_from(4));
    let after = of_all(0, 10, served_from(12));
    for (remedy, what) in
        [(1, "breaker"), (2, "bulkhead"), (3, "backpressure"), (4, "shedding"), (5, "rate limit")]
    {
        let all = more(&of_all(remedy, 10, served_from(4)), &none);
        let late = more(&of_all(remedy, 10, served_from(12)), &after);
        assert!(all > 5.0 && late > 5.0, "{what}: {all} and {late} deviations more");
    }
    let hedged = more(&of_all(6, 10, served_from(4)), &none);
    assert!(hedged < -5.0, "hedged: {hedged} deviations");
}

#[test]
fn hedging_lowers_the_slowest_percent_where_there_is_little_to_do_and_raises_it_where_there_is_much() {
    let slowest = |remedy, load| {
        let took = |trace: &Trace| {
            let all = times(trace, "ask", "served").into_iter();
            let own = all.filter(|((node, _), _)| CROWDS.contains(node));
            own.map(|(_, time)| time.unwrap_or(Duration(u64::MAX))).collect::<Vec<_>>()
        };
        let all: Vec<Duration> = of_all(remedy, load, took).concat();
        quantile(&all, 990_000).expect("requests")
    };
    let (without, with) = (slowest(0, 3), slowest(6, 3));
    assert!(with.0 * 2 < without.0, "{without} without, {with} with hedging");
    // At a high load so many are given up that the mean share that is served says more.
    let share = |remedy| {
        let served = of_all(remedy, 10, served_from(0)).iter().sum::<f64>();
        let asked: usize = of_all(remedy, 10, |trace| {
            let sends = trace.events().filter(|&e| trace.kind(e) == EventKind::Send);
            let asks = sends.filter(|&e| trace.label_word(e) == "ask");
            asks.map(|e| (trace.node(e), trace.label_number(e))).collect::<BTreeSet<_>>().len()
        })
        .iter()
        .sum();
        served / asked as f64
    };
    let (without, with) = (share(0), share(6));
    assert!(with + 0.05 < without, "{with} are served with hedging, {without} without");
}

#[test]
fn a_hedge_goes_to_another_backend_and_only_after_its_time() {
    let mut hedges = 0;
    for sends in of_all(6, 10, |trace| {
        let sends = trace.message_ids().filter_map(|message| Some((message, trace.sent(message)?)));
        let tickets = sends.filter(|(_, sent)| ["work", "hedge"].contains(&trace.label_word(*sent)));
        let row = |(message, sent)| {
            let ticket = (trace.node(sent), trace.label_number(sent));
            (ticket, trace.receiver(message), trace.label_word(sent) == "hedge", trace.at(sent))
        };
        tickets.map(row).collect::<Vec<_>>()
    }) {
        let mut first = BTreeMap::new();
        for (ticket, backend, is_hedge, at) in sends {
            if !is_hedge {
                assert!(first.insert(ticket, (backend, at)).is_none(), "{ticket:?} is handed out once");
                continue;
            }
            let (other, since) = first.get(&ticket).copied().expect("a hedge is behind the first");
            assert_ne!(backend, other, "{ticket:?}");
            assert_eq!(at.since(since), Duration::millis(500), "{ticket:?}");
            hedges += 1;
        }
    }
    assert!(hedges > 1_000, "{hedges}");
}
