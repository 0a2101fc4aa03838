//! Claims counted over a batch of runs.

use serde_json::Value;

use super::{has_fields, json, lightcone, number, rows, scenes, word};

/// The counts of a scene's claims over a number of seeds, held against what is promised about them.
fn counted(args: &[&str], runs: i64) -> Value {
    let answer = lightcone(args);
    let report: Value = serde_json::from_str(&answer.out).expect("it is JSON");
    assert_eq!((word(&report, "scene"), number(&report, "runs")), (args[1], runs));
    assert!(!rows(&report, "claims").is_empty(), "{args:?}: it claims something");
    let mut failed = 0;
    for claim in rows(&report, "claims") {
        has_fields(claim, "says scope held broken undecided first_broken_seed");
        let [held, broken, undecided] = ["held", "broken", "undecided"].map(|field| number(claim, field));
        assert_eq!(held + broken + undecided, runs, "{claim}");
        assert_eq!(claim["first_broken_seed"].is_null(), broken == 0);
        if word(claim, "scope") != "rate" {
            let holds = if broken > 0 { Some(false) } else { (undecided == 0).then_some(true) };
            assert_eq!(claim["holds"], serde_json::json!(holds), "{claim}");
        }
        // A rate says nothing about a single run, and what is not judged has not failed.
        let is_judged = word(claim, "scope") != "rate" || runs > 1;
        assert!(is_judged || claim["holds"].is_null(), "{claim}");
        failed += usize::from(is_judged && claim["holds"] != true);
    }
    assert_eq!(
        (answer.status, answer.err.lines().count()),
        (i32::from(failed > 0), failed),
        "{}",
        answer.err
    );
    report
}

#[test]
fn claims_are_counted_on_the_scene_s_own_run() {
    for scene in scenes() {
        let report = counted(&["claims", &scene], 1);
        let run = json(&["run", &scene, "--json"]);
        for (claim, in_run) in rows(&report, "claims").iter().zip(rows(&run, "claims")) {
            assert_eq!(claim["says"], in_run["says"]);
            let counts = ["held", "broken", "undecided"].map(|field| number(claim, field));
            let of_run = match in_run["holds"].as_bool() {
                Some(true) => [1, 0, 0],
                Some(false) => [0, 1, 0],
                None => [0, 0, 1],
            };
            assert_eq!(counts, of_run, "{claim}");
            if word(claim, "scope") != "rate" {
                assert_eq!(claim["holds"], in_run["holds"], "{claim}");
            }
            if claim["holds"] == false {
                assert_eq!(claim["first_broken_seed"], run["seed"]);
            }
        }
    }
}

#[test]
fn claims_fail_where_one_is_broken_and_only_there() {
    assert_eq!(lightcone(&["claims", "crossed-letters"]).status, 0);
    let answer = lightcone(&["claims", "last-write-wins"]);
    assert_eq!(answer.status, 1, "by wall clocks the later write loses, which is what the scene shows");
    assert!(answer.err.contains("lightcone run last-write-wins --seed 17"), "{}", answer.err);
}

#[test]
fn a_range_of_seeds_leaves_out_its_end() {
    let report = counted(&["claims", "crossed-letters", "--seeds", "3..9"], 6);
    assert_eq!(report["seeds"], serde_json::json!(["3", "9"]));
    // The first seed at which a claim breaks is the first of the runs that break it.
    let args = |seeds| ["claims", "last-write-wins", "--seeds", seeds];
    let whole = counted(&args("0..6"), 6);
    let alone: Vec<Value> =
        ["0..1", "1..2", "2..3", "3..4", "4..5", "5..6"].map(|seeds| counted(&args(seeds), 1)).into();
    for (place, claim) in rows(&whole, "claims").iter().enumerate() {
        let first =
            alone.iter().find_map(|report| rows(report, "claims")[place]["first_broken_seed"].as_str());
        assert_eq!(claim["first_broken_seed"], serde_json::json!(first));
        let broken: i64 = alone.iter().map(|report| number(&rows(report, "claims")[place], "broken")).sum();
        assert_eq!(number(claim, "broken"), broken);
    }
    assert!(rows(&whole, "claims").iter().any(|claim| number(claim, "broken") > 0));
}
