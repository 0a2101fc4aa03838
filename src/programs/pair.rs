//! Pairs of file servers that watch each other, and shoot when the other falls silent.
//!
//! # What it does
//! The two of a pair send each other heartbeats. Who has heard nothing for some time takes over, and tells the power
//! supply to cut the other off, so that there are never two. Who is cut off stays off. The power supply obeys whoever
//! comes; or only those whom nobody has shot at before; or only fresh orders, by the date on them. Servers answer
//! visitors in several parts, and refuse a visit whose date is too far from their own.
//!
//! # The assumption it breaks
//! That silence is death, and that an order is as fresh when it arrives as when it was given.
//!
//! # What to look for
//! Two `shoot` that cross. Each was right by what its sender knew, and both are obeyed.
//!
//! # Sources
//! M. Imbriaco, *Downtime last Saturday*, the GitHub blog (2012). STONITH, "shoot the other node in the head": A.
//! Robertson, *Resource Fencing Using STONITH* (2001).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::{Duration, MonotonicReading, NodeId, WallReading};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "pair",
    title: "Pair of file servers",
    effect: "two that watch each other, and a power supply that they may call",
    doc: crate::module_doc!("pair.rs"),
};

/// What stands beside a heartbeat.
pub const BEAT: &str = "beat";

/// What stands beside the decision to take over from a partner that is silent.
pub const TAKES_OVER: &str = "takes over";

/// What stands beside the order to cut the partner off.
pub const SHOOT: &str = "shoot";

/// What stands beside the power supply's refusal of such an order.
pub const SPARES: &str = "spares";

/// What stands beside a server's end.
pub const OFF: &str = "off";

/// What stands beside a part of an answer.
pub const PART: &str = "part";

/// What stands beside the refusal of a visit for its date.
pub const EXPIRED: &str = "expired";

/// What they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// I am here.
    Beat,
    /// Cut this one off.
    Shoot {
        /// The server.
        target: NodeId,
        /// When the order was given.
        at: WallReading,
    },
    /// Your power is cut.
    Off,
    /// A visit.
    Visit {
        /// The visitor's number for it.
        visit: u32,
        /// When, by the visitor's certificate.
        at: WallReading,
    },
    /// A part of the answer.
    Part {
        /// Of which visit.
        visit: u32,
        /// Which part.
        part: u32,
        /// What it says.
        page: Vec<u8>,
    },
    /// Your certificate is not valid yet, or no longer.
    Expired {
        /// Which visit.
        visit: u32,
    },
}

/// How many parts an answer has, and how long each is.
pub const PARTS: u32 = 4;
const PAGE: usize = 500;

/// How far the date of a visit may be off.
const VALID: Duration = Duration::secs(300);

/// How often heartbeats go out, and how long a silence may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Watch {
    /// The time between two heartbeats.
    pub every: Duration,
    /// How long nothing may be heard.
    pub patience: Duration,
}

/// One of a pair.
#[derive(Clone, Debug, Serialize)]
pub struct Member {
    partner: NodeId,
    power: NodeId,
    watch: Watch,
    heard: Option<MonotonicReading>,
    /// Whether it has shot since it heard the partner last.
    has_shot: bool,
    is_off: bool,
}

const TICK: TimerId = TimerId::new("tick", 0);

impl Member {
    /// One whose partner and power supply these are.
    pub fn new(partner: NodeId, power: NodeId, watch: Watch) -> Self {
        Self { partner, power, watch, heard: None, has_shot: false, is_off: false }
    }

    fn answer(&self, visitor: NodeId, visit: u32, at: WallReading, cx: &mut Context<'_>) {
        if cx.wall().0.abs_diff(at.0) > VALID.0 {
            return cx.send_nth(visitor, EXPIRED, visit, &Word::Expired { visit });
        }
        for part in 0..PARTS {
            cx.send_nth(visitor, PART, visit, &Word::Part { visit, part, page: vec![0; PAGE] });
        }
    }
}

impl Program for Member {
    fn start(&mut self, cx: &mut Context<'_>) {
        // What has no power does not start.
        self.is_off = cx.disk(OFF).unwrap_or(false);
        if !self.is_off {
            self.heard = Some(cx.monotonic());
            cx.set_timer(TICK, self.watch.every);
        }
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        if self.is_off {
            return;
        }
        match incoming.read::<Word>() {
            Some(Word::Beat) if from == self.partner => {
                self.heard = Some(cx.monotonic());
                self.has_shot = false;
            }
            Some(Word::Off) if from == self.power => {
                self.is_off = true;
                cx.persist(OFF, &true);
                cx.cancel_timer(TICK);
            }
            Some(Word::Visit { visit, at }) => self.answer(from, visit, at, cx),
            _ => {}
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        cx.send(self.partner, BEAT, &Word::Beat);
        cx.set_timer(timer, self.watch.every);
        let is_silent = self.heard.is_none_or(|heard| cx.monotonic().since(heard) > self.watch.patience);
        if is_silent && !self.has_shot {
            self.has_shot = true;
            cx.decide(TAKES_OVER);
            cx.send(self.power, SHOOT, &Word::Shoot { target: self.partner, at: cx.wall() });
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}

/// Whom a power supply obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Obeys {
    /// Everybody.
    All,
    /// Those at whom nobody has shot.
    First,
    /// Whoever gave the order within the last so long, by the date on it.
    Fresh(Duration),
}

/// A power supply, of both of a pair.
#[derive(Clone, Debug, Serialize)]
pub struct Power {
    obeys: Obeys,
    /// Whom it has cut off.
    off: BTreeSet<NodeId>,
}

impl Power {
    /// One that obeys these.
    pub fn new(obeys: Obeys) -> Self {
        Self { obeys, off: BTreeSet::new() }
    }
}

impl Program for Power {
    fn start(&mut self, cx: &mut Context<'_>) {
        self.off = cx.disk(OFF).unwrap_or_default();
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Word::Shoot { target, at }) = incoming.read() else { return };
        let obeys = match self.obeys {
            Obeys::All => true,
            Obeys::First => !self.off.contains(&from),
            Obeys::Fresh(most) => cx.wall().0.abs_diff(at.0) <= most.0,
        };
        if !obeys {
            return cx.local_nth(SPARES, target.0.into());
        }
        self.off.insert(target);
        cx.persist(OFF, &self.off);
        cx.send(target, OFF, &Word::Off);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}
