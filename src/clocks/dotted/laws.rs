//! Random lives of a replicated record, against an oracle that remembers which writes each write had seen.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

const REPLICAS: usize = 3;
const CLIENTS: usize = 3;

/// What a client or a replica does; numbers are taken modulo how many there are.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A client reads a replica, and forgets what it read before.
    Read { client: usize, replica: usize },
    /// A client writes, having seen what it last read.
    Write { client: usize, replica: usize },
    /// A replica hears of all that another has.
    Sync { from: usize, to: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (client, replica) = (0..CLIENTS, 0..REPLICAS);
    let step = prop_oneof![
        (client.clone(), replica.clone()).prop_map(|(client, replica)| Step::Read { client, replica }),
        (client, replica.clone()).prop_map(|(client, replica)| Step::Write { client, replica }),
        (replica.clone(), replica).prop_map(|(from, to)| Step::Sync { from, to }),
    ];
    vec(step, 0..40)
}

/// A way to keep a record whose values are the numbers of the writes.
trait Store: Clone + Default {
    type Seen: Clone + Default;
    fn read(&self) -> (BTreeSet<usize>, Self::Seen);
    fn write(&mut self, node: NodeId, seen: &Self::Seen, value: usize);
    fn sync(&mut self, other: &Self);
}

impl Store for Siblings<usize> {
    type Seen = Context;

    fn read(&self) -> (BTreeSet<usize>, Context) {
        (self.values().copied().collect(), self.context().clone())
    }

    fn write(&mut self, node: NodeId, seen: &Context, value: usize) {
        self.write(node, seen, value);
    }

    fn sync(&mut self, other: &Self) {
        self.merge(other);
    }
}

/// Lives through the steps beside sets of writes: what each replica knows of, and what each write had
/// seen. A write is there as long as nothing is known that had seen it.
fn check<S: Store>(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut stores = vec![S::default(); REPLICAS];
    let mut known = vec![BTreeSet::new(); REPLICAS];
    let mut clients = vec![(S::Seen::default(), BTreeSet::new()); CLIENTS];
    let mut seen_by: Vec<BTreeSet<usize>> = Vec::new();
    for &step in steps {
        match step {
            Step::Read { client, replica } => {
                clients[client] = (stores[replica].read().1, known[replica].clone());
            }
            Step::Write { client, replica } => {
                let (seen, writes) = &clients[client];
                stores[replica].write(NodeId(replica as u16), seen, seen_by.len());
                known[replica].extend(writes);
                known[replica].insert(seen_by.len());
                seen_by.push(writes.clone());
            }
            Step::Sync { from, to } => {
                let (other, others) = (stores[from].clone(), known[from].clone());
                stores[to].sync(&other);
                known[to].extend(others);
            }
        }
        for (store, known) in stores.iter().zip(&known) {
            let is_replaced = |write: &usize| known.iter().any(|by: &usize| seen_by[*by].contains(write));
            let alive: BTreeSet<_> = known.iter().copied().filter(|write| !is_replaced(write)).collect();
            prop_assert_eq!(store.read().0, alive);
        }
    }
    Ok(())
}

/// One version vector for each value, without a dot: what the papers set out to repair.
#[derive(Clone, Default)]
struct WithoutDots(Vec<(Context, usize)>);

impl Store for WithoutDots {
    type Seen = Context;

    fn read(&self) -> (BTreeSet<usize>, Context) {
        let mut seen = Context::default();
        self.0.iter().for_each(|(version, _)| seen.merge(version));
        (self.0.iter().map(|(_, value)| *value).collect(), seen)
    }

    fn write(&mut self, node: NodeId, seen: &Context, value: usize) {
        let count = self.read().1.seen_of(node).max(seen.seen_of(node));
        let mut version = seen.clone();
        version.0.insert(node, count + 1);
        self.sync(&Self(vec![(version, value)]));
    }

    fn sync(&mut self, other: &Self) {
        let mut all = self.0.clone();
        all.extend(other.0.iter().filter(|theirs| !self.0.contains(theirs)).cloned());
        let below = |one: &Context, other: &Context| {
            one != other && one.0.iter().all(|(node, nth)| other.seen_of(*node) >= *nth)
        };
        self.0 = all.iter().filter(|(v, _)| !all.iter().any(|(w, _)| below(v, w))).cloned().collect();
    }
}

proptest! {
    #[test]
    fn what_nobody_has_seen_stays_and_what_was_replaced_goes(steps in steps()) {
        check::<Siblings<usize>>(&steps)?;
    }

    #[test]
    fn replicas_agree_in_whatever_order_they_meet(steps in steps()) {
        let mut stores = vec![Siblings::default(); REPLICAS];
        let mut clients = vec![Context::default(); CLIENTS];
        for (value, &step) in steps.iter().enumerate() {
            match step {
                Step::Read { client, replica } => clients[client] = stores[replica].context().clone(),
                Step::Write { client, replica } => {
                    stores[replica].write(NodeId(replica as u16), &clients[client], value);
                }
                Step::Sync { .. } => {}
            }
        }
        let merged = |one: &Siblings<usize>, other: &Siblings<usize>| {
            let mut both = one.clone();
            both.merge(other);
            both
        };
        let [a, b, c] = &stores[..] else { unreachable!("there are three replicas") };
        prop_assert_eq!(merged(a, b), merged(b, a));
        prop_assert_eq!(merged(&merged(a, b), c), merged(a, &merged(b, c)));
        prop_assert_eq!(merged(&merged(a, b), b), merged(a, b));
    }
}

#[test]
fn the_check_catches_version_vectors_without_dots() {
    let mut runner = TestRunner::new_with_rng(
        Config { failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    runner.run(&steps(), |steps| check::<WithoutDots>(&steps)).expect_err("it loses concurrent writes");
}
