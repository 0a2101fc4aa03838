//! A run as a figure for a file or a terminal: the diagram of the page, for slides and for whoever has no page.
//!
//! Must not know where the figure goes.

use super::View;
use crate::analysis::{Causality, Stamps};
use crate::base::{EventId, NodeId};
use crate::diagram::shape::Drawing;
use crate::diagram::text::{self, TextView};
use crate::diagram::{self, Index, Source, Theme, svg};
use crate::scenes::Scene;
use crate::sim::Engine;

/// How wide a figure is if nobody says otherwise, in pixels: a slide's width with room beside it.
pub const WIDTH: f64 = 1_200.0;

/// What a figure has above and below its lanes, in pixels.
const MARGINS: f64 = 100.0;

/// How a scene is looked at first, in a run of it.
pub fn first_view(scene: &Scene, engine: &Engine) -> View {
    let names = engine.trace().names();
    let lane = |lane: &&str| names.iter().position(|name| name == lane).map(|place| NodeId(place as u16));
    View {
        clock: scene.clock.to_owned(),
        lanes: scene.lanes.iter().filter_map(lane).collect(),
        ..View::default()
    }
}

/// The whole run up to where it stands as an SVG document of this title, which stands alone.
///
/// It is `width` pixels wide and painted as the theme says. The same run, view, title and form give the same
/// document.
pub fn svg(title: &str, engine: &Engine, view: &View, (width, theme): (f64, Theme)) -> String {
    svg::write(&drawing(title, engine, view, width), theme)
}

/// The same before it becomes a document, for whoever paints it otherwise.
pub fn drawing(title: &str, engine: &Engine, view: &View, width: f64) -> Drawing {
    let lanes = if view.lanes.is_empty() { engine.trace().nodes() } else { view.lanes.len() };
    let across = height(lanes);
    // Where time runs down, it takes as much room as it would to the right.
    let (width, height) = if view.look.is_vertical { (across, width) } else { (width, across) };
    let seen = diagram::View {
        lanes: view.lanes.clone(),
        axis: view.axis,
        selection: view.selection,
        view_as: view.view_as,
        look: view.look.clone(),
        cut: view.cut.clone(),
        overlays: view.overlays.clone(),
        second: view.second,
        ..diagram::View::new(width, height)
    };
    with_source(engine, view, &seen, |source| {
        let mut picture = diagram::space_time(source, &seen);
        picture.title = format!("{title}: {}", picture.title.to_lowercase());
        picture.draw()
    })
}

/// The whole run up to where it stands as lines of text, one an event, the lanes as columns.
pub fn text(engine: &Engine, view: &View) -> String {
    let seen = diagram::View::new(WIDTH, WIDTH);
    let columns = TextView { lanes: view.lanes.clone(), view_as: view.view_as, ..TextView::default() };
    with_source(engine, view, &seen, |source| text::write(source, &columns))
}

/// How high a figure with so many lanes is, in pixels.
pub(super) fn height(lanes: usize) -> f64 {
    MARGINS + gap(lanes) * lanes as f64
}

/// How far apart so many lanes stand, in pixels: a few have room for words, and many still fit a screen.
fn gap(lanes: usize) -> f64 {
    match lanes {
        0..=6 => 80.0,
        7..=16 => 44.0,
        _ => 24.0,
    }
}

/// Gathers what a picture is made from.
fn with_source<T>(
    engine: &Engine,
    view: &View,
    seen: &diagram::View,
    draw: impl FnOnce(&Source<'_>) -> T,
) -> T {
    let trace = engine.trace();
    let mut index = Index::new();
    index.follow(trace, seen.drawn_axis());
    let (causality, stamps) = (Causality::of(trace), Stamps::of(trace));
    let clock = crate::clocks::find(&view.clock);
    let stamp = |event: EventId| {
        let at = stamps.at(trace, &causality, event);
        clock.map_or_else(String::new, |clock| (clock.label)(&at.as_clocks()))
    };
    let flights = engine.in_flight();
    draw(&Source {
        in_flight: &flights,
        faults: &engine.setup().faults,
        topology: Some(engine.topology()),
        stamps: clock.map(|clock| diagram::Stamps { title: clock.title, of: &stamp }),
        ..Source::new(trace, &index, &causality)
    })
}
