//! A record in place of a run: what was read from a log, with everything around it at rest.
//!
//! Whoever looks at a run can look at it in the same way; nothing more happens in it. Must not know where the record
//! came from.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::super::node::{NodeSpec, Role};
use super::super::program::{Context, Incoming, Program};
use super::super::queue::Queue;
use super::super::script::Script;
use super::super::topology::{Link, Topology};
use super::{Ended, Engine, Limits, Network, Setup, State, Tape, Trace};
use crate::base::{Chance, Duration, NodeId, Seed};

/// From how many hosts on nobody could follow who talks with whom in a picture, so that no links are drawn.
const LINKED_MOST: usize = 64;

/// Does nothing.
#[derive(Clone, Serialize)]
struct Still;

impl Program for Still {
    fn message(&mut self, _: NodeId, _: &Incoming<'_>, _: &mut Context<'_>) {}

    fn explain(&self, _: &Incoming<'_>) -> Option<serde_json::Value> {
        None
    }
}

impl Engine {
    /// A run that is over and of which only the trace is known. Its nodes stand in a circle, and those that talked
    /// with one another are linked.
    ///
    /// # Example
    /// ```
    /// use lightcone::base::{NodeId, TrueTime};
    /// use lightcone::sim::{Engine, EventKind, ForeignEvent, Trace};
    ///
    /// let mut trace = Trace::of_log(vec!["a".to_owned()]);
    /// let event = ForeignEvent {
    ///     kind: EventKind::Local,
    ///     node: NodeId(0),
    ///     at: TrueTime(5),
    ///     wall: None,
    ///     line: 1,
    ///     text: "wakes",
    ///     is_suspect: false,
    ///     copy: 0,
    /// };
    /// trace.add_event(&event, &[], None);
    /// let mut record = Engine::of_record(trace);
    /// assert_eq!((record.trace().len(), record.now()), (1, TrueTime(5)));
    /// assert!(record.step().is_err());
    /// ```
    pub fn of_record(trace: Trace) -> Self {
        let nodes: Vec<NodeSpec> =
            trace.names().iter().map(|name| NodeSpec::new(name.clone(), Role::Server)).collect();
        let topology = talks(&trace);
        let network = Network::new(Arc::new(topology.clone()));
        let setup = Setup {
            nodes,
            topology,
            spawn: Arc::new(|_| Box::new(Still)),
            script: Script::default(),
            seed: Seed(0),
            faults: Vec::new(),
            horizon: trace.now(),
            stay_least: Duration::ZERO,
            limits: Limits::default(),
        };
        let mut state = State::at_start(&setup, network, Queue::default());
        state.nodes.iter_mut().for_each(|node| node.program = None);
        state.now = trace.now();
        state.ended = Some(Ended::Idle);
        Self {
            chance: Chance::new(setup.seed, "program"),
            setup: Arc::new(setup),
            state,
            trace,
            tape: Tape::default(),
            is_lenient: false,
            is_record: true,
            tells_meanings: true,
            scratch: super::Scratch::default(),
        }
    }

    pub(crate) fn into_trace(self) -> Trace {
        self.trace
    }

    /// Whether it is a record, in which nothing more happens.
    pub fn is_record(&self) -> bool {
        self.is_record
    }
}

/// Who talked with whom.
fn talks(trace: &Trace) -> Topology {
    let mut topology = Topology::circle(trace.nodes());
    if trace.nodes() <= LINKED_MOST {
        let ends = |message| (trace.sender(message), trace.receiver(message));
        let pairs: BTreeSet<(NodeId, NodeId)> =
            trace.message_ids().map(ends).filter(|(a, b)| a != b).collect();
        let both: BTreeSet<(NodeId, NodeId)> =
            pairs.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]).collect();
        for (from, to) in both {
            topology.links.push(Link { from, to, delay: Duration::ZERO });
            topology.contact.push(true);
        }
    }
    topology
}
