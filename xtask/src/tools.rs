//! The tools that the commands need: finding them, and installing those that are missing.
//!
//! A tool is looked for before it is installed, its version is checked where the version matters, and
//! what a person has installed for other projects is never replaced.

pub mod browser;
pub mod cargo_tools;
pub mod node;
pub mod rust;
mod system;
