//! How many tests ran, read from what the runners themselves print.
//!
//! Nothing is counted that a runner did not report, and nothing a runner left out goes unmentioned.

use std::fmt;
use std::ops::AddAssign;

/// Tests by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ran and were right.
    pub passed: usize,
    /// Ran and were wrong, or could not finish.
    pub failed: usize,
    /// Did not run, whatever the runner calls it: ignored, skipped, to do.
    pub skipped: usize,
}

impl Counts {
    /// One check that has no runner of its own, such as the formatter's.
    pub fn check(succeeded: bool) -> Self {
        Self { passed: usize::from(succeeded), failed: usize::from(!succeeded), skipped: 0 }
    }

    /// Whether something ran, and nothing failed or was left out.
    pub fn is_good(&self) -> bool {
        self.passed > 0 && self.failed == 0 && self.skipped == 0
    }

    /// Adds what one line of `cargo test` (or of wasm-bindgen's runner, which speaks alike) says.
    pub fn read_cargo(&mut self, line: &str) {
        let Some(outcome) = line.trim().strip_prefix("test result: ") else {
            return;
        };
        // `ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`
        for part in outcome.split(['.', ';']) {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => self.passed += count(number),
                Some((number, "failed")) => self.failed += count(number),
                Some((number, "ignored" | "filtered out")) => self.skipped += count(number),
                _ => {}
            }
        }
    }

    /// Adds what one line of the summary of Node's test runner says.
    pub fn read_node(&mut self, line: &str) {
        let Some(summary) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else {
            return;
        };
        match summary.trim().split_once(' ') {
            Some(("pass", number)) => self.passed += count(number),
            Some(("fail" | "cancelled", number)) => self.failed += count(number),
            Some(("skipped" | "todo", number)) => self.skipped += count(number),
            _ => {}
        }
    }
}

fn count(number: &str) -> usize {
    number.trim().parse().unwrap_or(0)
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(out, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn cargo_reports_add_up_over_binaries() {
        let mut counts = Counts::default();
        for line in [
            "running 5 tests",
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.03s",
        ] {
            counts.read_cargo(line);
        }
        assert_eq!(counts.to_string(), "9 passed, 2 failed, 1 skipped");
        assert!(!counts.is_good());
    }

    #[test]
    fn node_reports_are_read_in_both_styles() {
        let mut counts = Counts::default();
        for line in ["ℹ tests 4", "ℹ pass 3", "ℹ fail 0", "# cancelled 1", "# skipped 0", "✔ pass 9"]
        {
            counts.read_node(line);
        }
        assert_eq!(counts.to_string(), "3 passed, 1 failed");
    }

    #[test]
    fn a_run_without_tests_is_not_good() {
        assert!(!Counts::default().is_good());
        assert!(Counts::check(true).is_good());
        assert!(!Counts::check(false).is_good());
    }
}
