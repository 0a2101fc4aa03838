//! Figures from a few lines of text, and from logs.

use std::path::PathBuf;

use super::{lightcone, refused};

fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("draw-{name}"));
    std::fs::write(&path, text).expect("the folder for tests can be written to");
    path.to_str().expect("its name is UTF-8").to_owned()
}

const LETTERS: &str =
    "title Two letters\nalice -> bob: hello & bob -> alice: hi\nalice -x bob by storm: bye\n";

#[test]
fn a_text_becomes_a_figure() {
    let (from, to) = (file("letters.txt", LETTERS), file("letters.svg", ""));
    let draw = |more: &[&str]| {
        let answer = lightcone(&[&["draw", &from, "--svg", &to], more].concat());
        assert_eq!((answer.status, answer.out.as_str(), answer.err.as_str()), (0, "", ""));
        std::fs::read_to_string(&to).expect("it was written")
    };
    let svg = draw(&[]);
    for part in
        ["<svg", "Two letters", ">alice</text>", ">hello</text>", ">hi</text>", ">bye</text>", "lost: storm"]
    {
        assert!(svg.contains(part), "{part}\n{svg}");
    }
    assert_eq!(svg, draw(&[]), "the same text gives the same figure");
    assert_ne!(svg, draw(&["--theme", "dark"]));
    assert!(draw(&["--width", "640"]).contains("640"));
    let text = lightcone(&["draw", &from, "--text"]);
    assert!(text.status == 0 && text.out.contains("alice · 1 sends “hello” to bob"), "{}", text.out);
}

#[test]
fn a_log_becomes_a_figure() {
    let log = "a {\"a\":1}\nasks\nb {\"b\":1,\"a\":1}\nanswers\n";
    let text = lightcone(&["draw", &file("log", log), "--text"]);
    assert!(text.status == 0 && text.out.contains("b · 1 receives “answers” from a"), "{}", text.out);
    let several = format!("=== Execution #one ===\n{log}=== Execution #two ===\n{log}");
    let several = file("several", &several);
    refused(&["draw", &several, "--text"], &["several executions", "\"one\", \"two\""]);
    assert_eq!(lightcone(&["draw", &several, "--text", "--execution", "two"]).status, 0);
}

#[test]
fn a_figure_is_written_as_a_run_and_drawn_again() {
    let (from, run) = (file("again.txt", LETTERS), file("again.json", ""));
    let answer = lightcone(&["draw", &from, "--run", &run]);
    assert_eq!((answer.status, answer.out.as_str(), answer.err.as_str()), (0, "", ""));
    let drawn = |from: &str| {
        let to = file("again.svg", "");
        assert_eq!(lightcone(&["draw", from, "--svg", &to]).status, 0);
        std::fs::read_to_string(to).expect("it was written")
    };
    assert_eq!(drawn(&from), drawn(&run));
    assert!(drawn(&run).contains("lost: storm"));
}

#[test]
fn mistakes_are_told_one_a_line() {
    let from = file("mistakes.txt", "lanes alice, bob\nalice -> carol: hello\nbob sings\n");
    let answer = lightcone(&["draw", &from, "--text"]);
    assert_eq!((answer.status, answer.out.as_str()), (2, ""));
    let lines: Vec<&str> = answer.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", answer.err);
    assert!(lines[0].contains("line 2, column 10: there is no lane \"carol\""), "{}", lines[0]);
    assert!(lines[1].contains("line 3, column 5: behind a lane comes"), "{}", lines[1]);
    let good = file("good.txt", LETTERS);
    refused(&["draw", &good], &["--svg"]);
    refused(&["draw", "no/such/file", "--text"], &["cannot be read"]);
    refused(&["draw", &good, "--svg", "no/such/folder/x"], &["--svg", "cannot be written"]);
    refused(&["draw", &good, "--text", "--theme", "dark"], &["--svg"]);
    refused(&["draw", &good, "--svg", "x", "--theme", "loud"], &["--theme", "light or dark"]);
    refused(&["draw", &file("broken.json", "[{\"host\":}]"), "--text"], &["line 1, column"]);
}
