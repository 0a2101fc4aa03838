//! Two runs as one pair of eyes sees them: which events are unlike, and in what.
//!
//! The observer outside compares by causes. A node that looks at what it saw has nothing but its own history: what
//! happened to it, with which words, at which readings of its own clocks. Until two histories go apart nothing in them
//! is unlike, whatever is so elsewhere. Must not know how a difference is shown.

use super::super::super::Model;
use super::super::super::view::{Sight, ViewAs};
use super::super::sight::Eyes;
use super::super::words::reading;
use super::{DifferenceRow, Side};
use crate::analysis::{Comparison, Standing};
use crate::base::{EventId, NodeId, TrueTime};
use crate::diagram::Differs;
use crate::diagram::words::{event_name, what_happened};
use crate::sim::{EventKind, Trace};

/// How many differences are listed.
const ROWS_MOST: usize = 200;

/// In what an event is unlike those of the other run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unlike {
    /// There is nothing like it.
    Only,
    /// The same act is there with another past.
    Past(EventId),
    /// The same act of the node is there with other words.
    Words(EventId),
    /// The same act of the node is there at another reading of its clock.
    Reading(EventId),
}

/// What of two runs the present view shows.
pub(super) struct Seen<'a> {
    model: &'a Model,
    pub(super) here: (&'a Trace, Eyes),
    pub(super) there: (&'a Trace, Eyes),
    comparison: &'a Comparison,
    /// What the other run is called.
    pub(super) name: &'a str,
    /// The node that looks at what it saw, in both runs, and how many events it noticed in each until the first that is
    /// unlike, the present run first: the event's own count there.
    own: Option<Own>,
}

/// A node that has nothing but its own history.
struct Own {
    nodes: [NodeId; 2],
    /// How many events it noticed that are the same in both, from the start.
    told: usize,
    /// Up to and with which own count of either run nothing is unlike.
    same: [u32; 2],
    /// Whether it noticed nothing more in either.
    is_all: bool,
}

impl<'a> Seen<'a> {
    /// The present run and the one at this place.
    pub(super) fn of(model: &'a Model, place: usize) -> Option<Self> {
        let (other, comparison) = (model.others().get(place)?, model.comparison(place)?);
        let there = model.other_view(place).map_or(ViewAs::Outside, |view| view.view_as);
        let own = match (model.view.view_as, there) {
            (ViewAs::Node(here, Sight::Saw), ViewAs::Node(there, _)) => {
                Some(Own::of([(model.trace(), here), (other.trace(), there)]))
            }
            _ => None,
        };
        Some(Self {
            model,
            here: (model.trace(), Eyes::of(model)),
            there: (other.trace(), Eyes::over(there, other.trace(), other.causality())),
            comparison,
            name: other.name(),
            own,
        })
    }

    /// The node that looks at what it saw, if one does.
    pub(super) fn own(&self) -> Option<NodeId> {
        self.own.as_ref().map(|own| own.nodes[0])
    }

    /// The same, if it noticed the same in both runs.
    pub(super) fn is_untold(&self) -> Option<NodeId> {
        self.own.as_ref().filter(|own| own.is_all).map(|own| own.nodes[0])
    }

    /// How many events it noticed that are the same in both, from the start.
    pub(super) fn told(&self) -> usize {
        self.own.as_ref().map_or(0, |own| own.told)
    }

    fn side(&self, side: Side) -> &(&'a Trace, Eyes) {
        match side {
            Side::Here => &self.here,
            Side::There => &self.there,
        }
    }

    /// In what an event is unlike the other run's; `None` if it is in nothing.
    pub(super) fn unlike(&self, side: Side, event: EventId) -> Option<Unlike> {
        let standing = match side {
            Side::Here => self.comparison.left(event),
            Side::There => self.comparison.right(event),
        };
        let Some(own) = &self.own else {
            return match standing {
                Standing::Unique => Some(Unlike::Only),
                Standing::Alike(other) => Some(Unlike::Past(other)),
                Standing::Same(_) => None,
            };
        };
        let (trace, place) = (self.side(side).0, usize::from(side == Side::There));
        let is_told = trace.own_count(event) <= own.same[place];
        if is_told || trace.node(event) != own.nodes[place] || !trace.kind(event).is_noticed() {
            return None;
        }
        let (Standing::Same(other) | Standing::Alike(other)) = standing else { return Some(Unlike::Only) };
        let [one, another] = [(trace, event), (self.side(side.other()).0, other)];
        if words(one) != words(another) {
            Some(Unlike::Words(other))
        } else if readings(one) != readings(another) {
            Some(Unlike::Reading(other))
        } else {
            None
        }
    }

    /// The same for the picture. With two runs an event that has nothing like it is only in one of them.
    pub(super) fn differs(&self, side: Side, event: EventId, are_two: bool) -> Option<Differs> {
        let unlike = self.unlike(side, event)?;
        let label = match (unlike, side) {
            (Unlike::Only, Side::There) if !are_two => Some("not in this run"),
            (Unlike::Only, _) => Some("only here"),
            _ => None,
        };
        Some(Differs { label, says: self.how(side, event, unlike) })
    }

    fn how(&self, side: Side, event: EventId, unlike: Unlike) -> String {
        let (elsewhere, trace) = match side {
            Side::Here => (format!("in {}", self.name), self.there.0),
            Side::There => ("in this run".to_owned(), self.here.0),
        };
        match (unlike, side) {
            (Unlike::Only, Side::Here) => "only in this run".to_owned(),
            (Unlike::Only, Side::There) => format!("only in {}", self.name),
            (Unlike::Past(other), _) => {
                format!("{elsewhere} it is {}, with another past", event_name(trace, other))
            }
            (Unlike::Words(other), _) => {
                format!("{elsewhere} it is {}, with other words", event_name(trace, other))
            }
            (Unlike::Reading(other), _) => {
                let own = self.side(side).0.wall(event).0;
                let read = |wall: i64| reading(self.model, wall);
                format!("at {} by its clock, and {elsewhere} at {}", read(own), read(trace.wall(other).0))
            }
        }
    }

    /// The events of one side that are seen and unlike, and in what.
    fn differences(&self, side: Side) -> impl Iterator<Item = (EventId, Unlike)> + '_ {
        let (trace, eyes) = self.side(side);
        // What lies before the place where the runs go apart is the same, and a node has nothing but its own events.
        let (own, from) = match &self.own {
            Some(own) => (events_of(trace, own.nodes[usize::from(side == Side::There)]), trace.len()),
            None => (Vec::new(), self.apart(side).map_or(trace.len(), EventId::index)),
        };
        let events = own.into_iter().chain(trace.events().skip(from));
        let seen = events.filter(move |event| eyes.sees(trace, *event));
        seen.filter_map(move |event| Some((event, self.unlike(side, event)?)))
    }

    /// The first event of one side that is not the same in the other, whoever sees it.
    fn apart(&self, side: Side) -> Option<EventId> {
        let apart = self.comparison.divergence()?;
        match side {
            Side::Here => apart.left,
            Side::There => apart.right,
        }
    }

    /// The first of them.
    pub(super) fn first(&self, side: Side) -> Option<EventId> {
        self.differences(side).next().map(|(event, _)| event)
    }

    /// The first differences in order, and how many there are of each kind.
    pub(super) fn rows(&self) -> (Vec<DifferenceRow>, [usize; 3]) {
        let mut counts = [0; 3];
        let mut found: Vec<(TrueTime, Side, EventId, Unlike)> = Vec::new();
        let are_counted = self.own.is_none() && self.here.1.are_outside();
        for side in [Side::Here, Side::There] {
            let trace = self.side(side).0;
            let mut listed = 0;
            for (event, unlike) in self.differences(side) {
                match unlike {
                    Unlike::Only => counts[usize::from(side == Side::There)] += 1,
                    // What is in both is one difference, which is listed with the present run.
                    _ if side == Side::There => continue,
                    _ => counts[2] += 1,
                }
                listed += 1;
                if listed <= ROWS_MOST {
                    found.push((trace.at(event), side, event, unlike));
                } else if are_counted {
                    break;
                }
            }
        }
        if are_counted {
            counts = self.comparison.counts();
        }
        found.sort_by_key(|(at, side, event, _)| (*at, *side, *event));
        let row = |(_, side, event, unlike): (TrueTime, Side, EventId, Unlike)| {
            let trace = self.side(side).0;
            let what = format!("{} {}", event_name(trace, event), what_happened(trace, event));
            DifferenceRow { side, event, what, how: self.how(side, event, unlike) }
        };
        (found.into_iter().take(ROWS_MOST).map(row).collect(), counts)
    }
}

/// The events of a node in order.
fn events_of(trace: &Trace, node: NodeId) -> Vec<EventId> {
    let mut events: Vec<EventId> =
        std::iter::successors(trace.last_of(node), |&event| trace.previous(event)).collect();
    events.reverse();
    events
}

impl Own {
    /// A node's histories in two runs, walked side by side.
    fn of(runs: [(&Trace, NodeId); 2]) -> Self {
        let noticed = |(trace, node): (&Trace, NodeId)| -> Vec<EventId> {
            events_of(trace, node).into_iter().filter(|event| trace.kind(*event).is_noticed()).collect()
        };
        let [here, there] = runs.map(noticed);
        let is_same = |pair: &(&EventId, &EventId)| {
            let (one, other) = ((runs[0].0, *pair.0), (runs[1].0, *pair.1));
            acts(one) == acts(other) && words(one) == words(other) && readings(one) == readings(other)
        };
        let told = here.iter().zip(&there).take_while(is_same).count();
        let count = |(trace, _): (&Trace, NodeId), all: &[EventId]| {
            told.checked_sub(1).map_or(0, |last| trace.own_count(all[last]))
        };
        let same = [count(runs[0], &here), count(runs[1], &there)];
        Self { nodes: runs.map(|run| run.1), told, same, is_all: told == here.len() && told == there.len() }
    }
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Here => Self::There,
            Self::There => Self::Here,
        }
    }
}

/// What a node did, or what happened to it.
fn acts((trace, event): (&Trace, EventId)) -> (EventKind, String, Option<String>) {
    let partner = trace.message(event).map(|message| match trace.kind(event) {
        EventKind::Receive => trace.name(trace.sender(message)).to_owned(),
        _ => trace.name(trace.receiver(message)).to_owned(),
    });
    (trace.kind(event), trace.label(event), partner)
}

/// The bytes that a node wrote or received.
fn words((trace, event): (&Trace, EventId)) -> &[u8] {
    match (trace.message(event), trace.kind(event)) {
        (None, _) => &[],
        (Some(_), EventKind::Receive) => trace.received_payload(event).unwrap_or_default(),
        (Some(message), _) => trace.payload(message),
    }
}

/// What its two clocks showed.
fn readings((trace, event): (&Trace, EventId)) -> (i64, i64) {
    (trace.wall(event).0, trace.monotonic(event).0 as i64)
}
