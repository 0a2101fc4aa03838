//! The scenes about time: last write wins and the clocks of a partitioned network.

use super::*;

#[test]
fn the_wall_clock_loses_later_writes_the_hybrid_clock_concurrent_ones_and_version_vectors_none() {
    let of = |versions| verdicts(&run("last-write-wins", None, &[("last-write-wins.versions", versions)]));
    assert_eq!([of(0), of(1), of(2)], ["+--+++", "++-+++", "++++++"]);
}

#[test]
fn skew_loses_a_write_as_soon_as_it_exceeds_the_time_that_the_news_took() {
    let with = |skew| verdicts(&run("last-write-wins", None, &[("last-write-wins.skew", skew)]));
    // Three lines of 300 µs and 100 µs of thinking. A draw falls to the second station.
    assert_eq!([with(0), with(1_000_000), with(1_000_001)], ["-+-+++", "-+-+++", "+--+++"]);
    let settings = Settings { assume: [("clocks".to_owned(), true)].into(), ..Settings::default() };
    let held = RunSpec::new("last-write-wins", None, settings, Tape::default()).expect("there are clocks");
    assert_eq!(verdicts(&finish(held)), "-+-+++", "accurate clocks are accurate");
}

#[test]
fn the_timestamps_are_the_famous_ones() {
    let (spec, engine) = run("last-write-wins", None, &[]);
    let trace = engine.trace();
    let stamp = |write: &str| {
        let is_it = |&event: &EventId| {
            trace.kind(event) == EventKind::Local && trace.label(event) == format!("write {write}")
        };
        trace.wall(trace.events().find(is_it).expect("it was written")).0
    };
    let ten = (36_000 - spec.scene.epoch.expect("a time of day") as i64) * 1_000_000_000;
    assert_eq!((stamp("11") - ten, stamp("12") - ten), (2_000_000, 0), "10:00:00.002 and 10:00:00.000");
}

#[test]
fn logical_clocks_are_right_through_partitions_and_a_crash_and_wall_clocks_are_not() {
    assert_eq!(verdicts(&run("clock-sync", None, &[])), "++-++");
    let forgetful = verdicts(&run("clock-sync", None, &[("clock-sync.clocks", 1)]));
    assert_eq!(forgetful, "---++", "a clock that lives in memory alone breaks its law by crashing");
}

#[test]
fn wall_clocks_put_no_effect_before_its_cause_while_they_differ_by_less_than_the_way() {
    // Two clocks differ by up to twice the offset and, after 80 s, by up to 8 ms of drift: less than 18 ms.
    for seed in 0..10 {
        let found = verdicts(&run("clock-sync", Some(seed), &[("clocks.offset", 4_000_000)]));
        assert_eq!(found, "+++++", "seed {seed}");
    }
}

#[test]
fn a_receive_that_a_crash_tears_from_its_write_is_what_a_disk_cannot_save() {
    let satellite = NodeId(2);
    let (_, engine) = run("clock-sync", None, &[]);
    let trace = engine.trace();
    let early = TrueTime::ZERO + Duration::secs(20);
    let is_receive = |event: &EventId| {
        trace.node(*event) == satellite
            && trace.kind(*event) == EventKind::Receive
            && trace.at(*event) < early
    };
    let turns: Vec<u64> = trace.events().filter(is_receive).map(|event| trace.turn_of(event)).collect();
    let torn = |turn: u64| {
        let action = |after_turn, act| Action { after_turn, act };
        // The restart is asked for at once and comes when an outage has lasted long enough to be seen.
        let actions =
            vec![action(turn - 1, Act::CrashAfter(satellite, 0)), action(turn, Act::Restart(satellite))];
        let tape = Tape::new(actions).expect("in order");
        verdicts(&finish(RunSpec::new("clock-sync", None, Settings::default(), tape).expect("a run")))
    };
    let found: Vec<String> = turns.into_iter().map(torn).collect();
    assert!(found.iter().any(|found| found.starts_with("+-") || found.starts_with("--")), "{found:?}");
    assert!(found.iter().all(|found| found.ends_with('+')), "{found:?}");
}
