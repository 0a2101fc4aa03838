//! What `transport-cost` lets in, against sums worked out by hand and the law of Pollaczek and Khinchine.

use std::collections::BTreeMap;
use std::sync::Arc;

use lightcone::analysis::meters::{Holder, Meters};
use lightcone::base::{Duration, LinkId, NodeId};
use lightcone::sim::{Codec, Engine, FRAME_BYTES, FateUnit, Setup, Topology};

use crate::players::{A, B, beacon, faults_with, gossip, names, run};
use crate::talker::{Lengths, Talker, signed, talk};

const CPU: (&str, FateUnit) = ("processor", FateUnit::Nanos);
const ENERGY: (&str, FateUnit) = ("energy", FateUnit::Nanojoules);
const CARRIED: (&str, FateUnit) = ("carried", FateUnit::Bytes);
const CHARGE: (&str, FateUnit) = ("charge", FateUnit::MicroEuros);

/// One microsecond for a message, and for each byte 2 to write compact, 3 to read it, 5 to write JSON, 7 to read it.
const ROUND: [(&str, i64); 10] = [
    ("transport-cost.message", 1_000),
    ("transport-cost.compact-write", 2_000_000),
    ("transport-cost.compact-read", 3_000_000),
    ("transport-cost.json-write", 5_000_000),
    ("transport-cost.json-read", 7_000_000),
    ("transport-cost.slowness", 1_000),
    ("transport-cost.power", 2_000),
    ("transport-cost.radio", 10),
    ("transport-cost.price", 100),
    ("transport-cost.frame-price", 4),
];

fn chain(codec: Codec, hops: usize, every: Duration, beats: u64, dials: &[(&str, i64)]) -> Setup {
    let topology = Topology::grid(hops + 1, 1, Duration::ZERO);
    let faults = faults_with(&["transport-cost"], &[dials, &ROUND].concat());
    Setup { nodes: names(hops + 1, codec), ..beacon(topology, every, beats, faults) }
}

/// How long the first message was under way, in microseconds, and its length.
fn first(engine: &Engine) -> (u64, u64) {
    let trace = engine.trace();
    let message = trace.message_ids().next().expect("a beat");
    let both = |event: Option<_>| trace.at(event.expect("it was sent and arrived")).0;
    let took = both(trace.first_arrival(message)) - both(trace.sent(message));
    (took / 1_000, trace.payload(message).len() as u64)
}

#[test]
fn both_ends_take_their_time_by_codec_and_direction() {
    let every = Duration::millis(50);
    for (codec, write, read) in [(Codec::Compact, 2, 3), (Codec::Json, 5, 7)] {
        let (took, bytes) = first(&run(chain(codec, 2, every, 5, &[])));
        // The node between passes it on and reads nothing; each hop takes a microsecond.
        assert_eq!(took, (1 + write * bytes) + 2 + (1 + read * bytes), "{codec:?}");
        let slow = [("transport-cost.slowness", 10_000)];
        let (took, bytes) = first(&run(chain(codec, 2, every, 5, &slow)));
        assert_eq!(
            took,
            10 * (1 + write * bytes) + 2 + 10 * (1 + read * bytes),
            "{codec:?}, ten times slower"
        );
    }
}

#[test]
fn meters_count_exactly_what_was_sent_and_received() {
    for codec in [Codec::Compact, Codec::Json] {
        let engine = run(chain(codec, 3, Duration::millis(20), 40, &[]));
        let trace = engine.trace();
        let meters = Meters::of(trace, "transport-cost");
        let (write, read) = if codec == Codec::Compact { (2, 3) } else { (5, 7) };
        let lengths: Vec<u64> = trace.message_ids().map(|m| trace.payload(m).len() as u64).collect();
        let frame = |bytes: &u64| bytes + FRAME_BYTES as u64;
        let cpu = |each: u64| lengths.iter().map(|bytes| 1_000 + each * 1_000 * bytes).sum::<u64>();
        let receiver = NodeId(3);
        assert_eq!(meters.at(Holder::Node(A), CPU), cpu(write));
        assert_eq!(meters.at(Holder::Node(receiver), CPU), cpu(read));
        assert_eq!(meters.total(CPU), cpu(write) + cpu(read), "nobody else works");
        // Two watts: two nanojoules a nanosecond.
        assert_eq!(meters.at(Holder::Node(A), ENERGY), 2 * cpu(write));
        let carried: u64 = lengths.iter().map(frame).sum();
        let charge: u64 = lengths.iter().map(|bytes| (frame(bytes) * 100).div_ceil(1_000) + 4).sum();
        for link in [(A, B), (B, NodeId(2)), (NodeId(2), receiver)] {
            let link = Holder::Link(engine.topology().link_between(link.0, link.1).expect("a chain"));
            assert_eq!(meters.at(link, CARRIED), carried);
            assert_eq!(meters.at(link, ENERGY), 10 * carried);
            assert_eq!(meters.at(link, CHARGE), charge);
        }
        assert_eq!(meters.total(CARRIED), 3 * carried);
        assert_eq!(meters.total(ENERGY), 2 * (cpu(write) + cpu(read)) + 30 * carried);
        assert_eq!(meters.total(CHARGE), 3 * charge);
    }
}

#[test]
fn what_is_lost_is_paid_for_and_what_never_went_is_not() {
    let dials = [&ROUND[..], &[("reliable.loss", 1_000_000), ("bandwidth.capacity", 100)]].concat();
    let lossy = |broken: &[&str], queue: i64| {
        let dials = [&dials[..], &[("bandwidth.queue", queue)]].concat();
        let mesh = Topology::mesh(2, Duration::ZERO);
        let engine = run(beacon(mesh, Duration::millis(1), 50, faults_with(broken, &dials)));
        Meters::of(engine.trace(), "transport-cost").total(CARRIED)
    };
    let all = lossy(&["transport-cost"], 0);
    assert!(all > 50 * FRAME_BYTES as u64);
    assert_eq!(
        lossy(&["transport-cost", "reliable"], 0),
        all,
        "a frame that is lost on its link has used it"
    );
    let frame = all / 50;
    assert_eq!(lossy(&["transport-cost", "bandwidth"], 0) / frame, 1, "what finds no room has not");
}

#[test]
fn a_run_queue_follows_pollaczek_and_khinchine() {
    const READ: Duration = Duration::micros(100);
    for load in [0.5, 0.8] {
        let every = Duration((READ.0 as f64 / load) as u64);
        let means: Vec<f64> = (0..16)
            .map(|seed| {
                let talker = Talker {
                    every,
                    lengths: Lengths::Fixed(112),
                    to: B,
                    first: Vec::new(),
                    heard: Vec::new(),
                };
                // Only reading takes time: 100 bytes at a microsecond each.
                let dials = [
                    ("transport-cost.message", 0),
                    ("transport-cost.compact-write", 0),
                    ("transport-cost.compact-read", 1_000_000),
                    ("transport-cost.slowness", 1_000),
                ];
                let faults = faults_with(&["transport-cost"], &dials);
                let long = every.times(4_000).expect("less than a second");
                let engine = run(talk(talker, Topology::mesh(2, Duration::ZERO), long, seed, faults));
                let trace = engine.trace();
                let arrived = trace.message_ids().filter(|&m| trace.first_arrival(m).is_some()).skip(1_000);
                let waits: Vec<f64> = arrived.map(|m| signed(&engine, m, "run queue") as f64).collect();
                waits.iter().sum::<f64>() / waits.len() as f64
            })
            .collect();
        let expected = READ.0 as f64 * load / (2.0 * (1.0 - load));
        let (mean, tolerance) = crate::talker::mean_of_runs(&means);
        assert!(tolerance < expected / 2.0, "±{tolerance} shows nothing");
        assert!(
            (mean - expected).abs() < tolerance,
            "at {load}: {mean} ns, expected {expected} ± {tolerance}"
        );
    }
}

#[test]
fn a_message_s_fate_adds_up_to_its_journey() {
    let dials = [("transport-cost.slowness", 1_500_000)];
    let faults = faults_with(&["transport-cost"], &dials);
    let engine = run(gossip(Topology::ring(5, Duration::ZERO), Duration::secs(2), faults));
    let trace = engine.trace();
    let (mut whole, mut queued) = (0, 0);
    for message in trace.message_ids() {
        let (Some(sent), Some(arrived)) = (trace.sent(message), trace.first_arrival(message)) else {
            continue;
        };
        let took = trace.at(arrived).since(trace.at(sent)).0;
        let fate = trace.fate(message);
        let signed: u64 = fate.iter().filter(|e| e.unit == FateUnit::Nanos).map(|e| e.size).sum();
        let hops = fate.iter().filter(|entry| entry.effect == "carried").count().max(1) as u64;
        assert_eq!(took, signed + hops * 1_000, "{message}: {fate:?}");
        whole += 1;
        queued += usize::from(fate.iter().any(|entry| entry.effect == "run queue"));
    }
    assert!(whole > 500 && queued > 100, "{whole} messages, {queued} of them waited");
}

#[test]
fn the_gauge_counts_what_waits_at_each_node() {
    let setup = chain(Codec::Json, 1, Duration::micros(200), 100, &[]);
    let mut engine = Engine::new(Arc::new(setup));
    let mut most = BTreeMap::new();
    while engine.step().is_ok() {
        for node in [A, B] {
            let gauges = engine.gauges();
            let shown =
                gauges.iter().find(|(_, gauge)| gauge.node == node).map_or(0, |(_, gauge)| gauge.size);
            assert_eq!(shown, engine.waiting(node) as u64);
            let most = most.entry(node).or_insert(0);
            *most = shown.max(*most);
        }
    }
    assert!(most[&B] > 3, "reading takes longer than writing, so that it piles up: {most:?}");
    assert_eq!(engine.topology().links.len(), LinkId(2).index());
}

/// A row of a table in Markdown that begins with these words, cell by cell.
fn row<'t>(text: &'t str, begins: &str) -> Vec<&'t str> {
    let row = text.lines().find(|line| line.starts_with(begins)).unwrap_or_else(|| panic!("no row {begins}"));
    row.trim_matches('|').split('|').map(str::trim).collect()
}

#[test]
fn the_dials_start_at_what_was_measured() {
    let text = include_str!("../../benches/README.md");
    let nanos = |cell: &str| {
        let (number, unit) = cell.split_once(' ').expect("a number and its unit");
        let number: f64 = number.parse().expect("a number");
        (number * if unit.starts_with("µs") { 1_000.0 } else { 1.0 }).round() as i64
    };
    let dials = lightcone::faults::find("transport-cost").expect("a fault").dials;
    let default = |id: &str| dials.iter().find(|dial| dial.id == id).expect("a dial").default;
    let measured = [
        ("compact-write", "| compact, write"),
        ("compact-read", "| compact, read"),
        ("json-write", "| JSON, write"),
        ("json-read", "| JSON, read"),
    ];
    for (dial, begins) in measured {
        assert_eq!(default(dial), nanos(row(text, begins)[3]), "{dial}");
    }
    // There and back is two messages.
    assert_eq!(2 * default("message"), nanos(row(text, "| a datagram to oneself, 64 bytes")[1]));
}
