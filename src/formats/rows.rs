//! An event as an object of JSON, whose fields may have many names.
//!
//! Must not know whether objects stand on lines or in an array.

use std::borrow::Cow;

use super::log::Log;
use super::members::{each_member, scalar, string};
use super::{BadLog, Fields, clock, times};

/// The names that are looked for where none is given, the likeliest first.
const HOSTS: [&str; 9] = ["host", "node", "process", "proc", "pid", "service", "actor", "replica", "server"];
const CLOCKS: [&str; 7] = ["clock", "vector_clock", "vectorClock", "vclock", "vc", "vector", "vectorclock"];
const EVENTS: [&str; 8] = ["event", "message", "msg", "text", "label", "description", "name", "action"];
const TIMES: [&str; 6] = ["timestamp", "time", "ts", "@timestamp", "at", "wall"];
const EXECUTIONS: [&str; 2] = ["execution", "trace"];

/// Which fields hold what.
#[derive(Clone, Debug)]
pub(super) struct Names<'a> {
    roles: [Vec<&'a str>; 5],
}

/// The places of the roles.
const HOST: usize = 0;
const CLOCK: usize = 1;
const EVENT: usize = 2;
const TIME: usize = 3;
const EXECUTION: usize = 4;

impl<'a> Names<'a> {
    /// The names that were given, and for others those that are usual.
    pub(super) fn of(fields: &'a Fields) -> Self {
        let names = |given: &'a Option<String>, usual: &[&'static str]| match given {
            Some(name) => vec![name.as_str()],
            None => usual.to_vec(),
        };
        Self {
            roles: [
                names(&fields.host, &HOSTS),
                names(&fields.clock, &CLOCKS),
                names(&fields.event, &EVENTS),
                names(&fields.time, &TIMES),
                names(&fields.execution, &EXECUTIONS),
            ],
        }
    }

    /// Which role a field has, and how likely its name is.
    fn role(&self, path: &str) -> Option<(usize, usize)> {
        let rank = |names: &Vec<&str>| names.iter().position(|name| *name == path);
        self.roles.iter().enumerate().find_map(|(role, names)| Some((role, rank(names)?)))
    }

    /// Whether a field that was asked for lies inside this one: `meta.host` inside `meta`.
    fn is_inside(&self, path: &str) -> bool {
        let lies_inside = |name: &&str| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
        self.roles.iter().flatten().any(lies_inside)
    }
}

/// An event as it was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Row<'a> {
    /// Per role how likely the name was, and the text of the value.
    roles: [Option<(usize, &'a str)>; 5],
    notes: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Row<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn read(text: &'a str, names: &Names<'_>) -> Result<Self, String> {
        let mut row = Self::default();
        row.take(text, "", names)?;
        Ok(row)
    }

    fn take(&mut self, text: &'a str, prefix: &str, names: &Names<'_>) -> Result<(), String> {
        let each = each_member(text, |name, value| {
            let path = if prefix.is_empty() { name } else { Cow::Owned(format!("{prefix}.{name}")) };
            match names.role(&path) {
                Some((role, rank)) if self.roles[role].is_none_or(|(best, _)| rank < best) => {
                    self.roles[role] = Some((rank, value));
                }
                _ if names.is_inside(&path) && value.starts_with('{') => self.take(value, &path, names)?,
                // What has parts is no text to search for.
                _ if !value.starts_with(['{', '[', 'n']) => self.notes.push((path, value)),
                _ => {}
            }
            Ok(())
        });
        each.map_err(|broken| broken.to_string())
    }

    fn text(&self, role: usize) -> Option<Cow<'a, str>> {
        self.roles[role].and_then(|(_, value)| scalar(value))
    }

    /// Whether it looks like an event: it has a host and a clock.
    pub(super) fn is_event(&self) -> bool {
        self.text(HOST).is_some() && self.roles[CLOCK].is_some()
    }

    /// The name of the execution that it belongs to; empty if it has none.
    pub(super) fn execution(&self) -> Cow<'a, str> {
        self.text(EXECUTION).unwrap_or_default()
    }

    /// Adds the event to a log.
    pub(super) fn add_to(&self, log: &mut Log, line: u32) -> Result<(), BadLog> {
        let (Some(host), Some((_, clock))) = (self.text(HOST), self.roles[CLOCK]) else {
            let missing = if self.text(HOST).is_none() { "host" } else { "clock" };
            log.unread.add(line, Some(format!("the object has no field for the {missing}")));
            return Ok(());
        };
        let clock = if clock.starts_with('"') { string(clock) } else { Some(Cow::Borrowed(clock)) };
        let text = self.text(EVENT).unwrap_or_default();
        let stated = self.text(TIME).and_then(|time| times::reading(&time));
        let before = log.events.len();
        log.add(line, &host, &text, stated, |hosts, out| {
            clock::read(&clock.unwrap_or_default(), hosts, out)
        })?;
        if log.events.len() > before {
            for (name, value) in &self.notes {
                log.note(name, &scalar(value).unwrap_or_default());
            }
        }
        Ok(())
    }
}

/// Executions that are told apart by a field of each event, in the order in which they begin.
#[derive(Debug, Default)]
pub(super) struct Executions {
    pub(super) logs: Vec<Log>,
    last: usize,
}

impl Executions {
    /// The execution of this name.
    pub(super) fn of(&mut self, name: &str) -> &mut Log {
        if self.logs.get(self.last).is_none_or(|log| log.name != name) {
            self.last = self.logs.iter().position(|log| log.name == name).unwrap_or_else(|| {
                self.logs.push(Log::named(name));
                self.logs.len() - 1
            });
        }
        &mut self.logs[self.last]
    }

    /// The one that was asked for last.
    pub(super) fn last(&mut self) -> &mut Log {
        if self.logs.is_empty() {
            self.logs.push(Log::default());
        }
        &mut self.logs[self.last]
    }
}
