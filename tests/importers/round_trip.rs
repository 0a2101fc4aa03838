//! What is written can be read again: a run as JSON gives the run, and as a file for ShiViz its happens-before.

use lightcone::analysis::Causality;
use lightcone::base::{EventId, NodeId, Seed};
use lightcone::formats::report::Report;
use lightcone::formats::{Execution, Options, import, mermaid, shiviz_file};
use lightcone::scenes::{self, RunSpec};
use lightcone::sim::{Engine, EventKind, Settings, Tape, Trace};

use super::report;

/// More turns show nothing new.
const TURNS: u64 = 1_500;

/// A run of each scene, with loss and copies, so that there are messages in every state; and one with every fault,
/// so that there are lines of fate with every unit.
fn runs() -> Vec<(&'static str, Engine)> {
    let run = |scene: &'static scenes::Scene, broken: &[&str]| {
        let settings = Settings {
            assume: broken.iter().map(|fault| ((*fault).to_owned(), false)).collect(),
            dials: [("reliable.loss".to_owned(), 100_000), ("reliable.duplicate".to_owned(), 100_000)].into(),
        };
        let spec = RunSpec::new(scene.id, Some(Seed(5)), settings, Tape::default());
        let mut engine = spec.unwrap_or_else(|bad| panic!("{bad:?}")).start();
        while engine.turns() < TURNS && engine.step().is_ok() {}
        assert!(engine.trace().messages() > 0, "{}", scene.id);
        (scene.id, engine)
    };
    let every: Vec<&str> = lightcone::faults::ALL.iter().map(|fault| fault.id).collect();
    let all = scenes::ALL.iter().map(|scene| run(scene, &["reliable"]));
    all.chain([run(scenes::find("telemetry").expect("a scene"), &every)]).collect()
}

fn read(bytes: &[u8], format: &str) -> Execution {
    let mut import = import(bytes, &Options::default()).unwrap_or_else(|bad| panic!("{bad}"));
    assert_eq!((import.format, import.executions.len()), (format, 1));
    import.executions.remove(0)
}

/// Where each event is in another trace: the event of the same name and number.
fn same_events(trace: &Trace, other: &Trace) -> Vec<EventId> {
    let causality = Causality::of(other);
    let place = |event| {
        let name = trace.name(trace.node(event));
        // ShiViz has no blanks in names, and a file for it says so by a line below.
        let plain = name.replace(' ', "_");
        let is_it = |it: &String| it == name || *it == plain;
        let node = other.names().iter().position(is_it).expect("the node has events");
        causality.event_at(NodeId(node as u16), trace.own_count(event)).expect("it has as many")
    };
    trace.events().map(place).collect()
}

fn assert_same_order(scene: &str, trace: &Trace, other: &Trace) {
    assert_eq!(trace.len(), other.len(), "{scene}");
    let (one, two, places) = (Causality::of(trace), Causality::of(other), same_events(trace, other));
    assert_eq!(one.ordered_pairs(), two.ordered_pairs(), "{scene}");
    // All pairs of a large run would take minutes in a build for debugging; a stride has no rhythm in common with it.
    let some = || trace.events().step_by(1 + trace.len() / 400);
    for first in some() {
        for second in some() {
            let found = two.relation(places[first.index()], places[second.index()]);
            assert_eq!(one.relation(first, second), found, "{scene}: {first}, {second}");
        }
    }
}

#[test]
fn a_file_for_shiviz_gives_the_same_happens_before() {
    for (scene, engine) in runs() {
        let trace = engine.trace();
        let mut file = Vec::new();
        shiviz_file::write(trace, &mut file).expect("memory");
        let found = read(&file, "shiviz");
        assert_eq!((found.errors.as_slice(), found.unread.count), (&[][..], 0), "{scene}");
        assert_same_order(scene, trace, &found.trace);
        // And once more: what was read is written as it was.
        let mut again = Vec::new();
        shiviz_file::write(&found.trace, &mut again).expect("memory");
        assert_same_order(scene, &found.trace, &read(&again, "shiviz").trace);
    }
}

#[test]
fn names_and_words_that_shiviz_would_misread_are_written_so_that_it_does_not() {
    let log = "[{\"host\":\"a b\",\"clock\":{\"a b\":1},\"event\":\"two\\nlines\"},{\"host\":\"a_b\",\"clock\":{\"a_b\":1}},\n\
               {\"host\":\"q\\\"{\\\\\",\"clock\":{\"q\\\"{\\\\\":1,\"a b\":1},\"event\":\"  \"}]";
    let trace = super::only(log).trace;
    let mut file = Vec::new();
    shiviz_file::write(&trace, &mut file).expect("memory");
    let text = String::from_utf8(file).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    let expected = [
        "a_b {\"a_b\":1}",
        "two lines",
        "a_b_2 {\"a_b_2\":1}",
        "local",
        "q\"{\\ {\"a_b\":1, \"q\\\"{\\\\\":1}",
        "receive",
    ];
    assert_eq!(lines[2..], expected);
    let found = report(&text);
    assert_eq!((found.events, found.edges, found.errors.len()), (3, 1, 0));
}

#[test]
fn events_that_look_like_another_format_are_read_as_what_they_are() {
    // Found by the siege: with names such as these, most lines are objects of JSON.
    for text in
        ["{\"alice\":1}", "State 1: <Initial predicate>", "=== Execution #two ===", "Initialization Complete"]
    {
        for name in ["a", "{a", "1500000000000000000", "[{"] {
            let event = |own: u32| serde_json::json!({ "host": name, "clock": { name: own }, "event": text });
            let log = serde_json::Value::from(vec![event(1), event(2)]).to_string();
            let trace = super::only(&log).trace;
            let mut file = Vec::new();
            shiviz_file::write(&trace, &mut file).expect("memory");
            let again = read(&file, "shiviz");
            assert_eq!((again.errors.len(), again.unread.count), (0, 0), "{name} {text}");
            assert_same_order(name, &trace, &again.trace);
            assert!(again.trace.events().all(|event| again.trace.label(event) == text), "{name} {text}");
        }
    }
}

#[test]
fn the_runs_have_lines_of_fate_with_most_units() {
    let mut units: Vec<&str> = runs()
        .iter()
        .flat_map(|(_, engine)| engine.trace().fates().map(|line| line.unit.name()).collect::<Vec<_>>())
        .collect();
    units.sort_unstable();
    units.dedup();
    for unit in ["ns", "copy", "bytes", "node"] {
        assert!(units.contains(&unit), "no {unit} in {units:?}");
    }
}

#[test]
fn an_exported_run_is_read_back_with_all_that_it_says() {
    for (scene, engine) in runs() {
        let trace = engine.trace();
        let model_spec =
            RunSpec::new(scene, Some(Seed(5)), Settings::default(), Tape::default()).expect("a scene");
        let mut file = Vec::new();
        lightcone::app::export::write_json(&model_spec, &engine, &[], &mut file).expect("memory");
        let found = read(&file, "lightcone");
        let other = &found.trace;
        assert_eq!((found.name.as_str(), trace.names()), (scene, other.names()));
        assert_eq!((trace.len(), trace.messages()), (other.len(), other.messages()));
        for event in trace.events() {
            let of = |trace: &Trace| {
                let place = (trace.kind(event), trace.node(event), trace.at(event), trace.wall(event));
                (place, trace.message(event), trace.label(event), trace.causes(event).collect::<Vec<_>>())
            };
            assert_eq!(of(trace), of(other), "{scene}: {event}");
        }
        for message in trace.message_ids() {
            let of = |trace: &Trace| {
                let ends =
                    (trace.sender(message), trace.receiver(message), trace.nth(message), trace.sent(message));
                let arrived = (trace.arrivals(message), trace.state(message));
                (ends, arrived, trace.payload(message).to_vec(), trace.fate(message))
            };
            assert_eq!(of(trace), of(other), "{scene}: {message}");
        }
        assert_eq!(trace.spans().collect::<Vec<_>>(), other.spans().collect::<Vec<_>>(), "{scene}");
        let (one, two) = (Causality::of(trace), Causality::of(other));
        assert_eq!(one.ordered_pairs(), two.ordered_pairs());
        let report = Report::of(&found);
        assert_eq!((report.ordered_pairs, report.errors.len()), (one.ordered_pairs(), 0));
        assert!(report.edges <= trace.messages());
    }
}

#[test]
fn copies_are_numbered_as_they_arrive_and_what_is_overheard_is_none() {
    let (mut overheard_first, mut again) = (0, 0);
    for (scene, engine) in runs() {
        let spec = RunSpec::new(scene, Some(Seed(5)), Settings::default(), Tape::default()).expect("a scene");
        let mut file = Vec::new();
        lightcone::app::export::write_json(&spec, &engine, &[], &mut file).expect("memory");
        let found = read(&file, "lightcone").trace;
        for message in found.message_ids() {
            let arrivals = found.arrivals(message);
            let copies = arrivals.iter().map(|&event| usize::from(found.received_copy(event)));
            assert!(copies.eq(0..arrivals.len()), "{scene}: {message}");
            again += arrivals.len().saturating_sub(1);
        }
        for event in found.events().filter(|&event| found.kind(event) == EventKind::Receive) {
            let Some(message) = found.message(event) else { continue };
            if found.receiver(message) != found.node(event) {
                assert_eq!(found.received_copy(event), 0, "{scene}: {event}");
                overheard_first +=
                    usize::from(found.first_arrival(message).is_some_and(|first| first > event));
            }
        }
    }
    assert!(
        overheard_first > 0 && again > 0,
        "{overheard_first} overheard before they arrive, {again} copies"
    );
}

#[test]
fn an_exported_run_that_contradicts_itself_is_refused_with_the_place() {
    let (scene, engine) =
        runs().into_iter().find(|(scene, _)| *scene == "crossed-letters").expect("the scene");
    let spec = RunSpec::new(scene, None, Settings::default(), Tape::default()).expect("a scene");
    let mut file = Vec::new();
    lightcone::app::export::write_json(&spec, &engine, &[], &mut file).expect("memory");
    let text = String::from_utf8(file).expect("text");
    let check = |from, to, expected| super::assert_refused(&text, (from, to), expected);
    check("\"events\":[{\"id\":0", "\"events\":[{\"id\":1", "events[0]: the id is 1");
    check("\"kind\":\"receive\"", "\"kind\":\"perceive\"", "there is no kind \"perceive\"");
    check("\"causes\":[]", "\"causes\":[0]", "the causes are []");
    check("\"events\":[", "\"happenings\":[", "no table `events`");
    check("\"sent\":0", "\"sent\":2", "messages[1]: it was sent before");
    check("\"sent\":0", "\"sent\":null", "events[0]: it sends a message");
    check("\"true_ns\":", "\"true_ns\":1e9,\"x\":", "events[0]: ");
    check("\"messages\":[{\"id\":0,\"from\":0", "\"messages\":[{\"id\":0,\"from\":999", "messages[0]");
}

#[test]
fn a_sequence_has_every_message_and_says_what_it_lacks() {
    let mut all_copies = 0;
    for (scene, engine) in runs() {
        let trace = engine.trace();
        let mut file = Vec::new();
        mermaid::write(trace, &mut file).expect("memory");
        let text = String::from_utf8(file).expect("text");
        assert!(text.starts_with("sequenceDiagram\n    %% ") && text.contains("can't slant"), "{scene}");
        let count = |sign: &str| text.lines().filter(|line| line.contains(sign)).count();
        let of = |state| trace.message_ids().filter(|&message| trace.state(message) == state).count();
        let receives = trace.events().filter(|&event| trace.kind(event) == EventKind::Receive).count();
        assert_eq!(count("->>"), receives, "{scene}");
        let copies = trace.events().filter(|&event| trace.received_copy(event) > 0).count();
        assert_eq!(count(", copy "), copies, "{scene}");
        all_copies += copies;
        assert_eq!(count("-x"), of(lightcone::sim::MessageState::Lost), "{scene}");
        assert_eq!(count("--)"), of(lightcone::sim::MessageState::InFlight), "{scene}");
        assert_eq!(count("participant"), trace.nodes(), "{scene}");
    }
    assert!(all_copies > 10, "{all_copies} copies");
}
