//! The session as a learner uses it, without a browser: stepping, acting, branching, links, and being kept.
//!
//! Each test sends messages and looks at what the screen would say.

#[path = "session/comparing.rs"]
mod comparing;
#[path = "session/kept.rs"]
mod kept;
#[path = "session/lanes.rs"]
mod lanes;
#[path = "session/logs.rs"]
mod logs;
#[path = "session/looks.rs"]
mod looks;
#[path = "session/settings.rs"]
mod settings;
#[path = "session/worlds.rs"]
mod worlds;

use lightcone::app::screen::{self, Inspector};
use lightcone::app::{self, Compare, Dialog, Link, Model, Msg, Selection, Sight, Until, ViewAs};
use lightcone::base::{Duration, NodeId, WallReading};
use lightcone::scenes;
use lightcone::sim::{Act, Choice, EventKind, MessageState, Position};

const ALICE: NodeId = NodeId(0);
const BOB: NodeId = NodeId(1);

fn letters() -> Model {
    Model::new(scenes::find("crossed-letters").expect("the first scene"))
}

fn steps(model: &mut Model, n: usize) {
    (0..n).for_each(|_| model.update(Msg::Step));
}

/// Takes ticks until the model stands still.
fn settle(model: &mut Model) {
    for _ in 0..100_000 {
        if !model.is_moving() {
            return;
        }
        model.update(Msg::Tick { passed: Duration::millis(16), turns_most: 100 });
    }
    panic!("the model still moves: {}", model.status);
}

fn hash(model: &Model) -> String {
    model.trace().hash().to_string()
}

/// The session at the moment when both letters are on their way.
fn crossing() -> Model {
    let mut model = letters();
    steps(&mut model, 2);
    assert_eq!(model.engine().in_flight().len(), 2, "{}", model.status);
    model
}

#[test]
fn stepping_forward_and_back_says_what_happened() {
    let mut model = letters();
    model.update(Msg::Step);
    assert!(model.status.starts_with("alice sends"), "{}", model.status);
    let first = hash(&model);
    model.update(Msg::Step);
    model.update(Msg::StepBack);
    assert_eq!((hash(&model), model.position().turn), (first, 1));
    model.update(Msg::StepBack);
    model.update(Msg::StepBack);
    assert_eq!(model.position(), Position::default());
    assert!(model.status.contains("start"), "{}", model.status);
}

#[test]
fn running_to_the_end_and_stepping_to_it_are_one() {
    let (mut ran, mut stepped, mut played) = (letters(), letters(), letters());
    ran.update(Msg::ToEnd);
    settle(&mut ran);
    while stepped.engine().ended().is_none() {
        stepped.update(Msg::Step);
    }
    played.update(Msg::Run);
    settle(&mut played);
    assert_eq!((hash(&ran), hash(&played)), (hash(&stepped), hash(&stepped)));
    assert!(screen::claims(&ran).iter().all(|claim| claim.verdict == scenes::Verdict::Holds));
}

#[test]
fn playing_keeps_to_its_speed() {
    let mut model = letters();
    model.update(Msg::Speed(app::Speed(Duration::millis(10))));
    model.update(Msg::Run);
    model.update(Msg::Tick { passed: Duration::secs(1), turns_most: 100 });
    assert_eq!(model.shown_now().since_epoch(), Duration::millis(10));
    assert_eq!(model.position().turn, 1, "the first letter is written at 10 ms");
    model.update(Msg::Pause);
    assert!(!model.is_moving());
}

#[test]
fn a_dropped_letter_is_lost_and_going_back_finds_it_again() {
    let mut model = crossing();
    let flight = screen::in_flight(&model)[0].clone();
    model.update(Msg::Act(Act::Drop(flight.name)));
    assert!(model.status.contains("is lost"), "{}", model.status);
    assert_eq!(model.trace().state(flight.message), MessageState::Lost);
    model.update(Msg::StepBack);
    assert_eq!(model.trace().state(flight.message), MessageState::InFlight);
    model.update(Msg::Step);
    assert_eq!(model.trace().state(flight.message), MessageState::Lost, "stepping redoes it");
}

#[test]
fn acting_after_going_back_branches_and_both_branches_stay() {
    let mut model = crossing();
    let names: Vec<_> = screen::in_flight(&model).into_iter().map(|flight| flight.name).collect();
    model.update(Msg::Act(Act::Drop(names[0])));
    let dropped = hash(&model);
    model.update(Msg::StepBack);
    model.update(Msg::Act(Act::Drop(names[1])));
    let rows = screen::branches(&model);
    assert_eq!((rows.len(), rows[1].is_current, rows[1].depth), (2, true, 1), "{rows:?}");
    model.update(Msg::Branch(rows[0].branch, rows[0].furthest));
    assert_eq!(hash(&model), dropped);
    // Redoing what the other branch did follows it and makes no third.
    model.update(Msg::StepBack);
    model.update(Msg::Act(Act::Drop(names[1])));
    assert_eq!(screen::branches(&model).len(), 2);
}

#[test]
fn a_branch_that_is_taken_up_is_the_one_that_was_left() {
    let mut model = letters();
    steps(&mut model, 4);
    model.update(Msg::Act(Act::Pause(BOB)));
    steps(&mut model, 2);
    model.update(Msg::StepBack);
    model.update(Msg::StepBack);
    model.update(Msg::Act(Act::Crash(ALICE)));
    steps(&mut model, 1);
    (0..5).for_each(|_| model.update(Msg::StepBack));
    model.update(Msg::Act(Act::Crash(BOB)));
    steps(&mut model, 1);
    let rows = screen::branches(&model);
    assert_eq!(rows.len(), 3, "{rows:?}");
    // Each by way of each other, and each as whoever opens a link to it computes it.
    for (from, to) in (0..9).map(|n| (n / 3, n % 3)) {
        model.update(Msg::Branch(rows[from].branch, rows[from].furthest));
        settle(&mut model);
        model.update(Msg::Branch(rows[to].branch, rows[to].furthest));
        settle(&mut model);
        let fresh = Model::open(model.link());
        assert_eq!(model.position(), fresh.position());
        assert_eq!(hash(&model), hash(&fresh), "from branch {from} to {to}");
        assert_eq!(model.engine().state_digest(), fresh.engine().state_digest());
        let last = model.trace().events().next_back().expect("events");
        assert_eq!(model.causality().vector(last), fresh.causality().vector(last));
    }
}

#[test]
fn branches_that_reach_the_same_state_are_shown_as_such() {
    let mut model = crossing();
    let names: Vec<_> = screen::in_flight(&model).into_iter().map(|flight| flight.name).collect();
    model.update(Msg::Act(Act::Drop(names[0])));
    model.update(Msg::Act(Act::Drop(names[1])));
    model.update(Msg::StepBack);
    model.update(Msg::StepBack);
    model.update(Msg::Act(Act::Drop(names[1])));
    model.update(Msg::Act(Act::Drop(names[0])));
    assert!(model.status.contains("This is the state that branch 1 had"), "{}", model.status);
    assert_eq!(screen::branches(&model).iter().filter(|row| !row.same.is_empty()).count(), 1);
}

#[test]
fn every_act_by_hand_works_or_says_why_not() {
    let mut model = crossing();
    let name = screen::in_flight(&model)[0].name;
    let acts = [
        Act::Delay(name, Duration::millis(5)),
        Act::Duplicate(name),
        Act::Deliver(name),
        Act::Pause(BOB),
        Act::Resume(BOB),
        Act::SetClock(BOB, WallReading(5)),
        Act::Cut { from: ALICE, to: BOB, one_way: true },
        Act::Partition { group: vec![ALICE], one_way: false },
        Act::Join { group: vec![ALICE] },
        Act::Heal { from: ALICE, to: BOB },
        Act::Crash(BOB),
        Act::Restart(BOB),
    ];
    for act in acts {
        model.update(Msg::Act(act.clone()));
        assert!(!model.status.starts_with("That cannot be done"), "{act:?}: {}", model.status);
    }
    assert_eq!(model.engine().tape().actions().len(), 12);
    model.update(Msg::Act(Act::Resume(ALICE)));
    assert!(model.status.contains("alice is not paused"), "{}", model.status);
    assert_eq!(model.engine().tape().actions().len(), 12, "what cannot be done is not on the tape");
}

#[test]
fn the_adversary_picks_what_comes_next() {
    let mut model = crossing();
    model.update(Msg::Adversary(true));
    let second = screen::next_choices(&model)[1].clone();
    assert!(matches!(second.choice, Choice::Message(name) if name.from == BOB));
    model.update(Msg::Choose(second.choice));
    let last = model.trace().events().next_back().expect("events");
    let first_read =
        model.trace().events().find(|&e| model.trace().kind(e) == EventKind::Receive).expect("a read");
    assert_eq!(model.trace().node(first_read), ALICE, "bob's letter, the later one, arrived first");
    assert!(model.trace().at(last) >= model.trace().at(first_read));
}

#[test]
fn running_until_stops_where_it_should() {
    let until = |until: Until| {
        let mut model = letters();
        model.update(Msg::Until(until));
        settle(&mut model);
        model
    };
    let model = until(Until::Event(Some(EventKind::Receive), Some(ALICE)));
    let is_hers = |&e: &_| model.trace().node(e) == ALICE && model.trace().kind(e) == EventKind::Receive;
    let read = model.trace().events().find(is_hers).expect("a read");
    assert_eq!(model.view.selection, Selection::Event(read), "the event itself, not what came of it");
    let model = until(Until::Lamport(3));
    assert_eq!(model.trace().events().map(|e| model.causality().lamport(e)).max(), Some(3));
    let model = until(Until::Known(lightcone::base::EventId(0)));
    assert_eq!(model.trace().kind(model.trace().events().next_back().expect("events")), EventKind::Send);
    let memory = Until::Memory {
        node: ALICE,
        path: "nothing.here".into(),
        compare: Compare::Equal,
        value: "1".into(),
    };
    let model = until(memory);
    assert!(model.engine().ended().is_some(), "a condition that never comes true ends with the run");
    assert!(
        model.status.contains("It did not come to this: alice has nothing.here = 1."),
        "{}",
        model.status
    );
    assert!(until(Until::ClaimBroken).engine().ended().is_some(), "no claim is broken");
    let mut model = letters();
    model.update(Msg::StepNode(BOB));
    settle(&mut model);
    assert!(model.trace().last_of(BOB).is_some());
}

#[test]
fn a_node_sees_less_than_the_observer_outside() {
    let mut model = letters();
    model.update(Msg::ToEnd);
    settle(&mut model);
    let all = screen::visible_events(&model).count();
    model.update(Msg::ViewAs(ViewAs::Node(BOB, Sight::Saw)));
    let saw: Vec<_> = screen::visible_events(&model).collect();
    assert!(saw.iter().all(|&event| model.trace().node(event) == BOB));
    model.update(Msg::ViewAs(ViewAs::Node(BOB, Sight::CouldKnow)));
    let could: Vec<_> = screen::visible_events(&model).collect();
    let last = model.trace().last_of(BOB).expect("events of bob");
    let past = model.trace().events().filter(|&event| event == last || model.causality().before(event, last));
    assert_eq!(could, past.collect::<Vec<_>>());
    assert!(saw.len() < could.len() && could.len() <= all);
    assert!(model.status.contains("most bob could have been told"), "{}", model.status);
}

#[test]
fn the_inspector_shows_readings_stamps_payload_and_journey() {
    let mut model = letters();
    model.update(Msg::ToEnd);
    settle(&mut model);
    let read = model.trace().events().find(|&e| model.trace().kind(e) == EventKind::Receive).expect("a read");
    model.update(Msg::Select(Selection::Event(read)));
    let Inspector::Event(event) = screen::inspector(&model) else { panic!("an event is selected") };
    assert_eq!(event.causes.len(), 2, "what was before it here, and the send");
    assert!(event.stamps.iter().any(|row| row.stamp == "2"), "{:?}", event.stamps);
    let message = event.message.expect("a letter");
    assert!(message.decoded.is_some() && message.bytes.len() == message.length);
    let whos: Vec<&str> = message.journey.iter().map(|step| step.who.as_str()).collect();
    assert!(whos.contains(&"not “Latency is zero”"), "{whos:?}");
    model.update(Msg::Select(Selection::Node(BOB)));
    assert!(matches!(screen::inspector(&model), Inspector::Node(node) if node.memory.is_some()));
}

#[test]
fn what_is_let_happen_is_one_step_back_and_forth() {
    let mut model = crossing();
    let before = (model.position(), hash(&model));
    let late = screen::in_flight(&model)[1].clone();
    model.update(Msg::DeliverNow(late.name));
    assert_eq!(model.trace().state(late.message), MessageState::Arrived, "{}", model.status);
    let after = (model.position(), hash(&model));
    model.update(Msg::StepBack);
    assert_eq!((model.position(), hash(&model)), before);
    model.update(Msg::Step);
    assert_eq!((model.position(), hash(&model)), after);
    let rest = screen::in_flight(&model)[0].name;
    model.update(Msg::Choose(Choice::Message(rest)));
    model.update(Msg::StepBack);
    assert_eq!((model.position(), hash(&model)), after);
    // What is not there any more cannot be let happen, and nothing else happens for it.
    model.update(Msg::DeliverNow(late.name));
    assert_eq!((model.position(), hash(&model)), after);
    assert!(model.status.starts_with("That cannot be done"), "{}", model.status);
}

#[test]
fn the_inspector_tells_a_node_only_what_it_can_know() {
    let mut model = crossing();
    steps(&mut model, 1);
    let theirs = model.trace().last_of(BOB).expect("his letter");
    model.update(Msg::ViewAs(ViewAs::Node(ALICE, Sight::Saw)));
    model.update(Msg::Select(Selection::Node(BOB)));
    let Inspector::Empty(says) = screen::inspector(&model) else { panic!("bob's memory is shown to alice") };
    assert!(says.contains("alice knows nothing of what bob holds"), "{says}");
    model.update(Msg::Select(Selection::Event(theirs)));
    let Inspector::Empty(says) = screen::inspector(&model) else { panic!("bob's event is shown to alice") };
    assert!(says.starts_with("Hidden: alice"), "{says}");
    assert!(!model.status.contains("bob"), "{}", model.status);
    assert!(screen::tip(&model, theirs).is_none());
    // Her own letter: that it was sent and not what becomes of it.
    let first = model.trace().events().find(|&e| model.trace().node(e) == ALICE).expect("her letter");
    model.update(Msg::Select(Selection::Event(first)));
    let Inspector::Event(event) = screen::inspector(&model) else { panic!("her own event is hidden") };
    let letter = event.message.expect("it sends a letter");
    assert_eq!((letter.state, letter.journey.len(), letter.in_flight.len()), (None, 1, 0), "{letter:?}");
    assert!(event.readings.iter().all(|(name, _)| *name != "true time"));
    model.update(Msg::Select(Selection::Node(ALICE)));
    assert!(matches!(screen::inspector(&model), Inspector::Node(node) if node.memory.is_some()));
}

#[test]
fn a_turn_that_a_node_does_not_notice_is_not_told_in_its_view() {
    let mut model = letters();
    model.update(Msg::ViewAs(ViewAs::Node(BOB, Sight::Saw)));
    model.update(Msg::Step);
    assert_eq!(model.status, "bob notices nothing.");
    assert_eq!(screen::strip(&model).bins.iter().sum::<u32>(), 0);
    let rows = screen::events(&model, 0, 10);
    assert_eq!((rows.rows.len(), rows.all), (0, 0));
}

#[test]
fn a_far_place_is_gone_to_in_slices_and_can_be_given_up() {
    let mut there = Model::new(scenes::find("telemetry").expect("a scene"));
    there.update(Msg::Seek(5_000));
    settle(&mut there);
    let link = there.link();
    let mut model = letters();
    model.update(Msg::Open(link.write()));
    assert!(model.is_moving() && model.status.contains("turn 5000"), "{}", model.status);
    assert_eq!(model.position().turn, 0);
    model.update(Msg::Tick { passed: Duration::ZERO, turns_most: 64 });
    assert_eq!(model.position().turn, 64, "no more than was allowed");
    let left_on_the_way = app::save(&model);
    settle(&mut model);
    assert_eq!(hash(&model), hash(&there));
    assert!(model.notices.is_empty(), "{:?}", model.notices);
    let mut again = app::restore(&left_on_the_way).expect("a session");
    settle(&mut again);
    assert_eq!(hash(&again), hash(&there), "a reload goes on to where the link stands");
    let mut given_up = Model::opening(Link::parse(&link.write()).expect("a link"));
    given_up.update(Msg::Tick { passed: Duration::ZERO, turns_most: 10 });
    given_up.update(Msg::Pause);
    assert_eq!((given_up.position().turn, given_up.is_moving()), (10, false));
    assert_eq!(hash(&Model::open(link)), hash(&there), "without a page it is there at once");
}
