//! Several runs side by side: kept in the link and in the session, taken back, and seen by a node that may not be able to
//! tell them apart.

use std::collections::BTreeMap;

use lightcone::app::screen::{self, Side};
use lightcone::app::{
    Against, Axis, BESIDE_MOST, Comparing, Link, Looking, Model, Msg, Sight, ViewAs, restore, save,
};
use lightcone::base::{EventId, NodeId};
use lightcone::scenes;
use lightcone::sim::{Act, EventKind, Trace};

use super::{letters, settle, steps};

fn with(model: &mut Model, against: Against) {
    model.update(Msg::Compare(Comparing::With(against)));
    settle(model);
}

fn names(model: &Model) -> Vec<&str> {
    model.others().iter().map(lightcone::app::Other::name).collect()
}

/// A scene with chance in it, after so many turns.
fn telemetry() -> Model {
    let mut model = Model::new(scenes::find("telemetry").expect("it exists"));
    model.update(Msg::Assume("reliable".to_owned(), false));
    steps(&mut model, 40);
    model
}

/// The first scene, whose second branch crashes Bob, beside the first branch and another seed.
fn branch_and_seed() -> Model {
    let mut model = letters();
    steps(&mut model, 8);
    model.update(Msg::Seek(2));
    model.update(Msg::Act(Act::Crash(NodeId(1))));
    steps(&mut model, 4);
    with(&mut model, Against::Branch(lightcone::app::BranchId(0)));
    with(&mut model, Against::Written("8".to_owned()));
    assert_eq!(names(&model), ["branch 1", "seed 8"]);
    model
}

#[test]
fn what_stands_beside_a_run_is_in_its_link_and_in_the_session() {
    let model = branch_and_seed();
    let hashes = |model: &Model| -> Vec<_> { model.others().iter().map(|o| o.trace().hash()).collect() };
    let link = model.link().write();
    assert!(link.len() < 2_000, "{} characters", link.len());
    let mut opened = Model::open(Link::parse(&link).expect("the page made it"));
    settle(&mut opened);
    assert_eq!(names(&opened), ["the link's branch 1", "seed 8"], "the branch is none of this session");
    assert_eq!(hashes(&opened), hashes(&model));
    assert_eq!(Link::parse(&opened.link().write()).expect("again").view, opened.view);
    let mut restored = restore(&save(&model)).expect("the page saved it");
    settle(&mut restored);
    assert_eq!((names(&restored), &restored.view), (names(&model), &model.view));
    assert_eq!(hashes(&restored), hashes(&model));
    opened.update(Msg::Compare(Comparing::Stop));
    assert_eq!(opened.view.axis, Axis::TrueTime, "the axis from before came along");
}

#[test]
fn comparing_is_taken_back_and_done_again_step_by_step() {
    let mut model = branch_and_seed();
    let before = model.link().write();
    model.update(Msg::Compare(Comparing::Drop(0)));
    assert_eq!(names(&model), ["seed 8"]);
    let mut undo = |change: Looking| {
        model.update(Msg::Look(change));
        (names(&model).into_iter().map(str::to_owned).collect::<Vec<_>>(), model.view.axis)
    };
    assert_eq!(undo(Looking::Undo), (vec!["branch 1".to_owned(), "seed 8".to_owned()], Axis::Causal));
    assert_eq!(undo(Looking::Undo), (vec!["branch 1".to_owned()], Axis::Causal));
    assert_eq!(undo(Looking::Undo), (Vec::new(), Axis::TrueTime));
    assert_eq!(undo(Looking::Redo).0, ["branch 1"]);
    assert_eq!(undo(Looking::Redo).0, ["branch 1", "seed 8"]);
    assert_eq!(model.link().write(), before, "and nothing was forgotten on the way");
    // A run that came back stands where the present one stands.
    let now = model.engine().now();
    assert!(model.others().iter().all(|other| other.engine().now() <= now));
    assert_eq!(screen::comparison(&model, 0).expect("it is there").name, "branch 1");
}

#[test]
fn a_link_that_shows_runs_that_cannot_be_is_refused() {
    let mut model = letters();
    for seed in 0..BESIDE_MOST + 2 {
        with(&mut model, Against::Written((100 + seed).to_string()));
    }
    assert_eq!(model.others().len(), BESIDE_MOST);
    assert!(model.status.contains("room for no more"), "{}", model.status);
    let mut link = model.link();
    let first = link.view.beside.rivals[0].clone();
    link.view.beside.rivals.push(first.clone());
    let refused = Link::parse(&link.write()).expect_err("six beside it are too many").to_string();
    assert!(refused.contains("5 is the most"), "{refused}");
    let mut named = (*first).clone();
    named.name = "x".repeat(500);
    link.view.beside.rivals = vec![named.into()];
    let refused = Link::parse(&link.write()).expect_err("no page writes such a name").to_string();
    assert!(refused.contains("its name"), "{refused}");
}

#[test]
fn the_next_seeds_make_six_worlds() {
    let mut model = telemetry();
    let own = model.spec().seed.0;
    with(&mut model, Against::Seeds);
    let expected: Vec<String> = (1..=5).map(|on| format!("seed {}", own + on)).collect();
    assert_eq!(names(&model), expected);
    // Each is the run of that seed by itself, as far as the present instant.
    for (other, seed) in model.others().iter().zip(own + 1..) {
        let mut spec = model.spec();
        spec.seed = lightcone::base::Seed(seed);
        let mut alone = spec.start();
        while alone.next_at().is_some_and(|at| at <= model.engine().now()) && alone.step().is_ok() {}
        assert_eq!(other.trace().len(), alone.trace().len(), "seed {seed}");
    }
    let worlds = screen::side_by_side(&model);
    // What is marked here as lacking elsewhere does lack there, told by names and labels alone.
    let mut marked = 0;
    for event in model.trace().events() {
        let Some(differs) = worlds.here(event) else { continue };
        let Some(label) = differs.label else { continue };
        let lacking = (0..5).filter(|place| {
            let comparison = model.comparison(*place).expect("it stands there");
            comparison.left(event) == lightcone::analysis::Standing::Unique
        });
        let lacking: Vec<usize> = lacking.collect();
        assert_eq!(label, if lacking.len() == 5 { "only here" } else { "not in all" });
        let is_named = |place: &usize| lacking.len() == 5 || differs.says.contains(names(&model)[*place]);
        assert!(lacking.iter().all(is_named), "{}", differs.says);
        marked += 1;
    }
    assert!(marked > 0, "chance differs");
    assert!(model.status.starts_with("This run beside seed "), "{}", model.status);
}

#[test]
fn the_choices_of_a_dial_stand_side_by_side() {
    let mut model = Model::new(scenes::find("real-causes").expect("it exists"));
    steps(&mut model, 30);
    with(&mut model, Against::Dial("real-causes.cause".to_owned()));
    assert_eq!(model.others().len(), BESIDE_MOST);
    assert_eq!(names(&model)[0], "none");
    for bad in ["real-causes.nothing", "reliable.loss"] {
        with(&mut model, Against::Dial(bad.to_owned()));
        assert!(model.status.starts_with("That cannot be compared: "), "{}", model.status);
    }
}

/// A node's own history, without a look at how runs are compared: what a program could log.
fn history(trace: &Trace, node: NodeId) -> Vec<u8> {
    scenes::history::local_history(trace, node, Some(EventId(trace.len() as u32)))
}

#[test]
fn a_node_cannot_tell_runs_apart_exactly_where_its_histories_are_the_same_bytes() {
    let mut verdicts = BTreeMap::new();
    for (scene, turns) in [("crossed-letters", 8), ("telemetry", 60), ("six-worlds", 60), ("clock-sync", 50)]
    {
        let mut model = Model::new(scenes::find(scene).expect("it exists"));
        model.update(Msg::Assume("reliable".to_owned(), false));
        steps(&mut model, turns);
        with(&mut model, Against::Seeds);
        for node in NodeId::first(model.trace().nodes()).step_by(3) {
            model.update(Msg::ViewAs(ViewAs::Node(node, Sight::Saw)));
            for (place, other) in model.others().iter().enumerate() {
                let is_same = history(model.trace(), node) == history(other.trace(), node);
                let view = screen::comparison(&model, place).expect("it stands there");
                let case = format!("{scene}, {}, {}: {}", model.name(node), view.name, view.says);
                assert_eq!(view.says.contains("cannot tell this run from"), is_same, "{case}");
                assert_eq!(view.counts == [0; 3], is_same, "{case}");
                let worlds = screen::side_by_side(&model);
                assert_eq!(worlds.apart_there(place).is_none() && view.first[0].is_none(), is_same, "{case}");
                // Nothing is marked that the node did not notice itself.
                let marked = other.trace().events().filter(|event| worlds.there(place, *event).is_some());
                let kinds = |event: EventId| (other.trace().node(event), other.trace().kind(event));
                let unnoticed = [EventKind::Crash, EventKind::Pause, EventKind::Resume];
                assert!(
                    marked.map(kinds).all(|(at, kind)| at == node && !unnoticed.contains(&kind)),
                    "{case}"
                );
                *verdicts.entry(is_same).or_insert(0) += 1;
            }
        }
    }
    assert!(verdicts.values().all(|count| *count > 10) && verdicts.len() == 2, "{verdicts:?}");
}

#[test]
fn a_difference_that_a_node_sees_is_listed_with_both_readings_of_its_clock() {
    let mut model = Model::new(scenes::find("clock-sync").expect("it exists"));
    model.update(Msg::Assume("latency".to_owned(), false));
    steps(&mut model, 60);
    with(&mut model, Against::Written("99".to_owned()));
    let mut listed = 0;
    for node in NodeId::first(model.trace().nodes()) {
        model.update(Msg::ViewAs(ViewAs::Node(node, Sight::Saw)));
        let view = screen::comparison(&model, 0).expect("it stands there");
        let at = view.rows.iter().filter(|row| row.how.contains("by its clock, and in"));
        for row in at {
            assert_eq!(row.side, Side::Here);
            let clock = row.how.split("by its clock").next().expect("a reading");
            assert!(!row.how.ends_with(clock.trim_start_matches("at ").trim()), "{}", row.how);
            listed += 1;
        }
    }
    assert!(listed > 0, "latency differs by seed");
}

#[test]
fn a_node_that_looks_at_several_runs_has_its_own_lane_and_its_own_clock() {
    let mut model = telemetry();
    let g2 = model.view.lanes[0];
    let stranger = NodeId::first(model.trace().nodes()).find(|node| !model.view.lanes.contains(node));
    let stranger = stranger.expect("the scene does not show every lane");
    // Alone: its lane comes to those that were chosen.
    model.update(Msg::ViewAs(ViewAs::Node(stranger, Sight::Saw)));
    assert_eq!(model.view.drawn_lanes()[0], stranger);
    assert_eq!(model.view.drawn_lanes().len(), model.view.lanes.len() + 1);
    assert_eq!(screen::events(&model, 0, 1_000).all, screen::visible_count(&model), "the table has it too");
    model.update(Msg::ViewAs(ViewAs::Outside));
    // Side by side: nothing but its lane, by its own clock, in each run.
    with(&mut model, Against::Seeds);
    assert_eq!(model.view.axis, Axis::Causal);
    model.update(Msg::ViewAs(ViewAs::Node(g2, Sight::Saw)));
    assert_eq!((model.view.axis, model.view.drawn_lanes()), (Axis::Wall, vec![g2]));
    for place in 0..model.others().len() {
        let there = model.other_view(place).expect("it stands there");
        assert_eq!((there.axis, there.lanes), (Axis::Wall, vec![g2]), "the names are the same in each");
    }
    model.update(Msg::ViewAs(ViewAs::Node(g2, Sight::CouldKnow)));
    assert!(model.view.drawn_lanes().len() > 1);
    model.update(Msg::ViewAs(ViewAs::Outside));
    assert_eq!((model.view.axis, model.view.drawn_lanes()), (Axis::Causal, model.view.lanes.clone()));
    model.update(Msg::Axis(Axis::Lamport));
    model.update(Msg::ViewAs(ViewAs::Node(g2, Sight::Saw)));
    assert_eq!(model.view.axis, Axis::Lamport, "what was chosen by hand stays");
    model.update(Msg::Compare(Comparing::Stop));
    assert_eq!(model.view.axis, Axis::Lamport);
}
