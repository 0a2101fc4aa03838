//! What cannot be right in a log is marked by form and text, named in speech, and never vanishes.

use std::fmt::Write;

use lightcone::app::log_figure;
use lightcone::diagram::{Axis, Picture, Theme, View};
use lightcone::formats::{Options, import};
use lightcone::sim::Engine;

fn record(log: &str) -> Engine {
    let mut import = import(log.as_bytes(), &Options::default()).unwrap_or_else(|bad| panic!("{bad}"));
    Engine::of_record(import.executions.remove(0).trace)
}

/// Bob's second event leaves a number out, and Carol hears of it.
const LOG: &str = "alice {\"alice\":1}\nasks\nbob {\"bob\":1, \"alice\":1}\nhears\nbob {\"bob\":3, \"alice\":1}\nanswers\n\
    carol {\"carol\":1, \"bob\":3, \"alice\":1}\nlistens\n";

fn drawn(engine: &Engine, axis: Axis) -> Picture {
    super::picture(engine, &View { axis, speaks: true, ..View::new(900.0, 300.0) })
}

#[test]
fn a_suspect_event_and_its_messages_are_marked_and_named() {
    let engine = record(LOG);
    let trace = engine.trace();
    let [suspect] = trace.suspects() else { panic!("one event cannot be right: {:?}", trace.suspects()) };
    assert_eq!(trace.label(*suspect), "answers");
    let picture = drawn(&engine, Axis::Causal);
    for dot in &picture.dots {
        assert_eq!(dot.is_suspect, dot.event == *suspect);
        assert_eq!(dot.name.contains("suspect"), dot.is_suspect, "{}", dot.name);
    }
    let marked: Vec<_> = picture.arrows.iter().filter(|arrow| arrow.is_suspect).collect();
    assert!(marked.iter().all(|arrow| arrow.sent == Some(*suspect) && arrow.name.contains("suspect")));
    assert_eq!((marked.len(), picture.arrows.len()), (1, 2));
    assert_eq!(picture.labels.iter().filter(|label| label.text == "?").count(), 1);
    let svg = log_figure::svg("", trace, Axis::Causal, (900.0, Theme::Light));
    assert!(svg.contains(">?</text>") && svg.contains("suspect"), "{svg}");
    let sound = record("a {\"a\":1}\nx\nb {\"a\":1, \"b\":1}\ny\n");
    let picture = drawn(&sound, Axis::Causal);
    assert!(
        picture.dots.iter().all(|dot| !dot.is_suspect)
            && picture.arrows.iter().all(|arrow| !arrow.is_suspect)
    );
}

#[test]
fn suspects_in_a_crowd_stand_alone_or_are_counted() {
    for (events, wrong) in [(30_000_u32, 3_u32), (30_000, 10_000)] {
        let mut log = String::new();
        let mut own = 0;
        for place in 0..events {
            own += if place % (events / wrong) == 2 { 2 } else { 1 };
            let _ = write!(log, "a {{\"a\":{own}}}\nx{place}\n");
        }
        let engine = record(&log);
        assert_eq!(engine.trace().suspects().len(), wrong as usize);
        let picture = drawn(&engine, Axis::TrueTime);
        assert!(picture.counts.in_blocks > 0, "there is a crowd");
        let alone = picture.dots.iter().filter(|dot| dot.is_suspect).count();
        let counted: u32 = picture.suspects.iter().map(|cluster| cluster.losses).sum();
        assert_eq!(alone + counted as usize, wrong as usize, "none vanishes");
        assert_eq!((picture.counts.suspects, counted > 0), (wrong as usize, wrong > 3));
        assert!(picture.description.contains(&format!("{wrong} suspect events")), "{}", picture.description);
        let figures = picture.draw();
        let marks = figures.layers.iter().flatten().filter(|figure| figure.class == "suspect-mark");
        let said: u32 = marks.filter_map(|mark| mark.name.split(' ').nth(1)?.parse::<u32>().ok()).sum();
        assert_eq!(said, counted, "each mark says how many it stands for");
    }
}
