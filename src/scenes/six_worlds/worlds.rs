//! The seven worlds one by one: what each observer had on record at its timeout, and what was true behind it.
//!
//! The records are what the claim compares; here they can be looked at. Must not know how they are shown.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::truth::{Truth, truth};
use super::{WORLDS, history, nodes, timeouts};
use crate::base::{EventId, NodeId};
use crate::sim::{SpanKind, Trace};

/// A world at its observer's first timeout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// The observer, the target and the witness.
    pub nodes: [NodeId; 3],
    /// How many events the observer had on record.
    pub events: usize,
    /// How many bytes its history is long.
    pub bytes: usize,
    /// The beginning of its SHA-256, in hexadecimal digits, for people to look at.
    pub digest: String,
    /// Whether it is that of the first observer, byte for byte.
    pub is_like_first: bool,
    /// What nobody but the observer outside knows.
    pub truth: String,
}

/// All worlds; none before every observer has given up for the first time.
pub fn worlds(trace: &Trace) -> Vec<World> {
    let Some(timeouts) = timeouts(trace) else { return Vec::new() };
    let first = history(trace, 0, timeouts[0]);
    let world = |(world, timeout): (u16, EventId)| {
        let bytes = history(trace, world, timeout);
        let nodes = nodes(world);
        let is_own = |event: &EventId| trace.node(*event) == nodes[0];
        World {
            nodes,
            events: trace.events().take(timeout.index() + 1).filter(is_own).count(),
            bytes: bytes.len(),
            digest: digest(&bytes),
            is_like_first: bytes == first,
            truth: words(trace, nodes, &truth(trace, nodes, timeout)),
        }
    };
    (0..WORLDS).zip(timeouts).map(world).collect()
}

fn digest(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in &Sha256::digest(bytes)[..4] {
        // A string takes everything.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The truth in a sentence or two.
fn words(trace: &Trace, [observer, target, witness]: [NodeId; 3], truth: &Truth) -> String {
    let [o, t, p] = [observer, target, witness].map(|node| trace.name(node));
    let request = match (truth.came, truth.done, truth.lost) {
        (_, true, _) => format!("{t} has carried the request out"),
        (true, false, _) => format!("The request came, and {t} has not carried it out"),
        (false, false, true) => format!("The request was lost on its way to {t}"),
        (false, false, false) => format!("The request waits at {t}"),
    };
    let target = match truth.trouble {
        Some(SpanKind::Outage) => format!("{t} is down"),
        Some(SpanKind::Pause) => format!("{t} is paused"),
        Some(SpanKind::Partition) => format!("{t} runs, parted from {o}"),
        Some(SpanKind::Cut) | None => format!("{t} runs"),
    };
    let witness = if truth.witness { "has been answered" } else { "has had no answer" };
    format!("{request}. {target}, and {p} {witness}.")
}

#[cfg(test)]
mod tests {
    use super::super::SCENE;
    use super::*;
    use crate::scenes::RunSpec;

    #[test]
    fn seven_equal_records_and_behind_six_of_them_six_truths() {
        let mut engine = RunSpec::of(&SCENE).start();
        assert_eq!(worlds(engine.trace()), [], "nobody has given up yet");
        while engine.step().is_ok() {}
        let worlds = worlds(engine.trace());
        assert_eq!(worlds.len(), 7);
        assert!(worlds.iter().all(|world| world.is_like_first && world.events == 4), "{worlds:?}");
        let truths: Vec<&str> = worlds.iter().map(|world| world.truth.as_str()).collect();
        let expected = [
            "The request was lost on its way to T1. T1 runs, and P1 has been answered.",
            "T2 has carried the request out. T2 runs, and P2 has been answered.",
            "The request came, and T3 has not carried it out. T3 is down, and P3 has had no answer.",
            "T4 has carried the request out. T4 is down, and P4 has had no answer.",
            "The request waits at T5. T5 is paused, and P5 has had no answer.",
            "The request was lost on its way to T6. T6 runs, parted from O6, and P6 has been answered.",
            "The request waits at T7. T7 is paused, and P7 has had no answer.",
        ];
        assert_eq!(truths, expected);
    }
}
