//! `run`: one run, from its start to where it was asked to go, and what there is to see of it.
//!
//! Must not know what the run is about.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Status, Stop, say};
use crate::app::link::NO_HASH;
use crate::app::{FORMAT, Link, View, export, figure};
use crate::base::Duration;
use crate::diagram::Theme;
use crate::formats::{mermaid, shiviz_file};
use crate::scenes::{Finding, RunSpec, Verdict};
use crate::sim::{Ended, Engine, MessageState, Position};

/// A run that was asked for.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) spec: RunSpec,
    /// What the link said of the run, if it came from one.
    pub(super) shared: Option<Shared>,
    pub(super) until: Until,
    pub(super) output: Output,
}

/// Where a link was made and what was seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shared {
    position: Position,
    hash: String,
    format: u16,
    view: View,
}

impl Shared {
    pub(super) fn of(link: &Link) -> Self {
        let Link { position, hash, format, view, .. } = link;
        Self { position: *position, hash: hash.clone(), format: *format, view: view.clone() }
    }
}

/// How far it is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// To the scene's own end.
    End,
    /// So many turns, with what the tape does after the last of them.
    Turns(u64),
    /// Until nothing is left to happen.
    Idle,
}

impl Until {
    /// How many turns it may take.
    fn turns(self) -> u64 {
        match self {
            Self::End | Self::Idle => u64::MAX,
            Self::Turns(turns) => turns,
        }
    }
}

/// What is printed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Output {
    /// A few lines for a person.
    Summary,
    /// The whole run as one JSON object.
    Json,
    /// A drawing for a terminal.
    Text,
    /// The space-time diagram, into this file: so many pixels wide, and with these colours.
    Svg(PathBuf, f64, Theme),
    /// The events and their clocks, into this file.
    Shiviz(PathBuf),
    /// The messages as a sequence diagram, into this file.
    Mermaid(PathBuf),
}

impl Order {
    pub(super) fn carry_out(self, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Stop> {
        let mut engine = self.spec.start();
        let compared =
            self.shared.as_ref().map_or(Ok(()), |shared| compare(&mut engine, shared, self.until, err));
        let ended = compared.and_then(|()| go(&mut engine, self.until)).err();
        if let Some(Ended::Refused(sentence)) = ended {
            return Err(Stop::Refused(sentence));
        }
        let left = engine.tape().actions().len() - engine.actions_done();
        if left > 0 && ended.is_some() {
            say(err, &format!("the run ends before {left} of the tape's actions have their turn"));
        }
        let is_over = matches!(ended, Some(Ended::Idle | Ended::Horizon));
        let findings = self.spec.findings(&engine, is_over);
        match &self.output {
            Output::Summary => summary(&self.spec, &engine, ended.as_ref(), &findings, out)?,
            Output::Json => export::write_json(&self.spec, &engine, &findings, out)?,
            Output::Text => out.write_all(figure::text(&engine, &self.view(&engine)).as_bytes())?,
            &Output::Svg(ref file, width, theme) => {
                let view = self.view(&engine);
                let figure = figure::svg(self.spec.scene.title, &engine, &view, (width, theme));
                write_file("--svg", file, figure.as_bytes())?;
            }
            Output::Shiviz(file) => {
                let mut text = Vec::new();
                shiviz_file::write(engine.trace(), &mut text)?;
                write_file("--shiviz", file, &text)?;
            }
            Output::Mermaid(file) => {
                let mut text = Vec::new();
                mermaid::write(engine.trace(), &mut text)?;
                write_file("--mermaid", file, &text)?;
            }
        }
        Ok(status(self.until, engine.turns(), ended.as_ref(), err))
    }
}

impl Order {
    /// How the run is looked at: as the link says, or as the scene is at first.
    fn view(&self, engine: &Engine) -> View {
        let first = || figure::first_view(self.spec.scene, engine);
        self.shared.as_ref().map_or_else(first, |shared| shared.view.clone())
    }
}

/// Writes a file that an option names.
pub(super) fn write_file(option: &str, file: &Path, text: &[u8]) -> Result<(), Stop> {
    std::fs::write(file, text).map_err(|error| {
        Stop::Refused(format!(
            "{option}: {file:?} cannot be written ({error}); name a file in a folder that is there and may be written to"
        ))
    })
}

/// Goes as far as was asked.
fn go(engine: &mut Engine, until: Until) -> Result<(), Ended> {
    while engine.turns() < until.turns() {
        engine.step()?;
    }
    while engine.follow_tape()? {}
    Ok(())
}

/// Goes to where a link was made, unless that is further than was asked, and says so if what is seen there
/// differs from what was shared.
fn compare(engine: &mut Engine, shared: &Shared, until: Until, err: &mut dyn Write) -> Result<(), Ended> {
    if shared.format < FORMAT {
        let then = shared.format;
        say(err, &format!("the link was made with format {then}, this is {FORMAT}: the run may differ"));
    }
    let Position { turn, actions } = shared.position;
    if turn > until.turns() {
        return Ok(());
    }
    while engine.turns() < turn {
        if let Err(ended) = engine.step() {
            if !matches!(ended, Ended::Refused(_)) {
                say(err, &format!("the run ends before turn {turn}, where the link was made"));
            }
            return Err(ended);
        }
    }
    while engine.actions_done() < actions && engine.follow_tape()? {}
    let (then, now) = (&shared.hash, engine.trace().hash().short());
    if then != NO_HASH && *then != now {
        say(err, &format!("at turn {turn} the run differs from what was shared: hash {now}, and not {then}"));
    }
    Ok(())
}

/// Whether the run got as far as was asked; if not, that is said.
fn status(until: Until, turns: u64, ended: Option<&Ended>, err: &mut dyn Write) -> Status {
    match (until, ended) {
        (_, None) | (Until::End, Some(Ended::Idle | Ended::Horizon)) | (Until::Idle, Some(Ended::Idle)) => {
            Status::Done
        }
        (Until::Turns(_), Some(ended @ (Ended::Idle | Ended::Horizon))) => {
            say(err, &format!("the run has only {turns} turns: {ended}"));
            Status::Done
        }
        (Until::Idle, Some(ended @ Ended::Horizon)) => {
            say(err, &format!("after {turns} turns something is still left to happen: {ended}"));
            Status::Failed
        }
        (_, Some(ended @ (Ended::Limit(_) | Ended::Refused(_)))) => {
            say(err, &ended.to_string());
            Status::Failed
        }
    }
}

fn summary(
    spec: &RunSpec,
    engine: &Engine,
    ended: Option<&Ended>,
    findings: &[Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let trace = engine.trace();
    let states = |state| trace.message_ids().filter(|&message| trace.state(message) == state).count();
    let [arrived, lost, in_flight] =
        [MessageState::Arrived, MessageState::Lost, MessageState::InFlight].map(states);
    let settings = spec.all_settings();
    let broken: Vec<&str> =
        settings.assume.iter().filter(|(_, held)| !**held).map(|(id, _)| id.as_str()).collect();
    writeln!(out, "{} ({}), seed {}", spec.scene.title, spec.scene.id, spec.seed.0)?;
    let broken = if broken.is_empty() { "none".to_owned() } else { broken.join(", ") };
    writeln!(out, "broken assumptions: {broken}")?;
    let now = Duration(trace.now().0);
    let why = ended.map_or_else(|| "It could go on.".to_owned(), ToString::to_string);
    writeln!(out, "{} turns in {now}. {why}", engine.turns())?;
    writeln!(
        out,
        "{} events at {} nodes; {} messages: {arrived} arrived, {lost} lost, {in_flight} in flight",
        trace.len(),
        trace.nodes(),
        trace.messages()
    )?;
    writeln!(out, "trace hash {}", trace.hash())?;
    for finding in findings {
        let verdict = match finding.verdict {
            Verdict::Holds => "holds:".to_owned(),
            Verdict::Broken(Some(event)) => format!("broken at {event}:"),
            Verdict::Broken(None) => "broken:".to_owned(),
            Verdict::Undecided => "not decided yet:".to_owned(),
        };
        writeln!(out, "{verdict} {}", finding.claim.says)?;
    }
    Ok(())
}
