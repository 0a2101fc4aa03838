//! How far a learner has come in a lesson: what they predicted and what they have done. It outlives the visit, in a
//! short line of this browser's storage.
//!
//! Must not know the lesson's text.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;

use super::super::storage;

/// A prediction that was made, or passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// This choice.
    Choice(usize),
    /// It was skipped.
    Skipped,
}

impl Made {
    /// The choice, if one was made.
    pub const fn chosen(self) -> Option<usize> {
        match self {
            Self::Choice(nth) => Some(nth),
            Self::Skipped => None,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    /// By the block's place in the lesson.
    predictions: BTreeMap<usize, Made>,
    /// Block and task.
    done: BTreeSet<(usize, usize)>,
}

/// A learner's progress in one lesson. Copies are the same.
#[derive(Clone, Copy)]
pub struct Progress {
    scene: &'static str,
    state: RwSignal<State>,
}

impl Progress {
    /// The progress that is stored for a scene's lesson.
    pub fn of(scene: &'static str) -> Self {
        let stored = storage::setting(&name(scene)).unwrap_or_default();
        Self { scene, state: RwSignal::new(State::read(&stored)) }
    }

    /// What was predicted in a block.
    pub fn choice(self, block: usize) -> Option<Made> {
        self.state.with(|state| state.predictions.get(&block).copied())
    }

    /// A prediction is made, or skipped, for good.
    pub fn choose(self, block: usize, choice: Option<usize>) {
        let made = choice.map_or(Made::Skipped, Made::Choice);
        self.change(|state| {
            state.predictions.insert(block, made);
        });
    }

    /// Whether a task was done.
    pub fn is_done(self, block: usize, task: usize) -> bool {
        self.state.with(|state| state.done.contains(&(block, task)))
    }

    /// A task is done, or is to be done once more.
    pub fn mark(self, block: usize, task: usize, is_done: bool) {
        let place = (block, task);
        if self.state.with_untracked(|state| state.done.contains(&place)) != is_done {
            self.change(|state| {
                if is_done {
                    state.done.insert(place)
                } else {
                    state.done.remove(&place)
                };
            });
        }
    }

    /// Whether anything was predicted or done.
    pub fn is_begun(self) -> bool {
        self.state.with(|state| *state != State::default())
    }

    /// The lesson begins anew.
    pub fn forget(self) {
        self.change(|state| *state = State::default());
    }

    fn change(self, change: impl FnOnce(&mut State)) {
        self.state.update(change);
        storage::set_setting(&name(self.scene), &self.state.with_untracked(State::write));
    }
}

fn name(scene: &str) -> String {
    format!("lesson-{scene}")
}

impl State {
    /// One word for each prediction (`1=2`, or `1=` where it was skipped) and each task (`3.0`).
    fn write(&self) -> String {
        let prediction = |(block, made): (&usize, &Made)| match made {
            Made::Choice(nth) => format!("{block}={nth}"),
            Made::Skipped => format!("{block}="),
        };
        let predictions = self.predictions.iter().map(prediction);
        let done = self.done.iter().map(|(block, task)| format!("{block}.{task}"));
        predictions.chain(done).collect::<Vec<_>>().join(" ")
    }

    /// Words that make no sense are passed over: progress is a comfort and not the learner's work.
    fn read(text: &str) -> Self {
        let mut state = Self::default();
        for word in text.split(' ') {
            if let Some((block, choice)) = word.split_once('=')
                && let Ok(block) = block.parse()
            {
                state.predictions.insert(block, choice.parse().map_or(Made::Skipped, Made::Choice));
            } else if let Some((block, task)) = word.split_once('.')
                && let (Ok(block), Ok(task)) = (block.parse(), task.parse())
            {
                state.done.insert((block, task));
            }
        }
        state
    }
}
