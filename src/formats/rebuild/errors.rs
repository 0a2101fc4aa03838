//! What may be wrong with the clocks of a log, in words: where, and what should have stood there.
//!
//! Must not know how it was found.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::formats::log::{Entry, Log};

/// How many errors are told in words; the others are counted.
const TOLD_MOST: usize = 10_000;

/// How many entries of one clock are named; the others are counted.
const NAMED_MOST: usize = 4;

/// How many letters of a host's name are repeated.
const NAME_MOST: usize = 40;

/// What kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ErrorKind {
    /// The own count leaves a number out.
    Gap,
    /// A count is not higher than before, or falls.
    NonMonotone,
    /// A cause knew more than the event does.
    Intransitive,
    /// The event would follow from itself.
    Cycle,
    /// The clock counts events of a host that has none.
    UnknownHost,
    /// The clock counts more events than a host has.
    TooMuch,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Gap, Self::NonMonotone, Self::Intransitive, Self::Cycle, Self::UnknownHost, Self::TooMuch];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::NonMonotone => "non-monotone",
            Self::Intransitive => "intransitive",
            Self::Cycle => "cycle",
            Self::UnknownHost => "unknown-host",
            Self::TooMuch => "too-much",
        }
    }
}

/// Something in a log that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogError {
    /// The line of the clock, counted from 1.
    pub line: u32,
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// A sentence that says what is wrong and what should have stood there.
    pub says: String,
}

/// An event as it is named in a sentence.
#[derive(Clone, Debug)]
pub(in crate::formats) struct Mention {
    name: String,
    pub(super) count: u32,
    pub(super) line: u32,
}

impl Mention {
    pub(super) fn of(log: &Log, host: u16, count: u32, line: u32) -> Self {
        Self { name: quoted(log, host), count, line }
    }
}

/// All that was found.
#[derive(Clone, Debug, Default)]
pub(in crate::formats) struct Errors {
    pub(in crate::formats) told: Vec<LogError>,
    /// How many more there are than are told.
    pub(in crate::formats) untold: u32,
    /// The events with errors.
    pub(super) events: Vec<u32>,
}

impl Errors {
    fn tell(&mut self, log: &Log, event: u32, kind: ErrorKind, says: impl FnOnce() -> String) {
        self.events.push(event);
        if self.told.len() >= TOLD_MOST {
            self.untold += 1;
            return;
        }
        let line = log.events[event as usize].line;
        self.told.push(LogError { line, kind, says: says() });
    }

    /// Puts them in the order of the file. What an event on a circle does not know need not be told as well.
    pub(super) fn finish(&mut self) {
        let of_kind = |wanted: ErrorKind| self.told.iter().filter(move |error| error.kind == wanted);
        let circles: BTreeSet<u32> = of_kind(ErrorKind::Cycle).map(|error| error.line).collect();
        self.told.retain(|error| error.kind != ErrorKind::Intransitive || !circles.contains(&error.line));
        self.told.sort_by_key(|error| (error.line, error.kind));
        self.told.dedup();
    }

    pub(super) fn own_left_out(&mut self, log: &Log, event: u32, expected: u32) {
        self.tell(log, event, ErrorKind::Gap, || {
            let name = own_name(log, event);
            format!("the clock leaves out its own host; it should say {name}:{expected}")
        });
    }

    pub(super) fn gap(&mut self, log: &Log, event: u32, own: u32, before: Option<Mention>) {
        self.tell(log, event, ErrorKind::Gap, || {
            let name = own_name(log, event);
            match before {
                None => format!(
                    "the first event of {name} counts {own}; this clock should say {name}:1, or earlier events are \
                     missing"
                ),
                Some(before) => format!(
                    "{name} goes from {} (line {}) to {own}; this clock should say {name}:{}, or an event between is \
                     missing",
                    before.count,
                    before.line,
                    before.count + 1
                ),
            }
        });
    }

    pub(super) fn twice(&mut self, log: &Log, event: u32, before: Mention) {
        self.tell(log, event, ErrorKind::NonMonotone, || {
            let Mention { name, count, line } = before;
            format!(
                "{name} stands at {count} already on line {line}; each event counts one more, so this clock should \
                 say {name}:{}",
                u64::from(count) + 1
            )
        });
    }

    /// Entries that fell: as they were before, and what is stated now.
    pub(super) fn falls(
        &mut self,
        log: &Log,
        event: u32,
        line: u32,
        mut fallen: impl Iterator<Item = (Entry, u32)>,
    ) {
        let Some((first, count)) = fallen.next() else { return };
        self.tell(log, event, ErrorKind::NonMonotone, || {
            let name = quoted(log, first.host);
            format!(
                "{name} falls from {} (line {line}) to {count}, but what a host knows it never forgets; this clock \
                 should say {} or more",
                first.count,
                list(log, std::iter::once(first).chain(fallen.map(|(before, _)| before)))
            )
        });
    }

    /// Entries that a cause has and the event has not: as the cause has them, and what is stated.
    pub(super) fn intransitive(
        &mut self,
        log: &Log,
        event: u32,
        cause: &Mention,
        mut missing: impl Iterator<Item = (Entry, u32)>,
    ) {
        let Some((first, count)) = missing.next() else { return };
        self.tell(log, event, ErrorKind::Intransitive, || {
            let what = match count {
                0 => format!("leaves {} out", quoted(log, first.host)),
                _ => format!("says {}:{count}", quoted(log, first.host)),
            };
            format!(
                "this event knows of {}:{} (line {}), which knew more of others, and {what}; this clock should say {} \
                 or more",
                cause.name,
                cause.count,
                cause.line,
                list(log, std::iter::once(first).chain(missing.map(|(entry, _)| entry)))
            )
        });
    }

    pub(super) fn circle(&mut self, log: &Log, event: usize, cause: Mention) {
        self.tell(log, event as u32, ErrorKind::Cycle, || {
            let Mention { name, count, line } = cause;
            format!(
                "this event knows of {name}:{count} (line {line}), which comes after it: each would be before the \
                 other; one of the two clocks should not know of the other"
            )
        });
    }

    pub(super) fn beyond(&mut self, log: &Log, event: u32, entry: Entry, highest: u32) {
        let kind = if highest == 0 { ErrorKind::UnknownHost } else { ErrorKind::TooMuch };
        self.tell(log, event, kind, || {
            let (name, count) = (quoted(log, entry.host), entry.count);
            match highest {
                0 => format!(
                    "the clock counts {count} of {name}, which has no event in this log; leave {name} out, or add its \
                     events"
                ),
                _ => format!(
                    "the clock counts {count} events of {name}, which has only {highest}; this clock should say \
                     {name}:{highest} or less"
                ),
            }
        });
    }
}

fn own_name(log: &Log, event: u32) -> String {
    quoted(log, log.events[event as usize].host)
}

fn quoted(log: &Log, host: u16) -> String {
    let name = log.hosts.name(host);
    match name.char_indices().nth(NAME_MOST) {
        None => format!("{name:?}"),
        Some((end, _)) => format!("{:?}", format!("{}…", &name[..end])),
    }
}

fn list(log: &Log, entries: impl Iterator<Item = Entry>) -> String {
    let (mut shown, mut rest) = (Vec::new(), 0);
    for entry in entries {
        if shown.len() < NAMED_MOST {
            shown.push(format!("{}:{}", quoted(log, entry.host), entry.count));
        } else {
            rest += 1;
        }
    }
    if rest > 0 {
        shown.push(format!("{rest} more"));
    }
    shown.join(", ")
}
