//! What the commands tell the person who waits for them, and how long things took.
//!
//! The one place of this crate that writes to the terminal and reads the machine's clock.

use std::io::Write as _;

/// Writes a line to stdout. A closed pipe is no reason to stop the work.
pub fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _closed_pipe = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Announces a step.
pub fn step(text: &str) {
    line(&format!("==> {text}"));
}

/// Says something that the person should know although the work goes on.
pub fn warning(text: &str) {
    line(&format!("warning: {text}"));
}

/// Says on stderr why the command failed.
pub fn problem(text: &str) {
    let _closed_pipe = writeln!(std::io::stderr().lock(), "error: {text}");
}

/// Measures how long a step takes.
#[expect(clippy::disallowed_types, reason = "this tool is an edge: it tells people how long they waited")]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_types, reason = "see `Stopwatch`")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Whole seconds since the start.
    pub fn seconds(&self) -> u64 {
        self.0.elapsed().as_secs()
    }
}
