//! A shared line: what a circuit promises, what packets cost, and what a stream keeps and does not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lightcone::base::{Duration, NodeId, Seed, TrueTime};
use lightcone::programs::datagrams::{Datagrams, FRAME, Pace};
use lightcone::programs::multiplexer::{DROPPED, Line, Multiplexer, Sharing};
use lightcone::programs::sink::{DELIVERED, Sink};
use lightcone::programs::stream::{AGAIN, MADE, Stream};
use lightcone::sim::{
    Act, Codec, Engine, EventKind, InFlight, Limits, Program, Script, Setup, Topology, Trace,
};

use crate::players::{A, B, CALM, assert_share, faults_with, names, run};

const M: NodeId = NodeId(2);
const Z: NodeId = NodeId(3);
const SLOT: Duration = Duration::millis(20);

/// A measures, B is the traffic of others, M shares its line between them, Z is the far end.
struct Shared {
    sharing: Sharing,
    room: usize,
    a: Pace,
    b: Pace,
    is_stream: bool,
    long: Duration,
}

impl Shared {
    fn setup(&self, broken: &[&str], dials: &[(&str, i64)]) -> Setup {
        let &Self { sharing, room, a, b, is_stream, long } = self;
        let line = Line { callers: vec![A, B], to: Z, slot: SLOT, room, sharing };
        let mut topology = Topology::circle(4);
        [A, B, Z].into_iter().for_each(|node| topology.join(node, M, Duration::millis(1)));
        let spawn = move |node: NodeId| -> Box<dyn Program> {
            match node {
                M => Box::new(Multiplexer::new(line.clone())),
                Z => Box::new(Sink::new(A, is_stream)),
                A if is_stream => Box::new(Stream::new(M, a)),
                A => Box::new(Datagrams::new(M, a)),
                _ => Box::new(Datagrams::new(M, b)),
            }
        };
        Setup {
            nodes: names(4, Codec::Compact),
            topology,
            spawn: Arc::new(spawn),
            script: Script::default(),
            seed: Seed(0),
            faults: faults_with(broken, &[dials, &CALM].concat()),
            horizon: TrueTime::ZERO + long,
            stay_least: Duration::millis(1),
            limits: Limits::default(),
        }
    }
}

/// How long each frame of A took, in the order of their deliveries.
fn delays(trace: &Trace) -> Vec<(u32, f64)> {
    let mut made = BTreeMap::new();
    let mut delays = Vec::new();
    for event in trace.events() {
        let (node, word, kind) = (trace.node(event), trace.label_word(event), trace.kind(event));
        let Some(nth) = trace.label_number(event) else { continue };
        let at = trace.at(event).0 as f64;
        if node == A && (word == MADE || (word == FRAME && kind == EventKind::Send)) {
            made.entry(nth).or_insert(at);
        } else if node == Z && word == DELIVERED {
            delays.push((nth, at - made[&nth]));
        }
    }
    delays
}

#[test]
fn a_circuit_keeps_its_delay_whatever_the_others_do() {
    // Twice a slot for each, so that A's frames meet their slots at one and the same phase.
    let even = Pace::Even(SLOT.times(2).expect("short"));
    for gap in [400, 45, 10] {
        let b = Pace::Random(Duration::millis(gap));
        let shared = Shared {
            sharing: Sharing::Circuit,
            room: 4,
            a: even,
            b,
            is_stream: false,
            long: Duration::secs(4),
        };
        let mut engine = Engine::new(Arc::new(shared.setup(&[], &[])));
        for seed in 0..50 {
            engine = engine.start_anew(Seed(seed));
            crate::players::finish(&mut engine);
            let delays = delays(engine.trace());
            assert!(delays.len() > 90, "{}", delays.len());
            let first = delays[0].1;
            assert!(delays.iter().all(|(_, took)| *took == first), "seed {seed}, others each {gap} ms");
        }
    }
}

#[test]
fn in_packets_the_wait_grows_as_that_of_pollaczek_and_khinchine() {
    // A and B at random: together Poisson, and all frames as long: M/D/1.
    for load in [0.5, 0.8, 0.9] {
        let gap = Pace::Random(Duration((2.0 * SLOT.0 as f64 / load) as u64));
        let shared = Shared {
            sharing: Sharing::Packets,
            room: 100_000,
            a: gap,
            b: gap,
            is_stream: false,
            long: Duration::secs(60),
        };
        let means: Vec<f64> = (0..60)
            .map(|seed| {
                let engine = run(Setup { seed: Seed(seed), ..shared.setup(&[], &[]) });
                let delays = delays(engine.trace());
                // The first meet a queue that is still filling.
                let rest = &delays[delays.len() / 4..];
                rest.iter().map(|(_, took)| took).sum::<f64>() / rest.len() as f64
            })
            .collect();
        let n = means.len() as f64;
        let mean = means.iter().sum::<f64>() / n;
        let variance = means.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / (n - 1.0);
        let tolerance = 5.0 * (variance / n).sqrt();
        // Two hops of a microsecond each, the frame itself, and ρ / 2 (1 − ρ) frames of waiting.
        let expected = 2_000.0 + SLOT.0 as f64 * (1.0 + load / (2.0 * (1.0 - load)));
        assert!(tolerance < expected / 3.0, "at {load} ±{tolerance} shows nothing");
        assert!(
            (mean - expected).abs() < tolerance,
            "at {load}: {mean} ns, expected {expected} ± {tolerance}"
        );
    }
}

#[test]
fn a_finite_queue_turns_delay_into_loss() {
    // Half as much again as the line carries.
    let gap = Pace::Random(Duration((2.0 * SLOT.0 as f64 / 1.5) as u64));
    let of = |room| {
        let shared = Shared {
            sharing: Sharing::Packets,
            room,
            a: gap,
            b: gap,
            is_stream: false,
            long: Duration::secs(200),
        };
        let engine = run(shared.setup(&[], &[]));
        let trace = engine.trace();
        let at_m = |event: &_| trace.node(*event) == M;
        let came = trace.events().filter(at_m).filter(|&e| trace.kind(e) == EventKind::Receive).count();
        let lost = trace.events().filter(at_m).filter(|&e| trace.label_word(e) == DROPPED).count();
        let delays = delays(trace);
        let longest = delays.iter().map(|(_, took)| *took).fold(0.0, f64::max);
        (came, lost, longest, delays.last().expect("some came").1)
    };
    let (came, lost, longest, _) = of(20);
    // The line is next to never idle, so that it carries what it can and a third is lost.
    assert_share(lost, came, 1.0 - 1.0 / 1.5, "frames lost to a queue of 20");
    assert!(longest <= (21 * SLOT.0 + 2_000) as f64, "{longest} ns is bounded by the queue");
    let (_, lost, longest, last) = of(100_000);
    assert_eq!(lost, 0);
    // After 200 s a third of what came still waits: 100 s worth of work came in 66.7 s.
    assert!(longest > 50e9 && last > 50e9, "{longest} ns at most, {last} ns at last: it grows for ever");
}

/// Losses, duplicates, flipped bits, packets that overtake, and a heavy tail.
const WILD: [&str; 2] = ["reliable", "latency"];
const WILD_DIALS: [(&str, i64); 7] = [
    ("reliable.loss", 20_000),
    ("reliable.duplicate", 100_000),
    ("reliable.reorder", 50_000),
    ("reliable.corrupt", 5_000),
    ("reliable.lag", 100_000_000),
    ("latency.tail", 10_000),
    ("latency.jitter", 20_000_000),
];

/// In how many of a thousand runs of six seconds A's frames did not all come once and in order, and how many of those
/// came that were made up to a second before the end.
fn broken_and_delivered(is_stream: bool, broken: &[&str], dials: &[(&str, i64)]) -> (usize, f64) {
    let shared = Shared {
        sharing: Sharing::Packets,
        room: 8,
        a: Pace::Even(Duration::millis(60)),
        b: Pace::Random(Duration::millis(40)),
        is_stream,
        long: Duration::secs(6),
    };
    let mut engine = Engine::new(Arc::new(shared.setup(broken, dials)));
    let (mut bad, mut made, mut delivered) = (0, 0, 0);
    for seed in 0..1_000 {
        engine = engine.start_anew(Seed(seed));
        crate::players::finish(&mut engine);
        let order: Vec<u32> = delays(engine.trace()).into_iter().map(|(nth, _)| nth).collect();
        bad += usize::from(!order.iter().copied().eq(1..=order.len() as u32));
        let due = 1..=5_000 / 60;
        made += due.clone().count();
        delivered += order.iter().filter(|&nth| due.contains(nth)).collect::<BTreeSet<_>>().len();
    }
    (bad, delivered as f64 / made as f64)
}

#[test]
fn a_stream_delivers_each_frame_once_and_in_order_in_every_run_and_datagrams_do_not() {
    let (bad, share) = broken_and_delivered(true, &WILD, &WILD_DIALS);
    assert_eq!(bad, 0, "a stream out of order");
    assert!(share > 0.9, "a stream delivered {share} of what was made up to a second before the end");
    let (bad, _) = broken_and_delivered(false, &WILD, &WILD_DIALS);
    assert!(bad > 990, "{bad} runs of datagrams with something missing, doubled or out of order");
}

#[test]
fn a_frame_is_sent_again_at_the_third_acknowledgement_that_says_the_same() {
    let setup = || {
        let shared = Shared {
            sharing: Sharing::Packets,
            room: 64,
            a: Pace::Even(Duration::millis(21)),
            b: Pace::Even(Duration::secs(1_000)),
            is_stream: true,
            long: Duration::secs(20),
        };
        shared.setup(&["latency"], &[("latency.extra", 60_000_000)])
    };
    let mut lost = 0;
    for nth in 20..40 {
        let mut engine = Engine::new(Arc::new(setup()));
        let frame = loop {
            engine.step().expect("there are more frames");
            let is_it = |packet: &&InFlight| {
                let sent = engine.trace().sent(packet.message).expect("a frame has a send");
                packet.name.from == A && engine.trace().label_number(sent) == Some(nth)
            };
            if let Some(packet) = engine.in_flight().iter().find(is_it) {
                break packet.name;
            }
        };
        engine.act(&Act::Drop(frame)).expect("it is under way");
        while engine.step().is_ok() {}
        let trace = engine.trace();
        let mut same = trace.events().filter(|&event| {
            let says = || engine.explain(trace.message(event)?, trace.received_payload(event)?);
            trace.node(event) == A
                && trace.kind(event) == EventKind::Receive
                && says().is_some_and(|ack| ack["missing"] == nth)
        });
        let again = trace.events().find(|&event| {
            trace.kind(event) == EventKind::Send
                && trace.label_word(event) == AGAIN
                && trace.label_number(event) == Some(nth)
        });
        // One says that all before it is there, and three say it once more.
        let third = same.nth(3).expect("those behind it got through");
        assert_eq!(again.map(|event| trace.turn_of(event)), Some(trace.turn_of(third)), "frame {nth}");
        lost += 1;
    }
    assert_eq!(lost, 20);
}

#[test]
fn narrow_links_break_datagrams_and_a_stream_keeps_them() {
    // What A and B send is about as much as the link from M to Z carries, and four frames find room.
    let dials = [("bandwidth.capacity", 4_400), ("bandwidth.queue", 60)];
    let (bad, _) = broken_and_delivered(false, &["bandwidth"], &dials);
    assert!(bad > 900, "{bad} runs of datagrams with something missing");
    let (bad, share) = broken_and_delivered(true, &["bandwidth"], &dials);
    assert_eq!(bad, 0, "a stream out of order");
    assert!(share > 0.9, "a stream delivered {share} of what was made up to a second before the end");
}
