//! Plots of a scene's own: what its prose speaks of, counted by its own words.
//!
//! Whoever adds such a scene adds a line to the list. Must not know how plots are drawn.

use crate::analysis::plots::{Axis, Form, Line, Plot, Quantity};
use crate::analysis::series::counts;
use crate::base::Duration;
use crate::programs::crowd::{ASK, SERVED};
use crate::sim::{EventKind, Trace};

/// What makes the plots of a scene from a run of it.
type Make = fn(&Trace) -> Vec<Plot>;

/// The scenes that have plots of their own, by their ids.
static ALL: [(&str, Make); 2] = [("circuit", circuit), ("cascade", cascade)];

/// The plots of the scene of this id, for a run of it up to the trace's mark.
pub fn of(scene: &str, trace: &Trace) -> Vec<Plot> {
    ALL.iter().filter(|(id, _)| *id == scene).flat_map(|(_, make)| make(trace)).collect()
}

/// How long each frame took, when it was delivered; of those that are delivered at one instant, the longest.
fn circuit(trace: &Trace) -> Vec<Plot> {
    let mut points: Vec<(u64, u64)> = Vec::new();
    for (event, took) in super::circuit::delays(trace) {
        let at = trace.at(event).0;
        match points.last_mut() {
            Some((last, longest)) if *last == at => *longest = took.0.max(*longest),
            _ => points.push((at, took.0)),
        }
    }
    vec![Plot {
        id: "delays",
        title: "Delay of A's frames",
        says: "How long each frame of A took until it was delivered.",
        x: Axis::TIME,
        y: Axis::linear("delay", Quantity::Nanos),
        form: Form::Steps,
        lines: vec![Line { name: "delay".to_owned(), points }],
        end: trace.now().0,
    }]
}

/// How many requests are served in a second, beside the attempts that were made for them.
fn cascade(trace: &Trace) -> Vec<Plot> {
    const SECOND: Duration = Duration::secs(1);
    let line = |name: &str, kind: EventKind, word: &str| {
        let is_it = |event| trace.kind(event) == kind && trace.label_word(event) == word;
        let points = counts(trace, SECOND, is_it).into_iter().enumerate();
        let points = points.map(|(second, count)| (second as u64 * SECOND.0, u64::from(count))).collect();
        Line { name: name.to_owned(), points }
    };
    vec![Plot {
        id: "served",
        title: "Served each second",
        says: "Requests that were served, and attempts that were made for them.",
        x: Axis::TIME,
        y: Axis::linear("each second", Quantity::Count),
        form: Form::Steps,
        lines: vec![line("served", EventKind::Decide, SERVED), line("attempts", EventKind::Send, ASK)],
        end: trace.now().0,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenes::{RunSpec, find};

    #[test]
    fn over_a_circuit_all_delays_are_one() {
        let mut engine = RunSpec::of(find("circuit").expect("a scene")).start();
        while engine.step().is_ok() {}
        let plots = of("circuit", engine.trace());
        let points = &plots[0].lines[0].points;
        assert!(points.len() > 100 && points.iter().all(|(_, delay)| *delay == 50_000_000), "{points:?}");
        assert!(points.windows(2).all(|two| two[0].0 < two[1].0));
    }

    #[test]
    fn what_is_served_each_second_is_served_in_all() {
        let mut engine = RunSpec::of(find("cascade").expect("a scene")).start();
        while engine.step().is_ok() {}
        let plots = of("cascade", engine.trace());
        let total = |line: usize| plots[0].lines[line].points.iter().map(|point| point.1).sum::<u64>();
        let labelled = |word: &str, kind: EventKind| {
            let trace = engine.trace();
            trace.events().filter(|e| trace.kind(*e) == kind && trace.label(*e).starts_with(word)).count()
                as u64
        };
        assert_eq!(total(0), labelled("served ", EventKind::Decide));
        assert_eq!(total(1), labelled("ask ", EventKind::Send));
        assert!(total(0) > 20 && total(1) > total(0));
        assert!(of("crossed-letters", engine.trace()).is_empty());
    }
}
