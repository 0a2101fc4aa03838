//! A ground station that sends a command until it is answered: retry with exponential backoff and jitter.
//!
//! # What it does
//! An order `burn` makes it send a command with the order's number as its key. What is not answered within the
//! patience is sent again after a pause: up to the base after the first attempt, up to twice as much after each
//! further one, never more than the cap, and drawn uniformly from none to that, unless it is told not to draw. After so
//! many attempts it gives up.
//! Several commands may be under way at once.
//!
//! # The assumption it breaks
//! That a second attempt is the first one once more. Whether the first was carried out the sender cannot know.
//!
//! # What to look for
//! Delivery at least once: each command that is answered was carried out, perhaps more than once. A command on which
//! it gave up may have been carried out too. The jitter keeps many who failed together from trying again together.
//!
//! # Sources
//! Binary exponential backoff: R. Metcalfe and D. Boggs, *Ethernet* (1976). Full jitter: M. Brooker, *Exponential
//! Backoff and Jitter* (AWS Architecture Blog, 2015).

use std::collections::BTreeMap;

use serde::Serialize;

use super::ProgramEntry;
use super::thruster::{Command, Form};
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "commander",
    title: "Commander",
    effect: "sends each command again until it is answered, after pauses that grow and are drawn",
    doc: crate::module_doc!("commander.rs"),
};

/// The order to send a command; its number is the command's key, counted from 1.
pub const BURN: &str = "burn";

/// What stands beside the end of a command that was answered.
pub const DONE: &str = "done";

/// What stands beside the end of a command that never was.
pub const GAVE_UP: &str = "gave up";

/// How it tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Retry {
    /// How long it waits for an answer to each attempt.
    pub patience: Duration,
    /// The most that it pauses after the first attempt.
    pub base: Duration,
    /// The most that it ever pauses.
    pub cap: Duration,
    /// How often it tries in all.
    pub attempts: u32,
    /// Whether pauses are drawn. If not, each is as long as it may be.
    pub has_jitter: bool,
}

impl Retry {
    /// The most that it pauses after this many attempts.
    ///
    /// ```
    /// use lightcone::base::Duration;
    /// use lightcone::programs::commander::Retry;
    ///
    /// let (base, cap) = (Duration::millis(500), Duration::secs(3));
    /// let retry = Retry { patience: Duration::secs(2), base, cap, attempts: 6, has_jitter: true };
    /// assert_eq!([1, 2, 3, 4].map(|n| retry.pause_most(n).0 / 1_000_000), [500, 1_000, 2_000, 3_000]);
    /// ```
    pub fn pause_most(&self, attempts: u32) -> Duration {
        let doubled = self.base.0.saturating_mul(1 << attempts.saturating_sub(1).min(32));
        Duration(doubled.min(self.cap.0))
    }
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Commander {
    satellite: NodeId,
    retry: Retry,
    /// Whether commands carry a condition or a level, or add something.
    form: Form,
    /// The commands that are under way, by key.
    open: BTreeMap<u32, Open>,
    /// How many were answered.
    done: u32,
    /// How many it gave up on.
    given_up: u32,
    /// How many answers came that it did not wait for any more.
    late: u32,
}

/// A command under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Open {
    attempts: u32,
    /// Whether it waits for an answer; if not, it pauses.
    waits: bool,
}

impl Commander {
    /// A commander of this satellite.
    pub fn new(satellite: NodeId, form: Form, retry: Retry) -> Self {
        Self { satellite, retry, form, open: BTreeMap::new(), done: 0, given_up: 0, late: 0 }
    }

    fn attempt(&mut self, key: u32, cx: &mut Context<'_>) {
        let Some(open) = self.open.get_mut(&key) else { return };
        *open = Open { attempts: open.attempts + 1, waits: true };
        cx.again(open.attempts > 1).send_nth(
            self.satellite,
            BURN,
            key,
            &Command::Burn { key, form: self.form },
        );
        cx.set_timer(TimerId::new("patience", key), self.retry.patience);
    }

    fn pause(&mut self, key: u32, cx: &mut Context<'_>) {
        let Some(open) = self.open.get_mut(&key) else { return };
        open.waits = false;
        if open.attempts >= self.retry.attempts {
            self.open.remove(&key);
            self.given_up += 1;
            cx.decide_nth(GAVE_UP, key);
            return;
        }
        let most = self.retry.pause_most(open.attempts);
        let pause =
            if self.retry.has_jitter { Duration(cx.chance("pause").between(0, most.0)) } else { most };
        cx.set_timer(TimerId::new("again", key), pause);
    }

    fn answered(&mut self, key: u32, cx: &mut Context<'_>) {
        if self.open.remove(&key).is_none() {
            self.late += 1;
            return;
        }
        cx.cancel_timer(TimerId::new("patience", key));
        cx.cancel_timer(TimerId::new("again", key));
        self.done += 1;
        cx.decide_nth(DONE, key);
    }
}

impl Program for Commander {
    fn message(&mut self, _: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match incoming.read::<Command>() {
            Some(Command::Done { key }) => self.answered(key, cx),
            // Only the satellite's being behind means that this command is still to be done. Ahead of it, it has been
            // done: nobody else commands.
            Some(Command::Conflict { key, version }) if version >= key => self.answered(key, cx),
            Some(Command::Conflict { .. } | Command::Burn { .. }) | None => {}
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        // One that ran out while the process was paused may come after what would have cancelled it.
        match self.open.get(&timer.nth) {
            Some(Open { waits: true, .. }) if timer.name == "patience" => self.pause(timer.nth, cx),
            Some(Open { waits: false, .. }) if timer.name == "again" => self.attempt(timer.nth, cx),
            Some(_) | None => {}
        }
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        let Ok(key) = u32::try_from(order.number) else { return };
        if order.what == BURN {
            self.open.insert(key, Open { attempts: 0, waits: false });
            self.attempt(key, cx);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Command>()
    }
}
