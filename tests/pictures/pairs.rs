//! What holds for the pictures of two runs side by side, on random runs that part at a random message.

use lightcone::analysis::{Causality, Comparison, Standing};
use lightcone::base::EventId;
use lightcone::diagram::{Axis, Compared, Half, Index, Source, View, halves};
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

fn each(mut check: impl FnMut([&Trace; 2], &Comparison, &[Half; 2])) {
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
            let view = View { axis, ..View::new(width, 400.0) };
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
