//! How much happened: events of each node and kind, and what became of the messages.
//!
//! Must not know what the numbers are shown with.

use crate::base::NodeId;
use crate::sim::{EventKind, MessageState, Trace};

/// The counts of a trace up to its mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// Of each node, in order.
    pub nodes: Vec<NodeCounts>,
    /// Of all messages.
    pub messages: MessageCounts,
}

/// The counts of one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeCounts {
    /// How many events it has, of any kind.
    pub events: u32,
    /// How many of each kind, in the order of [`EventKind::ALL`].
    pub kinds: [u32; EventKind::ALL.len()],
    /// Of the messages that it sent, how many were lost.
    pub lost: u32,
}

/// The counts of messages. A message is one send to one receiver, however many copies it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageCounts {
    /// How many there are.
    pub all: u32,
    /// How many were received at least once.
    pub arrived: u32,
    /// How many of which every copy was lost.
    pub lost: u32,
    /// How many of which a copy may still arrive and none has.
    pub in_flight: u32,
    /// How many receives there were beyond the first of each message.
    pub doubled: u32,
    /// The bytes of all payloads, each counted once.
    pub bytes: u64,
}

impl NodeCounts {
    /// How many events of a kind it has.
    pub const fn of(&self, kind: EventKind) -> u32 {
        self.kinds[kind as usize]
    }
}

impl Statistics {
    /// Counts a trace, in one pass over its events and messages.
    pub fn of(trace: &Trace) -> Self {
        let mut nodes = vec![NodeCounts::default(); trace.nodes()];
        let mut receives = 0;
        for event in trace.events() {
            let (node, kind) = (&mut nodes[trace.node(event).index()], trace.kind(event));
            node.events += 1;
            node.kinds[kind as usize] += 1;
            receives += u32::from(kind == EventKind::Receive);
        }
        let mut messages = MessageCounts { all: trace.messages() as u32, ..MessageCounts::default() };
        for message in trace.message_ids() {
            messages.bytes += trace.payload(message).len() as u64;
            match trace.state(message) {
                MessageState::Arrived => messages.arrived += 1,
                MessageState::InFlight => messages.in_flight += 1,
                MessageState::Lost => {
                    messages.lost += 1;
                    nodes[trace.sender(message).index()].lost += 1;
                }
            }
        }
        messages.doubled = receives - messages.arrived;
        Self { nodes, messages }
    }

    /// The counts of one node.
    pub fn node(&self, node: NodeId) -> &NodeCounts {
        &self.nodes[node.index()]
    }

    /// How many events there are.
    pub fn events(&self) -> u64 {
        self.nodes.iter().map(|node| u64::from(node.events)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::puppets;

    #[test]
    fn everything_is_counted_once() {
        let trace = puppets::trace(3, &[], "0 a>b, 1 a>c lost, 2 b, 3 c>a twice, 4 c");
        let counts = Statistics::of(&trace);
        assert_eq!(counts.events(), trace.len() as u64);
        let events: Vec<u32> = counts.nodes.iter().map(|node| node.events).collect();
        assert_eq!(events, [4, 2, 2], "a sends twice and receives twice");
        assert_eq!((counts.node(NodeId(0)).lost, counts.node(NodeId(2)).of(EventKind::Local)), (1, 1));
        let MessageCounts { all, arrived, lost, in_flight, doubled, bytes } = counts.messages;
        assert_eq!((all, arrived, lost, in_flight, doubled, bytes), (3, 2, 1, 0, 1, 0));
    }

    #[test]
    fn a_message_under_way_is_neither_here_nor_there() {
        let mut engine = puppets::engine(2, &[], "0 a>b");
        while engine.trace().messages() == 0 {
            engine.step().expect("a sends");
        }
        let counts = Statistics::of(engine.trace()).messages;
        assert_eq!((counts.in_flight, counts.arrived, counts.lost), (1, 0, 0));
    }
}
