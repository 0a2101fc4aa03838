//! Texts in, events and mistakes out.

use super::*;
use crate::base::NodeId;
use crate::sim::MessageState;

/// The events of a text, one a line: time in twelfths of an instant, lane, kind and text; and what became of messages.
fn check(text: &str, expected: &str) {
    let figure = read(text).unwrap_or_else(|mistakes| panic!("{text}\n{mistakes:?}"));
    let trace = &figure.trace;
    let mut shown = Vec::new();
    for event in trace.events() {
        let from = trace
            .cause_elsewhere(event)
            .map_or(String::new(), |sent| format!(" from {}", trace.name(trace.node(sent))));
        let (name, kind) = (trace.name(trace.node(event)), trace.kind(event).name());
        let label = trace.label(event);
        let label = if label.is_empty() { label } else { format!(" {label}") };
        shown.push(format!("{} {name} {kind}{from}{label}", trace.at(event).0 / 1_000_000));
        assert!(
            trace.causes(event).all(|cause| cause < event && trace.at(cause) < trace.at(event)),
            "{text}"
        );
    }
    for message in trace.message_ids().filter(|&message| trace.state(message) == MessageState::Lost) {
        let fate = trace.fate(message);
        shown.push(
            format!("to {} lost {}", trace.name(trace.receiver(message)), fate[0].fault)
                .trim_end()
                .to_owned(),
        );
    }
    assert_eq!(shown.join("\n"), expected.trim(), "{text}");
}

fn mistake(text: &str, line: u32, column: u32, says: &str) {
    let found = read(text).map_or_else(|mistakes| mistakes, |_| panic!("{text} is understood"));
    assert_eq!((found[0].line, found[0].column), (line, column), "{text}: {found:?}");
    assert!(found[0].says.contains(says), "{text}: {}", found[0].says);
}

#[test]
fn a_message_arrives_before_the_next_line() {
    check(
        "a -> b: ask\nb -> a: answer",
        "0 a send ask\n8 b receive from a ask\n12 b send answer\n20 a receive from b answer",
    );
}

#[test]
fn what_stands_on_one_line_happens_at_once() {
    check("a -> b: x & b -> a: y", "0 a send x\n0 b send y\n8 b receive from a x\n8 a receive from b y");
    // On one lane events are moved apart.
    check("a: x & a: y", "0 a local x\n1 a local y");
}

#[test]
fn messages_are_late_doubled_or_lost() {
    check(
        "a -> b +3: slow\na -> b: quick",
        "0 a send slow\n12 a send quick\n20 b receive from a quick\n32 b receive from a slow",
    );
    check("a -> b +1 +2: twice", "0 a send twice\n8 b receive from a twice\n20 b receive from a twice");
    check("a -x b: gone & b -x a by storm: too", "0 a send gone\n0 b send too\nto b lost\nto a lost storm");
    check("a -> b, c: all", "0 a send all\n8 b receive from a all\n8 c receive from a all");
    // Two that would arrive at one spot.
    check("a -> c: x & b -> c: y", "0 a send x\n0 b send y\n8 c receive from a x\n9 c receive from b y");
    check("a -> a: self", "0 a send self\n8 a receive from a self");
}

#[test]
fn lanes_do_more_than_send() {
    check(
        "a: thinks\nwait 2\na decides: enough\na writes\na timer: t\na crashes\na restarts\na pauses\na resumes",
        "0 a local thinks\n36 a decide enough\n48 a write\n60 a timer t\n72 a crash\n84 a restart\n96 a pause\n108 a resume",
    );
    let figure = read("a crashes\nb: x\na restarts\nb pauses").expect("fine");
    let spans: Vec<(&str, u64, Option<u64>)> =
        figure.trace.spans().map(|span| (span.kind.name(), span.from.0, span.to.map(|to| to.0))).collect();
    assert_eq!(spans, [("outage", 0, Some(24_000_000)), ("pause", 36_000_000, None)]);
}

#[test]
fn names_texts_and_comments() {
    let text = "# a figure\ntitle Two & two # no more\nlanes \"ground station\", b-1 c\n\n\"ground station\"->b-1:\"a & b # c\" # said\n\
                b-1->c: #1 & c: b#2";
    let figure = read(text).expect("fine");
    assert_eq!(
        (figure.title.as_str(), figure.trace.names()),
        ("Two & two", ["ground station", "b-1", "c"].map(str::to_owned).as_slice())
    );
    let labels: Vec<String> = figure.trace.events().map(|event| figure.trace.label(event)).collect();
    assert_eq!(labels, ["a & b # c", "a & b # c", "#1", "b#2", "#1"]);
    assert_eq!(figure.trace.line(crate::base::EventId(0)), Some(5));
    // Words of the notation may be names of lanes.
    let figure = read("wait -> title: x\nlanes: y").expect("fine");
    assert_eq!(figure.trace.names(), ["wait", "title", "lanes"]);
    assert_eq!(figure.trace.node(crate::base::EventId(0)), NodeId(0));
}

#[test]
fn mistakes_are_told_with_line_and_column() {
    mistake("", 1, 1, "nothing happens");
    mistake("lanes a, b\na -> c: x", 2, 6, "there is no lane \"c\"; choose one of a, b");
    mistake("a -> b: x\nlanes a, b", 2, 1, "before anything happens");
    mistake("lanes a, a", 1, 10, "listed twice");
    mistake("a ->: x", 1, 5, "name is missing");
    mistake("a > b", 1, 3, "behind a lane comes");
    mistake("a sings: x", 1, 3, "crashes");
    mistake("a -> b, b: x", 1, 9, "named twice");
    mistake("a -> b +0: x", 1, 9, "from 1 to 1000");
    mistake("a -> b +x: x", 1, 9, "from 1 to 1000");
    mistake("a -x b +2: x", 1, 8, "takes no time");
    mistake("a -> b by c: x", 1, 8, "only what is lost");
    mistake("a -> b x", 1, 8, "behind a `:`");
    mistake("a: \"x", 1, 4, "not closed");
    mistake("wait long", 1, 6, "from 1 to 1000");
    mistake("a -> b +1 +1 +1 +1 +1 +1 +1 +1 +1: x", 1, 32, "copies");
    mistake("a crashes\na: x", 2, 1, "\"a\" is down");
    mistake("b crashes\na -> b: x", 2, 1, "when this arrives, \"b\" is down");
    mistake("a: x\n  a restarts", 2, 3, "not down");
    mistake("a resumes", 1, 1, "not paused");
    mistake(&"a: x\n".repeat(5_001), 5_001, 1, "5000 lines");
    assert_eq!(read(&"a\n".repeat(100)).map_err(|mistakes| mistakes.len()).err(), Some(MISTAKES_MOST));
    let lanes: Vec<String> = (0..65).map(|nth| format!("l{nth}: x")).collect();
    mistake(&lanes.join("\n"), 65, 1, "64 lanes");
}
