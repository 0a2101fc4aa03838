//! What became of each remote call: its end at the caller, beside how often its function ran.
//!
//! Must not know why.

use super::{CALLERS, REMOTE};
use crate::base::NodeId;
use crate::programs::callee::RAN;
use crate::programs::caller::{CALL, GAVE_UP, RETURNED};
use crate::sim::{EventKind, Trace};

/// What became of a remote call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It returned, and its function ran once.
    Returned,
    /// It has neither returned nor been given up.
    Hung,
    /// Its function ran more than once.
    Doubled,
    /// It was given up. Whether its function ran the caller cannot tell.
    Unknown,
}

/// A remote call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteCall {
    /// Who calls.
    pub caller: NodeId,
    /// The call's number.
    pub call: u32,
    /// How often its function ran.
    pub runs: usize,
    /// What became of it.
    pub outcome: Outcome,
}

/// All remote calls that were begun, in their order.
pub fn outcomes(trace: &Trace) -> Vec<RemoteCall> {
    let count = |node: NodeId, word: &str, call: u32| {
        let is_it = |&event: &_| {
            trace.node(event) == node
                && trace.label_word(event) == word
                && trace.label_number(event) == Some(call)
        };
        trace.events().filter(is_it).count()
    };
    let mut calls: Vec<RemoteCall> = Vec::new();
    for event in trace.events() {
        let caller = trace.node(event);
        let is_call = trace.kind(event) == EventKind::Send && trace.label_word(event) == CALL;
        let Some(call) = trace.label_number(event).filter(|_| is_call && CALLERS.contains(&caller)) else {
            continue;
        };
        if calls.iter().any(|known| (known.caller, known.call) == (caller, call)) {
            continue;
        }
        let runs = count(REMOTE, RAN, call);
        let outcome = if runs > 1 {
            Outcome::Doubled
        } else if count(caller, RETURNED, call) > 0 {
            Outcome::Returned
        } else if count(caller, GAVE_UP, call) > 0 {
            Outcome::Unknown
        } else {
            Outcome::Hung
        };
        calls.push(RemoteCall { caller, call, runs, outcome });
    }
    calls
}
