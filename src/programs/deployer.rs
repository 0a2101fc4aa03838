//! Installs a new version on several servers, asks how they are, and goes on, mends or takes it back.
//!
//! # What it does
//! At an order it installs version 2, on all servers or on one after the other, and gives each that has it some work to
//! see how it is. If that is not done in time, something is wrong. Then it either goes on and installs version 3, in
//! which the mistake is mended, when somebody has found it; or it puts version 1 back at once wherever it took it away.
//!
//! # The assumption it breaks
//! That a version which was tested works. Where it runs there is always something that the test had not.
//!
//! # What to look for
//! `roll back` comes seconds after the first sign, and needs no understanding. `roll forward` comes when somebody has
//! understood; until then the mistake is out.
//!
//! # Sources
//! *Site Reliability Engineering* (Beyer and others 2016), chapters 8 and 14: mitigate first, find the cause
//! afterwards. Canaries: the same, *The Site Reliability Workbook* (2018), chapter 16.

use serde::Serialize;

use super::ProgramEntry;
use super::backend::{Task, WORK};
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Order, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "deployer",
    title: "Deployer",
    effect: "installs a new version and goes on, mends it, or takes it back",
    doc: crate::module_doc!("deployer.rs"),
};

/// The order to begin.
pub const DEPLOY: &str = "deploy";

/// What stands beside an installation; the number is the version.
pub const INSTALL: &str = "install";

/// What stands beside the finding that a server is not well; the number is its place, counted from 1.
pub const UNWELL: &str = "unwell";

/// What stands beside the decision to put the old version back.
pub const ROLL_BACK: &str = "roll back";

/// What stands beside the decision to install a mended version.
pub const ROLL_FORWARD: &str = "roll forward";

/// How a version is brought out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Whether each server must be well before the next one gets it.
    pub is_gradual: bool,
    /// Whether the old version is put back at the first sign of trouble.
    pub rolls_back: bool,
    /// How long a server may take for a piece of work that is to show how it is.
    pub patience: Duration,
    /// How long it takes to find and mend a mistake.
    pub mending: Duration,
}

const PROBE: &str = "probe";
const MENDED: TimerId = TimerId::new("mended", 0);

const OLD: u16 = 1;
const NEW: u16 = 2;
const MENDED_VERSION: u16 = 3;

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Deployer {
    servers: Vec<NodeId>,
    policy: Policy,
    /// How many servers have the new version.
    reached: usize,
    /// Whether trouble was found.
    is_in_trouble: bool,
}

impl Deployer {
    /// One for these servers.
    pub fn new(servers: Vec<NodeId>, policy: Policy) -> Self {
        Self { servers, policy, reached: 0, is_in_trouble: false }
    }

    fn install(&self, place: usize, version: u16, cx: &mut Context<'_>) {
        cx.send_nth(self.servers[place], INSTALL, version.into(), &Task::Install { version });
    }

    /// The next server gets the new version, and something to do.
    fn next(&mut self, cx: &mut Context<'_>) {
        if self.reached == self.servers.len() || self.is_in_trouble {
            return;
        }
        let place = self.reached;
        self.reached += 1;
        self.install(place, NEW, cx);
        let ticket = self.reached as u32;
        cx.send_nth(self.servers[place], WORK, ticket, &Task::Work { ticket });
        cx.set_timer(TimerId::new(PROBE, ticket), self.policy.patience);
        if !self.policy.is_gradual {
            self.next(cx);
        }
    }

    fn unwell(&mut self, nth: u32, cx: &mut Context<'_>) {
        cx.local_nth(UNWELL, nth);
        if std::mem::replace(&mut self.is_in_trouble, true) {
            return;
        }
        if self.policy.rolls_back {
            cx.decide(ROLL_BACK);
            (0..self.reached).for_each(|place| self.install(place, OLD, cx));
        } else {
            cx.set_timer(MENDED, self.policy.mending);
        }
    }
}

impl Program for Deployer {
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Task::Done { ticket }) = incoming.read() else { return };
        let place = self.servers.iter().position(|&server| server == from);
        if place.is_some_and(|place| place as u32 + 1 == ticket) {
            cx.cancel_timer(TimerId::new(PROBE, ticket));
            if self.policy.is_gradual && ticket as usize == self.reached {
                self.next(cx);
            }
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if timer != MENDED {
            return self.unwell(timer.nth, cx);
        }
        cx.decide(ROLL_FORWARD);
        (0..self.servers.len()).for_each(|place| self.install(place, MENDED_VERSION, cx));
    }

    fn order(&mut self, order: &Order, cx: &mut Context<'_>) {
        if order.what == DEPLOY && self.reached == 0 {
            self.next(cx);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Task>()
    }
}
