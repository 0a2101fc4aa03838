//! The catalogue of the programs that nodes run, one file each.
//!
//! A new program is a file, a `mod` line and an entry in [`ALL`]. Must not know faults or true time: a
//! program gets its own clock readings and what reached it, and nothing else.

pub mod asker;
pub mod author;
pub mod backend;
pub mod callee;
pub mod caller;
pub mod careful_client;
pub mod channel;
pub mod commander;
pub mod consumer;
pub mod crowd;
pub mod datagrams;
pub mod deployer;
pub mod detectors;
pub mod directory;
pub mod front;
pub mod general;
pub mod gossip;
pub mod impulses;
pub mod letters;
pub mod log_broker;
pub mod multiplexer;
pub mod naive_client;
pub mod pair;
pub mod producer;
pub mod reader;
pub mod relay;
pub mod replica;
pub mod satellite;
pub mod seal;
pub mod seeker;
pub mod sensors;
pub mod sink;
pub mod station;
pub mod stream;
pub mod thruster;
pub mod visitor;
pub mod voter;
pub mod watched;
pub mod watcher;
pub mod worker;

/// A line of the catalogue of programs.
#[derive(Clone, Copy, Debug)]
pub struct ProgramEntry {
    /// The name in commands: `letters`.
    pub id: &'static str,
    /// The name in the page.
    pub title: &'static str,
    /// What it does, in one line.
    pub effect: &'static str,
    /// The opening comment of its file: see [`crate::module_doc!`].
    pub doc: &'static str,
}

/// All programs, in the order in which the scenes introduce them.
pub static ALL: &[ProgramEntry] = &[
    satellite::ENTRY,
    station::ENTRY,
    relay::ENTRY,
    caller::ENTRY,
    callee::ENTRY,
    reader::ENTRY,
    sensors::ENTRY,
    naive_client::ENTRY,
    careful_client::ENTRY,
    seeker::ENTRY,
    directory::ENTRY,
    impulses::ENTRY,
    thruster::ENTRY,
    commander::ENTRY,
    producer::ENTRY,
    log_broker::ENTRY,
    consumer::ENTRY,
    letters::ENTRY,
    replica::ENTRY,
    author::ENTRY,
    gossip::ENTRY,
    channel::ENTRY,
    general::ENTRY,
    asker::ENTRY,
    worker::ENTRY,
    pair::ENTRY,
    visitor::ENTRY,
    datagrams::ENTRY,
    stream::ENTRY,
    multiplexer::ENTRY,
    sink::ENTRY,
    crowd::ENTRY,
    front::ENTRY,
    backend::ENTRY,
    deployer::ENTRY,
    voter::ENTRY,
    watcher::ENTRY,
    watched::ENTRY,
];

/// The program of this id.
pub fn find(id: &str) -> Option<&'static ProgramEntry> {
    ALL.iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Doc;

    #[test]
    fn every_entry_says_what_it_does_under_the_fixed_headings() {
        for entry in ALL {
            Doc::parse(entry.doc).assert_whole(entry.id);
            assert_eq!(find(entry.id).map(|found| found.title), Some(entry.title), "ids differ");
        }
    }
}
