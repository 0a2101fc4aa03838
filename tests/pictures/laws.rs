//! What holds for every picture, on random runs and random views.
//!
//! A failing case names its seed and view, which repeat it.

use std::collections::BTreeSet;

use lightcone::analysis::{Causality, Frontier};
use lightcone::base::{Cause, Chance, Draw, EventId, NodeId, Seed};
use lightcone::diagram::overlays;
use lightcone::diagram::shape::Point;
use lightcone::diagram::{
    ArrowKind, Axis, Hit, Index, Look, Picture, Selection, Sight, Source, View, ViewAs, Window, space_time,
};
use lightcone::sim::{Engine, EventKind, Outcome, Trace};

use super::runs;

/// Budget of a frame: see `lightcone::diagram::Drawing::weight`.
const SEGMENTS_MAX: usize = 2_000;
const AREAS_MAX: usize = 3_000;

/// A run with all that pictures of it are made from.
pub struct Case {
    pub seed: u64,
    pub engine: Engine,
    pub causality: Causality,
}

impl Case {
    pub fn new(nodes: u16, events: usize, seed: u64) -> Self {
        let engine = runs::gossip(nodes, events, seed);
        let causality = Causality::of(engine.trace());
        Self { seed, engine, causality }
    }

    pub fn trace(&self) -> &Trace {
        self.engine.trace()
    }

    pub fn index(&self, axis: Axis) -> Index {
        let mut index = Index::new();
        index.follow(self.trace(), axis);
        index
    }

    pub fn picture(&self, index: &Index, view: &View) -> Picture {
        let in_flight = self.engine.in_flight();
        let stamp = |event: EventId| self.causality.lamport(event).to_string();
        let source = Source {
            in_flight: &in_flight,
            faults: &self.engine.setup().faults,
            topology: Some(self.engine.topology()),
            stamps: Some(lightcone::diagram::Stamps { title: "Lamport", of: &stamp }),
            ..Source::new(self.trace(), index, &self.causality)
        };
        space_time(&source, view)
    }

    /// Calls `check` with pictures of random views.
    #[expect(clippy::print_stderr, reason = "a failure shows the line that repeats it")]
    pub fn each(&self, views: u64, mut check: impl FnMut(&View, &Picture, &Index)) {
        for axis in Axis::ALL.map(|(axis, _)| axis) {
            let index = self.index(axis);
            for nth in 0..views {
                let mut view = self.view(&index, axis, nth);
                view.axis = axis;
                let picture = self.picture(&index, &view);
                eprintln!("seed {} view {view:?}", self.seed);
                check(&view, &picture, &index);
            }
        }
    }

    fn view(&self, index: &Index, axis: Axis, nth: u64) -> View {
        let cause = Cause { from: NodeId(axis as u16), to: NodeId(0), nth, copy: 0, hop: 0 };
        let mut draw = Chance::new(Seed(self.seed), "laws").draw("view", cause);
        let mut view = View::new(400.0 + draw.unit() * 1_200.0, 150.0 + draw.unit() * 700.0);
        if nth > 0 {
            let whole = index.extent(self.trace());
            // From the whole run down to a thousandth of it.
            let mut length = whole.length();
            for _ in 0..draw.below(10) {
                length /= 2.0;
            }
            let from = whole.from + draw.unit() * (whole.length() - length);
            view.window = Some(Window::new(from, from + length));
        }
        view.selection = match draw.below(3) {
            0 => Selection::Nothing,
            _ => Selection::Event(EventId(draw.below(self.trace().len() as u64) as u32)),
        };
        if draw.below(3) == 0 {
            view.lanes = some_lanes(self.trace().nodes(), &mut draw);
        }
        if draw.below(2) == 0 {
            view.look = some_look(self.trace(), &mut draw);
            view.overlays = overlays::ALL.iter().map(|overlay| overlay.id).collect();
            let counts: Vec<u32> = (0..self.trace().nodes()).map(|_| draw.below(400) as u32).collect();
            view.cut = Some(Frontier::new(&self.causality, &counts));
        }
        view
    }
}

fn some_lanes(nodes: usize, draw: &mut Draw) -> Vec<NodeId> {
    let mut lanes: Vec<NodeId> = NodeId::first(nodes).filter(|_| draw.below(2) == 0).collect();
    lanes.reverse();
    if lanes.is_empty() { vec![NodeId(0)] } else { lanes }
}

fn some_look(trace: &Trace, draw: &mut Draw) -> Look {
    let mut half = || draw.below(2) == 0;
    let (folds_idle, is_vertical, collapses_local) = (half(), half(), half());
    let all: Vec<NodeId> = NodeId::first(trace.nodes()).collect();
    let split = draw.below(all.len() as u64) as usize;
    let groups = match draw.below(3) {
        0 => Vec::new(),
        1 => vec![all[split..].to_vec()],
        _ => vec![all[..split].to_vec(), all[split..].to_vec()],
    };
    let talks_with = (draw.below(4) == 0).then(|| all[split]);
    Look { folds_idle, is_vertical, collapses_local, talks_with, groups }
}

pub fn cases() -> impl Iterator<Item = Case> {
    [(3, 200), (5, 900), (12, 3_000), (40, 9_000)]
        .into_iter()
        .zip(1..)
        .map(|((nodes, events), seed)| Case::new(nodes, events, seed))
}

/// Where an event must stand on an axis, worked out from the trace alone.
pub fn value(case: &Case, axis: Axis, event: EventId) -> f64 {
    match axis {
        Axis::TrueTime => case.trace().at(event).0 as f64,
        Axis::Causal | Axis::Lamport => case.causality.lamport(event) as f64,
        Axis::Wall => case.trace().wall(event).0 as f64,
    }
}

/// The events that must be shown: those on the shown lanes within the window.
fn in_window(case: &Case, view: &View, picture: &Picture) -> BTreeSet<EventId> {
    let rows: BTreeSet<NodeId> = picture.lanes.iter().map(|lane| lane.node).collect();
    let window = picture.frame.window;
    let is_in = |event: &EventId| {
        let at = value(case, view.axis, *event);
        rows.contains(&case.trace().node(*event)) && window.from <= at && at <= window.to
    };
    case.trace().events().filter(is_in).collect()
}

#[test]
fn every_event_of_the_window_is_drawn_or_counted() {
    let mut told = 0;
    for case in cases() {
        case.each(12, |view, picture, _| {
            let expected = in_window(&case, view, picture);
            let drawn: BTreeSet<EventId> = picture.dots.iter().map(|dot| dot.event).collect();
            assert_eq!(drawn.len(), picture.dots.len(), "none twice");
            assert!(drawn.is_subset(&expected));
            let counted: u32 = picture.blocks.iter().map(|block| block.events).sum();
            assert_eq!(drawn.len() + counted as usize, expected.len());
            assert_eq!(picture.counts.events, expected.len());
            assert_eq!(picture.counts.in_blocks, counted as usize);
            let says = |text: &str| picture.labels.iter().any(|label| label.text.contains(text));
            if says("in blocks") {
                assert!(says(&format!("{counted} event")), "what is in blocks is counted in words");
                told += 1;
            }
            let rare = [
                EventKind::Crash,
                EventKind::Restart,
                EventKind::Pause,
                EventKind::Resume,
                EventKind::ClockStep,
            ];
            let is_rare = |event: &&EventId| rare.contains(&case.trace().kind(**event));
            assert!(
                expected.iter().filter(is_rare).all(|event| drawn.contains(event)),
                "rare ones are drawn"
            );
        });
    }
    assert!(told > 10, "{told} pictures say how many events they have in blocks");
}

#[test]
fn no_arrow_points_against_its_cause() {
    for case in cases() {
        case.each(12, |view, picture, _| {
            let forward = view.axis != Axis::Wall;
            for arrow in &picture.arrows {
                assert!(!forward || arrow.to.x >= arrow.from.x - 1e-9, "{arrow:?}");
                if let (Some(sent), Some(received)) = (arrow.sent, arrow.received) {
                    assert!(case.causality.before(sent, received));
                }
            }
        });
    }
}

#[test]
fn every_lost_message_of_the_window_is_drawn_or_counted() {
    for case in cases() {
        case.each(12, |view, picture, index| {
            let trace = case.trace();
            let rows: BTreeSet<NodeId> = picture.lanes.iter().map(|lane| lane.node).collect();
            let window = picture.frame.window;
            // A lane may be shown and out of sight, above or below what is seen of the others.
            let shown: BTreeSet<NodeId> = view.look.lanes(trace, index, &view.lanes).into_iter().collect();
            // What was on its way to a lane that is not shown only sets out, lost or not.
            let has_lanes =
                |message| rows.contains(&trace.sender(message)) && rows.contains(&trace.receiver(message));
            let is_sure = |message| {
                let sent = trace.sent(message)?;
                let at = value(&case, view.axis, sent);
                (has_lanes(message) && window.from <= at && at <= window.to).then_some(())
            };
            let losses: Vec<_> = trace
                .fates()
                .filter(|entry| entry.outcome == Outcome::Lost && is_sure(entry.message).is_some())
                .collect();
            let clustered: u32 = picture.clusters.iter().map(|cluster| cluster.losses).sum();
            let lost = picture.arrows.iter().filter(|arrow| arrow.kind == ArrowKind::Lost);
            let lost: BTreeSet<_> = lost.map(|arrow| (arrow.message, arrow.copy)).collect();
            if clustered == 0 {
                for entry in &losses {
                    assert!(lost.contains(&(entry.message, entry.copy)), "{entry:?}");
                }
            } else {
                assert!(lost.is_empty(), "each loss is counted once");
                assert!(clustered as usize >= losses.len(), "{clustered} of {}", losses.len());
            }
            assert_eq!(picture.counts.losses, lost.len() + clustered as usize);
            let is_shown =
                |message| shown.contains(&trace.sender(message)) && shown.contains(&trace.receiver(message));
            assert!(lost.iter().all(|(message, _)| is_shown(*message)), "a loss behind a hidden lane");
        });
    }
}

#[test]
fn what_is_selected_divides_all_others() {
    for case in cases() {
        case.each(6, |view, picture, _| {
            let Some(selected) = view.selected_event() else { return };
            let is =
                |test: &dyn Fn(EventId) -> bool| case.trace().events().filter(|&event| test(event)).count();
            let counts = picture.counts;
            assert_eq!(counts.past, is(&|event| case.causality.before(event, selected)));
            assert_eq!(counts.future, is(&|event| case.causality.before(selected, event)));
            assert_eq!(counts.past + counts.future + counts.concurrent + 1, case.trace().len());
        });
    }
}

#[test]
fn a_point_hits_what_was_drawn_there() {
    let mut blocks = 0;
    for case in cases() {
        case.each(6, |_, picture, _| {
            for dot in &picture.dots {
                let hit = picture.hit(picture.frame.turned(dot.at));
                let Some(Hit::Event(event)) = hit else { panic!("{dot:?} is hit as {hit:?}") };
                let other = picture.dots.iter().find(|other| other.event == event).expect("it is drawn");
                assert!(other.at.distance(dot.at) < 1e-9, "{dot:?} is covered by {other:?} alone");
            }
            let is_free = |at: Point| {
                let dots = picture.dots.iter().all(|dot| dot.at.distance(at) > 13.0);
                dots && picture.arrows.iter().all(|arrow| arrow.to.distance(at) > 13.0)
            };
            for arrow in picture.arrows.iter().filter(|arrow| arrow.via.is_none()) {
                let middle = arrow.from.toward(arrow.to, 0.5);
                if is_free(middle) {
                    assert!(
                        matches!(picture.hit(picture.frame.turned(middle)), Some(Hit::Message(..))),
                        "{arrow:?}"
                    );
                }
            }
            for block in &picture.blocks {
                let middle = Point::new(block.at.x + block.width / 2.0, block.at.y + block.height / 2.0);
                let hit = picture.hit(picture.frame.turned(middle));
                if !matches!(hit, Some(Hit::Event(_) | Hit::Message(..))) {
                    assert_eq!(hit, Some(Hit::Block(block.first, block.last)), "{block:?}");
                    blocks += 1;
                }
            }
            assert_eq!(picture.hit(Point::new(-500.0, -500.0)), None);
        });
    }
    assert!(blocks > 100, "{blocks} blocks were hit");
}

#[test]
fn a_node_is_shown_nothing_that_it_cannot_know() {
    for case in cases() {
        for node in NodeId::first(case.trace().nodes()).take(4) {
            for sight in [Sight::Saw, Sight::CouldKnow] {
                let mut view = View::new(900.0, 500.0);
                view.view_as = ViewAs::Node(node, sight);
                let index = case.index(view.drawn_axis());
                let picture = case.picture(&index, &view);
                let last = case.trace().last_of(node).expect("every node does something");
                let knows = |event: EventId| match sight {
                    Sight::Saw => case.trace().node(event) == node,
                    Sight::CouldKnow => event == last || case.causality.before(event, last),
                };
                let counted: u32 = picture.blocks.iter().map(|block| block.events).sum();
                let known = case.trace().events().filter(|&event| knows(event)).count();
                assert!(picture.dots.iter().all(|dot| knows(dot.event)));
                assert!(picture.dots.len() + counted as usize <= known, "pauses are left out");
                let ends = picture.arrows.iter().flat_map(|arrow| [arrow.sent, arrow.received]);
                assert!(ends.flatten().all(knows));
                let is_hidden =
                    |kind| matches!(kind, ArrowKind::Lost | ArrowKind::InFlight | ArrowKind::Waiting);
                assert!(picture.arrows.iter().all(|arrow| !is_hidden(arrow.kind)));
                assert!(picture.clusters.is_empty());
            }
        }
    }
}

#[test]
fn a_frame_keeps_to_its_budget_at_every_distance() {
    let case = Case::new(64, 120_000, 9);
    for axis in Axis::ALL.map(|(axis, _)| axis) {
        let index = case.index(axis);
        let whole = index.extent(case.trace());
        let mut view = View::new(1_400.0, 900.0);
        view.axis = axis;
        view.selection = Selection::Event(EventId(60_000));
        let mut window = whole;
        for _ in 0..18 {
            view.window = Some(window);
            let picture = case.picture(&index, &view);
            let weight = picture.draw().weight();
            assert!(weight.segments <= SEGMENTS_MAX, "{weight:?} at {window:?} {axis:?}");
            assert!(weight.areas <= AREAS_MAX, "{weight:?} at {window:?} {axis:?}");
            window = window.zoomed(0.6, whole.from + 0.4 * whole.length());
        }
    }
}

#[test]
fn an_index_that_grew_and_was_wound_back_answers_like_a_new_one() {
    use lightcone::sim::{Act, Position, Recording};
    let setup = runs::gossip(6, 1, 3).setup().clone();
    let mut recording = Recording::new(setup);
    let mut kept: Vec<(Axis, Index)> = Axis::ALL.map(|(axis, _)| (axis, Index::new())).to_vec();
    let (mut turn, mut actions) = (0, 0);
    for (place, step) in [400_i64, 300, -350, 500, -200, 0, 700].into_iter().enumerate() {
        turn = turn.max(-step) + step;
        recording.seek(Position { turn: turn as u64, actions }).expect("gossip goes on");
        if place % 3 == 2 {
            let flying = recording.engine().in_flight();
            recording.act(&Act::Drop(flying[0].name)).expect("it is in flight");
            actions += 1;
        }
        let engine = recording.engine();
        let causality = Causality::of(engine.trace());
        for (axis, index) in &mut kept {
            index.follow(engine.trace(), *axis);
            let mut fresh = Index::new();
            fresh.follow(engine.trace(), *axis);
            let mut view = View::new(900.0, 400.0);
            view.axis = *axis;
            let of = |index: &Index| space_time(&Source::new(engine.trace(), index, &causality), &view);
            assert_eq!(of(index), of(&fresh), "{axis:?} at turn {turn}");
        }
    }
}

#[test]
fn a_strip_holds_every_event_and_every_loss() {
    for case in cases() {
        let index = case.index(Axis::TrueTime);
        for pieces in [1, 7, 100, 5_000] {
            let strip = lightcone::diagram::Strip::new(case.trace(), &index, pieces);
            assert_eq!(strip.events.len(), pieces);
            assert_eq!(strip.events.iter().sum::<u32>() as usize, case.trace().len(), "{pieces} pieces");
            let losses = case.trace().fates().filter(|entry| entry.outcome == Outcome::Lost).count();
            assert_eq!(strip.losses.iter().sum::<u32>() as usize, losses);
            assert!((strip.now - 1.0).abs() < 1e-9);
        }
    }
}

#[test]
fn whatever_a_link_holds_is_drawn_without_a_fuss() {
    let case = Case::new(5, 600, 11);
    let odd = [0.0, -1.0, 1e-9, 1.0, 1e9, 1e17, 1e18, 1e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    for axis in Axis::ALL.map(|(axis, _)| axis) {
        let index = case.index(axis);
        for from in odd {
            for to in odd {
                for (width, height, scroll) in [(0.0, 0.0, 0.0), (1.0, 5_000.0, -1e9), (700.0, 300.0, 40.0)] {
                    let mut view = View::new(width, height);
                    (view.axis, view.scroll) = (axis, scroll);
                    view.window = Some(Window { from, to });
                    view.lanes = vec![NodeId(3), NodeId(900), NodeId(0)];
                    view.selection = Selection::Event(EventId(u32::MAX));
                    view.second = Some(EventId(u32::MAX - 1));
                    let picture = case.picture(&index, &view);
                    let points = picture.dots.iter().map(|dot| dot.at);
                    let points = points.chain(picture.arrows.iter().flat_map(|arrow| [arrow.from, arrow.to]));
                    for at in points {
                        assert!(at.x.is_finite() && at.y.is_finite(), "{at:?} in {view:?}");
                    }
                    assert!(picture.ticks.len() < 1_000);
                }
            }
        }
    }
}
