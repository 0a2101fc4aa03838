//! Calls a function: on its own machine, or on another one in one of three manners.
//!
//! # What it does
//! An order `call` makes it call. On its own machine the function runs and the call returns, at one go. On another one
//! it sends a question; then it waits for ever, or gives up after its patience, or asks once more before it gives up.
//!
//! # The assumption it breaks
//! That the two calls are the same thing because they are written the same way.
//!
//! # What to look for
//! What the caller holds when it goes on: a result, an error that says nothing about the function, or nothing, since it
//! never goes on.
//!
//! # Sources
//! J. Waldo, G. Wyant, A. Wollrath and S. Kendall, *A Note on Distributed Computing* (1994).

use std::collections::BTreeMap;

use serde::Serialize;

use super::ProgramEntry;
use super::callee::{RAN, Remote};
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "caller",
    title: "Caller",
    effect: "calls a function on its own machine or on another one",
    doc: crate::module_doc!("caller.rs"),
};

/// The order to call; its number is the call's.
pub const CALL: &str = "call";

/// What stands beside the end of a call that has a result.
pub const RETURNED: &str = "returned";

/// What stands beside the end of a call that has none.
pub const GAVE_UP: &str = "gave up";

const PATIENCE: &str = "patience";

/// How it calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Manner {
    /// On its own machine.
    Local,
    /// Elsewhere, and waits for the result for ever.
    Waits(NodeId),
    /// Elsewhere, asks so often, and waits so long each time.
    Asks(NodeId, u32, Duration),
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Caller {
    manner: Manner,
    /// How often it has asked for each call that has not ended.
    open: BTreeMap<u32, u32>,
}

impl Caller {
    /// One that calls like this.
    pub fn new(manner: Manner) -> Self {
        Self { manner, open: BTreeMap::new() }
    }

    fn ask(&mut self, call: u32, cx: &mut Context<'_>) {
        let (callee, patience) = match self.manner {
            Manner::Local => return,
            Manner::Waits(callee) => (callee, None),
            Manner::Asks(callee, _, patience) => (callee, Some(patience)),
        };
        let asked = self.open.entry(call).or_default();
        *asked += 1;
        cx.again(*asked > 1).send_nth(callee, CALL, call, &Remote::Call { call });
        if let Some(patience) = patience {
            cx.set_timer(TimerId::new(PATIENCE, call), patience);
        }
    }
}

impl Program for Caller {
    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Remote::Result { call }) = incoming.read() else { return };
        if self.open.remove(&call).is_some() {
            cx.cancel_timer(TimerId::new(PATIENCE, call));
            cx.decide_nth(RETURNED, call);
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        let Manner::Asks(_, times, _) = self.manner else { return };
        // One that ran out while the process was paused may come after the result.
        let Some(&asked) = self.open.get(&timer.nth) else { return };
        if asked < times {
            return self.ask(timer.nth, cx);
        }
        self.open.remove(&timer.nth);
        cx.decide_nth(GAVE_UP, timer.nth);
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        let Ok(call) = u32::try_from(order.number) else { return };
        if order.what != CALL {
            return;
        }
        if self.manner == Manner::Local {
            // Calling is no event of its own here: nothing can come between it and the run.
            cx.local_nth(RAN, call);
            return cx.decide_nth(RETURNED, call);
        }
        self.ask(call, cx);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Remote>()
    }
}
