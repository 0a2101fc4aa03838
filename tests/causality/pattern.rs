//! Shapes that were drawn, against a search that tries everything.

use std::collections::BTreeSet;

use lightcone::analysis::{Causality, Pattern};
use lightcone::base::{EventId, MessageId, NodeId};
use lightcone::formats::{Options, import, notation};
use lightcone::sim::{EventKind, MessageState, Trace};
use proptest::prelude::*;

fn figure(text: &str) -> Trace {
    notation::read(text).unwrap_or_else(|mistakes| panic!("{text}: {}", mistakes[0])).trace
}

fn firsts(shape: &Trace, trace: &Trace) -> BTreeSet<EventId> {
    let pattern = Pattern::of(shape).expect("a small shape");
    pattern.find(trace, &Causality::of(trace)).first_events().collect()
}

/// What is before what, by following every cause.
fn reach(trace: &Trace) -> Vec<Vec<bool>> {
    let mut before = vec![vec![false; trace.len()]; trace.len()];
    for event in trace.events() {
        for cause in trace.causes(event) {
            for (first, later) in before.iter_mut().enumerate() {
                later[event.index()] |= first == cause.index() || later[cause.index()];
            }
        }
    }
    before
}

/// A part of an event of a shape: the event, and the message that it sends or receives.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Alone(EventId),
    Sends(EventId, MessageId),
    Receives(EventId, MessageId),
}

impl Part {
    fn event(self) -> EventId {
        match self {
            Self::Alone(event) | Self::Sends(event, _) | Self::Receives(event, _) => event,
        }
    }
}

fn parts(shape: &Trace) -> Vec<Part> {
    let mut all = Vec::new();
    for event in shape.events() {
        let before = all.len();
        for message in shape.message_ids() {
            if shape.arrivals(message).contains(&event) {
                all.push(Part::Receives(event, message));
            }
        }
        for message in shape.message_ids() {
            if shape.sent(message) == Some(event) {
                all.push(Part::Sends(event, message));
            }
        }
        if all.len() == before {
            all.push(Part::Alone(event));
        }
    }
    all
}

/// All ways to choose so many different things out of `of`, in order.
fn choices(of: usize, many: usize) -> Vec<Vec<usize>> {
    if many == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for chosen in choices(of, many - 1) {
        all.extend((0..of).filter(|it| !chosen.contains(it)).map(|it| [&chosen[..], &[it]].concat()));
    }
    all
}

/// The same as `firsts`, by trying all lanes, all messages and all events.
fn by_trying_all(shape: &Trace, trace: &Trace) -> BTreeSet<EventId> {
    let (parts, order, wanted) = (parts(shape), reach(trace), reach(shape));
    let mut found = BTreeSet::new();
    for lanes in choices(trace.nodes(), shape.nodes()) {
        let node = |lane: NodeId| NodeId(lanes[lane.index()] as u16);
        for messages in choices(trace.messages(), shape.messages()) {
            let message = |own: MessageId| MessageId(messages[own.index()] as u32);
            let fits = shape.message_ids().all(|own| {
                let other = message(own);
                let is_lost = |trace: &Trace, it| trace.state(it) == MessageState::Lost;
                trace.sender(other) == node(shape.sender(own))
                    && trace.receiver(other) == node(shape.receiver(own))
                    && (!is_lost(shape, own) || is_lost(trace, other))
            });
            if !fits {
                continue;
            }
            let ways: Vec<Vec<EventId>> = parts
                .iter()
                .map(|part| match part {
                    Part::Sends(_, own) => trace.sent(message(*own)).into_iter().collect(),
                    Part::Receives(_, own) => trace.arrivals(message(*own)),
                    Part::Alone(event) => {
                        let kind = shape.kind(*event);
                        let is_like = |it: &EventId| {
                            trace.node(*it) == node(shape.node(*event))
                                && (kind == EventKind::Local || trace.kind(*it) == kind)
                                && trace.label(*it).contains(&shape.label(*event))
                        };
                        trace.events().filter(is_like).collect()
                    }
                })
                .collect();
            let mut chosen = Vec::new();
            if let Some(first) = ways.first() {
                for event in first {
                    chosen.push(*event);
                    if choose(&mut chosen, &ways, &|chosen| {
                        holds(shape, trace, &parts, chosen, &order, &wanted)
                    }) {
                        found.insert(*event);
                    }
                    chosen.clear();
                }
            }
        }
    }
    found
}

fn choose(chosen: &mut Vec<EventId>, ways: &[Vec<EventId>], holds: &dyn Fn(&[EventId]) -> bool) -> bool {
    if chosen.len() == ways.len() {
        return holds(chosen);
    }
    ways[chosen.len()].iter().any(|event| {
        chosen.push(*event);
        let is_one = choose(chosen, ways, holds);
        chosen.pop();
        is_one
    })
}

fn holds(
    shape: &Trace,
    trace: &Trace,
    parts: &[Part],
    chosen: &[EventId],
    order: &[Vec<bool>],
    wanted: &[Vec<bool>],
) -> bool {
    let is_message = |part: Part| !matches!(part, Part::Alone(_));
    (0..parts.len()).all(|a| {
        (0..parts.len()).all(|b| {
            let (one, other) = (parts[a].event(), parts[b].event());
            if one == other {
                return trace.node(chosen[a]) == trace.node(chosen[b]);
            }
            let is_wanted = wanted[one.index()][other.index()];
            let is_back = wanted[other.index()][one.index()];
            if chosen[a] == chosen[b] {
                let (first, second) = if is_wanted { (parts[a], parts[b]) } else { (parts[b], parts[a]) };
                let turns = matches!((first, second), (Part::Sends(..), Part::Receives(..)));
                return (is_wanted || is_back)
                    && shape.node(one) == shape.node(other)
                    && is_message(first)
                    && is_message(second)
                    && !turns;
            }
            order[chosen[a].index()][chosen[b].index()] == is_wanted
        })
    })
}

/// Lines of a figure on so many lanes.
fn lines(lanes: usize, most: usize) -> impl Strategy<Value = String> {
    let line = (0..lanes, 0..lanes, 0..10_u8, 0..lanes).prop_map(move |(from, to, what, third)| {
        let (from, to, third) = (["a", "b", "c"][from], ["a", "b", "c"][to], ["a", "b", "c"][third]);
        match what {
            _ if from == to => format!("{from}: thinks"),
            0 => format!("{from} -x {to}"),
            1 => format!("{from} -> {to} +3"),
            2 => format!("{from} -> {to} & {to} -> {from}"),
            3 if third != from && third != to => format!("{from} -> {to}, {third}"),
            _ => format!("{from} -> {to}"),
        }
    });
    prop::collection::vec(line, 1..=most).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_is_what_trying_all_finds(shape in lines(3, 2), run in lines(3, 4)) {
        let (shape, run) = (figure(&shape), figure(&run));
        prop_assert_eq!(firsts(&shape, &run), by_trying_all(&shape, &run));
    }

    #[test]
    fn a_run_holds_its_own_shape(run in lines(3, 4)) {
        let run = figure(&run);
        prop_assume!(run.len() <= 12);
        prop_assert!(firsts(&run, &run).contains(&EventId(0)));
    }
}

#[test]
fn what_is_concurrent_in_a_shape_is_concurrent_in_a_match() {
    let crossing = figure("x -> y & y -> x");
    assert_eq!(firsts(&crossing, &figure("a -> b & b -> a")).len(), 2, "either may be the first");
    assert!(firsts(&crossing, &figure("a -> b\nb -> a")).is_empty());
    let answer = figure("x -> y\ny -> x");
    assert!(firsts(&answer, &figure("a -> b & b -> a")).is_empty());
    assert_eq!(firsts(&answer, &figure("a -> b\nb -> a\na -> b")), [EventId(0), EventId(2)].into());
}

#[test]
fn texts_lost_messages_and_kinds_are_looked_at() {
    let run = figure("a -> b: ASK one\nb -> a: reply\na -x b by storm: ask two\nb decides: enough\nb: rests");
    let label = |first: &EventId| run.label(*first);
    let found = |shape: &str| firsts(&figure(shape), &run).iter().map(label).collect::<Vec<_>>();
    assert_eq!(found("x -> y: ask"), ["ASK one"], "a lost message does not arrive");
    assert_eq!(found("x -x y"), ["ask two"]);
    assert_eq!(found("x -> y: reply"), ["reply"]);
    assert_eq!(found("x decides: enough"), ["enough"]);
    assert!(found("x crashes").is_empty());
    assert_eq!(found("x: rests"), ["rests"]);
}

#[test]
fn a_line_of_a_log_may_play_a_receive_and_the_send_behind_it() {
    let log = "a {\"a\":1}\nasks\nb {\"b\":1, \"a\":1}\nanswers\na {\"a\":2, \"b\":1}\nhears\n";
    let log = import(log.as_bytes(), &Options::default()).expect("a log").executions.remove(0).trace;
    let shape = figure("x -> y\ny -> x");
    assert_eq!(firsts(&shape, &log), by_trying_all(&shape, &log));
    assert_eq!(firsts(&shape, &log), [EventId(0)].into());
    let pattern = Pattern::of(&shape).expect("small");
    let matches = pattern.find(&log, &Causality::of(&log));
    let events: Vec<u32> = matches.events(EventId(0)).expect("a match").iter().map(|event| event.0).collect();
    assert_eq!(events, [0, 1, 1, 2]);
}

#[test]
fn a_shape_that_is_too_large_is_refused_with_the_bound() {
    let large = figure(&"a -> b\n".repeat(9));
    let why = Pattern::of(&large).expect_err("eighteen events").to_string();
    assert!(why.contains("16") && why.contains("18"), "{why}");
}
