//! A node's local history: all that it ever saw, as bytes, so that two worlds can be compared from inside.
//!
//! What differs between two worlds can be known to a node only if its histories differ. Must not know what
//! the worlds are.

use crate::base::{EventId, NodeId};
use crate::sim::{EventKind, Trace};

/// The history of `node` before the event `end`, or all of it.
///
/// Of each event: its kind and label, what the node's two clocks showed, and for a message who is at its
/// other end and its bytes as they left or arrived. Then what the node wrote to its log, if all is asked for.
/// Neither true time nor any number that the observer outside gave to events and messages is in it. Nor is what
/// a node does not notice: its crash (but its restart), its pauses, and that its clock was set (but what
/// it shows from then on).
pub fn local_history(trace: &Trace, node: NodeId, end: Option<EventId>) -> Vec<u8> {
    history_with(trace, node, end, |other| other.0)
}

/// The same, with other nodes by the numbers that `called` gives them: so that the histories of two nodes can be
/// compared, each of which has neighbours of its own.
pub fn history_with(
    trace: &Trace,
    node: NodeId,
    end: Option<EventId>,
    called: impl Fn(NodeId) -> u16,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let end_or_len = end.map_or(trace.len(), EventId::index);
    let own = trace.events().take(end_or_len).filter(|&event| trace.node(event) == node);
    for event in own.filter(|&event| trace.kind(event).is_noticed()) {
        bytes.push(trace.kind(event) as u8);
        put(&mut bytes, trace.label(event).as_bytes());
        bytes.extend(trace.wall(event).0.to_le_bytes());
        bytes.extend(trace.monotonic(event).0.to_le_bytes());
        let Some(message) = trace.message(event) else { continue };
        let (other, payload) = match trace.kind(event) {
            EventKind::Receive => (trace.sender(message), trace.received_payload(event).unwrap_or_default()),
            _ => (trace.receiver(message), trace.payload(message)),
        };
        bytes.extend(called(other).to_le_bytes());
        put(&mut bytes, payload);
    }
    if end.is_none() {
        trace.log(node).for_each(|line| put(&mut bytes, line.text.as_bytes()));
    }
    bytes
}

/// A length and so many bytes, so that no two histories run together into the same bytes.
fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend((part.len() as u32).to_le_bytes());
    bytes.extend(part);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::WallReading;
    use crate::scenes::{RunSpec, find};
    use crate::sim::{Act, Engine};

    const BOB: NodeId = NodeId(1);

    /// Bob's history in the letters' run, in which a hand does this after the first turn.
    fn with(acts: &[Act]) -> Vec<u8> {
        let scene = find("crossed-letters").expect("it is in the catalogue");
        let mut engine: Engine = RunSpec::of(scene).start();
        engine.step().expect("alice writes");
        acts.iter().for_each(|act| engine.act(act).expect("it can be done"));
        while engine.step().is_ok() {}
        local_history(engine.trace(), BOB, None)
    }

    #[test]
    fn a_node_sees_its_messages_and_readings_and_no_pause_that_is_over_in_time() {
        let plain = with(&[]);
        assert_eq!(with(&[Act::Pause(BOB), Act::Resume(BOB)]), plain);
        assert_ne!(with(&[Act::SetClock(BOB, WallReading(5))]), plain, "its clock shows it");
        assert_ne!(with(&[Act::Crash(BOB), Act::Restart(BOB)]), plain, "it starts again");
        assert_ne!(
            with(&[Act::Partition { group: vec![BOB], one_way: false }]),
            plain,
            "letters are missing"
        );
    }

    #[test]
    fn the_history_before_an_event_is_the_beginning_of_all_of_it() {
        let scene = find("crossed-letters").expect("it is in the catalogue");
        let mut engine = RunSpec::of(scene).start();
        while engine.step().is_ok() {}
        let trace = engine.trace();
        let all = local_history(trace, BOB, None);
        let parts: Vec<Vec<u8>> =
            trace.events().map(|event| local_history(trace, BOB, Some(event))).collect();
        assert!(parts.iter().all(|part| all.starts_with(part)) && parts[0].is_empty());
        assert!(parts.windows(2).all(|pair| pair[0].len() <= pair[1].len()));
    }
}
