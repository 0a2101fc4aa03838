//! The notes that satellites have in memory, matched with the trace's observations. Must not judge them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::base::{EventId, NodeId};
use crate::programs::gossip::{Note, OBSERVES};
use crate::scenes::Evidence;
use crate::sim::{EventKind, Trace};

/// An observation: where and when by the trace, and its note as some satellite has it.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    pub(super) event: EventId,
    pub(super) node: NodeId,
    pub(super) note: Note,
}

/// All observations of which some satellite that is up has a note, in the order of the trace.
pub(super) fn observations(run: &Evidence<'_>) -> Vec<Observation> {
    let trace = run.trace();
    let mut notes: BTreeMap<(NodeId, u32), Note> = BTreeMap::new();
    for memory in memories(run) {
        for (node, of_node) in (0..).map(NodeId).zip(memory) {
            notes.extend((1..).zip(of_node).map(|(nth, note)| ((node, nth), note)));
        }
    }
    let observed = trace.events().filter(|&event| is_observation(trace, event)).filter_map(|event| {
        let node = trace.node(event);
        let note = notes.remove(&(node, trace.label_number(event)?))?;
        Some(Observation { event, node, note })
    });
    observed.collect()
}

/// Whether every satellite has a note of every observation.
pub(super) fn has_all_notes_everywhere(run: &Evidence<'_>) -> bool {
    let memories = memories(run);
    let trace = run.trace();
    let observed = trace.events().filter(|&event| is_observation(trace, event)).count();
    let count = |memory: &Vec<Vec<Note>>| memory.iter().map(Vec::len).sum::<usize>();
    memories.len() == run.engine.setup().nodes.len()
        && memories.iter().all(|memory| count(memory) == observed)
}

fn is_observation(trace: &Trace, event: EventId) -> bool {
    trace.kind(event) == EventKind::Local && trace.label_word(event) == OBSERVES
}

/// The notes in the memory of each satellite that is up, by who observed.
fn memories(run: &Evidence<'_>) -> Vec<Vec<Vec<Note>>> {
    let notes = |memory: &serde_json::Value| Vec::deserialize(memory.get("notes")?).ok();
    // Agents, who come behind the scene's own nodes, have no notes.
    NodeId::first(run.engine.setup().nodes.len())
        .filter_map(|node| run.memory(node))
        .filter_map(notes)
        .collect()
}
