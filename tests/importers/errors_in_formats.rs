//! Every kind of error in every format: the same story gone wrong is told with the same words, at the lines at which that
//! format has it.

use std::fmt::Write;

use lightcone::formats::{ALL, Options, import};

use super::errors::parse;

/// Events of a host and its clock, with what is wrong: the number of the event, the kind, and a part of the sentence.
type Story = (&'static str, &'static [(usize, &'static str, &'static str)]);

/// A story for each kind of error, each with a sound host beside, and one with several kinds.
const STORIES: [Story; 8] = [
    ("a a1; b b1 a1; b b2 a1", &[]),
    ("a a1; b b1; a a3; a a4", &[(3, "gap", "\"a\":2")]),
    ("b b1; b b2; a a1 b2; a a2 b1", &[(4, "non-monotone", "\"b\" falls from 2")]),
    ("a a1; b b1 a1; c c1 b1", &[(3, "intransitive", "\"a\":1 or more")]),
    ("c c1; a a1 b1; b b1 a1", &[(2, "cycle", "\"b\":1"), (3, "cycle", "\"a\":1")]),
    ("b b1; a a1 z1", &[(2, "unknown-host", "\"z\", which has no event")]),
    ("a a1; b b1 a5", &[(2, "too-much", "5 events of \"a\", which has only 1")]),
    ("a a1; a a3 z1; b b1 a7", &[(2, "gap", ""), (2, "unknown-host", ""), (3, "too-much", "")]),
];

/// How a format writes an event: the host, its clock as JSON, what happened, and which event it is.
type Writer = fn(&mut String, &str, &str, &str, usize);

/// A way of writing a log: its format, what comes first, how an event is written, what comes last, and on which of an
/// event's lines its clock stands.
type Form = (&'static str, &'static str, Writer, &'static str, usize);

const FORMS: [Form; 9] = [
    ("shiviz", "", |out, host, clock, text, _| put(out, format_args!("{host} {clock}\n{text}\n")), "", 0),
    ("shiviz", "", |out, host, clock, text, _| put(out, format_args!("{text}\n{host} {clock}\n")), "", 1),
    (
        "shiviz",
        "^(?<level>\\w+) (?<host>\\w+) (?<clock>{.*}): (?<event>.*)$\n\n",
        |out, host, clock, text, _| put(out, format_args!("INFO {host} {clock}: {text}\n")),
        "",
        0,
    ),
    (
        "govector",
        "=== Execution #Mon ===\n",
        |out, host, clock, text, _| put(out, format_args!("{host} {clock}\nINFO-{text}\n")),
        "",
        0,
    ),
    (
        "tsviz",
        "(?<timestamp>(\\d*)) (?<event>.*)\\n(?<host>\\w*) (?<clock>.*)\n\n",
        |out, host, clock, text, nth| {
            put(out, format_args!("15000000000000000{nth:02} {text}\n{host} {clock}\n"));
        },
        "",
        1,
    ),
    (
        "tsviz",
        "",
        |out, host, clock, text, nth| {
            put(out, format_args!("15000000000000000{nth:02} {host} {clock}\n{text}\n"));
        },
        "",
        0,
    ),
    (
        "tlc",
        "State 1: <Initial predicate>\n/\\ Host = \"--\"\n/\\ Clock = \"{}\"\n\n",
        |out, host, clock, _, nth| {
            let (state, clock) = (nth + 1, clock.replace('"', "\\\""));
            put(
                out,
                format_args!("State {state}: <Act line 1>\n/\\ Host = {host}\n/\\ Clock = \"{clock}\"\n\n"),
            );
        },
        "",
        2,
    ),
    (
        "ndjson",
        "",
        |out, host, clock, text, _| {
            put(out, format_args!("{{\"host\":\"{host}\",\"clock\":{clock},\"event\":\"{text}\"}}\n"));
        },
        "",
        0,
    ),
    (
        "json",
        "[\n{\"made_by\":\"hand\"}",
        |out, host, clock, text, _| {
            put(out, format_args!(",\n{{\"host\":\"{host}\",\n\"event\":\"{text}\",\"clock\":{clock}}}"));
        },
        "\n]\n",
        0,
    ),
];

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("memory");
}

#[test]
fn every_kind_of_error_is_told_in_every_format() {
    for (format, first, write, last, on_line) in FORMS {
        for (short, expected) in STORIES {
            let mut log = first.to_owned();
            let mut places = Vec::new();
            for (nth, (host, clock)) in (1..).zip(parse(short)) {
                let begins = log.lines().count() + usize::from(log.ends_with('\n') || log.is_empty());
                // A comma ends the line before.
                let begins = begins + usize::from(format == "json");
                places.push((begins + on_line) as u32);
                write(&mut log, &host, &clock, &format!("event {nth}"), nth);
            }
            log += last;
            let found =
                import(log.as_bytes(), &Options::default()).unwrap_or_else(|bad| panic!("{bad}\n{log}"));
            assert_eq!(found.format, format, "{log}");
            let execution = &found.executions[0];
            assert_eq!(execution.trace.len(), places.len(), "{log}");
            let errors = &execution.errors;
            let told: Vec<(u32, &str)> = errors.iter().map(|error| (error.line, error.kind.name())).collect();
            let wanted: Vec<(u32, &str)> =
                expected.iter().map(|(event, kind, _)| (places[event - 1], *kind)).collect();
            assert_eq!(told, wanted, "{log}\n{errors:#?}");
            for (error, (_, _, says)) in errors.iter().zip(expected) {
                assert!(error.says.contains(says), "{log}: {}", error.says);
            }
            let suspects = execution.trace.suspects().iter().filter_map(|event| execution.trace.line(*event));
            let mut lines: Vec<u32> = wanted.iter().map(|(line, _)| *line).collect();
            lines.dedup();
            assert!(suspects.eq(lines), "{log}");
        }
    }
    // All formats but that of our own runs, which states causes and no clocks: see `round_trip.rs`.
    let is_here = |id: &str| FORMS.iter().any(|(format, ..)| *format == id);
    assert!(ALL.iter().all(|format| is_here(format.id) != (format.id == "lightcone")));
}
