//! Claims: sentences about a run that are checked on it.
//!
//! Must not know who reads the findings.

use std::cell::OnceCell;

use serde::{Serialize, Serializer};

use super::RunSpec;
use crate::analysis::{Causality, Relation};
use crate::base::{EventId, NodeId, Ratio};
use crate::sim::{Engine, EventKind, Trace};

/// Of which runs a claim speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Of the run at the scene's own seed and settings.
    ThisRun,
    /// Of every run, whatever the seed and whatever a hand does.
    EveryRun,
    /// Of how often something holds: in at least this share of a batch of runs. A run that ends without having
    /// decided it counts as one in which it did not hold.
    Rate(Ratio),
}

impl Scope {
    /// The word for it in what is exported.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ThisRun => "this-run",
            Self::EveryRun => "every-run",
            Self::Rate(_) => "rate",
        }
    }

    /// The least share of runs, in millionths, that a rate asks for.
    pub const fn least_ppm(self) -> Option<u32> {
        match self {
            Self::ThisRun | Self::EveryRun => None,
            Self::Rate(least) => Some(least.millionths()),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// What a run says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It is broken, at this event if one can be named.
    Broken(Option<EventId>),
    /// The run has not got far enough to tell.
    Undecided,
}

impl Verdict {
    /// Holds or not decided yet: for what must come true in the end.
    pub const fn once(is_true: bool) -> Self {
        if is_true { Self::Holds } else { Self::Undecided }
    }

    /// Broken at the first offender as soon as there is one, and holds when the time in question is past without one.
    pub fn in_the_end(is_past: bool, offender: Option<EventId>) -> Self {
        if is_past || offender.is_some() { Self::unless(offender) } else { Self::Undecided }
    }

    /// Broken at the first offender, if there is one.
    pub fn unless(offender: Option<EventId>) -> Self {
        match offender {
            None => Self::Holds,
            Some(event) => Self::Broken(Some(event)),
        }
    }
}

/// A sentence about runs and the predicate that checks it.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The sentence.
    pub says: &'static str,
    /// Of which runs it speaks.
    pub scope: Scope,
    /// Checks it on a run, finished or not.
    pub check: fn(&Evidence<'_>) -> Verdict,
}

/// A run as claims see it: the trace, the nodes' memories, and what was computed from the trace.
pub struct Evidence<'a> {
    /// The run.
    pub engine: &'a Engine,
    /// What it was started from.
    pub spec: &'a RunSpec,
    /// Whether the run has come to its end.
    pub is_over: bool,
    memories: Box<[OnceCell<Option<serde_json::Value>>]>,
    causality: OnceCell<Causality>,
}

impl<'a> Evidence<'a> {
    /// The evidence of a run where it stands.
    pub fn new(engine: &'a Engine, spec: &'a RunSpec, is_over: bool) -> Self {
        let memories = vec![OnceCell::new(); engine.trace().nodes()].into();
        Self { engine, spec, is_over, memories, causality: OnceCell::new() }
    }

    /// What was recorded.
    pub fn trace(&self) -> &'a Trace {
        self.engine.trace()
    }

    /// What happened before what, worked out when it is first asked for.
    pub fn causality(&self) -> &Causality {
        self.causality.get_or_init(|| Causality::of(self.trace()))
    }

    /// Whether `a` happened before `b`: whether a chain of causes leads from it to there.
    pub fn is_before(&self, a: EventId, b: EventId) -> bool {
        self.causality().relation(a, b) == Relation::Before
    }

    /// Whether neither of two different events happened before the other.
    pub fn are_concurrent(&self, a: EventId, b: EventId) -> bool {
        self.causality().relation(a, b) == Relation::Concurrent
    }

    /// The first receive of something that was not sent like that by whom it names: tampered with, forged, or a
    /// lie. What is true of protocols is, as a rule, true up to there.
    pub fn first_forged(&self) -> Option<EventId> {
        let trace = self.trace();
        let is_forged = |&event: &EventId| {
            let message = trace.message(event).filter(|_| trace.kind(event) == EventKind::Receive);
            message.is_some_and(|message| {
                let is_changed = trace.received_payload(event) != Some(trace.payload(message));
                is_changed || self.engine.is_agent(trace.sender(message))
            })
        };
        trace.events().find(is_forged)
    }

    /// The memory of a node as a person reads it, written down when it is first asked for; `None` where it is down.
    pub fn memory(&self, node: NodeId) -> Option<&serde_json::Value> {
        self.memories[node.index()].get_or_init(|| self.engine.memory(node)).as_ref()
    }
}

/// A claim and what a run says of it.
#[derive(Clone, Copy, Debug)]
pub struct Finding {
    /// The claim.
    pub claim: &'static Claim,
    /// What the run says.
    pub verdict: Verdict,
}
