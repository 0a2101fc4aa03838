//! The page about the notation is right: every figure on it can be read, and does what it says.

use lightcone::analysis::{Causality, Relation};
use lightcone::app::log_figure;
use lightcone::base::EventId;
use lightcone::diagram::{Axis, Theme};
use lightcone::formats::notation::{self, Figure};
use lightcone::sim::{MessageState, Trace};

/// The figures of the page, in order.
fn figures() -> Vec<Figure> {
    let page = include_str!("../../www/notation.md");
    let texts = page.split("```figure\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    texts.map(|text| notation::read(text).unwrap_or_else(|mistakes| panic!("{text}\n{mistakes:?}"))).collect()
}

fn event(trace: &Trace, label: &str) -> EventId {
    trace.events().find(|&event| trace.label(event) == label).unwrap_or_else(|| panic!("{label} happens"))
}

#[test]
fn every_figure_of_the_page_is_drawn() {
    let figures = figures();
    assert_eq!(figures.len(), 8);
    for Figure { title, trace } in &figures {
        let svg = log_figure::svg(title, trace, Axis::TrueTime, (960.0, Theme::Light));
        assert!(svg.ends_with("</svg>\n"), "{title}");
        for event in trace.events() {
            assert!(trace.causes(event).all(|cause| trace.at(cause) < trace.at(event)), "{title}");
        }
    }
}

#[test]
fn the_first_figure_shows_what_it_says() {
    let Figure { title, trace } = figures().remove(0);
    assert_eq!(
        (title.as_str(), trace.names()),
        ("Crossed letters", ["alice", "bob", "carol"].map(str::to_owned).as_slice())
    );
    let causality = Causality::of(&trace);
    let relation = |one, other| causality.relation(event(&trace, one), event(&trace, other));
    assert_eq!(relation("dear Bob", "dear Alice"), Relation::Concurrent);
    assert_eq!(relation("dear Bob", "wonders"), Relation::Before);
    let arrives = |label| {
        let message = trace.message(event(&trace, label)).expect("it is sent");
        trace.first_arrival(message).expect("it arrives")
    };
    assert!(trace.at(arrives("a note that overtakes it")) < trace.at(arrives("a parcel")));
    let lost = trace.message(event(&trace, "never seen")).expect("it is sent");
    assert_eq!((trace.state(lost), trace.fate(lost)[0].fault), (MessageState::Lost, "storm"));
}

#[test]
fn the_crossed_letters_are_drawn_as_ever() {
    let Figure { title, trace } = figures().remove(0);
    let svg = log_figure::svg(&title, &trace, Axis::TrueTime, (960.0, Theme::Light));
    expect_test::expect_file!["../golden/notation.svg"].assert_eq(&svg);
}
