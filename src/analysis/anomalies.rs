//! What went wrong in a run, as lists to show: messages that were lost, doubled, late or garbled, and messages
//! that arrived before they were sent, if one believes the wall clocks.
//!
//! Must not know which fault did it; a fault signs by name.

use super::Causality;
use crate::base::{Duration, EventId, MessageId, NodeId, TrueTime, WallReading};
use crate::sim::{EventKind, FateEntry, FateUnit, MessageState, Outcome, Trace};

/// A message whose receive has a smaller wall reading than its send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backward {
    /// The message.
    pub message: MessageId,
    /// Its send, and what the sender's wall clock showed.
    pub sent: (EventId, WallReading),
    /// The receive, and what the receiver's wall clock showed.
    pub received: (EventId, WallReading),
    /// How long it really took, in true time.
    pub took: Duration,
}

impl Backward {
    /// The receive of a message, if by the wall clocks it came before the send.
    ///
    /// That is so exactly when the sender's clock, as it stood at the send, is ahead of the receiver's, as it
    /// stood at the receive, by more than the message took.
    pub fn at(trace: &Trace, event: EventId) -> Option<Self> {
        let sent = trace.cause_elsewhere(event)?;
        let message = trace.message(event)?;
        let (sent_at, received_at) = (trace.wall(sent), trace.wall(event));
        (received_at < sent_at).then(|| Self {
            message,
            sent: (sent, sent_at),
            received: (event, received_at),
            took: trace.at(event).since(trace.at(sent)),
        })
    }

    /// By how much the receive seems to come before the send.
    pub fn by(&self) -> Duration {
        Duration(self.sent.1.0.abs_diff(self.received.1.0))
    }

    /// By how much the sender's clock was ahead of the receiver's: by how much the message seems to go back,
    /// and the time that it took.
    pub fn skew(&self) -> Duration {
        Duration(self.by().0.saturating_add(self.took.0))
    }
}

/// All messages of a trace that arrived before they were sent by the wall clocks, in order of their receives.
pub fn backward(trace: &Trace) -> impl Iterator<Item = Backward> + '_ {
    trace.events().filter_map(|event| Backward::at(trace, event))
}

/// For an event, all those that it could have caused and that have a smaller wall reading: what a log sorted
/// by time puts before it. At most `most` of them, by node and in the order of each node.
pub fn sorted_before(trace: &Trace, causality: &Causality, event: EventId, most: usize) -> Vec<EventId> {
    let wall = trace.wall(event);
    let future = causality.future(event);
    let of_node = |node: NodeId| future.lane(node).filter_map(move |own| causality.event_at(node, own));
    let effects = NodeId::first(trace.nodes()).flat_map(of_node);
    effects.filter(|effect| trace.wall(*effect) < wall).take(most).collect()
}

/// Something that went wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The message.
    pub message: MessageId,
    /// When, in true time: when its last copy was lost, or when it was received.
    pub at: TrueTime,
    /// What went wrong.
    pub kind: TroubleKind,
}

/// What may go wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// Every copy was lost; who signed the loss of the last one, and how.
    Lost {
        /// The fault's id, or `network`, `crash`, `cut`, `partition`, `hand`.
        fault: &'static str,
        /// What it did, as a word.
        effect: &'static str,
    },
    /// It was received once more.
    Doubled {
        /// The second or later receive.
        again: EventId,
    },
    /// It was received after one that the same sender sent to the same receiver later.
    Late {
        /// Its receive.
        received: EventId,
        /// The message that overtook it: the first of those.
        overtaken_by: MessageId,
    },
    /// Some of its bits were flipped on the way.
    Garbled {
        /// The receive that brought the garbled bytes to the program; `None` where the checksum told and the
        /// packet was thrown away, or where it has not arrived.
        received: Option<EventId>,
        /// Who flipped the bits.
        fault: &'static str,
    },
}

/// All that went wrong with messages, in order of time.
pub fn troubles(trace: &Trace) -> Vec<Trouble> {
    let mut all = lost(trace);
    all.extend(garbled(trace));
    all.extend(late_or_doubled(trace));
    all.sort_by_key(|trouble| (trouble.at, trouble.message));
    all
}

fn lost(trace: &Trace) -> Vec<Trouble> {
    let is_loss = |entry: &FateEntry| entry.outcome == Outcome::Lost;
    let mut last: Vec<Option<FateEntry>> = vec![None; trace.messages()];
    trace.fates().filter(is_loss).for_each(|entry| last[entry.message.index()] = Some(entry));
    let is_lost = |entry: &FateEntry| trace.state(entry.message) == MessageState::Lost;
    let trouble = |entry: FateEntry| Trouble {
        message: entry.message,
        at: entry.at,
        kind: TroubleKind::Lost { fault: entry.fault, effect: entry.effect },
    };
    last.into_iter().flatten().filter(is_lost).map(trouble).collect()
}

/// One for each copy whose bits were flipped, at the first flip.
fn garbled(trace: &Trace) -> Vec<Trouble> {
    let mut flips: Vec<FateEntry> = trace.fates().filter(|entry| entry.unit == FateUnit::Bit).collect();
    flips.sort_by_key(|entry| (entry.message, entry.copy));
    flips.dedup_by_key(|entry| (entry.message, entry.copy));
    let trouble = |entry: FateEntry| {
        let is_it = |event: &EventId| trace.received_copy(*event) == entry.copy;
        let received = trace.arrivals(entry.message).into_iter().find(is_it);
        let at = received.map_or(entry.at, |event| trace.at(event));
        Trouble { message: entry.message, at, kind: TroubleKind::Garbled { received, fault: entry.fault } }
    };
    flips.into_iter().map(trouble).collect()
}

fn late_or_doubled(trace: &Trace) -> Vec<Trouble> {
    let nodes = trace.nodes();
    let mut was_received = vec![false; trace.messages()];
    // Of each pair of nodes, the received messages that no earlier received one outnumbers: ascending both
    // ways, so that the first that overtook another can be searched for.
    let mut highest: Vec<Vec<MessageId>> = vec![Vec::new(); nodes * nodes];
    let mut all = Vec::new();
    for event in trace.events().filter(|&event| trace.kind(event) == EventKind::Receive) {
        let Some(message) = trace.message(event) else { continue };
        let at = trace.at(event);
        let mut found = |kind| all.push(Trouble { message, at, kind });
        if was_received[message.index()] {
            found(TroubleKind::Doubled { again: event });
            continue;
        }
        was_received[message.index()] = true;
        let highest = &mut highest[trace.sender(message).index() * nodes + trace.receiver(message).index()];
        let earlier = highest.partition_point(|other| trace.nth(*other) < trace.nth(message));
        match highest.get(earlier) {
            Some(&overtaken_by) => found(TroubleKind::Late { received: event, overtaken_by }),
            None => highest.push(message),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::puppets;

    const MS: u64 = 1_000_000;

    #[test]
    fn a_sender_ahead_by_more_than_the_delay_is_shown_with_the_pair() {
        let trace = puppets::trace(2, &[25], "0 a>b, 30 b>a, 60 a>b 30");
        let all: Vec<Backward> = backward(&trace).collect();
        assert_eq!(all.len(), 1, "an answer goes the other way, and 30 ms are longer than 25");
        let first = all[0];
        assert_eq!(
            (first.sent, first.received),
            ((EventId(0), WallReading(25 * MS as i64)), (EventId(1), WallReading(10 * MS as i64)))
        );
        assert_eq!([first.took, first.by(), first.skew()], [10, 15, 25].map(Duration::millis));
    }

    #[test]
    fn exactly_as_far_ahead_as_the_delay_is_not_backward() {
        assert_eq!(backward(&puppets::trace(2, &[10], "0 a>b")).count(), 0);
        assert_eq!(backward(&puppets::trace(2, &[11], "0 a>b")).count(), 1);
    }

    #[test]
    fn a_log_sorted_by_time_puts_effects_first() {
        let trace = puppets::trace(2, &[25], "0 a>b, 12 b, 20 b, 26 b");
        let causality = Causality::of(&trace);
        let before = |most| sorted_before(&trace, &causality, EventId(0), most);
        assert_eq!(before(9), [1, 2, 3].map(EventId));
        assert_eq!(before(2), [1, 2].map(EventId));
    }

    fn kinds(trace: &Trace) -> Vec<(u32, u64, TroubleKind)> {
        troubles(trace).into_iter().map(|it| (it.message.0, it.at.0 / MS, it.kind)).collect()
    }

    #[test]
    fn messages_in_trouble_are_listed_in_order() {
        let trace = puppets::trace(2, &[], "0 a>b 50, 1 a>b, 2 a>b lost, 3 a>b twice");
        // Events: sends e0 to e3, the copy of message 3 at once, then message 1, 3 and 0.
        let received = |nth: usize| {
            trace
                .events()
                .filter(|&event| trace.kind(event) == EventKind::Receive)
                .nth(nth)
                .expect("a receive")
        };
        assert_eq!(
            kinds(&trace),
            [
                (2, 2, TroubleKind::Lost { fault: "script", effect: "dropped" }),
                (1, 11, TroubleKind::Late { received: received(1), overtaken_by: MessageId(3) }),
                (3, 13, TroubleKind::Doubled { again: received(2) }),
                (0, 50, TroubleKind::Late { received: received(3), overtaken_by: MessageId(3) }),
            ]
        );
    }

    #[test]
    fn what_has_not_arrived_is_no_trouble() {
        assert!(troubles(&puppets::trace(2, &[], "0 a>b, 1 b>a, 30 a>b")).is_empty());
    }
}
