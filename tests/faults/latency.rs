//! What `latency` lets in, against closed forms.

use lightcone::base::Duration;
use lightcone::sim::{Engine, Setup, Topology};

use crate::players::{assert_mean, assert_share, beacon, faults_with, run};

const MILLISECOND: i64 = 1_000_000;
const JITTER: f64 = 4e6;

/// Distance alone.
const PLAIN: [(&str, i64); 2] = [("latency.jitter", 0), ("latency.tail", 0)];

fn chain(hops: usize, beats: u64, dials: &[(&str, i64)]) -> Setup {
    let faults = faults_with(&["latency"], &[dials, &PLAIN].concat());
    beacon(Topology::grid(hops + 1, 1, Duration::micros(1_234)), Duration::millis(1), beats, faults)
}

/// How long each beat that arrived was under way, in nanoseconds.
fn delays(engine: &Engine) -> Vec<u64> {
    let trace = engine.trace();
    let both = |message| Some((trace.sent(message)?, trace.first_arrival(message)?));
    let delays = trace.message_ids().filter_map(both);
    delays.map(|(sent, arrived)| trace.at(arrived).since(trace.at(sent)).0).collect()
}

/// What was signed with this effect, in nanoseconds.
fn sizes(engine: &Engine, effect: &str) -> Vec<f64> {
    let signed = engine.trace().fates().filter(|entry| entry.effect == effect);
    signed.map(|entry| entry.size as f64).collect()
}

#[test]
fn held_a_hop_takes_a_microsecond_and_broken_as_long_as_light_needs() {
    let held =
        beacon(Topology::grid(4, 1, Duration::micros(1_234)), Duration::millis(1), 50, faults_with(&[], &[]));
    assert!(delays(&run(held)).iter().all(|&delay| delay == 3_000));
    assert!(delays(&run(chain(3, 50, &[]))).iter().all(|&delay| delay == 3 * 1_234_000));
    let twice = chain(3, 50, &[("latency.distance", 2_000)]);
    assert!(delays(&run(twice)).iter().all(|&delay| delay == 3 * 2_468_000));
    let near = chain(3, 50, &[("latency.distance", 0), ("latency.extra", 5 * MILLISECOND)]);
    assert!(delays(&run(near)).iter().all(|&delay| delay == 3 * 5_001_000));
}

#[test]
fn what_is_signed_adds_up_to_the_delay() {
    let dials = [("latency.jitter", MILLISECOND), ("latency.tail", 300_000), ("latency.extra", 7)];
    let engine = run(chain(2, 2_000, &dials));
    let trace = engine.trace();
    let mut arrived = 0;
    for message in trace.message_ids() {
        let Some(event) = trace.first_arrival(message) else { continue };
        let sent = trace.at(trace.sent(message).expect("a beat is sent"));
        let signed: u64 = trace.fate(message).iter().map(|entry| entry.size).sum();
        assert_eq!(trace.at(event).since(sent).0, signed + 2_000, "and a microsecond for each hop");
        arrived += 1;
    }
    assert!(arrived > 1_500);
}

fn jitter(shape: i64) -> Vec<f64> {
    let dials = [("latency.jitter", JITTER as i64), ("latency.shape", shape)];
    sizes(&run(chain(1, 20_000, &dials)), "jitter")
}

#[test]
fn uniform_jitter_stays_within_its_bounds_and_fills_them() {
    let jitter = jitter(0);
    assert!(jitter.iter().all(|&size| (0.0..=JITTER).contains(&size)));
    assert_mean(&jitter, JITTER / 2.0, JITTER / 12_f64.sqrt(), "uniform jitter");
    for tenth in 1..10 {
        let below = jitter.iter().filter(|&&size| size < JITTER * f64::from(tenth) / 10.0).count();
        assert_share(below, jitter.len(), f64::from(tenth) / 10.0, "uniform jitter below a bound");
    }
}

#[test]
fn normal_jitter_has_the_shape_of_a_bell_and_stays_within_its_bounds() {
    let jitter = jitter(1);
    assert!(jitter.iter().all(|&size| (0.0..=JITTER).contains(&size)));
    // A normal distribution cut off at three deviations keeps 0.97334 of its variance: 1 - 6 φ(3) / (2 Φ(3) - 1).
    let deviation = JITTER / 6.0 * 0.973_34_f64.sqrt();
    assert_mean(&jitter, JITTER / 2.0, deviation, "normal jitter");
    let within = |deviations: f64, expected: f64| {
        let near = |size: &&f64| (**size - JITTER / 2.0).abs() < deviations * JITTER / 6.0;
        assert_share(
            jitter.iter().filter(near).count(),
            jitter.len(),
            expected,
            "normal jitter near its mean",
        );
    };
    // erf(1/√2), erf(2/√2) and erf(3/√2): what is left of the table of the normal distribution once cut off.
    within(1.0, 0.682_689 / 0.997_300);
    within(2.0, 0.954_500 / 0.997_300);
}

#[test]
fn exponential_jitter_has_its_mean() {
    let jitter = jitter(2);
    assert_mean(&jitter, JITTER, JITTER, "exponential jitter");
    let beyond = jitter.iter().filter(|&&size| size > JITTER * std::f64::consts::LN_2).count();
    assert_share(beyond, jitter.len(), 0.5, "jitter beyond its median");
}

#[test]
fn the_tail_is_as_heavy_as_the_law_of_pareto_has_it() {
    for shape in [800, 1_500, 3_000] {
        let dials = [
            ("latency.tail", 1_000_000),
            ("latency.tail-least", 10 * MILLISECOND),
            ("latency.tail-shape", shape),
        ];
        let tail = sizes(&run(chain(1, 10_000, &dials)), "tail");
        assert!(tail.iter().all(|&size| size >= 1e7));
        for times in [1.2, 2.0, 5.0, 20.0] {
            let beyond = tail.iter().filter(|&&size| size > 1e7 * times).count();
            let expected = libm::pow(times, -(shape as f64) / 1_000.0);
            assert_share(beyond, tail.len(), expected, "tail beyond a bound");
        }
    }
}

#[test]
fn jitter_and_tail_do_not_move_each_other() {
    let sizes_of = |effect, dials: &[(&str, i64)]| sizes(&run(chain(1, 3_000, dials)), effect);
    let (jitter, tail) = (("latency.jitter", MILLISECOND), ("latency.tail", 100_000));
    assert_eq!(sizes_of("jitter", &[jitter]), sizes_of("jitter", &[jitter, tail]));
    assert_eq!(sizes_of("tail", &[tail]), sizes_of("tail", &[jitter, tail]));
    assert_share(sizes_of("tail", &[tail]).len(), 3_000, 0.1, "packets in the tail");
}

#[test]
fn behind_others_packets_wait_as_pollaczek_and_khinchine_say_and_none_overtakes() {
    let load = |share: i64| {
        let dials = [("latency.load", share), ("latency.load-frame", MILLISECOND / 10)];
        run(chain(1, 30_000, &dials))
    };
    let idle = load(0);
    assert_eq!(sizes(&idle, "behind others").len(), 0);
    for share in [400_000, 800_000] {
        let engine = load(share);
        let trace = engine.trace();
        let waits: Vec<f64> = trace
            .message_ids()
            .map(|m| {
                trace.fate(m).iter().filter(|e| e.effect == "behind others").map(|e| e.size as f64).sum()
            })
            .collect();
        // Neighbours find much the same queue, so that the deviation comes from stretches long enough to forget it.
        let stretches: Vec<f64> =
            waits.chunks(1_000).map(|some| some.iter().sum::<f64>() / some.len() as f64).collect();
        let (mean, tolerance) = crate::talker::mean_of_runs(&stretches);
        let load = share as f64 / 1e6;
        let expected = 1e5 * load / (2.0 * (1.0 - load));
        assert!(tolerance < expected / 2.0, "±{tolerance} shows nothing");
        assert!(
            (mean - expected).abs() < tolerance,
            "at {load}: {mean} ns, expected {expected} ± {tolerance}"
        );
        let arrivals: Vec<_> = trace.message_ids().filter_map(|m| trace.first_arrival(m)).collect();
        assert!(arrivals.is_sorted(), "those who come later arrive later");
    }
}
