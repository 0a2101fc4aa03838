//! A satellite that notes what it observes, and gossips: all end up with all notes, each with its stamps.
//!
//! # What it does
//! Now and then it observes something and stamps the note with its Lamport clock, its vector clock and its
//! wall clock. Once a second it tells a satellite picked by chance how many notes it has of each, and gets
//! those that it lacks. Every message carries the sender's logical stamps, which the receiver merges. Notes
//! are on the disk; the logical clocks are too, written before anything else happens in a turn, unless the
//! scene says that they are kept in memory alone.
//!
//! # The assumption it breaks
//! That order needs clocks that agree. And that a clock which was right goes on to be right after a restart.
//!
//! # What to look for
//! Each turn ticks or merges first, then writes, and only then lets out what bears the stamp. A clock that
//! lived in memory alone starts again at 0 after a crash, and its law breaks.
//!
//! # Sources
//! Lamport 1978; Fidge 1988 and Mattern 1988 for vectors. Gossip: Demers and others 1987, "Epidemic Algorithms
//! for Replicated Database Maintenance".

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Draw, Duration, NodeId};
use crate::clocks::{Lamport, LamportStamp, Vector, VectorStamp};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "gossip",
    title: "Satellite that gossips",
    effect: "notes what it observes with the stamps of three clocks, and passes all notes on",
    doc: crate::module_doc!("gossip.rs"),
};

/// What stands beside an observation; the number says which of this satellite's it is, counted from 1.
pub const OBSERVES: &str = "observes";

const GOSSIP: TimerId = TimerId::new("gossip", 0);
const OBSERVE: TimerId = TimerId::new("observe", 0);

const GOSSIP_EVERY: Duration = Duration::secs(1);
/// Between two observations, at least and at most.
const OBSERVE_BETWEEN: (u64, u64) = (1_000_000_000, 3_000_000_000);

/// An observation and its stamps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// By the Lamport clock of who observed.
    pub lamport: LamportStamp,
    /// By its vector clock.
    pub vector: VectorStamp,
    /// By its wall clock, in nanoseconds.
    pub wall: i64,
}

/// The two logical clocks of a satellite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Logical {
    lamport: Lamport,
    vector: Vector,
}

/// What travels with each message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamps {
    /// Of the sender's Lamport clock.
    pub lamport: LamportStamp,
    /// Of its vector clock.
    pub vector: VectorStamp,
}

impl Logical {
    fn tick(&mut self) -> Stamps {
        Stamps { lamport: self.lamport.tick(), vector: self.vector.tick().clone() }
    }

    fn merge(&mut self, seen: &Stamps) {
        self.lamport.merge(seen.lamport);
        self.vector.merge(&seen.vector);
    }
}

/// What satellites say to each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gossip {
    /// How many notes of each satellite the sender has.
    Have(Stamps, Vec<u32>),
    /// Notes that the receiver lacked: of each satellite, from which one on.
    Notes(Stamps, Vec<(u32, Vec<Note>)>),
}

/// How a satellite of this scene goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Habits {
    /// How many satellites there are.
    pub nodes: u16,
    /// How often it observes something.
    pub observations: u32,
    /// Whether its logical clocks live in memory alone.
    pub forgets_clocks: bool,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Gossiper {
    habits: Habits,
    me: NodeId,
    clocks: Logical,
    /// The notes of each satellite, in the order in which it made them.
    notes: Vec<Vec<Note>>,
}

impl Gossiper {
    /// A satellite that has observed nothing yet.
    pub fn new(me: NodeId, habits: Habits) -> Self {
        let clocks = Logical { lamport: Lamport::default(), vector: Vector::new(me, habits.nodes.into()) };
        Self { habits, me, clocks, notes: vec![Vec::new(); habits.nodes.into()] }
    }

    fn save_clocks(&self, cx: &mut Context<'_>) {
        if !self.habits.forgets_clocks {
            cx.persist("clocks", &self.clocks);
        }
    }

    fn observe(&mut self, cx: &mut Context<'_>) {
        let Stamps { lamport, vector } = self.clocks.tick();
        self.save_clocks(cx);
        let own = &mut self.notes[self.me.index()];
        own.push(Note { lamport, vector, wall: cx.wall().0 });
        let nth = own.len() as u32;
        cx.persist("notes", &self.notes);
        cx.local_nth(OBSERVES, nth);
        if nth < self.habits.observations {
            self.plan_observation(cx);
        }
    }

    fn plan_observation(&self, cx: &mut Context<'_>) {
        let (least, most) = OBSERVE_BETWEEN;
        let after = cx.chance("observe").between(least, most);
        cx.set_timer(OBSERVE, Duration(after));
    }

    fn gossip(&mut self, cx: &mut Context<'_>) {
        let others = u64::from(self.habits.nodes) - 1;
        let picked = cx.chance("peer").below(others) as u16;
        let peer = NodeId(if picked < self.me.0 { picked } else { picked + 1 });
        let stamps = self.clocks.tick();
        self.save_clocks(cx);
        let have = self.notes.iter().map(|notes| notes.len() as u32).collect();
        cx.send(peer, "have", &Gossip::Have(stamps, have));
        cx.set_timer(GOSSIP, GOSSIP_EVERY);
    }

    fn answer(&mut self, from: NodeId, have: &[u32], cx: &mut Context<'_>) {
        let from_on = |node: usize| have.get(node).copied().unwrap_or(0);
        let lacking = |(node, notes): (usize, &Vec<Note>)| {
            let first = from_on(node);
            (first, notes.get(first as usize..).unwrap_or_default().to_vec())
        };
        let news: Vec<(u32, Vec<Note>)> = self.notes.iter().enumerate().map(lacking).collect();
        if news.iter().all(|(_, notes)| notes.is_empty()) {
            return self.save_clocks(cx);
        }
        let stamps = self.clocks.tick();
        self.save_clocks(cx);
        cx.send(from, "notes", &Gossip::Notes(stamps, news));
    }

    fn learn(&mut self, news: Vec<(u32, Vec<Note>)>, cx: &mut Context<'_>) {
        self.save_clocks(cx);
        let mut is_news = false;
        for (known, (first, notes)) in self.notes.iter_mut().zip(news) {
            // What came twice or too early is left out, so that each satellite's notes stay without a gap.
            let skipped = known.len().checked_sub(first as usize);
            let Some(fresh) = skipped.and_then(|skipped| notes.get(skipped..)) else { continue };
            is_news |= !fresh.is_empty();
            known.extend_from_slice(fresh);
        }
        if is_news {
            cx.persist("notes", &self.notes);
        }
    }
}

impl Program for Gossiper {
    fn start(&mut self, cx: &mut Context<'_>) {
        if let Some(clocks) = cx.disk("clocks") {
            self.clocks = clocks;
        }
        if let Some(notes) = cx.disk("notes") {
            self.notes = notes;
        }
        cx.set_timer(GOSSIP, GOSSIP_EVERY);
        if (self.notes[self.me.index()].len() as u32) < self.habits.observations {
            self.plan_observation(cx);
        }
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match incoming.read::<Gossip>() {
            Some(Gossip::Have(stamps, have)) => {
                self.clocks.merge(&stamps);
                self.answer(from, &have, cx);
            }
            Some(Gossip::Notes(stamps, news)) => {
                self.clocks.merge(&stamps);
                self.learn(news, cx);
            }
            None => {}
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if timer == OBSERVE { self.observe(cx) } else { self.gossip(cx) }
    }

    /// Lies about when it was, in every note that it passes on.
    fn forge(&self, sent: &Incoming<'_>, lie: &mut Draw) -> Option<Vec<u8>> {
        let seconds = lie.between(1, 1_000) as i64;
        sent.altered(|gossip| match gossip {
            Gossip::Have(..) => None,
            Gossip::Notes(_, news) => {
                let notes = news.iter_mut().flat_map(|(_, notes)| notes);
                notes.for_each(|note| note.wall = note.wall.saturating_add(seconds * 1_000_000_000));
                Some(())
            }
        })
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Gossip>()
    }
}
