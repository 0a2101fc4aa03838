//! The attacker's program: what it has heard, what it has made of it, and what it sends.
//!
//! It knows how the programs write their messages and none of their secrets. Must not know the true time.

use std::collections::VecDeque;

use serde::Serialize;

use crate::base::{Duration, NodeId};
use crate::sim::{Context, Disguise, Incoming, Order, Overheard, Posing, Program, TimerId};

/// The order to make up a message; its number is what chance has to say about it.
pub(super) const INJECT: &str = "inject";

/// How many messages it keeps to make others from.
const KEPT: usize = 16;
/// How many of those that it could read it shows.
const SHOWN: usize = 8;

/// The program and its memory, which is what the attacker has learned.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Attacker {
    /// How many packets it has heard.
    overheard: u32,
    /// How many bytes they had.
    bytes: u64,
    /// How often it has sent one again.
    replayed: u32,
    /// How many it has made up.
    forged: u32,
    /// Who talks with whom, and how much: what no encryption hides.
    talks: Vec<Talk>,
    /// What it could read lately.
    learned: VecDeque<String>,
    /// The messages that it keeps, the latest last.
    kept: VecDeque<Kept>,
    /// Those that it will send again, with the number of the timer.
    again: Vec<(u32, Kept)>,
    timers: u32,
}

/// How much one node has said to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Talk {
    from: NodeId,
    to: NodeId,
    messages: u32,
    bytes: u64,
}

/// A message that was heard, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Kept {
    from: NodeId,
    to: NodeId,
    at: NodeId,
    bytes: Vec<u8>,
    #[serde(skip)]
    label: Disguise,
}

impl Attacker {
    fn note(&mut self, overheard: &Overheard<'_>) {
        let (from, to, bytes) = (overheard.from, overheard.to, overheard.bytes.len() as u64);
        self.overheard += 1;
        self.bytes += bytes;
        let place = match self.talks.iter().position(|talk| (talk.from, talk.to) == (from, to)) {
            Some(place) => place,
            None => {
                self.talks.push(Talk { from, to, messages: 0, bytes: 0 });
                self.talks.len() - 1
            }
        };
        self.talks[place].messages += 1;
        self.talks[place].bytes += bytes;
        if let Some(meaning) = &overheard.meaning {
            push(&mut self.learned, meaning.clone(), SHOWN);
        }
    }

    fn send(kept: &Kept, cx: &mut Context<'_>) {
        cx.pose(&Posing {
            as_node: kept.from,
            at: kept.at,
            to: kept.to,
            bytes: &kept.bytes,
            label: kept.label,
        });
    }

    /// A message like one that it has heard, with another bit somewhere.
    fn forge(&mut self, chance: u64, cx: &mut Context<'_>) {
        // The remainder comes before the cast: a usize of a browser holds half of what is drawn.
        let which = (chance % self.kept.len().max(1) as u64) as usize;
        let Some(mut forged) = self.kept.get(which).cloned() else { return };
        let bits = forged.bytes.len() as u64 * 8;
        if bits > 0 {
            let bit = (chance >> 32) % bits;
            forged.bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
        }
        self.forged += 1;
        cx.log("made a message up, out of one that it has heard");
        Self::send(&forged, cx);
    }
}

impl Program for Attacker {
    fn message(&mut self, _: NodeId, _: &Incoming<'_>, _: &mut Context<'_>) {}

    fn overhear(&mut self, overheard: &Overheard<'_>, cx: &mut Context<'_>) {
        self.note(overheard);
        let kept = Kept {
            from: overheard.from,
            to: overheard.to,
            at: overheard.at,
            bytes: overheard.bytes.to_vec(),
            label: overheard.disguise(),
        };
        if let Some(after) = overheard.number.checked_sub(1) {
            self.timers += 1;
            self.again.push((self.timers, kept.clone()));
            cx.set_timer(TimerId::new("replay", self.timers), Duration(after));
        }
        push(&mut self.kept, kept, KEPT);
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if let Some(place) = self.again.iter().position(|(nth, _)| *nth == timer.nth) {
            let (_, kept) = self.again.remove(place);
            self.replayed += 1;
            cx.log("sent a message again");
            Self::send(&kept, cx);
        }
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        if order.what == INJECT {
            self.forge(order.number, cx);
        }
    }

    fn explain(&self, _: &Incoming<'_>) -> Option<serde_json::Value> {
        None
    }
}

fn push<T>(queue: &mut VecDeque<T>, item: T, most: usize) {
    if queue.len() == most {
        queue.pop_front();
    }
    queue.push_back(item);
}
