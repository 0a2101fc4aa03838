//! Hands records to a broker: once and that is it, or until each is acknowledged.
//!
//! # What it does
//! An order `produce` gives it a record with the order's number as its key. With the promise of at most once it sends
//! it and forgets it. Otherwise it writes it into its outbox on the disk, and sends the oldest again and again until
//! the broker says that it is stored.
//!
//! # The assumption it breaks
//! That what was sent has come, and that what was not acknowledged has not.
//!
//! # What to look for
//! The outbox: who wants to try again after a crash must have written down what.
//!
//! # Sources
//! The transactional outbox: C. Richardson, *Microservices Patterns* (2018), section 3.3. `acks` and `retries` of
//! Kafka's producer.

use std::collections::VecDeque;

use serde::Serialize;

use super::ProgramEntry;
use super::log_broker::{Policy, Topic};
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "producer",
    title: "Producer",
    effect: "hands records to a broker, once or until each is acknowledged",
    doc: crate::module_doc!("producer.rs"),
};

/// The order to produce a record, and what stands beside its sending.
pub const PRODUCE: &str = "produce";

/// The key of the outbox on the disk.
const OUTBOX: &str = "outbox";

const AGAIN: TimerId = TimerId::new("again", 0);

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Producer {
    broker: NodeId,
    policy: Policy,
    /// How long it waits for an acknowledgement before it sends again.
    patience: Duration,
    /// The keys that were not acknowledged, the oldest first; also on the disk.
    outbox: VecDeque<u32>,
}

impl Producer {
    /// A producer of this broker.
    pub fn new(broker: NodeId, policy: Policy, patience: Duration) -> Self {
        Self { broker, policy, patience, outbox: VecDeque::new() }
    }

    /// Sends the oldest, for the first time or again.
    fn send(&self, is_again: bool, cx: &mut Context<'_>) {
        match self.outbox.front() {
            Some(&key) => {
                cx.again(is_again).send_nth(self.broker, PRODUCE, key, &Topic::Produce { key });
                cx.set_timer(AGAIN, self.patience);
            }
            None => cx.cancel_timer(AGAIN),
        }
    }
}

impl Program for Producer {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.outbox = cx.disk(OUTBOX).unwrap_or_default();
        // It was noted in the turn in which it was sent.
        self.send(true, cx);
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Topic::Stored { key }) = incoming.read() else { return };
        if self.outbox.front() == Some(&key) {
            self.outbox.pop_front();
            cx.persist(OUTBOX, &self.outbox);
            self.send(false, cx);
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        self.send(true, cx);
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        let Ok(key) = u32::try_from(order.number) else { return };
        if order.what != PRODUCE {
            return;
        }
        if self.policy == Policy::AtMostOnce {
            return cx.send_nth(self.broker, PRODUCE, key, &Topic::Produce { key });
        }
        self.outbox.push_back(key);
        cx.persist(OUTBOX, &self.outbox);
        if self.outbox.len() == 1 {
            self.send(false, cx);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Topic>()
    }
}
