//! The faults against their contracts and against known results, on small programs and by what the trace shows.

#[path = "../players/mod.rs"]
mod players;

mod administrator;
mod bandwidth;
mod hazards;
mod homogeneous;
mod independence;
mod latency;
mod liars;
mod only;
mod reliable;
mod seam;
mod secure;
mod talker;
mod topology;
mod transport_cost;
