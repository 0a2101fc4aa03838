//! Shapes and searches against their definitions: pairs and stretches of events, looked at one by one.

use std::collections::BTreeSet;

use lightcone::analysis::search::Query;
use lightcone::analysis::{Shape, Shapes};
use lightcone::base::{EventId, MessageId, NodeId};
use lightcone::sim::{EventKind, MessageState, Trace};

use crate::runs::Run;
use crate::walk::Walk;

pub fn hold(run: &Run) {
    let trace = run.trace();
    let walk = Walk::of(trace);
    let shapes = Shapes::of(trace, &run.causality);
    let found =
        |shape| -> BTreeSet<EventId> { trace.events().filter(|event| shapes.has(shape, *event)).collect() };
    assert_eq!(found(Shape::Crossing), crossings(&walk));
    assert_eq!(found(Shape::CausalViolation), violations(&walk));
    assert_eq!(found(Shape::Duplicate), duplicates(trace));
    assert_eq!(found(Shape::Broadcast), stretches(trace, EventKind::Send, EventKind::Receive));
    assert_eq!(found(Shape::Gather), stretches(trace, EventKind::Receive, EventKind::Send));
    assert_lost(trace, &found(Shape::LostRequest), &found(Shape::LostReply));
    let (answered, unanswered) = replies(trace);
    assert_eq!(found(Shape::RequestReply), answered, "seed {}", run.seed);
    assert_eq!(found(Shape::LostReply), unanswered, "seed {}", run.seed);
    assert_searches(run, &shapes);
}

/// What the cases show together.
pub fn assert_variety(all: &[Run]) {
    for shape in Shape::ALL {
        let has = |run: &&Run| {
            let shapes = Shapes::of(run.trace(), &run.causality);
            run.trace().events().any(|event| shapes.has(shape, event))
        };
        let count = all.iter().filter(has).count();
        assert!(count > 1, "only {count} runs have {}", shape.name());
    }
}

/// Messages with the event of their send and of their first receive.
fn arrived(trace: &Trace) -> Vec<(MessageId, EventId, EventId)> {
    trace.message_ids().filter_map(|m| Some((m, trace.sent(m)?, trace.first_arrival(m)?))).collect()
}

/// The events of requests with their replies, and of requests whose replies were lost. Each message is asked what its
/// sender did last with the receiver: if it heard from it a message that is no reply itself, this one is the reply.
fn replies(trace: &Trace) -> (BTreeSet<EventId>, BTreeSet<EventId>) {
    fn request(trace: &Trace, message: MessageId) -> Option<MessageId> {
        let (own, other) = (trace.sender(message), trace.receiver(message));
        let ends = |it: MessageId| (trace.sender(it), trace.receiver(it));
        let mut at = trace.sent(message)?;
        loop {
            at = trace.previous(at)?;
            let Some(with) = trace.message(at) else { continue };
            match trace.kind(at) {
                EventKind::Send if ends(with) == (own, other) => return None,
                EventKind::Receive if ends(with) == (other, own) && trace.first_arrival(with) == Some(at) => {
                    return Some(with)
                        .filter(|&with| trace.sent(with).is_some() && request(trace, with).is_none());
                }
                _ => {}
            }
        }
    }
    let (mut answered, mut unanswered) = (BTreeSet::new(), BTreeSet::new());
    for message in trace.message_ids() {
        let Some(request) = request(trace, message) else { continue };
        let ends = [trace.sent(request), trace.first_arrival(request), trace.sent(message)];
        let ends = ends.into_iter().chain([trace.first_arrival(message)]).flatten();
        match trace.state(message) {
            MessageState::Arrived => answered.extend(ends),
            MessageState::Lost => unanswered.extend(ends),
            MessageState::InFlight => {}
        }
    }
    (answered, unanswered)
}

fn crossings(walk: &Walk<'_>) -> BTreeSet<EventId> {
    let (trace, all) = (walk.trace, arrived(walk.trace));
    let mut events = BTreeSet::new();
    for (one, sent, received) in &all {
        for (other, other_sent, other_received) in &all {
            let are_opposite = trace.sender(*one) == trace.receiver(*other)
                && trace.receiver(*one) == trace.sender(*other)
                && trace.sender(*one) != trace.receiver(*one);
            if are_opposite && !walk.before(*sent, *other_sent) && !walk.before(*other_sent, *sent) {
                events.extend([sent, received, other_sent, other_received]);
            }
        }
    }
    events
}

/// A message whose send happened before another's to the same node, and that arrived behind it: its receive, and
/// of those that overtook it the first.
fn violations(walk: &Walk<'_>) -> BTreeSet<EventId> {
    let trace = walk.trace;
    let mut events = BTreeSet::new();
    for (late, sent, received) in arrived(trace) {
        if trace.sender(late) == trace.receiver(late) {
            continue;
        }
        let overtook = |event: &EventId| {
            let is_receive =
                trace.kind(*event) == EventKind::Receive && trace.node(*event) == trace.node(received);
            let cause = trace.cause_elsewhere(*event);
            is_receive && *event < received && cause.is_some_and(|other| walk.before(sent, other))
        };
        if let Some(first) = trace.events().find(overtook) {
            events.extend([received, first]);
        }
    }
    events
}

fn duplicates(trace: &Trace) -> BTreeSet<EventId> {
    let all = trace.message_ids().map(|message| trace.arrivals(message));
    all.filter(|arrivals| arrivals.len() > 1).flatten().collect()
}

/// The events of one kind between two of another, on one node, that concern at least three others.
fn stretches(trace: &Trace, kind: EventKind, end: EventKind) -> BTreeSet<EventId> {
    let mut found = BTreeSet::new();
    for node in NodeId::first(trace.nodes()) {
        let lane: Vec<EventId> = trace.events().filter(|event| trace.node(*event) == node).collect();
        for part in lane.split(|event| trace.kind(*event) == end) {
            let of_kind = part.iter().filter(|event| trace.kind(**event) == kind);
            let pairs: Vec<(EventId, NodeId)> = of_kind
                .filter_map(|event| {
                    let message = trace.message(*event)?;
                    let ends = [trace.sender(message), trace.receiver(message)];
                    Some((*event, ends.into_iter().find(|end| *end != node)?))
                })
                .collect();
            let others: BTreeSet<NodeId> = pairs.iter().map(|(_, other)| *other).collect();
            if others.len() >= 3 {
                found.extend(pairs.into_iter().map(|(event, _)| event));
            }
        }
    }
    found
}

/// Every lost message is a lost request or a lost reply, and nothing else is lost.
fn assert_lost(trace: &Trace, requests: &BTreeSet<EventId>, replies: &BTreeSet<EventId>) {
    let is_lost = |message: &MessageId| trace.state(*message) == MessageState::Lost;
    for sent in trace.message_ids().filter(is_lost).filter_map(|message| trace.sent(message)) {
        assert!(requests.contains(&sent) != replies.contains(&sent) || replies.contains(&sent), "{sent}");
    }
    for sent in requests {
        assert!(trace.message(*sent).is_some_and(|message| is_lost(&message)));
    }
}

fn assert_searches(run: &Run, shapes: &Shapes) {
    let trace = run.trace();
    let label = |event: EventId| trace.label(event).to_lowercase();
    let name = |node: NodeId| trace.name(node).to_lowercase();
    type Naive<'a> = Box<dyn Fn(EventId) -> bool + 'a>;
    let first = trace.names()[0].clone();
    let lower = first.to_lowercase();
    let message = |event: EventId| trace.message(event);
    let is_from = {
        let lower = lower.clone();
        move |event: EventId| message(event).is_some_and(|m| name(trace.sender(m)) == lower)
    };
    let cases: Vec<(String, Naive<'_>)> = vec![
        ("kind:receive".to_owned(), Box::new(|event| trace.kind(event) == EventKind::Receive)),
        ("-kind:Send".to_owned(), Box::new(|event| trace.kind(event) != EventKind::Send)),
        (format!("from:{first} kind:receive"), {
            let is_from = is_from.clone();
            Box::new(move |event| is_from(event) && trace.kind(event) == EventKind::Receive)
        }),
        ("label:1".to_owned(), Box::new(|event| label(event).contains('1'))),
        ("label:R".to_owned(), Box::new(|event| label(event).contains('r'))),
        ("message:3".to_owned(), Box::new(|event| trace.message(event) == Some(MessageId(3)))),
        ("fault:reliable".to_owned(), {
            let signed = |m| trace.fate(m).iter().any(|entry| entry.fault == "reliable");
            Box::new(move |event| trace.message(event).is_some_and(signed))
        }),
        (first.clone(), {
            let lower = lower.clone();
            Box::new(move |event| {
                let ends = message(event).map(|m| [name(trace.sender(m)), name(trace.receiver(m))]);
                name(trace.node(event)) == lower
                    || ends.is_some_and(|ends| ends.contains(&lower))
                    || label(event).contains(&lower)
            })
        }),
        ("shape:crossing -kind:send".to_owned(), {
            Box::new(|event| shapes.has(Shape::Crossing, event) && trace.kind(event) != EventKind::Send)
        }),
        ("nothing-is-called-so".to_owned(), Box::new(|_| false)),
    ];
    for (text, naive) in cases {
        let query = Query::parse(&text).expect("it makes sense");
        assert_eq!(query.needs_shapes(), text.contains("shape:"));
        let search = query.on(trace, Some(shapes), None);
        let expected: Vec<EventId> = trace.events().filter(|event| naive(*event)).collect();
        let forward: Vec<EventId> =
            std::iter::successors(search.next(None), |event| search.next(Some(*event))).collect();
        assert_eq!(forward, expected, "{text}");
        let mut backward: Vec<EventId> =
            std::iter::successors(search.previous(None), |event| search.previous(Some(*event))).collect();
        backward.reverse();
        assert_eq!(backward, expected, "{text}, backward");
        let at = expected.get(expected.len() / 2).copied();
        let place = at.map_or(0, |_| expected.len() / 2 + 1);
        assert_eq!(search.count(at), (place, expected.len()), "{text}");
    }
}
