//! The scenes about one exchange: detectors, calls, retries, delivery, batches, the herd, and the generals.

use super::*;

#[test]
fn a_fixed_timeout_goes_on_suspecting_the_living_and_those_that_learn_stop() {
    let with = |dials: &[(&str, i64)]| verdicts(&run("timeouts", None, dials));
    let found: Vec<String> = (0..6).map(|detector| with(&[("timeouts.detector", detector)])).collect();
    // Fixed, mean × k, RFC 6298, p99, φ, and φ with exponential gaps, which has not noticed by the end.
    assert_eq!(found, ["+-+-+", "+++++", "+++++", "+++++", "+++++", "++-++"]);
    assert_eq!(
        with(&[("timeouts.timeout", 2_000_000_000)]),
        "+++++",
        "patience, and nobody asks for its price"
    );
    let starved = [("timeouts.detector", 1), ("timeouts.late", 1)];
    assert_eq!(with(&starved), "+-+-+", "without late answers nothing is learned");
}

#[test]
fn only_a_synthetic_transaction_tells_that_a_worker_is_stuck() {
    let with = |dials: &[(&str, i64)]| verdicts(&run("heartbeats", None, dials));
    let found: Vec<String> = (0..3).map(|probe| with(&[("heartbeats.probe", probe)])).collect();
    assert_eq!(found, ["++-++", "++-++", "+++++"]);
    let slow = [("heartbeats.probe", 2), ("heartbeats.works", 1_500_000_000)];
    assert_eq!(with(&slow), "+++-+", "a slow worker looks dead to it");
}

#[test]
fn a_remote_call_ends_in_four_ways_and_in_fewer_where_the_network_is_reliable() {
    assert_eq!(verdicts(&run("local-and-remote", None, &[])), "++++++");
    let assume = [("reliable".to_owned(), true)].into();
    let held =
        RunSpec::new("local-and-remote", None, Settings { assume, ..Settings::default() }, Tape::default());
    // The crash is left: a result that was never sent, and a question that nobody was there to hear.
    assert_eq!(verdicts(&finish(held.expect("it can be held"))), "+-++++");
}

#[test]
fn a_naive_call_hangs_where_a_careful_one_returns_with_the_step_that_failed() {
    let with = |trouble| run("calls", None, &[("calls.trouble", trouble)]);
    let found: Vec<String> = (0..7).map(|trouble| verdicts(&with(trouble))).collect();
    // None, cut before, after connecting, crash, pause, cut in the answer, refusal.
    assert_eq!(found, ["+--++++", "?+++++-", "++++++-", "+++-++-", "+-+-+++", "++++++-", "?-+-+++"]);
    let errors = (0..7).map(|trouble| {
        let (_, engine) = with(trouble);
        let trace = engine.trace();
        let careful =
            trace.events().find(|&e| trace.node(e) == NodeId(1) && trace.kind(e) == EventKind::Decide);
        trace.label_word(careful.expect("every call returns"))
    });
    let expected = [
        "done",
        "connect timed out",
        "reply timed out",
        "reply timed out",
        "reply timed out",
        "reply timed out",
        "connection refused",
    ];
    assert_eq!(errors.collect::<Vec<_>>(), expected);
}

#[test]
fn each_remedy_keeps_what_it_promises_and_breaks_where_it_does_not() {
    let with = |remedy, crash, window| {
        let dials = [("thruster.remedy", remedy), ("thruster.crash", crash), ("thruster.window", window)];
        verdicts(&run("thruster", None, &dials))
    };
    let all = |crash| (0..6).map(|remedy| with(remedy, crash, 16)).collect::<Vec<_>>();
    // None, keys in one step, burn then record, record then burn, conditional write, set.
    assert_eq!(all(0), ["+-+-++", "++++++", "++++++", "++++++", "++++++", "+++-++"]);
    assert_eq!(all(1), ["+-+-++", "++++++", "+-+-++", "++--++", "++++++", "+++-++"]);
    // The repetition of command 1 comes after 2 and 3.
    assert_eq!([1, 2, 3].map(|window| with(1, 0, window)), ["+-+-++", "+-+-++", "++++++"]);
    assert_eq!(with(4, 0, 1), "++++++", "a condition needs no window");
}

#[test]
fn at_most_once_loses_at_least_once_doubles_and_two_ways_lead_to_once() {
    let all = |crash: i64| {
        let with = |policy| [("delivery.policy", policy), ("delivery.crash", crash)];
        (0..4).map(|policy| verdicts(&run("delivery", None, &with(policy)))).collect::<Vec<_>>()
    };
    assert_eq!(all(3), ["-+-++", "+-+++", "+++++", "+++++"], "the consumer crashes");
    for crash in 0..3 {
        let found = all(crash);
        assert!(
            found[1].starts_with("+-") && found[2].starts_with("++") && found[3].starts_with("++"),
            "{found:?}"
        );
    }
}

#[test]
fn a_batch_pays_one_journey_and_a_compact_codec_few_bytes() {
    let with = |asks, codec| verdicts(&run("batch", None, &[("batch.asks", asks), ("batch.codec", codec)]));
    let found: Vec<[String; 2]> = (0..3).map(|asks| [with(asks, 0), with(asks, 1)]).collect();
    // In turn, each at once, in one batch; in JSON and in the compact codec.
    assert_eq!(found, [["---+", "--++"], ["---+", "+-++"], ["-+-+", "++++"]]);
}

#[test]
fn growing_pauses_thin_the_columns_and_drawn_ones_take_them_apart() {
    let of = |pauses| verdicts(&run("herd", None, &[("herd.pauses", pauses)]));
    assert_eq!([of(0), of(1), of(2)], ["+--", "++-", "+++"]);
    // Over many seeds: six of twelve drawn pauses fall within 50 ms now and then, twelve equal ones always.
    let columns = |pauses| {
        let is_broken =
            |seed: &u64| verdicts(&run("herd", Some(*seed), &[("herd.pauses", pauses)])).ends_with('-');
        (0..100).filter(is_broken).count()
    };
    assert_eq!([columns(0), columns(1)], [100, 100]);
    assert!(columns(2) < 50, "{} of 100 runs with a column", columns(2));
}

#[test]
fn the_last_messenger_parts_the_generals_and_its_number_says_whom() {
    for acknowledgements in 0..=5_u32 {
        let dial = ("two-generals.acknowledgements", i64::from(acknowledgements));
        let (spec, mut engine) = {
            let settings = Settings { dials: [(dial.0.to_owned(), dial.1)].into(), ..Settings::default() };
            let spec = RunSpec::new("two-generals", None, settings, Tape::default()).expect("a dial of it");
            let engine = spec.start();
            (spec, engine)
        };
        let is_last = |engine: &Engine| {
            let last = |packet: &&lightcone::sim::InFlight| {
                let sent = engine.trace().sent(packet.message).expect("a general sent it");
                engine.trace().label_number(sent) == Some(acknowledgements + 1)
            };
            engine.in_flight().iter().find(last).map(|packet| packet.name)
        };
        let name = loop {
            engine.step().expect("the last messenger comes before dawn");
            if let Some(name) = is_last(&engine) {
                break name;
            }
        };
        engine.act(&Act::Drop(name)).expect("it is in flight");
        while engine.step().is_ok() {}
        let holds: Vec<bool> =
            spec.findings(&engine, true).iter().map(|finding| finding.verdict == Verdict::Holds).collect();
        assert_eq!(holds, [false, false, true, true], "{acknowledgements} acknowledgements");
        let trace = engine.trace();
        let attacker = trace.events().find(|&event| trace.label_word(event) == "attack");
        assert_eq!(attacker.map(|event| trace.node(event)), Some(name.from), "who sent the last attacks");
    }
}
