//! Takes records from a broker one by one and applies each, before or after it says so, or in one step with saying so.
//!
//! # What it does
//! It fetches the record behind the last one that was committed. With the promise of at most once it commits first, and
//! applies the record when the broker has acknowledged that. With at least once it applies the record first. An
//! idempotent consumer writes down what it applies and its key in one write, and skips keys that it knows. With
//! transactions it sends result and offset to the broker in one message, again and again until that is acknowledged.
//!
//! # The assumption it breaks
//! That doing a thing and saying that it is done are one.
//!
//! # What to look for
//! What lies between the two when it crashes: a record that is committed and never applied, or one that is applied and
//! comes again.
//!
//! # Sources
//! Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 11, "Fault tolerance". Kafka's KIP-98 (2016).

use serde::Serialize;

use super::ProgramEntry;
use super::log_broker::{APPLIED, Policy, Topic};
use super::thruster::Keys;
use crate::base::{Duration, MonotonicReading, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "consumer",
    title: "Consumer",
    effect: "applies records from a broker, and commits how far it has come",
    doc: crate::module_doc!("consumer.rs"),
};

/// How many keys an idempotent consumer keeps.
const WINDOW: usize = 1_000;

const POLL: TimerId = TimerId::new("poll", 0);

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Consumer {
    broker: NodeId,
    policy: Policy,
    /// How often it asks again for what has not come.
    poll: Duration,
    /// When it started.
    session: MonotonicReading,
    /// Where the next record stands; none before the broker has said.
    next: Option<u32>,
    /// The record that it has begun with, by offset and key, and not yet got acknowledged.
    open: Option<(u32, u32)>,
    /// The keys that were applied; also on the disk.
    keys: Keys,
}

impl Consumer {
    /// A consumer of this broker.
    pub fn new(broker: NodeId, policy: Policy, poll: Duration) -> Self {
        Self {
            broker,
            policy,
            poll,
            session: MonotonicReading(0),
            next: None,
            open: None,
            keys: Keys::default(),
        }
    }

    /// Asks for what it waits for, for the first time or again.
    fn ask(&self, is_again: bool, cx: &mut Context<'_>) {
        cx.again(is_again);
        match (self.open, self.policy) {
            (Some((offset, key)), Policy::Transactions) => {
                cx.send_nth(self.broker, "transaction", key, &Topic::Transaction { offset, key });
            }
            (Some((offset, _)), _) => self.commit(offset + 1, cx),
            (None, _) => {
                cx.send(self.broker, "fetch", &Topic::Fetch { offset: self.next, session: self.session });
            }
        }
        cx.set_timer(POLL, self.poll);
    }

    fn commit(&self, offset: u32, cx: &mut Context<'_>) {
        cx.send_nth(self.broker, "commit", offset, &Topic::Commit { offset });
    }

    fn record(&mut self, offset: u32, key: u32, cx: &mut Context<'_>) {
        if self.open.is_some() || self.next.is_some_and(|next| next != offset) {
            return;
        }
        self.next = Some(offset + 1);
        match self.policy {
            Policy::AtMostOnce | Policy::Transactions => {
                self.open = Some((offset, key));
                return self.ask(false, cx);
            }
            Policy::AtLeastOnce => cx.local_nth(APPLIED, key),
            Policy::IdempotentConsumer if self.keys.contains(key) => {}
            Policy::IdempotentConsumer => {
                self.keys.insert(key, WINDOW);
                cx.persist(APPLIED, &self.keys);
            }
        }
        // Should this be lost, the next one says it as well.
        self.commit(offset + 1, cx);
        self.ask(false, cx);
    }

    fn committed(&mut self, committed: u32, cx: &mut Context<'_>) {
        let Some((offset, key)) = self.open.filter(|(offset, _)| *offset < committed) else { return };
        self.open = None;
        if self.policy == Policy::AtMostOnce {
            cx.local_nth(APPLIED, key);
        }
        self.next = Some(offset + 1);
        self.ask(false, cx);
    }
}

impl Program for Consumer {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.session = cx.monotonic();
        self.keys = cx.disk(APPLIED).unwrap_or_default();
        self.ask(false, cx);
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match incoming.read() {
            Some(Topic::Record { session, offset, key }) if session == self.session => {
                self.record(offset, key, cx);
            }
            Some(Topic::Committed { offset }) => self.committed(offset, cx),
            _ => {}
        }
    }

    fn timer(&mut self, _: TimerId, cx: &mut Context<'_>) {
        self.ask(true, cx);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Topic>()
    }
}
