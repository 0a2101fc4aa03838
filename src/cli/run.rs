//! `run`: one run, from its start to where it was asked to go, and what there is to see of it.
//!
//! Must not know what the run is about.

use std::io::{self, Write};

use super::{Status, Stop, say};
use crate::base::Duration;
use crate::formats::trace_json::{self, ClaimRow};
use crate::scenes::{Finding, RunSpec, Scope, Verdict};
use crate::sim::{Ended, Engine, MessageState};

/// The version of everything that a trace hash depends on.
const FORMAT: u16 = 1;

/// A run that was asked for.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) spec: RunSpec,
    pub(super) until: Until,
    pub(super) output: Output,
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

/// What is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// A few lines for a person.
    Summary,
    /// The whole run as one JSON object.
    Json,
}

impl Order {
    pub(super) fn carry_out(self, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Stop> {
        let mut engine = self.spec.start();
        let ended = go(&mut engine, self.until).err();
        if let Some(Ended::Refused(sentence)) = ended {
            return Err(Stop::Refused(sentence));
        }
        let findings = self.spec.findings(&engine, ended.is_some());
        match self.output {
            Output::Summary => summary(&self.spec, &engine, ended.as_ref(), &findings, out)?,
            Output::Json => json(&self.spec, &engine, &findings, out)?,
        }
        Ok(status(self.until, engine.turns(), ended.as_ref(), err))
    }
}

/// Goes as far as was asked.
fn go(engine: &mut Engine, until: Until) -> Result<(), Ended> {
    let turns = match until {
        Until::End | Until::Idle => u64::MAX,
        Until::Turns(turns) => turns,
    };
    while engine.turns() < turns {
        engine.step()?;
    }
    while engine.follow_tape()? {}
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

fn json(spec: &RunSpec, engine: &Engine, findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let claims: Vec<ClaimRow<'_>> = findings.iter().map(claim_row).collect();
    let run = trace_json::Run {
        format: FORMAT,
        scene: spec.scene.id,
        seed: spec.seed,
        settings: &spec.all_settings(),
        tape: engine.tape(),
        links: &engine.topology().links,
        trace: engine.trace(),
        claims: &claims,
    };
    trace_json::write(&run, out)
}

fn claim_row(finding: &Finding) -> ClaimRow<'static> {
    let (holds, event) = match finding.verdict {
        Verdict::Holds => (Some(true), None),
        Verdict::Broken(event) => (Some(false), event),
        Verdict::Undecided => (None, None),
    };
    ClaimRow { says: finding.claim.says, scope: scope_name(finding.claim.scope), holds, event }
}

/// The name of a scope in exported runs.
fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::ThisRun => "this-run",
        Scope::EveryRun => "every-run",
        Scope::Rate => "rate",
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
