//! Two runs in words: where they go apart, what happened in one alone, and whether a node could tell them apart.
//!
//! It is the text twin of the two pictures. Must not know where it is shown.

mod seen;

use self::seen::{Seen, Unlike};
use super::super::Model;
use super::sight::Eyes;
use crate::base::EventId;
use crate::diagram::Differs;
use crate::diagram::words::{event_name, what_happened};
use crate::sim::Trace;

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
    /// The same in a few words.
    pub brief: String,
    /// The first event of each that is not the same in both, the present run first.
    pub first: [Option<EventId>; 2],
    /// How many events happened only here and only there, and how many in both but otherwise: with another past, or, for
    /// a node that looks at what it saw, at another reading of its clock or with other words.
    pub counts: [usize; 3],
    /// The first differences, by the time at which they happened.
    pub rows: Vec<DifferenceRow>,
    /// How many differences are not listed.
    pub more: usize,
    /// What is selected in the other run alone.
    pub chosen: Option<String>,
}

/// The runs that stand side by side, as far as the present view shows them, and how their events differ.
pub struct SideBySide<'a>(Vec<Seen<'a>>);

/// The present run among those that it is compared with.
pub fn side_by_side(model: &Model) -> SideBySide<'_> {
    SideBySide((0..model.others().len()).filter_map(|place| Seen::of(model, place)).collect())
}

impl SideBySide<'_> {
    /// How an event of the present run differs from the others'; `None` if it does not.
    pub fn here(&self, event: EventId) -> Option<Differs> {
        if let [only] = self.0.as_slice() {
            return only.differs(Side::Here, event, true);
        }
        let framed = |seen: &&Seen<'_>| matches!(seen.unlike(Side::Here, event), Some(Unlike::Only));
        let without: Vec<&str> = self.0.iter().filter(framed).map(|seen| seen.name).collect();
        if without.is_empty() {
            return self.0.iter().find_map(|seen| seen.differs(Side::Here, event, true));
        }
        if without.len() == self.0.len() {
            return Some(Differs { label: Some("only here"), says: "only in this run".to_owned() });
        }
        Some(Differs { label: Some("not in all"), says: format!("not in {}", without.join(", ")) })
    }

    /// How an event of the run at this place differs from the present one's.
    pub fn there(&self, place: usize, event: EventId) -> Option<Differs> {
        self.0.get(place)?.differs(Side::There, event, self.0.len() == 1)
    }

    /// The first event of the present run that differs from another's.
    pub fn apart_here(&self) -> Option<EventId> {
        self.0.iter().filter_map(|seen| seen.first(Side::Here)).min()
    }

    /// The first event of the run at this place that differs from the present one's.
    pub fn apart_there(&self, place: usize) -> Option<EventId> {
        self.0.get(place)?.first(Side::There)
    }
}

/// Whether the present view shows an event of the run at this place.
pub fn is_visible_there(model: &Model, place: usize, event: EventId) -> bool {
    Seen::of(model, place).is_some_and(|seen| seen.there.1.sees(seen.there.0, event))
}

/// How the others stand to the present run, in a sentence or two.
pub fn compared(model: &Model) -> String {
    let views: Vec<ComparisonView> =
        (0..model.others().len()).filter_map(|place| comparison(model, place)).collect();
    match views.as_slice() {
        [] => String::new(),
        [only] => only.says.clone(),
        several => {
            let names: Vec<&str> = several.iter().map(|view| view.name.as_str()).collect();
            let same = several.iter().filter(|view| view.counts == [0; 3]).count();
            let so_far = match same {
                0 => "Each differs from this run.".to_owned(),
                all if all == several.len() => "None differs from this run so far.".to_owned(),
                1 => "One of them is the same so far.".to_owned(),
                some => format!("{some} of them are the same so far."),
            };
            format!("This run beside {}. {so_far}", names.join(", "))
        }
    }
}

/// How the present run stands to the one at this place; nothing unless there is one.
pub fn comparison(model: &Model, place: usize) -> Option<ComparisonView> {
    let (other, seen) = (model.others().get(place)?, Seen::of(model, place)?);
    let (rows, counts) = seen.rows();
    let first = [seen.first(Side::Here), seen.first(Side::There)];
    let more = counts.iter().sum::<usize>() - rows.len();
    Some(ComparisonView {
        name: other.name().to_owned(),
        says: says(model, &seen, first, counts),
        brief: brief(model, &seen, counts),
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

fn says(
    model: &Model,
    seen: &Seen<'_>,
    first: [Option<EventId>; 2],
    [here, there, otherwise]: [usize; 3],
) -> String {
    if let Some(node) = seen.is_untold() {
        let (name, events) = (model.name(node), seen.told());
        return format!(
            "{name} cannot tell this run from {}: it saw the same {events} events in both.",
            seen.name
        );
    }
    let [left, right] = first;
    if left.is_none() && right.is_none() {
        let events = seen.here.0.len();
        return format!("This run and {} are the same so far: {events} events each.", seen.name);
    }
    let turns =
        [left.map(|event| seen.here.0.turn_of(event)), right.map(|event| seen.there.0.turn_of(event))];
    let turn = turns.into_iter().flatten().min().unwrap_or(0).saturating_sub(1);
    let goes_on = |(trace, _): &(&Trace, Eyes), event: Option<EventId>| {
        event.map_or_else(
            || "nothing else happens".to_owned(),
            |event| format!("{} {}", event_name(trace, event), what_happened(trace, event)),
        )
    };
    let upto = match seen.own() {
        Some(node) if seen.told() == 0 => format!("{} saw nothing alike at first", model.name(node)),
        Some(node) => format!("{} saw the same {} events first", model.name(node), seen.told()),
        None if model.is_log() => "Equal at first".to_owned(),
        None if turn == 0 => "Apart from the start".to_owned(),
        None => format!("Equal up to turn {turn}"),
    };
    let otherwise = match seen.own() {
        Some(_) => format!("At another reading, or with other words: {otherwise}."),
        None => format!("With another past: {otherwise}."),
    };
    format!(
        "{upto}; then here {}, and in {} {}. Only here: {here}. Only there: {there}. {otherwise}",
        goes_on(&seen.here, left),
        seen.name,
        goes_on(&seen.there, right),
    )
}

fn brief(model: &Model, seen: &Seen<'_>, [here, there, otherwise]: [usize; 3]) -> String {
    match seen.is_untold() {
        Some(node) => format!("{} cannot tell it from this run", model.name(node)),
        None if [here, there, otherwise] == [0; 3] => "the same so far".to_owned(),
        None => format!("{here} missing, {there} more, {otherwise} changed"),
    }
}
