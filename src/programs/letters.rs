//! Writes letters and answers those that come: the smallest program whose events have an order to ask about.
//!
//! # What it does
//! An order `write` makes it send a letter to the node named in the order. A letter that arrives is answered
//! once; an answer is read and that is all.
//!
//! # The assumption it breaks
//! That what was written first is read first, and that two letters always have a first and a second.
//!
//! # What to look for
//! A letter that was sent before the other one arrived neither caused it nor was caused by it. An answer
//! comes after its letter on any clock that respects causes.
//!
//! # Sources
//! Lamport 1978, "Time, Clocks, and the Ordering of Events in a Distributed System".

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Draw, NodeId};
use crate::sim::{Context, Incoming, Order, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "letters",
    title: "Letter writer",
    effect: "writes when it is asked to, and answers every letter once",
    doc: crate::module_doc!("letters.rs"),
};

/// The order on which it writes; its number is the receiver's.
pub const WRITE: &str = "write";

/// What stands beside the sending and the receiving of a letter.
pub const LETTER: &str = "letter";

/// What stands beside the sending and the receiving of an answer.
pub const ANSWER: &str = "answer";

/// What is in the post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Post {
    /// A letter: how many the writer had read when it wrote this one.
    Letter {
        /// Letters and answers read so far.
        read: u32,
    },
    /// The answer to a letter: how many the writer had read, that letter included.
    Answer {
        /// Letters and answers read so far.
        read: u32,
    },
}

/// The program and its memory.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Writer {
    /// Letters and answers written.
    written: u32,
    /// Letters and answers read.
    read: u32,
}

impl Program for Writer {
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(post) = incoming.read::<Post>() else { return };
        self.read += 1;
        if let Post::Letter { .. } = post {
            self.written += 1;
            cx.send(from, ANSWER, &Post::Answer { read: self.read });
        }
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        let Ok(to) = u16::try_from(order.number) else { return };
        if order.what == WRITE {
            self.written += 1;
            cx.send(NodeId(to), LETTER, &Post::Letter { read: self.read });
        }
    }

    /// Lies about how much it has read.
    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        sent.altered(|(Post::Letter { read } | Post::Answer { read })| {
            *read = lie.below(1_000) as u32;
            Some(())
        })
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Post>()
    }
}
