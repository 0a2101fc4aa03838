//! The laws of the logical clocks, on random exchanges over a few nodes.
//!
//! The oracle is a walk backward along the arrows of the run, which knows no clock. The same checks are
//! given deliberately broken clocks, and must find them out.

use std::collections::BTreeSet;
use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;
use crate::base::TrueTime;

/// How far any node's wall clock is off, at most.
const SKEW_MAX: i64 = 400;

/// What happens next; places are taken modulo how many there are.
#[derive(Clone, Copy, Debug)]
enum Step {
    Local {
        node: usize,
    },
    Send {
        node: usize,
    },
    /// Any message sent so far arrives at any node: late, out of order, or once more. Those that are never
    /// picked are lost.
    Arrive {
        node: usize,
        message: usize,
    },
}

#[derive(Clone, Debug)]
struct Event {
    node: usize,
    at: i64,
    wall: WallReading,
    previous: Option<usize>,
    sent: Option<usize>,
}

#[derive(Clone, Debug)]
struct Run {
    nodes: usize,
    events: Vec<Event>,
    /// All that could have caused each event.
    pasts: Vec<BTreeSet<usize>>,
}

impl Run {
    fn play(skews: &[i64], steps: &[(i64, Step)]) -> Self {
        let nodes = skews.len();
        let mut run = Self { nodes, events: Vec::new(), pasts: Vec::new() };
        let (mut latest, mut letters, mut at) = (vec![None; nodes], Vec::new(), 0);
        for &(gap, step) in steps {
            at += gap;
            let (node, sent) = match step {
                Step::Local { node } => (node % nodes, None),
                Step::Send { node } => {
                    letters.push(run.events.len());
                    (node % nodes, None)
                }
                Step::Arrive { .. } if letters.is_empty() => continue,
                Step::Arrive { node, message } => (node % nodes, Some(letters[message % letters.len()])),
            };
            let previous = latest[node].replace(run.events.len());
            // A coarse clock, so that readings stand still and tie.
            let wall = WallReading((at + skews[node]).div_euclid(8) * 8);
            run.events.push(Event { node, at, wall, previous, sent });
        }
        run.pasts = (0..run.events.len()).map(|event| run.walk_back(event)).collect();
        run
    }

    fn causes(&self, event: usize) -> impl Iterator<Item = usize> {
        self.events[event].previous.into_iter().chain(self.events[event].sent)
    }

    /// All that could have caused an event, by walking back from it.
    fn walk_back(&self, event: usize) -> BTreeSet<usize> {
        let (mut past, mut to_visit) = (BTreeSet::new(), vec![event]);
        while let Some(event) = to_visit.pop() {
            to_visit.extend(self.causes(event).filter(|cause| past.insert(*cause)).collect::<Vec<_>>());
        }
        past
    }

    /// How the first event stands to the second, by the oracle.
    fn order(&self, one: usize, other: usize) -> CausalOrder {
        match (self.pasts[other].contains(&one), self.pasts[one].contains(&other)) {
            (true, _) => CausalOrder::Before,
            (_, true) => CausalOrder::After,
            _ if one == other => CausalOrder::Same,
            _ => CausalOrder::Concurrent,
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let n = self.events.len();
        (0..n).flat_map(move |one| (0..n).map(move |other| (one, other)))
    }

    /// What a clock stamps the events with.
    fn stamps<C: LogicalClock>(&self) -> Vec<C::Stamp> {
        let mut clocks: Vec<C> = NodeId::first(self.nodes).map(|node| C::new(node, self.nodes)).collect();
        let mut stamps: Vec<C::Stamp> = Vec::new();
        for event in &self.events {
            let clock = &mut clocks[event.node];
            stamps.push(match event.sent {
                Some(sent) => clock.stamp_receive(event.wall, &stamps[sent]),
                None => clock.stamp_local(event.wall),
            });
        }
        stamps
    }
}

fn runs() -> impl Strategy<Value = Run> {
    let step = prop_oneof![
        (0..8_usize).prop_map(|node| Step::Local { node }),
        (0..8_usize).prop_map(|node| Step::Send { node }),
        (0..8_usize, 0..64_usize).prop_map(|(node, message)| Step::Arrive { node, message }),
    ];
    // Half of the runs have good clocks, as otherwise the fastest one decides everything.
    let skews = prop_oneof![vec(-SKEW_MAX..=SKEW_MAX, 1..6), vec(Just(0_i64), 1..6)];
    (skews, vec((1..60_i64, step), 0..36)).prop_map(|(skews, steps)| Run::play(&skews, &steps))
}

/// e → f implies C(e) < C(f): Lamport's clock condition.
fn causes_come_first<C: LogicalClock>(run: &Run) -> Result<(), TestCaseError> {
    let stamps = run.stamps::<C>();
    for (one, other) in run.pairs().filter(|&(one, other)| run.order(one, other) == CausalOrder::Before) {
        prop_assert!(stamps[one] < stamps[other], "{one} caused {other}: {:?}", stamps);
    }
    Ok(())
}

/// e → f exactly when C(e) < C(f): Mattern's strong clock condition.
fn causes_exactly<C: LogicalClock>(run: &Run) -> Result<(), TestCaseError> {
    let stamps = run.stamps::<C>();
    for (one, other) in run.pairs() {
        let truth: Option<Ordering> = run.order(one, other).into();
        prop_assert_eq!(stamps[one].partial_cmp(&stamps[other]), truth, "{} and {}", one, other);
    }
    Ok(())
}

/// What the paper proves of hybrid stamps: the wall part is the largest reading in the causal past, and so
/// is off by no more than the clocks are; the counter is the longest chain of causes that share it.
fn hybrid_law<C: LogicalClock<Stamp = HybridStamp>>(run: &Run) -> Result<(), TestCaseError> {
    causes_come_first::<C>(run)?;
    let stamps = run.stamps::<C>();
    let mut chains: Vec<u32> = Vec::new();
    for (place, event) in run.events.iter().enumerate() {
        let stamp = stamps[place];
        let heard_of = run.pasts[place].iter().map(|cause| run.events[*cause].wall);
        prop_assert_eq!(stamp.wall, heard_of.max().max(Some(event.wall)).expect("its own reading"));
        let shares = |cause: &usize| stamps[*cause].wall == stamp.wall;
        let chain = run.causes(place).filter(shares).map(|cause| chains[cause] + 1).max().unwrap_or(0);
        prop_assert_eq!(stamp.logical, chain);
        chains.push(chain);
        prop_assert!(stamp.wall >= event.wall && stamp.wall.0 - event.at <= SKEW_MAX);
    }
    Ok(())
}

proptest! {
    #[test]
    fn lamports_clock_puts_causes_first(run in runs()) {
        causes_come_first::<Lamport>(&run)?;
        let stamps = run.stamps::<Lamport>();
        // A stamp is the length of the longest chain of causes that ends in the event.
        for (place, stamp) in stamps.iter().enumerate() {
            let before = run.causes(place).map(|cause| stamps[cause].0).max().unwrap_or(0);
            prop_assert_eq!(stamp.0, before + 1);
        }
        let all: BTreeSet<_> =
            run.events.iter().zip(&stamps).map(|(event, stamp)| stamp.at(NodeId(event.node as u16))).collect();
        prop_assert_eq!(all.len(), stamps.len(), "the order is total");
    }

    #[test]
    fn the_vector_clock_tells_causes_exactly(run in runs()) {
        causes_exactly::<Vector>(&run)?;
        // Its entries count the events of each node in the past, the event itself included.
        for (place, stamp) in run.stamps::<Vector>().iter().enumerate() {
            let mut known = run.pasts[place].clone();
            known.insert(place);
            for node in 0..run.nodes {
                let count = known.iter().filter(|event| run.events[**event].node == node).count();
                prop_assert_eq!(stamp.of(NodeId(node as u16)) as usize, count);
            }
        }
    }

    #[test]
    fn the_hybrid_clock_keeps_its_law_and_its_bounds(run in runs()) {
        hybrid_law::<Hybrid>(&run)?;
    }

    #[test]
    fn each_clock_of_the_catalogue_keeps_its_guarantee(run in runs()) {
        let lamport = run.stamps::<Lamport>();
        let vector = run.stamps::<Vector>();
        let hybrid = run.stamps::<Hybrid>();
        let stamps = |place: usize| Stamps {
            node: NodeId(run.events[place].node as u16),
            wall: run.events[place].wall,
            monotonic: MonotonicReading(run.events[place].at as u64),
            // Seven more, because the clocks are coarse.
            uncertainty: Duration(SKEW_MAX as u64 + 7),
            lamport: lamport[place],
            vector: &vector[place].0,
            hybrid: hybrid[place],
        };
        for (one, other) in run.pairs() {
            let truth = run.order(one, other);
            for entry in ALL {
                let told = (entry.order)(&stamps(one), &stamps(other));
                prop_assert_eq!(told.reverse(), (entry.order)(&stamps(other), &stamps(one)));
                prop_assert!(!(entry.label)(&stamps(one)).is_empty());
                let is_kept = match entry.guarantee {
                    Guarantee::CausesExactly => told == truth,
                    Guarantee::CausesComeFirst => truth != CausalOrder::Before || told == CausalOrder::Before,
                    Guarantee::WithinBounds => truth != CausalOrder::Before || told != CausalOrder::After,
                    Guarantee::Nothing => true,
                };
                prop_assert!(is_kept, "{}: {} is told as {} {}, in truth {}", entry.id, one, told, other, truth);
            }
        }
    }

    #[test]
    fn nodes_with_real_oscillators_keep_the_hybrid_law_too(
        drifts in vec((-50_000_000_i64..50_000_000, -200_000_i64..200_000), 2..5), run in runs(),
    ) {
        // The same exchanges, seconds apart, by clocks that drift and are stepped back half-way.
        let mut clocks: Vec<Oscillator> = drifts
            .iter()
            .map(|&(offset_ns, drift_ppb)| {
                Oscillator::new(ClockSpec { offset_ns, drift_ppb, ..ClockSpec::default() })
            })
            .collect();
        let middle = run.events.len() / 2;
        let mut run = run;
        for place in 0..run.events.len() {
            let event = &mut run.events[place];
            let at = TrueTime(event.at as u64 * 100_000_000);
            let clock = &mut clocks[event.node % drifts.len()];
            if place == middle {
                clock.step(at, -3_000_000_000);
            }
            event.wall = clock.wall(at);
        }
        causes_come_first::<Hybrid>(&run)?;
    }
}

/// Broken: does not listen to messages.
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

/// Broken: takes over the sender's list but for its own entry, instead of the larger of each pair, and so
/// forgets what it had heard of others.
struct Gullible {
    node: NodeId,
    latest: VectorStamp,
}

impl LogicalClock for Gullible {
    type Stamp = VectorStamp;

    fn new(node: NodeId, nodes: usize) -> Self {
        Self { node, latest: VectorStamp(vec![0; nodes].into()) }
    }

    fn stamp_local(&mut self, _wall: WallReading) -> VectorStamp {
        self.latest.0[self.node.index()] += 1;
        self.latest.clone()
    }

    fn stamp_receive(&mut self, wall: WallReading, seen: &VectorStamp) -> VectorStamp {
        let own = self.latest.of(self.node);
        self.latest = seen.clone();
        self.latest.0[self.node.index()] = own;
        self.stamp_local(wall)
    }
}

/// Broken: starts its counter anew whenever its own clock shows the stamp's time, as a careless `>=` does.
struct Careless(HybridStamp);

impl LogicalClock for Careless {
    type Stamp = HybridStamp;

    fn new(_node: NodeId, _nodes: usize) -> Self {
        Self(HybridStamp::START)
    }

    fn stamp_local(&mut self, wall: WallReading) -> HybridStamp {
        let fresh = HybridStamp { wall, logical: 0 };
        self.0 = if wall >= self.0.wall { fresh } else { self.0.next(wall) };
        self.0
    }

    fn stamp_receive(&mut self, wall: WallReading, seen: &HybridStamp) -> HybridStamp {
        self.0 = self.0.max(*seen);
        self.stamp_local(wall)
    }
}

/// Runs a check as `proptest!` does, but from a fixed seed, and expects it to fail.
fn is_caught(check: impl Fn(&Run) -> Result<(), TestCaseError>) -> bool {
    let config = Config { failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng).run(&runs(), |run| check(&run)).is_err()
}

#[test]
fn broken_clocks_are_caught_and_sound_ones_are_not() {
    assert!(is_caught(causes_come_first::<Deaf>));
    assert!(is_caught(causes_exactly::<Gullible>));
    assert!(is_caught(hybrid_law::<Careless>));
    assert!(is_caught(causes_exactly::<Lamport>), "a scalar can't tell concurrency");
    assert!(!is_caught(causes_come_first::<Lamport>));
    assert!(!is_caught(causes_exactly::<Vector>));
    assert!(!is_caught(hybrid_law::<Hybrid>));
}
