//! The scenes about silence: the seven causes that leave an observer with one history, and six worlds.

use lightcone::diagram::{ArrowKind, Index, Source, View, Window, space_time};

use super::*;

/// The worlds of the telemetry scene: the ground station, the satellite that falls silent, and their runs with
/// each of the seven causes, the settings of latency being as the scene has them or with jitter and a tail.
mod worlds {
    use super::*;
    pub const GROUND: NodeId = NodeId(49);
    pub const SILENT: NodeId = NodeId(22);
    pub const WITNESS: NodeId = NodeId(57);

    pub fn all(turns: &[(&str, i64)]) -> Vec<Trace> {
        let world = |cause| {
            let dials: Vec<_> = turns.iter().copied().chain([("telemetry.cause", cause)]).collect();
            run("telemetry", None, &dials).1.trace().clone()
        };
        (0..7).map(world).collect()
    }

    /// The first event at which the ground hears from the silent satellite after 03:47:00.
    pub fn word(trace: &Trace) -> EventId {
        let from = |event| trace.message(event).is_some_and(|message| trace.sender(message) == SILENT);
        let mut events = trace.events().filter(|&event| trace.node(event) == GROUND && from(event));
        let late = TrueTime::ZERO + Duration::secs(30);
        events.find(|&event| trace.at(event) > late).expect("it answers again")
    }
}

#[test]
fn six_causes_of_silence_leave_the_ground_with_one_and_the_same_history() {
    let runs = worlds::all(&[]);
    let history = |trace: &Trace, node| local_history(trace, node, None);
    let ground: Vec<_> = runs.iter().map(|trace| history(trace, worlds::GROUND)).collect();
    assert!(ground[0].len() > 10_000, "{} bytes", ground[0].len());
    assert!(ground[..6].iter().all(|other| *other == ground[0]), "the six differ for the ground");
    // The seventh is like the six until the first late answer, and unlike them afterwards.
    let word = worlds::word(&runs[6]);
    let until_then = local_history(&runs[6], worlds::GROUND, Some(word));
    assert!(ground[0].starts_with(&until_then) && ground[6] != ground[0]);
    let before_again = local_history(&runs[0], worlds::GROUND, Some(worlds::word(&runs[0])));
    assert!(until_then.len() < before_again.len(), "the late answer comes while the others are silent");
    // From outside they are seven, and the witness can tell three kinds of them apart.
    let hashes: BTreeSet<_> = runs.iter().map(Trace::hash).collect();
    assert_eq!(hashes.len(), 7);
    let silent: BTreeSet<_> = runs.iter().map(|trace| history(trace, worlds::SILENT)).collect();
    assert!(silent.len() > 4, "{} histories of the satellite", silent.len());
    assert_eq!(history(&runs[0], worlds::WITNESS), history(&runs[1], worlds::WITNESS));
    assert_ne!(history(&runs[0], worlds::WITNESS), history(&runs[2], worlds::WITNESS));
}

#[test]
fn with_jitter_too_the_ground_sees_no_difference_until_the_satellite_answers_again() {
    let runs = worlds::all(&[("latency.jitter", 5_000_000), ("latency.tail", 20_000)]);
    let until = |trace: &Trace| local_history(trace, worlds::GROUND, Some(worlds::word(trace)));
    assert!(runs[1..6].iter().all(|trace| until(trace) == until(&runs[0])));
}

#[test]
fn in_the_silence_no_word_of_the_satellite_reaches_the_ground() {
    for (cause, trace) in worlds::all(&[]).iter().enumerate().take(6) {
        let last = trace.previous(worlds::word(trace)).expect("the ground asked before");
        let past = Causality::of(trace);
        let heard = trace.events().filter(|&e| trace.node(e) == worlds::SILENT && past.before(e, last));
        let newest = heard.map(|event| trace.at(event)).max().expect("it was heard before");
        assert!(newest < TrueTime::ZERO + Duration::secs(30), "cause {cause}: it is known of at {newest}");
    }
}

#[test]
fn the_claims_about_the_silence_tell_the_causes_apart() {
    let found: Vec<String> =
        (0..7).map(|cause| verdicts(&run("telemetry", None, &[("telemetry.cause", cause)]))).collect();
    let expected = ["+++++++", "++++-++", "+++++--", "++++---", "+++++--", "+++++++", "+++----"];
    assert_eq!(found, expected);
}

#[test]
fn six_worlds_look_alike_whatever_the_way_takes_and_six_truths_differ() {
    for seed in 0..200 {
        let dials = [("latency.jitter", 40_000_000), ("latency.shape", 2)];
        let dials = dials.map(|(name, value)| (name.to_owned(), value)).into();
        let settings = Settings { dials, ..Settings::default() };
        let spec = RunSpec::new("six-worlds", Some(Seed(seed)), settings, Tape::default()).expect("dials");
        let (spec, engine) = finish(spec);
        let findings = spec.findings(&engine, true);
        let holds = |claim: usize| findings[claim].verdict == Verdict::Holds;
        assert!(
            holds(0) && holds(1) && holds(2),
            "seed {seed}: {:?}",
            findings.iter().map(|f| f.verdict).collect::<Vec<_>>()
        );
    }
}

#[test]
fn with_the_observers_lanes_alone_seven_worlds_are_one_picture() {
    let (_, engine) = run("six-worlds", None, &[]);
    let trace = engine.trace();
    let causality = Causality::of(trace);
    let view = View {
        lanes: (0..7).map(|world| NodeId(3 * world)).collect(),
        // Up to the timeouts: what comes then differs.
        window: Some(Window::new(0.0, 3_200_000_000.0)),
        ..View::new(900.0, 460.0)
    };
    let picture = |view: &View| {
        let mut index = Index::new();
        index.follow(trace, view.drawn_axis());
        space_time(&Source { faults: &engine.setup().faults, ..Source::new(trace, &index, &causality) }, view)
    };
    let shown = picture(&view);
    // All that is drawn on a lane, by where it is along the lane and above or below it.
    let on = |lane: f64| {
        let near = |y: f64| (y - lane).abs() < shown.frame.gap / 2.0;
        let place = |x: f64, y: f64| ((x * 8.0).round() as i64, ((y - lane) * 8.0).round() as i64);
        let dots = shown.dots.iter().filter(|dot| near(dot.at.y));
        let dots: Vec<_> = dots.map(|dot| (place(dot.at.x, dot.at.y), dot.mark)).collect();
        let arrows = shown.arrows.iter().filter(|arrow| near(arrow.from.y));
        let arrows: Vec<_> = arrows.map(|arrow| (place(arrow.from.x, arrow.from.y), arrow.kind)).collect();
        (dots, arrows)
    };
    let lanes: Vec<_> = shown.lanes.iter().map(|lane| on(lane.y)).collect();
    assert_eq!(lanes.len(), 7);
    assert!(lanes[0].0.len() == 4 && lanes[0].1.len() == 1, "{:?}", lanes[0]);
    assert!(lanes.iter().all(|lane| *lane == lanes[0]), "{lanes:#?}");
    assert!(shown.bands.is_empty(), "what lies behind a hidden lane shows: {:?}", shown.bands);
    // With the target of the first world its loss shows, and that of no other.
    let lifted = picture(&View { lanes: [0, 1, 2, 3, 6, 9, 12, 15, 18].map(NodeId).to_vec(), ..view });
    let lost = lifted.arrows.iter().filter(|arrow| arrow.kind == ArrowKind::Lost);
    assert_eq!(lost.map(|arrow| trace.sender(arrow.message)).collect::<Vec<_>>(), [NodeId(0)]);
    assert_eq!(lifted.bands.len(), 2, "a cut line, on the lanes of both its ends");
}
