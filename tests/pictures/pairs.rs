//! What holds for the pictures of two runs side by side, on random runs that part at a random message.

use lightcone::analysis::{Causality, Comparison, Standing};
use lightcone::base::EventId;
use lightcone::diagram::shape::{Anchor, Font, Point, Shape};
use lightcone::diagram::{Axis, Compared, Half, Index, Look, Source, View, halves, space_time};
use lightcone::sim::{Act, Recording, Trace};

use super::runs;

/// A half, how its events stand to the other run, and what those say that happened in it alone.
type Side<'a> = (&'a Half, &'a dyn Fn(EventId) -> Standing, &'a str);

/// A run, and the same with a message dropped after so many turns.
fn pair(nodes: u16, seed: u64, turns: usize) -> [Recording; 2] {
    [false, true].map(|is_dropped| {
        let mut recording = Recording::new(runs::gossip(nodes, 1, seed).setup().clone());
        (0..turns).for_each(|_| drop(recording.step()));
        let flight = recording.engine().in_flight().first().map(|flight| flight.name);
        if let Some(name) = flight.filter(|_| is_dropped) {
            recording.act(&Act::Drop(name)).expect("it is under way");
        }
        (0..40).for_each(|_| drop(recording.step()));
        recording
    })
}

fn each(check: impl FnMut([&Trace; 2], &Comparison, &[Half; 2])) {
    each_turned(false, check);
}

/// The same with an axis that runs down.
fn each_turned(is_vertical: bool, mut check: impl FnMut([&Trace; 2], &Comparison, &[Half; 2])) {
    for seed in 1..8 {
        for (axis, width) in [(Axis::Causal, 900.0), (Axis::TrueTime, 700.0), (Axis::Causal, 260.0)] {
            let runs = pair(3 + seed as u16 % 3, seed, 6 + 2 * seed as usize);
            let traces = [runs[0].engine().trace(), runs[1].engine().trace()];
            let comparison = Comparison::of(traces[0], traces[1]);
            let causalities = traces.map(Causality::of);
            let mut indices = [Index::new(), Index::new()];
            indices.iter_mut().zip(traces).for_each(|(index, trace)| index.follow(trace, axis));
            let source = |place: usize| Source::new(traces[place], &indices[place], &causalities[place]);
            let (left, right) = (source(0), source(1));
            let look = Look { is_vertical, ..Look::default() };
            let view = View { axis, look, ..View::new(width, 400.0) };
            let run = |name, source| Compared { name, source, view: &view };
            let apart = comparison.divergence();
            let apart = [apart.and_then(|apart| apart.left), apart.and_then(|apart| apart.right)];
            let both = halves(run("here", &left), run("there", &right), &comparison, apart);
            let both: [Half; 2] = both.try_into().expect("two runs make two pictures");
            check(traces, &comparison, &both);
        }
    }
}

#[test]
fn both_pictures_have_one_axis_and_one_margin() {
    each(|_, _, [here, there]| {
        let (here, there) = (here.picture.frame, there.picture.frame);
        assert_eq!((here.window, here.left, here.right), (there.window, there.left, there.right));
    });
}

#[test]
fn what_is_the_same_stands_at_the_same_place_along_causes() {
    let mut held = 0;
    each(|_, comparison, [here, there]| {
        if here.picture.frame.axis != Axis::Causal {
            return;
        }
        for dot in &here.picture.dots {
            let Standing::Same(other) = comparison.left(dot.event) else { continue };
            let Some(twin) = there.picture.dots.iter().find(|dot| dot.event == other) else { continue };
            assert_eq!(dot.at, twin.at, "{} and {}", dot.name, twin.name);
            held += 1;
        }
    });
    assert!(held > 100, "{held}");
}

#[test]
fn what_happened_in_one_alone_is_framed_and_says_so_and_nothing_else() {
    let mut framed = 0;
    each(|_, comparison, [here, there]| {
        let left = |event: EventId| comparison.left(event);
        let right = |event: EventId| comparison.right(event);
        let sides: [Side<'_>; 2] = [(here, &left, "only in here"), (there, &right, "only in there")];
        for (half, standing, says) in sides {
            let picture = &half.picture;
            for dot in &picture.dots {
                let is_unique = standing(dot.event) == Standing::Unique;
                assert_eq!(dot.name.ends_with(says), is_unique, "{}", dot.name);
            }
            let of_blocks = picture.blocks.iter().filter(|block| block.name.contains(says)).count();
            let of_dots = picture.dots.iter().filter(|dot| dot.name.ends_with(says)).count();
            let drawing = half.draw();
            let frames = drawing.layers.iter().flatten().filter(|figure| figure.class == "only-here").count();
            assert_eq!(frames, of_blocks + of_dots);
            framed += frames;
        }
    });
    assert!(framed > 20, "{framed}");
}

/// The texts of a picture and where they begin, at what height, and how wide they are.
fn texts(half: &Half) -> Vec<(String, Point, f64)> {
    let drawing = half.draw();
    let figures = drawing.layers.iter().flatten();
    let text = |shape: &Shape| match shape {
        Shape::Text { at, text, anchor, font } => {
            let width = font.width(text);
            let start = match anchor {
                Anchor::Start => at.x,
                Anchor::Middle => at.x - width / 2.0,
                Anchor::End => at.x - width,
            };
            Some((text.clone(), Point::new(start, at.y), width))
        }
        _ => None,
    };
    figures.flat_map(|figure| figure.shapes.iter().filter_map(|(shape, _)| text(shape))).collect()
}

#[test]
fn what_is_written_at_a_frame_stands_beside_it_and_covers_no_other_text_where_the_axis_runs_down() {
    let mut written = 0;
    each_turned(true, |_, _, both| {
        for half in both {
            let texts = texts(half);
            let drawing = half.draw();
            let frames: Vec<_> =
                drawing.layers.iter().flatten().filter(|it| it.class == "only-here").collect();
            let only: Vec<_> = texts.iter().filter(|(text, ..)| text == "only here").collect();
            for (_, at, width) in &only {
                let is_beside = |shape: &Shape| match shape {
                    Shape::Rect { at: corner, width: side, height, .. } => {
                        let left = (corner.x - (at.x + width)).abs();
                        let right = (at.x - (corner.x + side)).abs();
                        left.min(right) < 6.0 && (at.y - corner.y - height / 2.0).abs() < 6.0
                    }
                    _ => false,
                };
                let figure =
                    frames.iter().any(|frame| frame.shapes.iter().any(|(shape, _)| is_beside(shape)));
                assert!(figure, "{at:?} in {frames:?}");
                assert!(at.x >= 0.0 && at.x + width <= drawing.width, "{at:?}");
                let overlap = texts.iter().filter(|(_, other, length)| {
                    (at.y - other.y).abs() < 8.0 && at.x < other.x + length && other.x < at.x + width
                });
                assert_eq!(overlap.filter(|(text, ..)| text == "only here").count(), 1, "itself alone");
            }
            written += only.len();
        }
    });
    assert!(written > 20, "{written}");
}

#[test]
fn where_runs_go_apart_is_said_before_the_first_lane_and_not_over_a_mark_of_the_axis() {
    let mut said = 0;
    each_turned(true, |_, _, both| {
        for half in both {
            let first = half.picture.lanes.iter().map(|lane| lane.y).fold(f64::MAX, f64::min);
            let texts = texts(half);
            let marks: Vec<f64> = half.picture.ticks.iter().map(|tick| tick.x + 4.0).collect();
            for (text, at, width) in texts.iter().filter(|(text, ..)| text.starts_with("apart")) {
                assert!(
                    at.x + width < first,
                    "{text} reaches {} and the first lane is at {first}",
                    at.x + width
                );
                let covers = marks.iter().filter(|mark| (*mark - at.y).abs() < Font::Words.size()).count();
                assert_eq!(covers, 0, "{text} at {at:?} over one of {marks:?}");
                said += 1;
            }
        }
    });
    assert!(said > 10, "{said}");
}

#[test]
fn names_of_lanes_share_a_row_where_they_have_room_and_never_cover_one_another() {
    let (mut one, mut several) = (0, 0);
    each_turned(true, |_, _, both| {
        for half in both {
            let names: Vec<&str> = half.picture.lanes.iter().map(|lane| lane.text.as_str()).collect();
            let texts = texts(half);
            let names: Vec<_> = texts.iter().filter(|(text, ..)| names.contains(&text.as_str())).collect();
            for (place, (_, at, width)) in names.iter().enumerate() {
                for (_, other, length) in &names[place + 1..] {
                    let is_over = at.x < other.x + length && other.x < at.x + width;
                    assert!(!is_over || (at.y - other.y).abs() > 10.0, "{names:?}");
                }
            }
            if names.iter().all(|(_, at, _)| (at.y - names[0].1.y).abs() < 0.5) {
                one += 1;
            } else {
                several += 1;
            }
        }
    });
    assert!(one > 0, "{one} pictures with one row and {several} with several");
}

#[test]
fn an_index_that_is_grown_in_slices_makes_the_same_picture() {
    for seed in 1..4 {
        let [run, _] = pair(4, seed, 12);
        let trace = run.engine().trace();
        for axis in [Axis::TrueTime, Axis::Causal, Axis::Wall] {
            let (mut whole, mut sliced) = (Index::new(), Index::new());
            whole.follow(trace, axis);
            let slices = (1..).find(|_| sliced.follow_on(trace, axis, 7)).expect("it comes to an end");
            assert_eq!(slices, trace.len().div_ceil(7), "seed {seed}");
            let causality = Causality::of(trace);
            let view = View { axis, ..View::new(900.0, 400.0) };
            let picture = |index: &Index| space_time(&Source::new(trace, index, &causality), &view);
            assert_eq!(picture(&whole), picture(&sliced), "seed {seed}, {axis:?}");
        }
    }
}
