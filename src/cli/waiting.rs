//! Whoever waits at a terminal is told how far it is. Must not know what is done.

#![expect(
    clippy::disallowed_types,
    reason = "a person waits, and nothing that is counted depends on how long"
)]

use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use crate::base::Duration;

/// Somebody who waits at a terminal, if there is one.
pub(super) struct Waiting<'e> {
    err: Option<&'e mut dyn Write>,
    told: Instant,
}

impl<'e> Waiting<'e> {
    pub(super) fn new(err: &'e mut dyn Write) -> Self {
        Self { err: io::stderr().is_terminal().then_some(err), told: Instant::now() }
    }

    /// Tells how far it is, once a second: in a line that the next one takes the place of.
    pub(super) fn tell(&mut self, says: impl FnOnce(Duration) -> String) {
        let passed = self.told.elapsed();
        if let Some(err) = &mut self.err
            && passed >= std::time::Duration::from_secs(1)
        {
            let says = says(Duration(u64::try_from(passed.as_nanos()).unwrap_or(u64::MAX)));
            let _nobody_listens = write!(err, "\r\x1b[K{says}").and_then(|()| err.flush());
            self.told = Instant::now();
        }
    }

    /// Leaves the terminal as it was.
    pub(super) fn end(self) {
        if let Some(err) = self.err {
            let _nobody_listens = write!(err, "\r\x1b[K").and_then(|()| err.flush());
        }
    }
}
