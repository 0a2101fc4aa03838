//! Arranging lanes and axis, cutting, searching: kept in the link and in the session, and taken back.

use lightcone::analysis::{Frontier, Relation};
use lightcone::app::{
    Find, Link, Looking, Model, Msg, Selection, Sight, View, ViewAs, found, restore, save, screen,
};
use lightcone::base::{EventId, NodeId};
use lightcone::scenes;
use lightcone::sim::EventKind;

fn model() -> Model {
    let mut model = Model::new(scenes::find("telemetry").expect("it exists"));
    for _ in 0..60 {
        model.update(Msg::Step);
    }
    model
}

fn look(model: &mut Model, change: Looking) {
    model.update(Msg::Look(change));
}

/// A view with everything changed.
fn arranged() -> Model {
    let mut model = model();
    look(&mut model, Looking::FoldIdle(true));
    look(&mut model, Looking::Vertical(true));
    look(&mut model, Looking::CollapseLocal(true));
    look(&mut model, Looking::TalksWith(Some(NodeId(2))));
    look(&mut model, Looking::Group(true));
    look(&mut model, Looking::MoveLane(NodeId(0), 1));
    look(&mut model, Looking::CutAt(EventId(20)));
    look(&mut model, Looking::Overlay("letters", true));
    look(&mut model, Looking::Overlay("now", false));
    model.update(Msg::Select(Selection::Event(EventId(9))));
    look(&mut model, Looking::Second(Some(EventId(3))));
    model
}

#[test]
fn an_arrangement_is_kept_in_the_link_and_in_the_session() {
    let model = arranged();
    let plain = View {
        look: View::default().look,
        cut: None,
        overlays: View::default().overlays,
        ..model.view.clone()
    };
    assert_ne!(plain, model.view);
    let opened = Link::parse(&model.link().write()).expect("the page made it");
    assert_eq!(opened.view, model.view);
    let restored = restore(&save(&model)).expect("the page saved it");
    assert_eq!(restored.view, model.view);
}

#[test]
fn a_link_without_an_arrangement_is_as_it_was() {
    let mut model = model();
    let before = model.link().write();
    look(&mut model, Looking::Vertical(true));
    assert_ne!(model.link().write(), before);
    look(&mut model, Looking::Vertical(false));
    assert_eq!(model.link().write(), before);
    look(&mut model, Looking::Overlay("letters", true));
    assert_ne!(model.link().write(), before);
    look(&mut model, Looking::Overlay("letters", false));
    assert_eq!(model.link().write(), before);
}

#[test]
fn marks_alone_are_kept_and_taken_back() {
    let mut model = model();
    let usual = model.view.overlays.clone();
    look(&mut model, Looking::Overlay("skew", true));
    look(&mut model, Looking::Overlay("lost", false));
    assert!(model.view.overlays.contains(&"skew") && !model.view.overlays.contains(&"lost"));
    let opened = Link::parse(&model.link().write()).expect("the page made it");
    assert_eq!(opened.view, model.view);
    look(&mut model, Looking::Undo);
    look(&mut model, Looking::Undo);
    assert_eq!(model.view.overlays, usual);
    look(&mut model, Looking::Redo);
    assert!(model.view.overlays.contains(&"skew") && model.view.overlays.contains(&"lost"));
}

#[test]
fn a_second_event_is_before_after_or_concurrent_with_its_proof() {
    let mut model = model();
    let (trace, causality) = (model.trace(), model.causality());
    let pairs = trace.events().flat_map(|one| trace.events().map(move |other| (one, other)));
    // One pair of each kind, with what the graph of causes says by itself.
    let expected: Vec<_> = [Relation::Before, Relation::After, Relation::Concurrent]
        .map(|relation| {
            let is_it = |pair: &(EventId, EventId)| causality.relation(pair.0, pair.1) == relation;
            (pairs.clone().find(is_it).expect("the run has such a pair"), relation)
        })
        .to_vec();
    for ((second, selected), relation) in expected {
        model.update(Msg::Select(Selection::Event(selected)));
        look(&mut model, Looking::Second(Some(second)));
        let view = screen::second(&model).expect("both are there");
        assert_eq!(view.relation, relation, "{}", view.says);
        assert_eq!(view.says, model.status);
        let steps: Vec<EventId> = view.chain.iter().map(|cause| cause.event).collect();
        let is_step = |pair: &[EventId]| model.trace().causes(pair[1]).any(|cause| cause == pair[0]);
        assert!(steps.windows(2).all(is_step), "every step is a cause: {steps:?}");
        assert_eq!(steps.is_empty(), relation == Relation::Concurrent);
    }
    look(&mut model, Looking::Second(None));
    assert_eq!(screen::second(&model), None);
}

#[test]
fn changes_of_the_view_are_taken_back_one_by_one_and_made_again() {
    let mut model = model();
    let start = model.view.clone();
    let mut seen = vec![start.clone()];
    let changes = [
        Msg::Look(Looking::FoldIdle(true)),
        Msg::Look(Looking::CutNow),
        Msg::Look(Looking::MoveCut(NodeId(1), -1)),
        Msg::Lanes(vec![NodeId(3), NodeId(1)]),
        Msg::Axis(lightcone::app::Axis::Lamport),
    ];
    for change in changes {
        model.update(change);
        seen.push(model.view.clone());
    }
    model.update(Msg::Axis(lightcone::app::Axis::Lamport));
    for view in seen.iter().rev().skip(1) {
        look(&mut model, Looking::Undo);
        assert_eq!(model.view, *view, "what changed nothing is no step back");
    }
    assert_eq!(model.can_undo(), (false, true));
    look(&mut model, Looking::Undo);
    assert_eq!(model.view, start, "there is nothing before the start");
    for view in &seen[1..] {
        look(&mut model, Looking::Redo);
        assert_eq!(model.view, *view);
    }
    look(&mut model, Looking::Undo);
    look(&mut model, Looking::NoCut);
    assert!(!model.can_undo().1, "another change forgets what was taken back");
}

#[test]
fn a_drag_of_a_handle_is_one_change() {
    let mut model = model();
    look(&mut model, Looking::CutNow);
    let before = model.view.clone();
    (1..5).for_each(|inside| look(&mut model, Looking::SetCut(NodeId(1), inside)));
    look(&mut model, Looking::SetCut(NodeId(2), 1));
    look(&mut model, Looking::Undo);
    look(&mut model, Looking::Undo);
    assert_eq!(model.view, before);
}

#[test]
fn a_selection_is_no_change_of_the_view_and_is_kept_on_the_way_back() {
    let mut model = model();
    look(&mut model, Looking::Vertical(true));
    model.update(Msg::Select(Selection::Event(EventId(3))));
    look(&mut model, Looking::Undo);
    assert_eq!((model.view.look.is_vertical, model.view.selection), (false, Selection::Event(EventId(3))));
}

#[test]
fn a_cut_says_what_breaks_it_and_is_mended() {
    let mut model = model();
    assert_eq!(screen::cut(&model), None);
    let trace = model.trace();
    let receive = trace.events().find(|event| trace.kind(*event) == EventKind::Receive).expect("one arrived");
    let (node, own) = (trace.node(receive), trace.own_count(receive));
    let message = trace.message(receive).expect("a receive has a message");
    let broken = screen::message_name(&model, message);
    look(&mut model, Looking::SetCut(node, own));
    let cut = screen::cut(&model).expect("it was made");
    assert!(!cut.is_consistent && cut.says.starts_with("Not a consistent cut:"), "{} {broken}", cut.says);
    assert_eq!(model.status, cut.says, "it is read aloud");
    look(&mut model, Looking::ExtendCut);
    let cut = screen::cut(&model).expect("it was made");
    assert!(cut.is_consistent);
    let expected = Frontier::of_past(model.causality(), receive);
    assert_eq!(model.view.cut.as_ref(), Some(&expected), "the receive's causal past");
    assert_eq!(cut.lanes[node.index()].inside, own);
}

#[test]
fn a_hostile_tail_is_refused() {
    let mut model = arranged();
    model.view.look.talks_with = Some(NodeId(60_000));
    let refused = Link::parse(&model.link().write()).expect_err("there is no such node").to_string();
    assert!(refused.contains("60000"), "{refused}");
    let mut model = arranged();
    model.view.cut = Some(Frontier::of_counts(vec![u32::MAX; 5]));
    let link = Link::parse(&model.link().write()).expect("it is cut to the run");
    assert!(screen::cut(&Model::open(link)).is_some_and(|cut| cut.is_consistent || !cut.says.is_empty()));
    model.view.cut = Some(Frontier::of_counts(vec![1; 5_000]));
    assert!(Link::parse(&model.link().write()).is_err());
}

#[test]
fn matches_are_counted_and_visited_in_turn() {
    let mut model = model();
    model.update(Msg::Find(Find::Text("kind:receive".to_owned())));
    let trace = model.trace();
    let all: Vec<EventId> = trace.events().filter(|e| trace.kind(*e) == EventKind::Receive).collect();
    assert_eq!((found(&model).count, found(&model).at), (all.len(), None));
    for (place, event) in all.iter().enumerate() {
        model.update(Msg::Find(Find::Next));
        assert_eq!(model.view.selection, Selection::Event(*event));
        assert_eq!(found(&model).at, Some(place + 1));
    }
    model.update(Msg::Find(Find::Next));
    assert_eq!(model.view.selection, Selection::Event(all[0]), "behind the last comes the first");
    model.update(Msg::Find(Find::Previous));
    assert_eq!(model.view.selection, Selection::Event(all[all.len() - 1]));
    model.update(Msg::Find(Find::Text("knid:receive".to_owned())));
    assert!(found(&model).problem.is_some_and(|problem| problem.contains("knid")));
    let before = model.view.selection;
    model.update(Msg::Find(Find::Next));
    assert_eq!(model.view.selection, before, "nothing is looked for");
    model.update(Msg::Find(Find::Text("shape:request-reply".to_owned())));
    assert!(found(&model).says.contains("match"));
}

#[test]
fn a_node_s_view_finds_what_it_sees_and_counts_no_more() {
    let mut model = model();
    let everything = |model: &mut Model| {
        model.update(Msg::Find(Find::Text("kind:receive".to_owned())));
        found(model).count
    };
    let outside = everything(&mut model);
    let mut all = 0;
    for node in NodeId::first(model.trace().nodes()) {
        model.update(Msg::ViewAs(ViewAs::Node(node, Sight::Saw)));
        let trace = model.trace();
        let own: Vec<EventId> = trace
            .events()
            .filter(|event| trace.kind(*event) == EventKind::Receive && trace.node(*event) == node)
            .collect();
        assert_eq!(everything(&mut model), own.len(), "{node:?}");
        model.update(Msg::Select(Selection::Nothing));
        for event in &own {
            model.update(Msg::Find(Find::Next));
            assert_eq!(model.view.selection, Selection::Event(*event));
        }
        all += own.len();
    }
    assert_eq!(all, outside, "each receive is somebody's");
}
