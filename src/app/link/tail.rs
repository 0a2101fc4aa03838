//! What a link says of the view beyond its first version: the arrangement of lanes and axis, and the cut.
//!
//! It stands behind the fields of version 1, and only where there is something to say, so that all other links stay
//! as they were: first the arrangement, behind it the marks, which came later, and last the runs that stand beside the
//! present one. Must not know the fields before it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::view::View;
use super::runs::Runs;
use super::{BadLink, pack, unpack};
use crate::analysis::Frontier;
use crate::base::{EventId, NodeId};
use crate::diagram::{Look, overlays};
use crate::scenes::RunSpec;

/// Idle stretches are folded.
const FOLDS: u8 = 1;
/// Time runs down.
const VERTICAL: u8 = 2;
/// Runs of local events are blocks.
const COLLAPSES: u8 = 4;

/// Writes down what a link or a kept session begins with, and what it says of the view beyond that.
pub(in super::super) fn pack_with_view<T: Serialize>(value: &T, view: &View) -> Vec<u8> {
    let (tail, marks) = (Tail::of(view), Marks::of(view));
    if !view.beside.rivals.is_empty() {
        pack(&(value, tail, marks, Runs::of(&view.beside)))
    } else if marks != Marks::default() {
        pack(&(value, tail, marks))
    } else if tail != Tail::default() {
        pack(&(value, tail))
    } else {
        pack(value)
    }
}

/// The way back. Each part is refused with something behind it, so that no form can be taken for another.
pub(in super::super) fn unpack_with_view<T: DeserializeOwned>(
    packed: &[u8],
) -> Result<(T, Further), BadLink> {
    let why = match unpack::<T>(packed) {
        Ok(value) => return Ok((value, Further::default())),
        Err(why) => why,
    };
    if let Ok((value, tail)) = unpack::<(T, Tail)>(packed) {
        return Ok((value, Further(tail, Marks::default(), Runs::default())));
    }
    if let Ok((value, tail, marks)) = unpack::<(T, Tail, Marks)>(packed) {
        return Ok((value, Further(tail, marks, Runs::default())));
    }
    let (value, tail, marks, runs) = unpack::<(T, Tail, Marks, Runs)>(packed).map_err(|_| why)?;
    Ok((value, Further(tail, marks, runs)))
}

/// What a link or a kept session says of a view beyond version 1.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Further(Tail, Marks, Runs);

impl Further {
    /// Adds it to a view of a run, or tells why it cannot be.
    pub(in super::super) fn check(self, view: &mut View, spec: &RunSpec) -> Result<(), BadLink> {
        self.0.check(view, spec.setup().nodes_most())?;
        self.1.check(view)?;
        self.2.check(view, spec)
    }
}

/// What is drawn over the picture: the overlays that are not as usual, and a second event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Marks {
    overlays: Vec<(String, bool)>,
    second: Option<u32>,
}

impl Marks {
    fn of(view: &View) -> Self {
        let unusual = |overlay: &overlays::Overlay| {
            let is_on = view.overlays.contains(&overlay.id);
            (is_on != overlay.is_usual).then(|| (overlay.id.to_owned(), is_on))
        };
        let overlays = overlays::ALL.iter().filter_map(unusual).collect();
        Self { overlays, second: view.second.map(|event| event.0) }
    }

    fn check(self, view: &mut View) -> Result<(), BadLink> {
        for (id, is_on) in self.overlays {
            if overlays::named(&id).is_none() {
                return Err(BadLink::Newer(format!("marks {id}")));
            }
            view.show_overlay(&id, is_on);
        }
        view.second = self.second.map(EventId);
        Ok(())
    }
}

/// The arrangement and the cut. Only ever add behind them, as these were.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Tail {
    flags: u8,
    talks_with: Option<u16>,
    groups: Vec<Vec<u16>>,
    cut: Option<Vec<u32>>,
}

impl Tail {
    fn of(view: &View) -> Self {
        let Look { folds_idle, is_vertical, collapses_local, talks_with, groups } = &view.look;
        let flag = |is_on: &bool, flag: u8| if *is_on { flag } else { 0 };
        Self {
            flags: flag(folds_idle, FOLDS) | flag(is_vertical, VERTICAL) | flag(collapses_local, COLLAPSES),
            talks_with: talks_with.map(|node| node.0),
            groups: groups.iter().map(|group| group.iter().map(|node| node.0).collect()).collect(),
            cut: view.cut.as_ref().map(|cut| cut.counts().to_vec()),
        }
    }

    /// Adds what it says to a view of a run with so many nodes, or tells why it cannot.
    fn check(self, view: &mut View, nodes: usize) -> Result<(), BadLink> {
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
