//! A run as a figure: the space-time diagram that the page shows, for a file or a terminal.
//!
//! Must not know how a run came about.

use crate::analysis::Causality;
use crate::app;
use crate::base::NodeId;
use crate::diagram::{self, Index, Source, Theme, View, svg};
use crate::scenes::Scene;
use crate::sim::Engine;

/// How wide a figure is, in pixels: a slide's width with room beside it.
const WIDTH: f64 = 1_200.0;

/// What a figure has above and below its lanes, in pixels.
const MARGINS: f64 = 100.0;

/// How a scene is looked at first.
pub(super) fn first_view(scene: &Scene, engine: &Engine) -> app::View {
    let names = engine.trace().names();
    let lane = |lane: &&str| names.iter().position(|name| name == lane).map(|place| NodeId(place as u16));
    app::View {
        clock: scene.clock.to_owned(),
        lanes: scene.lanes.iter().filter_map(lane).collect(),
        ..app::View::default()
    }
}

/// The whole run as an SVG document.
pub(super) fn svg(title: &str, engine: &Engine, view: &app::View) -> String {
    let lanes = if view.lanes.is_empty() { engine.trace().nodes() } else { view.lanes.len() };
    let height = MARGINS + gap(lanes) * lanes as f64;
    let view = View {
        lanes: view.lanes.clone(),
        axis: view.axis,
        selection: view.selection,
        view_as: view.view_as,
        ..View::new(WIDTH, height)
    };
    let mut index = Index::new();
    index.follow(engine.trace(), view.drawn_axis());
    let causality = Causality::of(engine.trace());
    let flights = engine.in_flight();
    let source = Source {
        in_flight: &flights,
        faults: &engine.setup().faults,
        topology: Some(engine.topology()),
        ..Source::new(engine.trace(), &index, &causality)
    };
    let mut picture = diagram::space_time(&source, &view);
    picture.title = format!("{title}: {}", picture.title.to_lowercase());
    svg::write(&picture.draw(), Theme::Light)
}

/// How far apart so many lanes stand, in pixels: a few have room for words, and many still fit a screen.
fn gap(lanes: usize) -> f64 {
    match lanes {
        0..=6 => 80.0,
        7..=16 => 44.0,
        _ => 24.0,
    }
}
