//! Worlds side by side: what each observer had on record, and, world by world, what was true behind it.
//!
//! A world whose target has a lane is revealed: it is part of the view and of a link. Must not know where it is shown.

use super::super::Model;
use super::super::view::ViewAs;
use crate::base::NodeId;
use crate::scenes::six_worlds::{self, World};

/// A world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldRow {
    /// Its observer.
    pub name: String,
    /// What that one had on record at its timeout.
    pub record: String,
    /// Whether all that it had on record is what the first observer had.
    pub is_like_first: bool,
    /// What was true behind it, once it is revealed.
    pub truth: Option<String>,
    /// The lanes that reveal it, and every other world that is revealed already.
    pub lanes: Vec<NodeId>,
}

/// All worlds, and what comes of comparing them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worlds {
    /// The rows; none before every observer has given up.
    pub rows: Vec<WorldRow>,
    /// Whether the records are equal.
    pub says: String,
}

/// The worlds of the run up to where it stands; `None` where the scene has but one.
pub fn worlds(model: &Model) -> Option<Worlds> {
    if model.scene().id != six_worlds::SCENE.id || model.is_log() {
        return None;
    }
    let all = six_worlds::worlds(model.trace());
    let is_shown = |world: &World| model.view.lanes.is_empty() || model.view.lanes.contains(&world.nodes[1]);
    let row = |(place, world): (usize, &World)| WorldRow {
        name: model.name(world.nodes[0]).to_owned(),
        record: format!("{} events, {} bytes, {}", world.events, world.bytes, world.digest),
        is_like_first: world.is_like_first,
        // No node knows it: whoever looks through one's eyes is not told.
        truth: (is_shown(world) && model.view.view_as == ViewAs::Outside).then(|| world.truth.clone()),
        lanes: lanes(&all, |other, world| other == place || is_shown(world)),
    };
    let rows: Vec<WorldRow> = all.iter().enumerate().map(row).collect();
    let others = rows.iter().filter(|row| !row.is_like_first).count();
    let says = match (rows.len(), others) {
        (0, _) => "Run until all have given up. Then their records are compared.".to_owned(),
        (all, 0) => format!("Compared up to the timeout: all {all} records are equal, byte for byte."),
        (_, others) => format!("Compared up to the timeout: {others} differ from the first."),
    };
    Some(Worlds { rows, says })
}

/// All observers, and behind each the other two of its world if that is shown.
fn lanes(all: &[World], is_shown: impl Fn(usize, &World) -> bool) -> Vec<NodeId> {
    let of = |(place, world): (usize, &World)| {
        let shown = if is_shown(place, world) { 3 } else { 1 };
        world.nodes.into_iter().take(shown)
    };
    all.iter().enumerate().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::diagram::Sight;
    use crate::scenes;

    /// The scene after so many turns.
    fn model(scene: &str, turns: usize) -> Model {
        let mut model = Model::new(scenes::find(scene).expect("a scene"));
        (0..turns).for_each(|_| model.update(Msg::Step));
        model
    }

    #[test]
    fn worlds_are_revealed_one_by_one_and_to_the_observer_outside_alone() {
        let mut model = model("six-worlds", 80);
        let found = worlds(&model).expect("it has worlds");
        assert!(found.says.contains("all 7 records are equal"), "{}", found.says);
        assert!(found.rows.iter().all(|row| row.is_like_first && row.truth.is_none()));
        model.update(Msg::Lanes(found.rows[3].lanes.clone()));
        let found = worlds(&model).expect("it has worlds");
        let revealed = |found: &Worlds| found.rows.iter().map(|row| row.truth.is_some()).collect::<Vec<_>>();
        assert_eq!(revealed(&found), [false, false, false, true, false, false, false]);
        model.update(Msg::Lanes(found.rows[0].lanes.clone()));
        let found = worlds(&model).expect("it has worlds");
        assert_eq!(revealed(&found), [true, false, false, true, false, false, false]);
        model.update(Msg::ViewAs(ViewAs::Node(NodeId(0), Sight::CouldKnow)));
        assert_eq!(revealed(&worlds(&model).expect("it has worlds")), [false; 7]);
    }

    #[test]
    fn nothing_is_compared_before_all_have_given_up_or_where_there_is_one_world() {
        let found = worlds(&model("six-worlds", 3)).expect("it has worlds");
        assert!(found.rows.is_empty() && found.says.starts_with("Run until"));
        assert_eq!(worlds(&model("telemetry", 3)), None);
    }
}
