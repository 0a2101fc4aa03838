//! Small pictures whose causes can be read off, and a trace that is wound back and branches.

use super::*;
use crate::analysis::puppets;
use crate::sim::{Act, MessageRef, Position, Recording};

/// a speaks to b, b to c, c to a; d keeps to itself. The trace has these events:
/// e0 a1 send, e1 d1, e2 b1 receive, e3 b2 send, e4 c1, e5 c2 receive, e6 c3 send, e7 a2, e8 a3 receive.
const ROUND: &str = "1 a>b, 5 d, 12 b>c, 20 c, 23 c>a, 25 a";

fn e(id: u32) -> EventId {
    EventId(id)
}

#[test]
fn a_round_of_letters_by_hand() {
    let trace = puppets::trace(4, &[], ROUND);
    let causality = Causality::of(&trace);
    assert_eq!(causality.len(), 9);
    let vectors: Vec<Vec<u32>> = trace.events().map(|event| causality.vector(event)).collect();
    assert_eq!(
        vectors,
        [
            [1, 0, 0, 0],
            [0, 0, 0, 1],
            [1, 1, 0, 0],
            [1, 2, 0, 0],
            [0, 0, 1, 0],
            [1, 2, 2, 0],
            [1, 2, 3, 0],
            [2, 0, 0, 0],
            [3, 2, 3, 0]
        ]
    );
    let lamport: Vec<u64> = trace.events().map(|event| causality.lamport(event)).collect();
    assert_eq!(lamport, [1, 1, 2, 3, 1, 4, 5, 2, 6]);
    assert_eq!(causality.relation(e(0), e(8)), Relation::Before);
    assert_eq!(causality.relation(e(6), e(2)), Relation::After);
    assert_eq!(causality.relation(e(4), e(3)), Relation::Concurrent);
    assert_eq!(causality.relation(e(4), e(4)), Relation::Same);
    // The counts of past and future by hand; what is left is concurrent.
    assert_eq!((causality.past(e(5)).count(), causality.past_count(e(5))), (4, 4));
    assert_eq!(causality.past(e(5)).lanes(), [1..2, 1..3, 1..2, 1..1]);
    assert_eq!(causality.future(e(2)).lanes(), [3..4, 2..3, 2..4, 2..2]);
    assert_eq!(causality.concurrent_count(e(1)), 8);
    // Ordered pairs: the sum of the vectors (1+1+2+3+1+5+6+2+8 = 29) without each event's own count.
    assert_eq!((causality.ordered_pairs(), causality.concurrent_pairs()), (20, 36 - 20));
}

#[test]
fn a_chain_shows_why_and_takes_the_shortest_way() {
    let trace = puppets::trace(4, &[], ROUND);
    let causality = Causality::of(&trace);
    let chain = |a, b| causality.chain(&trace, e(a), e(b));
    assert_eq!(chain(0, 8), Some(vec![e(0), e(7), e(8)]), "a waited for the answer");
    assert_eq!(chain(2, 8), Some([2, 3, 5, 6, 8].map(e).to_vec()));
    assert_eq!(chain(3, 3), Some(vec![e(3)]));
    assert_eq!((chain(4, 3), chain(8, 0)), (None, None));
}

#[test]
fn what_it_does_not_know_is_related_to_nothing() {
    let trace = puppets::trace(2, &[], "1 a>b");
    let causality = Causality::of(&trace);
    let unknown = e(99);
    assert!(!causality.before(e(0), unknown) && !causality.before(unknown, e(0)));
    assert_eq!(causality.past(unknown).count() + causality.future(unknown).count(), 0);
    assert_eq!((causality.lamport(unknown), causality.vector(unknown)), (0, vec![0, 0]));
    assert_eq!(causality.event_at(NodeId(0), 1), Some(e(0)));
    assert_eq!([0, 2].map(|own| causality.event_at(NodeId(0), own)), [None, None]);
    assert_eq!(causality.event_at(NodeId(7), 1), None);
}

#[test]
fn no_node_and_no_event_are_no_trouble() {
    let causality = Causality::of(&Trace::new(Vec::new(), Vec::new()));
    assert!(causality.is_empty());
    assert_eq!((causality.concurrent_pairs(), causality.future(e(0)).count()), (0, 0));
}

/// Whether two say the same of everything up to the trace's mark.
fn assert_same(one: &Causality, other: &Causality, trace: &Trace) {
    assert_eq!(one.len(), other.len());
    assert_eq!(one.ordered_pairs(), other.ordered_pairs());
    for event in trace.events() {
        assert_eq!(one.vector(event), other.vector(event), "{event}");
        assert_eq!(one.future(event), other.future(event), "{event}");
        assert_eq!(one.lamport(event), other.lamport(event), "{event}");
    }
    for node in NodeId::first(trace.nodes()) {
        assert_eq!(one.lane_len(node), other.lane_len(node));
    }
}

#[test]
fn winding_back_hides_the_future_and_a_branch_replaces_it() {
    let setup = puppets::engine(4, &[], ROUND).setup().clone();
    let mut run = Recording::new(setup);
    while run.step().is_ok() {}
    let mut causality = Causality::of(run.engine().trace());
    for turn in [3, 0, 9, 5] {
        // Past the end it stops at the end.
        let _ = run.seek(Position { turn, actions: 0 });
        let trace = run.engine().trace();
        causality.extend(trace);
        assert_same(&causality, &Causality::of(trace), trace);
    }
    // The letter from b to c is lost, and the run goes on past its former length before anyone looks.
    let letter = MessageRef { from: NodeId(1), to: NodeId(2), nth: 0, copy: 0 };
    run.act(&Act::Drop(letter)).expect("it is under way");
    while run.step().is_ok() {}
    let trace = run.engine().trace();
    causality.extend(trace);
    assert_same(&causality, &Causality::of(trace), trace);
    assert_eq!(causality.relation(e(0), e(5)), Relation::Concurrent, "c sends without a's news");
}
