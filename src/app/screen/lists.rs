//! Lists: the table of events, messages in flight, what may happen next, the branches.
//!
//! Must not know how a list is made.

use super::super::Model;
use super::super::history::BranchId;
use super::super::view::{Selection, ViewAs};
use super::sight::{Eyes, listed_count, listed_events};
use super::words::{event_name, event_sentence, message_name, reading};
use crate::analysis::Relation;
use crate::base::EventId;
use crate::sim::{Choice, MessageRef, Position};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// The event.
    pub event: EventId,
    /// Its name.
    pub name: String,
    /// When, in true time, or by the node's own clock in a node's view.
    pub time: String,
    /// What happened.
    pub what: String,
    /// The stamp of the chosen clock.
    pub stamp: String,
    /// How it stands to the selected event.
    pub relation: Option<Relation>,
    /// Its causes, with their names.
    pub causes: Vec<(EventId, String)>,
}

/// A window of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The rows in the window.
    pub rows: Vec<EventRow>,
    /// The place of the first of them among all, counted from 0.
    pub first: usize,
    /// How many rows there are in all.
    pub all: usize,
    /// How many events have no row because their lanes are hidden.
    pub hidden: usize,
}

/// The rows from `first` on, at most `most`.
pub fn events(model: &Model, first: usize, most: usize) -> Table {
    let eyes = Eyes::of(model);
    let all = listed_count(model);
    let hidden = eyes.count(model) - all;
    let first = first.min(all);
    let shown: Vec<EventId> = if eyes.are_outside() && hidden == 0 {
        model.trace().events().skip(first).take(most).collect()
    } else {
        listed_events(model).skip(first).take(most).collect()
    };
    let selected = match model.view.selection {
        Selection::Event(event) if eyes.see(model, event) => Some(event),
        Selection::Event(_) | Selection::Nothing | Selection::Message(_) | Selection::Node(_) => None,
    };
    let rows = shown.into_iter().map(|event| {
        let trace = model.trace();
        EventRow {
            event,
            name: event_name(model, event),
            time: match model.view.view_as {
                ViewAs::Outside => reading(model, trace.at(event).0 as i64),
                ViewAs::Node(..) => reading(model, trace.wall(event).0),
            },
            what: event_sentence(model, event),
            stamp: super::stamps::stamp(model, event),
            relation: selected.map(|selected| model.causality().relation(event, selected)),
            causes: trace
                .causes(event)
                .filter(|cause| eyes.see(model, *cause))
                .map(|cause| (cause, event_name(model, cause)))
                .collect(),
        }
    });
    Table { rows: rows.collect(), first, all, hidden }
}

/// A message in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightRow {
    /// Its name on the tape.
    pub name: MessageRef,
    /// The message.
    pub message: crate::base::MessageId,
    /// Its name in speech.
    pub title: String,
    /// Where it goes and when it gets there.
    pub what: String,
}

/// The messages in flight.
pub fn in_flight(model: &Model) -> Vec<FlightRow> {
    let row = |packet: &crate::sim::InFlight| FlightRow {
        name: packet.name,
        message: packet.message,
        title: flight_title(model, packet.name, packet.message),
        what: format!(
            "from {} to {}, {} in {}",
            model.name(packet.name.from),
            model.name(packet.name.to),
            if packet.is_last_hop { "arrives" } else { "next hop" },
            packet.remaining
        ),
    };
    model.engine().in_flight().iter().map(row).collect()
}

fn flight_title(model: &Model, name: MessageRef, message: crate::base::MessageId) -> String {
    let copy = if name.copy > 0 { format!(", copy {}", name.copy) } else { String::new() };
    format!("{}{copy}", message_name(model, message))
}

/// Something that the adversary may let happen next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextRow {
    /// What.
    pub choice: Choice,
    /// Its name.
    pub title: String,
    /// Where and when.
    pub what: String,
}

/// What the adversary may let happen next.
pub fn next_choices(model: &Model) -> Vec<NextRow> {
    let flights = in_flight(model);
    let row = |choice: Choice| match choice {
        Choice::Message(name) => {
            let flight = flights.iter().find(|flight| flight.name == name);
            NextRow {
                choice,
                title: flight.map_or_else(|| name.to_string(), |flight| flight.title.clone()),
                what: flight.map_or_else(String::new, |flight| flight.what.clone()),
            }
        }
        Choice::Timer(node) => {
            let timer = model.engine().timers(node).min_by_key(|(_, _, left)| *left);
            let (title, left) = timer.map_or((String::new(), String::new()), |(name, nth, left)| {
                let title = if nth == 0 {
                    format!("timer “{name}”")
                } else {
                    format!("timer “{name} {nth}”")
                };
                (title, left.to_string())
            });
            NextRow { choice, title, what: format!("of {}, in {left}", model.name(node)) }
        }
    };
    model.engine().choices().into_iter().map(row).collect()
}

/// A branch in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchRow {
    /// The branch.
    pub branch: BranchId,
    /// How deep it lies in the tree.
    pub depth: usize,
    /// What began it.
    pub title: String,
    /// Where it left its parent, in words.
    pub left_at: String,
    /// How far it was followed.
    pub furthest: Position,
    /// Whether it is the present one.
    pub is_current: bool,
    /// Which states it shares with others, in words.
    pub same: Vec<String>,
}

/// The branches, each behind its parent.
pub fn branches(model: &Model) -> Vec<BranchRow> {
    let history = model.history();
    let mut rows = Vec::new();
    let mut open: Vec<(BranchId, usize)> =
        history.branches().filter(|(_, branch)| branch.parent.is_none()).map(|(id, _)| (id, 0)).collect();
    open.reverse();
    while let Some((id, depth)) = open.pop() {
        let Some(branch) = history.branch(id) else { continue };
        let began = branch.parent.and_then(|(_, at)| branch.tape.actions().get(at.actions));
        let same = history.meetings().iter().filter(|meeting| meeting.here.0 == id).map(|meeting| {
            let ((_, here), (other, there)) = (meeting.here, meeting.there);
            format!("after turn {}: the state of branch {} after turn {}", here.turn, other.0 + 1, there.turn)
        });
        rows.push(BranchRow {
            branch: id,
            depth,
            title: match began {
                Some(action) => super::words::done(model, &action.act),
                None if branch.settings == *model.spec.settings() || branch.settings.assume.is_empty() => {
                    "The run as it starts".to_owned()
                }
                None => "The run with other settings".to_owned(),
            },
            left_at: branch.parent.map_or_else(String::new, |(_, at)| format!("at turn {}", at.turn)),
            furthest: branch.furthest,
            is_current: id == history.current(),
            same: same.collect(),
        });
        let children =
            history.branches().filter(|(_, child)| child.parent.is_some_and(|(parent, _)| parent == id));
        let mut children: Vec<(BranchId, usize)> = children.map(|(child, _)| (child, depth + 1)).collect();
        children.reverse();
        open.extend(children);
    }
    rows
}
