//! Two runs beside one another: where they go apart, in lockstep wherever the present one goes.

use std::collections::BTreeMap;

use lightcone::analysis::Standing;
use lightcone::app::screen::{self, ComparisonView, Side};
use lightcone::app::{Against, Axis, BranchId, Comparing, Model, Msg, Other, Selection, Sight, ViewAs};
use lightcone::base::{EventId, NodeId};
use lightcone::scenes;
use lightcone::sim::{Act, Trace};

use super::{ALICE, BOB, letters, settle, steps};

fn compare(model: &mut Model, rival: Against) {
    model.update(Msg::Compare(Comparing::With(rival)));
    settle(model);
}

fn view(model: &Model) -> ComparisonView {
    screen::comparison(model, 0).expect("two runs are compared")
}

fn other(model: &Model) -> &Other {
    model.others().first().expect("two runs are compared")
}

/// The first scene, whose second branch loses the first letter after two turns, beside the first branch.
fn letter_lost() -> Model {
    let mut model = letters();
    steps(&mut model, 8);
    model.update(Msg::Seek(2));
    let letter = model.engine().in_flight().first().expect("both letters are on their way").name;
    model.update(Msg::Act(Act::Drop(letter)));
    steps(&mut model, 6);
    assert_eq!(model.history().branches().len(), 2, "{}", model.status);
    compare(&mut model, Against::Branch(BranchId(0)));
    model
}

/// How often each act happened, told without a look at any cause.
fn acts(trace: &Trace) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for event in trace.events() {
        let act = (
            trace.name(trace.node(event)).to_owned(),
            format!("{:?} {}", trace.kind(event), trace.label(event)),
        );
        *counts.entry(act).or_insert(0) += 1;
    }
    counts
}

#[test]
fn a_branch_beside_another_says_where_they_go_apart() {
    let model = letter_lost();
    let comparison = view(&model);
    assert!(comparison.says.starts_with("Equal up to turn 2; then here "), "{}", comparison.says);
    assert_eq!(model.status, comparison.says);
    let (here, there) = (acts(model.trace()), acts(other(&model).trace()));
    let beyond = |one: &BTreeMap<_, usize>, other: &BTreeMap<_, usize>| -> usize {
        one.iter().map(|(act, count)| count.saturating_sub(other.get(act).copied().unwrap_or(0))).sum()
    };
    assert_eq!(comparison.counts[..2], [beyond(&here, &there), beyond(&there, &here)], "{comparison:?}");
    assert!(comparison.counts[1] > 0, "a letter arrived there alone");
    let rows = |side| comparison.rows.iter().filter(|row| row.side == side).count();
    assert_eq!(
        rows(Side::Here) + rows(Side::There) + comparison.more,
        comparison.counts.iter().sum::<usize>()
    );
    assert_eq!(rows(Side::There), comparison.counts[1]);
}

#[test]
fn both_go_back_together_to_where_they_are_the_same() {
    let mut model = letter_lost();
    for turn in (0..=2).rev() {
        model.update(Msg::Seek(turn));
        assert!(view(&model).says.contains("are the same so far"), "turn {turn}: {}", view(&model).says);
        assert_eq!(other(&model).position().turn, turn);
    }
    model.update(Msg::ToEnd);
    settle(&mut model);
    assert!(view(&model).says.starts_with("Equal up to turn 2"), "{}", view(&model).says);
    let (here, there) = (model.engine().now(), other(&model).engine().now());
    assert!(there <= here, "{there:?} is behind {here:?}");
}

#[test]
fn a_run_beside_itself_is_the_same_at_every_turn_of_every_scene() {
    for scene in scenes::ALL {
        let mut model = Model::new(scene);
        let seed = model.spec().seed.0.to_string();
        compare(&mut model, Against::Written(seed));
        for _ in 0..40 {
            model.update(Msg::Step);
            let comparison = model.comparison(0).expect("two are compared");
            assert_eq!(comparison.divergence(), None, "{} at turn {}", scene.id, model.position().turn);
            assert_eq!(other(&model).trace().len(), model.trace().len(), "{}", scene.id);
        }
        model.update(Msg::StepBack);
        model.update(Msg::Seek(13));
        assert_eq!(model.comparison(0).expect("two are compared").divergence(), None, "{}", scene.id);
    }
}

#[test]
fn a_deed_at_the_present_turn_is_done_in_both_or_in_none() {
    let mut model = letters();
    steps(&mut model, 2);
    model.update(Msg::Act(Act::Crash(BOB)));
    steps(&mut model, 3);
    let link = model.link().write();
    compare(&mut model, Against::Written(link));
    assert_eq!(other(&model).name(), "the link's run");
    for _ in 0..model.position().turn + 1 {
        assert_eq!(
            model.comparison(0).expect("two are compared").divergence(),
            None,
            "{:?}",
            model.position()
        );
        model.update(Msg::StepBack);
    }
    assert_eq!(model.position().turn, 0);
}

#[test]
fn another_seed_is_compared_and_what_cannot_be_is_refused_in_a_sentence() {
    let mut model = Model::new(scenes::find("telemetry").expect("it exists"));
    model.update(Msg::Assume("reliable".to_owned(), false));
    steps(&mut model, 60);
    compare(&mut model, Against::Written(" 4711 ".to_owned()));
    assert_eq!(view(&model).name, "seed 4711");
    assert!(view(&model).counts.iter().sum::<usize>() > 0, "{}", view(&model).says);
    let elsewhere = letters().link().write();
    for (text, says) in
        [(elsewhere.as_str(), "Two runs of one scene"), ("-3", "whole number"), ("#v1:zz", "damaged")]
    {
        model.update(Msg::Compare(Comparing::With(Against::Written(text.to_owned()))));
        assert!(model.status.contains(says), "{text}: {}", model.status);
        assert_eq!(view(&model).name, "seed 4711", "what was compared stays");
    }
    model.update(Msg::Compare(Comparing::With(Against::Branch(BranchId(99)))));
    assert!(model.status.contains("no such branch"), "{}", model.status);
    assert_eq!(model.others().len(), 1, "what was compared stays");
}

#[test]
fn an_event_is_selected_in_both_runs_or_where_it_happened() {
    let mut model = letter_lost();
    let there: Vec<EventId> = other(&model).trace().events().collect();
    let mut alone = 0;
    for event in there {
        let standing = model.comparison(0).expect("two are compared").right(event);
        model.update(Msg::Compare(Comparing::Select(0, event)));
        assert_eq!(model.other_view(0).expect("the other is looked at").selection, Selection::Event(event));
        match standing {
            Standing::Same(here) | Standing::Alike(here) => {
                assert_eq!(model.view.selection, Selection::Event(here));
                assert_eq!(view(&model).chosen, None);
            }
            Standing::Unique => {
                alone += 1;
                assert_eq!(model.view.selection, Selection::Nothing);
                assert!(model.status.ends_with("only in branch 1."), "{}", model.status);
            }
        }
    }
    assert_eq!(alone, view(&model).counts[1]);
    model.update(Msg::Select(Selection::Event(EventId(0))));
    assert_eq!(view(&model).chosen, None, "another choice lets it go");
}

#[test]
fn a_node_that_saw_the_same_cannot_tell_the_runs_apart() {
    let mut model = letter_lost();
    let lost = model.engine().tape().actions().iter().find_map(|action| match &action.act {
        Act::Drop(name) => Some((name.from, name.to)),
        _ => None,
    });
    let (sender, receiver) = lost.expect("a letter was dropped");
    assert!([ALICE, BOB].contains(&sender));
    // What a node saw, told without a look at any cause.
    let saw = |trace: &Trace, node: NodeId| -> Vec<String> {
        let own = trace.events().filter(|event| trace.node(*event) == node);
        own.map(|event| format!("{:?} {}", trace.kind(event), trace.label(event))).collect()
    };
    let mut untold = 0;
    while model.position().turn > 0 {
        model.update(Msg::ViewAs(ViewAs::Outside));
        let is_apart = view(&model).counts.iter().sum::<usize>() > 0;
        for node in [sender, receiver] {
            model.update(Msg::ViewAs(ViewAs::Node(node, Sight::Saw)));
            let says = view(&model).says;
            let is_same = saw(model.trace(), node) == saw(other(&model).trace(), node);
            assert_eq!(says.contains("cannot tell this run from branch 1"), is_same, "{says}");
            assert!(!is_same || view(&model).counts[..2] == [0, 0], "nothing is marked that it cannot know");
            untold += usize::from(is_apart && is_same && node == sender);
        }
        model.update(Msg::StepBack);
    }
    assert!(untold > 0, "for a while only the receiver knows");
}

#[test]
fn the_axis_is_along_causes_while_two_are_compared_and_comes_back() {
    let mut model = letter_lost();
    assert_eq!(model.view.axis, Axis::Causal);
    model.update(Msg::Compare(Comparing::Stop));
    assert_eq!(model.view.axis, Axis::TrueTime);
    assert!(model.others().is_empty() && screen::comparison(&model, 0).is_none());
}
