//! The worker that reads logs and figures for the page: a module of its own, fetched when the first file is opened.
//!
//! So the page's module carries no reader of any format, and a file that takes long holds up nobody. Must not know what
//! is done with what was read.

#[cfg(target_arch = "wasm32")]
fn main() {
    lightcone::web::serve_reader();
}

/// The command line reads files by itself.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
