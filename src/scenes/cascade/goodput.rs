//! What a run of the cascade achieved: requests and what became of them, and the same run with other dials.
//!
//! Must not know the claims.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::Evidence;
use super::{CROWDS, SCENE};
use crate::analysis::series::{quantile, times};
use crate::base::{Duration, EventId, TrueTime};
use crate::programs::crowd::{ASK, GAVE_UP, SERVED};
use crate::sim::{Engine, EventKind, Trace};

/// How many requests were served from one instant until before another.
pub fn served(trace: &Trace, from: Duration, until: Duration) -> usize {
    within(trace, SERVED, EventKind::Decide, from, until)
}

/// How many attempts the crowds made in that time.
pub(super) fn attempts(trace: &Trace, from: Duration, until: Duration) -> usize {
    within(trace, ASK, EventKind::Send, from, until)
}

/// How many requests were asked for the first time in that time.
pub(super) fn asked(trace: &Trace, from: Duration, until: Duration) -> usize {
    let mut seen = BTreeSet::new();
    let is_first = |&event: &EventId| {
        trace.kind(event) == EventKind::Send
            && trace.label_word(event) == ASK
            && seen.insert((trace.node(event), trace.label_number(event)))
    };
    let in_time = |at: TrueTime| (from..until).contains(&at.since_epoch());
    trace.events().filter(is_first).filter(|&event| in_time(trace.at(event))).count()
}

fn within(trace: &Trace, word: &str, kind: EventKind, from: Duration, until: Duration) -> usize {
    let is_it = |&event: &EventId| {
        (from..until).contains(&trace.at(event).since_epoch())
            && trace.kind(event) == kind
            && trace.label_word(event) == word
    };
    trace.events().filter(is_it).count()
}

/// How long the slowest of a hundred requests took from its first attempt to its answer; one without an answer took
/// longer than any.
pub(super) fn slowest_of_a_hundred(trace: &Trace) -> Option<Duration> {
    let all: Vec<Duration> = times(trace, ASK, SERVED)
        .into_iter()
        .filter(|((node, _), _)| CROWDS.contains(node))
        .map(|(_, time)| time.unwrap_or(Duration(u64::MAX)))
        .collect();
    quantile(&all, 990_000)
}

/// How long each request took until it was served or given up, whichever it was. What is open at the end is left out.
pub fn until_settled(trace: &Trace) -> Vec<Duration> {
    let given_up = times(trace, ASK, GAVE_UP);
    let own = times(trace, ASK, SERVED).into_iter().filter(|((node, _), _)| CROWDS.contains(node));
    own.filter_map(|(request, served)| served.or(given_up.get(&request).copied().flatten())).collect()
}

/// The same run with the scene's own dials at these values: seed, faults and what a hand did are the same.
pub(super) fn twin<T>(run: &Evidence<'_>, dials: &[(&str, i64)], measure: impl FnOnce(&Trace) -> T) -> T {
    let mut settings = run.spec.settings().clone();
    for (dial, value) in dials {
        settings.dials.insert(format!("{}.{dial}", SCENE.id), *value);
    }
    let mut spec = run.spec.clone();
    // The dials are the scene's, and their values within range.
    drop(spec.set(settings));
    let mut engine = Engine::with_tape(Arc::new(spec.setup()), run.engine.tape().clone(), true);
    while engine.step().is_ok() {}
    measure(engine.trace())
}
