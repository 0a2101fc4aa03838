//! Stamps in words: what each clock says of an event, how it came to that, and how often it is wrong.
//!
//! Must not know where it is shown.

use super::super::Model;
use super::inspector::Cause;
use super::words::event_name;
use crate::analysis::derivation::{self, Decided, Derivation, HybridRule};
use crate::analysis::judgement;
use crate::base::EventId;
use crate::clocks::{self, Guarantee};

/// A stamp, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StampRow {
    /// The clock.
    pub clock: &'static str,
    /// The stamp.
    pub stamp: String,
    /// How it was computed.
    pub how: String,
    /// The events that it comes from, each with what it gave.
    pub from: Vec<Cause>,
}

/// The stamp of the chosen clock at an event.
pub fn stamp(model: &Model, event: EventId) -> String {
    let at = model.stamps.at(model.trace(), model.causality(), event);
    clocks::find(&model.view.clock).map_or_else(String::new, |clock| (clock.label)(&at.as_clocks()))
}

/// What every clock says of an event, in the order of their catalogue.
pub(super) fn stamps(model: &Model, event: EventId) -> Vec<StampRow> {
    let why = Derivation::of(model.trace(), model.causality(), &model.stamps, event);
    let row = |clock: &'static clocks::ClockEntry| StampRow {
        clock: clock.title,
        stamp: (clock.label)(&why.stamps.as_clocks()),
        from: match clock.id {
            "lamport" => lamport_from(model, &why),
            "vector" => vector_from(model, &why),
            "hybrid" => hybrid_from(model, &why),
            _ => Vec::new(),
        },
        how: match clock.id {
            "lamport" => lamport(model, &why),
            "vector" => vector(model, &why),
            "hybrid" => hybrid(model, &why),
            _ => clock.line.to_owned(),
        },
    };
    clocks::ALL.iter().map(row).collect()
}

fn lamport(model: &Model, why: &Derivation) -> String {
    let from = match why.lamport {
        Decided::First => return "the first event here, and nothing was heard of".to_owned(),
        Decided::Before => &why.before,
        Decided::Message => &why.received,
    };
    let name = from.as_ref().map_or_else(String::new, |cause| event_name(model, cause.event));
    format!("one more than {}, the stamp of {name}", why.lamport_before().0)
}

fn vector(model: &Model, why: &Derivation) -> String {
    let rose = why.vector.iter().filter(|entry| entry.since == why.event);
    let entry = |entry: &derivation::Entry| {
        let name = model.name(entry.node);
        match entry.told_by {
            None => format!("{name} {}: this event", entry.count),
            Some(send) => format!("{name} {}: told by {}", entry.count, event_name(model, send)),
        }
    };
    let risen: Vec<String> = rose.map(entry).collect();
    let kept = why.vector.len() - risen.len();
    let rest = if kept > 0 { format!("; {kept} as before") } else { String::new() };
    format!("{}{rest}", risen.join("; "))
}

fn from(model: &Model, event: EventId, how: String) -> Cause {
    Cause { event, name: event_name(model, event), how }
}

/// The causes whose stamps were held against one another, the larger first.
fn lamport_from(model: &Model, why: &Derivation) -> Vec<Cause> {
    let (first, then) = match why.lamport {
        Decided::Message => (&why.received, &why.before),
        Decided::First | Decided::Before => (&why.before, &why.received),
    };
    let says = |cause: &derivation::Cause, what: &str| {
        from(model, cause.event, format!("stamp {}{what}", cause.stamps.lamport))
    };
    let larger = first.iter().map(|cause| says(cause, ", and one more"));
    larger.chain(then.iter().map(|cause| says(cause, ", which is no more"))).collect()
}

/// Entry by entry, the event that raised it: the last one of its node that is known, and who told of it.
fn vector_from(model: &Model, why: &Derivation) -> Vec<Cause> {
    let entry = |entry: &derivation::Entry| {
        let (name, count) = (model.name(entry.node), entry.count);
        let how = match entry.told_by {
            None => format!("gives {name} its {count}: this event itself"),
            Some(send) if send == entry.last => {
                format!("gives {name} its {count}: known here since {}", event_name(model, entry.since))
            }
            Some(send) => format!(
                "gives {name} its {count}: told by {}, known here since {}",
                event_name(model, send),
                event_name(model, entry.since)
            ),
        };
        from(model, entry.last, how)
    };
    why.vector.iter().map(entry).collect()
}

fn hybrid_from(model: &Model, why: &Derivation) -> Vec<Cause> {
    let cause = match why.hybrid.rule {
        HybridRule::OwnClock => return Vec::new(),
        HybridRule::Before => &why.before,
        HybridRule::Message => &why.received,
    };
    let counter = cause.iter().map(|cause| {
        let hybrid = cause.stamps.hybrid;
        from(model, cause.event, format!("its counter stood at {}", hybrid.logical))
    });
    counter.chain([from(model, why.hybrid.source, "its wall clock gave the reading".to_owned())]).collect()
}

fn hybrid(model: &Model, why: &Derivation) -> String {
    let source = event_name(model, why.hybrid.source);
    match why.hybrid.rule {
        HybridRule::OwnClock => "the own wall clock is ahead of all that was heard of".to_owned(),
        HybridRule::Before => format!("the reading of {source} is still the latest, so the counter goes up"),
        HybridRule::Message => {
            format!("the message brought the reading of {source}, so the counter goes on from there")
        }
    }
}

/// How often a clock was wrong, held against the arrows themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialRow {
    /// The clock's id.
    pub id: &'static str,
    /// The clock.
    pub clock: &'static str,
    /// How many pairs of cause and effect were judged.
    pub judged: u64,
    /// How many of them it does not put in their order, measured by what it promises.
    pub wrong: u64,
    /// How many pairs it puts in an order although neither could have caused the other; `None` where the run is
    /// too long to try all pairs.
    pub invented: Option<u64>,
    /// The first cause and effect that it got wrong.
    pub first: Option<(EventId, EventId)>,
}

/// Tries every clock on the run so far. It takes a while in a long run, so ask when the run stands still.
pub fn trial(model: &Model) -> Vec<TrialRow> {
    let row = |judged: judgement::Judgement| {
        let invented = judged.pairs.map(|pairs| pairs.invented);
        // What it invents is counted by itself.
        let promised = match judged.clock.guarantee {
            Guarantee::CausesExactly => invented.unwrap_or(0),
            Guarantee::CausesComeFirst | Guarantee::WithinBounds | Guarantee::Nothing => 0,
        };
        TrialRow {
            id: judged.clock.id,
            clock: judged.clock.title,
            judged: judged.pairs.unwrap_or(judged.arrows).causal,
            wrong: judged.violations() - promised,
            invented,
            first: judged.first,
        }
    };
    judgement::of(model.trace(), model.causality()).into_iter().map(row).collect()
}
