//! What holds where there is too much to draw: what is left out is counted, and only what was drawn can be hit.

use std::collections::BTreeSet;

use lightcone::analysis::Causality;
use lightcone::base::NodeId;
use lightcone::diagram::shape::Point;
use lightcone::diagram::{Axis, Hit, Index, Source, View, Window, space_time};
use lightcone::formats::notation;

use super::laws::{Case, cases, value};

#[test]
fn whatever_is_hit_was_drawn() {
    let mut found = [0; 5];
    for case in cases() {
        case.each(6, |view, picture, _| {
            for place in 0..400_u32 {
                // Points that are spread evenly, by two irrational steps.
                let share = |step: f64| f64::from(place) * step % 1.0;
                let at = Point::new(share(0.754_877_7) * view.width, share(0.569_840_3) * view.height);
                let kind = match picture.hit(at) {
                    None => 0,
                    Some(Hit::Event(event)) => {
                        assert!(picture.dots.iter().any(|dot| dot.event == event), "{event}");
                        1
                    }
                    Some(Hit::Message(message, copy)) => {
                        let is_it = |(one, other)| (one, other) == (message, copy);
                        assert!(picture.arrows.iter().any(|arrow| is_it((arrow.message, arrow.copy))));
                        2
                    }
                    Some(Hit::Block(first, last)) => {
                        assert!(picture.blocks.iter().any(|it| (it.first, it.last) == (first, last)));
                        3
                    }
                    Some(Hit::Node(node)) => {
                        assert!(picture.lanes.iter().any(|lane| lane.node == node));
                        4
                    }
                    Some(Hit::Link(link)) => panic!("{link} is no part of a space-time diagram"),
                };
                found[kind] += 1;
            }
        });
    }
    assert!(found.iter().all(|count| *count > 50), "{found:?}");
}

#[test]
fn a_message_to_itself_is_hit_along_the_whole_of_its_way() {
    let figure = notation::read("lanes a, b\na -> a +6: a note to itself\nb: waits").expect("a figure");
    let (mut index, view) = (Index::new(), View::new(900.0, 300.0));
    index.follow(&figure.trace, view.axis);
    let causality = Causality::of(&figure.trace);
    let picture = space_time(&Source::new(&figure.trace, &index, &causality), &view);
    let arrow = picture.arrows.iter().find(|arrow| arrow.via.is_some()).expect("it goes round");
    let via = arrow.via.expect("it has a corner");
    for (from, to) in [(arrow.from, via), (via, arrow.to)] {
        // Its ends are events, which come first.
        for share in [0.3, 0.5, 0.7] {
            let hit = picture.hit(from.toward(to, share));
            assert_eq!(hit, Some(Hit::Message(arrow.message, arrow.copy)), "{share} of the way");
        }
    }
}

#[test]
fn messages_that_are_not_drawn_are_counted() {
    // So many that most are not even looked at.
    let case = Case::new(64, 120_000, 9);
    let trace = case.trace();
    let mut samples = 0;
    for axis in [Axis::TrueTime, Axis::Causal] {
        let index = case.index(axis);
        let whole = index.extent(trace);
        for share in [1.0, 0.6, 0.2, 0.01] {
            // High enough for all lanes.
            let mut view = View::new(1_000.0, 2_000.0);
            view.axis = axis;
            let window = Window::new(whole.from, whole.from + share * whole.length());
            view.window = Some(window);
            let picture = case.picture(&index, &view);
            // Sent up to the window's end; all windows begin where the run does, so that nothing ends before one.
            let is_in = |message: &_| {
                trace.sent(*message).is_some_and(|sent| value(&case, axis, sent) <= window.to.ceil())
            };
            let expected = trace.message_ids().filter(is_in).count();
            assert_eq!(picture.counts.messages, expected, "{axis:?} {share}");
            assert!(!picture.counts.is_about);
            assert!(
                picture.description.contains(&format!("and {expected} messages")),
                "{}",
                picture.description
            );
            let says = picture.labels.iter().find(|label| label.text.ends_with("messages drawn"));
            let drawn: BTreeSet<_> = picture.arrows.iter().map(|arrow| arrow.message).collect();
            if picture.counts.one_of > 1 {
                let text = &says.expect("it is said how many are drawn").text;
                assert!(text.contains(&format!(" of {expected} messages")), "{text}");
                let shown: usize =
                    text.split(' ').next().and_then(|count| count.parse().ok()).expect("a number");
                assert!(shown > 100 && drawn.len() >= shown, "{text}, and {} are", drawn.len());
                samples += 1;
            }
            // With lanes out of sight, the rest is a guess, and says so.
            view.lanes = NodeId::first(40).collect();
            let some = case.picture(&index, &view);
            let is_shown = |message: &_| trace.sender(*message).0 < 40 || trace.receiver(*message).0 < 40;
            let shown = trace.message_ids().filter(is_in).filter(is_shown).count();
            let is_near = some.counts.messages.abs_diff(shown) * 20 <= shown;
            assert!(is_near, "{} and not {shown}", some.counts.messages);
            assert_eq!(some.description.contains("and about "), some.counts.is_about);
            assert!(some.counts.is_about || some.counts.messages == shown);
        }
    }
    assert!(samples >= 5, "{samples}");
}
