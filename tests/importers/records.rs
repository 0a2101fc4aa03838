//! What was read from a log of any format is written as our own JSON and read again: it is the same log.

use lightcone::analysis::Causality;
use lightcone::base::EventId;
use lightcone::formats::report::Report;
use lightcone::formats::trace_json::{Record, write_record};
use lightcone::formats::{Execution, Options, import, notation};
use lightcone::sim::{EventKind, Trace};
use serde_json::Value;

use super::formats::{STORY, options_for};
use super::parcel::{TROUBLES, assert_same};

fn written(execution: &Execution) -> String {
    let mut file = Vec::new();
    write_record(&Record::of(1, execution), &mut file).expect("memory");
    String::from_utf8(file).expect("JSON is text")
}

fn read(text: &str) -> Execution {
    let mut read = import(text.as_bytes(), &Options::default()).unwrap_or_else(|bad| panic!("{bad}\n{text}"));
    assert_eq!((read.format, read.executions.len()), ("lightcone", 1));
    read.executions.remove(0)
}

fn assert_read_back(one: &Execution, what: &str) {
    let text = written(one);
    let other = read(&text);
    assert_same(&one.trace, &other.trace, what);
    assert_same_messages(&one.trace, &other.trace, what);
    let rest = |it: &Execution| (it.name.clone(), it.errors.clone(), it.more_errors, it.unread.clone());
    assert_eq!(rest(one), rest(&other), "{what}");
    assert_eq!(Report::of(one), Report::of(&other), "{what}");
    // What was read back is written as it was.
    assert_eq!(text, written(&other), "{what}");
}

fn assert_same_messages(one: &Trace, other: &Trace, what: &str) {
    assert_eq!(one.messages(), other.messages(), "{what}");
    for message in one.message_ids() {
        let of = |trace: &Trace| {
            let ends = (trace.sender(message), trace.receiver(message), trace.nth(message));
            let stands = (trace.sent(message), trace.arrivals(message), trace.state(message));
            (ends, stands, trace.payload(message).to_vec(), trace.fate(message))
        };
        assert_eq!(of(one), of(other), "{what}: {message}");
    }
    for event in one.events() {
        let of = |trace: &Trace| {
            let causes: Vec<EventId> = trace.causes(event).collect();
            (trace.kind(event), trace.node(event), trace.at(event), trace.received_copy(event), causes)
        };
        assert_eq!(of(one), of(other), "{what}: {event}");
    }
}

#[test]
fn a_log_of_every_format_is_read_back_from_our_own_json() {
    let story = STORY.into_iter().filter(|(_, log)| !log.is_empty());
    let run = ("lightcone", include_str!("logs/run.json"));
    for (format, log) in story.chain([run, ("troubles", TROUBLES)]) {
        let direct =
            import(log.as_bytes(), &options_for(format)).unwrap_or_else(|bad| panic!("{bad}\n{log}"));
        direct.executions.iter().for_each(|execution| assert_read_back(execution, log));
    }
}

#[test]
fn what_only_a_log_says_is_in_the_file() {
    let troubles = super::only(TROUBLES);
    let value: Value = serde_json::from_str(&written(&troubles)).expect("it is JSON");
    assert!(["scene", "seed", "settings"].iter().all(|field| value[field].is_null()));
    let report = Report::of(&troubles);
    assert_eq!(value["log"]["errors"], serde_json::to_value(&report.errors).expect("rows"));
    assert!(report.errors.len() >= 4, "{report:?}");
    assert_eq!((&value["log"]["unread"]["count"], &value["log"]["states_wall"]), (&1.into(), &false.into()));
    let events = value["events"].as_array().expect("a table");
    let suspects = events.iter().filter(|event| event["suspect"] == true).count();
    assert_eq!(suspects, troubles.trace.suspects().len());
    let both = events.iter().find(|event| event["label"] == "both").expect("the event");
    // It learnt of two hosts at once, and the messages say so from their side.
    let received = both["received"].as_array().expect("two messages");
    assert_eq!((received.len(), &received[0], &both["line"]), (2, &both["message"], &6.into()));
    for message in received {
        let row = &value["messages"][message.as_u64().expect("an id") as usize];
        assert_eq!(row["arrived"], serde_json::json!([both["id"]]));
    }
}

#[test]
fn an_event_that_sends_several_and_one_that_receives_and_sends_are_kept() {
    let log = "a {\"a\":1}\ntells all\nb {\"b\":1, \"a\":1}\npasses on\nc {\"c\":1, \"a\":1}\nhears\n\
               d {\"d\":1, \"a\":1, \"b\":1}\nhears of it\na {\"a\":2, \"c\":1, \"d\":1, \"b\":1}\nall know\n";
    let execution = super::only(log);
    let trace = &execution.trace;
    let sends = |event| trace.message_ids().filter(|&message| trace.sent(message) == Some(event)).count();
    assert_eq!(sends(EventId(0)), 2);
    assert!(trace.events().any(|event| trace.kind(event) == EventKind::Receive && sends(event) > 0));
    assert!(trace.events().any(|event| trace.more_received(event).count() == 1));
    assert_read_back(&execution, log);
}

#[test]
fn a_figure_is_read_back_with_what_was_lost_and_who_was_down() {
    let text = "title T\nlanes a, b, c\na -> b +2 +1: twice & b -> a: x\na -> b, c: to both\nb pauses\nwait\nb resumes\n\
                c crashes\na decides: so be it\na -x b by storm: gone";
    let figure = notation::read(text).expect("a figure");
    let execution = Execution { name: figure.title, ..Execution::drawn(figure.trace) };
    let trace = &execution.trace;
    assert!(trace.fates().count() == 2 && trace.spans().count() == 2);
    let copies: Vec<u16> = trace.events().map(|event| trace.received_copy(event)).collect();
    let second_first = copies.iter().position(|&copy| copy == 1)
        < trace.events().position(|event| {
            trace.kind(event) == EventKind::Receive
                && trace.label(event) == "twice"
                && trace.received_copy(event) == 0
        });
    assert!(second_first, "the copy arrives before the original: {copies:?}");
    let last = trace.events().next_back().expect("events");
    assert!(trace.now() > trace.at(last), "something is lost after the last event");
    assert_read_back(&execution, text);
}

#[test]
fn the_causality_of_a_large_log_is_the_same() {
    // Forty hosts gossip: whoever tells is told by the one before.
    let mut state = 7_u32;
    let mut clocks = vec![vec![0_u32; 40]; 40];
    let mut log = String::new();
    for nth in 0..4_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (to, from) = ((state >> 8) as usize % 40, (state >> 20) as usize % 40);
        let known = clocks[from].clone();
        clocks[to].iter_mut().zip(&known).for_each(|(own, other)| *own = (*own).max(*other));
        clocks[to][to] += 1;
        let entries: Vec<String> = clocks[to]
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(host, count)| format!("\"h{host}\":{count}"))
            .collect();
        log.push_str(&format!("h{to} {{{}}}\nevent {nth}\n", entries.join(", ")));
    }
    let execution = super::only(&log);
    assert_eq!((execution.errors.len(), execution.trace.len()), (0, 4_000));
    let other = read(&written(&execution));
    assert_same(&execution.trace, &other.trace, "gossip");
    let (one, two) = (Causality::of(&execution.trace), Causality::of(&other.trace));
    assert_eq!(one.ordered_pairs(), two.ordered_pairs());
}

#[test]
fn a_record_that_contradicts_itself_is_refused_with_the_place() {
    let text = written(&super::only(TROUBLES));
    let check = |from, to, expected| super::assert_refused(&text, (from, to), expected);
    check("\"kind\":\"gap\"", "\"kind\":\"hole\"", "line 1: log: there is no kind of error \"hole\"");
    check("\"now_ns\":", "\"then_ns\":", "log: missing field `now_ns`");
    check("\"received\":[0,", "\"received\":[1,", "the causes are");
    check("\"received\":[0,1]", "\"received\":[0,9]", "message 9 is not in the table of messages");
    check("\"sent\":1", "\"sent\":0", "message 1 is said to be sent here");
}
