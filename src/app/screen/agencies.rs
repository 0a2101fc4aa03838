//! Who owns what, while there is more than one administrator.
//!
//! Must not know how it is drawn.

use super::super::Model;
use crate::base::NodeId;
use crate::sim::Act;

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

/// Why a hand may not do this while there is more than one administrator, and what to do about it; `None` where it may,
/// or where one administrator rules all.
pub fn refusal(model: &Model, act: &Act) -> Option<String> {
    let Some((false, _)) = model.engine().fault("administrator") else { return None };
    model.engine().check(act).err()
}

/// The agency of a node, in words; `None` while that does not matter.
pub(super) fn agency_of(model: &Model, node: NodeId) -> Option<String> {
    let row = agencies(model).into_iter().find(|agency| agency.nodes.contains(&node))?;
    let yours = if row.is_yours { ", yours" } else { "" };
    Some(format!("{}{yours}, version {}", row.name, row.version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::base::Duration;
    use crate::scenes;

    #[test]
    fn a_hand_is_told_whose_node_it_is_and_for_whom_it_works() {
        let mut model = Model::new(scenes::find("last-write-wins").expect("a scene"));
        let nodes: Vec<NodeId> = NodeId::first(model.trace().nodes()).collect();
        let touch = |node: NodeId| Act::SetSpeed(node, Duration::ZERO);
        assert!(
            agencies(&model).is_empty() && nodes.iter().all(|node| refusal(&model, &touch(*node)).is_none())
        );
        model.update(Msg::Assume("administrator".to_owned(), false));
        let rows = agencies(&model);
        assert!(rows.iter().filter(|row| row.is_yours).count() == 1 && rows.len() > 1, "{rows:?}");
        for row in &rows {
            for node in &row.nodes {
                let refused = refusal(&model, &touch(*node));
                assert_eq!(refused.is_none(), row.is_yours, "{}: {refused:?}", model.name(*node));
                let own = rows.iter().find(|row| row.is_yours).map_or("", |row| row.name);
                assert!(refused.is_none_or(|why| why.contains(row.name) && why.contains(own)), "{row:?}");
            }
        }
        let owned: usize = rows.iter().map(|row| row.nodes.len()).sum();
        assert_eq!(owned, nodes.len(), "every node is somebody's");
    }
}
