//! Foreign logs in, traces out. Must not know the screen, nor which scene a trace came from.

pub mod trace_json;
