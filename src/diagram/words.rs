//! What things in a picture are called in speech, and what stands beside them in print.
//!
//! One place for both, so that what is heard and what is read agree. Must not know where anything is drawn.

use super::source::Source;
use super::view::{Sight, View, ViewAs};
use crate::analysis::Relation;
use crate::base::{Duration, EventId, MessageId, NodeId, TrueTime, WallReading};
use crate::sim::{EventKind, FateEntry, FaultSetting, Trace};

/// The short name of an event: its node and which event of the node it is.
pub fn event_name(trace: &Trace, event: EventId) -> String {
    format!("{} · {}", trace.name(trace.node(event)), trace.own_count(event))
}

/// What happened, without saying where: `sends “pull 31” to S23`.
pub fn what_happened(trace: &Trace, event: EventId) -> String {
    let label = trace.spoken_label(event);
    let quoted = if label.is_empty() { String::new() } else { format!(" “{label}”") };
    let other = |node: fn(&Trace, MessageId) -> NodeId| {
        trace.message(event).map_or("nobody", |message| trace.name(node(trace, message)))
    };
    match trace.kind(event) {
        EventKind::Local if label.is_empty() => "does something of its own".to_owned(),
        EventKind::Local => format!("does{quoted}"),
        EventKind::Send => format!("sends{quoted} to {}", other(Trace::receiver)),
        EventKind::Receive => {
            let copy = match trace.received_copy(event) {
                0 => String::new(),
                copy => format!(", copy {copy}"),
            };
            format!("receives{quoted} from {}{copy}", other(Trace::sender))
        }
        EventKind::Timer => format!("timer{quoted} runs out"),
        EventKind::Decide => format!("decides{quoted}"),
        EventKind::Write => format!("writes{quoted} to its disk"),
        EventKind::Crash => "crashes and loses its memory".to_owned(),
        EventKind::Restart => "restarts".to_owned(),
        EventKind::Pause => "is paused, without noticing".to_owned(),
        EventKind::Resume => "goes on, without noticing".to_owned(),
        EventKind::ClockStep => "has its wall clock set".to_owned(),
    }
}

/// An event in full, for speech: lane, kind, message, stamp, time and its relation to the selected event.
pub fn event(source: &Source<'_>, view: &View, event: EventId, relation: Option<Relation>) -> String {
    let trace = source.trace;
    let mut text = format!("{} {}", event_name(trace, event), what_happened(trace, event));
    if let Some(stamps) = source.stamps {
        text += &format!("; {} {}", stamps.title, (stamps.of)(event));
    }
    text += &match view.view_as {
        ViewAs::Outside => format!("; at {}", exact(trace.at(event))),
        ViewAs::Node(..) => format!("; its clock shows {}", wall(trace.wall(event))),
    };
    if trace.is_suspect(event) {
        text += "; suspect, since its clock cannot be right";
    }
    match relation {
        None => {}
        Some(Relation::Same) => text += "; selected",
        Some(Relation::Before) => text += "; in the past of the selected event",
        Some(Relation::After) => text += "; in the future of the selected event",
        Some(Relation::Concurrent) => text += "; concurrent with the selected event",
    }
    text
}

/// Whose view is shown, as the page always says.
pub fn whose_view(name: &str, sight: Sight) -> String {
    match sight {
        Sight::Saw => format!("You see what {name} saw: its own events."),
        Sight::CouldKnow => format!("You see the most {name} could have been told: its causal past."),
    }
}

/// A message with its ends: `“pull 31” from G2 to S23`.
pub fn message(trace: &Trace, message: MessageId) -> String {
    let label = trace.sent(message).map_or_else(String::new, |event| trace.label(event));
    let ends =
        format!("from {} to {}", trace.name(trace.sender(message)), trace.name(trace.receiver(message)));
    if label.is_empty() { format!("message {ends}") } else { format!("“{label}” {ends}") }
}

/// Why a message was lost, for print: `lost: the network is not reliable`.
pub fn loss(faults: &[FaultSetting], entry: &FateEntry) -> String {
    match (entry.fault, entry.effect) {
        ("hand", _) => "dropped by hand".to_owned(),
        ("script", _) => "dropped by the script".to_owned(),
        ("network", _) => "lost: no way there".to_owned(),
        ("cut", _) => "lost: the link is cut".to_owned(),
        ("partition", _) => "lost: partition".to_owned(),
        ("crash", _) => "lost: the node is down".to_owned(),
        // In a figure that says no more.
        ("", _) => "lost".to_owned(),
        (fault, _) => match faults.iter().find(|setting| setting.entry.id == fault) {
            Some(setting) => format!("lost: {}", denied(setting.entry.assumption)),
            None => format!("lost: {fault}"),
        },
    }
}

/// An assumption turned into its opposite: `the network is not reliable`, `the process is paused`.
pub fn denied(assumption: &str) -> String {
    const TURNS: [(&str, &str); 6] = [
        (" is not ", " is "),
        (" are not ", " are "),
        (" doesn't ", " does "),
        (" don't ", " do "),
        (" is ", " is not "),
        (" are ", " are not "),
    ];
    let turned = TURNS
        .into_iter()
        .find(|(from, _)| assumption.contains(from))
        .map_or_else(|| format!("not: {assumption}"), |(from, to)| assumption.replacen(from, to, 1));
    let mut letters = turned.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A true time with every digit that counts.
pub fn exact(at: TrueTime) -> String {
    spelled(at.0)
}

/// A wall clock's reading with every digit that counts.
pub fn wall(reading: WallReading) -> String {
    let sign = if reading.0 < 0 { "−" } else { "" };
    format!("{sign}{}", spelled(reading.0.unsigned_abs()))
}

/// A difference between two clocks, with its sign: `−1.7 s`.
pub fn rough_difference(nanos: i64) -> String {
    let sign = if nanos < 0 { "−" } else { "+" };
    format!("{sign}{}", rough(Duration(nanos.unsigned_abs())))
}

/// A length of time with the first three digits alone, which is what fits beside a mark: `26.4 ms`.
pub fn rough(length: Duration) -> String {
    let mut unit = 1;
    while length.0 / unit >= 1_000 {
        unit *= 10;
    }
    Duration(length.0 / unit * unit).to_string()
}

/// `Duration` rounds to three digits; here the rest follows in groups: `1.002 000 5 s`.
fn spelled(nanos: u64) -> String {
    let (unit, digits, name) = match nanos {
        0..1_000 => return format!("{nanos} ns"),
        1_000..1_000_000 => (1_000, 3, "µs"),
        1_000_000..1_000_000_000 => (1_000_000, 6, "ms"),
        1_000_000_000.. => (1_000_000_000, 9, "s"),
    };
    let rest = format!("{:0digits$}", nanos % unit);
    let rest = rest.trim_end_matches('0');
    let groups: Vec<&str> = (0..rest.len()).step_by(3).map(|at| &rest[at..rest.len().min(at + 3)]).collect();
    let point = if groups.is_empty() { "" } else { "." };
    format!("{}{point}{} {name}", nanos / unit, groups.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assumptions_are_denied_in_plain_words() {
        let cases = [
            ("The network is reliable", "the network is not reliable"),
            ("Topology doesn't change", "topology does change"),
            ("Clocks are accurate", "clocks are not accurate"),
            ("The process is not paused", "the process is paused"),
            ("Nodes don't crash", "nodes do crash"),
            ("There is one administrator", "there is not one administrator"),
        ];
        for (assumption, opposite) in cases {
            assert_eq!(denied(assumption), opposite);
        }
    }

    #[test]
    fn exact_times_keep_every_digit_and_no_zero_too_many() {
        let shown = [0, 7, 1_500, 26_400_000_000, 1_002_000_500].map(|n| exact(TrueTime(n)));
        assert_eq!(shown, ["0 ns", "7 ns", "1.5 µs", "26.4 s", "1.002 000 5 s"]);
        assert_eq!(wall(WallReading(-1_500)), "−1.5 µs");
        assert_eq!(rough_difference(-1_700_000_001), "−1.7 s");
        assert_eq!(rough(Duration(26_435_999)), "26.4 ms");
    }
}
