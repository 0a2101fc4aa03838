//! Agencies: who owns which nodes. A link belongs to whoever sends on it.
//!
//! Must not know what an owner may do.

use std::borrow::Cow;

use crate::base::NodeId;

/// The owners of a scene's nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agencies {
    names: Vec<&'static str>,
    /// The place of each node's owner among the names.
    owners: Vec<u8>,
}

impl Agencies {
    /// Agencies of these names; `owner` gives the place of each node's among them.
    ///
    /// # Panics
    /// When a node's owner has no name, which is a mistake of the scene.
    pub fn new(names: &[&'static str], nodes: usize, owner: impl Fn(NodeId) -> usize) -> Self {
        let owner = |node| {
            let place = owner(node);
            assert!(place < names.len(), "{node} belongs to an agency that has no name");
            place as u8
        };
        Self { names: names.to_vec(), owners: NodeId::first(nodes).map(owner).collect() }
    }

    /// Two agencies, each with half of the nodes: what a scene has that says nothing about it.
    pub fn halves(nodes: usize) -> Self {
        let first = nodes.div_ceil(2);
        Self::new(&["Agency 1", "Agency 2"], nodes, |node| usize::from(node.index() >= first))
    }

    /// These agencies, or halves where there are none.
    pub fn or_halves(&self, nodes: usize) -> Cow<'_, Self> {
        if self.names.is_empty() { Cow::Owned(Self::halves(nodes)) } else { Cow::Borrowed(self) }
    }

    /// How many agencies there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether a scene says nothing about who owns what.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name of the agency at this place.
    pub fn name(&self, place: usize) -> &'static str {
        self.names.get(place).copied().unwrap_or_default()
    }

    /// The place of the agency that owns a node. Who is not of the scene belongs to nobody.
    pub fn owner(&self, node: NodeId) -> Option<usize> {
        self.owners.get(node.index()).map(|&place| place.into())
    }

    /// The nodes of the agency at this place.
    pub fn nodes(&self, place: usize) -> impl Iterator<Item = NodeId> + '_ {
        NodeId::first(self.owners.len()).filter(move |node| usize::from(self.owners[node.index()]) == place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_has_an_owner_and_halves_are_halves() {
        let halves = Agencies::default().or_halves(5).into_owned();
        let of = |place| halves.nodes(place).map(|node| node.0).collect::<Vec<_>>();
        assert_eq!((of(0), of(1)), (vec![0, 1, 2], vec![3, 4]));
        assert_eq!((halves.owner(NodeId(3)), halves.owner(NodeId(5))), (Some(1), None));
        assert_eq!((halves.len(), halves.name(1)), (2, "Agency 2"));
    }
}
