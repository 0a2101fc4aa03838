//! What `bandwidth` lets in, against queues worked out by hand, a naive queue and closed forms.

use std::collections::BTreeMap;
use std::sync::Arc;

use lightcone::base::{Duration, LinkId, NodeId};
use lightcone::sim::{
    Act, Class, Engine, FRAME_BYTES, FateEntry, MessageState, Position, Recording, Setup, Topology,
};

use crate::players::{A, B, faults_with, finish, run};
use crate::talker::{Lengths, Talker, mean_of_runs, signed, talk};

/// A byte takes a microsecond.
const CAPACITY: (&str, i64) = ("bandwidth.capacity", 8_000_000);

/// Enough for whatever comes.
const ROOMY: (&str, i64) = ("bandwidth.queue", 100_000_000);

fn pair() -> Topology {
    Topology::mesh(2, Duration::ZERO)
}

fn talker(every: Duration, lengths: Lengths) -> Talker {
    Talker { every, lengths, to: B, first: Vec::new(), heard: Vec::new() }
}

fn poisson(every: Duration, lengths: Lengths, long: Duration, seed: u64, dials: &[(&str, i64)]) -> Setup {
    talk(talker(every, lengths), pair(), long, seed, faults_with(&["bandwidth"], dials))
}

/// What goes out at once at the start, over a chain of so many links.
fn burst(first: &[(Class, &'static str, u64)], hops: usize, dials: &[(&str, i64)]) -> Setup {
    let to = NodeId(hops as u16);
    let talker = Talker { first: first.to_vec(), to, ..talker(Duration::ZERO, Lengths::Fixed(0)) };
    let chain = Topology::grid(hops + 1, 1, Duration::ZERO);
    talk(talker, chain, Duration::secs(100), 1, faults_with(&["bandwidth"], dials))
}

/// Label and time of each arrival, in microseconds.
fn arrivals(engine: &Engine) -> Vec<(String, u64)> {
    let trace = engine.trace();
    let mut all: Vec<_> = trace
        .message_ids()
        .filter_map(|message| Some((trace.first_arrival(message)?, trace.sent(message)?)))
        .collect();
    all.sort_unstable();
    all.into_iter()
        .map(|(arrival, sent)| (trace.label(sent).to_string(), trace.at(arrival).0 / 1_000))
        .collect()
}

fn named(all: &[(&str, u64)]) -> Vec<(String, u64)> {
    all.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect()
}

const THREE: [(Class, &str, u64); 3] =
    [(Class::Background, "a", 100), (Class::Ordinary, "b", 300), (Class::Urgent, "c", 50)];

#[test]
fn frames_go_one_after_the_other_on_each_link() {
    let one = run(burst(&THREE, 1, &[CAPACITY, ROOMY]));
    // A hop takes a microsecond beside the transmission.
    assert_eq!(arrivals(&one), named(&[("a", 101), ("b", 401), ("c", 451)]));
    // On the second link each finds it free but for c, which came 50 µs after b with 300 µs to go: 802 = 401 + 301
    // + 100, since b waits for nobody and c for b.
    let two = run(burst(&THREE, 2, &[CAPACITY, ROOMY]));
    assert_eq!(arrivals(&two), named(&[("a", 202), ("b", 702), ("c", 752)]));
}

#[test]
fn priority_lets_pass_what_matters_but_interrupts_nobody() {
    let engine = run(burst(&THREE, 1, &[CAPACITY, ROOMY, ("bandwidth.discipline", 1)]));
    assert_eq!(arrivals(&engine), named(&[("a", 101), ("c", 151), ("b", 451)]));
}

#[test]
fn a_megabyte_of_debug_output_starves_the_mission_unless_the_mission_goes_first() {
    let flood = |dials: &[(&str, i64)]| {
        let mut first = vec![(Class::Background, "debug", 1_000); 1_000];
        first.push((Class::Urgent, "command", 100));
        let engine = run(burst(&first, 1, &[&[("bandwidth.capacity", 1_000_000)], dials].concat()));
        let lost = engine.trace().message_ids().filter(|&m| engine.trace().state(m) == MessageState::Lost);
        let command = arrivals(&engine).into_iter().find(|(label, _)| label == "command").map(|(_, at)| at);
        (command, lost.count())
    };
    // A frame of 1,000 bytes takes 8 ms at 1 Mbit/s, the command 0.8.
    let (priority, small) = (("bandwidth.discipline", 1), ("bandwidth.queue", 64_000));
    assert_eq!(flood(&[ROOMY]), (Some(8_000_801), 0), "with a long queue it comes after eight seconds");
    // The one on the line, 64 that wait; the command finds no room.
    assert_eq!(flood(&[small]), (None, 936), "with a short one it does not come at all");
    assert_eq!(flood(&[small, priority]), (Some(8_801), 935), "with priority it waits for one frame");
}

/// A line with tail drop, frame by frame: how long each waits, or `None` where it is lost.
fn naive(frames: &[(u64, u64)], room: u64) -> Vec<Option<u64>> {
    // Of those accepted: when it begins, when it has left, its bytes.
    let mut accepted: Vec<(u64, u64, u64)> = Vec::new();
    let mut waits = Vec::new();
    for &(at, bytes) in frames {
        let free_at = accepted.last().map_or(0, |&(_, end, _)| end);
        // One that begins right now was let go after this one came, since it was asked for later.
        let waiting: u64 = accepted.iter().rev().take_while(|(begin, ..)| *begin > at).map(|f| f.2).sum();
        if free_at > at && waiting + bytes > room {
            waits.push(None);
            continue;
        }
        let begin = free_at.max(at);
        accepted.push((begin, begin + bytes * 1_000, bytes));
        waits.push(Some(begin - at));
    }
    waits
}

#[test]
fn a_finite_queue_agrees_with_a_naive_one_to_the_nanosecond() {
    let mut lost = 0;
    for seed in 0..20 {
        let (every, lengths) = (Duration::micros(210), Lengths::Exponential(200));
        let dials = [CAPACITY, ("bandwidth.queue", 1_500)];
        let engine = run(poisson(every, lengths, Duration::millis(400), seed, &dials));
        let trace = engine.trace();
        let frame = |message| (trace.payload(message).len() + FRAME_BYTES) as u64;
        let sent = |message| trace.at(trace.sent(message).expect("a talker sent it")).0;
        let frames: Vec<(u64, u64)> = trace.message_ids().map(|m| (sent(m), frame(m))).collect();
        for (message, wait) in trace.message_ids().zip(naive(&frames, 1_500)) {
            let Some(wait) = wait else {
                let last = trace.fate(message).last().map(|entry| entry.effect);
                assert_eq!((last, trace.state(message)), (Some("queue full"), MessageState::Lost));
                lost += 1;
                continue;
            };
            if let Some(arrival) = trace.first_arrival(message) {
                assert_eq!(signed(&engine, message, "queued"), wait, "seed {seed}, {message}");
                let takes = frame(message) * 1_000 + 1_000;
                assert_eq!(trace.at(arrival).0, sent(message) + wait + takes);
            }
        }
    }
    assert!(lost > 100, "{lost} frames found no room");
}

/// The mean wait of a frame in microseconds, and how far a mean of so many runs may be off.
fn mean_wait(every: Duration, lengths: Lengths) -> (f64, f64) {
    const RUNS: u64 = 16;
    // The first of each run meet a queue that is still filling.
    const SKIPPED: usize = 1_500;
    let means: Vec<f64> = (0..RUNS)
        .map(|seed| {
            let long = every.times(5_000).expect("a few seconds");
            let engine = run(poisson(every, lengths, long, seed, &[CAPACITY, ROOMY]));
            let trace = engine.trace();
            let arrived = trace.message_ids().filter(|&m| trace.first_arrival(m).is_some());
            let waits: Vec<f64> =
                arrived.skip(SKIPPED).map(|m| signed(&engine, m, "queued") as f64 / 1_000.0).collect();
            waits.iter().sum::<f64>() / waits.len() as f64
        })
        .collect();
    mean_of_runs(&means)
}

#[test]
fn waiting_times_are_those_of_pollaczek_and_khinchine() {
    const FRAME: u64 = 400;
    for load in [0.5, 0.7, 0.85] {
        let every = Duration((FRAME as f64 * 1_000.0 / load) as u64);
        // λ E(S²) / 2 (1 − ρ), where E(S²) is the mean's square, and twice that if lengths are exponential.
        let fixed = FRAME as f64 * load / (2.0 * (1.0 - load));
        for (lengths, expected, law) in
            [(Lengths::Fixed(FRAME), fixed, "M/D/1"), (Lengths::Exponential(FRAME), 2.0 * fixed, "M/M/1")]
        {
            let (mean, tolerance) = mean_wait(every, lengths);
            assert!(tolerance < expected / 2.0, "{law} at {load}: ±{tolerance} shows nothing");
            assert!(
                (mean - expected).abs() < tolerance,
                "{law} at {load}: {mean} µs in the mean, expected {expected} ± {tolerance}"
            );
        }
    }
}

#[test]
fn the_gauge_shows_what_waits_and_the_trace_tells_it_afterwards() {
    let dials = [CAPACITY, ("bandwidth.queue", 1_500)];
    let setup = poisson(Duration::micros(210), Lengths::Exponential(200), Duration::millis(100), 3, &dials);
    let mut engine = Engine::new(Arc::new(setup));
    let mut seen = BTreeMap::new();
    let mut deepest = 0;
    while engine.step().is_ok() {
        let gauges = engine.gauges();
        let waiting: u64 = engine
            .in_flight()
            .iter()
            .filter(|packet| packet.held_by == Some("bandwidth"))
            .map(|packet| (engine.trace().payload(packet.message).len() + FRAME_BYTES) as u64)
            .sum();
        let shown: u64 = gauges.iter().map(|(_, gauge)| gauge.size).sum();
        assert_eq!(shown, waiting, "at {}", engine.now());
        for (fault, gauge) in gauges {
            assert_eq!((fault, gauge.node, gauge.link), ("bandwidth", A, Some(LinkId(0))));
        }
        deepest = deepest.max(shown);
        seen.insert(engine.now(), shown);
    }
    assert!(deepest > 1_000, "{deepest} bytes at most");
    let is_depth = |entry: &FateEntry| {
        entry.fault == "bandwidth"
            && entry.link == Some(LinkId(0))
            && ["queue", "left in queue"].contains(&entry.effect)
    };
    let depths: Vec<FateEntry> = engine.trace().fates().filter(is_depth).collect();
    for (at, shown) in seen {
        let known = depths.iter().take_while(|entry| entry.at <= at).last().map_or(0, |entry| entry.size);
        assert_eq!(known, shown, "at {at}");
    }
}

#[test]
fn a_dial_that_is_turned_and_a_hand_that_takes_a_frame_leave_the_line_working() {
    let mut engine = Engine::new(Arc::new(burst(&THREE, 1, &[CAPACITY, ROOMY])));
    let second = engine.in_flight()[1].name;
    engine.act(&Act::Drop(second)).expect("it waits");
    let turn = |dial: &str, value| Act::Turn { fault: "bandwidth".into(), dial: dial.into(), value };
    engine.act(&turn("capacity", 80_000_000)).expect("there is such a dial");
    finish(&mut engine);
    assert_eq!(arrivals(&engine), named(&[("a", 101), ("c", 106)]), "c takes a tenth of its 50 µs");
}

#[test]
fn a_run_with_full_queues_can_be_wound_back_and_forth() {
    let setup = || {
        let dials = [CAPACITY, ("bandwidth.queue", 1_500), ("bandwidth.discipline", 1)];
        Arc::new(poisson(Duration::micros(210), Lengths::Exponential(200), Duration::millis(40), 5, &dials))
    };
    let mut recording = Recording::new(setup());
    for turn in [200, 17, 120, 2] {
        recording.seek(Position { turn, actions: 0 }).expect("the run is longer");
        let mut fresh = Engine::new(setup());
        (0..turn).for_each(|_| drop(fresh.step()));
        assert_eq!(recording.engine().trace().hash(), fresh.trace().hash());
        assert_eq!(recording.engine().gauges(), fresh.gauges());
    }
}
