//! A station that writes a record through the replica next to it, and trims what others wrote.
//!
//! # What it does
//! An order `write` makes it write the record. An order `trim` makes it wait for the next write of somebody
//! else, and correct that by half a degree: a write that has the other as its cause. Each write bears what the
//! replicas tell versions by: a reading of the station's wall clock, a stamp of its hybrid clock, or the
//! context of what it has read. The hybrid clock and what was read are kept on disk, since a clock that a
//! crash sets back breaks its law.
//!
//! # The assumption it breaks
//! Clocks are accurate: who writes later has the later timestamp.
//!
//! # What to look for
//! The trim comes after what it trims on any clock that respects causes. On the wall clocks of two stations it
//! does so only while they differ by less than the time that the news took.
//!
//! # Sources
//! Incident MSS-17. Kulkarni, Demirbas, Madappa, Avva and Leone 2014, "Logical Physical Clocks and Consistent
//! Snapshots in Globally Distributed Databases".

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use super::replica::{Attitude, Record, Stamped, Store, Versions, Write, forged};
use crate::base::{Draw, Duration, NodeId};
use crate::clocks::{Context as Seen, Hybrid, HybridStamp};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "author",
    title: "Station that writes",
    effect: "writes a record when it is asked to, and trims what others wrote",
    doc: crate::module_doc!("author.rs"),
};

/// The order to write; its number is the write's.
pub const WRITE: &str = "write";

/// The order to trim the next write of somebody else; its number is that of the trim.
pub const TRIM: &str = "trim";

/// How long it takes to work out a trim.
const THINKING: Duration = Duration::micros(100);

/// What a trim adds to the roll, in thousandths of a degree.
const HALF_A_DEGREE: i32 = 500;

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Author {
    versions: Versions,
    /// The replica next to it.
    replica: NodeId,
    /// What it knows; also on the disk.
    known: Known,
    /// The number of the trim that it was asked for.
    trims: Option<u32>,
}

/// What a station must not forget.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Known {
    clock: Hybrid,
    seen: Seen,
    /// What the replica showed last.
    roll: i32,
    /// The newest write that was seen or written.
    newest: u32,
}

impl Author {
    /// A station that has read nothing yet.
    pub fn new(versions: Versions, replica: NodeId) -> Self {
        let known = Known { clock: Hybrid::default(), seen: Seen::default(), roll: 0, newest: 0 };
        Self { versions, replica, known, trims: None }
    }

    fn write(&mut self, attitude: Attitude, cx: &mut Context<'_>) {
        let wall = cx.wall();
        self.known.newest = self.known.newest.max(attitude.write);
        let stamped = |stamp| Write::Stamped(Stamped { stamp, writer: cx.me(), attitude });
        let write = match self.versions {
            Versions::WallClock => stamped(HybridStamp { wall, logical: 0 }),
            Versions::HybridClock => stamped(self.known.clock.tick(wall)),
            Versions::Dotted => Write::Seen(self.known.seen.clone(), attitude),
        };
        cx.persist("known", &self.known);
        cx.local_nth(WRITE, attitude.write);
        cx.send_nth(self.replica, WRITE, attitude.write, &Store::Write(write));
    }

    fn read(&mut self, record: &Record, cx: &mut Context<'_>) {
        match record {
            Record::Latest(Some(latest)) if self.versions == Versions::HybridClock => {
                self.known.clock.merge(cx.wall(), latest.stamp);
            }
            Record::Latest(_) => {}
            Record::All(siblings) => self.known.seen.merge(siblings.context()),
        }
        let newest = record.writes().into_iter().max();
        let is_news = newest.is_some_and(|newest| newest.write > self.known.newest);
        if let Some(newest) = newest {
            self.known.roll = newest.roll;
            self.known.newest = self.known.newest.max(newest.write);
        }
        cx.persist("known", &self.known);
        if is_news && let Some(trim) = self.trims.take() {
            cx.set_timer(TimerId::new(TRIM, trim), THINKING);
        }
    }
}

impl Program for Author {
    fn start(&mut self, cx: &mut Context<'_>) {
        if let Some(known) = cx.disk("known") {
            self.known = known;
        }
    }

    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        if let Some(Store::Holds(record)) = incoming.read() {
            self.read(&record, cx);
        }
    }

    fn timer(&mut self, trim: TimerId, cx: &mut Context<'_>) {
        let roll = self.known.roll.saturating_add(HALF_A_DEGREE);
        self.write(Attitude { write: trim.nth, roll }, cx);
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        let Ok(write) = u32::try_from(order.number) else { return };
        match order.what {
            WRITE => {
                // Whole degrees, so that a trim shows.
                let roll = i32::try_from(write).unwrap_or(0).saturating_mul(1_000);
                self.write(Attitude { write, roll }, cx);
            }
            TRIM => self.trims = Some(write),
            _ => {}
        }
    }

    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        forged(sent, lie)
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Store>()
    }
}
