//! The fault matrix: the same figures as sweeps, and what is refused.

use serde_json::Value;

use super::{has_fields, json, lightcone, number, refused, rows, word};

const TWO: [&str; 8] =
    ["--row", "calls-naive", "--row", "replicas", "--column", "reliable", "--column", "topology+crashes"];

#[test]
fn a_cell_counts_what_a_sweep_counts() {
    let report = json(&[&["matrix", "--json", "--seeds", "5..45"], &TWO[..]].concat());
    assert_eq!(report["columns"], serde_json::json!(["reliable", "topology+crashes"]));
    assert_eq!((number(&report, "runs"), &report["seeds"]), (40, &serde_json::json!(["5", "45"])));
    let sweep = |broken: &[&str]| -> Value {
        let held = |id: &str| if broken.contains(&id) { "false" } else { "true" };
        let assume: Vec<String> = ["latency", "reliable", "topology", "crashes", "clocks"]
            .iter()
            .map(|id| format!("{id}={}", held(id)))
            .collect();
        let mut args = vec!["sweep", "last-write-wins", "--seeds", "5..45", "--json"];
        args.extend(["--dial", "last-write-wins.skew=0", "--dial", "last-write-wins.versions=2"]);
        assume.iter().for_each(|it| args.extend(["--assume", it]));
        json(&args)
    };
    let row = &rows(&report, "rows")[1];
    has_fields(row, "id title scene claim cells");
    assert_eq!(word(row, "id"), "replicas");
    let mut broken = 0;
    for (cell, faults) in rows(row, "cells").iter().zip([&["reliable"][..], &["topology", "crashes"]]) {
        has_fields(cell, "held broken undecided first_broken_seed kept_ppm low_ppm high_ppm");
        let swept = sweep(faults);
        let claim = rows(&swept, "claims").iter().find(|claim| claim["says"] == row["claim"]);
        let claim = claim.expect("the row's claim is one of the scene");
        for field in ["held", "broken", "undecided", "first_broken_seed", "kept_ppm", "low_ppm", "high_ppm"] {
            assert_eq!(cell[field], claim[field], "{field} with {faults:?} broken");
        }
        broken += number(cell, "broken");
    }
    assert!(broken > 0, "chance decides something here");
}

#[test]
fn a_row_and_a_column_for_each_known_thing_and_the_pairs_on_demand() {
    let report = json(&["matrix", "--json", "--seeds", "0..1"]);
    let columns = rows(&report, "columns").len();
    assert_eq!(columns, 12);
    assert!(rows(&report, "rows").len() >= 20);
    assert!(rows(&report, "rows").iter().all(|row| rows(row, "cells").len() == columns));
    let pairs = json(&["matrix", "--json", "--seeds", "0..1", "--pairs", "--row", "generals"]);
    assert_eq!(rows(&pairs, "columns").len(), 66);
    let text = lightcone(&["matrix", "--seeds", "0..2", "--row", "generals", "--column", "clocks"]);
    assert_eq!((text.status, text.err.as_str()), (0, ""));
    assert!(text.out.contains("Two generals") && text.out.contains("100 %"), "{}", text.out);
}

#[test]
fn a_matrix_is_drawn_in_both_themes_with_its_figures_as_text() {
    let file = std::env::temp_dir().join(format!("lightcone-matrix-{}.svg", std::process::id()));
    let path = file.to_str().expect("the path is text");
    for theme in ["light", "dark"] {
        let args = [&["matrix", "--seeds", "0..20", "--svg", path, "--theme", theme], &TWO[..]].concat();
        let answer = lightcone(&args);
        assert_eq!((answer.status, answer.out.as_str(), answer.err.as_str()), (0, "", ""));
        let svg = std::fs::read_to_string(&file).expect("it was drawn");
        for part in ["Naive client", "+ crashes", " %</text>", "fewer", "confidence of 95 %"] {
            assert!(svg.contains(part), "{part}");
        }
    }
    std::fs::remove_file(&file).expect("it is there");
}

#[test]
fn what_cannot_be_counted_is_refused() {
    refused(&["matrix", "--row", "nobody"], &["--row", "\"nobody\"", "calls-naive"]);
    refused(&["matrix", "--column", "gravity"], &["--column", "\"gravity\"", "reliable"]);
    refused(&["matrix", "--column", "reliable+reliable"], &["--column", "twice"]);
    refused(&["matrix", "--column", "reliable", "--pairs"], &["--pairs"]);
    refused(&["matrix", "--json", "--svg", "a.svg"], &["--svg"]);
    refused(&["matrix", "--theme", "dark"], &["--theme", "--svg"]);
    for seeds in ["5", "5..5", "9..3", "a..b", "..", "0..18446744073709551615", "-1..1"] {
        refused(&["matrix", "--seeds", seeds], &["--seeds", &format!("{seeds:?}"), "0..100"]);
    }
    let nowhere = std::env::temp_dir().join("no-such-folder-of-lightcone").join("matrix.svg");
    let nowhere = nowhere.to_str().expect("the path is text");
    refused(&["matrix", "--seeds", "0..1", "--row", "generals", "--svg", nowhere], &["--svg", nowhere]);
}
