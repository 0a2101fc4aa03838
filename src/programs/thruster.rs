//! A satellite whose thruster fires when it is told to, and what may keep it from firing twice.
//!
//! # What it does
//! Each command asks for one burn. Without a remedy each command that comes is carried out. With a window of keys the
//! satellite keeps the keys of the commands that it carried out last, and answers one that it knows without a further
//! burn; key and burn are written in one step, or in two, in either order. With a conditional write a command says
//! how many burns there were before it, and is refused if there were not. Or a command sets a level and adds nothing.
//!
//! # The assumption it breaks
//! That what arrives was meant to be done: it may have been done already.
//!
//! # What to look for
//! A crash between the burn and the record of its key does the work twice, one between the record and the burn
//! never. Only one step has no between: here the record *is* the burn, since the valve obeys the record. A window
//! forgets: what comes again later than so many other commands is done again. A level that is set twice is set once,
//! but a late command sets back what a newer one had set.
//!
//! # Sources
//! Idempotency keys: P. Helland, *Idempotence Is Not a Medical Condition* (2012). Compare and swap against lost
//! updates: Kleppmann, *Designing Data-Intensive Applications* (2017), chapter 7; fencing by version, chapter 8.

mod condition;
mod keys;

pub use keys::Keys;

use serde::{Deserialize, Serialize};

use super::ProgramEntry;
use crate::base::NodeId;
use crate::sim::{Context, Incoming, Program};

/// The line of the catalogue.
pub const ENTRY: ProgramEntry = ProgramEntry {
    id: "thruster",
    title: "Thruster",
    effect: "burns when it is told to, and with a remedy not twice for the same command",
    doc: crate::module_doc!("thruster.rs"),
};

/// What stands beside a burn: an event of its own, or the write that is one.
pub const BURNED: &str = "burned";

/// What stands beside the record of a key that is not the burn itself.
pub const RECORD: &str = "record";

/// What stands beside the setting of a level.
pub const SET: &str = "set";

/// How much a level rises from one command to the next.
pub const STEP: u32 = 10;

/// What commander and satellite say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Burn.
    Burn {
        /// The command's key: commands are numbered from 1.
        key: u32,
        /// How it is meant.
        form: Form,
    },
    /// The command was carried out, now or before.
    Done {
        /// Its key.
        key: u32,
    },
    /// The command was not carried out, since its condition does not hold.
    Conflict {
        /// Its key.
        key: u32,
        /// How many burns there were.
        version: u32,
    },
}

/// How a command is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// One burn more.
    Add,
    /// One burn more, if there were as many as commands before this one.
    AddIf,
    /// The level that belongs to this command.
    Set,
}

/// What keeps a satellite from doing a command twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Remedy {
    /// Nothing.
    None,
    /// A window of keys, written together with the burn.
    KeysInOneStep,
    /// A window of keys, written after the burn.
    BurnThenRecord,
    /// A window of keys, written before the burn.
    RecordThenBurn,
    /// The command's condition.
    Condition,
    /// That a level is set and not raised.
    Level,
}

/// What outlasts a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Log {
    /// How many burns it knows of.
    burns: u32,
    level: u32,
    keys: Keys,
}

/// The program and its memory.
#[derive(Clone, Debug, Serialize)]
pub struct Thruster {
    remedy: Remedy,
    window: usize,
    log: Log,
}

impl Thruster {
    /// A satellite with this remedy, which keeps so many keys.
    pub fn new(remedy: Remedy, window: usize) -> Self {
        Self { remedy, window, log: Log::default() }
    }

    /// Where the log is on the disk, if this remedy keeps one.
    fn place(&self) -> Option<&'static str> {
        match self.remedy {
            Remedy::None => None,
            Remedy::KeysInOneStep | Remedy::Condition => Some(BURNED),
            Remedy::BurnThenRecord | Remedy::RecordThenBurn => Some(RECORD),
            Remedy::Level => Some(SET),
        }
    }

    fn write(&self, cx: &mut Context<'_>) {
        if let Some(place) = self.place() {
            cx.persist(place, &self.log);
        }
    }

    /// Carries a command out, each remedy in its own order of steps.
    fn burn(&mut self, key: u32, cx: &mut Context<'_>) {
        self.log.burns += 1;
        self.log.keys.insert(key, self.window);
        match self.remedy {
            Remedy::None => cx.local_nth(BURNED, key),
            Remedy::BurnThenRecord => {
                cx.local_nth(BURNED, key);
                self.write(cx);
            }
            Remedy::RecordThenBurn => {
                self.write(cx);
                cx.local_nth(BURNED, key);
            }
            // The valve obeys the record, so that this write is the burn.
            Remedy::KeysInOneStep | Remedy::Condition => self.write(cx),
            Remedy::Level => {
                self.log.level = key.saturating_mul(STEP);
                self.write(cx);
            }
        }
    }

    /// What is to be done with a command: carried out, answered as done, or refused.
    fn judge(&self, key: u32, form: Form) -> Judgement {
        let has_keys =
            matches!(self.remedy, Remedy::KeysInOneStep | Remedy::BurnThenRecord | Remedy::RecordThenBurn);
        if has_keys && self.log.keys.contains(key) {
            Judgement::Known
        } else if form == Form::AddIf && !condition::holds(self.log.burns, key) {
            Judgement::Refused
        } else {
            Judgement::New
        }
    }
}

/// What is to be done with a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judgement {
    New,
    Known,
    Refused,
}

impl Program for Thruster {
    fn start(&mut self, cx: &mut Context<'_>) {
        let found = self.place().and_then(|place| cx.disk(place));
        self.log = found.unwrap_or_default();
    }

    fn message(&mut self, from: NodeId, incoming: &Incoming<'_>, cx: &mut Context<'_>) {
        let Some(Command::Burn { key, form }) = incoming.read() else { return };
        match self.judge(key, form) {
            Judgement::New => self.burn(key, cx),
            Judgement::Known => {}
            Judgement::Refused => {
                let version = self.log.burns;
                return cx.send_nth(from, "conflict", key, &Command::Conflict { key, version });
            }
        }
        // Also to one that is known: its sender asks because it has not heard.
        cx.send_nth(from, "done", key, &Command::Done { key });
    }

    fn explain(&self, incoming: &Incoming<'_>) -> Option<serde_json::Value> {
        incoming.explain::<Command>()
    }
}
