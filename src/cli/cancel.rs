//! Ctrl-C while runs are counted: what is under way is finished, and what was counted is told.
//!
//! Must not know what is counted.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::{Status, say};
use crate::app::matrix::thousands;

/// The status with which shells report what Ctrl-C ended: 128 and the number of SIGINT.
pub(super) const STATUS: u8 = 130;

/// Whether Ctrl-C was pressed. A signal is of the whole process, and so is this.
static WAS_ASKED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C no longer ends the process, but has [`was_asked`] say so. Who presses it twice does not want to
/// wait: the second one ends the process as it is.
pub(super) fn listen() {
    let on_signal = || {
        if WAS_ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(STATUS.into());
        }
    };
    // It is in force although a shell has a job in the background ignore Ctrl-C: who sends the signal there means it.
    // Where it cannot be, because someone listens already, say, Ctrl-C does what it did before.
    let _is_as_before = ctrlc::set_handler(on_signal);
}

/// Whether to stop.
pub(super) fn was_asked() -> bool {
    WAS_ASKED.load(Ordering::Relaxed)
}

/// How much of what was asked for was counted, as it is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Extent {
    complete: bool,
    runs_counted: u64,
    runs_asked: u64,
}

impl Extent {
    pub(super) fn new(runs_counted: u64, runs_asked: u64) -> Self {
        Self { complete: runs_counted == runs_asked, runs_counted, runs_asked }
    }

    pub(super) const fn runs_counted(&self) -> u64 {
        self.runs_counted
    }

    /// What there is to say if not all was counted.
    pub(super) fn sentence(&self) -> Option<String> {
        let [counted, asked] = [self.runs_counted, self.runs_asked].map(thousands);
        (!self.complete).then(|| format!("cancelled: {counted} of {asked} runs were counted"))
    }

    /// The status of a command that otherwise ends with `status`. Whoever cancelled it is told what became of it.
    pub(super) fn conclude(&self, status: Status, err: &mut dyn Write) -> Status {
        match self.sentence() {
            None => status,
            Some(sentence) => {
                say(err, &sentence);
                Status::Cancelled
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_incomplete_is_cancelled() {
        let mut err = Vec::new();
        assert_eq!(Extent::new(7, 7).conclude(Status::Failed, &mut err), Status::Failed);
        assert!(err.is_empty());
        assert_eq!(Extent::new(1_200, 4_000).conclude(Status::Done, &mut err), Status::Cancelled);
        assert_eq!(err, b"lightcone: cancelled: 1,200 of 4,000 runs were counted\n");
    }
}
