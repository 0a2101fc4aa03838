//! Programs under broken assumptions: which of them breaks, and which remedy keeps what it promises in every run.

#[path = "../players/mod.rs"]
mod players;

mod batch;
mod calls;
mod cascade;
mod channel;
mod delivery;
mod detectors;
mod heartbeats;
mod lines;
mod retries;
