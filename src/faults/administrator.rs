//! Agencies: each rules its own nodes and links, and nobody rules them all.
//!
//! # What it does
//! The scene's nodes belong to agencies (where it says nothing, to two, half of them each). At a border each
//! agency turns away kinds of message that it has not allowed (`filter`), and what comes from another agency
//! faster than `rate` a second, with `burst` at once after a quiet time; each further agency takes only the
//! share `stricter` of what the one before it takes. Every `window` each closes its border
//! for `maintenance`, each at its own time. The second agency's clocks follow another time than the first's, `gap`
//! ahead, the third's twice that. A new version of the software takes hold with the first agency after
//! `rollout`, with each further one `lag` later. And your hands reach only the nodes of your own agency.
//!
//! # The assumption it breaks
//! *There is one administrator.* Someone can see everything, allow everything and put everything right.
//!
//! # What to look for
//! Within an agency all is well, and no one there can see why half of the world does not answer. What was
//! tried at home is turned away abroad. For a while two versions speak with each other.
//!
//! # Sources
//! Turner 1986 and RFC 2697 for token buckets. GPS time does not follow leap seconds and is 18 s ahead of UTC
//! since 2017: IS-GPS-200, section 3.3.4, and Bulletin C 52 of the IERS. Rollouts by steps: *Site Reliability
//! Engineering* (Beyer and others 2016), chapter 8.

use super::dials::{each, nanos, share};
use crate::base::{Duration, NodeId, Ratio, TokenBucket, TrueTime};
use crate::sim::{
    Act, Agencies, Dial, Effects, Fault, FaultEntry, FaultKind, Hop, Stage, Unit, World, WorldActs,
};
use std::sync::Arc;

/// The line of the catalogue.
pub(super) const ENTRY: FaultEntry = FaultEntry {
    id: "administrator",
    assumption: "There is one administrator",
    kind: FaultKind::Fallacy,
    effect: "lets agencies filter, limit, maintain and roll out as they please",
    doc: crate::module_doc!("administrator.rs"),
    dials: &DIALS,
    make: |values| Box::new(Administrator { dials: Dials::of(values), ..Administrator::default() }),
};

const SECOND: i64 = 1_000_000_000;
const HOUR: i64 = 3_600 * SECOND;

const DIALS: [Dial; 10] = [
    Dial::number("yours", "Your agency", "whose nodes your hands reach", Unit::Count, (1, 8), 1),
    Dial::share("filter", "Filtered", "how many kinds of message an agency turns away at its border", 0),
    Dial::number(
        "rate",
        "Rate limit",
        "how many messages a second the first agency takes from another",
        Unit::Count,
        (1, 1_000_000),
        50,
    ),
    Dial::number(
        "burst",
        "Burst",
        "how many of them may come at once after a quiet time",
        Unit::Count,
        (1, 1_000_000),
        20,
    ),
    Dial::nanos(
        "window",
        "Time between windows",
        "how often an agency maintains its border",
        (SECOND / 10, 24 * HOUR),
        60 * SECOND,
    ),
    Dial::nanos("maintenance", "Maintenance", "how long its border is closed then", (0, HOUR), 5 * SECOND),
    Dial::nanos(
        "gap",
        "Clock source",
        "how far ahead each agency's time is of the one's before it",
        (-HOUR, HOUR),
        18 * SECOND,
    ),
    Dial::nanos(
        "rollout",
        "Rollout",
        "when the first agency takes a new version",
        (0, 24 * HOUR),
        30 * SECOND,
    ),
    Dial::nanos("lag", "Lag", "how much later each further agency takes it", (0, 24 * HOUR), 30 * SECOND),
    Dial::share(
        "stricter",
        "Rate of the next",
        "how much each further agency takes of what the one before it takes",
        1_000_000,
    ),
];

/// The version that is rolled out.
const NEW_VERSION: u16 = 2;

/// The dials as they stand.
#[derive(Clone, Copy, Debug, Default)]
struct Dials {
    yours: usize,
    filter: Ratio,
    rate: u32,
    burst: u32,
    window: Duration,
    maintenance: Duration,
    gap: i64,
    rollout: Duration,
    lag: Duration,
    stricter: Ratio,
}

impl Dials {
    fn of(values: &[i64]) -> Self {
        let [yours, filter, rate, burst, window, maintenance, gap, rollout, lag, stricter] = each(values);
        let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        Self {
            yours: usize::try_from(yours - 1).unwrap_or(0),
            filter: share(filter),
            rate: count(rate),
            burst: count(burst),
            window: nanos(window),
            maintenance: nanos(maintenance),
            gap,
            rollout: nanos(rollout),
            lag: nanos(lag),
            stricter: share(stricter),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Administrator {
    dials: Dials,
    agencies: Arc<Agencies>,
    since: TrueTime,
    /// How many messages a second each agency takes from each other.
    rates: Vec<u32>,
    /// Of each pair of agencies, row by row, what the one still takes from the other.
    buckets: Vec<TokenBucket>,
    /// Which borders are closed.
    closed: Vec<bool>,
}

/// What a wake-up is about: a border closes, opens, or a version takes hold; behind it the agency.
const CLOSE: u32 = 0;
const OPEN: u32 = 1;
const ROLLOUT: u32 = 2;
const KINDS: u32 = 3;

impl Fault for Administrator {
    fn stage(&self) -> Stage {
        Stage::Gate
    }

    fn retune(&mut self, values: &[i64], world: &World<'_>, acts: &mut WorldActs) {
        let before = std::mem::replace(&mut self.dials, Dials::of(values));
        acts.sleep();
        self.reopen(acts);
        self.set_clocks(self.dials.gap, acts);
        self.limit();
        if self.dials.burst != before.burst {
            self.buckets.fill(TokenBucket::full(self.dials.burst));
        }
        self.plan(world, acts);
    }

    fn begin(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        self.agencies = Arc::new(world.topology.agencies().into_owned());
        self.since = world.now;
        let agencies = self.agencies.len();
        self.buckets = vec![TokenBucket::full(self.dials.burst); agencies * agencies];
        self.closed = vec![false; agencies];
        self.limit();
        self.set_clocks(self.dials.gap, acts);
        self.plan(world, acts);
    }

    fn remembers(&self, now: TrueTime) -> Vec<i64> {
        // Row by row: what an agency takes from each.
        let agencies = self.rates.len().max(1);
        let rates = self.rates.iter().flat_map(|&rate| std::iter::repeat_n(rate, agencies));
        let levels = self.buckets.iter().zip(rates).map(|(bucket, rate)| bucket.level(now.0, rate) as i64);
        self.closed.iter().map(|&closed| closed.into()).chain(levels).collect()
    }

    fn hop(&mut self, hop: &Hop<'_>, effects: &mut Effects) {
        let (from, to) = (self.agencies.owner(hop.link.from), self.agencies.owner(hop.link.to));
        let (Some(from), Some(to)) = (from, to) else { return };
        if from == to {
            return;
        }
        if self.dials.filter > Ratio::ZERO
            && hop.label().is_some_and(|kind| hop.draw_word(kind, to as u64).happens(self.dials.filter))
        {
            return effects.lose("filtered");
        }
        if !self.buckets[to * self.agencies.len() + from].take(hop.at.0, self.rates[to]) {
            effects.lose("rate limit");
        }
    }

    fn wake(&mut self, token: u32, world: &World<'_>, acts: &mut WorldActs) {
        let agency = (token / KINDS) as usize;
        match token % KINDS {
            CLOSE => {
                self.closed[agency] = true;
                acts.act(Act::Partition { group: self.group(agency), one_way: false });
                acts.wake_at(world.now + self.dials.maintenance, token - CLOSE + OPEN);
                acts.wake_at(world.now + self.dials.window, token);
            }
            OPEN => self.open(agency, acts),
            _ => self.group(agency).into_iter().for_each(|node| acts.install(node, NEW_VERSION)),
        }
    }

    fn end(&mut self, world: &World<'_>, acts: &mut WorldActs) {
        self.reopen(acts);
        self.set_clocks(0, acts);
        world.nodes().for_each(|node| acts.install(node, 1));
    }

    fn forbids(&self, act: &Act, world: &World<'_>) -> Option<String> {
        let is_yours = |node: NodeId| self.agencies.owner(node).is_none_or(|owner| owner == self.dials.yours);
        // Where there is no such agency, you are nobody's and reach nothing; the sentence says what to turn.
        let foreign = match act {
            Act::Assume { .. } | Act::Turn { .. } | Act::Only { .. } => None,
            Act::Deliver(name)
            | Act::Drop(name)
            | Act::Duplicate(name)
            | Act::Delay(name, _)
            | Act::Choose(name) => Some(name.from).filter(|_| !is_yours(name.from) && !is_yours(name.to)),
            Act::ChooseTimer(node)
            | Act::Crash(node)
            | Act::CrashAfter(node, _)
            | Act::Restart(node)
            | Act::Pause(node)
            | Act::Resume(node)
            | Act::SetClock(node, _)
            | Act::SetSpeed(node, _) => Some(*node).filter(|node| !is_yours(*node)),
            Act::Cut { from, to, .. } | Act::Heal { from, to } => {
                Some(*from).filter(|_| !is_yours(*from) && !is_yours(*to))
            }
            Act::Partition { group, .. } | Act::Join { group } => {
                group.iter().copied().find(|node| !is_yours(*node))
            }
        }?;
        let owner = self.agencies.owner(foreign).map_or("someone else", |owner| self.agencies.name(owner));
        let own = match self.dials.yours {
            place if place < self.agencies.len() => self.agencies.name(place),
            _ => "no agency of this scene",
        };
        let name = world.name(foreign);
        Some(format!(
            "{name} belongs to {owner}, and you work for {own}; act on a node of your own, or turn the dial administrator.yours."
        ))
    }
}

impl Administrator {
    fn group(&self, agency: usize) -> Vec<NodeId> {
        self.agencies.nodes(agency).collect()
    }

    /// Sets each agency's rate.
    fn limit(&mut self) {
        let share = u64::from(self.dials.stricter.millionths());
        // At most what it was before, so that it fits.
        let next = |&rate: &u32| Some((u64::from(rate) * share / 1_000_000) as u32);
        self.rates = std::iter::successors(Some(self.dials.rate), next).take(self.agencies.len()).collect();
    }

    /// Asks for each agency's next window and for its rollout.
    fn plan(&self, world: &World<'_>, acts: &mut WorldActs) {
        let agencies = self.agencies.len() as u64;
        for agency in 0..agencies {
            let token = agency as u32 * KINDS;
            if self.dials.maintenance > Duration::ZERO {
                let window = self.dials.window.0;
                // Spread over the time between two, so that they do not fall together.
                let first = window / (agencies + 1) * (agency + 1);
                let passed = world.now.since(self.since).0;
                let wait = (first + window - passed % window) % window;
                acts.wake_at(world.now + Duration(wait), token + CLOSE);
            }
            let takes_hold =
                self.since + self.dials.rollout + Duration(self.dials.lag.0.saturating_mul(agency));
            if takes_hold >= world.now {
                acts.wake_at(takes_hold, token + ROLLOUT);
            }
        }
    }

    fn open(&mut self, agency: usize, acts: &mut WorldActs) {
        if std::mem::take(&mut self.closed[agency]) {
            acts.act(Act::Join { group: self.group(agency) });
        }
    }

    fn reopen(&mut self, acts: &mut WorldActs) {
        (0..self.closed.len()).for_each(|agency| self.open(agency, acts));
    }

    /// Lets each agency go by a time so far ahead of that of the one before it.
    fn set_clocks(&self, gap: i64, acts: &mut WorldActs) {
        for agency in 1..self.agencies.len() {
            let ahead = gap.saturating_mul(agency as i64);
            self.agencies.nodes(agency).for_each(|node| acts.follow_time(node, ahead));
        }
    }
}
