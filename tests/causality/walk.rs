//! The oracle of the oracle: for every event the set of all that could have caused it, found by walking back
//! along the arrows, and everything else by looking at all events. Slow, and plain to see that it is right.

use std::collections::VecDeque;

use lightcone::analysis::Relation;
use lightcone::base::{EventId, NodeId};
use lightcone::sim::Trace;

pub struct Walk<'a> {
    pub trace: &'a Trace,
    /// For each event, whether each event is in its past.
    pasts: Vec<Vec<bool>>,
}

impl<'a> Walk<'a> {
    pub fn of(trace: &'a Trace) -> Self {
        let pasts = trace.events().map(|event| {
            let mut past = vec![false; trace.len()];
            let mut to_visit: Vec<EventId> = trace.causes(event).collect();
            while let Some(event) = to_visit.pop() {
                if !std::mem::replace(&mut past[event.index()], true) {
                    to_visit.extend(trace.causes(event));
                }
            }
            past
        });
        Self { trace, pasts: pasts.collect() }
    }

    pub fn before(&self, one: EventId, other: EventId) -> bool {
        self.pasts[other.index()][one.index()]
    }

    pub fn relation(&self, one: EventId, other: EventId) -> Relation {
        match (self.before(one, other), self.before(other, one)) {
            (true, _) => Relation::Before,
            (_, true) => Relation::After,
            _ if one == other => Relation::Same,
            _ => Relation::Concurrent,
        }
    }

    pub fn past(&self, event: EventId) -> Vec<EventId> {
        self.trace.events().filter(|other| self.before(*other, event)).collect()
    }

    pub fn future(&self, event: EventId) -> Vec<EventId> {
        self.trace.events().filter(|other| self.before(event, *other)).collect()
    }

    /// How many events of each node are in the past of an event, itself included.
    pub fn vector(&self, event: EventId) -> Vec<u32> {
        let mut counts = vec![0; self.trace.nodes()];
        counts[self.trace.node(event).index()] += 1;
        self.past(event).into_iter().for_each(|cause| counts[self.trace.node(cause).index()] += 1);
        counts
    }

    /// For each event, how many events the longest chain has that ends in it.
    pub fn heights(&self) -> Vec<u64> {
        let mut heights: Vec<u64> = Vec::new();
        for event in self.trace.events() {
            let height = self.trace.causes(event).map(|cause| heights[cause.index()]).max().unwrap_or(0);
            heights.push(height + 1);
        }
        heights
    }

    /// How many events the shortest chain from one event to another has, by walking forward.
    pub fn distance(&self, from: EventId, to: EventId) -> Option<usize> {
        let mut effects = vec![Vec::new(); self.trace.len()];
        for event in self.trace.events() {
            self.trace.causes(event).for_each(|cause| effects[cause.index()].push(event));
        }
        let mut length = vec![0; self.trace.len()];
        length[from.index()] = 1;
        let mut to_visit = VecDeque::from([from]);
        while let Some(event) = to_visit.pop_front() {
            for effect in &effects[event.index()] {
                if length[effect.index()] == 0 {
                    length[effect.index()] = length[event.index()] + 1;
                    to_visit.push_back(*effect);
                }
            }
        }
        Some(length[to.index()]).filter(|length| *length > 0)
    }

    /// The first event of a node that another could have caused.
    pub fn first_to_know(&self, node: NodeId, event: EventId) -> Option<EventId> {
        self.future(event).into_iter().find(|effect| self.trace.node(*effect) == node)
    }
}
