//! A function behind a network: whoever asks has it run, as often as the question comes.
//!
//! # What it does
//! Each question that reaches it runs the function once, which is an event of its own, and is answered with the result.
//!
//! # The assumption it breaks
//! That a call runs its function once. Over a network a question may come twice, or not at all.
//!
//! # What to look for
//! Between the run and the answer there is a moment in which it has run and nobody knows.
//!
//! # Sources
//! A. Birrell and B. Nelson, *Implementing Remote Procedure Calls* (1984), section 2, on what a call may mean when it
//! fails.

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::NodeId;
use crate::sim::{Context, Incoming, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "callee",
    title: "Callee",
    effect: "runs a function as often as it is asked to",
    doc: crate::module_doc!("callee.rs"),
};

/// What stands beside a run of the function; its number is the call's.
pub const RAN: &str = "ran";

/// What caller and callee say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remote {
    /// Run the function.
    Call {
        /// Which call it is.
        call: u32,
    },
    /// It has run.
    Result {
        /// Which call it was.
        call: u32,
    },
}

/// The program and its memory.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Callee {
    /// How often the function ran.
    runs: u32,
}

impl Program for Callee {
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Remote::Call { call }) = incoming.read() else { return };
        self.runs += 1;
        cx.local_nth(RAN, call);
        cx.send_nth(from, "result", call, &Remote::Result { call });
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Remote>()
    }
}
