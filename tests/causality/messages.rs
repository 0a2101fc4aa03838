//! Lists of messages in trouble, arrivals before sends by wall clock, and counts, each against a plain look
//! at every message.

use lightcone::analysis::anomalies::{self, Backward, TroubleKind};
use lightcone::analysis::{Statistics, Trouble};
use lightcone::base::{EventId, MessageId};
use lightcone::sim::{EventKind, MessageState};

use crate::runs::Run;

pub fn hold(run: &Run) {
    assert_backward(run);
    assert_troubles(run);
    assert_counts(run);
}

/// A message arrives before it was sent by wall clock exactly when its sender's clock is ahead of its
/// receiver's by more than it took.
fn assert_backward(run: &Run) {
    let trace = run.trace();
    let listed: Vec<Backward> = anomalies::backward(trace).collect();
    let ahead = |event: EventId| trace.wall(event).0 - trace.at(event).0 as i64;
    let mut found = listed.iter();
    for event in trace.events() {
        let Some(sent) = trace.cause_elsewhere(event) else { continue };
        let (skew, took) = (ahead(sent) - ahead(event), trace.at(event).since(trace.at(sent)));
        if skew <= took.0 as i64 {
            assert_eq!(Backward::at(trace, event), None);
            continue;
        }
        let backward = found.next().expect("it is listed");
        assert_eq!((backward.sent.0, backward.received.0, backward.took), (sent, event, took));
        assert_eq!((backward.sent.1, backward.received.1), (trace.wall(sent), trace.wall(event)));
        assert_eq!(backward.skew().0, skew as u64);
        let hidden = anomalies::sorted_before(trace, &run.causality, sent, usize::MAX);
        assert!(hidden.contains(&event), "a sorted log puts the receive before the send");
    }
    assert_eq!(found.next(), None);
}

fn assert_troubles(run: &Run) {
    let trace = run.trace();
    let troubles = anomalies::troubles(trace);
    assert!(troubles.is_sorted_by_key(|trouble| trouble.at));
    let of = |is_it: &dyn Fn(&Trouble) -> bool| {
        let mut ids: Vec<MessageId> = troubles.iter().filter(|it| is_it(it)).map(|it| it.message).collect();
        ids.sort_unstable();
        ids
    };
    let lost: Vec<MessageId> =
        trace.message_ids().filter(|message| trace.state(*message) == MessageState::Lost).collect();
    assert_eq!(of(&|it| matches!(it.kind, TroubleKind::Lost { .. })), lost);
    for message in trace.message_ids() {
        let arrivals = trace.arrivals(message);
        let count = |is_it: &dyn Fn(&TroubleKind) -> bool| {
            troubles.iter().filter(|it| it.message == message && is_it(&it.kind)).count()
        };
        assert_eq!(
            count(&|kind| matches!(kind, TroubleKind::Doubled { .. })),
            arrivals.len().saturating_sub(1)
        );
        let overtaken = arrivals.first().and_then(|received| first_to_overtake(run, message, *received));
        let is_late = |kind: &TroubleKind| matches!(kind, TroubleKind::Late { overtaken_by, .. } if Some(*overtaken_by) == overtaken);
        assert_eq!(count(&is_late), usize::from(overtaken.is_some()), "{message}");
        assert_eq!(count(&|kind| matches!(kind, TroubleKind::Late { .. })), usize::from(overtaken.is_some()));
        for event in arrivals {
            let is_garbled = trace.received_payload(event) != Some(trace.payload(message));
            let is_listed = |kind: &TroubleKind| matches!(kind, TroubleKind::Garbled { received: Some(it), .. } if *it == event);
            assert!(!is_garbled || count(&is_listed) == 1, "{event} brought other bytes than were sent");
        }
    }
}

/// The first message of the same pair that was sent later and received earlier.
fn first_to_overtake(run: &Run, message: MessageId, received: EventId) -> Option<MessageId> {
    let trace = run.trace();
    let ends = |message| (trace.sender(message), trace.receiver(message));
    trace
        .events()
        .take_while(|event| *event < received)
        .filter(|event| trace.kind(*event) == EventKind::Receive)
        .filter_map(|event| trace.message(event))
        .find(|other| ends(*other) == ends(message) && trace.nth(*other) > trace.nth(message))
}

fn assert_counts(run: &Run) {
    let trace = run.trace();
    let counts = Statistics::of(trace);
    assert_eq!(counts.events(), trace.len() as u64);
    for (n, node) in counts.nodes.iter().enumerate() {
        let own = trace.events().filter(|event| trace.node(*event).index() == n).count();
        assert_eq!((node.events as usize, node.kinds.iter().sum::<u32>()), (own, node.events));
    }
    let kinds = |kind| counts.nodes.iter().map(|node| node.of(kind)).sum::<u32>();
    let messages = counts.messages;
    assert_eq!(messages.all, kinds(EventKind::Send), "nobody injects any here");
    assert_eq!(messages.all, messages.arrived + messages.lost + messages.in_flight);
    assert_eq!(messages.arrived + messages.doubled, kinds(EventKind::Receive));
    assert_eq!(counts.nodes.iter().map(|node| node.lost).sum::<u32>(), messages.lost);
}

/// The cases together show every kind of trouble.
pub fn assert_variety(all: &[Run]) {
    let mut counts = [0; 4];
    for run in all {
        let mut has = [false; 4];
        for trouble in anomalies::troubles(run.trace()) {
            let kind = match trouble.kind {
                TroubleKind::Lost { .. } => 0,
                TroubleKind::Doubled { .. } => 1,
                TroubleKind::Late { .. } => 2,
                TroubleKind::Garbled { .. } => 3,
            };
            has[kind] = true;
        }
        counts.iter_mut().zip(has).for_each(|(count, has)| *count += u32::from(has));
    }
    assert!(counts.iter().all(|count| *count > 2), "runs with lost, doubled, late, garbled ones: {counts:?}");
    let backward: Vec<usize> = all.iter().map(|run| anomalies::backward(run.trace()).count()).collect();
    assert!(backward.iter().filter(|count| **count > 0).count() > 2, "{backward:?}");
    assert!(backward.contains(&0), "{backward:?}");
}
