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

#[test]
fn each_of_the_real_causes_shows_in_its_own_way() {
    let with = |cause, obeys| {
        verdicts(&run("real-causes", None, &[("real-causes.cause", cause), ("real-causes.obeys", obeys)]))
    };
    // Visits in time, none refused, nobody alive taken over from, no pair off, and the law of the first shot.
    let expected = ["+++++", "-++++", "-++++", "-++++", "-++++", "-+-++", "-++++", "+-+++", "-+--+"];
    assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 8].map(|cause| with(cause, 0)), expected);
    assert_eq!([with(8, 1), with(8, 2)], ["-+-++"; 2], "one of each pair is left, or all are");
}

#[test]
fn a_real_cause_is_the_dials_of_its_preset() {
    let presets = scenes::real_causes::PRESETS;
    assert_eq!(presets.iter().collect::<BTreeSet<_>>().len(), 8, "eight causes");
    for (place, id) in presets.into_iter().enumerate() {
        let preset = faults::presets::find(id).expect("there is such a preset");
        let settings = Settings {
            dials: [("real-causes.cause".to_owned(), place as i64 + 1)].into(),
            ..Settings::default()
        };
        let spec = RunSpec::new("real-causes", None, settings, Tape::default()).expect("a cause");
        let mut engine = spec.start();
        let is_held = |engine: &Engine, fault: &str| engine.fault(fault).expect("a fault").0;
        while engine.now() < TrueTime::ZERO + Duration::secs(9) {
            engine.step().expect("it is longer");
        }
        let own = |fault: &&&str| **fault != "latency";
        assert!(preset.breaks.iter().filter(own).all(|fault| is_held(&engine, fault)), "{id}: too early");
        while engine.now() < TrueTime::ZERO + Duration::secs(40) {
            engine.step().expect("it is longer");
        }
        for fault in preset.breaks {
            assert!(!is_held(&engine, fault), "{id}: {fault} is held");
        }
        for (name, value) in preset.dials {
            let (fault, dial) = name.split_once('.').expect("owner and dial");
            let dials = faults::find(fault).expect("a fault").dials;
            let place = dials.iter().position(|other| other.id == dial).expect("a dial of it");
            let (_, values) = engine.fault(fault).expect("a fault");
            assert_eq!(values[place], *value, "{id}: {name}");
        }
        while engine.step().is_ok() {}
        assert!(preset.breaks.iter().filter(own).all(|fault| is_held(&engine, fault)), "{id}: it stays");
    }
}

#[test]
fn a_day_of_chaos_has_two_ways_through_it_with_two_points() {
    let mut ways = Vec::new();
    for (front, backends, rollout) in (0..24).map(|n| (n % 4, n / 4 % 2, n / 8)) {
        let dials =
            [("chaos-day.front", front), ("chaos-day.backends", backends), ("chaos-day.rollout", rollout)];
        let found = verdicts(&run("chaos-day", None, &dials));
        if found == "+++++" {
            ways.push((front, backends, rollout));
        }
        let cost = [front, backends, rollout].iter().filter(|dial| **dial > 0).count();
        assert_eq!(found.starts_with('+'), cost <= 2, "{dials:?}: {found}");
    }
    // A hedged request, or a fourth backend, each with a version that is put back.
    assert_eq!(ways, [(3, 0, 2), (0, 1, 2)]);
    assert_eq!(verdicts(&run("chaos-day", None, &[])), "+----", "without a remedy nothing holds");
}
