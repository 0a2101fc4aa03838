//! Golden pictures of small runs, and what holds for every picture.
//!
//! `UPDATE_EXPECT=1 cargo test --test pictures` writes the golden files anew; they are read in review.

#[path = "pictures/runs.rs"]
mod runs;

use expect_test::expect_file;
use lightcone::base::EventId;
use lightcone::diagram::{Axis, Index, Picture, Selection, Source, Theme, View, space_time, svg};
use lightcone::sim::Engine;

/// Makes the picture of a run for a view, with Lamport stamps.
fn picture(engine: &Engine, view: &View) -> Picture {
    let mut index = Index::new();
    index.follow(engine.trace(), view.drawn_axis());
    let in_flight = engine.in_flight();
    let stamp = |event: EventId| index.rank(event).to_string();
    let source = Source {
        in_flight: &in_flight,
        faults: &engine.setup().faults,
        topology: Some(engine.topology()),
        stamps: Some(lightcone::diagram::Stamps { title: "Lamport", of: &stamp }),
        ..Source::new(engine.trace(), &index)
    };
    space_time(&source, view)
}

fn select(engine: &Engine, lane: &str, own: u32) -> Selection {
    let trace = engine.trace();
    let is_it = |event: &EventId| trace.name(trace.node(*event)) == lane && trace.own_count(*event) == own;
    Selection::Event(trace.events().find(is_it).expect("the event is in the run"))
}

#[test]
fn the_relay_is_drawn() {
    let engine = runs::relay(30_000);
    let mut view = View::new(780.0, 420.0);
    view.selection = select(&engine, "S23", 3);
    let drawing = picture(&engine, &view).draw();
    expect_file!["golden/relay-light.svg"].assert_eq(&svg::write(&drawing, Theme::Light));
    expect_file!["golden/relay-dark.svg"].assert_eq(&svg::write(&drawing, Theme::Dark));
    for (axis, file) in [
        (Axis::Causal, expect_file!["golden/relay-causal.svg"]),
        (Axis::Wall, expect_file!["golden/relay-wall.svg"]),
    ] {
        view.axis = axis;
        view.overlays.push("wall-order");
        file.assert_eq(&svg::write(&picture(&engine, &view).draw(), Theme::Light));
    }
}
