//! Random cases by number, each of which can be repeated by one line.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lightcone::base::{Cause, Chance, Draw, NodeId, Seed};

/// The cases of a test binary.
pub struct Cases {
    /// The name of the binary, which the draws of its cases belong to.
    pub test: &'static str,
    /// The variable that repeats one case, or tries a range of them.
    pub variable: &'static str,
    /// How many are tried: as many as take a few seconds in a build for debugging.
    pub count: u64,
}

impl Cases {
    /// Tries all cases, or those that the variable asks for. A failure names the line that repeats it.
    pub fn each(&self, hold: impl Fn(u64)) {
        for seed in self.asked().unwrap_or(0..self.count) {
            let held = catch_unwind(AssertUnwindSafe(|| hold(seed)));
            let Self { test, variable, .. } = self;
            assert!(held.is_ok(), "this repeats it: {variable}={seed} cargo test --test {test}");
        }
    }

    /// The stream of chance for one part of a case.
    pub fn draw(&self, seed: u64, part: &str) -> Draw {
        let cause = Cause { from: NodeId(0), to: NodeId(0), nth: 0, copy: 0, hop: 0 };
        Chance::new(Seed(seed), self.test).draw(part, cause)
    }

    /// The cases that the variable asks for: one by its number, or several as `A..B`.
    fn asked(&self) -> Option<Range<u64>> {
        let variable = self.variable;
        let text = std::env::var(variable).ok()?;
        let number = |text: &str| -> u64 {
            text.parse()
                .unwrap_or_else(|_| panic!("{variable}: {text:?} is no number; give one, or two as 0..99"))
        };
        Some(match text.split_once("..") {
            Some((from, to)) => number(from)..number(to),
            None => number(&text)..number(&text) + 1,
        })
    }
}
