//! Lightcone: a simulated, unreliable network whose runs can be stepped, rewound, branched and drawn,
//! and whose causality can be seen.
//!
//! # The map
//!
//! Layers in rank order. A lower rank never names a higher one, and layers of the same rank never name
//! one another; `tests/layers.rs` reads the sources and fails with the edge that breaks this.
//!
//! | rank | layer | duty | must not know |
//! |---|---|---|---|
//! | 0 | [`base`] | kinds of time, ids, exact ratios, seeds and streams of chance | anything above |
//! | 1 | [`clocks`] | logical and physical clocks as plain values; elapsed time is an argument | the simulator |
//! | 2 | [`sim`] | events, queue, nodes, topology and orbits, packets, network, trace, tape | which faults, programs or scenes exist |
//! | 3 | [`faults`] | the eight fallacies and the other hazards, one file each | one another, programs |
//! | 3 | [`programs`] | node programs, one file each | faults, true time |
//! | 3 | [`analysis`] | happens-before, concurrency, cuts, anomalies, statistics | where a trace came from |
//! | 4 | [`formats`] | foreign logs in, traces out | the screen |
//! | 4 | [`scenes`] | topology, programs, script, settings and claims, one file each | diagrams, the screen |
//! | 4 | [`diagram`] | trace and analysis into a picture of plain data, and the picture into SVG, canvas calls or text | scenes, the browser |
//! | 5 | [`explore`] | many runs: sweeps and searches | the screen |
//! | 6 | [`app`] | what is on screen as a pure machine: `Model`, `Msg`, `update` and a view-model of plain data | the DOM, the machine's clock |
//! | 7 | `web` (wasm only), `cli` (native only) | the edges: components, painter, storage, the JavaScript API; arguments and stdout | – |

pub mod analysis;
pub mod app;
pub mod base;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod clocks;
pub mod diagram;
pub mod explore;
pub mod faults;
pub mod formats;
pub mod programs;
pub mod scenes;
pub mod sim;
#[cfg(target_arch = "wasm32")]
pub mod web;
