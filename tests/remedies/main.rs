//! Programs under broken assumptions: which of them breaks, and which remedy keeps what it promises in every run.

#[path = "../players/mod.rs"]
mod players;

mod calls;
mod cascade;
mod channel;
mod detectors;
mod heartbeats;
mod lines;
mod retries;
