//! Logs from elsewhere, and runs as files for other tools.

use std::path::PathBuf;

use serde_json::Value;

use super::{has_fields, json, keys, lightcone, number, refused, rows, scenes, word};

/// A file of this test alone.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("import-{name}"));
    std::fs::write(&path, text).expect("the folder for tests can be written to");
    path.to_str().expect("its name is UTF-8").to_owned()
}

/// A log in which Bob reads what Alice sent.
const SOUND: &str =
    "alice {\"alice\":1}\nsends\nbob {\"bob\":1, \"alice\":1}\nreads\ncarol {\"carol\":1}\nsleeps\n";

const FIELDS: &str =
    "name hosts events edges ordered_pairs concurrent_pairs longest_chain unparsed_lines errors";

#[test]
fn a_sound_log_is_counted() {
    let report = json(&["import", &file("sound", SOUND), "--json"]);
    assert_eq!(keys(&report).len(), FIELDS.split(' ').count(), "{report}");
    has_fields(&report, FIELDS);
    let counts =
        ["hosts", "events", "edges", "ordered_pairs", "concurrent_pairs", "longest_chain", "unparsed_lines"];
    assert_eq!(counts.map(|field| number(&report, field)), [3, 3, 1, 1, 2, 2, 0]);
    assert_eq!((word(&report, "name"), rows(&report, "errors").len()), ("", 0));
    let told = lightcone(&["import", &file("sound", SOUND)]);
    assert_eq!((told.status, told.err.as_str()), (0, ""));
    assert!(told.out.contains("3 events at 3 hosts"), "{}", told.out);
}

#[test]
fn errors_and_lines_left_out_are_told() {
    let log = file("errors", &format!("# junk\n{SOUND}bob {{\"bob\":3, \"alice\":1}}\nreads on\n"));
    let answer = lightcone(&["import", &log, "--json"]);
    assert_eq!(answer.status, 1);
    assert_eq!(answer.err, "lightcone: line 1 is left out: belongs to no event\n");
    let report: Value = serde_json::from_str(&answer.out).expect("it is JSON");
    let error = &rows(&report, "errors")[0];
    assert_eq!((number(error, "line"), word(error, "kind")), (8, "gap"));
    assert!(word(error, "says").contains("\"bob\":2"), "{error}");
    assert_eq!(keys(error).len(), 3, "{error}");
    assert_eq!(number(&report, "unparsed_lines"), 1);
    let told = lightcone(&["import", &log]);
    assert_eq!(told.status, 1);
    assert!(told.out.contains("line 8: gap: "), "{}", told.out);
}

#[test]
fn executions_are_listed_or_chosen() {
    let log =
        file("executions", "== one ==\na|{\"a\":1}|x\n== two ==\na|{\"a\":1}|x\nb|{\"b\":1,\"a\":1}|y\n");
    let parser = r"(?<host>\w)\|(?<clock>{.*})\|(?<event>.*)";
    let args = ["import", &log, "--parser", parser, "--delimiter", "^== (?<trace>.*) ==$", "--json"];
    let all = json(&args);
    assert_eq!(keys(&all).into_iter().collect::<Vec<_>>(), ["executions"]);
    let names: Vec<&str> = rows(&all, "executions").iter().map(|it| word(it, "name")).collect();
    assert_eq!(names, ["one", "two"]);
    let one = json(&[&args[..], &["--execution", "two"]].concat());
    assert_eq!(&one, &rows(&all, "executions")[1]);
    assert_eq!(number(&one, "edges"), 1);
    refused(&[&args[..], &["--execution", "three"]].concat(), &["\"three\"", "\"one\", \"two\""]);
}

#[test]
fn fields_of_objects_are_named() {
    let log = file(
        "objects",
        "{\"who\":\"a\",\"v\":{\"a\":1},\"it\":\"x\"}\n{\"who\":\"b\",\"v\":{\"b\":1,\"a\":1},\"it\":\"y\"}\n",
    );
    let report = json(&["import", &log, "--fields", "host=who,clock=v,event=it", "--json"]);
    assert_eq!((number(&report, "events"), number(&report, "edges")), (2, 1));
    refused(&["import", &log], &["no event"]);
    refused(&["import", &log, "--fields", "who"], &["--fields", "\"who\"", "host=FIELD"]);
    refused(&["import", &log, "--fields", "host=a,host=b"], &["--fields"]);
}

#[test]
fn what_cannot_be_read_is_refused() {
    refused(&["import", "no/such/file"], &["no/such/file", "cannot be read"]);
    refused(&["import", &file("empty", "")], &["no event"]);
    let log = file("refused", SOUND);
    refused(&["import", &log, "--parser", "(?<host>a)(?=b)"], &["column 11", "looking ahead"]);
    refused(&["import", &log, "--parser", "(?<host>a)"], &["no group clock"]);
    refused(&["import", &log, "--parser", "(?<host>a\n"], &["has no `)`"]);
    refused(&["import", &log, "--delimiter", "\\1"], &["between executions", "referring back"]);
}

#[test]
fn every_scene_is_written_for_shiviz_and_read_back() {
    for scene in scenes() {
        let out = file(&format!("{scene}.shiviz"), "");
        let args = ["run", &scene, "--turns", "300", "--shiviz", &out];
        let answer = lightcone(&args);
        assert_eq!((answer.status, answer.out.as_str()), (0, ""), "{scene}");
        // A run that is over sooner says so.
        let run = lightcone(&["run", &scene, "--turns", "300", "--json"]).out;
        let run: Value = serde_json::from_str(&run).expect("it is JSON");
        let report = json(&["import", &out, "--json"]);
        assert_eq!(number(&report, "events"), rows(&run, "events").len() as i64, "{scene}");
        // Of every event all that its vector counts came before it, but itself.
        let past = |event: &Value| -> i64 {
            event["vector"].as_object().expect("a vector").values().filter_map(Value::as_i64).sum::<i64>() - 1
        };
        assert_eq!(
            number(&report, "ordered_pairs"),
            rows(&run, "events").iter().map(past).sum::<i64>(),
            "{scene}"
        );
        let highest = rows(&run, "events").iter().map(|event| number(event, "lamport")).max();
        assert_eq!(Some(number(&report, "longest_chain")), highest, "{scene}");
    }
}

#[test]
fn a_run_is_written_for_mermaid() {
    let out = file("letters.mmd", "");
    assert_eq!(lightcone(&["run", "crossed-letters", "--mermaid", &out]).status, 0);
    let text = std::fs::read_to_string(&out).expect("it was written");
    assert!(text.starts_with("sequenceDiagram\n") && text.contains("->>"), "{text}");
    refused(&["run", "crossed-letters", "--mermaid", "no/such/folder/x"], &["--mermaid", "no/such/folder/x"]);
    refused(&["run", "crossed-letters", "--shiviz", "a", "--json"], &["--shiviz"]);
}

#[test]
fn a_log_is_written_as_a_run_and_read_back() {
    let junk = format!("# junk\n{SOUND}bob {{\"bob\":3, \"alice\":1}}\nreads on\n");
    for (name, text, status) in [("plain", SOUND, 0), ("wrong", &junk, 1)] {
        let (log, run) = (file(&format!("{name}.log"), text), file(&format!("{name}.json"), ""));
        let told = lightcone(&["import", &log, "--json", "--run", &run]);
        assert_eq!(told.status, status, "{}", told.err);
        let again = lightcone(&["import", &run, "--json"]);
        assert_eq!((told.status, told.out, told.err), (again.status, again.out, again.err));
        let written = std::fs::read_to_string(&run).expect("it was written");
        let record: Value = serde_json::from_str(&written).expect("it is JSON");
        has_fields(
            &record,
            "format scene seed settings log tape trace_hash nodes links events messages spans claims",
        );
        assert_eq!((rows(&record, "nodes").len(), record["scene"].is_null()), (3, true));
    }
}

#[test]
fn a_log_is_written_for_others() {
    let (log, out) = (file("others", SOUND), file("others.out", ""));
    let written = |option: &str| {
        assert_eq!(lightcone(&["import", &log, option, &out]).status, 0, "{option}");
        std::fs::read_to_string(&out).expect("it was written")
    };
    assert!(written("--shiviz").contains("alice {\"alice\":1}\nsends\n"));
    assert!(written("--mermaid").contains("n0->>n1: reads"), "{}", written("--mermaid"));
    let several = "=== Execution #one ===\na {\"a\":1}\nx\n=== Execution #two ===\na {\"a\":1}\ny\n";
    let several = file("several", several);
    refused(&["import", &several, "--run", &out], &["several executions", "\"one\", \"two\""]);
    assert_eq!(lightcone(&["import", &several, "--execution", "two", "--run", &out]).status, 0);
    assert_eq!(word(&json(&["import", &out, "--json"]), "name"), "two");
    refused(&["import", &log, "--run", "no/such/folder/x"], &["--run", "cannot be written"]);
    refused(&["import", &log, "--run", &out, "--shiviz", &out], &["--run", "--shiviz"]);
}
