//! How lanes and axis are arranged and where the cut is, as the learner changes it, and the way back.
//!
//! Looking changes nothing of the run, so that what was looked at before is a list of views and no branch. Must not
//! know how anything is drawn.

use super::comparing::Comparing;
use super::model::Model;
use super::screen;
use super::update::Msg;
use super::view::{Selection, View};
use crate::analysis::Frontier;
use crate::base::{EventId, NodeId};
use crate::diagram::{groups_by_name, overlays};

/// A change of how a run is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looking {
    /// Fold stretches of the axis in which nothing happens, or not.
    FoldIdle(bool),
    /// Let time run down, or to the right.
    Vertical(bool),
    /// Draw runs of events that concern no other node as one block, or not.
    CollapseLocal(bool),
    /// Show this node and those that it talks with alone, or all again.
    TalksWith(Option<NodeId>),
    /// Draw lanes whose names differ in their digits alone as one band, or not.
    Group(bool),
    /// Move a lane up or down by so many places.
    MoveLane(NodeId, i32),
    /// Switch the overlay of this id on or off.
    Overlay(&'static str, bool),
    /// Hold this event against the selected one, or none.
    Second(Option<EventId>),
    /// Put a lane where another stands, as by dragging its name: the last of several in a row counts.
    DragLane(NodeId, NodeId),
    /// Draw two lanes close together, as one band.
    Join(NodeId, NodeId),
    /// Draw a lane by itself.
    Part(NodeId),
    /// Cut the run where it is now, which is consistent.
    CutNow,
    /// The first consistent cut with an event inside.
    CutAt(EventId),
    /// Move the cut along a lane by so many events.
    MoveCut(NodeId, i32),
    /// So many of a lane's events are inside the cut.
    SetCut(NodeId, u32),
    /// The first consistent cut from here on.
    ExtendCut,
    /// No cut.
    NoCut,
    /// Look at it as before the last change.
    Undo,
    /// Look at it as after the change that was taken back last.
    Redo,
}

/// How many earlier views are kept.
const KEPT_MOST: usize = 100;

/// The views before and after the present one.
#[derive(Clone, Debug, Default)]
pub(super) struct Looks {
    back: Vec<View>,
    forth: Vec<View>,
    /// The lane that was dragged last, or whose handle of the cut was: a drag is one change.
    dragged: Option<NodeId>,
}

impl Looks {
    /// Whether there is a way back, and a way forth.
    pub(super) fn ways(&self) -> (bool, bool) {
        (!self.back.is_empty(), !self.forth.is_empty())
    }

    /// Keeps what the run was looked at as before a change. What is selected does not count: it has its own ways.
    pub(super) fn keep(&mut self, before: View, now: &View, dragged: Option<NodeId>) {
        if without_selection(&before) == without_selection(now) {
            return;
        }
        self.forth.clear();
        if dragged.is_some() && dragged == self.dragged {
            return;
        }
        self.dragged = dragged;
        self.back.push(before);
        if self.back.len() > KEPT_MOST {
            self.back.remove(0);
        }
    }
}

fn without_selection(view: &View) -> View {
    View { selection: Selection::Nothing, second: None, ..view.clone() }
}

impl Msg {
    /// The lane whose place in the cut, or among the lanes, is set.
    pub(super) fn dragged(&self) -> Option<NodeId> {
        match self {
            Self::Look(Looking::SetCut(node, _) | Looking::DragLane(node, _)) => Some(*node),
            _ => None,
        }
    }

    /// Whether it changes how the run is looked at and nothing else, so that it can be taken back.
    pub(super) fn is_looking(&self) -> bool {
        match self {
            Self::Look(Looking::Undo | Looking::Redo) => false,
            Self::Look(_)
            | Self::ViewAs(_)
            | Self::Clock(_)
            | Self::Axis(_)
            | Self::Lane(..)
            | Self::Lanes(_)
            | Self::Compare(Comparing::With(_) | Comparing::Drop(_) | Comparing::Stop) => true,
            _ => false,
        }
    }
}

impl Model {
    /// Whether a change of the view can be taken back, and whether one that was can be made again.
    pub fn can_undo(&self) -> (bool, bool) {
        self.looks.ways()
    }

    pub(super) fn look(&mut self, change: Looking) {
        let on = |is_on: bool| if is_on { "on" } else { "off" };
        match change {
            Looking::FoldIdle(is_on) => {
                self.view.look.folds_idle = is_on;
                self.status = format!("Folding idle stretches: {}.", on(is_on));
            }
            Looking::Vertical(is_on) => {
                self.view.look.is_vertical = is_on;
                self.status = format!("Time runs {}.", if is_on { "down" } else { "to the right" });
            }
            Looking::CollapseLocal(is_on) => {
                self.view.look.collapses_local = is_on;
                self.status = format!("Runs of local events as blocks: {}.", on(is_on));
            }
            Looking::TalksWith(one) => {
                let one = one.filter(|node| node.index() < self.trace().nodes());
                self.view.look.talks_with = one;
                self.status = match one {
                    Some(one) => format!("Only {} and those that it talks with are shown.", self.name(one)),
                    None => "All chosen lanes are shown.".to_owned(),
                };
            }
            Looking::Group(is_on) => {
                let groups = if is_on { groups_by_name(self.trace().names()) } else { Vec::new() };
                self.status = match groups.len() {
                    0 if is_on => "No two names differ in their digits alone.".to_owned(),
                    0 => "Every lane by itself.".to_owned(),
                    count => format!("{count} groups of lanes, one band each."),
                };
                self.view.look.groups = groups;
            }
            Looking::MoveLane(node, by) => self.move_lane(node, by),
            Looking::DragLane(node, onto) => {
                let lanes = self.chosen_lanes();
                let place = |node: NodeId| lanes.iter().position(|lane| *lane == node);
                if let (Some(from), Some(to)) = (place(node), place(onto)) {
                    self.move_lane(node, to as i32 - from as i32);
                }
            }
            Looking::Join(node, other) if node != other => {
                self.part_lane(node);
                let groups = &mut self.view.look.groups;
                match groups.iter_mut().find(|group| group.contains(&other)) {
                    Some(group) => group.push(node),
                    None => groups.push(vec![other, node]),
                }
                self.status = format!("{} and {} are one band.", self.name(node), self.name(other));
            }
            Looking::Join(..) => {}
            Looking::Part(node) => {
                self.part_lane(node);
                self.status = format!("{} has a lane by itself.", self.name(node));
            }
            Looking::Overlay(id, is_on) => {
                let Some(overlay) = overlays::named(id) else { return };
                self.view.show_overlay(id, is_on);
                self.status = format!("{}: {}.", overlay.title, on(is_on));
            }
            Looking::Second(event) => {
                self.view.second = event.filter(|event| event.index() < self.trace().len());
                self.status = screen::second(self)
                    .map_or_else(|| "One event is looked at.".to_owned(), |second| second.says);
            }
            Looking::CutNow => {
                let counts = vec![u32::MAX; self.trace().nodes()];
                self.cut(Frontier::new(self.causality(), &counts));
            }
            Looking::CutAt(event) => self.cut(Frontier::of_past(self.causality(), event)),
            Looking::MoveCut(node, by) => {
                let cut = self.present_cut().moved(self.causality(), node, by);
                self.cut(cut);
            }
            Looking::SetCut(node, count) => {
                let cut = self.present_cut().with(self.causality(), node, count);
                self.cut(cut);
            }
            Looking::ExtendCut => {
                let cut = self.present_cut().extended(self.causality());
                self.cut(cut);
            }
            Looking::NoCut => {
                self.view.cut = None;
                self.status = "No cut.".to_owned();
            }
            Looking::Undo => self.look_back(true),
            Looking::Redo => self.look_back(false),
        }
    }

    /// The cut as far as the run has come.
    fn present_cut(&self) -> Frontier {
        let counts = self.view.cut.as_ref().map_or(&[][..], Frontier::counts);
        Frontier::new(self.causality(), counts)
    }

    fn cut(&mut self, cut: Frontier) {
        self.view.cut = Some(cut);
        self.status = screen::cut(self).map_or_else(String::new, |cut| cut.says);
    }

    /// The lanes that were chosen, in their order.
    fn chosen_lanes(&self) -> Vec<NodeId> {
        match self.view.lanes.as_slice() {
            [] => NodeId::first(self.trace().nodes()).collect(),
            chosen => chosen.to_vec(),
        }
    }

    /// Takes a lane out of its band.
    fn part_lane(&mut self, node: NodeId) {
        let groups = &mut self.view.look.groups;
        groups.iter_mut().for_each(|group| group.retain(|other| *other != node));
        groups.retain(|group| group.len() > 1);
    }

    /// Shows or hides a lane. One stays, because a diagram without lanes shows nothing.
    pub(super) fn show_lane(&mut self, node: NodeId, is_shown: bool) {
        let mut lanes = self.chosen_lanes();
        if !is_shown && lanes == [node] {
            self.status = format!("{} is the last lane, and stays.", self.name(node));
            return;
        }
        lanes.retain(|lane| *lane != node);
        if is_shown {
            // Where all stand in the run's order, so does it.
            let place =
                if lanes.is_sorted() { lanes.partition_point(|lane| *lane < node) } else { lanes.len() };
            lanes.insert(place, node);
        }
        self.view.lanes = lanes;
        let what = if is_shown { "shown" } else { "hidden" };
        self.status = format!("{} is {what}.", self.name(node));
    }

    fn move_lane(&mut self, node: NodeId, by: i32) {
        let mut lanes = self.chosen_lanes();
        let Some(place) = lanes.iter().position(|lane| *lane == node) else { return };
        let to = place.saturating_add_signed(by as isize).min(lanes.len() - 1);
        let lane = lanes.remove(place);
        lanes.insert(to, lane);
        self.status = format!("{} is lane {} of {}.", self.name(node), to + 1, lanes.len());
        self.view.lanes = lanes;
    }

    fn look_back(&mut self, is_back: bool) {
        let Looks { back, forth, dragged } = &mut self.looks;
        *dragged = None;
        let (from, to) = if is_back { (back, forth) } else { (forth, back) };
        let Some(view) = from.pop() else {
            self.status = format!(
                "There is no change of the view to {}.",
                if is_back { "take back" } else { "make again" }
            );
            return;
        };
        to.push(self.view.clone());
        self.view = View { selection: self.view.selection, second: self.view.second, ..view };
        let what = if is_back { "as before the last change" } else { "as after that change" };
        self.status = format!("You look at the run {what}.");
    }
}
