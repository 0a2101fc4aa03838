//! The history tree: every branch that a learner has taken, and where two of them reach the same state.
//!
//! A branch is settings and a tape; its states are derived again when it is visited, so that it takes a few
//! bytes. Must not know how a run is carried out.

use std::collections::BTreeMap;

use crate::sim::{Act, Action, Position, Settings, StateDigest, Tape};

/// A branch: its place in the list, which only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BranchId(pub u32);

/// One way in which the run went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The settings that it started from.
    pub settings: Settings,
    /// What a hand did.
    pub tape: Tape,
    /// The branch that it left and where, unless it started anew.
    pub parent: Option<(BranchId, Position)>,
    /// How far it was followed.
    pub furthest: Position,
}

/// All branches, and the one that is being followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    branches: Vec<Branch>,
    current: BranchId,
    /// Where each state was first seen, as far as a learner stopped there.
    seen: BTreeMap<StateDigest, (BranchId, Position)>,
    /// Where a branch stopped in a state that another had reached.
    meetings: Vec<Meeting>,
}

/// Two places in different branches with the same state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// The branch that came later, and where.
    pub here: (BranchId, Position),
    /// The branch that was there before, and where.
    pub there: (BranchId, Position),
}

impl History {
    /// A history of one branch, at its start.
    pub fn new(settings: Settings, tape: Tape) -> Self {
        let root = Branch { settings, tape, parent: None, furthest: Position::default() };
        Self { branches: vec![root], current: BranchId(0), seen: BTreeMap::new(), meetings: Vec::new() }
    }

    /// A history of these branches, which were kept elsewhere; `None` unless the parts fit together.
    pub fn of(branches: Vec<Branch>, current: BranchId) -> Option<Self> {
        let has_parent_before = |(place, branch): (usize, &Branch)| {
            branch.parent.is_none_or(|(parent, _)| (parent.0 as usize) < place)
        };
        let fits =
            (current.0 as usize) < branches.len() && branches.iter().enumerate().all(has_parent_before);
        fits.then(|| Self { branches, current, seen: BTreeMap::new(), meetings: Vec::new() })
    }

    /// All branches, oldest first.
    pub fn branches(&self) -> impl ExactSizeIterator<Item = (BranchId, &Branch)> {
        self.branches.iter().enumerate().map(|(place, branch)| (BranchId(place as u32), branch))
    }

    /// The branch of this id.
    pub fn branch(&self, id: BranchId) -> Option<&Branch> {
        self.branches.get(id.0 as usize)
    }

    /// The branch that is being followed.
    pub fn current(&self) -> BranchId {
        self.current
    }

    /// The tape and settings of the branch that is being followed.
    pub fn current_branch(&self) -> &Branch {
        &self.branches[self.current.0 as usize]
    }

    /// Where branches meet.
    pub fn meetings(&self) -> &[Meeting] {
        &self.meetings
    }

    /// Notes how far the branch was followed.
    pub fn reached(&mut self, position: Position) {
        let branch = &mut self.branches[self.current.0 as usize];
        branch.furthest = branch.furthest.max(position);
    }

    /// Notes that a learner stopped in a state, and gives the other branch that had reached it, if one had.
    pub fn stopped(&mut self, position: Position, state: StateDigest) -> Option<Meeting> {
        let here = (self.current, position);
        let there = *self.seen.entry(state).or_insert(here);
        if there.0 == self.current || self.is_shared(there, here) {
            return None;
        }
        let meeting = Meeting { here, there };
        if !self.meetings.contains(&meeting) {
            self.meetings.push(meeting);
        }
        Some(meeting)
    }

    /// Whether two places are one, because the branches had not parted there.
    fn is_shared(&self, a: (BranchId, Position), b: (BranchId, Position)) -> bool {
        let actions = |(id, position): (BranchId, Position)| {
            let branch = &self.branches[id.0 as usize];
            (&branch.settings, branch.tape.prefix(position.actions))
        };
        a.1 == b.1 && actions(a) == actions(b)
    }

    /// A hand acts at `position`: says which branch to follow. Redoing what a branch did here follows that
    /// branch; acting at the tip goes on with the present one; anything else begins a new one.
    ///
    /// `kept` is how far the present branch has been recorded.
    pub fn act(&mut self, position: Position, kept: Position, act: &Act) -> Option<BranchId> {
        let action = Action { after_turn: position.turn, act: act.clone() };
        let present = self.current_branch();
        if present.tape.actions().get(position.actions) == Some(&action) {
            return None;
        }
        let done = present.tape.prefix(position.actions);
        let settings = present.settings.clone();
        let redone = self.branches().find(|(_, branch)| {
            branch.settings == settings
                && branch.tape.prefix(position.actions) == done
                && branch.tape.actions().get(position.actions) == Some(&action)
        });
        if let Some((id, _)) = redone {
            self.current = id;
            return Some(id);
        }
        let is_tip = present.tape.actions().len() == position.actions && position >= kept;
        if is_tip {
            self.extend(action);
            return None;
        }
        let tape = with(done, action);
        self.branches.push(Branch {
            settings,
            tape,
            parent: Some((self.current, position)),
            furthest: Position { turn: position.turn, actions: position.actions + 1 },
        });
        self.current = BranchId(self.branches.len() as u32 - 1);
        Some(self.current)
    }

    fn extend(&mut self, action: Action) {
        let branch = &mut self.branches[self.current.0 as usize];
        branch.tape = with(branch.tape.clone(), action);
    }

    /// Starts anew with other settings; follows the branch that did so before, if there is one.
    pub fn start_anew(&mut self, settings: Settings) -> BranchId {
        let same = |branch: &Branch| branch.settings == settings && branch.parent.is_none();
        let found = self.branches().find(|(_, branch)| same(branch)).map(|(id, _)| id);
        self.current = found.unwrap_or_else(|| {
            let (tape, furthest) = (Tape::default(), Position::default());
            self.branches.push(Branch { settings, tape, parent: None, furthest });
            BranchId(self.branches.len() as u32 - 1)
        });
        self.current
    }

    /// Follows another branch.
    pub fn go(&mut self, id: BranchId) -> Option<&Branch> {
        let branch = self.branches.get(id.0 as usize)?;
        self.current = id;
        Some(branch)
    }
}

fn with(tape: Tape, action: Action) -> Tape {
    let mut actions = tape.actions().to_vec();
    actions.push(action);
    Tape::new(actions).unwrap_or(tape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeId;

    const fn at(turn: u64, actions: usize) -> Position {
        Position { turn, actions }
    }

    fn crash(node: u16) -> Act {
        Act::Crash(NodeId(node))
    }

    #[test]
    fn acting_at_the_tip_goes_on_and_acting_before_it_branches() {
        let mut history = History::new(Settings::default(), Tape::default());
        assert_eq!(history.act(at(5, 0), at(5, 0), &crash(1)), None);
        assert_eq!(history.act(at(3, 0), at(9, 1), &crash(2)), Some(BranchId(1)));
        assert_eq!(history.branch(BranchId(1)).expect("new").parent, Some((BranchId(0), at(3, 0))));
        assert_eq!(
            history.branch(BranchId(0)).expect("old").tape.actions().len(),
            1,
            "the old branch is kept"
        );
    }

    #[test]
    fn redoing_what_was_done_follows_it() {
        let mut history = History::new(Settings::default(), Tape::default());
        history.act(at(5, 0), at(5, 0), &crash(1));
        history.act(at(5, 0), at(9, 1), &crash(2));
        assert_eq!(history.current(), BranchId(1));
        assert_eq!(history.act(at(5, 0), at(9, 1), &crash(2)), None, "the next action of this branch");
        assert_eq!(history.act(at(5, 0), at(9, 1), &crash(1)), Some(BranchId(0)), "that of the other");
        assert_eq!(history.branches().len(), 2);
    }

    #[test]
    fn new_settings_are_a_new_root_that_is_found_again() {
        let mut history = History::new(Settings::default(), Tape::default());
        let mut settings = Settings::default();
        settings.assume.insert("latency".to_owned(), false);
        assert_eq!(history.start_anew(settings.clone()), BranchId(1));
        assert_eq!(history.start_anew(Settings::default()), BranchId(0));
        assert_eq!(history.start_anew(settings), BranchId(1));
    }
}
