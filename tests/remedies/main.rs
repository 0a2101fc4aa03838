//! Programs under broken assumptions: which of them breaks, and which remedy keeps what it promises in every run.

#[path = "../players/mod.rs"]
mod players;

mod alone;
mod batch;
mod calls;
mod cascade;
mod channel;
mod crash_points;
mod delivery;
mod detectors;
mod fallacies;
mod heartbeats;
mod lines;
mod pairs;
mod retries;
