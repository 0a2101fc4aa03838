//! The session between two visits: one record a tab in the browser's storage, so that nothing is lost on reload
//! and two tabs never overwrite each other.
//!
//! A tab has an identity in its own session storage, and a lock of that name for as long as it is open. A new
//! tab adopts the last session that no open tab holds. What cannot be read is set aside under another name,
//! never thrown away. Must not know what a session is: it is text here.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::window;
use web_sys::Storage;

use super::locks;

/// The records, each behind the identity of its tab. The locks have the same names.
const RECORD: &str = "lightcone-session-";
/// Records that could not be read.
const ASIDE: &str = "lightcone-set-aside-";
/// The identity of a tab, in its own storage.
const TAB: &str = "lightcone-tab";
/// What a bug left for the next start, in the tab's own storage.
const BUG: &str = "lightcone-bug";
/// How many records are kept of tabs that are closed. The oldest go first.
const RECORDS_MOST: usize = 16;

thread_local! {
    static RECORD_NAME: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What a tab finds when it starts.
#[derive(Debug, Default)]
pub struct Found {
    /// Its record from last time.
    pub record: Option<Record>,
    /// Whether other tabs have the page open.
    pub is_elsewhere: bool,
    /// Whether the browser stores nothing for this page.
    pub is_blocked: bool,
    /// Where it stood when a bug stopped it, if that is how it ended.
    pub bug: Option<BugNote>,
}

/// A session that is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// When it was stored, in milliseconds since 1970, to find the last one.
    pub at: f64,
    /// Whether its tab was closed properly. Believed only where the browser has no locks.
    pub is_closed: bool,
    /// The link that it was opened from, if it was opened from one.
    pub link: String,
    /// The session.
    pub text: String,
}

/// What a bug leaves for the next start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BugNote {
    /// How many bugs there were in a row without a good message between.
    pub times: u32,
    /// The last good turn.
    pub turn: u64,
}

impl Record {
    fn write(&self) -> String {
        let closed = if self.is_closed { "closed" } else { "open" };
        format!("{}\n{closed}\n{}\n{}", self.at, self.link, self.text)
    }

    fn read(stored: &str) -> Option<Self> {
        let mut parts = stored.splitn(4, '\n');
        let at = parts.next()?.parse().ok()?;
        let is_closed = parts.next()? == "closed";
        Some(Self { at, is_closed, link: parts.next()?.to_owned(), text: parts.next()?.to_owned() })
    }
}

/// Gives this tab its identity, and finds what it left last time. A tab that `brings_link` adopts nobody's
/// session, since it shows what the link holds.
pub async fn find(brings_link: bool) -> Found {
    let (Some(local), Some(own)) = (local(), own()) else {
        return Found { is_blocked: true, ..Found::default() };
    };
    let mut found = Found { bug: bug_note(&own), ..Found::default() };
    let (name, record) = match own.get_item(TAB).ok().flatten().map(|tab| format!("{RECORD}{tab}")) {
        Some(name) => {
            let record = local.get_item(&name).ok().flatten();
            match locks::take(&name).await {
                // A duplicated tab begins where the other stands, and goes on by itself.
                Some(false) => (fresh_name(), record),
                Some(true) | None => (name, record),
            }
        }
        None if brings_link => (fresh_name(), None),
        None => {
            adopt(&local).await.map_or_else(|| (fresh_name(), None), |(name, record)| (name, Some(record)))
        }
    };
    locks::take(&name).await;
    let _ = own.set_item(TAB, name.strip_prefix(RECORD).unwrap_or_default());
    found.is_elsewhere = locks::held().await.iter().any(|held| held.starts_with(RECORD) && *held != name);
    found.record = record.map(|stored| {
        // What is no record at all is still what was left here, and is judged as a session.
        let unreadable = || Record { at: 0.0, is_closed: true, link: String::new(), text: stored.clone() };
        Record::read(&stored).unwrap_or_else(unreadable)
    });
    RECORD_NAME.set(Some(name));
    prune(&local).await;
    found
}

/// The newest record that no open tab holds.
async fn adopt(local: &Storage) -> Option<(String, String)> {
    for (name, stored) in records(local) {
        let is_free = match locks::take(&name).await {
            Some(is_free) => is_free,
            None => Record::read(&stored).is_none_or(|record| record.is_closed),
        };
        if is_free {
            return Some((name, stored));
        }
    }
    None
}

/// All records, newest first.
fn records(local: &Storage) -> Vec<(String, String)> {
    let names = (0..local.length().unwrap_or(0)).filter_map(|place| local.key(place).ok().flatten());
    let mut found = BTreeMap::new();
    for name in names.filter(|name| name.starts_with(RECORD)) {
        if let Some(stored) = local.get_item(&name).ok().flatten() {
            let at = Record::read(&stored).map_or(0.0, |record| record.at);
            // Ordered by the time first, in as many digits for each, and by the name where times are equal.
            found.insert(format!("{:016} {name}", at as u64), stored);
        }
    }
    let bare =
        |ordered: String| ordered.split_once(' ').map_or_else(String::new, |(_, name)| name.to_owned());
    found.into_iter().rev().map(|(ordered, stored)| (bare(ordered), stored)).collect()
}

/// Forgets the oldest records of closed tabs when there are too many, so that tabs that were closed years ago do
/// not fill the storage.
async fn prune(local: &Storage) {
    let all = records(local);
    if all.len() <= RECORDS_MOST {
        return;
    }
    let held = locks::held().await;
    for (name, _) in all.into_iter().skip(RECORDS_MOST).filter(|(name, _)| !held.contains(name)) {
        let _ = local.remove_item(&name);
    }
}

/// Stores this tab's session.
///
/// # Errors
/// When the browser stores nothing more; what was stored before is still there.
pub fn keep(link: &str, text: String, is_closed: bool) -> Result<(), Full> {
    let name = RECORD_NAME.with_borrow(Clone::clone);
    let (Some(local), Some(name)) = (local(), name) else { return Ok(()) };
    let record = Record { at: js_sys::Date::now(), is_closed, link: link.to_owned(), text };
    local.set_item(&name, &record.write()).map_err(|_| Full)
}

/// The browser stores nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Puts a record that could not be read under another name. What was set aside before gives way to it.
pub fn set_aside(text: &str) {
    let Some(local) = local() else { return };
    let name = RECORD_NAME.with_borrow(Clone::clone).unwrap_or_default();
    let _ = local.remove_item(&name);
    let tab = name.strip_prefix(RECORD).unwrap_or_default();
    let _ = local.set_item(&format!("{ASIDE}{tab}"), text);
}

/// A small setting of this browser, such as the theme.
pub fn setting(name: &str) -> Option<String> {
    local()?.get_item(&format!("lightcone-{name}")).ok().flatten()
}

/// Stores a small setting, if the browser lets us.
pub fn set_setting(name: &str, value: &str) {
    if let Some(local) = local() {
        let _ = local.set_item(&format!("lightcone-{name}"), value);
    }
}

/// Notes for the next start that a bug stopped this one, and says how many there were in a row.
pub fn note_bug(turn: u64) -> u32 {
    let Some(own) = own() else { return 1 };
    let times = bug_note(&own).map_or(0, |note| note.times).saturating_add(1);
    let _ = own.set_item(BUG, &format!("{times} {turn}"));
    times
}

/// All is well again.
pub fn forget_bug() {
    if let Some(own) = own() {
        let _ = own.remove_item(BUG);
    }
}

/// Sets this tab's record aside, so that the next start begins afresh: for a bug that comes back at once.
pub fn set_record_aside() {
    let name = RECORD_NAME.with_borrow(Clone::clone).unwrap_or_default();
    if let Some(text) = local().and_then(|local| local.get_item(&name).ok().flatten()) {
        set_aside(&text);
    }
}

fn bug_note(own: &Storage) -> Option<BugNote> {
    let note = own.get_item(BUG).ok().flatten()?;
    let (times, turn) = note.split_once(' ')?;
    Some(BugNote { times: times.parse().ok()?, turn: turn.parse().ok()? })
}

/// The storage that all tabs share. A browser may forbid even to ask for it.
fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// The storage of this tab alone.
fn own() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// A name that no other tab has.
fn fresh_name() -> String {
    let mut bytes = [0; 8];
    // Without chance the time must do: two tabs that open in the same microsecond are one person's mistake.
    let id = match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => (js_sys::Date::now() * 1_000.0) as u64,
    };
    format!("{RECORD}{id:016x}")
}
