//! Links carry so many bits a second, and what comes faster waits or is lost.
//!
//! # What it does
//! Each direction of a link sends one frame after the other, each for as long as its bits need at the link's
//! `capacity`. Frames that come meanwhile wait in a queue of so many bytes (`queue`); one that finds no room is
//! lost. The queue serves whoever came first, or (`discipline`) whoever matters most to its sender, with room of
//! its own for each class.
//!
//! # The assumption it breaks
//! *Bandwidth is infinite.* How much one says costs nothing, and what others say at the same time does not
//! matter.
//!
//! # What to look for
//! A megabyte of debug output goes out in one go, and the command behind it waits until all of it has left: eight
//! seconds at 1 Mbit/s. A longer queue does not help; it turns loss into delay, until what arrives is too old to
//! be of use. Waiting times grow long before the line is full: at 90 % of its capacity a frame waits, in the mean,
//! nine times as long as at 50 %. A retry that comes because of the queue goes into the queue.
//!
//! # Sources
//! L. Peter Deutsch, *The Eight Fallacies of Distributed Computing*, the third. Waiting times: F. Pollaczek (1930)
//! and A. Y. Khinchine (1932), W = λ E(S²) / 2 (1 − ρ). Queues that are too long: J. Gettys, K. Nichols,
//! *Bufferbloat* (2011). Priorities: IEEE 802.1Q, with a queue for each traffic class.

use super::dials::each;
use super::lines::{Discipline, Lines, Rule};
use crate::base::{LinkId, TrueTime};
use crate::sim::{Dial, Effects, Fault, FaultEntry, FaultKind, Gauge, Hop, Stage, Unit, World, WorldActs};

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "bandwidth",
    assumption: "Bandwidth is infinite",
    kind: FaultKind::Fallacy,
    effect: "makes packets queue for their links, and turns away what finds no room",
    doc: crate::module_doc!("bandwidth.rs"),
    dials: &DIALS,
    make: |values| Box::new(Bandwidth { rule: rule(values), lines: Lines::default() }),
};

const DIALS: [Dial; 3] = [
    Dial::number(
        "capacity",
        "Capacity",
        "how many bits a second each direction of a link carries",
        Unit::BitsPerSecond,
        (100, 100_000_000_000),
        1_000_000,
    ),
    Dial::number(
        "queue",
        "Queue",
        "how many bytes may wait for a link; with priority, of each class",
        Unit::Bytes,
        (0, 100_000_000),
        64_000,
    ),
    Dial::choice(
        "discipline",
        "Who goes first",
        "whether the queue serves whoever came first, or whoever matters most",
        &["first come", "priority"],
        0,
    ),
];

fn rule(values: &[i64]) -> Rule {
    let [capacity, queue, discipline] = each(values);
    Rule {
        capacity: capacity.unsigned_abs(),
        room: queue.unsigned_abs(),
        discipline: if discipline == 0 { Discipline::Fifo } else { Discipline::Priority },
    }
}

#[derive(Clone, Debug)]
struct Bandwidth {
    rule: Rule,
    lines: Lines,
}

impl Fault for Bandwidth {
    fn stage(&self) -> Stage {
        Stage::Queue
    }

    fn retune(&mut self, values: &[i64], _: &World<'_>, _: &mut WorldActs) {
        // A frame that is on a line stays on it for as long as it was to; the next one goes by the new rule.
        self.rule = rule(values);
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        let _goes = self.lines.meet(hop, self.rule, effects);
    }

    fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        self.lines.wake(LinkId(token), self.rule, world, acts);
    }

    fn remembers(&self, now: TrueTime) -> Vec<i64> {
        self.lines.remembers(now)
    }

    fn gauges(&self, world: &World<'_>) -> Vec<Gauge> {
        self.lines.gauges(world)
    }
}
