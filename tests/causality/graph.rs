//! The index of happens-before against the walk.

use lightcone::analysis::{Causality, Cone, Relation};
use lightcone::base::{Cause, Chance, Duration, EventId, NodeId, Seed};
use lightcone::sim::{Act, Topology};

use crate::players::{faults_with, gossip, run};
use crate::runs::Run;
use crate::walk::Walk;

pub fn hold(run: &Run) {
    let (trace, causality) = (run.trace(), &run.causality);
    let walk = Walk::of(trace);
    assert_eq!((causality.len(), causality.nodes()), (trace.len(), trace.nodes()));
    let heights = walk.heights();
    let mut sums = 0;
    for event in trace.events() {
        let vector = causality.vector(event);
        assert_eq!(vector, walk.vector(event), "the vector of {event}");
        sums += vector.iter().map(|count| u64::from(*count)).sum::<u64>();
        assert_eq!(causality.lamport(event), heights[event.index()], "the longest chain to {event}");
        assert_eq!(causality.event_at(trace.node(event), trace.own_count(event)), Some(event));
        let (past, future) = (walk.past(event), walk.future(event));
        assert_eq!(causality.past_count(event), past.len());
        assert_eq!(causality.concurrent_count(event), trace.len() - 1 - past.len() - future.len());
        assert_cone(run, &causality.past(event), &past);
        assert_cone(run, &causality.future(event), &future);
        for other in trace.events() {
            assert_eq!(causality.before(event, other), walk.before(event, other), "{event} and {other}");
        }
    }
    // Every event counts itself once, and the others in its past: n in all too many.
    let n = trace.len() as u64;
    assert_eq!(causality.ordered_pairs(), sums - n);
    assert_eq!(causality.concurrent_pairs(), n * n.saturating_sub(1) / 2 - (sums - n));
    assert_samples(run, &walk);
    assert_same(causality, &Causality::of(trace), run);
}

fn assert_cone(run: &Run, cone: &Cone, events: &[EventId]) {
    let trace = run.trace();
    assert_eq!(cone.count(), events.len());
    let inside: Vec<EventId> = trace.events().filter(|event| cone.contains(trace, *event)).collect();
    assert_eq!(inside, events);
    let lanes = NodeId::first(trace.nodes()).zip(cone.lanes());
    assert!(lanes.clone().all(|(node, lane)| cone.lane(node) == *lane));
    let by_lanes = lanes.flat_map(|(node, lane)| lane.clone().map(move |own| (node, own)));
    let mut by_lanes: Vec<EventId> =
        by_lanes.map(|(node, own)| run.causality.event_at(node, own).expect("an event in a cone")).collect();
    by_lanes.sort_unstable();
    assert_eq!(by_lanes, events);
}

/// What takes too long to be checked for all pairs.
fn assert_samples(run: &Run, walk: &Walk<'_>) {
    let (trace, causality, mut draw) = (run.trace(), &run.causality, run.draw());
    for _ in 0..60.min(trace.len()) {
        let [one, other] = [0; 2].map(|_: u32| EventId(draw.below(trace.len() as u64) as u32));
        assert_eq!(causality.relation(one, other), walk.relation(one, other));
        let node = NodeId(draw.below(trace.nodes() as u64) as u16);
        assert_eq!(causality.first_to_know(node, one), walk.first_to_know(node, one));
        let chain = causality.chain(trace, one, other);
        assert_eq!(chain.is_some(), matches!(walk.relation(one, other), Relation::Before | Relation::Same));
        assert_eq!(chain.as_ref().map(Vec::len), walk.distance(one, other), "from {one} to {other}");
        let Some(chain) = chain else { continue };
        assert_eq!((chain.first(), chain.last()), (Some(&one), Some(&other)));
        assert!(chain.windows(2).all(|step| trace.causes(step[1]).any(|cause| cause == step[0])));
    }
}

/// What grew with the run, back and astray, is what is made at its end.
fn assert_same(grown: &Causality, fresh: &Causality, run: &Run) {
    let trace = run.trace();
    assert_eq!(grown.ordered_pairs(), fresh.ordered_pairs());
    assert!(trace.events().all(|event| grown.vector(event) == fresh.vector(event)));
    assert!(NodeId::first(trace.nodes()).all(|node| grown.lane_len(node) == fresh.lane_len(node)));
}

/// A run of thousands of rows, in which one node hears nothing for a long time and then everything at once,
/// against a table of whole vectors.
pub fn hold_large() {
    let topology = Topology::star(12, Duration::MICROSECOND);
    let mut setup = gossip(topology, Duration::secs(14), faults_with(&[], &[]));
    let alone = vec![NodeId(5)];
    setup.script.act(Duration::secs(4), Act::Partition { group: alone.clone(), one_way: false });
    setup.script.act(Duration::secs(11), Act::Join { group: alone });
    let engine = run(setup);
    let (trace, causality) = (engine.trace(), Causality::of(engine.trace()));
    let mut table: Vec<Vec<u32>> = Vec::new();
    for event in trace.events() {
        let mut vector = vec![0; trace.nodes()];
        for cause in trace.causes(event) {
            vector.iter_mut().zip(&table[cause.index()]).for_each(|(own, seen)| *own = (*own).max(*seen));
        }
        vector[trace.node(event).index()] += 1;
        table.push(vector);
    }
    assert!(table.len() > 40_000, "{} events", table.len());
    assert!(trace.events().all(|event| causality.vector(event) == table[event.index()]));
    let cause = Cause { from: NodeId(0), to: NodeId(0), nth: 0, copy: 0, hop: 0 };
    let mut draw = Chance::new(Seed(1), "causality").draw("large", cause);
    for _ in 0..200_000 {
        let [one, other] = [0; 2].map(|_: u32| EventId(draw.below(table.len() as u64) as u32));
        let node = trace.node(one).index();
        let is_before = one != other && table[other.index()][node] >= table[one.index()][node];
        assert_eq!(causality.before(one, other), is_before, "{one} and {other}");
    }
}
