//! One story in every format: whatever the log looks like, it is the same six events. And what is particular to each.

use lightcone::base::{EventId, NodeId};
use lightcone::formats::report::Report;
use lightcone::formats::{ALL, Execution, Fields, Import, Options, import};

/// Alice sends, Bob reads and passes on, Carol waits and reads, Alice goes home.
pub(super) const STORY: [(&str, &str); 11] = [
    ("shiviz", include_str!("logs/shiviz.log")),
    ("shiviz", include_str!("logs/shiviz-clock-last.log")),
    ("shiviz", include_str!("logs/shiviz-header.log")),
    ("govector", include_str!("logs/govector.log")),
    ("tsviz", include_str!("logs/tsviz.log")),
    ("tsviz", include_str!("logs/govector-readings.log")),
    ("tlc", include_str!("logs/tlc.log")),
    ("tlc", include_str!("logs/tlc-clocks.log")),
    ("ndjson", include_str!("logs/structured.ndjson")),
    ("json", include_str!("logs/events.json")),
    ("lightcone", ""),
];

pub(super) fn options_for(format: &str) -> Options {
    let some = |text: &str| Some(text.to_owned());
    let fields = match format {
        "json" => {
            Fields { host: some("meta.node"), clock: some("stamp"), event: some("what"), ..Fields::default() }
        }
        _ => Fields::default(),
    };
    Options { fields, ..Options::default() }
}

fn story(format: &str, log: &str) -> Import {
    import(log.as_bytes(), &options_for(format)).unwrap_or_else(|bad| panic!("{format}: {bad}\n{log}"))
}

fn find(log: &str) -> (&'static str, Execution) {
    let (format, log) = STORY.into_iter().find(|(_, text)| *text == log).expect("a log of the story");
    (format, story(format, log).executions.remove(0))
}

#[test]
fn the_story_is_the_same_in_every_format() {
    for (format, log) in STORY.into_iter().filter(|(_, log)| !log.is_empty()) {
        let found = story(format, log);
        assert_eq!(found.format, format, "{log}");
        let report = Report::of(&found.executions[0]);
        let counts =
            (report.hosts, report.events, report.edges, report.ordered_pairs, report.concurrent_pairs);
        assert_eq!((counts, report.longest_chain), ((3, 6, 2, 8, 7), 4), "{log}");
        assert_eq!((report.unparsed_lines, report.errors), (0, Vec::new()), "{log}");
        let trace = &found.executions[0].trace;
        let mut names = trace.names().to_vec();
        names.sort();
        assert_eq!(names, ["alice", "bob", "carol"]);
        assert!(trace.events().all(|event| trace.line(event).is_some() && !trace.label(event).is_empty()));
    }
    // Every format of the catalogue but that of our own runs is in the story, which `round_trip.rs` has.
    assert!(ALL.iter().all(|format| STORY.iter().any(|(id, _)| *id == format.id)));
}

#[test]
fn lines_may_end_as_they_do_elsewhere() {
    for (format, log) in STORY.into_iter().filter(|(_, log)| !log.is_empty()) {
        let changed = [
            log.replace('\n', "\r\n"),
            format!("\u{feff}{log}"),
            log.trim_end().to_owned(),
            format!("{log}\n\n"),
        ];
        for log in changed {
            let report = Report::of(&story(format, &log).executions[0]);
            assert_eq!((report.events, report.edges, report.unparsed_lines), (6, 2, 0), "{log:?}");
        }
    }
}

#[test]
fn readings_are_kept_and_effects_come_after_their_causes() {
    for log in [include_str!("logs/tsviz.log"), include_str!("logs/govector-readings.log")] {
        let (_, Execution { trace, .. }) = find(log);
        let walls: Vec<i64> = trace.events().map(|event| trace.wall(event).0).collect();
        let mut sorted = walls.clone();
        sorted.sort_unstable();
        let second = 1_000_000_000;
        assert_eq!(sorted, [0, 500, second, second + 100, second + 300, second + 900]);
        // Bob's clock is a second behind: the letter arrives before it is sent, by the clocks, and not on the axis.
        assert_eq!(lightcone::analysis::anomalies::backward(&trace).count(), 1);
        for event in trace.events() {
            assert!(trace.causes(event).all(|cause| trace.at(cause) < trace.at(event)));
        }
    }
    let (_, Execution { trace, .. }) = find(include_str!("logs/structured.ndjson"));
    assert_eq!(trace.wall(trace.last_of(trace_node(&trace, "carol")).expect("an event")).0, 1_400_000_000);
}

fn trace_node(trace: &lightcone::sim::Trace, name: &str) -> NodeId {
    let place = trace.names().iter().position(|it| it == name);
    NodeId(place.expect("the name of a host") as u16)
}

#[test]
fn other_fields_are_kept_for_the_search() {
    let last =
        |trace: &lightcone::sim::Trace, name| trace.last_of(trace_node(trace, name)).expect("an event");
    let fields = |trace: &lightcone::sim::Trace, event: EventId| -> Vec<(String, String)> {
        trace.fields(event).map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    };
    let pair = |name: &str, text: &str| vec![(name.to_owned(), text.to_owned())];
    let (_, Execution { trace, .. }) = find(include_str!("logs/shiviz-header.log"));
    assert_eq!(fields(&trace, last(&trace, "carol")), pair("level", "WARN"));
    let (_, Execution { trace, .. }) = find(include_str!("logs/structured.ndjson"));
    assert_eq!(fields(&trace, EventId(0)), pair("level", "info"));
    assert_eq!(fields(&trace, last(&trace, "carol")), []);
    let (_, Execution { trace, .. }) = find(include_str!("logs/tlc.log"));
    assert_eq!(trace.label(last(&trace, "bob")), "PassOn");
    let names: Vec<String> = fields(&trace, last(&trace, "bob")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Host", "inbox"]);
}

#[test]
fn a_file_of_govector_may_hold_several_executions() {
    let runs = "alice {\"alice\":1}\nInitialization Complete\n \n=== Execution #Mon Jan  2  ===\nalice {\"alice\":1}\n\
                Initialization Complete\nalice {\"alice\":2}\nINFO-works\n1500000000000000000  \n=== Execution #Tue Jan  3  ===\n\
                bob {\"bob\":1}\nInitialization Complete\n";
    let found = story("govector", runs);
    assert_eq!(found.format, "govector");
    let shown: Vec<(String, usize, u32)> =
        found.executions.iter().map(|it| (it.name.clone(), it.trace.len(), it.unread.count)).collect();
    let named = |name: &str, events| (name.to_owned(), events, 0);
    assert_eq!(shown, [named("execution 1", 1), named("Mon Jan  2", 2), named("Tue Jan  3", 1)]);
    assert_eq!(found.executions[2].trace.line(EventId(0)), Some(11));
}

#[test]
fn states_of_tlc_without_a_clock_are_listed() {
    let log = include_str!("logs/tlc.log");
    let without = log.replace("/\\ Clock = \"{\\\"alice\\\":1,\\\"bob\\\":2,\\\"carol\\\":0}\"\n", "");
    let found = story("tlc", &without).executions.remove(0);
    assert_eq!(found.unread.lines.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [20]);
    assert_eq!(Report::of(&found).errors.iter().map(|error| error.kind).collect::<Vec<_>>(), ["too-much"]);
    // A second behaviour in one file.
    let twice = format!("{log}\n{log}");
    let names: Vec<String> = story("tlc", &twice).executions.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["execution 1", "execution 2"]);
}

#[test]
fn objects_that_are_no_events_are_listed() {
    let log = "{\"host\":\"a\",\"clock\":{\"a\":1}}\n{\"level\":\"info\"}\nplain text\n\n{\"host\":\"a\",\"clock\":{\"a\":2}}\n{\"host\":\"a\",\"clock\":[3]}\n";
    let found = story("ndjson", log).executions.remove(0);
    assert_eq!(found.trace.len(), 2);
    let told: Vec<(u32, String)> =
        found.unread.lines.iter().map(|(line, why)| (*line, why.clone().unwrap_or_default())).collect();
    assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 6]);
    assert!(told[0].1.contains("no field for the host"), "{told:?}");
    assert!(told[1].1.contains("no JSON object"), "{told:?}");
    assert!(told[2].1.contains("`{`"), "{told:?}");
    let array = "[{\"host\":\"a\",\"clock\":{\"a\":1}},\n7,\n{\"node\":\"a\",\"vc\":{\"a\":2}}]";
    let found = story("ndjson", array);
    assert_eq!((found.format, found.executions[0].trace.len()), ("json", 2));
    assert_eq!(found.executions[0].unread.lines[0].0, 2);
}

#[test]
fn broken_json_says_where() {
    let bad = |log: &str| {
        import(log.as_bytes(), &Options::default()).map_or_else(|bad| bad.0, |it| panic!("{it:?}"))
    };
    assert!(bad("[{\"host\":\"a\",\"clock\":{\"a\":1}},\n{\"host\":}]").contains("line 2, column 9"));
    assert!(bad("{\"a\":\n[1,}").contains("line 2"), "{}", bad("{\"a\":\n[1,}"));
    assert!(bad("{\"a\": [1], \"b\": 2}").contains("no event"));
}
