//! The built binary as a shell, a teacher's script and CI see it: arguments, stdout, stderr and exit status.

#![cfg(not(target_arch = "wasm32"))]

#[path = "cli/link.rs"]
mod link;

use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Command, Stdio};

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

#[test]
fn the_list_has_every_catalogue_and_every_dial() {
    let list = json(&["list", "--json"]);
    let text = lightcone(&["list"]);
    assert_eq!((text.status, text.err.as_str()), (0, ""));
    for table in ["scenes", "faults", "clocks", "programs"] {
        let rows = rows(&list, table);
        assert!(!rows.is_empty(), "there are {table}");
        for row in rows {
            has_fields(row, "id effect");
            assert!(text.out.contains(word(row, "id")), "{} is in the text as well", word(row, "id"));
        }
    }
    for owner in rows(&list, "scenes").iter().chain(rows(&list, "faults")) {
        for dial in rows(owner, "dials") {
            has_fields(dial, "id title effect unit least most default choices");
            let range = number(dial, "least")..=number(dial, "most");
            assert!(range.contains(&number(dial, "default")), "{dial}");
            assert_eq!(word(dial, "name"), format!("{}.{}", word(owner, "id"), word(dial, "id")));
            assert!(text.out.contains(word(dial, "name")));
        }
    }
    assert!(rows(&list, "faults").iter().any(|fault| word(fault, "assumption") == "The network is reliable"));
}

#[test]
fn a_run_keeps_the_promises_of_its_fields() {
    for scene in scenes() {
        // A scene with fewer turns says so on stderr.
        let answer = lightcone(&["run", &scene, "--turns", "400", "--json"]);
        assert_eq!(answer.status, 0, "{scene}: {}", answer.err);
        check_run(&serde_json::from_str(&answer.out).expect("it is JSON"), &scene);
    }
}

/// All that is promised about the object of a run.
fn check_run(run: &Value, scene: &str) {
    has_fields(run, "format scene seed settings tape trace_hash nodes events messages spans claims");
    assert!(run["format"].as_u64() >= Some(1));
    assert_eq!(word(run, "scene"), scene);
    assert!(word(run, "seed").parse::<u64>().is_ok());
    assert_eq!(run["tape"], serde_json::json!([]));
    let hash = word(run, "trace_hash");
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    assert!(hash.len() == 64 && hash.bytes().all(is_hex), "{hash}");
    let names: Vec<&str> = rows(run, "nodes").iter().map(|node| word(node, "name")).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "names are unique");
    check_events(run, &names);
    check_messages(run, names.len());
    for span in rows(run, "spans") {
        has_fields(span, "kind from_ns to_ns");
        assert!(span["to_ns"].is_null() || number(span, "from_ns") <= number(span, "to_ns"));
    }
    for claim in rows(run, "claims") {
        has_fields(claim, "says scope holds event");
        assert!(["this-run", "every-run", "rate"].contains(&word(claim, "scope")));
        assert!(claim["holds"].is_null() || claim["holds"].is_boolean());
    }
}

const KINDS: [&str; 11] = [
    "local",
    "send",
    "receive",
    "timer",
    "decide",
    "write",
    "crash",
    "restart",
    "pause",
    "resume",
    "clock-step",
];

fn check_events(run: &Value, names: &[&str]) {
    let events = rows(run, "events");
    assert!(!events.is_empty());
    for (id, event) in events.iter().enumerate() {
        has_fields(
            event,
            "id node kind true_ns wall_ns monotonic_ns lamport vector hlc causes message label",
        );
        assert_eq!(number(event, "id"), id as i64);
        assert!(KINDS.contains(&word(event, "kind")));
        for time in ["true_ns", "wall_ns", "monotonic_ns"] {
            assert!(number(event, time).unsigned_abs() <= 1 << 53);
        }
        assert!(id == 0 || number(&events[id - 1], "true_ns") <= number(event, "true_ns"));
        for cause in ids(event, "causes") {
            assert!((0..id as i64).contains(&cause), "a cause comes before its effect");
            assert!(number(&events[cause as usize], "lamport") < number(event, "lamport"));
        }
        let name = names[number(event, "node") as usize];
        assert!(event["vector"][name].as_u64() >= Some(1), "a vector includes the event itself");
        let vector = event["vector"].as_object().expect("an object");
        assert!(vector.iter().all(|(name, n)| names.contains(&name.as_str()) && n.as_u64() >= Some(1)));
        assert!(number(&event["hlc"], "wall") >= number(event, "wall_ns"));
        assert!(number(&event["hlc"], "logical") >= 0);
        assert_eq!(event["message"].is_i64(), ["send", "receive"].contains(&word(event, "kind")));
        assert!(event["label"].is_string());
    }
}

fn check_messages(run: &Value, nodes: usize) {
    let events = rows(run, "events");
    for (id, message) in rows(run, "messages").iter().enumerate() {
        has_fields(message, "id from to bytes sent arrived state fate");
        assert_eq!(number(message, "id"), id as i64);
        assert!(["from", "to"].iter().all(|end| (0..nodes as i64).contains(&number(message, end))));
        assert_eq!(word(message, "payload").len() as i64, 2 * number(message, "bytes"));
        if let Some(sent) = message["sent"].as_u64() {
            let event = &events[sent as usize];
            assert_eq!((&event["message"], &event["node"]), (&message["id"], &message["from"]));
            assert!(ids(message, "arrived").iter().all(|&arrived| arrived > sent as i64));
        }
        for arrived in ids(message, "arrived") {
            let event = &events[arrived as usize];
            assert_eq!(
                (word(event, "kind"), &event["message"], &event["node"]),
                ("receive", &message["id"], &message["to"])
            );
        }
        let state = word(message, "state");
        assert!(["in-flight", "arrived", "lost"].contains(&state));
        assert_eq!(state == "arrived", !rows(message, "arrived").is_empty());
        for entry in rows(message, "fate") {
            has_fields(entry, "fault effect size unit at_ns copy hop link");
            assert!(number(entry, "size").unsigned_abs() <= 1 << 53 && number(entry, "at_ns") >= 0);
        }
    }
}

#[test]
fn the_same_run_is_printed_the_same_and_a_longer_one_begins_with_it() {
    let scene = &scenes()[0];
    let args = |turns| ["run", scene, "--seed", "5", "--turns", turns, "--json"];
    assert_eq!(lightcone(&args("4")).out, lightcone(&args("4")).out);
    let (short, long) = (json(&args("2")), json(&args("4")));
    let (short, long) = (rows(&short, "events"), rows(&long, "events"));
    assert!(short.len() < long.len() && short == &long[..short.len()]);
}

#[test]
fn a_seed_keeps_all_its_digits() {
    let seed = "18446744073709551615";
    let run = json(&["run", &scenes()[0], "--seed", seed, "--json"]);
    assert_eq!(run["seed"], seed);
}

#[test]
fn settings_are_those_that_were_asked_for() {
    let list = json(&["list", "--json"]);
    let scene = &rows(&list, "scenes")[0];
    let (id, mut names) = (word(scene, "id"), Vec::new());
    for fault in rows(&list, "faults") {
        let fault_id = word(fault, "id");
        for held in [true, false] {
            let assume = format!("{fault_id}={held}");
            let run = json(&["run", id, "--assume", &assume, "--turns", "3", "--json"]);
            assert_eq!(run["settings"]["assume"][fault_id], held);
        }
        names.extend(rows(fault, "dials").iter().map(|dial| (word(dial, "name"), number(dial, "least"))));
    }
    names.extend(rows(scene, "dials").iter().map(|dial| (word(dial, "name"), number(dial, "most"))));
    for (name, value) in names {
        let run = json(&["run", id, "--dial", &format!("{name}={value}"), "--turns", "3", "--json"]);
        assert_eq!(run["settings"]["dials"][name], value);
    }
}

#[test]
fn breaking_an_assumption_shows_in_the_fates() {
    let run = |held: &str| {
        let assume = format!("reliable={held}");
        json(&["run", "crossed-letters", "--assume", &assume, "--dial", "reliable.loss=1000000", "--json"])
    };
    let lost =
        |run: &Value| rows(run, "messages").iter().filter(|message| message["state"] == "lost").count();
    assert_eq!(lost(&run("true")), 0);
    let broken = run("false");
    assert_eq!(lost(&broken), rows(&broken, "messages").len());
    assert!(rows(&broken["messages"][0], "fate").iter().any(|entry| entry["fault"] == "reliable"));
}

#[test]
fn without_a_form_a_run_is_told_in_a_few_lines() {
    let answer = lightcone(&["run", "crossed-letters"]);
    assert_eq!((answer.status, answer.err.as_str()), (0, ""));
    let run = json(&["run", "crossed-letters", "--json"]);
    assert!(answer.out.contains(word(&run, "trace_hash")), "{}", answer.out);
    assert!(rows(&run, "claims").iter().all(|claim| answer.out.contains(word(claim, "says"))));
}

#[test]
fn a_figure_goes_into_a_file_and_stands_alone() {
    let folder = std::env::temp_dir().join(format!("lightcone-figures-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the folder for temporary files can be written to");
    for scene in scenes() {
        let file = folder.join(format!("{scene}.svg"));
        let path = file.to_str().expect("the path is text");
        let answer = lightcone(&["run", &scene, "--svg", path]);
        assert_eq!((answer.status, answer.out.as_str(), answer.err.as_str()), (0, "", ""));
        let svg = std::fs::read_to_string(&file).expect("it was written");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("role=\"graphics-document document\""), "it says what it is");
        assert!(!svg.contains("<script") && !svg.contains("href="), "it needs nothing else");
        let lanes = lightcone::scenes::find(&scene).expect("it is listed").lanes;
        assert!(lanes.iter().all(|lane| svg.contains(&format!(">{lane}<"))), "its lanes are named");
        assert_eq!(lightcone(&["run", &scene, "--svg", path]).status, 0, "it may be written again");
        assert_eq!(std::fs::read_to_string(&file).expect("it was written"), svg, "and is the same again");
    }
    std::fs::remove_dir_all(&folder).expect("nobody else uses it");
}

#[test]
fn a_terminal_gets_one_event_a_line() {
    let answer = lightcone(&["run", "crossed-letters", "--text"]);
    assert_eq!((answer.status, answer.err.as_str()), (0, ""));
    let run = json(&["run", "crossed-letters", "--json"]);
    let lines: Vec<&str> = answer.out.lines().collect();
    assert_eq!(lines.len(), rows(&run, "events").len() + 1, "a line an event below the names of the lanes");
    assert!(["alice", "bob"].iter().all(|name| lines[0].contains(name)), "{}", lines[0]);
    for (event, line) in rows(&run, "events").iter().zip(&lines[1..]) {
        assert!(line.contains(word(event, "label")) && line.ends_with(&format!("[{}]", event["lamport"])));
    }
}

#[test]
fn a_run_until_idle_fails_where_the_scene_ends_first() {
    let mut statuses = BTreeSet::new();
    for scene in scenes() {
        // What the library says of the same run decides which status is right.
        let spec = lightcone::scenes::RunSpec::of(lightcone::scenes::find(&scene).expect("it is listed"));
        let mut engine = spec.start();
        let ended = loop {
            if let Err(ended) = engine.step() {
                break ended;
            }
        };
        let is_idle = ended == lightcone::sim::Ended::Idle;
        let answer = lightcone(&["run", &scene, "--until-idle"]);
        assert_eq!((answer.status, answer.err.is_empty()), (i32::from(!is_idle), is_idle), "{scene}");
        assert!(answer.out.contains(&engine.trace().hash().to_string()), "the run is told in any case");
        statuses.insert(answer.status);
    }
    assert!(statuses.contains(&0));
}

#[test]
fn more_turns_than_there_are_is_said_and_is_no_failure() {
    let answer = lightcone(&["run", "crossed-letters", "--turns", "1000000", "--json"]);
    assert_eq!(answer.status, 0);
    assert_eq!(answer.err.lines().count(), 1, "{}", answer.err);
}

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
        failed += usize::from(claim["holds"] != true);
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
            assert_eq!((&claim["says"], &claim["holds"]), (&in_run["says"], &in_run["holds"]));
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

#[test]
fn help_and_version_go_to_stdout() {
    for args in [vec!["--help"], vec!["run", "--help"], vec!["claims", "-h"], vec!["--version"]] {
        let answer = lightcone(&args);
        assert_eq!((answer.status, answer.err.as_str()), (0, ""), "{args:?}");
        assert!(!answer.out.is_empty());
    }
}

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
        refused(&["claims", scene, "--seeds", seeds], &["--seeds", &format!("{seeds:?}"), "0..100"]);
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
