//! What holds for folds, cuts, hidden lanes and turned pictures, on random runs and random views.

use std::collections::BTreeSet;

use lightcone::analysis::TroubleKind;
use lightcone::analysis::anomalies::troubles;
use lightcone::base::{EventId, NodeId};
use lightcone::diagram::shape::{Font, Point, Shape};
use lightcone::diagram::{ArrowKind, Axis, Hit, Look, View};
use lightcone::sim::{EventKind, Trace};

use super::laws::{Case, cases, value};

#[test]
fn an_axis_keeps_its_order_and_its_way_back_however_it_is_folded() {
    let mut folded = 0;
    for case in cases() {
        case.each(12, |view, picture, _| {
            let frame = picture.frame;
            folded += frame.folds.iter().count();
            let places = (0..=200).map(|n| frame.left + (frame.right - frame.left) * f64::from(n) / 200.0);
            let values: Vec<f64> = places.clone().map(|x| frame.value(x)).collect();
            assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{values:?}");
            for (x, value) in places.zip(&values) {
                assert!((frame.x(*value) - x).abs() < 0.5, "{x} becomes {}", frame.x(*value));
            }
            for fold in frame.folds.iter() {
                let is_inside = |event: &EventId| {
                    let at = value(&case, view.axis, *event);
                    let is_shown = picture.lanes.iter().any(|lane| lane.node == case.trace().node(*event));
                    is_shown && fold.from < at && at < fold.to
                };
                assert_eq!(case.trace().events().find(is_inside), None, "something happens in {fold:?}");
            }
        });
    }
    assert!(folded > 0, "none of the runs is ever idle");
}

#[test]
fn a_handle_of_a_cut_divides_what_is_inside_from_the_rest() {
    for case in cases() {
        case.each(8, |view, picture, _| {
            let (Some(cut), Some(line)) = (&view.cut, &picture.cut) else { return };
            assert_eq!(line.handles.len(), picture.lanes.len());
            assert_eq!(line.breaches, cut.breaches(case.trace(), &case.causality).count());
            assert_eq!(line.breaches == 0, cut.is_consistent(&case.causality));
            for handle in &line.handles {
                assert_eq!(handle.inside, cut.count(handle.node));
                let at = picture.frame.turned(handle.at);
                let hit =
                    picture.handle_at(at).and_then(|node| line.handles.iter().find(|it| it.node == node));
                assert!(
                    hit.is_some_and(|hit| hit.at.distance(handle.at) <= 12.0),
                    "{handle:?} is hit as {hit:?}"
                );
                if view.axis == Axis::Wall {
                    continue;
                }
                for dot in &picture.dots {
                    if case.trace().node(dot.event) == handle.node {
                        let is_inside = cut.contains(case.trace(), dot.event);
                        let slack = 1e-6;
                        assert!(
                            if is_inside {
                                dot.at.x <= handle.at.x + slack
                            } else {
                                dot.at.x + slack >= handle.at.x
                            },
                            "{dot:?} and {handle:?}"
                        );
                    }
                }
            }
            for breaking in &line.breaking {
                let trace = case.trace();
                let sent = trace.sent(breaking.message).expect("it was sent");
                assert!(!cut.contains(trace, sent), "its send is outside");
                let receives = trace.arrivals(breaking.message);
                assert!(
                    receives.iter().any(|receive| cut.contains(trace, *receive)),
                    "its receive is inside"
                );
            }
        });
    }
}

/// The arrows by way of hidden lanes are the transitive reduction of what passed through them alone.
#[test]
fn arrows_by_way_of_hidden_lanes_are_what_a_walk_finds() {
    let mut found = 0;
    for seed in 1..6 {
        let case = Case::new(6, 160, seed);
        let trace = case.trace();
        let index = case.index(Axis::TrueTime);
        for hidden in [vec![0], vec![1, 2], vec![0, 3, 4], vec![5, 2, 1, 0]] {
            let is_hidden = |event: EventId| hidden.contains(&trace.node(event).0);
            let mut view = View::new(900.0, 600.0);
            view.lanes = NodeId::first(6).filter(|node| !hidden.contains(&node.0)).collect();
            view.overlays = vec!["hidden"];
            let picture = case.picture(&index, &view);
            let through = picture.arrows.iter().filter(|arrow| arrow.kind == ArrowKind::Through);
            let drawn: BTreeSet<_> =
                through.filter_map(|arrow| Some((arrow.sent?, arrow.received?))).collect();
            assert_eq!(drawn, by_walk(&case, &is_hidden), "seed {seed}, hidden {hidden:?}");
            found += drawn.len();
        }
    }
    assert!(found > 20, "{found}");
}

/// Pairs of shown events on two lanes with a path of hidden events alone from the one to the other, and no path
/// with another shown event on it.
fn by_walk(case: &Case, is_hidden: &dyn Fn(EventId) -> bool) -> BTreeSet<(EventId, EventId)> {
    let trace = case.trace();
    let mut pairs = BTreeSet::new();
    for last in trace.events().filter(|event| !is_hidden(*event)) {
        let mut seen = BTreeSet::new();
        let mut to_visit: Vec<EventId> = trace.causes(last).filter(|cause| is_hidden(*cause)).collect();
        while let Some(event) = to_visit.pop() {
            for cause in trace.causes(event).filter(|cause| seen.insert(*cause)) {
                if is_hidden(cause) {
                    to_visit.push(cause);
                } else if trace.node(cause) != trace.node(last) {
                    pairs.insert((cause, last));
                }
            }
        }
    }
    let is_plain = |(first, last): &(EventId, EventId)| {
        let between = |event: EventId| {
            !is_hidden(event) && case.causality.before(*first, event) && case.causality.before(event, *last)
        };
        !trace.events().any(between)
    };
    pairs.into_iter().filter(is_plain).collect()
}

#[test]
fn messages_that_went_back_in_time_are_drawn_or_counted() {
    let mut clustered = 0;
    for case in cases() {
        case.each(8, |view, picture, _| {
            if !view.shows("wall-order") {
                return;
            }
            let (trace, window) = (case.trace(), picture.frame.window);
            let is_back = |event: &EventId| {
                let at = value(&case, view.axis, *event);
                let is_shown = picture.lanes.iter().any(|lane| lane.node == trace.node(*event));
                let sent = trace.cause_elsewhere(*event);
                let is_in = is_shown && window.from <= at && at <= window.to;
                is_in && sent.is_some_and(|sent| trace.wall(*event) < trace.wall(sent))
            };
            let expected: BTreeSet<EventId> = trace.events().filter(is_back).collect();
            let drawn = picture.arrows.iter().filter(|arrow| arrow.is_backward);
            let drawn: BTreeSet<EventId> =
                drawn.filter_map(|arrow| arrow.received).filter(|event| expected.contains(event)).collect();
            let counted: u32 = picture.backward.iter().map(|cluster| cluster.losses).sum();
            assert_eq!(drawn.len() + counted as usize, expected.len());
            assert_eq!(picture.counts.backward, expected.len());
            clustered += counted;
        });
    }
    assert!(clustered > 0, "none of the pictures had too many");
}

#[test]
fn a_turned_picture_shows_the_same_and_is_hit_in_the_same_places() {
    let case = Case::new(5, 400, 4);
    let index = case.index(Axis::TrueTime);
    let flat = case.picture(&index, &View::new(900.0, 600.0));
    let mut view = View::new(600.0, 900.0);
    view.look = Look { is_vertical: true, ..Look::default() };
    let upright = case.picture(&index, &view);
    let drawing = upright.draw();
    assert_eq!((drawing.width, drawing.height), (600.0, 900.0));
    assert_eq!((upright.dots.len(), upright.counts.events), (flat.dots.len(), flat.counts.events));
    for lane in &upright.lanes {
        let place = Point::new(lane.y, upright.frame.left - 30.0);
        assert_eq!(upright.hit(place), Some(Hit::Node(lane.node)), "names stand above the lanes");
    }
    let texts = drawing.shapes().filter(|(shape, _)| matches!(shape, Shape::Text { .. }));
    for (shape, _) in texts {
        let Shape::Text { at, .. } = shape else { continue };
        assert!((0.0..=600.0).contains(&at.x) && (0.0..=900.0).contains(&at.y), "{shape:?} is outside");
    }
}

#[test]
fn only_those_that_talk_with_a_node_are_shown() {
    let case = Case::new(12, 120, 7);
    let trace: &Trace = case.trace();
    let index = case.index(Axis::Causal);
    for one in NodeId::first(trace.nodes()) {
        let look = Look { talks_with: Some(one), ..Look::default() };
        let talks = |other: NodeId| {
            other == one
                || trace.message_ids().any(|message| {
                    let ends = (trace.sender(message), trace.receiver(message));
                    ends == (one, other) || ends == (other, one)
                })
        };
        let expected: Vec<NodeId> = NodeId::first(trace.nodes()).filter(|node| talks(*node)).collect();
        assert_eq!(look.lanes(trace, &index, &[]), expected);
    }
}

#[test]
fn blocks_of_local_events_hold_nothing_that_concerns_others() {
    let case = Case::new(5, 900, 3);
    let index = case.index(Axis::TrueTime);
    let mut view = View::new(1_200.0, 500.0);
    view.look.collapses_local = true;
    let whole = index.extent(case.trace());
    view.window = Some(lightcone::diagram::Window::new(whole.from, whole.from + whole.length() / 4.0));
    let picture = case.picture(&index, &view);
    assert!(!picture.blocks.is_empty(), "there is something to collapse");
    for block in &picture.blocks {
        let trace = case.trace();
        let range = trace.own_count(block.first)..=trace.own_count(block.last);
        assert_eq!(range.clone().count(), block.events as usize);
        for own in range {
            let event = case.causality.event_at(block.node, own).expect("it is there");
            assert_eq!(trace.message(event), None, "{event} is about a message");
        }
    }
}

#[test]
fn every_stamp_is_written_or_counted_as_without_room() {
    let mut without = 0;
    for case in cases() {
        case.each(6, |view, picture, _| {
            let written = picture.labels.iter().filter(|label| label.font == Font::Stamp);
            // The numbers of clusters and of blocks are in the same letters.
            let expected = if view.shows("stamps") { picture.counts.events } else { 0 };
            let stamps = expected - picture.counts.unstamped;
            assert!(stamps <= written.count(), "{stamps} stamps are said to be there");
            without += picture.counts.unstamped;
            let says = format!(" {} of the stamps have no room.", picture.counts.unstamped);
            assert_eq!(picture.description.contains(&says), picture.counts.unstamped > 0);
        });
    }
    assert!(without > 0, "there is always room");
}

#[test]
fn a_message_that_was_overtaken_is_called_late_and_no_other_is() {
    let mut late = 0;
    for case in cases() {
        let index = case.index(Axis::TrueTime);
        let picture = case.picture(&index, &View { speaks: true, ..View::new(4_000.0, 900.0) });
        if picture.counts.one_of > 1 {
            continue;
        }
        let troubles = troubles(case.trace());
        for arrow in picture.arrows.iter().filter(|arrow| arrow.copy == 0 && arrow.received.is_some()) {
            let overtaken_by = troubles.iter().find_map(|trouble| match trouble.kind {
                TroubleKind::Late { received, overtaken_by } if Some(received) == arrow.received => {
                    Some(overtaken_by)
                }
                _ => None,
            });
            assert_eq!(arrow.name.contains("; late:"), overtaken_by.is_some(), "{}", arrow.name);
            late += usize::from(overtaken_by.is_some());
        }
        let words = picture.labels.iter().filter(|label| label.text == "late").count();
        assert!(words <= late, "the word stands at late messages alone");
    }
    assert!(late > 10, "{late} late messages in all runs");
}

#[test]
fn what_is_said_of_an_event_has_its_lane_kind_message_stamp_and_relation() {
    let mut relations = [0; 3];
    for case in cases() {
        let (trace, index) = (case.trace(), case.index(Axis::TrueTime));
        let selected = EventId(trace.len() as u32 / 2);
        let selection = lightcone::diagram::Selection::Event(selected);
        let view = View { speaks: true, selection, ..View::new(4_000.0, 900.0) };
        for dot in &case.picture(&index, &view).dots {
            let (event, name) = (dot.event, dot.name.as_str());
            let lane = format!("{} · {} ", trace.name(trace.node(event)), trace.own_count(event));
            assert!(name.starts_with(&lane), "{name}");
            let says = match trace.kind(event) {
                EventKind::Local => "does",
                EventKind::Send => "sends",
                EventKind::Receive => "receives",
                EventKind::Timer => "timer",
                EventKind::Decide => "decides",
                EventKind::Write => "writes",
                EventKind::Crash => "crashes",
                EventKind::Restart => "restarts",
                EventKind::Pause => "is paused",
                EventKind::Resume => "goes on",
                EventKind::ClockStep => "wall clock set",
            };
            assert!(name.contains(says), "{name}");
            if let Some(message) = trace.message(event) {
                let other = match trace.kind(event) {
                    EventKind::Receive => format!("from {}", trace.name(trace.sender(message))),
                    _ => format!("to {}", trace.name(trace.receiver(message))),
                };
                assert!(name.contains(&other) && name.contains(&trace.label(event)), "{name}");
            }
            assert!(name.contains(&format!("; Lamport {};", case.causality.lamport(event))), "{name}");
            let (relation, nth) = match () {
                () if event == selected => ("; selected", None),
                () if case.causality.before(event, selected) => {
                    ("in the past of the selected event", Some(0))
                }
                () if case.causality.before(selected, event) => {
                    ("in the future of the selected event", Some(1))
                }
                () => ("concurrent with the selected event", Some(2)),
            };
            assert!(name.ends_with(relation), "{name}");
            relations[nth.unwrap_or(2)] += 1;
        }
    }
    assert!(relations.iter().all(|count| *count > 100), "{relations:?}");
}
