//! Header, transport, switches and claims.
//!
//! Must not know how a control is made.

use super::super::playback::{Pace, Speed};
use super::super::view::{Sight, ViewAs};
use super::super::{Model, screen};
use super::sight::Eyes;
use crate::base::{EventId, NodeId};
use crate::scenes::{self, Scope, Verdict};
use crate::sim::{Dial, EventKind, FaultKind, Outcome, Position, Unit};

/// What a combobox offers: value and words, and which is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Value and words, in order.
    pub options: Vec<(String, String)>,
    /// The chosen value.
    pub chosen: String,
}

/// The bar on top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The scenes.
    pub scenes: Choices,
    /// The seed.
    pub seed: String,
    /// Whose view is shown: `outside`, `saw:3`, `could:3`.
    pub view_as: Choices,
    /// The clocks.
    pub clocks: Choices,
}

/// The value that stands for a log among the scenes.
const LOG: &str = "log";

/// The bar on top.
pub fn header(model: &Model) -> Header {
    let scene =
        |scene: &&'static scenes::Scene| (scene.id.to_owned(), format!("{} · {}", scene.number, scene.title));
    let nodes = NodeId::first(model.trace().nodes());
    let views = nodes.flat_map(|node| {
        let name = model.name(node);
        let saw = (view_value(ViewAs::Node(node, Sight::Saw)), format!("{name}: what it saw"));
        let could = (
            view_value(ViewAs::Node(node, Sight::CouldKnow)),
            format!("{name}: what it could have been told"),
        );
        [saw, could]
    });
    let outside = (view_value(ViewAs::Outside), "Outside observer".to_owned());
    let clock = |entry: &crate::clocks::ClockEntry| (entry.id.to_owned(), entry.title.to_owned());
    let mut scenes =
        Choices { options: scenes::ALL.iter().map(scene).collect(), chosen: model.scene().id.to_owned() };
    if model.is_log() {
        scenes.chosen = LOG.to_owned();
        scenes.options.push((LOG.to_owned(), model.title().to_owned()));
    }
    Header {
        scenes,
        seed: model.spec.seed.0.to_string(),
        view_as: Choices {
            options: std::iter::once(outside).chain(views).collect(),
            chosen: view_value(model.view.view_as),
        },
        clocks: Choices {
            options: crate::clocks::ALL.iter().map(clock).collect(),
            chosen: model.view.clock.clone(),
        },
    }
}

/// The value that stands for a view in a combobox.
fn view_value(view: ViewAs) -> String {
    match view {
        ViewAs::Outside => "outside".to_owned(),
        ViewAs::Node(node, Sight::Saw) => format!("saw:{}", node.0),
        ViewAs::Node(node, Sight::CouldKnow) => format!("could:{}", node.0),
    }
}

impl ViewAs {
    /// The view that a combobox's value stands for; the observer outside for any other text.
    pub fn from_value(value: &str) -> Self {
        let node = |text: &str| text.parse().ok().map(NodeId);
        match value.split_once(':') {
            Some(("saw", id)) => node(id).map_or(Self::Outside, |node| Self::Node(node, Sight::Saw)),
            Some(("could", id)) => node(id).map_or(Self::Outside, |node| Self::Node(node, Sight::CouldKnow)),
            _ => Self::Outside,
        }
    }
}

/// The bar at the bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transport {
    /// How many turns were taken.
    pub turn: u64,
    /// How many are recorded, those that lie ahead after going back included.
    pub kept: u64,
    /// The true time that is shown, or the node's own clock while a node's view is.
    pub time: String,
    /// Whether the run is moving.
    pub is_moving: bool,
    /// Whether there is anything before.
    pub can_step_back: bool,
    /// Why there is nothing after, if there is nothing.
    pub ended: Option<String>,
    /// The chosen speed, by its place in [`Speed::ALL`].
    pub speed: usize,
    /// Whether the learner picks what happens next.
    pub is_adversary: bool,
    /// What happened, in a sentence.
    pub status: String,
}

/// The bar at the bottom.
pub fn transport(model: &Model) -> Transport {
    let position = model.position();
    let time = match model.view.view_as {
        ViewAs::Outside => screen::clock_time(model, model.shown_now()),
        ViewAs::Node(node, _) => {
            let wall = model.trace().wall_at(node, model.shown_now());
            format!("{} by {}'s clock", screen::reading(model, wall.0), model.name(node))
        }
    };
    Transport {
        turn: position.turn,
        kept: model.trace().kept_turns(),
        time,
        is_moving: model.pace != Pace::Still,
        can_step_back: position != Position::default() || model.can_take_preset_back(),
        ended: model.engine().ended().map(ToString::to_string),
        speed: Speed::ALL.iter().position(|speed| *speed == model.speed).unwrap_or(0),
        is_adversary: model.is_adversary,
        status: model.status.clone(),
    }
}

/// What a mark on the strip stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// A message was lost.
    Lost,
    /// A node crashed or was paused.
    Node,
    /// A branch leaves here.
    Branch,
}

/// A mark on the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The turn.
    pub turn: u64,
    /// What happened.
    pub kind: MarkKind,
}

/// What the strip above the slider shows of all that is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// How many events each of so many equal stretches of turns has.
    pub bins: Vec<u32>,
    /// What stands out, in order.
    pub marks: Vec<Mark>,
}

/// How many stretches the strip has.
const BINS: u64 = 140;

/// The strip above the slider.
pub fn strip(model: &Model) -> Strip {
    let trace = model.trace();
    let kept = trace.kept_turns();
    let width = kept.div_ceil(BINS).max(1);
    let first =
        |turn: u64| if turn > kept { trace.kept_events() } else { trace.turn_first(turn.max(1)).index() };
    let eyes = Eyes::of(model);
    let bins = (0..kept.div_ceil(width)).map(|bin| {
        let (from, to) = (first(bin * width + 1), first((bin + 1) * width + 1));
        if eyes.are_outside() {
            return (to - from) as u32;
        }
        (from..to).filter(|event| eyes.see(model, EventId(*event as u32))).count() as u32
    });
    // No node can know what was lost, nor that it was paused.
    let lost = trace.fates().filter(|entry| eyes.are_outside() && entry.outcome == Outcome::Lost);
    let turn_at = |at| {
        // Turns are in order of time, so the last one that is not later is found by halving.
        let (mut low, mut high) = (0, kept);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if trace.turn_at(middle) <= at { low = middle } else { high = middle - 1 }
        }
        low
    };
    let mut marks: Vec<Mark> =
        lost.map(|entry| Mark { turn: turn_at(entry.at), kind: MarkKind::Lost }).collect();
    let is_node = |event: &EventId| matches!(trace.kind(*event), EventKind::Crash | EventKind::Pause);
    if kept > 0 && eyes.are_outside() {
        let nodes =
            trace.events().filter(is_node).map(|e| Mark { turn: trace.turn_of(e), kind: MarkKind::Node });
        marks.extend(nodes);
    }
    let here = model.history().current();
    let parents = model.history().branches().filter_map(|(_, branch)| branch.parent);
    let branches = parents.filter(|(parent, _)| *parent == here);
    marks.extend(branches.map(|(_, at)| Mark { turn: at.turn, kind: MarkKind::Branch }));
    marks.sort_unstable();
    marks.dedup();
    Strip { bins: bins.collect(), marks }
}

/// A dial as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialRow {
    /// The name in messages: `reliable.loss`.
    pub name: String,
    /// The name in the page.
    pub title: &'static str,
    /// What turning it does.
    pub effect: &'static str,
    /// The range.
    pub least: i64,
    /// The range.
    pub most: i64,
    /// Where it stands.
    pub value: i64,
    /// Where it stands, with its unit.
    pub shown: String,
    /// The choices, if it picks one of several.
    pub choices: &'static [&'static str],
    /// Whether equal ratios of the value should be equal ways of the slider, since its range is so wide.
    pub is_logarithmic: bool,
}

fn dial_row(owner: &str, dial: &'static Dial, value: i64) -> DialRow {
    let is_wide = dial.least >= 0 && dial.most / dial.least.max(1) > 1_000;
    DialRow {
        name: format!("{owner}.{}", dial.id),
        title: dial.title,
        effect: dial.effect,
        least: dial.least,
        most: dial.most,
        value,
        shown: dial.show(value),
        choices: dial.choices,
        is_logarithmic: is_wide
            && !matches!(dial.unit, Unit::Ppm | Unit::Count | Unit::Thousandths | Unit::Choice),
    }
}

/// An assumption and whether it is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The fault's id.
    pub id: &'static str,
    /// The assumption in the words of the list: the switch's name.
    pub name: &'static str,
    /// Fallacy or hazard.
    pub kind: FaultKind,
    /// Whether it is held.
    pub is_held: bool,
    /// What it lets in when it is not.
    pub effect: &'static str,
    /// Its dials.
    pub dials: Vec<DialRow>,
}

/// All assumptions whose faults work, in the order of the catalogue.
pub fn assumptions(model: &Model) -> Vec<Assumption> {
    let row = |entry: &'static crate::sim::FaultEntry| {
        let (is_held, values) = model.engine().fault(entry.id).unwrap_or((true, &[]));
        let dials = entry.dials.iter().zip(values).map(|(dial, value)| dial_row(entry.id, dial, *value));
        Assumption {
            id: entry.id,
            name: entry.assumption,
            kind: entry.kind,
            is_held,
            effect: entry.effect,
            dials: dials.collect(),
        }
    };
    crate::faults::ALL.iter().map(row).collect()
}

/// The dials of the scene itself.
pub fn scene_dials(model: &Model) -> Vec<DialRow> {
    let (scene, all) = (model.scene(), model.settings());
    scene.dials.iter().map(|dial| dial_row(scene.id, dial, all.dial(scene.id, dial))).collect()
}

/// Whether dials and switches stand as a task of the lesson wants them: each as `Name: value`, as the screen shows it.
/// A switch is `on` or `off`. A name may have a colon in it.
pub fn is_set(model: &Model, wanted: &[String]) -> bool {
    let stands = |wanted: &String| {
        let Some((name, value)) = wanted.rsplit_once(": ") else { return false };
        let is_it = |dial: &DialRow| dial.title == name && dial.shown == value;
        scene_dials(model).iter().any(is_it)
            || assumptions(model).iter().any(|row| {
                let says = if row.is_held { "on" } else { "off" };
                row.name == name && says == value || row.dials.iter().any(is_it)
            })
    };
    wanted.iter().all(stands)
}

/// A claim and what the run says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRow {
    /// The sentence.
    pub says: &'static str,
    /// Of which runs it speaks.
    pub scope: Scope,
    /// What the run says.
    pub verdict: Verdict,
}

/// The scene's claims, in the order of its prose.
pub fn claims(model: &Model) -> Vec<ClaimRow> {
    let row = |f: &scenes::Finding| ClaimRow { says: f.claim.says, scope: f.claim.scope, verdict: f.verdict };
    model.findings().iter().map(row).collect()
}

/// What the share dialog shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The part of the address behind the page's own, `#` included.
    pub fragment: String,
    /// The trace hash in full.
    pub hash: String,
    /// Scene, seed, turn and actions in words.
    pub what: String,
}

/// What the share dialog shows.
pub fn share(model: &Model) -> Share {
    let position = model.position();
    let actions = match position.actions {
        1 => "1 action".to_owned(),
        n => format!("{n} actions"),
    };
    Share {
        fragment: model.link().write(),
        hash: model.trace().hash().to_string(),
        what: format!(
            "{}, seed {}, turn {}, {actions}",
            model.scene().title,
            model.spec.seed.0,
            position.turn
        ),
    }
}
