//! Two runs in words: where they go apart, what happened in one alone, and whether a node could tell them apart.
//!
//! It is the text twin of the two pictures. Must not know where it is shown.

use super::super::Model;
use super::super::comparing::Other;
use super::super::view::{Sight, ViewAs};
use super::sight::Eyes;
use crate::analysis::{Comparison, Standing};
use crate::base::{EventId, TrueTime};
use crate::diagram::words::{event_name, what_happened};
use crate::sim::Trace;

/// How many differences are listed.
const ROWS_MOST: usize = 200;

/// In which of two runs something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// In the present run.
    Here,
    /// In the other.
    There,
}

/// An event that is not the same in both runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferenceRow {
    /// In which run it happened.
    pub side: Side,
    /// Which event of that run it is.
    pub event: EventId,
    /// Its name and what happened.
    pub what: String,
    /// How it stands to the other run.
    pub how: String,
}

/// Two runs in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparisonView {
    /// What the other run is called.
    pub name: String,
    /// Where they go apart and how much they differ.
    pub says: String,
    /// The first event of each that is not the same in both, the present run first.
    pub first: [Option<EventId>; 2],
    /// How many events happened only here and only there, and how many in both with another past.
    pub counts: [usize; 3],
    /// The first differences, by the time at which they happened.
    pub rows: Vec<DifferenceRow>,
    /// How many differences are not listed.
    pub more: usize,
    /// What is selected in the other run alone.
    pub chosen: Option<String>,
}

/// What of two runs the present view shows.
struct Seen<'a> {
    here: (&'a Trace, Eyes),
    there: (&'a Trace, Eyes),
    comparison: &'a Comparison,
    name: &'a str,
}

/// The first event of each run that the present view shows and that is not the same in both, this run's first.
pub fn first_differences(model: &Model) -> [Option<EventId>; 2] {
    seen(model).map_or([None, None], |seen| [seen.first(Side::Here), seen.first(Side::There)])
}

/// Whether the present view shows an event of the other run.
pub fn is_visible_there(model: &Model, event: EventId) -> bool {
    seen(model).is_some_and(|seen| seen.there.1.sees(seen.there.0, event))
}

fn seen(model: &Model) -> Option<Seen<'_>> {
    let (other, comparison) = (model.other()?, model.comparison()?);
    let view_as = model.other_view().map_or(ViewAs::Outside, |view| view.view_as);
    Some(Seen {
        here: (model.trace(), Eyes::of(model)),
        there: (other.trace(), Eyes::over(view_as, other.trace(), other.causality())),
        comparison,
        name: other.name(),
    })
}

/// How the present run stands to the other; nothing unless two are compared.
pub fn comparison(model: &Model) -> Option<ComparisonView> {
    let (other, seen) = (model.other()?, seen(model)?);
    let (rows, counts) = seen.rows();
    let first = [seen.first(Side::Here), seen.first(Side::There)];
    let more = counts.iter().sum::<usize>() - rows.len();
    Some(ComparisonView {
        name: other.name().to_owned(),
        says: says(model, other, &seen, first, counts),
        first,
        counts,
        rows,
        more,
        chosen: other.chosen().map(|event| {
            format!(
                "{} {}, only in {}.",
                event_name(other.trace(), event),
                what_happened(other.trace(), event),
                seen.name
            )
        }),
    })
}

impl Seen<'_> {
    fn side(&self, side: Side) -> &(&Trace, Eyes) {
        match side {
            Side::Here => &self.here,
            Side::There => &self.there,
        }
    }

    fn standing(&self, side: Side, event: EventId) -> Standing {
        match side {
            Side::Here => self.comparison.left(event),
            Side::There => self.comparison.right(event),
        }
    }

    /// The events of one side that are seen and not the same in both, with how they stand.
    fn differences(&self, side: Side) -> impl Iterator<Item = (EventId, Standing)> + '_ {
        let (trace, eyes) = self.side(side);
        let standing = move |event| (event, self.standing(side, event));
        trace
            .events()
            .filter(move |event| eyes.sees(trace, *event))
            .map(standing)
            .filter(|(_, standing)| !matches!(standing, Standing::Same(_)))
    }

    fn first(&self, side: Side) -> Option<EventId> {
        self.differences(side).next().map(|(event, _)| event)
    }

    /// The first differences in order, and how many there are of each kind.
    fn rows(&self) -> (Vec<DifferenceRow>, [usize; 3]) {
        let mut counts = [0; 3];
        let mut found: Vec<(TrueTime, Side, EventId, Standing)> = Vec::new();
        for side in [Side::Here, Side::There] {
            let trace = self.side(side).0;
            for (event, standing) in self.differences(side) {
                match standing {
                    Standing::Unique => counts[usize::from(side == Side::There)] += 1,
                    // What is alike is one difference, which is listed with the present run.
                    Standing::Alike(_) if side == Side::There => continue,
                    Standing::Alike(_) | Standing::Same(_) => counts[2] += 1,
                }
                found.push((trace.at(event), side, event, standing));
            }
        }
        found.sort_by_key(|(at, side, event, _)| (*at, *side, *event));
        let row = |(_, side, event, standing): (TrueTime, Side, EventId, Standing)| {
            let trace = self.side(side).0;
            let how = match (standing, side) {
                (Standing::Alike(there), _) => {
                    format!("in {} it is {}, with another past", self.name, event_name(self.there.0, there))
                }
                (_, Side::Here) => "only here".to_owned(),
                (_, Side::There) => format!("only in {}", self.name),
            };
            let what = format!("{} {}", event_name(trace, event), what_happened(trace, event));
            DifferenceRow { side, event, what, how }
        };
        (found.into_iter().take(ROWS_MOST).map(row).collect(), counts)
    }
}

fn says(
    model: &Model,
    other: &Other,
    seen: &Seen<'_>,
    first: [Option<EventId>; 2],
    [here, there, alike]: [usize; 3],
) -> String {
    if let Some(says) = untold(model, other, seen) {
        return says;
    }
    let [left, right] = first;
    if left.is_none() && right.is_none() {
        let events = seen.here.0.len();
        return format!("This run and {} are the same so far: {events} events each.", seen.name);
    }
    let turns =
        [left.map(|event| model.trace().turn_of(event)), right.map(|event| other.trace().turn_of(event))];
    let turn = turns.into_iter().flatten().min().unwrap_or(0).saturating_sub(1);
    let goes_on = |(trace, _): &(&Trace, Eyes), event: Option<EventId>| {
        event.map_or_else(
            || "nothing else happens".to_owned(),
            |event| format!("{} {}", event_name(trace, event), what_happened(trace, event)),
        )
    };
    let upto = if turn == 0 { "Apart from the start".to_owned() } else { format!("Equal up to turn {turn}") };
    format!(
        "{upto}; then here {}, and in {} {}. Only here: {here}. Only there: {there}. With another past: {alike}.",
        goes_on(&seen.here, left),
        seen.name,
        goes_on(&seen.there, right),
    )
}

/// What is said to a node that saw the same in both runs.
fn untold(model: &Model, other: &Other, seen: &Seen<'_>) -> Option<String> {
    let ViewAs::Node(node, Sight::Saw) = model.view.view_as else { return None };
    let acts = |(trace, eyes): &(&Trace, Eyes)| -> Vec<(crate::sim::EventKind, String)> {
        let own = trace.events().filter(|event| eyes.sees(trace, *event));
        own.map(|event| (trace.kind(event), what_happened(trace, event))).collect()
    };
    let (here, there) = (acts(&seen.here), acts(&seen.there));
    (here == there).then(|| {
        format!(
            "{} cannot tell this run from {}: it saw the same {} events in both.",
            model.name(node),
            other.name(),
            here.len()
        )
    })
}
