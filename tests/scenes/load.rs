//! The scenes about load: what each remedy does to the claims at the scene's seed.

use super::*;

#[test]
fn a_slow_node_brings_the_others_down_and_each_remedy_but_one_keeps_them_up() {
    let with = |remedy| verdicts(&run("cascade", None, &[("cascade.remedy", remedy)]));
    let found: Vec<String> = (0..7).map(with).collect();
    // None, circuit breaker, bulkhead, backpressure, load shedding, rate limit, hedged request.
    assert_eq!(found, ["+-+++", "-++++", "-++++", "+++++", "+++++", "+++++", "+--++"]);
    let calm = [("cascade.slowness", 1), ("cascade.load", 3)];
    assert_eq!(&verdicts(&run("cascade", None, &calm))[..2], "-+", "where nobody is slow, all is well");
}

#[test]
fn a_circuit_is_constant_packets_waste_nothing_and_a_stream_loses_nothing() {
    let with = |sharing, sender, load| {
        let dials = [("circuit.sharing", sharing), ("circuit.sender", sender), ("circuit.load", load)];
        verdicts(&run("circuit", None, &dials))
    };
    // Constant, never idle in vain, nothing dropped, all delivered, nothing late.
    assert_eq!(with(0, 0, 80), "+-+++");
    assert_eq!(with(0, 0, 130), "+--++", "B and C lose; A does not notice");
    assert_eq!(with(1, 0, 80), "-++++");
    assert_eq!(with(1, 0, 110), "-+--+", "datagrams are lost");
    assert_eq!(with(1, 1, 110), "-+-+-", "what a stream keeps comes late");
}

#[test]
fn callers_find_a_service_that_moved_by_what_they_know_of_it() {
    // A after the first move and the second, B, C, E.
    assert_eq!(verdicts(&run("addresses", None, &[])), "+--++");
    for ttl in [500_000_000, 2_000_000_000, 60_000_000_000] {
        assert_eq!(verdicts(&run("addresses", None, &[("addresses.ttl", ttl)])), "+--++", "{ttl}");
    }
    // Where nothing moves, nobody fails.
    let (_, engine) = run("addresses", None, &[]);
    let trace = engine.trace();
    let early = TrueTime::ZERO + Duration::secs(7);
    let failed = trace.events().filter(|&event| trace.label_word(event) == "failed");
    assert!(failed.clone().count() > 30 && failed.clone().all(|event| trace.at(event) > early));
}

#[test]
fn a_number_changes_its_meaning_during_a_rollout_unless_it_says_what_it_means() {
    let with = |custom, lag| {
        let dials = [("versions.custom", custom), ("administrator.lag", lag)];
        verdicts(&run("versions", None, &dials))
    };
    // The number, number and version, both numbers, negotiated.
    assert_eq!([0, 1, 2, 3].map(|custom| with(custom, 8_000_000_000)), ["-++", "+-+", "+++", "+++"]);
    assert_eq!(with(0, 0), "-++", "installed everywhere at once, it still meets reports that are under way");
    let settings = Settings { assume: [("administrator".to_owned(), true)].into(), ..Settings::default() };
    let held = RunSpec::new("versions", None, settings, Tape::default()).expect("there is an administrator");
    assert_eq!(verdicts(&finish(held)), "+++", "with one version the number is enough");
}
