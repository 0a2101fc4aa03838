//! A broker that keeps a log of records, and how far its consumer has come in it.
//!
//! # What it does
//! What a producer sends is appended to a log on the disk, and acknowledged. A consumer fetches the record at an offset,
//! and waits there for one that has not come yet. It commits how far it has come; after a restart it asks for that. A
//! broker may refuse records whose number it knows (an idempotent producer), and may take a result and the offset
//! behind its record in one write (a transaction).
//!
//! # The assumption it breaks
//! None: it is what consumers and producers with different promises meet at.
//!
//! # What to look for
//! The log is written before the acknowledgement goes out. A crash or a loss between the two brings the same record
//! once more, and by itself the broker cannot tell it from a new one that says the same.
//!
//! # Sources
//! J. Kreps, N. Narkhede and J. Rao, *Kafka: a Distributed Messaging System for Log Processing* (2011). Idempotent
//! producers and transactions: Kafka's KIP-98 (2016).

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{MonotonicReading, NodeId};
use crate::sim::{Context, Incoming, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "log-broker",
    title: "Log broker",
    effect: "keeps records in a log, and how far its consumer has come",
    doc: crate::module_doc!("log_broker.rs"),
};

/// What stands beside a result: an event of its own, or the write that it is.
pub const APPLIED: &str = "applied";

/// What stands beside a write of the log that bears no result.
pub const LOG: &str = "log";

/// What producer, broker and consumer say to each other. Keys of records are counted from 1, offsets from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Topic {
    /// Producer to broker: append this record.
    Produce {
        /// Its key.
        key: u32,
    },
    /// Broker to producer: it is in the log.
    Stored {
        /// Its key.
        key: u32,
    },
    /// Consumer to broker: the record at this offset, or behind what was committed last.
    Fetch {
        /// Where; none after a restart.
        offset: Option<u32>,
        /// When the consumer started, by its own clock: what was sent to it before a crash is not meant for it any more.
        session: MonotonicReading,
    },
    /// Broker to consumer: a record.
    Record {
        /// For which of the consumer's starts it is meant.
        session: MonotonicReading,
        /// Where it stands.
        offset: u32,
        /// Its key.
        key: u32,
    },
    /// Consumer to broker: all before this offset is done.
    Commit {
        /// The offset of the next one.
        offset: u32,
    },
    /// Consumer to broker: the result of the record at this offset, and that it is done, as one.
    Transaction {
        /// Where the record stands.
        offset: u32,
        /// Its key.
        key: u32,
    },
    /// Broker to consumer: so far has it come.
    Committed {
        /// The offset of the next one.
        offset: u32,
    },
}

/// What is promised of each record, and how the promise is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Policy {
    /// Each is sent once, and committed before it is applied.
    AtMostOnce,
    /// Each is sent until it is acknowledged, and committed after it was applied.
    AtLeastOnce,
    /// The same, and the consumer writes down the key of what it applies in the same write.
    IdempotentConsumer,
    /// The broker refuses numbers that it knows, and takes result and offset in one write.
    Transactions,
}

/// What outlasts a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Disk {
    /// The keys of the records, by offset.
    log: Vec<u32>,
    /// The results that came by transactions.
    results: Vec<u32>,
    committed: u32,
}

/// What a consumer asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Fetch {
    consumer: NodeId,
    offset: u32,
    session: MonotonicReading,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct LogBroker {
    policy: Policy,
    disk: Disk,
    /// The fetch that waits for the next record.
    waiting: Option<Fetch>,
}

impl LogBroker {
    /// A broker whose log is empty.
    pub fn new(policy: Policy) -> Self {
        Self { policy, disk: Disk::default(), waiting: None }
    }

    fn produce(&mut self, from: NodeId, key: u32, cx: &mut Context<'_>) {
        // A producer sends in the order of its numbers.
        let is_known = self.disk.log.last().is_some_and(|&last| key <= last);
        let refuses_known = matches!(self.policy, Policy::AtMostOnce | Policy::Transactions);
        if !(is_known && refuses_known) {
            self.disk.log.push(key);
            cx.persist(LOG, &self.disk);
        }
        if self.policy != Policy::AtMostOnce {
            cx.send_nth(from, "stored", key, &Topic::Stored { key });
        }
        if let Some(fetch) = self.waiting.take() {
            self.fetch(fetch, cx);
        }
    }

    fn fetch(&mut self, fetch: Fetch, cx: &mut Context<'_>) {
        let Fetch { consumer, offset, session } = fetch;
        match self.disk.log.get(offset as usize) {
            Some(&key) => cx.send_nth(consumer, "record", key, &Topic::Record { session, offset, key }),
            None => self.waiting = Some(fetch),
        }
    }

    fn commit(&mut self, consumer: NodeId, offset: u32, cx: &mut Context<'_>) {
        if offset > self.disk.committed {
            self.disk.committed = offset;
            cx.persist(LOG, &self.disk);
        }
        self.answer(consumer, cx);
    }

    /// Result and offset are one write. One that comes again finds the offset moved on.
    fn transact(&mut self, consumer: NodeId, offset: u32, key: u32, cx: &mut Context<'_>) {
        if offset == self.disk.committed {
            self.disk.results.push(key);
            self.disk.committed += 1;
            cx.persist(APPLIED, &self.disk);
        }
        self.answer(consumer, cx);
    }

    fn answer(&self, consumer: NodeId, cx: &mut Context<'_>) {
        let offset = self.disk.committed;
        cx.send_nth(consumer, "committed", offset, &Topic::Committed { offset });
    }
}

impl Program for LogBroker {
    fn start(&mut self, cx: &mut Context<'_>) {
        // Two kinds of writes hold the same; the one that knows more is the newer.
        let found: [Disk; 2] = [LOG, APPLIED].map(|place| cx.disk(place).unwrap_or_default());
        let newest = found.into_iter().max_by_key(|disk| (disk.log.len(), disk.committed));
        self.disk = newest.unwrap_or_default();
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match incoming.read() {
            Some(Topic::Produce { key }) => self.produce(from, key, cx),
            Some(Topic::Fetch { offset, session }) => {
                let offset = offset.unwrap_or(self.disk.committed);
                self.fetch(Fetch { consumer: from, offset, session }, cx);
            }
            Some(Topic::Commit { offset }) => self.commit(from, offset, cx),
            Some(Topic::Transaction { offset, key }) => self.transact(from, offset, key, cx),
            Some(Topic::Stored { .. } | Topic::Record { .. } | Topic::Committed { .. }) | None => {}
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Topic>()
    }
}
