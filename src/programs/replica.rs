//! A replica of one record, which two stations write: it keeps the write with the highest stamp, or all
//! that no one has seen yet.
//!
//! # What it does
//! A station writes through the replica next to it. What changed there is kept on disk, sent to the other
//! replicas, and shown to the station. Of two versions a replica keeps the one with the larger stamp
//! (last write wins), the stamp being the writer's wall clock or its hybrid clock; or it keeps both as siblings
//! until a write comes whose author had read them, as dotted version vectors tell.
//!
//! # The assumption it breaks
//! Clocks are accurate: the write with the latest timestamp is the latest write.
//!
//! # What to look for
//! `ignored` and `replaced` beside the events: which write had to go, and for which. With the wall clock it may
//! be the later one, and nobody is told.
//!
//! # Sources
//! Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 8, "Timestamps for ordering events", and
//! chapter 5, "Last write wins". For the siblings see the clock of that name, [`crate::clocks::dotted`].

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Draw, NodeId};
use crate::clocks::{Context as Seen, HybridStamp, Siblings};
use crate::sim::{Context, Incoming, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "replica",
    title: "Replica of a record",
    effect: "keeps the write with the highest stamp, or siblings, and passes them on",
    doc: crate::module_doc!("replica.rs"),
};

/// What stands beside an event at which a replica begins to hold a write; the number is the write's.
pub const KEPT: &str = "kept";

/// What stands beside an event at which a write that was held had to go.
pub const REPLACED: &str = "replaced";

/// What stands beside an event at which a write that came was not kept.
pub const IGNORED: &str = "ignored";

/// One write of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attitude {
    /// The number of the write, by which the scene and the labels name it.
    pub write: u32,
    /// The satellite's roll in thousandths of a degree.
    pub roll: i32,
}

/// How versions of the record are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versions {
    /// By the writer's wall clock; the highest wins.
    WallClock,
    /// By the writer's hybrid clock; the highest wins.
    HybridClock,
    /// By dotted version vectors; none wins that has not seen the other.
    Dotted,
}

/// A write and its stamp. Field order is comparison order: equal stamps fall to the larger node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamped {
    /// By the writer's clock; a wall clock's has no logical part.
    pub stamp: HybridStamp,
    /// Who wrote.
    pub writer: NodeId,
    /// What was written.
    pub attitude: Attitude,
}

/// What a replica holds of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// The write with the highest stamp, if there was one.
    Latest(Option<Stamped>),
    /// All that no other write was meant to replace.
    All(Siblings<Attitude>),
}

impl Record {
    /// A record that nobody has written yet.
    pub fn new(versions: Versions) -> Self {
        match versions {
            Versions::WallClock | Versions::HybridClock => Self::Latest(None),
            Versions::Dotted => Self::All(Siblings::default()),
        }
    }

    /// The writes that it holds.
    pub fn writes(&self) -> Vec<Attitude> {
        match self {
            Self::Latest(latest) => latest.iter().map(|latest| latest.attitude).collect(),
            Self::All(siblings) => siblings.values().copied().collect(),
        }
    }

    fn holds(&self, write: u32) -> bool {
        self.writes().iter().any(|attitude| attitude.write == write)
    }

    fn take(&mut self, me: NodeId, write: &Write) {
        match (self, write) {
            (Self::Latest(latest), Write::Stamped(stamped)) => *latest = (*latest).max(Some(*stamped)),
            (Self::All(siblings), Write::Seen(seen, attitude)) => {
                siblings.write(me, seen, *attitude);
            }
            // A station that tells versions apart in another way than its replica is a mistake of the scene.
            (Self::Latest(_), Write::Seen(..)) | (Self::All(_), Write::Stamped(_)) => {}
        }
    }

    fn merge(&mut self, other: &Self) {
        match (self, other) {
            (Self::Latest(latest), Self::Latest(other)) => *latest = (*latest).max(*other),
            (Self::All(siblings), Self::All(other)) => siblings.merge(other),
            (Self::Latest(_), Self::All(_)) | (Self::All(_), Self::Latest(_)) => {}
        }
    }
}

/// A write on its way to a replica.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Write {
    /// With a stamp by which it wins or loses.
    Stamped(Stamped),
    /// With what its author had seen.
    Seen(Seen, Attitude),
}

impl Write {
    /// What is written.
    pub fn attitude(&self) -> Attitude {
        match self {
            Self::Stamped(stamped) => stamped.attitude,
            Self::Seen(_, attitude) => *attitude,
        }
    }
}

/// What stations and replicas say to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Store {
    /// A station writes.
    Write(Write),
    /// A replica tells what it holds.
    Holds(Record),
}

/// What a liar says instead: another roll, up to 45° either way, with the same stamp. About siblings it says
/// that it has none.
pub(super) fn forged(sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
    let roll = lie.between(0, 90_000) as i32 - 45_000;
    sent.altered(|store| {
        match store {
            Store::Write(Write::Stamped(Stamped { attitude, .. }) | Write::Seen(_, attitude)) => {
                attitude.roll = roll;
            }
            Store::Holds(Record::Latest(Some(latest))) => latest.attitude.roll = roll,
            Store::Holds(Record::Latest(None)) => return None,
            Store::Holds(Record::All(siblings)) => *siblings = Siblings::default(),
        }
        Some(())
    })
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Replica {
    /// What it holds; also on the disk.
    record: Record,
    /// The other replicas.
    others: Vec<NodeId>,
    /// The station that it shows every change to, if one is next to it.
    watcher: Option<NodeId>,
}

impl Replica {
    /// A replica of a record that nobody has written yet.
    pub fn new(versions: Versions, others: Vec<NodeId>, watcher: Option<NodeId>) -> Self {
        Self { record: Record::new(versions), others, watcher }
    }

    /// Takes `next` for what it holds, if that is a change, and tells those who should know.
    fn hold(&mut self, next: Record, came: &[u32], is_news: bool, cx: &mut Context<'_>) {
        let before = std::mem::replace(&mut self.record, next);
        let is_changed = before != self.record;
        if is_changed {
            cx.persist("record", &self.record);
        }
        for write in came.iter().copied().filter(|&write| !before.holds(write)) {
            cx.local_nth(if self.record.holds(write) { KEPT } else { IGNORED }, write);
        }
        for gone in before.writes().iter().filter(|held| !self.record.holds(held.write)) {
            cx.local_nth(REPLACED, gone.write);
        }
        if is_changed {
            let others = self.others.iter().filter(|_| is_news);
            for to in others.chain(&self.watcher) {
                cx.send(*to, "holds", &Store::Holds(self.record.clone()));
            }
        }
    }
}

impl Program for Replica {
    fn start(&mut self, cx: &mut Context<'_>) {
        if let Some(record) = cx.disk("record") {
            self.record = record;
        }
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let mut next = self.record.clone();
        match incoming.read::<Store>() {
            Some(Store::Write(write)) => {
                next.take(cx.me(), &write);
                self.hold(next, &[write.attitude().write], true, cx);
            }
            Some(Store::Holds(other)) => {
                next.merge(&other);
                let came: Vec<u32> = other.writes().iter().map(|attitude| attitude.write).collect();
                self.hold(next, &came, false, cx);
            }
            None => {}
        }
    }

    /// Lies about what was written, under the stamp that it was written with.
    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        forged(sent, lie)
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Store>()
    }
}
