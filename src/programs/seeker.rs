//! Calls a service by an address that it has from somewhere, and from somewhere else when that fails.
//!
//! # What it does
//! It calls every so often and waits a while for the answer. Where to, it knows from a list that somebody wrote once, or
//! from the directory: looked up at the start and never again, looked up when the record is older than its time to live,
//! or, besides, whenever a call has failed. The last one goes by its old record while the directory does not answer, and
//! looks up where the nodes themselves are that did not.
//!
//! # The assumption it breaks
//! *Topology doesn't change*: what was found under an address is found there now.
//!
//! # What to look for
//! `failed` in a row: how many, until a new record comes. With a list they have no end; with a time to live they last as
//! long as it; with a lookup after a failure it is one.
//!
//! # Sources
//! P. Mockapetris, RFC 1035 (1987). Clients that cache for ever: J. Jung and others, *DNS Performance and the
//! Effectiveness of Caching* (2002).

use serde::Serialize;

use super::ProgramEntry;
use super::directory::{CALL, LOOK_UP, Word};
use crate::base::{Duration, MonotonicReading, NodeId};
use crate::sim::{Context, Incoming, Program, TimerId};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "seeker",
    title: "Seeker",
    effect: "calls a service by an address from a list or from the directory",
    doc: crate::module_doc!("seeker.rs"),
};

/// What stands beside a call that was answered.
pub const ANSWERED: &str = "answered";

/// What stands beside a call that was not.
pub const FAILED: &str = "failed";

/// Where addresses come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Source {
    /// These, one after the other when one fails.
    List(Vec<NodeId>),
    /// The directory, asked once.
    Once,
    /// The directory, asked when the record is older than this.
    Ttl(Duration),
    /// The directory, asked when the record is older than this and after each failure.
    Rediscovery(Duration),
}

/// How a caller calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rhythm {
    /// How often.
    pub every: Duration,
    /// How long it waits for an answer; less than the time between two calls.
    pub patience: Duration,
}

const NEXT: TimerId = TimerId::new("next", 0);
const TIMEOUT: TimerId = TimerId::new("timeout", 0);

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Seeker {
    directory: NodeId,
    source: Source,
    rhythm: Rhythm,
    /// The addresses that it goes by, the first first, and since when it has had them.
    record: Vec<NodeId>,
    since: Option<MonotonicReading>,
    calls: u32,
    /// The call that is open, and to whom it went, if it went out already.
    open: Option<(u32, Option<NodeId>)>,
    /// Who did not answer last.
    avoids: Option<NodeId>,
    /// Who answered last, as long as it does.
    trusts: Option<NodeId>,
    /// Whether a lookup was not answered.
    is_lookup_open: bool,
}

impl Seeker {
    /// A caller of whatever the source leads it to.
    pub fn new(directory: NodeId, source: Source, rhythm: Rhythm) -> Self {
        let record = if let Source::List(list) = &source { list.clone() } else { Vec::new() };
        Self {
            directory,
            source,
            rhythm,
            record,
            since: None,
            calls: 0,
            open: None,
            avoids: None,
            trusts: None,
            is_lookup_open: false,
        }
    }

    /// Whether the directory must be asked before the next call.
    fn is_stale(&self, now: MonotonicReading) -> bool {
        let is_older = |ttl| self.since.is_none_or(|since| now.since(since) > ttl);
        match self.source {
            Source::List(_) => false,
            Source::Once => self.since.is_none(),
            Source::Ttl(ttl) | Source::Rediscovery(ttl) => is_older(ttl),
        }
    }

    /// Sends the call that is open to the first address.
    fn send(&mut self, cx: &mut Context<'_>) {
        let Some((call, to @ None)) = &mut self.open else { return };
        if let Some(&address) = self.record.first() {
            *to = Some(address);
            cx.send_nth(address, CALL, *call, &Word::Call { call: *call });
        }
    }

    /// Who answered last comes first, and who did not comes last: the order of a record is advice, this is evidence.
    fn order_record(&mut self) {
        let (trusts, avoids) = (self.trusts, self.avoids);
        let rank = |address: &NodeId| i8::from(Some(*address) == avoids) - i8::from(Some(*address) == trusts);
        self.record.sort_by_key(rank);
    }

    fn failed(&mut self, cx: &mut Context<'_>) {
        let Some((call, to)) = self.open.take() else { return };
        cx.decide_nth(FAILED, call);
        match self.source {
            Source::List(_) if !self.record.is_empty() => self.record.rotate_left(1),
            Source::Rediscovery(_) => {
                self.since = None;
                // Its address may be out of date, or that of the directory, from which a new one comes.
                to.into_iter().chain([self.directory]).for_each(|address| cx.look_up(address));
                self.avoids = to;
                self.trusts = None;
                self.order_record();
            }
            _ => {}
        }
    }
}

impl Program for Seeker {
    fn start(&mut self, cx: &mut Context<'_>) {
        cx.set_timer(NEXT, self.rhythm.every);
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        match (incoming.read::<Word>(), self.open) {
            (Some(Word::Record { at }), _) if !at.is_empty() => {
                self.record = at;
                self.order_record();
                self.since = Some(cx.monotonic());
                self.is_lookup_open = false;
                self.send(cx);
            }
            (Some(Word::Answer { call }), Some((open, Some(to)))) if call == open && from == to => {
                self.open = None;
                self.avoids = None;
                self.trusts = Some(from).filter(|_| matches!(self.source, Source::Rediscovery(_)));
                cx.cancel_timer(TIMEOUT);
                cx.decide_nth(ANSWERED, call);
            }
            _ => {}
        }
    }

    fn timer(&mut self, timer: TimerId, cx: &mut Context<'_>) {
        if timer == TIMEOUT {
            return self.failed(cx);
        }
        // A paused process finds both timers at once.
        self.failed(cx);
        self.calls += 1;
        self.open = Some((self.calls, None));
        cx.set_timer(TIMEOUT, self.rhythm.patience);
        cx.set_timer(NEXT, self.rhythm.every);
        if !self.is_stale(cx.monotonic()) {
            return self.send(cx);
        }
        let is_deaf = std::mem::replace(&mut self.is_lookup_open, true);
        cx.again(is_deaf).send(self.directory, LOOK_UP, &Word::LookUp);
        // Perhaps it is the directory that can't be reached: then what was known before is all there is.
        if is_deaf && matches!(self.source, Source::Rediscovery(_)) {
            self.send(cx);
        }
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Word>()
    }
}
