//! The built binary as a shell, a teacher's script and CI see it: arguments, stdout, stderr and exit status.

#![cfg(not(target_arch = "wasm32"))]

mod cancel;
mod claims;
mod draw;
mod fields;
mod import;
mod link;
mod list;
mod matrix;
mod pipes;
mod refused;
mod run;
mod sweep;

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// What a command answered.
struct Answer {
    status: i32,
    out: String,
    err: String,
}

fn lightcone(args: &[&str]) -> Answer {
    let output =
        Command::new(env!("CARGO_BIN_EXE_lightcone")).args(args).output().expect("the binary starts");
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    Answer {
        status: output.status.code().expect("no signal ended it"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// What a command printed that must succeed without a word on stderr.
fn json(args: &[&str]) -> Value {
    let answer = lightcone(args);
    assert_eq!((answer.status, answer.err.as_str()), (0, ""), "{args:?}");
    assert_eq!(answer.out.lines().count(), 1, "{args:?}: one object on one line");
    serde_json::from_str(&answer.out).expect("it is JSON")
}

/// The sentence with which bad input is refused, which names all of `parts`.
fn refused(args: &[&str], parts: &[&str]) {
    let answer = lightcone(args);
    assert_eq!((answer.status, answer.out.as_str()), (2, ""), "{args:?}: {}", answer.err);
    let sentence = answer.err.strip_suffix('\n').expect("a sentence ends its line");
    assert!(sentence.starts_with("lightcone: ") && !sentence.contains('\n'), "{args:?}: {sentence}");
    for part in parts {
        assert!(sentence.contains(part), "{args:?}: {part:?} is missing in: {sentence}");
    }
}

fn rows<'v>(object: &'v Value, table: &str) -> &'v [Value] {
    object[table].as_array().unwrap_or_else(|| panic!("{table} is a table"))
}

fn word<'v>(row: &'v Value, field: &str) -> &'v str {
    row[field].as_str().unwrap_or_else(|| panic!("{field} is a word in {row}"))
}

fn number(row: &Value, field: &str) -> i64 {
    row[field].as_i64().unwrap_or_else(|| panic!("{field} is an integer in {row}"))
}

fn ids(row: &Value, field: &str) -> Vec<i64> {
    rows(row, field).iter().map(|id| id.as_i64().expect("an id")).collect()
}

fn scenes() -> Vec<String> {
    rows(&json(&["list", "--json"]), "scenes").iter().map(|scene| word(scene, "id").to_owned()).collect()
}

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// Whether the row has all these fields. More are allowed, since fields may be added.
fn has_fields(row: &Value, fields: &str) {
    let promised: BTreeSet<&str> = fields.split_whitespace().collect();
    let keys = keys(row);
    assert!(promised.is_subset(&keys), "{promised:?} are promised and {keys:?} are there");
}
