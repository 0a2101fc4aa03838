//! The far end of a line: takes datagrams as they come, and puts a stream together in its order.
//!
//! # What it does
//! A frame of a datagram sender is delivered when it is there. Of a stream, a frame is delivered when all before it
//! are; what came too early is kept, and each frame is answered with the number of the first that is still missing.
//! Frames that others send are taken and not delivered to anyone.
//!
//! # The assumption it breaks
//! That what has arrived is of use. In a stream, a frame that is there waits for one that is not.
//!
//! # What to look for
//! `delivered 7` long after frame 7 came: it waited for 6, which had to be sent again.
//!
//! # Sources
//! Cumulative acknowledgements: RFC 9293, section 3.4.

use std::collections::BTreeSet;

use serde::Serialize;

use super::ProgramEntry;
use super::multiplexer::Frame;
use super::stream::Ack;
use crate::base::NodeId;
use crate::sim::{Context, Incoming, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "sink",
    title: "Sink",
    effect: "delivers datagrams as they come and streams in their order",
    doc: crate::module_doc!("sink.rs"),
};

/// What stands beside the delivery of a frame.
pub const DELIVERED: &str = "delivered";

/// What stands beside the answer to a frame of a stream.
pub const ACK: &str = "ack";

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Sink {
    /// Whose frames are delivered.
    of: NodeId,
    is_stream: bool,
    /// The number of the first frame that is missing.
    missing: u32,
    /// What came too early.
    early: BTreeSet<u32>,
    delivered: u32,
}

impl Sink {
    /// The far end for this sender, which sends a stream or datagrams.
    pub fn new(of: NodeId, is_stream: bool) -> Self {
        Self { of, is_stream, missing: 1, early: BTreeSet::new(), delivered: 0 }
    }

    fn deliver(&mut self, nth: u32, cx: &mut Context<'_>) {
        self.delivered += 1;
        cx.local_nth(DELIVERED, nth);
    }
}

impl Program for Sink {
    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Frame { from, nth }) = incoming.read() else { return };
        if from != self.of {
            return;
        }
        if !self.is_stream {
            return self.deliver(nth, cx);
        }
        if nth >= self.missing {
            self.early.insert(nth);
        }
        while self.early.remove(&self.missing) {
            self.deliver(self.missing, cx);
            self.missing += 1;
        }
        cx.send_nth(self.of, ACK, self.missing, &Ack { missing: self.missing });
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Frame>().or_else(|| incoming.explain::<Ack>())
    }
}
