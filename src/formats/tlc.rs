//! An error trace of TLC, the model checker of TLA+, whose states have a vector clock.
//!
//! # What it does
//! Reads the states of each behaviour as events: what happened is the name of the action. The clock is a variable or an
//! alias that is named `Clock`, in any spelling: a text of JSON as the module ShiViz makes it, or a function of host to
//! count, with the host in a variable `Host`. Or it is a function of each host to its clock; then the host is the one
//! whose clock changed.
//!
//! # What to look for
//! The initial state is no event. States without a clock are listed; the other variables can be searched.
//!
//! # Sources
//! tlaplus/CommunityModules, `modules/ShiViz.tla`; tlaplus/Examples, `EWD998ChanID_shiviz.tla`.

use super::log::{Entry, Hosts, Log};
use super::text::{Part, Text};
use super::tla::{self, Value};
use super::{BadLog, Format, Options, Source, clock};

pub(super) const ENTRY: Format = Format {
    id: "tlc",
    title: "TLC error trace",
    doc: crate::module_doc!("tlc.rs"),
    recognise: |text| {
        Part::whole(text).lines().any(|(_, line)| state_number(line).is_some_and(|(number, _)| number == 1))
    },
    read,
};

/// The longest value of another variable that is kept to be searched, in bytes.
const NOTE_MOST: usize = 400;

/// Names of a clock and of a host, in lower case without `_`.
const CLOCKS: [&str; 4] = ["clock", "vectorclock", "vclock", "vc"];
const HOSTS: [&str; 5] = ["host", "node", "process", "self", "proc"];

/// A state as it is printed.
#[derive(Debug, Default)]
struct State<'a> {
    line: u32,
    number: u32,
    action: &'a str,
    /// Line, name and value of each variable.
    variables: Vec<(u32, &'a str, String)>,
}

fn read(text: &Text<'_>, _: &Options) -> Result<Vec<Source>, BadLog> {
    let mut behaviours = Behaviours::default();
    let mut state: Option<State<'_>> = None;
    for (line, text) in Part::whole(text).lines() {
        if let Some((number, action)) = state_number(text) {
            behaviours.take(state.replace(State { line, number, action, variables: Vec::new() }))?;
        } else if text.trim().is_empty() {
            behaviours.take(state.take())?;
        } else if let Some(state) = &mut state {
            state.take(line, text);
        }
    }
    behaviours.take(state)?;
    Ok(behaviours.logs.into_iter().map(|log| Source::Log(Box::new(log))).collect())
}

/// `State 2: <SendMsg line 118, col 3 to line 128, col 32 of module M>`: the number and `SendMsg`.
fn state_number(line: &str) -> Option<(u32, &str)> {
    let (number, action) = line.strip_prefix("State ")?.split_once(": ")?;
    let action = action.strip_prefix('<')?.trim_end().strip_suffix('>')?;
    Some((number.parse().ok()?, action.split(" line ").next().unwrap_or(action)))
}

impl<'a> State<'a> {
    /// A line of a state: a variable, or more of the one before.
    fn take(&mut self, line: u32, text: &'a str) {
        let variable = text.strip_prefix("/\\ ").unwrap_or(text).split_once(" = ");
        let is_name =
            |name: &str| !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_');
        match variable.filter(|(name, _)| is_name(name)) {
            Some((name, value)) => self.variables.push((line, name, value.trim().to_owned())),
            None => {
                if let Some((_, _, value)) = self.variables.last_mut() {
                    value.push(' ');
                    value.push_str(text.trim());
                }
            }
        }
    }

    /// The variable that has one of these names; one that is written with a capital is an alias, made for the purpose.
    fn find(&self, names: &[&str]) -> Option<usize> {
        let rank = |name: &str| {
            let plain = name.replace('_', "").to_lowercase();
            names
                .iter()
                .position(|known| *known == plain)
                .map(|rank| (!name.starts_with(char::is_uppercase), rank))
        };
        let ranked =
            self.variables.iter().enumerate().filter_map(|(place, (_, name, _))| Some((rank(name)?, place)));
        ranked.min().map(|(_, place)| place)
    }
}

/// A log for each behaviour.
#[derive(Debug, Default)]
struct Behaviours {
    logs: Vec<Log>,
    /// The clock of each host in the state before, where the clock is one of clocks.
    before: Vec<(String, Value)>,
}

impl Behaviours {
    fn take(&mut self, state: Option<State<'_>>) -> Result<(), BadLog> {
        let Some(state) = state else { return Ok(()) };
        if state.number == 1 || self.logs.is_empty() {
            self.logs.push(Log::default());
            self.before.clear();
        }
        let Some(log) = self.logs.last_mut() else { return Ok(()) };
        let Some(place) = state.find(&CLOCKS) else {
            if state.number > 1 {
                log.unread.add(state.line, Some("the state has no variable `Clock`".to_owned()));
            }
            return Ok(());
        };
        let (line, _, text) = &state.variables[place];
        let host = state.find(&HOSTS).map(|place| tla::name(&state.variables[place].2));
        match (Clock::of(text), host) {
            (Clock::OfOne(entries), Some(host)) => {
                // Nothing has happened yet in a state in which nobody counts anything.
                let is_initial = state.number == 1 && entries.as_ref().is_ok_and(Vec::is_empty);
                if !is_initial {
                    add(log, &state, *line, host, |hosts, out| push(entries, hosts, out))?;
                }
            }
            (Clock::OfAll(clocks), _) => {
                let is_known = |(host, clock): &&(String, Value)| {
                    !self.before.iter().any(|it| it.0 == *host && it.1 == *clock)
                };
                for (host, clock) in clocks.iter().filter(is_known).filter(|_| state.number > 1) {
                    add(log, &state, *line, host, |hosts, out| push(entries(clock), hosts, out))?;
                }
                self.before = clocks;
            }
            (Clock::OfOne(_), None) if state.number == 1 => {}
            (Clock::OfOne(_), None) => {
                log.unread.add(*line, Some("the state has a clock and no variable `Host`".to_owned()));
            }
        }
        Ok(())
    }
}

fn add(
    log: &mut Log,
    state: &State<'_>,
    line: u32,
    host: &str,
    clock: impl FnOnce(&mut Hosts, &mut Vec<Entry>) -> Result<(), String>,
) -> Result<(), BadLog> {
    let before = log.events.len();
    log.add(line, host, state.action, None, clock)?;
    if log.events.len() > before {
        for (at, name, value) in state.variables.iter().filter(|(_, _, value)| value.len() <= NOTE_MOST) {
            if *at != line {
                log.note(name, value);
            }
        }
    }
    Ok(())
}

type Entries = Result<Vec<(String, u32)>, String>;

/// What a variable says that is named like a clock.
enum Clock {
    OfOne(Entries),
    OfAll(Vec<(String, Value)>),
}

impl Clock {
    fn of(text: &str) -> Self {
        if text.starts_with('"') {
            return Self::OfOne(json(tla::name(text)));
        }
        match tla::read(text) {
            Value::Function(clocks)
                if clocks.iter().all(|(_, clock)| matches!(clock, Value::Function(_))) =>
            {
                Self::OfAll(clocks)
            }
            value => Self::OfOne(entries(&value)),
        }
    }
}

/// A clock as a text of JSON.
fn json(text: &str) -> Entries {
    let (mut hosts, mut found) = (Hosts::default(), Vec::new());
    clock::read(text, &mut hosts, &mut found)?;
    Ok(found.iter().map(|entry| (hosts.name(entry.host).to_owned(), entry.count)).collect())
}

/// A function of host to count.
fn entries(value: &Value) -> Entries {
    let Value::Function(pairs) = value else {
        return Err("the clock is no function of host to count".to_owned());
    };
    let count = |(host, value): &(String, Value)| match value {
        Value::Number(count) => Ok((host.clone(), *count)),
        Value::Function(_) | Value::Other(_) => Err(format!("the clock counts no whole number of {host:?}")),
    };
    let all: Vec<(String, u32)> = pairs.iter().map(count).collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|(_, count)| *count > 0).collect())
}

fn push(entries: Entries, hosts: &mut Hosts, out: &mut Vec<Entry>) -> Result<(), String> {
    for (host, count) in entries? {
        let host = hosts.place(&host);
        out.push(Entry { host, count });
    }
    Ok(())
}
