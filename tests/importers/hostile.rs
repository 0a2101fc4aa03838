//! What strangers may drop on the page: mutilated logs, expressions that would take for ever elsewhere, lines without an
//! end and JSON without a bottom. Whatever comes is read or refused in one sentence, in a time that grows with its size.

#![expect(clippy::disallowed_types, reason = "a bar on time needs the machine's clock")]

use std::time::{Duration, Instant};

use lightcone::analysis::Causality;
use lightcone::app::log_figure;
use lightcone::diagram::{Axis, Theme};
use lightcone::formats::report::Report;
use lightcone::formats::{Import, Options, import, mermaid, notation, shiviz_file};
use lightcone::sim::Trace;
use proptest::prelude::*;

/// A log of every format.
const LOGS: [&str; 11] = [
    include_str!("logs/shiviz.log"),
    include_str!("logs/shiviz-clock-last.log"),
    include_str!("logs/shiviz-header.log"),
    include_str!("logs/govector.log"),
    include_str!("logs/tsviz.log"),
    include_str!("logs/govector-readings.log"),
    include_str!("logs/tlc.log"),
    include_str!("logs/tlc-clocks.log"),
    include_str!("logs/structured.ndjson"),
    include_str!("logs/events.json"),
    include_str!("logs/run.json"),
];

/// Letters of which a change is made: those that mean something in some format.
const LETTERS: &[u8] = b"{}[]()\"\\:,.0123456789 -=<>|@&#+\n\r\tabz_\xff\xc3\0";

/// A build for debugging is some thirty times slower than what is shipped, and the machine may be busy.
const SLOW: u32 = if cfg!(debug_assertions) { 40 } else { 1 };

fn read(bytes: &[u8], options: &Options) -> Result<Import, String> {
    import(bytes, options).map_err(|bad| bad.0)
}

/// Whatever was read hangs together.
fn hold(found: &Result<Import, String>) {
    let import = match found {
        Err(sentence) => {
            assert!(!sentence.is_empty() && !sentence.contains('\n'), "{sentence:?}");
            return;
        }
        Ok(import) => import,
    };
    assert!(!import.executions.is_empty());
    for execution in &import.executions {
        hold_trace(&execution.trace);
        let report = Report::of(execution);
        let suspects = execution.trace.suspects().len();
        let sound = (report.events - suspects) as u64;
        assert_eq!(report.ordered_pairs + report.concurrent_pairs, sound * sound.saturating_sub(1) / 2);
        assert_eq!(suspects == 0, report.errors.is_empty() && execution.more_errors == 0);
        assert!(report.edges <= execution.trace.messages());
        assert!(report.errors.iter().all(|error| !error.says.contains('\n')));
        assert!(execution.unread.count as usize >= execution.unread.lines.len());
    }
}

/// Causes come first, and everything that is made of a trace can be made of it.
fn hold_trace(trace: &Trace) {
    assert!(!trace.is_empty());
    for event in trace.events() {
        assert!(trace.causes(event).all(|cause| cause < event));
        assert!(!trace.is_of_log() || trace.causes(event).all(|cause| trace.at(cause) <= trace.at(event)));
    }
    let mut file = Vec::new();
    shiviz_file::write(trace, &mut file).expect("memory");
    let again = read(&file, &Options::default()).expect("what was written can be read");
    let pairs = |trace: &Trace| Causality::of(trace).ordered_pairs();
    assert!(again.executions[0].errors.is_empty(), "{:?}", again.executions[0].errors);
    assert_eq!(pairs(&again.executions[0].trace), pairs(trace));
    mermaid::write(trace, &mut file).expect("memory");
    for axis in [Axis::Causal, Axis::TrueTime, Axis::Wall] {
        assert!(log_figure::svg("hostile", trace, axis, (800.0, Theme::Light)).ends_with("</svg>\n"));
    }
}

/// A change to a text: where, how much is taken out, and what is put in.
type Edit = (usize, usize, Vec<u8>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let letters = prop::collection::vec(prop::sample::select(LETTERS), 0..6);
    prop::collection::vec((0..10_000_usize, 0..12_usize, letters), 1..6)
}

fn changed(text: &str, edits: &[Edit]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, length, letters) in edits {
        let at = at % (bytes.len() + 1);
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, letters.iter().copied());
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutilated_logs_are_read_or_refused(log in 0..LOGS.len(), edits in edits()) {
        hold(&read(&changed(LOGS[log], &edits), &Options::default()));
    }

    #[test]
    fn lines_in_any_order_are_the_same_log(log in 0..2_usize, order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        let lines: Vec<&str> = LOGS[log].lines().collect();
        let shuffled: Vec<&str> = order.iter().flat_map(|&event| &lines[2 * event..2 * event + 2]).copied().collect();
        let found = read(shuffled.join("\n").as_bytes(), &Options::default()).expect("a log");
        let report = Report::of(&found.executions[0]);
        prop_assert_eq!((report.edges, report.ordered_pairs, report.errors.len()), (2, 8, 0));
    }

    #[test]
    fn clocks_that_nothing_could_have_shown_are_told(
        clocks in prop::collection::vec((0..4_usize, prop::collection::vec(0..6_u32, 4)), 1..14)
    ) {
        let entry = |(host, count): (usize, &u32)| format!("\"h{host}\":{count}");
        let line = |(host, counts): &(usize, Vec<u32>)| {
            let entries: Vec<String> = counts.iter().enumerate().map(entry).collect();
            format!("h{host} {{{}}}\nx\n", entries.join(","))
        };
        let log: String = clocks.iter().map(line).collect();
        let found = read(log.as_bytes(), &Options::default());
        hold(&found);
        // What is told to be sound is: every clock is what the arrows say.
        let execution = &found.expect("events").executions[0];
        if execution.errors.is_empty() {
            let stated: u32 = clocks.iter().flat_map(|(_, counts)| counts).sum();
            let pairs = Causality::of(&execution.trace).ordered_pairs();
            prop_assert_eq!(pairs, u64::from(stated) - clocks.len() as u64);
        }
    }

    #[test]
    fn any_expression_is_used_or_refused(
        expression in "[(){}\\[\\]?<>:=!*+|.^$\\\\dwsnSab0-9,-]{0,24}",
        delimiter in "[(){}\\[\\]?<>*+|.^$\\\\ab\\n=-]{0,12}",
    ) {
        let parser = format!("(?<host>\\w+){expression}(?<clock>{{.*}})\\s(?<event>.*)");
        for parser in [parser, expression] {
            let options = Options { parser: Some(parser), delimiter: Some(delimiter.clone()), ..Options::default() };
            hold(&read(LOGS[0].as_bytes(), &options));
        }
    }

    #[test]
    fn mutilated_figures_are_drawn_or_refused(edits in edits()) {
        let text = "lanes a, b, c\na -> b +2: x & b -x a by c: y\nwait 2\nc crashes\na -> b, a: z # w\nc restarts\n";
        let text = String::from_utf8_lossy(&changed(text, &edits)).into_owned();
        match notation::read(&text) {
            Ok(figure) => hold_trace(&figure.trace),
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty() && mistakes.iter().all(|it| it.line > 0 && it.column > 0));
            }
        }
    }
}

/// Reads a log that is large or nasty, within so many seconds as it is shipped.
fn within(seconds: u32, log: &str, options: &Options) -> Result<Import, String> {
    let start = Instant::now();
    let found = read(log.as_bytes(), options);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(u64::from(seconds * SLOW)), "{took:?} for {} bytes", log.len());
    found
}

fn parser(parser: &str) -> Options {
    Options { parser: Some(parser.to_owned()), ..Options::default() }
}

/// As large as a build for debugging takes in a moment.
fn large() -> usize {
    if cfg!(debug_assertions) { 4 << 20 } else { 100 << 20 }
}

#[test]
fn expressions_that_would_take_for_ever_take_a_moment() {
    let log = format!("{}!\n", "a".repeat(if cfg!(debug_assertions) { 100_000 } else { 3_000_000 }));
    for catastrophe in [
        "(?<host>(a+)+) (?<clock>{.*})(?<event>)",
        "(?<host>(a|a)*)b(?<clock>{})(?<event>)",
        "(?<host>(a|aa)+)$(?<clock>{})(?<event>)",
        "(?<host>.*.*.*.*.*.*b)(?<clock>{})(?<event>)",
        "(?<host>(.*a){20})(?<clock>{})(?<event>)",
        "(?<host>a?)(?<clock>a?)(?<event>[^b]*b)",
    ] {
        let refused = within(5, &log, &parser(catastrophe)).expect_err("no event");
        assert!(refused.contains("matches no event"), "{refused}");
    }
}

#[test]
fn a_line_without_an_end_takes_a_moment() {
    for part in
        ["a", " {", "{\"a\":1,", "\"", "\\", "[", "{\"a\":", "a {\"a\":1} ", "State 1: <", "/\\ x = (", "1 "]
    {
        let line = part.repeat(large() / part.len());
        hold(&within(8, &line, &Options::default()));
        let header = format!("(?<host>\\S*) (?<clock>{{.*}})x(?<event>.*)\n\n{line}");
        hold(&within(8, &header, &Options::default()));
    }
    // One good event behind it is still found.
    let log = format!("{}\na {{\"a\":1}}\nx\n", "z".repeat(large()));
    let found = within(8, &log, &Options::default()).expect("one event");
    assert_eq!((found.executions[0].trace.len(), found.executions[0].unread.count), (1, 1));
}

#[test]
fn json_without_a_bottom_takes_a_moment() {
    let deep = 1_000_000;
    let (open, close) = ("[".repeat(deep), "]".repeat(deep));
    let objects = "{\"a\":".repeat(deep);
    for text in [
        format!("{open}{close}"),
        format!("[{{\"host\":\"a\",\"clock\":{open}{close}}}]"),
        format!("{{\"host\":\"a\",\"clock\":{{\"a\":1}},\"x\":{open}{close}}}"),
        objects.clone(),
        format!("{{\"log\":[{objects}"),
        format!("{{\"format\":1,\"scene\":\"x\",\"events\":{open}{close}}}"),
        format!("a {objects}\nx"),
        format!("{{\"host\":\"a\",\"clock\":\"{}\"}}", "\\\\".repeat(deep)),
    ] {
        hold(&within(5, &text, &Options::default()));
    }
}

#[test]
fn more_hosts_than_can_be_shown_are_refused() {
    let hosts: String = (0..3_000).map(|host| format!("h{host} {{\"h{host}\":1}}\nx\n")).collect();
    assert!(within(5, &hosts, &Options::default()).is_err_and(|bad| bad.contains("2048 hosts")));
    let entries: Vec<String> = (0..3_000).map(|host| format!("\"h{host}\":1")).collect();
    let clock = format!("a {{{}}}\nx\n", entries.join(","));
    assert!(within(5, &clock, &Options::default()).is_err_and(|bad| bad.contains("2048 hosts")));
}

#[test]
fn events_that_hear_of_everything_at_once_take_a_moment() {
    // Each of many events hears of hundreds that know nothing of each other, of all again and again.
    let hosts = 300;
    let mut log: String = (0..hosts)
        .flat_map(|host| (1..=6).map(move |own| format!("h{host} {{\"h{host}\":{own}}}\nx\n")))
        .collect();
    for listener in 0..20 {
        for own in 1..=6 {
            let heard: Vec<String> = (0..hosts).map(|host| format!("\"h{host}\":{own}")).collect();
            log += &format!("l{listener} {{\"l{listener}\":{own},{}}}\nx\n", heard.join(","));
        }
    }
    let found = within(5, &log, &Options::default()).expect("it is a log");
    let report = Report::of(&found.executions[0]);
    assert_eq!((report.errors.len(), report.edges), (0, hosts * 6 * 20));
}

#[test]
fn errors_without_end_are_counted() {
    let many = 30_000;
    let log: String = (0..many).map(|own| format!("a {{\"a\":{}}}\nx\n", 2 * own + 2)).collect();
    let found = within(5, &log, &Options::default()).expect("it is a log");
    let execution = &found.executions[0];
    assert_eq!(execution.errors.len() + execution.more_errors as usize, many);
    assert!(execution.errors.len() <= 10_000);
    let junk = "?\n".repeat(many);
    let found = within(5, &format!("{junk}a {{\"a\":1}}\nx\n"), &Options::default()).expect("one event");
    let unread = &found.executions[0].unread;
    assert_eq!((unread.count as usize, unread.lines.len()), (many, 1_000));
}
