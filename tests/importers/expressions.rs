//! Logs that are read with an expression, given beside the log or at its head, and logs of several executions.

use lightcone::formats::report::Report;
use lightcone::formats::{Import, Options, import};

fn options(parser: &str, delimiter: &str) -> Options {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Options { parser: some(parser), delimiter: some(delimiter), ..Options::default() }
}

fn read(log: &str, options: &Options) -> Import {
    import(log.as_bytes(), options).unwrap_or_else(|bad| panic!("{bad}"))
}

fn refusal(log: &str, options: &Options) -> String {
    import(log.as_bytes(), options).map_or_else(|bad| bad.to_string(), |import| panic!("{import:?}"))
}

/// The events of an execution as `line host text`, in the order of its trace.
fn events(import: &Import, execution: usize) -> Vec<String> {
    let trace = &import.executions[execution].trace;
    let event = |event| {
        format!("{} {} {}", trace.line(event).unwrap_or(0), trace.name(trace.node(event)), trace.label(event))
    };
    trace.events().map(event).collect()
}

fn unread(import: &Import) -> Vec<u32> {
    import.executions[0].unread.lines.iter().map(|(line, _)| *line).collect()
}

#[test]
fn groups_are_found_wherever_they_stand() {
    let log = "# start\n[12:01] <node-1> v={\"node-1\": 1} :: sends\nnoise\n[12:02] <node-2> v={\"node-1\":1, \"node-2\":1} :: hears\n";
    let parser = r"^\[(?<time>\d+:\d+)\] <(?<host>[^>\n]+)> v=(?<clock>{[^}\n]*}) :: (?<event>.*)$";
    let found = read(log, &options(parser, ""));
    assert_eq!(events(&found, 0), ["2 node-1 sends", "4 node-2 hears"]);
    assert_eq!(unread(&found), [1, 3]);
    let trace = &found.executions[0].trace;
    assert_eq!(trace.messages(), 1);
    let last = trace.last_of(lightcone::base::NodeId(1)).expect("an event");
    assert_eq!(trace.fields(last).collect::<Vec<_>>(), [("time", "12:02")]);
}

#[test]
fn events_may_stretch_over_lines() {
    let log = "BEGIN a\n  clock {\"a\":1}\n  says one\nEND\nstray\nBEGIN b\n  clock {\"a\":1,\n    \"b\":1}\n  says two\nEND\n";
    let parser = r"BEGIN (?<host>\w+)\s+clock (?<clock>{[^}]*})\s+says (?<event>.*)\s+END";
    let found = read(log, &options(parser, ""));
    assert_eq!(events(&found, 0), ["2 a one", "7 b two"]);
    assert_eq!(unread(&found), [5]);
}

#[test]
fn the_head_of_a_log_is_its_expression() {
    let head = "(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})\n\n";
    let found = read(&format!("{head}x\na {{\"a\":1}}\n"), &Options::default());
    assert_eq!((found.format, events(&found, 0)), ("shiviz", vec!["4 a x".to_owned()]));
    assert_eq!(found.executions[0].unread.count, 0);
    // An expression of the log's own, with a separator.
    let own = "(?<host>\\w+)#(?<clock>{.*})#(?<event>.*)\n^== (?<trace>.*) ==$\n== one ==\na#{\"a\":1}#x\n== two ==\nb#{\"b\":1}#y\n";
    let found = read(own, &Options::default());
    let names: Vec<&str> = found.executions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
    assert_eq!((events(&found, 0), events(&found, 1)), (vec!["4 a x".to_owned()], vec!["6 b y".to_owned()]));
    // What is given beside the log counts, and the head is still no event.
    let found = read(own, &options("(?<host>b)#(?<clock>{.*})#(?<event>.*)", ""));
    assert_eq!(events(&found, 0), ["6 b y"]);
}

#[test]
fn executions_are_told_apart_and_chosen_by_name() {
    let log = "junk\n=== first ===\na {\"a\":1}\nx\n=== ===\nb {\"b\":1}\ny\n=== first ===\nc {\"c\":1}\nz\nd {\"d\":2}\n!\n";
    let mut wanted = options("", "^===(?<trace>.*)===$");
    let found = read(log, &wanted);
    let names: Vec<&str> = found.executions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["first", "execution 2", "first (2)"]);
    assert_eq!(unread(&found), [1]);
    assert_eq!(events(&found, 2), ["9 c z", "11 d !"]);
    assert_eq!(Report::of(&found.executions[2]).errors[0].line, 11);
    wanted.execution = Some("execution 2".to_owned());
    assert_eq!(events(&read(log, &wanted), 0), ["6 b y"]);
    wanted.execution = Some("second".to_owned());
    assert!(refusal(log, &wanted).contains("choose one of \"first\", \"execution 2\", \"first (2)\""));
}

#[test]
fn what_cannot_be_read_says_why() {
    let log = "a {\"a\":1}\nx\n";
    let bad = |parser: &str, delimiter: &str| refusal(log, &options(parser, delimiter));
    assert!(bad("(?<host>a)", "").contains("no group clock"));
    assert!(bad("(?<host>a) (?<clock>{.*})(?=x)(?<event>)", "").contains("looking ahead"));
    assert!(bad("(?<host>a) (?<clock>{.*})(?<event>)(", "").contains("has no `)`"));
    assert!(bad("", "(?<!x)y").contains("the expression between executions"));
    assert!(bad("(?<host>q) (?<clock>{.*})\\n(?<event>.*)", "").contains("matches no event"));
    assert!(refusal("", &Options::default()).contains("no event"));
    assert!(refusal("nothing\nto see\n", &Options::default()).contains("no event"));
}

#[test]
fn a_clock_that_cannot_be_read_is_listed_with_the_reason() {
    let log = "a|{\"a\":1}|x\na|{\"a\":two}|y\na|{\"a\":2}|z\n|{\"a\":3}|w\n";
    let found = read(log, &options(r"(?<host>.*)\|(?<clock>{.*})\|(?<event>.*)", ""));
    assert_eq!(events(&found, 0), ["1 a x", "3 a z"]);
    let lines = &found.executions[0].unread.lines;
    assert_eq!(lines.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4]);
    assert!(lines[0].1.as_ref().is_some_and(|why| why.contains("whole number")), "{lines:?}");
    assert!(lines[1].1.as_ref().is_some_and(|why| why.contains("no name")), "{lines:?}");
}

#[test]
fn readings_are_kept_as_they_are_stated() {
    let log = "5000000000000 a {\"a\":1}\nx\n4000000000000 b {\"a\":1,\"b\":1}\ny\n";
    let parser = r"(?<timestamp>\d+) (?<host>\S*) (?<clock>{.*})\n(?<event>.*)";
    let trace = read(log, &options(parser, "")).executions.remove(0).trace;
    let [first, second] = [0, 1].map(lightcone::base::EventId);
    // b's clock is behind a's by more than the message took, and causality comes first on the axis of time.
    assert_eq!((trace.wall(first).0, trace.wall(second).0), (1_000_000_000_000, 0));
    assert_eq!((trace.at(first).0, trace.at(second).0), (1_000_000_000_000, 1_000_000_000_001));
    assert!(trace.states_walls());
    assert_eq!(lightcone::analysis::anomalies::backward(&trace).count(), 1);
}
