//! Shares of runs that kept a claim.

use serde_json::Value;

use super::{has_fields, json, lightcone, number, rows, word};

/// Half of the letters are lost, so that what a claim says of a run depends on its seed.
const LOSSY: [&str; 4] = ["--assume", "reliable=false", "--dial", "reliable.loss=500000"];

fn sweep(scene: &str, seeds: &str, settings: &[&str]) -> Value {
    json(&[&["sweep", scene, "--seeds", seeds, "--json"], settings].concat())
}

#[test]
fn shares_are_those_of_the_runs_one_by_one() {
    let report = sweep("crossed-letters", "0..12", &LOSSY);
    assert_eq!((word(&report, "scene"), number(&report, "runs")), ("crossed-letters", 12));
    assert_eq!(report["seeds"], serde_json::json!(["0", "12"]));
    assert_eq!(report["settings"]["dials"]["reliable.loss"], 500_000);
    let runs: Vec<Value> = (0..12)
        .map(|seed: u32| {
            let seed = seed.to_string();
            json(&[&["run", "crossed-letters", "--seed", &seed, "--json"], &LOSSY[..]].concat())
        })
        .collect();
    for (place, claim) in rows(&report, "claims").iter().enumerate() {
        has_fields(claim, "says scope held broken undecided first_broken_seed kept_ppm low_ppm high_ppm");
        let found: Vec<&Value> = runs.iter().map(|run| &rows(run, "claims")[place]["holds"]).collect();
        let count = |value: Value| found.iter().filter(|found| ***found == value).count() as i64;
        assert_eq!(number(claim, "held"), count(true.into()), "{claim}");
        assert_eq!(number(claim, "broken"), count(false.into()), "{claim}");
        assert_eq!(number(claim, "undecided"), count(Value::Null), "{claim}");
        let kept = number(claim, "held") as f64 / 12.0 * 1e6;
        assert!((number(claim, "kept_ppm") as f64 - kept).abs() < 1.0);
        let [low, kept, high] = ["low_ppm", "kept_ppm", "high_ppm"].map(|field| number(claim, field));
        assert!(0 <= low && low <= kept && kept <= high && high <= 1_000_000 && low < high);
    }
    let held = |claim: &Value| number(claim, "held");
    assert!(rows(&report, "claims").iter().any(|claim| (1..12).contains(&held(claim))), "seeds differ");
}

#[test]
fn a_sweep_at_the_scene_s_own_settings_counts_what_claims_counts() {
    let claims = lightcone(&["claims", "last-write-wins", "--seeds", "0..20"]);
    let claims: Value = serde_json::from_str(&claims.out).expect("it is JSON");
    let report = sweep("last-write-wins", "0..20", &[]);
    for (claim, row) in rows(&claims, "claims").iter().zip(rows(&report, "claims")) {
        for field in ["says", "held", "broken", "undecided", "first_broken_seed"] {
            assert_eq!(claim[field], row[field]);
        }
    }
}

#[test]
fn more_runs_make_the_interval_narrower() {
    let width = |seeds: &str| -> i64 {
        let report = sweep("crossed-letters", seeds, &LOSSY);
        rows(&report, "claims").iter().map(|row| number(row, "high_ppm") - number(row, "low_ppm")).sum()
    };
    let [few, many] = ["0..10", "0..1000"].map(width);
    assert!(many * 4 < few, "{many} against {few}");
}

#[test]
fn a_person_reads_a_line_a_claim() {
    let args = [&["sweep", "crossed-letters", "--seeds", "0..100"], &LOSSY[..]].concat();
    let answer = lightcone(&args);
    assert_eq!((answer.status, answer.err.as_str()), (0, ""));
    let report = sweep("crossed-letters", "0..100", &LOSSY);
    for claim in rows(&report, "claims") {
        let line = answer.out.lines().find(|line| line.contains(word(claim, "says"))).expect("its line");
        let kept = format!("{:.2} %", number(claim, "kept_ppm") as f64 / 10_000.0);
        assert!(line.trim_start().starts_with(&kept), "{line}");
    }
}
