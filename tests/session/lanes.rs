//! Lanes dragged, joined, hidden; the table that follows them; stamps led back to their events; beliefs and truth.

use std::collections::BTreeSet;

use lightcone::app::screen::{self, Inspector};
use lightcone::app::{Looking, Model, Msg, Selection, Sight, ViewAs};
use lightcone::base::{EventId, NodeId, WallReading};
use lightcone::scenes;
use lightcone::sim::{Act, EventKind};

use super::{ALICE, BOB, letters, steps};

fn look(model: &mut Model, change: Looking) {
    model.update(Msg::Look(change));
}

fn telemetry() -> Model {
    let mut model = Model::new(scenes::find("telemetry").expect("it exists"));
    model.update(Msg::Lanes(Vec::new()));
    steps(&mut model, 60);
    model
}

#[test]
fn a_lane_that_is_dragged_is_one_change_however_many_it_passes() {
    let mut model = telemetry();
    let all: Vec<NodeId> = NodeId::first(model.trace().nodes()).collect();
    for onto in 1..all.len() {
        look(&mut model, Looking::DragLane(all[0], all[onto]));
    }
    let mut expected = all[1..].to_vec();
    expected.push(all[0]);
    assert_eq!(model.view.lanes, expected);
    look(&mut model, Looking::Undo);
    assert_eq!(model.view.lanes, Vec::new(), "one step back");
    look(&mut model, Looking::DragLane(NodeId(999), all[1]));
    assert_eq!(model.view.lanes, Vec::new(), "there is no such lane");
}

#[test]
fn lanes_are_joined_to_a_band_and_parted_again() {
    let mut model = telemetry();
    let [a, b, c] = [0, 1, 2].map(NodeId);
    look(&mut model, Looking::Join(b, a));
    look(&mut model, Looking::Join(c, a));
    assert_eq!(model.view.look.groups, [vec![a, b, c]]);
    look(&mut model, Looking::Join(a, a));
    assert_eq!(model.view.look.groups, [vec![a, b, c]]);
    look(&mut model, Looking::Part(b));
    assert_eq!(model.view.look.groups, [vec![a, c]]);
    look(&mut model, Looking::Part(a));
    assert!(model.view.look.groups.is_empty(), "a band of one is none");
    look(&mut model, Looking::Undo);
    assert_eq!(model.view.look.groups, [vec![a, c]]);
}

#[test]
fn a_hidden_lane_comes_back_to_its_place_and_the_last_one_stays() {
    let mut model = telemetry();
    let all: Vec<NodeId> = NodeId::first(model.trace().nodes()).collect();
    model.update(Msg::Lane(all[1], false));
    assert!(!model.view.lanes.contains(&all[1]));
    model.update(Msg::Lane(all[1], true));
    assert_eq!(model.view.lanes, all);
    for node in &all {
        model.update(Msg::Lane(*node, false));
    }
    assert_eq!(model.view.lanes, [all[all.len() - 1]]);
    assert!(model.status.contains("is the last lane"), "{}", model.status);
}

#[test]
fn the_table_lists_what_the_lanes_show() {
    let mut model = telemetry();
    let all = model.trace().len();
    assert_eq!((screen::events(&model, 0, all).all, screen::events(&model, 0, all).hidden), (all, 0));
    let check = |model: &Model, lanes: &BTreeSet<NodeId>| {
        let table = screen::events(model, 0, all);
        let expected: Vec<EventId> =
            model.trace().events().filter(|event| lanes.contains(&model.trace().node(*event))).collect();
        let listed: Vec<EventId> = table.rows.iter().map(|row| row.event).collect();
        assert_eq!(listed, expected);
        assert_eq!((table.all, table.hidden), (expected.len(), all - expected.len()));
        assert!(table.hidden > 0, "something is hidden");
    };
    let two = BTreeSet::from([NodeId(0), NodeId(2)]);
    model.update(Msg::Lanes(two.iter().copied().collect()));
    check(&model, &two);
    model.update(Msg::Lanes(Vec::new()));
    let one = NodeId(0);
    look(&mut model, Looking::TalksWith(Some(one)));
    let mut talks = BTreeSet::from([one]);
    for message in model.trace().message_ids() {
        let ends = [model.trace().sender(message), model.trace().receiver(message)];
        if ends.contains(&one) {
            talks.extend(ends);
        }
    }
    if talks.len() < model.trace().nodes() {
        check(&model, &talks);
    }
    model.update(Msg::ViewAs(ViewAs::Node(NodeId(2), Sight::Saw)));
    look(&mut model, Looking::TalksWith(None));
    model.update(Msg::Lanes(vec![one]));
    let table = screen::events(&model, 0, all);
    let trace = model.trace();
    let own: Vec<EventId> = trace.events().filter(|event| trace.node(*event) == NodeId(2)).collect();
    let listed: Vec<EventId> = table.rows.iter().map(|row| row.event).collect();
    assert_eq!(listed, own, "nothing of that lane is known, and whoever looks has a lane");
}

/// Every entry of a vector leads to the event whose count it is, and every cause named is in the past.
#[test]
fn each_entry_of_a_stamp_leads_back_to_the_event_that_raised_it() {
    let mut model = telemetry();
    let events: Vec<EventId> = model.trace().events().collect();
    let mut told = 0;
    for event in events {
        model.update(Msg::Select(Selection::Event(event)));
        let Inspector::Event(view) = screen::inspector(&model) else { panic!("an event is selected") };
        let (trace, causality) = (model.trace(), model.causality());
        let row =
            |clock: &str| view.stamps.iter().find(|row| row.clock == clock).expect("a row for each clock");
        let vector = causality.vector(event);
        let expected: BTreeSet<EventId> = NodeId::first(trace.nodes())
            .filter(|node| vector[node.index()] > 0)
            .map(|node| {
                trace.events().filter(|e| trace.node(*e) == node).nth(vector[node.index()] as usize - 1)
            })
            .map(|found| found.expect("it happened"))
            .collect();
        let title = |id: &str| lightcone::clocks::find(id).expect("a clock").title;
        let led: BTreeSet<EventId> = row(title("vector")).from.iter().map(|cause| cause.event).collect();
        assert_eq!(led, expected);
        let causes: Vec<EventId> = trace.causes(event).collect();
        let lamport = &row(title("lamport")).from;
        assert!(lamport.iter().all(|cause| causes.contains(&cause.event)));
        assert_eq!(lamport.is_empty(), causes.is_empty());
        if let Some(first) = lamport.first() {
            assert_eq!(
                causality.lamport(first.event) + 1,
                causality.lamport(event),
                "the larger comes first"
            );
        }
        for cause in row(title("hybrid")).from.iter().chain(&row(title("vector")).from) {
            assert!(cause.event == event || causality.before(cause.event, event));
        }
        told += expected.len();
    }
    assert!(told > 100, "{told} entries");
}

#[test]
fn a_node_believes_what_reached_it_and_what_is_so_stands_beside() {
    let mut model = letters();
    steps(&mut model, 2);
    let letter = model.engine().in_flight().into_iter().find(|flight| flight.name.from == ALICE);
    model.update(Msg::Act(Act::Drop(letter.expect("alice has written").name)));
    model.update(Msg::Act(Act::Crash(BOB)));
    steps(&mut model, 4);
    model.update(Msg::Select(Selection::Node(ALICE)));
    let Inspector::Node(alice) = screen::inspector(&model) else { panic!("a node is selected") };
    let of = |about: &str| alice.beliefs.iter().find(|belief| belief.about == about);
    let letter = of("“letter” to bob").expect("her letter");
    assert_eq!((letter.believes.as_str(), letter.so.as_str()), ("no sign that it arrived", "it is lost"));
    let bob = of("bob").expect("bob wrote to her");
    assert!(bob.believes.starts_with("heard of up to bob · 1"), "{bob:?}");
    assert!(bob.so.ends_with("it is down"), "{bob:?}");
    assert!(of("the time").is_some());
    let heard = model
        .trace()
        .events()
        .any(|e| model.trace().node(e) == ALICE && model.trace().kind(e) == EventKind::Receive);
    assert!(heard, "or she knew nothing of him");
}

#[test]
fn an_arrival_is_believed_exactly_when_a_path_of_messages_told_of_it() {
    let mut model = Model::new(scenes::find("thruster").expect("it exists"));
    let (mut believed, mut doubted) = (0, 0);
    for _ in 0..60 {
        model.update(Msg::Step);
        for node in NodeId::first(model.trace().nodes()) {
            model.update(Msg::Select(Selection::Node(node)));
            let Inspector::Node(inspected) = screen::inspector(&model) else { panic!("a node is selected") };
            let told = inspected
                .beliefs
                .iter()
                .filter(|belief| belief.so.starts_with("it ") && belief.about.contains(" to "));
            let trace = model.trace();
            let sends =
                trace.events().rev().filter(|&e| trace.node(e) == node && trace.kind(e) == EventKind::Send);
            for (belief, sent) in told.zip(sends) {
                // Without clocks: what the node's events have heard of, back along lanes and messages.
                let mut heard: BTreeSet<EventId> = BTreeSet::new();
                let mut open: Vec<EventId> = trace.events().filter(|&e| trace.node(e) == node).collect();
                while let Some(event) = open.pop() {
                    if heard.insert(event) {
                        open.extend(trace.cause_elsewhere(event));
                        open.extend(
                            trace.events().filter(|&e| trace.node(e) == trace.node(event) && e < event),
                        );
                    }
                }
                let arrived = trace
                    .message(sent)
                    .is_some_and(|it| trace.arrivals(it).iter().any(|e| heard.contains(e)));
                assert_eq!(
                    belief.believes.starts_with("it arrived"),
                    arrived,
                    "{belief:?} at turn {}",
                    model.position().turn
                );
                *if arrived { &mut believed } else { &mut doubted } += 1;
            }
        }
    }
    assert!(believed > 20 && doubted > 20, "{believed} and {doubted}");
}

#[test]
fn a_node_has_nothing_in_its_table_that_it_does_not_notice() {
    let mut model = Model::new(scenes::find("clock-sync").expect("it exists"));
    steps(&mut model, 30);
    let nodes: Vec<NodeId> = NodeId::first(model.trace().nodes()).collect();
    for &node in &nodes {
        model.update(Msg::Act(Act::Pause(node)));
    }
    steps(&mut model, 3);
    for &node in &nodes {
        model.update(Msg::Act(Act::Resume(node)));
        model.update(Msg::Act(Act::Crash(node)));
        model.update(Msg::Act(Act::Restart(node)));
        model.update(Msg::Act(Act::SetClock(node, WallReading(0))));
    }
    steps(&mut model, 60);
    let kind = |model: &Model, event: EventId| model.trace().kind(event);
    let is_pause = |model: &Model, event: EventId| {
        use EventKind::{ClockStep, Crash, Pause, Resume};
        matches!(kind(model, event), Pause | Resume | Crash | ClockStep)
    };
    let outside = screen::visible_events(&model).filter(|&event| is_pause(&model, event)).count();
    assert!(outside >= 4 * nodes.len(), "{outside} are there to be seen from outside");
    for sight in [Sight::Saw, Sight::CouldKnow] {
        model.update(Msg::ViewAs(ViewAs::Node(nodes[0], sight)));
        let seen: Vec<EventId> = screen::visible_events(&model).collect();
        assert!(!seen.is_empty() && seen.iter().all(|&event| !is_pause(&model, event)), "{sight:?}");
        assert!(
            seen.iter().any(|&event| kind(&model, event) == EventKind::Restart),
            "it is told of its start"
        );
        assert_eq!(screen::visible_count(&model), seen.len(), "{sight:?}");
        model.update(Msg::Lanes(vec![nodes[0]]));
        assert_eq!(screen::listed_count(&model), screen::listed_events(&model).count(), "{sight:?}");
        model.update(Msg::Lanes(Vec::new()));
        let middle = seen[seen.len() / 2];
        model.update(Msg::Select(Selection::Event(middle)));
        let Inspector::Event(shown) = screen::inspector(&model) else { panic!("an event was selected") };
        let (causality, trace) = (model.causality(), model.trace());
        let past = seen.iter().filter(|&&event| event != middle && causality.before(event, middle)).count();
        let future = seen.iter().filter(|&&event| event != middle && causality.before(middle, event)).count();
        assert_eq!(shown.cones, (past, future, seen.len() - past - future - 1), "{sight:?} {}", trace.len());
    }
}
