//! Foreign logs in, traces out. Must not know the screen.
