//! How lanes and axis are arranged: which lanes stand where, which belong together, and what is folded away.
//!
//! All of it is plain data, and what follows from it a function of the trace and of nothing else. Must not know
//! where lanes are drawn.

use super::index::Index;
use crate::base::NodeId;
use crate::sim::Trace;

/// How lanes and axis are arranged, beside the order of the lanes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether stretches of the axis in which nothing happens are folded.
    pub folds_idle: bool,
    /// Whether time runs down instead of to the right.
    pub is_vertical: bool,
    /// Whether runs of events that concern no other node are drawn as one block.
    pub collapses_local: bool,
    /// Only this node and those that it has exchanged messages with are shown.
    pub talks_with: Option<NodeId>,
    /// Lanes that are drawn close together, as one band each. A node is in the first group that names it.
    pub groups: Vec<Vec<NodeId>>,
}

impl Look {
    /// The lanes that are shown, band by band in order from the top: single lanes are bands of one.
    ///
    /// `lanes` are those that were chosen, all nodes if there are none. The members of a group stand together,
    /// where the first of them stands.
    pub fn bands(&self, trace: &Trace, index: &Index, lanes: &[NodeId]) -> Vec<Vec<NodeId>> {
        let nodes = trace.nodes();
        let mut shown: Vec<NodeId> = match lanes {
            [] => NodeId::first(nodes).collect(),
            chosen => chosen.iter().copied().filter(|node| node.index() < nodes).collect(),
        };
        if let Some(one) = self.talks_with.filter(|one| one.index() < nodes) {
            shown.retain(|&other| other == one || index.have_talked(trace, one, other));
            if !shown.contains(&one) {
                shown.insert(0, one);
            }
        }
        let mut bands: Vec<(Option<usize>, Vec<NodeId>)> = Vec::new();
        for node in shown {
            let group = self.groups.iter().position(|group| group.contains(&node));
            match bands.iter_mut().find(|(other, _)| group.is_some() && *other == group) {
                Some((_, band)) => band.push(node),
                None => bands.push((group, vec![node])),
            }
        }
        let mut is_seen = vec![false; nodes];
        for (_, band) in &mut bands {
            band.retain(|node| !std::mem::replace(&mut is_seen[node.index()], true));
        }
        bands.into_iter().map(|(_, band)| band).filter(|band| !band.is_empty()).collect()
    }

    /// The same lanes one by one.
    pub fn lanes(&self, trace: &Trace, index: &Index, lanes: &[NodeId]) -> Vec<NodeId> {
        self.bands(trace, index, lanes).concat()
    }
}

/// Groups of nodes whose names differ only in their last digits, such as all of G1 to G12; nodes without such a
/// sibling are in none.
pub fn groups_by_name(names: &[String]) -> Vec<Vec<NodeId>> {
    let mut groups: Vec<(&str, Vec<NodeId>)> = Vec::new();
    for (node, name) in NodeId::first(names.len()).zip(names) {
        let stem = stem(name);
        match groups.iter_mut().find(|(other, _)| *other == stem) {
            Some((_, group)) => group.push(node),
            None => groups.push((stem, vec![node])),
        }
    }
    groups.into_iter().map(|(_, group)| group).filter(|group| group.len() > 1).collect()
}

/// What a band of several lanes is called: `G1 … G12`.
pub(super) fn band_name(trace: &Trace, band: &[NodeId]) -> String {
    match (band.first(), band.last()) {
        (Some(&first), Some(&last)) if first != last => {
            let between = if band.len() == 2 { "," } else { " …" };
            format!("{}{between} {}", trace.name(first), trace.name(last))
        }
        (Some(&one), _) => trace.name(one).to_owned(),
        (None, _) => String::new(),
    }
}

fn stem(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clocks::{ClockSpec, Oscillator};

    fn trace(names: &[&str]) -> Trace {
        let clock = Oscillator::new(ClockSpec::default());
        Trace::new(names.iter().map(|name| (*name).to_owned()).collect(), vec![clock; names.len()])
    }

    #[test]
    fn groups_are_siblings_by_name() {
        let names = ["G1", "S1", "G2", "bob", "S22"].map(str::to_owned);
        assert_eq!(groups_by_name(&names), [vec![NodeId(0), NodeId(2)], vec![NodeId(1), NodeId(4)]]);
    }

    #[test]
    fn members_stand_together_where_the_first_stands_and_no_lane_twice() {
        let trace = trace(&["a", "b", "c", "d"]);
        let mut index = Index::new();
        index.follow(&trace, super::super::Axis::TrueTime);
        let [a, b, c, d] = [0, 1, 2, 3].map(NodeId);
        let look = Look { groups: vec![vec![d, b]], ..Look::default() };
        assert_eq!(look.bands(&trace, &index, &[]), [vec![a], vec![b, d], vec![c]]);
        assert_eq!(look.bands(&trace, &index, &[c, d, c, NodeId(77), b]), [vec![c], vec![d, b]]);
        let alone = Look { talks_with: Some(b), ..Look::default() };
        assert_eq!(alone.lanes(&trace, &index, &[]), [b], "nobody has talked yet");
    }

    #[test]
    fn bands_have_short_names() {
        let trace = trace(&["G1", "G2", "G3"]);
        let all = [NodeId(0), NodeId(1), NodeId(2)];
        assert_eq!(band_name(&trace, &all), "G1 … G3");
        assert_eq!(band_name(&trace, &all[..2]), "G1, G2");
        assert_eq!(band_name(&trace, &all[2..]), "G3");
    }
}
