//! `sweep`: in which share of a batch of runs each claim of a scene was kept, and how sure that is.
//!
//! It reports and does not judge: see `claims` for that. Must not know what is claimed.

use std::io::{self, Write};

use serde::Serialize;

use super::batch::{Batch, Counted, Counts};
use super::cancel::Extent;
use super::{Status, Stop};
use crate::explore::{Share, Tally};
use crate::scenes::Claim;
use crate::sim::Settings;

/// Counts and prints, as one JSON object or as lines for a person.
pub(super) fn carry_out(
    batch: &Batch,
    json: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Status, Stop> {
    let counted = batch.count();
    if json {
        write_json(batch, &counted, out)?;
    } else {
        write_text(batch, &counted, out)?;
    }
    Ok(counted.extent.conclude(Status::Done, err))
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    scene: &'static str,
    seeds: [String; 2],
    runs: u64,
    #[serde(flatten)]
    extent: Extent,
    /// Those in force at the start, as in an exported run.
    settings: Settings,
    claims: Vec<Row>,
}

/// Shares are in millionths. `low` and `high` are the ends of Wilson's interval at 95 %.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    counts: Counts,
    kept_ppm: Option<u32>,
    low_ppm: Option<u32>,
    high_ppm: Option<u32>,
}

fn write_json(batch: &Batch, counted: &Counted, out: &mut dyn Write) -> io::Result<()> {
    let row = |(claim, tally): &(&'static Claim, Tally)| {
        let share = tally.share();
        Row {
            counts: Counts::of(claim, tally),
            kept_ppm: share.map(|share| share.kept.millionths()),
            low_ppm: share.map(|share| share.low.millionths()),
            high_ppm: share.map(|share| share.high.millionths()),
        }
    };
    let report = Report {
        scene: batch.spec.scene.id,
        seeds: batch.seeds(),
        runs: batch.runs(),
        extent: counted.extent,
        settings: batch.spec.all_settings(),
        claims: counted.claims.iter().map(row).collect(),
    };
    serde_json::to_writer(&mut *out, &report)?;
    out.write_all(b"\n")
}

fn write_text(batch: &Batch, counted: &Counted, out: &mut dyn Write) -> io::Result<()> {
    let [first, end] = batch.seeds();
    let scene = batch.spec.scene;
    writeln!(out, "{} ({}), seeds {first}..{end}", scene.title, scene.id)?;
    if let Some(sentence) = counted.extent.sentence() {
        writeln!(out, "{sentence}")?;
    }
    let runs = counted.extent.runs_counted();
    writeln!(out, "share of the {runs} runs that kept each claim, with its interval at 95 %")?;
    for (claim, tally) in &counted.claims {
        let Some(Share { kept, low, high }) = tally.share() else { continue };
        let percent = |ratio: crate::base::Ratio| f64::from(ratio.millionths()) / 10_000.0;
        let (kept, low, high) = (percent(kept), percent(low), percent(high));
        write!(out, "{kept:6.2} % ({low:.2} to {high:.2})  {}", claim.says)?;
        match tally.first_broken {
            Some(seed) => writeln!(out, "  [broken in {}, first at seed {}]", tally.broken, seed.0)?,
            None if tally.undecided > 0 => writeln!(out, "  [never decided in {}]", tally.undecided)?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}
