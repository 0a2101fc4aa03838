//! What a lesson is made of, as plain data. Must not know how it was written down.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A lesson: what stands beside a scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// Its title, as plain text.
    pub title: String,
    /// Which lesson of which module it is, as plain text; empty if it does not say.
    pub crumb: String,
    /// Its parts in order.
    pub blocks: Vec<Block>,
}

/// A part of a lesson. Texts whose field says so are safe HTML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// Text to read, as HTML.
    Prose(String),
    /// A question to answer before the run is seen.
    Predict(Predict),
    /// Things to do.
    Try(Vec<Task>),
}

/// A prediction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predict {
    /// The question, as HTML.
    pub question: String,
    /// The choices, each as HTML without a paragraph around it.
    pub choices: Vec<String>,
    /// The place of the right choice.
    pub right: usize,
    /// What is shown after a choice was made, as HTML; may be empty.
    pub why: String,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What to do, as HTML without a paragraph around it.
    pub text: String,
    /// What shows that it was done, if the run can show it.
    pub goal: Option<Goal>,
}

/// What a claim must say for a task to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// The claim's place in the scene's list, counted from 0.
    pub claim: usize,
    /// Whether it must hold; it must be broken otherwise.
    pub holds: bool,
    /// How dials and switches must stand meanwhile, each as `Name: value` in the words of the screen.
    pub with: Vec<String>,
}

/// Why a text is no lesson: place and way out in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadLesson(pub String);

impl fmt::Display for BadLesson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for BadLesson {}
