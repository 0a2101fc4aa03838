//! A log as it was read: events in the order of the file, each with its host, its text and the clock that it states.
//!
//! Nothing is checked here. Must not know how the file was written, nor what the clocks imply.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::BadLog;

/// How many hosts an execution may have. Happens-before keeps a square of them.
pub(super) const HOSTS_MOST: usize = 2_048;

/// How many events an execution may have.
pub(super) const EVENTS_MOST: usize = 4_000_000;

/// How many unread lines are kept by number; the others are only counted.
const UNREAD_MOST: usize = 1_000;

/// How many further fields a log may have; what more there are is not kept.
pub(super) const FIELDS_MOST: usize = 64;

/// One execution of a log.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    /// What the log calls it; empty if it has no name.
    pub(super) name: String,
    pub(super) hosts: Hosts,
    pub(super) events: Vec<Logged>,
    pub(super) unread: Unread,
    entries: Vec<Entry>,
    texts: String,
    /// The names of further fields.
    pub(super) fields: Vec<String>,
    /// Of an event by its place, a field by its place, and where its text lies; in order of events.
    values: Vec<(u32, u16, (u32, u32))>,
}

/// An event as the log states it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logged {
    /// The host, as a place in [`Hosts`].
    pub(super) host: u16,
    /// The line of its clock, counted from 1.
    pub(super) line: u32,
    /// What the host's clock showed, in nanoseconds, if the log says so.
    pub(super) stated: Option<i64>,
    entries: (u32, u32),
    text: (u32, u32),
}

/// A part of a vector clock: so many events of a host are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) host: u16,
    pub(super) count: u32,
}

/// Lines that belong to no event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// How many there are.
    pub count: u32,
    /// The first of them by number, and what is wrong with each, if it looked like an event at first.
    pub lines: Vec<(u32, Option<String>)>,
}

impl Unread {
    /// A line that belongs to no event.
    pub(super) fn add(&mut self, line: u32, why: Option<String>) {
        self.count = self.count.saturating_add(1);
        if self.lines.len() < UNREAD_MOST {
            self.lines.push((line, why));
        }
    }

    /// Takes in other lines, which come behind these.
    pub(super) fn append(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        let room = UNREAD_MOST.saturating_sub(self.lines.len());
        self.lines.extend(other.lines.iter().take(room).cloned());
    }
}

impl Log {
    /// An execution of this name without events.
    pub(super) fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds an event. Its clock is read by `clock`, which pushes its entries and may refuse it in words: then the line
    /// is unread.
    pub(super) fn add(
        &mut self,
        line: u32,
        host: &str,
        text: &str,
        stated: Option<i64>,
        clock: impl FnOnce(&mut Hosts, &mut Vec<Entry>) -> Result<(), String>,
    ) -> Result<(), BadLog> {
        let first = self.entries.len();
        if let Err(why) = self.entries_of(first, clock) {
            self.entries.truncate(first);
            self.unread.add(line, Some(why));
            return self.hosts.check();
        }
        if host.is_empty() {
            self.entries.truncate(first);
            self.unread.add(line, Some("the host has no name".to_owned()));
            return Ok(());
        }
        let host = self.hosts.place(host);
        self.hosts.check()?;
        let (from, entries) = (self.texts.len(), self.entries.len());
        let fits = |length: usize| u32::try_from(length).is_ok();
        if self.events.len() >= EVENTS_MOST || !fits(entries) || !fits(from + text.len()) {
            return Err(BadLog(format!(
                "line {line}: there are more than {} events; {EVENTS_MOST} is the most, so cut out the part that matters",
                self.events.len()
            )));
        }
        self.texts.push_str(text);
        let entries = (first as u32, entries as u32);
        let text = (from as u32, self.texts.len() as u32);
        self.events.push(Logged { host, line, stated, entries, text });
        Ok(())
    }

    fn entries_of(
        &mut self,
        first: usize,
        clock: impl FnOnce(&mut Hosts, &mut Vec<Entry>) -> Result<(), String>,
    ) -> Result<(), String> {
        clock(&mut self.hosts, &mut self.entries)?;
        let new = &mut self.entries[first..];
        new.sort_unstable();
        if let Some(pair) = new.windows(2).find(|pair| pair[0].host == pair[1].host) {
            return Err(format!("the clock names {:?} twice", self.hosts.name(pair[0].host)));
        }
        Ok(())
    }

    /// The clock that an event states, by host, without zeros.
    pub(super) fn clock(&self, event: usize) -> &[Entry] {
        let (from, to) = self.events[event].entries;
        &self.entries[from as usize..to as usize]
    }

    /// Notes what a field says of the last event that was added. Fields without a text say nothing.
    pub(super) fn note(&mut self, field: &str, text: &str) {
        let Some(event) = self.events.len().checked_sub(1).filter(|_| !text.is_empty()) else { return };
        let place = match self.fields.iter().position(|known| known == field) {
            Some(place) => place,
            None if self.fields.len() < FIELDS_MOST => {
                self.fields.push(field.to_owned());
                self.fields.len() - 1
            }
            None => return,
        };
        let (from, to) = (self.texts.len(), self.texts.len() + text.len());
        if let (Ok(from), Ok(to)) = (u32::try_from(from), u32::try_from(to)) {
            self.texts.push_str(text);
            self.values.push((event as u32, place as u16, (from, to)));
        }
    }

    /// What further fields say of an event: the place of each field, and its text.
    pub(super) fn notes(&self, event: usize) -> impl Iterator<Item = (u16, &str)> {
        let from = self.values.partition_point(|(other, _, _)| (*other as usize) < event);
        let own = self.values[from..].iter().take_while(move |(other, _, _)| *other as usize == event);
        own.map(|(_, field, (from, to))| (*field, &self.texts[*from as usize..*to as usize]))
    }

    /// What the log says of an event.
    pub(super) fn text(&self, event: usize) -> &str {
        let (from, to) = self.events[event].text;
        &self.texts[from as usize..to as usize]
    }
}

/// The names that occur in a log, those of clocks included.
#[derive(Clone, Debug, Default)]
pub(super) struct Hosts {
    names: Vec<String>,
    places: BTreeMap<String, u16>,
    /// The name that came after each the last time: clocks are mostly written in one order.
    next: Vec<u16>,
    last: u16,
}

impl Hosts {
    /// The place of a name, which is made if it is new.
    pub(super) fn place(&mut self, name: &str) -> u16 {
        let guess = self.next.get(usize::from(self.last)).copied().unwrap_or_default();
        let place = match self.names.get(usize::from(guess)) {
            Some(known) if known == name => guess,
            _ => self.look_up(name),
        };
        if let Some(next) = self.next.get_mut(usize::from(self.last)) {
            *next = place;
        }
        self.last = place;
        place
    }

    fn look_up(&mut self, name: &str) -> u16 {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        // `check` refuses the log before this many are reached.
        let place = u16::try_from(self.names.len()).unwrap_or(u16::MAX);
        self.names.push(name.to_owned());
        self.next.push(place);
        self.places.insert(name.to_owned(), place);
        place
    }

    fn check(&self) -> Result<(), BadLog> {
        if self.names.len() <= HOSTS_MOST {
            return Ok(());
        }
        Err(BadLog(format!(
            "there are more than {HOSTS_MOST} hosts, and that is the most; an expression whose group `host` takes in \
             too much would do that"
        )))
    }

    pub(super) fn name(&self, host: u16) -> &str {
        &self.names[usize::from(host)]
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}
