//! Sentences: what happened, what was done, whose view it is. Short, concrete and kind.
//!
//! Must not know where they are shown.

use super::super::Model;
use super::super::view::{Selection, Sight, ViewAs};
use super::sight::{Eyes, is_visible};
use super::stamps::stamp;
use crate::analysis::Relation;
use crate::base::{EventId, MessageId, TrueTime};
use crate::sim::{Act, EventKind, MessageRef, MessageState};

/// An instant of true time, with as many digits as the scene's length needs.
pub fn clock_time(model: &Model, at: TrueTime) -> String {
    let horizon = model.engine().setup().horizon.0;
    if horizon < 1_000_000_000 {
        return format!("{}.{:03} ms", at.0 / 1_000_000, at.0 / 1_000 % 1_000);
    }
    let (seconds, millis) = (at.0 / 1_000_000_000, at.0 / 1_000_000 % 1_000);
    match model.epoch() {
        Some(epoch) => {
            let of_day = epoch + seconds;
            format!("{:02}:{:02}:{:02}.{millis:03}", of_day / 3_600 % 24, of_day / 60 % 60, of_day % 60)
        }
        None => format!("{seconds}.{millis:03} s"),
    }
}

/// What a clock shows, or true time, to the microsecond: all in one form, so that they can be compared.
pub fn reading(model: &Model, nanos: i64) -> String {
    let Some(epoch) = model.epoch() else { return signed_seconds(nanos) };
    let micros = nanos.div_euclid(1_000).rem_euclid(86_400_000_000) as u64 + epoch % 86_400 * 1_000_000;
    let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
    format!("{:02}:{:02}:{:02}.{micros:06}", seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60)
}

/// A time in seconds, with its sign if it is negative.
pub(super) fn signed_seconds(nanos: i64) -> String {
    let sign = if nanos < 0 { "−" } else { "" };
    let whole = nanos.unsigned_abs();
    format!("{sign}{}.{:06} s", whole / 1_000_000_000, whole / 1_000 % 1_000_000)
}

/// The name of an event: `S23 · 3`.
pub fn event_name(model: &Model, event: EventId) -> String {
    let trace = model.trace();
    format!("{} · {}", trace.name(trace.node(event)), trace.own_count(event))
}

/// An event in full, for speech, where it is too crowded to be drawn: lane, kind, message, stamp and its relation to
/// the selected event.
pub fn event_in_full(model: &Model, event: EventId) -> String {
    let clock = crate::clocks::find(&model.view.clock).map_or("", |clock| clock.title);
    let relation = match model.view.selection {
        Selection::Event(selected) if is_visible(model, selected) => {
            match model.causality().relation(event, selected) {
                Relation::Same => "; selected",
                Relation::Before => "; in the past of the selected event",
                Relation::After => "; in the future of the selected event",
                Relation::Concurrent => "; concurrent with the selected event",
            }
        }
        _ => "",
    };
    let (name, sentence, stamp) =
        (event_name(model, event), event_sentence(model, event), stamp(model, event));
    format!("{name}: {sentence}; {clock} {stamp}{relation}")
}

/// The name of a message: its label, or its ends if it has none.
pub fn message_name(model: &Model, message: MessageId) -> String {
    let trace = model.trace();
    let label = trace.sent(message).map(|sent| trace.label(sent)).unwrap_or_default();
    if label.is_empty() {
        format!(
            "a message from {} to {}",
            trace.name(trace.sender(message)),
            trace.name(trace.receiver(message))
        )
    } else {
        format!("“{label}”")
    }
}

/// What happened at an event, in a sentence without its end: `S23 sends “reply 31” to R4`.
pub fn event_sentence(model: &Model, event: EventId) -> String {
    let trace = model.trace();
    let (name, label) = (trace.name(trace.node(event)), trace.spoken_label(event));
    let message = trace.message(event);
    let says = match trace.kind(event) {
        EventKind::Local => format!("{name} does “{label}”"),
        EventKind::Send => {
            let to = message.map_or("", |message| trace.name(trace.receiver(message)));
            format!("{name} sends “{label}” to {to}")
        }
        EventKind::Receive => {
            let from = message.map_or("", |message| trace.name(trace.sender(message)));
            let copy = trace.received_copy(event);
            let copy = if copy > 0 { format!(", copy {copy}") } else { String::new() };
            let again = message.and_then(|m| trace.first_arrival(m)).is_some_and(|first| first < event);
            let again = if again { " again" } else { "" };
            format!("{name} receives “{label}”{copy} from {from}{again}")
        }
        EventKind::Timer => format!("{name}'s timer “{label}” runs out"),
        EventKind::Decide => format!("{name} decides “{label}”"),
        EventKind::Write => format!("{name} writes “{label}” to its disk"),
        EventKind::Crash => format!("{name} crashes and loses its memory"),
        EventKind::Restart => format!("{name} starts again with what is on its disk"),
        EventKind::Pause => format!("{name} is paused and does not notice"),
        EventKind::Resume => format!("{name} goes on and does not notice that it was paused"),
        EventKind::ClockStep => format!("{name}'s wall clock is set"),
    };
    if trace.is_suspect(event) { format!("{says} (suspect)") } else { says }
}

/// What happened in the last turn, in one or two sentences.
pub fn last_turn(model: &Model) -> String {
    let trace = model.trace();
    let turn = trace.turns();
    if turn == 0 && trace.is_empty() {
        return "Nothing has happened yet.".to_owned();
    }
    let (first, eyes) = (trace.turn_first(turn), Eyes::of(model));
    let seen: Vec<EventId> =
        trace.events().skip(first.index()).filter(|event| eyes.see(model, *event)).collect();
    let mut sentences: Vec<String> = seen.iter().take(3).map(|event| event_sentence(model, *event)).collect();
    let more = seen.len() - sentences.len();
    if more > 0 {
        sentences.push(format!("and {more} more"));
    }
    if sentences.is_empty() {
        return match model.view.view_as {
            ViewAs::Outside => "Something changed in the network; no node noticed.".to_owned(),
            ViewAs::Node(own, _) => format!("{} notices nothing.", model.name(own)),
        };
    }
    format!("{}.", sentences.join("; "))
}

/// What a hand has just done.
pub fn done(model: &Model, act: &Act) -> String {
    let node = |node: &crate::base::NodeId| model.name(*node).to_owned();
    let message = |name: &MessageRef| {
        let trace = model.trace();
        let found = trace.message_ids().rev().find(|&m| {
            trace.sender(m) == name.from && trace.receiver(m) == name.to && trace.nth(m) == name.nth
        });
        found.map_or_else(|| name.to_string(), |message| message_name(model, message))
    };
    let group = |group: &[crate::base::NodeId]| group.iter().map(node).collect::<Vec<_>>().join(", ");
    let later = |node: &crate::base::NodeId| {
        use crate::sim::NodeStatus::Down;
        if model.engine().status(*node) == Down {
            " An outage lasts a while: it starts as soon as it may."
        } else {
            ""
        }
    };
    match act {
        Act::Assume { fault, held } => {
            let name = crate::faults::find(fault).map_or(fault.as_str(), |entry| entry.assumption);
            if *held {
                format!("You assume again: {name}.")
            } else {
                format!("You no longer assume: {name}.")
            }
        }
        Act::Turn { fault, dial, value } => {
            let dial = crate::faults::find(fault).and_then(|entry| entry.dials.iter().find(|d| d.id == dial));
            dial.map_or_else(String::new, |dial| format!("{}: {}.", dial.title, dial.show(*value)))
        }
        Act::Deliver(m) => format!("{} will arrive next, earlier than it should.", message(m)),
        Act::Drop(m) => format!("{} is lost. Neither end will be told.", message(m)),
        Act::Duplicate(m) => format!("There are now two copies of {}.", message(m)),
        Act::Delay(m, by) => format!("{} is held back for {by}.", message(m)),
        Act::Choose(m) => format!("{} comes next.", message(m)),
        Act::ChooseTimer(n) => format!("{}'s timer comes next.", node(n)),
        Act::Crash(n) => format!("{} has crashed. Its memory is lost, its disk is not.", node(n)),
        Act::CrashAfter(n, commands) => {
            format!("{} will crash in its next turn, after {commands} of its commands.", node(n))
        }
        Act::Restart(n) => format!("{} starts again.{}", node(n), later(n)),
        Act::Pause(n) => format!("{} is paused. What reaches it piles up.", node(n)),
        Act::Resume(n) => format!("{} goes on; what piled up comes at once.", node(n)),
        Act::SetClock(n, _) => {
            format!("The wall clock of {} is set. Its monotonic clock takes no notice.", node(n))
        }
        Act::SetSpeed(n, cost) => format!("{} now takes {cost} for each input.", node(n)),
        Act::Cut { from, to, one_way: true } => {
            format!("Nothing passes from {} to {} any more.", node(from), node(to))
        }
        Act::Cut { from, to, one_way: false } => {
            format!("The link between {} and {} is cut.", node(from), node(to))
        }
        Act::Heal { from, to } => {
            format!("The link between {} and {} is healed, or will be soon.", node(from), node(to))
        }
        Act::Partition { group: nodes, one_way: false } => {
            format!("{} are parted from the others.", group(nodes))
        }
        Act::Partition { group: nodes, one_way: true } => {
            format!("What {} say no longer gets out.", group(nodes))
        }
        Act::Join { group: nodes } => {
            format!("{} are joined with the others, or will be soon.", group(nodes))
        }
        Act::Only { fault, packets, deeds } => {
            let count = packets.len() + deeds.len();
            let times = if count == 1 { "once" } else { "times" };
            let count = if count == 1 { String::new() } else { format!("{count} ") };
            format!("Of what {fault} would do, it does this and nothing else: {count}{times}.")
        }
    }
}

/// Whose view is shown, and how much of the run it hides.
pub fn whose_view(model: &Model) -> String {
    let ViewAs::Node(node, sight) = model.view.view_as else {
        return "You see everything, as an observer outside.".to_owned();
    };
    let name = model.name(node);
    let hidden = model.trace().len() - Eyes::of(model).count(model);
    let others = match hidden {
        0 => "Nothing else has happened.".to_owned(),
        1 => "The other event of this run is hidden.".to_owned(),
        n => format!("The other {n} events of this run are hidden."),
    };
    match sight {
        Sight::Saw => format!("You see what {name} saw: its own events, by its own clock. {others}"),
        Sight::CouldKnow => {
            format!(
                "You see the most {name} could have been told: its causal past, by its own clock. {others}"
            )
        }
    }
}

/// What is selected, and what lies in its past and future.
pub fn selected(model: &Model) -> String {
    let eyes = Eyes::of(model);
    match model.view.selection {
        Selection::Nothing => "Nothing is selected.".to_owned(),
        Selection::Event(event) if eyes.see(model, event) => {
            let (past, future, concurrent) = eyes.cones(model, event);
            format!(
                "{}: {}. {past} in its past, {future} in its future, {concurrent} concurrent.",
                event_name(model, event),
                event_sentence(model, event)
            )
        }
        Selection::Event(event) if event.index() < model.trace().len() => {
            "The selected event is hidden in this view.".to_owned()
        }
        Selection::Event(_) => "The selected event has not happened yet.".to_owned(),
        Selection::Message(message)
            if message.index() < model.trace().messages() && !eyes.know(model, message) =>
        {
            "The selected message is hidden in this view.".to_owned()
        }
        Selection::Message(message) if message.index() < model.trace().messages() => {
            let trace = model.trace();
            let ends = format!(
                "from {} to {}",
                trace.name(trace.sender(message)),
                trace.name(trace.receiver(message))
            );
            // What became of it is not for a node to know.
            let state = match trace.state(message) {
                _ if !eyes.are_outside() => "",
                MessageState::InFlight => ": in flight",
                MessageState::Arrived => ": arrived",
                MessageState::Lost => ": lost",
            };
            format!("{} {ends}{state}.", message_name(model, message))
        }
        Selection::Message(_) => "The selected message has not been sent yet.".to_owned(),
        Selection::Node(node) => format!("{} is selected.", model.name(node)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenes;

    #[test]
    fn true_time_and_what_clocks_show_are_said_in_one_form() {
        let model = |id| Model::new(scenes::find(id).expect("a scene"));
        // The scene begins a second before ten.
        let write = model("last-write-wins");
        assert_eq!(reading(&write, 1_002_000_000), "10:00:00.002000");
        assert_eq!(reading(&write, -1_000), "09:59:58.999999");
        assert_eq!(reading(&write, 86_400_000_000_000), "09:59:59.000000", "a day later");
        assert_eq!(reading(&model("crossed-letters"), -1_500_000), "−0.001500 s");
    }
}
