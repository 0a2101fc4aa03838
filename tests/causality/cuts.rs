//! Cuts against their definition: sets of events, looked at one by one.

use std::collections::BTreeSet;

use lightcone::analysis::{Breach, Frontier};
use lightcone::base::{EventId, NodeId};
use lightcone::sim::{EventKind, Trace};

use crate::runs::Run;
use crate::walk::Walk;

pub fn hold(run: &Run) {
    let (trace, causality) = (run.trace(), &run.causality);
    let walk = Walk::of(trace);
    let mut draw = run.draw();
    let (mut broken, mut whole) = (0, 0);
    for round in 0..18 {
        let event = (!trace.is_empty()).then(|| EventId(draw.below(trace.len() as u64) as u32));
        let cut = match (round % 3, event) {
            // Any frontier; one that is nearly consistent; one that was there.
            (0, _) | (_, None) => {
                let counts: Vec<u32> = NodeId::first(trace.nodes())
                    .map(|node| draw.below(u64::from(causality.lane_len(node)) + 3) as u32)
                    .collect();
                Frontier::new(causality, &counts)
            }
            (1, Some(event)) => {
                let node = NodeId(draw.below(trace.nodes() as u64) as u16);
                Frontier::of_past(causality, event).moved(causality, node, draw.below(9) as i32 - 4)
            }
            (_, Some(event)) => Frontier::at(trace, causality, trace.at(event)),
        };
        let set = inside(trace, &cut);
        assert_eq!(set.len(), cut.events());
        let expected = is_closed(trace, &set);
        assert_eq!(cut.is_consistent(causality), expected, "{cut:?}");
        assert!(expected || round % 3 < 2, "what was there at an instant is consistent");
        if expected {
            whole += 1;
        } else {
            broken += 1;
        }
        assert_breaches(run, &cut, &set);
        assert_eq!(inside(trace, &cut.extended(causality)), closure(&walk, &set), "{cut:?}");
        assert_eq!(inside(trace, &cut.reduced(causality)), interior(&walk, &set), "{cut:?}");
        assert_in_flight(trace, &cut, &set);
        if let Some(event) = event {
            let least = closure(&walk, &BTreeSet::from([event]));
            assert_eq!(inside(trace, &Frontier::of_past(causality, event)), least);
        }
    }
    assert!(trace.len() < 100 || trace.nodes() < 3 || (broken > 0 && whole > 0), "both kinds are tried");
}

fn inside(trace: &Trace, cut: &Frontier) -> BTreeSet<EventId> {
    trace.events().filter(|event| cut.contains(trace, *event)).collect()
}

/// The definition: with each event all its direct causes.
fn is_closed(trace: &Trace, set: &BTreeSet<EventId>) -> bool {
    set.iter().all(|event| trace.causes(*event).all(|cause| set.contains(&cause)))
}

/// The least consistent set around a set: all pasts of its events and themselves.
fn closure(walk: &Walk<'_>, set: &BTreeSet<EventId>) -> BTreeSet<EventId> {
    let holds = |event: &EventId| set.iter().any(|other| event == other || walk.before(*event, *other));
    walk.trace.events().filter(holds).collect()
}

/// The greatest consistent set inside a set: the events whose pasts are in it.
fn interior(walk: &Walk<'_>, set: &BTreeSet<EventId>) -> BTreeSet<EventId> {
    let holds = |event: &&EventId| walk.past(**event).iter().all(|cause| set.contains(cause));
    set.iter().filter(holds).copied().collect()
}

fn assert_breaches(run: &Run, cut: &Frontier, set: &BTreeSet<EventId>) {
    let trace = run.trace();
    let mut expected = BTreeSet::new();
    for event in set {
        if let Some(sent) = trace.cause_elsewhere(*event).filter(|sent| !set.contains(sent)) {
            expected.insert((*event, sent));
        }
    }
    let pair = |breach: Breach| {
        assert_eq!(trace.sent(breach.message), Some(breach.sent));
        assert!(trace.arrivals(breach.message).contains(&breach.received));
        (breach.received, breach.sent)
    };
    let first = cut.breach(trace, &run.causality).map(pair);
    assert_eq!(first, expected.first().copied(), "the first that breaks it");
    let all: Vec<_> = cut.breaches(trace, &run.causality).map(pair).collect();
    assert_eq!(all.len(), expected.len(), "none twice");
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), expected);
}

fn assert_in_flight(trace: &Trace, cut: &Frontier, set: &BTreeSet<EventId>) {
    let is_received = |message| {
        set.iter()
            .any(|&event| trace.kind(event) == EventKind::Receive && trace.message(event) == Some(message))
    };
    let is_sent = |message| trace.sent(message).is_some_and(|sent| set.contains(&sent));
    let expected: Vec<_> =
        trace.message_ids().filter(|&message| is_sent(message) && !is_received(message)).collect();
    let found: Vec<_> = cut.in_flight(trace).map(|transit| transit.message).collect();
    assert_eq!(found, expected);
}
