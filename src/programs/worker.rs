//! Does what it is asked for, once for each request that reaches it, and says that it is done.
//!
//! # What it does
//! A request is carried out by counting it on the disk, and answered. A request that comes a second time is carried
//! out a second time: nothing in it says that it is the same.
//!
//! # The assumption it breaks
//! That a request which was not answered was not carried out.
//!
//! # What to look for
//! The receive, the write, the answer: a crash can fall between any two of them, and after the restart the
//! count on the disk is all that is left of it.
//!
//! # Sources
//! Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 8, "Faults and partial failures".

use serde::Serialize;

use super::ProgramEntry;
use super::asker::{ANSWER, Errand, forged};
use crate::base::{Draw, NodeId};
use crate::sim::{Context, Incoming, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "worker",
    title: "Worker",
    effect: "does what it is asked for as often as it is asked",
    doc: crate::module_doc!("worker.rs"),
};

/// The key of the count on the disk, and so what stands beside a write to it.
pub const DONE: &str = "done";

/// The program and its memory.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Worker {
    /// How often each asker's errand was carried out; also on the disk.
    done: Vec<(NodeId, u32)>,
}

impl Program for Worker {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.done = cx.disk(DONE).unwrap_or_default();
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Errand::Request { errand }) = incoming.read() else { return };
        match self.done.iter_mut().find(|(asker, _)| *asker == from) {
            Some((_, times)) => *times += 1,
            None => self.done.push((from, 1)),
        }
        cx.persist(DONE, &self.done);
        cx.send_nth(from, ANSWER, errand, &Errand::Answer { errand });
    }

    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        forged(sent, lie)
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Errand>()
    }
}
