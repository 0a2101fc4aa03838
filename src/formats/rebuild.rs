//! From clocks to arrows: which event made another know what it knows, and whether that can be.
//!
//! # The idea
//! The entry of an event for another host says how many of that host's events it knows of. Where an entry is higher
//! than at the host's event before, something brought the news: the last event that the entry counts, or an event
//! that knew of that one. So among the events that raised entries, those that no other of them knows of are the
//! direct causes, and arrows from them alone give the same happens-before as all together: the transitive reduction.
//! Of events that raised entries the one with the largest sum of entries can't be known by the others, so that it is a
//! direct cause; what it knows of is struck out, and so on. Mostly one step suffices.
//!
//! # What is checked
//! That own counts go up by one; that no entry falls; that entries count events that there are; that an event knows
//! all that its direct causes know; that no event follows from itself. These five together make a log sound: by
//! induction every clock is then the largest of its causes' clocks with one more event of its own, as Fidge (1988) and
//! Mattern (1989) define it. An error is told where it begins, and not again at every later event that inherits it.
//!
//! What cannot be right is repaired as far as it must be, so that the rest can be shown: entries beyond what there is
//! count what there is, and arrows that close a circle are left out. Must not know the format of the log.

mod circles;
mod errors;

pub use errors::{ErrorKind, LogError};
use errors::{Errors, Mention};

use super::BadLog;
use super::log::{Entry, Log};

/// No event, no lane.
const NONE: u32 = u32::MAX;

/// How many entries of causes are looked at before a log is given up: some seconds. A million events among 64 hosts that
/// all gossip take a twentieth of it.
const STEPS_MOST: u64 = 1 << 31;

/// A log as a graph of events.
#[derive(Clone, Debug)]
pub(super) struct Rebuilt {
    /// The hosts that have events, in the order of their first ones, as places in the log's hosts.
    pub(super) hosts: Vec<u16>,
    /// Per event of the log, its place in `hosts`.
    pub(super) lane: Vec<u16>,
    /// Per event, the one before it on its host.
    pub(super) previous: Vec<Option<u32>>,
    /// From a direct cause on another host to its effect, by effect.
    pub(super) arrows: Vec<(u32, u32)>,
    /// Per event, whether an error is told of it.
    pub(super) is_suspect: Vec<bool>,
    pub(super) errors: Errors,
}

/// Finds the arrows of a log, and its errors.
///
/// # Errors
/// A log whose events know so much of one another at once that it would take minutes.
pub(super) fn rebuild(log: &Log) -> Result<Rebuilt, BadLog> {
    let lanes = Lanes::of(log);
    let scratch = Scratch { covered: vec![0; log.hosts.len()], ..Scratch::default() };
    let mut work =
        Work { log, lanes: &lanes, errors: Errors::default(), arrows: Vec::new(), steps: 0, scratch };
    for lane in 0..lanes.events.len() {
        work.read_lane(lane)?;
    }
    let Work { mut errors, mut arrows, .. } = work;
    arrows.sort_unstable_by_key(|&(cause, effect)| (effect, cause));
    let previous = lanes.previous(log.events.len());
    circles::cut(&previous, &mut arrows, |cause, effect| {
        errors.circle(log, effect as usize, lanes.mention(log, cause));
    });
    let mut is_suspect = vec![false; log.events.len()];
    errors.events.iter().for_each(|&event| is_suspect[event as usize] = true);
    errors.finish();
    Ok(Rebuilt { hosts: lanes.hosts, lane: lanes.of_event, previous, arrows, is_suspect, errors })
}

/// The events of each host in the order of their own counts.
struct Lanes {
    hosts: Vec<u16>,
    /// Per host of the log, its lane; `NONE` if it has no events.
    of_host: Vec<u32>,
    of_event: Vec<u16>,
    events: Vec<Vec<u32>>,
    /// Per event, its own count: the one before if its clock leaves it out.
    own: Vec<u32>,
    /// Per event, the sum of its entries.
    sum: Vec<u64>,
    /// Per host of the log, how many events it is known to have: the highest own count that it states.
    highest: Vec<u32>,
}

impl Lanes {
    fn of(log: &Log) -> Self {
        let mut lanes = Self {
            hosts: Vec::new(),
            of_host: vec![NONE; log.hosts.len()],
            of_event: Vec::with_capacity(log.events.len()),
            events: Vec::new(),
            own: Vec::with_capacity(log.events.len()),
            sum: Vec::with_capacity(log.events.len()),
            highest: vec![0; log.hosts.len()],
        };
        for (event, logged) in log.events.iter().enumerate() {
            let host = usize::from(logged.host);
            if lanes.of_host[host] == NONE {
                lanes.of_host[host] = lanes.hosts.len() as u32;
                lanes.hosts.push(logged.host);
                lanes.events.push(Vec::new());
            }
            let lane = lanes.of_host[host] as usize;
            let clock = log.clock(event);
            let before = lanes.events[lane].last().map_or(0, |&last: &u32| lanes.own[last as usize]);
            let own = stated(clock, logged.host);
            let own = if own > 0 { own } else { before };
            lanes.own.push(own);
            lanes.highest[host] = own.max(lanes.highest[host]);
            lanes.sum.push(clock.iter().map(|entry| u64::from(entry.count)).sum());
            lanes.of_event.push(lane as u16);
            lanes.events[lane].push(event as u32);
        }
        let own = &lanes.own;
        for events in &mut lanes.events {
            // Lines may be out of order; those of equal count stay as the file has them.
            events.sort_by_key(|&event| own[event as usize]);
        }
        lanes
    }

    fn previous(&self, events: usize) -> Vec<Option<u32>> {
        let mut previous = vec![None; events];
        for lane in &self.events {
            lane.windows(2).for_each(|pair| previous[pair[1] as usize] = Some(pair[0]));
        }
        previous
    }

    /// The last event of a host whose own count is at most `count`; of several with the same, the first.
    fn event(&self, host: u16, count: u32) -> Option<u32> {
        let lane = self.of_host[usize::from(host)];
        let events = self.events.get(lane as usize)?;
        // Where nothing is wrong, an event stands at its count.
        let at = (count as usize).checked_sub(1)?;
        let counts = |place: usize| events.get(place).map(|&event| self.own[event as usize]);
        if counts(at) == Some(count) && at.checked_sub(1).is_none_or(|before| counts(before) < Some(count)) {
            return events.get(at).copied();
        }
        let behind = events.partition_point(|&event| self.own[event as usize] <= count);
        let own = self.own[events[behind.checked_sub(1)?] as usize];
        Some(events[events.partition_point(|&event| self.own[event as usize] < own)])
    }

    fn mention(&self, log: &Log, event: u32) -> Mention {
        let logged = &log.events[event as usize];
        Mention::of(log, logged.host, self.own[event as usize], logged.line)
    }
}

/// What a clock says of a host.
fn stated(clock: &[Entry], host: u16) -> u32 {
    clock.binary_search_by_key(&host, |entry| entry.host).map_or(0, |place| clock[place].count)
}

/// The log read lane by lane.
struct Work<'a> {
    log: &'a Log,
    lanes: &'a Lanes,
    errors: Errors,
    arrows: Vec<(u32, u32)>,
    /// How many entries of causes were looked at.
    steps: u64,
    scratch: Scratch,
}

/// Room that is used again for every event.
#[derive(Default)]
struct Scratch {
    /// Per host, the highest entry so far on the present lane.
    known: Vec<u32>,
    rises: Vec<Rise>,
    direct: Vec<u32>,
    /// Per host, the highest entry of the direct causes found; all 0 between events.
    covered: Vec<u32>,
    beyond: Vec<Entry>,
}

/// An entry that is higher than before, and the event that it counts last.
#[derive(Clone, Copy)]
struct Rise {
    host: u16,
    count: u32,
    event: u32,
}

impl Work<'_> {
    fn read_lane(&mut self, lane: usize) -> Result<(), BadLog> {
        self.scratch.known.clear();
        self.scratch.known.resize(self.log.hosts.len(), 0);
        let mut previous = None;
        let lanes = self.lanes;
        for &event in &lanes.events[lane] {
            self.check_own(event, previous);
            self.find_rises(event);
            self.find_direct();
            if let Some(previous) = previous {
                self.check_falls(event, previous);
            }
            self.check_beyond(event, previous);
            self.check_direct(event);
            previous = Some(event);
            if self.steps > STEPS_MOST {
                return Err(BadLog(format!(
                    "line {}: up to here, events have learnt of so many others at once that it takes too long; cut out \
                     the part that matters",
                    self.log.events[event as usize].line
                )));
            }
        }
        Ok(())
    }

    /// The own count is one more than before.
    fn check_own(&mut self, event: u32, previous: Option<u32>) {
        let (log, lanes) = (self.log, self.lanes);
        let host = log.events[event as usize].host;
        let own = lanes.own[event as usize];
        let before = previous.map(|previous| lanes.mention(log, previous));
        let expected = before.as_ref().map_or(0, |before| before.count).saturating_add(1);
        if stated(log.clock(event as usize), host) == 0 {
            self.errors.own_left_out(log, event, expected);
        } else if own > expected {
            self.errors.gap(log, event, own, before);
        } else if let Some(before) = before.filter(|before| before.count == own) {
            self.errors.twice(log, event, before);
        }
    }

    /// The entries for other hosts that are higher than ever before on the lane, and those that count more events
    /// than there are.
    fn find_rises(&mut self, event: u32) {
        let (log, lanes) = (self.log, self.lanes);
        let host = log.events[event as usize].host;
        let Scratch { known, rises, beyond, .. } = &mut self.scratch;
        rises.clear();
        beyond.clear();
        for entry in log.clock(event as usize).iter().filter(|entry| entry.host != host) {
            let highest = lanes.highest[usize::from(entry.host)];
            if entry.count > highest {
                beyond.push(*entry);
            }
            let count = entry.count.min(highest);
            let known = &mut known[usize::from(entry.host)];
            if count > *known {
                *known = count;
                if let Some(event) = lanes.event(entry.host, count) {
                    rises.push(Rise { host: entry.host, count, event });
                }
            }
        }
    }

    /// Of the events that raised entries, those that none of the others knows of.
    fn find_direct(&mut self) {
        let (log, lanes) = (self.log, self.lanes);
        let Scratch { rises, direct, covered, .. } = &mut self.scratch;
        direct.clear();
        rises.sort_unstable_by_key(|rise| (std::cmp::Reverse(lanes.sum[rise.event as usize]), rise.host));
        for rise in rises.iter() {
            if covered[usize::from(rise.host)] >= rise.count {
                continue;
            }
            direct.push(rise.event);
            // The cause covers itself, whatever its clock says of its own host.
            for entry in
                log.clock(rise.event as usize).iter().chain(&[Entry { host: rise.host, count: rise.count }])
            {
                let covered = &mut covered[usize::from(entry.host)];
                *covered = entry.count.max(*covered);
                self.steps += 1;
            }
        }
        for rise in rises.iter() {
            covered[usize::from(rise.host)] = 0;
        }
        for &cause in direct.iter() {
            log.clock(cause as usize).iter().for_each(|entry| covered[usize::from(entry.host)] = 0);
        }
    }

    /// What a host knew it still knows.
    fn check_falls(&mut self, event: u32, previous: u32) {
        let (log, lanes) = (self.log, self.lanes);
        let fallen = lower(log, lanes, event, log.clock(previous as usize));
        self.errors.falls(log, event, lanes.mention(log, previous).line, fallen);
    }

    /// An entry that counts more events than there are is told where it comes in.
    fn check_beyond(&mut self, event: u32, previous: Option<u32>) {
        let Scratch { beyond, direct, .. } = &mut self.scratch;
        for entry in beyond.drain(..) {
            let has_it = |&other: &u32| stated(self.log.clock(other as usize), entry.host) >= entry.count;
            if !direct.iter().chain(&previous).any(has_it) {
                self.errors.beyond(self.log, event, entry, self.lanes.highest[usize::from(entry.host)]);
            }
        }
    }

    /// An event knows what its direct causes know, and they know nothing of it.
    fn check_direct(&mut self, event: u32) {
        let (log, lanes) = (self.log, self.lanes);
        let host = log.events[event as usize].host;
        let own = lanes.own[event as usize];
        let direct = std::mem::take(&mut self.scratch.direct);
        let mut is_in_circle = false;
        for &cause in &direct {
            if stated(log.clock(cause as usize), host) >= own {
                is_in_circle = true;
                self.errors.circle(log, event as usize, lanes.mention(log, cause));
            } else {
                self.arrows.push((cause, event));
            }
        }
        for &cause in direct.iter().filter(|_| !is_in_circle) {
            let missing = lower(log, lanes, event, log.clock(cause as usize));
            self.errors.intransitive(log, event, &lanes.mention(log, cause), missing);
        }
        self.scratch.direct = direct;
    }
}

/// The entries of a clock of which an event says less: as they are there, but no more than there is, and what the event
/// says. The event's own host does not count.
fn lower<'a>(
    log: &'a Log,
    lanes: &'a Lanes,
    event: u32,
    clock: &'a [Entry],
) -> impl Iterator<Item = (Entry, u32)> + use<'a> {
    let host = log.events[event as usize].host;
    let mut own = log.clock(event as usize);
    clock.iter().filter(move |entry| entry.host != host).filter_map(move |entry| {
        // Both are in the order of hosts.
        while let [first, rest @ ..] = own
            && first.host < entry.host
        {
            own = rest;
        }
        let says = own.first().filter(|first| first.host == entry.host).map_or(0, |first| first.count);
        let count = entry.count.min(lanes.highest[usize::from(entry.host)]);
        (says < count).then_some((Entry { count, ..*entry }, says))
    })
}
