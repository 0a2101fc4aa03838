//! The laws of the clocks, the stamps on demand against clocks that really run, and the trial of the clocks
//! against a trial by hand. Broken clocks must be found out by the same checks.

use std::cmp::Ordering;

use lightcone::analysis::{Derivation, EventStamps, Relation, Stamps, Tally, fold, judgement};
use lightcone::base::{EventId, NodeId, WallReading};
use lightcone::clocks::{
    self, CausalOrder, Guarantee, Hybrid, HybridStamp, Lamport, LamportStamp, LogicalClock, Vector,
    VectorStamp,
};
use lightcone::sim::Trace;

use crate::runs::Run;
use crate::walk::Walk;

pub fn hold(run: &Run) {
    let trace = run.trace();
    let walk = Walk::of(trace);
    causes_come_first::<Lamport>(&walk).expect("Lamport's clock condition");
    causes_exactly::<Vector>(&walk).expect("Mattern's strong clock condition");
    causes_come_first::<Hybrid>(&walk).expect("the hybrid clock orders causes");
    hybrid_law::<Hybrid>(&walk).expect("the hybrid clock keeps its law and its bound");
    let stamps: Vec<EventStamps> = fold::run_all(trace).collect();
    assert_stamps(run, &stamps);
    assert_judgements(run, &walk, &stamps);
    assert_derivations(run, &walk, &stamps);
}

/// A law and where it is broken.
type Held = Result<(), (EventId, EventId)>;

fn pairs(trace: &Trace) -> impl Iterator<Item = (EventId, EventId)> {
    let events = trace.events();
    events.clone().flat_map(move |one| events.clone().map(move |other| (one, other)))
}

fn stamps_of<C: LogicalClock>(trace: &Trace) -> Vec<C::Stamp> {
    fold::run::<C>(trace).collect()
}

/// e → f implies C(e) < C(f).
fn causes_come_first<C: LogicalClock>(walk: &Walk<'_>) -> Held {
    let stamps = stamps_of::<C>(walk.trace);
    let is_kept = |(one, other): &(EventId, EventId)| {
        !walk.before(*one, *other) || stamps[one.index()] < stamps[other.index()]
    };
    pairs(walk.trace).find(|pair| !is_kept(pair)).map_or(Ok(()), Err)
}

/// e → f exactly when C(e) < C(f).
fn causes_exactly<C: LogicalClock>(walk: &Walk<'_>) -> Held {
    let stamps = stamps_of::<C>(walk.trace);
    let is_kept = |(one, other): &(EventId, EventId)| {
        let truth: Option<Ordering> = walk.relation(*one, *other).into();
        stamps[one.index()].partial_cmp(&stamps[other.index()]) == truth
    };
    pairs(walk.trace).find(|pair| !is_kept(pair)).map_or(Ok(()), Err)
}

/// The first part is the largest wall reading in the causal past, and so ahead of true time by no more than
/// any clock was; the counter is the longest chain of causes that share it.
fn hybrid_law<C: LogicalClock<Stamp = HybridStamp>>(walk: &Walk<'_>) -> Held {
    let (trace, stamps) = (walk.trace, stamps_of::<C>(walk.trace));
    let ahead = |event: EventId| trace.wall(event).0 - trace.at(event).0 as i64;
    let most_ahead = trace.events().map(ahead).max().unwrap_or(0);
    for event in trace.events() {
        let stamp = stamps[event.index()];
        let heard_of = walk.past(event).into_iter().map(|cause| trace.wall(cause)).max();
        let largest = heard_of.max(Some(trace.wall(event)));
        let shares = |cause: &EventId| stamps[cause.index()].wall == stamp.wall;
        let chain = trace.causes(event).filter(shares).map(|cause| stamps[cause.index()].logical + 1).max();
        let is_within =
            stamp.wall >= trace.wall(event) && stamp.wall.0 <= trace.at(event).0 as i64 + most_ahead;
        if Some(stamp.wall) != largest || stamp.logical != chain.unwrap_or(0) || !is_within {
            return Err((event, event));
        }
    }
    Ok(())
}

/// What is found on demand is what clocks show that really run.
fn assert_stamps(run: &Run, stamps: &[EventStamps]) {
    let trace = run.trace();
    let fresh = Stamps::of(trace);
    for (event, stamps) in trace.events().zip(stamps) {
        assert_eq!(run.stamps.at(trace, &run.causality, event), *stamps, "grown with the run: {event}");
        assert_eq!(fresh.at(trace, &run.causality, event), *stamps, "made at its end: {event}");
    }
    // Stamps survive crashes: along a node they only grow.
    for event in trace.events() {
        let Some(previous) = trace.previous(event) else {
            assert_eq!(stamps[event.index()].vector.of(trace.node(event)), 1);
            continue;
        };
        let [one, other] = [previous, event].map(|event| &stamps[event.index()]);
        assert!(one.lamport < other.lamport && one.hybrid < other.hybrid && one.vector < other.vector);
    }
}

fn assert_judgements(run: &Run, walk: &Walk<'_>, stamps: &[EventStamps]) {
    let trace = run.trace();
    for judgement in judgement::of(trace, &run.causality) {
        let said = |one: EventId, other: EventId| {
            (judgement.clock.order)(&stamps[one.index()].as_clocks(), &stamps[other.index()].as_clocks())
        };
        let mut all = Tally::default();
        for (one, other) in pairs(trace).filter(|(one, other)| one < other) {
            match (walk.relation(one, other), said(one, other)) {
                (Relation::Concurrent, said) => {
                    all.concurrent += 1;
                    all.invented += u64::from(said == CausalOrder::Before || said == CausalOrder::After);
                }
                (_, said) => {
                    all.causal += 1;
                    all.reversed += u64::from(said == CausalOrder::After);
                    all.tied += u64::from(said == CausalOrder::Same);
                    all.untold += u64::from(said == CausalOrder::Concurrent);
                }
            }
        }
        let id = judgement.clock.id;
        assert_eq!(judgement.pairs, Some(all), "{id}");
        let arrows = trace.events().flat_map(|event| trace.causes(event).map(move |cause| (cause, event)));
        let arrows: Vec<(EventId, EventId)> = arrows.collect();
        assert_eq!(judgement.arrows.causal, arrows.len() as u64);
        let reversed = arrows.iter().filter(|(one, other)| said(*one, *other) == CausalOrder::After);
        assert_eq!(judgement.arrows.reversed, reversed.count() as u64, "{id}");
        match judgement.clock.guarantee {
            Guarantee::CausesExactly | Guarantee::CausesComeFirst => {
                assert_eq!((judgement.violations(), judgement.first), (0, None), "{id}");
            }
            Guarantee::WithinBounds | Guarantee::Nothing => {
                let first = arrows.iter().find(|(one, other)| said(*one, *other) == CausalOrder::After);
                assert_eq!(judgement.first, first.copied(), "{id}");
                assert_eq!(judgement.violations(), all.reversed, "{id}");
            }
        }
    }
}

fn assert_derivations(run: &Run, walk: &Walk<'_>, stamps: &[EventStamps]) {
    let (trace, mut draw) = (run.trace(), run.draw());
    for _ in 0..40.min(trace.len()) {
        let event = EventId(draw.below(trace.len() as u64) as u32);
        let why = Derivation::of(trace, &run.causality, &run.stamps, event);
        assert_eq!(why.stamps, stamps[event.index()]);
        assert_eq!(why.lamport_before().next(), why.stamps.lamport);
        let causes: Vec<EventId> = why.before.iter().chain(&why.received).map(|cause| cause.event).collect();
        assert_eq!(causes, trace.causes(event).collect::<Vec<_>>());
        let counts: Vec<u32> = walk.vector(event).into_iter().filter(|count| *count > 0).collect();
        assert_eq!(why.vector.iter().map(|entry| entry.count).collect::<Vec<_>>(), counts);
        for entry in &why.vector {
            assert_eq!((trace.node(entry.last), trace.own_count(entry.last)), (entry.node, entry.count));
            if entry.node == trace.node(event) {
                assert_eq!((entry.since, entry.told_by), (event, None));
                continue;
            }
            assert_eq!(walk.first_to_know(trace.node(event), entry.last), Some(entry.since));
            let told_by = entry.told_by.expect("someone told it");
            assert!(entry.last == told_by || walk.before(entry.last, told_by));
        }
        let source = why.hybrid.source;
        assert!(source == event || walk.before(source, event), "{source} is heard of at {event}");
        assert_eq!(trace.wall(source), why.stamps.hybrid.wall);
    }
}

/// Forgets to look at the stamp that comes with a message.
struct Deaf(Lamport);

impl LogicalClock for Deaf {
    type Stamp = LamportStamp;

    fn new(_node: NodeId, _nodes: usize) -> Self {
        Self(Lamport::default())
    }

    fn stamp_local(&mut self, _wall: WallReading) -> LamportStamp {
        self.0.tick()
    }

    fn stamp_receive(&mut self, _wall: WallReading, _seen: &LamportStamp) -> LamportStamp {
        self.0.tick()
    }
}

/// Takes the larger stamp and forgets to add one.
struct Short(LamportStamp);

impl LogicalClock for Short {
    type Stamp = LamportStamp;

    fn new(_node: NodeId, _nodes: usize) -> Self {
        Self(LamportStamp(0))
    }

    fn stamp_local(&mut self, _wall: WallReading) -> LamportStamp {
        self.0 = self.0.next();
        self.0
    }

    fn stamp_receive(&mut self, _wall: WallReading, seen: &LamportStamp) -> LamportStamp {
        self.0 = self.0.next().max(*seen);
        self.0
    }
}

/// Takes the message's vector in place of the larger of each entry.
struct Gullible {
    node: NodeId,
    latest: Vec<u32>,
}

impl LogicalClock for Gullible {
    type Stamp = VectorStamp;

    fn new(node: NodeId, nodes: usize) -> Self {
        Self { node, latest: vec![0; nodes] }
    }

    fn stamp_local(&mut self, _wall: WallReading) -> VectorStamp {
        self.latest[self.node.index()] += 1;
        VectorStamp(self.latest.clone().into())
    }

    fn stamp_receive(&mut self, wall: WallReading, seen: &VectorStamp) -> VectorStamp {
        let own = self.latest[self.node.index()];
        self.latest.copy_from_slice(&seen.0);
        self.latest[self.node.index()] = own;
        self.stamp_local(wall)
    }
}

/// Starts its counter again at each message, though the reading stays.
struct Reset(Hybrid);

impl LogicalClock for Reset {
    type Stamp = HybridStamp;

    fn new(_node: NodeId, _nodes: usize) -> Self {
        Self(Hybrid::default())
    }

    fn stamp_local(&mut self, wall: WallReading) -> HybridStamp {
        self.0.tick(wall)
    }

    fn stamp_receive(&mut self, wall: WallReading, seen: &HybridStamp) -> HybridStamp {
        HybridStamp { logical: 0, ..self.0.merge(wall, *seen) }
    }
}

/// The checks find broken clocks out, among as many runs as the sound ones pass.
pub fn assert_canaries(runs: impl Iterator<Item = Run>) {
    let mut caught = [0; 5];
    for run in runs {
        let walk = Walk::of(run.trace());
        let broken = [
            causes_come_first::<Deaf>(&walk),
            causes_come_first::<Short>(&walk),
            causes_exactly::<Gullible>(&walk),
            causes_come_first::<Reset>(&walk),
            hybrid_law::<Reset>(&walk),
        ];
        caught.iter_mut().zip(broken).for_each(|(caught, held)| *caught += u32::from(held.is_err()));
        assert_trial_of(&walk, &run);
    }
    assert!(caught.iter().all(|caught| *caught > 2), "how often each broken clock was caught: {caught:?}");
}

/// The trial on all pairs finds a broken Lamport clock guilty wherever it is.
fn assert_trial_of(walk: &Walk<'_>, run: &Run) {
    let trace = run.trace();
    let lamport = clocks::find("lamport").expect("a clock of the catalogue");
    let mut stamps: Vec<EventStamps> = fold::run_all(trace).collect();
    for (stamps, lamport) in stamps.iter_mut().zip(fold::run::<Deaf>(trace)) {
        stamps.lamport = lamport;
    }
    let tally = judgement::pairs(trace, &run.causality, &stamps, lamport.order).expect("a small run");
    let is_wrong = |(one, other): &(EventId, EventId)| {
        let [one_stamps, other_stamps] = [one, other].map(|event| stamps[event.index()].as_clocks());
        walk.before(*one, *other) && (lamport.order)(&one_stamps, &other_stamps) != CausalOrder::Before
    };
    let wrong = pairs(trace).filter(is_wrong).count() as u64;
    assert_eq!(tally.violations(lamport.guarantee), wrong);
}
