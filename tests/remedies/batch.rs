//! Calls in turn, at once and in a batch, in two codecs, against their closed forms.

use lightcone::analysis::Meters;
use lightcone::base::{Duration, NodeId, Seed};
use lightcone::programs::reader::ALL_READ;
use lightcone::scenes::RunSpec;
use lightcone::scenes::batch::{BEGINS, G, S, WAY};
use lightcone::sim::{Engine, FateUnit, Settings, Tape, Trace};

use crate::players::finish;

const IN_TURN: i64 = 0;
const AT_ONCE: i64 = 1;
const BATCH: i64 = 2;
const JSON: i64 = 0;
const COMPACT: i64 = 1;

fn run(asks: i64, codec: i64, sensors: i64, held: &[&str], dials: &[(&str, i64)], seed: u64) -> Engine {
    let own = [("batch.asks", asks), ("batch.codec", codec), ("batch.sensors", sensors)];
    let settings = Settings {
        assume: held.iter().map(|fault| ((*fault).to_owned(), true)).collect(),
        dials: own.iter().chain(dials).map(|(dial, value)| ((*dial).to_owned(), *value)).collect(),
    };
    let spec = RunSpec::new("batch", Some(Seed(seed)), settings, Tape::default()).expect("settings that fit");
    let mut engine = spec.start();
    finish(&mut engine);
    engine
}

/// How long it took until all was read.
fn took(trace: &Trace) -> Option<Duration> {
    let all = trace.events().find(|&event| trace.label_word(event) == ALL_READ)?;
    Some(Duration(trace.at(all).0 - BEGINS.0))
}

#[test]
fn with_latency_alone_a_loop_takes_a_round_trip_a_call_and_the_others_take_one() {
    let held = ["bandwidth", "transport-cost"];
    for sensors in [1, 5, 40] {
        let of = |asks| {
            let engine = run(asks, COMPACT, sensors, &held, &[], 1);
            (took(engine.trace()).expect("nothing is lost"), engine.trace().messages() as i64)
        };
        let trip = WAY.times(2).expect("short");
        let all_trips = trip.times(sensors as u64).expect("short");
        assert_eq!(of(IN_TURN), (all_trips, 2 * sensors));
        assert_eq!(of(AT_ONCE), (trip, 2 * sensors));
        assert_eq!(of(BATCH), (trip, 2));
    }
}

#[test]
fn on_a_slow_line_each_byte_takes_its_time_and_json_has_four_times_as_many() {
    let bytes = |engine: &Engine| -> usize {
        engine.trace().message_ids().map(|message| engine.trace().payload(message).len()).sum()
    };
    let [json, compact] = [JSON, COMPACT].map(|codec| run(BATCH, codec, 50, &["transport-cost"], &[], 1));
    let ratio = bytes(&json) as f64 / bytes(&compact) as f64;
    assert!(ratio > 4.0, "{ratio}");
    for engine in [&json, &compact] {
        // Two frames of twelve bytes more than their payloads, at 9,600 bits a second, and two ways.
        let bits = (bytes(engine) + 2 * 12) as u64 * 8;
        let expected = bits * 1_000_000_000 / 9_600 + 2 * WAY.0;
        let took = took(engine.trace()).expect("nothing is lost").0;
        assert!(took.abs_diff(expected) <= 2, "{took} ns, expected {expected} ns");
    }
}

#[test]
fn what_the_processors_spend_falls_with_the_messages_and_with_their_bytes() {
    // Energy of processors alone, as the meter has it: 5 W while they write and read.
    let spent = |asks, codec| {
        let engine = run(asks, codec, 50, &[], &[("transport-cost.radio", 0)], 1);
        let meters = Meters::of(engine.trace(), "transport-cost");
        let at = |node: NodeId| {
            meters.at(lightcone::analysis::Holder::Node(node), ("energy", FateUnit::Nanojoules))
        };
        at(G) + at(S)
    };
    let (turn_json, turn, batch_json, batch) =
        (spent(IN_TURN, JSON), spent(IN_TURN, COMPACT), spent(BATCH, JSON), spent(BATCH, COMPACT));
    assert!(batch > 0 && batch * 10 < turn, "{batch} nJ in a batch, {turn} nJ in turn");
    assert!(batch_json > 2 * batch, "{batch_json} nJ in JSON, {batch} nJ in the compact codec");
    assert!(turn_json > turn && turn_json < 2 * turn, "in small messages the fixed part counts");
}

#[test]
fn what_is_lost_is_asked_for_again_and_in_the_end_all_is_read() {
    for asks in [IN_TURN, AT_ONCE, BATCH] {
        let mut late = 0;
        for seed in 0..1_000 {
            let mut engine = lossy(asks, seed);
            finish(&mut engine);
            let took = took(engine.trace());
            late += u32::from(took.is_none());
        }
        // A loss costs twelve seconds, and there is time for nine of them.
        assert_eq!(late, 0, "asks {asks}");
    }
}

fn lossy(asks: i64, seed: u64) -> Engine {
    let settings = Settings {
        assume: [("reliable".to_owned(), false)].into(),
        dials: [
            ("batch.asks", asks),
            ("batch.codec", COMPACT),
            ("batch.sensors", 6),
            ("reliable.loss", 20_000),
        ]
        .map(|(dial, value)| (dial.to_owned(), value))
        .into(),
    };
    RunSpec::new("batch", Some(Seed(seed)), settings, Tape::default()).expect("settings that fit").start()
}
