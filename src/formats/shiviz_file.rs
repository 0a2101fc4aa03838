//! A trace as a file for ShiViz, whole with the expression that reads it.
//!
//! The clocks are those of happens-before, so that whoever rebuilds the arrows gets the same order of events back. What
//! ShiViz has no place for is left out: messages that nobody received, times, and nodes at which nothing happened. Must
//! not know where the trace came from.

use std::collections::BTreeSet;
use std::io;

use crate::analysis::Causality;
use crate::base::{EventId, NodeId};
use crate::sim::Trace;

/// The first line of the file: how its events are read.
const PARSER: &str = r"(?<host>\S*) (?<clock>{.*})\n(?<event>.*)";

/// Writes a trace up to its mark.
///
/// Names that ShiViz would not read are written with `_` for what cannot stand in a name, and told apart by a number.
///
/// # Errors
/// What `out` gives.
pub fn write(trace: &Trace, mut out: impl io::Write) -> io::Result<()> {
    let names = names(trace);
    let keys: Vec<String> = names.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    let causality = Causality::of(trace);
    let mut counts = vec![0; trace.nodes()];
    // The second line is for what separates executions, of which there is one.
    write!(out, "{PARSER}\n\n")?;
    for event in trace.events() {
        causality.vector_into(event, &mut counts);
        write!(out, "{} {{", names[trace.node(event).index()])?;
        let mut between = "";
        for (key, count) in keys.iter().zip(&counts).filter(|(_, count)| **count > 0) {
            write!(out, "{between}{key}:{count}")?;
            between = ", ";
        }
        write!(out, "}}\n{}\n", text(trace, event))?;
    }
    Ok(())
}

/// What is said of an event, on one line. It is never empty: ShiViz cuts blank lines off the ends of a file.
fn text(trace: &Trace, event: EventId) -> String {
    let label = trace.label(event).replace(char::is_control, " ");
    let label: String = label.split_whitespace().collect::<Vec<_>>().join(" ");
    let kind = trace.kind(event).name();
    match (trace.is_of_log(), label.is_empty()) {
        (_, true) => kind.to_owned(),
        // A log has words of its own.
        (true, false) => label,
        (false, false) => format!("{kind} {label}"),
    }
}

/// The nodes' names without blanks, all different.
fn names(trace: &Trace) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let name = |node: NodeId| {
        let plain: String = trace
            .name(node)
            .chars()
            .map(|it| if it.is_whitespace() || it.is_control() { '_' } else { it })
            .collect();
        let plain = if plain.is_empty() { "_".to_owned() } else { plain };
        let mut name = plain.clone();
        let mut copy = 2;
        while !taken.insert(name.clone()) {
            name = format!("{plain}_{copy}");
            copy += 1;
        }
        name
    };
    NodeId::first(trace.nodes()).map(name).collect()
}
