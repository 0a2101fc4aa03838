//! Where the output goes, and what happens when it can go no further.

use std::io::Read;
use std::process::{Command, Stdio};

use super::{json, lightcone, rows, word};

#[test]
fn help_and_version_go_to_stdout() {
    for args in [vec!["--help"], vec!["run", "--help"], vec!["claims", "-h"], vec!["--version"]] {
        let answer = lightcone(&args);
        assert_eq!((answer.status, answer.err.as_str()), (0, ""), "{args:?}");
        assert!(!answer.out.is_empty());
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    // The largest of the scenes writes far more than a pipe holds, so that it must notice.
    let list = json(&["list", "--json"]);
    let largest = rows(&list, "scenes").iter().max_by_key(|scene| rows(scene, "nodes").len());
    let scene = word(largest.expect("there is a scene"), "id");
    assert!(lightcone(&["run", scene, "--json"]).out.len() > 1 << 20);
    let mut child = Command::new(env!("CARGO_BIN_EXE_lightcone"))
        .args(["run", scene, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut first = [0; 10];
    let mut pipe = child.stdout.take().expect("it is piped");
    pipe.read_exact(&mut first).expect("it begins to write");
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(&first, b"{\"format\":");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("every Linux has it");
    let output = Command::new(env!("CARGO_BIN_EXE_lightcone")).args(["list", "--json"]).stdout(full).output();
    let output = output.expect("the binary starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("stdout cannot be written"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_closed_stderr_is_no_reason_to_fall_over() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("every Linux has it");
    let output = Command::new(env!("CARGO_BIN_EXE_lightcone")).args(["run", "nowhere"]).stderr(full).output();
    assert_eq!(output.expect("the binary starts").status.code(), Some(2));
}
