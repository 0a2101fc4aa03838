//! A front that hands requests on to several backends, with one remedy against a cascade, or none.
//!
//! # What it does
//! Requests that come wait in a queue for a place among so many that may be under way. A request under way is with a
//! backend, the next one in turn, until it is answered or its time is over; then its place is free. Remedies are built
//! in one at a time: a circuit breaker or a bulkhead per backend, word to the clients to hold back, shedding of what
//! does not matter most, a rate limit, a second backend for what takes long.
//!
//! # The assumption it breaks
//! That a slow backend is the affair of those alone whose requests it has. Its requests keep the places that all share.
//!
//! # What to look for
//! `waiting` and `under_way` in its memory. Without a remedy nearly all that is under way is soon with the slow backend,
//! and requests for the well ones wait. Most of what waits has been given up by those who asked.
//!
//! # Sources
//! Circuit breaker and bulkhead: M. Nygard, *Release It!* (2nd edition 2018), chapter 5. Load shedding and retries: *Site
//! Reliability Engineering* (Beyer and others 2016), chapters 21 and 22. Hedged requests: J. Dean and L. A. Barroso, *The
//! Tail at Scale* (2013).

mod backpressure;
mod breaker;
mod bulkhead;
mod hedge;
mod rate_limit;
mod remedy;
mod shedding;

use std::collections::VecDeque;

use serde::Serialize;

use super::ProgramEntry;
use super::backend::{Task, WORK};
use super::crowd::{ANSWER, BUSY, ROOM, Talk};
use crate::base::{Duration, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};
pub use hedge::HEDGE;
pub use remedy::Remedy;
use remedy::{Guards, Sign};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "front",
    title: "Front",
    effect: "hands requests on to backends, with one remedy against a cascade or none",
    doc: crate::module_doc!("front.rs"),
};

/// What stands beside the end of the time of a piece of work that no backend has done.
pub const OVERDUE: &str = "overdue";

/// What stands beside the opening of a circuit breaker; the number is the backend's place, counted from 1.
pub const OPENS: &str = "breaker opens";

/// What stands beside the closing of a circuit breaker.
pub const CLOSES: &str = "breaker closes";

const PATIENCE: &str = "patience";

/// What a front is set up with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Who asks, to be told how much room there is.
    pub crowds: Vec<NodeId>,
    /// Who does the work.
    pub backends: Vec<NodeId>,
    /// How many requests may be under way.
    pub places: usize,
    /// How long one may be under way.
    pub patience: Duration,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Front {
    plan: Plan,
    guards: Guards,
    /// How many tickets were given out.
    tickets: u32,
    /// Whose turn it is among the backends.
    turn: usize,
    waiting: VecDeque<Asked>,
    under_way: Vec<UnderWay>,
    /// What each crowd was told last, of how many requests it may have open.
    room: u32,
}

/// A request that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Asked {
    by: NodeId,
    request: u32,
}

/// A request that has a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct UnderWay {
    ticket: u32,
    asked: Asked,
    /// The place of the backend that has it.
    backend: usize,
    /// That of the second one, if it was sent twice.
    second: Option<usize>,
}

impl Front {
    /// A front with this remedy.
    pub fn new(plan: Plan, remedy: Remedy) -> Self {
        let guards = Guards::new(remedy, &plan);
        let (waiting, under_way) = (VecDeque::new(), Vec::new());
        Self { plan, guards, tickets: 0, turn: 0, waiting, under_way, room: 0 }
    }

    fn came(&mut self, asked: Asked, is_critical: bool, cx: &mut Context<'_>) {
        let waiting = self.waiting.len();
        if self.guards.admits(cx.monotonic(), waiting, is_critical) {
            self.waiting.push_back(asked);
        } else {
            cx.send_nth(asked.by, BUSY, asked.request, &Talk::Busy { request: asked.request });
        }
    }

    /// Gives places to what waits, as long as there are some and a backend may have more.
    fn hand_out(&mut self, cx: &mut Context<'_>) {
        while self.under_way.len() < self.plan.places
            && let Some(&asked) = self.waiting.front()
            && let Some(backend) = self.choose(None, cx)
        {
            self.waiting.pop_front();
            self.tickets += 1;
            let ticket = self.tickets;
            self.under_way.push(UnderWay { ticket, asked, backend, second: None });
            cx.send_nth(self.plan.backends[backend], WORK, ticket, &Task::Work { ticket });
            cx.set_timer(TimerId::new(PATIENCE, ticket), self.plan.patience);
            if let Some(after) = self.guards.hedges_after() {
                cx.set_timer(TimerId::new(HEDGE, ticket), after);
            }
        }
        self.tell_room(cx);
    }

    /// The next backend in turn that may have more, other than `not`.
    fn choose(&mut self, not: Option<usize>, cx: &Context<'_>) -> Option<usize> {
        let backends = self.plan.backends.len();
        let turns = (0..backends).map(|step| (self.turn + step) % backends);
        let now = cx.monotonic();
        let has = |backend: usize| self.under_way.iter().filter(|it| it.backend == backend).count();
        let chosen = turns
            .filter(|&backend| Some(backend) != not)
            .find(|&backend| self.guards.may_have(backend, has(backend), now))?;
        self.guards.given(chosen);
        self.turn = (chosen + 1) % backends;
        Some(chosen)
    }

    /// Tells the crowds how much they may have open, if that has changed.
    fn tell_room(&mut self, cx: &mut Context<'_>) {
        let free = self.plan.places - self.under_way.len();
        let Some(room) = self.guards.room(self.waiting.len(), free, self.room) else { return };
        self.room = room;
        for &crowd in &self.plan.crowds {
            cx.send_nth(crowd, ROOM, room, &Talk::Room { at_once: room });
        }
    }

    /// Frees the place of a ticket.
    fn leave(&mut self, ticket: u32, cx: &mut Context<'_>) -> Option<UnderWay> {
        let place = self.under_way.iter().position(|it| it.ticket == ticket)?;
        cx.cancel_timer(TimerId::new(PATIENCE, ticket));
        cx.cancel_timer(TimerId::new(HEDGE, ticket));
        Some(self.under_way.remove(place))
    }

    fn learn(&mut self, backend: usize, is_good: bool, cx: &mut Context<'_>) {
        let nth = backend as u32 + 1;
        match self.guards.learn(backend, is_good, cx.monotonic()) {
            Some(Sign::Opens) => cx.local_nth(OPENS, nth),
            Some(Sign::Closes) => cx.local_nth(CLOSES, nth),
            None => {}
        }
    }
}

impl Program for Front {
    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let backend = self.plan.backends.iter().position(|&backend| backend == from);
        match (backend, incoming) {
            (None, _) => {
                let Some(Talk::Ask { request, is_critical }) = incoming.read() else { return };
                self.came(Asked { by: from, request }, is_critical, cx);
            }
            (Some(backend), _) => {
                let Some(Task::Done { ticket }) = incoming.read() else { return };
                let Some(done) = self.leave(ticket, cx) else { return };
                self.learn(backend, true, cx);
                let request = done.asked.request;
                cx.send_nth(done.asked.by, ANSWER, request, &Talk::Answer { request });
            }
        }
        self.hand_out(cx);
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        let ticket = timer.nth;
        if timer.name == HEDGE {
            self.hedge(ticket, cx);
        } else if let Some(late) = self.leave(ticket, cx) {
            cx.local_nth(OVERDUE, ticket);
            self.learn(late.backend, false, cx);
        }
        self.hand_out(cx);
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Talk>()
    }
}
