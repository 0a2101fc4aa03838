//! Who owns what, while there is more than one administrator.
//!
//! Must not know how it is drawn.

use super::super::Model;
use crate::base::NodeId;

/// An agency as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyRow {
    /// Its name.
    pub name: &'static str,
    /// Its nodes.
    pub nodes: Vec<NodeId>,
    /// Which version of the software they run.
    pub version: u16,
    /// How far ahead of the true time theirs is, in nanoseconds.
    pub ahead: i64,
    /// Whether the learner's hands reach them.
    pub is_yours: bool,
}

/// The agencies, in order; none while one administrator rules them all.
pub fn agencies(model: &Model) -> Vec<AgencyRow> {
    let engine = model.engine();
    let Some((false, dials)) = engine.fault("administrator") else { return Vec::new() };
    let yours = dials.first().map_or(0, |dial| dial - 1);
    let agencies = engine.topology().agencies();
    let row = |place: usize| {
        let nodes: Vec<NodeId> = agencies.nodes(place).collect();
        let first = nodes.first().copied();
        AgencyRow {
            name: agencies.name(place),
            version: first.map_or(1, |node| engine.version(node)),
            ahead: first.map_or(0, |node| engine.time_source(node)),
            is_yours: place as i64 == yours,
            nodes,
        }
    };
    (0..agencies.len()).map(row).collect()
}

/// The agency of a node, in words; `None` while that does not matter.
pub(super) fn agency_of(model: &Model, node: NodeId) -> Option<String> {
    let row = agencies(model).into_iter().find(|agency| agency.nodes.contains(&node))?;
    let yours = if row.is_yours { ", yours" } else { "" };
    Some(format!("{}{yours}, version {}", row.name, row.version))
}
