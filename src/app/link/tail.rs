//! What a link says of the view beyond its first version: the arrangement of lanes and axis, and the cut.
//!
//! It stands behind the fields of version 1, and only where there is something to say, so that all other links stay
//! as they were. Must not know the fields before it.

use serde::{Deserialize, Serialize};

use super::super::view::View;
use super::BadLink;
use crate::analysis::Frontier;
use crate::base::NodeId;
use crate::diagram::Look;

/// Idle stretches are folded.
const FOLDS: u8 = 1;
/// Time runs down.
const VERTICAL: u8 = 2;
/// Runs of local events are blocks.
const COLLAPSES: u8 = 4;

/// The further fields of a view. Only ever add behind them, as these were.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Tail {
    flags: u8,
    talks_with: Option<u16>,
    groups: Vec<Vec<u16>>,
    cut: Option<Vec<u32>>,
}

impl Tail {
    pub(in super::super) fn of(view: &View) -> Self {
        let Look { folds_idle, is_vertical, collapses_local, talks_with, groups } = &view.look;
        let flag = |is_on: &bool, flag: u8| if *is_on { flag } else { 0 };
        Self {
            flags: flag(folds_idle, FOLDS) | flag(is_vertical, VERTICAL) | flag(collapses_local, COLLAPSES),
            talks_with: talks_with.map(|node| node.0),
            groups: groups.iter().map(|group| group.iter().map(|node| node.0).collect()).collect(),
            cut: view.cut.as_ref().map(|cut| cut.counts().to_vec()),
        }
    }

    /// Whether there is nothing to say.
    pub(in super::super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what it says to a view of a run with so many nodes, or tells why it cannot.
    pub(in super::super) fn check(self, view: &mut View, nodes: usize) -> Result<(), BadLink> {
        let node = |id: u16| match usize::from(id) < nodes {
            true => Ok(NodeId(id)),
            false => Err(BadLink::Impossible(format!("it arranges node {id}, and there are {nodes}."))),
        };
        if self.flags > FOLDS | VERTICAL | COLLAPSES {
            return Err(BadLink::Newer(format!("view {}", self.flags)));
        }
        let group = |group: Vec<u16>| group.into_iter().map(node).collect::<Result<Vec<_>, _>>();
        view.look = Look {
            folds_idle: self.flags & FOLDS != 0,
            is_vertical: self.flags & VERTICAL != 0,
            collapses_local: self.flags & COLLAPSES != 0,
            talks_with: self.talks_with.map(node).transpose()?,
            groups: self.groups.into_iter().map(group).collect::<Result<_, _>>()?,
        };
        view.cut = match self.cut {
            Some(counts) if counts.len() > nodes => {
                let lanes = counts.len();
                return Err(BadLink::Impossible(format!(
                    "its cut has {lanes} lanes, and there are {nodes}."
                )));
            }
            counts => counts.map(Frontier::of_counts),
        };
        Ok(())
    }
}
