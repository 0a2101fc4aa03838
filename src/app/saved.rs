//! A session as text, to be kept where the page is open, and back.
//!
//! It is what a link holds, and the history beside it. Must not know where it is kept.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};

use super::drive::Why;
use super::history::{Branch, BranchId, History};
use super::link::{Fields, Link, pack_with_view, unpack_with_view};
use super::{FORMAT, Model, Pace};
use crate::base::Duration;
use crate::sim::Position;

/// How every saved session begins.
const PREFIX: &str = "lightcone-session-1:";

/// Why a kept session could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSession(pub String);

impl fmt::Display for BadSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "What was stored from last time could not be read: {}", self.0)
    }
}

impl std::error::Error for BadSession {}

/// The fields of a kept session. Only ever add at the end, with a new version of the prefix.
#[derive(Serialize, Deserialize)]
struct Saved {
    /// Each branch as a link to how far it was followed, and where it left its parent.
    branches: Vec<(Fields, Option<Left>)>,
    current: u32,
    turn: u64,
    actions: u32,
    speed: u64,
    is_adversary: bool,
    left: Vec<(String, String)>,
}

/// Where a branch left its parent: the parent's place, the turn, and how many actions lay before.
type Left = (u32, u64, u32);

/// The session as text.
pub fn save(model: &Model) -> String {
    let model = model.session();
    let view = model.view.clone();
    let branch = |(_, branch): (BranchId, &Branch)| {
        let mut spec = model.spec.clone();
        // The settings of a branch were valid when it was made, and still are.
        let _ = spec.set(branch.settings.clone());
        spec.tape = branch.tape.clone();
        let link =
            Link { spec, position: branch.furthest, view: view.clone(), format: FORMAT, hash: String::new() };
        let parent = branch.parent.map(|(parent, at)| (parent.0, at.turn, at.actions as u32));
        (Fields::of(&link), parent)
    };
    // Whoever leaves on the way wants to get there.
    let position = match &model.pace {
        Pace::Towards(journey) => journey.to,
        Pace::Still | Pace::Playing(_) | Pace::Until(_) => model.position(),
    };
    let saved = Saved {
        branches: model.history.branches().map(branch).collect(),
        current: model.history.current().0,
        turn: position.turn,
        actions: position.actions as u32,
        speed: model.speed.0.0,
        is_adversary: model.is_adversary,
        left: model.left.clone().into_iter().collect(),
    };
    format!("{PREFIX}{}", STANDARD_NO_PAD.encode(pack_with_view(&saved, &view)))
}

/// The session that `text` holds.
///
/// # Errors
/// When it holds none: why, in a sentence.
pub fn restore(text: &str) -> Result<Model, BadSession> {
    let bad = |why: &str| BadSession(why.to_owned());
    let body = text.strip_prefix(PREFIX).ok_or_else(|| bad("it is not a session of this version."))?;
    let packed = STANDARD_NO_PAD.decode(body).map_err(|_| bad("it has characters that no session has."))?;
    let (saved, further) = unpack_with_view::<Saved>(&packed).map_err(|why| BadSession(why.to_string()))?;
    let mut branches = Vec::new();
    let mut links = Vec::new();
    for (fields, parent) in saved.branches {
        let link = fields.check().map_err(|why| BadSession(why.to_string()))?;
        branches.push(Branch {
            settings: link.spec.settings().clone(),
            tape: link.spec.tape.clone(),
            parent: parent
                .map(|(id, turn, actions)| (BranchId(id), Position { turn, actions: actions as usize })),
            furthest: link.position,
        });
        links.push(link);
    }
    let history =
        History::of(branches, BranchId(saved.current)).ok_or_else(|| bad("its branches do not fit."))?;
    let link = links.into_iter().nth(saved.current as usize).ok_or_else(|| bad("it has no branch."))?;
    let mut view = link.view;
    further.check(&mut view, &link.spec).map_err(|why| BadSession(why.to_string()))?;
    let mut model = Model::of(link.spec, view);
    model.history = history;
    model.speed = super::Speed(Duration(saved.speed));
    model.is_adversary = saved.is_adversary;
    model.left = saved.left.into_iter().collect();
    model.go(Position { turn: saved.turn, actions: saved.actions as usize }, Why::Session);
    Ok(model)
}
