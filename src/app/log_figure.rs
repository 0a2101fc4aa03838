//! A trace without a run behind it as a figure: an imported log, or what was written in the notation for figures.
//!
//! Must not know where the figure goes.

use super::figure;
use crate::analysis::Causality;
use crate::diagram::text::{self, TextView};
use crate::diagram::{self, Axis, Index, Source, Theme, svg};
use crate::formats::LOG_STEP;
use crate::sim::Trace;

/// The whole trace as an SVG document of this title, which stands alone. It is `width` pixels wide.
pub fn svg(title: &str, trace: &Trace, axis: Axis, (width, theme): (f64, Theme)) -> String {
    let mut seen = diagram::View { axis, ..diagram::View::new(width, figure::height(trace.nodes())) };
    // What is over has no present.
    seen.overlays.retain(|id| *id != "now");
    seen.overlays.push("letters");
    with_source(trace, axis, |source| {
        let mut picture = diagram::space_time(source, &seen);
        if !title.is_empty() {
            picture.title = format!("{title}: {}", picture.title.to_lowercase());
        }
        svg::write(&picture.draw(), theme)
    })
}

/// The whole trace as lines of text, one an event, the lanes as columns.
pub fn text(trace: &Trace, axis: Axis) -> String {
    with_source(trace, axis, |source| text::write(source, &TextView::default()))
}

/// How many events are looked at to see whether times are those of something.
const EVENTS_TRIED: usize = 64;

/// The axis on which a log reads best: times if it states some or was drawn to scale, and causes if each event merely
/// stands one step behind its last cause.
pub fn axis_of_log(trace: &Trace) -> Axis {
    let is_behind_cause = |event| {
        let last = trace.causes(event).map(|cause| trace.at(cause).0).max();
        trace.at(event).0 == last.map_or(0, |last| last + LOG_STEP)
    };
    let has_times = trace.states_walls() || !trace.events().take(EVENTS_TRIED).all(is_behind_cause);
    if has_times { Axis::TrueTime } else { Axis::Causal }
}

fn with_source<T>(trace: &Trace, axis: Axis, draw: impl FnOnce(&Source<'_>) -> T) -> T {
    let mut index = Index::new();
    index.follow(trace, axis);
    draw(&Source::new(trace, &index, &Causality::of(trace)))
}
