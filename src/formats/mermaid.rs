//! A trace as the text of a sequence diagram for Mermaid.
//!
//! # What it cannot carry
//! Mermaid draws each message on one height, as if it took no time. So messages can't slant, cross or overtake, and
//! neither times nor concurrency can be seen: what stands higher need not have come first. A message is drawn where it is
//! received; if its sender has done something since, a note says where it was sent. The text says so at its head.
//!
//! # Sources
//! The manual of Mermaid, "Sequence diagrams". Must not know where the trace came from.

use std::io;

use crate::base::{EventId, MessageId, NodeId};
use crate::sim::{EventKind, MessageState, Outcome, Trace};

/// What the text says of itself.
const NOTE: [&str; 4] = [
    "Made by Lightcone. Mermaid draws every message level, as if it took no time: messages can't slant,",
    "cross or overtake here, times are not shown, and what stands higher need not have come first.",
    "A message stands where it is received. A note says where it was sent, if its sender did something",
    "in between. Lost messages end in a cross where they were sent.",
];

/// Writes a trace up to its mark.
///
/// # Errors
/// What `out` gives.
pub fn write(trace: &Trace, mut out: impl io::Write) -> io::Result<()> {
    writeln!(out, "sequenceDiagram")?;
    for line in NOTE {
        writeln!(out, "    %% {line}")?;
    }
    for node in NodeId::first(trace.nodes()) {
        writeln!(out, "    participant n{} as {}", node.0, plain(trace.name(node)))?;
    }
    let sent = messages_by_send(trace);
    let mut rest = sent.as_slice();
    for event in trace.events() {
        write_receives(trace, event, &mut out)?;
        let own = rest.partition_point(|(send, _)| *send <= event);
        let (of_event, later) = rest.split_at(own);
        rest = later;
        let mut is_drawn = !received(trace, event).is_empty();
        for &(_, message) in of_event {
            is_drawn |= write_send(trace, event, message, &mut out)?;
        }
        let is_send = trace.kind(event) == EventKind::Send;
        if !is_drawn && !is_send {
            writeln!(out, "    Note over n{}: {}", trace.node(event).0, what(trace, event))?;
        }
    }
    Ok(())
}

fn messages_by_send(trace: &Trace) -> Vec<(EventId, MessageId)> {
    trace.message_ids().filter_map(|message| Some((trace.sent(message)?, message))).collect()
}

fn received(trace: &Trace, event: EventId) -> Vec<MessageId> {
    let first = trace.message(event).filter(|_| trace.kind(event) == EventKind::Receive);
    first.into_iter().chain(trace.more_received(event)).collect()
}

fn write_receives(trace: &Trace, event: EventId, out: &mut impl io::Write) -> io::Result<()> {
    let to = trace.node(event).0;
    for message in received(trace, event) {
        let from = trace.sender(message).0;
        let copy = match trace.received_copy(event) {
            0 => String::new(),
            copy => format!(", copy {copy}"),
        };
        let from_nobody = if trace.sent(message).is_none() { ", which nobody sent" } else { "" };
        writeln!(out, "    n{from}->>n{to}: {}{copy}{from_nobody}", what(trace, event))?;
    }
    Ok(())
}

/// Writes what is to be seen of a message at its send, and says whether that is anything.
fn write_send(
    trace: &Trace,
    event: EventId,
    message: MessageId,
    out: &mut impl io::Write,
) -> io::Result<bool> {
    let (from, to) = (trace.node(event).0, trace.receiver(message).0);
    let what = what(trace, event);
    match trace.state(message) {
        MessageState::Lost => {
            let loss = trace.fate(message).into_iter().rev().find(|entry| entry.outcome == Outcome::Lost);
            let by = loss.map_or(String::new(), |entry| format!(" ({})", plain(entry.fault)));
            writeln!(out, "    n{from}-xn{to}: {what}, lost{by}")?;
        }
        MessageState::InFlight => writeln!(out, "    n{from}--)n{to}: {what}, under way")?,
        MessageState::Arrived => {
            let is_next = |received: EventId| !has_event_between(trace, event, received);
            if trace.first_arrival(message).is_some_and(is_next) {
                return Ok(false);
            }
            writeln!(
                out,
                "    Note over n{from}: sends {what} to {}",
                plain(trace.name(trace.receiver(message)))
            )?;
        }
    }
    Ok(true)
}

/// Whether something happened at the sender between a send and its receive.
fn has_event_between(trace: &Trace, send: EventId, receive: EventId) -> bool {
    let node = trace.node(send);
    // What the sender does next lies soon behind mostly; beyond that many events a note does no harm.
    const NEAR: u32 = 64;
    let end = receive.0.min(send.0.saturating_add(NEAR));
    receive.0 > end || (send.0 + 1..end).any(|event| trace.node(EventId(event)) == node)
}

/// What is said of an event: its label, or what kind it is.
fn what(trace: &Trace, event: EventId) -> String {
    let (label, kind) = (trace.label(event), trace.kind(event));
    let is_message = matches!(kind, EventKind::Send | EventKind::Receive);
    match (label.is_empty(), is_message || kind == EventKind::Local) {
        (true, _) => kind.name().to_owned(),
        (false, true) => plain(&label),
        (false, false) => format!("{} {}", kind.name(), plain(&label)),
    }
}

/// Text in which no letter means something to Mermaid: those that do are written by their numbers.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for letter in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match letter {
            '#' | ';' | '%' | ':' | '<' | '>' | '{' | '}' | '(' | ')' | '"' | '\\' | '&' | ',' => {
                out += &format!("#{};", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    if out.is_empty() { "…".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Options, import};

    #[test]
    fn a_log_becomes_a_sequence() {
        let log = b"a {\"a\":1}\nask; now\na {\"a\":2}\nwait\nb {\"b\":1,\"a\":1}\nanswer\na {\"a\":3,\"b\":1}\n# done\n";
        let import = import(log, &Options::default()).expect("a log");
        let mut out = Vec::new();
        write(&import.executions[0].trace, &mut out).expect("memory");
        let text = String::from_utf8(out).expect("text");
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains("%%")).map(str::trim).collect();
        assert_eq!(
            lines,
            [
                "sequenceDiagram",
                "participant n0 as a",
                "participant n1 as b",
                "Note over n0: sends ask#59; now to b",
                "Note over n0: wait",
                "n0->>n1: answer",
                "n1->>n0: #35; done",
            ]
        );
    }

    #[test]
    fn a_message_that_arrives_long_after_has_a_note_where_it_was_sent() {
        // Between the send and its receive only a third does something: a few events, or many.
        let sequence = |events: u32| {
            let others: String = (1..=events).map(|nth| format!("c {{\"c\":{nth}}}\nworks\n")).collect();
            let log = format!("a {{\"a\":1}}\nasks\n{others}b {{\"b\":1,\"a\":1,\"c\":{events}}}\nhears\n");
            let import = import(log.as_bytes(), &Options::default()).expect("a log");
            let mut out = Vec::new();
            write(&import.executions[0].trace, &mut out).expect("memory");
            String::from_utf8(out).expect("text").contains("Note over n0: sends asks to b")
        };
        assert!(!sequence(3), "what comes next needs no note");
        assert!(sequence(100), "what comes far behind has one");
    }
}
