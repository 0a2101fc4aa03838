//! The analysis of random runs against a walk over the trace's arrows that knows no shortcut.
//!
//! Each case is a random network under random faults and a random hand, which also winds the run back and
//! takes another way. A failure names the line that repeats it.

#[path = "../players/mod.rs"]
mod players;

mod clocks;
mod cuts;
mod graph;
mod messages;
mod runs;
mod walk;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use runs::Run;

/// How many cases are tried: as many as take a few seconds in a build for debugging.
const CASES: u64 = 30;

/// The variable that repeats one case, or tries a range of them.
const REPEAT: &str = "LIGHTCONE_CAUSALITY";

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
fn broken_clocks_are_caught() {
    clocks::assert_canaries((0..CASES).map(Run::of));
}

#[test]
fn messages_in_trouble_are_all_listed() {
    each(messages::hold);
}

#[test]
fn the_cases_are_worth_trying() {
    // Otherwise the others prove nothing.
    let all: Vec<Run> = (0..CASES).map(Run::of).collect();
    runs::assert_variety(&all);
    messages::assert_variety(&all);
}

/// Tries all cases, or those that the variable asks for.
fn each(hold: impl Fn(&Run)) {
    for seed in asked().unwrap_or(0..CASES) {
        let held = catch_unwind(AssertUnwindSafe(|| hold(&Run::of(seed))));
        assert!(held.is_ok(), "this repeats it: {REPEAT}={seed} cargo test --test causality");
    }
}

/// The cases that the variable asks for: one by its number, or several as `A..B`.
fn asked() -> Option<Range<u64>> {
    let text = std::env::var(REPEAT).ok()?;
    let number = |text: &str| -> u64 {
        text.parse().unwrap_or_else(|_| panic!("{REPEAT}: {text:?} is no number; give one, or two as 0..99"))
    };
    Some(match text.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None => number(&text)..number(&text) + 1,
    })
}
