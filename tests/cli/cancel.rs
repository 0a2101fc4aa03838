//! Ctrl-C while runs are counted: what was counted until then is told, and nothing of it is lost.

#![cfg(unix)]

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::{json, number, rows};

/// A scene whose runs take long, and as many of them as may be asked for.
const SCENE: &str = "cascade";
const ENDLESS: &str = "0..1000000";
const RUNS: i64 = 1_000_000;

/// What SIGINT is called by those who send it, and the number by which a process that it ended is known.
const SIGNAL: (&str, i32) = ("-INT", 2);

/// What a command says that is cancelled while it counts. How long it takes to begin is up to the machine: if the signal
/// came before it listens, it is tried again with more patience.
fn cancelled(args: &[&str]) -> Output {
    for patience in [1_000, 2_000, 4_000, 8_000, 16_000] {
        let child = Command::new(env!("CARGO_BIN_EXE_lightcone"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        std::thread::sleep(Duration::from_millis(patience));
        let sent = Command::new("kill").args([SIGNAL.0, &child.id().to_string()]).status();
        assert!(sent.expect("every Unix has it").success(), "{args:?} ended by itself");
        let output = child.wait_with_output().expect("it ends");
        if output.status.signal() != Some(SIGNAL.1) {
            return output;
        }
    }
    panic!("{args:?} never listened")
}

/// Checks what is said beside the figures, and gives how many runs were counted.
fn counted(output: &Output, report: &Value, asked: i64) -> i64 {
    assert_eq!(output.status.code(), Some(130));
    assert_eq!((report["complete"].as_bool(), number(report, "runs_asked")), (Some(false), asked));
    let counted = number(report, "runs_counted");
    assert!(0 < counted && counted < asked, "{counted}");
    let said = String::from_utf8_lossy(&output.stderr);
    let sentence = said.lines().last().expect("a sentence");
    assert!(sentence.starts_with("lightcone: cancelled: ") && sentence.contains(" of "), "{said}");
    assert!(sentence.replace(',', "").contains(&format!(" {counted} of {asked} runs ")), "{said}");
    counted
}

#[test]
fn a_sweep_tells_the_first_seeds_that_it_counted() {
    let output = cancelled(&["sweep", SCENE, "--seeds", ENDLESS, "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let counted = counted(&output, &report, RUNS);
    for claim in rows(&report, "claims") {
        let sum: i64 = ["held", "broken", "undecided"].map(|field| number(claim, field)).iter().sum();
        assert_eq!(sum, counted);
    }
    // Those are the figures of a sweep over as many seeds, which is complete.
    let whole = json(&["sweep", SCENE, "--seeds", &format!("0..{counted}"), "--json"]);
    assert_eq!((whole["complete"].as_bool(), &whole["claims"]), (Some(true), &report["claims"]));
}

#[test]
fn a_person_and_whoever_checks_claims_are_told_as_well() {
    let output = cancelled(&["sweep", SCENE, "--seeds", ENDLESS]);
    assert_eq!(output.status.code(), Some(130));
    let text = String::from_utf8(output.stdout).expect("it is text");
    let line = text.lines().nth(1).expect("it is said above the figures");
    assert!(line.starts_with("cancelled: ") && line.ends_with(" of 1,000,000 runs were counted"), "{text}");
    assert!(text.lines().skip(3).all(|line| line.contains(" % (")), "{text}");
    let output = cancelled(&["claims", SCENE, "--seeds", ENDLESS]);
    let report = serde_json::from_slice(&output.stdout).expect("it is JSON");
    counted(&output, &report, RUNS);
}

#[test]
fn a_matrix_keeps_what_its_cells_have() {
    let args = ["matrix", "--row", "generals", "--row", "lww", "--column", "reliable", "--seeds", ENDLESS];
    let output = cancelled(&[&args[..], &["--json"]].concat());
    let report: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let counted = counted(&output, &report, 2 * RUNS);
    let cells = rows(&report, "rows").iter().flat_map(|row| rows(row, "cells"));
    let runs = |cell: &Value| -> i64 {
        ["held", "broken", "undecided"].map(|field| number(cell, field)).iter().sum()
    };
    assert_eq!(cells.map(runs).sum::<i64>(), counted);
    let file = std::env::temp_dir().join(format!("lightcone-cancelled-{}.svg", std::process::id()));
    let path = file.to_str().expect("the path is text");
    let output = cancelled(&[&args[..], &["--svg", path]].concat());
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(130), b"".as_slice()));
    let drawn = std::fs::read_to_string(&file).expect("it was drawn");
    assert!(drawn.contains("before all were counted"), "{drawn}");
    std::fs::remove_file(&file).expect("it is there");
}
