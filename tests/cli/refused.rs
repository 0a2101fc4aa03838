//! Bad input, which is refused in one sentence that names place, value and way out.

use std::process::Command;

use super::refused;

#[test]
fn bad_input_is_refused_with_place_value_and_way_out() {
    let scene = "crossed-letters";
    refused(&[], &["list", "run", "claims"]);
    refused(&["walk"], &["walk", "--help"]);
    refused(&["list", "--jsn"], &["--jsn", "--json"]);
    refused(&["run"], &["SCENE", "--link"]);
    refused(&["run", "nowhere"], &["\"nowhere\"", scene]);
    refused(&["claims", "nowhere"], &["\"nowhere\"", scene]);
    refused(&["claims"], &["SCENE"]);
    refused(&["sweep", "nowhere"], &["\"nowhere\"", scene]);
    refused(&["sweep"], &["SCENE"]);
    refused(&["sweep", scene, "--assume", "gravity=false"], &["--assume", "\"gravity\"", "reliable"]);
    refused(&["sweep", scene, "--dial", "reliable.loss=-1"], &["--dial", "\"-1\"", "0 to 1000000"]);
    refused(&["sweep", scene, "--seed", "1"], &["--seed"]);
    refused(&["run", ""], &["\"\"", scene]);
    for seed in ["sieben", "-3", "1.5", "18446744073709551616", ""] {
        refused(
            &["run", scene, "--seed", seed],
            &["--seed", &format!("{seed:?}"), "0 to 18446744073709551615"],
        );
    }
    refused(&["run", scene, "--turns", "many"], &["--turns", "\"many\"", "whole number"]);
    refused(&["run", scene, "--turns", "-1"], &["--turns", "\"-1\""]);
    refused(&["run", scene, "--assume", "gravity=false"], &["\"gravity\"", "reliable"]);
    refused(&["run", scene, "--assume", "reliable"], &["\"reliable\"", "ID=true"]);
    refused(&["run", scene, "--assume", "reliable=perhaps"], &["reliable=perhaps", "true", "false"]);
    refused(&["run", scene, "--dial", "reliable.gravity=1"], &["\"reliable.gravity\"", "reliable.loss"]);
    refused(&["run", scene, "--dial", "gravity=1"], &["\"gravity\"", "reliable.loss"]);
    refused(&["run", scene, "--dial", "reliable.loss"], &["\"reliable.loss\"", "ID.DIAL=VALUE"]);
    for value in ["1000001", "-1", "much", "", "0.5", "99999999999999999999"] {
        let dial = format!("reliable.loss={value}");
        refused(&["run", scene, "--dial", &dial], &["reliable.loss", &format!("{value:?}"), "0 to 1000000"]);
    }
    for seeds in ["5", "5..5", "9..3", "a..b", "..", "0..18446744073709551615", "-1..1"] {
        for command in ["claims", "sweep"] {
            refused(&[command, scene, "--seeds", seeds], &["--seeds", &format!("{seeds:?}"), "0..100"]);
        }
    }
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let nowhere = std::env::temp_dir().join("no-such-folder-of-lightcone").join("figure.svg");
    let nowhere = nowhere.to_str().expect("the path is text");
    refused(&["run", "crossed-letters", "--svg", nowhere], &["--svg", nowhere, "folder"]);
    refused(&["run", "crossed-letters", "--svg", ""], &["--svg"]);
}

#[test]
fn a_figure_of_no_possible_form_is_refused() {
    let figure = |option, value| ["run", "crossed-letters", "--svg", "never-written.svg", option, value];
    for width in ["319", "10001", "-640", "6.4", "wide", ""] {
        refused(&figure("--width", width), &["--width", &format!("{width:?}"), "320 to 10000"]);
    }
    refused(&figure("--theme", "pink"), &["--theme", "\"pink\"", "light", "dark"]);
    refused(&["run", "crossed-letters", "--width", "640"], &["--svg"]);
    refused(&["run", "crossed-letters", "--json", "--theme", "dark"], &["--svg"]);
    assert!(!std::path::Path::new("never-written.svg").exists());
}

#[test]
fn options_that_contradict_one_another_are_refused() {
    let scene = "crossed-letters";
    refused(&["run", scene, "--turns", "3", "--until-idle"], &["--turns", "--until-idle"]);
    refused(&["run", scene, "--link", "#v1:AAAA"], &["SCENE", "--link"]);
    for option in [["--seed", "3"], ["--assume", "reliable=true"], ["--dial", "reliable.loss=3"]] {
        refused(&["run", "--link", "#v1:AAAA", option[0], option[1]], &["--link", option[0]]);
    }
    let assume = ["run", scene, "--assume", "reliable=true", "--assume", "reliable=false"];
    refused(&assume, &["--assume", "\"reliable\"", "twice"]);
    let dial = ["run", scene, "--dial", "reliable.loss=1", "--dial", "reliable.loss=2"];
    refused(&dial, &["--dial", "\"reliable.loss\"", "twice"]);
    refused(&["run", scene, "--seed", "1", "--seed", "2"], &["--seed"]);
    refused(&["run", scene, "--json", "--svg", "figure.svg"], &["--json", "--svg"]);
    refused(&["run", scene, "--text", "--json"], &["--text", "--json"]);
}

#[test]
fn a_broken_link_is_refused_with_a_reason() {
    for (link, why) in [
        ("", "--link"),
        ("crossed-letters", "not a link"),
        ("https://example.org/#v2:AAAA", "newer"),
        ("#v1:", "damaged"),
        ("#v1:%%%", "damaged"),
        ("#v1:AAAAAAAAAAAAAAAA", "damaged"),
        ("#v1:\u{1F680}", "damaged"),
    ] {
        refused(&["run", "--link", link], &["--link", why]);
    }
    refused(&["run", "--link", &format!("#v1:{}", "A".repeat(70_000))], &["70004", "65536"]);
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let garbled = std::ffi::OsStr::from_bytes(b"crossed\xff");
    let output = Command::new(env!("CARGO_BIN_EXE_lightcone")).arg("run").arg(garbled).output();
    let output = output.expect("the binary starts");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
}
