//! Golden pictures of small runs, and what holds for every picture.
//!
//! `UPDATE_EXPECT=1 cargo test --test pictures` writes the golden files anew; they are read in review.

#[path = "pictures/crowds.rs"]
mod crowds;
#[path = "pictures/laws.rs"]
mod laws;
#[path = "pictures/looks.rs"]
mod looks;
#[path = "pictures/pairs.rs"]
mod pairs;
#[path = "pictures/runs.rs"]
mod runs;
#[path = "pictures/suspects.rs"]
mod suspects;

use expect_test::expect_file;
use lightcone::analysis::{Causality, Comparison, Frontier};
use lightcone::base::{EventId, NodeId, TrueTime};
use lightcone::diagram::network::{self, NetworkState, NetworkView};
use lightcone::diagram::text::TextView;
use lightcone::diagram::{
    Axis, Compared, Index, Look, Picture, Selection, Sight, Source, Theme, View, ViewAs, compared,
    space_time, svg, text,
};
use lightcone::sim::{Act, Engine, Recording};

/// Makes the picture of a run for a view, with Lamport stamps.
fn picture(engine: &Engine, view: &View) -> Picture {
    with_source(engine, view.drawn_axis(), |source| space_time(source, view))
}

/// Prepares what a picture of a run is made from.
fn with_source<T>(engine: &Engine, axis: Axis, then: impl FnOnce(&Source<'_>) -> T) -> T {
    let mut index = Index::new();
    index.follow(engine.trace(), axis);
    let in_flight = engine.in_flight();
    let causality = Causality::of(engine.trace());
    let stamp = |event: EventId| causality.lamport(event).to_string();
    let source = Source {
        in_flight: &in_flight,
        faults: &engine.setup().faults,
        topology: Some(engine.topology()),
        stamps: Some(lightcone::diagram::Stamps { title: "Lamport", of: &stamp }),
        ..Source::new(engine.trace(), &index, &causality)
    };
    then(&source)
}

fn event(engine: &Engine, lane: &str, own: u32) -> EventId {
    let trace = engine.trace();
    let is_it = |event: &EventId| trace.name(trace.node(*event)) == lane && trace.own_count(*event) == own;
    trace.events().find(is_it).expect("the event is in the run")
}

/// Compares a picture of a run with its golden file.
fn check(engine: &Engine, view: &View, theme: Theme, golden: &expect_test::ExpectFile) {
    golden.assert_eq(&svg::write(&picture(engine, view).draw(), theme));
}

#[test]
fn a_run_of_six_nodes() {
    let engine = runs::relay();
    let mut view = View::new(780.0, 420.0);
    view.selection = Selection::Event(event(&engine, "S23", 3));
    check(&engine, &view, Theme::Light, &expect_file!["golden/relay-light.svg"]);
    check(&engine, &view, Theme::Dark, &expect_file!["golden/relay-dark.svg"]);
    view.axis = Axis::Causal;
    view.second = Some(event(&engine, "G5", 4));
    check(&engine, &view, Theme::Light, &expect_file!["golden/relay-causal.svg"]);
    view.axis = Axis::Wall;
    view.overlays.push("wall-order");
    check(&engine, &view, Theme::Light, &expect_file!["golden/relay-wall.svg"]);
}

#[test]
fn a_cut_and_the_message_that_breaks_it() {
    let engine = runs::relay();
    let causality = Causality::of(engine.trace());
    let mut view = View::new(780.0, 420.0);
    let cut = Frontier::at(engine.trace(), &causality, TrueTime(engine.trace().now().0 / 2));
    view.cut = Some(cut.clone());
    check(&engine, &view, Theme::Light, &expect_file!["golden/cut-consistent.svg"]);
    let receive =
        cut.in_flight(engine.trace()).find_map(|transit| transit.received).expect("one is under way");
    let node = engine.trace().node(receive);
    let sender = engine.trace().node(engine.trace().cause_elsewhere(receive).expect("it was sent"));
    let broken = cut.with(&causality, node, engine.trace().own_count(receive)).with(&causality, sender, 0);
    view.cut = Some(broken);
    check(&engine, &view, Theme::Dark, &expect_file!["golden/cut-broken.svg"]);
}

#[test]
fn two_branches_one_above_the_other() {
    let [left, right] = [false, true].map(|is_dropped| {
        let mut recording = Recording::new(runs::gossip(3, 1, 5).setup().clone());
        (0..8).for_each(|_| drop(recording.step()));
        if is_dropped {
            let name = recording.engine().in_flight().first().expect("one is under way").name;
            recording.act(&Act::Drop(name)).expect("it is there");
        }
        (0..10).for_each(|_| drop(recording.step()));
        recording
    });
    let comparison = Comparison::of(left.engine().trace(), right.engine().trace());
    let apart = comparison.divergence().expect("a message was dropped");
    assert!(apart.left.is_some() && comparison.only_left().count() > 0);
    let view = View { axis: Axis::Causal, ..View::new(720.0, 258.0) };
    let drawing = with_source(left.engine(), Axis::Causal, |left| {
        with_source(right.engine(), Axis::Causal, |right| {
            let run = |name, source| Compared { name, source, view: &view };
            compared(run("as it was", left), run("with one dropped", right), &comparison)
        })
    });
    // What is the same stands at the same place along causes.
    let kept =
        |name: &str| drawing.layers.iter().flatten().filter(|figure| figure.name.contains(name)).count();
    assert!(kept("only in as it was") > 0, "{}", drawing.description);
    expect_file!["golden/two-branches.svg"].assert_eq(&svg::write(&drawing, Theme::Light));
}

#[test]
fn a_run_that_runs_down_with_idle_stretches_folded() {
    let engine = runs::relay();
    let mut view = View::new(620.0, 760.0);
    view.look = Look { is_vertical: true, folds_idle: true, ..Look::default() };
    check(&engine, &view, Theme::Light, &expect_file!["golden/relay-vertical.svg"]);
}

#[test]
fn lanes_hidden_grouped_and_collapsed() {
    let engine = runs::relay();
    let mut view = View::new(780.0, 420.0);
    view.overlays.extend(["hidden", "skew"]);
    view.lanes = NodeId::first(engine.trace().nodes()).filter(|node| node.0 % 2 == 0).collect();
    view.look.collapses_local = true;
    check(&engine, &view, Theme::Light, &expect_file!["golden/relay-hidden.svg"]);
    view.lanes.clear();
    view.look.groups = lightcone::diagram::groups_by_name(engine.trace().names());
    check(&engine, &view, Theme::Dark, &expect_file!["golden/relay-grouped.svg"]);
}

#[test]
fn all_that_can_happen_to_a_message() {
    let engine = runs::troubles();
    let mut view = View::new(1000.0, 360.0);
    check(&engine, &view, Theme::Light, &expect_file!["golden/troubles.svg"]);
    view.axis = Axis::Lamport;
    check(&engine, &view, Theme::Dark, &expect_file!["golden/troubles-lamport.svg"]);
}

#[test]
fn a_node_sees_its_own_and_could_have_been_told_its_past() {
    let engine = runs::troubles();
    let mut view = View::new(1000.0, 360.0);
    view.view_as = ViewAs::Node(NodeId(1), Sight::Saw);
    check(&engine, &view, Theme::Light, &expect_file!["golden/troubles-saw.svg"]);
    view.view_as = ViewAs::Node(NodeId(1), Sight::CouldKnow);
    check(&engine, &view, Theme::Light, &expect_file!["golden/troubles-could-know.svg"]);
}

#[test]
fn the_network_as_a_map_and_as_the_scene_puts_it() {
    let engine = runs::constellation();
    let draw = |engine: &Engine, view: &NetworkView, theme: Theme| {
        let state = NetworkState::of(engine);
        svg::write(&network::picture(&state.source(engine), view).draw(), theme)
    };
    let mut view = NetworkView::new(780.0, 280.0);
    view.selection = Selection::Node(NodeId(49));
    expect_file!["golden/network-map.svg"].assert_eq(&draw(&engine, &view, Theme::Dark));
    view.view_as = ViewAs::Node(NodeId(49), Sight::Saw);
    expect_file!["golden/network-saw.svg"].assert_eq(&draw(&engine, &view, Theme::Light));
    let mut engine = runs::troubles();
    engine.act(&Act::Partition { group: vec![NodeId(0), NodeId(1)], one_way: false }).expect("a group");
    let view = NetworkView::new(420.0, 280.0);
    expect_file!["golden/network-fixed.svg"].assert_eq(&draw(&engine, &view, Theme::Light));
}

#[test]
fn a_terminal_shows_the_same_run() {
    for (engine, golden) in [
        (runs::troubles(), expect_file!["golden/troubles.txt"]),
        (runs::relay(), expect_file!["golden/relay.txt"]),
    ] {
        golden.assert_eq(&with_source(&engine, Axis::TrueTime, |source| {
            text::write(source, &TextView { take: Some(28), ..TextView::default() })
        }));
    }
}
