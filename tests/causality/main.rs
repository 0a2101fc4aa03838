//! The analysis of random runs against a walk over the trace's arrows that knows no shortcut.
//!
//! Each case is a random network under random faults and a random hand, which also winds the run back and
//! takes another way. A failure names the line that repeats it.

#[path = "../players/mod.rs"]
mod players;

mod clocks;
mod compare;
mod cuts;
mod graph;
mod messages;
mod pattern;
mod runs;
mod shapes;
mod walk;

use players::cases::Cases;
use runs::Run;

const CASES: Cases = Cases { test: "causality", variable: "LIGHTCONE_CAUSALITY", count: 30 };

#[test]
fn the_index_says_what_the_arrows_say() {
    each(graph::hold);
}

#[test]
fn the_index_of_a_large_run_says_what_whole_vectors_say() {
    graph::hold_large();
}

#[test]
fn the_clocks_keep_their_laws() {
    each(clocks::hold);
}

#[test]
fn cuts_are_what_their_definition_says() {
    each(cuts::hold);
}

#[test]
fn shapes_and_searches_find_what_their_definitions_say() {
    each(shapes::hold);
}

#[test]
fn runs_are_compared_as_by_a_look_at_every_pair() {
    let found = (0..CASES.count).map(|seed| compare::hold(&Run::of(seed)));
    let sums = found.fold([0; 3], |sums, found| [0, 1, 2].map(|at| sums[at] + found[at]));
    assert!(sums.iter().all(|count| *count > 100), "{sums:?} are the same, alike and in one run alone");
}

#[test]
fn broken_clocks_are_caught() {
    clocks::assert_canaries((0..CASES.count).map(Run::of));
}

#[test]
fn messages_in_trouble_are_all_listed() {
    each(messages::hold);
}

#[test]
fn the_cases_are_worth_trying() {
    // Otherwise the others prove nothing.
    let all: Vec<Run> = (0..CASES.count).map(Run::of).collect();
    runs::assert_variety(&all);
    messages::assert_variety(&all);
    shapes::assert_variety(&all);
}

/// Tries all cases.
fn each(hold: impl Fn(&Run)) {
    CASES.each(|seed| hold(&Run::of(seed)));
}
