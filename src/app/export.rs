//! A session's run, or the log that lies over it, as a file: the same JSON that the command line prints.
//!
//! Must not know where the file goes.

use std::io;

use super::{FORMAT, Model};
use crate::formats::trace_json::{self, ClaimRow, Record};
use crate::formats::{Execution, mermaid, shiviz_file};
use crate::scenes::{Finding, RunSpec, Verdict};
use crate::sim::Engine;

/// The run up to where the session stands, or the log that is shown, as one line of JSON.
pub fn json(model: &Model) -> String {
    let mut out = Vec::new();
    // Memory never refuses to be written to.
    let _ = match model.record() {
        Some(record) => trace_json::write_record(&record, &mut out),
        None => write_json(&model.spec(), model.engine(), model.findings(), &mut out),
    };
    String::from_utf8(out).unwrap_or_default()
}

/// What is shown as a file that ShiViz reads.
pub fn shiviz(model: &Model) -> String {
    let mut out = Vec::new();
    let _ = shiviz_file::write(model.trace(), &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// What is shown as a sequence diagram for Mermaid.
pub fn mermaid(model: &Model) -> String {
    let mut out = Vec::new();
    let _ = mermaid::write(model.trace(), &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes a run as one JSON object on one line: see [`trace_json`].
///
/// # Errors
/// What `out` gives.
pub fn write_json(
    spec: &RunSpec,
    engine: &Engine,
    findings: &[Finding],
    out: impl io::Write,
) -> io::Result<()> {
    let claims: Vec<ClaimRow<'_>> = findings.iter().map(claim_row).collect();
    let settings = spec.all_settings();
    let run = trace_json::Run {
        format: FORMAT,
        scene: spec.scene.id,
        seed: spec.seed,
        settings: &settings,
        tape: engine.tape(),
        links: &engine.topology().links,
        trace: engine.trace(),
        claims: &claims,
    };
    trace_json::write(&run, out)
}

/// Writes an execution of a log, or a figure, in the same form.
///
/// # Errors
/// What `out` gives.
pub fn write_log_json(execution: &Execution, out: impl io::Write) -> io::Result<()> {
    trace_json::write_record(&Record::of(FORMAT, execution), out)
}

fn claim_row(finding: &Finding) -> ClaimRow<'static> {
    let (holds, event) = match finding.verdict {
        Verdict::Holds => (Some(true), None),
        Verdict::Broken(event) => (Some(false), event),
        Verdict::Undecided => (None, None),
    };
    ClaimRow { says: finding.claim.says, scope: finding.claim.scope.word(), holds, event }
}
