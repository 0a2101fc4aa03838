//! The fields of an exported run, whose names are a promise.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{has_fields, ids, lightcone, number, rows, scenes, word};

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
